package screen

import "slices"

// RoleView is a role with who holds it, who backs them up, and to whom it passes when nobody answers.
type RoleView struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Short      string   `json:"short"`
	Holders    []string `json:"holders,omitempty"`    // users; none: nobody holds it
	Instead    []string `json:"instead,omitempty"`    // users that the launch file lists with it, where somebody else holds it now
	Backups    []string `json:"backups,omitempty"`    // users
	Successors []string `json:"successors,omitempty"` // ids of the roles that it passes to after its backups
	Online     bool     `json:"online,omitempty"`     // a holder has a cockpit open
}

// roles tells every role of the runbook, in its order.
func (p *presenter) roles() {
	for i := range p.rb.Roles {
		r := &p.rb.Roles[i]
		v := RoleView{ID: r.ID, Title: r.Title, Short: r.Short, Holders: slices.Clone(p.s.Holders(r.ID)), Successors: p.s.Successors(r.ID)}
		for _, one := range p.s.People {
			if slices.Contains(one.BackupFor, r.ID) {
				v.Backups = append(v.Backups, one.User)
			}
			if _, taken := p.s.Takings[r.ID]; taken && slices.Contains(one.Roles, r.ID) && !slices.Contains(v.Holders, one.User) {
				v.Instead = append(v.Instead, one.User)
			}
		}
		v.Online = slices.ContainsFunc(v.Holders, func(user string) bool { return p.online[user] })
		p.out.Roles = append(p.out.Roles, v)
	}
}

// Role is the role of an id, or nil.
func (s *Screen) Role(id string) *RoleView {
	for i := range s.Roles {
		if s.Roles[i].ID == id {
			return &s.Roles[i]
		}
	}
	return nil
}

// Right says by which right a viewer may take the role over: own, backup or accountable; "": by none, or they hold it. It
// offers the key; who may is decided by the room.
func (r *RoleView) Right(you You) string {
	switch {
	case !you.Listed || slices.Contains(you.Roles, r.ID):
		return ""
	case slices.Contains(r.Instead, you.User):
		return "own"
	case slices.Contains(r.Backups, you.User):
		return "backup"
	case slices.ContainsFunc(r.Successors, func(id string) bool { return slices.Contains(you.Roles, id) }):
		return "accountable"
	}
	return ""
}
