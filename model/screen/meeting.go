package screen

import (
	"time"

	"tminus/model/launch"
)

// Meeting is the go/no-go meeting: as the runbook asks for it, and as it was held so far.
type Meeting struct {
	At        time.Time     `json:"at"`
	Duration  time.Duration `json:"duration"`
	Format    string        `json:"format"`
	Link      string        `json:"link,omitempty"`      // where it is held; empty: the launch file binds no war room
	Required  bool          `json:"required"`            // the recording is
	Recording *By           `json:"recording,omitempty"` // Text is its link
	Begun     *time.Time    `json:"begun,omitempty"`     // its first point was taken up
	Ended     *time.Time    `json:"ended,omitempty"`     // no point is under discussion since
	Points    []Point       `json:"points"`
	Next      string        `json:"next,omitempty"` // id of the point that comes; empty: all were taken up
	Attendees []Attendee    `json:"attendees"`
	Risks     []Risk        `json:"risks,omitempty"`
	Arming    *Arming       `json:"arming,omitempty"` // nil: the question was not answered
	Askable   []string      `json:"askable"`          // ids of the triggers that it can be answered with
	Lacks     []Lack        `json:"lacks,omitempty"`  // what stands against a GO beside the sign-offs
	Checks    []Check       `json:"checks"`           // what is in front of the voters
}

// Point is a point of the agenda. It is under discussion where Running is set; Spent is what earlier runs took.
type Point struct {
	ID        string        `json:"id"`
	Title     string        `json:"title"`
	Minutes   int           `json:"minutes"`
	Presenter string        `json:"presenter,omitempty"` // role title; empty: all
	Person    string        `json:"person,omitempty"`
	Intro     string        `json:"intro,omitempty"`
	Lines     []string      `json:"lines"`
	Running   *time.Time    `json:"running,omitempty"`
	Spent     time.Duration `json:"spent,omitempty"`
	Done      bool          `json:"done,omitempty"`
}

// Took is how long the point has been discussed by an instant.
func (p *Point) Took(now time.Time) time.Duration {
	if p.Running == nil {
		return p.Spent
	}
	return p.Spent + max(now.Sub(*p.Running), 0)
}

// The answers of the roll call. A vote cast is an answer: nobody casts it who is not there.
const (
	AttendPresent = "present"
	AttendBackup  = "backup present"
	AttendVoted   = "voted"
	AttendAbsent  = "absent"
	AttendOpen    = "" // not called yet
)

// Attendee is a required role of the meeting.
type Attendee struct {
	Role        string `json:"role"` // id
	Title       string `json:"title"`
	Short       string `json:"short"`
	Holder      string `json:"holder,omitempty"` // user; empty: nobody holds it
	Facilitator bool   `json:"facilitator,omitempty"`
	State       string `json:"state"`
	Person      string `json:"person,omitempty"`    // who is there for it
	By          *By    `json:"by,omitempty"`        // the answer
	Listed      string `json:"listed,omitempty"`    // the launch file's backup
	Confirmed   string `json:"confirmed,omitempty"` // the backup contact confirmed at the roll call
	Tools       string `json:"tools,omitempty"`     // ok, missing
	Online      bool   `json:"online,omitempty"`    // the holder has a cockpit open
}

// There reports whether somebody speaks for the role.
func (a *Attendee) There() bool {
	return a.State == AttendPresent || a.State == AttendBackup || a.State == AttendVoted
}

// Risk is a risk as it stands.
type Risk struct {
	ID         string `json:"id"`
	Kind       string `json:"kind"`
	Text       string `json:"text"`
	Owner      string `json:"owner"` // role title
	OwnerID    string `json:"owner_id"`
	Person     string `json:"person,omitempty"`
	Mitigation string `json:"mitigation,omitempty"`
	Named      *By    `json:"named"`
	Closed     *By    `json:"closed,omitempty"`
}

// Arming is the answer about automatic flag-off.
type Arming struct {
	By       *By      `json:"by"`
	Triggers []string `json:"triggers"` // titles; empty: it stays off
	Open     []string `json:"open"`     // ids of those that no authority has armed yet
}

// Lack is something that the meeting needs for a GO; ID is what poll.decide waives.
type Lack struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// meeting tells the meeting. It comes after poll and monitors, which it looks at.
func (p *presenter) meeting() {
	g, m := p.rb.GoNoGo, p.s.CurrentMeeting()
	out := &p.out.Meeting
	out.At, out.Duration, out.Format, out.Required = g.At.Time(p.s.Clock.T0), time.Duration(g.Duration), g.Format, g.Recording
	if p.s.File != nil {
		out.Link = p.s.File.Resources["war-room"]
	}
	for _, a := range g.Agenda {
		out.Points = append(out.Points, Point{ID: a.ID, Title: a.Title, Minutes: a.Minutes, Presenter: p.speaker(a.Presenter), Person: p.holder(a.Presenter),
			Intro: a.Intro, Lines: a.Lines})
	}
	for _, a := range g.Attendees {
		out.Attendees = append(out.Attendees, p.attendee(a.Role, a.Facilitator, m))
	}
	for _, k := range p.s.Risks {
		out.Risks = append(out.Risks, Risk{ID: k.ID, Kind: k.Kind, Text: k.Text, Owner: p.rb.RoleTitle(k.Owner), OwnerID: k.Owner, Person: p.holder(k.Owner),
			Mitigation: k.Mitigation, Named: by(k.Named), Closed: byOf(k.Closed)})
	}
	for _, t := range p.rb.Triggers {
		if t.When != "" {
			out.Askable = append(out.Askable, t.ID)
		}
	}
	if poll := p.s.CurrentPoll(); poll == nil || poll.Decision == "" {
		ids, words := p.s.Unconfirmed()
		for i := range ids {
			out.Lacks = append(out.Lacks, Lack{ids[i], words[i]})
		}
	}
	if m != nil {
		out.Recording = byOf(m.Recording)
		p.arming(m)
		p.agenda(m)
	}
	if poll := p.out.Poll.State; poll == PollNotOpen || poll == PollOpen || poll == PollLapsed {
		out.Next = p.s.NextPoint()
	}
	out.Checks = []Check{p.checkSignOffs(), p.checkBaselines(), p.checkDoctor(), p.checkDefects(), p.checkMonitoring()}
}

func (p *presenter) speaker(role string) string {
	if role == "" {
		return ""
	}
	return p.rb.RoleTitle(role)
}

func (p *presenter) attendee(role string, facilitator bool, m *launch.Meeting) Attendee {
	a := Attendee{Role: role, Title: p.rb.RoleTitle(role), Short: p.rb.RoleShort(role), Holder: p.holder(role), Facilitator: facilitator}
	a.Online = p.online[a.Holder]
	for i := range p.s.People {
		one := &p.s.People[i]
		for _, of := range one.BackupFor {
			if of == role && a.Listed == "" && one.User != a.Holder {
				a.Listed = one.User
			}
		}
	}
	if m != nil {
		if called, ok := m.Attendance[role]; ok {
			a.By, a.Tools = by(called.Mark), called.Tools
			switch {
			case called.Present && called.Stands:
				a.State, a.Person = AttendBackup, called.Person
			case called.Present:
				a.State, a.Person, a.Confirmed = AttendPresent, called.Person, called.Backup
			case called.Backup != "":
				a.State, a.Person, a.Confirmed = AttendBackup, called.Backup, called.Backup
			default:
				a.State = AttendAbsent
			}
		}
	}
	if a.There() {
		return a
	}
	if person, ok := p.s.Attends(role); ok {
		a.State, a.Person = AttendVoted, person
		for i := range p.out.Poll.Votes {
			if v := &p.out.Poll.Votes[i]; v.Role == role {
				a.By = v.By
			}
		}
	}
	return a
}

func (p *presenter) arming(m *launch.Meeting) {
	if m.Arming == nil {
		return
	}
	out := &Arming{By: by(m.Arming.Mark), Triggers: []string{}, Open: []string{}}
	for _, id := range m.Arming.Triggers {
		if t := p.rb.Trigger(id); t != nil {
			out.Triggers = append(out.Triggers, t.Title)
		}
		if _, armed := p.s.Armed[id]; !armed {
			out.Open = append(out.Open, id)
		}
	}
	p.out.Meeting.Arming = out
}

// agenda tells what was discussed, and for how long.
func (p *presenter) agenda(m *launch.Meeting) {
	out := &p.out.Meeting
	for _, run := range m.Runs {
		if begun := run.Started.At; out.Begun == nil {
			out.Begun = &begun
		}
		for i := range out.Points {
			point := &out.Points[i]
			if point.ID != run.Point {
				continue
			}
			point.Done = !run.Ended.IsZero()
			if point.Done {
				point.Spent += run.Ended.Sub(run.Started.At)
				point.Running = nil
			} else {
				at := run.Started.At
				point.Running = &at
			}
		}
		out.Ended = nil
		if !run.Ended.IsZero() {
			at := run.Ended
			out.Ended = &at
		}
	}
}
