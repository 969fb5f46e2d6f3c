package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"slices"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/room"
)

// seals proves samples as they go by: they come in the order in which every seal was made over them.
type seals struct{ list []seal }

type seal struct {
	seq  int64
	want launch.SamplesSealed
	sum  hash.Hash
	got  int
}

// add takes a seal, which begins where the one before ended.
func (s *seals) add(e journal.Entry) error {
	var d launch.SamplesSealed
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return fmt.Errorf("entry %d cannot be read: %w", e.Seq, err)
	}
	var last time.Time
	if n := len(s.list); n > 0 {
		last = s.list[n-1].want.To
	}
	if !d.From.Equal(last) || d.To.Before(d.From) {
		return fmt.Errorf("entry %d seals samples from where no seal before it ended", e.Seq)
	}
	s.list = append(s.list, seal{seq: e.Seq, want: d, sum: sha256.New()})
	return nil
}

func (s *seals) take(x room.Sample) {
	// The first seal that ends at the reading or after it is the one that holds it.
	i, _ := slices.BinarySearchFunc(s.list, x.ReadAt, func(a seal, at time.Time) int { return a.want.To.Compare(at) })
	if i == len(s.list) || !x.ReadAt.After(s.list[i].want.From) {
		return // it came after the last seal
	}
	s.list[i].got++
	_, _ = s.list[i].sum.Write(room.AppendDigest(nil, x)) // a hash never fails
}

func (s *seals) check() error {
	for _, is := range s.list {
		if is.got != is.want.Count || hex.EncodeToString(is.sum.Sum(nil)) != is.want.Digest {
			return fmt.Errorf("%w: entry %d sealed %d of them up to %s, and there are %d, or others",
				room.ErrSamples, is.seq, is.want.Count, instant(is.want.To), is.got)
		}
	}
	return nil
}
