// Package layout divides a terminal into rectangles. It is a pure function of the size, and it joins drawn parts line by
// line: nested joins of styled blocks cost a hundred times as much.
package layout

// Mode is the arrangement that a size allows.
type Mode uint8

// The arrangements. Full and Medium show all five panes; Small shows one pane and a summary line for each other;
// TooSmall has room for header and status alone.
const (
	TooSmall Mode = iota
	Small
	Medium
	Full
)

func (m Mode) String() string {
	switch m {
	case Small:
		return "small"
	case Medium:
		return "medium"
	case Full:
		return "full"
	}
	return "too small"
}

// The smallest sizes, in cells. They leave one line to whoever puts the next action between header and panes.
const (
	MinWidth, MinHeight       = 60, 14
	mediumWidth, mediumHeight = 100, 25
	fullWidth, fullHeight     = 160, 44
)

// Rect is a part of the terminal, in cells from the top left; a zero Rect is not shown.
type Rect struct{ X, Y, W, H int }

// Empty reports whether nothing is shown there.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Inner is the size inside a frame that fills the rectangle, as panes are given it.
func (r Rect) Inner() (w, h int) { return max(r.W-4, 0), max(r.H-2, 0) }

// Plan is where everything stands. The parts of one screen tile it: Header, then Panes (Small: one of them and Summary;
// any size: View instead of both), then Footer and Status.
type Plan struct {
	Mode   Mode
	Width  int
	Height int
	Header Rect
	// Panes are Checklist, Countdown, Metrics, RACI, Decisions. In Small all have the same rectangle, for the focused one.
	Panes   [5]Rect
	Summary Rect // Small: a line for each of the four other panes
	View    Rect // a full view in place of panes and summary
	Footer  Rect
	Status  Rect
}

// Arrange plans a terminal of w by h cells.
func Arrange(w, h int) Plan {
	p := Plan{Width: max(w, 0), Height: max(h, 0)}
	if w < MinWidth || h < MinHeight {
		return p.tooSmall()
	}
	p.Header = Rect{0, 0, w, 1}
	p.Footer = Rect{0, h - 2, w, 1}
	p.Status = Rect{0, h - 1, w, 1}
	p.View = Rect{0, 1, w, h - 3}
	switch {
	case w >= fullWidth && h >= fullHeight:
		p.Mode = Full
		p.columns(w*27/100, w*29/100, between(h/4, 9, 14), between(h/4, 12, 15))
	case w >= mediumWidth && h >= mediumHeight:
		p.Mode = Medium
		p.columns(w*31/100, w*24/100, between(h/5, 5, 9), between(h*2/7, 9, 12))
	default:
		p.Mode = Small
		p.stack()
	}
	return p
}

// columns sets the five panes: checklist left, RACI right, countdown over metrics between them, decisions below.
func (p *Plan) columns(left, right, decisions, countdown int) {
	v := p.View
	mid := v.W - left - right
	top := v.H - decisions
	p.Panes = [5]Rect{
		{0, v.Y, left, top},
		{left, v.Y, mid, countdown},
		{left, v.Y + countdown, mid, top - countdown},
		{left + mid, v.Y, right, top},
		{0, v.Y + top, v.W, decisions},
	}
}

// stack sets one pane and the summary of the others below it.
func (p *Plan) stack() {
	const others = 4
	v := p.View
	p.Summary = Rect{0, v.Y + v.H - others, v.W, others}
	for i := range p.Panes {
		p.Panes[i] = Rect{0, v.Y, v.W, v.H - others}
	}
}

// tooSmall keeps a header (clock and status) and, below it, the rest for a notice.
func (p Plan) tooSmall() Plan {
	if p.Width == 0 || p.Height == 0 {
		return p
	}
	p.Header = Rect{0, 0, p.Width, 1}
	p.View = Rect{0, 1, p.Width, p.Height - 1}
	return p
}

func between(v, low, high int) int { return min(max(v, low), high) }
