package monitor

import (
	"slices"
	"time"
)

// Why a trigger that was in force no longer fires.
const (
	Recovered = "recovered" // three good points in a row
	Revised   = "revised"   // its points were corrected, so that it never fired
)

// TriggerVerdict is what a series says of a rollback trigger.
type TriggerVerdict struct {
	Firing     bool
	Since      time.Time // of the point that fired or last cleared it; zero: neither is known
	Pending    int       // bad closed points so far
	Of         int       // how many make it fire
	NoBaseline bool      // the rule needs a baseline that was not captured: it neither fires nor clears
	Evidence   []Point   // the very points: those that made it fire, else those that are pending
	Cleared    string    // it was in force and no longer fires: Recovered or Revised; empty: neither
}

// EvalTrigger judges a trigger's rule over the closed points of its monitor, as of now. Points may come in any order;
// of several for the same instant the later in the slice counts. It fires after as many bad points as its `for` has
// periods (one, without `for`), and clears after three good ones in a row; missing points do neither.
func EvalTrigger(r Rule, period time.Duration, baseline *float64, points []Point, now time.Time) TriggerVerdict {
	return EvalTriggerFrom(r, period, baseline, points, now, nil)
}

// EvalTriggerFrom is EvalTrigger for a trigger that is in force: fired is the evidence that the journal has of it, empty
// where it is not in force. The trigger goes on firing until the series speaks against it, and no point that is missing
// does: either three good points in a row have come after the evidence, or the series holds all of the time that the
// evidence spans and says something else of it (a point revised, or one that came late), and so judged it never fired. What
// of the evidence is missing from the series counts as the journal has it.
func EvalTriggerFrom(r Rule, period time.Duration, baseline *float64, points []Point, now time.Time, fired []Point) TriggerVerdict {
	b := newBreach(r, orMinute(period), 1)
	points, fired = closed(points, now), closed(fired, now)
	limit, ok := r.Threshold(baseline)
	switch {
	case !ok && len(fired) == 0:
		return TriggerVerdict{Of: b.need, NoBaseline: true}
	case !ok:
		return TriggerVerdict{Firing: true, Since: fired[len(fired)-1].At, Pending: b.need, Of: b.need, NoBaseline: true, Evidence: slices.Clone(fired)}
	case len(fired) == 0:
		b.run(points, 0, len(points), r.bound(limit))
		return b.verdict(points)
	case contradicted(points, fired):
		return rejudged(b, points, fired, r.bound(limit), now)
	}
	// The evidence stands: what came after it can only clear it, and fire it anew.
	last := fired[len(fired)-1].At
	from := following(points, last)
	b.firing, b.since = true, last
	recovered := b.run(points, from, len(points), r.bound(limit))
	v := b.verdict(points)
	switch {
	case !v.Firing:
		v.Cleared = Recovered
	case !recovered:
		v.Evidence = slices.Clone(fired)
	}
	return v
}

// run judges points[from:to] and reports whether a breach was cleared meanwhile.
func (b *breach) run(points []Point, from, to int, edge bound) (cleared bool) {
	for i := from; i < to; i++ {
		if edge.broken(points[i].Value) {
			b.fail(points, i)
			continue
		}
		was := b.firing
		b.pass(points, i)
		cleared = cleared || was && !b.firing
	}
	return cleared
}

func (b *breach) verdict(points []Point) TriggerVerdict {
	v := TriggerVerdict{Firing: b.firing, Since: b.since, Pending: b.pending(), Of: b.need}
	switch {
	case b.firing:
		v.Evidence = slices.Clone(points[b.from:b.to])
	case b.bad > 0:
		v.Evidence = slices.Clone(points[b.first:])
	}
	return v
}

// following is the index of the first point after the instant.
func following(points []Point, at time.Time) int {
	i, found := slices.BinarySearchFunc(points, at, func(p Point, at time.Time) int { return p.At.Compare(at) })
	if found {
		i++
	}
	return i
}

// contradicted reports whether the series reaches back to the beginning of the evidence and has, within its span, a point
// that the evidence does not have, or has with another value.
func contradicted(points, fired []Point) bool {
	if len(points) == 0 || fired[0].At.Before(points[0].At) {
		return false
	}
	k := 0
	for _, p := range points[following(points, fired[0].At.Add(-1)):following(points, fired[len(fired)-1].At)] {
		for fired[k].At.Before(p.At) {
			k++
		}
		if !fired[k].At.Equal(p.At) || fired[k].Value != p.Value {
			return true
		}
	}
	return false
}

// rejudged judges the whole series afresh, with what it lacks of the evidence. What fired and cleared before the evidence
// was another breach.
func rejudged(b breach, points, fired []Point, edge bound, now time.Time) TriggerVerdict {
	begun := fired[0].At
	points = closed(slices.Concat(fired, points), now)
	from := following(points, begun.Add(-1))
	b.run(points, 0, from, edge)
	recovered := b.run(points, from, len(points), edge)
	v := b.verdict(points)
	switch {
	case v.Firing:
	case recovered:
		v.Cleared = Recovered
	default:
		v.Cleared = Revised
	}
	return v
}
