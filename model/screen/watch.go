package screen

import (
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// monitors tells what is watched: the runbook's monitors, the launch file's, then its logs'.
func (p *presenter) monitors() {
	p.watched = p.s.Watched()
	if p.watched == nil { // a state that no launch.planned began
		p.watched = p.s.File.Watched(p.rb)
	}
	needs := p.relative()
	for i := range p.watched {
		p.out.Monitors = append(p.out.Monitors, p.monitor(&p.watched[i], needs))
	}
}

func (p *presenter) monitor(m *runbook.Monitor, needs map[string]bool) Monitor {
	out := Monitor{
		Name: m.Name, Group: m.Group, Owner: p.rb.RoleTitle(m.Owner), Short: p.rb.RoleShort(m.Owner),
		Warning: m.Warning, Critical: m.Critical, OnWarning: m.OnWarning, OnCritical: m.OnCritical, Source: p.source(m.ID),
		Every: time.Duration(m.Every), Needs: needs[m.ID],
	}
	if b := p.s.Baselines[m.ID]; b != nil {
		mean := b.Mean
		out.Baseline, out.BaselineBy = &mean, by(b.Mark)
	}
	if is := p.s.SilencedAt(m.ID, p.now); is != nil {
		till := is.Until
		out.Silenced, out.SilentTill = by(is.Mark), &till
	}
	// Without a room there is no reading of what is bound: its zero value is NO DATA.
	reading, known := p.f.Readings[m.ID]
	if !known && out.Source == "" {
		reading.State = monitor.Unbound
	}
	out.Reading = reading
	out.ID, out.Unit = m.ID, m.Unit
	return out
}

// source is the kind of a monitor's source; what nothing is bound to is manual from its first typed value on.
func (p *presenter) source(id string) string {
	if p.s.Mode == launch.Rehearsal {
		return "rehearsal"
	}
	kind := p.s.File.SourceOf(id).Kind()
	if kind == "" && len(p.s.Values[id]) > 0 {
		return "manual"
	}
	return kind
}

// relative are the monitors of which a rule, their own or a trigger's, can only be judged against a baseline.
func (p *presenter) relative() map[string]bool {
	units := make(map[string]string, len(p.watched))
	needs := map[string]bool{}
	for i := range p.watched {
		m := &p.watched[i]
		units[m.ID] = m.Unit
		if needsBaseline(m.Warning, m.Unit) || needsBaseline(m.Critical, m.Unit) {
			needs[m.ID] = true
		}
	}
	for _, t := range p.rb.Triggers {
		if !strings.Contains(t.When, "baseline") {
			continue
		}
		if id, rule, err := monitor.ParseTrigger(t.When); err == nil && needsBaseline(rule, units[id]) {
			needs[id] = true
		}
	}
	return needs
}

// needsBaseline looks for the word before it reads the rule, since most rules have none.
func needsBaseline(text, unit string) bool {
	if !strings.Contains(text, "baseline") {
		return false
	}
	rule, err := monitor.ParseRule(text, unit)
	return err == nil && rule.NeedsBaseline()
}

// uncaptured reports whether a role could capture a baseline that is missing: it owns the monitor or may authorise a
// rollback. What people type has no past to take the mean of.
func (p *presenter) uncaptured(role string) bool {
	authority := slices.Contains(p.authorities(), role)
	for i := range p.out.Monitors {
		m := &p.out.Monitors[i]
		if m.Needs && m.Baseline == nil && m.Source != "" && m.Source != "manual" && (authority || p.watched[i].Owner == role) {
			return true
		}
	}
	return false
}

// authorisers are the roles that may decide on what a trigger asks for: on a rollback, those of its own priority.
func (p *presenter) authorisers(t *Trigger) []string {
	if roles := p.rb.Rollback.Authorization[t.Priority].Roles; t.Proposes == launch.ProposesRollback && len(roles) > 0 {
		return roles
	}
	return p.authorities()
}

// authorities are the roles that may authorise a rollback of high priority alone.
func (p *presenter) authorities() []string {
	if roles := p.rb.Rollback.Authorization["high"].Roles; len(roles) > 0 {
		return roles
	}
	return p.rb.Accountable("deployment")
}
