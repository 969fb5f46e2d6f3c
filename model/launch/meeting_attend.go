package launch

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"tminus/model/journal"
)

// Attended is the data of poll.attended. A later answer for the role replaces it.
type Attended struct {
	Role    string `json:"role"`
	Present bool   `json:"present"`
	Person  string `json:"person,omitempty"` // who is there for the role; absent: who should be
	Stands  bool   `json:"stands_in,omitempty"`
	Backup  string `json:"backup,omitempty"`
	Tools   string `json:"tools,omitempty"`
	Reason  string `json:"reason,omitempty"`
	By
}

// Recorded is the data of poll.recorded: the recording runs, and where it will be found. A later one corrects it.
type Recorded struct {
	Link string `json:"link"`
	By
}

// The answers of the roll call.
const (
	present = "present"
	absent  = "absent"
)

func meetingTable() ([]ActionSpec, []KindSpec) {
	role := ArgInfo{Name: "role", Help: "the required attendee's role, where several can be answered for"}
	actions := []ActionSpec{
		{Name: "poll.attend", Title: "Answer the roll call", Kind: "poll.attended", Attest: "roll-call",
			Args: []ArgInfo{role, {Name: "status", Help: "present (default) or absent", Choices: []string{present, absent}},
				{Name: "backup", Help: "present: the backup contact that was confirmed; absent: who stands in"},
				{Name: "tools", Help: "whether their tools open", Choices: []string{"ok", "missing"}}, {Name: "reason", Help: "why somebody is absent"}},
			choices: map[string]func(*request) []string{"role": func(r *request) []string { return r.calls() }, "backup": everybody},
			open:    mayAttend, decide: decideAttend},
		{Name: "poll.record", Title: "Confirm that the meeting is recorded", Kind: "poll.recorded",
			Args: []ArgInfo{{Name: "link", Help: "where the recording is, or will be: a link", Required: true}},
			open: mayHost("the recording"), decide: decideRecord},
	}
	kinds := []KindSpec{
		kindOf("poll.attended", "The roll call", applyAttended, describeAttended),
		kindOf("poll.recorded", "The meeting's recording was confirmed", applyRecorded, func(_ *State, d Recorded) string {
			return "confirmed the recording: " + d.Link
		}),
	}
	for _, part := range []func() ([]ActionSpec, []KindSpec){agendaTable, riskTable, armingTable} {
		a, k := part()
		actions, kinds = append(actions, a...), append(kinds, k...)
	}
	return actions, kinds
}

func everybody(r *request) []string {
	var users []string
	for _, p := range r.s.People {
		users = append(users, p.User)
	}
	return users
}

// mayHost opens an action of the meeting to who keeps it going.
func mayHost(what string) func(r *request) *Refusal {
	return func(r *request) *Refusal { return r.must(what, r.s.hosts()...) }
}

// calls are the required roles that the request's person can answer for: those held, those they back up, and to who leads
// the meeting all, whose absence they record.
func (r *request) calls() []string {
	var roles []string
	for _, role := range r.s.attendeeRoles() {
		if r.may(append([]string{role}, r.s.callers()...)...) || r.backs(role) {
			roles = append(roles, role)
		}
	}
	return roles
}

// backs reports whether the person whose word it is is listed as the role's backup.
func (r *request) backs(role string) bool {
	p := r.s.Person(r.subject())
	return p != nil && slices.Contains(p.BackupFor, role)
}

func mayAttend(r *request) *Refusal {
	if len(r.s.attendeeRoles()) == 0 {
		return no("the runbook requires nobody at the go/no-go meeting", "")
	}
	if len(r.calls()) > 0 {
		return nil
	}
	return r.must("the roll call", r.s.hosts()...)
}

// called is the role of the request: role=, else the first of those held. Whoever is present is so for all that they hold;
// an absence and a backup are one role's, and have to say which.
func (r *request) called() (string, *Refusal) {
	role, required := r.args["role"], r.s.attendeeRoles()
	var own []string
	for _, id := range required {
		if r.s.holdsAny(r.roles, []string{id}) {
			own = append(own, id)
		}
	}
	switch {
	case role == "" && (len(own) == 1 || len(own) > 1 && r.args["status"] != absent && r.args["backup"] == ""):
		return own[0], nil
	case role == "":
		return "", usage("say with role= for whom it is; %s", listed("", r.calls()))
	case !slices.Contains(required, role):
		return "", r.unknown("role", "required attendee", required)
	}
	return role, nil
}

func decideAttend(r *request) ([]Event, *Refusal) {
	role, refusal := r.called()
	if refusal != nil {
		return nil, refusal
	}
	d := Attended{Role: role, Present: r.args["status"] != absent, Backup: r.args["backup"], Tools: r.args["tools"], Reason: r.args["reason"], By: r.by}
	if d.Backup != "" && r.s.Person(d.Backup) == nil {
		return nil, r.unknown("backup", "person of this launch", everybody(r))
	}
	holds := r.s.holdsAny(r.roles, []string{role})
	switch {
	case d.Present && holds:
		d.Person = r.subject()
	case d.Present && r.backs(role):
		d.Person, d.Stands = r.subject(), true
	case d.Present:
		return nil, r.must("the answer of "+r.s.roleTitle(role), role)
	case !holds && !r.s.holdsAny(r.roles, r.s.callers()):
		return nil, r.must("the absence of "+r.s.roleTitle(role), append([]string{role}, r.s.callers()...)...)
	default:
		if holders := r.s.Holders(role); len(holders) > 0 {
			d.Person = holders[0]
		}
	}
	if d.Backup != "" && d.Backup == d.Person {
		return nil, no(d.Backup+" is who answers for "+r.s.roleTitle(role)+", not the backup", "name somebody else with backup=, or leave it out")
	}
	return append([]Event{{Kind: "poll.attended", Data: d}}, r.presentToo(d, holds)...), nil
}

// presentToo answers for the other required roles of somebody who is there: a person is not asked once for each.
func (r *request) presentToo(d Attended, holds bool) []Event {
	if !d.Present || !holds {
		return nil
	}
	var out []Event
	for _, role := range r.s.attendeeRoles() {
		if _, there := r.s.Attends(role); there || role == d.Role || !r.s.holdsAny(r.roles, []string{role}) {
			continue
		}
		out = append(out, Event{Kind: "poll.attended", Data: Attended{Role: role, Present: true, Person: d.Person, Tools: d.Tools, By: d.By}})
	}
	return out
}

func describeAttended(s *State, d Attended) string {
	role := s.roleTitle(d.Role)
	var text string
	switch {
	case d.Present && d.Stands:
		text = fmt.Sprintf("%s is there for %s, as the backup", orName(d.Person, "somebody"), role)
	case d.Present:
		text = role + " is present"
		if d.Backup != "" {
			text += ", backup " + d.Backup
		}
	case d.Backup != "":
		text = fmt.Sprintf("%s is absent, %s stands in", role, d.Backup)
	default:
		text = role + " is absent, nobody stands in"
	}
	if d.Tools != "" {
		text += ", tool access " + d.Tools
	}
	return withReason(text, d.Reason)
}

func applyAttended(s *State, e journal.Entry, d Attended) string {
	switch {
	case !slices.Contains(s.attendeeRoles(), d.Role):
		return fmt.Sprintf("%q is no required attendee", d.Role)
	case d.Backup != "" && s.Person(d.Backup) == nil:
		return fmt.Sprintf("%q is not one of this launch's people", d.Backup)
	}
	s.meetingOf(e).Attendance[d.Role] = Attendance{Present: d.Present, Person: d.Person, Stands: d.Stands, Backup: d.Backup, Tools: d.Tools,
		Mark: marked(e, d.By, d.Reason)}
	return ""
}

func decideRecord(r *request) ([]Event, *Refusal) {
	link := r.args["link"]
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.ContainsAny(link, " \t\r\n") {
		return nil, usage("link=%s is no link; expected one such as https://meet.example/rec/123", short(link))
	}
	if m := r.s.CurrentMeeting(); m != nil && m.Recording != nil && m.Recording.Reason == link {
		return nil, no("the recording is confirmed already, by "+m.Recording.User, "another link corrects it")
	}
	return []Event{{Kind: "poll.recorded", Data: Recorded{Link: link}}}, nil
}

func applyRecorded(s *State, e journal.Entry, d Recorded) string {
	if d.Link == "" {
		return "there is no link in it"
	}
	m := marked(e, d.By, d.Link)
	s.meetingOf(e).Recording = &m
	return ""
}
