package panes

import (
	tea "charm.land/bubbletea/v2"
)

// scrollKey moves a scroll position for a key that moves: by lines, by pages, to either end. The result is between 0 and
// last; false: another key.
func scrollKey(k tea.KeyPressMsg, top, page, last int) (int, bool) {
	switch k.String() {
	case "j", "down":
		top++
	case "k", "up":
		top--
	case "pgdown":
		top += max(page, 1)
	case "pgup":
		top -= max(page, 1)
	case "home":
		top = 0
	case "end":
		top = last
	default:
		return top, false
	}
	return min(max(top, 0), max(last, 0)), true
}

// scrolled is the lines from top on, with a count of those above and below in place of the first and the last in sight.
func scrolled(b *base, all []string, top int) []string {
	if len(all) <= b.h {
		return all
	}
	window := append([]string(nil), all[top:min(top+b.h, len(all))]...)
	if top > 0 {
		window[0] = b.row().Rest(b.t.Dim, moreAbove(b.t, top+1)).String()
	}
	if below := len(all) - top - len(window); below > 0 {
		window[len(window)-1] = b.row().Rest(b.t.Dim, more(b.t, below+1)).String()
	}
	return window
}

// reader is the detail of a full view when it has the whole view, for what its part beside the list has no room for.
type reader struct {
	open bool
	top  int
	all  int // lines when last drawn
}

// key opens the detail for l or right, closes it for h, left or esc, and scrolls it; false: another key.
func (r *reader) key(k tea.KeyPressMsg, b *base) bool {
	key := k.String()
	switch {
	case !r.open && (key == "l" || key == "right"):
		*r = reader{open: true}
	case !r.open:
		return false
	case key == "h" || key == "left" || key == "esc":
		r.open = false
	default:
		top, ok := scrollKey(k, r.top, b.h-2, r.all-b.h)
		if !ok {
			return false
		}
		r.top = top
	}
	b.drawn = nil
	return true
}

// draw is the detail at its place, as wide as the view.
func (r *reader) draw(b *base, all []string) []string {
	r.all = len(all)
	r.top = min(r.top, max(r.all-b.h, 0))
	return scrolled(b, all, r.top)
}

// bindings are the keys while the detail is open.
func (r *reader) bindings() []Binding {
	return []Binding{{Key: "j/k", Help: "scroll"}, {Key: "esc", Help: "back to the list"}}
}

// reads is the key that opens the detail.
func reads() Binding { return Binding{Key: "l", Help: "whole detail"} }
