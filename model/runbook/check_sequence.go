package runbook

import (
	"fmt"
	"maps"
	"slices"
)

// The modes of a verification.
const (
	Gate  = "gate"  // the next step waits for it
	Watch = "watch" // it runs beside
)

// The priorities of a trigger and of a rollback request.
const (
	High   = "high"
	Normal = "normal"
)

func (c *checker) sequence(s Sequence, poll GoNoGo) {
	p := path("sequence")
	if !c.doc.Has(p...) {
		return
	}
	c.some(len(s.Marks), "marks", "at least one mark before T-0, where the clock holds itself without a GO", p)
	for i, m := range s.Marks {
		at := below(p, "marks", i)
		c.id("step", m.ID, false, at)
		switch missing := c.missing("at", "a mark such as T-15m", at); {
		case missing:
		case m.At >= 0:
			c.bad(m.At.String()+" is not before T-0", "a mark such as T-15m", below(at, "at"))
		case i > 0 && m.At <= s.Marks[i-1].At:
			c.bad(fmt.Sprintf("%s stands after %s", m.At, s.Marks[i-1].At), "marks in the order of time", below(at, "at"))
		case i == len(s.Marks)-1 && poll.At < 0 && poll.At >= m.At:
			c.bad(fmt.Sprintf("the go/no-go at %s leaves no mark after it", poll.At), "the last mark after the go/no-go", below(at, "at"))
		}
		if m.Owner != AllTeams {
			c.role(m.Owner, "owner", at)
		}
		c.frequency(m.Frequency, below(at, "frequency"))
		c.some(len(m.Actions), "actions", "at least one action", at)
		c.actions("action", m.Actions, below(at, "actions"))
	}
	c.some(len(s.Steps), "steps", "at least one step", p)
	c.steps(s.Steps, below(p, "steps"))
}

func (c *checker) steps(steps []Step, p []any) {
	for i, s := range steps {
		at := below(p, i)
		c.id("step", s.ID, false, at)
		c.text(s.Title, "title", at)
		c.role(s.Owner, "owner", at)
		if s.Kind != "" {
			c.known("kind", s.Kind, []string{"flag", "deploy", "actions"}, below(at, "kind"))
		}
		if s.Kind == "actions" {
			c.some(len(s.Actions), "actions", "the actions that the step consists of", at)
		}
		c.actions("action", s.Actions, below(at, "actions"))
		c.some(len(s.Verifications), "verifications", "how the step is known to have worked", at)
		for j, v := range s.Verifications {
			here := below(at, "verifications", j)
			c.line("verification", v.ID, v.Text, here)
			if v.Mode != "" {
				c.known("mode", v.Mode, []string{Gate, Watch}, below(here, "mode"))
			}
		}
	}
}

func (c *checker) communication(m Communication) {
	p := path("communication")
	if !c.doc.Has(p...) {
		return
	}
	c.span(m.Every, "every", p)
	for i, d := range m.Cadence {
		at := below(p, "cadence", i)
		c.missing("from", "a mark such as T-15m", at)
		switch missing := c.missing("until", "a mark such as T+2h", at); {
		case missing:
		case d.Until <= d.From:
			c.bad(fmt.Sprintf("%s is not after %s", d.Until, d.From), "a later mark", below(at, "until"))
		case i > 0 && d.From < m.Cadence[i-1].Until:
			c.bad(fmt.Sprintf("%s is before the end of the cadence above", d.From), m.Cadence[i-1].Until.String()+" or later", below(at, "from"))
		}
		c.span(d.Every, "every", at)
	}
	for i, ch := range m.Channels {
		at := below(p, "channels", i)
		c.id("channel", ch.ID, false, at)
		c.text(ch.Title, "title", at)
		c.text(ch.Audience, "audience", at)
	}
	c.texts(m.Template, below(p, "template"))
	c.texts(m.Milestones.Triggers, below(p, "milestones", "triggers"))
	c.texts(m.Milestones.Fields, below(p, "milestones", "fields"))
}

func (c *checker) rollback(rb *Runbook) {
	p := path("rollback")
	c.steps(rb.Rollback.Steps, below(p, "steps"))
	priorities := []string{High, Normal}
	authorization := below(p, "authorization")
	if len(rb.Rollback.Steps) > 0 || len(rb.Triggers) > 0 {
		for _, key := range priorities {
			c.missing(key, "who may authorise a rollback of this priority", authorization)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(rb.Rollback.Authorization)) {
		at := below(authorization, key)
		c.knownKey("priority", key, priorities, at)
		a := rb.Rollback.Authorization[key]
		c.some(len(a.Roles), "roles", "the roles that may approve", at)
		c.roleList(a.Roles, below(at, "roles"))
		switch missing := c.missing("approvals", "how many people must approve", at); {
		case missing:
		case a.Approvals < 1:
			c.bad(fmt.Sprintf("%d approvals", a.Approvals), "at least 1", below(at, "approvals"))
		case a.Approvals > len(a.Roles) && len(a.Roles) > 0:
			c.bad(fmt.Sprintf("%d approvals of %d roles", a.Approvals, len(a.Roles)), "at most as many as roles", below(at, "approvals"))
		}
		c.missing("within", "a duration such as 15m, or 0s", at)
	}
	for i, r := range rb.Rollback.Afterwards {
		at := below(p, "afterwards", i)
		c.role(r.Role, "role", at)
		c.actions("action", r.Actions, below(at, "actions"))
	}
}
