package views

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/runbook"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// NewPeople is who decides and whom to call: the whole RACI matrix with the people in it, the lines of escalation, every role
// with who holds it and to whom it passes, and who is here.
func NewPeople(t *theme.Theme) *StepsView {
	return &StepsView{t: t, name: "People and RACI", build: peopleEntries,
		right: func(s *screen.Screen) string {
			here, free := 0, 0
			for i := range s.People {
				if s.People[i].Online {
					here++
				}
			}
			for i := range s.Roles {
				if len(s.Roles[i].Holders) == 0 {
					free++
				}
			}
			told := fmt.Sprintf("%d of %d here", here, len(s.People))
			switch free {
			case 0:
				return told
			case 1:
				return told + ", 1 role held by nobody"
			}
			return told + fmt.Sprintf(", %d roles held by nobody", free)
		},
		heed: func(_ *screen.Screen, rows []entry) string { // the activity of the moment
			for i := range rows {
				if strings.HasPrefix(rows[i].id, "activity/") && rows[i].kind == title {
					return rows[i].id
				}
			}
			return ""
		}}
}

// crowd is what the rows of the view are made of.
type crowd struct {
	rb   *runbook.Runbook
	file *launchfile.File
	s    *screen.Screen
	t    *theme.Theme
}

func peopleEntries(p *screen.Plan, s *screen.Screen, t *theme.Theme, _ time.Time) []entry {
	if p.Runbook == nil {
		return nil
	}
	c := crowd{rb: p.Runbook, file: p.File, s: s, t: t}
	if c.file == nil {
		c.file = &launchfile.File{}
	}
	var out []entry
	for _, part := range [][]entry{c.activities(), c.contacts(), c.roles(), c.people()} {
		out = append(append(out, part...), entry{})
	}
	return out
}

// peopleFound are the view's rows for the search.
func peopleFound(p *screen.Plan, s *screen.Screen, t *theme.Theme) []row {
	return rowsOf(peopleEntries(p, s, t, s.At))
}

func (c crowd) person(user string) *screen.PersonView {
	for i := range c.s.People {
		if c.s.People[i].User == user {
			return &c.s.People[i]
		}
	}
	return nil
}

// called is a user by name, and how to reach them.
func (c crowd) called(user string) string {
	p := c.person(user)
	switch {
	case p == nil:
		return user
	case p.Contact == "":
		return nameOf(p) + ", no contact in launch.yaml"
	}
	return nameOf(p) + "  " + p.Contact
}

func nameOf(p *screen.PersonView) string {
	if p.Name == "" || p.Name == p.User {
		return p.User
	}
	return p.Name + " (" + p.User + ")"
}

// presence is the mark of who is here.
func (c crowd) presence(user string) (string, tone) {
	p := c.person(user)
	switch {
	case user == "":
		return c.t.Glyph.Warn, late
	case p != nil && p.Online:
		return c.t.Glyph.Online, good
	}
	return c.t.Glyph.Offline, quiet
}

// here says the same in words.
func (c crowd) here(user string) string {
	if p := c.person(user); p != nil && p.Online {
		return "here"
	}
	return "not here"
}

// passes tells to whom a role passes when nobody answers for it: its backups, then who is accountable.
func (c crowd) passes(r *screen.RoleView) (backups, then string) {
	var list []string
	for _, user := range r.Backups {
		list = append(list, c.called(user)+", "+c.here(user))
	}
	backups = strings.Join(list, "; ")
	if backups == "" {
		backups = "nobody: launch.yaml names no backup_for: " + r.ID
	}
	list = nil
	for _, id := range r.Successors {
		next := c.rb.RoleTitle(id)
		if v := c.s.Role(id); v != nil && len(v.Holders) > 0 {
			next += ", " + c.called(v.Holders[0])
		} else {
			next += ", held by nobody"
		}
		list = append(list, next)
	}
	return backups, strings.Join(list, "; ")
}

// paging is the key that pages a person, where they stand in a line of escalation.
func (c crowd) paging(user string) []act {
	if user == "" {
		return nil
	}
	for _, at := range c.s.Updates.Contacts {
		if at.Person == user {
			return []act{{"p", "page them", asking("page.send", nil, map[string]string{"group": at.Group, "level": at.Level})}}
		}
	}
	return nil
}

// handing are the keys of a role: take it over, hand it over, look up what belongs to it. Dialogs come filled in.
func (c crowd) handing(r *screen.RoleView) []act {
	var acts []act
	args := map[string]string{"role": r.ID}
	if r.Right(c.s.You) != "" {
		reason := "nobody holds it"
		if len(r.Holders) > 0 {
			reason = r.Holders[0] + " does not answer"
		}
		acts = append(acts, act{"t", "take over", asking("role.take", args, map[string]string{"reason": reason})})
	}
	if c.s.You.Listed && slices.Contains(c.s.You.Roles, r.ID) {
		suggest := map[string]string{}
		if i := slices.IndexFunc(r.Backups, func(u string) bool { return u != c.s.You.User }); i >= 0 {
			suggest["to"] = r.Backups[i]
		}
		acts = append(acts, act{"o", "hand over", asking("role.hand-over", args, suggest)})
	}
	return append(acts, act{"i", "duties, tools, access", intent.OpenView{View: "reference", Target: "role/" + r.ID}})
}

// roleFacts is the whole of a role.
func (c crowd) roleFacts(f *sheet, r *screen.RoleView) {
	switch {
	case len(r.Holders) == 0:
		f.styled("Holder", "nobody holds it", f.t.Warn)
	default:
		for _, user := range r.Holders {
			f.fact("Holder", c.called(user)+", "+c.here(user))
		}
	}
	if len(r.Instead) > 0 {
		f.fact("Instead of", strings.Join(r.Instead, ", ")+", as launch.yaml has it")
	}
	backups, then := c.passes(r)
	f.fact("Backup", backups)
	f.fact("Then", then)
	if right := r.Right(c.s.You); right != "" {
		f.fact("You", "may take it over (t), as "+map[string]string{"own": "its own holder", "backup": "its backup", "accountable": "accountable for its work"}[right])
	}
}

func (c crowd) roles() []entry {
	out := []entry{{row: head("Roles", "t takes one over, o hands one over, i opens its duties, tools, access and KPIs")}}
	for i := range c.s.Roles {
		r := &c.s.Roles[i]
		e := entry{row: row{id: "role/" + r.ID, depth: 1, text: r.Title, acts: c.handing(r)}}
		user := ""
		if len(r.Holders) > 0 {
			user = r.Holders[0]
			e.acts = append(e.acts, c.paging(user)...)
		}
		e.mark, e.tone = c.presence(user)
		if r.Online {
			e.mark, e.tone = c.t.Glyph.Online, good
		}
		switch {
		case user == "":
			e.right = "nobody holds it"
			if len(r.Backups) > 0 {
				e.right += "; backup " + strings.Join(r.Backups, ", ")
			}
		case r.Online:
			e.right = strings.Join(r.Holders, ", ")
		default:
			e.right = strings.Join(r.Holders, ", ") + ", not here"
		}
		if len(r.Instead) > 0 {
			e.right += " instead of " + strings.Join(r.Instead, ", ")
		}
		e.facts = func(f *sheet) {
			f.say(f.t.Strong, r.Title)
			c.roleFacts(f, r)
		}
		out = append(out, e)
	}
	return out
}

func (c crowd) people() []entry {
	out := []entry{{row: head("People", "who has a cockpit open is here")}}
	for _, online := range []bool{true, false} {
		for i := range c.s.People {
			p := &c.s.People[i]
			if p.Online != online {
				continue
			}
			var titles []string
			for _, id := range p.Roles {
				titles = append(titles, c.rb.RoleTitle(id))
			}
			told := strings.Join(titles, ", ")
			if told == "" {
				told = "no role"
			}
			e := entry{row: row{id: "person/" + p.User, depth: 1, text: nameOf(p) + "  " + told, right: p.Contact, acts: c.paging(p.User)}}
			e.mark, e.tone = c.presence(p.User)
			e.facts = func(f *sheet) {
				f.say(f.t.Strong, nameOf(p)+", "+c.here(p.User))
				f.fact("Roles", told)
				var covers []string
				for _, id := range p.BackupFor {
					covers = append(covers, c.rb.RoleTitle(id))
				}
				f.fact("Backs up", strings.Join(covers, ", "))
				f.fact("Contact", p.Contact)
				if p.Contact == "" {
					f.fact("Contact", "none in launch.yaml")
				}
			}
			out = append(out, e)
		}
	}
	return out
}

// levels are the places of a line of escalation, in the order in which they are called.
func levels(g *runbook.ContactGroup, bound launchfile.ContactBinding) []struct {
	level, word string
	place       runbook.Contact
	user        string
} {
	return []struct {
		level, word string
		place       runbook.Contact
		user        string
	}{{launch.LevelPrimary, "First", g.Primary, bound.Primary}, {launch.LevelBackup, "Then", g.Backup, bound.Backup}, {launch.LevelEscalation, "Last", g.Escalation, bound.Escalation}}
}
