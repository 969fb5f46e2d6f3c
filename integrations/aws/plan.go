package aws

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tminus/model/launchfile"
	"tminus/model/room"
)

const (
	maxMetrics = 500     // of one GetMetricData call
	maxPoints  = 100_800 // of one page; a call that needs more pages pays for its metrics as many times
	countName  = "count" // of the series of a count
)

// plan is the metrics that a round needs, each once, and what each query makes of them.
type plan struct {
	wanted  []*wanted
	metrics []*metric
	known   map[string]*metric
}

// wanted is one query with its metrics.
type wanted struct {
	query   room.Query
	period  time.Duration
	single  *metric                // the monitor's metric, where it has no expression
	formula *launchfile.Expression // else this, over parts
	parts   map[string]part
	count   *metric
	err     error // why it cannot be asked at all
}

// part is a metric of an expression. Where zero is set a missing point counts as 0 beside a point of another part.
type part struct {
	*metric
	zero bool
}

// call is one GetMetricData: its metrics share one window.
type call struct {
	metrics    []*metric
	start, end time.Time
	step       time.Duration // the start is a multiple of it
}

func newPlan(queries []room.Query) *plan {
	p := &plan{known: make(map[string]*metric)}
	for _, q := range queries {
		p.wanted = append(p.wanted, p.want(q))
	}
	return p
}

func (p *plan) want(q room.Query) *wanted {
	w := &wanted{query: q}
	cw := q.Source.CloudWatch
	if cw == nil {
		w.err = fmt.Errorf("monitor %s is not read from CloudWatch metrics", q.Monitor)
		return w
	}
	w.period = cmp.Or(time.Duration(cw.Period), q.Period, time.Minute)
	if !keptBy(w.period) {
		// CloudWatch refuses a whole call for one such period, and with it everybody else's metrics.
		w.err = &room.Fault{
			Reason: fmt.Sprintf("CloudWatch keeps no points of %s", w.period),
			Hint:   "give the source a period of 1s, 5s, 10s, 20s, 30s or whole minutes in launch.yaml",
		}
		return w
	}
	if cw.Expression != "" {
		var err error
		if w.formula, err = launchfile.ParseExpression(cw.Expression); err != nil {
			w.err = fmt.Errorf("expression of %s: %w", q.Monitor, err)
			return w
		}
	}
	if !q.From.Before(q.To) {
		return w // there is nothing to ask for
	}
	if w.formula == nil {
		w.single = p.metric(cw.CWMetric, w, false)
	} else {
		w.parts = make(map[string]part, len(cw.Metrics))
		for _, name := range slices.Sorted(maps.Keys(cw.Metrics)) {
			m := cw.Metrics[name]
			w.parts[name] = part{p.metric(m, w, m.Missing == "zero" || w.formula.Divides(name)), m.Missing == "zero"}
		}
	}
	if cw.Count != nil {
		w.count = p.metric(sampleCount(*cw.Count), w, true)
	}
	return w
}

// sampleCount gives a count its statistic.
func sampleCount(m launchfile.CWMetric) launchfile.CWMetric {
	m.Stat = cmp.Or(m.Stat, "SampleCount")
	return m
}

// metric is the plan's metric of that name, widened to the query's window. A counted one cannot be negative.
func (p *plan) metric(of launchfile.CWMetric, w *wanted, counted bool) *metric {
	key := metricKey(of, w.period)
	m := p.known[key]
	if m == nil {
		m = &metric{of: of, period: w.period, from: w.query.From, to: w.query.To, values: make(map[int64]float64)}
		p.known[key] = m
		p.metrics = append(p.metrics, m)
	}
	if w.query.From.Before(m.from) {
		m.from = w.query.From
	}
	if w.query.To.After(m.to) {
		m.to = w.query.To
	}
	m.counted = m.counted || counted || of.Stat == "SampleCount"
	return m
}

// metricKey is the same for metrics that CloudWatch would answer with the same points.
func metricKey(m launchfile.CWMetric, period time.Duration) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %q %d", m.Namespace, m.Name, m.Stat, period)
	for _, name := range slices.Sorted(maps.Keys(m.Dimensions)) {
		fmt.Fprintf(&b, " %q=%q", name, m.Dimensions[name])
	}
	return b.String()
}

// calls puts the metrics into calls. Those that begin early come together, because a call has one window: a metric of a
// day beside one of two hours would fetch a day of both, and more points than a page holds are paid for twice.
func (p *plan) calls() []call {
	metrics := slices.Clone(p.metrics)
	slices.SortStableFunc(metrics, func(a, b *metric) int { return alignDown(a.from, a.period).Compare(alignDown(b.from, b.period)) })
	var calls []call
	var now call
	for _, m := range metrics {
		with := now.with(m)
		if len(now.metrics) > 0 && (len(with.metrics) > maxMetrics || with.points() > maxPoints) {
			calls = append(calls, now)
			with = call{}.with(m)
		}
		now = with
	}
	if len(now.metrics) > 0 {
		calls = append(calls, now)
	}
	return calls
}

// with is the call with one more metric. The start is a boundary of every period of the call, so that points stay on the
// same instants from one round to the next; the end is exclusive, and no point that a query wants begins after it.
func (c call) with(m *metric) call {
	if len(c.metrics) == 0 {
		c.start, c.end, c.step = m.from, m.to, m.period
	}
	c.metrics = append(c.metrics, m)
	c.step = common(c.step, m.period)
	if m.from.Before(c.start) {
		c.start = m.from
	}
	c.start = alignDown(c.start, c.step)
	if m.to.After(c.end) {
		c.end = m.to
	}
	if whole := c.end.Truncate(time.Second); whole.Before(c.end) {
		c.end = whole.Add(time.Second)
	}
	return c
}

// longestStep bounds how much more is read so that a call begins on a boundary of all its periods.
const longestStep = time.Hour

// common is the least common multiple of two periods; where that is too long to be worth it, the longer of the two.
func common(a, b time.Duration) time.Duration {
	x, y := a, b
	for y != 0 {
		x, y = y, x%y
	}
	if lcm := a / x * b; lcm <= max(longestStep, a, b) {
		return lcm
	}
	return max(a, b)
}

// points is how many points the call can bring at most.
func (c call) points() int {
	n := 0
	for _, m := range c.metrics {
		n += int(c.end.Sub(c.start)/m.period) + 1
	}
	return n
}

// alignDown is the last boundary of a period that is not after t, counted from the Unix epoch as CloudWatch does.
func alignDown(t time.Time, period time.Duration) time.Time {
	seconds, step := t.Unix(), int64(max(period/time.Second, 1))
	return time.Unix(seconds-((seconds%step)+step)%step, 0).UTC()
}

// keptBy reports whether CloudWatch keeps points of this period.
func keptBy(d time.Duration) bool {
	switch d {
	case time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second:
		return true
	}
	return d >= time.Minute && d <= 24*time.Hour && d%time.Minute == 0
}
