package cockpit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

// flagged gives a launch a flag that is on, and a rollback that turns it off.
func flagged(s *screen.Screen) {
	line := "aws ssm put-parameter --name /features/checkout-v2/enabled --value false --type String --overwrite"
	s.Flags = []screen.Flag{{ID: "main", Name: "/features/checkout-v2/enabled", On: "true", Off: "false", Main: true, Word: screen.FlagOn, Value: "true", Version: 12, At: s.At, OffLine: line}}
	s.Procedure = screen.Procedure{Default: []string{"feature-disable"}, Flag: "feature-disable", Priority: "normal", Steps: []screen.Step{
		{ID: "feature-disable", Number: 1, Title: "Feature Disable", Owner: "Engineering Lead", Back: true, Parts: []screen.Part{{ID: "feature-disable", Text: "Feature Disable", By: "call", AWSLine: line, State: "waiting"}}}}}
}

// asked puts an open request on the screen, as the viewer's cockpit gets it.
func asked(s *screen.Screen, id string, yours bool) {
	flagged(s)
	s.Requests = append(s.Requests[:len(s.Requests):len(s.Requests)], screen.Request{ID: id, Priority: "normal", Reason: "orders fail", State: screen.RequestOpen, Current: true, Steps: s.Procedure.Steps, Needs: 2, Missing: 1,
		Eligible: []string{"EL eng-lead"}, Requested: &screen.By{User: "product", At: s.At, Text: "orders fail"}, Expires: s.At.Add(15 * time.Minute),
		ApproveLine: "tminus approve " + id + " --launch checkout-v2", Yours: yours})
	title := id + " needs 1 more approval (EL eng-lead)"
	if yours {
		title = id + " needs your approval"
	}
	s.Alarms = []screen.Alarm{{Key: "request/" + id, Title: title, Action: "orders fail", Owner: "EL", Since: s.At, Request: id, Quiet: !yours}}
}

func offs(w *world) int {
	n := 0
	for _, c := range w.did {
		if c.Action == "flag.off" {
			n++
		}
	}
	return n
}

// From the panes, every view, help, the palette, the search, a form, a fired trigger and after g: at most three keys to the
// write that turns the flag off.
func TestThreeKeysToFlagOff(t *testing.T) {
	places := map[string][]string{
		"panes": nil, "help": {"?"}, "help scrolled": {"?", "down", "down"}, "palette": {":"}, "palette filtered": {":", "n", "o", "t"}, "search": {"/"},
		"search filtered": {"/", "x"}, "form": {"n"}, "form typed": {"n", "F", "y"}, "hold": {"H"}, "declare": {"!"}, "quit": {"n", "x", "ctrl+c"},
		"after g": {"g"}, "the rollback form": {"R"}, "the flag itself": {"F"},
	}
	for _, v := range ownViews() {
		places["view "+v.Name] = []string{"g", v.Key}
		places["help over "+v.Name] = []string{"g", v.Key, "?"}
		places["palette over "+v.Name] = []string{"g", v.Key, ":"}
	}
	for n := 1; n <= 5; n++ {
		places[fmt.Sprintf("pane %d", n)] = []string{fmt.Sprint(n)}
	}
	for name, keys := range places {
		t.Run(name, func(t *testing.T) {
			withHand(t, func(_ *Config, w *world) { flagged(w.now) }, func(h *hand, w *world) {
				h.press(keys...)
				if n := offs(w); n != 0 {
					t.Error("turned off on the way there")
				}
				way := []string{"F", "y", "y"}
				if h.app.stack.Typing() { // there the letter is text
					way = []string{"esc", "F", "y"}
				}
				for _, key := range way {
					if offs(w) == 0 {
						h.press(key)
					}
				}
				if n := offs(w); n != 1 {
					t.Errorf("%d writes after three keys:\n%s", n, h.seen())
				}
			})
		})
	}
}

// Somebody who types a text in which F and y stand turns nothing off, whatever opens over it.
func TestTypingTurnsNothingOff(t *testing.T) {
	withHand(t, func(_ *Config, w *world) { flagged(w.now) }, func(h *hand, w *world) {
		h.press("n")
		h.typed("For your FYI")
		w.publish(func(s *screen.Screen) { fire(s, "k") })
		h.wait(50 * time.Millisecond)
		h.typed(" Fyi, Reply")
		if did(t, w, 0); strings.Contains(h.seen(), "Feature flag") {
			t.Fatal("the flag's dialog opened under somebody's fingers")
		}
		h.wait(time.Second)
		h.press("F")
		h.shows("Feature flag", "A key that records is asked for twice")
		h.press("y")
		did(t, w, 0)
		h.press("y")
		if offs(w) != 1 {
			t.Error("the second y does not turn it off")
		}
	})
}

func TestRequestRingsForThoseWhoMayApprove(t *testing.T) {
	withHand(t, func(_ *Config, w *world) { flagged(w.now) }, func(h *hand, w *world) {
		w.publish(func(s *screen.Screen) { asked(s, "R1-9c41d07b", true) })
		h.wait(time.Second)
		h.shows("ROLLBACK", "R1-9c41d07b needs your approval", "press R")
		h.hides("Rollback request")
		if h.bells != 1 {
			t.Errorf("%d bells", h.bells)
		}
		h.press("R")
		h.shows("Rollback request", "tminus approve R1-9c41d07b --launch checkout-v2", "--value false", "lapses in")
		h.press("y")
		c := did(t, w, 1)[0]
		if c.Action != "rollback.approve" || c.Args["id"] != "R1-9c41d07b" {
			t.Errorf("sent %v", c)
		}
	})
	withHand(t, func(_ *Config, w *world) { flagged(w.now) }, func(h *hand, w *world) {
		w.publish(func(s *screen.Screen) { asked(s, "R1-9c41d07b", false) })
		h.wait(2 * time.Minute)
		h.shows("R1-9c41d07b needs 1 more approval (EL eng-lead)")
		if h.bells != 0 {
			t.Errorf("%d bells for somebody who may not approve", h.bells)
		}
	})
}

// The palette's and the next line's way to approve lead to the plan first; the next request is not approved by the key that
// was meant for the one before.
func TestApprovalIsAlwaysOfWhatIsShown(t *testing.T) {
	withHand(t, func(_ *Config, w *world) {
		asked(w.now, "R1-9c41d07b", true)
		w.now.Todo = screen.Todo{Text: "Approve or veto", Action: "rollback.approve", Target: "R1-9c41d07b", Yours: true}
	}, func(h *hand, w *world) {
		h.press("g", "n")
		did(t, w, 0)
		h.shows("Rollback request", "R1-9c41d07b")
		w.publish(func(s *screen.Screen) {
			old := append([]screen.Request(nil), s.Requests...)
			old[0].State, old[0].Current, old[0].Ended = screen.RequestWithdrawn, false, &screen.By{User: "product", At: s.At, Text: "a mistake"}
			s.Requests = old
			asked(s, "R2-5e0c11aa", true)
		})
		h.wait(time.Second)
		h.hides("Rollback request")
		h.shows("settled elsewhere: the rollback R1-9c41d07b is withdrawn, by product")
		h.press("y")
		did(t, w, 0)
		h.press(":")
		h.typed("rollback.approve")
		h.press("enter")
		did(t, w, 0)
		h.press("y")
		if c := did(t, w, 1)[0]; c.Args["id"] != "R2-5e0c11aa" {
			t.Errorf("approved %v", c)
		}
	})
}

func TestRollbackIsRequestedFromTheTrigger(t *testing.T) {
	withHand(t, func(_ *Config, w *world) { flagged(w.now) }, func(h *hand, w *world) {
		w.publish(func(s *screen.Screen) {
			fire(s, "k")
			s.Triggers[0].Proposes, s.Procedure.Trigger, s.Procedure.Priority = "rollback", "error-rate-high", "high"
		})
		h.wait(time.Second)
		h.press("r")
		h.shows("Request a rollback", "[x]", "fired", "It would do exactly this")
		h.press("enter")
		c := did(t, w, 1)[0]
		if c.Action != "rollback.request" || c.Args["steps"] != "feature-disable" || c.Args["priority"] != "high" || !strings.Contains(c.Args["reason"], "fired") {
			t.Errorf("sent %v", c)
		}
	})
}

func TestRollbackUnderWayOpensItsView(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		w.publish(func(s *screen.Screen) {
			asked(s, "R1-9c41d07b", false)
			s.Requests[0].State, s.Alarms = screen.RequestExecuting, nil
			s.Requests[0].Steps = append([]screen.Step(nil), s.Requests[0].Steps...)
			s.Requests[0].Steps[0].State = launch.StepRunning
			s.Outstanding = []screen.Outstanding{{ID: "halt", Step: "db", Words: "OUTSTANDING: Halt incoming transactions", Since: &screen.By{At: s.At}}}
		})
		h.wait(time.Second)
		h.shows("OUTSTANDING: Halt incoming transactions")
		h.press("R")
		if h.app.view != "rollback" {
			t.Errorf("R leads to %q", h.app.view)
		}
		h.press("q")
		h.shows("Leave the cockpit?", "Rollback R1-9c41d07b, Feature Disable is running", "Leaving does not take it back")
		h.press("n")
		if h.quit {
			t.Error("left")
		}
	})
}

func TestQuitSaysThatNobodyCanApprove(t *testing.T) {
	withHand(t, func(c *Config, w *world) { c.Owner = true; asked(w.now, "R1-9c41d07b", true) }, func(h *hand, w *world) {
		h.press("q")
		h.shows("Leave the cockpit?", "waits for approvals")
	})
}

func TestReadOnlyCockpitTurnsNothingOff(t *testing.T) {
	withHand(t, func(c *Config, w *world) { c.ReadOnly = true; flagged(w.now) }, func(h *hand, w *world) {
		h.press("F", "y")
		did(t, w, 0)
		h.shows("this cockpit was opened read-only")
	})
}

// What is armed is on the screen of everybody who may stop it, and one key away.
func TestDisarmingIsAKeyAwayWhereSomethingIsArmed(t *testing.T) {
	withHand(t, func(_ *Config, w *world) { flagged(w.now) }, func(h *hand, w *world) {
		h.hides("X disarm")
		w.publish(func(s *screen.Screen) {
			s.Armed = &screen.Armed{By: &screen.By{User: "eng-mgr", At: s.At}, Triggers: []string{"error-rate-high"}}
		})
		h.wait(time.Second)
		h.shows("X disarm")
		h.press("X", "enter")
		if c := did(t, w, 1)[0]; c.Action != "trigger.disarm" || c.Args["id"] != "all" {
			t.Errorf("sent %v", c)
		}
	})
}
