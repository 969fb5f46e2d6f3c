package dialogs

import (
	"slices"
	"strings"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/model/text"
)

// attestArgs are the arguments that record what somebody else said; they are asked only after ctrl+t.
const (
	argFor = "for"
	argVia = "via"
)

// build makes a field for each argument that the command does not have yet.
func (f *Form) build() {
	f.fields = nil
	for _, a := range f.info.Args {
		switch {
		case f.given[a.Name] != "", (a.Name == argFor || a.Name == argVia) && !f.attest, a.Name == "confirm" && !f.confirms():
			continue
		}
		f.fields = append(f.fields, f.fieldFor(a))
	}
	if f.confirms() && !slices.ContainsFunc(f.fields, func(l labelled) bool { return l.arg() == "confirm" }) {
		f.fields = append(f.fields, f.fieldFor(launch.ArgInfo{Name: "confirm", Required: true}))
	}
	slices.SortStableFunc(f.fields, func(a, b labelled) int { return place(a) - place(b) })
	f.SetSize(f.width, f.height)
}

// place orders fields: who said it, as which role, about what, then the rest as the action lists them; the reason and the
// confirmation last.
func place(l labelled) int {
	switch l.arg() {
	case argFor:
		return 0
	case argVia:
		return 1
	case "role":
		return 2
	case "id", "monitor":
		return 3
	case "reason":
		return 5
	case "confirm":
		return 9
	}
	return 4
}

// rebuild is build with what was typed so far kept.
func (f *Form) rebuild() {
	kept := f.fields
	arg := ""
	if f.focus < len(kept) {
		arg = kept[f.focus].arg()
	}
	f.build()
	for i := range f.fields {
		for _, old := range kept {
			if old.arg() == f.fields[i].arg() && old.arg() != "role" {
				f.fields[i].field = old.field
			}
		}
	}
	if f.attest {
		arg = argFor
	}
	f.SetSize(f.width, f.height)
	f.setFocus(max(slices.IndexFunc(f.fields, func(l labelled) bool { return l.arg() == arg }), 0))
}

func (f *Form) fieldFor(a launch.ArgInfo) labelled {
	name := a.Name
	if name == "id" {
		name, _, _ = strings.Cut(f.info.Name, ".")
	}
	l := labelled{label: capital(strings.ReplaceAll(name, "-", " ")), help: a.Help, required: a.Required}
	switch {
	case a.Name == "confirm":
		l.field = newTextField(a.Name, "", false)
		l.label, l.required = "Confirm", true
		l.help = "LIVE: type " + text.Line(f.names.screen.Launch)
	case a.Name == argFor:
		l.label, l.required, l.help = "Said by", true, "who said it; the entry will say that you recorded it"
		values, first := f.people(a.Choices), f.suggest[argFor]
		if st := f.names.step(f.given["id"]); st != nil && first == "" && strings.HasPrefix(f.info.Name, "step.") {
			first = st.Person // whose it is
		}
		if !slices.Contains(values, first) {
			first = ""
		}
		l.field = newChoiceField(a.Name, first, values, func(v string) string { return f.names.of(f.info.Name, a.Name, v) })
	case a.Name == argVia:
		l.label, l.help = "Heard by", "how it reached you"
		values := a.Choices
		if len(values) == 0 {
			values = []string{"voice", "chat", "mail"}
		}
		c := newChoiceField(a.Name, values[0], values, capital)
		l.field = c
	case a.Name == "role" && len(a.Choices) > 0:
		l.required = true
		l.field = f.roleField(a)
	case a.Name == "waive":
		set := newSetField(a.Name, "", a.Choices, func(v string) string { return f.names.of(f.info.Name, a.Name, v) })
		set.empty, set.hint = "nothing is missing", "space ticks what the launch goes without"
		l.field = set
	case a.Name == "arming" && len(a.Choices) > 0:
		set := newSetField(a.Name, f.suggest[a.Name], a.Choices, func(v string) string { return f.names.of(f.info.Name, a.Name, v) })
		set.hint = "space ticks the triggers to arm, or none"
		l.field = set
	case a.Name == "steps" && len(a.Choices) > 0:
		set := newSetField(a.Name, f.suggest[a.Name], a.Choices, func(v string) string { return f.names.of(f.info.Name, a.Name, v) })
		set.hint = "space ticks what is rolled back"
		l.help, l.required = "what is rolled back; its exact calls stand below", true
		l.field = set
	case len(f.choices(a)) > 0:
		l.field = f.choice(a, f.choices(a))
	default:
		l.field = newTextField(a.Name, f.suggest[a.Name], said(a.Name))
	}
	return l
}

// choice asks for one of several values; what is suggested and is none of them is left out.
func (f *Form) choice(a launch.ArgInfo, values []string) field {
	first := f.suggest[a.Name]
	if !slices.Contains(values, first) {
		first = ""
	}
	return newChoiceField(a.Name, first, values, func(v string) string { return f.names.of(f.info.Name, a.Name, v) })
}

// choices are an argument's valid values: as the action lists them, else every monitor where it takes any. All monitors
// at once come first where the action takes them.
func (f *Form) choices(a launch.ArgInfo) []string {
	if a.Name != "monitor" {
		return a.Choices
	}
	out := slices.Clone(a.Choices)
	if len(out) == 0 {
		for _, m := range f.names.screen.Monitors {
			out = append(out, m.ID)
		}
	}
	if f.info.Name != "baseline.capture" || len(out) == 0 {
		return out
	}
	out = slices.DeleteFunc(out, func(v string) bool { return v == allMonitors })
	return append([]string{allMonitors}, out...)
}

// roles are those of the choices that the viewer holds: the others' word is recorded by ctrl+t. Where the viewer holds
// none of them, or records somebody else's word, all are offered.
func (f *Form) roles(choices []string) []string {
	var own []string
	for _, c := range choices {
		if y := f.names.screen.You; slices.Contains(y.Roles, c) && (y.As == "" || y.As == c) {
			own = append(own, c)
		}
	}
	if f.attest || len(own) == 0 {
		return choices
	}
	return own
}

// roleField asks as which role, beginning with the first of the viewer's that has not answered yet: who holds several
// answers for one after the other, and must not answer for the same one again by a slip.
func (f *Form) roleField(a launch.ArgInfo) field {
	values := f.roles(a.Choices)
	first := f.suggest[a.Name]
	if at := slices.IndexFunc(values, f.unanswered); at >= 0 && !f.attest && first == "" {
		first = values[at]
	}
	if !slices.Contains(values, first) {
		first = ""
	}
	return newChoiceField(a.Name, first, values, func(v string) string { return f.names.of(f.info.Name, a.Name, v) })
}

// unanswered reports whether a role of the viewer's has neither voted nor answered the roll call, whichever is asked.
func (f *Form) unanswered(role string) bool {
	s := f.names.screen
	if !slices.Contains(s.You.Roles, role) {
		return false
	}
	switch f.info.Name {
	case "poll.vote":
		v := f.names.vote(role)
		return v != nil && v.Vote == ""
	case "poll.attend":
		return slices.ContainsFunc(s.Meeting.Attendees, func(a screen.Attendee) bool { return a.Role == role && a.By == nil })
	}
	return false
}

// people are those who may have said something: as the action lists them, else everybody but the viewer.
func (f *Form) people(choices []string) []string {
	if len(choices) > 0 {
		return choices
	}
	var out []string
	for _, p := range f.names.screen.People {
		if p.User != f.names.screen.You.User {
			out = append(out, p.User)
		}
	}
	return out
}

func (f *Form) confirms() bool { return f.info.Confirm && f.names.screen.Mode == launch.Live }

func (f *Form) attestable() bool {
	return slices.ContainsFunc(f.info.Args, func(a launch.ArgInfo) bool { return a.Name == argFor })
}
