package screen

import (
	"time"

	"tminus/model/launch"
)

// clock tells where the countdown stands. A hold that is due and not journaled yet, as in a launch whose room is not
// running, is shown as the hold that it will be.
func (p *presenter) clock() {
	c := p.s.Clock
	out := Clock{T0: c.T0, Anchor: p.f.Anchor}
	if c.Scrub != nil {
		at := c.Scrub.At
		out.Scrubbed, out.ScrubbedAt = true, &at
	}
	switch {
	case c.Hold != nil:
		at := c.Hold.At
		out.HeldAt, out.HoldReason, out.HoldAuto = &at, c.Hold.Reason, c.Hold.Auto
	case c.Scrub == nil && p.s.Held(p.now):
		at := c.T0.Add(p.s.Countdown(p.now))
		out.HeldAt, out.HoldReason, out.HoldAuto = &at, p.s.HoldsItself(p.now), true
	}
	p.out.Clock = out
}

// LaunchTime is the launch time at a wall time: the same, but in a REHEARSAL, whose clock is anchored.
func (s *Screen) LaunchTime(wall time.Time) time.Time {
	a := s.Clock.Anchor
	if a.Wall.IsZero() {
		if s.Mode == launch.Rehearsal {
			return s.At // no room: its clock stands
		}
		return wall
	}
	gone := max(wall.Sub(a.Wall), 0)
	return a.At.Add(time.Duration(float64(gone) * a.Speed))
}

// Shown is the instant that the clock shows at a launch time: now, or when it stopped.
func (s *Screen) Shown(now time.Time) time.Time {
	switch {
	case s.Clock.HeldAt != nil:
		return *s.Clock.HeldAt
	case s.Clock.ScrubbedAt != nil:
		return *s.Clock.ScrubbedAt
	}
	return now
}

// Countdown is launch time relative to T-0, negative before it; while held or scrubbed, where the clock stands.
func (s *Screen) Countdown(now time.Time) time.Duration { return s.Shown(now).Sub(s.Clock.T0) }

// ClockText is the countdown for people: "T-00:12:43".
func (s *Screen) ClockText(now time.Time) string { return launch.FormatClock(s.Countdown(now)) }
