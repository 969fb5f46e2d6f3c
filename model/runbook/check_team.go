package runbook

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// longestShort fits the narrow columns of the countdown and the RACI pane.
const longestShort = 5

func (c *checker) head(rb *Runbook) {
	top := path()
	if rb.ID != "" || !c.missing("id", "the runbook's name", top) {
		if !word().MatchString(rb.ID) {
			c.bad("id "+quote(rb.ID)+" is malformed", "lower-case words joined by hyphens", path("id"))
		}
	}
	c.text(rb.Title, "title", top)
	c.text(rb.Version, "version", top)
	c.date(rb.Updated, "updated", top)
	c.some(len(rb.Reviewers), "reviewers", "the roles that must review every change", top)
	c.roleList(rb.Reviewers, path("reviewers"))
	told := len(rb.Changelog) == 0
	for i, ch := range rb.Changelog {
		at := path("changelog", i)
		c.text(ch.Version, "version", at)
		c.date(ch.Date, "date", at)
		c.text(ch.Summary, "summary", at)
		told = told || ch.Version == rb.Version
	}
	if !told && rb.Version != "" {
		c.bad("version "+quote(rb.Version)+" is not in the change log", "an entry of it in changelog", path("version"))
	}
	// The sections that a launch cannot do without; the others may be absent.
	for _, key := range []string{"roles", "go_no_go", "sequence", "communication"} {
		c.missing(key, "this section", top)
	}
}

func (c *checker) date(value, key string, p []any) {
	const expected = "a date such as 2026-11-24"
	if value == "" && c.missing(key, expected, p) {
		return
	}
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		c.bad(quote(key)+" is "+quote(value), expected, below(p, key))
	}
}

func (c *checker) contacts(groups []ContactGroup) {
	for i, g := range groups {
		at := path("contacts", i)
		c.id("contact", g.ID, false, at)
		c.text(g.Title, "title", at)
		for _, place := range []struct {
			key string
			Contact
		}{{"primary", g.Primary}, {"backup", g.Backup}, {"escalation", g.Escalation}} {
			if c.missing(place.key, "whom to call", at) {
				continue
			}
			here := below(at, place.key)
			c.text(place.Title, "title", here)
			if place.Role != "" {
				c.role(place.Role, "role", here)
			}
		}
	}
}

func (c *checker) resources(list []Resource) {
	for i, r := range list {
		at := path("resources", i)
		c.id("resource", r.ID, false, at)
		c.text(r.Group, "group", at)
		c.text(r.Title, "title", at)
		c.text(r.Value, "value", at)
	}
}

func (c *checker) team(roles []Role) {
	shorts := make(map[string]string)
	if c.doc.Has("roles") {
		c.some(len(roles), "roles", "at least one role", path())
	}
	for i, r := range roles {
		at := path("roles", i)
		c.id("role", r.ID, false, at)
		if r.ID == AllTeams {
			c.bad("role id "+quote(r.ID)+" is taken", "another; all stands for all teams", below(at, "id"))
		}
		c.text(r.Title, "title", at)
		c.text(r.Short, "short", at)
		if n := utf8.RuneCountInString(r.Short); n > longestShort {
			c.bad(fmt.Sprintf("short form %s has %d characters", quote(r.Short), n), fmt.Sprintf("at most %d", longestShort), below(at, "short"))
		}
		if other, again := shorts[r.Short]; again && r.Short != "" {
			c.bad("short form "+quote(r.Short)+" is that of "+other+" too", "one of its own", below(at, "short"))
		} else {
			shorts[r.Short] = r.ID
		}
		for j, d := range r.Responsibilities {
			here := below(at, "responsibilities", j)
			c.text(d.Title, "title", here)
			c.some(len(d.Lines), "lines", "what the role does", here)
			c.texts(d.Lines, below(here, "lines"))
		}
		c.texts(r.Tools, below(at, "tools"))
		c.texts(r.Access, below(at, "access"))
		c.texts(r.KPIs, below(at, "kpis"))
	}
}

func (c *checker) raci(activities []Activity) {
	letters := []string{"R", "A", "R/A", "C", "I"}
	for i, a := range activities {
		at := path("raci", i)
		c.id("activity", a.ID, false, at)
		c.text(a.Group, "group", at)
		c.text(a.Title, "title", at)
		if len(a.Cells) == 0 {
			c.some(0, "cells", "role: letters", at)
			continue
		}
		var accountable []string
		for _, role := range slices.Sorted(maps.Keys(a.Cells)) {
			here := below(at, "cells", role)
			c.knownKey("role", role, c.roles, here)
			if !slices.Contains(letters, a.Cells[role]) {
				c.bad(quote(a.Cells[role])+" is no RACI cell", "R, A, R/A, C or I", here)
			}
			if strings.Contains(a.Cells[role], "A") {
				accountable = append(accountable, role)
			}
		}
		switch len(accountable) {
		case 0:
			c.bad("nobody is accountable for "+quote(a.ID), "exactly one role with A or R/A", below(at, "cells"))
		case 1:
		default:
			c.bad(strings.Join(accountable, " and ")+" are accountable for "+quote(a.ID), "exactly one role with A or R/A", below(at, "cells"))
		}
	}
}
