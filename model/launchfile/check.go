package launchfile

import (
	"fmt"
	"slices"
	"strings"

	"tminus/model/monitor"
	"tminus/model/runbook"
	"tminus/model/strictyaml"
)

// Check tells what of the file does not fit the runbook that it names: ids that the runbook does not have, and roles
// that it needs and nobody holds. src is the text that f was loaded from, for the places of the mistakes.
func (f *File) Check(file string, src []byte, rb *runbook.Runbook) strictyaml.Errors {
	doc, errs := strictyaml.Parse(file, src)
	if len(errs) > 0 {
		return errs
	}
	c := &checker{doc: doc, f: f, rb: rb}
	c.errs = append(c.errs, c.monitors()...)
	c.bindings()
	c.periods()
	c.roles()
	return strictyaml.Errors(nil).And(c.errs)
}

// place is one place of a line of escalation with the user bound to it.
type place struct{ name, user string }

func (b ContactBinding) places() []place {
	return []place{{"primary", b.Primary}, {"backup", b.Backup}, {"escalation", b.Escalation}}
}

// need is a role that the runbook wants somebody to hold, and what for.
type need struct{ role, why string }

// monitors checks the file's own monitors, which stand beside the runbook's.
func (c *checker) monitors() strictyaml.Errors {
	errs := runbook.CheckMonitors(c.doc, c.f.Monitors, c.rb.Roles, "monitors")
	for i, m := range c.f.Monitors {
		if c.rb.Monitor(m.ID) != nil {
			errs = append(errs, c.doc.Mistake("monitor "+quote(m.ID)+" is in the runbook already", "an id of its own, or nothing: the runbook's monitors are watched anyway", "monitors", i, "id"))
		}
	}
	return errs
}

// bindings wants every id that the file binds to exist.
func (c *checker) bindings() {
	monitors := c.monitorIDs()
	for id := range sorted(c.f.Resources) {
		c.knownKey("resource", id, ids(c.rb.Resources, func(r runbook.Resource) string { return r.ID }), top("resources", id))
	}
	for id := range sorted(c.f.Contacts) {
		c.knownKey("contact group", id, ids(c.rb.Contacts, func(g runbook.ContactGroup) string { return g.ID }), top("contacts", id))
	}
	for id := range sorted(c.f.Sources) {
		c.knownKey("monitor", id, monitors, top("sources", id))
	}
	for id, f := range sorted(c.f.Flags) {
		if f.Effect != nil && f.Effect.Monitor != "" {
			c.known("monitor", f.Effect.Monitor, monitors, top("flags", id, "effect", "monitor"))
		}
	}
	actions := ids(c.rb.Actions(), func(a runbook.ActionRef) string { return a.ID })
	for id := range sorted(c.f.Actions) {
		c.knownKey("action", id, actions, top("actions", id))
	}
	var verifications []string
	for _, s := range slices.Concat(c.rb.Sequence.Steps, c.rb.Rollback.Steps) {
		verifications = append(verifications, ids(s.Verifications, func(v runbook.Verification) string { return v.ID })...)
	}
	for id := range sorted(c.f.Probes) {
		c.knownKey("verification", id, verifications, top("probes", id))
	}
}

func ids[T any](list []T, id func(T) string) []string {
	all := make([]string, len(list))
	for i, e := range list {
		all[i] = id(e)
	}
	return all
}

func (c *checker) monitorIDs() []string {
	return ids(slices.Concat(c.rb.Monitors, c.f.Monitors), func(m runbook.Monitor) string { return m.ID })
}

// rulesOf returns the rules over a monitor that can be read: its thresholds and those of the triggers.
func (c *checker) rulesOf(id string) []monitor.Rule {
	var rules []monitor.Rule
	for _, m := range slices.Concat(c.rb.Monitors, c.f.Monitors) {
		if m.ID != id {
			continue
		}
		texts := []string{m.Warning, m.Critical}
		for _, t := range c.rb.Triggers {
			if on, rule, err := monitor.ParseTrigger(t.When); err == nil && on == id {
				texts = append(texts, rule)
			}
		}
		for _, text := range texts {
			if r, err := monitor.ParseRule(text, m.Unit); text != "" && err == nil {
				rules = append(rules, r)
			}
		}
	}
	return rules
}

// roles wants the roles that people hold to exist, and somebody for each role without whose word there is no GO.
func (c *checker) roles() {
	known := ids(c.rb.Roles, func(r runbook.Role) string { return r.ID })
	for i, p := range c.f.People {
		for k, role := range p.Roles {
			c.known("role", role, known, top("people", i, "roles", k))
		}
		for k, role := range p.BackupFor {
			c.known("role", role, known, top("people", i, "backup_for", k))
		}
	}
	for _, n := range gates(c.rb) {
		if !c.f.staffed(n.role) {
			c.badKey(fmt.Sprintf("nobody holds the role %s, which %s", n.role, n.why), fmt.Sprintf("somebody with roles: [%s] or backup_for: [%s]", n.role, n.role), top("people"))
		}
	}
}

// staffed reports whether somebody holds the role or is its backup.
func (f *File) staffed(role string) bool {
	return slices.ContainsFunc(f.People, func(p Person) bool {
		return slices.Contains(p.Roles, role) || slices.Contains(p.BackupFor, role)
	})
}

// gates are the roles without which the launch cannot get a GO, each once with all that it is needed for.
func gates(rb *runbook.Runbook) []need {
	var all []need
	for _, role := range rb.GoNoGo.Approvals {
		all = append(all, need{role, "votes in the go/no-go"})
	}
	for _, s := range rb.Sections() {
		if s.SignOff {
			all = append(all, need{s.Owner, "signs off " + s.Title})
		}
	}
	return merged(all)
}

// duties are the further roles that the runbook gives something to do.
func duties(rb *runbook.Runbook) []need {
	var all []need
	for _, s := range rb.Sections() {
		all = append(all, need{s.Owner, "owns " + s.Title})
	}
	for _, a := range rb.GoNoGo.Attendees {
		all = append(all, need{a.Role, "attends the go/no-go"})
	}
	for _, m := range rb.Sequence.Marks {
		all = append(all, need{m.Owner, "acts at " + m.At.String()})
	}
	for _, s := range rb.Sequence.Steps {
		all = append(all, need{s.Owner, "executes " + s.Title})
	}
	for _, s := range rb.Rollback.Steps {
		all = append(all, need{s.Owner, "executes " + s.Title + " in a rollback"})
	}
	return merged(all)
}

func merged(all []need) []need {
	var out []need
	for _, n := range all {
		i := slices.IndexFunc(out, func(o need) bool { return o.role == n.role })
		switch {
		case n.role == "" || n.role == runbook.AllTeams:
		case i < 0:
			out = append(out, n)
		default:
			if !strings.Contains(out[i].why, n.why) {
				out[i].why += " and " + n.why
			}
		}
	}
	return out
}
