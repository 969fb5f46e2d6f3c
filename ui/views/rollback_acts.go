package views

import (
	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
)

func asks(key, help, action string, args ...string) act {
	c := launch.Command{Action: action, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		c.Args[args[i]] = args[i+1]
	}
	return act{key, help, intent.Ask{Command: c}}
}

// startActs start a step of the sequence. Where that makes a call its dialog says so first.
func startActs(st *screen.Step) []act {
	if st.State != launch.StepWaiting || st.Back {
		return nil
	}
	start := asks("enter", "start the step", "step.start", "id", st.ID)
	for _, p := range st.Parts {
		if p.By == launch.ByCall {
			return []act{start}
		}
	}
	start.ask = intent.Do{Command: launch.Command{Action: "step.start", Args: map[string]string{"id": st.ID}}}
	return []act{start}
}

// stepActs are what can be done to a step as a whole.
func stepActs(st *screen.Step) []act {
	skip, abort := asks("S", "skip", "step.skip", "id", st.ID), asks("A", "abort", "step.abort", "id", st.ID)
	resolve := asks("x", "resolve by hand", "step.resolve", "id", st.ID)
	switch st.State {
	case launch.StepWaiting:
		return []act{skip}
	case launch.StepRunning, launch.StepVerifying, launch.StepUnknown:
		return []act{resolve, abort}
	case launch.StepFailed:
		return []act{asks("t", "try again", "step.retry", "id", st.ID), skip, abort}
	}
	return nil
}

// partActs are what can be done to a part: a person's word on what is theirs to tell, and taking back what stands.
func partActs(p *screen.Part, st *screen.Step) []act {
	var out []act
	works := st.State == launch.StepRunning || st.State == launch.StepVerifying
	asked := p.State == screen.PartCannotVerify || p.State == screen.PartFailed && p.Watch
	switch {
	case !works || p.State == screen.PartDone:
	case p.By == launch.ByHand:
		out = append(out, act{"space", "confirm", intent.Do{Command: launch.Command{Action: "step.confirm", Args: map[string]string{"id": st.ID, "what": p.ID}}}})
	case asked:
		out = append(out, asks("space", "confirm, with what shows it", "step.confirm", "id", st.ID, "what", p.ID))
	}
	if p.Outstanding {
		out = append(out, asks("u", "undo", "step.undo", "what", p.ID))
	}
	return out
}
