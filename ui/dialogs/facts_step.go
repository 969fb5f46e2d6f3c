package dialogs

import (
	"fmt"

	"tminus/model/launch"
	"tminus/model/screen"
)

// stepFacts tells how a step stands, what of it is open, and which line the room runs for it, or somebody by hand.
func stepFacts(n names, action, id string) []fact {
	st := n.step(id)
	if st == nil {
		return nil
	}
	state := string(st.State)
	if state == "" {
		state = "waiting"
	}
	kind := "Step"
	if st.Back {
		kind = "Rollback step"
	}
	out := []fact{
		{strong, fmt.Sprintf("%s %d, %s: %s", kind, st.Number, st.Title, state)},
		{quiet, "owner " + owner(st.Owner, st.Person)},
	}
	if who := n.notYours(st); who != "" && (action == "step.start" || action == "step.confirm") {
		out = append(out, fact{warning, who})
	}
	if st.State == launch.StepFailed && st.Ended != nil && st.Ended.Text != "" {
		out = append(out, fact{warning, st.Ended.Text})
	}
	if action == "step.skip" || action == "step.abort" {
		for _, o := range n.screen.Outstanding {
			if o.Step == st.ID {
				out = append(out, fact{warning, o.Words + "; it stays so until it is taken back (step.undo)"})
			}
		}
	}
	if action == "step.abort" {
		for i := range st.Parts {
			if p := &st.Parts[i]; p.Op == launch.OpRun && (p.State == screen.PartRunning || p.State == screen.PartUnknown) {
				out = append(out, fact{warning, "its program is asked to end (SIGTERM, after ten seconds SIGKILL): " + p.AWSLine})
			}
		}
	}
	if len(st.Parts) > 0 {
		return append(out, partFacts(st.Parts, action == "step.start" || action == "step.retry")...)
	}
	for _, list := range [][]screen.Action{st.Actions, st.Verifications} {
		for _, a := range list {
			if a.Done == nil {
				out = append(out, fact{plain, "open: " + a.Text})
			}
		}
	}
	return out
}

// partFacts tells the parts that are not done. What the action sends is told by itself.
func partFacts(parts []screen.Part, sent bool) []fact {
	var out []fact
	for i := range parts {
		p := &parts[i]
		if p.State == screen.PartDone {
			continue
		}
		tone, word := plain, "open: "
		switch p.State {
		case screen.PartFailed, screen.PartUnknown, screen.PartCannotVerify:
			tone, word = warning, p.State+": "
		case screen.PartRunning:
			word = p.State + ": "
		}
		out = append(out, fact{tone, word + p.Text + reason(p.Evidence)})
		if p.AWSLine != "" && !(sent && runs(p)) {
			out = append(out, fact{quiet, lineWord(p) + p.AWSLine})
		}
	}
	return out
}

// lineWord says whose a command line is: the room runs what it calls itself, and only what it could not is done by hand.
func lineWord(p *screen.Part) string {
	switch {
	case p.By != launch.ByCall || p.State == screen.PartFailed || p.State == screen.PartUnknown:
		return "by hand: "
	case p.State == screen.PartRunning:
		return "the room runs: "
	}
	return "the room will run: "
}

// undoFacts tells what is to be taken back.
func undoFacts(n names, what string) []fact {
	for _, o := range n.screen.Outstanding {
		if o.ID == what {
			return []fact{{warning, o.Words}, {plain, "done " + by(o.Since)}}
		}
	}
	return nil
}

// flagFacts tells how a flag stands and what is written.
func flagFacts(n names, action, id string) []fact {
	f := n.screen.Flag(id)
	if f == nil {
		return nil
	}
	out := []fact{{strong, fmt.Sprintf("%s  %s is %s", f.ID, f.Name, f.Word)}}
	if !f.At.IsZero() {
		out = append(out, fact{plain, fmt.Sprintf("it holds %q, version %d, read at %s", f.Value, f.Version, f.At.UTC().Format("15:04:05 UTC"))})
	}
	out = append(out, n.where(launch.Identity{}))
	if f.Effect != "" && action == "flag.off" {
		out = append(out, fact{quiet, "watched afterwards: " + f.Effect})
	}
	return out
}

// notYours says whose a step is, and how their word is recorded; "": it is the viewer's own.
func (n names) notYours(st *screen.Step) string {
	for _, role := range n.screen.You.Roles {
		if n.role(role) == st.Owner && (n.screen.You.As == "" || n.screen.You.As == role) {
			return ""
		}
	}
	if st.Person == "" {
		return "it is for " + st.Owner + " to say, and nobody holds that role"
	}
	return "it is for " + st.Person + " to say: ctrl+t records what they said"
}
