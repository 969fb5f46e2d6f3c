package launch

import (
	"slices"
	"time"

	"tminus/model/journal"
)

// WaiveRecording is what poll.decide waives where a required recording is not confirmed; WaiveAttendee and a role's id
// where a required attendee is missing.
const (
	WaiveRecording = "recording"
	WaiveAttendee  = "attendee/"
)

// Meeting is one go/no-go meeting as it was held. A re-poll goes on in the same meeting; a recycle, and a T-0 that moves
// by more than GoTolerance, ask for a new one.
type Meeting struct {
	T0         time.Time             // as it stood when the meeting's first fact was recorded
	Attendance map[string]Attendance // by required role; absent: not called yet
	Recording  *Mark                 // Reason is the link; nil: not confirmed
	Runs       []AgendaRun           // oldest first; at most the last one is not ended
	Arming     *ArmingAnswer         // nil: the question was not answered

	seq int64 // of its first entry
}

// Attendance is the answer of a required attendee's role at the roll call; Reason is why somebody is absent.
type Attendance struct {
	Present bool
	Person  string // who is there for the role; absent: who should be
	Stands  bool   // present: as the role's backup, not its holder
	Backup  string // present: the backup contact that was confirmed; absent: who stands in; empty: nobody was named
	Tools   string // ok, missing; empty: tool access was not checked
	Mark
}

// AgendaRun is one time that a point of the agenda was taken up; a point can be taken up again.
type AgendaRun struct {
	Point   string
	Started Mark
	Ended   time.Time // zero: it runs
}

// ArmingAnswer is what the meeting said to: arm automatic flag-off, and for which triggers? Arming itself is an
// authority's own trigger.arm.
type ArmingAnswer struct {
	Mark
	Triggers []string // none: leave it off
}

// CurrentMeeting returns the meeting that counts now; nil: nothing of it has been recorded.
func (s *State) CurrentMeeting() *Meeting {
	if len(s.Meetings) == 0 {
		return nil
	}
	m := s.Meetings[len(s.Meetings)-1]
	if m.seq < s.Clock.recycledSeq || s.Clock.T0.Sub(m.T0).Abs() > GoTolerance {
		return nil
	}
	return m
}

// meetingOf is the current meeting, begun by this entry where there is none.
func (s *State) meetingOf(e journal.Entry) *Meeting {
	if m := s.CurrentMeeting(); m != nil {
		return m
	}
	m := &Meeting{T0: s.Clock.T0, Attendance: map[string]Attendance{}, seq: e.Seq}
	s.Meetings = append(s.Meetings, m)
	return m
}

// Running is the point of the agenda under discussion; nil: none.
func (m *Meeting) Running() *AgendaRun {
	if m == nil || len(m.Runs) == 0 || !m.Runs[len(m.Runs)-1].Ended.IsZero() {
		return nil
	}
	return &m.Runs[len(m.Runs)-1]
}

// Attends reports whether a required role is spoken for in the meeting, and by whom: by the roll call, a stand-in, or by
// its own vote in the current poll, which nobody casts who is not there.
func (s *State) Attends(role string) (person string, ok bool) {
	if m := s.CurrentMeeting(); m != nil {
		switch a, called := m.Attendance[role]; {
		case called && a.Present:
			return a.Person, true
		case called && a.Backup != "":
			return a.Backup, true
		}
	}
	if p := s.CurrentPoll(); p != nil {
		if v := p.Votes[role]; v.Vote != "" {
			return v.said(), true
		}
	}
	return "", false
}

// AbsentAttendees returns the required roles that nobody speaks for in the meeting, in the runbook's order.
func (s *State) AbsentAttendees() []string {
	var roles []string
	for _, a := range s.Runbook.GoNoGo.Attendees {
		if _, ok := s.Attends(a.Role); !ok {
			roles = append(roles, a.Role)
		}
	}
	return roles
}

// Unconfirmed is what the meeting lacks for a GO: the ids that poll.decide waives, and what each is in words.
func (s *State) Unconfirmed() (ids, words []string) {
	if m := s.CurrentMeeting(); s.Runbook.GoNoGo.Recording && (m == nil || m.Recording == nil) {
		ids, words = append(ids, WaiveRecording), append(words, "the recording is not confirmed")
	}
	for _, role := range s.AbsentAttendees() {
		ids, words = append(ids, WaiveAttendee+role), append(words, s.roleWithHolder(role)+" is not at the roll call")
	}
	return ids, words
}

// waivable are the ids that poll.decide can waive now: required sections without a sign-off, then what the meeting lacks.
func (s *State) waivable() []string {
	ids, _ := s.Unconfirmed()
	return append(s.unsignedIDs(), ids...)
}

// waivedTitle is what a waived id is called.
func (s *State) waivedTitle(id string) string {
	if id == WaiveRecording {
		return "the recording"
	}
	if s.Defect(id) != nil {
		return s.defectName(id)
	}
	if len(id) > len(WaiveAttendee) && id[:len(WaiveAttendee)] == WaiveAttendee {
		return s.roleTitle(id[len(WaiveAttendee):])
	}
	return s.sectionTitle(id)
}

// hosts are the roles that keep the meeting going: its facilitator, who may call the poll, and its required attendees.
func (s *State) hosts() []string {
	roles := s.callers()
	for _, a := range s.Runbook.GoNoGo.Attendees {
		if !slices.Contains(roles, a.Role) {
			roles = append(roles, a.Role)
		}
	}
	return roles
}

func (s *State) attendeeRoles() []string {
	var roles []string
	for _, a := range s.Runbook.GoNoGo.Attendees {
		roles = append(roles, a.Role)
	}
	return roles
}
