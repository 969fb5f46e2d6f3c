package launch

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tminus/model/journal"
)

// MaxText is the longest note, reason, evidence or link, in bytes.
const MaxText = 8 << 10

// request is one command on its way through Decide, or one action on its way through Actions.
type request struct {
	s       *State
	spec    *ActionSpec
	who     Who
	now     time.Time
	user    string   // the caller's name in the journal
	caller  bool     // the caller is one of this launch's people, or acts as a role in a rehearsal
	roles   []string // held by the caller, or by whom it is recorded for
	args    map[string]string
	by      By
	read    *Measured // what the sources said; nil: they were not asked
	listing bool      // for Actions: no arguments yet, so what could be recorded for somebody else counts as allowed
}

func (s *State) request(who Who, spec *ActionSpec, now time.Time) *request {
	return &request{s: s, spec: spec, who: who, now: now.UTC(), user: s.Actor(who).User, caller: s.Listed(who), roles: s.RolesOf(who)}
}

// Decide turns a command into the events that it leads to, refuses it with a *Refusal, or answers with *Needs what has to
// be read first: then it is asked again with Command.Measured. It changes nothing. What the clock does by itself at this
// instant (Due) is journaled first.
func (s *State) Decide(who Who, c Command, now time.Time) ([]Event, error) {
	events, needs, refusal := s.decide(who, c, now)
	switch {
	case refusal != nil:
		return nil, refusal
	case needs != nil:
		return nil, needs
	}
	return events, nil
}

func (s *State) decide(who Who, c Command, now time.Time) ([]Event, *Needs, *Refusal) {
	spec := s.table.action[c.Action]
	if spec == nil {
		var names []string
		for _, a := range s.table.actions {
			names = append(names, a.Name)
		}
		return nil, nil, usage("there is no action %q; %s", short(c.Action), listed(c.Action, names))
	}
	r := s.request(who, spec, now)
	r.read = c.Measured
	if refusal := r.parse(c.Args); refusal != nil {
		return nil, nil, refusal
	}
	if refusal := r.gate(); refusal != nil {
		return nil, nil, refusal
	}
	if refusal := r.attested(); refusal != nil {
		return nil, nil, refusal
	}
	if spec.open != nil {
		if refusal := spec.open(r); refusal != nil {
			return nil, nil, refusal
		}
	}
	if spec.needs != nil && r.read == nil {
		if needs, refusal := spec.needs(r); needs != nil || refusal != nil {
			return nil, needs, refusal
		}
	}
	events, refusal := spec.decide(r)
	if refusal == nil && r.by.For != "" {
		for i := range events {
			events[i].Auth = journal.AuthAttested
		}
	}
	return events, nil, refusal
}

// parse checks the arguments' names, presence, size and fixed choices. Choices are matched without regard to case.
func (r *request) parse(args map[string]string) *Refusal {
	r.args = make(map[string]string, len(args))
	var names []string
	for _, a := range r.spec.Args {
		names = append(names, a.Name)
		v := strings.TrimSpace(strings.ToValidUTF8(args[a.Name], "\uFFFD"))
		switch {
		case v == "" && a.Required:
			return usage("%s needs %s=…: %s", r.spec.Name, a.Name, a.Help)
		case v == "":
			continue
		case len(v) > MaxText:
			return usage("%s is %d bytes long; expected at most %d", a.Name, len(v), MaxText)
		}
		if len(a.Choices) > 0 {
			i := slices.IndexFunc(a.Choices, func(c string) bool { return strings.EqualFold(c, v) })
			if i < 0 {
				return usage("%s=%s; expected %s", a.Name, short(v), join(a.Choices, "or"))
			}
			v = a.Choices[i]
		}
		r.args[a.Name] = v
	}
	for _, name := range slices.Sorted(maps.Keys(args)) {
		if !slices.Contains(names, name) {
			if len(names) == 0 {
				return usage("%s takes no arguments", r.spec.Name)
			}
			return usage("%s has no argument %q; expected %s", r.spec.Name, short(name), join(names, "or"))
		}
	}
	return r.confirmed()
}

// confirmed wants the launch's name typed where a mistake in LIVE cannot be taken back.
func (r *request) confirmed() *Refusal {
	if !r.spec.Confirm || r.s.Mode != Live || r.args["confirm"] == r.s.Name {
		return nil
	}
	if r.args["confirm"] == "" {
		return usage("%s in LIVE wants the launch's name typed: confirm=%s", r.spec.Name, r.s.Name)
	}
	return usage("confirm=%s is not this launch; expected confirm=%s", short(r.args["confirm"]), r.s.Name)
}

// gate refuses what is closed to everybody, or to who is not listed.
func (r *request) gate() *Refusal {
	s := r.s
	switch {
	case s.ReadOnly != "":
		return no("nothing can be recorded: "+s.ReadOnly, "")
	case s.Closed != nil:
		return no(s.Name+" is closed", "plan a new launch under a new name")
	case s.Clock.Scrub != nil && !r.spec.Scrubbed:
		return r.scrubbed()
	case r.who.As != "" && s.Mode == Rehearsal && s.Runbook.Role(r.who.As) == nil:
		return usage("the runbook has no role %q", short(r.who.As))
	case !r.caller && !r.spec.Unlisted:
		if s.Mode == Rehearsal {
			return no(r.user+" is not one of this launch's people", "act as a role, such as --as "+s.firstRole()+"; notes are open to everybody")
		}
		return no(r.user+" is not one of this launch's people", "you can watch and write notes (note.add); who is listed can record your word")
	}
	return nil
}

// scrubbed refuses what a scrubbed launch does not have; nil: the launch is not scrubbed.
func (r *request) scrubbed() *Refusal {
	if r.s.Clock.Scrub == nil {
		return nil
	}
	return no(fmt.Sprintf("%s was scrubbed by %s", r.s.Name, r.s.Clock.Scrub.User), "recycle to an earlier mark first: clock.recycle to=T-15m")
}

// attested reads for= and via=: from then on the request has the roles of the person who said it.
func (r *request) attested() *Refusal {
	person, via := r.args["for"], r.args["via"]
	switch {
	case person == "" && via == "":
		return nil
	case person == "":
		return usage("via=%s without for=…: who said it?", via)
	case via == "":
		return usage("for=%s without via=…: how did they say it? expected voice, chat or mail", short(person))
	case r.s.Person(person) == nil:
		var users []string
		for _, p := range r.s.People {
			users = append(users, p.User)
		}
		return usage("for=%s is not one of this launch's people; %s", short(person), listed(person, users))
	case person == r.user:
		return usage("for=%s is you; leave for and via out", short(person))
	case !r.s.attestable(r.spec.Attest):
		return no("this launch lets nobody else's word be recorded for "+r.spec.Name, person+" does it in their own session: tminus attach")
	case len(r.roles) == 0:
		return no("you hold no role in this launch", "who holds one can record what "+person+" said")
	}
	r.by.For, r.by.Via = person, via
	r.roles = r.s.Roles(person)
	return nil
}

// attestable reports whether the launch file lets this be recorded for somebody who said it. Absent: everything.
func (s *State) attestable(what string) bool {
	return what != "" && (s.File.Attest == nil || slices.Contains(s.File.Attest, what))
}

// subject is whose word it is.
func (r *request) subject() string {
	if r.by.For != "" {
		return r.by.For
	}
	return r.user
}

// may reports whether one of the roles is held.
func (r *request) may(roles ...string) bool {
	if r.s.holdsAny(r.roles, roles) {
		return true
	}
	if !r.listing || len(r.roles) == 0 || !r.s.attestable(r.spec.Attest) {
		return false
	}
	return slices.ContainsFunc(roles, func(role string) bool {
		return slices.ContainsFunc(r.s.Holders(role), func(u string) bool { return u != r.user && r.s.Person(u) != nil })
	})
}

// must refuses who holds none of the roles, and says who does and what can be done. What is the sentence's subject:
// "Infrastructure", "the poll's decision".
func (r *request) must(what string, roles ...string) *Refusal {
	if r.may(roles...) {
		return nil
	}
	var owners []string
	for _, role := range roles {
		owners = append(owners, r.s.roleWithHolder(role))
	}
	message := fmt.Sprintf("%s belongs to %s", what, join(owners, "or"))
	held := r.s.roleTitles(r.roles, "and")
	switch {
	case r.by.For != "":
		message += fmt.Sprintf(", and %s holds %s", r.by.For, orName(held, "no role"))
	default:
		message += ", and you hold " + orName(held, "no role")
	}
	return no(message, r.wayOut(roles))
}

// wayOut says how somebody without the role gets on.
func (r *request) wayOut(roles []string) string {
	var ways []string
	if r.s.Mode == Rehearsal && r.by.For == "" && len(roles) > 0 {
		ways = append(ways, "act as that role (--as "+roles[0]+")")
	}
	if r.by.For == "" && r.s.attestable(r.spec.Attest) && len(r.roles) > 0 {
		for _, role := range roles {
			if holders := r.s.Holders(role); len(holders) > 0 && r.s.Person(holders[0]) != nil {
				ways = append(ways, "record what they say with for="+holders[0]+" via=voice")
				break
			}
		}
	}
	for _, role := range roles {
		if r.by.For == "" && r.s.mayTake(r.user, r.s.RolesOf(r.who), role) != "" {
			ways = append(ways, "take the role over with role.take role="+role+" reason=…")
			break
		}
	}
	if len(ways) == 0 {
		return "ask who holds it, or its backup to take it over (role.take)"
	}
	return join(ways, "or")
}

func usage(format string, args ...any) *Refusal {
	return &Refusal{Message: fmt.Sprintf(format, args...), Usage: true}
}

func no(message, hint string) *Refusal { return &Refusal{Message: message, Hint: hint} }

// short keeps what somebody typed from filling the answer.
func short(s string) string { return cut(s, 80) }

func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// unknown refuses an id that is nothing here, and lists what there is.
func (r *request) unknown(arg, what string, valid []string) *Refusal {
	return usage("%s=%s is no %s; %s", arg, short(r.args[arg]), what, listed(r.args[arg], valid))
}
