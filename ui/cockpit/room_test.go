package cockpit

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui"
)

func TestRehearsalRolesAndSpeed(t *testing.T) {
	withHand(t, func(_ *Config, w *world) {
		w.now.Mode, w.now.Clock.Anchor = launch.Rehearsal, launch.Anchor{At: w.now.At, Wall: time.Now(), Speed: 10}
	}, func(h *hand, w *world) {
		h.shows("REHEARSAL", "x10", "simulated world")
		h.wait(time.Second)
		h.shows("T-00:12:33")
		h.press("a")
		h.typed("product")
		h.press("enter")
		h.shows("eng-lead acting as Product Owner")
		h.press("n", "x", "enter")
		did(t, w, 1)
		if w.roles[0] != "product-owner" {
			t.Errorf("acted as %q", w.roles[0])
		}
		h.press(">", "<", ".")
		if got := fmt.Sprint(w.steered); got != "[20 5 skip]" {
			t.Errorf("steered %s", got)
		}
		h.shows("a decision is open; vote first")
		if n := len(w.watches); n != 1 {
			t.Errorf("%d watches are open after a change of role", n)
		}
	})
}

func TestRoomGoneNeverReadsHealthyAndComesBack(t *testing.T) {
	dials := 0
	withHand(t, func(c *Config, w *world) {
		c.Reconnect = func(context.Context) (ui.Room, error) {
			dials++
			if w.down {
				return nil, errDown
			}
			return door{world: w}, nil
		}
	}, func(h *hand, w *world) {
		w.fall()
		h.wait(3 * time.Second)
		h.shows("NOT WATCHED: the room is gone since", "attempt", "connection refused", "T-00:12:40", "? NOT WATCHED")
		h.hides("GREEN", " OK ")
		h.press("n")
		h.shows("the room is gone; nothing can be recorded from here")
		if dials < 3 || dials > 8 {
			t.Errorf("%d attempts in 3 s", dials)
		}
		w.rise()
		h.wait(10 * time.Second)
		h.shows("GREEN", "the room is back", "T-00:12:30")
		h.press("n", "x", "enter")
		did(t, w, 1)
	})
}

// reconnect dials a room in memory.
func reconnect(w *world) func(context.Context) (ui.Room, error) {
	return func(context.Context) (ui.Room, error) {
		if w.down {
			return nil, errDown
		}
		return door{world: w}, nil
	}
}

func TestRoomGoneForGoodSaysWhatToDo(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		w.fall()
		h.wait(time.Second)
		h.shows("NOT WATCHED", "Leave with q")
		h.press("q")
		if !h.quit {
			t.Error("q does not leave")
		}
	})
}

func TestRehearsalClockStandsWithoutItsRoom(t *testing.T) {
	withHand(t, func(_ *Config, w *world) {
		w.now.Mode, w.now.Clock.Anchor = launch.Rehearsal, launch.Anchor{At: w.now.At, Wall: time.Now(), Speed: 10}
	}, func(h *hand, w *world) {
		h.wait(time.Second)
		w.fall()
		h.wait(5 * time.Second)
		h.shows("T-00:12:33", "NOT WATCHED")
	})
}

func TestQuitAsksWhileSomethingExecutes(t *testing.T) {
	withHand(t, func(c *Config, _ *world) { c.Owner = true }, func(h *hand, w *world) {
		w.publish(func(s *screen.Screen) {
			s.Steps = []screen.Step{{ID: "db", Number: 2, Title: "Database Updates", State: launch.StepRunning}}
		})
		h.wait(time.Second)
		h.press("q")
		h.shows("Leave the cockpit?", "Step 2, Database Updates, is running", "closes it for 1 other")
		h.press("n")
		h.hides("Leave the cockpit?")
		if h.quit {
			t.Fatal("left without a yes")
		}
		h.press("ctrl+c", "y")
		if !h.quit {
			t.Error("yes does not leave")
		}
	})
}

func TestQuitWithTypedTextAsks(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		h.press("n", "x", "ctrl+c")
		h.shows("What you have typed is not recorded")
		h.press("n", "y")
		h.shows("xy")
		h.press("ctrl+c", "ctrl+c")
		if !h.quit {
			t.Error("ctrl+c twice does not leave")
		}
	})
}

func TestFloodIsCoalescedAndKeysAreAnswered(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		before := h.app.link.number
		drawn, last := 0, uint64(0)
		for range 2000 {
			w.publish(func(s *screen.Screen) { s.Entries++ })
			time.Sleep(time.Millisecond)
			h.settle()
			if h.app.shown.Rev != last {
				drawn, last = drawn+1, h.app.shown.Rev
			}
		}
		if drawn > 50 {
			t.Errorf("%d screens were drawn in 2 s", drawn)
		}
		h.wait(100 * time.Millisecond)
		if h.app.shown.Rev != w.now.Rev {
			t.Errorf("screen %d is shown; the newest is %d", h.app.shown.Rev, w.now.Rev)
		}
		h.press("3")
		if h.app.focus != 2 || h.app.link.number != before {
			t.Error("a key was not answered")
		}
	})
}

func TestActionsThatFailToLoadAreAskedForAgain(t *testing.T) {
	a := New(Config{Room: door{world: newWorld()}})
	a.link.number = 1
	a.loadActions()
	if cmd := a.loadActions(); cmd != nil || !a.stale {
		t.Fatal("asked twice at once")
	}
	if cmd := a.actions(actionsMsg{link: 1, err: errors.New("x")}); cmd == nil || a.stale {
		t.Error("the second question was forgotten")
	}
}
