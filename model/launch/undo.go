package launch

import (
	"fmt"
	"maps"
	"time"

	"tminus/model/journal"
)

// UndoWithin is how long somebody's own entry can be taken back.
const UndoWithin = 30 * time.Second

// undoable is an entry that its actor can take back.
type undoable struct {
	seq     int64
	at      time.Time
	inverse Command
	title   string // "the tick of Alerts tested"
}

// An undo has no kind of its own: it leads to the kind of the action that takes the entry back.
func undoTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{{Name: "undo", Title: "Take back your own last entry, within 30 s", Unlisted: true, Scrubbed: true,
		open: func(r *request) *Refusal {
			_, refusal := r.last()
			return refusal
		}, decide: decideUndo}}, nil
}

// remember notes how an entry can be taken back. One that takes another back is not taken back in turn.
func (s *State) remember(e journal.Entry, by By, inverse Command, title string) {
	user := e.Actor.User
	if by.Undoes != 0 {
		return
	}
	if by.For != "" {
		inverse.Args = maps.Clone(inverse.Args)
		inverse.Args["for"], inverse.Args["via"] = by.For, by.Via
	}
	const kept = 20
	list := append(s.undo[user], undoable{seq: e.Seq, at: e.At, inverse: inverse, title: title})
	s.undo[user] = list[max(0, len(list)-kept):]
}

// forget drops what was taken back.
func (s *State) forget(user string, seq int64) {
	list := s.undo[user]
	for i := range list {
		if list[i].seq == seq {
			s.undo[user] = append(list[:i:i], list[i+1:]...)
			return
		}
	}
}

// undoWithin is UndoWithin of the person's own time: a rehearsal's clock may run faster than they do.
func (s *State) undoWithin() time.Duration {
	if s.Mode == Rehearsal && s.Clock.Anchor.Speed > 1 {
		return time.Duration(float64(UndoWithin) * s.Clock.Anchor.Speed)
	}
	return UndoWithin
}

func (r *request) last() (undoable, *Refusal) {
	list := r.s.undo[r.user]
	if len(list) == 0 {
		return undoable{}, no("there is nothing of yours to take back", "ticks, sign-offs, votes, notes, tasks and confirmations can be, within 30 s")
	}
	u := list[len(list)-1]
	if age := r.now.Sub(u.at); age > r.s.undoWithin() {
		return undoable{}, no(fmt.Sprintf("%s is %s old; only the last 30 s can be taken back at once", u.title, span(age)), "take it back by name: "+u.inverse.Action)
	}
	return u, nil
}

func decideUndo(r *request) ([]Event, *Refusal) {
	u, refusal := r.last()
	if refusal != nil {
		return nil, refusal
	}
	events, _, refusal := r.s.decide(r.who, u.inverse, r.now) // nothing that needs a reading is remembered
	if refusal != nil {
		return nil, no("cannot take back "+u.title+": "+refusal.Message, refusal.Hint)
	}
	for i := range events {
		events[i].Data = undoing(events[i].Data, u.seq)
	}
	return events, nil
}

// undoing writes into the data of an inverse which entry it takes back.
func undoing(data any, seq int64) any {
	switch d := data.(type) {
	case ItemDone:
		d.Undoes = seq
		return d
	case SectionSigned:
		d.Undoes = seq
		return d
	case DefectResolved:
		d.Undoes = seq
		return d
	case DefectUpdated:
		d.Undoes = seq
		return d
	case TaskDone:
		d.Undoes = seq
		return d
	case VoteWithdrawn:
		d.Undoes = seq
		return d
	case Confirmed:
		d.Undoes = seq
		return d
	case NoteCorrected:
		d.Undoes = seq
		return d
	case NoteWithdrawn:
		d.Undoes = seq
		return d
	}
	return data
}
