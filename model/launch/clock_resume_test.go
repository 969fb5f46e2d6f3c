package launch

import (
	"strings"
	"testing"
	"time"
)

// T-0 as it was launched stays what it was, however long the clock is held after it.
func TestAHoldAfterT0MovesNoT0(t *testing.T) {
	l := launching(t)
	l.do("el", "step.start", "id=flag")
	l.now = t0.Add(10 * time.Minute)
	l.do("em", "clock.hold", "reason=odd numbers")
	l.now = l.now.Add(5 * time.Minute)
	l.refuse(false, "T-0 was 2026-11-24 10:00:00 UTC and stays as it was launched", "el", "clock.resume", "mode=move")
	for _, a := range l.s.Actions(who("el"), l.now) {
		if a.Name == "clock.resume" && strings.Join(a.Args[0].Choices, " ") != "keep" {
			t.Errorf("offered: %v", a.Args[0].Choices)
		}
	}
	l.do("el", "clock.resume")
	if !l.s.Clock.T0.Equal(t0) || l.s.Countdown(l.now) != 15*time.Minute || l.s.Held(l.now) || !l.s.GoInForce() {
		t.Errorf("%+v", l.s.Clock)
	}
	if got := l.told(); got != "resumed after 5m, T-0 stays 2026-11-24 10:00:00 UTC as launched; it is T+00:15:00" {
		t.Errorf("%q", got)
	}
	// Whatever an entry says: what was launched was launched then.
	l.do("em", "clock.hold", "reason=again")
	l.now = l.now.Add(time.Minute)
	l.put(osUser("el", "engineering-lead"), "clock.resumed", ClockResumed{Mode: "move", T0: t0.Add(time.Hour)})
	if !l.s.Clock.T0.Equal(t0) || l.s.Clock.Hold != nil {
		t.Errorf("%+v", l.s.Clock)
	}
	l.refold()
}

// Marks after T-0 that pass during a hold are named.
func TestMarksSqueezedAfterT0AreNamed(t *testing.T) {
	l := launching(t)
	l.do("el", "mark.add", "at=T+12m", "title=Tell the shops", "owner=product-owner")
	l.now = t0.Add(10 * time.Minute)
	l.do("em", "clock.hold", "reason=odd numbers")
	l.now = l.now.Add(5 * time.Minute)
	l.do("el", "clock.resume")
	if got := l.told(); !strings.Contains(got, "squeezing T+12m (Tell the shops)") {
		t.Errorf("%q", got)
	}
}

func TestKeepingT0SaysWhatIsSqueezedAndHowNearItIs(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	l.ready()
	l.giveGo()
	l.now = t0.Add(-12 * time.Minute)
	l.do("po", "clock.hold", "reason=wait")
	l.do("pm", "step.confirm", "id=t-5m") // what is done is not squeezed
	l.now = t0.Add(-12 * time.Second)
	l.do("el", "clock.resume", "mode=keep")
	if got := l.told(); got != "resumed after 11m48s, T-0 kept at 2026-11-24 10:00:00 UTC, squeezing T-10m (health-check, confirm-access); T-0 is in 12s" {
		t.Errorf("%q", got)
	}
	if !l.s.Clock.T0.Equal(t0) {
		t.Error(l.s.Clock.T0)
	}
}

// The safety of the GO stays: what was decided more than an hour of holding ago is asked anew.
func TestHoldsAfterT0AddUpAgainstTheGo(t *testing.T) {
	l := launching(t)
	l.do("el", "step.start", "id=flag")
	for range 2 {
		l.do("em", "clock.hold", "reason=odd numbers")
		l.now = l.now.Add(31 * time.Minute)
		l.do("el", "clock.resume")
	}
	if p := l.s.CurrentPoll(); p.Lapsed == "" || !strings.Contains(p.Lapsed, "held for 1h2m in all") {
		t.Errorf("%q", p.Lapsed)
	}
	l.refold()
}
