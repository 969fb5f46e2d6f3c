package widgets

import (
	"slices"
	"strings"
	"time"

	"tminus/ui/theme"
)

// limitText is a limit as it stands beside its line: "▲ > 0.1 %".
func (d *drawing) limitText(l Limit) string {
	glyph := d.t.Glyph.Warn
	if l.Level == Critical {
		glyph = d.t.Glyph.Crit
	}
	arrow := ""
	switch {
	case !d.y.ok:
	case bounded(l.Value) > d.y.high:
		arrow = d.t.Glyph.Up
	case bounded(l.Value) < d.y.low:
		arrow = d.t.Glyph.Down
	}
	return narrowText(glyph+arrow+" "+l.Op+" "+Quantity(&l.Value, d.Unit), 24)
}

// limitRows says which limit's line lies in each row of cells.
func (d *drawing) limitRows() []Level {
	out := make([]Level, d.h)
	for _, l := range d.Limits {
		if d.y.ok && finite(l.Value) && bounded(l.Value) >= d.y.low && bounded(l.Value) <= d.y.high {
			row := d.y.row(l.Value, 4*d.h) / 4
			out[row] = max(out[row], l.Level)
		}
	}
	return out
}

type limitLabel struct {
	text string
	st   theme.Style
}

// limitLabels is the text at the right of each row. A limit outside the scale is named at the edge that it lies behind;
// where two meet in a row the second takes the nearest free one.
func (d *drawing) limitLabels() []limitLabel {
	out := make([]limitLabel, d.h)
	for _, l := range slices.Backward(d.Limits) { // the worst at the edge
		if !d.y.ok || !finite(l.Value) {
			continue
		}
		row, step := d.y.row(l.Value, 4*d.h)/4, -1
		if l.falls() {
			step = 1
		}
		for _, at := range []int{row, row + step, row - step} {
			if at >= 0 && at < d.h && out[at].text == "" {
				out[at] = limitLabel{d.limitText(l), d.style(l.Level)}
				break
			}
		}
	}
	return out
}

// timeSteps are the distances of clock labels that people read at a glance.
func timeSteps() []time.Duration {
	const m, h = time.Minute, time.Hour
	return []time.Duration{m, 2 * m, 5 * m, 10 * m, 15 * m, 30 * m, h, 2 * h, 3 * h, 6 * h, 12 * h, 24 * h}
}

// leastTime is how many cells a clock label needs.
const leastTime = 10

// times is the instants that have a label.
func (d *drawing) times() []time.Time {
	span := d.To.Sub(d.From)
	if span <= 0 || d.w < leastTime {
		return nil
	}
	for _, step := range timeSteps() {
		if float64(d.w)*float64(step)/float64(span) < leastTime {
			continue
		}
		var out []time.Time
		for at := d.From.UTC().Truncate(step); !at.After(d.To); at = at.Add(step) {
			if !at.Before(d.From) {
				out = append(out, at)
			}
		}
		return out
	}
	return nil
}

// axisLine is the axis of time.
func (d *drawing) axisLine() string {
	cells := blanks(d.w)
	for i := range cells {
		cells[i] = cell{'─', d.t.Dim}
	}
	for _, at := range d.times() {
		if x := d.column(at, d.w); x >= 0 && x < d.w {
			cells[x].r = '┬'
		}
	}
	if x := d.crossColumn(); x >= 0 {
		cells[x] = cell{'┴', d.t.Accent}
	}
	return d.beside("", "╰", cells, "")
}

func (d *drawing) crossColumn() int {
	if d.Cross.IsZero() {
		return -1
	}
	if x := d.column(d.Cross, d.w); x < d.w {
		return x
	}
	return -1
}

// timeLine is the clock, in UTC; midnight tells the date. The crosshair's own time comes before the others.
func (d *drawing) timeLine() string {
	cells, taken := blanks(d.w), make([]bool, d.w+1)
	put := func(x int, s string, st theme.Style) {
		x = min(max(x-len(s)/2, 0), d.w-len(s))
		for i := max(x-1, 0); i <= min(x+len(s), d.w-1); i++ {
			if x < 0 || taken[i] {
				return
			}
		}
		for i := range len(s) {
			taken[x+i] = true
		}
		copyInto(cells, x, s, st)
	}
	if x := d.crossColumn(); x >= 0 {
		put(x, d.Cross.UTC().Format("15:04:05"), d.t.Accent)
	}
	for _, at := range d.times() {
		form := "15:04"
		if at.Hour() == 0 && at.Minute() == 0 {
			form = "2 Jan"
		}
		if x := d.column(at, d.w); x >= 0 && x < d.w {
			put(x, at.Format(form), d.t.Dim)
		}
	}
	return d.beside("UTC", " ", cells, "")
}

// beside is a line below the plot: its name in the left gutter, and what is to be added at its end.
func (d *drawing) beside(name, sign string, cells []cell, tail string) string {
	var b strings.Builder
	b.Grow(4*len(cells) + 64)
	if d.left > 0 {
		d.t.Dim.Write(&b, FitRight(narrowText(name, d.left-1), d.left-1)+sign)
	}
	d.write(&b, cells)
	if d.right > 0 {
		d.t.Dim.Write(&b, Fit(" "+tail, d.right))
	}
	return b.String()
}
