package screen

import (
	"cmp"
	"slices"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// The states of a Trigger.
const (
	TriggerQuiet        = "quiet"
	TriggerPending      = "pending"
	TriggerFired        = "fired"
	TriggerAcknowledged = "acknowledged"
	TriggerCleared      = "cleared"
)

// clearedFor is how long a trigger that has cleared says so.
const clearedFor = 10 * time.Minute

// InForce reports whether the trigger has fired, or was declared, and has not cleared.
func (t *Trigger) InForce() bool { return t.State == TriggerFired || t.State == TriggerAcknowledged }

func (p *presenter) triggers() {
	for i := range p.rb.Triggers {
		p.out.Triggers = append(p.out.Triggers, p.trigger(&p.rb.Triggers[i]))
	}
}

// trigger tells a trigger as the journal has it, and where that is quiet what its points say now.
func (p *presenter) trigger(t *runbook.Trigger) Trigger {
	is, v := p.s.Triggers[t.ID], p.f.Verdicts[t.ID]
	out := Trigger{
		ID: t.ID, Title: cmp.Or(t.Title, t.When, t.ID), Group: t.Group, Priority: t.Priority, When: t.When,
		State: TriggerQuiet, NoBaseline: v.NoBaseline,
	}
	if t.When != "" {
		out.Monitor, _, _ = monitor.ParseTrigger(t.When) // a runbook with an error there was not loaded
	}
	if v.Pending > 0 {
		out.Pending, out.Of = v.Pending, v.Of
	}
	switch {
	case is.InForce():
		p.inForce(&out, is, v)
	case v.Firing:
		// The journal cannot be written, or is about to be: what fires is shown all the same.
		out.State, out.Since, out.Points = TriggerFired, v.Since, slices.Clone(v.Evidence)
		out.Fired, out.Proposes = &By{At: v.Since}, p.s.TriggerProposes(p.now)
	case v.Pending > 0:
		out.State, out.Points = TriggerPending, slices.Clone(v.Evidence)
		if len(out.Points) > 0 {
			out.Since = out.Points[0].At
		}
	case is != nil && is.Cleared != nil:
		out.Since = is.Cleared.At
		if p.now.Before(is.Cleared.At.Add(clearedFor)) {
			out.State, out.Points = TriggerCleared, slices.Clone(is.Points)
			out.Fired, out.Acknowledged, out.Cleared = by(is.Fired), byOf(is.Acknowledged), byOf(is.Cleared)
		}
	}
	return out
}

// inForce tells a trigger that stands: its evidence is what it fired on, and what has come since.
func (p *presenter) inForce(out *Trigger, is *launch.Trigger, v monitor.TriggerVerdict) {
	out.State, out.Since = TriggerFired, is.Fired.At
	out.Fired, out.Acknowledged = by(is.Fired), byOf(is.Acknowledged)
	if is.Acknowledged != nil {
		out.State, out.Since = TriggerAcknowledged, is.Acknowledged.At
	}
	out.Proposes = p.s.TriggerProposes(p.now)
	out.Points = slices.Clone(is.Points)
	for _, pt := range v.Evidence {
		if n := len(out.Points); v.Firing && (n == 0 || pt.At.After(out.Points[n-1].At)) {
			out.Points = append(out.Points, pt)
		}
	}
}
