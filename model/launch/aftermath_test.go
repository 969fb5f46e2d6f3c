package launch

import (
	"testing"
	"time"
)

const afterEL, afterPO = "afterwards/el/logs", "afterwards/po/impact"

// rolledBack is a launch whose flag was turned off by a rollback that its error rate asked for.
func rolledBack(t *testing.T) *testLaunch {
	t.Helper()
	l := backLaunch(t, Live)
	l.do("em", "step.skip", "id=turn-on", "reason=it is on", "confirm=checkout")
	l.refuse(true, "is no task or deliverable", "el", "task.done", "id="+afterEL)
	l.fires("errors-high")
	l.after(time.Minute)
	l.rollsBack()
	return l
}

func (l *testLaunch) rollsBack() {
	l.t.Helper()
	l.do("po", "rollback.request", "reason=x", "steps=off")
	l.after(time.Minute)
	l.do("el", "rollback.approve", l.current())
	l.after(time.Minute)
	l.through("call off")
	l.checked(l.only(l.now, "check off-read", "check off-traffic"), Verified)
	l.checked(l.only(l.now, "check off-traffic"), Verified)
	l.stands("done")
}

func TestTheClockOfAnIncident(t *testing.T) {
	l := rolledBack(t)
	b := l.s.CurrentRollback()
	fired := l.s.Triggers["errors-high"].Fired.At
	want := Incident{Detected: fired, Decided: fired.Add(2 * time.Minute), Executed: fired.Add(3 * time.Minute)}
	if got := b.Times(l.s); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	l.after(time.Minute)
	l.system(KindRollbackRecovered, RollbackRecovered{ID: b.ID, Verdict: NotRecovered, Evidence: "still 2 %"})
	if got := b.Times(l.s); got != want {
		t.Errorf("not recovered, and yet %+v", got)
	}
	l.after(time.Minute)
	l.system(KindRollbackRecovered, RollbackRecovered{ID: b.ID, Verdict: Recovered, Evidence: "0.1 %"})
	want.Recovered = fired.Add(5 * time.Minute)
	// The trigger fires again, for another reason: this incident's clock stays.
	l.system(KindTriggerCleared, TriggerCleared{Trigger: "errors-high", Why: ClearedRecovered})
	l.fires("errors-high")
	if got := b.Times(l.s); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	l.odd("it is known already", KindRollbackRecovered, RollbackRecovered{ID: b.ID, Verdict: NotRecovered})
}

// Each role has its own checklist after a rollback. It outlives a recycle, and begins anew with another rollback.
func TestAfterwards(t *testing.T) {
	l := rolledBack(t)
	l.refuse(false, "belongs to EL", "po", "task.done", "id="+afterEL)
	l.do("el", "task.done", "id="+afterEL, "link=s3://logs")
	l.do("em", "task.done", "id="+afterPO, "for=po", "via=voice")
	l.do("em", "task.reopen", "id="+afterPO, "for=po", "via=voice")
	open := func() (ids []string) {
		for _, a := range l.s.Afterwards() {
			if a.Done == nil {
				ids = append(ids, a.ID)
			}
		}
		return ids
	}
	if got := open(); len(got) != 1 || got[0] != afterPO {
		t.Errorf("open: %v", got)
	}
	l.verdict(Recovered)
	l.do("el", "clock.recycle", "to=T-15m")
	l.do("po", "task.done", "id="+afterPO)
	l.giveGo()
	l.now = l.s.Clock.T0
	first := l.s.Rollbacks[0]
	l.rollsBack()
	if got := open(); len(got) != 2 {
		t.Errorf("after the second: %v", got)
	}
	if len(first.Afterwards) != 2 || first.Afterwards[afterEL].Reason != "s3://logs" {
		t.Errorf("what was done after the first is gone: %+v", first.Afterwards)
	}
	l.do("el", "task.done", "id="+afterEL)
	l.refold()
}

// A launch that was called off can be rolled back still, to its end.
func TestRollbackOfAScrubbedLaunch(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("el", "clock.scrub", "reason=x", "confirm=checkout")
	l.do("el", "rollback.request", "reason=x", "priority=high", "steps=off,db,code")
	if l.s.PhaseAt(l.now) != RollingBack {
		t.Error(l.s.PhaseAt(l.now))
	}
	w := l.only(l.now, "call off")
	l.intend(w)
	l.returned(w, OutcomeFailed)
	l.refuse(false, "was scrubbed", "el", "step.start", "id=turn-on", "confirm=checkout")
	l.refuse(false, "is under way", "el", "step.skip", "id=turn-on", "reason=x", "confirm=checkout")
	l.do("el", "step.retry", "id=off")
	l.do("el", "step.resolve", "id=off", "outcome=done", "evidence=by hand")
	l.do("dba", "step.confirm", "id=db", "what=halt")
	l.stands("executing")
	l.do("dba", "step.abort", "id=db", "reason=x")
	l.stands("failed")
	l.do("el", "task.done", "id="+afterEL)
	l.refuse(false, "was scrubbed", "el", "task.done", "id=l-7d/el/load")
	l.refold()
}
