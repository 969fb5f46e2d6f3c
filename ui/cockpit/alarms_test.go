package cockpit

import (
	"testing"
	"time"

	"tminus/model/monitor"
	"tminus/model/screen"
)

// fire puts the error rate's trigger in force on a screen; key is the firing's.
func fire(s *screen.Screen, key string) {
	since := s.At.Add(-10 * time.Second)
	s.Status, s.Reasons = screen.Red, []string{"Error rate > 1% for 5 minutes fired"}
	t := screen.Trigger{ID: "error-rate-high", Title: "Error rate > 1% for 5 minutes", Group: "technical", Priority: "high", When: "m0 > 1% for 5m", Monitor: "m0",
		State: "fired", Since: since, Proposes: "hold", Fired: &screen.By{User: "system", At: since}}
	for i := range 5 {
		t.Points = append(t.Points, monitor.Point{At: since.Truncate(time.Minute).Add(time.Duration(i-4) * time.Minute), Value: 1.4 + float64(i)/10})
	}
	s.Triggers = []screen.Trigger{t}
	s.Alarms = append([]screen.Alarm{{Key: key, Title: t.Title, Owner: "EL", Since: since, Trigger: t.ID, Monitor: "m0"}}, s.Alarms...)
}

// acknowledge is what a screen shows once somebody has taken the trigger up.
func acknowledge(s *screen.Screen, who string) {
	s.Triggers = append([]screen.Trigger(nil), s.Triggers...)
	s.Triggers[0].State, s.Triggers[0].Acknowledged = "acknowledged", &screen.By{User: who, At: s.At}
	s.Alarms = append([]screen.Alarm(nil), s.Alarms...)
	s.Alarms[0].Quiet = true
}

// crit adds a monitor's confirmed CRIT, which is a banner and no dialog.
func crit(s *screen.Screen, id string) {
	s.Alarms = append(s.Alarms, screen.Alarm{Key: id + "/1", Title: "CPU Usage", Action: "Scale resources", Owner: "EL", Since: s.At.Add(-3 * time.Minute), Monitor: id})
}

func TestFiredTriggerOpensItsDialogOnce(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		w.publish(func(s *screen.Screen) { fire(s, "error-rate-high/150") })
		h.wait(100 * time.Millisecond)
		h.shows("TRIGGER FIRED", "Error rate > 1% for 5 minutes", "Proposed: hold the clock", "1.8 %", "above 1 %", "a acknowledge")
		if h.bells != 1 {
			t.Errorf("%d bells", h.bells)
		}
		h.press("a", "esc", "H") // somebody was typing
		did(t, w, 0)
		h.shows("Proposed: hold the clock")
		h.wait(600 * time.Millisecond)
		h.press("esc")
		h.hides("Proposed")
		h.shows("TRIGGER FIRED   Error rate > 1% for 5 minutes (EL), 10s ago", "press !")
		w.publish(func(s *screen.Screen) { s.Entries++ })
		h.wait(time.Second)
		h.hides("Proposed")
		h.press("!")
		h.shows("Proposed: hold the clock")
		h.press("a")
		c := did(t, w, 1)[0]
		if c.Action != "trigger.acknowledge" || c.Args["id"] != "error-rate-high" {
			t.Errorf("command %v", c)
		}
		h.hides("Proposed")
		w.publish(func(s *screen.Screen) { acknowledge(s, "eng-lead") })
		h.wait(time.Second)
		h.shows("ACKNOWLEDGED by eng-lead   Error rate > 1% for 5 minutes (EL)", "press !")
		if h.bells != 1 {
			t.Errorf("%d bells", h.bells)
		}
		w.publish(func(s *screen.Screen) { s.Alarms = nil; fire(s, "error-rate-high/180") })
		h.wait(time.Second)
		h.shows("Proposed: hold the clock")
		if h.bells != 2 {
			t.Errorf("%d bells; the next firing is a new alarm", h.bells)
		}
	})
}

func TestAcknowledgedElsewhereClosesTheDialog(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		w.publish(func(s *screen.Screen) { fire(s, "k") })
		h.wait(time.Second)
		w.publish(func(s *screen.Screen) { acknowledge(s, "eng-mgr") })
		h.wait(time.Second)
		h.hides("Proposed")
		h.shows("settled elsewhere: Error rate > 1% for 5 minutes was acknowledged by eng-mgr")
		h.press("!")
		h.shows("TRIGGER ACKNOWLEDGED", "c clear it")
		h.hides("a acknowledge")
		w.publish(func(s *screen.Screen) { s.Alarms = nil; s.Triggers[0].Cleared = &screen.By{User: "system", At: s.At} })
		h.wait(time.Second)
		h.hides("TRIGGER")
		h.shows("has cleared")
	})
}

func TestHoldFromATriggerIsPrefilled(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		w.publish(func(s *screen.Screen) { fire(s, "k") })
		h.wait(time.Second)
		h.press("H")
		h.shows("Hold the clock", "Error rate > 1% for 5 minutes fired")
		h.press("enter")
		c := did(t, w, 1)[0]
		if c.Action != "clock.hold" || c.Args["reason"] != "Error rate > 1% for 5 minutes fired" {
			t.Errorf("command %v", c)
		}
		h.shows("Rollback trigger")
		when := w.now.At
		w.publish(func(s *screen.Screen) { s.Clock.HeldAt, s.Clock.HoldReason = &when, "Error rate fired" })
		h.wait(time.Second)
		h.shows("The clock is held at T-00:12:43")
		h.hides("H hold the clock")
		w.publish(func(s *screen.Screen) {
			s.Todo = screen.Todo{Text: "Acknowledge", Action: "trigger.acknowledge", Target: "error-rate-high", Yours: true}
		})
		h.wait(time.Second)
		h.press("esc", "g", "n")
		h.shows("The clock is held at T-00:12:43")
		h.press("m")
		if h.app.view != "metrics" || h.app.stack.Top() != nil {
			t.Errorf("m opened %q", h.app.view)
		}
	})
}

// What somebody types into a dialog is not lost to a trigger, and does not answer it.
func TestTriggerOverWhatIsTypedAsksTwice(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		h.press("n")
		h.typed("we saw")
		w.publish(func(s *screen.Screen) { fire(s, "k") })
		h.wait(time.Second)
		h.shows("What you were typing is kept")
		h.press("a")
		did(t, w, 0)
		h.shows("press a once more: acknowledge")
		h.press("q", "a")
		did(t, w, 0)
		h.press("ctrl+c")
		h.shows("What you have typed is not recorded")
		h.press("n", "esc")
		h.typed(" it")
		h.press("enter")
		if c := did(t, w, 1)[0]; c.Args["text"] != "we saw it" {
			t.Errorf("command %v", c)
		}
	})
}

func TestTwoTriggersAreAnsweredOneByOne(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		w.publish(func(s *screen.Screen) {
			fire(s, "k")
			s.Triggers = append(s.Triggers, screen.Trigger{ID: "security-incident", Title: "Security incident", Priority: "high", State: "fired", Proposes: "rollback",
				Fired: &screen.By{User: "sec", Text: "tokens leaked", At: s.At}})
			s.Alarms = append(s.Alarms, screen.Alarm{Key: "s", Title: "Security incident", Owner: "EL", Since: s.At.Add(-time.Minute), Trigger: "security-incident"})
		})
		h.wait(time.Second)
		if h.bells != 1 {
			t.Errorf("%d bells for two alarms at once", h.bells)
		}
		h.shows("Error rate > 1% for 5 minutes (EL), 10s ago (and 1 more)", "Proposed: hold")
		h.press("a", "a", "a") // the second and third came before anybody can have read the other one
		did(t, w, 1)
		h.shows("Security incident", "declared by sec", "tokens leaked", "Proposed: rollback", "You are one of them")
		h.wait(time.Second)
		h.press("a")
		if c := did(t, w, 2)[1]; c.Args["id"] != "security-incident" {
			t.Errorf("command %v", c)
		}
	})
}

func TestCritIsABannerAndRingsTwice(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		w.publish(func(s *screen.Screen) { crit(s, "m3"); crit(s, "m4") })
		h.wait(time.Second)
		if h.app.stack.Top() != nil {
			t.Error("only a trigger may cover the screen")
		}
		h.shows("CRIT   CPU Usage: Scale resources (EL) for 3m (and 1 more)", "press g m")
		h.wait(58 * time.Second)
		if h.bells != 1 {
			t.Errorf("%d bells in the first minute", h.bells)
		}
		h.wait(3 * time.Minute)
		if h.bells != 2 {
			t.Errorf("%d bells; expected one more after a minute, and no third", h.bells)
		}
		h.press("g", "m")
		if h.app.view != "metrics" {
			t.Errorf("view %q", h.app.view)
		}
		w.publish(func(s *screen.Screen) { s.Alarms = nil })
		h.wait(time.Second)
		h.hides("CPU Usage")
	})
}

func TestWhatIsSilencedDoesNotRing(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		quiet := func(on bool) func(s *screen.Screen) {
			return func(s *screen.Screen) {
				s.Alarms = nil
				crit(s, "m3")
				if on {
					until := s.At.Add(15 * time.Minute)
					s.Alarms[0].Quiet, s.Alarms[0].Silenced = true, &until
				}
			}
		}
		w.publish(quiet(true))
		h.wait(2 * time.Minute)
		h.shows("CPU Usage", "SILENCED until "+w.now.Alarms[0].Silenced.UTC().Format("15:04"))
		if h.bells != 0 {
			t.Errorf("%d bells", h.bells)
		}
		w.publish(func(s *screen.Screen) { quiet(true)(s); fire(s, "k") })
		h.wait(time.Second)
		h.press("esc")
		h.hides("SILENCED until")
		w.publish(func(s *screen.Screen) { quiet(true)(s); fire(s, "k"); acknowledge(s, "product") })
		h.wait(5 * time.Minute)
		if h.bells != 1 {
			t.Errorf("%d bells for a trigger that was acknowledged within the minute", h.bells)
		}
		w.publish(quiet(false))
		h.wait(time.Second)
		if h.bells != 2 {
			t.Errorf("%d bells after the silence ended", h.bells)
		}
	})
}

func TestAlarmInForceRingsAtTheStartAndNotAfterTheRoomIsBack(t *testing.T) {
	withHand(t, func(c *Config, w *world) {
		fire(w.now, "k")
		c.Reconnect = reconnect(w)
	}, func(h *hand, w *world) {
		h.wait(time.Second)
		h.shows("Proposed")
		h.press("esc")
		if h.bells != 1 {
			t.Fatalf("%d bells at the start", h.bells)
		}
		w.fall()
		h.wait(2 * time.Second)
		h.shows("NOT WATCHED", "when the room was last heard")
		w.rise()
		h.wait(10 * time.Second)
		h.shows("the room is back", "press !")
		h.hides("Proposed")
		if h.bells != 1 {
			t.Errorf("%d bells", h.bells)
		}
	})
}

func TestBangDeclaresWhereNothingIsInForce(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		w.publish(func(s *screen.Screen) {
			s.Triggers = []screen.Trigger{{ID: "security-incident", Title: "Security incident", Priority: "high", State: "quiet"}}
		})
		h.wait(time.Second)
		h.press("!")
		h.shows("Declare a trigger", "Security incident", "every cockpit shows it")
		h.typed("leak")
		h.press("enter")
		if c := did(t, w, 1)[0]; c.Args["id"] != "security-incident" || c.Args["reason"] != "leak" {
			t.Errorf("command %v", c)
		}
	})
}
