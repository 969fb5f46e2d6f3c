package cockpit

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tminus/model/launch"
	"tminus/model/screen"
)

func (h *hand) shows(want ...string) {
	h.t.Helper()
	for _, s := range want {
		if !strings.Contains(h.seen(), s) {
			h.t.Errorf("%q is not on the screen:\n%s", s, h.seen())
		}
	}
}

func (h *hand) hides(unwanted ...string) {
	h.t.Helper()
	for _, s := range unwanted {
		if strings.Contains(h.seen(), s) {
			h.t.Errorf("%q is on the screen:\n%s", s, h.seen())
		}
	}
}

func did(t *testing.T, w *world, n int) []launch.Command {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.did) != n {
		t.Fatalf("commands %v; expected %d", w.did, n)
	}
	return w.did
}

func TestNothingIsDrawnBeforeTheFirstSize(t *testing.T) {
	a := New(Config{Room: door{world: newWorld()}})
	if v := a.View(); v.Content != "" || !v.AltScreen {
		t.Errorf("first view %+v", v)
	}
}

func TestOneScreenAnswersWhereWhatAndWho(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		h.shows("T-00:12:43", "checkout-v2", "COUNTDOWN", "LIVE", "GREEN", "Baseline metrics captured", "press g n",
			" Checklist ", " Countdown ", " Metrics ", " RACI ", " Decisions ", "eng-lead (Engineering Lead)", "142:9c41d07be2a35f10", "? help", "q quit")
		h.wait(2 * time.Second)
		h.shows("T-00:12:41")
	})
}

func TestNoteTypedIsSentAndNothingElse(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		h.press("n")
		h.typed("quit? holding: q H n")
		h.press("enter")
		c := did(t, w, 1)[0]
		if c.Action != "note.add" || c.Args["text"] != "quit? holding: q H n" {
			t.Errorf("command %v", c)
		}
		h.shows("note.add done")
		h.hides("Write a note")
		if h.quit {
			t.Error("a typed q left the cockpit")
		}
	})
}

func TestRefusalStaysInItsDialog(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		w.answer = func(launch.Command) (launch.Result, error) {
			return launch.Result{}, &launch.Refusal{Message: "too many notes", Hint: "wait a minute"}
		}
		h.press("n")
		h.typed("kept")
		h.press("enter")
		h.shows("Write a note", "too many notes", "wait a minute", "kept")
		h.press("esc")
		h.hides("too many notes")
	})
}

func TestHoldBecomesResume(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		h.press("H")
		h.shows("Hold the clock")
		when := w.now.At
		w.publish(func(s *screen.Screen) { s.Clock.HeldAt, s.Clock.HoldReason = &when, "baseline" })
		h.wait(time.Second)
		h.hides("Hold the clock")
		h.shows("settled elsewhere: the clock is held: baseline", "HOLD", "H resume")
		h.press("H")
		h.shows("Resume the clock")
	})
}

func TestUnavailableSaysWhy(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		h.hides("v vote")
		h.press("v")
		h.shows("not now: the go/no-go is not open")
		h.press("a")
		h.shows("only a rehearsal can")
		did(t, w, 0)
	})
}

func TestNoRefusalIsCut(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		hint := "act as that role"
		w.answer = func(launch.Command) (launch.Result, error) {
			return launch.Result{}, &launch.Refusal{Message: "Monitoring belongs to Engineering Lead (eng-lead), and you hold Product Owner", Hint: hint}
		}
		h.press("U")
		h.shows("you hold Product Owner; act as that role")
		h.hides("q quit")
		h.press("j")
		h.shows("q quit")
		hint = "act as that role, record what they say with for=eng-lead via=voice, or take the role over with role.take"
		h.press("U")
		h.shows("Not done", "you hold", "with role.take")
		h.press("j")
		h.hides("Not done")
	})
}

func TestReadOnlyRecordsNothing(t *testing.T) {
	withHand(t, func(c *Config, _ *world) { c.ReadOnly = true }, func(h *hand, w *world) {
		h.press("n", "s", "H", "U", "space")
		h.shows("opened read-only")
		h.press(":")
		h.typed("note.add")
		h.press("enter")
		h.shows("cannot note.add: this cockpit was opened read-only")
		did(t, w, 0)
	})
}

func TestFullViewsOpenAndClose(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		for _, v := range h.app.views {
			h.press("g")
			h.shows(v.Key + " " + v.Name)
			h.press(v.Key)
			if h.app.view != v.Name {
				t.Fatalf("g %s opened %q", v.Key, h.app.view)
			}
			h.shows("T-00:12:43", "esc back")
			h.hides("RACI · ")
		}
		h.press("3")
		if h.app.view != "" || h.app.focus != 2 {
			t.Errorf("view %q focus %d", h.app.view, h.app.focus)
		}
		h.press("enter")
		if h.app.view != "metrics" {
			t.Errorf("enter opened %q", h.app.view)
		}
		h.press("esc", "shift+tab")
		if h.app.focus != 1 {
			t.Errorf("focus %d", h.app.focus)
		}
		h.press("g", "z")
		h.shows("g z leads nowhere")
	})
}

func TestNextDeedGoesToWhatIsToDo(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		h.press("g", "n")
		if h.app.view != "checklist" {
			t.Fatalf("view %q", h.app.view)
		}
		w.publish(func(s *screen.Screen) {
			s.Todo = screen.Todo{Text: "Sign off Monitoring", Action: "section.sign-off", Target: "monitoring", Yours: true}
		})
		h.wait(time.Second)
		h.press("g", "n")
		h.shows("Sign a section off", "Monitoring: 2 of 4 done")
		h.typed("looked")
		h.press("enter")
		if c := did(t, w, 1)[0]; c.Args["id"] != "monitoring" || c.Args["evidence"] != "looked" {
			t.Errorf("command %v", c)
		}
	})
}

// The next line leads to a task and does not tick it: who asks what is next has not done it yet.
func TestNextDeedTicksNoTaskUnseen(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		for task, view := range map[string]string{"afterwards/el/logs": "rollback", "l-7d/load": "timeline", "handoff/docs": "success"} {
			w.publish(func(s *screen.Screen) {
				s.Afterwards = []screen.Afterward{{Actions: []screen.Action{{ID: "afterwards/el/logs", Text: "Collect error logs"}}}}
				s.Timeline = []screen.Day{{Roles: []screen.DayRole{{Tasks: []screen.Task{{ID: "l-7d/load", Text: "Complete load testing"}}}}}}
				s.Todo = screen.Todo{Text: "A task", Action: "task.done", Target: task, Yours: true}
			})
			h.wait(time.Second)
			h.press("g", "n")
			did(t, w, 0)
			if h.app.view != view {
				t.Errorf("%s leads to %q; expected %q", task, h.app.view, view)
			}
			h.press("esc")
		}
	})
}

func TestFindOpensTheViewThatShowsIt(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		h.press("/")
		h.typed("alerts tested")
		h.press("enter")
		if h.app.view != "checklist" {
			t.Errorf("view %q", h.app.view)
		}
		h.shows("Alerts tested")
	})
}

func TestHelpNamesEveryBoundKey(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		h.send(tea.WindowSizeMsg{Width: 200, Height: 70})
		h.press("?")
		h.shows("Do", "Find", "Move", "Full views", "Timeline and cadence", "record it for somebody")
		for _, b := range h.app.keys.first {
			for _, k := range b.keys {
				if k == "ctrl+i" || k == "ctrl+m" {
					t.Errorf("%s is bound: in tmux it is another key", k)
				}
			}
			h.shows(b.help)
		}
	})
}

// Every size: no panic, no line but exactly as wide as the terminal, no border broken.
func TestEverySize(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		for _, at := range [][]string{{}, {"g", "d"}, {"g", "f"}, {"g", "t"}, {"g", "s"}, {"g", "p"}, {"esc", "n"}, {"esc", ":"}, {"esc", "?"}} {
			h.press(at...)
			for height := 5; height <= 50; height += 3 {
				for width := 20; width <= 200; width += 12 {
					h.app.Update(tea.WindowSizeMsg{Width: width, Height: height})
					check(t, h.app.View().Content, width, height, h.app.stack.Top() == nil)
				}
			}
		}
	})
}

func check(t *testing.T, content string, width, height int, whole bool) {
	t.Helper()
	lines := strings.Split(content, "\n")
	if len(lines) != height {
		t.Fatalf("%dx%d: %d lines", width, height, len(lines))
	}
	open := 0
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != width {
			t.Fatalf("%dx%d: line %d is %d cells wide: %q", width, height, i, n, ansi.Strip(l))
		}
		plain := ansi.Strip(l)
		open += strings.Count(plain, "╭") + strings.Count(plain, "╮") - strings.Count(plain, "╰") - strings.Count(plain, "╯")
	}
	if open != 0 && whole {
		t.Fatalf("%dx%d: %d corners do not close:\n%s", width, height, open, ansi.Strip(content))
	}
}

// A key pressed as soon as the cockpit is painted waits for the actions, and what is typed next never acts.
func TestKeyBeforeTheActionsAreKnownIsKept(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		infos := h.app.infos
		h.app.infos, h.app.refreshing = nil, true // the room has been asked and has not answered
		h.press("n", "q", "H")
		h.hides("Write a note")
		if h.quit {
			t.Fatal("what was typed for the dialog left the cockpit")
		}
		h.send(actionsMsg{link: h.app.link.number, infos: infos})
		h.shows("Write a note")
		did(t, w, 0)
	})
}
