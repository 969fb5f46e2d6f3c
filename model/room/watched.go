package room

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// How far back points are kept, and read at the start: what the screen shows and the rules span, within these bounds.
const (
	shortestWindow = 2 * time.Hour
	longestWindow  = 24 * time.Hour
	lateMargin     = 3 * time.Minute // each read overlaps the one before by this and the settle time: late points revise
	maxRevisions   = 20              // that one entry tells of
)

// watched is one monitor with its points, oldest first.
type watched struct {
	spec     monitor.Spec
	source   launchfile.Source
	lane     *lane // nil: nothing outside is asked for it
	every    time.Duration
	window   time.Duration
	points   []monitor.Point
	counts   []monitor.Point // the samples behind the points, where they are counted
	series   map[string][]monitor.Point
	to       time.Time // read up to here
	next     time.Time // when it is asked again
	fails    int       // answers in a row that failed
	err      error
	partial  bool
	readAt   time.Time // when the source last answered
	asked    bool      // the source has answered, or failed, at least once
	revised  []launch.Revision
	triggers []triggerRule
	reading  monitor.Reading
}

// triggerRule is a trigger over a monitor, with its rule read.
type triggerRule struct {
	trigger runbook.Trigger
	rule    monitor.Rule
	text    string
}

// watch takes a monitor's rules, which were checked when the runbook was read, and its source's times. A simulated
// source answers for every monitor, with a point for each of its own intervals.
func watch(m runbook.Monitor, source launchfile.Source, simulated bool, triggers []runbook.Trigger) *watched {
	w := &watched{
		source: source, every: time.Duration(m.Every), series: map[string][]monitor.Point{},
		spec: monitor.Spec{ID: m.ID, Unit: m.Unit, Bound: source.Kind() != "" || simulated},
	}
	if w.every <= 0 {
		w.every = time.Minute
	}
	w.spec.Period, w.spec.Every = w.every, w.every
	if !simulated {
		w.spec.Period = source.Period(w.every)
		w.spec.Settle = source.Settle()
	}
	if w.spec.Settle <= 0 {
		w.spec.Settle = monitor.DefaultSettle
	}
	longest := time.Duration(0)
	for _, r := range []struct {
		text string
		into **monitor.Rule
	}{{m.Warning, &w.spec.Warning}, {m.Critical, &w.spec.Critical}} {
		if rule, err := monitor.ParseRule(r.text, m.Unit); r.text != "" && err == nil {
			*r.into = &rule
			longest = max(longest, rule.For)
		}
	}
	for _, t := range triggers {
		id, text, err := monitor.ParseTrigger(t.When)
		if t.When == "" || err != nil || id != m.ID {
			continue
		}
		if rule, err := monitor.ParseRule(text, m.Unit); err == nil {
			w.triggers = append(w.triggers, triggerRule{t, rule, text})
			longest = max(longest, rule.For)
		}
	}
	w.window = max(min(max(monitor.RecentPoints*w.spec.Period, shortestWindow), longestWindow), longest+10*w.spec.Period)
	return w
}

// query asks for what may be new since the last read; late points revise what was read, so each read overlaps the one
// before it.
func (w *watched) query(now time.Time) Query {
	from := now.Add(-w.window)
	if overlap := w.to.Add(-lateMargin - w.spec.Settle); !w.to.IsZero() && overlap.After(from) {
		from = overlap
	}
	return Query{Monitor: w.spec.ID, Source: w.source, Period: w.spec.Period, From: from, To: now}
}

// take merges an answer and returns what is new or revised, components too.
func (w *watched) take(a Answer, asked, readAt time.Time, pace int) []Sample {
	w.readAt, w.partial, w.err, w.fails = readAt, a.Partial, nil, 0
	if !a.Partial { // what is missing from a partial answer is asked for again
		w.to = asked
	}
	// Asked again just after the next period ends, so that a closed point is not a period old when it is read.
	w.next = asked.Truncate(w.every).Add(w.pause(pace))
	oldest := asked.Add(-w.window)
	samples := w.samples("", w.merge(&w.points, a.Points, oldest, true), readAt)
	samples = append(samples, w.samples("count", w.merge(&w.counts, a.Counts, oldest, false), readAt)...)
	for _, name := range sortedKeys(a.Series) {
		kept := w.series[name]
		fresh := w.merge(&kept, a.Series[name], oldest, false)
		w.series[name] = kept
		if name != "count" { // the counts are kept already
			samples = append(samples, w.samples(name, fresh, readAt)...)
		}
	}
	return samples
}

// pause is how long the monitor is left alone at a pace: never so long that good data would pass for stale by our own doing.
func (w *watched) pause(pace int) time.Duration {
	return max(w.every, min(time.Duration(pace)*w.every, w.spec.Settle*2/3))
}

// refuse takes an answer that failed.
func (w *watched) refuse(err error, asked time.Time, pace int) {
	w.err = err
	w.next = asked.Add(min(w.pause(pace), retryIn(w.fails)))
	w.fails++
}

// merge puts points in their places, lets go of those before oldest, and returns those that are new or have another value
// than before.
func (w *watched) merge(into *[]monitor.Point, points []monitor.Point, oldest time.Time, verdict bool) []monitor.Point {
	var fresh []monitor.Point
	list := *into
	for _, pt := range points {
		i, found := slices.BinarySearchFunc(list, pt, func(a, b monitor.Point) int { return a.At.Compare(b.At) })
		switch {
		case !found:
			list = slices.Insert(list, i, pt)
		case list[i].Value == pt.Value || pt.Value != pt.Value:
			continue
		default:
			if verdict && len(w.revised) < maxRevisions {
				w.revised = append(w.revised, launch.Revision{At: pt.At, From: list[i].Value, To: pt.Value})
			}
			list[i] = pt
		}
		fresh = append(fresh, pt)
	}
	*into = slices.DeleteFunc(list, func(pt monitor.Point) bool { return pt.At.Before(oldest) })
	return fresh
}

func (w *watched) samples(series string, points []monitor.Point, readAt time.Time) []Sample {
	list := make([]Sample, 0, len(points))
	for _, pt := range points {
		if pt.Value-pt.Value == 0 { // a number: neither NaN nor infinite
			list = append(list, Sample{Monitor: w.spec.ID, Series: series, At: pt.At, ReadAt: readAt, Value: pt.Value})
		}
	}
	return list
}

// askedOf reports whether a source is asked for a monitor's points, rather than people.
func askedOf(s launchfile.Source, simulated bool) bool {
	kind := s.Kind()
	return simulated || kind != "" && kind != "manual"
}

// typed takes the values that people entered, for what no source is asked about.
func (w *watched) typed(values []launch.Value, now time.Time) {
	if w.lane != nil {
		return
	}
	w.points = w.points[:0]
	for _, v := range values {
		if v.Point.At.After(now.Add(-w.window)) {
			w.points = append(w.points, v.Point)
		}
	}
	if n := len(values); n > 0 {
		w.spec.Bound, w.asked, w.readAt = true, true, values[n-1].Mark.At
	}
}

// percentile reports whether the monitor's value is one, so that few samples make it uncertain.
func (w *watched) percentile() bool {
	cw := w.source.CloudWatch
	return cw != nil && cw.Expression == "" && strings.HasPrefix(cw.Stat, "p")
}

// noReader says that this program has no way to a source.
func noReader(kind string) error { return fmt.Errorf("no reader for %s", kind) }
