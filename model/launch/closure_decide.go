package launch

import (
	"fmt"
	"slices"
)

func mayClose(r *request) *Refusal {
	c := r.s.Closure(r.now)
	if c.Blocked != "" {
		return no(c.Blocked, c.Hint)
	}
	if len(c.Exceptions) == 0 {
		return r.mustBe("closing the launch", r.s.closers())
	}
	if !r.s.holdsAny(r.roles, c.Roles) {
		return no(fmt.Sprintf("%s against closing: %s", count(len(c.Exceptions), "thing stands", "things stand"), whats(c.Exceptions)),
			fmt.Sprintf("to close in spite of it %s have to agree, a person each: launch.close reason=…", r.s.roleTitles(c.Roles, "and")))
	}
	mine := slices.ContainsFunc(c.Agreed, func(a Agreement) bool { return r.s.speaker(a.Mark) == r.speaker() })
	if mine && len(c.Missing) > 0 {
		return no("you have agreed to close already", fmt.Sprintf("it needs another person: %s; closure.withdraw takes your agreement back", r.s.waitsFor(c.Missing)))
	}
	return nil
}

// mustBe is must without a way to record somebody else's word.
func (r *request) mustBe(what string, roles []string) *Refusal {
	if r.s.holdsAny(r.roles, roles) {
		return nil
	}
	return no(fmt.Sprintf("%s belongs to %s", what, r.s.roleTitles(roles, "or")), r.wayOut(roles))
}

func (s *State) waitsFor(roles []string) string {
	var names []string
	for _, role := range roles {
		names = append(names, s.roleWithHolder(role))
	}
	return join(names, "and")
}

// speaker is who the request's person counts as.
func (r *request) speaker() string { return r.s.speaker(Mark{User: r.user, Roles: r.roles}) }

func decideClose(r *request) ([]Event, *Refusal) {
	c := r.s.Closure(r.now)
	if len(c.Exceptions) == 0 {
		return []Event{{Kind: KindLaunchClosed, Data: r.closed(c)}}, nil
	}
	if r.args["reason"] == "" {
		return nil, usage("launch.close needs reason=…: why it is closed in spite of %s", whats(c.Exceptions))
	}
	agreed := ClosureAgreed{Outcome: c.Outcome, Exceptions: c.Exceptions, Reason: r.args["reason"]}
	events := []Event{{Kind: KindClosureAgreed, Data: agreed}}

	// With this word, is it everybody's? The entry will bear the next number.
	with := *r.s
	mine := Agreement{Mark: Mark{Seq: r.s.Head.Seq + 1, At: r.now, User: r.user, Roles: r.roles, Reason: agreed.Reason}, Outcome: agreed.Outcome, Exceptions: agreed.Exceptions}
	with.Agreements = slices.DeleteFunc(slices.Clone(r.s.Agreements), func(a Agreement) bool { return r.s.speaker(a.Mark) == r.speaker() })
	with.Agreements = append(with.Agreements, mine)
	after := with.Closure(r.now)
	if len(after.Missing) > 0 {
		return events, nil
	}
	return append(events, Event{Kind: KindLaunchClosed, Data: r.closed(after)}), nil
}

func (r *request) closed(c Closure) LaunchClosed {
	d := LaunchClosed{Outcome: c.Outcome, Reason: r.args["reason"], Exceptions: c.Exceptions, Agreed: c.words, Open: c.Open, WatchEnds: c.WatchEnds}
	for _, k := range c.Criteria {
		d.Criteria = append(d.Criteria, CriterionClosed{ID: k.ID, State: k.State})
	}
	return d
}

func mayWithdrawAgreement(r *request) *Refusal {
	if !slices.ContainsFunc(r.s.Agreements, func(a Agreement) bool { return r.s.speaker(a.Mark) == r.speaker() }) {
		return no("you have not agreed to close the launch", "")
	}
	return nil
}

func decideWithdrawAgreement(r *request) ([]Event, *Refusal) {
	return []Event{{Kind: KindClosureWithdrawn, Data: ClosureWithdrawn{Reason: r.args["reason"]}}}, nil
}
