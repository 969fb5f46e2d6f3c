package launch

import (
	"fmt"
	"slices"

	"tminus/model/journal"
)

// RoleTaken is the data of role.taken: somebody took over a role that nobody holds, or whose holder does not answer.
type RoleTaken struct {
	Role   string `json:"role"`
	From   string `json:"from,omitempty"` // user who held it
	Right  string `json:"right"`          // own, backup, accountable
	Reason string `json:"reason"`
	By
}

// RoleHandedOver is the data of role.handed-over.
type RoleHandedOver struct {
	Role   string `json:"role"`
	To     string `json:"to"` // user
	Reason string `json:"reason,omitempty"`
	By
}

func peopleTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{
			{Name: "role.take", Title: "Take a role over", Kind: "role.taken", Scrubbed: true,
				Args: []ArgInfo{{Name: "role", Help: "the role that nobody holds, or whose holder does not answer", Required: true},
					{Name: "reason", Help: "why its holder does not act", Required: true}},
				choices: map[string]func(*request) []string{"role": takeable},
				none:    "there is no role that you are backup of or accountable for and do not hold", decide: decideTake},
			{Name: "role.hand-over", Title: "Hand a role over", Kind: "role.handed-over", Scrubbed: true,
				Args: []ArgInfo{{Name: "role", Help: "a role that you hold", Required: true},
					{Name: "to", Help: "the person who takes it", Required: true}, {Name: "reason", Help: "why"}},
				choices: map[string]func(*request) []string{"role": func(r *request) []string { return r.roles }, "to": otherPeople},
				none:    "you hold no role, or there is nobody else", decide: decideHandOver},
		}, []KindSpec{
			kindOf("role.taken", "A role was taken over", applyTaken, func(s *State, d RoleTaken) string {
				return withReason("took over "+s.roleTitle(d.Role)+" as "+orName(d.Right, "somebody"), d.Reason)
			}),
			kindOf("role.handed-over", "A role was handed over", applyHandedOver, func(s *State, d RoleHandedOver) string {
				return withReason("handed "+s.roleTitle(d.Role)+" over to "+d.To, d.Reason)
			}),
		}
}

func takeable(r *request) []string {
	var roles []string
	for i := range r.s.Runbook.Roles {
		if id := r.s.Runbook.Roles[i].ID; r.s.mayTake(r.user, r.roles, id) != "" {
			roles = append(roles, id)
		}
	}
	return roles
}

func otherPeople(r *request) []string {
	var users []string
	for _, p := range r.s.People {
		if p.User != r.user {
			users = append(users, p.User)
		}
	}
	return users
}

func decideTake(r *request) ([]Event, *Refusal) {
	role := r.args["role"]
	if r.s.Runbook.Role(role) == nil {
		return nil, r.unknown("role", "role of the runbook", takeable(r))
	}
	if slices.Contains(r.roles, role) {
		return nil, no("you hold "+r.s.roleTitle(role)+" already", "")
	}
	right := r.s.mayTake(r.user, r.roles, role)
	if right == "" {
		return nil, no(r.s.roleWithHolder(role)+" passes to its backup, then to "+orName(r.s.roleTitles(r.s.Successors(role), "or"), "nobody")+", and you are neither",
			"ask its holder to hand it over: role.hand-over")
	}
	d := RoleTaken{Role: role, Right: right, Reason: r.args["reason"], By: r.by}
	if holders := r.s.Holders(role); len(holders) > 0 {
		d.From = holders[0]
	}
	return []Event{{Kind: "role.taken", Data: d}}, nil
}

func decideHandOver(r *request) ([]Event, *Refusal) {
	role, to := r.args["role"], r.args["to"]
	switch {
	case r.s.Runbook.Role(role) == nil:
		return nil, r.unknown("role", "role of the runbook", r.roles)
	case !slices.Contains(r.roles, role):
		return nil, no(r.s.roleWithHolder(role)+" is not yours to hand over", "only who holds a role hands it over; role.take takes it")
	case r.s.Person(to) == nil:
		return nil, r.unknown("to", "person of this launch", otherPeople(r))
	case slices.Contains(r.s.Holders(role), to):
		return nil, no(to+" holds "+r.s.roleTitle(role)+" already", "")
	}
	return []Event{{Kind: "role.handed-over", Data: RoleHandedOver{Role: role, To: to, Reason: r.args["reason"], By: r.by}}}, nil
}

func applyTaken(s *State, e journal.Entry, d RoleTaken) string {
	if s.Runbook.Role(d.Role) == nil {
		return fmt.Sprintf("the runbook has no role %q", d.Role)
	}
	s.Takings[d.Role] = e.Actor.User
	return ""
}

func applyHandedOver(s *State, _ journal.Entry, d RoleHandedOver) string {
	switch {
	case s.Runbook.Role(d.Role) == nil:
		return fmt.Sprintf("the runbook has no role %q", d.Role)
	case s.Person(d.To) == nil:
		return fmt.Sprintf("%q is not one of this launch's people", d.To)
	}
	s.Takings[d.Role] = d.To
	return ""
}
