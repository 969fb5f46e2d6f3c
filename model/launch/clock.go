package launch

import (
	"fmt"
	"time"

	"tminus/model/runbook"
)

// Clock is the countdown's state. The countdown itself is computed from T0 and the time.
type Clock struct {
	T0       time.Time
	Planned  time.Time     // T0 of launch.planned
	Hold     *Hold         // nil: running
	Moved    time.Duration // sum of the moves of T0 since the last GO; a GO lapses beyond GoTolerance
	Scrub    *Mark
	Recycled int       // how many times
	Given    time.Time // when T0 was last given by people: planned, set or recycled, and not moved by a hold
	Since    time.Time // when the clock was last started or given a new T0
	Late     bool      // planned after its T0: it started in T+, and does not hold itself
	Anchor   Anchor

	recycledSeq int64 // of the last recycle; older polls are void
}

// Hold is a stopped clock. At is when it stopped; the countdown stands at T0 minus At.
type Hold struct {
	Mark
	Auto  bool   // by the clock itself: no GO at the last mark before T-0, or a mark of the people's own that holds
	Point string // that mark's id; empty: the last one before T-0
}

// Anchor ties launch time to wall time in a REHEARSAL: launch time At was wall time Wall, and runs Speed times as fast.
// Speed 0: it stands (the room is not running). In the other modes it is zero and launch time is wall time.
type Anchor struct {
	At    time.Time `json:"at"`
	Wall  time.Time `json:"wall"`
	Speed float64   `json:"speed"`
}

// ClockHeld is the data of clock.held. At is when the clock stopped, which for a hold of the clock itself can be before
// the entry: when nobody's room was there to see it.
type ClockHeld struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	Auto   bool      `json:"auto,omitempty"`
	Mark   string    `json:"mark,omitempty"` // auto: the people's own mark at which it holds; empty: there was no GO
	By
}

// ClockResumed is the data of clock.resumed.
type ClockResumed struct {
	Mode     string           `json:"mode"` // move, keep
	T0       time.Time        `json:"t0"`   // from now on
	Held     runbook.Duration `json:"held"`
	Squeezed []string         `json:"squeezed,omitempty"` // keep: ids of the marks that passed during the hold
	Near     runbook.Duration `json:"near,omitempty"`     // keep: how near T-0 is, where that is very near
	Launched string           `json:"launched,omitempty"` // T-0 had come when the clock was held: the countdown as it goes on
	Reason   string           `json:"reason,omitempty"`
	By
}

// ClockSet is the data of clock.set.
type ClockSet struct {
	T0     time.Time `json:"t0"`
	Before time.Time `json:"before"`
	Reason string    `json:"reason,omitempty"`
	By
}

// ClockRecycled is the data of clock.recycled.
type ClockRecycled struct {
	To     runbook.Mark `json:"to"`
	T0     time.Time    `json:"t0"`
	Reason string       `json:"reason,omitempty"`
	By
}

// ClockScrubbed is the data of clock.scrubbed.
type ClockScrubbed struct {
	Reason string `json:"reason"`
	By
}

func clockTable() ([]ActionSpec, []KindSpec) {
	why := func(required bool) ArgInfo { return ArgInfo{Name: "reason", Help: "why", Required: required} }
	return []ActionSpec{
			{Name: "clock.hold", Title: "Hold the clock", Kind: "clock.held", Args: []ArgInfo{why(true)}, open: mayHold, decide: decideHold},
			{Name: "clock.resume", Title: "Resume the clock", Kind: "clock.resumed",
				Args:    []ArgInfo{{Name: "mode", Help: "move: T-0 moves by the hold's length (default before T-0); keep: it stays (always after T-0)", Choices: []string{"move", "keep"}}, why(false)},
				choices: map[string]func(*request) []string{"mode": (*request).resumeModes}, open: mayResume, decide: decideResume},
			{Name: "clock.recycle", Title: "Go back to an earlier mark", Kind: "clock.recycled", Scrubbed: true,
				Args:    []ArgInfo{{Name: "to", Help: "the mark that the clock goes back to, such as T-15m", Required: true}, why(false)},
				choices: map[string]func(*request) []string{"to": func(r *request) []string { return r.s.recycleMarks() }},
				open:    mayRecycle, decide: decideRecycle},
			{Name: "clock.set", Title: "Give a new T-0", Kind: "clock.set",
				Args: []ArgInfo{{Name: "t0", Help: "an instant, 2026-11-24T10:00:00Z, or a time from now, +15m; a held clock goes on", Required: true}, why(false)},
				open: maySet, decide: decideSet},
			{Name: "clock.scrub", Title: "Scrub the launch", Kind: "clock.scrubbed", Confirm: true, Args: []ArgInfo{why(true)}, open: mayScrub, decide: decideScrub},
		}, []KindSpec{
			alsoSystem(kindOf("clock.held", "The clock was held", applyHeld, func(s *State, d ClockHeld) string {
				if d.Auto {
					return withReason("the clock held itself", d.Reason)
				}
				return withReason("held the clock", d.Reason)
			})),
			kindOf("clock.resumed", "The clock was resumed", applyResumed, describeResumed),
			kindOf("clock.recycled", "The clock went back to an earlier mark", applyRecycled, func(_ *State, d ClockRecycled) string {
				return withReason(fmt.Sprintf("recycled to %s, T-0 is %s", d.To, instant(d.T0)), d.Reason)
			}),
			kindOf("clock.set", "T-0 was set", applySet, func(_ *State, d ClockSet) string {
				return withReason("set T-0 to "+instant(d.T0), d.Reason)
			}),
			kindOf("clock.scrubbed", "The launch was scrubbed", applyScrubbed, func(_ *State, d ClockScrubbed) string {
				return withReason("scrubbed the launch", d.Reason)
			}),
		}
}

// autoHold says whether the clock has to hold itself by now, and at which instant: at a mark of the people's own that
// holds, or without a GO.
func (s *State) autoHold(now time.Time) (time.Time, bool) {
	at, _, due := s.selfHold(now)
	return at, due
}

// selfHold is autoHold with the mark of the people's own; nil: there is no GO.
func (s *State) selfHold(now time.Time) (time.Time, *OwnMark, bool) {
	c := s.Clock
	if c.Hold != nil || c.Scrub != nil || c.Late || s.Closed != nil || s.sequenceBegun() {
		return time.Time{}, nil, false
	}
	at, due := s.holdsWithoutGo(now)
	if m, t := s.holdPoint(now); m != nil && (!due || t.Before(at)) {
		return t, m, true
	}
	return at, nil, due
}

// HoldsItself says why the clock stands by itself at now where that is not journaled yet; "": it does not.
func (s *State) HoldsItself(now time.Time) string {
	_, m, due := s.selfHold(now)
	switch {
	case !due:
		return ""
	case m != nil:
		return "hold point " + s.markTitle(m.ID)
	}
	return s.withoutGo()
}

func (s *State) withoutGo() string {
	if p := s.CurrentPoll(); p != nil && p.Lapsed != "" {
		return "the GO lapsed: " + p.Lapsed
	}
	return "no GO at " + s.lastMark().String()
}

// holdsWithoutGo is the last mark before T-0, or when the GO was lost after it.
func (s *State) holdsWithoutGo(now time.Time) (time.Time, bool) {
	if s.GoInForce() {
		return time.Time{}, false
	}
	c := s.Clock
	at := s.lastMark().Time(c.T0)
	later := func(t time.Time) {
		if t.After(at) {
			at = t
		}
	}
	later(c.Since)
	if p := s.CurrentPoll(); p != nil {
		later(p.LapsedAt)
		if s.replacedGo() {
			later(p.Opened.At)
		}
	}
	return at, !now.Before(at)
}

// replacedGo reports whether the current poll was opened while a GO stood.
func (s *State) replacedGo() bool {
	n := len(s.Polls)
	return n > 1 && s.Polls[n-2].Decision == Go && s.Polls[n-2].LapsedAt.Equal(s.Polls[n-1].Opened.At)
}

// Due returns what happens by itself at now: without a GO the clock holds at the last mark before T-0; steps under way end or
// fail by what their calls and checks came to; a rollback goes on to its next step, or a request lapses. Journaled and
// applied, it is due no more. The actor is the system.
func (s *State) Due(now time.Time) []Event {
	if s.ReadOnly != "" || s.Closed != nil {
		return nil
	}
	at, m, due := s.selfHold(now)
	if !due {
		return s.workDue(now)
	}
	d := ClockHeld{At: at.UTC(), Reason: s.HoldsItself(now), Auto: true}
	if m != nil {
		d.Mark = m.ID
	}
	return []Event{{Kind: "clock.held", Data: d}}
}
