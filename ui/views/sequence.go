package views

import (
	"fmt"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// NewSequence is the launch window: the marks before T-0 and the steps from T-0, worked by their owners.
func NewSequence(t *theme.Theme) *View {
	v := newView(t, "Sequence", sequenceRows)
	v.right = func(s *screen.Screen) string {
		done := 0
		for _, step := range s.Steps {
			if step.State == launch.StepDone || step.State == launch.StepSkipped {
				done++
			}
		}
		return fmt.Sprintf("%d/%d steps", done, len(s.Steps))
	}
	return v
}

func sequenceRows(p *screen.Plan, s *screen.Screen, t *theme.Theme) []row {
	var out []row
	for _, m := range s.Marks {
		out = append(out, row{id: m.ID, kind: title, text: m.Label + "  " + m.Owner, right: named(m.Person) + "  " + clockTime(m.At)})
		for _, a := range m.Actions {
			out = append(out, actionRow("", a, "", t))
		}
		out = append(out, row{})
	}
	out = append(out, head("T-0  Launch start", clockTime(s.Clock.T0)))
	for _, step := range s.Steps {
		out = append(out, stepRow(step, t))
		for _, a := range step.Actions {
			out = append(out, actionRow(step.ID, a, "", t))
		}
		for _, a := range step.Verifications {
			out = append(out, actionRow(step.ID, a, "verify: ", t))
		}
		out = append(out, row{})
	}
	return out
}

func stepRow(step screen.Step, t *theme.Theme) row {
	glyph, word, _ := t.Step(step.State)
	r := row{id: step.ID, kind: title, mark: glyph, text: fmt.Sprintf("Step %d - %s", step.Number, step.Title), right: word + "  " + step.Owner + "  " + named(step.Person)}
	ask := func(key, help, action string) act {
		return act{key, help, intent.Ask{Command: launch.Command{Action: action, Args: map[string]string{"id": step.ID}}}}
	}
	start := act{"enter", "start the step", intent.Do{Command: launch.Command{Action: "step.start", Args: map[string]string{"id": step.ID}}}}
	switch step.State {
	case launch.StepWaiting:
		r.acts = []act{start, ask("x", "skip", "step.skip")}
	case launch.StepRunning, launch.StepVerifying, launch.StepUnknown:
		r.tone = live
		r.acts = []act{ask("o", "outcome by hand", "step.resolve"), ask("b", "abort", "step.abort"), ask("x", "skip", "step.skip")}
	case launch.StepFailed:
		r.tone = bad
		r.acts = []act{ask("r", "retry", "step.retry"), ask("x", "skip", "step.skip"), ask("b", "abort", "step.abort")}
	case launch.StepSkipped:
		r.tone = late
	case launch.StepDone:
		r.tone = good
	}
	if step.Attempt > 1 {
		r.text += fmt.Sprintf(" (attempt %d)", step.Attempt)
	}
	if step.Started != nil {
		r.note = "started by " + by(step.Started)
	}
	if step.Ended != nil {
		r.note += ", ended by " + by(step.Ended) + " " + step.Ended.Text
	}
	return r
}

func actionRow(step string, a screen.Action, what string, t *theme.Theme) row {
	box, _, _ := t.Item(launch.ItemOpen)
	r := row{id: a.ID, depth: 1, mark: box, text: what + a.Text}
	if a.Done != nil {
		r.mark, _, _ = t.Item(launch.ItemChecked)
		r.tone, r.right, r.note = good, by(a.Done), a.Done.Text
		return r
	}
	c := launch.Command{Action: "step.confirm", Args: map[string]string{"what": a.ID}}
	if step != "" {
		c.Args["id"] = step
	}
	r.acts = []act{{"space", "confirm", intent.Do{Command: c}}}
	return r
}
