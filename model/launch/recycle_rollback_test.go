package launch

import (
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
)

// A recycle does not end the watch of what was rolled back: its verdict comes, and is that rollback's.
func TestTheVerdictOutlivesARecycle(t *testing.T) {
	l := rolledBack(t)
	b := l.s.CurrentRollback()
	l.do("el", "clock.recycle", "to=T-15m")
	if w := l.only(l.now, "check recovery"); w.Rollback != b.ID || !w.Since.Equal(b.Completed.At) {
		t.Errorf("%+v", w)
	}
	l.refuse(false, "still looking", "el", "rollback.judge", "outcome=recovered", "evidence=x")
	l.system(KindRollbackRecovered, RollbackRecovered{ID: b.ID, Verdict: CannotVerify, Evidence: "no traffic left"})
	if b.Verdict != CannotVerify || b.Judged == nil {
		t.Errorf("the verdict is %q", b.Verdict)
	}
	l.only(l.now)
	l.refuse(false, "", "po", "rollback.judge", "outcome=recovered", "evidence=x")
	l.do("el", "rollback.judge", "outcome=recovered", "evidence=the shop sells")
	if b.Verdict != Recovered || b.SaidBy() != "el" || b.Times(l.s).Recovered.IsZero() {
		t.Errorf("%s, said by %q", b.Verdict, b.SaidBy())
	}
	l.refold()
	l.raw(journal.Actor{Auth: journal.AuthSystem, User: "tminus"}, KindRollbackRecovered, RollbackRecovered{ID: b.ID, Verdict: NotRecovered})
}

// Another rollback has its own verdict, whatever is still open of the one before.
func TestTwoVerdictsAreToldApart(t *testing.T) {
	l := rolledBack(t)
	first := l.s.CurrentRollback()
	l.do("el", "clock.recycle", "to=T-15m")
	l.giveGo()
	l.now = l.s.Clock.T0
	l.fires("errors-high")
	l.do("po", "rollback.request", "reason=again", "steps=off")
	l.do("el", "rollback.approve", l.current())
	l.through("call off", "check recovery")
	second := l.s.CurrentRollback()
	if first == second {
		t.Fatal("it is the same rollback")
	}
	l.system(KindRollbackRecovered, RollbackRecovered{ID: first.ID, Verdict: NotRecovered, Evidence: "2 %"})
	if first.Verdict != NotRecovered || second.Verdict != "" {
		t.Errorf("%q and %q", first.Verdict, second.Verdict)
	}
	l.refold()
	l.raw(journal.Actor{Auth: journal.AuthSystem, User: "tminus"}, KindRollbackRecovered, RollbackRecovered{ID: second.ID, Verdict: Recovered})
}

// A step that a rollback interrupts is no longer under way, and the record says what it was.
func TestARollbackEndsTheStepsThatItInterrupts(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("em", "step.skip", "id=turn-on", "reason=it is on", "confirm=checkout")
	l.do("dba", "step.start", "id=migrate")
	l.step("migrate", StepRunning)
	l.fires("errors-high")
	l.do("po", "rollback.request", "reason=x", "steps=off")
	l.step("migrate", StepRunning)
	l.do("el", "rollback.approve", l.current())
	l.due()
	interrupted := func() {
		t.Helper()
		st := l.s.Steps["migrate"]
		if st.State != StepFailed || st.Ended == nil || !strings.Contains(st.Ended.Reason, "interrupted by the rollback "+l.s.CurrentRollback().ID) || !strings.Contains(st.Ended.Reason, "not done: schema") {
			t.Errorf("%s: %+v", st.State, st.Ended)
		}
	}
	interrupted()
	l.refuse(false, "", "dba", "step.retry", "id=migrate")
	l.refuse(false, "", "dba", "step.confirm", "what=schema")
	l.through("call off")
	l.checked(l.only(l.now, "check off-read", "check off-traffic"), Verified)
	l.checked(l.only(l.now, "check off-traffic"), Verified)
	l.stands("done")
	interrupted()
	l.do("el", "clock.recycle", "to=T-15m")
	if l.s.StepStateOf("migrate") != StepWaiting || l.s.attempts("migrate") != 1 {
		t.Errorf("after the recycle: %s, attempt %d", l.s.StepStateOf("migrate"), l.s.attempts("migrate"))
	}
	l.refold()
}

// A step whose call nobody knew the end of stays unknown, and is interrupted once it is known.
func TestAnUnknownStepIsInterruptedWhenItIsKnown(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("el", "step.start", "id=turn-on", "confirm=checkout")
	w := l.only(l.now, "call on")
	l.intend(w)
	l.returned(w, OutcomeUnknown)
	l.step("turn-on", StepUnknown)
	l.do("el", "rollback.request", "reason=x", "priority=high", "steps=off")
	l.due()
	if l.s.StepStateOf("turn-on") != StepUnknown {
		t.Errorf("nobody knows, and it is %s", l.s.StepStateOf("turn-on"))
	}
	l.now = l.now.Add(time.Minute)
	l.found(w, FoundYes)
	if st := l.s.Steps["turn-on"]; st.State != StepFailed || st.Ended == nil || !strings.Contains(st.Ended.Reason, "interrupted by the rollback") {
		t.Errorf("%s: %+v", st.State, st.Ended)
	}
	l.refold()
}

// Watches of an earlier step end with the sequence that is stopped.
func TestStoppingTheSequenceEndsWhatWasWatched(t *testing.T) {
	rb := backRunbook()
	rb.Sequence.Steps[0].Verifications[0].Mode = "watch"
	l := newLaunchOf(t, Live, t0.Add(-time.Hour), rb, backFile())
	l.ready()
	l.giveGo()
	l.now = t0
	l.do("el", "step.start", "id=turn-on", "confirm=checkout")
	w := l.only(l.now, "call on")
	l.intend(w)
	l.returned(w, OutcomeOK)
	l.step("turn-on", StepVerifying)
	l.do("dba", "step.start", "id=migrate")
	l.do("dba", "step.abort", "id=migrate", "reason=it locks")
	st := l.s.Steps["turn-on"]
	if st.State != StepFailed || !strings.Contains(st.Ended.Reason, "the sequence was stopped") || !strings.Contains(st.Ended.Reason, "not watched to its end: on-read") {
		t.Errorf("%s: %+v", st.State, st.Ended)
	}
	l.refold()
}
