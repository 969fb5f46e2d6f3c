package launch

import (
	"fmt"
	"slices"

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
	} else if p.step != nil {
		s.acted(p.step, d.What, m)
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
		if o := s.stands[d.What]; o.call == "" {
			delete(s.stands, d.What)
		}
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
	if odd := s.mayBegin(d.ID, e.At); odd != "" {
		return odd
	}
	if state := s.StepStateOf(d.ID); state != StepWaiting && state != StepFailed || s.tooEarlyFor(d.ID, e) {
		return "the step neither waits nor has failed, or T-0 is still to come"
	}
	if _, odd := s.step(d.ID); odd != "" {
		return odd
	}
	m := marked(e, d.By, d.Reason)
	s.end(d.ID, StepSkipped, m)
	s.begun(d.ID, m)
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
	s.unwant(d.ID, m)
	if back {
		s.CurrentRollback().Aborted = &m
	} else {
		s.Aborted = &m
		s.interrupt(m, "the sequence was stopped at "+s.stepTitle(d.ID))
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
		s.end(d.ID, StepDone, m)
	case "not-done":
		s.end(d.ID, StepFailed, m)
		s.Steps[d.ID].NotDone = true
	default:
		return fmt.Sprintf("%q is no outcome", d.Outcome)
	}
	return ""
}
