package launch

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// ClockHeld is the data of clock.held. At is when the clock stopped, which for a hold of the clock itself can be before
// the entry: when nobody's room was there to see it.
type ClockHeld struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	Auto   bool      `json:"auto,omitempty"`
	By
}

// ClockResumed is the data of clock.resumed.
type ClockResumed struct {
	Mode     string           `json:"mode"` // move, keep
	T0       time.Time        `json:"t0"`   // from now on
	Held     runbook.Duration `json:"held"`
	Squeezed []string         `json:"squeezed,omitempty"` // keep: ids of the marks that passed during the hold
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
				Args: []ArgInfo{{Name: "mode", Help: "move: T-0 moves by the hold's length (default); keep: it stays", Choices: []string{"move", "keep"}}, why(false)},
				open: mayResume, decide: decideResume},
			{Name: "clock.recycle", Title: "Go back to an earlier mark", Kind: "clock.recycled", Scrubbed: true,
				Args:    []ArgInfo{{Name: "to", Help: "the mark that the clock goes back to, such as T-15m", Required: true}, why(false)},
				choices: map[string]func(*request) []string{"to": func(r *request) []string { return r.s.recycleMarks() }},
				open:    mayRecycle, decide: decideRecycle},
			{Name: "clock.set", Title: "Give a new T-0", Kind: "clock.set",
				Args: []ArgInfo{{Name: "t0", Help: "an instant, 2026-11-24T10:00:00Z, or a time from now, +15m; a held clock goes on", Required: true}, why(false)},
				open: maySet, decide: decideSet},
			{Name: "clock.scrub", Title: "Scrub the launch", Kind: "clock.scrubbed", Confirm: true, Args: []ArgInfo{why(true)}, open: mayScrub, decide: decideScrub},
		}, []KindSpec{
			kindOf("clock.held", "The clock was held", applyHeld, func(s *State, d ClockHeld) string {
				if d.Auto {
					return withReason("the clock held itself", d.Reason)
				}
				return withReason("held the clock", d.Reason)
			}),
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

func describeResumed(s *State, d ClockResumed) string {
	text := fmt.Sprintf("resumed after %s, T-0 moved to %s", d.Held, instant(d.T0))
	if d.Mode == "keep" {
		text = fmt.Sprintf("resumed after %s, T-0 kept at %s", d.Held, instant(d.T0))
		if len(d.Squeezed) > 0 {
			var marks []string
			for _, id := range d.Squeezed {
				marks = append(marks, s.stepTitle(id))
			}
			text += ", squeezing " + join(marks, "and")
		}
	}
	return withReason(text, d.Reason)
}

// autoHold says whether the clock has to hold itself by now, and at which instant: at the last mark before T-0, or when
// the GO was lost after it.
func (s *State) autoHold(now time.Time) (time.Time, bool) {
	c := s.Clock
	if c.Hold != nil || c.Scrub != nil || c.Late || s.Closed != nil || s.GoInForce() || s.sequenceBegun() {
		return time.Time{}, false
	}
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

// Due returns what the clock does by itself at now: without a GO it holds at the last mark before T-0. Journaled and
// applied, it is due no more. The actor is the system.
func (s *State) Due(now time.Time) []Event {
	at, due := s.autoHold(now)
	if !due || s.ReadOnly != "" {
		return nil
	}
	reason := "no GO at " + s.lastMark().String()
	if p := s.CurrentPoll(); p != nil && p.Lapsed != "" {
		reason = "the GO lapsed: " + p.Lapsed
	}
	return []Event{{Kind: "clock.held", Data: ClockHeld{At: at.UTC(), Reason: reason, Auto: true}}}
}

// running refuses what only the first four phases know.
func (r *request) running(what string) *Refusal {
	switch phase := r.s.PhaseAt(r.now); phase {
	case Planning, GoNoGo, Countdown, Launching:
		return nil
	case Scrubbed:
		return no("the launch was scrubbed; "+what, "go back to an earlier mark first: clock.recycle")
	default:
		return no(fmt.Sprintf("the launch is %s; %s", phase, what), "write what happens in a note")
	}
}

func mayHold(r *request) *Refusal {
	if refusal := r.running("there is no countdown to hold"); refusal != nil {
		return refusal
	}
	if h := r.s.Clock.Hold; h != nil {
		return no(fmt.Sprintf("the clock is held already, by %s at %s", h.User, h.At.UTC().Format("15:04:05")), "clock.resume lets it go on")
	}
	return r.must("a hold", runbook.AllTeams)
}

func decideHold(r *request) ([]Event, *Refusal) {
	return []Event{{Kind: "clock.held", Data: ClockHeld{At: r.now, Reason: r.args["reason"]}}}, nil
}

func mayResume(r *request) *Refusal {
	if r.s.Clock.Hold == nil {
		return no("the clock is not held", "")
	}
	return r.must("the clock", r.s.commanders()...)
}

func decideResume(r *request) ([]Event, *Refusal) {
	c := r.s.Clock
	held := max(r.now.Sub(c.Hold.At), 0).Truncate(time.Second)
	d := ClockResumed{Mode: orName(r.args["mode"], "move"), T0: c.T0.Add(held), Held: runbook.Duration(held), Reason: r.args["reason"]}
	if d.Mode == "keep" {
		if !c.T0.After(r.now) {
			return nil, no("T-0 has passed during the hold and cannot be kept", "resume with mode=move, or give a new one: clock.set t0=+15m")
		}
		d.T0 = c.T0
		for _, m := range r.s.Runbook.Sequence.Marks {
			if at := m.At.Time(c.T0); at.After(c.Hold.At) && !at.After(r.now) {
				d.Squeezed = append(d.Squeezed, m.ID)
			}
		}
	}
	if refusal := r.needsGo(d.T0); refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "clock.resumed", Data: d}}, nil
}

// needsGo refuses to start a clock that would hold itself at once.
func (r *request) needsGo(t0 time.Time) *Refusal {
	mark := r.s.lastMark()
	if r.s.GoInForce() || r.s.Clock.Late && !t0.After(r.now) || mark.Time(t0).After(r.now) {
		return nil
	}
	return no(fmt.Sprintf("there is no GO, and without one the clock holds itself at %s", mark), "poll first (poll.open, poll.vote, poll.decide), or go back: clock.recycle to=T-15m")
}

func maySet(r *request) *Refusal {
	if refusal := r.running("T-0 is past"); refusal != nil {
		return refusal
	}
	if r.s.sequenceBegun() {
		return no("the deployment sequence has begun; T-0 cannot be moved", "hold the clock, and recycle from there")
	}
	return r.must("T-0", r.s.commanders()...)
}

func decideSet(r *request) ([]Event, *Refusal) {
	t0, refusal := r.instant("t0")
	if refusal != nil {
		return nil, refusal
	}
	switch {
	case !t0.After(r.now):
		return nil, no(instant(t0)+" has passed; T-0 lies in the future", "give an instant to come, or a time from now such as +15m")
	case t0.After(r.now.AddDate(10, 0, 0)):
		return nil, no(instant(t0)+" is more than ten years away", "")
	case t0.Equal(r.s.Clock.T0) && r.s.Clock.Hold == nil:
		return nil, no("T-0 is "+instant(t0)+" already", "")
	}
	if refusal := r.needsGo(t0); refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "clock.set", Data: ClockSet{T0: t0, Before: r.s.Clock.T0, Reason: r.args["reason"]}}}, nil
}

// instant reads an RFC 3339 instant, or +15m: a time from now.
func (r *request) instant(arg string) (time.Time, *Refusal) {
	v := r.args[arg]
	if rest, ok := strings.CutPrefix(v, "+"); ok {
		if d, err := runbook.ParseDuration(rest); err == nil {
			return r.now.Add(time.Duration(d)).Truncate(time.Second), nil
		}
	} else if t, err := time.Parse(time.RFC3339, v); err == nil && t.UTC().Year() > 0 && t.UTC().Year() < 10000 {
		return t.UTC(), nil
	}
	return time.Time{}, usage("%s=%s is no instant; expected one such as 2026-11-24T10:00:00Z, or a time from now such as +15m", arg, short(v))
}

func mayRecycle(r *request) *Refusal {
	if r.s.Clock.Hold == nil && r.s.Clock.Scrub == nil {
		return no("only a held or scrubbed launch goes back to an earlier mark", "hold the clock first: clock.hold")
	}
	return r.must("the clock", r.s.commanders()...)
}

// recycleMarks are the marks that leave time for the new poll that a recycle needs.
func (s *State) recycleMarks() []string {
	var marks []runbook.Mark
	add := func(m runbook.Mark) {
		if m < s.lastMark() && !slices.Contains(marks, m) {
			marks = append(marks, m)
		}
	}
	add(s.Runbook.GoNoGo.At)
	for _, m := range s.Runbook.Sequence.Marks {
		add(m.At)
	}
	slices.Sort(marks)
	var names []string
	for _, m := range marks {
		names = append(names, m.String())
	}
	return names
}

func decideRecycle(r *request) ([]Event, *Refusal) {
	to, err := runbook.ParseMark(r.args["to"])
	if err != nil {
		return nil, usage("to=%s is no mark; %s", short(r.args["to"]), listed(r.args["to"], r.s.recycleMarks()))
	}
	if last := r.s.lastMark(); to >= last {
		return nil, no(fmt.Sprintf("%s is too late: a recycle needs a new poll, and without a GO the clock holds itself at %s", to, last),
			"go back to "+join(r.s.recycleMarks(), "or"))
	}
	d := ClockRecycled{To: to, T0: to.Time(time.Time{}), Reason: r.args["reason"]}
	d.T0 = r.now.Add(-time.Duration(to)).Truncate(time.Second)
	return []Event{{Kind: "clock.recycled", Data: d}}, nil
}

func mayScrub(r *request) *Refusal {
	if refusal := r.running("it cannot be called off any more"); refusal != nil {
		return refusal
	}
	return r.must("a scrub", slices.Concat(r.s.commanders(), r.s.Runbook.GoNoGo.Approvals)...)
}

func decideScrub(r *request) ([]Event, *Refusal) {
	return []Event{{Kind: "clock.scrubbed", Data: ClockScrubbed{Reason: r.args["reason"]}}}, nil
}

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
	h := &Hold{Mark: marked(e, d.By, d.Reason), Auto: d.Auto}
	h.At = d.At
	s.Clock.Hold = h
	return ""
}

func applyResumed(s *State, e journal.Entry, d ClockResumed) string {
	if s.Clock.Hold == nil || s.Clock.Scrub != nil {
		return "the clock is not held"
	}
	if d.T0.Before(s.Clock.T0) {
		return "a hold moves no T-0 back"
	}
	s.moveT0(e, d.T0)
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
	s.Clock.Late = false
	return ""
}

func applyRecycled(s *State, e journal.Entry, d ClockRecycled) string {
	if s.Clock.Hold == nil && s.Clock.Scrub == nil {
		return "the clock is neither held nor scrubbed"
	}
	if d.To >= 0 || d.T0.IsZero() {
		return "a recycle goes back to a mark before T-0"
	}
	s.lapse(e, "the clock went back to "+d.To.String())
	c := &s.Clock
	c.T0, c.Since, c.Hold, c.Scrub, c.Moved, c.Late = d.T0, e.At, nil, nil, 0, false
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
