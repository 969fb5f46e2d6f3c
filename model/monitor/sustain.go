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
// neither counts nor resets; a good point ends the streak, and three of them end a breach that fires.
type breach struct {
	need   int // bad points that make it fire
	period time.Duration

	first  int // index of the oldest point of the streak
	streak int // bad points in a row within the window
	good   int // good points in a row since the last bad one
	firing bool
	since  time.Time // of the point that set or cleared firing
	from   int       // the points that made it fire are points[from:to]
	to     int
}

func newBreach(r Rule, period time.Duration, plain int) breach {
	need := plain
	if r.For > 0 {
		need = int((r.For + period - 1) / period)
	}
	return breach{need: max(need, 1), period: period}
}

// step takes the verdict on points[i]. Every point since b.first is bad while there is a streak.
func (b *breach) step(points []Point, i int, bad bool) {
	if !bad {
		b.first, b.streak = i+1, 0
		if b.good++; b.firing && b.good >= clearAfter {
			b.firing, b.since = false, points[i].At
		}
		return
	}
	b.good = 0
	// Half a period of tolerance lets a source drift that is asked on a timer.
	window := time.Duration(b.need+slack-1)*b.period + b.period/2
	for points[i].At.Sub(points[b.first].At) > window {
		b.first++
	}
	// Points that come faster than the period stand for no longer a breach than they span.
	spanned := int((points[i].At.Sub(points[b.first].At)+b.period/2)/b.period) + 1
	b.streak = min(i-b.first+1, spanned)
	if !b.firing && b.streak >= b.need {
		b.firing, b.since = true, points[i].At
		b.from, b.to = b.first, i+1
	}
}

// pending is what the streak has of need: all of it while the breach fires.
func (b *breach) pending() int {
	if b.firing {
		return b.need
	}
	return min(b.streak, b.need)
}

// TriggerVerdict is what a series says of a rollback trigger.
type TriggerVerdict struct {
	Firing     bool
	Since      time.Time // of the point that fired or last cleared it; zero: neither happened in the window
	Pending    int       // bad closed points so far
	Of         int       // how many make it fire
	NoBaseline bool      // the rule needs a baseline that was not captured: never firing
	Evidence   []Point   // the very points: those that made it fire, else those that are pending
}

// EvalTrigger judges a trigger's rule over the closed points of its monitor, as of now. Points may come in any order;
// of several for the same instant the later in the slice counts. It fires after as many bad points as its `for` has
// periods (one, without `for`), and clears after three good ones in a row; missing points do neither.
func EvalTrigger(r Rule, period time.Duration, baseline *float64, points []Point, now time.Time) TriggerVerdict {
	period = orMinute(period)
	b := newBreach(r, period, 1)
	v := TriggerVerdict{Of: b.need}
	limit, ok := r.Threshold(baseline)
	if !ok {
		v.NoBaseline = true
		return v
	}
	points = closed(points, now)
	for i := range points {
		b.step(points, i, r.breaks(points[i].Value, limit))
	}
	v.Firing, v.Since, v.Pending = b.firing, b.since, b.pending()
	switch {
	case b.firing:
		v.Evidence = append(v.Evidence, points[b.from:b.to]...)
	case b.streak > 0:
		v.Evidence = append(v.Evidence, points[b.first:]...)
	}
	return v
}
