package launch

import (
	"fmt"
	"time"

	"tminus/model/journal"
)

// moveT0 gives the clock a new T-0 and counts how far it went against the GO.
func (s *State) moveT0(e journal.Entry, t0 time.Time) {
	c := &s.Clock
	c.Moved += t0.Sub(c.T0).Abs()
	c.T0, c.Since, c.Hold = t0, e.At, nil
	if c.Moved > GoTolerance {
		s.lapse(e, fmt.Sprintf("T-0 has moved by %s in all", span(c.Moved)))
	}
}

func applyHeld(s *State, e journal.Entry, d ClockHeld) string {
	switch {
	case s.Clock.Hold != nil:
		return "the clock is held already"
	case s.Clock.Scrub != nil:
		return "the launch is scrubbed"
	case d.At.IsZero() || d.At.After(e.At):
		return "the clock cannot have stopped after the entry that says so"
	}
	h := &Hold{Mark: marked(e, d.By, d.Reason), Auto: d.Auto, Point: d.Mark}
	h.At = d.At
	if m := s.OwnMark(d.Mark); m != nil {
		m.Held = true
	}
	s.Clock.Hold = h
	return ""
}

func applySet(s *State, e journal.Entry, d ClockSet) string {
	if s.Clock.Scrub != nil || s.sequenceBegun() {
		return "T-0 cannot be moved any more"
	}
	if d.T0.IsZero() {
		return "there is no T-0 in it"
	}
	s.moveT0(e, d.T0)
	s.Clock.Late, s.Clock.Given = false, e.At
	return ""
}

func applyRecycled(s *State, e journal.Entry, d ClockRecycled) string {
	if s.Clock.Hold == nil && s.Clock.Scrub == nil && !s.rolledBack() {
		return "the clock is neither held nor scrubbed, nor is the launch rolled back"
	}
	b := s.CurrentRollback()
	switch {
	case d.To >= 0 || d.T0.IsZero():
		return "a recycle goes back to a mark before T-0"
	case b.Running():
		return "a rollback is under way"
	case b.Open(): // what it was about is over
		m := marked(e, d.By, "the clock went back to "+d.To.String())
		b.Lapsed = &m
	}
	clear(s.Armed) // it is asked anew, with the new poll
	s.lapse(e, "the clock went back to "+d.To.String())
	c := &s.Clock
	c.T0, c.Since, c.Given, c.Hold, c.Scrub, c.Moved, c.Late = d.T0, e.At, e.At, nil, nil, 0, false
	c.Recycled++
	c.recycledSeq = e.Seq
	s.resetSequence(d.To)
	return ""
}

func applyScrubbed(s *State, e journal.Entry, d ClockScrubbed) string {
	if s.Clock.Scrub != nil {
		return "the launch is scrubbed already"
	}
	m := marked(e, d.By, d.Reason)
	// The clock of a launch that was scrubbed from a hold goes on standing where it stood.
	if s.Clock.Hold != nil {
		m.At = s.Clock.Hold.At
	}
	s.Clock.Scrub, s.Clock.Hold = &m, nil
	return ""
}
