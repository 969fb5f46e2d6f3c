package launch

import (
	"fmt"
	"slices"
	"time"

	"tminus/model/journal"
)

// GoTolerance is how far T-0 may move, all moves together, before a GO lapses.
const GoTolerance = 60 * time.Minute

// Vote is GO, NO-GO or "" (withdrawn).
type Vote string

// The votes and decisions.
const (
	Go   Vote = "GO"
	NoGo Vote = "NO-GO"
)

// Poll is one go/no-go.
type Poll struct {
	Opened   Mark
	Votes    map[string]RoleVote // by role id
	Decision Vote                // "": undecided
	Decided  *Mark
	Waived   []string // what was waived by name when decided: sections, the recording, attendees
	Lapsed   string   // why a GO no longer holds; empty: it holds
	LapsedAt time.Time
}

// RoleVote is one role's vote; Mark.Reason is its reason.
type RoleVote struct {
	Vote Vote
	Mark
	before *RoleVote // the vote that this one replaced; nil: none
}

// PollOpened is the data of poll.opened.
type PollOpened struct {
	Reason string `json:"reason,omitempty"` // where it replaces a GO that stood
	By
}

// Voted is the data of poll.voted. A later vote for the role replaces it.
type Voted struct {
	Role   string `json:"role"`
	Vote   Vote   `json:"vote"`
	Reason string `json:"reason"`
	By
}

// VoteWithdrawn is the data of poll.withdrawn.
type VoteWithdrawn struct {
	Role string `json:"role"`
	By
}

// Decided is the data of poll.decided. The decision follows from the votes.
type Decided struct {
	Decision Vote            `json:"decision"`
	Votes    map[string]Vote `json:"votes"`            // by role, as they stood
	Waived   []string        `json:"waived,omitempty"` // required sections not signed off, recording, attendee/ROLE
	Reason   string          `json:"reason,omitempty"` // for the waivers

	Recording string   `json:"recording,omitempty"`  // the link that was confirmed
	Attended  []string `json:"attended,omitempty"`   // required roles that somebody spoke for
	OpenRisks []string `json:"open_risks,omitempty"` // ids
	Arming    string   `json:"arming,omitempty"`     // none, the triggers to arm, or not answered
	By
}

func pollTable() ([]ActionSpec, []KindSpec) {
	reason := func(help string, required bool) ArgInfo {
		return ArgInfo{Name: "reason", Help: help, Required: required}
	}
	role := ArgInfo{Name: "role", Help: "the role voted for, where several are held"}
	voters := map[string]func(*request) []string{"role": func(r *request) []string { return r.ballots() }}
	return []ActionSpec{
			{Name: "poll.open", Title: "Open the go/no-go poll", Kind: "poll.opened",
				Args: []ArgInfo{reason("why, where it replaces a GO that stands", false)}, open: mayOpenPoll, decide: decideOpen},
			{Name: "poll.vote", Title: "Vote GO or NO-GO", Kind: "poll.voted", Attest: "vote",
				Args:    []ArgInfo{{Name: "vote", Help: "GO or NO-GO", Required: true, Choices: []string{string(Go), string(NoGo)}}, reason("why", true), role},
				choices: voters, open: mayVote, decide: decideVote},
			{Name: "poll.withdraw", Title: "Withdraw a vote", Kind: "poll.withdrawn", Attest: "vote",
				Args: []ArgInfo{role}, choices: voters, open: mayVote, decide: decideVoteWithdraw},
			{Name: "poll.decide", Title: "Declare what the poll decided", Kind: "poll.decided",
				Args: []ArgInfo{{Name: "waive", Help: "what stands against GO and the launch goes without, separated by commas: sections not signed off, defects that block, recording, attendee/ROLE"},
					reason("why it goes without them", false)},
				choices: map[string]func(*request) []string{"waive": func(r *request) []string { return r.s.waivable() }},
				open:    mayDecide, decide: decidePoll},
		}, []KindSpec{
			kindOf("poll.opened", "The go/no-go poll was opened", applyOpened, func(_ *State, d PollOpened) string {
				return withReason("opened the go/no-go poll", d.Reason)
			}),
			kindOf("poll.voted", "A vote", applyVoted, func(s *State, d Voted) string {
				return withReason(fmt.Sprintf("%s from %s", d.Vote, s.roleTitle(d.Role)), d.Reason)
			}),
			kindOf("poll.withdrawn", "A vote was withdrawn", applyVoteWithdrawn, func(s *State, d VoteWithdrawn) string {
				if d.Undoes != 0 {
					return "took back the vote of " + s.roleTitle(d.Role)
				}
				return "withdrew the vote of " + s.roleTitle(d.Role)
			}),
			kindOf("poll.decided", "The poll was decided", applyDecided, describeDecided),
		}
}

func describeDecided(s *State, d Decided) string {
	text := fmt.Sprintf("the poll decided %s", d.Decision)
	if len(d.Waived) > 0 {
		var titles []string
		for _, id := range d.Waived {
			titles = append(titles, s.waivedTitle(id))
		}
		text += ", without " + join(titles, "and")
	}
	return withReason(text, d.Reason)
}

// CurrentPoll returns the poll that counts: the last one, unless the launch was recycled since. Nil: none.
func (s *State) CurrentPoll() *Poll {
	if len(s.Polls) == 0 {
		return nil
	}
	p := s.Polls[len(s.Polls)-1]
	if p.Opened.Seq < s.Clock.recycledSeq {
		return nil
	}
	return p
}

// GoInForce reports whether a GO was given and holds.
func (s *State) GoInForce() bool {
	p := s.CurrentPoll()
	return p != nil && p.Decision == Go && p.Lapsed == ""
}

// Missing returns the required roles that have not voted in the current poll, in the runbook's order.
func (s *State) Missing() []string {
	p := s.CurrentPoll()
	var roles []string
	for _, role := range s.Runbook.GoNoGo.Approvals {
		if p == nil || p.Votes[role].Vote == "" {
			roles = append(roles, role)
		}
	}
	return roles
}

func (s *State) unsignedIDs() []string {
	var ids []string
	for _, sec := range s.Unsigned() {
		ids = append(ids, sec.ID)
	}
	for _, d := range s.Blockers() {
		ids = append(ids, d.ID)
	}
	return ids
}

// lapse ends a GO that stood.
func (s *State) lapse(e journal.Entry, why string) {
	if p := s.CurrentPoll(); p != nil && p.Decision == Go && p.Lapsed == "" {
		p.Lapsed, p.LapsedAt = why, e.At
	}
}

func mayOpenPoll(r *request) *Refusal {
	p := r.s.CurrentPoll()
	switch {
	case p != nil && p.Decision == "":
		return no("the poll is open since "+p.Opened.At.UTC().Format("15:04:05"), "vote: poll.vote; it still waits for "+orName(r.s.roleTitles(r.s.Missing(), "and"), "its decision: poll.decide"))
	case r.s.sequenceBegun() && r.s.GoInForce():
		return no("the deployment sequence has begun; there is nothing to poll about", "hold the clock (clock.hold) where it has to stop")
	}
	return r.must("the poll", r.s.callers()...)
}

func decideOpen(r *request) ([]Event, *Refusal) {
	if r.s.GoInForce() && r.args["reason"] == "" {
		return nil, no("a GO stands; a new poll ends it", "give the reason: poll.open reason=…")
	}
	return []Event{{Kind: "poll.opened", Data: PollOpened{Reason: r.args["reason"]}}}, nil
}

// ballots are the required roles that the request's person may vote for.
func (r *request) ballots() []string {
	var roles []string
	for _, role := range r.s.Runbook.GoNoGo.Approvals {
		if r.may(role) {
			roles = append(roles, role)
		}
	}
	return roles
}

func (r *request) openPoll() (*Poll, *Refusal) {
	p := r.s.CurrentPoll()
	switch {
	case p == nil:
		return nil, no("no poll is open", "it is opened by "+r.s.roleTitles(r.s.callers(), "or")+": poll.open")
	case p.Decision != "" && p.Lapsed != "":
		return nil, no("the GO lapsed: "+p.Lapsed, "a new poll is needed: poll.open")
	case p.Decision != "":
		return nil, no(fmt.Sprintf("the poll is decided: %s", p.Decision), "poll.open starts a new one")
	}
	return p, nil
}

func mayVote(r *request) *Refusal {
	if _, refusal := r.openPoll(); refusal != nil {
		return refusal
	}
	return r.must("a vote", r.s.Runbook.GoNoGo.Approvals...)
}

// ballot is the role of the request: role=, or the only one that is held.
func (r *request) ballot() (string, *Refusal) {
	mine := r.ballots()
	role := r.args["role"]
	switch {
	case role == "" && len(mine) == 1:
		return mine[0], nil
	case role == "":
		return "", usage("%s holds %s; say which with role=", r.subject(), join(mine, "and"))
	case r.s.Runbook.Role(role) == nil:
		return "", r.unknown("role", "role of the runbook", r.s.Runbook.GoNoGo.Approvals)
	case !slices.Contains(r.s.Runbook.GoNoGo.Approvals, role):
		return "", no("the poll does not ask "+r.s.roleTitle(role), "it asks "+r.s.roleTitles(r.s.Runbook.GoNoGo.Approvals, "and"))
	}
	if refusal := r.must("the vote of "+r.s.roleTitle(role), role); refusal != nil {
		return "", refusal
	}
	// Two people may hold one role, but it has one vote: the first word counts until who gave it changes it.
	prev := r.s.CurrentPoll().Votes[role]
	if by := prev.said(); prev.Vote != "" && by != r.subject() && r.who.As != role && slices.Contains(r.s.Holders(role), by) {
		return "", no(fmt.Sprintf("%s has voted %s for %s", by, prev.Vote, r.s.roleTitle(role)), "only "+by+" can change it")
	}
	return role, nil
}

func decideVote(r *request) ([]Event, *Refusal) {
	role, refusal := r.ballot()
	if refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "poll.voted", Data: Voted{Role: role, Vote: Vote(r.args["vote"]), Reason: r.args["reason"], By: r.by}}}, nil
}

func decideVoteWithdraw(r *request) ([]Event, *Refusal) {
	role, refusal := r.ballot()
	if refusal != nil {
		return nil, refusal
	}
	if r.s.CurrentPoll().Votes[role].Vote == "" {
		return nil, no(r.s.roleTitle(role)+" has not voted", "")
	}
	return []Event{{Kind: "poll.withdrawn", Data: VoteWithdrawn{Role: role, By: r.by}}}, nil
}
