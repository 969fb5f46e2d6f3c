package launch

import (
	"errors"
	"fmt"

	"tminus/model/journal"
)

// ErrUnknownKind says that an entry was written by a newer program: the launch can only be read from here on.
var ErrUnknownKind = errors.New("unknown kind of entry")

// Apply folds the next entry into the state. It is total: an entry that makes no sense where it stands changes nothing
// but is counted and kept in Oddities. The errors are a gap in the sequence, which changes nothing, and ErrUnknownKind,
// after which the state is read-only and further entries still fold.
func (s *State) Apply(e journal.Entry) error {
	if e.Seq != s.Head.Seq+1 {
		return fmt.Errorf("apply entry %d: expected entry %d", e.Seq, s.Head.Seq+1)
	}
	s.Head = e.Head()
	s.Entries++
	spec := s.table.kind[e.Kind]
	if spec == nil {
		s.ReadOnly = fmt.Sprintf("entry %d is of the kind %q, which this version of tminus does not know; use a newer one", e.Seq, e.Kind)
		return fmt.Errorf("apply entry %d: %w: %q", e.Seq, ErrUnknownKind, e.Kind)
	}
	what := "the launch is closed: nothing comes after that"
	if s.Closed == nil {
		what = spec.apply(s, e)
	}
	if what == "" {
		s.busy(e)
	}
	if what != "" {
		s.Oddities = append(s.Oddities, Oddity{Seq: e.Seq, Kind: e.Kind, What: what})
	}
	return nil
}

// Describe says an entry in one sentence, for the Decisions pane: "checked Alerts tested". It may hold text as people
// wrote it; whoever shows it sanitizes it. A kind that is not known is named.
func Describe(s *State, e journal.Entry) string {
	spec := s.table.kind[e.Kind]
	if spec == nil {
		return "did something that this version of tminus does not know: " + e.Kind
	}
	return spec.describe(s, e)
}
