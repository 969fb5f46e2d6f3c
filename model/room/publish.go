package room

import (
	"maps"
	"reflect"
	"time"

	"tminus/model/monitor"
	"tminus/model/screen"
)

// publishEvery is the least wall time between two screens: ten a second at most.
const publishEvery = 100 * time.Millisecond

// mailbox holds the newest screen for one watcher; one that was not fetched is replaced. Only the room's goroutine puts
// and closes.
type mailbox struct {
	ch  chan *screen.Screen
	you func() screen.You
	who visitor
}

// put never blocks: the room is the only sender, so the slot is free after at most one removal.
func (m *mailbox) put(s *screen.Screen) {
	select {
	case <-m.ch:
	default:
	}
	m.ch <- s.For(m.you())
}

// publisher is what watchers are shown, and when.
type publisher struct {
	subs  map[*mailbox]struct{}
	shown *screen.Screen // the newest that differed: what watchers get
	rev   uint64
	last  time.Time   // when the last went out; with its monotonic part, whatever the wall clock does
	timer *time.Timer // armed while dirty
	dirty bool
}

func newPublisher() publisher {
	p := publisher{subs: map[*mailbox]struct{}{}, timer: time.NewTimer(time.Hour)}
	p.timer.Stop()
	return p
}

func (p *publisher) close() {
	for m := range p.subs {
		close(m.ch)
	}
	p.subs = nil
}

// present derives the picture as of now.
func (r *Room) present(now time.Time) *screen.Screen {
	r.current = screen.Present(r.state, r.facts(), r.lines, now)
	return r.current
}

// refresh derives the picture again and publishes it when it differs: at once, or as soon as the last one is old enough.
func (r *Room) refresh() *screen.Screen {
	p := &r.out
	fresh := r.present(r.now())
	if p.shown != nil && same(p.shown, fresh) {
		fresh.Rev = p.rev
		return fresh
	}
	p.rev++
	fresh.Rev = p.rev
	p.shown = fresh
	if wait := publishEvery - time.Since(p.last); wait > 0 && !p.last.IsZero() {
		if !p.dirty {
			p.timer.Reset(wait)
		}
		p.dirty = true
		return fresh
	}
	r.flush()
	return fresh
}

// flush hands the newest picture to every watcher.
func (r *Room) flush() {
	r.out.dirty, r.out.last = false, time.Now()
	r.out.timer.Stop()
	for m := range r.out.subs {
		m.put(r.out.shown)
	}
}

// same compares two pictures without what changes by itself.
func same(a, b *screen.Screen) bool {
	x, y := *a, *b
	x.Rev, y.Rev, x.At, y.At = 0, 0, time.Time{}, time.Time{}
	return reflect.DeepEqual(&x, &y)
}

// facts is what is true around the launch now.
func (r *Room) facts() screen.Facts {
	f := screen.Facts{
		Watched: !r.cfg.Transient && r.state.Closed == nil, Readings: map[string]monitor.Reading{}, Connected: r.connected(), ReadOnly: r.state.ReadOnly,
		Decision: r.decision, Anchor: r.cfg.Clock.Anchor(), Sources: r.poll.health(), Spend: r.poll.spend(),
		Verdicts: maps.Clone(r.poll.verdict),
	}
	if r.cfg.Documents != nil {
		f.Files = screen.FilesRead{Path: r.cfg.Documents.Path(), Trouble: r.files.trouble}
	}
	if !r.cfg.Transient {
		info := r.cfg.Info
		f.Room = &info
	}
	if f.ReadOnly == "" {
		f.ReadOnly = r.blocked
	}
	r.sayAccount(f.Sources)
	for _, w := range r.poll.watched {
		f.Readings[w.spec.ID] = w.reading
	}
	f.Success = r.poll.follow.scores
	r.exec.outside(&f)
	r.mail.outside(&f)
	return f
}
