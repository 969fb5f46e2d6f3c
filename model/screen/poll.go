package screen

import (
	"slices"

	"tminus/model/launch"
)

// The poll's states.
const (
	PollNotOpen = "not open"
	PollOpen    = "open"
	PollGo      = "GO"
	PollNoGo    = "NO-GO"
	PollLapsed  = "GO lapsed"
)

// poll tells the current go/no-go and what stands against a GO.
func (p *presenter) poll() {
	out := &p.out.Poll
	out.State, out.Of = PollNotOpen, len(p.rb.GoNoGo.Approvals)
	poll := p.s.CurrentPoll()
	for _, role := range p.rb.GoNoGo.Approvals {
		v := Vote{Role: role, Title: p.rb.RoleTitle(role), Short: p.rb.RoleShort(role), Person: p.holder(role)}
		if poll != nil {
			if cast, ok := poll.Votes[role]; ok && cast.Vote != "" {
				v.Vote, v.By = cast.Vote, by(cast.Mark)
			}
		}
		if v.Vote == launch.Go {
			out.Go++
		}
		out.Votes = append(out.Votes, v)
	}
	var waived []string
	if poll != nil {
		waived = poll.Waived
		p.decided(poll)
	}
	for _, a := range p.out.Checklist.Areas {
		for _, s := range a.Sections {
			if s.Required && s.Signed == nil && !slices.Contains(waived, s.ID) {
				out.Blocks = append(out.Blocks, s.Title+" is not signed off ("+s.Owner+")")
			}
		}
	}
	for i := range p.out.Defects {
		if d := &p.out.Defects[i]; d.Open() && d.Blocking && !slices.Contains(waived, d.ID) {
			out.Blocks = append(out.Blocks, d.ID+" blocks: "+d.Title+" ("+d.Grade+")")
		}
	}
}

func (p *presenter) decided(poll *launch.Poll) {
	out := &p.out.Poll
	out.Opened, out.Decided, out.Lapsed = by(poll.Opened), byOf(poll.Decided), poll.Lapsed
	switch {
	case poll.Decision == "":
		out.State = PollOpen
	case poll.Decision == launch.NoGo:
		out.State = PollNoGo
	case poll.Lapsed != "":
		out.State = PollLapsed
	default:
		out.State = PollGo
	}
}
