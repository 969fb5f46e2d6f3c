package views

import (
	"fmt"
	"strings"
)

// Lines draws the list and the selected row, or that alone.
func (v *StepsView) Lines() []string {
	if v.drawn != nil {
		return v.drawn
	}
	var body []string
	if len(v.rows) > 0 && v.w > 0 {
		if v.full {
			body = v.alone()
		} else {
			body = v.both()
		}
	}
	v.drawn = v.t.FoldAll(exactly(body, v.w, v.h))
	return v.drawn
}

// both is the list, and the selected row beside or below it.
func (v *StepsView) both() []string {
	list := exactly(v.list.Lines(v.t, v.cut.listW, v.draw), v.cut.listW, v.cut.listH)
	if v.cut.sideH == 0 {
		return list
	}
	side := exactly(v.told(v.cut.sideW).cut(v.cut.sideH), v.cut.sideW, v.cut.sideH)
	if !v.cut.beside {
		return append(append(list, v.t.Frame.On(strings.Repeat(v.t.Glyph.Horizontal, v.w))), side...)
	}
	rule := " " + v.t.Frame.On(v.t.Glyph.Vertical) + " "
	for i := range list {
		list[i] += rule + side[i]
	}
	return list
}

// alone is the selected row with the whole view, scrolled. What comes in is followed where the end was in sight.
func (v *StepsView) alone() []string {
	f := v.told(v.w)
	all := append(f.lines, f.newest...)
	follow := len(f.newest) > 0 && v.last > 0 && v.top == v.last
	v.last = max(len(all)-v.h, 0)
	if follow {
		v.top = v.last
	}
	v.top = min(v.top, v.last)
	window := append([]string(nil), all[v.top:min(v.top+v.h, len(all))]...)
	if v.top > 0 {
		window[0] = v.t.Dim.On(fmt.Sprintf("%s %d more lines", v.t.Glyph.Up, v.top+1))
	}
	if below := len(all) - v.top - len(window); below > 0 {
		window[len(window)-1] = v.t.Dim.On(fmt.Sprintf("%s %d more lines", v.t.Glyph.Down, below+1))
	}
	return window
}

// told is all that is known of the selected row, w cells wide.
func (v *StepsView) told(w int) *sheet {
	f := &sheet{t: v.t, w: w, now: v.now}
	r, ok := v.current()
	switch {
	case !ok:
	case r.facts != nil:
		r.facts(f)
	default:
		f.say(v.t.Strong, r.text)
		f.say(v.t.Text, r.right)
		f.say(v.t.Dim, r.note)
	}
	return f
}
