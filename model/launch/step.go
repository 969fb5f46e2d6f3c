package launch

import (
	"fmt"
	"time"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// Done is an action of a mark or step that was confirmed.
type Done struct{ Mark }

// StepState is the state of a step of the sequence or the rollback.
type StepState string

// The step states; the zero value is waiting.
const (
	StepWaiting   StepState = ""
	StepRunning   StepState = "running"
	StepUnknown   StepState = "unknown"
	StepVerifying StepState = "verifying"
	StepDone      StepState = "done"
	StepFailed    StepState = "failed"
	StepSkipped   StepState = "skipped"
)

// StepChanged is the data of step.started, step.retried, step.skipped, step.aborted and step.verified.
type StepChanged struct {
	ID      string `json:"id"`
	Attempt int    `json:"attempt,omitempty"`
	Reason  string `json:"reason,omitempty"`
	// Digests are those of the programs that the step's actions run, by path, when it was started.
	Digests map[string]string `json:"digests,omitempty"`
	By
}

// Confirmed is the data of step.confirmed and step.unconfirmed: an action or verification of a step or mark.
type Confirmed struct {
	ID       string `json:"id"`   // step or mark
	What     string `json:"what"` // action or verification
	Evidence string `json:"evidence,omitempty"`
	By
}

// Resolved is the data of step.resolved: what became of a step, by the word of a person.
type Resolved struct {
	ID       string `json:"id"`
	Outcome  string `json:"outcome"` // done, not-done
	Evidence string `json:"evidence"`
	By
}

// Step is a step that has started or was skipped.
type Step struct {
	State    StepState
	Attempt  int
	Started  Mark
	Ended    *Mark
	Verified map[string]Mark    // verification id -> confirmation
	Checked  map[string]Checked // part id -> what the room found when it looked
	Digests  map[string]string  // by path: of the programs that its actions run, as they were when it started
	First    int64              // seq of the start of its first attempt in this run of the procedure
	NotDone  bool               // a person said that it was not done, whatever its calls came to
}

func stepTable() ([]ActionSpec, []KindSpec) {
	id := ArgInfo{Name: "id", Help: "the step", Required: true}
	reason := func(required bool) ArgInfo { return ArgInfo{Name: "reason", Help: "why", Required: required} }
	of := func(why func(*request, *runbook.Step) *Refusal) map[string]func(*request) []string {
		return map[string]func(*request) []string{"id": func(r *request) []string {
			return r.steps(func(st *runbook.Step) bool { return why(r, st) == nil })
		}}
	}
	place := []ArgInfo{{Name: "id", Help: "the step or mark that it belongs to; may be left out where what says it"},
		{Name: "what", Help: "the action or verification; left out: the next open one of id"}}
	confirmable := map[string]func(*request) []string{"what": func(r *request) []string { return r.confirmable(false) }}
	return []ActionSpec{
			{Name: "step.start", Title: "Start a step", Kind: "step.started", Attest: "step",
				Args:    []ArgInfo{id, {Name: "confirm", Help: "LIVE: the launch's name, typed, where the step turns a flag on or deploys"}},
				choices: map[string]func(*request) []string{"id": startable}, open: inSequence, needs: needsPrograms, none: "no step of yours can start now", decide: decideStart},
			{Name: "step.confirm", Title: "Confirm an action or verification", Kind: "step.confirmed", Attest: "step", Scrubbed: true,
				Args: append(place, ArgInfo{Name: "evidence", Help: "what shows it"}), choices: confirmable, open: somethingOpen, decide: decideConfirm},
			{Name: "step.unconfirm", Title: "Take a confirmation back", Kind: "step.unconfirmed", Attest: "step", Scrubbed: true, Args: place,
				choices: map[string]func(*request) []string{"what": func(r *request) []string { return r.confirmable(true) }},
				open:    somethingConfirmed, decide: decideUnconfirm},
			{Name: "step.retry", Title: "Try a failed step again", Kind: "step.retried", Attest: "step", Scrubbed: true, Args: []ArgInfo{id, reason(false)},
				choices: of((*request).retriable), open: inProcedure, needs: needsPrograms, none: "no step of yours has failed", decide: decideRetry},
			{Name: "step.skip", Title: "Skip a step", Kind: "step.skipped", Confirm: true, Scrubbed: true, Args: []ArgInfo{id, reason(true)},
				choices: map[string]func(*request) []string{"id": func(r *request) []string { return r.s.skippable() }},
				open:    maySkip, none: "there is no step that could be skipped now", decide: decideSkip},
			{Name: "step.abort", Title: "Stop the sequence, or the rollback", Kind: "step.aborted", Scrubbed: true, Args: []ArgInfo{id, reason(true)},
				choices: of((*request).abortable), none: "no step is running or has failed", decide: decideAbort},
			{Name: "step.resolve", Title: "Say what became of a step", Kind: "step.resolved", Attest: "step", Scrubbed: true,
				Args: []ArgInfo{id, {Name: "outcome", Help: "what became of it", Required: true, Choices: []string{"done", "not-done"}},
					{Name: "evidence", Help: "what shows it", Required: true}},
				choices: of((*request).resolvable), none: "no step of yours is running", decide: decideResolve},
		}, []KindSpec{
			stepKind("step.started", "A step was started", applyStarted, "started"),
			kindOf("step.confirmed", "An action or verification was confirmed", applyConfirmed, func(s *State, d Confirmed) string {
				return withReason("confirmed "+s.whatText(d.ID, d.What), d.Evidence)
			}),
			kindOf("step.unconfirmed", "A confirmation was taken back", applyUnconfirmed, func(s *State, d Confirmed) string {
				return "took back the confirmation of " + s.whatText(d.ID, d.What)
			}),
			stepKind(KindStepVerified, "A step was verified", applyVerified, "verified"),
			stepKind("step.retried", "A failed step was tried again", applyRetried, "tried again"),
			stepKind("step.skipped", "A step was skipped", applySkipped, "skipped"),
			stepKind("step.aborted", "The sequence, or the rollback, was stopped", applyAborted, "stopped at"),
			kindOf("step.resolved", "What became of a step was said", applyResolved, func(s *State, d Resolved) string {
				return withReason("resolved "+s.stepTitle(d.ID)+" as "+d.Outcome, d.Evidence)
			}),
		}
}

func stepKind(name, title string, apply func(*State, journal.Entry, StepChanged) string, verb string) KindSpec {
	return kindOf(name, title, apply, func(s *State, d StepChanged) string {
		text := verb + " " + s.stepTitle(d.ID)
		if d.Attempt > 1 {
			text += fmt.Sprintf(" (attempt %d)", d.Attempt)
		}
		return withReason(text, d.Reason)
	})
}

// sequenceStep returns a step of the deployment sequence, or nil: rollback steps are worked elsewhere.
func (s *State) sequenceStep(id string) *runbook.Step {
	for i := range s.Runbook.Sequence.Steps {
		if s.Runbook.Sequence.Steps[i].ID == id {
			return &s.Runbook.Sequence.Steps[i]
		}
	}
	return nil
}

// StepStateOf returns a step's state; StepWaiting where nothing happened to it.
func (s *State) StepStateOf(id string) StepState {
	if st := s.Steps[id]; st != nil {
		return st.State
	}
	return StepWaiting
}

// sequenceBegun reports whether any step of the deployment sequence was started or skipped since the last recycle.
func (s *State) sequenceBegun() bool {
	for i := range s.Runbook.Sequence.Steps {
		if s.StepStateOf(s.Runbook.Sequence.Steps[i].ID) != StepWaiting {
			return true
		}
	}
	return false
}

// sequenceDone reports whether every step is done or skipped, and when the last one was.
func (s *State) sequenceDone() (end time.Time, done bool) {
	for i := range s.Runbook.Sequence.Steps {
		st := s.Steps[s.Runbook.Sequence.Steps[i].ID]
		if st == nil || st.State != StepDone && st.State != StepSkipped {
			return time.Time{}, false
		}
		if st.Ended != nil && st.Ended.At.After(end) {
			end = st.Ended.At
		}
	}
	return end, len(s.Runbook.Sequence.Steps) > 0
}

// passed reports whether the next step may start: the step is done or skipped, or only watches are still open.
func (s *State) passed(step *runbook.Step) bool {
	st := s.Steps[step.ID]
	switch {
	case st == nil:
		return false
	case st.State == StepDone, st.State == StepSkipped:
		return true
	case st.State != StepVerifying:
		return false
	}
	for _, v := range step.Verifications {
		if _, ok := st.Verified[v.ID]; !ok && v.Mode != "watch" {
			return false
		}
	}
	return true
}

// NextStep returns the first step that the next one still waits for; nil: there is none.
func (s *State) NextStep() *runbook.Step {
	for i := range s.Runbook.Sequence.Steps {
		if step := &s.Runbook.Sequence.Steps[i]; !s.passed(step) {
			return step
		}
	}
	return nil
}

// resetSequence makes the steps wait again, and opens the actions of the marks that come again after a recycle.
// Attempts go on counting.
func (s *State) resetSequence(to runbook.Mark) {
	s.Aborted = nil
	s.resetClosure()
	for i := range s.Runbook.Sequence.Steps {
		step := &s.Runbook.Sequence.Steps[i]
		s.openActions(actionsOf(step))
		if st := s.Steps[step.ID]; st != nil {
			s.Steps[step.ID] = &Step{Attempt: st.Attempt}
		}
	}
	for _, m := range s.Runbook.Sequence.Marks {
		if m.At >= to {
			s.openActions(m.Actions)
		}
	}
	s.reopenMarks(to)
}

func (s *State) openActions(actions []runbook.Action) {
	for _, a := range actions {
		delete(s.Confirmed, a.ID)
	}
}
