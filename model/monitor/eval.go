package monitor

import (
	"slices"
	"time"
)

// DefaultSettle is how long a source's points may be late unless it says otherwise.
const DefaultSettle = 180 * time.Second

// RecentPoints is how many periods Reading.Recent shows at most.
const RecentPoints = 60

// Spec is what Eval needs to know of a monitor.
type Spec struct {
	ID       string
	Unit     string
	Period   time.Duration // of its points; 0: one minute
	Every    time.Duration // how often its source is read, where that is less often than its points come
	Settle   time.Duration // how late a point may come; 0: DefaultSettle
	Warning  *Rule
	Critical *Rule
	Bound    bool     // it has a source
	Baseline *float64 // mean of the captured window; nil: none captured
}

// Eval gives the verdict on the newest closed point of a monitor as of now, or why there is none. Points may come in
// any order and may hold later revisions: of several for the same instant the later in the slice counts. Points that
// are not a number or not yet closed are no points. sourceErr is the source's last answer where that was an error: it
// stands in the way of every verdict but a fresh CRIT, which an unreachable source must not hide.
func Eval(s Spec, points []Point, sourceErr error, now time.Time) Reading {
	s.Period = orMinute(s.Period)
	if s.Settle <= 0 {
		s.Settle = DefaultSettle
	}
	r := Reading{ID: s.ID, Unit: s.Unit}
	points = closed(points, now)
	late := s.Settle + 2*max(s.Period, s.Every) // what is read seldom is not stale between two reads
	fresh := false
	if n := len(points); n > 0 {
		newest := points[n-1]
		r.Value, r.At = &newest.Value, newest.At
		fresh = now.Sub(newest.At) <= late
		anchor := newest.At
		if !fresh {
			anchor = now
		}
		r.Recent = recent(points, s.Period, anchor)
	}
	if sourceErr != nil {
		r.Error = sourceErr.Error()
	}
	switch {
	case !s.Bound:
		r.State = Unbound
	case len(points) == 0 && sourceErr == nil:
		r.State = NoData
	case len(points) == 0:
		r.State = Error
	case fresh:
		judge(&r, s, points)
		if sourceErr != nil && r.State != Crit {
			r.State, r.Since = Error, time.Time{}
		}
	case sourceErr != nil:
		r.State = Error
	default:
		r.State, r.Since = Stale, r.At.Add(late)
	}
	return r
}

// Confirmed reports whether the reading is CRIT for long enough to ask for its action: two closed points, or the `for`
// of its rule.
func (r Reading) Confirmed() bool { return r.State == Crit && r.Pending >= r.Of }

// judge sets State, Since and the pending count from the rules over closed points. The worse verdict counts; a rule
// that lacks its baseline keeps the monitor from being OK.
func judge(r *Reading, s Spec, points []Point) {
	if s.Warning == nil && s.Critical == nil {
		r.State = NoRule
		return
	}
	crit, warn := newJudge(s.Critical, s), newJudge(s.Warning, s)
	state := NoData // before the first point
	for i := range points {
		next := OK
		isCrit, isWarn := crit.bound.broken(points[i].Value), warn.bound.broken(points[i].Value)
		if crit.sustained {
			isCrit = crit.step(points, i, isCrit)
		}
		if warn.sustained {
			isWarn = warn.step(points, i, isWarn)
		}
		switch {
		case isCrit:
			next = Crit
		case isWarn:
			next = Warn
		}
		if next != state {
			state, r.Since = next, points[i].At
		}
	}
	crit.close(points)
	warn.close(points)
	r.State = state
	if state == OK && (crit.blind || warn.blind) {
		r.State = NoBaseline
	}
	switch {
	case crit.pending() > 0 && (state == Crit || crit.sustained):
		r.Pending, r.Of = crit.pending(), crit.need
	case warn.sustained && warn.pending() > 0:
		r.Pending, r.Of = warn.pending(), warn.need
	}
}

// ruleJudge is one rule of a monitor over its series. The zero value is no rule.
type ruleJudge struct {
	bound     bound // never broken where there is no rule, or no baseline for it
	blind     bool  // it needs a baseline that was not captured
	sustained bool  // it has a `for`: the breach decides, not the newest point alone
	breach
}

func newJudge(rule *Rule, s Spec) ruleJudge {
	if rule == nil {
		return ruleJudge{}
	}
	j := ruleJudge{sustained: rule.For > 0, breach: newBreach(*rule, s.Period, ConfirmPoints)}
	limit, ok := rule.Threshold(s.Baseline)
	if j.blind = !ok; ok {
		j.bound = rule.bound(limit)
	}
	return j
}

// step reports whether the breach of a sustained rule fires with points[i].
func (j *ruleJudge) step(points []Point, i int, bad bool) bool {
	if bad {
		j.fail(points, i)
	} else {
		j.pass(points, i)
	}
	return j.firing
}

// close counts what is pending of a rule whose newest point decides.
func (j *ruleJudge) close(points []Point) {
	if !j.sustained {
		j.tail(points, j.bound)
	}
}

// closed returns the points with At <= now in order, without what is no number, and one an instant: the last given.
// Points that are in order already are not copied.
func closed(points []Point, now time.Time) []Point {
	if inOrder(points) {
		n := len(points)
		for n > 0 && points[n-1].At.After(now) {
			n--
		}
		return points[:n]
	}
	kept := make([]Point, 0, len(points))
	for _, p := range points {
		if finite(p.Value) && !p.At.After(now) {
			kept = append(kept, p)
		}
	}
	slices.SortStableFunc(kept, func(a, b Point) int { return a.At.Compare(b.At) })
	out := kept[:0]
	for _, p := range kept {
		if n := len(out); n > 0 && out[n-1].At.Equal(p.At) {
			out[n-1] = p
			continue
		}
		out = append(out, p)
	}
	return out
}

// inOrder reports whether points are numbers, one an instant, oldest first. Seconds settle nearly all of it.
func inOrder(points []Point) bool {
	before := int64(0)
	for i := range points {
		second := points[i].At.Unix()
		if !finite(points[i].Value) || i > 0 && second <= before && (second < before || !points[i-1].At.Before(points[i].At)) {
			return false
		}
		before = second
	}
	return true
}

// finite: what is neither NaN nor infinite leaves nothing when it is taken from itself.
func finite(v float64) bool { return v-v == 0 }

func orMinute(d time.Duration) time.Duration {
	if d <= 0 {
		return time.Minute
	}
	return d
}

// recent puts the newest points on a grid of periods that ends at anchor; a period without a point is nil. It starts
// with the oldest period that has a point.
func recent(points []Point, period time.Duration, anchor time.Time) []*float64 {
	var cells [RecentPoints]*float64
	used := 0
	values := make([]float64, 0, RecentPoints)
	for i := len(points) - 1; i >= 0; i-- {
		age := int((anchor.Sub(points[i].At) + period/2) / period)
		if age >= RecentPoints {
			break
		}
		if cell := &cells[RecentPoints-1-age]; *cell == nil {
			values = append(values, points[i].Value)
			*cell = &values[len(values)-1]
			used = max(used, age+1)
		}
	}
	return slices.Clone(cells[RecentPoints-used:])
}
