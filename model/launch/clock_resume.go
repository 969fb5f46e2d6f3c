package launch

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// T-0 moves by the length of a hold that began before it, unless it is to be kept. Once T-0 has come it is a fact: a hold
// after it moves neither T-0 nor any mark, so that the record of what was launched when stays true. What passed during a hold
// of which T-0 stayed is squeezed, and named.

// nearT0 is how near T-0 is when whoever keeps it is warned.
const nearT0 = 2 * time.Minute

// launched reports whether T-0 had come when the clock was held.
func (c *Clock) launched() bool { return c.Hold != nil && !c.Hold.At.Before(c.T0) }

func mayResume(r *request) *Refusal {
	if r.s.Clock.Hold == nil {
		return no("the clock is not held", "")
	}
	return r.must("the clock", r.s.commanders()...)
}

// resumeModes are how the clock can be resumed now.
func (r *request) resumeModes() []string {
	switch c := &r.s.Clock; {
	case c.Hold == nil || c.T0.After(r.now):
		return []string{"move", "keep"}
	case c.launched():
		return []string{"keep"}
	}
	return []string{"move"}
}

func decideResume(r *request) ([]Event, *Refusal) {
	c := &r.s.Clock
	held := max(r.now.Sub(c.Hold.At), 0).Truncate(time.Second)
	d := ClockResumed{Mode: orName(r.args["mode"], "move"), T0: c.T0.Add(held), Held: runbook.Duration(held), Reason: r.args["reason"]}
	switch {
	case c.launched() && r.args["mode"] == "move":
		return nil, no("T-0 was "+instant(c.T0)+" and stays as it was launched", "resume without mode=; before the first step a new T-0 is given with clock.set t0=+15m")
	case c.launched():
		d.Mode, d.T0, d.Launched = "keep", c.T0, FormatClock(r.now.Sub(c.T0))
	case d.Mode == "keep" && !c.T0.After(r.now):
		return nil, no("T-0 has passed and cannot be kept", "resume with mode=move, or give a new one: clock.set t0=+15m")
	case d.Mode == "keep":
		d.T0 = c.T0
		if left := c.T0.Sub(r.now); left < nearT0 {
			d.Near = runbook.Duration(max(left.Truncate(time.Second), time.Second))
		}
	}
	if d.Mode == "keep" {
		d.Squeezed = r.s.passedBetween(c.Hold.At, r.now)
	}
	if refusal := r.needsGo(d.T0); refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "clock.resumed", Data: d}}, nil
}

// passedBetween are the ids of the marks whose time lies in (from, to], and which nobody has done yet.
func (s *State) passedBetween(from, to time.Time) []string {
	var ids []string
	in := func(at time.Time) bool { return at.After(from) && !at.After(to) }
	for _, m := range s.Runbook.Sequence.Marks {
		if in(m.At.Time(s.Clock.T0)) && !s.markDone(&m) {
			ids = append(ids, m.ID)
		}
	}
	for _, m := range s.Marks {
		if m.Removed == nil && m.Done == nil && in(m.At.Time(s.Clock.T0)) {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// applyResumed lets the clock go on. Whatever an entry says, T-0 stays once it has come; how long the launch is held then
// counts against the GO all the same, since what was decided gets old.
func applyResumed(s *State, e journal.Entry, d ClockResumed) string {
	c := &s.Clock
	switch {
	case c.Hold == nil || c.Scrub != nil:
		return "the clock is not held"
	case c.launched():
		c.Moved += max(e.At.Sub(c.Hold.At), 0)
		c.Since, c.Hold = e.At, nil
		if c.Moved > GoTolerance {
			s.lapse(e, fmt.Sprintf("the launch was held for %s in all", span(c.Moved)))
		}
		return ""
	case d.T0.Before(c.T0):
		return "a hold moves no T-0 back"
	}
	s.moveT0(e, d.T0)
	return ""
}

func describeResumed(s *State, d ClockResumed) string {
	text := fmt.Sprintf("resumed after %s, T-0 moved to %s", d.Held, instant(d.T0))
	switch {
	case d.Launched != "":
		text = fmt.Sprintf("resumed after %s, T-0 stays %s as launched", d.Held, instant(d.T0))
	case d.Mode == "keep":
		text = fmt.Sprintf("resumed after %s, T-0 kept at %s", d.Held, instant(d.T0))
	}
	if len(d.Squeezed) > 0 {
		var marks []string
		for _, id := range d.Squeezed {
			marks = append(marks, s.squeezedTitle(id))
		}
		text += ", squeezing " + join(marks, "and")
	}
	switch {
	case d.Launched != "":
		text += "; it is " + d.Launched
	case d.Near > 0:
		text += "; T-0 is in " + d.Near.String()
	}
	return withReason(text, d.Reason)
}

// markDone reports whether everything of a mark is confirmed.
func (s *State) markDone(m *runbook.SequenceMark) bool {
	return len(m.Actions) > 0 && !slices.ContainsFunc(m.Actions, func(a runbook.Action) bool { return s.Confirmed[a.ID] == nil })
}

// squeezedTitle is "T-10m (Final health check, Verify deployment access)".
func (s *State) squeezedTitle(id string) string {
	if m := s.OwnMark(id); m != nil {
		return m.At.String() + " (" + m.Title + ")"
	}
	m := s.Runbook.Mark(id)
	if m == nil {
		return id
	}
	var todo []string
	for _, a := range m.Actions {
		todo = append(todo, a.Text)
	}
	if len(todo) == 0 {
		return m.At.String()
	}
	return m.At.String() + " (" + strings.Join(todo, ", ") + ")"
}
