package screen

import (
	"encoding/json"
	"slices"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/runbook"
)

// maxRecent and maxNext bound what a screen carries of the journal and of what is to come.
const (
	maxRecent = 60
	maxNext   = 12
)

// presenter is one derivation on its way.
type presenter struct {
	s      *launch.State
	rb     *runbook.Runbook
	f      Facts
	now    time.Time
	out    *Screen
	online map[string]bool // users with a cockpit open

	watched []runbook.Monitor // those of out.Monitors, as the documents say them

	newest    map[[2]string]*launch.CallState // by step and part
	outstands map[string]bool                 // by action id
}

// Present derives the screen of a launch at an instant. lines are the journal told so far, oldest first. It changes
// nothing and keeps no reference to what changes. A state without a runbook has nothing to show, and shows that.
func Present(s *launch.State, f Facts, lines []Line, now time.Time) *Screen {
	if s.Runbook == nil {
		bare := *s
		bare.Runbook = &runbook.Runbook{}
		s = &bare
	}
	p := &presenter{s: s, rb: s.Runbook, f: f, now: now, online: map[string]bool{}, out: &Screen{
		At: now, Launch: s.Name, Title: s.Title, Mode: s.Mode, Phase: s.PhaseAt(now), Entries: s.Entries,
		Head: s.Head.String(), HeadFull: s.Head.Long(), Room: f.Room, ReadOnly: f.ReadOnly, Decision: f.Decision,
		Sources: slices.Clone(f.Sources), Spend: f.Spend,
	}}
	if p.out.ReadOnly == "" {
		p.out.ReadOnly = s.ReadOnly
	}
	for _, c := range f.Connected {
		p.online[c.User] = true
	}
	p.clock()
	p.checklist()
	p.timeline()
	p.checkins()
	p.defects()
	p.poll()
	p.monitors()
	p.triggers()
	p.armed()
	p.calls()
	p.outstanding()
	p.sequence()
	p.flags()
	p.procedure()
	p.requests()
	p.documents()
	p.meeting()
	p.alarms()
	p.closure()
	p.people()
	p.roles()
	p.updates()
	p.status()
	p.next()
	p.countdown()
	p.stages()
	p.todo()
	p.notices()
	p.raci()
	p.guidance()
	p.ask()
	p.out.Recent = slices.Clone(lines[max(0, len(lines)-maxRecent):])
	return p.out
}

// ask leaves out what asks for something where nothing can be done any more: a launch that is closed has no banner and rings
// no bell. What was open is among the reasons, and in its view.
func (p *presenter) ask() {
	if p.out.Phase == launch.Closed {
		p.out.Alarms, p.out.Notices, p.out.Armed = nil, nil, nil
	}
}

// For is the screen as one viewer sees it.
func (s *Screen) For(you You) *Screen {
	mine := *s
	mine.You = you
	mine.Todo.claim(you)
	if s.CurrentRequest().Open() {
		mine.ask(you)
	}
	if s.Documents.waits() {
		mine.review(you)
	}
	return &mine
}

// claim makes it yours where you hold one of its roles, and names the one that you do it as: the owner's may be another's.
func (t *Todo) claim(you You) {
	i := slices.IndexFunc(t.roles, func(role string) bool {
		return slices.Contains(you.Roles, role) || role == runbook.AllTeams && len(you.Roles) > 0
	})
	t.Yours = you.Listed && i >= 0
	if t.Yours && t.roles[i] != runbook.AllTeams {
		t.Owner, t.Short, t.Person = t.words[i][0], t.words[i][1], you.User
	}
}

// ask says whether the open request waits for you: only then its alarm rings here.
func (s *Screen) ask(you You) {
	s.Requests, s.Alarms = slices.Clone(s.Requests), slices.Clone(s.Alarms)
	r := s.CurrentRequest()
	r.Yours = you.Listed && !slices.Contains(r.given, you.User) && slices.ContainsFunc(r.roles, func(role string) bool { return slices.Contains(you.Roles, role) })
	if s.Todo.Action == "rollback.approve" {
		s.Todo.Yours = r.Yours
	}
	for i := range s.Alarms {
		a := &s.Alarms[i]
		switch {
		case a.Request != r.ID:
		case r.Yours:
			a.Title, a.Action = r.ID+" needs your approval", r.Reason
		default:
			a.Quiet = true
		}
	}
}

// YouOf is a caller as the launch knows them.
func YouOf(s *launch.State, who launch.Who) You {
	y := You{User: who.User, Roles: s.RolesOf(who), Listed: s.Listed(who)}
	if s.Mode == launch.Rehearsal {
		y.As = who.As
	}
	return y
}

// PlanOf is the part of the launch that stays as it was planned.
func PlanOf(s *launch.State) *Plan {
	return &Plan{
		ID: s.ID, Launch: s.Name, Title: s.Title, Mode: s.Mode, PlannedAt: s.PlannedAt,
		Runbook: s.Runbook, File: s.File, People: slices.Clone(s.People), Docs: s.Docs,
	}
}

// LineOf tells an entry in one line.
func LineOf(s *launch.State, e journal.Entry) Line {
	return Line{
		Seq: e.Seq, At: e.At, Who: e.Actor.User, Kind: e.Kind, Text: launch.Describe(s, e), Said: saidBy(e),
		Human: e.Actor.Auth != journal.AuthSystem,
	}
}

// saidBy is whose word an attested entry is.
func saidBy(e journal.Entry) string {
	if e.Actor.Auth != journal.AuthAttested {
		return ""
	}
	var said launch.By
	if err := json.Unmarshal(e.Data, &said); err != nil {
		return ""
	}
	return said.For
}

// by tells a mark.
func by(m launch.Mark) *By {
	return &By{User: m.User, For: m.For, Via: m.Via, At: m.At, Text: m.Reason, Seq: m.Seq}
}

func byOf(m *launch.Mark) *By {
	if m == nil {
		return nil
	}
	return by(*m)
}

// holder is the first of those who hold a role now; "" where nobody does.
func (p *presenter) holder(role string) string {
	if h := p.s.Holders(role); len(h) > 0 {
		return h[0]
	}
	return ""
}
