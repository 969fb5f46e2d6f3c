package room

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"iter"
	"slices"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
)

// ErrSamples says that stored samples are not those that the journal sealed.
var ErrSamples = errors.New("the samples are not those that were sealed")

// CheckSeals compares the stored samples with every seal of a launch's journal. The error of a difference wraps ErrSamples
// and names the entry and its window; sealed is how many samples the seals prove.
func CheckSeals(ctx context.Context, store Store, name string) (sealed int, err error) {
	list, unread := sealsOf(ctx, store, name)
	each, can := store.(sampler)
	if !can || !contiguous(list) || allAtOnce(ctx, each, name, list) != nil { // such as a row outside all seals that is no sample
		if err := oneByOne(ctx, store, name, list); err != nil {
			return 0, err
		}
	}
	for i := range list {
		if err := list[i].differs(); err != nil {
			return sealed, err
		}
		sealed += list[i].want.Count
	}
	return sealed, unread
}

// sampler is a store that yields all samples of a launch in the order in which seals are made over them.
type sampler interface {
	EachSample(ctx context.Context, launch string) iter.Seq2[Sample, error]
}

// sealed is an entry that seals samples, and what is stored of them.
type sealed struct {
	seq    int64
	want   launch.SamplesSealed
	count  int
	digest string
}

// differs says that what is stored is not what was sealed.
func (s *sealed) differs() error {
	if s.count == s.want.Count && s.digest == s.want.Digest {
		return nil
	}
	return fmt.Errorf("%w: entry %d sealed %d samples read from %s to %s, and there are %d, of another digest or number",
		ErrSamples, s.seq, s.want.Count, fromText(s.want.From), s.want.To.UTC().Format(time.RFC3339), s.count)
}

// sealsOf reads the seals of a journal; those before the error can be checked still.
func sealsOf(ctx context.Context, store Store, name string) ([]sealed, error) {
	var list []sealed
	for row, err := range store.Rows(ctx, name, 0) {
		if err != nil {
			return list, fmt.Errorf("read the journal of %s: %w", name, err)
		}
		if !strings.Contains(row.Body, launch.KindSamplesSealed) && !strings.Contains(row.Body, `\u`) {
			continue // the kind stands in the body as it is, or with an escape
		}
		e, err := journal.Parse(row)
		if err != nil || e.Kind != launch.KindSamplesSealed {
			continue // verifying the chain tells of entries that cannot be read
		}
		s := sealed{seq: e.Seq}
		if err := json.Unmarshal(e.Data, &s.want); err != nil {
			return list, fmt.Errorf("read entry %d: %w", e.Seq, err)
		}
		list = append(list, s)
	}
	return list, nil
}

// contiguous reports whether every seal begins where the one before it ended, as the room makes them.
func contiguous(list []sealed) bool {
	for i := range list {
		if want := list[i].want; want.To.Before(want.From) || i > 0 && !want.From.Equal(list[i-1].want.To) {
			return false
		}
	}
	return true
}

// allAtOnce reads the samples once, however many seals there are.
func allAtOnce(ctx context.Context, store sampler, name string, list []sealed) error {
	if len(list) == 0 {
		return nil
	}
	sums, counts := make([]hash.Hash, len(list)), make([]int, len(list))
	for i := range sums {
		sums[i] = sha256.New()
	}
	var line []byte
	for s, err := range store.EachSample(ctx, name) {
		if err != nil {
			return err
		}
		i, _ := slices.BinarySearchFunc(list, s.ReadAt, func(x sealed, at time.Time) int { return x.want.To.Compare(at) })
		if i == len(list) || !s.ReadAt.After(list[i].want.From) {
			continue
		}
		line = AppendDigest(line[:0], s)
		_, _ = sums[i].Write(line) // a hash never fails
		counts[i]++
	}
	for i := range list {
		list[i].count, list[i].digest = counts[i], hex.EncodeToString(sums[i].Sum(nil))
	}
	return nil
}

// oneByOne reads each seal's samples; up to the first difference, which ends the check.
func oneByOne(ctx context.Context, store Store, name string, list []sealed) error {
	for i := range list {
		got, err := digest(ctx, store, name, list[i].want.From, list[i].want.To)
		if err != nil {
			return err
		}
		list[i].count, list[i].digest = got.Count, got.Digest
		if list[i].differs() != nil {
			return nil
		}
	}
	return nil
}

func fromText(from time.Time) string {
	if from.IsZero() {
		return "the beginning"
	}
	return from.UTC().Format(time.RFC3339)
}
