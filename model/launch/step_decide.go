package launch

import (
	"fmt"
	"slices"
	"strings"

	"tminus/model/runbook"
)

// inSequence refuses what only a launch at or after T-0 with a GO can do: no T-0 without a GO.
func inSequence(r *request) *Refusal {
	s := r.s
	switch {
	case s.turnedBack() != nil:
		return no("the launch was rolled back: "+s.turnedBack().ID, "recycle to an earlier mark for another try: clock.recycle")
	case s.Aborted != nil:
		return no("the deployment sequence was stopped by "+s.Aborted.User, "hold the clock and recycle to an earlier mark, or scrub")
	case s.Held(r.now):
		return no("the clock is held", "resume it first: clock.resume")
	case !s.GoInForce():
		if p := s.CurrentPoll(); p != nil && p.Lapsed != "" {
			return no("the GO lapsed: "+p.Lapsed, "a new poll is needed: poll.open")
		}
		return no("there is no GO", "the poll gives it: poll.open, poll.vote, poll.decide")
	case s.Countdown(r.now) < 0:
		return no("it is "+FormatClock(s.Countdown(r.now))+"; the sequence starts at T-0", "")
	}
	return nil
}

// workable are the steps of the rollback under way, then those of the deployment sequence.
func (s *State) workable() []*runbook.Step {
	var all []*runbook.Step
	if b := s.CurrentRollback(); b.Running() {
		all = s.backSteps(b)
	}
	for i := range s.Runbook.Sequence.Steps {
		all = append(all, &s.Runbook.Sequence.Steps[i])
	}
	return all
}

// inProcedure refuses what only a rollback under way, or a launch at or after T-0 with a GO, can do.
func inProcedure(r *request) *Refusal {
	_, back := r.s.stepOf(r.args["id"])
	if r.s.CurrentRollback().Running() && (back || r.listing || r.s.sequenceStep(r.args["id"]) == nil) {
		return nil
	}
	return inSequence(r)
}

// needsPrograms asks for the digests of the programs that a step runs.
func needsPrograms(r *request) (*Needs, *Refusal) {
	step, _ := r.s.stepOf(r.args["id"])
	if step == nil {
		return nil, nil
	}
	for _, a := range step.Actions {
		if _, bound := r.s.File.Actions[a.ID]; bound {
			return &Needs{Programs: r.s.Programs()}, nil
		}
	}
	return nil, nil
}

// digests are what the room read of the programs; nil: nothing was asked.
func (r *request) digests() map[string]string {
	if r.read == nil || r.read.World == nil {
		return nil
	}
	return r.read.World.Digests
}

func (r *request) step() (*runbook.Step, *Refusal) {
	step, _ := r.s.stepOf(r.args["id"])
	if step == nil {
		var all []string
		for _, st := range r.s.workable() {
			all = append(all, st.ID)
		}
		return nil, r.unknown("id", "step that can be worked now", all)
	}
	return step, nil
}

// ownStep is the step of the request, whose owner the caller is.
func (r *request) ownStep() (*runbook.Step, *Refusal) {
	step, refusal := r.step()
	if refusal == nil {
		refusal = r.must(capital(r.s.stepTitle(step.ID)), step.Owner)
	}
	return step, refusal
}

// steps lists the ids of the caller's steps in one of the states. An authority's are all.
func (r *request) steps(states []StepState) []string {
	var ids []string
	for _, st := range r.s.workable() {
		if slices.Contains(states, r.s.StepStateOf(st.ID)) && (r.may(st.Owner) || r.may(r.s.authorities()...)) {
			ids = append(ids, st.ID)
		}
	}
	return ids
}

func startable(r *request) []string {
	next := r.s.NextStep()
	if next == nil || r.s.StepStateOf(next.ID) != StepWaiting || !r.may(next.Owner) {
		return nil
	}
	return []string{next.ID}
}

// skippable is the next step, where it waits or has failed.
func (s *State) skippable() []string {
	next := s.NextStep()
	if b := s.CurrentRollback(); b.Running() {
		next = s.nextOf(b)
	}
	if next == nil || s.StepStateOf(next.ID) != StepWaiting && s.StepStateOf(next.ID) != StepFailed {
		return nil
	}
	return []string{next.ID}
}

// notNext says what a step waits for.
func (r *request) notNext(step *runbook.Step) *Refusal {
	next := r.s.NextStep()
	if b := r.s.CurrentRollback(); b.Running() {
		next = r.s.nextOf(b)
	}
	switch {
	case next == nil:
		return no("every step is done or skipped", "")
	case next.ID != step.ID:
		return no(capital(r.s.stepTitle(step.ID))+" waits for "+r.s.stepTitle(next.ID), "steps go one after the other; its owner is "+r.s.roleWithHolder(next.Owner))
	}
	return nil
}

func decideStart(r *request) ([]Event, *Refusal) {
	step, refusal := r.ownStep()
	if refusal != nil {
		return nil, refusal
	}
	if state := r.s.StepStateOf(step.ID); state != StepWaiting {
		hint := "confirm what is done: step.confirm id=" + step.ID
		if state == StepFailed {
			hint = "try it again: step.retry id=" + step.ID
		}
		return nil, no(fmt.Sprintf("%s is %s already", capital(r.s.stepTitle(step.ID)), state), hint)
	}
	if refusal := r.notNext(step); refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "step.started", Data: StepChanged{ID: step.ID, Attempt: r.s.attempts(step.ID) + 1, Digests: r.digests(), By: r.by}}}, nil
}

func (s *State) attempts(id string) int {
	if st := s.Steps[id]; st != nil {
		return st.Attempt
	}
	return 0
}

func decideRetry(r *request) ([]Event, *Refusal) {
	step, refusal := r.step()
	if refusal == nil {
		refusal = r.must(capital(r.s.stepTitle(step.ID)), append([]string{step.Owner}, r.s.authorities()...)...)
	}
	if refusal != nil {
		return nil, refusal
	}
	if r.s.StepStateOf(step.ID) != StepFailed {
		return nil, no(capital(r.s.stepTitle(step.ID))+" has not failed", "step.resolve outcome=not-done says that it has")
	}
	if refusal := r.notNext(step); refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "step.retried", Data: StepChanged{ID: step.ID, Attempt: r.s.attempts(step.ID) + 1, Reason: r.args["reason"], Digests: r.digests(), By: r.by}}}, nil
}

func maySkip(r *request) *Refusal {
	if refusal := inProcedure(r); refusal != nil {
		return refusal
	}
	return r.must("skipping a step", r.s.authorities()...)
}

func decideSkip(r *request) ([]Event, *Refusal) {
	step, refusal := r.step()
	if refusal != nil {
		return nil, refusal
	}
	if state := r.s.StepStateOf(step.ID); state != StepWaiting && state != StepFailed {
		return nil, no(fmt.Sprintf("%s is %s", capital(r.s.stepTitle(step.ID)), state), "say first what became of it: step.resolve id="+step.ID)
	}
	if refusal := r.notNext(step); refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "step.skipped", Data: StepChanged{ID: step.ID, Reason: r.args["reason"]}}}, nil
}

func decideAbort(r *request) ([]Event, *Refusal) {
	step, refusal := r.step()
	if refusal == nil {
		refusal = r.must(capital(r.s.stepTitle(step.ID)), append([]string{step.Owner}, r.s.authorities()...)...)
	}
	if refusal != nil {
		return nil, refusal
	}
	switch state := r.s.StepStateOf(step.ID); {
	case r.stopped(step) != nil:
		return nil, no("it was stopped already, by "+r.stopped(step).User, "")
	case state == StepRunning, state == StepVerifying, state == StepUnknown, state == StepFailed:
		return []Event{{Kind: "step.aborted", Data: StepChanged{ID: step.ID, Attempt: r.s.attempts(step.ID), Reason: r.args["reason"]}}}, nil
	default:
		return nil, no(capital(r.s.stepTitle(step.ID))+" is not running and has not failed", "hold the clock (clock.hold) before it starts")
	}
}

func decideResolve(r *request) ([]Event, *Refusal) {
	step, refusal := r.step()
	if refusal == nil {
		refusal = r.must(capital(r.s.stepTitle(step.ID)), append([]string{step.Owner}, r.s.authorities()...)...)
	}
	if refusal != nil {
		return nil, refusal
	}
	switch state := r.s.StepStateOf(step.ID); {
	case r.stopped(step) != nil:
		return nil, no("it was stopped by "+r.stopped(step).User, "")
	case state == StepRunning, state == StepVerifying, state == StepUnknown:
		return []Event{{Kind: "step.resolved", Data: Resolved{ID: step.ID, Outcome: r.args["outcome"], Evidence: r.args["evidence"], By: r.by}}}, nil
	case state == StepFailed:
		return nil, no(capital(r.s.stepTitle(step.ID))+" has failed", "try it again (step.retry), or let an authority skip it (step.skip)")
	default:
		return nil, no(capital(r.s.stepTitle(step.ID))+" is not running", "")
	}
}

// stopped is who stopped the procedure that a step belongs to; nil: nobody.
func (r *request) stopped(step *runbook.Step) *Mark {
	if _, back := r.s.stepOf(step.ID); back {
		return r.s.CurrentRollback().Aborted
	}
	return r.s.Aborted
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
