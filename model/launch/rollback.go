package launch

import (
	"slices"
	"time"

	"tminus/model/approval"
	"tminus/model/monitor"
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

// RollbackRequested is the data of rollback.requested.
type RollbackRequested struct {
	ID       string          `json:"id"` // R<n>-<8 hex of the plan's hash>
	Priority string          `json:"priority"`
	Reason   string          `json:"reason"`
	Trigger  string          `json:"trigger,omitempty"` // fired or declared, and in force when it was made
	Points   []monitor.Point `json:"points,omitempty"`  // the trigger's evidence
	Plan     RollbackPlan    `json:"plan"`
	Hash     string          `json:"hash"`              // of the plan
	Trouble  []string        `json:"trouble,omitempty"` // what could not be asked of the outside for it
	Expires  time.Time       `json:"expires"`           // it lapses then, unless its trigger fires still
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

	Detected   time.Time        // the trigger's firing, else the request
	Also       []string         // triggers that fired, or were declared, while it was open: more evidence
	Trouble    []string         // what could not be asked of the outside for its plan
	Began      *Mark            // its first step; nil: none has begun
	Afterwards map[string]*Task // what was done after it, kept when the next one has ended
}

// How a rollback ends.
const (
	RollbackDone   = "done"
	RollbackFailed = "failed"
)

// The verdicts on what a rollback has done.
const (
	Recovered    = "recovered"
	NotRecovered = "not recovered" // or CannotVerify
)

// Incident is the incident's clock; what has not come is zero.
type Incident struct{ Detected, Decided, Executed, Recovered time.Time }

// Times is the clock of the incident that a rollback answers.
func (b *Rollback) Times(*State) Incident {
	t := Incident{Detected: b.Detected}
	if b.Authorized != nil {
		t.Decided = b.Authorized.At
	}
	if b.Completed != nil && b.Outcome == RollbackDone {
		t.Executed = b.Completed.At
	}
	if b.Judged != nil && b.Verdict == Recovered {
		t.Recovered = b.Judged.At
	}
	return t
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
	case b.Began != nil, slices.ContainsFunc(b.Plan.Steps, func(p PlannedStep) bool { return s.StepStateOf(p.ID) != StepWaiting }):
		return "executing"
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

// CurrentRollback is the newest request since the last recycle; nil: none.
func (s *State) CurrentRollback() *Rollback {
	if n := len(s.Rollbacks); n > 0 && s.Rollbacks[n-1].Requested.Seq > s.Clock.recycledSeq {
		return s.Rollbacks[n-1]
	}
	return nil
}

// rollback is the newest request of an id; nil: there is none. The same plan may be requested again.
func (s *State) rollback(id string) *Rollback {
	for _, b := range slices.Backward(s.Rollbacks) {
		if b.ID == id {
			return b
		}
	}
	return nil
}

// Recovering reports whether the rollback is done, and it is still being watched whether it has helped.
func (b *Rollback) Recovering() bool {
	return b != nil && b.Completed != nil && b.Outcome == RollbackDone && b.Verdict == ""
}

// RelaunchedSince is when the deployment sequence began again after a rollback that a recycle has left behind: from then on
// its monitors tell of that and no longer of the rollback. Zero: it has not.
func (s *State) RelaunchedSince(b *Rollback) time.Time {
	var began time.Time
	if b.Requested.Seq > s.Clock.recycledSeq {
		return began
	}
	for i := range s.Runbook.Sequence.Steps {
		st := s.Steps[s.Runbook.Sequence.Steps[i].ID]
		if st != nil && st.Started.Seq > s.Clock.recycledSeq && (began.IsZero() || st.Started.At.Before(began)) {
			began = st.Started.At
		}
	}
	return began
}

// rolled is the newest rollback since the last recycle that was authorised and went on; nil: there is none. A request that
// came after it changes nothing about it, unless it is authorised too.
func (s *State) rolled() *Rollback {
	for i := len(s.Rollbacks) - 1; i >= 0; i-- {
		b := s.Rollbacks[i]
		if b.Requested.Seq > s.Clock.recycledSeq && b.Authorized != nil && b.Lapsed == nil && b.Withdrawn == nil {
			return b
		}
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
