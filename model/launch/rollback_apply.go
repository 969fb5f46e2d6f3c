package launch

import (
	"encoding/json"
	"slices"

	"tminus/model/approval"
	"tminus/model/journal"
	"tminus/model/runbook"
)

func applyRequested(s *State, e journal.Entry, d RollbackRequested) string {
	switch b := s.CurrentRollback(); {
	case b.Open() || b.Running():
		return "a rollback is open already"
	case d.Plan.Hash() != d.Hash || d.ID != s.requestID(d.Plan):
		return "its id is not that of its plan"
	case s.Policy(d.Priority).Approvals == 0:
		return "nobody authorises this priority"
	case slices.ContainsFunc(d.Plan.Steps, func(p PlannedStep) bool { return s.rollbackStep(p.ID) == nil }):
		return "it has a step that the runbook does not have"
	}
	s.Rollbacks = append(s.Rollbacks, &Rollback{
		ID: d.ID, Priority: d.Priority, Reason: d.Reason, Trigger: d.Trigger, Points: d.Points, Plan: d.Plan,
		Requested: marked(e, d.By, d.Reason), Expires: d.Expires,
	})
	return ""
}

func applyWord(s *State, e journal.Entry, kind string, d RollbackWord) string {
	b := s.CurrentRollback()
	if b == nil || b.ID != d.ID {
		return "it is not of the open request"
	}
	m := marked(e, d.By, d.Reason)
	switch {
	case kind == KindRollbackWithdrawn && b.Running() && b.State(s) == "authorized":
		b.Withdrawn = &m
		return ""
	case kind == KindRollbackLapsed && b.Running() && b.State(s) == "authorized":
		b.Lapsed = &m
		return ""
	case !b.Open():
		return "the request is " + b.State(s)
	}
	switch kind {
	case KindRollbackApproved:
		if e.Actor.Auth == journal.AuthAttested || d.For != "" || s.Mode != Rehearsal && e.Actor.Auth != journal.AuthOSUser {
			return "an approval is given by who it is of"
		}
		if !s.Policy(b.Priority).Eligible(e.Actor.Roles) {
			return "who approved it may not"
		}
		b.Approvals = append(b.Approvals, approval.Approval{User: e.Actor.User, Roles: e.Actor.Roles, At: e.At, Plan: d.ID, Seq: e.Seq})
	case KindRollbackVetoed:
		b.Vetoed = &m
	case KindRollbackWithdrawn:
		b.Withdrawn = &m
	case KindRollbackLapsed:
		b.Lapsed = &m
	case KindRollbackRaised:
		if d.Priority != runbook.High || b.Priority == runbook.High || !s.holdsAny(e.Actor.Roles, s.authorities()) {
			return "who raised it may not, or it is not raised"
		}
		b.Priority = d.Priority
		b.Expires = e.At.Add(s.Policy(d.Priority).Lifetime())
	case KindRollbackAuthorized:
		return s.authorize(b, e, m)
	}
	return ""
}

// authorize takes an authorization only where the approvals that stand in the journal carry it, whatever it says itself.
func (s *State) authorize(b *Rollback, e journal.Entry, m Mark) string {
	if !s.Policy(b.Priority).Judge(b.ID, b.Approvals, s.holdsFor(b), e.At).Authorized {
		return "too few eligible people have approved this plan in time"
	}
	b.Authorized = &m
	if s.Aborted == nil && s.sequenceBegun() {
		s.Aborted = &m // no further step of the deployment is started
	}
	for _, t := range s.afterwards() { // what an earlier rollback was followed by is not done for this one
		delete(s.Tasks, t.ID)
	}
	for _, p := range b.Plan.Steps {
		s.openActions(actionsOf(s.rollbackStep(p.ID)))
		s.Steps[p.ID] = &Step{Attempt: s.attempts(p.ID), Digests: plannedDigests(p)}
	}
	return ""
}

func applyCompleted(s *State, e journal.Entry, d RollbackCompleted) string {
	b := s.CurrentRollback()
	switch {
	case b == nil || b.ID != d.ID || !b.Running():
		return "no such rollback is under way"
	case d.Outcome != "done" && d.Outcome != "failed":
		return "it has no outcome"
	case d.Outcome == "done" && s.nextOf(b) != nil:
		return "a step of it is not done"
	}
	m := marked(e, d.By, d.Reason)
	b.Completed, b.Outcome = &m, d.Outcome
	return ""
}

func applyRecovered(s *State, e journal.Entry, d RollbackRecovered) string {
	b := s.CurrentRollback()
	if b == nil || b.ID != d.ID || b.Completed == nil {
		return "no such rollback has ended"
	}
	m := marked(e, d.By, d.Evidence)
	b.Verdict, b.Judged = d.Verdict, &m
	return ""
}

// plannedDigests are the digests that a plan's programs must have, by path.
func plannedDigests(p PlannedStep) map[string]string {
	digests := map[string]string{}
	for _, part := range p.Parts {
		var argv []string
		if part.Op == OpRun && json.Unmarshal([]byte(part.Args["argv"]), &argv) == nil && len(argv) > 0 {
			digests[argv[0]] = part.Args["digest"]
		}
	}
	return digests
}
