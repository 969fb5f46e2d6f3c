package cockpit

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui"
	"tminus/ui/dialogs"
	"tminus/ui/intent"
)

// carry carries an intent out. dialog is the id of the dialog that it comes from; "" for none.
func (a *App) carry(i intent.Intent, dialog string) tea.Cmd {
	switch i := i.(type) {
	case intent.Do:
		return a.do(dialog, i.Command)
	case intent.Ask:
		return a.ask(i)
	case intent.Alarm:
		return a.openAlarms()
	case intent.Flag:
		return a.openFlag(i.ID)
	case intent.Rollback:
		return a.openRollback(i)
	case intent.Review:
		return a.openReview(i)
	case intent.OpenView:
		return a.open(i.View, i.Target)
	case intent.CloseView:
		a.close()
	case intent.Focus:
		a.focusOn(i.Pane - 1)
	case intent.Palette:
		a.push(dialogs.NewPalette(a.theme, a.infos, a.extras(), a.keys.keyOf))
		return a.loadActions()
	case intent.Find:
		a.needScreen(func() { a.push(dialogs.NewFind(a.theme, a.found())) })
	case intent.Help:
		a.push(dialogs.NewHelp(a.theme, a.help()))
	case intent.Roles:
		a.needScreen(func() { a.push(dialogs.NewRoles(a.theme, a.plan, a.shown)) })
	case intent.ActAs:
		return a.actAs(i.Role)
	case intent.Faster:
		return a.speed(+1)
	case intent.Slower:
		return a.speed(-1)
	case intent.SkipMark:
		return a.steer("skipped to the next mark", func(ctx context.Context, r ui.Room) error { return r.SkipToNextMark(ctx) })
	case intent.Replay:
		return a.openReplay(i.At)
	case intent.LoadEntries, intent.LoadSeries, intent.LoadLines, intent.LoadDocument:
		return a.load(i)
	case intent.Compose:
		return a.compose(i.Milestone)
	case intent.Page:
		return a.ask(a.pageAsk())
	case intent.Preview:
		return a.previews(i)
	case intent.Edit:
		return a.edit(i.Text)
	case intent.Close:
		a.stack.Pop()
		a.painter.box()
	case intent.Quit:
		return a.quit(dialog == "quit")
	}
	return nil
}

func (a *App) push(d dialogs.Dialog) {
	a.stack.Push(d)
	a.stack.Tick(a.now)
	a.painter.box()
}

func (a *App) needScreen(f func()) {
	if a.shown == nil {
		a.tell("the room has not answered yet", "wait a moment", true)
		return
	}
	f()
}

// do sends a command. A dialog that asked for it waits for the answer.
func (a *App) do(dialog string, c launch.Command) tea.Cmd {
	if why := a.readOnly(); why != "" {
		a.finish(dialog, &launch.Refusal{Message: why})
		return nil
	}
	a.tell(c.Action+a.theme.Glyph.Ellipsis, "", false)
	return a.send(dialog, c)
}

// finish tells what became of a command, in its dialog where that is still open.
func (a *App) finish(dialog string, err error) {
	a.painter.box()
	if a.stack.Done(dialog, err) {
		return
	}
	if err != nil {
		what, hint := dialogs.Explain(err)
		a.tell(what, hint, true)
	}
}

// ask opens the dialog of an action, or sends the command where nothing is left to ask.
func (a *App) ask(q intent.Ask) tea.Cmd {
	c := q.Command
	at := slices.IndexFunc(a.infos, func(i launch.ActionInfo) bool { return i.Name == c.Action })
	if why := a.readOnly(); why != "" {
		a.tell("cannot "+c.Action+": "+why, "", true)
		return nil
	}
	if len(a.infos) == 0 { // the room has not said yet what there is: the dialog opens when it does
		a.asked = &q
		return a.loadActions()
	}
	if at < 0 {
		a.tell("the room has no action "+c.Action+" for you", ": lists what there is", true)
		return a.loadActions()
	}
	info := a.infos[at]
	if i := a.elsewhere(q); i != nil {
		return a.carry(i, "")
	}
	if info.WhyNot != "" {
		a.tell("not now: "+info.WhyNot, "", true)
		return a.loadActions()
	}
	if d := dialogs.NewUndoFirst(a.theme, a.plan, a.shown, a.infos, q); d != nil {
		a.push(d)
		return nil
	}
	if !q.Open && dialogs.Direct(a.shown.Mode, info, c) && !dialogs.Sends(a.shown, c) {
		return a.do("", c)
	}
	a.push(dialogs.NewForm(a.theme, a.plan, a.shown, info, q))
	return a.loadActions()
}

// preset is an action with the id that the next step names, where it is that action's.
func (a *App) preset(action string) launch.Command {
	c := launch.Command{Action: action}
	if a.shown != nil && a.shown.Todo.Action == action {
		c.Args = a.target(action, a.shown.Todo.Target)
	}
	return c
}

// defect opens a defect about what is at hand: the worst alarm, else the step that is worked on.
func (a *App) defect() intent.Intent {
	ask := intent.Ask{Command: launch.Command{Action: "defect.open"}, Suggest: map[string]string{}}
	if a.shown == nil {
		return ask
	}
	if al, _, ok := a.worst(); ok && al.Trigger != "" {
		ask.Suggest["title"], ask.Suggest["link"] = al.Title, al.Trigger
		return ask
	}
	for i := range a.shown.Steps {
		if st := &a.shown.Steps[i]; st.State == launch.StepFailed || st.State == launch.StepRunning {
			ask.Suggest["link"] = st.ID
		}
	}
	return ask
}

// taskView is the view that holds a task: the timeline, the rollback with what is done after it, or the closure.
func taskView(s *screen.Screen, id string) string {
	for _, owner := range s.Afterwards {
		for _, task := range owner.Actions {
			if task.ID == id {
				return "rollback"
			}
		}
	}
	for _, day := range s.Timeline {
		for _, r := range day.Roles {
			for _, task := range append(slices.Clone(r.Tasks), r.Deliverables...) {
				if task.ID == id {
					return "timeline"
				}
			}
		}
	}
	return "success"
}

// fullView is the full view of the focused pane.
func (a *App) fullView() intent.Intent {
	if a.view != "" {
		return nil
	}
	return intent.OpenView{View: [...]string{"checklist", "countdown", "metrics", "people", "decisions"}[a.focus]}
}

// actAs opens another watch on the same room, under another role.
func (a *App) actAs(role string) tea.Cmd {
	if a.link.gone() || a.shown == nil || a.shown.Mode != launch.Rehearsal {
		a.tell("only a rehearsal lets one person act as every role", "", true)
		return nil
	}
	a.link.role = role
	a.room = a.link.as()
	a.refreshing = false
	as := "acting as yourself"
	if role != "" {
		as = "acting as " + a.roleTitle(role)
	}
	a.tell(as, "", false)
	return tea.Batch(a.watch(), a.loadActions())
}

// speed takes the next faster or slower step of a rehearsal's clock.
func (a *App) speed(by int) tea.Cmd {
	if a.shown == nil || a.link.gone() {
		return nil
	}
	steps := []float64{0.5, 1, 2, 5, 10, 20, 30, 60, 120}
	now := a.shown.Clock.Anchor.Speed
	at := slices.IndexFunc(steps, func(s float64) bool { return s >= now })
	switch {
	case at < 0:
		at = len(steps) - 1
	case by > 0 && steps[at] > now:
	default:
		at = min(max(at+by, 0), len(steps)-1)
	}
	want := steps[at]
	what := fmt.Sprintf("the rehearsal runs %g times as fast as the wall clock", want)
	return a.steer(what, func(ctx context.Context, r ui.Room) error { return r.SetSpeed(ctx, want) })
}

// extras are the palette's lines beside the actions.
func (a *App) extras() []dialogs.Extra {
	var out []dialogs.Extra
	for _, v := range a.views {
		out = append(out, dialogs.Extra{Name: "view." + v.Name, Title: "Open: " + v.Title, Key: "g " + v.Key, Do: intent.OpenView{View: v.Name}})
	}
	for _, b := range append(deeds(), lists()...) {
		if len(b.acts) == 0 && b.show != ":" {
			s := b.shown(a)
			out = append(out, dialogs.Extra{Name: "cockpit", Title: text.Line(s.Help), Key: s.Key, Why: s.Why, Do: b.do(a)})
		}
	}
	return out
}
