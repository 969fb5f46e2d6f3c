// Package roomtest has what tests of rooms share outside model/room: a store without a disk.
package roomtest

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"tminus/model/journal"
	"tminus/model/room"
)

// Memory is a room.Store of any number of launches, safe for concurrent use. It never fails.
type Memory struct {
	mu      sync.Mutex
	rows    []journal.Row
	docs    map[string]string
	samples []room.Sample
	reads   []room.Read
}

// NewMemory is an empty store.
func NewMemory() *Memory { return &Memory{docs: map[string]string{}} }

// Append keeps entries.
func (m *Memory) Append(_ context.Context, entries []journal.Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range entries {
		m.rows = append(m.rows, journal.Row{Launch: e.Launch, Seq: e.Seq, Body: e.Body, Hash: e.Hash})
	}
	return nil
}

// Rows yields a launch's rows with seq > after.
func (m *Memory) Rows(_ context.Context, name string, after int64) iter.Seq2[journal.Row, error] {
	m.mu.Lock()
	rows := m.rows[:len(m.rows):len(m.rows)]
	m.mu.Unlock()
	return func(yield func(journal.Row, error) bool) {
		for _, row := range rows {
			if row.Launch == name && row.Seq > after && !yield(row, nil) {
				return
			}
		}
	}
}

// PutDocument keeps a text.
func (m *Memory) PutDocument(_ context.Context, text string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := journal.Hash(text)
	m.docs[h] = text
	return h, nil
}

// Document returns a text.
func (m *Memory) Document(_ context.Context, hash string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if text, ok := m.docs[hash]; ok {
		return text, nil
	}
	return "", fmt.Errorf("no document %.16s", hash)
}

// AppendSamples keeps samples, of whatever launch.
func (m *Memory) AppendSamples(_ context.Context, _ string, samples []room.Sample) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.samples = append(m.samples, samples...)
	return nil
}

// AppendRead keeps a read, of whatever launch.
func (m *Memory) AppendRead(_ context.Context, _ string, r room.Read) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads = append(m.reads, r)
	return nil
}

// Samples returns a monitor's samples of a window.
func (m *Memory) Samples(_ context.Context, _, id string, from, to time.Time) ([]room.Sample, error) {
	return m.those(func(s room.Sample) bool { return s.Monitor == id && s.At.After(from) && !s.At.After(to) }), nil
}

// Unsealed returns the samples that were read in a window.
func (m *Memory) Unsealed(_ context.Context, _ string, after, to time.Time) ([]room.Sample, error) {
	return m.those(func(s room.Sample) bool { return s.ReadAt.After(after) && !s.ReadAt.After(to) }), nil
}

func (m *Memory) those(wanted func(room.Sample) bool) []room.Sample {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(m.samples), func(s room.Sample) bool { return !wanted(s) })
	slices.SortFunc(list, func(a, b room.Sample) int {
		return cmp.Or(cmp.Compare(a.Monitor, b.Monitor), a.At.Compare(b.At), cmp.Compare(a.Series, b.Series), a.ReadAt.Compare(b.ReadAt), cmp.Compare(a.Value, b.Value))
	})
	return list
}

// Requested is how many metrics were asked of a source.
func (m *Memory) Requested(_ context.Context, _, source string) (int64, error) {
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

// LastRead is when the last round was, at or before an instant.
func (m *Memory) LastRead(_ context.Context, _ string, at time.Time) (time.Time, error) {
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

// EachSample yields all samples in the order in which a database has them.
func (m *Memory) EachSample(context.Context, string) iter.Seq2[room.Sample, error] {
	return each(m.those(func(room.Sample) bool { return true }))
}

// EachRead yields all reads in the order in which a database has them.
func (m *Memory) EachRead(context.Context, string) iter.Seq2[room.Read, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.Clone(m.reads)
	slices.SortFunc(list, func(a, b room.Read) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Detail, b.Detail), cmp.Compare(a.Requested, b.Requested))
	})
	return each(list)
}

func each[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, x := range list {
			if !yield(x, nil) {
				return
			}
		}
	}
}
