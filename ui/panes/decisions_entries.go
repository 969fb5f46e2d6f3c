package panes

import (
	"slices"

	"tminus/model/journal"
	"tminus/model/screen"
	"tminus/ui/intent"
)

// wholeEntry keeps the wrapped lines of an open entry: its body may be long.
type wholeEntry struct {
	seq   int64
	w     int
	lines []string
}

// SetEntries adds entries, oldest first, as Room.Entries returns them. Those that do not join what is here are dropped:
// Wants asks for them again. Nil tells that a page could not be read.
func (v *DecisionsView) SetEntries(entries []journal.Entry) {
	v.asked = -1
	if v.stalled = len(entries) == 0; v.stalled {
		return
	}
	follow, at := v.list.AtEnd(), int64(0)
	if e := v.selected(); e != nil {
		at = e.Seq
	}
	if !v.merge(entries) {
		// A room may send fewer than were asked for; from closer by, the page reaches what is here.
		if v.stalled = len(entries) >= v.page; !v.stalled {
			v.page = len(entries)
		}
		return
	}
	v.refilter(at)
	switch {
	case v.sought > 0 && v.find(v.sought):
		v.sought = 0
	case follow:
		v.list.Set(v.count() - 1)
	}
}

// merge adds the entries that join what is here, at either end; false: none does.
func (v *DecisionsView) merge(entries []journal.Entry) bool {
	before := len(v.entries)
	if before == 0 {
		v.entries = append(v.entries, entries[len(entries)-1])
	}
	for _, e := range entries {
		if e.Seq == v.high()+1 {
			v.entries = append(v.entries, e)
		}
	}
	var older []journal.Entry
	next := v.low() - 1
	for _, e := range slices.Backward(entries) {
		if e.Seq == next {
			older = append(older, e)
			next--
		}
	}
	slices.Reverse(older)
	v.entries = append(older, v.entries...)
	return len(v.entries) > before
}

// low and high are the first and last seq here.
func (v *DecisionsView) low() int64 { return v.entries[0].Seq }

func (v *DecisionsView) high() int64 { return v.entries[len(v.entries)-1].Seq }

// Wants is the page that is needed next: the newest entries, or older ones where the cursor comes near the first; nil:
// none, or one that was asked for is not here yet.
func (v *DecisionsView) Wants() intent.Intent {
	if v.s == nil || v.asked >= 0 || v.stalled || v.s.Entries == 0 {
		return nil
	}
	switch {
	case len(v.entries) == 0:
		v.asked = max(v.s.Entries-EntriesPage, 0)
	case v.high() < v.s.Entries:
		v.asked = v.high()
	case v.low() > 1 && v.only.on():
		v.asked = max(v.low()-1-int64(v.page), 0)
	case v.low() > 1 && (v.list.Cursor() < 2*max(v.cut.listH, 10) || v.sought > 0 && v.sought < v.low()):
		v.asked = max(v.low()-1-int64(v.page), 0)
	default:
		return nil
	}
	return intent.LoadEntries{After: v.asked}
}

// line tells an entry: as the newest screens told it, else by its data.
func (v *DecisionsView) line(e *journal.Entry) screen.Line {
	if l, ok := v.told[e.Seq]; ok {
		return l
	}
	said, text := readData(e.Data)
	human := e.Actor.Auth != journal.AuthSystem
	return screen.Line{Seq: e.Seq, At: e.At, Who: e.Actor.User, Kind: e.Kind, Text: text, Said: said, Human: human}
}
