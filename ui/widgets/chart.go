package widgets

import (
	"time"

	"tminus/model/monitor"
	"tminus/ui/theme"
)

// Chart is a time series as it is to be drawn: data in, lines out. Points that are more than a period and a half apart
// are not joined, so that what is missing is seen to be missing; where several points share a column the whole range from
// the least to the greatest is drawn, so that no spike is averaged away.
type Chart struct {
	Points   []monitor.Point // ascending; those that are not in From < At <= To are left out
	From, To time.Time
	Period   time.Duration // of the points; 0: a minute
	Until    time.Time     // until when missing points are marked; zero: the newest point
	Unit     string        // raw
	Limits   []Limit
	Lanes    []Lane
	Cross    time.Time // where the crosshair stands; zero: nowhere
	Empty    string    // raw; why there is nothing, said where no point is in sight
}

// Level is how bad a value is.
type Level uint8

// The levels. Plain is a value that breaks no limit, which is not to say that it is well.
const (
	Plain Level = iota
	Warning
	Critical
)

// Limit is a threshold: Op is >, >=, < or <=, and values for which it holds are of Level.
type Limit struct {
	Level Level
	Op    string
	Value float64
}

// beyond reports whether a value breaks the limit.
func (l *Limit) beyond(v float64) bool {
	switch l.Op {
	case ">":
		return v > l.Value
	case ">=":
		return v >= l.Value
	case "<":
		return v < l.Value
	case "<=":
		return v <= l.Value
	}
	return false
}

// falls reports whether what lies below the limit is bad.
func (l *Limit) falls() bool { return l.Op != "" && l.Op[0] == '<' }

// Lane is a line below the chart, on its time axis.
type Lane struct {
	Name  string // raw, up to five cells
	Ticks []Tick
}

// Tick is an instant on a lane. Its text stands beside it where there is room, else Short stands for it; what has no room
// at all is counted at the end of the lane. Lower ranks are placed first.
type Tick struct {
	At    time.Time
	Text  string // raw
	Short rune   // one cell wide
	Style theme.Style
	Rank  int
}

// Heights below which a part of a chart is left out: the plot itself comes first.
const (
	axisFrom  = 5
	stateFrom = 4
	lanesFrom = 6
	// gutterFrom is the width from which values are written beside the plot, limitsFrom thresholds too.
	gutterFrom = 24
	limitsFrom = 56
)

// LevelOf is the worst level of the limits that a value breaks.
func (c *Chart) LevelOf(v float64) Level {
	worst := Plain
	for i := range c.Limits {
		if l := &c.Limits[i]; l.Level > worst && l.beyond(v) {
			worst = l.Level
		}
	}
	return worst
}

// Lines draws the chart as exactly h lines of exactly w cells.
func (c *Chart) Lines(t *theme.Theme, w, h int) []string {
	if w <= 0 || h <= 0 {
		return nil
	}
	d := c.arrange(t, w, h)
	d.plot()
	lines := d.plotLines()
	if d.axis {
		lines = append(lines, d.axisLine(), d.timeLine())
	}
	if d.state {
		lines = append(lines, d.stateLine())
	}
	for i := range d.lanes {
		lines = append(lines, d.laneLine(&c.Lanes[i]))
	}
	return t.FoldAll(lines)
}

// drawing is one drawing of a chart: what has room, and the dots of the plot.
type drawing struct {
	*Chart
	t           *theme.Theme
	points      []spot // in sight
	span        time.Duration
	period      time.Duration
	left, right int // cells beside the plot
	w, h        int // cells of the plot
	axis, state bool
	lanes       int
	y           valueScale
	bits        []uint8 // of each cell, as braille patterns count them
	level       []Level // of each cell
	run         []byte  // for write
}

// arrange shares w by h cells among the parts.
func (c *Chart) arrange(t *theme.Theme, w, h int) *drawing {
	d := &drawing{Chart: c, t: t, points: c.spots(), span: c.To.Sub(c.From), period: c.Period, w: w, h: h}
	if d.period <= 0 {
		d.period = time.Minute
	}
	if d.h >= axisFrom {
		d.axis, d.h = true, d.h-2
	}
	if d.h >= stateFrom {
		d.state, d.h = true, d.h-1
	}
	for d.lanes < len(c.Lanes) && d.h >= lanesFrom {
		d.lanes, d.h = d.lanes+1, d.h-1
	}
	d.y = c.scale(d.points, d.h)
	if w >= gutterFrom {
		d.left = 1 + max(d.labelWidth(), len("state"))
	}
	if w >= limitsFrom {
		for _, l := range c.Limits {
			d.right = max(d.right, 1+Width(d.limitText(l)))
		}
		if d.lanes > 0 {
			d.right = max(d.right, len(" +99"))
		}
		d.right = min(d.right, w/5)
	}
	d.w = w - d.left - d.right
	d.bits, d.level = make([]uint8, d.w*d.h), make([]Level, d.w*d.h)
	return d
}

// spot is a point in sight: when it is after From, its value and its level.
type spot struct {
	at    time.Duration
	value float64
	level Level
}

// spots is the points of the time shown, without what is no number.
func (c *Chart) spots() []spot {
	span := c.To.Sub(c.From)
	out := make([]spot, 0, len(c.Points))
	for i := range c.Points {
		p := &c.Points[i]
		if at := p.At.Sub(c.From); at > 0 && at <= span && finite(p.Value) {
			out = append(out, spot{at, bounded(p.Value), c.LevelOf(p.Value)})
		}
	}
	return out
}

// joined reports whether no point is missing between two instants.
func (d *drawing) joined(a, b time.Duration) bool { return b-a <= d.period*3/2 }

// column is where an instant stands among n columns; before the first it is -1, after the last n.
func (d *drawing) column(at time.Time, n int) int { return d.columnAt(at.Sub(d.From), n) }

// columnAt is column for a time after From.
func (d *drawing) columnAt(at time.Duration, n int) int {
	switch {
	case d.span <= 0 || at < 0:
		return -1
	case at > d.span:
		return n
	}
	return min(int(float64(at)/float64(d.span)*float64(n)), n-1)
}
