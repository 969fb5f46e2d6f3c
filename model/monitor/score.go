package monitor

import (
	"fmt"
	"math"
	"time"
)

const (
	// MinCoverage is how much of a window must have points before a verdict can be good, in percent. With less it cannot be
	// told what the rest was like.
	MinCoverage = 95
	// MaxDrift is how far the mean of a stable monitor's last quarter may be from that of its first, in percent of the first.
	MaxDrift = 20
	// MaxWorst is how many of the worst points a score names.
	MaxWorst = 10
)

// What a window comes to. Only GoalMet is good.
const (
	GoalMet     = "met"
	GoalNotMet  = "not met"
	GoalUnknown = "cannot verify"
)

// How a window was judged.
const (
	HowWhole  = "the whole window" // a ratio of sums: no minute weighs more than its traffic
	HowEvery  = "every point"
	HowShare  = "share of points"
	HowStable = "every point, and the drift"
)

// Window is what a success criterion asks of one monitor.
type Window struct {
	From, To time.Time // points with From < At <= To
	Until    time.Time // judged up to here; To where it is over
	Period   time.Duration
	Goal     Goal
	Warning  *Rule    // the monitor's own
	Baseline *float64 // nil: none captured
	Ratio    *Ratio   // nil: every point counts alike
}

// Ratio is a monitor whose value is a ratio of counts that are kept themselves. Its value over a window is that of the
// sums: the mean of the minutes' ratios would let a quiet minute weigh as much as a busy one.
type Ratio struct {
	Names []string                                        // of the counts
	Zero  map[string]bool                                 // those that are zero where the others have a point and they have none
	Eval  func(values map[string]float64) (float64, bool) // false: there is no value, such as by a division by zero
}

// Score is what a window came to, with the figures that show it.
type Score struct {
	How      string             `json:"how"`
	Verdict  string             `json:"verdict"`
	Why      string             `json:"why,omitempty"` // not met, cannot verify: in words
	Points   int                `json:"points"`
	Expected int                `json:"expected"` // points of the window up to where it was judged
	Coverage float64            `json:"coverage"` // percent, rounded down
	Value    *float64           `json:"value,omitempty"`
	Failing  int                `json:"failing"`         // points that do not hold
	Share    float64            `json:"share"`           // of the points that hold, in percent, rounded down
	Worst    []Point            `json:"worst,omitempty"` // worst first, at most MaxWorst; the first Failing of them do not hold
	Parts    map[string]float64 `json:"parts,omitempty"` // the sums behind a ratio
	Drift    *float64           `json:"drift,omitempty"` // of the last quarter's mean from the first's, in percent
}

// Score judges a window. points are the monitor's own, parts the counts of its ratio, each in any order, of several for the
// same instant the later in the slice counting. While the window runs the verdict is on what there is so far.
func (w Window) Score(points []Point, parts map[string][]Point) Score {
	w.Period = orMinute(w.Period)
	if w.Until.IsZero() || w.Until.After(w.To) {
		w.Until = w.To
	}
	s := Score{How: w.how(), Expected: max(slotOf(w.Until, w.Period)-slotOf(w.From, w.Period), 0)}
	var instants []time.Time // that are known, whether or not there is a value
	if w.Ratio != nil {
		points, instants, s.Parts = w.ratio(parts)
	} else {
		points = w.inside(points)
		for _, p := range points {
			instants = append(instants, p.At)
		}
	}
	s.Points = min(w.slots(instants), s.Expected)
	if s.Expected > 0 {
		s.Coverage = math.Floor(float64(s.Points)*1000/float64(s.Expected)) / 10
	}
	holds, up, lacks := w.test()
	if lacks != "" {
		s.Verdict, s.Why = GoalUnknown, lacks
		return s
	}
	for _, p := range points {
		if !holds.holds(p.Value) {
			s.Failing++
		}
	}
	if n := len(points); n > 0 {
		s.Share = math.Floor(float64(n-s.Failing)*10000/float64(n)) / 100
	}
	s.Worst = worst(points, up)
	w.value(&s, points)
	w.verdict(&s, holds, len(points))
	return s
}

func (w Window) how() string {
	switch {
	case w.Goal.Stable:
		return HowStable
	case w.Goal.Share < 100:
		return HowShare
	case w.Ratio != nil && !w.Goal.Within:
		return HowWhole
	}
	return HowEvery
}

// verdict weighs what was counted. One point that does not hold is enough where every point has to, whatever is missing;
// nothing is good of which too little is known.
func (w Window) verdict(s *Score, holds condition, values int) {
	enough := s.Expected > 0 && s.Points*100 >= MinCoverage*s.Expected
	switch {
	case (s.How == HowEvery || s.How == HowStable) && s.Failing > 0:
		s.Verdict, s.Why = GoalNotMet, fmt.Sprintf("%d of %d points do not hold", s.Failing, values)
	case s.Expected == 0 || s.Points == 0:
		s.Verdict, s.Why = GoalUnknown, "there is no data"
	case !enough:
		s.Verdict, s.Why = GoalUnknown, fmt.Sprintf("%d of %d points: %.1f %% is too little, %d %% are needed", s.Points, s.Expected, s.Coverage, MinCoverage)
	case s.Value == nil:
		s.Verdict, s.Why = GoalUnknown, "there was nothing to divide by in the whole window"
	case s.How == HowWhole && !holds.holds(*s.Value):
		s.Verdict, s.Why = GoalNotMet, "over the whole window it does not hold"
	case s.How == HowShare && float64(values-s.Failing)*100 < w.Goal.Share*float64(values):
		s.Verdict, s.Why = GoalNotMet, fmt.Sprintf("%.2f %% of the points hold, %g %% are needed", s.Share, w.Goal.Share)
	case s.How == HowStable && w.Until.Before(w.To):
		s.Verdict = GoalMet // so far: the drift is known at the end
	case s.How == HowStable && s.Drift == nil:
		s.Verdict, s.Why = GoalUnknown, "no drift can be told: a quarter of the window has no points, or a mean of zero"
	case s.How == HowStable && math.Abs(*s.Drift) > MaxDrift:
		s.Verdict, s.Why = GoalNotMet, fmt.Sprintf("its mean drifted by %+.1f %% from the first quarter to the last, %d %% are allowed", *s.Drift, MaxDrift)
	default:
		s.Verdict = GoalMet
	}
}

// value is the ratio of the sums, or else the mean of the points.
func (w Window) value(s *Score, points []Point) {
	if w.Ratio != nil {
		if v, ok := w.Ratio.Eval(s.Parts); ok && finite(v) && s.Points > 0 {
			s.Value = &v
		}
	} else if m, ok := mean(points, w.From, w.To); ok {
		s.Value = &m
	}
	if !w.Goal.Stable || w.Until.Before(w.To) {
		return
	}
	quarter := w.To.Sub(w.From) / 4
	first, ok1 := mean(points, w.From, w.From.Add(quarter))
	last, ok2 := mean(points, w.To.Add(-quarter), w.To)
	if !ok1 || !ok2 || first == 0 && last != 0 {
		return
	}
	drift := 0.0
	if first != 0 {
		drift = (last - first) / math.Abs(first) * 100
	}
	if finite(drift) {
		s.Drift = &drift
	}
}

func mean(points []Point, from, to time.Time) (float64, bool) {
	sum, n := 0.0, 0
	for _, p := range points {
		if p.At.After(from) && !p.At.After(to) {
			sum += p.Value
			n++
		}
	}
	if n == 0 || !finite(sum) {
		return 0, false
	}
	return sum / float64(n), true
}

// condition is a comparison that has to hold, or one that must not.
type condition struct {
	bound
	not bool
}

func (c condition) holds(v float64) bool { return c.broken(v) != c.not }

// test is what every point is held against, whether high values are the bad ones, and what is missing to tell.
func (w Window) test() (c condition, up bool, lacks string) {
	rule := &w.Goal.Rule
	if w.Goal.Within {
		if rule = w.Warning; rule == nil {
			return c, false, "it has no warning threshold"
		}
	}
	limit, ok := rule.Threshold(w.Baseline)
	if !ok {
		return c, false, "no baseline was captured"
	}
	above := rule.Op == ">" || rule.Op == ">="
	return condition{rule.bound(limit), w.Goal.Within}, above == w.Goal.Within, ""
}

// Verdict is what several windows come to together: met where all are.
func Verdict(scores []Score) string {
	v := GoalMet
	for _, s := range scores {
		switch {
		case s.Verdict == GoalNotMet:
			return GoalNotMet
		case s.Verdict != GoalMet:
			v = GoalUnknown
		}
	}
	if len(scores) == 0 {
		return GoalUnknown
	}
	return v
}
