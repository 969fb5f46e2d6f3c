package report

import (
	"context"
	"math"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/room"
	"tminus/model/runbook"
)

// How far the charts' axis reaches around what was planned and done, where points reach further.
const (
	axisBefore = 2 * time.Hour
	axisAfter  = 26 * time.Hour
)

// measure reads samples and reads, twice over, without keeping them.
func (r *Record) measure(ctx context.Context, store Store) error {
	if r.State == nil {
		return nil
	}
	for s, err := range store.EachSample(ctx, r.Name) {
		if err != nil {
			return err
		}
		if s.Series == "" {
			r.reach(s.At)
		}
	}
	for _, list := range r.State.Values {
		for _, v := range list {
			r.reach(v.Point.At)
		}
	}
	m := gauge{r: r, axis: r.axis(), t0: r.State.Clock.T0}
	for s, err := range store.EachSample(ctx, r.Name) {
		if err != nil {
			return err
		}
		m.sample(s)
	}
	m.close()
	m.typed()
	m.order()
	return r.rounds(ctx, store)
}

func (r *Record) reach(at time.Time) {
	if r.First.IsZero() || at.Before(r.First) {
		r.First = at
	}
	if at.After(r.Last) {
		r.Last = at
	}
}

// axis spans what the points and the launch have in common.
func (r *Record) axis() axis {
	c := r.State.Clock
	from, to := earlier(c.Planned, c.T0).Add(-axisBefore), later(c.Planned, c.T0)
	if n := len(r.Marks); n > 0 {
		from, to = earlier(from, r.Marks[0].At), later(to, r.Marks[n-1].At)
	}
	return axis{later(from, r.First), earlier(to.Add(axisAfter), r.Last)}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// gauge fills the series. Samples come by monitor and instant, of each instant the reading that counts last.
type gauge struct {
	r    *Record
	axis axis
	t0   time.Time
	now  *Series
	held *monitor.Point
}

func (g *gauge) sample(s room.Sample) {
	if s.Series != "" {
		return
	}
	if g.now == nil || g.now.Monitor.ID != s.Monitor {
		g.close()
		g.open(s.Monitor)
	}
	if g.held != nil && !g.held.At.Equal(s.At) {
		g.take(*g.held)
	}
	g.held = &monitor.Point{At: s.At, Value: s.Value}
}

func (g *gauge) close() {
	if g.held != nil {
		g.take(*g.held)
	}
	g.now, g.held = nil, nil
}

func (g *gauge) open(id string) {
	st := g.r.State
	m := runbook.Monitor{ID: id, Name: id}
	if known := st.WatchedMonitor(id); known != nil {
		m = *known
	}
	s := Series{Monitor: m, Period: time.Duration(m.Every)}
	if source := sourceOf(st.File, id); st.Mode != launch.Rehearsal && source.Kind() != "" {
		s.Period = source.Period(s.Period)
	}
	if s.Period <= 0 {
		s.Period = time.Minute
	}
	if b := st.Baselines[id]; b != nil {
		mean := b.Mean
		s.base = &mean
	}
	s.Warning, s.rules[0] = limitOf(m.Warning, m.Unit, s.base)
	s.Critical, s.rules[1] = limitOf(m.Critical, m.Unit, s.base)
	g.r.Series = append(g.r.Series, s)
	g.now = &g.r.Series[len(g.r.Series)-1]
}

func sourceOf(f *launchfile.File, id string) launchfile.Source {
	if f == nil {
		return launchfile.Source{}
	}
	return f.Sources[id]
}

func (g *gauge) take(p monitor.Point) {
	s := g.now
	if math.IsNaN(p.Value) || math.IsInf(p.Value, 0) {
		return
	}
	warn := s.rules[0] != nil && s.rules[0].Bad(p.Value, s.base)
	crit := s.rules[1] != nil && s.rules[1].Bad(p.Value, s.base)
	into := &s.Before
	if p.At.After(g.t0) {
		into = &s.After
	}
	into.add(p, warn && !crit, crit)
	if !g.axis.holds(p.At) {
		s.Outside++
		return
	}
	x := min(int(g.axis.place(p.At)*columns), columns-1)
	n := len(s.Columns)
	if n == 0 || s.Columns[n-1].X != x {
		s.Columns = append(s.Columns, Column{X: x, First: p.Value, Min: p.Value, Max: p.Value, From: p.At})
		n++
	}
	c := &s.Columns[n-1]
	c.Last, c.To, c.Warn, c.Crit = p.Value, p.At, c.Warn || warn, c.Crit || crit
	c.Min, c.Max = min(c.Min, p.Value), max(c.Max, p.Value)
}

// typed takes the values that people entered for monitors that no source answers for.
func (g *gauge) typed() {
	have := map[string]bool{}
	for i := range g.r.Series {
		have[g.r.Series[i].Monitor.ID] = true
	}
	for _, m := range g.r.State.Watched() {
		values := g.r.State.Values[m.ID]
		if have[m.ID] || len(values) == 0 {
			continue
		}
		g.open(m.ID)
		g.now.Typed = true
		for _, v := range values {
			g.take(v.Point)
		}
		g.now = nil
	}
}

// order puts the series in the runbook's order; what it does not know comes last.
func (g *gauge) order() {
	var out []Series
	taken := map[string]bool{}
	for _, m := range g.r.State.Watched() {
		for i := range g.r.Series {
			if s := g.r.Series[i]; s.Monitor.ID == m.ID && !taken[m.ID] {
				out, taken[m.ID] = append(out, s), true
			}
		}
	}
	for _, s := range g.r.Series {
		if !taken[s.Monitor.ID] {
			out = append(out, s)
		}
	}
	g.r.Series = out
}

func (r *Record) rounds(ctx context.Context, store Store) error {
	at := map[string]int{}
	for read, err := range store.EachRead(ctx, r.Name) {
		if err != nil {
			return err
		}
		i, known := at[read.Source]
		if !known {
			i = len(r.Reads)
			at[read.Source] = i
			r.Reads = append(r.Reads, SourceReads{Source: read.Source})
		}
		s := &r.Reads[i]
		s.Rounds++
		s.Requested += read.Requested
		switch read.Outcome {
		case "ok":
			s.OK++
		case "partial":
			s.Partial++
		default:
			s.Failed++
			s.LastFailure, s.LastFailureAt = read.Detail, read.At
		}
	}
	return nil
}
