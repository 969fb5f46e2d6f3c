package launch

import (
	"fmt"
	"time"

	"tminus/model/journal"
)

// KindSamplesSealed is written every ten minutes while samples come in.
const KindSamplesSealed = "samples.sealed"

// SamplesSealed is the data of samples.sealed: the digest and count of the samples that were read after From and up to To,
// so that they can be proven too. See room.Digest for the exact bytes.
type SamplesSealed struct {
	From   time.Time `json:"from,omitzero"` // zero: the first seal
	To     time.Time `json:"to"`
	Count  int       `json:"count"`
	Digest string    `json:"digest"` // hex(sha256)
}

func samplesTable() ([]ActionSpec, []KindSpec) {
	return nil, []KindSpec{
		kindOf(KindSamplesSealed, "Samples were sealed", applySealed, func(_ *State, d SamplesSealed) string {
			return fmt.Sprintf("sealed %s", count(d.Count, "sample", "samples"))
		}),
	}
}

func applySealed(s *State, _ journal.Entry, d SamplesSealed) string {
	if !d.From.Equal(s.Sealed.To) || d.To.Before(d.From) {
		return "it does not begin where the seal before it ended"
	}
	s.Sealed = d
	return ""
}
