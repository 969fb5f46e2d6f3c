package panes

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"tminus/model/screen"
	"tminus/ui/layout"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

func five(t *theme.Theme) [5]Pane {
	return [5]Pane{NewChecklist(t), NewCountdown(t), NewMetrics(t), NewRACI(t), NewDecisions(t)}
}

// frame draws all panes of a size as the cockpit does, with the next action in a line of its own.
func frame(t *theme.Theme, all [5]Pane, s *screen.Screen, w, h, focused int) string {
	plan := layout.Arrange(w, h-1)
	parts := []layout.Part{{Rect: plan.Header, Lines: []string{header(t, s, w)}}}
	for i, p := range all {
		if plan.Mode == layout.Small && i != focused {
			p.SetSize(widgets.FrameWidth, 0)
			p.SetScreen(s)
			continue
		}
		r := plan.Panes[i]
		p.SetSize(r.Inner())
		p.SetFocus(i == focused)
		p.SetScreen(s)
		p.Tick(s.At)
		lines := widgets.Frame(t, p.Title(), p.Right(), p.Lines(), r.W, r.H, i == focused)
		parts = append(parts, layout.Part{Rect: r, Lines: lines})
	}
	if plan.Mode == layout.Small {
		parts = append(parts, layout.Part{Rect: plan.Summary, Lines: Strip(t, s, all, focused, w)[1:]})
	}
	lines := strings.Split(layout.Join(plan, parts), "\n")
	return strings.Join(slices.Insert(lines, 1, Strip(t, s, all, focused, w)[0]), "\n")
}

// header stands in for the cockpit's.
func header(t *theme.Theme, s *screen.Screen, w int) string {
	r := widgets.NewRow(w).Gap(1).Text(t.Strong, s.ClockText(s.At)).Gap(3).Text(t.Text, s.Launch)
	glyph, word, _ := t.Status(s.Status)
	return t.Fold(r.Gap(3).Text(t.ModeBadge(s.Mode), " "+string(s.Mode)+" ").Gap(2).Text(t.StatusBadge(s.Status), " "+glyph+" "+word+" ").String())
}

func sizes() [][2]int { return [][2]int{{200, 50}, {120, 35}, {80, 24}} }

// TestFrameIsExact checks that whole frames have the terminal's size to the cell, with plain and with hostile text.
func TestFrameIsExact(t *testing.T) {
	more := [][2]int{{60, 15}, {100, 26}, {159, 44}, {160, 44}, {237, 61}, {99, 70}, {200, 24}}
	for name, s := range map[string]*screen.Screen{"sample": sample(), "hostile": hostile(), "empty": {At: nowAt()}} {
		for _, size := range append(sizes(), more...) {
			for focused := range 5 {
				for _, ascii := range []bool{false, true} {
					th := theme.New(theme.Options{ASCII: ascii})
					out := frame(th, five(th), s, size[0], size[1], focused)
					checkExact(t, fmt.Sprint(name, size, focused, ascii), strings.Split(out, "\n"), size[0], size[1])
					if ascii && strings.IndexFunc(out, func(r rune) bool { return r >= 0x80 }) >= 0 {
						t.Errorf("%s %v: not ASCII", name, size)
					}
				}
			}
		}
	}
}

func checkExact(t *testing.T, name string, lines []string, w, h int) {
	t.Helper()
	if len(lines) != h {
		t.Errorf("%s: %d lines, want %d", name, len(lines), h)
	}
	for i, line := range lines {
		if n := ansi.StringWidth(line); n != w {
			t.Errorf("%s: line %d is %d cells, want %d: %q", name, i, n, w, line)
			return
		}
	}
}

// TestLook prints the frames, to be looked at: LOOK=200x50 go test -run TestLook ./ui/panes.
func TestLook(t *testing.T) {
	var w, h, focused int
	if n, _ := fmt.Sscanf(os.Getenv("LOOK"), "%dx%d", &w, &h); n != 2 {
		t.Skip("set LOOK=WxH to write a frame to LOOK_FILE")
	}
	_, _ = fmt.Sscanf(os.Getenv("LOOK_FOCUS"), "%d", &focused)
	th := theme.New(theme.Options{Profile: colorprofile.TrueColor, NoColor: os.Getenv("LOOK_PLAIN") != ""})
	out := frame(th, five(th), sample(), w, h, focused)
	if v, ok := fullViews(th)[os.Getenv("LOOK_VIEW")]; ok {
		out = strings.Join(fullView(th, v, sample(), w, h), "\n")
	}
	if err := os.WriteFile(os.Getenv("LOOK_FILE"), []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
}
