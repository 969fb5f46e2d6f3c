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
	case s.Clock.Scrub != nil:
		return r.scrubbed()
	case s.rolled() != nil:
		return no("the launch was rolled back: "+s.rolled().ID, "recycle to an earlier mark for another try: clock.recycle")
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
	return r.changedDocs()
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
	if r.s.CurrentRollback().Running() {
		return nil
	}
	return inSequence(r)
}

// onlyBack refuses a step of the deployment sequence while a rollback is under way: there is no going on with both.
func (r *request) onlyBack(step *runbook.Step) *Refusal {
	b := r.s.CurrentRollback()
	if _, back := r.s.stepOf(step.ID); back || !b.Running() {
		return nil
	}
	return no(capital(r.s.stepTitle(step.ID))+" is of the deployment sequence, and the rollback "+b.ID+" is under way", "let it end first")
}

// needsPrograms asks for the digests of the programs that a step runs.
func needsPrograms(r *request) (*Needs, *Refusal) {
	step, back := r.s.stepOf(r.args["id"])
	if step == nil || back { // a rollback's are in its plan
		return nil, nil
	}
	for _, a := range actionsOf(step) {
		if _, bound := r.s.File.Actions[a.ID]; bound {
			return &Needs{Programs: r.s.Programs()}, nil
		}
	}
	for _, v := range step.Verifications {
		if len(r.s.File.Probes[v.ID].Run) > 0 {
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

// steps lists the ids of the caller's steps for which something holds. An authority's are all.
func (r *request) steps(want func(*runbook.Step) bool) []string {
	var ids []string
	for _, st := range r.s.workable() {
		if want(st) && (r.may(st.Owner) || r.may(r.s.authorities()...)) {
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
	if r.s.wantsName(step) && r.s.Mode == Live && r.args["confirm"] != r.s.Name {
		return nil, usage("%s turns a flag on, or deploys; in LIVE that wants the launch's name typed: confirm=%s", r.s.stepTitle(step.ID), r.s.Name)
	}
	return []Event{{Kind: "step.started", Data: StepChanged{ID: step.ID, Attempt: r.s.attempts(step.ID) + 1, Digests: r.digests(), By: r.by}}}, nil
}

// wantsName reports whether a step of the deployment sequence turns a flag on or deploys by itself, which in LIVE is not
// begun by a single key.
func (s *State) wantsName(step *runbook.Step) bool {
	return slices.ContainsFunc(s.PartsOf(step, false, nil), func(p PartSpec) bool { return p.Op == OpPutParameter || p.Op == OpDeploy })
}

func (s *State) attempts(id string) int {
	if st := s.Steps[id]; st != nil {
		return st.Attempt
	}
	return 0
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
