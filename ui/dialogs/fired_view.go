package dialogs

import (
	"fmt"
	"slices"
	"strings"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/widgets"
)

// Lines draws the box: what happened, what to do about it and who may, then the points.
func (f *Fired) Lines() []string {
	return f.framed("Rollback trigger", f.body(), f.footOf(f.offers()))
}

func (f *Fired) body() []string {
	t := f.trigger()
	out := f.head(t)
	if t == nil {
		return out
	}
	if p := f.proposal(t); len(p) > 0 {
		out = append(append(out, ""), p...)
	}
	if e := f.evidence(t.Monitor, t.When, t.Points); len(e) > 0 {
		out = append(append(out, ""), e...)
	}
	return out
}

// head is what fired, since when, by whose word, and how its monitor stands now.
func (f *Fired) head(t *screen.Trigger) []string {
	th := f.theme
	word, badge := " "+th.Glyph.Crit+" TRIGGER FIRED ", th.CritBadge
	if f.alarm.Quiet {
		word, badge = " "+th.Glyph.Warn+" TRIGGER ACKNOWLEDGED ", th.WarnBadge
	}
	out := []string{badge.On(word)}
	if title := text.Line(f.alarm.Title); widgets.Width(word)+2+widgets.Width(title) <= f.inner() {
		out[0] += "  " + th.Strong.On(title)
	} else {
		out = append(out, f.wrap(th.Strong, f.alarm.Title)...)
	}
	since := "since " + f.alarm.Since.UTC().Format("15:04:05 UTC") + ", " + widgets.Age(f.now.Sub(f.alarm.Since))
	if t != nil && t.Priority != "" {
		since = t.Priority + " priority, " + since
	}
	out = append(out, f.wrap(th.Text, since)...)
	if t == nil {
		return out
	}
	if t.Fired != nil && t.Fired.Text != "" {
		out = append(out, f.wrap(th.Text, "declared "+by(t.Fired))...)
	}
	if t.Acknowledged != nil {
		out = append(out, f.wrap(th.Text, "acknowledged "+by(t.Acknowledged))...)
	}
	if m := f.names.monitor(t.Monitor); m != nil {
		now := fmt.Sprintf("%s is now %s %s", m.Name, m.State, widgets.Quantity(m.Value, m.Unit))
		if !m.At.IsZero() {
			now += ", point of " + m.At.UTC().Format("15:04:05")
		}
		out = append(out, f.wrap(th.Dim, now)...)
	}
	return out
}

// proposal is what to do about it, and who decides that.
func (f *Fired) proposal(t *screen.Trigger) []string {
	th, c := f.theme, f.names.screen.Clock
	switch {
	case t.Proposes == "hold" && c.HeldAt == nil:
		return append(f.wrap(th.Accent, "Proposed: hold the clock"), f.wrap(th.Text, "No step has started, so there is nothing to roll back.")...)
	case t.Proposes == "hold":
		since := launch.FormatClock(c.HeldAt.Sub(c.T0))
		return append(f.wrap(th.Strong, "The clock is held at "+since), f.wrap(th.Text, c.HoldReason)...)
	case t.Proposes == "rollback":
		out := f.wrap(th.Accent, "Proposed: rollback")
		if f.countsDown() {
			at := f.names.screen.Armed.AutoOffAt.UTC().Format("15:04:05 UTC")
			out = append(f.wrap(th.Crit, "ARMED: the flag goes off by itself at "+at+", unless an authority stops it (d)."), out...)
		}
		priority := t.Priority
		if r := f.names.screen.CurrentRequest(); r.Open() {
			priority = r.Priority // which counts now, whatever the trigger's is
		}
		for _, line := range f.names.authority(priority) {
			out = append(out, f.wrap(f.style(line.tone), line.text)...)
		}
		return append(out, f.wrap(th.Dim, f.inHand())...)
	}
	return nil
}

// inHand says what is being done about it already.
func (f *Fired) inHand() string {
	switch r := f.names.screen.CurrentRequest(); {
	case r.Open():
		lacks := "1 more approval"
		if r.Missing != 1 {
			lacks = fmt.Sprintf("%d more approvals", r.Missing)
		}
		if len(r.Eligible) > 0 {
			lacks += " of " + strings.Join(r.Eligible, ", ")
		}
		return "It is requested already: " + r.ID + ", " + r.Priority + " priority, needs " + lacks + " (r)."
	case r.Running():
		return "A rollback is under way: " + r.ID + " (r)."
	case r != nil && r.State == screen.RequestDone:
		return r.ID + " is done; this trigger has not cleared yet."
	}
	return "r requests it, with this evidence. Acknowledge, so that the others see that you have it."
}

// evidence is the points, each against the rule.
func (c *card) evidence(id, when string, points []monitor.Point) []string {
	if len(points) == 0 {
		return nil
	}
	unit, name, baseline := "", id, (*float64)(nil)
	if m := c.names.monitor(id); m != nil {
		unit, name, baseline = m.Unit, m.Name, m.Baseline
	}
	out := c.wrap(c.theme.Text, "Evidence: "+count(len(points), "point", "points")+" of "+name+", rule "+ruleOf(when))
	wide := 0
	for i := range points {
		wide = max(wide, widgets.Width(text.Line(widgets.Quantity(&points[i].Value, unit))))
	}
	row := func(p monitor.Point) string {
		r := widgets.NewRow(c.inner()).Gap(2).Text(c.theme.Text, p.At.UTC().Format("15:04:05")).Gap(3)
		r.CellRight(c.theme.Strong, widgets.Quantity(&p.Value, unit), wide).Gap(3)
		word, bad := against(when, unit, baseline, p)
		style := c.theme.Dim
		if bad {
			style = c.theme.Crit
		}
		return r.Text(style, word).String()
	}
	for i, p := range points {
		switch hidden := len(points) - firstPoints - lastPoints; {
		case hidden <= 1 || i < firstPoints || i >= len(points)-lastPoints:
			out = append(out, row(p))
		case i == firstPoints:
			out = append(out, c.theme.Dim.On(fmt.Sprintf("  %s %d more points", c.theme.Glyph.Ellipsis, hidden)))
		}
	}
	return out
}

// How many points are shown of a trigger that has been in force for long: those that it fired on, and how it stands.
const (
	firstPoints = 10
	lastPoints  = 4
)

// ruleOf is a trigger's condition without the monitor's id.
func ruleOf(when string) string {
	if _, rule, err := monitor.ParseTrigger(when); err == nil {
		return rule
	}
	return when
}

// against says how a point stands to a trigger's rule; "" where the rule cannot be read or has nothing to compare with.
func against(when, unit string, baseline *float64, p monitor.Point) (word string, bad bool) {
	rule, err := monitor.ParseRule(ruleOf(when), unit)
	if err != nil {
		return "", false
	}
	limit, ok := rule.Threshold(baseline)
	if !ok {
		return "", false
	}
	if !rule.Bad(p.Value, baseline) {
		return "within " + widgets.Quantity(&limit, unit), false
	}
	side := "above "
	if strings.HasPrefix(rule.Op, "<") {
		side = "below "
	}
	return side + widgets.Quantity(&limit, unit), true
}

// authority says who may authorise a rollback of a priority, and whether the viewer is one of them.
func (n names) authority(priority string) []fact {
	if n.plan == nil || n.plan.Runbook == nil {
		return nil
	}
	a, ok := n.plan.Runbook.Rollback.Authorization[priority]
	if !ok {
		return nil
	}
	var who []string
	yours := ""
	for _, role := range a.Roles {
		who = append(who, owner(n.role(role), n.holder(role)))
		if y := n.screen.You; slices.Contains(y.Roles, role) && (y.As == "" || y.As == role) && yours == "" {
			yours = n.role(role)
		}
	}
	needs := "any one of"
	if a.Approvals > 1 {
		needs = fmt.Sprintf("any %d of", a.Approvals)
	}
	within := "at once"
	if a.Within > 0 {
		within = "within " + a.Within.String()
	}
	out := []fact{{plain, "A " + priority + "-priority rollback is authorised " + within + " by " + needs + " " + strings.Join(who, ", ")}}
	if yours != "" {
		out = append(out, fact{strong, "You are one of them, as " + yours})
	}
	return out
}
