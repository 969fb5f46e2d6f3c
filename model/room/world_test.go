package room

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
)

// memory is a Store that can be made to fail.
type memory struct {
	mu      sync.Mutex
	rows    []journal.Row
	docs    map[string]string
	samples []Sample
	reads   []Read
	fail    error // every write fails with it, and has no effect
	lost    error // Append has its effect and fails with it
	appends int
}

func newMemory() *memory { return &memory{docs: map[string]string{}} }

var errFull = errors.New("database or disk is full")

func (m *memory) fails(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

func (m *memory) Append(_ context.Context, entries []journal.Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	for _, e := range entries {
		if e.Seq != int64(len(m.rows))+1 {
			return errors.New("not the next entry")
		}
		m.rows = append(m.rows, journal.Row{Launch: e.Launch, Seq: e.Seq, Body: e.Body, Hash: e.Hash})
	}
	m.appends++
	return m.lost
}

func (m *memory) Rows(_ context.Context, name string, after int64) iter.Seq2[journal.Row, error] {
	m.mu.Lock()
	rows := slices.Clone(m.rows)
	m.mu.Unlock()
	return func(yield func(journal.Row, error) bool) {
		for _, row := range rows {
			if row.Launch == name && row.Seq > after && !yield(row, nil) {
				return
			}
		}
	}
}

func (m *memory) PutDocument(_ context.Context, text string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := journal.Hash(text)
	m.docs[h] = text
	return h, m.fail
}

func (m *memory) Document(_ context.Context, hash string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	text, ok := m.docs[hash]
	if !ok {
		return "", errors.New("no such document")
	}
	return text, nil
}

func (m *memory) AppendSamples(_ context.Context, _ string, samples []Sample) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail == nil {
		m.samples = append(m.samples, samples...)
	}
	return m.fail
}

func (m *memory) AppendRead(_ context.Context, _ string, r Read) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail == nil {
		m.reads = append(m.reads, r)
	}
	return m.fail
}

func (m *memory) Samples(_ context.Context, _, id string, from, to time.Time) ([]Sample, error) {
	return m.those(func(s Sample) bool { return s.Monitor == id && s.At.After(from) && !s.At.After(to) }), nil
}

func (m *memory) Unsealed(_ context.Context, _ string, after, to time.Time) ([]Sample, error) {
	return m.those(func(s Sample) bool { return s.ReadAt.After(after) && !s.ReadAt.After(to) }), nil
}

func (m *memory) those(wanted func(Sample) bool) []Sample {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(m.samples), func(s Sample) bool { return !wanted(s) })
	slices.SortFunc(list, func(a, b Sample) int {
		return cmp.Or(cmp.Compare(a.Monitor, b.Monitor), a.At.Compare(b.At), cmp.Compare(a.Series, b.Series), a.ReadAt.Compare(b.ReadAt), cmp.Compare(a.Value, b.Value))
	})
	return list
}

func (m *memory) Requested(_ context.Context, _, source string) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var n int64
	for _, r := range m.reads {
		if r.Source == source {
			n += int64(r.Requested)
		}
	}
	return n, nil
}

func (m *memory) LastRead(_ context.Context, _ string, at time.Time) (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var last time.Time
	for _, r := range m.reads {
		if r.At.After(last) && !r.At.After(at) {
			last = r.At
		}
	}
	return last, nil
}

// pacer is a rehearsal's clock over the bubble's.
type pacer struct {
	mu     sync.Mutex
	anchor launch.Anchor
}

func newPacer(at time.Time, speed float64) *pacer {
	return &pacer{anchor: launch.Anchor{At: at, Wall: time.Now(), Speed: speed}}
}

func (p *pacer) now() time.Time {
	return p.anchor.At.Add(time.Duration(float64(time.Since(p.anchor.Wall)) * p.anchor.Speed))
}

func (p *pacer) Now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now()
}

func (p *pacer) Anchor() launch.Anchor {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.anchor
}

func (p *pacer) SetSpeed(speed float64) launch.Anchor {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.anchor = launch.Anchor{At: p.now(), Wall: time.Now(), Speed: speed}
	return p.anchor
}

func (p *pacer) SkipTo(at time.Time) launch.Anchor {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.anchor = launch.Anchor{At: at, Wall: time.Now(), Speed: p.anchor.Speed}
	return p.anchor
}

// company plays a script of deeds and says what decision(s) returns.
type company struct {
	deeds    []Deed
	decision func(s *screen.Screen) string
}

func (c *company) Act(from, to time.Time, _ *screen.Screen) []Deed {
	return slices.DeleteFunc(slices.Clone(c.deeds), func(d Deed) bool { return !d.At.After(from) || d.At.After(to) })
}

func (c *company) Decision(s *screen.Screen) string {
	if c.decision == nil {
		return ""
	}
	return c.decision(s)
}

// source answers with what values returns, a point a minute.
type source struct {
	mu     sync.Mutex
	value  float64
	err    error
	delay  time.Duration
	rounds int
	asked  []string
}

func (s *source) set(value float64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.value, s.err = value, err
}

func (s *source) Read(ctx context.Context, queries []Query) (Round, error) {
	s.mu.Lock()
	value, failure, delay := s.value, s.err, s.delay
	s.rounds++
	s.asked = nil
	for _, q := range queries {
		s.asked = append(s.asked, q.Monitor)
	}
	s.mu.Unlock()
	select {
	case <-time.After(delay):
	case <-ctx.Done():
		return Round{}, ctx.Err()
	}
	if failure != nil {
		return Round{}, failure
	}
	answers := make([]Answer, len(queries))
	for i, q := range queries {
		answers[i].Monitor = q.Monitor
		for at := q.To.Truncate(q.Period); at.After(q.To.Add(-3 * q.Period)); at = at.Add(-q.Period) {
			answers[i].Points = append(answers[i].Points, monitor.Point{At: at, Value: value})
		}
	}
	return Round{Answers: answers, Metrics: len(queries)}, nil
}

func (m *memory) count() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int64(len(m.rows))
}
