package screen

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tminus/model/launch"
)

// alarms tells what calls for attention, worst first: a rollback that waits for somebody, every trigger in force, then every
// monitor that is critical for long enough. Nothing else is an alarm; a mark that has come is told beside them and rings once,
// a changed document never does.
func (p *presenter) alarms() {
	p.out.Alarms = slices.Concat(p.rollbackAlarms(), p.triggerAlarms(), p.monitorAlarms(), p.markAlarms(), p.documentAlarms())
}

func (p *presenter) triggerAlarms() []Alarm {
	var list []Alarm
	normal := map[string]bool{}
	for i := range p.out.Triggers {
		t := &p.out.Triggers[i]
		if !t.InForce() {
			continue
		}
		normal[t.ID] = t.Priority != "high"
		list = append(list, Alarm{
			Key: fmt.Sprintf("trigger/%s#%d", t.ID, t.Fired.Seq), Title: t.Title, Action: p.proposed(t), Owner: p.shorts(p.authorisers(t)),
			Since: t.Fired.At, Trigger: t.ID, Monitor: t.Monitor, Quiet: t.State == TriggerAcknowledged,
		})
	}
	slices.SortStableFunc(list, func(a, b Alarm) int {
		return cmp.Or(falseFirst(a.Quiet, b.Quiet), falseFirst(normal[a.Trigger], normal[b.Trigger]), a.Since.Compare(b.Since))
	})
	return list
}

// proposed is what a trigger asks for, as far as it is still to be done.
func (p *presenter) proposed(t *Trigger) string {
	r := p.out.CurrentRequest()
	switch {
	case t.Proposes == launch.ProposesRollback && r.Open():
		return "the rollback " + r.ID + " is requested (R)"
	case r.Running() || r != nil && r.State == RequestDone:
	case t.Proposes == launch.ProposesRollback:
		return "roll back (R)"
	case p.out.Clock.HeldAt == nil && !p.out.Clock.Scrubbed:
		return "hold the clock (H)"
	}
	return ""
}

// monitorAlarms keeps quiet about a monitor whose trigger is in force: the trigger speaks for it.
func (p *presenter) monitorAlarms() []Alarm {
	var list []Alarm
	other := map[string]bool{}
	for i := range p.out.Monitors {
		m := &p.out.Monitors[i]
		if !m.Confirmed() {
			continue
		}
		other[m.ID] = m.Group != "system"
		list = append(list, Alarm{
			Key: fmt.Sprintf("monitor/%s@%d", m.ID, m.Since.Unix()), Title: strings.TrimSpace(m.Name + " " + m.Critical), Action: m.OnCritical,
			Owner: m.Short, Since: m.Since, Monitor: m.ID, Silenced: m.SilentTill,
			Quiet: m.Silenced != nil || slices.ContainsFunc(p.out.Triggers, func(t Trigger) bool { return t.InForce() && t.Monitor == m.ID }),
		})
	}
	slices.SortStableFunc(list, func(a, b Alarm) int {
		return cmp.Or(falseFirst(a.Quiet, b.Quiet), falseFirst(other[a.Monitor], other[b.Monitor]))
	})
	return list
}

// shorts are the short forms of roles in one word, "EL/EM".
func (p *presenter) shorts(roles []string) string {
	var names []string
	for _, r := range roles {
		names = append(names, p.rb.RoleShort(r))
	}
	return strings.Join(names, "/")
}

func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
