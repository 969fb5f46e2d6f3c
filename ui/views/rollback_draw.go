package views

import (
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// The columns of a part's line.
const (
	wordWidth = 13 // "cannot verify"
	kindWidth = 5  // "watch"
	wideList  = 100
)

// draw is one line of the list.
func (v *StepsView) draw(i int, here bool) string {
	r := &v.rows[i]
	line := widgets.NewRow(v.cut.listW)
	if r.kind == heading {
		return v.ends(line, v.t.Heading, r.text, toneOf(v.t, r.tone), r.right)
	}
	sign, signStyle := " ", v.t.Text
	if here {
		sign, signStyle = v.t.Glyph.Cursor, v.t.Dim
		if v.focus {
			signStyle = v.t.Accent
		}
	}
	style := v.t.Text
	if r.kind == title || here && v.focus {
		style = v.t.Strong
	}
	line.Text(signStyle, sign).Gap(1 + 2*r.depth)
	state := toneOf(v.t, r.tone)
	if r.mark != "" {
		line.Text(state, r.mark).Gap(1)
	}
	if r.part != nil {
		_, word, _ := partWord(v.t, r.part)
		line.Cell(state, word, wordWidth).Gap(1).Cell(v.t.Dim, partKind(r.part), kindWidth).Gap(1)
	}
	right, told := v.t.Dim, r.right
	if r.part != nil {
		told = partTold(r.part, v.cut.listW >= wideList)
	}
	if r.tone == late || r.tone == bad || r.kind == title {
		right = state
	}
	return v.ends(line, style, r.text, right, told)
}

// ends draws a text and, as far as there is room beside it, what stands at the right end.
func (v *StepsView) ends(line *widgets.Row, style theme.Style, text string, rightStyle theme.Style, right string) string {
	if right == "" {
		return line.Rest(style, text).String()
	}
	room := line.Left() - widgets.Width(text) - 2 // as much as the text leaves, and never less than two fifths
	width := min(widgets.Width(right), max(room, line.Left()*2/5))
	return line.Cell(style, text, max(line.Left()-width-2, 1)).Gap(2).CellRight(rightStyle, right, width).String()
}

func toneOf(t *theme.Theme, to tone) theme.Style {
	switch to {
	case good:
		return t.OK
	case late:
		return t.Warn
	case bad:
		return t.Crit
	case live:
		return t.Accent
	}
	return t.Dim
}

// stepsCut is how the view shares its size between the list and the selected row.
type stepsCut struct {
	beside       bool
	listW, listH int
	sideW, sideH int
}

// leastList is the narrowest list that is still read well beside the selected row.
const leastList = 62

func cutSteps(w, h int, brief, below bool) stepsCut {
	if w >= leastList+48 && !below {
		side := min(max(w*2/5, 45), w-leastList-3)
		return stepsCut{true, w - side - 3, h, side, h}
	}
	if h < 9 {
		return stepsCut{listW: w, listH: h}
	}
	side := max(h*2/5, 6)
	if brief {
		side = min(side, 2+h/8)
	}
	return stepsCut{false, w, h - side - 1, w, side}
}

// exactly cuts or fills lines to h lines of w cells.
func exactly(lines []string, w, h int) []string {
	out := make([]string, max(h, 0))
	for i := range out {
		if i < len(lines) {
			out[i] = widgets.Fit(lines[i], w)
		} else {
			out[i] = widgets.Blank(w)
		}
	}
	return out
}
