package dialogs

import (
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/intent"
)

// watchGallery is every dialog about triggers and monitors, for the golden views.
func watchGallery(t *testing.T) map[string]func() Dialog {
	open := func(action string, args, suggest map[string]string, keys ...string) func() Dialog {
		return func() Dialog {
			f := suggested(action, args, suggest)
			press(t, f, keys...)
			return f
		}
	}
	th := plainTheme()
	return map[string]func() Dialog{
		"fired-hold":     func() Dialog { return firedDialog("error-rate-high", "hold", 5, false) },
		"fired-rollback": func() Dialog { return firedDialog("error-rate-high", "rollback", 30, false) },
		"fired-over": func() Dialog {
			f := firedDialog("error-rate-high", "hold", 5, true)
			press(t, f, "a")
			return f
		},
		"fired-declared": func() Dialog {
			f := firedDialog("significant-revenue-impact", "rollback", 0, false)
			f.trigger().Fired = &screen.By{User: "product", At: at("09:40:20"), Text: "orders are down by a third"}
			return f
		},
		"fired-acknowledged": func() Dialog {
			s, a := firing("error-rate-high", "hold", 5)
			s.Triggers[0].State, s.Triggers[0].Acknowledged = screen.TriggerAcknowledged, &screen.By{User: "eng-mgr", At: at("09:42:00"), Text: "looking at the canary"}
			held := at("09:41:00")
			s.Clock.HeldAt, s.Clock.HoldReason = &held, "Error rate > 1% for 5 minutes fired"
			a.Quiet, s.Alarms[0].Quiet = true, true
			f := NewFired(th, plan(), s, infos(), a, false)
			return f
		},
		"fired-refused": func() Dialog {
			f := firedDialog("error-rate-high", "rollback", 5, false)
			f.SetActions([]launch.ActionInfo{{Name: "clock.hold", WhyNot: "x"}})
			press(t, f, "a")
			f.Done(&launch.Refusal{Message: "only who holds a role in this launch declares or acknowledges triggers", Hint: "tell one of them"})
			return f
		},
		"declare":     open("trigger.declare", nil, nil, "down"),
		"acknowledge": open("trigger.acknowledge", map[string]string{"id": "error-rate-high"}, nil),
		"clear":       open("trigger.clear", map[string]string{"id": "security-incident"}, nil),
		"silence": func() Dialog {
			return suggested("alarm.silence", nil, map[string]string{"monitor": "error-rate", "minutes": "15"})
		},
		"baseline": func() Dialog { return suggested("baseline.capture", nil, map[string]string{"monitor": "all"}) },
		"baseline-one": func() Dialog {
			return suggested("baseline.capture", nil, map[string]string{"monitor": "network-io"})
		},
		"enter": func() Dialog {
			return suggested("value.enter", nil, map[string]string{"monitor": "customer-satisfaction"})
		},
	}
}

func TestFiredAnswersWithIntents(t *testing.T) {
	f := firedDialog("error-rate-high", "hold", 5, false)
	i, closed := press(t, f, "H")
	ask, ok := i.(intent.Ask)
	if !ok || closed || ask.Command.Action != "clock.hold" || len(ask.Command.Args) != 0 || ask.Suggest["reason"] != "Error rate > 1% for 5 minutes fired" {
		t.Errorf("H: %#v", i)
	}
	if i, closed = press(t, f, "m"); i != (intent.OpenView{View: "metrics", Target: "error-rate"}) || !closed {
		t.Errorf("m: %#v %v", i, closed)
	}
	if i, closed = press(t, f, "esc"); i != nil || !closed {
		t.Errorf("esc: %#v %v", i, closed)
	}
	i, closed = press(t, f, "a")
	if do, ok := i.(intent.Do); !ok || closed || do.Command.Action != "trigger.acknowledge" || do.Command.Args["id"] != "error-rate-high" {
		t.Errorf("a: %#v", i)
	}
	if i, _ = press(t, f, "a", "H", "n"); i != nil {
		t.Errorf("while the answer is out: %#v", i)
	}
	if !f.Done(nil) {
		t.Error("stays open after it was acknowledged")
	}
}

func TestFiredOffersOnlyWhatIsOpen(t *testing.T) {
	f := firedDialog("security-incident", "hold", 0, false)
	f.SetActions([]launch.ActionInfo{{Name: "trigger.acknowledge", WhyNot: "only who holds a role does"}, info("trigger.clear")})
	if i, _ := press(t, f, "a"); i != nil {
		t.Errorf("a: %#v", i)
	}
	if !strings.Contains(seen(f), "acknowledge is not open to you: only who holds a role does") || !strings.Contains(seen(f), "c clear it") {
		t.Errorf("does not say what is open:\n%s", seen(f))
	}
	r := firedDialog("error-rate-high", "rollback", 5, false)
	r.SetActions(infos())
	if strings.Contains(seen(r), "clear it") || strings.Contains(seen(r), "hold the clock") {
		t.Errorf("offers what cannot be done:\n%s", seen(r))
	}
}

func TestFiredClosesWithItsAlarmOnly(t *testing.T) {
	f := firedDialog("error-rate-high", "hold", 5, false)
	s, _ := firing("error-rate-high", "hold", 5)
	s.Alarms[0].Key = "trigger/error-rate-high#150"
	if told := f.SetScreen(s); told != "" {
		t.Errorf("closed: %s", told)
	}
	later := *s
	later.Alarms = append([]screen.Alarm(nil), s.Alarms...)
	later.Alarms[0].Key = "trigger/error-rate-high#170"
	if told := f.SetScreen(&later); told != "Error rate > 1% for 5 minutes is no longer in force" {
		t.Errorf("told %q", told)
	}
	press(t, f, "a")
	quiet := *s
	quiet.Alarms = append([]screen.Alarm(nil), s.Alarms...)
	quiet.Alarms[0].Quiet = true
	if told := f.SetScreen(&quiet); told != "" {
		t.Errorf("its own acknowledgement is told as somebody else's: %s", told)
	}
}

func TestPointsStandAgainstTheRule(t *testing.T) {
	base := 200.0
	for _, test := range []struct {
		when     string
		baseline *float64
		value    float64
		word     string
		bad      bool
	}{
		{"error-rate > 1% for 5m", nil, 1.4, "above 1 %", true},
		{"error-rate > 1% for 5m", nil, 1, "within 1 %", false},
		{"usage < baseline * 0.5", &base, 90, "below 100 %", true},
		{"usage < baseline * 0.5", nil, 90, "", false},
		{"not a rule", nil, 1, "", false},
	} {
		word, bad := against(test.when, "%", test.baseline, monitor.Point{Value: test.value})
		if word != test.word || bad != test.bad {
			t.Errorf("%s, %v: %q %v", test.when, test.value, word, bad)
		}
	}
}

func TestFiredBeforeThePlanIsKnown(t *testing.T) {
	s, a := firing("error-rate-high", "rollback", 5)
	f := NewFired(plainTheme(), nil, s, nil, a, false)
	var stack Stack
	stack.SetSize(120, 40)
	stack.PushUnasked(f, s.At)
	if strings.Contains(seen(f), "authorised") {
		t.Error("tells what it cannot know")
	}
	stack.SetPlan(plan())
	stack.Tick(s.At.Add(time.Minute))
	for _, want := range []string{"You are one of them, as Engineering Lead", "4m ago"} {
		if !strings.Contains(seen(f), want) {
			t.Errorf("%q is not shown:\n%s", want, seen(f))
		}
	}
}

// A dialog that opened by itself below another one is not answered by the keys that were meant for that one.
func TestWhatComesToLightWaitsForQuiet(t *testing.T) {
	var s Stack
	s.SetSize(80, 24)
	now := at("09:43:00")
	below, above := firedDialog("security-incident", "hold", 0, false), firedDialog("error-rate-high", "hold", 5, false)
	s.PushUnasked(below, now)
	s.PushUnasked(above, now)
	now = now.Add(time.Second)
	if _, ok := s.HandleKey(keyOf("a"), now).(intent.Do); !ok {
		t.Fatal("the top one did not take its key")
	}
	s.Done(above.ID(), nil)
	if i := s.HandleKey(keyOf("a"), now.Add(100*time.Millisecond)); i != nil {
		t.Fatalf("answered unseen: %#v", i)
	}
	now = now.Add(2 * time.Second)
	over := form("clock.hold", nil)
	s.Push(over)
	held, _ := firing("security-incident", "hold", 0)
	held.Clock.HeldAt = &now
	if told := s.SetScreen(held, now); !strings.Contains(told, "the clock is held") || s.Top() != Dialog(below) {
		t.Fatalf("told %q", told)
	}
	if i := s.HandleKey(keyOf("a"), now.Add(100*time.Millisecond)); i != nil {
		t.Fatalf("answered as it came to light: %#v", i)
	}
	if _, ok := s.HandleKey(keyOf("a"), now.Add(2*time.Second)).(intent.Do); !ok {
		t.Fatal("never takes a key")
	}
}

// While a request is open, the rule that counts is that of its priority, and who is missing is named.
func TestFiredTellsWhatTheRequestLacks(t *testing.T) {
	s := requested()
	f := NewFired(plainTheme(), withAWS(), s, infos(), s.Alarms[0], false)
	f.SetSize(120, 40)
	for _, want := range []string{"R1-9c41d07b, normal priority, needs 1 more", "approval of EL eng-lead, EM eng-mgr", "A normal-priority rollback"} {
		if !strings.Contains(strings.Join(strings.Fields(seen(f)), " "), want) {
			t.Errorf("%q is not shown:\n%s", want, seen(f))
		}
	}
}
