package room

import (
	"context"
	"slices"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
)

// follower holds the samples of the watch after the last verified step, and what they say of the success criteria so far.
// The room's goroutine owns it; the store and the sources are read beside it.
type follower struct {
	from   time.Time // of the window that is followed; zero: none
	of     []*followed
	loads  chan loaded
	fills  chan filled
	began  time.Time // when this room began to
	dirty  bool
	scored time.Time                         // when the scores were computed
	scores map[string][]launch.MonitorScored // by criterion id; replaced, never changed
	looked time.Time                         // when gaps were looked for
	seen   time.Time                         // the newest instant of launch time, to notice a skip
}

// followed is one monitor of a criterion.
type followed struct {
	w      *watched
	to     time.Time         // end of the longest window that asks for it
	series map[string][]kept // "" its own
	read   time.Time         // when the newest of its samples was read
	loaded bool
	unread bool               // the store could not be read
	queue  []stretch          // to be asked of the source again
	final  bool               // the whole window was queued at its end
	tried  map[time.Time]bool // ends of periods of which the source has said that there is nothing
}

// kept is a point and when it was read.
type kept struct {
	At, Read time.Time
	Value    float64
}

// stretch is a time of which points are missing, or may be late.
type stretch struct {
	from, to time.Time
	fails    int
}

// loaded is what the store has of a monitor's window.
type loaded struct {
	from    time.Time
	of      *followed
	samples []Sample
	err     error
}

func newFollower() *follower {
	return &follower{loads: make(chan loaded, 1), fills: make(chan filled, 1)}
}

// begin follows another window, or none. What is stored of it is read beside the room.
func (f *follower) begin(p *poller, from time.Time, criteria []launch.Criterion) {
	*f = follower{from: from, loads: f.loads, fills: f.fills, dirty: true}
	if from.IsZero() {
		return
	}
	for _, c := range criteria {
		if !c.Auto {
			continue
		}
		for _, id := range c.Monitors {
			w := p.monitor(id)
			if w == nil {
				continue
			}
			i := slices.IndexFunc(f.of, func(m *followed) bool { return m.w == w })
			if i < 0 {
				i = len(f.of)
				f.of = append(f.of, &followed{w: w, series: map[string][]kept{}, tried: map[time.Time]bool{}})
			}
			if c.To.After(f.of[i].to) {
				f.of[i].to = c.To
			}
		}
	}
	for _, m := range f.of {
		f.load(p, m)
	}
}

func (f *follower) load(p *poller, m *followed) {
	id, from, to := m.w.spec.ID, f.from, m.to
	life := p.ctx
	p.wg.Go(func() {
		ctx, cancel := context.WithTimeout(life, rereadLimit)
		defer cancel()
		samples, err := p.keep.store.Samples(ctx, p.launch, id, from, to)
		select {
		case f.loads <- loaded{from, m, samples, err}:
		case <-life.Done():
		}
	})
}

// add takes samples in, from wherever they come. Of several of one instant the one that was read last counts.
func (f *follower) add(samples []Sample) {
	for _, s := range samples {
		for _, m := range f.of {
			if m.w.spec.ID == s.Monitor && s.At.After(f.from) && !s.At.After(m.to) {
				m.add(s)
				f.dirty = true
			}
		}
	}
}

// monitor is one that is followed, or nil.
func (f *follower) monitor(id string) *followed {
	for _, m := range f.of {
		if m.w.spec.ID == id {
			return m
		}
	}
	return nil
}

func (m *followed) add(s Sample) {
	list := m.series[s.Series]
	k := kept{s.At, s.ReadAt, s.Value}
	i, found := slices.BinarySearchFunc(list, k, func(a, b kept) int { return a.At.Compare(b.At) })
	switch {
	case !found:
		list = slices.Insert(list, i, k)
	case s.ReadAt.Before(list[i].Read):
		return
	default:
		list[i] = k
	}
	m.series[s.Series] = list
	if s.ReadAt.After(m.read) {
		m.read = s.ReadAt
	}
}

func (m *followed) points(series string) []monitor.Point {
	points := make([]monitor.Point, len(m.series[series]))
	for i, k := range m.series[series] {
		points[i] = monitor.Point{At: k.At, Value: k.Value}
	}
	return points
}

// due is how long after its end a point can be counted on.
func (m *followed) due() time.Duration {
	if m.w.lane != nil && m.w.lane.kind == Simulated {
		return 0
	}
	return m.w.spec.Settle + 2*m.w.spec.Period
}

// window is what a criterion asks of the monitor, in its own periods.
func (m *followed) window(w monitor.Window) monitor.Window {
	w.Period = m.w.spec.Period
	return w
}

// known are the instants of which something is known, whatever it is.
func (m *followed) known() []monitor.Point {
	all := m.points("")
	if r := m.w.source.Ratio(); r != nil && (m.w.lane == nil || m.w.lane.kind != Simulated) {
		for _, name := range r.Names {
			if !r.Zero[name] {
				all = append(all, m.points(name)...)
			}
		}
	}
	return all
}

// score judges a criterion on what is held, up to an instant; nil: not everything that is stored has been read.
func (f *follower) score(s *launch.State, c launch.Criterion, now time.Time) (scores []launch.MonitorScored, read time.Time) {
	for i, w := range s.Windows(c, now) {
		m := f.monitor(c.Monitors[i])
		if m == nil || !m.loaded {
			return nil, read
		}
		w = m.window(w)
		if now.Before(c.To.Add(m.due())) {
			w.Until = now.Add(-m.due())
		}
		parts := map[string][]monitor.Point{}
		if w.Ratio != nil {
			for _, name := range w.Ratio.Names {
				parts[name] = m.points(name)
			}
		}
		scores = append(scores, launch.MonitorScored{Monitor: m.w.spec.ID, Unit: m.w.spec.Unit, Score: w.Score(m.points(""), parts)})
		if m.read.After(read) {
			read = m.read
		}
	}
	return scores, read
}
