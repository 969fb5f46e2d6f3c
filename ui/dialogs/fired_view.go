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
	body, foot := f.body(), f.foot()
	room := max(f.rows()-len(foot), 1)
	f.top = min(f.top, max(len(body)-room, 0))
	lines, _ := f.draw("Rollback trigger", body, foot, f.top+min(room, len(body))/2)
	return lines
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
	if e := f.evidence(t); len(e) > 0 {
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
		for _, line := range f.names.authority(t.Priority) {
			out = append(out, f.wrap(f.style(line.tone), line.text)...)
		}
		return append(out, f.wrap(th.Dim, "The runbook has its steps (r). Acknowledge, so that the others see that you have it.")...)
	}
	return nil
}

// evidence is the points, each against the rule.
func (f *Fired) evidence(t *screen.Trigger) []string {
	if len(t.Points) == 0 {
		return nil
	}
	unit, name, baseline := "", t.Monitor, (*float64)(nil)
	if m := f.names.monitor(t.Monitor); m != nil {
		unit, name, baseline = m.Unit, m.Name, m.Baseline
	}
	out := f.wrap(f.theme.Text, "Evidence: "+count(len(t.Points), "point", "points")+" of "+name+", rule "+ruleOf(t.When))
	wide := 0
	for i := range t.Points {
		wide = max(wide, widgets.Width(text.Line(widgets.Quantity(&t.Points[i].Value, unit))))
	}
	row := func(p monitor.Point) string {
		r := widgets.NewRow(f.inner()).Gap(2).Text(f.theme.Text, p.At.UTC().Format("15:04:05")).Gap(3)
		r.CellRight(f.theme.Strong, widgets.Quantity(&p.Value, unit), wide).Gap(3)
		word, bad := against(t.When, unit, baseline, p)
		style := f.theme.Dim
		if bad {
			style = f.theme.Crit
		}
		return r.Text(style, word).String()
	}
	for i, p := range t.Points {
		switch hidden := len(t.Points) - firstPoints - lastPoints; {
		case hidden <= 1 || i < firstPoints || i >= len(t.Points)-lastPoints:
			out = append(out, row(p))
		case i == firstPoints:
			out = append(out, f.theme.Dim.On(fmt.Sprintf("  %s %d more points", f.theme.Glyph.Ellipsis, hidden)))
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

// foot is what always stays in sight: what went wrong, what is asked for twice, and the keys.
func (f *Fired) foot() []string {
	th := f.theme
	foot := []string{""}
	for i, p := range f.problem {
		style := th.Crit
		if i > 0 {
			style = th.Text
		}
		foot = append(foot, f.wrap(style, p)...)
	}
	var pairs []string
	for _, o := range f.offers() {
		if o.why != "" {
			foot = append(foot, f.wrap(th.Dim, o.help+" is not open to you: "+o.why)...)
			continue
		}
		pairs = append(pairs, o.key, o.help)
	}
	switch {
	case f.busy:
		return append(foot, f.keys("", "recording"+th.Glyph.Ellipsis, "esc", "close; it goes on")...)
	case f.armed != "":
		at := slices.IndexFunc(f.offers(), func(o offer) bool { return o.key == f.armed })
		foot = append(foot, f.wrap(th.Warn, "press "+f.armed+" once more: "+f.offers()[at].help)...)
	case f.over:
		foot = append(foot, f.wrap(th.Warn, "What you were typing is kept below this. A key that records is asked for twice.")...)
	}
	return append(foot, f.keys(pairs...)...)
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

// firstRollbackStep is where the reference view shows how to roll back.
func (n names) firstRollbackStep() string {
	if n.plan != nil && n.plan.Runbook != nil && len(n.plan.Runbook.Rollback.Steps) > 0 {
		return "rollback/" + n.plan.Runbook.Rollback.Steps[0].ID
	}
	return "authorization"
}
