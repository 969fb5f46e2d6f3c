package launch

import (
	"slices"
	"strings"
	"time"

	"tminus/model/approval"
)

// Closure says what stands between the launch and its end.
func (s *State) Closure(now time.Time) Closure {
	now = s.untilClosed(now)
	c := Closure{Items: s.closureItems(now), Criteria: s.Criteria(now), WatchEnds: s.watchOver()}
	c.Blocked, c.Hint = s.notClosable(now)
	for _, it := range c.Items {
		if it.Open() {
			c.Open = append(c.Open, it.ID)
		}
	}
	for _, a := range s.Afterwards() {
		if a.Done == nil {
			c.Open = append(c.Open, a.ID)
		}
	}
	if c.Blocked != "" {
		return c
	}
	switch b := s.rolled(); {
	case s.Clock.Scrub != nil:
		c.Outcome = ClosedScrubbed
	case b != nil && b.Completed != nil && b.Outcome == RollbackDone:
		c.Outcome = ClosedRolledBack
		if b.Verdict != Recovered {
			c.except("rollback "+b.ID+" "+b.Verdict, "after the rollback "+b.ID+": "+orName(b.Verdict, "it is not known whether it has helped"))
		}
	case b != nil:
		c.Outcome = ClosedHalfBack
		c.except("rollback "+b.ID+" stopped", "the rollback "+b.ID+" was not carried out to its end")
	default:
		s.judgeSuccess(&c, now)
	}
	for _, id := range s.callOrder {
		if call := s.Calls[id]; call.Unknown() && !call.DryRun {
			c.except("call "+id, "it is not known what became of "+call.Op+" "+id)
		}
	}
	if len(c.Exceptions) > 0 {
		c.Roles = s.closingRoles()
		s.agreeing(&c, now)
	}
	return c
}

func (c *Closure) except(id, what string) {
	c.Exceptions = append(c.Exceptions, Exception{ID: id, What: what})
}

// judgeSuccess says what a launch that was carried out would be closed as.
func (s *State) judgeSuccess(c *Closure, now time.Time) {
	c.Outcome = ClosedSuccess
	if now.Before(c.WatchEnds) {
		c.Outcome = ClosedUnverified
		c.except("early", "the watch runs until "+instant(c.WatchEnds))
	}
	for _, k := range c.Criteria {
		switch k.State {
		case CriterionMet:
			continue
		case CriterionNotMet:
			c.Outcome = ClosedNotMet
		default:
			if c.Outcome == ClosedSuccess {
				c.Outcome = ClosedUnverified
			}
		}
		c.except("criterion "+k.ID+" "+string(k.State), k.Text+": "+string(k.State))
	}
	for _, it := range c.Items {
		if it.Open() {
			c.except("task "+it.ID, "not done: "+it.Text)
		}
	}
	for _, t := range s.Runbook.Triggers {
		if s.Triggers[t.ID].InForce() {
			c.Outcome = orNotMet(c.Outcome)
			c.except("trigger "+t.ID, "a trigger is in force: "+s.triggerTitle(t.ID))
		}
	}
}

// orNotMet: what has fired and is not cleared is no success, whatever the criteria say.
func orNotMet(outcome string) string {
	if outcome == ClosedSuccess {
		return ClosedUnverified
	}
	return outcome
}

// watchOver is when the watch and every criterion's window are over; zero: they have not begun.
func (s *State) watchOver() time.Time {
	end := s.WatchEnds()
	for i := range s.Runbook.Success {
		if _, to := s.window(&s.Runbook.Success[i]); to.After(end) {
			end = to
		}
	}
	return end.UTC()
}

// notClosable says why the launch cannot be closed at all now; "": it can.
func (s *State) notClosable(now time.Time) (message, hint string) {
	b := s.CurrentRollback()
	if o := s.Outstanding(); len(o) > 0 {
		return "this is outstanding: " + o[0].Text, "take it back first: step.undo what=" + o[0].What
	}
	switch phase := s.PhaseAt(now); {
	case b.Running():
		return "the rollback " + b.ID + " is under way", "let it end first"
	case b.Open():
		return "the rollback request " + b.ID + " is open", "decide on it first: rollback.approve, rollback.veto or rollback.withdraw"
	case phase == Watching, phase == Closing, phase == Scrubbed, phase == RolledBack, phase == RollingBack:
		return "", ""
	case s.sequenceBegun():
		return "the deployment sequence is not over", "finish it, roll it back (rollback.request), or scrub the launch (clock.scrub)"
	}
	return "the launch has not taken place", "scrub it first, where it will not: clock.scrub reason=…"
}

// closingRoles are the two that have to agree, a person each: engineering and product (seed 8.1, premature declaration of
// success).
func (s *State) closingRoles() []string {
	both := []string{"engineering-lead", "product-owner"}
	if !slices.ContainsFunc(both, func(r string) bool { return s.Runbook.Role(r) == nil }) {
		return both
	}
	if len(s.Runbook.Reviewers) > 1 {
		return s.Runbook.Reviewers
	}
	return s.callers()
}

// closers are the roles that may close a launch that nothing stands against.
func (s *State) closers() []string {
	return s.orFacilitator(slices.Concat([]string{s.Runbook.Closure.Owner}, s.commanders(), s.closingRoles()))
}

// agreeing counts who has agreed to all that stands against the closing, recently, and in which role.
func (s *State) agreeing(c *Closure, now time.Time) {
	var said []approval.Approval
	held := map[string][]string{}
	for _, a := range s.Agreements {
		if age := now.Sub(a.At); age < 0 || age > AgreementLasts || a.Outcome != c.Outcome || !covers(a.Exceptions, c.Exceptions) {
			continue
		}
		speaker := s.speaker(a.Mark)
		held[speaker] = s.Roles(a.User)
		if s.Mode == Rehearsal {
			held[speaker] = a.Roles
		}
		said = append(said, approval.Approval{User: speaker, Roles: a.Roles, At: a.At, Plan: c.Outcome, Seq: a.Seq})
		c.Agreed = append(c.Agreed, a)
	}
	holds := func(user string) []string { return held[user] }
	c.Missing = approval.Uncovered(c.Roles, c.Outcome, said, holds)
	for _, a := range c.Agreed {
		w := ClosureWord{Seq: a.Seq, User: a.User, At: a.At.UTC(), Reason: a.Reason}
		if i := slices.IndexFunc(c.Roles, func(r string) bool { return slices.Contains(a.Roles, r) }); i >= 0 {
			w.Role = c.Roles[i]
		}
		c.words = append(c.words, w)
	}
}

// speaker tells people apart. In a rehearsal, where one person acts as many, each role is one.
func (s *State) speaker(m Mark) string {
	if s.Mode == Rehearsal {
		return m.User + " as " + strings.Join(m.Roles, ",")
	}
	return m.User
}

// covers reports whether all that is so now was agreed to.
func covers(agreed, now []Exception) bool {
	return !slices.ContainsFunc(now, func(e Exception) bool {
		return !slices.ContainsFunc(agreed, func(a Exception) bool { return a.ID == e.ID })
	})
}

// resetClosure forgets what was said of the success of a sequence that is carried out again.
func (s *State) resetClosure() {
	for _, t := range s.allClosureTasks() {
		delete(s.Tasks, t.ID)
	}
	s.Measured, s.Judged, s.Agreements = nil, nil, nil
}

// SpokenFor is the agreement by which a role has agreed; nil: it has not. A person who holds both roles speaks for one.
func (c *Closure) SpokenFor(role string) *Mark {
	if slices.Contains(c.Missing, role) {
		return nil
	}
	for i := range c.Agreed {
		if slices.Contains(c.Agreed[i].Roles, role) {
			return &c.Agreed[i].Mark
		}
	}
	return nil
}
