package launch

import (
	"fmt"
	"slices"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// KindStepUndone says that somebody ordered an action of a step taken back by the program that is bound for it.
const KindStepUndone = "step.undone"

// StepUndone is the data of step.undone.
type StepUndone struct {
	ID      string `json:"id"`
	What    string `json:"what"`
	Attempt int    `json:"attempt"`
	Reason  string `json:"reason,omitempty"`
	Digest  string `json:"digest,omitempty"` // of the program, as it was when it was ordered
	By
}

// Outstanding is an action whose effect stands and has to be taken back, such as halted transactions.
type Outstanding struct {
	Step, What, Text string
	Since            Mark
	Undoing          bool // its undo was ordered and has not ended well yet
}

const undoSuffix = "/undo"

func undoneTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{
			{Name: "step.undo", Title: "Take an action of a step back", Kind: KindStepUndone, Scrubbed: true, needs: needsUndo,
				Args:    []ArgInfo{{Name: "what", Help: "the action", Required: true}, {Name: "reason", Help: "why"}},
				choices: map[string]func(*request) []string{"what": outstandingIDs}, none: "nothing is outstanding that a program could take back", decide: decideUndone},
		}, []KindSpec{kindOf(KindStepUndone, "An action of a step is taken back", applyUndone, func(s *State, d StepUndone) string {
			return withReason("takes back "+s.whatText(d.ID, d.What), d.Reason)
		})}
}

// Outstanding lists the actions with an undo whose effect stands: they were done, were not taken back, and their step has
// not gone on to its end, where the runbook itself takes them back.
func (s *State) Outstanding() []Outstanding {
	var all []Outstanding
	var steps []*runbook.Step
	for i := range s.Runbook.Sequence.Steps {
		steps = append(steps, &s.Runbook.Sequence.Steps[i])
	}
	for i := range s.Runbook.Rollback.Steps {
		steps = append(steps, &s.Runbook.Rollback.Steps[i])
	}
	for _, step := range steps {
		actions := actionsOf(step)
		for i, a := range actions {
			c := s.newestCall(step.ID, a.ID)
			if len(s.File.Actions[a.ID].Undo) == 0 || c == nil || c.DryRun || c.Refused() {
				continue
			}
			last := actions[len(actions)-1]
			if done := s.Confirmed[last.ID]; i < len(actions)-1 && done != nil && done.At.After(c.Intended.At) {
				continue // the step's own last action has ended it
			}
			u := s.newestCall(step.ID, a.ID+undoSuffix)
			undoing := s.Undos[a.ID] != nil
			if u != nil && u.Intended.At.After(c.Intended.At) && u.Ended != nil && u.Ended.State == "succeeded" {
				continue
			}
			all = append(all, Outstanding{Step: step.ID, What: a.ID, Text: a.Text, Since: c.Intended, Undoing: undoing})
		}
	}
	return all
}

func outstandingIDs(r *request) []string {
	var ids []string
	for _, o := range r.s.Outstanding() {
		ids = append(ids, o.What)
	}
	return ids
}

func needsUndo(r *request) (*Needs, *Refusal) { return &Needs{Programs: r.s.Programs()}, nil }

func decideUndone(r *request) ([]Event, *Refusal) {
	all := r.s.Outstanding()
	i := slices.IndexFunc(all, func(o Outstanding) bool { return o.What == r.args["what"] })
	if i < 0 {
		return nil, r.unknown("what", "action that is outstanding", outstandingIDs(r))
	}
	o := all[i]
	owner := r.s.authorities()
	for _, st := range slices.Concat(r.s.Runbook.Sequence.Steps, r.s.Runbook.Rollback.Steps) {
		if st.ID == o.Step {
			owner = append([]string{st.Owner}, owner...)
		}
	}
	if refusal := r.must("taking back "+o.Text, owner...); refusal != nil {
		return nil, refusal
	}
	if c := r.s.newestCall(o.Step, o.What+undoSuffix); o.Undoing && (c == nil || c.Attempt < r.s.Undos[o.What].Attempt || c.Unknown() || c.Happened() && c.Ended == nil) {
		return nil, no(fmt.Sprintf("%s is being taken back already", o.Text), "")
	}
	d := StepUndone{ID: o.Step, What: o.What, Attempt: 1, Reason: r.args["reason"], Digest: r.digests()[r.s.File.Actions[o.What].Undo[0]], By: r.by}
	if u := r.s.Undos[o.What]; u != nil {
		d.Attempt = u.Attempt + 1
	}
	return []Event{{Kind: KindStepUndone, Data: d}}, nil
}

func applyUndone(s *State, _ journal.Entry, d StepUndone) string {
	before := 0
	if u := s.Undos[d.What]; u != nil {
		before = u.Attempt
	}
	if len(s.File.Actions[d.What].Undo) == 0 || d.Attempt != before+1 {
		return "nothing takes it back, or it is not the next attempt"
	}
	s.Undos[d.What] = &d
	return ""
}

// undoCall is the call that takes an action back.
func (s *State) undoCall(u *StepUndone) Call {
	p := s.File.Actions[u.What]
	return NewCall(s.ID, OpRun, u.ID, u.What+undoSuffix, u.Attempt, runArgs(p.Undo, p, map[string]string{p.Undo[0]: u.Digest}))
}
