package screen

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
)

func (p *presenter) people() {
	for _, one := range p.s.People {
		p.out.People = append(p.out.People, PersonView{
			User: one.User, Name: one.Name, Roles: p.s.Roles(one.User), BackupFor: one.BackupFor, Contact: contact(one), Online: p.online[one.User],
		})
	}
}

func contact(p launch.Person) string {
	return strings.Join(slices.DeleteFunc([]string{p.Contact.Slack, p.Contact.Phone, p.Contact.Email}, func(s string) bool { return s == "" }), " ")
}

// raci is the matrix's row of the activity of the moment.
func (p *presenter) raci() {
	a := p.rb.Activity(p.activity())
	if a == nil {
		if len(p.rb.RACI) == 0 {
			return
		}
		a = &p.rb.RACI[0] // a runbook of one's own may name its activities differently
	}
	p.out.RACI.Activity = a.Title
	for i := range p.rb.Roles {
		r := &p.rb.Roles[i]
		if letters := a.Cells[r.ID]; letters != "" {
			p.out.RACI.Rows = append(p.out.RACI.Rows, p.raciRow(r, letters))
		}
	}
	slices.SortStableFunc(p.out.RACI.Rows, func(x, y RACIRow) int { return cmp.Compare(rank(x.Letters), rank(y.Letters)) })
}

func (p *presenter) raciRow(r *runbook.Role, letters string) RACIRow {
	row := RACIRow{Letters: letters, Role: r.Title, Short: r.Short, Person: p.holder(r.ID)}
	for i := range p.s.People {
		one := &p.s.People[i]
		if one.User == row.Person {
			row.Contact, row.Online = contact(*one), p.online[one.User]
		} else if row.Backup == "" && slices.Contains(one.BackupFor, r.ID) {
			row.Backup = one.User
		}
	}
	return row
}

func rank(letters string) int {
	for i, l := range []string{"A", "R", "C", "I"} {
		if strings.Contains(letters, l) {
			return i
		}
	}
	return 4
}

// activity is what the launch is about now: what the phase is about, or the trouble at hand.
func (p *presenter) activity() string {
	switch p.out.Phase {
	case launch.Planning:
		if p.now.Before(p.s.Clock.T0.Add(-7 * 24 * time.Hour)) {
			return "launch-strategy"
		}
		return "technical-planning"
	case launch.GoNoGo, launch.Countdown, launch.Launching, launch.Watching:
		switch {
		case p.out.Status == Red || p.failedStep() != nil:
			return "technical-issues"
		case p.out.Phase == launch.GoNoGo:
			return "launch-strategy"
		case p.out.Phase == launch.Watching:
			return "monitoring"
		}
		return "deployment"
	case launch.RollingBack, launch.RolledBack:
		return "technical-issues"
	}
	return "communication"
}
