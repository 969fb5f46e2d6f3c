package room

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
)

// Playback tells a launch as it stood at any instant, from its journal and samples alone: what is past cannot be acted on.
// Its methods are safe for concurrent use; one is carried out at a time. Going on is an incremental fold, going back a new
// one, which a launch of ten thousand entries has in tens of milliseconds.
type Playback struct {
	store  Store
	launch string
	mode   launch.Mode

	mu      sync.Mutex
	entries []journal.Entry
	newer   string // why the entries after these cannot be read; empty: there are none
	state   *launch.State
	folded  int // entries that state has
	lines   []screen.Line
	words   map[string]launch.MonitorChanged // by monitor id: the journal's last word
}

// NewPlayback reads and checks a launch's journal. A broken chain is an error, and so is one that disagrees with an anchor.
func NewPlayback(ctx context.Context, store Store, name string, anchors ...journal.Head) (*Playback, error) {
	p := &Playback{store: store, launch: name}
	for e, err := range journal.Entries(name, store.Rows(ctx, name, 0), anchors) {
		if errors.Is(err, journal.ErrNewer) && len(p.entries) > 0 {
			p.newer = err.Error()
			break
		}
		if err != nil && len(p.entries) == 0 && notThere(ctx, store, name) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read the journal of %s: %w", name, err)
		}
		p.entries = append(p.entries, e)
	}
	if len(p.entries) == 0 {
		return nil, fmt.Errorf("there is no launch %q in the database", name)
	}
	p.mode = launch.Mode(p.entries[0].Mode)
	return p, p.start(ctx)
}

// playedBack is a room's own playback, made when somebody first asks for it.
type playedBack struct {
	mu sync.Mutex
	p  *Playback
}

func (b *playedBack) of(ctx context.Context, cfg Config) (*Playback, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.p == nil {
		p, err := NewPlayback(ctx, cfg.Store, cfg.Launch, cfg.Anchors...)
		if err != nil {
			return nil, err
		}
		b.p = p
	}
	return b.p, nil
}

// Span is from when to when there is something to tell: the first entry's time and the newest's.
func (p *Playback) Span() (from, to time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.entries[0].At, p.entries[len(p.entries)-1].At
}

// At is the launch as it stood at an instant of launch time, for a viewer. What stood in no journal and no sample then (who
// had a cockpit open, what a running call told, the room's process) is not told.
func (p *Playback) At(ctx context.Context, at time.Time, who launch.Who) (*screen.Screen, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at = at.UTC()
	if first := p.entries[0].At; at.Before(first) {
		return nil, fmt.Errorf("%s was planned at %s; there is nothing to tell of %s", p.launch, first.Format(time.RFC3339), at.Format(time.RFC3339))
	}
	if err := p.extend(ctx, at); err != nil {
		return nil, err
	}
	if err := p.fold(ctx, at); err != nil {
		return nil, err
	}
	facts, err := p.facts(ctx, at)
	if err != nil {
		return nil, err
	}
	return screen.Present(p.state, facts, p.lines, at).For(screen.YouOf(p.state, who)), nil
}

// Plan is what did not change since the instant that was told last.
func (p *Playback) Plan(context.Context) (*screen.Plan, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return screen.PlanOf(p.state), nil
}

// extend takes up what was appended since, where the instant may lie behind it.
func (p *Playback) extend(ctx context.Context, at time.Time) error {
	last := p.entries[len(p.entries)-1]
	if p.newer != "" || at.Before(last.At) {
		return nil
	}
	for row, err := range p.store.Rows(ctx, p.launch, last.Seq) {
		if err != nil {
			return fmt.Errorf("read the journal of %s: %w", p.launch, err)
		}
		e, err := journal.Parse(row)
		switch {
		case errors.Is(err, journal.ErrNewer):
			p.newer = err.Error()
			return nil
		case err != nil:
			return fmt.Errorf("read the journal of %s: %w", p.launch, err)
		case e.Prev != last.Hash:
			return fmt.Errorf("read the journal of %s: entry %d does not follow on entry %d; tminus verify tells more", p.launch, e.Seq, last.Seq)
		}
		p.entries, last = append(p.entries, e), e
	}
	return nil
}

// start is the fold of the first entry alone.
func (p *Playback) start(ctx context.Context) error {
	state, err := planned(ctx, p.store, p.entries[0])
	if err != nil {
		return err
	}
	for _, e := range p.entries {
		if err := provide(ctx, p.store, state, e); err != nil {
			return err
		}
	}
	p.state, p.folded, p.words = state, 1, map[string]launch.MonitorChanged{}
	p.lines = []screen.Line{screen.LineOf(state, p.entries[0])}
	return nil
}

// fold brings the state to an instant.
func (p *Playback) fold(ctx context.Context, at time.Time) error {
	n, _ := slices.BinarySearchFunc(p.entries, at, func(e journal.Entry, at time.Time) int {
		if e.At.After(at) {
			return 1
		}
		return -1
	})
	if n < p.folded {
		if err := p.start(ctx); err != nil {
			return err
		}
	}
	for ; p.folded < n; p.folded++ {
		e := p.entries[p.folded]
		if err := p.state.Apply(e); err != nil && p.state.ReadOnly == "" {
			p.state.ReadOnly = err.Error()
		}
		if e.Kind == launch.KindMonitorChanged {
			var w launch.MonitorChanged
			if json.Unmarshal(e.Data, &w) == nil { // what cannot be read changed nothing
				p.words[w.Monitor] = w
			}
		}
		if n-p.folded <= keptLines {
			p.lines = append(p.lines, screen.LineOf(p.state, e))
		}
	}
	p.lines = slices.Clone(p.lines[max(0, len(p.lines)-keptLines):])
	return nil
}

// facts is what was true around the launch, as far as it was kept.
func (p *Playback) facts(ctx context.Context, at time.Time) (screen.Facts, error) {
	anchor := launch.Anchor{At: at, Wall: at} // the clock of what is told stands
	f := screen.Facts{
		Readings: map[string]monitor.Reading{}, Verdicts: map[string]verdict{}, ReadOnly: p.state.ReadOnly, Anchor: anchor,
	}
	every := time.Duration(0)
	for _, m := range p.state.Watched() {
		w := watch(m, p.state.File.SourceOf(m.ID), p.state.Mode == launch.Rehearsal, p.state.Runbook.Triggers)
		if err := p.recall(ctx, w, at); err != nil {
			return f, err
		}
		w.eval(p.state, at)
		f.Readings[m.ID] = w.reading
		for i := range w.triggers {
			f.Verdicts[w.triggers[i].trigger.ID] = w.evalTrigger(&w.triggers[i], p.state, at)
		}
		every = max(every, w.every)
	}
	var err error
	if f.Watched, err = p.watchedAt(ctx, at, every); err != nil || !f.Watched {
		return f, err
	}
	f.Success, err = p.success(ctx, at)
	return f, err
}

// recall gives a monitor the points that had been read by then, and the error that its source had.
func (p *Playback) recall(ctx context.Context, w *watched, at time.Time) error {
	if !askedOf(w.source, p.state.Mode == launch.Rehearsal) {
		return nil
	}
	w.lane = &lane{} // it is not typed by people
	samples, err := p.store.Samples(ctx, p.launch, w.spec.ID, at.Add(-w.window), at)
	if err != nil {
		return err
	}
	samples = slices.DeleteFunc(samples, func(s Sample) bool { return s.ReadAt.After(at) })
	w.points, w.counts = newestReads(samples, ""), newestReads(samples, "count")
	for _, s := range samples {
		if s.ReadAt.After(w.readAt) {
			w.readAt = s.ReadAt
		}
	}
	if word := p.words[w.spec.ID]; word.To == monitor.Error.String() {
		w.err = errors.New(word.Error)
		if word.Value == nil { // it had no points that counted, since they were another account's
			w.points, w.counts = nil, nil
		}
	}
	return nil
}

// watchedAt reports whether a room polled then: a rehearsal's clock runs only while its room does; elsewhere a source was
// asked within the time that the slowest monitor takes.
func (p *Playback) watchedAt(ctx context.Context, at time.Time, every time.Duration) (bool, error) {
	if p.state.Mode == launch.Rehearsal {
		return p.state.Clock.Anchor.Speed > 0, nil
	}
	last, err := p.store.LastRead(ctx, p.launch, at)
	return !last.IsZero() && at.Sub(last) <= 2*every, err
}
