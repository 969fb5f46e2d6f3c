package launch

import (
	"fmt"
	"slices"
	"strings"

	"tminus/model/journal"
)

// step returns the record of a step of the deployment sequence, made where there is none yet.
func (s *State) step(id string) (*Step, string) {
	if step, _ := s.stepOf(id); step == nil {
		return nil, fmt.Sprintf("there is no step %q under way", id)
	}
	st := s.Steps[id]
	if st == nil {
		st = &Step{}
		s.Steps[id] = st
	}
	return st, ""
}

// mayBegin says what stands against starting, trying again or skipping a step, apart from the time.
func (s *State) mayBegin(id string) string {
	if step, back := s.stepOf(id); step != nil && back {
		return s.mayBeginBack(id)
	}
	next := s.NextStep()
	switch {
	case s.sequenceStep(id) == nil:
		return fmt.Sprintf("the deployment sequence has no step %q", id)
	case s.turnedBack() != nil:
		return "the launch was rolled back"
	case next == nil || next.ID != id:
		return "it is not this step's turn"
	case !s.GoInForce():
		return "there is no GO"
	case s.Aborted != nil:
		return "the deployment sequence was stopped"
	case s.Clock.Hold != nil || s.Clock.Scrub != nil:
		return "the clock stands"
	}
	return ""
}

// mayBeginBack is mayBegin for a step of the rollback under way.
func (s *State) mayBeginBack(id string) string {
	b := s.CurrentRollback()
	switch next := s.nextOf(b); {
	case b.Aborted != nil:
		return "the rollback was stopped"
	case next == nil || next.ID != id:
		return "it is not this step's turn"
	}
	return ""
}

// tooEarlyFor reports whether an entry is of a time at which a step cannot be begun yet: the sequence's begin at T-0.
func (s *State) tooEarlyFor(id string, e journal.Entry) bool {
	return s.sequenceStep(id) != nil && e.At.Before(s.Clock.T0)
}

func applyStarted(s *State, e journal.Entry, d StepChanged) string {
	if odd := s.mayBegin(d.ID); odd != "" {
		return odd
	}
	if s.StepStateOf(d.ID) != StepWaiting || s.tooEarlyFor(d.ID, e) {
		return "the step does not wait, or T-0 is still to come"
	}
	st, _ := s.step(d.ID)
	s.begin(st, e, d)
	return ""
}

func applyRetried(s *State, e journal.Entry, d StepChanged) string {
	if odd := s.mayBegin(d.ID); odd != "" {
		return odd
	}
	if s.StepStateOf(d.ID) != StepFailed {
		return "the step has not failed"
	}
	step, _ := s.stepOf(d.ID)
	for _, a := range actionsOf(step) { // what a call did is done: only the rest is tried again
		if c := s.newestCall(d.ID, a.ID); c == nil || !c.Happened() || s.cameToNothing(d.ID, c) {
			delete(s.Confirmed, a.ID)
		}
	}
	s.begin(s.Steps[d.ID], e, d)
	return ""
}

// cameToNothing reports whether what a call had begun has failed by now: such a deployment is made again.
func (s *State) cameToNothing(step string, c *CallState) bool {
	if c.Ended != nil && c.Ended.State != "succeeded" {
		return true
	}
	if c.Op != OpDeploy {
		return false
	}
	for what, is := range s.Steps[step].Checked {
		if is.Outcome == CheckFailed && strings.Contains(what, "deploy") {
			return true
		}
	}
	return false
}

func (s *State) begin(st *Step, e journal.Entry, d StepChanged) {
	*st = Step{State: StepRunning, Attempt: st.Attempt + 1, Started: marked(e, d.By, d.Reason), Verified: map[string]Mark{}, Digests: digestsOf(st, d)}
	s.toVerify(d.ID)
}

// digestsOf are those that an entry names, else those that the step has from the rollback's plan.
func digestsOf(st *Step, d StepChanged) map[string]string {
	if d.Digests != nil {
		return d.Digests
	}
	return st.Digests
}

// toVerify moves a step whose actions are all confirmed, and which has verifications, to verifying; and back.
func (s *State) toVerify(id string) {
	step, _ := s.stepOf(id)
	st := s.Steps[id]
	if step == nil || st == nil {
		return
	}
	st.State = StepRunning
	for _, a := range actionsOf(step) {
		if s.Confirmed[a.ID] == nil {
			return
		}
	}
	if len(step.Verifications) > 0 {
		st.State = StepVerifying
	}
}

func applyConfirmed(s *State, e journal.Entry, d Confirmed) string {
	p, odd := s.placeOf(d)
	if odd != "" {
		return odd
	}
	if _, is := s.confirmed(p, d.What); is {
		return "it is confirmed already"
	}
	m := marked(e, d.By, d.Evidence)
	if p.verifies(d.What) {
		s.Steps[p.id].Verified[d.What] = m
	} else {
		s.Confirmed[d.What] = &Done{m}
	}
	if p.step != nil {
		s.toVerify(p.id)
	}
	s.remember(e, d.By, Command{Action: "step.unconfirm", Args: map[string]string{"id": d.ID, "what": d.What}}, "the confirmation of "+s.whatText(d.ID, d.What))
	return ""
}

func applyUnconfirmed(s *State, _ journal.Entry, d Confirmed) string {
	p, odd := s.placeOf(d)
	if odd != "" {
		return odd
	}
	if _, is := s.confirmed(p, d.What); !is {
		return "it is not confirmed"
	}
	if p.verifies(d.What) {
		delete(s.Steps[p.id].Verified, d.What)
	} else {
		delete(s.Confirmed, d.What)
	}
	if p.step != nil {
		s.toVerify(p.id)
	}
	return ""
}

// placeOf finds the mark, or the step under way, that has the part.
func (s *State) placeOf(d Confirmed) (place, string) {
	for _, p := range s.places() {
		if p.id != d.ID || !slices.Contains(p.parts(), d.What) {
			continue
		}
		if p.step != nil && !s.works(p.id) {
			return p, "the step is not under way"
		}
		return p, ""
	}
	return place{}, fmt.Sprintf("%q has no part %q", d.ID, d.What)
}

func applyVerified(s *State, e journal.Entry, d StepChanged) string {
	if !s.works(d.ID) {
		return "the step is not under way"
	}
	for _, p := range s.places() {
		if p.id == d.ID && len(s.openParts(p, false)) > 0 {
			return "not everything of the step is confirmed"
		}
	}
	s.end(d.ID, StepDone, marked(e, d.By, d.Reason))
	return ""
}

func (s *State) end(id string, state StepState, m Mark) {
	st := s.Steps[id]
	st.State, st.Ended = state, &m
}

func applySkipped(s *State, e journal.Entry, d StepChanged) string {
	if odd := s.mayBegin(d.ID); odd != "" {
		return odd
	}
	if state := s.StepStateOf(d.ID); state != StepWaiting && state != StepFailed || s.tooEarlyFor(d.ID, e) {
		return "the step neither waits nor has failed, or T-0 is still to come"
	}
	if _, odd := s.step(d.ID); odd != "" {
		return odd
	}
	s.end(d.ID, StepSkipped, marked(e, d.By, d.Reason))
	return ""
}

func applyAborted(s *State, e journal.Entry, d StepChanged) string {
	state := s.StepStateOf(d.ID)
	step, back := s.stepOf(d.ID)
	stopped := s.Aborted != nil
	if back {
		stopped = s.CurrentRollback().Aborted != nil
	}
	if step == nil || !s.works(d.ID) && (stopped || state != StepFailed && state != StepUnknown) {
		return "the step neither runs nor has failed"
	}
	m := marked(e, d.By, d.Reason)
	s.end(d.ID, StepFailed, m)
	if back {
		s.CurrentRollback().Aborted = &m
	} else {
		s.Aborted = &m
	}
	return ""
}

func applyResolved(s *State, e journal.Entry, d Resolved) string {
	if step, _ := s.stepOf(d.ID); step == nil || !s.works(d.ID) && s.StepStateOf(d.ID) != StepUnknown {
		return "the step is not under way"
	}
	m := marked(e, d.By, d.Evidence)
	switch d.Outcome {
	case "done":
		s.say(d.ID, e, Found{Found: FoundYes, Evidence: d.Evidence})
		s.end(d.ID, StepDone, m)
	case "not-done":
		s.say(d.ID, e, Found{Found: FoundNo, Evidence: d.Evidence})
		s.end(d.ID, StepFailed, m)
	default:
		return fmt.Sprintf("%q is no outcome", d.Outcome)
	}
	return ""
}

// say takes a person's word for what became of a step's calls that nobody knows of and that can have no effect any more:
// what nothing outside tells would keep the step from being tried again for ever.
func (s *State) say(step string, e journal.Entry, found Found) {
	for _, id := range s.callOrder {
		if c := s.Calls[id]; c.Step == step && c.Unknown() && e.At.After(c.Deadline) {
			c.Found = &found
		}
	}
}
