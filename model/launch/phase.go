package launch

import (
	"fmt"
	"time"

	"tminus/model/runbook"
)

// Phase is where the launch stands. It is derived from State and the time, see PhaseAt.
type Phase string

// The phases.
const (
	Planning    Phase = "planning"
	GoNoGo      Phase = "go-no-go"
	Countdown   Phase = "countdown"
	Launching   Phase = "launching"
	Watching    Phase = "watching"
	Closing     Phase = "closing"
	Closed      Phase = "closed"
	Scrubbed    Phase = "scrubbed"
	RollingBack Phase = "rolling-back"
	RolledBack  Phase = "rolled-back"
)

// WatchFor is how long a launch is watched after its last step was verified, where its success criteria say nothing.
const WatchFor = 24 * time.Hour

// WatchFor is how long this launch is watched: as long as the success criteria take that take longest.
func (s *State) WatchFor() time.Duration {
	longest := time.Duration(0)
	for _, c := range s.Runbook.Success {
		longest = max(longest, time.Duration(c.Duration))
	}
	if longest <= 0 {
		return WatchFor
	}
	return longest
}

// Countdown is the time since T-0 as the clock shows it: negative before T-0; it stands still while the clock is held,
// also where it has to hold itself and that is not journaled yet, and once the launch is scrubbed.
func (s *State) Countdown(now time.Time) time.Duration {
	return s.clockStands(now).Sub(s.Clock.T0)
}

// clockStands is the instant that the clock shows: now, or when it stopped.
func (s *State) clockStands(now time.Time) time.Time {
	if h := s.Clock.Hold; h != nil {
		return h.At
	}
	if m := s.Clock.Scrub; m != nil {
		return m.At
	}
	if at, due := s.autoHold(now); due {
		return at
	}
	return now
}

// Held reports whether the clock stands at now, by a hold that is journaled or one that is due.
func (s *State) Held(now time.Time) bool {
	if s.Clock.Hold != nil {
		return true
	}
	_, due := s.autoHold(now)
	return due
}

// PhaseAt says where the launch stands. A hold changes no phase. A launch that was planned after its T-0 is launching.
func (s *State) PhaseAt(now time.Time) Phase {
	switch b := s.rolled(); {
	case s.Closed != nil:
		return Closed
	case b.Running():
		return RollingBack
	case s.Clock.Scrub != nil:
		return Scrubbed
	case b != nil && b.Outcome != RollbackDone:
		return RollingBack // it was stopped; people have to go on from there
	case b != nil:
		return RolledBack
	}
	if end := s.WatchEnds(); !end.IsZero() {
		if now.Before(end) {
			return Watching
		}
		return Closing
	}
	left := s.Countdown(now)
	near := left >= time.Duration(s.Runbook.GoNoGo.At)
	switch {
	case left >= 0 || s.sequenceBegun():
		return Launching
	case s.GoInForce(), s.Clock.Recycled > 0 && near:
		return Countdown
	case near, s.pollOpen():
		return GoNoGo
	}
	return Planning
}

// rolledBack reports whether a rollback has ended since the last recycle.
func (s *State) rolledBack() bool {
	b := s.rolled()
	return b != nil && b.Completed != nil
}

func (s *State) pollOpen() bool {
	p := s.CurrentPoll()
	return p != nil && p.Decision == ""
}

// WatchEnds is when the watch after the last step ends; zero: there are steps to be done.
func (s *State) WatchEnds() time.Time {
	end, done := s.sequenceDone()
	if !done {
		return time.Time{}
	}
	return end.Add(s.WatchFor())
}

// lastMark is the last mark before T-0: where the clock holds itself without a GO. A sequence without marks has the
// last second before T-0 for one.
func (s *State) lastMark() runbook.Mark {
	last := runbook.Mark(0)
	for _, m := range s.Runbook.Sequence.Marks {
		if m.At < 0 && (last == 0 || m.At > last) {
			last = m.At
		}
	}
	if last == 0 {
		return runbook.Mark(-time.Second)
	}
	return last
}

// FormatClock writes a countdown for people: T-00:12:43, T+01:02:03, and from 48 hours on L-13d 04:00 and T+3d 04:00. It
// rounds down to whole seconds: the last second before T-0 is T-00:00:01, T-0 itself T+00:00:00.
func FormatClock(d time.Duration) string {
	whole := d / time.Second
	if d%time.Second < 0 {
		whole--
	}
	sign := "+"
	if whole < 0 {
		sign, whole = "-", -whole
	}
	if whole >= 48*3600 {
		letter := "T"
		if sign == "-" {
			letter = "L"
		}
		return fmt.Sprintf("%s%s%dd %02d:%02d", letter, sign, whole/86400, whole/3600%24, whole/60%60)
	}
	return fmt.Sprintf("T%s%02d:%02d:%02d", sign, whole/3600, whole/60%60, whole%60)
}
