package dialogs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tminus/model/launch"
	"tminus/model/screen"
)

// callLine is a call that an action sends: to the letter, and in one line for where there is no room.
type callLine struct{ id, whole, brief string }

// sends are the calls that follow from an action at once, or that the room makes in the step which it starts.
func sends(n names, action string, args map[string]string) []callLine {
	switch action {
	case "step.start", "step.retry":
		st := n.step(args["id"])
		if st == nil {
			return nil
		}
		var out []callLine
		for i := range st.Parts {
			if p := &st.Parts[i]; runs(p) && (p.State != screen.PartDone || action == "step.start") {
				out = append(out, callLine{st.ID + "/" + p.ID, "the room will run: " + p.AWSLine + p.Probe, "the room will run: " + cmp.Or(p.Brief, p.AWSLine, p.Probe)})
			}
		}
		return out
	case "step.undo":
		for _, o := range n.screen.Outstanding {
			if o.ID == args["what"] && o.AWSLine != "" && args["evidence"] == "" {
				return []callLine{{o.ID, "the room will run: " + o.AWSLine, "the room will run: " + o.AWSLine}}
			}
		}
	case "rollback.raise": // with the approvals that there are it may be carried out at once
		r := n.request(args["id"])
		if r == nil {
			return nil
		}
		var out []callLine
		for i := range r.Steps {
			for j := range r.Steps[i].Parts {
				if p := &r.Steps[i].Parts[j]; runs(p) {
					out = append(out, callLine{r.Steps[i].ID + "/" + p.ID, "its plan runs: " + p.AWSLine + p.Probe, "its plan runs: " + cmp.Or(p.Brief, p.AWSLine, p.Probe)})
				}
			}
		}
		return out
	case "flag.on", "flag.off":
		f := n.screen.Flag(args["flag"])
		if f == nil {
			return nil
		}
		line, value := f.OnLine, f.On
		if action == "flag.off" {
			line, value = f.OffLine, f.Off
		}
		return []callLine{{"flag/" + f.ID, fmt.Sprintf("writes %q: %s", value, line), fmt.Sprintf("writes %s = %q", f.Name, value)}}
	}
	return nil
}

// Sends reports whether an action makes calls of which its dialog must show every one first.
func Sends(s *screen.Screen, c launch.Command) bool {
	return c.Action == "rollback.request" || len(sends(names{screen: s}, c.Action, c.Args)) > 0
}

// sent draws what an action sends, above its fields.
func (f *Form) sent(brief bool) (out []string, calls []span) {
	for _, c := range sends(f.names, f.info.Name, f.command().Args) {
		text := c.whole
		if brief {
			text = c.brief
		}
		from := len(out)
		out = append(out, f.wrap(f.theme.Accent, text)...)
		calls = append(calls, span{c.id, from, len(out)})
	}
	return out, calls
}

// below is what stands under the fields: of a rollback that is being requested, everything that it would do.
func (f *Form) below(brief bool) (out []string, calls []span) {
	if f.info.Name != "rollback.request" {
		return nil, nil
	}
	chosen := strings.Split(f.command().Args["steps"], ",")
	var steps []screen.Step
	for _, st := range f.names.screen.Procedure.Steps {
		if slices.Contains(chosen, st.ID) || len(chosen) == 1 && chosen[0] == "" && slices.Contains(f.names.screen.Procedure.Default, st.ID) {
			steps = append(steps, st)
		}
	}
	w := f.names.where(launch.Identity{})
	where := f.wrap(f.style(w.tone), w.text)
	plan, calls := f.plan(steps)
	if !brief {
		out = append(append(out, f.wrap(f.theme.Heading, "It would do exactly this")...), where...)
		return append(out, plan...), moved(calls, len(out))
	}
	short, calls := f.brief(steps)
	out = f.wrap(f.theme.Heading, "It would do this; every call to the letter stands below")
	calls = moved(calls, len(out))
	return slices.Concat(out, short, where, []string{""}, plan), calls
}

// readOn shows the next of the calls that the form sends and that have not been on the screen; false: all have been.
func (f *Form) readOn() bool {
	d := f.draw()
	left := f.sights.left(d.calls)
	if len(left) == 0 {
		return false
	}
	room := max(d.last-d.first, 1)
	f.problem = []string{"read on: " + more(left, d.first), "submit again at the end"}
	f.offset = f.sights.next(left, d.first, room) + room/2 - d.at
	return true
}
