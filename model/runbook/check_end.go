package runbook

func (c *checker) closure(cl Closure) {
	p := path("closure")
	if !c.doc.Has(p...) {
		return
	}
	c.role(cl.Owner, "owner", p)
	c.actions("action", cl.Requirements, below(p, "requirements"))
	c.texts(cl.Templates, below(p, "templates"))
	for i, t := range cl.Handoff {
		at := below(p, "handoff", i)
		c.id("handoff", t.ID, true, at)
		c.text(t.Title, "title", at)
		if t.Owner != "" {
			c.role(t.Owner, "owner", at)
		}
		c.actions("action", t.Actions, below(at, "actions"))
	}
}

func (c *checker) defects(d Defects) {
	for i, s := range d.Severities {
		at := path("defects", "severities", i)
		c.id("severity", s.ID, false, at)
		c.text(s.Title, "title", at)
		c.text(s.Meaning, "meaning", at)
		c.span(s.Respond, "respond", at)
	}
}

func (c *checker) guidance(g Guidance) {
	for i, k := range g.Pitfalls {
		at := path("guidance", "pitfalls", i)
		c.id("guidance", k.ID, false, at)
		c.text(k.Title, "title", at)
		c.actions("note", k.Notes, below(at, "notes"))
	}
	c.texts(g.Updates, path("guidance", "updates"))
	c.texts(g.Tone, path("guidance", "tone"))
}
