package dialogs

import (
	"tminus/model/launch"
	"tminus/model/screen"
)

// stepSettled says that a step has come where an action would bring it, or past that.
func stepSettled(n names, action string, args map[string]string) string {
	st := n.step(args["id"])
	switch action {
	case "step.retry":
		if st != nil && st.State != launch.StepFailed {
			return "step " + st.Title + " is " + stateWord(st)
		}
	case "step.resolve":
		if st != nil && st.Ended != nil && (st.State == launch.StepDone || st.State == launch.StepFailed || st.State == launch.StepSkipped) {
			return "step " + st.Title + " is " + stateWord(st) + ", " + by(st.Ended)
		}
	case "step.undo":
		for _, o := range n.screen.Outstanding {
			if o.ID == args["what"] && !o.Undoing {
				return ""
			}
		}
		if args["what"] != "" {
			return n.deed(args["what"]) + " is being taken back, or has been"
		}
	case "step.confirm":
		if p := n.part(args["what"]); p != nil && p.State == screen.PartDone && p.Done != nil {
			return p.Text + " was confirmed " + by(p.Done)
		}
	}
	return ""
}

func stateWord(st *screen.Step) string {
	if st.State == launch.StepWaiting {
		return "waiting"
	}
	return string(st.State)
}

// part is a part of a step by its id.
func (n names) part(id string) *screen.Part {
	for _, steps := range [][]screen.Step{n.backSteps(), n.screen.Steps} {
		for i := range steps {
			for j := range steps[i].Parts {
				if p := &steps[i].Parts[j]; p.ID == id {
					return p
				}
			}
		}
	}
	return nil
}

// answered says that a request no longer waits for what an action would say of it. A rollback that was authorized can be
// withdrawn until its first step starts.
func answered(n names, action, id string) string {
	r := n.request(id)
	switch {
	case r == nil:
		return ""
	case action == "rollback.withdraw" && r.State == screen.RequestAuthorized:
		return ""
	case action == "rollback.raise" && r.Open() && r.Priority == "high":
		return "the rollback " + id + " is of high priority already"
	}
	return requestSettled(n.screen, id)
}
