package launch

import (
	"fmt"
	"slices"

	"tminus/model/journal"
)

func applyOpened(s *State, e journal.Entry, d PollOpened) string {
	if p := s.CurrentPoll(); p != nil && p.Decision == "" {
		return "a poll is open"
	}
	if s.sequenceBegun() && s.GoInForce() {
		return "the deployment sequence has begun"
	}
	s.lapse(e, "a new poll was opened")
	s.Polls = append(s.Polls, &Poll{Opened: marked(e, d.By, d.Reason), Votes: map[string]RoleVote{}})
	return ""
}

// undecided is the open poll with the role among its voters, or what stands against it.
func (s *State) undecided(role string) (*Poll, string) {
	p := s.CurrentPoll()
	switch {
	case p == nil || p.Decision != "":
		return nil, "no poll is open"
	case !slices.Contains(s.Runbook.GoNoGo.Approvals, role):
		return nil, fmt.Sprintf("the poll does not ask %q", role)
	}
	return p, ""
}

func applyVoted(s *State, e journal.Entry, d Voted) string {
	p, odd := s.undecided(d.Role)
	if odd != "" {
		return odd
	}
	if d.Vote != Go && d.Vote != NoGo {
		return fmt.Sprintf("%q is no vote", d.Vote)
	}
	prev, m := p.Votes[d.Role], marked(e, d.By, d.Reason)
	vote := RoleVote{Vote: d.Vote, Mark: m}
	if prev.Vote != "" {
		vote.before = &prev
	}
	p.Votes[d.Role] = vote
	s.remember(e, d.By, Command{Action: "poll.withdraw", Args: map[string]string{"role": d.Role}}, "the vote of "+s.roleTitle(d.Role))
	return ""
}

// applyVoteWithdrawn leaves the role without a vote; where it takes one back at once, the vote before that counts again.
func applyVoteWithdrawn(s *State, _ journal.Entry, d VoteWithdrawn) string {
	p, odd := s.undecided(d.Role)
	if odd == "" && p.Votes[d.Role].Vote == "" {
		odd = "the role has not voted"
	}
	if odd != "" {
		return odd
	}
	if v := p.Votes[d.Role]; v.before != nil && d.Undoes == v.Seq {
		p.Votes[d.Role] = *v.before
	} else {
		delete(p.Votes, d.Role)
	}
	return ""
}

// applyDecided believes no decision that the votes do not come to.
func applyDecided(s *State, e journal.Entry, d Decided) string {
	p := s.CurrentPoll()
	if p == nil || p.Decision != "" {
		return "no poll is open"
	}
	if outcome, refusal := s.outcome(d.Waived); refusal != nil || outcome != d.Decision {
		return fmt.Sprintf("%q does not follow from the votes", d.Decision)
	}
	m := marked(e, d.By, d.Reason)
	p.Decision, p.Decided, p.Waived = d.Decision, &m, d.Waived
	s.adjourn(e.At)
	if d.Decision == Go {
		s.Clock.Moved = 0
	}
	return ""
}
