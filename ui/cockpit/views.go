package cockpit

import (
	tea "charm.land/bubbletea/v2"

	"tminus/model/screen"
	"tminus/ui/dialogs"
	"tminus/ui/panes"
	"tminus/ui/theme"
	"tminus/ui/views"
)

// View is a full view in place of the panes.
type View struct {
	Name  string // intent.OpenView's name for it
	Key   string // after g
	Title string // for the palette and help
	New   func(t *theme.Theme) panes.Pane
}

// ownViews are the full views that every cockpit has; Config.Views adds to them.
func ownViews() []View {
	return []View{
		{"checklist", "k", "Checklist", func(t *theme.Theme) panes.Pane { return panes.NewChecklistView(t) }},
		{"countdown", "c", "Countdown: every mark, who acts at it, checks and hold points", func(t *theme.Theme) panes.Pane { return views.NewCountdown(t) }},
		{"metrics", "m", "Metrics and thresholds", func(t *theme.Theme) panes.Pane { return panes.NewMetricsView(t) }},
		{"decisions", "d", "Decisions, the whole journal", func(t *theme.Theme) panes.Pane { return panes.NewDecisionsView(t) }},
		{"logs", "l", "Log lines", func(t *theme.Theme) panes.Pane { return panes.NewLogsView(t) }},
		{"timeline", "t", "Timeline and cadence", func(t *theme.Theme) panes.Pane { return views.NewTimeline(t) }},
		{"poll", "p", "Go/no-go", func(t *theme.Theme) panes.Pane { return views.NewPoll(t) }},
		{"sequence", "s", "Deployment sequence", func(t *theme.Theme) panes.Pane { return views.NewSequence(t) }},
		{"rollback", "r", "Rollback: request, steps, what follows", func(t *theme.Theme) panes.Pane { return views.NewRollback(t) }},
		{"documents", "x", "Documents: what is in force, what waits for its review", func(t *theme.Theme) panes.Pane { return views.NewDocuments(t) }},
		{"defects", "b", "Defects", func(t *theme.Theme) panes.Pane { return views.NewDefects(t) }},
		{"updates", "u", "Updates, pages and what became of them", func(t *theme.Theme) panes.Pane { return views.NewUpdates(t) }},
		{"success", "f", "Success and closure: the finish", func(t *theme.Theme) panes.Pane { return views.NewSuccess(t) }},
		{"people", "a", "People and RACI: who decides, whom to call", func(t *theme.Theme) panes.Pane { return views.NewPeople(t) }},
		{"reference", "i", "Reference, the runbook line by line: contacts, resources, roles, guidance", func(t *theme.Theme) panes.Pane { return views.NewReference(t) }},
	}
}

// found lists what the search offers.
func (a *App) found() []dialogs.FindEntry {
	if a.cfg.Index != nil {
		return a.cfg.Index(a.plan, a.shown)
	}
	var out []dialogs.FindEntry
	for _, e := range views.Index(a.plan, a.shown) {
		out = append(out, dialogs.FindEntry{Title: e.Text, Detail: e.Where, View: e.View, Target: e.Target})
	}
	return out
}

// planned is a pane or view that shows what does not change while a launch runs.
type planned interface{ SetPlan(p *screen.Plan) }

// open shows a full view, with an id selected.
func (a *App) open(name, target string) tea.Cmd {
	v := a.opened[name]
	if v == nil {
		for _, def := range a.views {
			if def.Name == name {
				v = def.New(a.theme)
			}
		}
		if v == nil {
			a.tell("there is no view called "+name, "", true)
			return nil
		}
		a.opened[name] = v
		if p, ok := v.(planned); ok && a.plan != nil {
			p.SetPlan(a.plan)
		}
		v.SetSize(a.layout.View.Inner())
		if a.shown != nil {
			v.SetScreen(a.shown)
			v.Tick(a.now)
		}
	}
	a.current().SetFocus(false)
	a.view = name
	v.SetFocus(true)
	if target != "" {
		v.Select(target)
	}
	a.painter.all()
	return a.wanted()
}

// close goes back from a full view to the panes.
func (a *App) close() {
	if a.view == "" {
		return
	}
	a.current().SetFocus(false)
	a.view = ""
	a.current().SetFocus(true)
	a.painter.all()
}

// focusOn gives the keys to a pane, counted from 0.
func (a *App) focusOn(pane int) {
	a.close()
	a.current().SetFocus(false)
	a.focus = (pane + len(a.panes)) % len(a.panes)
	a.current().SetFocus(true)
	a.painter.all()
}
