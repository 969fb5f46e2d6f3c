package launch

import (
	"slices"
	"strings"

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
	// Evidence is what shows that a person has taken it back by hand: then no program runs.
	Evidence string `json:"evidence,omitempty"`
	By
}

// Outstanding is an action whose effect stands and has to be taken back, such as halted transactions.
type Outstanding struct {
	Step, What, Text string
	Leaves           string // what the runbook calls it while it stands: Transactions halted
	Since            Mark
	Undoing          bool // its undo was ordered and has not ended yet

	call string // that did it; empty: somebody's hands
}

const undoSuffix = "/undo"

func undoneTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{
			{Name: "step.undo", Title: "Take an action of a step back", Kind: KindStepUndone, Scrubbed: true, needs: needsUndo,
				Args: []ArgInfo{{Name: "what", Help: "the action", Required: true}, {Name: "reason", Help: "why"},
					{Name: "evidence", Help: "what shows that it was taken back by hand; the bound program is not run then"}},
				choices: map[string]func(*request) []string{"what": outstandingIDs}, none: "nothing is outstanding that a program could take back", decide: decideUndone},
		}, []KindSpec{kindOf(KindStepUndone, "An action of a step is taken back", applyUndone, func(s *State, d StepUndone) string {
			if d.Evidence != "" {
				return withReason("took back by hand "+s.whatText(d.ID, d.What), d.Evidence)
			}
			return withReason("takes back "+s.whatText(d.ID, d.What), d.Reason)
		})}
}

// Outstanding lists the actions with an undo whose effect stands: they were done, or may have been, were not taken back, and
// their step has not gone on to its end, where the runbook itself takes them back. A retry, a recycle or another rollback
// changes nothing about it.
func (s *State) Outstanding() []Outstanding {
	var all []Outstanding
	for _, step := range s.everyStep() {
		for _, a := range actionsOf(step) {
			o, stands := s.stands[a.ID]
			if !stands || o.Step != step.ID {
				continue
			}
			o.Text, o.Leaves, o.Undoing = a.Text, a.Leaves, s.undoing(step.ID, a.ID)
			all = append(all, o)
		}
	}
	return all
}

// undoing reports whether an action's undo was ordered and has not ended, so that a second order would be one too many.
func (s *State) undoing(step, what string) bool {
	u := s.Undos[what]
	if u == nil || u.Evidence != "" {
		return false
	}
	c := s.newestCall(step, what+undoSuffix)
	return c == nil || c.Attempt < u.Attempt || s.open(c)
}

// everyStep lists the steps of the deployment sequence, then those of the rollback.
func (s *State) everyStep() []*runbook.Step {
	var all []*runbook.Step
	for _, steps := range [][]runbook.Step{s.Runbook.Sequence.Steps, s.Runbook.Rollback.Steps} {
		for i := range steps {
			all = append(all, &steps[i])
		}
	}
	return all
}

// undoable reports whether a program takes an action back.
func (s *State) undoable(what string) bool { return len(s.File.Actions[what].Undo) > 0 }

// stand keeps in mind what a call has done that has to be taken back, and that it was.
func (s *State) stand(c *CallState, e journal.Entry) {
	what, undo := strings.CutSuffix(c.Part, undoSuffix)
	switch o, stands := s.stands[what]; {
	case c.DryRun || c.Op != OpRun:
	case undo && c.Ended != nil && c.Ended.State == "succeeded":
		s.takenBack(c.Step, what, marked(e, By{}, c.evidence()))
	case undo || !s.undoable(what):
	case c.Refused() && stands && o.call == c.ID:
		delete(s.stands, what)
	case !c.Refused() && !stands:
		s.stands[what] = Outstanding{Step: c.Step, What: what, Since: c.Intended, call: c.ID}
	}
}

// takenBack ends what stands. Where the step is tried again, the action is done again.
func (s *State) takenBack(step, what string, m Mark) {
	delete(s.stands, what)
	for _, id := range s.callOrder {
		if c := s.Calls[id]; c.Step == step && c.Part == what {
			c.Undone = &m
		}
	}
}

// standsByHand is stand for an action that is confirmed. The last action of a step ends what the ones before it have done.
func (s *State) standsByHand(step *runbook.Step, what string, m Mark) {
	if _, stands := s.stands[what]; !stands && s.undoable(what) && s.Mode != DryRun {
		s.stands[what] = Outstanding{Step: step.ID, What: what, Since: m}
	}
	actions := actionsOf(step)
	if n := len(actions) - 1; n > 0 && actions[n].ID == what {
		for _, a := range actions[:n] {
			delete(s.stands, a.ID)
		}
	}
}

func outstandingIDs(r *request) []string {
	var ids []string
	for _, o := range r.s.Outstanding() {
		ids = append(ids, o.What)
	}
	return ids
}

// needsUndo asks for the digest of what is going to run.
func needsUndo(r *request) (*Needs, *Refusal) {
	if r.args["evidence"] != "" {
		return nil, nil
	}
	return &Needs{Programs: r.s.Programs()}, nil
}

func decideUndone(r *request) ([]Event, *Refusal) {
	all := r.s.Outstanding()
	i := slices.IndexFunc(all, func(o Outstanding) bool { return o.What == r.args["what"] })
	if i < 0 {
		return nil, r.unknown("what", "action that is outstanding", outstandingIDs(r))
	}
	o := all[i]
	owner := r.s.authorities()
	if st := r.s.Runbook.Step(o.Step); st != nil {
		owner = append([]string{st.Owner}, owner...)
	}
	if refusal := r.must("taking back "+o.Text, owner...); refusal != nil {
		return nil, refusal
	}
	if o.Undoing && r.args["evidence"] == "" {
		return nil, no(o.Text+" is being taken back already", "see what becomes of it; what was taken back by hand has evidence=…")
	}
	if c := r.s.openCall(o.Step, o.What); c != nil && c.Happened() && r.args["evidence"] == "" {
		return nil, no(o.Text+" is still being done", "see how it ends first")
	}
	d := StepUndone{ID: o.Step, What: o.What, Attempt: 1, Reason: r.args["reason"], Evidence: r.args["evidence"], By: r.by}
	if d.Evidence == "" {
		d.Digest = r.digests()[r.s.File.Actions[o.What].Undo[0]]
	}
	if u := r.s.Undos[o.What]; u != nil {
		d.Attempt = u.Attempt + 1
	}
	return []Event{{Kind: KindStepUndone, Data: d}}, nil
}

func applyUndone(s *State, e journal.Entry, d StepUndone) string {
	before := 0
	if u := s.Undos[d.What]; u != nil {
		before = u.Attempt
	}
	o, stands := s.stands[d.What]
	switch {
	case !stands || o.Step != d.ID:
		return "there is nothing of it to take back"
	case d.Attempt != before+1:
		return "it is not the next attempt"
	case d.Evidence == "" && (!s.undoable(d.What) || s.undoing(d.ID, d.What)):
		return "no program takes it back, or one does already"
	}
	s.Undos[d.What] = &d
	if d.Evidence != "" {
		s.takenBack(d.ID, d.What, marked(e, d.By, d.Evidence))
	}
	return ""
}

// undoCall is the call that takes an action back.
func (s *State) undoCall(u *StepUndone) Call {
	p := s.File.Actions[u.What]
	return NewCall(s.ID, OpRun, u.ID, u.What+undoSuffix, u.Attempt, runArgs(p.Undo, p, map[string]string{p.Undo[0]: u.Digest}))
}
