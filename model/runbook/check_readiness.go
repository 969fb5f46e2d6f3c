package runbook

import (
	"fmt"
	"strings"
	"time"
)

func (c *checker) timeline(days []Day) {
	seen := make(map[Mark]bool)
	for i, d := range days {
		at := path("timeline", i)
		switch missing := c.missing("at", "a mark such as L-14d", at); {
		case missing:
		case d.At > 0:
			c.bad(d.At.String()+" is after T-0", "a day before it, such as L-14d", below(at, "at"))
		case seen[d.At]:
			c.bad(d.At.String()+" is given again", "each day once", below(at, "at"))
		}
		seen[d.At] = true
		c.some(len(d.Roles), "roles", "what each role does on the day", at)
		for j, r := range d.Roles {
			here := below(at, "roles", j)
			c.role(r.Role, "role", here)
			c.frequency(r.Frequency, below(here, "frequency"))
			for k, t := range r.Tasks {
				c.line("task", t.ID, t.Text, below(here, "tasks", k))
			}
			for k, t := range r.Deliverables {
				c.line("task", t.ID, t.Text, below(here, "deliverables", k))
			}
		}
	}
}

func (c *checker) checklists(areas []Area) {
	for i, a := range areas {
		at := path("checklists", i)
		c.id("checklist", a.ID, false, at)
		c.text(a.Title, "title", at)
		c.some(len(a.Sections), "sections", "at least one section", at)
		for j, s := range a.Sections {
			c.section(s, below(at, "sections", j))
		}
	}
}

func (c *checker) section(s Section, p []any) {
	c.id("section", s.ID, false, p)
	c.text(s.Title, "title", p)
	c.role(s.Owner, "owner", p)
	if s.SignOff {
		c.text(s.Verification, "verification", p)
	}
	c.some(len(s.Items), "items", "at least one item", p)
	for i, it := range s.Items {
		at := below(p, "items", i)
		c.line("item", it.ID, it.Text, at)
		if s.ID != "" && words().MatchString(it.ID) && !strings.HasPrefix(it.ID, s.ID+"/") {
			c.bad("item id "+quote(it.ID)+" is not the section's", quote(s.ID+"/…"), below(at, "id"))
		}
	}
}

func (c *checker) goNoGo(g GoNoGo) {
	p := path("go_no_go")
	if !c.doc.Has(p...) {
		return
	}
	if !c.missing("at", "a mark such as T-1h", p) && g.At >= 0 {
		c.bad(g.At.String()+" is not before T-0", "a mark such as T-1h", below(p, "at"))
	}
	c.span(g.Duration, "duration", p)
	attends := make(map[string]bool)
	facilitators := 0
	for i, a := range g.Attendees {
		at := below(p, "attendees", i)
		c.role(a.Role, "role", at)
		if attends[a.Role] {
			c.bad("attendee "+quote(a.Role)+" is listed again", "each role once", below(at, "role"))
		}
		attends[a.Role] = true
		if a.Facilitator {
			if facilitators++; facilitators > 1 {
				c.bad("a second facilitator", "one", below(at, "facilitator"))
			}
		}
	}
	sum := 0
	for i, a := range g.Agenda {
		at := below(p, "agenda", i)
		c.id("agenda point", a.ID, false, at)
		c.text(a.Title, "title", at)
		if a.Presenter != "" {
			c.role(a.Presenter, "presenter", at)
		}
		c.texts(a.Lines, below(at, "lines"))
		const longest = 24 * 60
		if !c.missing("minutes", "how long it takes", at) && (a.Minutes <= 0 || a.Minutes > longest) {
			c.bad(fmt.Sprintf("%d minutes", a.Minutes), fmt.Sprintf("1 to %d", longest), below(at, "minutes"))
			continue
		}
		sum += a.Minutes
	}
	if d := time.Duration(sum) * time.Minute; d > time.Duration(g.Duration) && g.Duration > 0 {
		c.bad(fmt.Sprintf("the agenda takes %s of the meeting's %s", Duration(d), g.Duration), "an agenda that fits", below(p, "agenda"))
	}
	c.some(len(g.Approvals), "approvals", "the roles whose GO is required", p)
	c.roleList(g.Approvals, below(p, "approvals"))
}
