package launch

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func info(t *testing.T, l *testLaunch, user, action string) (ActionInfo, map[string][]string) {
	t.Helper()
	for _, a := range l.s.Actions(who(user), l.now) {
		if a.Name == action {
			choices := map[string][]string{}
			for _, arg := range a.Args {
				choices[arg.Name] = arg.Choices
			}
			return a, choices
		}
	}
	t.Fatalf("no action %s", action)
	return ActionInfo{}, nil
}

func TestActionsSayWhatIsOpen(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-2*time.Hour))
	for _, c := range []struct{ user, action, why, arg, choices string }{
		{"el", "item.check", "", "id", "infra/one infra/two security/one security/two"}, // the others' by their word
		{"el", "item.check", "", "for", "pm po em sec"},
		{"el", "item.uncheck", "there is no ticked", "id", ""},
		{"el", "section.sign-off", "no section of yours is complete", "id", ""},
		{"el", "poll.open", "", "reason", ""},
		{"po", "poll.open", "the poll belongs to PM (pm) or EL (el)", "", ""},
		{"po", "poll.vote", "no poll is open", "", ""},
		{"po", "clock.hold", "", "", ""},
		{"po", "clock.resume", "the clock is not held", "", ""},
		{"po", "clock.set", "T-0 belongs to", "", ""},
		{"el", "clock.recycle", "only a held, scrubbed or rolled-back", "to", "T-1h T-15m T-10m"},
		{"el", "step.start", "there is no GO", "", ""},
		{"el", "step.confirm", "nothing of yours is open", "what", ""},
		{"em", "role.take", "", "role", "engineering-lead database-admin"},
		{"sec", "role.take", "there is no role that you are backup of", "role", ""},
		{"sec", "role.hand-over", "", "role", "security-lead"},
		{"el", "note.correct", "you have written no note", "seq", ""},
		{"el", "undo", "nothing of yours", "", ""},
		{"po", "trigger.declare", "", "id", "errors-high orders-fall incident revenue"},
		{"po", "trigger.acknowledge", "no trigger waits to be acknowledged", "id", ""},
		{"po", "trigger.clear", "no declared trigger is yours to clear", "id", ""},
		{"po", "alarm.silence", "", "monitor", "usage satisfaction orders"},
		{"em", "alarm.silence", "", "monitor", "error-rate network usage tickets satisfaction orders log-shop-error"},
		{"pm", "alarm.silence", "no monitor that you could silence", "monitor", ""},
		{"po", "baseline.capture", "", "monitor", "all usage orders satisfaction"},
		{"pm", "baseline.capture", "a baseline belongs to EL (el), PO (po), SECL (sec) or EM (em), and you hold PM", "monitor", ""},
		{"po", "value.enter", "", "monitor", "satisfaction"},
		{"sec", "value.enter", "", "monitor", "tickets"},
		{"el", "value.enter", "no monitor of yours takes values by hand", "monitor", ""},
		{"bob", "item.check", "bob is not one of this launch's people", "", ""},
	} {
		a, choices := info(t, l, c.user, c.action)
		if (c.why == "") != (a.WhyNot == "") || !strings.Contains(a.WhyNot, c.why) {
			t.Errorf("%s %s: why not %q, expected %q", c.user, c.action, a.WhyNot, c.why)
		}
		if got := strings.Join(choices[c.arg], " "); c.arg != "" && got != c.choices {
			t.Errorf("%s %s: choices of %s are %q, expected %q", c.user, c.action, c.arg, got, c.choices)
		}
	}
	l.s.File.Attest = []string{}
	if _, choices := info(t, l, "el", "item.check"); !slices.Equal(choices["id"], []string{"infra/one", "infra/two"}) {
		t.Errorf("nothing may be attested, and yet %v", choices["id"])
	}
}

// What Actions offers with its choices, Decide does not refuse.
func TestWhatIsOfferedIsOpen(t *testing.T) {
	for _, start := range []func(*testLaunch){func(*testLaunch) {}, (*testLaunch).ready, func(l *testLaunch) {
		l.ready()
		l.giveGo()
		l.now = t0
	}} {
		l := newLaunch(t, Live, t0.Add(-50*time.Minute))
		start(l)
		l.s.File.Attest = []string{}
		for _, user := range []string{"pm", "el", "po", "em", "sec"} {
			for _, a := range l.s.Actions(who(user), l.now) {
				// undo has no arguments, set and decide need more than a choice, a capture what was measured, and a note is a note.
				if a.WhyNot != "" || a.Name == "clock.set" || a.Name == "poll.decide" || a.Name == "poll.attend" || a.Name == "baseline.capture" {
					continue
				}
				args := map[string]string{}
				for _, arg := range a.Args {
					switch {
					case arg.Name == "confirm":
						args[arg.Name] = l.s.Name
					case arg.Name == "what":
						args[arg.Name] = arg.Choices[0]
					case arg.Name == "value":
						args[arg.Name] = "1.5"
					case arg.Name == "link":
						args[arg.Name] = "https://meet.example/1"
					case arg.Name == "at" && a.Name == "mark.add":
						args[arg.Name] = "T+1h"
					case arg.Name == "passed", arg.Name == "failed":
						args[arg.Name] = "1"
					case arg.Required && len(arg.Choices) > 0:
						args[arg.Name] = arg.Choices[len(arg.Choices)-1]
					case arg.Required, arg.Name == "reason":
						args[arg.Name] = "x"
					}
				}
				if _, err := l.s.Decide(who(user), Command{Action: a.Name, Args: args}, l.now); err != nil {
					t.Errorf("%s %s %v: %v", user, a.Name, args, err)
				}
			}
		}
	}
}
