package screen

import (
	"slices"
	"strings"
	"testing"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

func TestOpenRequestSaysWhatItNeeds(t *testing.T) {
	s := back()
	b := request(s)
	sc := present(s, "T+7m")
	want := "rollback " + b.ID + " open: needs 1 more approval (PO owner, EM bob)"
	if sc.Status != Red || sc.Reasons[0] != want {
		t.Errorf("%s %q; want RED %q", sc.Status, sc.Reasons, want)
	}
	r := sc.CurrentRequest()
	if r.Needs != 2 || r.Missing != 1 || !slices.Equal(r.Eligible, []string{"PO owner", "EM bob"}) || r.ApproveLine != "tminus approve "+b.ID+" --launch checkout-v2" {
		t.Errorf("%+v", r)
	}
	if len(r.Approvals) != 1 || !r.Approvals[0].Counts || r.Approvals[0].Short != "EL" {
		t.Errorf("approvals %+v", r.Approvals)
	}
	if sc.Todo.Action != "rollback.approve" || sc.Todo.Target != b.ID || sc.Todo.Short != "PO" || sc.Todo.Person != "owner" ||
		!slices.ContainsFunc(sc.Next, func(n NextMark) bool { return n.Label == "R1" && n.Title == "Rollback request lapses" }) {
		t.Errorf("todo %+v, next %+v", sc.Todo, sc.Next)
	}
	if off := partOf(t, sc, "feature-disable"); off.By != "call" || !strings.Contains(off.AWSLine, "--value false") || off.State != PartWaiting || off.CallID == "" {
		t.Errorf("the flag's part %+v", off)
	}
	if code := partOf(t, sc, "code-rollback"); !strings.Contains(code.AWSLine, strings.Repeat("bb", 20)) {
		t.Errorf("the deployment's part %+v", code)
	}
}

// Only who may approve and has not is called; the others see it all the same.
func TestRequestCallsWhoMayApprove(t *testing.T) {
	s := back()
	b := request(s)
	sc := present(s, "T+7m")
	for _, tc := range []struct {
		you   You
		yours bool
	}{
		{You{User: "bob", Roles: []string{"engineering-manager"}, Listed: true}, true},
		{You{User: "owner", Roles: []string{"product-owner"}, Listed: true}, true},
		{You{User: "lead", Roles: []string{"engineering-lead"}, Listed: true}, false}, // has approved
		{You{User: "lead", Roles: []string{"engineering-manager"}, Listed: true}, false},
		{You{User: "prog", Roles: []string{"program-manager"}, Listed: true}, false},
		{You{User: "eve", Roles: []string{"engineering-lead"}}, false},
	} {
		mine := sc.For(tc.you)
		a := mine.Alarms[0]
		if r := mine.CurrentRequest(); r.Yours != tc.yours || a.Quiet == tc.yours || a.Request != b.ID || a.Trigger != "" {
			t.Errorf("%s as %v: yours %v, alarm %+v", tc.you.User, tc.you.Roles, r.Yours, a)
		}
		if needs := strings.Contains(a.Title, "needs your approval"); needs != tc.yours {
			t.Errorf("%s is told %q", tc.you.User, a.Title)
		}
	}
	if sc.Alarms[0].Quiet || sc.CurrentRequest().Yours {
		t.Error("one viewer's picture changed everybody's")
	}
}

func TestOldApprovalsDoNotCount(t *testing.T) {
	s := back()
	request(s)
	sc := present(s, "T+21m")
	if r := sc.CurrentRequest(); r.Missing != 2 || r.Approvals[0].Counts || len(r.Eligible) != 3 {
		t.Errorf("%+v", r)
	}
}

func TestPartsTellWhatIsKnown(t *testing.T) {
	ok := &launch.Outcome{Outcome: launch.OutcomeOK, Result: map[string]string{"version": "13"}}
	for _, tc := range []struct {
		name           string
		change         func(c *launch.CallState, s *launch.State)
		when           string
		state, because string
	}{
		{"sent", func(*launch.CallState, *launch.State) {}, "T+6m", PartRunning, ""},
		{"past its deadline", func(*launch.CallState, *launch.State) {}, "T+7m", PartUnknown, "nothing came back"},
		{"lost", func(c *launch.CallState, _ *launch.State) {
			c.Returned = &launch.Outcome{Outcome: launch.OutcomeUnknown, Error: "reset by peer"}
		}, "T+6m", PartUnknown, "reset by peer"},
		{"refused", func(c *launch.CallState, _ *launch.State) {
			c.Returned = &launch.Outcome{Outcome: launch.OutcomeFailed, Error: "AccessDenied"}
		}, "T+6m", PartFailed, "AccessDenied"},
		{"looked for in vain", func(c *launch.CallState, _ *launch.State) {
			c.Found = &launch.Found{Found: launch.FoundNo, Evidence: "history has no such version"}
		}, "T+6m", PartFailed, "history has no such version"},
		{"done", func(c *launch.CallState, s *launch.State) {
			c.Returned = ok
			s.Confirmed["feature-disable"] = &launch.Done{Mark: mark("", "version 13", at("T+6m"))}
		}, "T+6m", PartDone, "version 13"},
	} {
		s := back()
		authorize(s, request(s))
		c := intend(s, "feature-disable", "feature-disable")
		tc.change(c, s)
		p := partOf(t, present(s, tc.when), "feature-disable")
		if p.State != tc.state || p.Evidence != tc.because || p.CallID != c.ID {
			t.Errorf("%s: %q %q, call %s", tc.name, p.State, p.Evidence, p.CallID)
		}
	}
}

func TestVerificationsAreVerdicts(t *testing.T) {
	s := back()
	authorize(s, request(s))
	st := s.Steps["feature-disable"]
	if p := partOf(t, present(s, "T+7m"), "parameter"); p.State != PartWaiting {
		t.Errorf("looked at before the write: %q", p.State)
	}
	s.Confirmed["feature-disable"] = &launch.Done{Mark: mark("", "version 13", at("T+6m"))}
	if p := partOf(t, present(s, "T+7m"), "parameter"); p.State != PartRunning {
		t.Errorf("after the write: %q", p.State)
	}
	st.Verified["parameter"] = mark("", "version 13", at("T+6m"))
	st.Checked["traffic"] = launch.Checked{Mark: mark("", "no traffic is left", at("T+7m")), Outcome: launch.CannotVerify}
	st.State = launch.StepVerifying
	sc := present(s, "T+8m")
	if p := partOf(t, sc, "traffic"); p.State != PartCannotVerify || p.Evidence != "no traffic is left" {
		t.Errorf("%+v", p)
	}
	if sc.Todo.Action != "step.confirm" || sc.Todo.Target != "traffic" || sc.Todo.Short != "EL" {
		t.Errorf("nobody is asked: %+v", sc.Todo)
	}
}

func TestProgressStandsAtItsCallAndItsVerification(t *testing.T) {
	s := back()
	authorize(s, request(s))
	for _, id := range []string{"feature-disable", "database-rollback"} {
		m := mark("", "", at("T+7m"))
		s.Steps[id].State, s.Steps[id].Ended = launch.StepDone, &m
	}
	begin(s, "code-rollback")
	c := intend(s, "code-rollback", "code-rollback")
	c.Returned = &launch.Outcome{Outcome: launch.OutcomeOK, Result: map[string]string{"deployment": "d-1"}}
	s.Confirmed["code-rollback"] = &launch.Done{Mark: mark("", "deployment d-1", at("T+7m"))}
	f := healthy(s, at("T+8m"))
	f.Progress = map[string]launch.Progress{c.ID: {State: "running", Detail: "1 of 3", Lines: []string{"i-1 Succeeded"}}}
	sc := Present(s, f, nil, at("T+8m"))
	for _, id := range []string{"code-rollback", "deployment-success"} {
		if p := partOf(t, sc, id); p.Progress == nil || p.Progress.Detail != "1 of 3" || p.CallID != c.ID {
			t.Errorf("%s: %+v", id, p)
		}
	}
}

func TestStepsThatFailAskForSomebody(t *testing.T) {
	s := back()
	b := request(s)
	authorize(s, b)
	m := mark("", "exit status 3", at("T+7m"))
	s.Steps["feature-disable"].State, s.Steps["feature-disable"].Ended = launch.StepDone, &m
	begin(s, "database-rollback")
	s.Steps["database-rollback"].State, s.Steps["database-rollback"].Ended = launch.StepFailed, &m
	s.File.Actions["halt"] = launchfile.Program{Run: []string{"/opt/halt.sh"}, Undo: []string{"/opt/resume.sh"}}
	sc := present(s, "T+8m")
	if want := "rollback " + b.ID + " executing: Database Rollback failed: exit status 3"; sc.Status != Red || sc.Reasons[0] != want {
		t.Errorf("%s %q; want %q", sc.Status, sc.Reasons, want)
	}
	if sc.Todo.Action != "step.retry" || sc.Todo.Target != "database-rollback" || sc.Todo.Short != "DBA" {
		t.Errorf("todo %+v", sc.Todo)
	}
	if a := sc.Alarms[0]; a.Request != b.ID || a.Quiet || a.Owner != "DBA" || !strings.Contains(a.Title, "Database Rollback failed") {
		t.Errorf("alarm %+v", a)
	}
	s.Steps["database-rollback"].State = launch.StepUnknown
	if sc = present(s, "T+8m"); sc.Todo.Action != "step.resolve" {
		t.Errorf("unknown: %+v", sc.Todo)
	}
}

// over ends a rollback.
func over(s *launch.State, b *launch.Rollback, outcome string) {
	m := mark("", "", at("T+9m"))
	for _, p := range b.Plan.Steps {
		s.Steps[p.ID] = &launch.Step{State: launch.StepDone, Attempt: 1, Ended: &m}
	}
	b.Completed, b.Outcome = &m, outcome
}

func TestDoneIsNotRedAndLeavesWorkForEachRole(t *testing.T) {
	s := back()
	b := request(s)
	authorize(s, b)
	s.Steps["database"] = &launch.Step{State: launch.StepFailed, Attempt: 1} // of the deployment, which is what was rolled back
	over(s, b, "done")
	sc := present(s, "T+10m")
	if sc.Status != Green || sc.Phase != launch.RolledBack {
		t.Errorf("%s %v in %s", sc.Status, sc.Reasons, sc.Phase)
	}
	if sc.Todo.Target != "afterwards/logs" || len(sc.Afterwards) != 1 {
		t.Errorf("todo %+v, afterwards %+v", sc.Todo, sc.Afterwards)
	}
	s.Confirmed["afterwards/logs"] = &launch.Done{Mark: mark("lead", "", at("T+11m"))}
	if sc = present(s, "T+12m"); sc.Todo.Action != "clock.recycle" {
		t.Errorf("todo %+v", sc.Todo)
	}
	judged := mark("", "error rate 4 %", at("T+12m"))
	b.Verdict, b.Judged = "not recovered", &judged
	if sc = present(s, "T+13m"); sc.Status != Yellow || sc.Reasons[0] != "not recovered after "+b.ID+": error rate 4 %" {
		t.Errorf("%s %q", sc.Status, sc.Reasons)
	}
	if times := sc.CurrentRequest().Times; times.Decided == nil || times.Executed == nil || times.Recovered != nil || !times.Detected.Equal(at("T+5m")) {
		t.Errorf("times %+v", times)
	}
	b.Outcome, b.Completed.Reason = "failed", "the database is gone"
	if sc = present(s, "T+13m"); sc.Status != Red || sc.Todo.Action != "rollback.request" {
		t.Errorf("%s %q %+v", sc.Status, sc.Reasons, sc.Todo)
	}
}

func TestLapsedCallsForTenMinutes(t *testing.T) {
	s := back()
	b := request(s)
	m := mark("", "nobody else approved it in time", at("T+21m"))
	b.Lapsed = &m
	if sc := present(s, "T+22m"); len(sc.Alarms) != 1 || sc.Alarms[0].Quiet || sc.CurrentRequest().State != RequestLapsed || sc.Status == Red {
		t.Errorf("%+v %s", sc.Alarms, sc.Status)
	}
	if sc := present(s, "T+32m"); !sc.Alarms[0].Quiet {
		t.Error("still calls")
	}
}

func TestFlagWords(t *testing.T) {
	for _, tc := range []struct {
		name string
		r    FlagReading
		word string
	}{
		{"never read", FlagReading{}, FlagUnknown},
		{"on", FlagReading{FlagValue: launch.FlagValue{Value: "true", Version: 12}, At: at("T+1m")}, FlagOn},
		{"off", FlagReading{FlagValue: launch.FlagValue{Value: "false"}, At: at("T+1m")}, FlagOff},
		{"something else", FlagReading{FlagValue: launch.FlagValue{Value: "TRUE"}, At: at("T+1m")}, FlagNeither},
		{"not read any more", FlagReading{FlagValue: launch.FlagValue{Value: "false"}, At: at("T+1m"), Error: "ParameterNotFound"}, FlagUnknown},
	} {
		s := back()
		f := healthy(s, at("T+7m"))
		f.Flags = map[string]FlagReading{"main": tc.r}
		flag := Present(s, f, nil, at("T+7m")).Flag("")
		if flag == nil || flag.Word != tc.word || !flag.Main || !strings.Contains(flag.OffLine, "--value false") || flag.Effect != "Latency falls" {
			t.Errorf("%s: %+v", tc.name, flag)
		}
	}
}

func TestSwitchedFlagTellsWhatBecameOfIt(t *testing.T) {
	s := back()
	s.Switches["main"] = &launch.Switch{Mark: mark("lead", "", at("T+6m")), Attempt: 1, Checked: map[string]launch.Checked{}}
	if sw := present(s, "T+7m").Flag("").Switching; sw.State != PartWaiting || sw.On {
		t.Errorf("%+v", sw)
	}
	c := &launch.CallState{Call: launch.NewCall(s.ID, launch.OpPutParameter, launch.FlagStep, "main", 1, map[string]string{"name": "x", "value": "false"}), Intended: mark("", "", at("T+6m"))}
	s.Calls[c.ID] = c
	if sc := present(s, "T+7m"); sc.Flag("").Switching.State != PartUnknown || sc.Status != Yellow || !strings.Contains(sc.Reasons[0], "turning the flag main off is unknown") {
		t.Errorf("%s %q", sc.Status, sc.Reasons)
	}
	c.Returned = &launch.Outcome{Outcome: launch.OutcomeOK}
	s.Switches["main"].Checked[launch.CheckEffect] = launch.Checked{Mark: mark("", "no traffic is left", at("T+7m")), Outcome: launch.CannotVerify}
	sw := present(s, "T+7m").Flag("").Switching
	if sw.State != PartDone || len(sw.Checks) != 2 || sw.Checks[0].State != PartRunning || sw.Checks[1].State != PartCannotVerify {
		t.Errorf("%+v", sw)
	}
}

func TestProcedureIsWhatARequestWouldBe(t *testing.T) {
	s := back()
	p := present(s, "T+7m").Procedure
	if !slices.Equal(p.Default, []string{"feature-disable", "code-rollback"}) || p.Flag != "feature-disable" || p.Priority != "normal" || len(p.Steps) != 3 {
		t.Errorf("%+v", p)
	}
	if n := p.Policies["normal"]; n.Approvals != 2 || !slices.Equal(n.Eligible, []string{"EL lead", "PO owner", "EM bob"}) {
		t.Errorf("%+v", n)
	}
	fire(s, "error-rate-high", "T+5m")
	if p = present(s, "T+7m").Procedure; p.Trigger != "error-rate-high" || p.Priority != "high" {
		t.Errorf("%+v", p)
	}
}

func TestContextNamesWhatAskedForTheRollback(t *testing.T) {
	s := back()
	b := request(s)
	b.Trigger = "error-rate-high"
	for i := range 40 {
		s.Runbook.Monitors = append(s.Runbook.Monitors, runbook.Monitor{ID: "m" + string(rune('a'+i)), Warning: "> 1"})
	}
	sc := present(s, "T+7m")
	for i := range sc.Monitors {
		if sc.Monitors[i].ID != "error-rate" {
			sc.Monitors[i].State = monitor.Warn
		}
	}
	if _, ok := ContextOf(sc).Metrics["error-rate"]; !ok {
		t.Error("the monitor that asked for it is left out")
	}
}

func TestStatusDocOfARollback(t *testing.T) {
	s := back()
	b := request(s)
	d := present(s, "T+7m").StatusDoc(at("T+7m"))
	if len(d.Requests) != 1 {
		t.Fatalf("%+v", d.Requests)
	}
	r := d.Requests[0]
	if r.ID != b.ID || r.State != "open" || r.Needs != 2 || !slices.Equal(r.Approvals, []string{"lead"}) || !slices.Equal(r.Steps, []string{"feature-disable", "database-rollback", "code-rollback"}) || !r.Expires.Equal(b.Expires) {
		t.Errorf("%+v", r)
	}
	if line := StatusLine(d); !strings.Contains(line, b.ID+" open") {
		t.Errorf("tmux: %q", line)
	}
	authorize(s, b)
	d = present(s, "T+7m").StatusDoc(at("T+7m"))
	if last := d.Steps[len(d.Steps)-3]; last.ID != "feature-disable" || last.State != "running" || last.Attempt != 1 || d.Requests[0].Expires != nil || d.Requests[0].State != "executing" {
		t.Errorf("%+v %+v", d.Steps, d.Requests)
	}
}

// A verdict that a person gave is told as theirs; where nobody can tell, an authority is asked.
func TestAVerdictThatAPersonGives(t *testing.T) {
	s := back()
	b := request(s)
	authorize(s, b)
	m := mark("tminus", "no monitor caused it", at("T+20m"))
	m.Auth = journal.AuthSystem
	b.Completed, b.Outcome, b.Verdict, b.Judged = &m, launch.RollbackDone, launch.CannotVerify, &m
	sc := present(s, "T+21m")
	if sc.Requests[0].Said || sc.Todo.Action != "rollback.judge" || sc.Todo.Short != "EL" {
		t.Errorf("%+v %+v", sc.Requests[0].Said, sc.Todo)
	}
	said := mark("lead", "it fails still", at("T+22m"))
	b.Verdict, b.Judged = launch.NotRecovered, &said
	sc = present(s, "T+23m")
	d := sc.StatusDoc(at("T+23m"))
	if r := d.Requests[0]; r.Verdict != launch.NotRecovered || r.VerdictBy != "lead" || sc.Todo.Action == "rollback.judge" {
		t.Errorf("%+v %+v", r, sc.Todo)
	}
	if all := strings.Join(sc.Reasons, "; "); !strings.Contains(all, "not recovered after "+b.ID+", said by lead: it fails still") {
		t.Error(all)
	}
}

// BenchmarkPresentRollingBack is the big screen with a rollback under way.
func BenchmarkPresentRollingBack(b *testing.B) {
	small, s := back(), bigState()
	s.ID, s.Calls, s.File.Flags, s.File.Actions, s.File.Deploy = small.ID, small.Calls, small.File.Flags, small.File.Actions, small.File.Deploy
	s.Runbook.Rollback = small.Runbook.Rollback
	r := request(s)
	authorize(s, r)
	for i := range 7 {
		old := *r
		m := mark("lead", "again", at("T+5m"))
		old.ID, old.Vetoed, old.Requested.Seq = old.ID+string(rune('a'+i)), &m, 100
		s.Rollbacks = append([]*launch.Rollback{&old}, s.Rollbacks...)
	}
	intend(s, "feature-disable", "feature-disable")
	f, now := healthy(s, at("T+7m")), at("T+7m")
	b.ReportAllocs()
	for b.Loop() {
		Present(s, f, nil, now)
	}
}
