package launch

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/runbook"
)

func osUser(user, role string) journal.Actor {
	return journal.Actor{User: user, Roles: []string{role}, Auth: journal.AuthOSUser}
}

// A request that comes after a rollback, and comes to nothing, does not open the deployment sequence again.
func TestAfterARollbackNothingIsDeployed(t *testing.T) {
	l := rolledBack(t)
	l.do("po", "rollback.request", "reason=x", "steps=code")
	l.do("em", "rollback.veto", l.current(), "reason=enough")
	if l.s.PhaseAt(l.now) != RolledBack {
		t.Error(l.s.PhaseAt(l.now))
	}
	l.refuse(false, "was rolled back: "+l.s.Rollbacks[0].ID, "el", "step.start", "id=ship", "confirm=checkout")
	l.do("po", "rollback.request", "reason=x", "steps=code")
	id := l.current()
	l.do("el", "clock.recycle", "to=T-15m")
	if b := l.s.Rollbacks[2]; b.State(l.s) != "lapsed" {
		t.Errorf("left behind by a recycle, and %s", b.State(l.s))
	}
	l.refuse(false, "there is no rollback request", "po", "rollback.approve", id)
	l.refold()
	l.raw(osUser("po", "product-owner"), KindRollbackApproved, RollbackWord{ID: strings.TrimPrefix(id, "id=")})
}

// Nothing of a rollback is begun by approvals that have aged since: not by a start, and not by skipping the first step.
func TestApprovalsCountWhenTheyAreUsed(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("el", "rollback.request", "reason=x", "priority=high") // and the room is gone before the first step starts
	l.now = l.now.Add(16 * time.Minute)
	l.raw(osUser("em", "engineering-manager"), "step.skipped", StepChanged{ID: "off", Reason: "x"})
	l.raw(journal.Actor{User: "tminus", Auth: journal.AuthSystem}, "step.started", StepChanged{ID: "off", Attempt: 1})
	l.stands("lapsed")
	if len(l.s.Work(l.now)) != 0 || l.s.Aborted != nil {
		t.Error("it has left something behind")
	}
}

func TestRollbacksThatNobodyCouldRequest(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("el", "rollback.request", "reason=x")
	l.do("el", "rollback.withdraw", l.current(), "reason=x")
	request := func(change func(*RollbackRequested)) RollbackRequested {
		d := RollbackRequested{Priority: runbook.Normal, Plan: l.s.PlanRollback([]string{"off", "db"}, &World{Digests: map[string]string{restore: "d"}})}
		for i := range d.Plan.Steps {
			for k := range d.Plan.Steps[i].Parts {
				d.Plan.Steps[i].Parts[k].Args = maps.Clone(d.Plan.Steps[i].Parts[k].Args)
			}
		}
		change(&d)
		d.Hash, d.ID = d.Plan.Hash(), l.s.requestID(d.Plan)
		return d
	}
	for name, change := range map[string]func(*RollbackRequested){
		"another value":     func(d *RollbackRequested) { d.Plan.Steps[0].Parts[0].Args["value"] = "true" },
		"another program":   func(d *RollbackRequested) { d.Plan.Steps[1].Parts[1].Args["argv"] = `["/bin/sh"]` },
		"a call for a hand": func(d *RollbackRequested) { d.Plan.Steps[1].Parts[0].By = ByCall },
		"other documents":   func(d *RollbackRequested) { d.Plan.Documents.File = "f9" },
		"another order":     func(d *RollbackRequested) { d.Plan.Steps[0], d.Plan.Steps[1] = d.Plan.Steps[1], d.Plan.Steps[0] },
		"a step twice":      func(d *RollbackRequested) { d.Plan.Steps[1] = d.Plan.Steps[0] },
		"no step":           func(d *RollbackRequested) { d.Plan.Steps = nil },
		"a priority":        func(d *RollbackRequested) { d.Priority = runbook.High },
		"no priority":       func(d *RollbackRequested) { d.Priority = "" },
	} {
		t.Log(name)
		l.raw(osUser("po", "product-owner"), KindRollbackRequested, request(change))
	}
	l.put(osUser("po", "product-owner"), KindRollbackRequested, request(func(*RollbackRequested) {}))
	l.stands("open")
}

// What an intent says is believed only where the state asks for that very call.
func TestCallsThatNobodyAskedFor(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("el", "rollback.request", "reason=x", "priority=high")
	w := l.only(l.now, "call off")
	for name, change := range map[string]func(*CallIntended){
		"another value":   func(d *CallIntended) { d.Args = map[string]string{"name": "/features/x", "value": "true"} },
		"another attempt": func(d *CallIntended) { d.Attempt = 2 },
		"another step":    func(d *CallIntended) { d.Step, d.Part = "code", "code" },
		"a dry run":       func(d *CallIntended) { d.DryRun = true },
		"a stop": func(d *CallIntended) {
			d.Op, d.Args = OpStopDeploy, map[string]string{"application": "shop", "group": "web", "deployment": "d-1"}
		},
	} {
		t.Log(name)
		d := CallIntended{Call: w.Call}
		change(&d)
		d.Call = NewCall(l.s.ID, d.Op, d.Step, d.Part, d.Attempt, d.Args)
		d.Digest = d.Call.Digest()
		l.raw(osUser("el", "engineering-lead"), KindCallIntended, d)
	}
	other := w.Call
	other.ID = "tm-0000000000000000"
	l.raw(osUser("el", "engineering-lead"), KindCallIntended, CallIntended{Call: other, Digest: other.Digest()})
	l.intend(w)
	l.raw(osUser("el", "engineering-lead"), KindCallFound, CallFound{ID: w.Call.ID, Found: Found{Found: FoundNo}}) // it may still come
	l.refuse(false, "can still come, until", "el", "step.resolve", "id=off", "outcome=not-done", "evidence=x")
	l.refuse(false, "is out", "el", "step.confirm", "id=off", "what=off")
}

// Asking for more people than the trigger does is possible, asking for fewer is not.
func TestPriorityOfARequest(t *testing.T) {
	l := backLaunch(t, Live)
	l.fires("errors-high")
	l.do("el", "rollback.request", "reason=x", "priority=normal")
	l.stands("open")
	l.do("po", "rollback.approve", l.current())
	l.stands("executing")

	l = backLaunch(t, Live)
	delete(l.s.Runbook.Rollback.Authorization, runbook.Normal)
	l.refuse(false, "says of nobody", "el", "rollback.request", "reason=x")
}

// Later triggers are more evidence of the one request, which does not lapse while one of them fires.
func TestLaterTriggersAddEvidence(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("el", "rollback.request", "reason=x")
	l.after(time.Minute)
	l.do("po", "trigger.declare", "id=revenue", "reason=orders are lost")
	l.fires("orders-fall")
	l.after(20 * time.Minute)
	l.stands("open")
	if b := l.s.CurrentRollback(); len(b.Also) != 2 || b.Trigger != "" {
		t.Errorf("%+v", b)
	}
	l.do("po", "trigger.clear", "id=revenue", "reason=x")
	l.system(KindTriggerCleared, TriggerCleared{Trigger: "orders-fall", Why: ClearedRecovered})
	l.stands("lapsed")
	if got := l.told(); !strings.Contains(got, "call em") {
		t.Errorf("a request that lapses says whom to call: %s", got)
	}
}

// Where somebody is given back the role by which they approved, the request is authorised by that, and not stuck.
func TestARoleGivenBackAuthorises(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("el", "rollback.request", "reason=x")
	l.do("el", "role.hand-over", "role=engineering-lead", "to=pm")
	l.do("po", "rollback.approve", l.current())
	l.stands("open")
	l.do("pm", "role.hand-over", "role=engineering-lead", "to=el")
	l.stands("executing")
}

// What became of a call of the deployment sequence is found out, though that was given up for a rollback, and recycled.
func TestAnUnknownOutlivesItsStep(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("el", "step.start", "id=turn-on", "confirm=checkout")
	w := l.only(l.now, "call on")
	l.intend(w)
	l.now = l.now.Add(time.Minute) // killed
	l.do("el", "rollback.request", "reason=x", "priority=high", "steps=off")
	l.through("call off", "look on")
	l.checked(l.only(l.now, "check off-read", "check off-traffic", "look on"), Verified)
	l.checked(l.only(l.now, "check off-traffic", "look on"), Verified)
	l.due()
	l.verdict(Recovered)
	l.do("el", "clock.recycle", "to=T-15m")
	l.giveGo()
	l.now = l.s.Clock.T0
	l.do("el", "step.start", "id=turn-on", "confirm=checkout")
	l.only(l.now, "look on") // and until then there is no other
	l.found(w, FoundYes)
	if l.s.Confirmed["on"] != nil {
		t.Error("what happened before the rollback counts after it")
	}
	l.only(l.now, "call on")
	l.refold()
}

// A program that ends well after its step was tried again has done what the new attempt would do.
func TestAProgramThatEndsAfterTheRetryIsNotRunAgain(t *testing.T) {
	l := executing(t, Live)
	l.do("el", "step.resolve", "id=off", "outcome=done", "evidence=off in the console")
	l.do("dba", "step.confirm", "id=db", "what=halt")
	w := l.only(l.now, "call restore")
	l.intend(w)
	l.returned(w, OutcomeOK)
	l.do("dba", "step.resolve", "id=db", "outcome=not-done", "evidence=it hangs")
	l.do("dba", "step.retry", "id=db")
	l.system(KindCallEnded, CallEnded{ID: w.Call.ID, State: "succeeded"})
	l.do("em", "step.confirm", "id=db", "what=halt") // an authority confirms a rollback's hands, too
	l.step("db", StepVerifying)
	l.only(l.now)
	l.refold()
}

// A flag whose value was lost again is written again when the step is tried again; a program is not run again.
func TestWhatARetryDoesAgain(t *testing.T) {
	l := executing(t, Live)
	l.through("call off")
	l.checked(l.only(l.now, "check off-read", "check off-traffic"), CheckFailed)
	l.step("off", StepFailed)
	l.do("el", "step.retry", "id=off")
	l.through("call off")
	l.checked(l.only(l.now, "check off-read", "check off-traffic"), Verified)
	l.do("dba", "step.confirm", "id=db", "what=halt")
	w := l.s.Work(l.now)[1]
	l.intend(w)
	l.returned(w, OutcomeOK)
	l.system(KindCallEnded, CallEnded{ID: w.Call.ID, State: "succeeded"})
	l.step("db", StepVerifying)
	l.do("dba", "step.resolve", "id=db", "outcome=not-done", "evidence=queries fail")
	l.do("dba", "step.retry", "id=db")
	l.do("dba", "step.confirm", "id=db", "what=halt")
	l.only(l.now, "check off-traffic")
	l.do("dba", "step.confirm", "id=db", "what=db-queries")
	l.only(l.now, "check off-traffic", "call code")
}

// An order to turn a flag on is carried out now or not at all: not by the next room, and not beside what came since.
func TestAnOrderToTurnOnDoesNotWait(t *testing.T) {
	for name, since := range map[string]func(l *testLaunch) time.Time{
		"another room": func(l *testLaunch) time.Time { return l.now.Add(time.Nanosecond) },
		"a hold":       func(l *testLaunch) time.Time { l.do("pm", "clock.hold", "reason=x"); return l.now },
		"a request":    func(l *testLaunch) time.Time { l.do("po", "rollback.request", "reason=x"); return l.now },
	} {
		l := backLaunch(t, Live)
		l.do("el", "flag.on", "confirm=checkout")
		l.only(l.now, "call main")
		if works := l.s.Work(since(l)); len(works) != 0 {
			t.Errorf("%s: %+v", name, works)
		}
	}
	l := backLaunch(t, Live)
	l.do("el", "flag.off")
	l.only(l.now.Add(time.Hour), "call main") // off is always off
	l = rolledBack(t)
	l.do("el", "flag.on", "confirm=checkout", "reason=undone")
	l.only(l.now, "check recovery", "call main")
}

// What turns a flag on or deploys is begun in LIVE by the launch's name, typed; what a hand does is not.
func TestTheNameIsTypedToTurnOn(t *testing.T) {
	l := backLaunch(t, Live)
	start := func() ActionInfo {
		infos := l.s.Actions(who("dba"), l.now)
		return infos[slices.IndexFunc(infos, func(a ActionInfo) bool { return a.Name == "step.start" })]
	}
	asks := func(a ActionInfo) bool {
		return slices.ContainsFunc(a.Args, func(i ArgInfo) bool { return i.Name == "confirm" && i.Required })
	}
	l.refuse(true, "wants the launch's name typed: confirm=checkout", "el", "step.start", "id=turn-on")
	if a := start(); !a.Confirm || !asks(a) {
		t.Errorf("%+v", a)
	}
	l.do("em", "step.skip", "id=turn-on", "reason=x", "confirm=checkout")
	if a := start(); a.Confirm || asks(a) {
		t.Errorf("%+v", a)
	}
	l.do("dba", "step.start", "id=migrate")
}
