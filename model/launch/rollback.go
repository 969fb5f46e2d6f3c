package launch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/model/approval"
	"tminus/model/journal"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// The kinds of a rollback.
const (
	KindRollbackRequested  = "rollback.requested"
	KindRollbackApproved   = "rollback.approved"
	KindRollbackVetoed     = "rollback.vetoed"
	KindRollbackWithdrawn  = "rollback.withdrawn"
	KindRollbackRaised     = "rollback.raised"
	KindRollbackAuthorized = "rollback.authorized"
	KindRollbackLapsed     = "rollback.lapsed"
	KindRollbackCompleted  = "rollback.completed"
	KindRollbackRecovered  = "rollback.recovered"
)

// Plan is what a rollback would do, exactly. Its hash is part of the request's id, so that an approval is of this and
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

// RollbackRequested is the data of rollback.requested.
type RollbackRequested struct {
	ID       string          `json:"id"` // R<n>-<8 hex of the plan's hash>
	Priority string          `json:"priority"`
	Reason   string          `json:"reason"`
	Trigger  string          `json:"trigger,omitempty"` // fired or declared, and in force when it was made
	Points   []monitor.Point `json:"points,omitempty"`  // the trigger's evidence
	Plan     RollbackPlan    `json:"plan"`
	Hash     string          `json:"hash"`    // of the plan
	Expires  time.Time       `json:"expires"` // it lapses then, unless its trigger fires still
	By
}

// RollbackWord is the data of rollback.approved, vetoed, withdrawn, raised, authorized and lapsed.
type RollbackWord struct {
	ID        string              `json:"id"`
	Reason    string              `json:"reason,omitempty"`
	Priority  string              `json:"priority,omitempty"`  // raised: the new one
	Approvals []approval.Approval `json:"approvals,omitempty"` // authorized: those that count
	By
}

// RollbackCompleted is the data of rollback.completed.
type RollbackCompleted struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome"` // done, failed
	Reason  string `json:"reason,omitempty"`
	By
}

// RollbackRecovered is the data of rollback.recovered: whether the system is well again, a verdict of its own.
type RollbackRecovered struct {
	ID       string `json:"id"`
	Verdict  string `json:"verdict"` // recovered, not recovered, cannot verify
	Evidence string `json:"evidence"`
	By
}

// Rollback is a request and what became of it.
type Rollback struct {
	ID         string
	Priority   string
	Reason     string
	Trigger    string
	Points     []monitor.Point
	Plan       RollbackPlan
	Requested  Mark
	Expires    time.Time
	Approvals  []approval.Approval
	Authorized *Mark
	Vetoed     *Mark
	Withdrawn  *Mark
	Lapsed     *Mark
	Completed  *Mark
	Outcome    string // of Completed: done, failed
	Verdict    string // recovered, not recovered, cannot verify; empty: not judged yet
	Judged     *Mark
	Aborted    *Mark // a person stopped it at a step
}

// State is the word of `status --json`: open, authorized, executing, done, failed, vetoed, withdrawn, lapsed.
func (b *Rollback) State(s *State) string {
	switch {
	case b.Completed != nil:
		return b.Outcome
	case b.Vetoed != nil:
		return "vetoed"
	case b.Withdrawn != nil:
		return "withdrawn"
	case b.Lapsed != nil:
		return "lapsed"
	case b.Authorized == nil:
		return "open"
	}
	for _, st := range b.Plan.Steps {
		if s.StepStateOf(st.ID) != StepWaiting {
			return "executing"
		}
	}
	return "authorized"
}

// Open reports whether the request waits for approvals.
func (b *Rollback) Open() bool {
	return b != nil && b.Authorized == nil && b.Vetoed == nil && b.Withdrawn == nil && b.Lapsed == nil
}

// Running reports whether the rollback is authorized and not over.
func (b *Rollback) Running() bool {
	return b != nil && b.Authorized != nil && b.Completed == nil && b.Vetoed == nil && b.Withdrawn == nil && b.Lapsed == nil
}

// turnedBack is the authorized rollback, under way or over, beside which the deployment sequence does not go on; nil: none.
func (s *State) turnedBack() *Rollback {
	if b := s.CurrentRollback(); b.Running() || b != nil && b.Completed != nil {
		return b
	}
	return nil
}

// CurrentRollback is the newest request since the last recycle; nil: none.
func (s *State) CurrentRollback() *Rollback {
	if n := len(s.Rollbacks); n > 0 && s.Rollbacks[n-1].Requested.Seq > s.Clock.recycledSeq {
		return s.Rollbacks[n-1]
	}
	return nil
}

// Policy is who may authorise a rollback of a priority.
func (s *State) Policy(priority string) approval.Policy {
	a := s.Runbook.Rollback.Authorization[priority]
	return approval.Policy{Approvals: a.Approvals, Roles: a.Roles, Within: time.Duration(a.Within)}
}

// Judge counts a request's approvals as of now, by who holds which role now.
func (s *State) Judge(b *Rollback, now time.Time) approval.Verdict {
	return s.Policy(b.Priority).Judge(b.ID, b.Approvals, s.holdsFor(b), now)
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

func rollbackTable() ([]ActionSpec, []KindSpec) {
	id := ArgInfo{Name: "id", Help: "the request as it was seen: R1-9c41d07b", Required: true}
	reason := func(help string, required bool) ArgInfo {
		return ArgInfo{Name: "reason", Help: help, Required: required}
	}
	current := map[string]func(*request) []string{"id": func(r *request) []string {
		if b := r.s.CurrentRollback(); b.Open() || b.Running() {
			return []string{b.ID}
		}
		return nil
	}}
	const none = "there is no rollback request"
	return []ActionSpec{
			{Name: "rollback.request", Title: "Request a rollback", Kind: KindRollbackRequested, Scrubbed: true,
				Args: []ArgInfo{reason("what happens, and why it cannot wait", true),
					{Name: "steps", Help: "the steps, separated by commas; left out: all that apply"},
					{Name: "priority", Help: "left out: the trigger's, else normal", Choices: []string{runbook.Normal, runbook.High}}},
				choices: map[string]func(*request) []string{"steps": func(r *request) []string { return r.s.rollbackStepIDs() }},
				open:    mayRequest, needs: needsWorld, decide: decideRequest},
			{Name: "rollback.approve", Title: "Approve the rollback", Kind: KindRollbackApproved, Scrubbed: true, Args: []ArgInfo{id},
				choices: current, none: none, open: mayApprove, decide: decideApprove},
			{Name: "rollback.veto", Title: "Veto the rollback", Kind: KindRollbackVetoed, Scrubbed: true, Args: []ArgInfo{id, reason("why not", true)},
				choices: current, none: none, open: mayVeto, decide: decideVeto},
			{Name: "rollback.withdraw", Title: "Withdraw your rollback request", Kind: KindRollbackWithdrawn, Scrubbed: true, Args: []ArgInfo{id, reason("why", true)},
				choices: current, none: none, open: mayWithdraw, decide: decideRollbackWithdraw},
			{Name: "rollback.raise", Title: "Raise the rollback to high priority", Kind: KindRollbackRaised, Scrubbed: true, Args: []ArgInfo{id, reason("why it cannot wait", true)},
				choices: current, none: none, open: mayRaise, decide: decideRaise},
		}, append([]KindSpec{
			kindOf(KindRollbackRequested, "A rollback was requested", applyRequested, func(_ *State, d RollbackRequested) string {
				return fmt.Sprintf("requests a rollback, %s priority, %s: %s", d.Priority, d.ID, d.Reason)
			}),
			kindOf(KindRollbackCompleted, "A rollback ended", applyCompleted, func(_ *State, d RollbackCompleted) string {
				return withReason("the rollback "+d.ID+" is "+d.Outcome, d.Reason)
			}),
			kindOf(KindRollbackRecovered, "Whether a rollback has helped", applyRecovered, func(_ *State, d RollbackRecovered) string {
				return withReason(d.Verdict+" after "+d.ID, d.Evidence)
			}),
		}, wordKinds()...)
}

func wordKinds() []KindSpec {
	var kinds []KindSpec
	for _, k := range []struct{ kind, title, verb string }{
		{KindRollbackApproved, "A rollback was approved", "approves the rollback"},
		{KindRollbackVetoed, "A rollback was vetoed", "vetoes the rollback"},
		{KindRollbackWithdrawn, "A rollback request was withdrawn", "withdraws the rollback"},
		{KindRollbackRaised, "A rollback request was raised", "raises the priority of the rollback"},
		{KindRollbackAuthorized, "A rollback was authorized", "authorized: the rollback"},
		{KindRollbackLapsed, "A rollback request lapsed", "lapsed: the rollback"},
	} {
		kinds = append(kinds, kindOf(k.kind, k.title, func(s *State, e journal.Entry, d RollbackWord) string { return applyWord(s, e, k.kind, d) },
			func(_ *State, d RollbackWord) string {
				text := k.verb + " " + d.ID
				if n := len(d.Approvals); n > 0 {
					var names []string
					for _, a := range d.Approvals {
						names = append(names, a.User)
					}
					text += ", by " + join(names, "and")
				}
				return withReason(text, d.Reason)
			}))
	}
	return kinds
}

func (s *State) rollbackStepIDs() []string {
	var ids []string
	for _, st := range s.Runbook.Rollback.Steps {
		ids = append(ids, st.ID)
	}
	return ids
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
	return slices.DeleteFunc(r.s.rollbackStepIDs(), func(id string) bool { return !slices.Contains(want, id) }), nil
}
