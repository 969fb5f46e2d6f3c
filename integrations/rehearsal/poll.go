package rehearsal

import (
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

// How long colleagues take for the poll and the marks, in launch time.
const (
	pollLead   = 14 * time.Minute // before T-0 the facilitator opens the poll
	pollLatest = 9 * time.Minute  // before T-0 it is opened, whatever is still to be discussed
	firstVote  = 20 * time.Second
	nextVote   = 12 * time.Second
	toDecide   = 10 * time.Second
	toMark     = 8 * time.Second
)

// marks confirms the actions of the marks before T-0.
func (a *acts) marks(s *screen.Screen) {
	if s.Clock.HeldAt != nil {
		return
	}
	for _, m := range a.world.runbook.Sequence.Marks {
		role := m.Owner
		if role == "all" {
			role = a.world.facilitator()
		}
		if role == a.world.caller.Role {
			continue
		}
		for i, act := range m.Actions {
			a.planned(m.At.Time(s.Clock.T0).Add(time.Duration(i+1)*toMark), role, "step.confirm", map[string]string{"what": act.ID})
		}
	}
}

// poll opens the go/no-go, votes, and decides what follows from the votes.
func (a *acts) poll(s *screen.Screen) {
	w := a.world
	f := w.facilitator()
	switch s.Poll.State {
	case screen.PollNotOpen, screen.PollLapsed:
		if f != w.caller.Role && s.Clock.HeldAt == nil && s.Clock.T0.After(a.to) && !a.discussing(s) {
			a.reaction(s.Clock.T0.Add(-pollLead), f, "poll.open", nil)
		}
	case screen.PollOpen:
		last := s.Poll.Opened.At
		missing, against := false, false
		for i, v := range s.Poll.Votes {
			switch {
			case v.Vote == "" && v.Role == w.caller.Role:
				missing = true
			case v.Vote == "":
				missing = true
				a.reaction(s.Poll.Opened.At.Add(firstVote+time.Duration(i)*nextVote), v.Role, "poll.vote",
					map[string]string{"vote": string(launch.Go), "role": v.Role, "reason": "ready: " + v.Title + " sees nothing that stands against it"})
			default:
				against = against || v.Vote == launch.NoGo
				if v.By.At.After(last) {
					last = v.By.At
				}
			}
		}
		if !missing && f != w.caller.Role && (against || len(s.Poll.Blocks)+len(s.Meeting.Lacks) == 0) {
			a.reaction(last.Add(toDecide), f, "poll.decide", nil)
		}
	}
}

// discussing reports whether points of the agenda are still to be taken up, and there is time for it.
func (a *acts) discussing(s *screen.Screen) bool {
	return s.Meeting.Begun != nil && s.Meeting.Next != "" && s.Clock.T0.Sub(a.to) > pollLatest
}

// facilitator is the role that leads the go/no-go meeting.
func (w *World) facilitator() string {
	for _, at := range w.runbook.GoNoGo.Attendees {
		if at.Facilitator {
			return at.Role
		}
	}
	return ""
}
