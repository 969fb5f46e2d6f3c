package screen

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tminus/model/monitor"
)

// How bad a reason is, worst first. Those up to rankRed make the status RED.
const (
	rankFired = iota
	rankAcknowledged
	rankRollback
	rankRed
	rankCrit
	rankStep
	rankOutstanding
	rankDefect
	rankHold
	rankWarn
	rankUnknown
	rankOther
)

// namedUnknown is how many monitors without a verdict a reason names; it counts the others.
const namedUnknown = 3

type reason struct {
	rank int
	text string
}

// status is GREEN, YELLOW or RED with every reason, worst first. What is not known is never green:
// a launch of which no monitor has a verdict is not watched, whoever polls it.
func (p *presenter) status() {
	reasons := slices.Concat(p.fired(), p.rolling(), p.breaches(), p.troubles(), p.blocked(), p.unknowns(), p.unreviewed())
	reasons = append(reasons, p.promise(len(reasons) == 0 && p.f.Watched && p.verdict())...)
	slices.SortStableFunc(reasons, func(a, b reason) int { return cmp.Compare(a.rank, b.rank) })
	var lead []string
	switch {
	case !p.f.Watched:
		p.out.Status = NotWatched
		lead = []string{"no room polls the monitors"}
	case len(reasons) > 0 && reasons[0].rank <= rankRed:
		p.out.Status = Red
	case len(reasons) > 0:
		p.out.Status = Yellow
	case !p.verdict():
		p.out.Status = NotWatched
		lead = []string{"no monitor has both a source and a threshold to judge it by"}
	default:
		p.out.Status = Green
	}
	for _, r := range reasons {
		lead = append(lead, r.text)
	}
	p.out.Reasons = append(lead, p.openVerdicts()...)
}

// verdict reports whether any value is judged.
func (p *presenter) verdict() bool {
	return slices.ContainsFunc(p.out.Monitors, func(m Monitor) bool { return m.State.Judged() })
}

// fired tells the triggers in force, acknowledged or not, in the order of the alarms.
func (p *presenter) fired() []reason {
	var out []reason
	for _, a := range p.out.Alarms {
		i := slices.IndexFunc(p.out.Triggers, func(t Trigger) bool { return t.ID == a.Trigger })
		if i < 0 {
			continue
		}
		t := &p.out.Triggers[i]
		r := reason{rankFired, "trigger fired: " + t.Title}
		var who []string
		if is := p.s.Triggers[t.ID]; is.InForce() && is.Declared {
			who = append(who, "declared by "+t.Fired.name())
		}
		if t.Acknowledged != nil {
			r.rank = rankAcknowledged
			who = append(who, "acknowledged by "+t.Acknowledged.name())
		}
		if len(who) > 0 {
			r.text += " (" + strings.Join(who, ", ") + ")"
		}
		out = append(out, r)
	}
	return out
}

// name is whose word it is.
func (b *By) name() string { return cmp.Or(b.For, b.User) }

func (p *presenter) breaches() []reason {
	var out []reason
	for i := range p.out.Monitors {
		m := &p.out.Monitors[i]
		switch {
		case m.State == monitor.Crit && m.Group == "system" && m.Confirmed():
			out = append(out, reason{rankRed, judged(m, "critical", m.Critical, m.OnCritical)})
		case m.State == monitor.Crit:
			out = append(out, reason{rankCrit, judged(m, "critical", m.Critical, m.OnCritical)})
		case m.State == monitor.Warn:
			out = append(out, reason{rankWarn, judged(m, "warning", m.Warning, m.OnWarning)})
		}
	}
	return out
}

// judged tells a breach without its value, which changes with every point: the reason stays while the breach does.
func judged(m *Monitor, word, rule, action string) string {
	text := fmt.Sprintf("%s %s: %s", m.Name, word, rule)
	if action != "" {
		text += " (" + action + ")"
	}
	return text
}

func (p *presenter) troubles() []reason {
	var out []reason
	for i := range p.out.Steps {
		if s := &p.out.Steps[i]; p.troubled(s) {
			out = append(out, reason{rankStep, fmt.Sprintf("step %d, %s, is %s", s.Number, s.Title, s.State)})
		}
	}
	if p.out.Clock.HeldAt != nil {
		text := "the clock is held"
		if why := p.out.Clock.HoldReason; why != "" {
			text += ": " + why
		}
		out = append(out, reason{rankHold, text})
	}
	if p.out.Poll.Lapsed != "" {
		out = append(out, reason{rankOther, "the GO lapsed: " + p.out.Poll.Lapsed})
	}
	if p.out.ReadOnly != "" {
		out = append(out, reason{rankOther, "nothing can be recorded: " + p.out.ReadOnly})
	}
	return out
}

// unknowns tells the bound monitors with rules, their own or a trigger's, of which nothing is known; those with the same
// trouble together.
func (p *presenter) unknowns() []reason {
	if !p.f.Watched { // nobody reads: that says it all
		return nil
	}
	type trouble struct {
		state monitor.State
		why   string
	}
	names := map[trouble][]string{}
	var order []trouble
	for i := range p.out.Monitors {
		m := &p.out.Monitors[i]
		silent := m.State == monitor.NoData || m.State == monitor.Stale || m.State == monitor.Error
		if !silent || m.Source == "" || m.Warning == "" && m.Critical == "" && !p.triggered(m.ID) {
			continue
		}
		t := trouble{state: m.State}
		if m.State == monitor.Error {
			t.why = m.Error
		}
		if names[t] == nil {
			order = append(order, t)
		}
		names[t] = append(names[t], m.Name)
	}
	var out []reason
	for _, t := range order {
		text := t.state.String() + ": " + some(names[t])
		if t.why != "" {
			text += " (" + t.why + ")"
		}
		out = append(out, reason{rankUnknown, text})
	}
	return out
}

// triggered reports whether a trigger watches a monitor.
func (p *presenter) triggered(id string) bool {
	return slices.ContainsFunc(p.out.Triggers, func(t Trigger) bool { return t.Monitor == id })
}

// some names the first few and counts the others.
func some(names []string) string {
	if more := len(names) - namedUnknown; more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:namedUnknown], ", "), more)
	}
	return strings.Join(names, ", ")
}
