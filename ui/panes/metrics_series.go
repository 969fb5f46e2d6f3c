package panes

import (
	"slices"
	"time"

	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/intent"
)

// Bounds of what is asked for and kept.
const (
	keptSeries = 8 // monitors whose points are kept, the last looked at
	// revised is how far back a question for newer points reaches again, since late points revise.
	revised = 10 * time.Minute
	// patience is how long a question holds up the next one: its answer may be lost with the connection.
	patience = 30 * time.Second
)

// series is what is kept of a monitor's points: all with from < At <= to, in order.
type series struct {
	monitor  string
	from, to time.Time
	seen     time.Time // newest point of the screen that this was asked at
	points   []monitor.Point
}

// seriesCache keeps the points of a few monitors, and knows what it lacks.
type seriesCache struct {
	kept    []*series // last used at the end
	asked   *intent.LoadSeries
	askedAt time.Time // launch time
	seen    time.Time // newest point of the asked monitor at that time
	failed  bool      // the newest question brought nothing: none until the next screen
}

// of is what is kept of a monitor; nil: nothing.
func (c *seriesCache) of(id string) *series {
	for _, s := range c.kept {
		if s.monitor == id {
			return s
		}
	}
	return nil
}

// use marks a monitor's points as looked at.
func (c *seriesCache) use(id string) {
	if i := slices.IndexFunc(c.kept, func(s *series) bool { return s.monitor == id }); i >= 0 {
		s := c.kept[i]
		c.kept = append(slices.Delete(c.kept, i, i+1), s)
	}
}

// loading reports whether an answer is waited for.
func (c *seriesCache) loading(now time.Time) bool {
	return c.asked != nil && now.Sub(c.askedAt) < patience
}

// wants is the question for what a monitor lacks from an instant on; nil: nothing, or not now.
func (c *seriesCache) wants(m *screen.Monitor, from, now time.Time) *intent.LoadSeries {
	if c.failed || c.loading(now) {
		return nil
	}
	upto := now
	if m.At.After(upto) {
		upto = m.At
	}
	q := intent.LoadSeries{Monitor: m.ID, From: from, To: upto}
	switch s := c.of(m.ID); {
	case s == nil:
	case from.Before(s.from):
		q.To = s.from
	case m.At.After(s.seen):
		q.From = s.to.Add(-revised)
		if q.From.Before(s.from) {
			q.From = s.from
		}
	default:
		return nil
	}
	c.asked, c.askedAt, c.seen = &q, now, m.At
	return &q
}

// take keeps an answer. Points that do not join what is kept take its place.
func (c *seriesCache) take(id string, from, to time.Time, points []monitor.Point) {
	seen := time.Time{}
	if c.asked != nil && c.asked.Monitor == id {
		seen = c.seen
	}
	c.asked = nil
	if !slices.IsSortedFunc(points, byTime) {
		points = slices.Clone(points)
		slices.SortStableFunc(points, byTime)
	}
	s := c.of(id)
	if s == nil || from.After(s.to) || to.Before(s.from) {
		c.kept = slices.DeleteFunc(c.kept, func(s *series) bool { return s.monitor == id })
		if len(c.kept) >= keptSeries {
			c.kept = c.kept[1:]
		}
		c.kept = append(c.kept, &series{id, from, to, seen, points})
		return
	}
	older := s.points[:after(s.points, from)]
	newer := s.points[after(s.points, to):]
	s.points = slices.Concat(older, points, newer)
	if from.Before(s.from) {
		s.from = from
	}
	if to.After(s.to) {
		s.to = to
	}
	if to.Equal(s.to) && seen.After(s.seen) { // an answer about older points knows nothing of newer ones
		s.seen = seen
	}
}

func byTime(a, b monitor.Point) int { return a.At.Compare(b.At) }

// after is the index of the first point after an instant.
func after(points []monitor.Point, at time.Time) int {
	i, _ := slices.BinarySearchFunc(points, at, func(p monitor.Point, at time.Time) int {
		if p.At.After(at) {
			return 1
		}
		return -1
	})
	return i
}

// pointsOf is every point that is known of a monitor: what was loaded, and from the screen what is newer. Until something
// is loaded it is what the screen has.
func (c *seriesCache) pointsOf(m *screen.Monitor) []monitor.Point {
	s := c.of(m.ID)
	if s == nil || len(s.points) == 0 {
		return recentPoints(m)
	}
	if m.Value == nil {
		return s.points
	}
	newest, last := monitor.Point{At: m.At, Value: *m.Value}, s.points[len(s.points)-1]
	switch {
	case newest.At.After(last.At):
		return append(slices.Clip(s.points), newest)
	case newest.At.Equal(last.At) && newest.Value != last.Value:
		return append(slices.Clone(s.points[:len(s.points)-1]), newest)
	}
	return s.points
}

// recentPoints puts the values that came with the screen on their instants: the newest one's is known, the others lie
// periods before it.
func recentPoints(m *screen.Monitor) []monitor.Point {
	if m.At.IsZero() || m.Value == nil {
		return nil
	}
	end := len(m.Recent) - 1
	for end >= 0 && m.Recent[end] == nil {
		end--
	}
	every := m.Every
	if every <= 0 {
		every = time.Minute
	}
	var out []monitor.Point
	for i := range max(end, 0) {
		if v := m.Recent[i]; v != nil {
			out = append(out, monitor.Point{At: m.At.Add(-time.Duration(end-i) * every), Value: *v})
		}
	}
	return append(out, monitor.Point{At: m.At, Value: *m.Value})
}

// periodOf is how far apart a monitor's points are: the middle distance of the newest, since a source may have another
// period than the runbook reads it at.
func periodOf(points []monitor.Point, every time.Duration) time.Duration {
	const least, most = 4, 60
	points = points[max(len(points)-most, 0):]
	if len(points) <= least {
		if every <= 0 {
			return time.Minute
		}
		return every
	}
	gaps := make([]time.Duration, 0, len(points))
	for i := 1; i < len(points); i++ {
		gaps = append(gaps, points[i].At.Sub(points[i-1].At))
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}
