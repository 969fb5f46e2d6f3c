package report

import (
	"fmt"
	"math"
	"time"

	"tminus/model/monitor"
	"tminus/model/runbook"
)

// columns is how many columns of pixels a chart has; each keeps its least and greatest value, so that spikes stay.
const columns = 600

// Series is a monitor with what was read of it.
type Series struct {
	Monitor  runbook.Monitor
	Period   time.Duration
	Warning  *Limit
	Critical *Limit
	Before   Stats // points up to T-0
	After    Stats
	Outside  int // points beyond the charts' axis
	Typed    bool
	Columns  []Column

	rules [2]*monitor.Rule
	base  *float64
}

// Limit is a threshold as a number.
type Limit struct {
	Value float64
	Rule  string
}

// Stats sums points up.
type Stats struct {
	Points, Warn, Crit  int
	Min, Max, Sum, Last float64
	LastAt              time.Time
}

// Mean is the mean of the points.
func (s Stats) Mean() float64 { return s.Sum / float64(max(s.Points, 1)) }

// Column is what a chart shows at one place of its axis.
type Column struct {
	X                     int
	First, Last, Min, Max float64
	From, To              time.Time // of its first and last point
	Warn, Crit            bool
}

// SourceReads sums up the rounds with a source.
type SourceReads struct {
	Source                                 string
	Rounds, OK, Partial, Failed, Requested int
	LastFailure                            string
	LastFailureAt                          time.Time
}

// axis is the time that the charts show.
type axis struct{ from, to time.Time }

func (a axis) holds(at time.Time) bool { return !at.Before(a.from) && !at.After(a.to) }

// place is where an instant stands, from 0 to 1.
func (a axis) place(at time.Time) float64 {
	if !a.to.After(a.from) {
		return 0.5
	}
	return float64(at.Sub(a.from)) / float64(a.to.Sub(a.from))
}

func limitOf(text, unit string, base *float64) (*Limit, *monitor.Rule) {
	rule, err := monitor.ParseRule(text, unit)
	if text == "" || err != nil {
		return nil, nil
	}
	value, ok := rule.Threshold(base)
	if !ok {
		return nil, nil
	}
	return &Limit{value, text}, &rule
}

func (s *Stats) add(p monitor.Point, warn, crit bool) {
	if s.Points == 0 {
		s.Min, s.Max = p.Value, p.Value
	}
	s.Points++
	s.Sum += p.Value
	s.Min, s.Max = min(s.Min, p.Value), max(s.Max, p.Value)
	s.Last, s.LastAt = p.Value, p.At
	if warn {
		s.Warn++
	}
	if crit {
		s.Crit++
	}
}

// number writes a value with its unit.
func number(v float64, unit string) string {
	text := fmt.Sprintf("%.4g", v)
	if v != 0 && (math.Abs(v) >= 1e5 || math.Abs(v) < 1e-3) {
		text = fmt.Sprintf("%.3e", v)
	} else if math.Abs(v) >= 1e4 {
		text = fmt.Sprintf("%.0f", v)
	}
	if unit == "" {
		return text
	}
	return text + " " + unit
}
