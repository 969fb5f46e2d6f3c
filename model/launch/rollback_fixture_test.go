package launch

import (
	"maps"
	"slices"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

const restore, resume = "/opt/restore", "/opt/resume"

// backRunbook is the fixture's runbook with the seed's authorization matrix and a rollback of three steps, one of each
// kind: a flag, the database's programs, a deployment.
func backRunbook() *runbook.Runbook {
	rb := testRunbook()
	gate := func(id string) runbook.Verification { return runbook.Verification{ID: id, Text: id, Mode: "gate"} }
	watch := func(id string) runbook.Verification {
		return runbook.Verification{ID: id, Text: id, Mode: runbook.Watch}
	}
	rb.Sequence.Steps = []runbook.Step{
		{ID: "turn-on", Title: "Turn on", Owner: "engineering-lead", Kind: "flag", Actions: []runbook.Action{{ID: "on", Text: "on"}},
			Verifications: []runbook.Verification{gate("on-read")}},
		{ID: "migrate", Title: "Migrate", Owner: "database-admin", Kind: "actions", Actions: []runbook.Action{{ID: "schema", Text: "schema"}}},
		{ID: "ship", Title: "Ship", Owner: "engineering-lead", Kind: "deploy"},
	}
	rb.Rollback = runbook.Rollback{
		Afterwards: []runbook.RoleActions{
			{Role: "engineering-lead", Actions: []runbook.Action{{ID: afterEL, Text: "Collect error logs"}}},
			{Role: "product-owner", Actions: []runbook.Action{{ID: afterPO, Text: "Assess business impact"}}},
		},
		Authorization: map[string]runbook.Authorization{
			"high":   {Approvals: 1, Roles: []string{"engineering-lead", "engineering-manager"}},
			"normal": {Approvals: 2, Roles: []string{"engineering-lead", "product-owner", "engineering-manager"}},
		},
		Steps: []runbook.Step{
			{ID: "off", Title: "Off", Owner: "engineering-lead", Kind: "flag", Verifications: []runbook.Verification{gate("off-read"), watch("off-traffic")}},
			{ID: "db", Title: "Database", Owner: "database-admin", Kind: "actions",
				Actions:       []runbook.Action{{ID: "halt", Text: "halt"}, {ID: "restore", Text: "restore"}},
				Verifications: []runbook.Verification{gate("db-queries")}},
			{ID: "code", Title: "Code", Owner: "engineering-lead", Kind: "deploy", Verifications: []runbook.Verification{watch("code-deployment")}},
		},
	}
	return rb
}

func backFile() *launchfile.File {
	f := testFile()
	f.People[3].BackupFor = append(f.People[3].BackupFor, "product-owner")
	f.People = append(f.People, launchfile.Person{User: "dba", Roles: []string{"database-admin"}})
	f.Flags = map[string]launchfile.Flag{"main": {SSM: launchfile.SSMParameter{Name: "/features/x", On: "true", Off: "false"},
		Effect: &launchfile.Effect{Monitor: "orders", Expect: "falls"}}}
	f.Deploy = &launchfile.Deploy{CodeDeploy: &launchfile.CodeDeploy{Application: "shop", Group: "web", GitHub: launchfile.GitHub{
		Repository: "acme/shop", Release: "1111111111111111111111111111111111111111", LastKnownGood: "2222222222222222222222222222222222222222"}}}
	f.Actions = map[string]launchfile.Program{"restore": {Run: []string{restore, "all"}, Undo: []string{resume}}}
	return f
}

func backLaunch(t testing.TB, mode Mode) *testLaunch {
	l := newLaunchOf(t, mode, t0.Add(-time.Hour), backRunbook(), backFile())
	l.ready()
	l.giveGo()
	l.now = t0
	return l
}

// current is the newest request's id.
func (l *testLaunch) current() string {
	if b := l.s.CurrentRollback(); b != nil {
		return "id=" + b.ID
	}
	return "id="
}

// after lets time pass, and what comes with it.
func (l *testLaunch) after(d time.Duration) {
	l.now = l.now.Add(d)
	l.due()
}

// stands expects the state of the newest request.
func (l *testLaunch) stands(state string) {
	l.t.Helper()
	l.due()
	if b := l.s.CurrentRollback(); b == nil || b.State(l.s) != state {
		l.t.Fatalf("expected a rollback that is %s, got %+v", state, b)
	}
}

// step expects a step's state.
func (l *testLaunch) step(id string, state StepState) {
	l.t.Helper()
	l.due()
	if got := l.s.StepStateOf(id); got != state {
		l.t.Fatalf("step %s is %q, expected %q", id, got, state)
	}
}

// only expects that exactly these keys are work now, and returns the first.
func (l *testLaunch) only(started time.Time, want ...string) Work {
	l.t.Helper()
	l.due()
	works := l.s.Work(started)
	got := []string{}
	for _, w := range works {
		part := w.Part.ID
		if w.Kind != WorkCheck {
			part = w.Call.Part
		}
		got = append(got, string(w.Kind)+" "+part)
	}
	if !slices.Equal(got, want) {
		l.t.Fatalf("work is %q, expected %q", got, want)
	}
	if len(works) == 0 {
		return Work{}
	}
	return works[0]
}

func (l *testLaunch) intend(w Work) {
	l.t.Helper()
	l.system(KindCallIntended, CallIntended{Call: w.Call, Digest: w.Call.Digest(), Deadline: l.now.Add(10 * time.Second), DryRun: l.s.Mode == DryRun})
}

func (l *testLaunch) returned(w Work, outcome string) {
	l.t.Helper()
	l.system(KindCallReturned, CallReturned{ID: w.Call.ID, Outcome: Outcome{Outcome: outcome, Error: "because"}})
	l.due()
}

func (l *testLaunch) found(w Work, found string) {
	l.t.Helper()
	l.system(KindCallFound, CallFound{ID: w.Call.ID, Found: Found{Found: found, Evidence: "looked"}})
	l.due()
}

func (l *testLaunch) checked(w Work, outcome string) {
	l.t.Helper()
	l.system(KindStepChecked, StepChecked{ID: w.Step, What: w.Part.ID, Attempt: w.Attempt, Outcome: outcome, Evidence: "looked", Flag: w.Part.Flag})
	l.due()
}

// fires lets the trigger of an error rate fire, and clears says that it is good again.
func (l *testLaunch) fires(id string) {
	l.t.Helper()
	l.system(KindTriggerFired, TriggerFired{Trigger: id, Monitor: "error-rate", Priority: l.s.trigger(id).Priority, Proposes: l.s.TriggerProposes(l.now),
		Points: []monitor.Point{{At: l.now, Value: 2}}})
}

// raw journals an entry as somebody with the roles would, and expects an oddity that changes nothing.
func (l *testLaunch) raw(actor journal.Actor, kind string, data any) {
	l.t.Helper()
	n, before := len(l.s.Oddities), snapshot(l.s)
	l.put(actor, kind, data)
	if len(l.s.Oddities) != n+1 || snapshot(l.s) != before {
		l.t.Fatalf("%s %+v was taken: %v", kind, data, slices.Sorted(maps.Keys(l.s.Calls)))
	}
	l.s.Oddities = nil
}
