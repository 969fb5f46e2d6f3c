package launch

import (
	"fmt"
	"slices"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// Person returns the listed person of a login, or nil.
func (s *State) Person(user string) *Person {
	for i := range s.People {
		if s.People[i].User == user {
			return &s.People[i]
		}
	}
	return nil
}

// personOf matches a caller to the people of launch.planned: by uid, the kernel's word, in LIVE and DRY RUN; by name in
// a REHEARSAL, where nobody can be harmed by a borrowed one. Nil: not listed.
func (s *State) personOf(who Who) *Person {
	if s.Mode == Rehearsal {
		return s.Person(who.User)
	}
	if who.Auth != journal.AuthOSUser || who.UID < 0 {
		return nil
	}
	for i := range s.People {
		if s.People[i].UID == who.UID {
			return &s.People[i]
		}
	}
	return nil
}

// Listed reports whether the caller is one of this launch's people; in a REHEARSAL also who acts as a role.
func (s *State) Listed(who Who) bool {
	return s.personOf(who) != nil || s.Mode == Rehearsal && who.As != ""
}

// Actor is how the caller stands in the journal: their login as the launch file lists it, and the roles held now.
func (s *State) Actor(who Who) journal.Actor {
	a := journal.Actor{User: who.User, Roles: s.RolesOf(who), Auth: who.Auth, Host: who.Host}
	switch p := s.personOf(who); {
	case p != nil:
		a.User = p.User
	case s.Mode != Rehearsal && s.Person(who.User) != nil:
		// Another uid with a listed login's name, from another namespace or a renamed account, is somebody else.
		a.User = fmt.Sprintf("%s (uid %d)", who.User, who.UID)
	}
	return a
}

// ActorFor is Actor for one event: an event that says how its actor is known (attested) has its way.
func (s *State) ActorFor(who Who, ev Event) journal.Actor {
	a := s.Actor(who)
	if ev.Auth != "" {
		a.Auth = ev.Auth
	}
	return a
}

// RolesOf returns the roles that the caller holds now, never nil: those listed and not taken by somebody else, and those
// taken over, in the runbook's order. In a REHEARSAL who acts as a role holds just that one.
func (s *State) RolesOf(who Who) []string {
	if s.Mode == Rehearsal && who.As != "" {
		if s.Runbook.Role(who.As) == nil {
			return []string{}
		}
		return []string{who.As}
	}
	if p := s.personOf(who); p != nil {
		return s.Roles(p.User)
	}
	return []string{}
}

// Roles returns the roles that a user holds now, in the runbook's order, never nil.
func (s *State) Roles(user string) []string { return s.rolesAmong(s.People, user) }

// rolesAmong is Roles where these are the people that are listed.
func (s *State) rolesAmong(people []Person, user string) []string {
	roles := []string{}
	var p *Person
	if i := slices.IndexFunc(people, func(p Person) bool { return p.User == user }); i >= 0 {
		p = &people[i]
	}
	for i := range s.Runbook.Roles {
		role := s.Runbook.Roles[i].ID
		taker, taken := s.Takings[role]
		if taken && taker == user || !taken && p != nil && slices.Contains(p.Roles, role) {
			roles = append(roles, role)
		}
	}
	return roles
}

// Holders returns the users who hold a role now: who took it over, else all who are listed with it.
func (s *State) Holders(role string) []string {
	if user, taken := s.Takings[role]; taken {
		return []string{user}
	}
	var users []string
	for _, p := range s.People {
		if slices.Contains(p.Roles, role) {
			users = append(users, p.User)
		}
	}
	return users
}

// holdsAny reports whether held has one of the roles; "all" is any role.
func (s *State) holdsAny(held, roles []string) bool {
	return slices.ContainsFunc(roles, func(role string) bool {
		return role == runbook.AllTeams && len(held) > 0 || slices.Contains(held, role)
	})
}

// commanders are the roles that steer the clock: responsible or accountable for launch strategy or deployment.
func (s *State) commanders() []string {
	rb := s.Runbook
	return s.orFacilitator(slices.Concat(rb.Responsible("launch-strategy"), rb.Accountable("launch-strategy"),
		rb.Responsible("deployment"), rb.Accountable("deployment")))
}

// callers are the roles that may call the poll: the meeting's facilitator and who is accountable for the deployment.
func (s *State) callers() []string {
	var roles []string
	for _, a := range s.Runbook.GoNoGo.Attendees {
		if a.Facilitator {
			roles = append(roles, a.Role)
		}
	}
	return s.orFacilitator(append(roles, s.Runbook.Accountable("deployment")...))
}

// authorities are the roles that may authorise a high-priority rollback alone.
func (s *State) authorities() []string {
	roles := s.Runbook.Rollback.Authorization["high"].Roles
	if len(roles) == 0 {
		roles = s.Runbook.Accountable("deployment")
	}
	return s.orFacilitator(slices.Clone(roles))
}

// orFacilitator drops repeats, and falls back to the required approvals in a runbook whose matrix names nobody.
func (s *State) orFacilitator(roles []string) []string {
	var once []string
	for _, r := range roles {
		if !slices.Contains(once, r) {
			once = append(once, r)
		}
	}
	if len(once) == 0 {
		return s.Runbook.GoNoGo.Approvals
	}
	return once
}

func (s *State) firstRole() string {
	if len(s.Runbook.Roles) == 0 {
		return "ROLE"
	}
	return s.Runbook.Roles[0].ID
}

// Successors returns the roles that a role passes to after its backups: those accountable for the activities that it is
// responsible for. A role that is accountable itself passes to the escalation of its line of contacts. One that the
// matrix does not name passes to who is accountable for the deployment, where it owns a step, else for the launch
// strategy; so does one that is left with nobody.
func (s *State) Successors(role string) []string {
	rb := s.Runbook
	var next []string
	add := func(ids ...string) {
		for _, id := range ids {
			if id != "" && id != role && !slices.Contains(next, id) {
				next = append(next, id)
			}
		}
	}
	inMatrix := false
	for _, a := range rb.RACI {
		if letters := a.Cells[role]; letters == "R" || letters == "A" || letters == "R/A" {
			inMatrix = true
			add(rb.Accountable(a.ID)...)
		}
	}
	for _, c := range rb.Contacts {
		if c.Primary.Role == role {
			add(c.Escalation.Role)
		}
	}
	if !inMatrix && slices.ContainsFunc(slices.Concat(rb.Sequence.Steps, rb.Rollback.Steps), func(st runbook.Step) bool { return st.Owner == role }) {
		add(rb.Accountable("deployment")...)
	}
	if len(next) == 0 {
		add(rb.Accountable("launch-strategy")...)
	}
	if len(next) == 0 {
		add(rb.Accountable("deployment")...)
	}
	return next
}

// mayTake says by which right a user with these roles may take a role over: own, backup, accountable; "" by none.
func (s *State) mayTake(user string, held []string, role string) string {
	p := s.Person(user)
	switch {
	case slices.Contains(held, role) || s.Runbook.Role(role) == nil:
		return ""
	case p != nil && slices.Contains(p.Roles, role):
		return "own"
	case p != nil && slices.Contains(p.BackupFor, role):
		return "backup"
	case s.holdsAny(held, s.Successors(role)):
		return "accountable"
	}
	return ""
}

// spokenBy reports whether an entry is the word of somebody in their own session who holds one of the roles. What the entry
// says of their roles is believed in a rehearsal alone, where one person acts as many.
func (s *State) spokenBy(e journal.Entry, roles ...string) bool {
	a := e.Actor
	return s.inPerson(e) && s.holdsAny(a.Roles, roles) && (s.Mode == Rehearsal || s.holdsAny(s.Roles(a.User), roles))
}

// inPerson reports whether an entry was made in somebody's own session: by the kernel's word, or in a rehearsal.
func (s *State) inPerson(e journal.Entry) bool {
	return e.Actor.Auth == journal.AuthOSUser || s.Mode == Rehearsal && e.Actor.Auth == journal.AuthRehearsal
}
