package rehearsal

import (
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

// How a meeting goes, in launch time. One that begins late, as in a rehearsal that opens minutes before the poll, goes
// through its agenda at hurried pace.
const (
	toRecord   = 8 * time.Second
	toAnswer   = 6 * time.Second
	toRisk     = 10 * time.Second
	hurried    = 15 * time.Second
	latest     = 5 * time.Minute
	leastAhead = 20 * time.Minute // to the poll, for the agenda to have its time
)

// rehearsedRisks are what colleagues name at the risk review, by kind: who, what, and what is done about it.
var rehearsedRisks = [...][4]string{
	{"technical", "engineering-lead", "The new tables are empty: the first minutes run on a cold cache", "warm it with yesterday's orders at T-5m"},
	{"business", "product-owner", "Returning customers may not find the old button", "the support team has the screenshots"},
	{"operational", "engineering-manager", "Two of the on-call engineers travel this week", "the escalation path names their backups"},
}

// meeting is what colleagues do in the go/no-go meeting: its facilitator records it and goes through the agenda, everybody
// answers the roll call and names risks.
func (a *acts) meeting(s *screen.Screen) {
	w, m, f := a.world, &s.Meeting, a.world.facilitator()
	if s.Poll.State == screen.PollGo || s.Poll.State == screen.PollNoGo || s.Clock.Scrubbed || s.Phase != launch.Planning && s.Phase != launch.GoNoGo && s.Phase != launch.Countdown {
		return
	}
	if f != w.caller.Role && m.Next != "" && len(m.Points) > 0 {
		if at := a.takesUp(s); !at.IsZero() {
			a.reaction(at, f, "agenda.start", map[string]string{"id": m.Next})
		}
	}
	var since time.Time
	switch {
	case m.Begun != nil:
		since = *m.Begun
	case s.Poll.Opened != nil && s.Poll.State == screen.PollOpen:
		since = s.Poll.Opened.At
	default:
		return
	}
	if m.Required && m.Recording == nil && f != w.caller.Role {
		a.reaction(since.Add(toRecord), f, "poll.record", map[string]string{"link": "https://meet.example/rehearsal/" + since.UTC().Format("20060102-1504")})
	}
	for i := range m.Attendees {
		if at := &m.Attendees[i]; at.State == screen.AttendOpen && at.Role != w.caller.Role {
			args := map[string]string{"role": at.Role, "tools": "ok"}
			if at.Listed != "" {
				args["backup"] = at.Listed
			}
			a.reaction(since.Add(time.Duration(i+1)*toAnswer), at.Role, "poll.attend", args)
		}
	}
	a.risks(s)
	a.agenda(s)
}

// takesUp is when the facilitator takes up the next point of the agenda; zero: not now.
func (a *acts) takesUp(s *screen.Screen) time.Time {
	m := &s.Meeting
	if m.Begun == nil {
		if a.to.Sub(m.At) > latest { // a rehearsal opens minutes before the poll: the meeting begins as it does
			return a.to
		}
		return m.At
	}
	for i := range m.Points {
		p := &m.Points[i]
		if p.Running == nil {
			continue
		}
		takes := time.Duration(p.Minutes) * time.Minute
		if s.Clock.T0.Add(-pollLead).Sub(*m.Begun) < leastAhead {
			takes = hurried
		}
		return p.Running.Add(takes)
	}
	return time.Time{}
}

// risks are named where the agenda asks all teams for them, one of each kind.
func (a *acts) risks(s *screen.Screen) {
	for i := range s.Meeting.Points {
		p := &s.Meeting.Points[i]
		if p.ID != "risk-review" || p.Running == nil {
			continue
		}
		for n, k := range rehearsedRisks {
			if k[1] == a.world.caller.Role || a.world.runbook.Role(k[1]) == nil || named(s, k[2]) {
				continue
			}
			a.reaction(p.Running.Add(time.Duration(n)*2*time.Second+toRisk/2), k[1], "poll.risk",
				map[string]string{"kind": k[0], "owner": k[1], "text": k[2], "mitigation": k[3]})
		}
	}
}

func named(s *screen.Screen, text string) bool {
	for i := range s.Meeting.Risks {
		if s.Meeting.Risks[i].Text == text {
			return true
		}
	}
	return false
}

// meetingDecision is what the meeting lacks for a GO and only the caller can give; "": nothing.
func (w *World) meetingDecision(s *screen.Screen) string {
	for _, l := range s.Meeting.Lacks {
		switch {
		case l.ID == launch.WaiveRecording && w.facilitator() == w.caller.Role:
			return "confirm the meeting's recording"
		case l.ID == launch.WaiveAttendee+w.caller.Role:
			return "answer the roll call"
		}
	}
	return ""
}
