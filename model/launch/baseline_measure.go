package launch

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"tminus/model/monitor"
	"tminus/model/runbook"
)

const (
	day            = 24 * time.Hour
	baselineDays   = 7             // how many days count where no window is given
	baselineHours  = 2 * time.Hour // from T-0's time of day
	baselineAtMost = 14 * day
	reasonsShown   = 4
)

// windows are what the baseline is the mean of, oldest first: the one that was asked for, or the same hours as the launch's
// first two on the newest seven days before it on which they have ended.
func (r *request) windows() ([]Window, *Refusal) {
	if r.args["from"] == "" {
		if r.args["to"] != "" {
			return nil, usage("to=%s without from=…; expected when the window begins", short(r.args["to"]))
		}
		return sameHours(r.s.Clock.T0, r.now), nil
	}
	from, refusal := r.moment("from")
	if refusal != nil {
		return nil, refusal
	}
	to := r.now.Truncate(time.Second)
	if r.args["to"] != "" {
		if to, refusal = r.moment("to"); refusal != nil {
			return nil, refusal
		}
	}
	switch {
	case to.After(r.now):
		return nil, no(instant(to)+" is still to come", "a baseline is measured on what was: leave to out, or give an earlier instant")
	case !from.Before(to):
		return nil, no(fmt.Sprintf("from %s to %s is no time", instant(from), instant(to)), "from comes before to")
	case to.Sub(from) > baselineAtMost:
		return nil, no(fmt.Sprintf("from %s to %s is more than 14 days", instant(from), instant(to)), "give a shorter window")
	}
	return []Window{{From: from, To: to}}, nil
}

// sameHours are the two hours from T-0's time of day on the newest seven days before it on which they have ended by now.
func sameHours(t0, now time.Time) []Window {
	on := func(daysBefore int) Window { // days of UTC: as long as each other, and no T-0 is too far for them
		from := t0.UTC().AddDate(0, 0, -daysBefore)
		return Window{From: from, To: from.Add(baselineHours)}
	}
	newest := max(int((t0.Unix()-now.Unix())/int64(day/time.Second)), 1)
	for on(newest).To.After(now) {
		newest++
	}
	var all []Window
	for k := newest + baselineDays - 1; k >= newest; k-- {
		all = append(all, on(k))
	}
	return all
}

// moment reads an instant that may have passed: 2026-11-23T10:00:00Z, a mark such as L-1d or T-2h, or 24h: that long ago.
func (r *request) moment(arg string) (time.Time, *Refusal) {
	v := r.args[arg]
	if d, err := runbook.ParseDuration(v); err == nil {
		return r.now.Add(-time.Duration(d)).Truncate(time.Second), nil
	}
	if m, err := runbook.ParseMark(v); err == nil {
		return m.Time(r.s.Clock.T0).UTC(), nil
	}
	if t, err := time.Parse(time.RFC3339, v); err == nil && t.UTC().Year() > 0 && t.UTC().Year() < 10000 {
		return t.UTC(), nil
	}
	return time.Time{}, usage("%s=%s is no instant; expected one such as 2026-11-23T10:00:00Z, L-1d, T-2h, or 24h: that long ago", arg, short(v))
}

// baselineNeeds asks for the windows of every monitor that something outside knows the past of.
func baselineNeeds(r *request) (*Needs, *Refusal) {
	if r.args["value"] != "" {
		return nil, nil
	}
	list, windows, refusal := r.toMeasure()
	if refusal != nil {
		return nil, refusal
	}
	needs := &Needs{}
	for _, m := range list {
		if r.s.source(m.ID) == "" {
			continue
		}
		for _, w := range windows {
			needs.Windows = append(needs.Windows, Window{Monitor: m.ID, From: w.From, To: w.To})
		}
	}
	if len(needs.Windows) == 0 {
		return nil, nil
	}
	return needs, nil
}

func (r *request) toMeasure() ([]*runbook.Monitor, []Window, *Refusal) {
	list, refusal := r.targets()
	if refusal != nil {
		return nil, nil, refusal
	}
	windows, refusal := r.windows()
	return list, windows, refusal
}

func decideCapture(r *request) ([]Event, *Refusal) {
	if r.args["value"] != "" {
		return r.byHand()
	}
	list, windows, refusal := r.toMeasure()
	if refusal != nil {
		return nil, refusal
	}
	d := BaselineCaptured{By: r.by}
	for _, m := range list {
		c, why := r.capture(m, windows)
		if why != "" {
			d.Missing = append(d.Missing, NotCaptured{Monitor: m.ID, Why: why})
			continue
		}
		d.Captured = append(d.Captured, c)
	}
	if len(d.Captured) == 0 {
		return nil, r.nothingCaptured(d.Missing)
	}
	return []Event{{Kind: "baseline.captured", Data: d}}, nil
}

func (r *request) nothingCaptured(missing []NotCaptured) *Refusal {
	var reasons []string
	for _, m := range missing[:min(len(missing), reasonsShown)] {
		reasons = append(reasons, r.s.monitorName(m.Monitor)+": "+m.Why)
	}
	if more := len(missing) - reasonsShown; more > 0 {
		reasons = append(reasons, fmt.Sprintf("and %d more", more))
	}
	return no("no baseline could be captured. "+strings.Join(reasons, "; "),
		"try another window (from=24h), or give it by hand: baseline.capture monitor="+missing[0].Monitor+" value=…")
}

// capture is a monitor's mean over the windows, or why there is none. A source that failed for one of them has not said
// what the mean is.
func (r *request) capture(m *runbook.Monitor, windows []Window) (Capture, string) {
	points, none := entered(r.s.Values[m.ID]), "nobody entered a value of that time"
	if r.s.source(m.ID) != "" {
		points, none = nil, "it has no points in that time"
		if r.read != nil {
			if why := r.read.Errors[m.ID]; why != "" {
				return Capture{}, cut(why, maxWhy)
			}
			points = r.read.Points[m.ID]
			windows = asked(r.read.Windows, m.ID, windows)
		}
	}
	mean, n := meanOf(points, windows)
	switch {
	case n == 0:
		return Capture{}, none
	case math.IsNaN(mean) || math.IsInf(mean, 0): // their sum was too large
		return Capture{}, "its points are too large to average"
	}
	return Capture{Monitor: m.ID, Mean: mean, Points: n, From: windows[0].From, To: windows[len(windows)-1].To, Unit: m.Unit}, ""
}

// maxWhy is how much of a source's error is kept, in bytes.
const maxWhy = 300

// asked are the windows of a monitor as they were asked; those of now where the answer does not say.
func asked(all []Window, id string, now []Window) []Window {
	var own []Window
	for _, w := range all {
		if w.Monitor == id {
			own = append(own, w)
		}
	}
	if len(own) == 0 {
		return now
	}
	slices.SortFunc(own, func(a, b Window) int { return a.From.Compare(b.From) })
	return own
}

func entered(values []Value) []monitor.Point {
	var points []monitor.Point
	for _, v := range values {
		points = append(points, v.Point)
	}
	return points
}

// meanOf is the mean of the finite points within the windows, and how many they are.
func meanOf(points []monitor.Point, windows []Window) (float64, int) {
	sum, n := 0.0, 0
	for _, p := range points {
		in := slices.ContainsFunc(windows, func(w Window) bool { return p.At.After(w.From) && !p.At.After(w.To) })
		if in && !math.IsNaN(p.Value) && !math.IsInf(p.Value, 0) {
			sum += p.Value
			n++
		}
	}
	if n == 0 {
		return 0, 0
	}
	return sum / float64(n), n
}
