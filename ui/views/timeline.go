package views

import (
	"fmt"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// NewTimeline is the timeline and cadence: every dated task and deliverable with who did it or how late it is, the marks
// of the launch day, and how often everybody reports.
func NewTimeline(t *theme.Theme) *View {
	v := newView(t, "Timeline and cadence", timelineRows)
	v.right = func(s *screen.Screen) string {
		open, overdue := 0, 0
		for _, day := range s.Timeline {
			for _, r := range day.Roles {
				for _, task := range append(append([]screen.Task(nil), r.Tasks...), r.Deliverables...) {
					if task.Done == nil {
						open++
					}
					if task.Overdue > 0 {
						overdue++
					}
				}
			}
		}
		return fmt.Sprintf("%d open, %d overdue", open, overdue)
	}
	return v
}

func timelineRows(p *screen.Plan, s *screen.Screen, t *theme.Theme) []row {
	var out []row
	for _, day := range s.Timeline {
		out = append(out, head(day.Label, day.At.UTC().Format("Mon 2 January 2006")+"  "+day.Title))
		for _, r := range day.Roles {
			out = append(out, row{id: day.Label + "/" + r.Role, kind: title, text: r.Role, right: named(r.Person) + "  " + r.Frequency})
			for _, task := range r.Tasks {
				out = append(out, taskRow(task, "", t))
			}
			for _, d := range r.Deliverables {
				out = append(out, taskRow(d, "deliverable  ", t))
			}
		}
		out = append(out, row{})
	}
	out = append(out, head("Launch day", "T-0 "+s.Clock.T0.UTC().Format("Mon 2 January 2006 15:04:05 UTC")))
	if rb := p.Runbook; rb != nil {
		out = append(out, row{id: "go-no-go", depth: 1, text: rb.GoNoGo.At.String() + "  Go/no-go meeting, " + rb.GoNoGo.Duration.String() + ", " + rb.GoNoGo.Format,
			right: clockTime(rb.GoNoGo.At.Time(s.Clock.T0))})
	}
	for i, m := range s.Marks {
		frequency := ""
		if p.Runbook != nil && i < len(p.Runbook.Sequence.Marks) {
			frequency = p.Runbook.Sequence.Marks[i].Frequency.Text
		}
		out = append(out, row{id: m.ID, depth: 1, text: m.Label + "  " + m.Owner + "  " + frequency, right: clockTime(m.At)})
	}
	out = append(out, row{id: "t-0", depth: 1, text: "T-0  Launch start", right: clockTime(s.Clock.T0)})
	return append(out, cadence(p, s)...)
}

// cadence is who reports how often from the countdown on.
func cadence(p *screen.Plan, s *screen.Screen) []row {
	rb := p.Runbook
	if rb == nil {
		return nil
	}
	out := []row{{}, head("Cadence", "")}
	out = append(out, row{id: "cadence/updates", depth: 1, text: "Status updates", right: "every " + rb.Communication.Every.String() + " from T-15m to T+2h and while not GREEN, then hourly"})
	for _, m := range rb.Monitors {
		out = append(out, row{id: "cadence/" + m.ID, depth: 1, text: "Read " + m.Name, right: "every " + m.Every.String() + "  " + rb.RoleTitle(m.Owner)})
	}
	for _, c := range rb.Success {
		out = append(out, row{id: "cadence/" + c.ID, depth: 1, text: c.Title + " verified", right: "over " + c.Duration.String() + "  " + rb.RoleTitle(c.Owner)})
	}
	return out
}

func taskRow(task screen.Task, what string, t *theme.Theme) row {
	box, _, _ := t.Item(launch.ItemOpen)
	r := row{id: task.ID, depth: 1, mark: box, text: what + task.Text}
	switch {
	case task.Done != nil:
		r.mark, _, _ = t.Item(launch.ItemChecked)
		r.tone, r.right = good, by(task.Done)
		r.note = task.Done.Text
		return r
	case task.Overdue > 0:
		r.tone, r.right = late, "overdue "+span(task.Overdue)
	}
	c := launch.Command{Action: "task.done", Args: map[string]string{"id": task.ID}}
	r.acts = []act{{"space", "done", intent.Do{Command: c}}, {"enter", "done, with a link", intent.Ask{Command: c}}}
	return r
}

func named(person string) string {
	if person == "" {
		return "nobody"
	}
	return person
}

// by tells who did it, or who said it and who recorded it.
func by(b *screen.By) string {
	at := b.At.UTC().Format("2 Jan 15:04:05")
	if b.For != "" && b.For != b.User {
		return fmt.Sprintf("said by %s, recorded by %s  %s", b.For, b.User, at)
	}
	return b.User + "  " + at
}

func clockTime(at time.Time) string { return at.UTC().Format("15:04:05 UTC") }

// span is a duration in its largest unit: "3d", "4h", "12m".
func span(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dm", d/time.Minute)
}
