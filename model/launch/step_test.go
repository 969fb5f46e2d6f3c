package launch

import (
	"testing"
	"time"
)

func launching(t *testing.T) *testLaunch {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	l.ready()
	l.giveGo()
	l.do("em", "role.take", "role=database-admin", "reason=nobody holds it")
	l.now = t0
	return l
}

func TestSequenceByHand(t *testing.T) {
	l := launching(t)
	l.now = t0.Add(-time.Second)
	l.refuse(false, "it is T-00:00:01; the sequence starts at T-0", "el", "step.start", "id=flag")
	l.now = t0
	l.refuse(false, "waits for step 1, flag", "em", "step.start", "id=database")
	l.refuse(false, "Step 1, flag belongs to EL (el)", "em", "step.start", "id=flag")
	l.refuse(true, "is no step", "em", "step.start", "id=flags")
	l.refuse(false, "has not started", "el", "step.confirm", "id=flag")
	l.do("el", "step.start", "id=flag")
	l.refuse(false, "running already", "el", "step.start", "id=flag")
	l.refuse(false, "T-0 cannot be moved", "el", "clock.set", "t0=+1h")
	l.refuse(false, "has begun", "sec", "section.withdraw", "id=security")
	l.do("el", "step.confirm", "id=flag")
	l.refuse(false, "confirmed already, by el", "el", "step.confirm", "what=flag-act-1")
	l.refuse(false, "a verification comes after", "el", "step.confirm", "id=flag", "what=flag-check")
	l.refuse(true, "is no action or verification", "el", "step.confirm", "what=flag-act-9")
	l.refuse(true, "needs what", "el", "step.confirm")
	l.do("em", "step.confirm", "id=flag-act-2", "for=el", "via=chat")
	if l.s.StepStateOf("flag") != StepVerifying {
		t.Fatal(l.s.StepStateOf("flag"))
	}
	l.refuse(false, "waits for step 1", "em", "step.start", "id=database")
	l.do("el", "step.confirm", "what=flag-check", "evidence=read back")
	l.do("em", "step.start", "id=database") // the watch of step 1 runs beside
	l.do("el", "step.confirm", "what=flag-watch")
	if l.s.StepStateOf("flag") != StepDone {
		t.Fatal(l.s.StepStateOf("flag"))
	}
	l.do("em", "step.resolve", "id=database", "outcome=not-done", "evidence=migration failed")
	l.refuse(false, "has failed", "em", "step.resolve", "id=database", "outcome=done", "evidence=x")
	l.do("em", "step.retry", "id=database")
	if st := l.s.Steps["database"]; st.Attempt != 2 || st.State != StepRunning {
		t.Fatalf("%+v", st)
	}
	for range 3 {
		l.do("em", "step.confirm", "id=database")
	}
	if l.s.PhaseAt(l.now) != Watching || l.s.PhaseAt(l.now.Add(WatchFor)) != Closing || !l.s.WatchEnds().Equal(l.now.Add(WatchFor)) {
		t.Fatal(l.s.PhaseAt(l.now))
	}
	l.refuse(false, "the launch is watching", "el", "clock.hold", "reason=x")
	l.refuse(false, "the launch is watching", "el", "clock.scrub", "reason=x", "confirm=checkout")
	l.refold()
}

func TestSkipAndAbort(t *testing.T) {
	l := launching(t)
	l.refuse(true, "confirm=checkout", "em", "step.skip", "id=flag", "reason=x")
	l.refuse(false, "skipping a step belongs to EL (el) or EM (em)", "po", "step.skip", "id=flag", "reason=x", "confirm=checkout")
	l.refuse(false, "waits for", "em", "step.skip", "id=database", "reason=x", "confirm=checkout")
	l.do("em", "step.skip", "id=flag", "reason=on already", "confirm=checkout")
	l.do("em", "step.start", "id=database")
	l.refuse(false, "say first what became of it", "em", "step.skip", "id=database", "reason=x", "confirm=checkout")
	l.do("em", "step.abort", "id=database", "reason=data at risk")
	l.refuse(false, "was stopped by em", "em", "step.retry", "id=database")
	l.do("el", "clock.hold", "reason=regroup")
	l.do("el", "clock.recycle", "to=T-15m")
	if l.s.Aborted != nil || l.s.sequenceBegun() || l.s.attempts("database") != 1 {
		t.Fatal("a recycle starts over")
	}
	l.refold()
}

func TestMarksAreConfirmed(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-3*time.Hour))
	l.refuse(false, "can be confirmed from T-1h", "el", "step.confirm", "what=health-check")
	l.now = t0.Add(-11 * time.Minute)
	l.refuse(false, "T-10m belongs to EL", "po", "step.confirm", "what=health-check")
	l.do("el", "step.confirm", "id=t-10m")
	l.do("el", "step.confirm", "id=t-10m", "what=confirm-access")
	l.refuse(false, "everything of T-10m is confirmed", "el", "step.confirm", "id=t-10m")
	l.do("sec", "step.confirm", "what=position-check") // all teams
	l.do("sec", "undo")
	if l.s.Confirmed["position-check"] != nil || l.s.Confirmed["health-check"] == nil {
		t.Fatal("undone wrongly")
	}
	l.refold()
}

func TestLongHoldInTheSequenceNeedsANewGo(t *testing.T) {
	l := launching(t)
	l.do("el", "step.start", "id=flag")
	l.now = t0.Add(10 * time.Minute)
	l.do("em", "clock.hold", "reason=odd numbers")
	l.do("el", "step.confirm", "id=flag") // what runs can be finished
	l.now = l.now.Add(2 * time.Hour)
	l.refuse(false, "stays as it was launched", "el", "clock.resume", "mode=move")
	l.do("el", "clock.resume")
	if got := l.s.Countdown(l.now); got != 130*time.Minute || !l.s.Clock.T0.Equal(t0) || l.s.PhaseAt(l.now) != Launching || l.s.Held(l.now) {
		t.Fatalf("%v %v", got, l.s.PhaseAt(l.now))
	}
	for range 3 {
		l.do("el", "step.confirm", "id=flag")
	}
	l.refuse(false, "the GO lapsed", "em", "step.start", "id=database")
	l.giveGo()
	l.do("em", "step.start", "id=database")
	l.refold()
}
