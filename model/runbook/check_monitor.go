package runbook

import (
	"fmt"
	"strings"
	"time"

	"tminus/model/monitor"
	"tminus/model/strictyaml"
)

// Groups are the groups of monitors: system monitors turn the status RED.
func Groups() []string { return []string{"system", "user-experience", "business", "support", "logs"} }

// CheckMonitors validates monitors that stand at the path of a file other than the runbook, such as launch.yaml, with
// the runbook's roles as owners. An owner may be left out there.
func CheckMonitors(doc *strictyaml.Document, monitors []Monitor, roles []Role, p ...any) strictyaml.Errors {
	c := newChecker(doc, roles)
	for i := range monitors {
		if monitors[i].Owner == "" && !doc.Has(below(p, i, "owner")...) {
			c.monitor(monitors[i], below(p, i))
			continue
		}
		c.ownedMonitor(monitors[i], below(p, i))
	}
	return c.errs
}

func (c *checker) monitors(list []Monitor, p []any) {
	for i, m := range list {
		c.ownedMonitor(m, below(p, i))
	}
}

func (c *checker) ownedMonitor(m Monitor, p []any) {
	c.monitor(m, p)
	c.role(m.Owner, "owner", p)
}

func (c *checker) monitor(m Monitor, p []any) {
	c.id("monitor", m.ID, false, p)
	c.text(m.Name, "name", p)
	if m.Group != "" || !c.missing("group", "one of "+strings.Join(Groups(), ", "), p) {
		c.known("group", m.Group, Groups(), below(p, "group"))
	}
	c.span(m.Every, "every", p)
	warning, hasWarning := c.rule(m.Warning, m, below(p, "warning"))
	critical, hasCritical := c.rule(m.Critical, m, below(p, "critical"))
	if hasWarning && hasCritical && milder(critical, warning) {
		c.bad(fmt.Sprintf("critical %q comes before warning %q", m.Critical, m.Warning), "a critical threshold at or beyond the warning's", below(p, "critical"))
	}
}

// rule reads a threshold of the monitor; false: there is none, or it is mistaken.
func (c *checker) rule(text string, m Monitor, p []any) (monitor.Rule, bool) {
	if text == "" {
		return monitor.Rule{}, false
	}
	r, err := monitor.ParseRule(text, m.Unit)
	if err == nil {
		err = r.CheckPeriod(time.Duration(m.Every))
	}
	if err != nil {
		what, expected, split := strings.Cut(err.Error(), "; expected ")
		if !split {
			expected = `a rule such as "> 0.5%" or "< baseline * 0.9 for 15m"`
		}
		c.bad(what, expected, p)
	}
	return r, err == nil
}

// milder reports whether a value can pass b's threshold only after a's, both in the same direction.
func milder(a, b monitor.Rule) bool {
	if a.Op[0] != b.Op[0] || a.Baseline != b.Baseline {
		return false
	}
	factor, number := a.Factor-b.Factor, a.Number-b.Number
	if a.Op[0] == '<' {
		factor, number = -factor, -number
	}
	return factor <= 0 && number <= 0 && (factor < 0 || number < 0)
}

func (c *checker) logs(l *LogWatch) {
	if l == nil {
		return
	}
	p := path("logs")
	c.text(l.Tool, "tool", p)
	c.some(len(l.Patterns), "patterns", "what is looked for", p)
	c.texts(l.Patterns, below(p, "patterns"))
	c.text(l.Frequency, "frequency", p)
	c.role(l.Owner, "owner", p)
}

func (c *checker) triggers(list []Trigger, monitors []Monitor) {
	for i, t := range list {
		at := path("triggers", i)
		c.id("trigger", t.ID, false, at)
		switch {
		case t.When != "" && t.Declared:
			c.bad("both when and declared", "when, or declared: true", below(at, "declared"))
		case t.When == "" && !t.Declared:
			c.bad("neither when nor declared", `when, such as "error-rate > 1% for 5m", or declared: true`, at)
		}
		if t.When != "" {
			c.when(t.When, monitors, below(at, "when"))
		}
		if t.Priority != "" || !c.missing("priority", "high or normal", at) {
			c.known("priority", t.Priority, []string{High, Normal}, below(at, "priority"))
		}
	}
}

func (c *checker) when(text string, monitors []Monitor, p []any) {
	id, rule, err := monitor.ParseTrigger(text)
	if err != nil {
		c.bad(fmt.Sprintf("condition %s cannot be read", quote(text)), "a monitor's id and a rule, such as error-rate > 1% for 5m", p)
		return
	}
	c.onMonitor(id, rule, monitors, p, p)
}

// onMonitor wants the monitor to exist and the rule, where there is one, to fit it.
func (c *checker) onMonitor(id, rule string, monitors []Monitor, idAt, ruleAt []any) {
	m := find(monitors, id, func(m *Monitor) string { return m.ID })
	if m == nil {
		c.known("monitor", id, monitorIDs(monitors), idAt)
		return
	}
	c.rule(rule, *m, ruleAt)
}

func monitorIDs(monitors []Monitor) []string {
	var ids []string
	for _, m := range monitors {
		ids = append(ids, m.ID)
	}
	return ids
}

func (c *checker) success(groups []Criteria, monitors []Monitor) {
	for i, g := range groups {
		at := path("success", i)
		c.id("success", g.ID, false, at)
		c.text(g.Title, "title", at)
		c.role(g.Owner, "owner", at)
		c.span(g.Duration, "duration", at)
		c.some(len(g.Criteria), "criteria", "at least one criterion", at)
		for j, k := range g.Criteria {
			here := below(at, "criteria", j)
			c.line("criterion", k.ID, k.Text, here)
			if k.Rule != "" && len(k.Monitors) == 0 {
				c.bad("a rule without monitors", "monitors that it is about", below(here, "rule"))
			}
			for n, id := range k.Monitors {
				c.onMonitor(id, "", monitors, below(here, "monitors", n), below(here, "rule"))
				c.goal(k.Rule, id, monitors, below(here, "rule"))
			}
		}
	}
}

// goal wants what a criterion asks to fit the monitor, and to hold something that the monitor has.
func (c *checker) goal(text, id string, monitors []Monitor, p []any) {
	m := find(monitors, id, func(m *Monitor) string { return m.ID })
	if text == "" || m == nil {
		return
	}
	g, err := monitor.ParseGoal(text, m.Unit)
	switch {
	case err != nil:
		what, expected, split := strings.Cut(err.Error(), "; expected ")
		if !split {
			expected = `what has to hold, such as "< 0.1% for 24h", "within warning for 99% of points" or stable`
		}
		c.bad(what, expected, p)
	case g.Within && m.Warning == "":
		c.bad(fmt.Sprintf("%s needs the warning of %s, which has none", quote(text), id), "a monitor with a warning, or what has to hold as a rule, such as <= 300", p)
	}
}
