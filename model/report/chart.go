package report

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Chart is a series on the axis that all charts share, with the numbered marks.
type Chart struct {
	Series *Series
	Axis   axis
	T0     time.Time
	Marks  []Mark
}

// Mark is a numbered moment.
type Mark struct {
	Moment
	Number int
}

// numbered are the moments within the axis.
func (r *Record) numbered(a axis) []Mark {
	var list []Mark
	for _, m := range r.Marks {
		if a.holds(m.At) {
			list = append(list, Mark{m, len(list) + 1})
		}
	}
	return list
}

// The plot's size in its own units; the page stretches it.
const (
	plotWidth  = 1000.0
	plotHeight = 200.0
)

// scale maps values to the plot's height.
type scale struct{ lo, hi float64 }

// scaleOf spans the series and its thresholds, from zero where the values are not far from it.
func (c *Chart) scale() scale {
	s := scale{math.Inf(1), math.Inf(-1)}
	take := func(v float64) { s.lo, s.hi = min(s.lo, v), max(s.hi, v) }
	for _, col := range c.Series.Columns {
		take(col.Min)
		take(col.Max)
	}
	for _, l := range []*Limit{c.Series.Warning, c.Series.Critical} {
		if l != nil {
			take(l.Value)
		}
	}
	if s.lo > 0 && s.lo < s.hi/2 {
		s.lo = 0
	}
	if s.hi <= s.lo {
		s.lo, s.hi = s.lo-1, s.hi+1
	}
	s.hi += (s.hi - s.lo) * 0.06
	return s
}

// y is the place of a value, from 0 at the top to 1.
func (s scale) y(v float64) float64 { return 1 - (v-s.lo)/(s.hi-s.lo) }

// path draws the columns: a stroke from least to greatest in each, joined where no point is missing between two.
func (c *Chart) path() string {
	var b strings.Builder
	s := c.scale()
	gap := c.Series.Period*5/2 + time.Second
	for i, col := range c.Series.Columns {
		x := c.Axis.place(col.From) * plotWidth
		to := c.Axis.place(col.To) * plotWidth
		joined := i > 0 && col.From.Sub(c.Series.Columns[i-1].To) <= gap
		first := "M"
		if joined {
			first = "L"
		}
		fmt.Fprintf(&b, "%s%.1f %.1f", first, x, s.y(col.First)*plotHeight)
		if col.Min != col.Max {
			fmt.Fprintf(&b, "L%.1f %.1fL%.1f %.1fL%.1f %.1f", x, s.y(col.Min)*plotHeight, x, s.y(col.Max)*plotHeight, to, s.y(col.Last)*plotHeight)
		} else if !joined {
			fmt.Fprintf(&b, "h0.8") // a point alone is a short stroke
		}
	}
	return b.String()
}

// breaches draws what is beyond a threshold once more: the periods of its points as bars from the bottom.
func (c *Chart) breaches(crit bool) string {
	var b strings.Builder
	from, to := -1.0, -1.0
	end := func() {
		if to > from {
			fmt.Fprintf(&b, "M%.1f 0v%.0fH%.1fv-%.0fz", from, plotHeight, to, plotHeight)
		}
	}
	for _, col := range c.Series.Columns {
		if !col.Crit && (crit || !col.Warn) || col.Crit && !crit {
			continue
		}
		x := max(0, c.Axis.place(col.From.Add(-c.Series.Period))*plotWidth)
		if x > to+0.1 {
			end()
			from = x
		}
		to = max(c.Axis.place(col.To)*plotWidth, x+1)
	}
	end()
	return b.String()
}

// describe tells the chart in words, for who cannot see it.
func (c *Chart) describe() string {
	s := c.Series
	unit := s.Monitor.Unit
	lo, hi := math.Inf(1), math.Inf(-1)
	warn, crit, gaps := 0, 0, 0
	for i, col := range s.Columns {
		lo, hi = min(lo, col.Min), max(hi, col.Max)
		if col.Warn && !col.Crit {
			warn++
		}
		if col.Crit {
			crit++
		}
		if i > 0 && col.From.Sub(s.Columns[i-1].To) > s.Period*5/2+time.Second {
			gaps++
		}
	}
	first, last := s.Columns[0], s.Columns[len(s.Columns)-1]
	text := fmt.Sprintf("From %s (%s) to %s (%s), between %s and %s.", number(first.First, unit), instant(first.From), number(last.Last, unit), instant(last.To), number(lo, unit), number(hi, unit))
	limits := func(l *Limit, word string) {
		if l != nil {
			text += fmt.Sprintf(" %s threshold %s, at %s.", word, l.Rule, number(l.Value, unit))
		}
	}
	limits(s.Warning, "Warning")
	limits(s.Critical, "Critical")
	text += fmt.Sprintf(" Points beyond critical: %d; beyond warning only: %d. Gaps: %d.", s.Before.Crit+s.After.Crit, s.Before.Warn+s.After.Warn, gaps)
	return text
}

// ticks are round instants along the axis, at most eight.
func (a axis) ticks() []time.Time {
	length := a.to.Sub(a.from)
	step := time.Minute
	for _, d := range []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour,
		2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour, 365 * 24 * time.Hour} {
		step = d
		if length/d < 8 {
			break
		}
	}
	var list []time.Time
	for at := a.from.Truncate(step).Add(step); at.Before(a.to) && len(list) < 12; at = at.Add(step) {
		list = append(list, at)
	}
	return list
}
