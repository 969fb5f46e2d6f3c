package launch

import (
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
)

// armed is a launch whose sequence has begun, with the trigger over the error rate armed by em.
func armed(t *testing.T) *testLaunch {
	t.Helper()
	l := backLaunch(t, Live)
	l.refuse(true, "confirm=checkout", "em", "trigger.arm", "id=errors-high")
	l.refuse(false, "arming a trigger belongs to EL (el) or EM (em)", "po", "trigger.arm", "id=errors-high", "confirm=checkout")
	l.refuse(true, "is no trigger", "em", "trigger.arm", "id=incident", "confirm=checkout")
	l.refuse(true, `no argument "for"`, "pm", "trigger.arm", "id=errors-high", "confirm=checkout", "for=el", "via=voice")
	l.do("em", "trigger.arm", "id=errors-high", "confirm=checkout")
	l.do("em", "step.skip", "id=turn-on", "reason=it is on", "confirm=checkout")
	return l
}

// goesOff expects that the flag goes off by itself after so long, or not at all.
func (l *testLaunch) goesOff(after time.Duration, want bool) {
	l.t.Helper()
	at, _ := l.s.AutoOff()
	if want != !at.IsZero() || want && !at.Equal(l.now.Add(after)) {
		l.t.Fatalf("it goes off at %s, want %v %s from %s", at, want, after, l.now)
	}
	before := len(l.s.Switches)
	l.after(after - time.Nanosecond)
	if len(l.s.Switches) != before {
		l.t.Fatal("it went off too soon")
	}
	l.after(time.Nanosecond)
	if (len(l.s.Switches) > before) != want {
		l.t.Fatalf("it went off: %v", !want)
	}
}

func TestAnArmedTriggerSwitchesTheFlagOff(t *testing.T) {
	l := armed(t)
	l.fires("errors-high")
	l.do("el", "trigger.acknowledge", "id=errors-high") // stops nothing
	l.goesOff(AutoOffAfter, true)
	var d FlagSwitched
	l.data(&d)
	sw := l.s.Switches["main"]
	if sw.On || sw.Auth != journal.AuthSystem || d.Trigger != "errors-high" || !strings.Contains(d.Reason, "armed trigger Error rate > 1% fired") {
		t.Errorf("%+v %+v", sw, d)
	}
	w := l.only(l.now, "call main")
	if w.Call.Args["value"] != "false" {
		t.Error(w.Call.Args)
	}
	l.intend(w)
	l.returned(w, OutcomeFailed)
	l.after(10 * time.Minute)
	if l.s.Switches["main"].Attempt != 1 {
		t.Error("once a firing")
	}
	l.system(KindTriggerCleared, TriggerCleared{Trigger: "errors-high", Why: ClearedRecovered})
	l.fires("errors-high")
	l.after(AutoOffAfter)
	if l.s.Switches["main"].Attempt != 2 {
		t.Error("a new firing is a new one")
	}
	l.refold()
}

func TestWhatKeepsTheFlagFromGoingOffByItself(t *testing.T) {
	for name, tc := range map[string]struct {
		before, after func(l *testLaunch)
	}{
		"any authority disarms it": {after: func(l *testLaunch) { l.do("po", "trigger.disarm", "id=all") }},
		"it clears": {after: func(l *testLaunch) {
			l.system(KindTriggerCleared, TriggerCleared{Trigger: "errors-high", Why: ClearedRevised})
		}},
		"somebody turned it off":  {after: func(l *testLaunch) { l.do("el", "flag.off") }},
		"somebody turned it on":   {after: func(l *testLaunch) { l.do("el", "flag.on", "confirm=checkout") }},
		"a rollback turns it off": {after: func(l *testLaunch) { l.do("el", "rollback.request", "reason=x", "priority=high", "steps=off") }},
		"it stood when it was armed": {before: func(l *testLaunch) {
			l.do("em", "trigger.disarm", "id=errors-high")
			l.fires("errors-high")
			l.do("em", "trigger.arm", "id=errors-high", "confirm=checkout")
		}},
		"it was declared when it was armed": {before: func(l *testLaunch) {
			l.do("em", "trigger.disarm", "id=errors-high")
			l.do("po", "trigger.declare", "id=errors-high", "reason=customers call")
			l.do("em", "trigger.arm", "id=errors-high", "confirm=checkout")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			l := armed(t)
			if tc.before != nil {
				tc.before(l)
			}
			l.fires("errors-high")
			l.after(time.Second)
			if tc.after != nil {
				tc.after(l)
			}
			if at, id := l.s.AutoOff(); id != "" {
				t.Errorf("%s turns it off at %s", id, at)
			}
			attempt := 0
			if sw := l.s.Switches["main"]; sw != nil {
				attempt = sw.Attempt
			}
			l.after(5 * time.Minute)
			if sw := l.s.Switches["main"]; sw != nil && sw.Attempt != attempt {
				t.Error("it was switched by itself")
			}
			l.refold()
		})
	}
}

// A declaration does not fire an armed trigger, and does not keep data from firing it either.
func TestDataFireAnArmedTriggerThatWasDeclared(t *testing.T) {
	l := armed(t)
	l.do("po", "trigger.declare", "id=errors-high", "reason=customers call")
	l.goesOff(AutoOffAfter, false)
	l.fires("errors-high")
	l.goesOff(AutoOffAfter, true)
}

func TestArmingEndsWithTheCountdown(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("em", "trigger.arm", "id=all", "confirm=checkout")
	if len(l.s.Armed) != 2 {
		t.Fatal(l.s.Armed)
	}
	l.fires("errors-high")
	l.goesOff(AutoOffAfter, false) // the sequence has not begun: a hold is what it proposes
	l.do("em", "step.skip", "id=turn-on", "reason=it is on", "confirm=checkout")
	l.goesOff(AutoOffAfter, false)
	l.do("el", "clock.hold", "reason=x")
	l.do("el", "clock.recycle", "to=T-15m")
	if len(l.s.Armed) != 0 {
		t.Error("it is asked anew at the next poll")
	}
	l.refold()
}

// Nobody could see the countdown while no room was open: it begins anew with the room.
func TestTheCountdownIsVisible(t *testing.T) {
	l := armed(t)
	l.fires("errors-high")
	l.now = l.now.Add(20 * time.Minute)
	l.s.Opened = l.now
	l.goesOff(AutoOffAfter, true)
}

// The system's word switches nothing before its time, and armed is nothing by the word of who may not.
func TestForgedArming(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("em", "step.skip", "id=turn-on", "reason=it is on", "confirm=checkout")
	for _, a := range []journal.Actor{
		{User: "po", Roles: []string{"product-owner"}, Auth: journal.AuthOSUser},
		{User: "po", Roles: []string{"engineering-lead"}, Auth: journal.AuthOSUser},
		{User: "el", Roles: []string{"engineering-lead"}, Auth: journal.AuthAttested},
		{User: "tminus", Auth: journal.AuthSystem},
	} {
		l.raw(a, "trigger.armed", TriggersArmed{Triggers: []string{"errors-high"}})
	}
	l.do("em", "trigger.arm", "id=errors-high", "confirm=checkout")
	l.fires("errors-high")
	l.after(59 * time.Second)
	off := FlagSwitched{Flag: "main", Attempt: 1, Trigger: "errors-high"}
	l.raw(journal.Actor{User: "tminus", Auth: journal.AuthSystem}, KindFlagOff, off)
	l.raw(journal.Actor{User: "sec", Roles: []string{"security-lead"}, Auth: journal.AuthOSUser}, KindFlagOff, off)
	l.after(time.Second)
	if l.s.Switches["main"] == nil {
		t.Error("its own time came, and nothing happened")
	}
}
