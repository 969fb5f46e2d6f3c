package launch

import (
	"testing"
	"time"

	"tminus/model/journal"
)

// executing is a launch whose rollback of all three steps has been authorized, and by hand what its room would do.
func executing(t *testing.T, mode Mode) *testLaunch {
	l := backLaunch(t, mode)
	l.do("el", "rollback.request", "reason=x", "priority=high", "steps=off,db,code")
	l.stands("executing")
	return l
}

// through carries the newest work out well.
func (l *testLaunch) through(want ...string) {
	l.t.Helper()
	w := l.only(l.now, want...)
	l.intend(w)
	l.returned(w, OutcomeOK)
}

func TestRollbackOfThreeSteps(t *testing.T) {
	l := executing(t, Live)
	l.through("call off")
	l.step("off", StepVerifying)
	l.step("db", StepWaiting)
	l.checked(l.only(l.now, "check off-read", "check off-traffic"), Verified)
	l.step("db", StepRunning) // the watch runs beside
	l.checked(l.only(l.now, "check off-traffic"), CheckFailed)
	l.step("off", StepVerifying) // a watch that fails leaves it to a person
	l.only(l.now)
	l.do("dba", "step.confirm", "id=db", "what=halt")
	w := l.only(l.now, "call restore")
	if w.Call.Args["digest"] != "digest of "+restore {
		t.Errorf("the plan's digest is not the call's: %v", w.Call.Args)
	}
	l.intend(w)
	l.only(l.now) // it is on its way
	l.returned(w, OutcomeOK)
	l.only(l.now, "follow restore")
	l.step("db", StepRunning)
	l.system(KindCallEnded, CallEnded{ID: w.Call.ID, State: "succeeded"})
	l.do("dba", "step.confirm", "id=db", "what=db-queries")
	l.step("db", StepDone)
	w = l.only(l.now, "call code")
	if w.Call.Args["commit"] != l.s.File.Deploy.CodeDeploy.GitHub.LastKnownGood {
		t.Error(w.Call.Args)
	}
	l.intend(w)
	l.returned(w, OutcomeOK)
	l.checked(l.only(l.now, "check code-deployment"), Verified)
	l.step("code", StepDone)
	l.stands("executing")
	l.do("el", "step.confirm", "id=off", "what=off-traffic", "evidence=seen by hand")
	l.stands("done")
	l.only(l.now, "check recovery")
	if l.s.PhaseAt(l.now) != RolledBack {
		t.Error(l.s.PhaseAt(l.now))
	}
	l.refuse(false, "rolled back", "el", "step.start", "id=turn-on")
	l.refold()
}

// A lost answer is looked for, by the room that sent it and by the next one, and is never sent again meanwhile.
func TestUnknownIsLookedFor(t *testing.T) {
	for _, tc := range []struct {
		name     string
		returned bool
	}{{"the answer was lost", true}, {"the room was killed", false}} {
		l := executing(t, Live)
		w := l.only(l.now, "call off")
		l.intend(w)
		if tc.returned {
			l.returned(w, OutcomeUnknown)
		}
		l.now = l.now.Add(time.Minute)
		l.only(l.now, "look off")
		l.refuse(false, "has not failed", "el", "step.retry", "id=off")
		l.raw(journal.Actor{User: "el", Roles: []string{"engineering-lead"}, Auth: journal.AuthOSUser}, "step.retried", StepChanged{ID: "off", Attempt: 2})
		if err := l.s.Apply(journal.Entry{}); err == nil {
			t.Fatal("an empty entry was applied")
		}
		l.found(w, FoundUnclear)
		l.only(l.now, "look off")
		l.found(w, FoundNo)
		l.step("off", StepFailed)
		l.only(l.now)
		l.do("el", "step.retry", "id=off")
		again := l.only(l.now, "call off")
		if again.Call.ID == w.Call.ID || again.Call.Attempt != 2 {
			t.Errorf("%s: the second attempt is %+v", tc.name, again.Call)
		}
		l.intend(again)
		l.returned(again, OutcomeUnknown)
		l.found(again, FoundYes)
		l.step("off", StepVerifying)
	}
}

// What nobody knows of a call is not forgotten when its step ends by a person's word: no second attempt beside it.
func TestNoSecondAttemptBesideAnUnknownOne(t *testing.T) {
	l := executing(t, Live)
	w := l.only(l.now, "call off")
	l.intend(w)
	l.returned(w, OutcomeUnknown)
	l.do("em", "step.abort", "id=off", "reason=let us think")
	l.stands("failed")
	l.do("el", "rollback.request", "reason=x", "priority=high", "steps=off")
	l.stands("executing")
	l.now = l.now.Add(time.Minute)
	l.only(l.now, "look off")
	l.found(w, FoundNo)
	l.only(l.now, "call off")
}

// What nothing outside tells a person says, once it can have no effect any more; then there is another attempt.
func TestResolveSaysWhatBecameOfACall(t *testing.T) {
	for _, outcome := range []string{"done", "not-done"} {
		l := executing(t, Live)
		w := l.only(l.now, "call off")
		l.intend(w)
		l.returned(w, OutcomeUnknown)
		l.now = l.now.Add(time.Minute)
		l.do("el", "step.resolve", "id=off", "outcome="+outcome, "evidence=seen in the console")
		if c := l.s.Calls[w.Call.ID]; c.Unknown() || c.Happened() != (outcome == "done") {
			t.Errorf("%s: %+v", outcome, c)
		}
		if outcome == "not-done" {
			l.do("el", "step.retry", "id=off")
			l.only(l.now, "call off")
		}
		l.refold()
	}
}

func TestAProgramIsNotRunBesideItself(t *testing.T) {
	l := executing(t, Live)
	l.do("el", "step.resolve", "id=off", "outcome=done", "evidence=off in the console")
	l.do("dba", "step.confirm", "id=db", "what=halt")
	w := l.only(l.now, "call restore")
	l.intend(w)
	l.returned(w, OutcomeOK)
	l.do("dba", "step.resolve", "id=db", "outcome=not-done", "evidence=it hangs")
	l.step("db", StepFailed)
	l.do("dba", "step.retry", "id=db")
	l.do("dba", "step.confirm", "id=db", "what=halt")
	l.only(l.now, "follow restore")
	l.system(KindCallEnded, CallEnded{ID: w.Call.ID, State: "failed", Detail: "timeout"})
	l.only(l.now, "call restore")
}

func TestRetrySkipAndAbortOfARollback(t *testing.T) {
	l := executing(t, Live)
	w := l.only(l.now, "call off")
	l.intend(w)
	l.returned(w, OutcomeFailed)
	l.step("off", StepFailed)
	l.refuse(false, "belongs to", "po", "step.retry", "id=off")
	l.refuse(false, "belongs to", "po", "step.skip", "id=off", "reason=x", "confirm=checkout")
	l.do("em", "step.retry", "id=off", "reason=credentials renewed")
	w = l.only(l.now, "call off")
	l.intend(w)
	l.returned(w, OutcomeNotSent)
	l.refuse(true, "confirm=checkout", "em", "step.skip", "id=off", "reason=x")
	l.do("em", "step.skip", "id=off", "reason=done in the console", "confirm=checkout")
	l.step("db", StepRunning)
	l.refuse(false, "belongs to", "po", "step.abort", "id=db", "reason=x")
	l.do("dba", "step.abort", "id=db", "reason=the data are in danger")
	l.stands("failed")
	l.only(l.now)
	if l.s.PhaseAt(l.now) != RollingBack {
		t.Error(l.s.PhaseAt(l.now))
	}
	l.do("po", "rollback.request", "reason=again", "steps=code") // a failed one lets another be made
	l.do("em", "rollback.approve", l.current())
	l.only(l.now, "call code")
	l.refold()
}

// Steps go one after the other when they are tried again, too: what cannot be begun is refused, not passed over.
func TestRetryWaitsForItsTurn(t *testing.T) {
	l := executing(t, Live)
	l.through("call off")
	l.checked(l.only(l.now, "check off-read", "check off-traffic"), Verified)
	l.do("el", "step.resolve", "id=off", "outcome=not-done", "evidence=traffic does not fall")
	l.do("dba", "step.resolve", "id=db", "outcome=not-done", "evidence=no access")
	l.refuse(false, "waits for", "dba", "step.retry", "id=db")
	l.do("el", "step.retry", "id=off")
	l.refold()
}

// What is under way goes back: no step of the deployment sequence goes on beside a rollback, by no entry.
func TestSequenceStandsBesideARollback(t *testing.T) {
	el := journal.Actor{User: "el", Roles: []string{"engineering-lead"}, Auth: journal.AuthOSUser}
	l := executing(t, Live) // the sequence had not begun
	l.raw(el, "step.started", StepChanged{ID: "turn-on", Attempt: 1})
	l.raw(el, "step.skipped", StepChanged{ID: "turn-on"})
	l = backLaunch(t, Live)
	l.do("el", "step.start", "id=turn-on", "confirm=checkout")
	w := l.only(l.now, "call on")
	l.intend(w)
	l.returned(w, OutcomeFailed)
	l.step("turn-on", StepFailed)
	l.do("el", "rollback.request", "reason=x", "priority=high")
	l.only(l.now, "call off")
	l.refuse(false, "", "el", "step.retry", "id=turn-on")
	l.refuse(false, "", "em", "step.skip", "id=turn-on", "reason=x", "confirm=checkout")
	l.refuse(false, "rolled back", "el", "step.start", "id=turn-on")
	l.refold()
}

// After a recycle every step of the sequence is done anew, also one that consists of its one effect.
func TestRecycleDoesEverythingAnew(t *testing.T) {
	l := backLaunch(t, Live)
	for _, id := range []string{"turn-on", "migrate"} {
		l.do("em", "step.skip", "id="+id, "reason=x", "confirm=checkout")
	}
	l.do("el", "step.start", "id=ship", "confirm=checkout")
	w := l.only(l.now, "call ship")
	l.intend(w)
	l.returned(w, OutcomeOK)
	l.system(KindCallEnded, CallEnded{ID: w.Call.ID, State: "succeeded"})
	l.do("el", "rollback.request", "reason=x", "priority=high", "steps=off")
	l.through("call off")
	l.checked(l.only(l.now, "check off-read", "check off-traffic"), Verified)
	l.checked(l.only(l.now, "check off-traffic"), Verified)
	l.stands("done")
	l.verdict(Recovered)
	l.do("el", "clock.recycle", "to=T-15m")
	l.giveGo()
	l.now = l.s.Clock.T0
	for _, id := range []string{"turn-on", "migrate"} {
		l.do("em", "step.skip", "id="+id, "reason=x", "confirm=checkout")
	}
	l.do("el", "step.start", "id=ship", "confirm=checkout")
	if again := l.only(l.now, "call ship"); again.Call.ID == w.Call.ID {
		t.Error("the same call is made again")
	}
	l.refold()
}

// A dry run comes through without anything sent.
func TestDryRunOfARollback(t *testing.T) {
	l := executing(t, DryRun)
	l.through("call off")
	l.step("off", StepVerifying)
	if c := l.s.newestCall("off", "off"); !c.DryRun || c.evidence() != "dry run: nothing was sent" {
		t.Errorf("%+v", c)
	}
	l.checked(l.only(l.now, "check off-read", "check off-traffic"), CannotVerify)
	l.do("el", "step.confirm", "id=off", "what=off-read")
	l.do("dba", "step.confirm", "id=db", "what=halt")
	l.only(l.now, "check off-traffic", "call restore")
	l.intend(l.s.Work(l.now)[1])
	l.only(l.now, "check off-traffic")
	l.only(l.now.Add(time.Second), "check off-traffic") // the room was killed: the next one goes on
	if l.s.Confirmed["restore"] == nil {
		t.Error("the dry run stands still")
	}
}

func TestFlagByItself(t *testing.T) {
	l := backLaunch(t, Live)
	l.now = t0.Add(-time.Second)
	l.refuse(false, "the flag goes on from T-0", "el", "flag.on", "confirm=checkout")
	l.do("el", "flag.off") // at any time
	w := l.only(l.now, "call main")
	if w.Call.Args["value"] != "false" || w.Call.Args["name"] != "/features/x" {
		t.Error(w.Call.Args)
	}
	l.refuse(false, "being switched already", "em", "flag.off")
	l.intend(w)
	l.returned(w, OutcomeOK)
	l.only(l.now, "check effect", "check parameter")
	l.refuse(false, "rollback.request", "po", "flag.off")
	l.refuse(false, "not one of this launch's people", "bob", "flag.off")
	l.refuse(true, "flag of the launch file", "el", "flag.off", "flag=other")
	l.now = t0
	l.refuse(true, "confirm=checkout", "el", "flag.on")
	l.refuse(false, "belongs to", "po", "flag.on", "confirm=checkout")
	l.do("el", "flag.on", "confirm=checkout")
	l.do("em", "flag.off") // an order to go on is overtaken before it left
	if w = l.only(l.now, "call main"); w.Call.Args["value"] != "false" || w.Call.Attempt != 3 {
		t.Errorf("%+v", w.Call)
	}
	l.do("el", "flag.on", "confirm=checkout")
	l.do("el", "rollback.request", "reason=x", "priority=high", "steps=off")
	l.only(l.now, "call off") // what had not left does not turn the flag on beside a rollback
	l.refuse(false, "under way", "el", "flag.on", "confirm=checkout")
	l.refold()

	l = backLaunch(t, Live)
	l.do("el", "clock.hold", "reason=x")
	l.refuse(false, "the clock is held", "el", "flag.on", "confirm=checkout")
	l.do("el", "clock.scrub", "reason=x", "confirm=checkout")
	l.refuse(false, "scrubbed", "el", "flag.on", "confirm=checkout")
	l.do("el", "flag.off")
	l.only(l.now, "call main")
}
