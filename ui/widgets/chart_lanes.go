package widgets

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tminus/ui/theme"
)

// verdict is what a column of the state lane tells; the worst that falls in it counts.
type verdict uint8

const (
	unknown verdict = iota // before the first point, and in the future
	present
	missing
	warned
	broken
)

// stateLine tells beside the colours where values broke a limit, and where points are missing.
func (d *drawing) stateLine() string {
	cells := blanks(d.w)
	for x, v := range d.verdicts() {
		switch v {
		case present:
			cells[x] = cell{'─', d.t.Dim}
		case missing:
			cells[x] = cell{first(d.t.Glyph.NoData), d.t.NoData}
		case warned:
			cells[x] = cell{first(d.t.Glyph.Warn), d.t.Warn}
		case broken:
			cells[x] = cell{first(d.t.Glyph.Crit), d.t.Crit}
		}
	}
	return d.beside("state", " ", cells, "")
}

func first(glyph string) rune { return []rune(glyph)[0] }

// verdicts gives each column the worst of the points whose periods it shows.
func (d *drawing) verdicts() []verdict {
	out := make([]verdict, d.w)
	mark := func(from, to time.Duration, v verdict) {
		a, b := max(d.columnAt(from, d.w), 0), min(d.columnAt(to, d.w), d.w-1)
		for x := a; x <= b; x++ {
			out[x] = max(out[x], v)
		}
	}
	for i := range d.points {
		p := &d.points[i]
		mark(p.at-d.period, p.at, present)
		if p.level > Plain { // the first instant of a period belongs to the point before
			mark(p.at-d.period*9/10, p.at, [...]verdict{present, warned, broken}[p.level])
		}
		if i > 0 && !d.joined(d.points[i-1].at, p.at) {
			d.markMissing(out, d.points[i-1].at, p.at-d.period)
		}
	}
	if n := len(d.points); n > 0 && !d.Until.IsZero() {
		if until := d.Until.Sub(d.From); !d.joined(d.points[n-1].at, until) {
			d.markMissing(out, d.points[n-1].at, until)
		}
	}
	return out
}

// markMissing marks the columns strictly after the last point before a gap, or the one that it lies in.
func (d *drawing) markMissing(out []verdict, from, to time.Duration) {
	a, b := d.columnAt(from, d.w)+1, min(d.columnAt(to, d.w), d.w-1)
	for x := min(max(a, 0), max(b, 0)); x <= b; x++ {
		out[x] = max(out[x], missing)
	}
}

// laneLine draws a lane: first what has the lowest rank, each with its text where that has room.
func (d *drawing) laneLine(l *Lane) string {
	s := laneCells{
		cells: blanks(d.w), taken: make([]bool, d.w), texts: make([]bool, d.w), ends: make([]int, d.w),
		rule: first(d.t.Glyph.Vertical), dim: d.t.Dim,
	}
	ticks := slices.Clone(l.Ticks)
	slices.SortStableFunc(ticks, func(a, b Tick) int { return cmp.Or(cmp.Compare(a.Rank, b.Rank), a.At.Compare(b.At)) })
	hidden := 0
	for i := range ticks {
		x := d.column(ticks[i].At, d.w)
		if x < 0 || x >= d.w {
			continue
		}
		if !s.place(x, &ticks[i]) {
			hidden++
		}
	}
	tail := ""
	if hidden > 0 {
		tail = fmt.Sprintf("+%d", hidden)
	}
	return d.beside(l.Name, " ", s.cells, tail)
}

type laneCells struct {
	cells []cell
	taken []bool
	texts []bool
	ends  []int // of a column with a tick: where the texts at its right end
	rule  rune
	dim   theme.Style
}

// place puts a tick on the lane: with its text to the right or to the left, else beside what stands at the same column,
// else as one sign; false: there is no room for it.
func (s *laneCells) place(x int, t *Tick) bool {
	label := []rune(narrowText(t.Text, 12))
	n := len(label) + 1
	next := s.ends[x] + 1
	switch {
	case len(label) > 0 && s.free(x, x+n):
		s.cells[x] = cell{s.rule, s.dim}
		copyInto(s.cells, x+1, string(label), t.Style)
		s.take(x, x+n)
		s.ends[x] = x + n
	case len(label) > 0 && s.free(x-n+1, x+1):
		copyInto(s.cells, x-n+1, string(label), t.Style)
		s.cells[x] = cell{s.rule, s.dim}
		s.take(x-n+1, x+1)
	case len(label) > 0 && next > 1 && s.free(next, next+n-1):
		copyInto(s.cells, next, string(label), t.Style)
		s.take(next, next+n-1)
		s.ends[x] = next + n - 1
	case !s.taken[x] && !s.inText(x-1) && !s.inText(x+1):
		s.cells[x] = cell{t.Short, t.Style}
		s.taken[x] = true
	default:
		return false
	}
	return true
}

// free reports whether cells from (included) to to (excluded) are free, with a blank at each side.
func (s *laneCells) free(from, to int) bool {
	if from < 0 || to > len(s.taken) {
		return false
	}
	for x := max(from-1, 0); x < min(to+1, len(s.taken)); x++ {
		if s.taken[x] {
			return false
		}
	}
	return true
}

func (s *laneCells) take(from, to int) {
	for x := from; x < to; x++ {
		s.taken[x], s.texts[x] = true, true
	}
}

// inText reports whether a text stands on a cell, which a sign beside it would seem to belong to.
func (s *laneCells) inText(x int) bool { return x >= 0 && x < len(s.texts) && s.texts[x] }
