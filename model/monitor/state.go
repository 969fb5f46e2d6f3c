// Package monitor judges watched metrics: threshold rules, verdicts on points, freshness. It is pure: time is an
// argument and points come in, whatever their source.
package monitor

import (
	"fmt"
	"time"
)

// State is the verdict on the newest closed point, or why there is none. The zero value knows nothing.
type State uint8

// The states, best last. Only OK may be shown as healthy. Unbound, NoRule and NoBaseline never alarm.
const (
	NoData     State = iota // bound, and no point in the window
	Stale                   // the newest point is older than the source's settle time and two periods, or two reads
	Error                   // the source could not be asked
	Unbound                 // no source
	NoRule                  // no threshold to judge by
	NoBaseline              // the rule needs a baseline that was not captured
	Crit
	Warn
	OK
)

var stateNames = [...]string{"NO DATA", "STALE", "ERROR", "UNBOUND", "NO RULE", "NO BASELINE", "CRIT", "WARN", "OK"}

func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "NO DATA"
}

// Judged reports whether there is a verdict on a value: OK, WARN or CRIT.
func (s State) Judged() bool { return s == OK || s == Warn || s == Crit }

// MarshalText writes the name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a name.
func (s *State) UnmarshalText(b []byte) error {
	for i, n := range stateNames {
		if n == string(b) {
			*s = State(i)
			return nil
		}
	}
	return fmt.Errorf("unknown monitor state %q", b)
}

// LowCount is the number of samples below which a percentile is marked as of low confidence.
const LowCount = 200

// Point is one closed point of a series. At is the end of its period.
type Point struct {
	At    time.Time `json:"at"`
	Value float64   `json:"value"`
}

// Reading is what is known of a monitor now.
type Reading struct {
	ID      string     `json:"id"`
	State   State      `json:"state"`
	Value   *float64   `json:"value"`             // newest closed point; nil: none
	Unit    string     `json:"unit,omitempty"`    //
	At      time.Time  `json:"at,omitzero"`       // end of the newest point's period
	ReadAt  time.Time  `json:"read_at,omitzero"`  // when the source last answered
	Since   time.Time  `json:"since,omitzero"`    // when State was entered
	Pending int        `json:"pending,omitempty"` // bad closed points in a row so far
	Of      int        `json:"of,omitempty"`      // how many make it fire
	Error   string     `json:"error,omitempty"`   // short reason, State Error
	NextTry time.Time  `json:"next_try,omitzero"` // after an error: when the source is asked again
	Partial bool       `json:"partial,omitempty"` // the source's last answer was not whole
	Count   *float64   `json:"count,omitempty"`   // samples behind the newest point, where they are counted
	Low     bool       `json:"low,omitempty"`     // a percentile of fewer than LowCount samples: low confidence
	Recent  []*float64 `json:"recent,omitempty"`  // newest last, one a period; null: no point. At most 60
}

// WithCounts puts beside the value how many samples stand behind it, where counts, one a point, has that of the newest
// point. A percentile of few samples is of low confidence; no other statistic is. Of several counts for the same instant the
// later in the slice is right.
func (r *Reading) WithCounts(counts []Point, percentile bool) {
	r.Count, r.Low = nil, false
	if r.Value == nil {
		return
	}
	for i := len(counts) - 1; i >= 0; i-- {
		c := counts[i].Value
		if counts[i].At.Equal(r.At) && finite(c) && c >= 0 {
			r.Count, r.Low = &c, percentile && c < LowCount
			return
		}
	}
}
