package room

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// history is a source that knows what was: a hundred requests a minute, and the errors that it is told of.
type history struct {
	mu     sync.Mutex
	err    error
	errors map[time.Time]float64 // by the minute's end
	before time.Time             // nothing is known of what comes before
	asked  []Query
}

func (h *history) Read(_ context.Context, queries []Query) (Round, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = append(h.asked, queries...)
	if h.err != nil {
		return Round{}, h.err
	}
	var round Round
	for _, q := range queries {
		a := Answer{Monitor: q.Monitor, Series: map[string][]monitor.Point{}}
		for at := q.From.Truncate(q.Period).Add(q.Period); !at.After(q.To); at = at.Add(q.Period) {
			if !at.After(q.From) || at.Before(h.before) {
				continue
			}
			e := h.errors[at.UTC()]
			a.Points = append(a.Points, monitor.Point{At: at, Value: e})
			a.Series["errors"] = append(a.Series["errors"], monitor.Point{At: at, Value: e})
			a.Series["requests"] = append(a.Series["requests"], monitor.Point{At: at, Value: 100})
		}
		round.Answers = append(round.Answers, a)
		round.Metrics += 2
	}
	return round, nil
}

func (h *history) fails(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err = err
}

// longest is the longest stretch that was asked for in one query since the last call.
func (h *history) longest() (d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, q := range h.asked {
		d = max(d, q.To.Sub(q.From))
	}
	h.asked = nil
	return d
}

// watchedRoom opens a room on a launch whose only step has just ended.
func watchedRoom(t *testing.T, s *memory, h *history, window time.Duration) (*Room, func() *Room) {
	t.Helper()
	now := time.Now().UTC()
	book, file := testRunbook(), testFile(now.Add(20*time.Minute))
	book.Roles = append(book.Roles, runbook.Role{ID: "program-manager", Title: "Program Manager", Short: "PM"})
	book.Success = []runbook.Criteria{{ID: "technical", Title: "Technical", Owner: "engineering-lead", Duration: runbook.Duration(window),
		Criteria: []runbook.Criterion{{ID: "errors-low", Text: "Errors low", Monitors: []string{"error-rate"}, Rule: "< 0.1% for 24h"}}}}
	book.Closure = runbook.Closure{Owner: "program-manager", Requirements: []runbook.Action{{ID: "closure/metrics-snapshot-saved", Text: "Metrics snapshot saved"}}}
	metric := launchfile.CWMetric{Namespace: "Shop", Name: "x", Stat: "Sum"}
	file.Sources["error-rate"] = launchfile.Source{CloudWatch: &launchfile.CloudWatch{Period: runbook.Duration(time.Minute), Expression: "100 * errors / requests",
		Metrics: map[string]launchfile.CWMetric{"errors": metric, "requests": metric}}}
	if err := Plan(t.Context(), s, &PlanRequest{ID: "0123", Mode: launch.Live, File: file, FileText: "file", Runbook: book, RunbookText: "book", UID: uids, Now: now, By: el()}); err != nil {
		t.Fatal(err)
	}
	open := func() *Room {
		return openRoom(t, Config{Store: s, Ports: Ports{Sources: map[string]Source{"cloudwatch": h}}})
	}
	r := open()
	d, p := r.Door(el()), r.Door(po())
	for _, id := range []string{"infra/one", "infra/two"} {
		do(t, d, "item.check", "id", id)
	}
	do(t, d, "section.sign-off", "id", "infra", "evidence", "seen")
	do(t, d, "poll.open")
	do(t, d, "poll.vote", "vote", "GO", "reason", "ready")
	do(t, p, "poll.vote", "vote", "GO", "reason", "ready")
	do(t, d, "poll.decide")
	time.Sleep(20*time.Minute + time.Second)
	do(t, d, "step.start", "id", "deploy")
	if err := r.in(t.Context(), func() {
		if st := r.state.StepStateOf("deploy"); st != launch.StepDone {
			_, _ = r.record(r.now(), r.system(), []launch.Event{{Kind: launch.KindStepVerified, Data: launch.StepChanged{ID: "deploy"}}})
		}
	}); err != nil {
		t.Fatal(err)
	}
	return r, open
}

func measured(t *testing.T, s *memory) []launch.CriterionMeasured {
	t.Helper()
	var all []launch.CriterionMeasured
	for _, e := range entriesOf(t, s, launch.KindCriterionMeasured) {
		var d launch.CriterionMeasured
		if err := json.Unmarshal(e.Data, &d); err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

func soFar(t *testing.T, r *Room) (m launch.MonitorScored) {
	t.Helper()
	if err := r.in(t.Context(), func() {
		if list := r.poll.follow.scores["errors-low"]; len(list) == 1 {
			m = list[0]
		}
	}); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTheWindowIsMeasuredWhenItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, h := newMemory(), &history{errors: map[time.Time]float64{}}
		r, _ := watchedRoom(t, s, h, 6*time.Hour)
		from := time.Now().UTC()
		bad := from.Truncate(time.Minute).Add(3 * time.Hour)
		h.bad(bad, 20) // a minute of 20 %, which is 0.06 % of the window
		time.Sleep(4 * time.Hour)
		if m := soFar(t, r); m.Coverage != 100 || m.Failing != 1 || m.Expected < 230 || m.Expected > 236 || len(m.Worst) == 0 || !m.Worst[0].At.Equal(bad) {
			t.Errorf("so far %+v", m)
		}
		if len(measured(t, s)) != 0 {
			t.Error("measured before the end")
		}
		time.Sleep(2*time.Hour + time.Minute)
		if len(measured(t, s)) != 0 {
			t.Error("measured before late points had their time")
		}
		time.Sleep(10 * time.Minute)
		all := measured(t, s)
		if len(all) != 1 || all[0].Verdict != monitor.GoalMet || all[0].Monitors[0].Points != 360 || all[0].Monitors[0].How != monitor.HowWhole ||
			all[0].Monitors[0].Parts["requests"] != 36000 || all[0].Monitors[0].Parts["errors"] != 20 {
			t.Fatalf("%+v", all)
		}
		if err := r.in(t.Context(), func() {
			if c := r.state.Closure(r.now()); c.Items[0].Filled == "" {
				t.Errorf("%+v, sealed to %s", c, r.state.Sealed.To)
			}
		}); err != nil {
			t.Fatal(err)
		}
		if n, err := CheckSeals(t.Context(), s, "checkout"); err != nil || n < 360 {
			t.Errorf("%d sealed, %v", n, err)
		}
	})
}

func TestGapsAreFilledAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, h := newMemory(), &history{errors: map[time.Time]float64{}}
		r, open := watchedRoom(t, s, h, 24*time.Hour)
		time.Sleep(20 * time.Minute)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(17 * time.Hour) // nobody polls
		h.longest()
		r = open()
		time.Sleep(2 * time.Minute)
		if m := soFar(t, r); m.Coverage < 99 || m.Expected < 1000 {
			t.Errorf("after the restart %+v", m)
		}
		if d := h.longest(); d > fillPoints*time.Minute {
			t.Errorf("asked for %s at once", d)
		}
		s.mu.Lock()
		fills := slices.DeleteFunc(slices.Clone(s.reads), func(r Read) bool { return !strings.HasPrefix(r.Detail, "back-fill of error-rate from ") })
		s.mu.Unlock()
		if len(fills) < 2 || fills[0].Requested != 2 || fills[0].Outcome != "ok" {
			t.Errorf("reads of the back-fill: %+v", fills)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(8 * time.Hour) // the window ends while nobody looks
		r = open()
		time.Sleep(5 * time.Minute)
		all := measured(t, s)
		if len(all) != 1 || all[0].Monitors[0].Points != 1440 || all[0].Verdict != monitor.GoalMet {
			t.Fatalf("%+v", all)
		}
		before, err := Entries(t.Context(), s, "checkout", 0, 10000)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
		open()
		time.Sleep(20 * time.Minute)
		if again := measured(t, s); len(again) != 1 {
			t.Errorf("measured again with the same figures, after %d entries: %+v", len(before), again)
		}
	})
}

func TestTooLittleDataIsNoVerdictAndLatePointsAreTakenIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, h := newMemory(), &history{errors: map[time.Time]float64{}}
		r, open := watchedRoom(t, s, h, 4*time.Hour)
		time.Sleep(3 * time.Hour)
		h.fails(errors.New("no route to host"))
		time.Sleep(time.Hour + 5*time.Minute)
		if len(measured(t, s)) != 0 {
			t.Error("measured while the source had a few minutes left to answer")
		}
		if m := soFar(t, r); m.Coverage > 80 || m.Verdict != monitor.GoalUnknown {
			t.Errorf("%+v", m)
		}
		time.Sleep(25 * time.Minute)
		all := measured(t, s)
		if len(all) != 1 || all[0].Verdict != monitor.GoalUnknown || !strings.Contains(all[0].Monitors[0].Why, "is too little") {
			t.Fatalf("%+v", all)
		}
		h.fails(nil)
		_ = r.Close()
		open()
		time.Sleep(10 * time.Minute)
		all = measured(t, s)
		if last := all[len(all)-1]; last.Verdict != monitor.GoalMet || last.Monitors[0].Points != 240 {
			t.Fatalf("%+v", last)
		}
	})
}

func TestClosingWaitsForTheSecondAndEndsThePolling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, h := newMemory(), &history{errors: map[time.Time]float64{}}
		r, _ := watchedRoom(t, s, h, 4*time.Hour)
		res := do(t, r.Door(el()), "launch.close", "reason", "small", "confirm", "checkout")
		if !res.Waiting || !strings.Contains(res.Message, "it waits for Product Owner") {
			t.Errorf("%+v", res)
		}
		res = do(t, r.Door(po()), "launch.close", "reason", "sales are in", "confirm", "checkout")
		if res.Waiting || res.Message != "the launch is closed: unverified" {
			t.Errorf("%+v", res)
		}
		time.Sleep(time.Minute)
		h.longest()
		n := len(kinds(s))
		time.Sleep(time.Hour)
		if h.longest() != 0 || len(kinds(s)) != n {
			t.Error("a closed launch is read or written")
		}
		if _, err := r.Door(el()).Do(t.Context(), command("note.add", "text", "x")); err == nil {
			t.Error("a note in a closed launch")
		}
	})
}

func (h *history) bad(at time.Time, errors float64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.errors[at] = errors
}
