package launch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"tminus/model/runbook"
)

// RollbackPlan is what a rollback would do, exactly. Its hash is part of the request's id, so that an approval is of this and
// nothing else: any edit is another id.
type RollbackPlan struct {
	Steps     []PlannedStep `json:"steps"`
	Identity  Identity      `json:"identity"` // account, region, endpoint; empty where they could not be asked
	Documents Documents     `json:"documents"`
}

// PlannedStep is one step of a plan.
type PlannedStep struct {
	ID    string        `json:"id"`
	Parts []PlannedPart `json:"parts"`
}

// PlannedPart is one action or verification: a call with all its arguments, a check, or somebody's hands.
type PlannedPart struct {
	ID   string            `json:"id"`
	By   string            `json:"by"` // hand, call, check
	Op   string            `json:"op,omitempty"`
	Args map[string]string `json:"args,omitempty"`
	Look string            `json:"check,omitempty"`
}

// Hash is hex(sha256) of the plan as JSON.
func (p RollbackPlan) Hash() string {
	text, err := json.Marshal(p)
	if err != nil { // strings always marshal
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// rollbackStep returns a step of the runbook's rollback.
func (s *State) rollbackStep(id string) *runbook.Step {
	for i := range s.Runbook.Rollback.Steps {
		if s.Runbook.Rollback.Steps[i].ID == id {
			return &s.Runbook.Rollback.Steps[i]
		}
	}
	return nil
}

// DefaultSteps are the steps of a rollback that names none: all, without the database where the sequence never started a
// step with a database's owner.
func (s *State) DefaultSteps() []string {
	var ids []string
	for i := range s.Runbook.Rollback.Steps {
		st := &s.Runbook.Rollback.Steps[i]
		if st.Kind == "actions" && !s.everStarted(st.Owner) {
			continue
		}
		ids = append(ids, st.ID)
	}
	return ids
}

// everStarted reports whether a step of the sequence that belongs to a role has ever begun.
func (s *State) everStarted(owner string) bool {
	for i := range s.Runbook.Sequence.Steps {
		st := &s.Runbook.Sequence.Steps[i]
		if st.Owner == owner && st.Kind == "actions" && s.attempts(st.ID) > 0 {
			return true
		}
	}
	return false
}

// PlanRollback is what a rollback of these steps would do.
func (s *State) PlanRollback(steps []string, w *World) RollbackPlan {
	p := RollbackPlan{Identity: w.Identity, Documents: s.Docs}
	for _, id := range steps {
		step := s.rollbackStep(id)
		if step == nil {
			continue
		}
		planned := PlannedStep{ID: id}
		for _, part := range s.PartsOf(step, true, w.Digests) {
			planned.Parts = append(planned.Parts, PlannedPart{ID: part.ID, By: part.By, Op: part.Op, Args: part.Args, Look: part.Check})
		}
		p.Steps = append(p.Steps, planned)
	}
	return p
}

// requestID names a request and its plan.
func (s *State) requestID(p RollbackPlan) string {
	return "R" + strconv.Itoa(len(s.Rollbacks)+1) + "-" + p.Hash()[:8]
}

// chosenSteps reads steps=a,b in the runbook's order.
func (r *request) chosenSteps() ([]string, *Refusal) {
	if r.args["steps"] == "" {
		return r.s.DefaultSteps(), nil
	}
	var want []string
	for _, id := range strings.Split(r.args["steps"], ",") {
		id = strings.TrimSpace(id)
		if r.s.rollbackStep(id) == nil {
			return nil, usage("steps: %s is no step of the rollback; %s", short(id), listed(id, r.s.rollbackStepIDs()))
		}
		want = append(want, id)
	}
	return r.s.inOrder(want), nil
}

// inOrder are those steps of the rollback, each once, in the runbook's order.
func (s *State) inOrder(want []string) []string {
	return slices.DeleteFunc(s.rollbackStepIDs(), func(id string) bool { return !slices.Contains(want, id) })
}
