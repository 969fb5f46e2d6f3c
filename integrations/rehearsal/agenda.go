package rehearsal

import (
	"slices"
	"strconv"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
	"tminus/model/screen"
)

// How colleagues speak at the meeting, in launch time.
const (
	toSpeak    = 4 * time.Second  // from a point being taken up to its presenter's words
	toAsk      = 15 * time.Second // from the poll being opened to the question of automatic flag-off
	toArm      = 40 * time.Second // and to an authority's answer
	doctorLead = 3 * time.Hour    // before T-0 somebody runs doctor
)

// presented is what colleagues say at their point of the agenda.
var presented = map[string]string{
	"technical-review": "Technical review: the plan is to take the flag off first if anything goes wrong, then the database, then the code",
	"business-review":  "Business review: the criteria for success are written down, support is ready, the baselines are in",
	"operations-review": "Operations review: everybody is here who has to be, on-call covers the night, " +
		"and each line of escalation has three names",
}

// agenda is what is said at the meeting, beside the roll call and the risks.
func (a *acts) agenda(s *screen.Screen) {
	for i := range s.Meeting.Points {
		p := &s.Meeting.Points[i]
		if p.Running == nil {
			continue
		}
		if at := slices.IndexFunc(a.world.runbook.GoNoGo.Agenda, func(g runbook.AgendaPoint) bool { return g.ID == p.ID }); at >= 0 && presented[p.ID] != "" {
			a.says(p.Running.Add(toSpeak), a.world.runbook.GoNoGo.Agenda[at].Presenter, presented[p.ID])
		}
	}
	a.arming(s)
}

// arming answers whether automatic flag-off is armed: where the caller is an authority they are asked, else an authority
// among the colleagues answers.
func (a *acts) arming(s *screen.Screen) {
	w := a.world
	if s.Poll.State != screen.PollOpen || s.Meeting.Arming != nil || len(s.Meeting.Askable) == 0 || len(w.authorities()) == 0 {
		return
	}
	if w.authority(w.caller.Role) {
		a.says(s.Poll.Opened.At.Add(toAsk), w.facilitator(), "Arm automatic flag-off, and for which triggers? "+
			w.runbook.RoleTitle(w.caller.Role)+", your answer please: A in the meeting (g p)")
		return
	}
	a.reaction(s.Poll.Opened.At.Add(toArm), w.authorities()[0], "poll.answer",
		map[string]string{"arming": "none", "reason": "we are all here to watch it: a person turns the flag off"})
}

// doctor runs the pre-flight some hours before the launch, for the voters to have its sum in front of them. Of a rehearsal's
// outside everything answers; what only a write could prove is not testable, as in earnest.
func (a *acts) doctor(s *screen.Screen) {
	w, f := a.world, s.Document(launch.DocFile)
	role := w.technical()
	if f == nil || role == "" {
		return
	}
	reads := len(w.monitors) + len(w.flags) + len(s.Updates.Channels)
	a.planned(s.Clock.T0.Add(-doctorLead), role, "doctor.record", map[string]string{
		"passed": strconv.Itoa(reads), "failed": "0", "untested": strconv.Itoa(max(len(w.flags), 1)), "file": f.InForce})
}

// technical is a colleague's role that answers for technical things.
func (w *World) technical() string {
	for _, role := range slices.Concat(w.runbook.Accountable("technical-planning"), w.authorities(), []string{w.facilitator()}) {
		if role != "" && role != w.caller.Role {
			return role
		}
	}
	return ""
}
