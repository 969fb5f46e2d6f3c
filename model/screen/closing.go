package screen

import "tminus/model/launch"

// success tells the criteria.
func (p *presenter) success(all []launch.Criterion) {
	out := &p.out.Success
	for i := range p.rb.Success {
		g := &p.rb.Success[i]
		out.Groups = append(out.Groups, SuccessGroup{ID: g.ID, Title: g.Title, Owner: p.rb.RoleTitle(g.Owner), Short: p.rb.RoleShort(g.Owner), Person: p.holder(g.Owner)})
	}
	for _, c := range all {
		for i := range out.Groups {
			g := &out.Groups[i]
			if g.ID != c.Group.ID {
				continue
			}
			g.From, g.To = c.From, c.To
			g.Criteria = append(g.Criteria, p.criterion(c))
		}
		out.Of++
		if c.State == launch.CriterionMet {
			out.Met++
		}
		if !c.From.IsZero() && (out.From.IsZero() || c.From.Before(out.From)) {
			out.From = c.From
		}
		if c.To.After(out.To) {
			out.To = c.To
		}
	}
}

func (p *presenter) criterion(c launch.Criterion) Criterion {
	out := Criterion{ID: c.ID, Text: c.Text, Rule: c.Rule, Auto: c.Auto, State: c.State, Against: c.Against}
	switch {
	case c.Measured != nil:
		out.Scores, out.Said = c.Measured.Monitors, by(c.Measured.Mark)
	case c.Auto:
		out.Scores, out.SoFar = p.f.Success[c.ID], true
	case c.Judged != nil:
		out.Said = by(c.Judged.Mark)
	}
	return out
}

// closure tells what is left to do, and what stands against closing.
func (p *presenter) closure() {
	c := p.s.Closure(p.now)
	p.success(c.Criteria)
	out := &p.out.Closure
	out.Begun = p.s.Closable()
	cl := &p.rb.Closure
	out.Templates = cl.Templates
	out.Teams = append(out.Teams, p.team("closure", "Documentation", cl.Owner))
	for i := range cl.Handoff {
		t := &cl.Handoff[i]
		owner := t.Owner
		if owner == "" {
			owner = cl.Owner
		}
		out.Teams = append(out.Teams, p.team(t.ID, t.Title, owner))
	}
	for _, it := range c.Items {
		line := ClosureItem{ID: it.ID, Text: it.Text, Filled: it.Filled, Waits: it.Waits}
		if it.Done != nil {
			line.Done = by(it.Done.Mark)
		}
		for i := range out.Teams {
			if t := &out.Teams[i]; t.ID == it.Team || i == 0 && it.Team == "" {
				t.Items = append(t.Items, line)
				break
			}
		}
		out.Of++
		if !line.Open() {
			out.Done++
		}
	}
	if as := p.s.ClosedAs; as != nil {
		out.Outcome, out.Closed = as.Outcome, byOf(p.s.Closed)
		out.except(as.Exceptions)
		for _, w := range as.Agreed {
			out.Agreed = append(out.Agreed, Agreed{Role: p.rb.RoleShort(w.Role), By: By{User: w.User, At: w.At, Text: w.Reason, Seq: w.Seq}})
		}
		return
	}
	out.Blocked, out.Hint, out.Outcome = c.Blocked, c.Hint, c.Outcome
	if c.Blocked != "" {
		return
	}
	out.except(c.Exceptions)
	for _, role := range c.Roles {
		out.Needs = append(out.Needs, p.agreeing(role, c))
	}
}

func (c *Closure) except(all []launch.Exception) {
	for _, e := range all {
		c.Exceptions = append(c.Exceptions, e.What)
	}
}

func (p *presenter) agreeing(role string, c launch.Closure) Agreeing {
	out := Agreeing{Role: role, Title: p.rb.RoleTitle(role), Short: p.rb.RoleShort(role), Person: p.holder(role)}
	if m := c.SpokenFor(role); m != nil {
		out.Agreed = by(*m)
	}
	return out
}

func (p *presenter) team(id, title, owner string) ClosureTeam {
	return ClosureTeam{ID: id, Title: title, Owner: p.rb.RoleTitle(owner), Short: p.rb.RoleShort(owner), Person: p.holder(owner)}
}

// agreeTodo asks the second person of a closing that somebody has agreed to.
func (p *presenter) agreeTodo() bool {
	var said *Agreeing
	var missing []string
	for i := range p.out.Closure.Needs {
		n := &p.out.Closure.Needs[i]
		if n.Agreed != nil {
			said = n
		} else {
			missing = append(missing, n.Role)
		}
	}
	if said == nil || len(missing) == 0 {
		return false
	}
	p.set(said.Agreed.name()+" would close the launch, in spite of what stands against it: agree, or let it be", "launch.close", "", missing...)
	return true
}

// closingTodo is what is left before the launch can be closed, the criteria first.
func (p *presenter) closingTodo() {
	measuring := false
	for i, g := range p.out.Success.Groups {
		for _, c := range g.Criteria {
			switch c.State {
			case launch.CriterionAsked:
				p.set("Is it met? "+c.Text, "criterion.judge", c.ID, p.rb.Success[i].Owner)
				return
			case launch.CriterionMeasuring:
				measuring = true
			}
		}
	}
	for i := range p.out.Closure.Teams {
		for _, it := range p.out.Closure.Teams[i].Items {
			if it.Open() && (it.Waits == "" || !measuring) {
				p.set("Before closing: "+it.Text, "task.done", it.ID, p.ownerOfTask(it.ID))
				return
			}
		}
	}
	switch {
	case measuring:
		p.set("The watch is over: the room gathers late samples", "", "", p.watcher())
	case len(p.out.Closure.Needs) > 0:
		var roles []string
		for _, n := range p.out.Closure.Needs {
			roles = append(roles, n.Role)
		}
		p.set("Close it in spite of what stands against it, both with a reason; or put that right", "launch.close", "", roles...)
	default:
		p.set("Nothing is left to do: close the launch", "launch.close", "", append([]string{p.rb.Closure.Owner}, p.steering()...)...)
	}
}

func (p *presenter) ownerOfTask(id string) string {
	a, _ := p.rb.Action(id)
	if a.Owner == "" {
		return p.rb.Closure.Owner
	}
	return a.Owner
}
