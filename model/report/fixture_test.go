package report_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/report"
	"tminus/model/room"
	"tminus/model/room/roomtest"
	"tminus/model/runbook"
	"tminus/model/screen"
)

var t0 = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

var uids = map[string]int{"ann": 1001, "bob": 1002}

// recorded is a launch that is driven with explicit times into a store.
type recorded struct {
	t     testing.TB
	store *roomtest.Memory
	s     *launch.State
	now   time.Time
	title string
}

func smallRunbook(t testing.TB) *runbook.Runbook {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("..", "runbook", "testdata", "small.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	rb, mistakes := runbook.Load("small.yaml", src)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	return rb
}

func smallFile(title string) *launchfile.File {
	return &launchfile.File{Launch: "checkout-v2", Title: title, T0: t0, Runbook: "small",
		People: []launchfile.Person{
			{User: "ann", Name: "Ann Lee", Roles: []string{"lead"}, BackupFor: []string{"owner"}},
			{User: "bob", Name: "Bob Ito", Roles: []string{"owner"}},
		},
		Flags:   map[string]launchfile.Flag{"main": {SSM: launchfile.SSMParameter{Name: "/features/x", On: "true", Off: "false"}}},
		Actions: map[string]launchfile.Program{"turn-back": {Run: []string{"/opt/shop/back.sh", "a b"}}},
		Sources: map[string]launchfile.Source{"errors": {Prometheus: &launchfile.Prometheus{URL: "http://p.example", Query: "errors"}}},
	}
}

// plan begins a launch in a mode.
func plan(t testing.TB, mode launch.Mode, title string) *recorded {
	t.Helper()
	r := &recorded{t: t, store: roomtest.NewMemory(), now: t0.Add(-2 * time.Hour), title: title}
	rb, f := smallRunbook(t), smallFile(title)
	put := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		hash, err := r.store.PutDocument(t.Context(), string(text))
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	text := func(s string) string {
		hash, err := r.store.PutDocument(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	in := launch.PlanInput{ID: "id-1", Mode: mode, Runbook: rb, File: f, UIDs: uids,
		RunbookHash: text("the runbook's text"), FileHash: text("the launch file's text"), RunbookJSON: put(rb), FileJSON: put(f)}
	if mode == launch.Rehearsal {
		in.Scenario, in.As = "calm", "lead"
	}
	ev, err := launch.Plan(in)
	if err != nil {
		t.Fatal(err)
	}
	e, err := journal.Seal("checkout-v2", string(mode), journal.Head{}, r.now, journal.Draft{Actor: journal.Actor{User: "ann", Auth: journal.AuthOSUser, Host: "h"}, Kind: ev.Kind, Data: ev.Data})
	if err != nil {
		t.Fatal(err)
	}
	if r.s, err = launch.New(e, rb, f); err != nil {
		t.Fatal(err)
	}
	r.keep(e)
	return r
}

func (r *recorded) keep(e journal.Entry) {
	r.t.Helper()
	if err := r.store.Append(r.t.Context(), []journal.Entry{e}); err != nil {
		r.t.Fatal(err)
	}
}

// put journals and applies an entry as it is, with the context of its moment.
func (r *recorded) put(actor journal.Actor, kind string, data any) {
	r.t.Helper()
	d := journal.Draft{Actor: actor, Kind: kind, Data: data}
	if kind != launch.KindSamplesSealed {
		v := 0.04
		d.Context = screen.ContextOf(screen.Present(r.s, screen.Facts{Watched: true, Readings: map[string]monitor.Reading{
			"errors": {ID: "errors", State: monitor.OK, Value: &v, Unit: "%", At: r.now.Truncate(time.Minute)}}}, nil, r.now))
	}
	e, err := journal.Seal(r.s.Name, string(r.s.Mode), r.s.Head, r.now, d)
	if err != nil {
		r.t.Fatal(err)
	}
	r.keep(e)
	odd := len(r.s.Oddities)
	if err := r.s.Apply(e); err != nil && !errors.Is(err, launch.ErrUnknownKind) {
		r.t.Fatal(err)
	}
	if len(r.s.Oddities) > odd {
		r.t.Fatalf("%s: %+v", kind, r.s.Oddities[odd])
	}
}

func (r *recorded) system(kind string, data any) {
	r.t.Helper()
	r.put(journal.Actor{User: "tminus", Auth: journal.AuthSystem, Host: "h"}, kind, data)
}

// due journals what the clock does by itself.
func (r *recorded) due() {
	r.t.Helper()
	for range 50 {
		events := r.s.Due(r.now)
		for _, ev := range events {
			r.system(ev.Kind, ev.Data)
		}
		if len(events) == 0 {
			return
		}
	}
}

// do carries out a command; args are key=value.
func (r *recorded) do(user, action string, args ...string) {
	r.t.Helper()
	r.due()
	c := launch.Command{Action: action, Args: map[string]string{}}
	for _, a := range args {
		k, v, _ := strings.Cut(a, "=")
		c.Args[k] = v
	}
	w := launch.Who{User: user, UID: uids[user], Host: "h", Auth: journal.AuthOSUser}
	if r.s.Mode == launch.Rehearsal {
		w.Auth, w.UID = journal.AuthRehearsal, -1
	}
	if r.s.Mode == launch.Live && (action == "step.start" || action == "flag.on") {
		c.Args["confirm"] = r.s.Name
	}
	events, err := r.s.Decide(w, c, r.now)
	if needs := (*launch.Needs)(nil); errors.As(err, &needs) {
		c.Measured = &launch.Measured{World: &launch.World{Identity: launch.Identity{Account: "123456789012", Region: "us-east-1", Caller: "arn:aws:iam::123456789012:user/ann"}, Digests: map[string]string{}}}
		for _, p := range needs.Programs {
			c.Measured.World.Digests[p] = journal.Hash(p)
		}
		events, err = r.s.Decide(w, c, r.now)
	}
	if err != nil {
		r.t.Fatalf("%s %s %v: %v", user, action, args, err)
	}
	for _, ev := range events {
		r.put(r.s.ActorFor(w, ev), ev.Kind, ev.Data)
	}
	r.now = r.now.Add(7 * time.Second)
}

// work does what the state asks the room to do, as the outside would answer.
func (r *recorded) work() {
	r.t.Helper()
	for range 20 {
		r.due()
		works := r.s.Work(t0.Add(-2 * time.Hour))
		if len(works) == 0 {
			return
		}
		w := works[0]
		r.now = r.now.Add(3 * time.Second)
		switch {
		case w.Kind == launch.WorkCall:
			r.system(launch.KindCallIntended, launch.CallIntended{Call: w.Call, Digest: w.Call.Digest(), Deadline: r.now.Add(10 * time.Second), DryRun: r.s.Mode == launch.DryRun,
				Identity: launch.Identity{Account: "123456789012", Region: "us-east-1", Caller: "arn:aws:iam::123456789012:user/ann"}})
			if r.s.Mode == launch.DryRun {
				continue
			}
			r.now = r.now.Add(time.Second)
			r.system(launch.KindCallReturned, launch.CallReturned{ID: w.Call.ID, Outcome: launch.Outcome{Outcome: launch.OutcomeOK, Result: map[string]string{"version": "7"}}})
		case w.Kind == launch.WorkFollow:
			r.system(launch.KindCallEnded, launch.CallEnded{ID: w.Call.ID, State: "succeeded", Detail: "exit status 0"})
		case w.Kind == launch.WorkCheck && w.Rollback != "":
			r.system(launch.KindRollbackRecovered, launch.RollbackRecovered{ID: w.Rollback, Verdict: launch.Recovered, Evidence: "three good points in a row"})
		case w.Kind == launch.WorkCheck:
			r.system(launch.KindStepChecked, launch.StepChecked{ID: w.Step, What: w.Part.ID, Attempt: w.Attempt, Outcome: launch.Verified, Evidence: "version 7 reads true"})
		default:
			r.t.Fatalf("work %+v", w)
		}
	}
}

// sampled keeps a minute's points from one instant to another, a spike of three minutes among them, and seals them.
func (r *recorded) sampled(from, to time.Time, seal bool) {
	r.t.Helper()
	var list []room.Sample
	for at := from; !at.After(to); at = at.Add(time.Minute) {
		if at.After(t0.Add(-40*time.Minute)) && at.Before(t0.Add(-30*time.Minute)) {
			continue // a gap
		}
		v := 0.04 + 0.01*math.Sin(float64(at.Unix()/60))
		if at.After(t0.Add(9*time.Minute)) && at.Before(t0.Add(16*time.Minute)) {
			v = 2.5
		}
		list = append(list, room.Sample{Monitor: "errors", At: at, ReadAt: at.Add(20 * time.Second), Value: v},
			room.Sample{Monitor: "errors", Series: "requests", At: at, ReadAt: at.Add(20 * time.Second), Value: 1200})
	}
	list = append(list, room.Sample{Monitor: "errors", At: from, ReadAt: from.Add(50 * time.Second), Value: 0.05}) // revised
	if err := r.store.AppendSamples(r.t.Context(), r.s.Name, list); err != nil {
		r.t.Fatal(err)
	}
	if err := r.store.AppendRead(r.t.Context(), r.s.Name, room.Read{Source: "prometheus", At: to, Outcome: "error", Detail: "connection refused", Requested: 1}); err != nil {
		r.t.Fatal(err)
	}
	if !seal {
		return
	}
	unsealed, err := r.store.Unsealed(r.t.Context(), r.s.Name, r.s.Sealed.To, r.now)
	if err != nil {
		r.t.Fatal(err)
	}
	r.system(launch.KindSamplesSealed, launch.SamplesSealed{From: r.s.Sealed.To, To: r.now, Count: len(unsealed), Digest: room.Digest(unsealed)})
}

// launched is a launch up to its first step, with words that somebody wrote.
func launched(t testing.TB, mode launch.Mode, title, words string) *recorded {
	r := plan(t, mode, title)
	r.do("ann", "item.check", "id=systems/limits")
	r.do("ann", "item.waive", "id=systems/backups", "reason="+words)
	r.do("ann", "section.sign-off", "id=systems", "evidence="+words)
	r.do("bob", "note.add", "text="+words)
	r.now = t0.Add(-time.Hour)
	r.do("ann", "poll.attend", "role=lead", "backup=bob")
	r.do("ann", "agenda.start")
	r.do("ann", "agenda.end")
	r.do("ann", "poll.risk", "kind=technical", "text="+line(words), "owner=lead", "mitigation="+line(words))
	r.do("ann", "poll.open")
	r.do("ann", "poll.vote", "vote=GO", "reason="+words)
	if mode == launch.Rehearsal {
		r.do("bob", "poll.vote", "vote=GO", "reason=ready")
	} else {
		r.do("ann", "poll.vote", "vote=GO", "role=owner", "for=bob", "via=voice", "reason="+words)
	}
	r.do("ann", "poll.decide")
	r.now = t0.Add(-15 * time.Minute)
	r.do("ann", "step.confirm", "what=open-room")
	r.do("ann", "update.send", "subject=Fifteen minutes", "text=Status: GREEN\n"+words+"\nNext Update: 09:55 UTC", "channels=slack")
	r.do("ann", "defect.open", "title="+line(words), "severity=sev1", "owner=lead", "blocking=no", "link=entry 4")
	r.do("ann", "defect.close", "id=D1", "resolution="+words)
	r.now = t0.Add(-5 * time.Minute)
	r.do("ann", "step.confirm", "what=look")
	r.do("ann", "update.send", "subject=Five minutes", "text=Status: GREEN", "channels=slack")
	r.now = t0.Add(2 * time.Second)
	r.do("ann", "step.start", "id=switch-on")
	r.work()
	return r
}

// rolledBack is a launch whose errors rose and that was rolled back.
func rolledBack(t testing.TB, mode launch.Mode, title, words string) *recorded {
	r := launched(t, mode, title, words)
	r.now = t0.Add(14*time.Minute + 30*time.Second)
	var points []monitor.Point
	for i := 10; i <= 14; i++ {
		points = append(points, monitor.Point{At: t0.Add(time.Duration(i) * time.Minute), Value: 2.5})
	}
	r.system(launch.KindMonitorChanged, launch.MonitorChanged{Monitor: "errors", From: "OK", To: "CRIT", Value: &points[4].Value, Unit: "%", At: points[4].At})
	r.system(launch.KindTriggerFired, launch.TriggerFired{Trigger: "errors-high", Monitor: "errors", Rule: "> 1% for 5m", Priority: "high", Proposes: r.s.TriggerProposes(r.now), Points: points, Unit: "%"})
	r.now = r.now.Add(20 * time.Second)
	r.do("ann", "trigger.acknowledge", "id=errors-high")
	r.do("ann", "rollback.request", "steps=switch-off", "reason="+words)
	r.work()
	r.do("ann", "step.confirm", "what=reads-off", "evidence="+words)
	r.now = t0.Add(19 * time.Minute)
	r.system(launch.KindTriggerCleared, launch.TriggerCleared{Trigger: "errors-high", Why: monitor.Recovered, Points: []monitor.Point{{At: t0.Add(18 * time.Minute), Value: 0.04}}})
	r.work()
	r.now = t0.Add(30 * time.Minute)
	r.sampled(t0.Add(-time.Hour), t0.Add(29*time.Minute), true)
	r.do("bob", "task.done", "id=afterwards/owner/tell")
	return r
}

// built reads the launch and makes its report.
func (r *recorded) built(anchors ...journal.Head) (*report.Record, *report.Report) {
	r.t.Helper()
	rec, err := report.Read(r.t.Context(), r.store, r.s.Name, anchors)
	if err != nil {
		r.t.Fatal(err)
	}
	return rec, report.Build(rec)
}

// line is a text that fits a title.
func line(s string) string {
	s = strings.NewReplacer("\n", " ", "\r", " ").Replace(s)
	return s[:min(len(s), 120)]
}
