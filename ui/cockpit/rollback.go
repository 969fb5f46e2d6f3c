package cockpit

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/ui/dialogs"
	"tminus/ui/intent"
)

// anywhere is what a key means over any dialog in which nothing is typed: the flag and the rollback are never further away
// than from the panes.
func (a *App) anywhere(key string) intent.Intent {
	switch {
	case a.stack.Typing():
		return nil
	case key == "F":
		return intent.Flag{}
	case key == "R":
		return intent.Rollback{}
	}
	return nil
}

// openFlag opens a flag's dialog; help and notices give way to it.
func (a *App) openFlag(id string) tea.Cmd {
	if a.shown == nil {
		a.needScreen(nil)
		return nil
	}
	a.dropReading()
	a.push(dialogs.NewFlag(a.theme, a.plan, a.shown, a.infos, id, a.stack.Touched()))
	return a.loadActions()
}

// openRollback opens what there is to decide about a rollback: the open request, the view of one under way, else the form
// of a new one.
func (a *App) openRollback(i intent.Rollback) tea.Cmd {
	if a.shown == nil {
		a.needScreen(nil)
		return nil
	}
	a.dropReading()
	switch r := a.shown.CurrentRequest(); {
	case r.Open():
		a.push(dialogs.NewRequest(a.theme, a.plan, a.shown, a.infos, a.stack.Touched()))
		return a.loadActions()
	case r.Running():
		return a.open("rollback", "")
	}
	p := &a.shown.Procedure
	q := intent.Ask{Command: launch.Command{Action: "rollback.request"}, Suggest: map[string]string{
		"steps": strings.Join(p.Default, ","), "priority": p.Priority,
	}}
	for name, value := range i.Suggest {
		q.Suggest[name] = value
	}
	return a.ask(q)
}

// dropReading closes what is only read.
func (a *App) dropReading() {
	for d := a.stack.Top(); d != nil && slices.Contains([]string{"help", "notice"}, d.ID()); d = a.stack.Top() {
		a.stack.Pop()
	}
	a.painter.box()
}

// elsewhere is the dialog of its own that an action has in place of a form; nil: it has none.
func (a *App) elsewhere(q intent.Ask) intent.Intent {
	switch q.Command.Action {
	case "flag.off":
		return intent.Flag{ID: q.Command.Args["flag"]}
	case "update.send":
		return intent.Compose{}
	case "page.send":
		if q.Suggest == nil && len(q.Command.Args) == 0 {
			return intent.Page{}
		}
	case "rollback.approve":
		if a.shown.CurrentRequest().Open() { // it is approved where its plan is seen
			return intent.Rollback{}
		}
	case "document.review":
		if q.Command.Args["override"] == "" { // it is reviewed where what it changes is seen
			return intent.OpenView{View: "documents"}
		}
	}
	return nil
}

// executed shows the rollback once the caller's word has set it going.
func (a *App) executed(m doneMsg) tea.Cmd {
	if m.err != nil || m.result.Waiting || !slices.Contains([]string{"rollback.request", "rollback.approve", "rollback.raise"}, m.command.Action) {
		return nil
	}
	if !slices.ContainsFunc(m.result.Entries, func(r launch.Ref) bool { return r.Kind == launch.KindRollbackAuthorized }) ||
		!slices.ContainsFunc(a.views, func(v View) bool { return v.Name == "rollback" }) {
		return nil
	}
	return a.open("rollback", "")
}
