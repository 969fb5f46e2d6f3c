package launch

import (
	"slices"
	"time"

	"tminus/model/runbook"
)

// stepOf returns a step that can be worked: of the deployment sequence, or of the rollback under way (back).
func (s *State) stepOf(id string) (step *runbook.Step, back bool) {
	if st := s.sequenceStep(id); st != nil {
		return st, false
	}
	if b := s.CurrentRollback(); b.Running() && slices.ContainsFunc(b.Plan.Steps, func(p PlannedStep) bool { return p.ID == id }) {
		st := s.rollbackStep(id)
		return st, st != nil
	}
	return nil, false
}

// backSteps are the steps of a rollback's plan.
func (s *State) backSteps(b *Rollback) []*runbook.Step {
	var steps []*runbook.Step
	for _, p := range b.Plan.Steps {
		if st := s.rollbackStep(p.ID); st != nil {
			steps = append(steps, st)
		}
	}
	return steps
}

// nextOf is the first step of a rollback that the next one still waits for; nil: there is none.
func (s *State) nextOf(b *Rollback) *runbook.Step {
	for _, step := range s.backSteps(b) {
		if !s.passed(step) {
			return step
		}
	}
	return nil
}

// over reports whether every step of a rollback is done or skipped.
func (s *State) over(b *Rollback) bool {
	return !slices.ContainsFunc(b.Plan.Steps, func(p PlannedStep) bool {
		state := s.StepStateOf(p.ID)
		return state != StepDone && state != StepSkipped
	})
}

// rollbackDue is what time and work bring to the rollback by themselves. Two people can come to be enough without either
// of them doing anything: where one is given a role back.
func (s *State) rollbackDue(now time.Time) []Event {
	b := s.CurrentRollback()
	switch {
	case b.Running():
		return s.backDue(b, now)
	case !b.Open():
	case s.carried(b, now):
		return []Event{{Kind: KindRollbackAuthorized, Data: RollbackWord{ID: b.ID, Approvals: s.Judge(b, now).Counted}}}
	case now.After(b.Expires) && !s.fires(b):
		return []Event{{Kind: KindRollbackLapsed, Data: RollbackWord{ID: b.ID, Reason: "too few approved it in time; " + s.escalation(b)}}}
	}
	return nil
}

// carried reports whether a request's approvals authorise it now: enough different people, recently, of this plan, and of
// documents that were reviewed, unless its priority is high.
func (s *State) carried(b *Rollback, now time.Time) bool {
	return s.Judge(b, now).Authorized && (b.Priority == runbook.High || len(s.Unreviewed) == 0)
}

// fires reports whether a trigger that a request answers is still in force.
func (s *State) fires(b *Rollback) bool {
	return slices.ContainsFunc(append([]string{b.Trigger}, b.Also...), func(id string) bool { return s.Triggers[id].InForce() })
}

// escalation says who is told of a request that nobody took up.
func (s *State) escalation(b *Rollback) string {
	for _, c := range s.Runbook.Contacts {
		to := orName(s.File.Contacts[c.ID].Escalation, join(s.Holders(c.Escalation.Role), "or"))
		if c.ID == "technical" && to != "" {
			return "call " + to
		}
	}
	return "call " + s.authorityNames(s.Policy(b.Priority).Roles)
}

// backDue is what a rollback under way comes to by itself: its next step starts, ends or fails, and so does it.
func (s *State) backDue(b *Rollback, now time.Time) []Event {
	if b.Aborted != nil {
		return []Event{{Kind: KindRollbackCompleted, Data: RollbackCompleted{ID: b.ID, Outcome: RollbackFailed, Reason: b.Aborted.Reason}}}
	}
	for _, step := range s.backSteps(b) {
		if ev, due := s.stepDue(step); due {
			return []Event{ev}
		}
	}
	next := s.nextOf(b)
	switch {
	case s.over(b):
		return []Event{{Kind: KindRollbackCompleted, Data: RollbackCompleted{ID: b.ID, Outcome: RollbackDone}}}
	case next == nil || s.StepStateOf(next.ID) != StepWaiting:
		return nil
	case b.Began == nil && !s.carried(b, now):
		return []Event{{Kind: KindRollbackLapsed, Data: RollbackWord{ID: b.ID, Reason: "its approvals do not count any more; request it again"}}}
	}
	return []Event{{Kind: "step.started", Data: StepChanged{ID: next.ID, Attempt: s.attempts(next.ID) + 1}}}
}

// holdsFor is who holds which roles now. In a rehearsal who acted as a role goes on holding it for their approval.
func (s *State) holdsFor(b *Rollback) func(user string) []string {
	return func(user string) []string {
		if s.Mode == Rehearsal {
			for i := len(b.Approvals) - 1; i >= 0; i-- {
				if b.Approvals[i].User == user {
					return b.Approvals[i].Roles
				}
			}
		}
		return s.Roles(user)
	}
}

// stepDue is what a step under way comes to by itself: that it failed, or that everything of it is done.
func (s *State) stepDue(step *runbook.Step) (Event, bool) {
	if !s.works(step.ID) {
		return Event{}, false
	}
	st := s.Steps[step.ID]
	_, back := s.stepOf(step.ID)
	byRoom := false
	for _, p := range s.partsInForce(step, back, st) {
		byRoom = byRoom || p.By != ByHand
		if why := s.failed(step.ID, st, p); why != "" {
			return Event{Kind: KindStepFailed, Data: StepChanged{ID: step.ID, Attempt: st.Attempt, Reason: why}}, true
		}
	}
	for _, p := range s.places() {
		if p.id == step.ID && (byRoom || len(p.parts()) == 0) && len(s.openParts(p, false)) == 0 {
			return Event{Kind: KindStepVerified, Data: StepChanged{ID: step.ID, Attempt: st.Attempt}}, true
		}
	}
	return Event{}, false
}

// failed says why a part has failed in this attempt; "": it has not. A watch that fails leaves the step to a person.
func (s *State) failed(step string, st *Step, p PartSpec) string {
	if c := s.newestCall(step, p.ID); p.By == ByCall && s.Confirmed[p.ID] == nil && c != nil && c.Attempt == st.Attempt {
		if c.Refused() && !c.DryRun || c.Ended != nil && c.Ended.State != "succeeded" {
			return c.failure()
		}
	}
	// What a person has confirmed since is as they say.
	if _, confirmed := st.Verified[p.ID]; confirmed || s.Confirmed[p.ID] != nil {
		return ""
	}
	if c := st.Checked[p.ID]; c.Outcome == CheckFailed && !p.Watch {
		return p.Text + ": " + c.Reason
	}
	return ""
}

// workDue is what the steps under way come to by themselves.
func (s *State) workDue(now time.Time) []Event {
	if events := s.outboxDue(now); len(events) > 0 {
		return events
	}
	if events := s.rollbackDue(now); len(events) > 0 {
		return events
	}
	if events := s.autoOffDue(now); len(events) > 0 {
		return events
	}
	for i := range s.Runbook.Sequence.Steps {
		if ev, due := s.stepDue(&s.Runbook.Sequence.Steps[i]); due {
			return []Event{ev}
		}
	}
	return nil
}
