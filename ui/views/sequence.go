package views

import (
	"cmp"
	"fmt"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// NewSequence is the launch window: the marks before T-0 and the steps from T-0, worked by their owners. A step shows the
// exact calls that it makes before enter starts it.
func NewSequence(t *theme.Theme) *StepsView {
	return &StepsView{t: t, name: "Sequence", build: sequenceEntries, heed: sequenceHeed, right: func(s *screen.Screen) string {
		done := 0
		for _, step := range s.Steps {
			if step.State == launch.StepDone || step.State == launch.StepSkipped {
				done++
			}
		}
		return fmt.Sprintf("%d/%d steps", done, len(s.Steps))
	}}
}

// sequenceHeed is the row to look at from T-0 on: what goes on in the step at hand, or that step where it waits.
func sequenceHeed(s *screen.Screen, rows []entry) string {
	if s.Phase != launch.Launching {
		return ""
	}
	for i := range s.Steps {
		switch s.Steps[i].State {
		case launch.StepDone, launch.StepSkipped:
			continue
		case launch.StepWaiting:
			return s.Steps[i].ID
		}
		return cmp.Or(rollbackHeed(s, rows), s.Steps[i].ID)
	}
	return ""
}

// sequenceRows are the sequence's rows for the search.
func sequenceRows(p *screen.Plan, s *screen.Screen, t *theme.Theme) []row {
	return rowsOf(sequenceEntries(p, s, t, s.At))
}

func rowsOf(all []entry) []row {
	out := make([]row, len(all))
	for i := range all {
		out[i] = all[i].row
	}
	return out
}

func sequenceEntries(_ *screen.Plan, s *screen.Screen, t *theme.Theme, _ time.Time) []entry {
	var out []entry
	for _, m := range s.Marks {
		out = append(out, entry{row: row{id: m.ID, kind: title, text: m.Label + "  " + m.Owner, right: markOwner(m.Owner, m.Person) + clockTime(m.At)}})
		for _, a := range m.Actions {
			out = append(out, entry{row: actionRow("", a, "", t)})
		}
		out = append(out, entry{})
	}
	out = append(out, entry{row: head("T-0  Launch start", clockTime(s.Clock.T0))})
	out = append(out, outstandingEntries(s, t)...)
	for i := range s.Steps {
		st := &s.Steps[i]
		out = append(out, stepEntries(st, s, t)...)
		if len(st.Parts) == 0 { // a screen of an older room tells no parts
			for _, a := range st.Actions {
				out = append(out, entry{row: actionRow(st.ID, a, "", t)})
			}
			for _, a := range st.Verifications {
				out = append(out, entry{row: actionRow(st.ID, a, "verify: ", t)})
			}
		}
		out = append(out, entry{})
	}
	return out
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

// markOwner is who holds a mark's role; what belongs to all teams belongs to nobody in particular.
func markOwner(owner, person string) string {
	if person == "" && owner == (&runbook.Runbook{}).RoleTitle(runbook.AllTeams) {
		return ""
	}
	return named(person) + "  "
}
