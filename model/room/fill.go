package room

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/monitor"
)

const (
	fillPoints = 500              // of one query: a long outage is asked for piece by piece
	fillTries  = 5                // after so many failures a stretch is left until gaps are looked for again
	gapsEvery  = 30 * time.Minute // launch time between two searches for gaps
	jump       = 10 * time.Minute // of launch time between two ticks: it was skipped, or the machine slept
)

// filled is one call for what was missed.
type filled struct {
	answered
	from     time.Time // of the window it is for
	stretch  stretch
	monitors []*followed
}

// history reports whether a source can be asked what was.
func (m *followed) history() bool {
	l := m.w.lane
	return l != nil && l.source != nil && l.kind != "http"
}

// gaps queues what is missing by now and was not asked for before; at the end of the window all of it, since late points
// revise.
func (m *followed) gaps(from, now time.Time) {
	if !m.loaded || !m.history() || len(m.queue) > 0 {
		return
	}
	if over := !now.Before(m.to.Add(m.due())); over && !m.final {
		m.final = true
		m.ask(from, m.to)
		return
	}
	w := monitor.Window{From: from, To: m.to, Period: m.w.spec.Period}
	for _, g := range w.Gaps(m.known(), now.Add(-m.due()-m.w.spec.Period)) {
		if !m.tried[g[1]] {
			m.ask(g[0], g[1])
		}
	}
}

// ask queues a time in pieces.
func (m *followed) ask(from, to time.Time) {
	piece := fillPoints * m.w.spec.Period
	for from.Before(to) {
		end := from.Add(piece)
		if end.After(to) {
			end = to
		}
		m.queue = append(m.queue, stretch{from: from, to: end})
		from = end
	}
}

// fill asks each lane that is free for the first stretch that is queued, one call for all monitors that lack it.
func (p *poller) fill(now time.Time) {
	f := p.follow
	for _, l := range p.lanes {
		if !l.free(now) {
			continue
		}
		call := filled{answered: answered{lane: l, at: now}, from: f.from}
		var queries []Query
		for _, m := range f.of {
			if m.w.lane != l || len(m.queue) == 0 {
				continue
			}
			s := m.queue[0]
			if len(queries) > 0 && (!s.from.Equal(call.stretch.from) || !s.to.Equal(call.stretch.to)) {
				continue
			}
			call.stretch = s
			call.monitors = append(call.monitors, m)
			queries = append(queries, Query{Monitor: m.w.spec.ID, Source: m.w.source, Period: m.w.spec.Period, From: s.from, To: s.to})
		}
		if len(queries) == 0 {
			continue
		}
		p.beside(&call.answered, queries, func(gone <-chan struct{}) {
			select {
			case f.fills <- call:
			case <-gone:
			}
		})
	}
}

// takeFill merges what a source has told of the past, has it kept, and journals the read among the others.
func (p *poller) takeFill(c filled, now time.Time) {
	f, l := p.follow, c.lane
	l.took(&c.answered, now)
	var names []string
	for _, m := range c.monitors {
		names = append(names, m.w.spec.ID)
	}
	read := Read{Source: l.name, At: now, Outcome: "ok", Requested: c.round.Metrics,
		Detail: fmt.Sprintf("back-fill of %s from %s to %s", strings.Join(names, ", "), c.stretch.from.UTC().Format(time.RFC3339), c.stretch.to.UTC().Format(time.RFC3339))}
	readAt := p.keep.stamp(now)
	var samples []Sample
	for i, m := range c.monitors {
		err := c.err
		if err == nil {
			err = c.round.Answers[i].Err
		}
		if err != nil {
			read.Outcome, read.Detail = "error", read.Detail+": "+err.Error()
			m.failed(c.stretch)
			continue
		}
		a := c.round.Answers[i]
		samples = append(samples, m.news(a, readAt)...)
		if a.Partial {
			read.Outcome = "partial"
			m.failed(c.stretch)
			continue
		}
		m.told(c.stretch, a.Points)
	}
	if l.kind == "cloudwatch" {
		p.spent += int64(c.round.Metrics)
	}
	if f.from.Equal(c.from) {
		f.add(samples)
	}
	p.keep.put(samples, read)
	p.keep.next(&p.wg)
}

// news are the samples of an answer that are not held yet, or have another value.
func (m *followed) news(a Answer, readAt time.Time) []Sample {
	all := map[string][]monitor.Point{}
	for name, points := range a.Series {
		all[name] = points
	}
	all["count"], all[""] = a.Counts, a.Points
	var fresh []Sample
	for _, name := range sortedKeys(all) {
		held := m.series[name]
		for _, s := range m.w.samples(name, all[name], readAt) {
			i, found := slices.BinarySearchFunc(held, s.At, func(k kept, at time.Time) int { return k.At.Compare(at) })
			if !found || held[i].Value != s.Value {
				fresh = append(fresh, s)
			}
		}
	}
	return fresh
}

// told takes a stretch off the queue, and remembers for which periods the source has nothing.
func (m *followed) told(s stretch, points []monitor.Point) {
	m.drop(s)
	w := monitor.Window{From: s.from, To: s.to, Period: m.w.spec.Period}
	for _, g := range w.Gaps(append(points, m.known()...), s.to) {
		m.tried[g[1]] = true
	}
}

func (m *followed) drop(s stretch) {
	m.queue = slices.DeleteFunc(m.queue, func(q stretch) bool { return q.from.Equal(s.from) && q.to.Equal(s.to) })
}

// failed leaves a stretch where it is, to be asked for when the lane may be asked again; not for ever.
func (m *followed) failed(s stretch) {
	if len(m.queue) == 0 {
		return
	}
	if m.queue[0].fails++; m.queue[0].fails >= fillTries {
		m.drop(s)
	}
}
