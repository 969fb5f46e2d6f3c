package panes

import (
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// split is how a full view shares its size between a list and the detail of the selected row: side by side where that is
// wide enough, else the detail below a rule.
type split struct {
	beside       bool
	listW, listH int
	sideW, sideH int
}

// splitAt divides w by h; lists need listMin cells to stay readable beside a detail.
func splitAt(w, h, listMin int) split {
	if w >= listMin+45 {
		side := min(max(w*2/5, 42), w-listMin-3)
		return split{true, w - side - 3, h, side, h}
	}
	side := max(h*2/5, min(h-3, 6))
	if h < 8 {
		side = 0
	}
	list := h - side
	if side > 0 {
		list-- // the rule
	}
	return split{false, w, list, w, side}
}

// join puts the list and the detail together, both cut or filled to their sizes.
func (s split) join(t *theme.Theme, list, side []string) []string {
	list = exact(list, s.listW, s.listH)
	if s.beside {
		side = exact(side, s.sideW, s.sideH)
		rule := " " + t.Frame.On(t.Glyph.Vertical) + " "
		for i := range list {
			list[i] += rule + side[i]
		}
		return list
	}
	if s.sideH <= 0 {
		return list
	}
	rule := ""
	for range s.listW {
		rule += t.Glyph.Horizontal
	}
	return append(append(list, t.Frame.On(rule)), exact(side, s.sideW, s.sideH)...)
}

// facts collects the lines of a detail, w cells wide.
type facts struct {
	t     *theme.Theme
	w     int
	lines []string
}

// title is a loud line, wrapped.
func (f *facts) title(raw string) { f.say(f.t.Strong, raw) }

// say is text, wrapped, in a style; nothing where it is empty.
func (f *facts) say(st theme.Style, raw string) {
	f.lines = append(f.lines, widgets.Paragraph(st, raw, f.w)...)
}

// fact is a label and its text, wrapped beside it; nothing where the text is empty.
func (f *facts) fact(label, raw string, st theme.Style) {
	f.lines = append(f.lines, widgets.Labelled(f.t, st, label, raw, 13, 10, f.w)...)
}

// blank is an empty line.
func (f *facts) blank() { f.lines = append(f.lines, "") }

// cut makes the detail h lines; what does not fit is counted in the last one.
func (f *facts) cut(h int) []string {
	if len(f.lines) <= h || h <= 0 {
		return f.lines
	}
	kept := append([]string(nil), f.lines[:h]...)
	kept[h-1] = f.t.Dim.On(widgets.Fit(more(f.t, len(f.lines)-h+1), f.w))
	return kept
}
