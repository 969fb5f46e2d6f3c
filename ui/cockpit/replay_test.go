package cockpit

import (
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/screen"
)

// replayable gives the room a journal of notes, one a minute.
func replayable(_ *Config, w *world) {
	const n = 30
	end := w.now.At
	for i := range n {
		w.entries = append(w.entries, journal.Entry{
			Seq: int64(i + 1), At: end.Add(-time.Duration(n-i) * time.Minute), Kind: "note.added", Data: []byte(`{"text":"n"}`),
			Actor: journal.Actor{User: "el", Auth: journal.AuthOSUser},
		})
	}
	w.now.Entries = n
}

// From the decisions view t shows the launch as it stood at the entry; nothing can be done there; esc comes back.
func TestReplayFromTheDecisionsView(t *testing.T) {
	withHand(t, replayable, func(h *hand, w *world) {
		h.press("g", "d")
		h.wait(time.Second)
		h.press("home", "t")
		h.shows("REPLAY", "stands")
		h.press("n", "H")
		h.shows("REPLAY", "this is a replay")
		h.press("F", "y")
		if len(w.did) != 0 {
			t.Errorf("done in a replay: %+v", w.did)
		}
		for range 3 { // whatever dialog was open
			h.press("esc")
		}
		h.hides("REPLAY")
		h.wait(time.Second)
		h.press("n")
		h.typed("now")
		h.press("ctrl+d")
		if len(w.did) != 1 || w.did[0].Action != "note.add" {
			t.Errorf("back in the present nothing could be done: %+v", w.did)
		}
	})
}

// A trigger that fired then covers no screen now, and rings no bell.
func TestAnAlarmOfThePastIsQuiet(t *testing.T) {
	withHand(t, replayable, func(h *hand, w *world) {
		h.press("g", "d")
		h.wait(time.Second)
		h.press("t")
		h.shows("REPLAY")
		w.mu.Lock()
		s := *w.now
		s.Triggers = []screen.Trigger{{ID: "x", Title: "Errors", State: string(launch.TriggerStateFired)}}
		s.Alarms = []screen.Alarm{{Key: "trigger/x/1", Title: "Errors", Trigger: "x", Since: s.At}}
		w.now = &s
		w.mu.Unlock()
		h.press("left")
		h.wait(time.Second)
		if h.app.stack.Top() != nil || h.bells > 0 {
			t.Errorf("a dialog opened by itself, or %d bells rang, in a replay", h.bells)
		}
	})
}

// A replay of a launch that no room has open leaves the program at its end.
func TestAReplayAloneLeaves(t *testing.T) {
	withHand(t, func(c *Config, w *world) {
		replayable(c, w)
		c.Replay = &time.Time{}
	}, func(h *hand, w *world) {
		h.wait(time.Second)
		h.shows("REPLAY", "leave")
		if h.press("esc"); !h.quit {
			t.Error("esc did not leave")
		}
	})
}

// Letters that are typed into the filter are no keys, and what does not fit is left out.
func TestTheDecisionsAreFiltered(t *testing.T) {
	withHand(t, func(c *Config, w *world) {
		replayable(c, w)
		w.entries[7].Data = []byte(`{"text":"quick fix"}`)
	}, func(h *hand, w *world) {
		h.press("g", "d")
		h.wait(time.Second)
		h.press("f")
		h.typed("quick")
		h.shows("filter quick", "1 of 30")
		if h.quit {
			t.Fatal("q of the filter left the cockpit")
		}
		h.press("enter", "F")
		h.shows("checkout") // the flag's dialog or what stands for it: keys are keys again
		h.press("esc", "esc")
		h.press("esc")
		h.hides("filter quick")
	})
}
