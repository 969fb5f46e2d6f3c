package aws

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/room"
)

// metric is one metric of a round with what CloudWatch answered. Instants are Unix seconds of a period's end.
type metric struct {
	of       launchfile.CWMetric
	period   time.Duration
	from, to time.Time
	counted  bool // a negative value is nonsense

	values map[int64]float64
	broken map[int64]bool // there was a value, and it is no number that can be used
	status types.StatusCode
	cut    bool // the call ended before its last page
	fault  *room.Fault
	notice string
}

// take adds a page's result. The last status counts, except that an error stays: what it left out does not come later.
func (m *metric) take(r types.MetricDataResult) {
	for i := range min(len(r.Timestamps), len(r.Values)) {
		at, v := r.Timestamps[i].Add(m.period).Unix(), r.Values[i]
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			m.drop(at)
		case v < 0 && m.counted:
			m.drop(at)
			m.notice = reason(fmt.Sprintf("CloudWatch has a negative count of %s %s, which was left out", m.of.Namespace, m.of.Name))
		default:
			m.values[at] = v
		}
	}
	if len(r.Timestamps) != len(r.Values) {
		m.cut = true
	}
	m.status = r.StatusCode
	switch r.StatusCode {
	case types.StatusCodeInternalError:
		m.fault = &room.Fault{Reason: reason("CloudWatch had an internal error" + messages(r))}
	case types.StatusCodeForbidden:
		m.fault = &room.Fault{Kind: room.FaultDenied, Reason: reason("access denied" + messages(r)), Hint: "allow cloudwatch:GetMetricData"}
	}
}

func (m *metric) drop(at int64) {
	if m.broken == nil {
		m.broken = make(map[int64]bool)
	}
	m.broken[at] = true
	delete(m.values, at)
}

func messages(r types.MetricDataResult) string {
	s := ""
	for _, m := range r.Messages {
		s += "; " + aws.ToString(m.Code) + ": " + aws.ToString(m.Value)
	}
	return s
}

// partial reports that the source may have points that were not read. No status at all is no complete answer.
func (m *metric) partial() bool { return m.cut || m.status != types.StatusCodeComplete }

// points are the metric's points of a query's window, oldest first.
func (m *metric) points(q room.Query) []monitor.Point {
	return points(m.values, q)
}

func points(values map[int64]float64, q room.Query) []monitor.Point {
	var all []monitor.Point
	for _, at := range slices.Sorted(maps.Keys(values)) {
		if t := time.Unix(at, 0).UTC(); t.After(q.From) && !t.After(q.To) {
			all = append(all, monitor.Point{At: t, Value: values[at]})
		}
	}
	return all
}

// answer makes a query's answer of its metrics, and a notice where its count could not be read: a monitor is worth
// reading without.
func (w *wanted) answer() (room.Answer, string) {
	a, notice := room.Answer{Monitor: w.query.Monitor, Err: w.err}, ""
	if w.err != nil {
		return a, ""
	}
	if w.count != nil {
		if w.count.fault != nil {
			notice = "the samples of " + w.query.Monitor + " are not counted: " + w.count.fault.Reason
		} else {
			a.Counts = w.count.points(w.query)
			a.Series = map[string][]monitor.Point{countName: a.Counts}
		}
	}
	switch {
	case w.single != nil && w.single.fault != nil:
		a.Err = w.single.fault
	case w.single != nil:
		a.Points, a.Partial = w.single.points(w.query), w.single.partial()
	case w.parts != nil:
		w.compute(&a)
	}
	if a.Err != nil {
		return room.Answer{Monitor: a.Monitor, Err: a.Err}, ""
	}
	return a, notice
}

// compute evaluates the expression at every instant where any of its parts has a point.
func (w *wanted) compute(a *room.Answer) {
	if a.Series == nil {
		a.Series = make(map[string][]monitor.Point, len(w.parts))
	}
	names := w.formula.Names()
	// An instant is worth computing where a part has a point that is not assumed.
	instants := make(map[int64]bool)
	for name, p := range w.parts {
		if p.fault != nil {
			a.Err = p.fault
			return
		}
		a.Partial = a.Partial || p.partial()
		a.Series[name] = p.points(w.query)
		if slices.Contains(names, name) && !p.zero {
			for at := range p.values {
				instants[at] = true
			}
		}
	}
	values := make(map[int64]float64, len(instants))
	for at := range instants {
		in := make(map[string]float64, len(names))
		for _, name := range names {
			if v, ok := w.parts[name].at(at); ok {
				in[name] = v
			}
		}
		if v, ok := w.formula.Eval(in); ok {
			values[at] = v
		}
	}
	a.Points = points(values, w.query)
}

// at is the part's value at an instant where another part has one. Nothing is assumed to be zero where the answer was
// not whole, or where there was a value that cannot be used.
func (p part) at(at int64) (float64, bool) {
	if p.metric == nil {
		return 0, false
	}
	v, ok := p.values[at]
	if !ok && p.zero && !p.partial() && !p.broken[at] {
		return 0, true
	}
	return v, ok
}
