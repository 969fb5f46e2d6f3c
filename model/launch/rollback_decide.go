package launch

import (
	"fmt"
	"slices"
	"time"

	"tminus/model/approval"
	"tminus/model/runbook"
)

// World is what the room knows of the outside and a plan depends on: whom calls are made as and where, and the digests of
// the programs. Where it could not be asked, what is missing is empty, and Trouble says why.
type World struct {
	Identity Identity
	Digests  map[string]string // by path; a program that must not be run has none
	Trouble  []string
}

// needsWorld asks the room to look at the world before a plan is made.
func needsWorld(r *request) (*Needs, *Refusal) {
	if _, refusal := r.chosenSteps(); refusal != nil {
		return nil, refusal
	}
	return &Needs{World: true, Programs: r.s.Programs()}, nil
}

func mayRequest(r *request) *Refusal {
	if refusal := holdsARole(r); refusal != nil {
		return refusal
	}
	b := r.s.CurrentRollback()
	switch {
	case len(r.s.Runbook.Rollback.Steps) == 0:
		return no("the runbook has no rollback", "")
	case b.Open():
		return no("a rollback request is open: "+b.ID, "approve it (rollback.approve id="+b.ID+"), or withdraw it and request another")
	case b.Running():
		return no("the rollback "+b.ID+" is under way", "its steps can be retried, skipped and aborted: step.retry, step.skip, step.abort")
	}
	return nil
}

// cause is the trigger in force that a rollback answers: the first by priority. Nil: a person asks by themselves.
func (s *State) cause() (*runbook.Trigger, *Trigger) {
	for _, priority := range []string{runbook.High, runbook.Normal} {
		for i := range s.Runbook.Triggers {
			t := &s.Runbook.Triggers[i]
			if is := s.Triggers[t.ID]; t.Priority == priority && is.InForce() {
				return t, is
			}
		}
	}
	return nil, nil
}

// causing is the priority of the trigger that a rollback answers, and its id; empty: none is in force.
func (s *State) causing() (priority, trigger string) {
	if t, _ := s.cause(); t != nil {
		return t.Priority, t.ID
	}
	return "", ""
}

func decideRequest(r *request) ([]Event, *Refusal) {
	steps, refusal := r.chosenSteps()
	if refusal != nil {
		return nil, refusal
	}
	if len(steps) == 0 {
		return nil, no("no step of the rollback applies", "name them: steps="+join(r.s.rollbackStepIDs(), "or"))
	}
	world := r.read.World
	if world == nil {
		world = &World{}
	}
	d := RollbackRequested{Priority: runbook.Normal, Reason: r.args["reason"], Plan: r.s.PlanRollback(steps, world), Trouble: world.Trouble, By: r.by}
	if t, is := r.s.cause(); t != nil {
		d.Trigger, d.Priority, d.Points = t.ID, t.Priority, slices.Clone(is.Points)
	}
	switch r.args["priority"] {
	case runbook.Normal:
		d.Priority = runbook.Normal // more people than the trigger asks for are never too many
	case runbook.High:
		if d.Priority != runbook.High {
			if refusal := r.must("raising a rollback to high priority", r.s.authorities()...); refusal != nil {
				return nil, refusal
			}
		}
		d.Priority = runbook.High
	}
	policy := r.s.Policy(d.Priority)
	if policy.Approvals == 0 {
		return nil, no("the runbook says of nobody that they may authorise a rollback of "+d.Priority+" priority", "rollback.authorization names them")
	}
	d.Hash, d.ID = d.Plan.Hash(), r.s.requestID(d.Plan)
	d.Expires = r.now.Add(policy.Lifetime())
	events := []Event{{Kind: KindRollbackRequested, Data: d}}
	b := &Rollback{ID: d.ID, Priority: d.Priority}
	if !policy.Eligible(r.roles) || r.unreviewed(b) != nil {
		return events, nil
	}
	// A request by an authority is that person's approval too.
	return append(events, r.approves(b)...), nil
}

// approves is the caller's approval of a request and, where it is the last that was missing, the authorization.
func (r *request) approves(b *Rollback) []Event {
	mine := approval.Approval{User: r.user, Roles: r.roles, At: r.now, Plan: b.ID}
	events := []Event{{Kind: KindRollbackApproved, Data: RollbackWord{ID: b.ID}}}
	given := append(slices.Clone(b.Approvals), mine)
	as := *b
	as.Approvals = given
	if v := r.s.Policy(b.Priority).Judge(b.ID, given, r.s.holdsFor(&as), r.now); v.Authorized {
		events = append(events, Event{Kind: KindRollbackAuthorized, Data: RollbackWord{ID: b.ID, Approvals: v.Counted}})
	}
	return events
}

// request finds the open request that id= names.
func (r *request) openRequest() (*Rollback, *Refusal) {
	b := r.s.CurrentRollback()
	switch {
	case b == nil:
		return nil, no("there is no rollback request", "rollback.request opens one")
	case r.args["id"] != "" && r.args["id"] != b.ID:
		return nil, no(short(r.args["id"])+" is not the open request: that is "+b.ID, "look at its plan before you approve it; an approval is of that plan only")
	case !b.Open():
		return nil, no("the rollback "+b.ID+" is "+b.State(r.s), "")
	}
	return b, nil
}

func mayApprove(r *request) *Refusal {
	b, refusal := r.openRequest()
	if refusal != nil {
		return refusal
	}
	if policy := r.s.Policy(b.Priority); !policy.Eligible(r.roles) {
		return no(fmt.Sprintf("a rollback of %s priority is approved by %s", b.Priority, r.s.roleTitles(policy.Roles, "or")), "tell one of them: "+r.s.authorityNames(policy.Roles))
	}
	if refusal := r.unreviewed(b); refusal != nil {
		return refusal
	}
	for _, a := range b.Approvals {
		if a.User == r.user && r.now.Sub(a.At) <= r.s.Policy(b.Priority).Lifetime() {
			return no("you have approved "+b.ID+" already, at "+a.At.UTC().Format("15:04:05"), "it needs another person: "+r.s.authorityNames(r.s.Policy(b.Priority).Roles, r.user))
		}
	}
	return nil
}

// MayApprove says who could still approve a request.
func (s *State) MayApprove(b *Rollback, now time.Time) string {
	var given []string
	for _, a := range s.Judge(b, now).Counted {
		given = append(given, a.User)
	}
	return s.authorityNames(s.Policy(b.Priority).Roles, given...)
}

// authorityNames lists who holds one of the roles, without some.
func (s *State) authorityNames(roles []string, without ...string) string {
	var names []string
	for _, role := range roles {
		for _, user := range s.Holders(role) {
			if !slices.Contains(names, user) && !slices.Contains(without, user) {
				names = append(names, user)
			}
		}
	}
	return orName(join(names, "or"), "nobody else, since no other role that may is held; take one over with role.take")
}

func decideApprove(r *request) ([]Event, *Refusal) {
	b, refusal := r.openRequest()
	if refusal != nil {
		return nil, refusal
	}
	return r.approves(b), nil
}

func mayVeto(r *request) *Refusal {
	if _, refusal := r.openRequest(); refusal != nil {
		return refusal
	}
	return r.must("a veto", r.s.authorities()...)
}

func decideVeto(r *request) ([]Event, *Refusal) {
	b, refusal := r.openRequest()
	if refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: KindRollbackVetoed, Data: RollbackWord{ID: b.ID, Reason: r.args["reason"]}}}, nil
}

// mayWithdraw: until the first step starts, by who made the request or a high authority.
func mayWithdraw(r *request) *Refusal {
	b := r.s.CurrentRollback()
	switch {
	case b == nil:
		return no("there is no rollback request", "")
	case !b.Open() && !(b.Running() && b.Began == nil):
		return no("the rollback "+b.ID+" is "+b.State(r.s), "a step that runs is aborted: step.abort")
	case b.Requested.User == r.user && b.Requested.For == "":
		return nil
	}
	return r.must("the request "+b.ID, r.s.authorities()...)
}

func decideRollbackWithdraw(r *request) ([]Event, *Refusal) {
	b := r.s.CurrentRollback()
	if r.args["id"] != b.ID {
		return nil, no(short(r.args["id"])+" is not the open request: that is "+b.ID, "")
	}
	return []Event{{Kind: KindRollbackWithdrawn, Data: RollbackWord{ID: b.ID, Reason: r.args["reason"]}}}, nil
}

func mayRaise(r *request) *Refusal {
	b, refusal := r.openRequest()
	if refusal != nil {
		return refusal
	}
	switch {
	case b.Priority == runbook.High:
		return no(b.ID+" is of high priority already", "")
	case r.s.Policy(runbook.High).Approvals == 0:
		return no("the runbook has no high priority", "")
	}
	return r.must("raising a rollback to high priority", r.s.authorities()...)
}

// decideRaise raises the priority, and with it counts what approvals there are by the rule of the high one.
func decideRaise(r *request) ([]Event, *Refusal) {
	b, refusal := r.openRequest()
	if refusal != nil {
		return nil, refusal
	}
	events := []Event{{Kind: KindRollbackRaised, Data: RollbackWord{ID: b.ID, Priority: runbook.High, Reason: r.args["reason"]}}}
	if v := r.s.Policy(runbook.High).Judge(b.ID, b.Approvals, r.s.holdsFor(b), r.now); v.Authorized {
		events = append(events, Event{Kind: KindRollbackAuthorized, Data: RollbackWord{ID: b.ID, Approvals: v.Counted}})
	}
	return events, nil
}
