package room

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/screen"
)

// usdPerMetric is CloudWatch's price of one metric in a GetMetricData call.
const usdPerMetric = 0.01 / 1000

// maxLines is how many log lines are kept for the screen.
const maxLines = 500

// poller asks the sources for the monitors that are due. The room's goroutine owns it; reading and keeping samples run
// beside it and come back through answers and kept.
type poller struct {
	launch  string
	watched []*watched
	lanes   []*lane // in the order of their first monitor
	answers chan answered
	keep    keeper
	spent   int64              // metrics requested of CloudWatch
	lines   []screen.LogLine   // newest matching log lines, oldest first
	seen    map[string]bool    // ids of lines
	verdict map[string]verdict // by trigger id
	follow  *follower          // of the success criteria

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

// verdict is what the points say of a trigger now.
type verdict = monitor.TriggerVerdict

func newPoller(s *launch.State, cfg Config) *poller {
	p := &poller{launch: s.Name, answers: make(chan answered), seen: map[string]bool{}, verdict: map[string]verdict{}, follow: newFollower()}
	p.keep = keeper{store: cfg.Store, launch: s.Name, kept: make(chan keeping, 1), sealed: make(chan sealing, 1), last: s.Sealed.To}
	p.watch(s, cfg.Sources)
	return p
}

// watch makes a lane for every source, and has every monitor asked for anew.
func (p *poller) watch(s *launch.State, sources map[string]Source) {
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.watched, p.lanes = nil, nil
	simulated := sources[Simulated] != nil
	for _, m := range s.Watched() {
		w := watch(m, s.File.SourceOf(m.ID), simulated, s.Runbook.Triggers)
		w.lane = p.laneOf(w.source, simulated, sources)
		if w.lane != nil && w.lane.source == nil {
			w.err = noReader(w.lane.kind)
		}
		w.reading = monitor.Eval(w.spec, nil, w.err, s.Head.At)
		p.watched = append(p.watched, w)
	}
}

// laneOf finds or makes the lane of a source; nil: nothing outside is asked.
func (p *poller) laneOf(s launchfile.Source, simulated bool, sources map[string]Source) *lane {
	name, kind := laneName(s), s.Kind()
	if simulated {
		name, kind = Simulated, Simulated
	}
	if !askedOf(s, simulated) {
		return nil
	}
	if i := slices.IndexFunc(p.lanes, func(l *lane) bool { return l.name == name }); i >= 0 {
		return p.lanes[i]
	}
	l := &lane{name: name, kind: kind, source: sources[kind], pace: 1, health: screen.SourceHealth{Name: name}}
	p.lanes = append(p.lanes, l)
	return l
}

// recall takes up what an earlier room has read: points that a source without history will not tell again, and what was
// spent. What was read from another source than the one in force is not taken up. A store that cannot be read costs no more
// than that.
func (p *poller) recall(ctx context.Context, store Store, s *launch.State, now time.Time) {
	for _, w := range p.watched {
		if w.lane == nil {
			continue
		}
		if points, err := Series(ctx, store, p.launch, w.spec.ID, later(now.Add(-w.window), s.SourceSince(w.spec.ID)), now); err == nil {
			w.points = points
		}
	}
	if n, err := store.Requested(ctx, p.launch, "cloudwatch"); err == nil {
		p.spent = n
	}
}

// stop ends what runs beside the room, and waits for it.
func (p *poller) stop() {
	p.cancel()
	p.wg.Wait()
}

// ask reads every monitor that is due, in one call a lane, each in a goroutine of its own.
func (p *poller) ask(now time.Time) {
	for _, l := range p.lanes {
		if !l.free(now) {
			continue
		}
		a := answered{lane: l, at: now}
		var queries []Query
		for _, w := range p.watched {
			if w.lane == l && !now.Before(w.next) {
				queries = append(queries, w.query(now))
				a.asked = append(a.asked, w)
			}
		}
		if len(queries) == 0 {
			continue
		}
		p.beside(&a, queries, func(gone <-chan struct{}) {
			select {
			case p.answers <- a:
			case <-gone:
			}
		})
	}
}

// beside reads through an answer's lane beside the room and hands the answer over. gone is closed when nobody waits for it
// any more: the room ends, or other documents than those that it was asked by come into force.
func (p *poller) beside(a *answered, queries []Query, hand func(gone <-chan struct{})) {
	a.lane.busy = true
	ctx := p.ctx
	p.wg.Go(func() {
		began := time.Now()
		a.round, a.err = a.lane.read(ctx, queries)
		a.took = time.Since(began)
		hand(ctx.Done())
	})
}

// take merges a round into the points, and has what is new or revised kept.
func (p *poller) take(a answered, now time.Time) {
	l := a.lane
	l.took(&a, now)
	read := Read{Source: l.name, At: now, Outcome: "ok", Requested: a.round.Metrics, Detail: a.round.Notice}
	readAt := p.keep.stamp(now)
	var samples []Sample
	for i, w := range a.asked {
		w.asked = true
		err := a.err
		if err == nil {
			err = a.round.Answers[i].Err
		}
		if err != nil {
			w.refuse(err, a.at, l.pace)
			read.Outcome, read.Detail = "partial", w.spec.ID+": "+err.Error()
			continue
		}
		if a.round.Answers[i].Partial {
			read.Outcome = "partial"
		}
		samples = append(samples, w.take(a.round.Answers[i], a.at, readAt, l.pace)...)
		p.noteLines(a.round.Answers[i].Lines)
	}
	if a.err != nil {
		read.Outcome, read.Detail = "error", a.err.Error()
	}
	if l.kind == "cloudwatch" {
		p.spent += int64(a.round.Metrics)
	}
	p.follow.add(samples)
	p.keep.put(samples, read)
	p.keep.next(&p.wg)
}

// noteLines adds log lines that were not seen before.
func (p *poller) noteLines(lines []screen.LogLine) {
	added := false
	for _, line := range lines {
		if id := line.Level + " " + line.ID; !p.seen[id] {
			p.seen[id], added = true, true
			p.lines = append(p.lines, line)
		}
	}
	if !added {
		return
	}
	slices.SortStableFunc(p.lines, func(a, b screen.LogLine) int { return a.At.Compare(b.At) })
	if over := len(p.lines) - maxLines; over > 0 {
		p.lines = slices.Clone(p.lines[over:])
	}
	if len(p.seen) > 20*maxLines { // ids of lines long gone: what is read again is older than what is kept
		clear(p.seen)
		for _, line := range p.lines {
			p.seen[line.Level+" "+line.ID] = true
		}
	}
}

// logLines are the newest log lines, oldest first.
func (p *poller) logLines() []screen.LogLine { return slices.Clone(p.lines) }

func (p *poller) spend() screen.Spend {
	return screen.Spend{Metrics: p.spent, USD: float64(p.spent) * usdPerMetric}
}

func (p *poller) health() []screen.SourceHealth {
	list := make([]screen.SourceHealth, len(p.lanes))
	for i, l := range p.lanes {
		list[i] = l.health
		if l.source == nil {
			list[i].Error = noReader(l.kind).Error()
		}
	}
	return list
}

func (p *poller) monitor(id string) *watched {
	if i := slices.IndexFunc(p.watched, func(w *watched) bool { return w.spec.ID == id }); i >= 0 {
		return p.watched[i]
	}
	return nil
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
