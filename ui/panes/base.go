package panes

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// base is what every pane keeps: its size, its input and the lines drawn from them.
type base struct {
	t     *theme.Theme
	w, h  int
	focus bool
	s     *screen.Screen // nil until the first one
	now   time.Time      // launch time of the newest tick
	drawn []string       // nil: to be drawn again
}

// SetSize gives the size inside the frame.
func (b *base) SetSize(w, h int) {
	w, h = max(w, 0), max(h, 0)
	if w != b.w || h != b.h {
		b.w, b.h, b.drawn = w, h, nil
	}
}

// SetFocus says whether keys come here.
func (b *base) SetFocus(focus bool) {
	if focus != b.focus {
		b.focus, b.drawn = focus, nil
	}
}

// take keeps a new picture. Ticks and pictures come apart, so the later of both times holds.
func (b *base) take(s *screen.Screen) {
	b.s, b.drawn = s, nil
	if s.At.After(b.now) {
		b.now = s.At
	}
}

// lines returns what draw drew, made exactly the pane's size, until the pane changes.
func (b *base) lines(draw func() []string) []string {
	if b.drawn != nil {
		return b.drawn
	}
	var body []string
	if b.s != nil && b.w > 0 && b.h > 0 {
		body = draw()
	}
	b.drawn = b.t.FoldAll(exact(body, b.w, b.h))
	return b.drawn
}

// exact cuts or fills body to h lines of w cells.
func exact(body []string, w, h int) []string {
	out := make([]string, h)
	for i := range out {
		if i < len(body) {
			out[i] = widgets.Fit(body[i], w)
		} else {
			out[i] = widgets.Blank(w)
		}
	}
	return out
}

// row starts a line as wide as the pane.
func (b *base) row() *widgets.Row { return widgets.NewRow(b.w) }

// cursorSign is the sign in front of a row: only the row of the cursor has one, and only while keys come here.
func (b *base) cursorSign(here bool) (string, theme.Style) {
	if here && b.focus {
		return b.t.Glyph.Cursor, b.t.Accent
	}
	return " ", b.t.Text
}

// rowStyle is the style of the text of a row that has no state of its own.
func (b *base) rowStyle(here bool) theme.Style {
	if here && b.focus {
		return b.t.Strong
	}
	return b.t.Text
}

// whyNot is why nothing can be written now; empty: it can.
func (b *base) whyNot() string {
	switch {
	case b.s == nil:
		return "no launch on the screen yet"
	case b.s.ReadOnly != "":
		return b.s.ReadOnly
	}
	return ""
}

func command(action, id string) launch.Command {
	return launch.Command{Action: action, Args: map[string]string{"id": id}}
}

// moving is the binding of the keys that only move.
func moving() Binding { return Binding{Key: "j/k", Help: "move"} }

// opens answers enter with a full view.
func opens(k tea.KeyPressMsg, view, target string) (intent.Intent, bool) {
	if k.String() == "enter" {
		return intent.OpenView{View: view, Target: target}, true
	}
	return nil, false
}
