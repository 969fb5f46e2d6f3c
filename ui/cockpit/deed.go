package cockpit

import (
	"slices"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
)

// target puts an id into the argument of an action that says what it is about: what is confirmed, else the first that
// is required.
func (a *App) target(action, id string) map[string]string {
	if id == "" {
		return nil
	}
	for _, i := range a.infos {
		if i.Name != action {
			continue
		}
		for _, arg := range i.Args {
			if arg.Name == "what" {
				return a.confirming(id)
			}
			if arg.Required || action == "poll.attend" && arg.Name == "role" {
				return map[string]string{arg.Name: id}
			}
		}
	}
	return nil
}

// confirming names what is confirmed, and the step that it belongs to where it is at work: nobody has to know its id.
func (a *App) confirming(id string) map[string]string {
	args := map[string]string{"what": id}
	steps := a.shown.Steps
	if r := a.shown.CurrentRequest(); r.Running() {
		steps = slices.Concat(steps, r.Steps)
	}
	for i := range steps {
		st := &steps[i]
		if st.State != launch.StepRunning && st.State != launch.StepVerifying {
			continue
		}
		if slices.ContainsFunc(st.Parts, func(p screen.Part) bool { return p.ID == id }) ||
			slices.ContainsFunc(slices.Concat(st.Actions, st.Verifications), func(c screen.Action) bool { return c.ID == id }) {
			args["id"] = st.ID
		}
	}
	return args
}

// nextDeed leads to what the next line asks for: its dialog, or the view that shows it where a dialog would say too little.
// It does nothing itself, not even where nothing is left to ask: who asks what is next has not seen it yet.
func (a *App) nextDeed() intent.Intent {
	if a.shown == nil {
		return nil
	}
	t := a.shown.Todo
	switch t.Action {
	case "":
		return intent.OpenView{View: "countdown"}
	case "item.check":
		return intent.OpenView{View: "checklist", Target: t.Target}
	case "task.done": // never ticked unseen: its row is one key away from that
		return intent.OpenView{View: taskView(a.shown, t.Target), Target: t.Target}
	case "poll.vote", "poll.open", "poll.decide", "poll.record":
		return intent.Ask{Command: launch.Command{Action: t.Action}, Open: true}
	case "clock.hold":
		return a.hold()
	case "trigger.acknowledge":
		return intent.Alarm{}
	case "rollback.approve", "rollback.request":
		return intent.Rollback{}
	case "document.review":
		return intent.OpenView{View: "documents", Target: "document/" + t.Target}
	}
	return intent.Ask{Command: launch.Command{Action: t.Action, Args: a.target(t.Action, t.Target)}, Open: true}
}
