package launch

import (
	"fmt"
	"slices"
	"time"

	"tminus/model/journal"
)

// The kinds that tell of calls.
const (
	KindCallIntended = "call.intended"
	KindCallReturned = "call.returned"
	KindCallFound    = "call.found"
	KindCallEnded    = "call.ended"
)

// CallIntended is the data of call.intended: what is about to be sent. It is durable before anything leaves.
type CallIntended struct {
	Call
	Digest   string    `json:"digest"` // of operation and arguments
	Identity Identity  `json:"identity"`
	Deadline time.Time `json:"deadline"`          // until when the effect may still come
	DryRun   bool      `json:"dry_run,omitempty"` // nothing is sent
}

// CallReturned is the data of call.returned: what the other side, or the way to it, answered.
type CallReturned struct {
	ID string `json:"call"`
	Outcome
}

// CallFound is the data of call.found: what looking for the effect of a call found, or what a person says of it.
type CallFound struct {
	ID string `json:"call"`
	Found
}

// CallEnded is the data of call.ended: how what a call had begun ended: a deployment, a program.
type CallEnded struct {
	ID     string `json:"call"`
	State  string `json:"state"` // succeeded, failed, stopped
	Detail string `json:"detail,omitempty"`
	Output string `json:"output,omitempty"` // digest of what was kept of a program's output
}

// CallState is a call that was intended, and all that is known of it.
type CallState struct {
	Call
	Intended Mark
	Identity Identity
	Deadline time.Time
	DryRun   bool
	Returned *Outcome
	Found    *Found
	Ended    *CallEnded
	Undone   *Mark // an action's program: what it did was taken back

	Unwanted    *Mark // its step was stopped: its program is to end
	Interrupted *Mark // its program was asked to
}

// Happened reports whether the effect is known to have begun.
func (c *CallState) Happened() bool {
	return c.Returned != nil && c.Returned.Outcome == OutcomeOK || c.Found != nil && c.Found.Found == FoundYes
}

// Refused reports whether the effect is known not to have happened.
func (c *CallState) Refused() bool {
	if c.Found != nil {
		return c.Found.Found == FoundNo
	}
	return c.Returned != nil && (c.Returned.Outcome == OutcomeFailed || c.Returned.Outcome == OutcomeNotSent)
}

// Unknown reports whether it may have happened or not: it was intended, and nothing certain came back or was found.
func (c *CallState) Unknown() bool { return !c.Happened() && !c.Refused() }

// Result is what the answer, or the look, said of the effect.
func (c *CallState) Result() map[string]string {
	switch {
	case c.Returned != nil && c.Returned.Outcome == OutcomeOK:
		return c.Returned.Result
	case c.Found != nil:
		return c.Found.Result
	}
	return nil
}

func callTable() ([]ActionSpec, []KindSpec) {
	return nil, []KindSpec{
		kindOf(KindCallIntended, "An outside call is about to be made", applyIntended, func(_ *State, d CallIntended) string {
			if d.DryRun {
				return "would run: " + d.AWSLine()
			}
			return "about to run: " + d.AWSLine()
		}),
		kindOf(KindCallReturned, "An outside call returned", applyReturned, func(s *State, d CallReturned) string {
			return withReason(s.callText(d.ID)+": "+d.Outcome.Outcome, d.Error)
		}),
		alsoSystem(kindOf(KindCallFound, "What became of an outside call was looked up, or said", applyFound, func(s *State, d CallFound) string {
			return withReason(s.callText(d.ID)+": it "+d.Found.Found, d.Evidence)
		})),
		alsoSystem(kindOf(KindCallEnded, "What a call had begun ended", applyCallEnded, func(s *State, d CallEnded) string {
			return withReason(s.callText(d.ID)+": "+d.State, d.Detail)
		})),
		kindOf(KindCallInterrupted, "A program was asked to end, since its step was stopped", applyInterrupted, func(s *State, d CallInterrupted) string {
			return withReason("asked to end: "+s.callText(d.ID), d.Detail)
		}),
	}
}

func (s *State) callText(id string) string {
	c := s.Calls[id]
	if c == nil {
		return id
	}
	return c.Op + " (" + s.stepTitle(c.Step) + ")"
}

// applyIntended takes only a call that the state asks for at this point: an approved plan's, an ordered flag's, a started
// step's. Whatever else a journal says, nobody was entitled to it.
func applyIntended(s *State, e journal.Entry, d CallIntended) string {
	switch {
	case s.Calls[d.ID] != nil:
		return "the call was intended before"
	case d.ID == "" || d.Call.Digest() != d.Digest:
		return "its digest is not that of its arguments"
	case NewCall(s.ID, d.Op, d.Step, d.Part, d.Attempt, d.Args).ID != d.ID:
		return "its id is not that of what it does"
	case d.DryRun != (s.Mode == DryRun):
		return "a dry run sends nothing, and nothing else is one"
	case !s.wanted(d.Call):
		return "nothing asks for this call"
	}
	c := &CallState{Call: d.Call, Intended: marked(e, By{}, ""), Identity: d.Identity, Deadline: d.Deadline, DryRun: d.DryRun}
	s.Calls[d.ID] = c
	s.callOrder = append(s.callOrder, d.ID)
	s.settle(c, e)
	return ""
}

// LastComing is until when the effect of a call may still come. A program is begun within the time of a write, however
// long it may run then.
func (c *CallState) LastComing() time.Time {
	if begun := c.Intended.At.Add(CallWithin); c.Op == OpRun && begun.Before(c.Deadline) {
		return begun
	}
	return c.Deadline
}

func applyReturned(s *State, e journal.Entry, d CallReturned) string {
	c := s.Calls[d.ID]
	switch {
	case c == nil:
		return "the call was not intended"
	case c.Returned != nil || c.Found != nil && c.Found.Found != FoundUnclear:
		return "what became of the call is known already"
	case !slices.Contains([]string{OutcomeOK, OutcomeFailed, OutcomeNotSent, OutcomeUnknown}, d.Outcome.Outcome):
		return fmt.Sprintf("%q is no outcome", d.Outcome.Outcome)
	}
	c.Returned = &d.Outcome
	s.settle(c, e)
	return ""
}

func applyFound(s *State, e journal.Entry, d CallFound) string {
	c := s.Calls[d.ID]
	switch {
	case c == nil:
		return "the call was not intended"
	case !c.Unknown():
		return "what became of the call is known already"
	case !slices.Contains([]string{FoundYes, FoundNo, FoundUnclear}, d.Found.Found):
		return fmt.Sprintf("%q is nothing that can be found", d.Found.Found)
	case d.Found.Found == FoundNo && !e.At.After(c.LastComing()):
		return "its effect may still come"
	}
	c.Found = &d.Found
	s.settle(c, e)
	return ""
}

func applyCallEnded(s *State, e journal.Entry, d CallEnded) string {
	c := s.Calls[d.ID]
	switch {
	case c == nil || !c.Happened():
		return "the call is not known to have begun anything"
	case c.Ended != nil:
		return "what it had begun has ended already"
	case !slices.Contains([]string{"succeeded", "failed", "stopped"}, d.State):
		return fmt.Sprintf("%q is no end", d.State)
	}
	c.Ended = &d
	s.settle(c, e)
	return ""
}

// newestCall is the newest call of a step's part; nil: none was intended.
func (s *State) newestCall(step, part string) *CallState {
	for i := len(s.callOrder) - 1; i >= 0; i-- {
		if c := s.Calls[s.callOrder[i]]; c.Step == step && c.Part == part {
			return c
		}
	}
	return nil
}

// failure says why a call failed, in one line.
func (c *CallState) failure() string {
	switch {
	case c.Ended != nil && c.Ended.State != "succeeded":
		return fmt.Sprintf("%s %s: %s", c.Op, c.Ended.State, c.Ended.Detail)
	case c.Found != nil && c.Found.Found == FoundNo:
		return c.Op + " did not happen: " + c.Found.Evidence
	case c.Returned != nil && c.Returned.Error != "":
		return c.Op + " " + c.Returned.Outcome + ": " + c.Returned.Error
	case c.Returned != nil:
		return c.Op + " " + c.Returned.Outcome
	}
	return ""
}
