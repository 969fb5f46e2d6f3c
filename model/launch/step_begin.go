package launch

import (
	"fmt"
	"time"

	"tminus/model/journal"
)

// mayBegin says what stands against starting, trying again or skipping a step at an instant.
func (s *State) mayBegin(id string, at time.Time) string {
	if step, back := s.stepOf(id); step != nil && back {
		return s.mayBeginBack(id, at)
	}
	next := s.NextStep()
	switch {
	case s.sequenceStep(id) == nil:
		return fmt.Sprintf("the deployment sequence has no step %q", id)
	case next == nil || next.ID != id:
		return "it is not this step's turn"
	case !s.GoInForce():
		return "there is no GO"
	case s.Aborted != nil:
		return "the deployment sequence was stopped"
	case s.rolled() != nil:
		return "the launch is rolled back"
	case s.Clock.Hold != nil || s.Clock.Scrub != nil:
		return "the clock stands"
	case len(s.Unreviewed) > 0:
		return "a document in force was not reviewed"
	}
	return ""
}

// mayBeginBack is mayBegin for a step of the rollback under way. Its approvals count once more when the first one begins:
// that is the moment of their use.
func (s *State) mayBeginBack(id string, at time.Time) string {
	b := s.CurrentRollback()
	switch next := s.nextOf(b); {
	case b.Aborted != nil:
		return "the rollback was stopped"
	case next == nil || next.ID != id:
		return "it is not this step's turn"
	case b.Began == nil && !s.carried(b, at):
		return "its approvals do not count any more"
	}
	return ""
}

// begun notes that a step of the rollback under way has begun, which ends the deployment sequence.
func (s *State) begun(id string, m Mark) {
	if _, back := s.stepOf(id); !back {
		return
	}
	if b := s.CurrentRollback(); b.Began == nil {
		b.Began = &m
	}
	if s.Aborted == nil {
		s.Aborted = &m
	}
	s.interrupt(m, "interrupted by the rollback "+s.CurrentRollback().ID)
}

// unknownOf is a call of a step of which it is not known what became; nil: there is none.
func (s *State) unknownOf(step string) *CallState {
	if c := s.openOf(step); c != nil && c.Unknown() {
		return c
	}
	return nil
}

// openOf is a call of a step of which it is not known what became, or what it began goes on, in this run of the procedure;
// nil: there is none.
func (s *State) openOf(step string) *CallState {
	st := s.Steps[step]
	for _, id := range s.callOrder {
		if c := s.Calls[id]; st != nil && c.Step == step && c.Op != OpStopDeploy && c.Intended.Seq > st.First && s.open(c) {
			return c
		}
	}
	return nil
}

// tooEarlyFor reports whether an entry is of a time at which a step cannot be begun yet: the sequence's begin at T-0.
func (s *State) tooEarlyFor(id string, e journal.Entry) bool {
	return s.sequenceStep(id) != nil && e.At.Before(s.Clock.T0)
}

func applyStarted(s *State, e journal.Entry, d StepChanged) string {
	if odd := s.mayBegin(d.ID, e.At); odd != "" {
		return odd
	}
	if s.StepStateOf(d.ID) != StepWaiting || s.tooEarlyFor(d.ID, e) {
		return "the step does not wait, or T-0 is still to come"
	}
	st, _ := s.step(d.ID)
	st.First = e.Seq
	s.begin(st, e, d)
	return ""
}

func applyRetried(s *State, e journal.Entry, d StepChanged) string {
	if odd := s.mayBegin(d.ID, e.At); odd != "" {
		return odd
	}
	switch {
	case s.StepStateOf(d.ID) != StepFailed:
		return "the step has not failed"
	case s.unknownOf(d.ID) != nil:
		return "it is not known what became of a call of it"
	}
	step, _ := s.stepOf(d.ID)
	for _, a := range actionsOf(step) { // what a call did is done: only the rest is tried again
		c := s.newestCall(d.ID, a.ID)
		switch {
		case !s.stays(d.ID, c):
			delete(s.Confirmed, a.ID)
		case s.Confirmed[a.ID] == nil:
			s.acted(step, a.ID, marked(e, By{}, c.evidence()))
		}
	}
	s.begin(s.Steps[d.ID], e, d)
	return ""
}

// stays reports whether what a call did needs not be done again when its step is tried again. A flag's value and a
// deployment can be lost again, or be wrong, and are: where what looks at them has failed, or a person says so.
func (s *State) stays(step string, c *CallState) bool {
	st := s.Steps[step]
	if c == nil || c.Intended.Seq < st.First || !s.worked(c) || c.Undone != nil {
		return false
	}
	shown := map[string]string{OpPutParameter: CheckParameter, OpDeploy: CheckDeployment}[c.Op]
	if shown == "" {
		return true
	}
	for _, is := range st.Checked {
		if is.What == shown && is.Outcome == CheckFailed {
			return false
		}
	}
	return !st.NotDone
}

func (s *State) begin(st *Step, e journal.Entry, d StepChanged) {
	m := marked(e, d.By, d.Reason)
	*st = Step{State: StepRunning, Attempt: st.Attempt + 1, Started: m, First: st.First, Verified: map[string]Mark{}, Digests: digestsOf(st, d)}
	s.begun(d.ID, m)
	s.toVerify(d.ID)
}

// digestsOf are those that an entry names, else those that the step has from the rollback's plan.
func digestsOf(st *Step, d StepChanged) map[string]string {
	if d.Digests != nil {
		return d.Digests
	}
	return st.Digests
}
