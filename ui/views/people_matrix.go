package views

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tminus/model/runbook"
	"tminus/model/screen"
)

// activities is the matrix, row by row: the activity with who is accountable for it, then its roles with their people.
func (c crowd) activities() []entry {
	out := []entry{{row: head("RACI matrix", "who is accountable, whom to call, who backs them up")}}
	group := ""
	for i := range c.rb.RACI {
		a := &c.rb.RACI[i]
		if a.Group != group {
			group = a.Group
			out = append(out, entry{row: row{id: "raci-group/" + group, kind: title, text: group}})
		}
		cells := c.cells(a)
		out = append(out, c.activity(a, cells))
		for _, cell := range cells {
			out = append(out, c.cell(a, cell))
		}
	}
	return out
}

// cells are an activity's roles, who is accountable first.
func (c crowd) cells(a *runbook.Activity) []runbook.Cell {
	var cells []runbook.Cell
	for i := range c.rb.Roles {
		if letters := a.Cells[c.rb.Roles[i].ID]; letters != "" {
			cells = append(cells, runbook.Cell{Role: c.rb.Roles[i].ID, Letters: letters})
		}
	}
	rank := func(letters string) int {
		for i, l := range []string{"A", "R", "C", "I"} {
			if strings.Contains(letters, l) {
				return i
			}
		}
		return 4
	}
	slices.SortStableFunc(cells, func(x, y runbook.Cell) int { return cmp.Compare(rank(x.Letters), rank(y.Letters)) })
	return cells
}

// activity is the line of an activity, and all that is asked of it: who is accountable, whom do I call, who backs them up.
func (c crowd) activity(a *runbook.Activity, cells []runbook.Cell) entry {
	e := entry{row: row{id: "activity/" + a.ID, depth: 1, text: a.Title}}
	var who []string
	user := ""
	for _, cell := range cells {
		r := c.s.Role(cell.Role)
		if r == nil || !strings.Contains(cell.Letters, "A") {
			continue
		}
		if len(r.Holders) == 0 {
			who = append(who, r.Title+", nobody holds it")
			continue
		}
		if user == "" {
			user = r.Holders[0]
		}
		who = append(who, r.Title+", "+strings.Join(r.Holders, ", "))
	}
	if len(who) == 0 {
		who = append(who, "nobody is accountable")
	}
	e.right = strings.Join(who, "; ")
	e.mark, e.tone = c.presence(user)
	if a.Title == c.s.RACI.Activity {
		e.text += "  now"
		e.kind = title
	}
	e.acts = c.paging(user)
	e.facts = func(f *sheet) {
		f.say(f.t.Strong, a.Title)
		for _, cell := range cells {
			c.cellFacts(f, cell)
		}
	}
	return e
}

// cellFacts is a role of an activity: all of it where it is accountable, in one line where not.
func (c crowd) cellFacts(f *sheet, cell runbook.Cell) {
	word := map[string]string{"R/A": "Accountable", "A": "Accountable", "R": "Responsible", "C": "Consulted", "I": "Informed"}[cell.Letters]
	r := c.s.Role(cell.Role)
	if r == nil {
		f.say(f.t.Text, cmp.Or(word, cell.Letters)+": "+c.rb.RoleTitle(cell.Role))
		return
	}
	if strings.Contains(cell.Letters, "A") {
		f.say(f.t.Text, "Accountable: "+r.Title)
		for _, user := range r.Holders {
			f.fact("  Call", c.called(user)+", "+c.here(user))
		}
		if len(r.Holders) == 0 {
			f.styled("  Call", "nobody holds it", f.t.Warn)
		}
		backups, then := c.passes(r)
		f.fact("  Backup", backups)
		f.fact("  Then", then)
		return
	}
	who := "nobody holds it"
	if len(r.Holders) > 0 {
		who = c.called(r.Holders[0])
	}
	f.say(f.t.Text, cmp.Or(word, cell.Letters)+": "+r.Title+", "+who)
}

// cell is one role of an activity.
func (c crowd) cell(a *runbook.Activity, cell runbook.Cell) entry {
	e := entry{row: row{id: "activity/" + a.ID + "/" + cell.Role, depth: 2, text: fmt.Sprintf("%-4s%s", cell.Letters, c.rb.RoleTitle(cell.Role))}}
	r := c.s.Role(cell.Role)
	if r == nil {
		return e
	}
	user := ""
	if len(r.Holders) > 0 {
		user = r.Holders[0]
		e.right = c.called(user)
	} else {
		e.right, e.tone = "nobody holds it", late
	}
	e.acts = append(c.handing(r), c.paging(user)...)
	e.facts = func(f *sheet) {
		f.say(f.t.Strong, cell.Letters+"  "+r.Title+" "+c.t.Glyph.Dot+" "+a.Title)
		c.roleFacts(f, r)
	}
	return e
}

// contacts are the lines of escalation: who stands at each place, bound by launch.yaml or by a role, or nobody.
func (c crowd) contacts() []entry {
	out := []entry{{row: head("Whom to call", "p pages who is selected")}}
	for i := range c.rb.Contacts {
		g := &c.rb.Contacts[i]
		out = append(out, entry{row: row{id: "contact/" + g.ID, kind: title, text: g.Title}})
		for _, l := range levels(g, c.file.Contacts[g.ID]) {
			out = append(out, c.place(g, l.level, l.word, l.place, l.user))
		}
	}
	return out
}

func (c crowd) place(g *runbook.ContactGroup, level, word string, place runbook.Contact, bound string) entry {
	label := cmp.Or(place.Title, c.rb.RoleTitle(place.Role))
	e := entry{row: row{id: "contact/" + g.ID + "/" + level, depth: 1, text: fmt.Sprintf("%-5s %s", word, label)}}
	at := screen.Contact{}
	for _, known := range c.s.Updates.Contacts {
		if known.Group == g.ID && known.Level == level {
			at = known
		}
	}
	how := ""
	switch {
	case bound != "":
		how = "bound by contacts: of launch.yaml"
	case at.Person != "":
		how = "holds the role; contacts: of launch.yaml binds nobody here"
	}
	switch {
	case at.Person != "":
		e.right = c.called(at.Person)
	case place.Handle != "" || place.Reach != "":
		e.right = "not bound: " + strings.TrimSpace(place.Handle+"  "+place.Reach)
		how = "bound to nobody: contacts: of launch.yaml names who stands here. What is shown is the runbook's."
	default:
		e.right, how = "not bound", "bound to nobody: contacts: of launch.yaml names who stands here"
	}
	e.mark, e.tone = c.presence(at.Person)
	if at.To != "" {
		e.acts = []act{{"p", "page them", asking("page.send", nil, map[string]string{"group": g.ID, "level": level})}}
	}
	e.facts = func(f *sheet) {
		f.say(f.t.Strong, g.Title+", "+level)
		f.fact("Who", cmp.Or(at.To, label))
		f.fact("How known", how)
		if at.Person != "" {
			f.fact("Presence", c.here(at.Person))
		}
		backup, escalation := screen.Contact{}, screen.Contact{}
		for _, known := range c.s.Updates.Contacts {
			if known.Group == g.ID && known.Level == "backup" {
				backup = known
			} else if known.Group == g.ID && known.Level == "escalation" {
				escalation = known
			}
		}
		if level == "primary" {
			f.fact("Then", backup.To)
		}
		if level != "escalation" {
			f.fact("Last", escalation.To)
		}
	}
	return e
}
