package launch

import (
	"testing"
	"time"
)

func TestFormatClock(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-(12*time.Minute + 43*time.Second):        "T-00:12:43",
		time.Hour + 2*time.Minute + 3*time.Second: "T+01:02:03",
		-(13*24*time.Hour + 4*time.Hour):          "L-13d 04:00",
		51 * time.Hour:                            "T+2d 03:00",
		0:                                         "T+00:00:00",
		-time.Millisecond:                         "T-00:00:01",
		999 * time.Millisecond:                    "T+00:00:00",
		-(48*time.Hour - time.Second):             "T-47:59:59",
		-1 << 63:                                  "L-106751d 23:47",
	} {
		if got := FormatClock(d); got != want {
			t.Errorf("%v: got %s, expected %s", d, got, want)
		}
	}
}

func TestClockHoldsItselfWithoutGo(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	if got := l.s.Due(t0.Add(-5*time.Minute - time.Second)); got != nil {
		t.Fatalf("due too early: %v", got)
	}
	late := t0.Add(3 * time.Minute) // no room was there at T-5m
	if got := l.s.Countdown(late); got != -5*time.Minute || !l.s.Held(late) || l.s.PhaseAt(late) != GoNoGo {
		t.Fatalf("T-0 without a GO: %v %v", got, l.s.PhaseAt(late))
	}
	l.now = late
	l.due()
	h := l.s.Clock.Hold
	if h == nil || !h.Auto || !h.At.Equal(t0.Add(-5*time.Minute)) || l.s.Due(late) != nil {
		t.Fatalf("hold %+v", h)
	}
	l.refuse(false, "without one the clock holds itself at T-5m", "el", "clock.resume")
	l.refuse(false, "without one the clock holds itself", "el", "clock.set", "t0=+4m")
	l.ready()
	l.giveGo()
	l.refuse(false, "cannot be kept", "el", "clock.resume", "mode=keep")
	l.refuse(false, "belongs to PM (pm) or EL (el)", "po", "clock.resume")
	l.do("el", "clock.resume")
	if want := l.now.Add(5 * time.Minute); !l.s.Clock.T0.Equal(want) || l.s.PhaseAt(l.now) != Countdown {
		t.Fatalf("T-0 %v, expected %v", l.s.Clock.T0, want)
	}
	l.now = l.now.Add(5 * time.Minute)
	if l.s.PhaseAt(l.now) != Launching {
		t.Fatal(l.s.PhaseAt(l.now))
	}
	l.refold()
}

func TestHoldAndResume(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	l.ready()
	l.giveGo()
	l.now = t0.Add(-12 * time.Minute)
	l.refuse(true, "needs reason", "po", "clock.hold")
	l.do("po", "clock.hold", "reason=wait")
	l.now = l.now.Add(4 * time.Minute)
	l.refuse(false, "held already, by po", "el", "clock.hold", "reason=x")
	if got := l.s.Countdown(l.now); got != -12*time.Minute {
		t.Fatalf("the clock of a hold runs: %v", got)
	}
	l.do("el", "clock.resume", "mode=keep")
	if !l.s.Clock.T0.Equal(t0) {
		t.Fatal("T-0 was not kept")
	}
	last := l.entries[len(l.entries)-1]
	if got := Describe(l.s, last); got != "resumed after 4m, T-0 kept at 2026-11-24 10:00:00 UTC, squeezing T-10m (health-check, confirm-access)" {
		t.Fatal(got)
	}
	l.do("po", "clock.hold", "reason=wait")
	l.now = l.now.Add(61 * time.Minute)
	l.do("pm", "clock.resume", "mode=move")
	p := l.s.CurrentPoll()
	if p.Lapsed == "" || l.s.GoInForce() || l.s.Clock.Moved != 61*time.Minute {
		t.Fatalf("T-0 moved by %v and the GO holds", l.s.Clock.Moved)
	}
	l.now = l.now.Add(4 * time.Minute)
	l.due()
	if h := l.s.Clock.Hold; h == nil || h.At.Sub(l.s.Clock.T0) != -5*time.Minute || h.Reason != "the GO lapsed: T-0 has moved by 1h1m in all" {
		t.Fatalf("%+v", h)
	}
	l.refold()
}

func TestSet(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	l.refuse(true, "is no instant", "el", "clock.set", "t0=tomorrow")
	l.refuse(false, "has passed", "el", "clock.set", "t0=2026-11-24T08:00:00Z")
	l.refuse(false, "belongs to", "po", "clock.set", "t0=+90m")
	l.ready()
	l.giveGo()
	l.do("el", "clock.set", "t0=2026-11-24T11:30:00+01:00")
	l.do("el", "clock.set", "t0=2026-11-24T10:00:00Z")
	if !l.s.Clock.T0.Equal(t0) || l.s.Clock.Moved != time.Hour || !l.s.GoInForce() {
		t.Fatalf("%+v", l.s.Clock)
	}
	l.do("pm", "clock.set", "t0=+61m")
	if l.s.GoInForce() {
		t.Fatal("T-0 has moved by 61 minutes in all")
	}
	l.refold()
}

func TestScrubAndRecycle(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	l.ready()
	l.giveGo()
	l.refuse(false, "only a held, scrubbed or rolled-back", "el", "clock.recycle", "to=T-15m")
	l.refuse(true, "confirm=checkout", "po", "clock.scrub", "reason=no")
	l.refuse(true, "is not this launch", "po", "clock.scrub", "reason=no", "confirm=checkout2")
	l.refuse(false, "belongs to", "sec", "clock.scrub", "reason=no", "confirm=checkout")
	l.do("po", "clock.scrub", "reason=no", "confirm=checkout")
	if l.s.PhaseAt(l.now) != Scrubbed {
		t.Fatal(l.s.PhaseAt(l.now))
	}
	l.refuse(false, "was scrubbed by po", "el", "item.check", "id=infra/one")
	l.do("po", "note.add", "text=tomorrow")
	l.now = l.now.Add(24 * time.Hour)
	l.refuse(true, "is no mark", "el", "clock.recycle", "to=15")
	l.refuse(false, "too late", "el", "clock.recycle", "to=T-5m")
	l.do("el", "clock.recycle", "to=T-15m")
	if got := l.s.Countdown(l.now); got != -15*time.Minute || l.s.PhaseAt(l.now) != Countdown {
		t.Fatalf("%v %v", got, l.s.PhaseAt(l.now))
	}
	if l.s.GoInForce() || l.s.CurrentPoll() != nil {
		t.Fatal("a recycle needs a new poll")
	}
	l.giveGo()
	l.now = l.now.Add(20 * time.Minute)
	l.do("el", "step.start", "id=flag")
	l.refold()
}

func TestPlannedAfterT0(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(30*time.Minute))
	if l.s.PhaseAt(l.now) != Launching || l.s.Held(l.now) || l.s.Countdown(l.now) != 30*time.Minute {
		t.Fatalf("%v %v", l.s.PhaseAt(l.now), l.s.Countdown(l.now))
	}
	l.refuse(false, "there is no GO", "el", "step.start", "id=flag")
	l.do("el", "clock.hold", "reason=wait")
	l.do("el", "clock.resume")
	l.ready()
	l.giveGo()
	l.do("el", "step.start", "id=flag")
	l.refold()
}
