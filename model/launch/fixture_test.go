package launch

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

var t0 = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func testRunbook() *runbook.Runbook {
	mark := func(m time.Duration) runbook.Mark { return runbook.Mark(m) }
	actions := func(ids ...string) (list []runbook.Action) {
		for _, id := range ids {
			list = append(list, runbook.Action{ID: id, Text: id})
		}
		return list
	}
	step := func(id, owner string, watch bool) runbook.Step {
		st := runbook.Step{ID: id, Title: id, Owner: owner, Actions: actions(id+"-act-1", id+"-act-2"),
			Verifications: []runbook.Verification{{ID: id + "-check", Text: id + " check", Mode: "gate"}}}
		if watch {
			st.Verifications = append(st.Verifications, runbook.Verification{ID: id + "-watch", Text: id + " watch", Mode: "watch"})
		}
		return st
	}
	section := func(id, owner string) runbook.Section {
		return runbook.Section{ID: id, Title: id, Owner: owner, SignOff: true, Verification: "a look",
			Items: []runbook.Item{{ID: id + "/one", Text: id + " one"}, {ID: id + "/two", Text: id + " two"}}}
	}
	role := func(id, short string) runbook.Role {
		return runbook.Role{ID: id, Title: strings.ToUpper(short), Short: short}
	}
	return &runbook.Runbook{
		ID: "small", Title: "Small",
		Roles: []runbook.Role{role("program-manager", "PM"), role("engineering-lead", "EL"), role("product-owner", "PO"),
			role("engineering-manager", "EM"), role("security-lead", "SecL"), role("database-admin", "DBA")},
		Contacts: []runbook.ContactGroup{{ID: "technical", Primary: runbook.Contact{Role: "engineering-lead"}, Escalation: runbook.Contact{Role: "engineering-manager"}}},
		RACI: []runbook.Activity{
			{ID: "launch-strategy", Cells: map[string]string{"program-manager": "R/A", "engineering-lead": "C"}},
			{ID: "deployment", Cells: map[string]string{"engineering-lead": "R/A", "engineering-manager": "C"}},
			{ID: "monitoring", Cells: map[string]string{"engineering-lead": "R/A", "product-owner": "R"}},
		},
		Timeline: []runbook.Day{{At: mark(-7 * 24 * time.Hour), Roles: []runbook.DayRole{{Role: "engineering-lead",
			Frequency: runbook.Frequency{Text: "Daily check-ins", Every: runbook.Duration(24 * time.Hour)},
			Tasks:     []runbook.Task{{ID: "l-7d/el/load", Text: "Load test"}}, Deliverables: []runbook.Deliverable{{ID: "l-7d/el/plan", Text: "Plan"}}}}}},
		Checklists: []runbook.Area{{ID: "technical", Sections: []runbook.Section{section("infra", "engineering-lead"), section("security", "security-lead")}}},
		GoNoGo: runbook.GoNoGo{At: mark(-time.Hour), Attendees: []runbook.Attendee{{Role: "program-manager", Facilitator: true}},
			Approvals: []string{"engineering-lead", "product-owner", "engineering-manager", "program-manager"}},
		Sequence: runbook.Sequence{
			Marks: []runbook.SequenceMark{
				{ID: "t-15m", At: mark(-15 * time.Minute), Owner: "program-manager", Actions: actions("open-room")},
				{ID: "t-10m", At: mark(-10 * time.Minute), Owner: "engineering-lead", Actions: actions("health-check", "confirm-access")},
				{ID: "t-5m", At: mark(-5 * time.Minute), Owner: "all", Actions: actions("position-check")},
			},
			Steps: []runbook.Step{step("flag", "engineering-lead", true), step("database", "database-admin", false)},
		},
		Defects: runbook.Defects{Severities: []runbook.Severity{
			{ID: "sev1", Title: "Critical", Blocking: true, Respond: runbook.Duration(5 * time.Minute)}, {ID: "sev3", Title: "Minor", Respond: runbook.Duration(4 * time.Hour)}}},
		Monitors: []runbook.Monitor{
			{ID: "error-rate", Name: "Error rate", Unit: "%", Owner: "engineering-lead", Warning: "> 0.1%", Critical: "> 0.5%"},
			{ID: "network", Name: "Network", Unit: "B/s", Owner: "engineering-lead", Warning: "> baseline * 1.5"},
			{ID: "usage", Name: "Usage", Unit: "%", Owner: "product-owner", Warning: "< baseline * 0.9"},
			{ID: "tickets", Name: "Tickets", Unit: "/h", Owner: "security-lead", Critical: "> baseline * 2"},
			{ID: "satisfaction", Name: "Satisfaction", Unit: "%", Owner: "product-owner"},
		},
		Triggers: []runbook.Trigger{
			{ID: "errors-high", Title: "Error rate > 1%", When: "error-rate > 1% for 5m", Priority: "high"},
			{ID: "orders-fall", Title: "Orders fall", When: "orders < baseline * 0.5 for 15m", Priority: "normal"},
			{ID: "incident", Title: "Security incident", Declared: true, Priority: "high"},
			{ID: "revenue", Title: "Revenue impact", Declared: true, Priority: "normal"},
		},
		Rollback: runbook.Rollback{Authorization: map[string]runbook.Authorization{"high": {Approvals: 1, Roles: []string{"engineering-lead", "engineering-manager"}}}},
	}
}

// people are the fixture's; uid is 1001 for the first, and so on. The DBA's role is held by nobody.
func testFile() *launchfile.File {
	p := func(user string, roles, backup []string) launchfile.Person {
		return launchfile.Person{User: user, Roles: roles, BackupFor: backup}
	}
	return &launchfile.File{Launch: "checkout", Title: "Checkout", T0: t0, Runbook: "small", People: []launchfile.Person{
		p("pm", []string{"program-manager"}, nil), p("el", []string{"engineering-lead"}, nil), p("po", []string{"product-owner"}, nil),
		p("em", []string{"engineering-manager"}, []string{"database-admin"}), p("sec", []string{"security-lead"}, nil),
	},
		Monitors: []runbook.Monitor{{ID: "orders", Name: "Orders", Unit: "/min", Owner: "product-owner"}},
		Sources: map[string]launchfile.Source{
			"error-rate": {CloudWatch: &launchfile.CloudWatch{}}, "network": {CloudWatch: &launchfile.CloudWatch{}}, "usage": {Prometheus: &launchfile.Prometheus{}},
			"orders": {HTTP: &launchfile.HTTPJSON{}}, "tickets": {Manual: &launchfile.Manual{}},
		},
		Logs: []launchfile.LogGroup{{Group: "/shop", Error: "ERROR"}},
	}
}

var uids = map[string]int{"pm": 1001, "el": 1002, "po": 1003, "em": 1004, "sec": 1005, "dba": 1006}

// testLaunch is a launch with its journal and its clock.
type testLaunch struct {
	t       testing.TB
	s       *State
	entries []journal.Entry
	now     time.Time

	// As planned, and what changes of the documents name.
	runbook  *runbook.Runbook
	file     *launchfile.File
	runbooks map[string]*runbook.Runbook
	files    map[string]*launchfile.File
}

func newLaunch(t testing.TB, mode Mode, at time.Time) *testLaunch {
	t.Helper()
	return newLaunchOf(t, mode, at, testRunbook(), testFile())
}

func newLaunchOf(t testing.TB, mode Mode, at time.Time, rb *runbook.Runbook, f *launchfile.File) *testLaunch {
	t.Helper()
	ev, err := Plan(PlanInput{ID: "id", Mode: mode, Runbook: rb, File: f, RunbookHash: "r", FileHash: "f", RunbookJSON: "rj", FileJSON: "fj", UIDs: uids})
	if err != nil {
		t.Fatal(err)
	}
	e, err := journal.Seal("checkout", string(mode), journal.Head{}, at, journal.Draft{Actor: journal.Actor{User: "el", Auth: journal.AuthOSUser}, Kind: ev.Kind, Data: ev.Data})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(e, rb, f)
	if err != nil {
		t.Fatal(err)
	}
	return &testLaunch{t: t, s: s, entries: []journal.Entry{e}, now: at, runbook: rb, file: f,
		runbooks: map[string]*runbook.Runbook{}, files: map[string]*launchfile.File{}}
}

func who(user string) Who {
	uid, ok := uids[user]
	if !ok {
		uid = 2000
	}
	return Who{User: user, UID: uid, Host: "h", Auth: journal.AuthOSUser}
}

// told is what the Decisions pane says of the newest entry.
func (l *testLaunch) told() string { return Describe(l.s, l.entries[len(l.entries)-1]) }

// data reads the newest entry's.
func (l *testLaunch) data(into any) {
	l.t.Helper()
	if err := json.Unmarshal(l.entries[len(l.entries)-1].Data, into); err != nil {
		l.t.Fatal(err)
	}
}

// odd journals an entry as it is and expects it to be an oddity that changes nothing.
func (l *testLaunch) odd(words, kind string, data any) {
	l.t.Helper()
	l.oddBy(journal.Actor{User: "x", Auth: journal.AuthSystem}, words, kind, data)
}

func (l *testLaunch) oddBy(actor journal.Actor, words, kind string, data any) {
	l.t.Helper()
	n, before := len(l.s.Oddities), snapshot(l.s)
	l.put(actor, kind, data)
	if len(l.s.Oddities) != n+1 || !strings.Contains(l.s.Oddities[n].What, words) {
		l.t.Fatalf("%s %+v: expected an oddity with %q, got %+v", kind, data, words, l.s.Oddities[n:])
	}
	if after := snapshot(l.s); after != before {
		l.t.Fatalf("%s %+v changed\n%s\nto\n%s", kind, data, before, after)
	}
}

// system journals an entry of the room's own.
func (l *testLaunch) system(kind string, data any) {
	l.t.Helper()
	l.put(journal.Actor{User: "tminus", Auth: journal.AuthSystem}, kind, data)
	if n := len(l.s.Oddities); n > 0 {
		l.t.Fatalf("%s led to an oddity: %+v", kind, l.s.Oddities[n-1])
	}
}

// put journals and applies an entry as it is.
func (l *testLaunch) put(actor journal.Actor, kind string, data any) {
	l.t.Helper()
	e, err := journal.Seal("checkout", string(l.s.Mode), l.s.Head, l.now, journal.Draft{Actor: actor, Kind: kind, Data: data})
	if err != nil {
		l.t.Fatal(err)
	}
	l.entries = append(l.entries, e)
	if err := l.s.Apply(e); err != nil && !errors.Is(err, ErrUnknownKind) {
		l.t.Fatal(err)
	}
}

// due journals what the clock does by itself.
func (l *testLaunch) due() {
	l.t.Helper()
	for range 50 {
		events := l.s.Due(l.now)
		for _, ev := range events {
			l.put(journal.Actor{User: "tminus", Auth: journal.AuthSystem}, ev.Kind, ev.Data)
		}
		if len(events) == 0 {
			return
		}
	}
	l.t.Fatal("something is due for ever")
}

// command writes args as key=value.
func command(action string, args ...string) Command {
	c := Command{Action: action, Args: map[string]string{}}
	for _, a := range args {
		k, v, _ := strings.Cut(a, "=")
		c.Args[k] = v
	}
	return c
}

// as carries a command out for a caller; args are key=value.
func (l *testLaunch) as(w Who, action string, args ...string) error {
	l.t.Helper()
	return l.carryOut(w, command(action, args...))
}

func (l *testLaunch) carryOut(w Who, c Command) error {
	l.t.Helper()
	l.due()
	events, err := l.s.Decide(w, c, l.now)
	if needs := (*Needs)(nil); errors.As(err, &needs) && len(needs.Windows) == 0 {
		c.Measured = &Measured{World: &World{Identity: Identity{Account: "123456789012"}, Digests: map[string]string{}}}
		for _, path := range needs.Programs {
			c.Measured.World.Digests[path] = "digest of " + path
		}
		events, err = l.s.Decide(w, c, l.now)
	}
	for _, ev := range events {
		l.put(l.s.ActorFor(w, ev), ev.Kind, ev.Data)
	}
	if n := len(l.s.Oddities); n > 0 {
		l.t.Fatalf("%+v led to an oddity: %+v", c, l.s.Oddities[n-1])
	}
	return err
}

func (l *testLaunch) do(user, action string, args ...string) {
	l.t.Helper()
	if err := l.as(who(user), action, args...); err != nil {
		l.t.Fatalf("%s %s %v: %v", user, action, args, err)
	}
}

// refuse expects a refusal that holds the words, and whether it is a wrong use.
func (l *testLaunch) refuse(wrongUse bool, words, user, action string, args ...string) {
	l.t.Helper()
	err := l.as(who(user), action, args...)
	r, ok := Refused(err)
	if !ok {
		l.t.Fatalf("%s %s %v: expected a refusal, got %v", user, action, args, err)
	}
	if !strings.Contains(r.Error(), words) || r.Usage != wrongUse {
		l.t.Fatalf("%s %s %v: expected %q (usage %v), got %q (usage %v)", user, action, args, words, wrongUse, r.Error(), r.Usage)
	}
}

// ready ticks and signs everything.
func (l *testLaunch) ready() {
	l.t.Helper()
	for _, sec := range l.s.Runbook.Sections() {
		owner := l.s.Holders(sec.Owner)[0]
		for _, it := range sec.Items {
			l.do(owner, "item.check", "id="+it.ID)
		}
		l.do(owner, "section.sign-off", "id="+sec.ID, "evidence=seen")
	}
}

// giveGo polls everybody and decides GO.
func (l *testLaunch) giveGo() {
	l.t.Helper()
	l.do("pm", "poll.open")
	for _, u := range []string{"pm", "el", "po", "em"} {
		l.do(u, "poll.vote", "vote=GO", "reason=ready")
	}
	l.do("pm", "poll.decide")
}

// refold folds the journal again and expects the same state.
func (l *testLaunch) refold() {
	l.t.Helper()
	s := l.again()
	a, b := *s, *l.s
	a.table, b.table = nil, nil
	if !reflect.DeepEqual(a, b) {
		l.t.Fatalf("the fold differs:\n%+v\n%+v", a, b)
	}
}

// again is the state as the journal's text tells it.
func (l *testLaunch) again() *State {
	l.t.Helper()
	s, err := New(l.entries[0], l.runbook, l.file)
	if err != nil {
		l.t.Fatal(err)
	}
	for hash, rb := range l.runbooks {
		s.ProvideRunbook(hash, rb)
	}
	for hash, f := range l.files {
		s.ProvideFile(hash, f)
	}
	for _, e := range l.entries[1:] {
		again, err := journal.Parse(journal.Row{Launch: e.Launch, Seq: e.Seq, Body: e.Body, Hash: e.Hash})
		if err != nil {
			l.t.Fatal(err)
		}
		if err := s.Apply(again); err != nil && !errors.Is(err, ErrUnknownKind) {
			l.t.Fatal(err)
		}
	}
	return s
}
