package monitor

import "time"

const (
	// slack is how many periods longer than its `for` a breach may take to gather its points: two may be missing.
	slack = 2
	// clearAfter is how many good present points in a row end a breach.
	clearAfter = 3
	// ConfirmPoints is how many closed CRIT points ask for the action of a rule without `for`.
	ConfirmPoints = 2
)

// breach follows one rule over a series, point by point in event time. A missing point is not in the series, so it
// neither counts nor resets; a good point ends the streak, and three of them end a breach that fires. Every point since
// first is bad while there is a streak. Spans are microseconds: a day of points is judged at every reading, and taking
// times apart would be most of the work.
type breach struct {
	need   int   // bad points that make it fire
	period int64 //
	window int64 // longest span of the points that make it fire
	least  int64 // shortest span: points that come faster than the period stand for no longer a breach than they span

	first  int   // index of the oldest point of the streak
	start  int64 // and its instant
	newest int64 // instant of the newest point of the streak
	bad    int   // points of the streak
	good   int   // good points in a row since the last bad one
	firing bool
	since  time.Time // of the point that set or cleared firing
	from   int       // the points that made it fire are points[from:to]; empty: they are older than the series
	to     int
}

func newBreach(r Rule, period time.Duration, plain int) breach {
	need := plain
	if r.For > 0 {
		need = int((r.For + period - 1) / period)
	}
	need = max(need, 1)
	p := max(period.Microseconds(), 1)
	// Half a period of tolerance lets a source drift that is asked on a timer.
	return breach{need: need, period: p, window: int64(need+slack-1)*p + p/2, least: int64(need-1)*p - p/2}
}

// pass takes a good point, points[i].
func (b *breach) pass(points []Point, i int) {
	b.bad = 0
	if b.good++; b.firing && b.good >= clearAfter {
		b.firing, b.since = false, points[i].At
	}
}

// fail takes a bad point, points[i].
func (b *breach) fail(points []Point, i int) {
	b.good, b.newest = 0, points[i].At.UnixMicro()
	if b.bad == 0 {
		b.first, b.start = i, b.newest
	}
	for b.newest-b.start > b.window {
		b.first++
		b.start = points[b.first].At.UnixMicro()
	}
	b.bad = i - b.first + 1
	if !b.firing && b.bad >= b.need && b.newest-b.start >= b.least {
		b.firing, b.since = true, points[i].At
		b.from, b.to = b.first, i+1
	}
}

// tail takes the bad points that a series ends with, as fail would one by one, for a rule that only its newest points decide.
func (b *breach) tail(points []Point, edge bound) {
	b.bad = 0
	for i := len(points) - 1; i >= 0 && edge.broken(points[i].Value); i-- {
		at := points[i].At.UnixMicro()
		if b.bad == 0 {
			b.newest = at
		}
		if b.newest-at > b.window {
			return
		}
		b.first, b.start = i, at
		b.bad++
	}
}

// streak is the number of bad points in a row within the window, or of the periods that they span.
func (b *breach) streak() int {
	if b.bad == 0 {
		return 0
	}
	return min(b.bad, int((b.newest-b.start+b.period/2)/b.period)+1)
}

// pending is what the streak has of need: all of it while the breach fires.
func (b *breach) pending() int {
	if b.firing {
		return b.need
	}
	return min(b.streak(), b.need)
}
