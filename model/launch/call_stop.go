package launch

import (
	"strings"

	"tminus/model/journal"
)

// KindCallInterrupted says that a program was asked to end, since its step was stopped.
const KindCallInterrupted = "call.interrupted"

// CallInterrupted is the data of call.interrupted. How the program then ended is told by call.ended: it may have come to its
// own end before it heard of it.
type CallInterrupted struct {
	ID     string `json:"call"`
	Detail string `json:"detail,omitempty"`
}

// unwant marks the programs of a step that somebody stops: they are to end. What takes an action back goes on, since what
// was halted stays so without it.
func (s *State) unwant(step string, m Mark) {
	for _, c := range s.RunningOf(step) {
		c.Unwanted = &m
	}
}

// RunningOf are the programs of a step that run, or may: stopping the step ends them.
func (s *State) RunningOf(step string) []*CallState {
	var all []*CallState
	for _, id := range s.callOrder {
		if c := s.Calls[id]; c.Step == step && c.Op == OpRun && !strings.HasSuffix(c.Part, undoSuffix) && s.open(c) {
			all = append(all, c)
		}
	}
	return all
}

// Interrupting reports whether a program is wanted to end and has not been asked to yet.
func (c *CallState) Interrupting() bool {
	return c.Unwanted != nil && c.Interrupted == nil && c.Happened() && c.Ended == nil
}

// stopWork is to ask the programs to end that nobody wants any more.
func (s *State) stopWork() []Work {
	var all []Work
	for _, id := range s.callOrder {
		if c := s.Calls[id]; c.Interrupting() {
			all = append(all, Work{Kind: WorkStop, Call: c.Call, Intended: c.Intended.At, Result: c.Result(), Step: c.Step})
		}
	}
	return all
}

func applyInterrupted(s *State, e journal.Entry, d CallInterrupted) string {
	c := s.Calls[d.ID]
	switch {
	case c == nil || c.Unwanted == nil:
		return "nobody has stopped what this call has begun"
	case c.Interrupted != nil:
		return "it was asked to end already"
	case !c.Happened() || c.Ended != nil:
		return "it is not known to run"
	}
	m := marked(e, By{}, d.Detail)
	c.Interrupted = &m
	return ""
}
