package widgets

import (
	"strings"

	"tminus/model/text"
	"tminus/ui/theme"
)

// FrameWidth and FrameHeight are the cells that a Frame takes of its outer size: a border and one blank at each side,
// a border above and below.
const (
	FrameWidth  = 4
	FrameHeight = 2
)

// Frame draws a border of exactly w by h cells around body, with title and, where there is room, right in its top line.
// Body lines are made w-4 cells wide; missing ones are blank, surplus ones are left out. A frame too small for a border
// is blank.
func Frame(t *theme.Theme, title, right string, body []string, w, h int, focused bool) []string {
	if h <= 0 {
		return nil
	}
	lines := make([]string, 0, h)
	if w < FrameWidth || h < FrameHeight {
		for range h {
			lines = append(lines, Blank(w))
		}
		return lines
	}
	border, head := t.Frame, t.Title
	if focused {
		border, head = t.FrameFocus, t.TitleFocus
	}
	lines = append(lines, topLine(t, border, head, title, right, w))
	open, shut := border.On(t.Glyph.Vertical)+" ", " "+border.On(t.Glyph.Vertical)
	for i := range h - FrameHeight {
		line := ""
		if i < len(body) {
			line = body[i]
		}
		lines = append(lines, open+Fit(line, w-FrameWidth)+shut)
	}
	g := t.Glyph
	lines = append(lines, border.On(g.BottomLeft+strings.Repeat(g.Horizontal, w-2)+g.BottomRight))
	return t.FoldAll(lines)
}

// topLine is ╭ Title ──── right ╮. The title comes first: right is shortened, then left out, before the title is cut.
func topLine(t *theme.Theme, border, head theme.Style, title, right string, w int) string {
	g := t.Glyph
	title, right = text.Line(title), text.Line(right)
	room := w - 2
	if room < 3 {
		return border.On(g.TopLeft + strings.Repeat(g.Horizontal, room) + g.TopRight)
	}
	if Width(title) > room-2 {
		title = Fit(title, room-2)
	}
	rest := room - Width(title) - 2
	if title == "" {
		rest = room
	}
	tail := ""
	if n := rest - 3; right != "" && n >= 4 {
		if Width(right) > n {
			right = Fit(right, n)
		}
		tail = " " + right + " "
	}
	fill := strings.Repeat(g.Horizontal, rest-Width(tail))
	var b strings.Builder
	border.Write(&b, g.TopLeft)
	if title != "" {
		head.Write(&b, " "+title+" ")
	}
	border.Write(&b, fill)
	t.Dim.Write(&b, tail)
	border.Write(&b, g.TopRight)
	return b.String()
}
