package dialogs

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tminus/ui/intent"
)

func TestWhatOpensByItselfWaitsForQuiet(t *testing.T) {
	var s Stack
	s.SetSize(80, 24)
	now := at("09:00:00")
	s.PushUnasked(NewQuit(plainTheme(), []string{"?"}), now)
	for range 5 {
		now = now.Add(400 * time.Millisecond)
		if i := s.HandleKey(keyOf("y"), now); i != nil {
			t.Fatal("somebody who was typing answered a question that they had not seen")
		}
	}
	now = now.Add(Quiet)
	if i := s.HandleKey(keyOf("y"), now); i != (intent.Quit{}) {
		t.Fatalf("after the keyboard was quiet: %#v", i)
	}
}

func TestStackKeepsOneDialogPerThing(t *testing.T) {
	var s Stack
	first, second := form("clock.hold", nil), form("clock.hold", nil)
	s.Push(first)
	s.Push(NewQuit(plainTheme(), nil))
	s.Push(second)
	if s.Top() != Dialog(second) {
		t.Fatal("the newest is not on top")
	}
	s.Pop()
	if s.Top().ID() != "quit" {
		t.Fatalf("below it lies %s", s.Top().ID())
	}
	s.Pop()
	if s.Top() != nil {
		t.Fatal("the replaced one is still there")
	}
	if s.Done("action:clock.hold", nil) {
		t.Error("a closed dialog took an answer")
	}
}

func TestRankPutsBeginningsFirst(t *testing.T) {
	all := []candidate{{"Scrub the launch clock.scrub", ""}, {"Hold the clock clock.hold", ""}, {"Sign a section off", "section.sign-off"}, {"Clock", ""}}
	for query, want := range map[string][]int{
		"":           {0, 1, 2, 3},
		"clock":      {3, 0, 1},
		"hold":       {1},
		"clock hold": {1},
		"scrb":       {0},
		"sign-off":   {2},
		"scrub off":  {},
		"zzz":        {},
		"x":          {},
	} {
		if got := rank(query, all); !slices.Equal(got, want) {
			t.Errorf("%q: %v; expected %v", query, got, want)
		}
	}
}

func TestPaletteSaysWhyNot(t *testing.T) {
	p := NewPalette(plainTheme(), infos(), nil, func(string) string { return "" })
	p.SetSize(80, 24)
	typed(t, p, "start")
	i, closed := press(t, p, "enter")
	if i != nil || closed || !strings.Contains(seen(p), "no step of yours can start now") {
		t.Fatalf("%#v %v\n%s", i, closed, seen(p))
	}
	press(t, p, "backspace", "backspace", "backspace", "backspace", "backspace")
	typed(t, p, "note.add")
	i, closed = press(t, p, "enter")
	if ask, ok := i.(intent.Ask); !ok || ask.Command.Action != "note.add" || !closed {
		t.Fatalf("%#v %v", i, closed)
	}
}

func TestOverlayCutsWideRunesCleanly(t *testing.T) {
	frame := []string{strings.Repeat("世", 10), "\x1b[31m" + strings.Repeat("ab", 10) + "\x1b[m", strings.Repeat("世", 10)}
	out, x, y := Overlay(frame, 20, []string{"[###]"})
	if x != 7 || y != 0 {
		t.Fatalf("placed at %d,%d", x, y)
	}
	for i, l := range out {
		if n := ansi.StringWidth(l); n != 20 {
			t.Errorf("line %d is %d cells wide: %q", i, n, ansi.Strip(l))
		}
	}
	if got := ansi.Strip(out[0]); got != "世世世 [###]世世世世" {
		t.Errorf("%q", got)
	}
}
