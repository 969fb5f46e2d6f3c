package launch

import (
	"encoding/json"
	"maps"
	"slices"

	"tminus/model/approval"
	"tminus/model/journal"
	"tminus/model/runbook"
)

// applyRequested takes only a plan that the documents in force lead to, whatever its hash: what is approved is what they say.
func applyRequested(s *State, e journal.Entry, d RollbackRequested) string {
	var steps []string
	world := &World{Identity: d.Plan.Identity, Digests: map[string]string{}}
	for _, p := range d.Plan.Steps {
		steps = append(steps, p.ID)
		maps.Copy(world.Digests, plannedDigests(p))
	}
	priority, _ := s.causing()
	b := s.CurrentRollback()
	switch {
	case b.Open() || b.Running():
		return "a rollback is open already"
	case d.Plan.Hash() != d.Hash || d.ID != s.requestID(d.Plan):
		return "its id is not that of its plan"
	case len(steps) == 0 || !slices.Equal(steps, s.inOrder(steps)):
		return "it has no step, one that the runbook does not have, or not in its order"
	case s.PlanRollback(steps, world).Hash() != d.Hash:
		return "its plan is not what the documents say"
	case s.Policy(d.Priority).Approvals == 0:
		return "nobody authorises this priority"
	case d.Priority == runbook.High && priority != runbook.High && !s.spokenBy(e, s.authorities()...):
		return "no trigger of this priority is in force, and who requested it may not raise it"
	}
	back := &Rollback{
		ID: d.ID, Priority: d.Priority, Reason: d.Reason, Trigger: d.Trigger, Points: d.Points, Plan: d.Plan, Trouble: d.Trouble,
		Requested: marked(e, d.By, d.Reason), Expires: e.At.Add(s.Policy(d.Priority).Lifetime()), Detected: e.At,
	}
	if t := s.Triggers[d.Trigger]; t.InForce() {
		back.Detected = t.Fired.At
	}
	s.Rollbacks = append(s.Rollbacks, back)
	return ""
}

// applyWord takes what people and the system say of the open request, each only from whom it may come.
func applyWord(s *State, e journal.Entry, kind string, d RollbackWord) string {
	b := s.CurrentRollback()
	if b == nil || b.ID != d.ID {
		return "it is not of the open request"
	}
	m := marked(e, d.By, d.Reason)
	waits := b.Running() && b.Began == nil // authorised, and nothing has begun
	switch {
	case !b.Open() && !(waits && (kind == KindRollbackWithdrawn || kind == KindRollbackLapsed)):
		return "the request is " + b.State(s)
	case d.For != "":
		return "such a word is said by who it is of"
	}
	switch kind {
	case KindRollbackApproved:
		if !s.spokenBy(e, s.Policy(b.Priority).Roles...) {
			return "who approved it may not"
		}
		b.Approvals = append(b.Approvals, approval.Approval{User: e.Actor.User, Roles: e.Actor.Roles, At: e.At, Plan: d.ID, Seq: e.Seq})
	case KindRollbackVetoed:
		if !s.spokenBy(e, s.authorities()...) {
			return "who vetoed it may not"
		}
		b.Vetoed = &m
	case KindRollbackWithdrawn:
		if e.Actor.User != b.Requested.User && !s.spokenBy(e, s.authorities()...) {
			return "who withdrew it may not"
		}
		b.Withdrawn = &m
	case KindRollbackLapsed:
		if waits && s.carried(b, e.At) || !waits && (!e.At.After(b.Expires) || s.fires(b)) {
			return "its time has not run out"
		}
		b.Lapsed = &m
	case KindRollbackRaised:
		if d.Priority != runbook.High || b.Priority == runbook.High || !s.spokenBy(e, s.authorities()...) {
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
	if !s.carried(b, e.At) {
		return "too few eligible people have approved this plan in time"
	}
	b.Authorized = &m
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
	case d.Outcome != RollbackDone && d.Outcome != RollbackFailed:
		return "it has no outcome"
	case d.Outcome == RollbackDone && !s.over(b):
		return "a step of it is not done"
	case d.Outcome == RollbackFailed && b.Aborted == nil:
		return "nobody has stopped it"
	}
	s.keepAfterwards()
	m := marked(e, d.By, d.Reason)
	b.Completed, b.Outcome = &m, d.Outcome
	return ""
}

// applyRecovered takes a verdict on any rollback that is done, also one that a recycle has left behind: the first verdict, and a later one where that was that it cannot be told, or that it has not helped.
func applyRecovered(s *State, e journal.Entry, d RollbackRecovered) string {
	b := s.rollback(d.ID)
	switch {
	case b == nil || b.Outcome != RollbackDone:
		return "no such rollback is done"
	case b.Verdict == Recovered:
		return "it is known already"
	case !slices.Contains([]string{Recovered, NotRecovered, CannotVerify}, d.Verdict):
		return "that is no verdict"
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
		if (part.Op == OpRun || part.Look == CheckProbe) && json.Unmarshal([]byte(part.Args["argv"]), &argv) == nil && len(argv) > 0 {
			digests[argv[0]] = part.Args["digest"]
		}
	}
	return digests
}
