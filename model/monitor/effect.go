package monitor

import (
	"fmt"
	"strconv"
	"time"
)

// Outcome is what looking at a series comes to. The zero value has not come to an end yet.
type Outcome uint8

// The outcomes.
const (
	Pending      Outcome = iota // the points so far do not tell
	Held                        // what was expected is there
	Failed                      // there were points enough, and it is not
	CannotVerify                // the series cannot tell, and will not
)

// Finding is an outcome with what it rests on, in a line for people.
type Finding struct {
	Outcome  Outcome
	Evidence string
}

// What a flag's write should do to its monitor.
const (
	Falls = "falls"
	Rises = "rises"
)

const (
	beforePoints = 10 // whose mean stands for how it was before
	afterPoints  = 10 // without the effect, and it has not come
	effectPoints = 2  // in a row that show it
	oldestBefore = 20 // periods: what is older says nothing of how it was just before
	silentAfter  = 5  // periods beside the settle time without a point: none will come
)

// EvalEffect says whether a monitor fell (below half of its mean before) or rose (above twice its mean before, or above
// nothing) after an instant, by two closed points in a row.
func EvalEffect(s Spec, expect string, points []Point, since, now time.Time) Finding {
	s = s.orUsual()
	points = closed(points, now)
	from := following(points, since)
	mean, n := meanBefore(points[:from], since.Add(-oldestBefore*s.Period))
	after := points[from:]
	switch {
	case n == 0:
		return Finding{CannotVerify, fmt.Sprintf("%s has no point shortly before %s to compare with", s.ID, clockText(since))}
	case expect != Falls && expect != Rises:
		return Finding{CannotVerify, fmt.Sprintf("%q is nothing that can be expected of %s", expect, s.ID)}
	case expect == Falls && mean <= 0 || mean < 0:
		return Finding{CannotVerify, fmt.Sprintf("%s was %s before %s already", s.ID, s.value(mean), clockText(since))}
	}
	was := fmt.Sprintf("%s was %s before %s (mean of %d)", s.ID, s.value(mean), clockText(since), n)
	shown := 0
	for i, p := range after {
		if shown++; expect == Falls && p.Value >= mean/2 || expect == Rises && p.Value <= 2*mean {
			shown = 0
		}
		if shown == effectPoints {
			return Finding{Held, fmt.Sprintf("%s, %s and %s after it, up to %s", was, s.value(after[i-1].Value), s.value(p.Value), clockText(p.At))}
		}
	}
	if len(after) >= afterPoints {
		return Finding{Failed, fmt.Sprintf("%s, and still %s after %d points, at %s", was, s.value(after[len(after)-1].Value), len(after), clockText(after[len(after)-1].At))}
	}
	if ended, why := s.silent(after, since, now); ended {
		return Finding{CannotVerify, why}
	}
	if len(after) == 0 {
		return Finding{Pending, was + "; no point after it yet"}
	}
	return Finding{Pending, fmt.Sprintf("%s, now %s; %d of %d points", was, s.value(after[len(after)-1].Value), len(after), afterPoints)}
}

// EffectWithin is how long it takes at most until points that come regularly tell whether the effect is there.
func (s Spec) EffectWithin() time.Duration {
	s = s.orUsual()
	return max(s.Silence(), s.Settle+(afterPoints+1)*s.Period)
}

// meanBefore is the mean of the newest points that are no older than oldest, and how many they are.
func meanBefore(points []Point, oldest time.Time) (mean float64, n int) {
	sum := 0.0
	for i := len(points) - 1; i >= 0 && n < beforePoints && !points[i].At.Before(oldest); i-- {
		sum += points[i].Value
		n++
	}
	if n == 0 {
		return 0, 0
	}
	return sum / float64(n), n
}

const (
	goodPoints = 3                // in a row after the rollback: the system is well
	stillBad   = 15 * time.Minute // and it is not well: the rollback has not helped
)

// EvalRecovery says whether a monitor is good again after an instant: three closed points in a row that do not break the
// rule by which it was bad.
func EvalRecovery(s Spec, r Rule, points []Point, since, now time.Time) Finding {
	s = s.orUsual()
	limit, ok := r.Threshold(s.Baseline)
	if !ok {
		return Finding{CannotVerify, fmt.Sprintf("the rule over %s needs a baseline, and none was captured", s.ID)}
	}
	edge := r.bound(limit)
	points = closed(points, now)
	after := points[following(points, since):]
	good := 0
	for _, p := range after {
		if good++; edge.broken(p.Value) {
			good = 0
		}
		if good == goodPoints {
			return Finding{Held, fmt.Sprintf("%s is %s at %s, %d good points in a row after %s", s.ID, s.value(p.Value), clockText(p.At), good, clockText(since))}
		}
	}
	if ended, why := s.silent(after, since, now); ended {
		return Finding{CannotVerify, "no traffic left: " + why}
	}
	if len(after) == 0 {
		return Finding{Pending, fmt.Sprintf("%s has no point after %s yet", s.ID, clockText(since))}
	}
	newest := after[len(after)-1]
	// A monitor of few points is given as long as they take.
	if now.Sub(since) >= s.RecoveryWithin() {
		return Finding{Failed, fmt.Sprintf("%s is %s at %s, %d good points in a row since %s; expected %d", s.ID, s.value(newest.Value), clockText(newest.At), good, clockText(since), goodPoints)}
	}
	return Finding{Pending, fmt.Sprintf("%s is %s at %s; %d of %d good points in a row", s.ID, s.value(newest.Value), clockText(newest.At), good, goodPoints)}
}

// RecoveryWithin is how long it takes at most until points tell whether the monitor is good again.
func (s Spec) RecoveryWithin() time.Duration { return max(stillBad, s.Silence()) }

// silent reports that no point has come for so long, after the instant or the last one, that none will.
func (s Spec) silent(after []Point, since, now time.Time) (ended bool, why string) {
	last := since
	if n := len(after); n > 0 {
		last = after[n-1].At
	}
	if now.Sub(last) <= s.Silence() {
		return false, ""
	}
	return true, fmt.Sprintf("%s has had no point since %s", s.ID, clockText(last))
}

// Silence is how long no point has to come until none is waited for.
func (s Spec) Silence() time.Duration {
	s = s.orUsual()
	return s.Settle + silentAfter*s.Period
}

// orUsual fills in what a Spec leaves to the usual.
func (s Spec) orUsual() Spec {
	s.Period = orMinute(s.Period)
	if s.Settle <= 0 {
		s.Settle = DefaultSettle
	}
	return s
}

// value writes a value with the monitor's unit.
func (s Spec) value(v float64) string {
	text := strconv.FormatFloat(v, 'g', 4, 64)
	if s.Unit == "" {
		return text
	}
	return text + " " + s.Unit
}

func clockText(at time.Time) string { return at.UTC().Format("15:04:05") }
