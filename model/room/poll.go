package room

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/runbook"
	"tminus/model/screen"
)

const (
	readLimit  = 10 * time.Second // one call of a source, in wall time
	retryAfter = 15 * time.Second // a source that failed is asked again no sooner, in launch time
	lateMargin = 3 * time.Minute  // each read overlaps the one before by this and the settle time: late points revise
	maxUnkept  = 10_000           // samples held back while they cannot be stored
	// How far back points are kept, and read at the start: what the screen shows, within these bounds.
	shortestWindow = 2 * time.Hour
	longestWindow  = 24 * time.Hour
)

// poller asks the source for the monitors that are due, in one call at a time. The room's goroutine owns it; reading and
// keeping samples run beside it and come back through answers and kept.
type poller struct {
	source  Source
	store   Store
	launch  string
	watched []*watched
	answers chan answered
	kept    chan keeping
	busy    bool     // a round is being read or kept
	unkept  []Sample // what could not be stored, for the next round

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

// watched is one monitor with its points, oldest first.
type watched struct {
	spec    monitor.Spec
	source  launchfile.Source
	every   time.Duration
	window  time.Duration
	points  []monitor.Point
	to      time.Time // read up to here
	next    time.Time // when it is asked again
	err     error
	readAt  time.Time // when the source last answered
	asked   bool      // the source has answered, or failed, at least once
	reading monitor.Reading
}

// answered is one round with the source.
type answered struct {
	at      time.Time
	asked   []*watched
	answers []Answer
	err     error
}

// keeping is what became of storing a round.
type keeping struct {
	samples []Sample
	err     error
}

func newPoller(s *launch.State, cfg Config) *poller {
	p := &poller{
		source: cfg.Source, store: cfg.Store, launch: s.Name,
		answers: make(chan answered, 1), kept: make(chan keeping, 1),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	for _, m := range slices.Concat(s.Runbook.Monitors, s.File.Monitors) {
		bound, isBound := s.File.Sources[m.ID]
		w := watch(m, bound, isBound && bound.Manual == nil, cfg.Simulated)
		if w.spec.Bound && cfg.Source == nil {
			w.err = fmt.Errorf("no reader for %s", sourceName(bound))
		}
		w.reading = monitor.Eval(w.spec, nil, w.err, s.Head.At)
		p.watched = append(p.watched, w)
	}
	return p
}

// watch takes a monitor's rules, which were checked when the runbook was read, and its source's times. A simulated
// source answers for every monitor, with a point for each of its own intervals.
func watch(m runbook.Monitor, source launchfile.Source, bound, simulated bool) *watched {
	w := &watched{source: source, every: time.Duration(m.Every), spec: monitor.Spec{ID: m.ID, Unit: m.Unit, Bound: bound || simulated}}
	if w.every <= 0 {
		w.every = time.Minute
	}
	w.spec.Period = w.every
	if bound && !simulated {
		period, settle := sourceTimes(source)
		if period > 0 {
			w.spec.Period = period
		}
		w.spec.Settle = settle
	}
	if w.spec.Settle <= 0 {
		w.spec.Settle = monitor.DefaultSettle
	}
	w.window = min(max(monitor.RecentPoints*w.spec.Period, shortestWindow), longestWindow)
	for _, r := range []struct {
		text string
		into **monitor.Rule
	}{{m.Warning, &w.spec.Warning}, {m.Critical, &w.spec.Critical}} {
		if rule, err := monitor.ParseRule(r.text, m.Unit); r.text != "" && err == nil {
			*r.into = &rule
		}
	}
	return w
}

func sourceTimes(s launchfile.Source) (period, settle time.Duration) {
	switch {
	case s.CloudWatch != nil:
		return time.Duration(s.CloudWatch.Period), time.Duration(s.CloudWatch.Settle)
	case s.Prometheus != nil:
		return time.Duration(s.Prometheus.Period), time.Duration(s.Prometheus.Settle)
	case s.HTTP != nil:
		return time.Duration(s.HTTP.Period), 0
	}
	return 0, 0
}

func sourceName(s launchfile.Source) string {
	switch {
	case s.CloudWatch != nil:
		return "cloudwatch"
	case s.Prometheus != nil:
		return "prometheus"
	case s.HTTP != nil:
		return "http"
	}
	return "this source"
}

// logLines are the newest log lines, oldest first.
func (p *poller) logLines() []screen.LogLine { return nil }

// stop ends what runs beside the room, and waits for it.
func (p *poller) stop() {
	p.cancel()
	p.wg.Wait()
}

// ask reads every monitor that is due, in one call of its own goroutine; while a call is under way nothing is asked.
func (p *poller) ask(now time.Time) {
	if p.source == nil || p.busy {
		return
	}
	round := answered{at: now}
	var queries []Query
	for _, w := range p.watched {
		if !w.spec.Bound || now.Before(w.next) {
			continue
		}
		from := now.Add(-w.window)
		if overlap := w.to.Add(-lateMargin - w.spec.Settle); !w.to.IsZero() && overlap.After(from) {
			from = overlap
		}
		queries = append(queries, Query{Monitor: w.spec.ID, Source: w.source, Period: w.spec.Period, From: from, To: now})
		round.asked = append(round.asked, w)
	}
	if len(queries) == 0 {
		return
	}
	p.busy = true
	p.wg.Go(func() {
		ctx, cancel := context.WithTimeout(p.ctx, readLimit)
		defer cancel()
		var r Round
		r, round.err = p.source.Read(ctx, queries)
		round.answers = r.Answers
		switch {
		case round.err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
			round.err = fmt.Errorf("no answer within %s", readLimit)
		case round.err == nil && len(round.answers) != len(queries):
			round.err = fmt.Errorf("%d queries were answered with %d answers", len(queries), len(round.answers))
		}
		p.answers <- round // one round at a time: there is room for it
	})
}

// take merges a round into the points and returns what is new or revised, and how the round went.
func (p *poller) take(a answered) ([]Sample, Read) {
	read := Read{Source: "monitors", At: a.at, Outcome: "ok", Requested: len(a.asked)}
	var samples []Sample
	for i, w := range a.asked {
		w.asked = true
		err := a.err
		if err == nil {
			err = a.answers[i].Err
		}
		if err == nil && a.answers[i].Partial {
			read.Outcome = "partial"
		}
		w.err = err
		if err != nil {
			w.next = a.at.Add(min(w.every, retryAfter))
			read.Outcome, read.Detail = "partial", w.spec.ID+": "+err.Error()
			continue
		}
		// Asked again just after the next period ends, so that a closed point is not a period old when it is read.
		w.readAt, w.to, w.next = a.at, a.at, a.at.Truncate(w.every).Add(w.every)
		fresh := w.merge(a.answers[i].Points)
		for _, pt := range fresh {
			samples = append(samples, Sample{Monitor: w.spec.ID, At: pt.At, ReadAt: a.at, Value: pt.Value})
		}
		oldest := a.at.Add(-w.window)
		w.points = slices.DeleteFunc(w.points, func(pt monitor.Point) bool { return pt.At.Before(oldest) })
	}
	if a.err != nil {
		read.Outcome, read.Detail = "error", a.err.Error()
	}
	return samples, read
}

// merge puts points in their places and returns those that are new or have another value than before.
func (w *watched) merge(points []monitor.Point) []monitor.Point {
	var fresh []monitor.Point
	for _, pt := range points {
		i, found := slices.BinarySearchFunc(w.points, pt, func(a, b monitor.Point) int { return a.At.Compare(b.At) })
		switch {
		case !found:
			w.points = slices.Insert(w.points, i, pt)
		case w.points[i].Value == pt.Value:
			continue
		default:
			w.points[i] = pt
		}
		fresh = append(fresh, pt)
	}
	return fresh
}

// keep stores a round's samples beside the room; the next round waits for it.
func (p *poller) keep(samples []Sample, read Read) {
	samples = append(p.unkept, samples...)
	p.unkept = nil
	p.wg.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), writeLimit)
		defer cancel()
		k := keeping{}
		if len(samples) > 0 {
			k.err = p.store.AppendSamples(ctx, p.launch, samples)
		}
		if k.err != nil {
			k.samples = samples
		} else {
			k.err = p.store.AppendRead(ctx, p.launch, read)
		}
		p.kept <- k
	})
}
