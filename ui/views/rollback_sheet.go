package views

import (
	"fmt"
	"time"

	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// sheet collects the lines of a detail, w cells wide. What it is given is raw: it is sanitized as it is wrapped.
type sheet struct {
	t      *theme.Theme
	w      int
	now    time.Time
	lines  []string
	newest []string // what comes in at the end: where there is little room its last lines are shown
}

// say is text, wrapped, in a style; nothing where it is empty.
func (f *sheet) say(st theme.Style, raw string) {
	f.lines = append(f.lines, widgets.Paragraph(st, raw, f.w)...)
}

// labelWidth is the column of a fact's label.
const labelWidth = 11

// fact is a label and its text, wrapped beside it; nothing where the text is empty.
func (f *sheet) fact(label, raw string) { f.styled(label, raw, f.t.Text) }

func (f *sheet) styled(label, raw string, st theme.Style) {
	f.lines = append(f.lines, widgets.Labelled(f.t, st, label, raw, labelWidth, 20, f.w)...)
}

// come is one line a text, cut at the edge: output and instances, the newest last.
func (f *sheet) come(style func(raw string) theme.Style, texts []string) {
	for _, raw := range texts {
		f.newest = append(f.newest, widgets.NewRow(f.w).Rest(style(raw), raw).String())
	}
}

// cut makes the sheet h lines: its beginning and the newest of what comes in. What is left out is counted.
func (f *sheet) cut(h int) []string {
	all := append(f.lines[:len(f.lines):len(f.lines)], f.newest...)
	if len(all) <= h || h <= 0 {
		return all
	}
	tail := min(len(f.newest), h/2)
	headed := min(h-tail-1, len(f.lines))
	tail = h - headed - 1
	more := f.t.Dim.On(fmt.Sprintf("%s %d more lines: enter", f.t.Glyph.Down, len(all)-headed-tail))
	return append(append(f.lines[:headed:headed], more), all[len(all)-tail:]...)
}

// blank is an empty line, none at the top.
func (f *sheet) blank() {
	if n := len(f.lines); n > 0 && f.lines[n-1] != "" {
		f.lines = append(f.lines, "")
	}
}
