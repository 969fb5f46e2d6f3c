package views

import (
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// NewTimeline is the timeline and cadence: every dated task and deliverable with who did it or how late it is, each role's
// check-ins, then the launch day and what follows it until the launch is closed.
func NewTimeline(t *theme.Theme) *StepsView {
	v := newView(t, "Timeline and cadence", timelineRows)
	v.heed = timelineHeed
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
		told := fmt.Sprintf("%d open, %d overdue", open, overdue)
		due := 0
		for i := range s.Checkins {
			if s.Checkins[i].Open() {
				due++
			}
		}
		switch due {
		case 0:
		case 1:
			told += ", 1 check-in due"
		default:
			told += fmt.Sprintf(", %d check-ins due", due)
		}
		return told
	}
	return v
}

// timelineHeed is where the launch is: what is overdue or goes on of the launch day and after; before it, what a role has not
// done yet, the overdue first.
func timelineHeed(s *screen.Screen, _ []entry) string {
	for _, state := range []screen.StageState{screen.StageOverdue, screen.StageNow} {
		for i := range s.Stages {
			if s.Stages[i].State == state {
				return s.Stages[i].ID
			}
		}
	}
	open := ""
	for _, day := range s.Timeline {
		for _, r := range day.Roles {
			for _, task := range append(append([]screen.Task(nil), r.Tasks...), r.Deliverables...) {
				switch {
				case task.Done != nil:
				case task.Overdue > 0:
					return task.ID
				case open == "":
					open = task.ID
				}
			}
		}
	}
	return open
}

func timelineRows(p *screen.Plan, s *screen.Screen, t *theme.Theme) []row {
	var out []row
	for _, day := range s.Timeline {
		out = append(out, head(day.Label, day.At.UTC().Format("Mon 2 January 2006")+"  "+day.Title))
		for _, r := range day.Roles {
			out = append(out, row{id: day.Label + "/" + r.Role, kind: title, text: r.Role, right: named(r.Person) + "  " + r.Frequency})
			for i := range s.Checkins {
				if c := &s.Checkins[i]; c.Day == day.Label && c.Title == r.Role {
					out = append(out, checkinRow(c, t))
				}
			}
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
	after := false
	for i := range s.Stages {
		st := &s.Stages[i]
		if !after && strings.HasPrefix(st.ID, "stage/updates/") || !after && st.ID == "stage/watch" {
			after = true
			out = append(out, row{}, head("Cadence", "until T+24h and the closure"))
		}
		out = append(out, stageRow(st, shortOf(p, st.Owner), t))
	}
	return append(out, readings(p)...)
}

// checkinRow is a role's check-ins in one line, with the key that makes the one that is open.
func checkinRow(c *screen.Checkin, t *theme.Theme) row {
	open, _, _ := t.Item(launch.ItemOpen)
	checked, _, _ := t.Item(launch.ItemChecked)
	r := row{id: "checkin/" + c.Role, depth: 1, mark: open, text: "Check-in  " + c.Frequency, note: lastCheckin(c)}
	stamp := func(at time.Time) string { return at.UTC().Format("2 Jan 15:04") }
	switch c.State {
	case launch.CheckinOverdue:
		r.tone, r.right = late, "overdue "+span(c.Overdue)
		if c.Missed > 1 {
			r.right += fmt.Sprintf(", %d missed", c.Missed)
		}
	case launch.CheckinDue:
		r.right = "due by " + stamp(c.By)
	case launch.CheckinMade:
		r.mark, r.tone, r.right = checked, good, onDay(c.Last)
		if !c.Next.IsZero() {
			r.note += "\nNext from " + stamp(c.Next) + " UTC."
		}
		return r
	case launch.CheckinAhead:
		r.right = "from " + stamp(c.Next)
		return r
	default:
		r.right = "over"
		return r
	}
	args := launch.Command{Action: "checkin.done", Args: map[string]string{"role": c.Role}}
	r.acts = []act{{"space", "check in", intent.Do{Command: args}}, {"enter", "check in, with a note", intent.Ask{Command: args}}}
	return r
}

func lastCheckin(c *screen.Checkin) string {
	if c.Last == nil {
		return "No check-in yet."
	}
	said := "Last: " + by(c.Last)
	if c.Last.Text != "" {
		said += "  " + c.Last.Text
	}
	return said
}

// stageRow is a line of the launch day or of what follows; enter leads to the view that works it.
func stageRow(st *screen.Stage, short string, t *theme.Theme) row {
	r := row{id: st.ID, depth: 1, text: st.Label + "  " + st.Title}
	var notes, told []string
	if st.Owner != "" {
		told = append(told, short)
		notes = append(notes, st.Owner+", held by "+named(st.Person)+".")
	}
	if st.How != "" {
		notes = append(notes, "How: "+st.How+".")
	}
	if !st.At.IsZero() {
		notes = append(notes, "At "+dayTime(st.At)+" UTC.")
	}
	r.note = strings.Join(notes, "\n")
	if st.Told != "" {
		told = append(told, st.Told)
	}
	switch st.State {
	case screen.StageDone:
		r.mark, r.tone = t.Glyph.OK, good
	case screen.StageNow:
		r.mark, r.tone = t.Glyph.Dot, live
		told = append(told, "now")
	case screen.StageOverdue:
		r.mark, r.tone = t.Glyph.Warn, late
		told = append(told, "overdue "+span(st.Overdue))
	case screen.StageLeft:
		r.mark, r.tone = t.Glyph.Warn, late
		told = append(told, "left open")
	default:
		r.mark = " "
	}
	switch {
	case !st.Until.IsZero() && st.State == screen.StageNow:
		told = append(told, "until "+dayTime(st.Until))
	case st.State == screen.StageOverdue: // how late it is says more
	case !st.At.IsZero() && !st.Until.IsZero():
		told = append(told, dayTime(st.At)+" to "+dayTime(st.Until))
	case !st.At.IsZero():
		told = append(told, dayTime(st.At))
	}
	r.right = strings.Join(told, "  ")
	if st.Target != "" {
		r.acts = []act{{"enter", "go there", intent.OpenView{View: st.Target}}}
	}
	return r
}

// shortOf is the short form of a role's title.
func shortOf(p *screen.Plan, title string) string {
	if p.Runbook != nil {
		for i := range p.Runbook.Roles {
			if r := &p.Runbook.Roles[i]; r.Title == title && r.Short != "" {
				return r.Short
			}
		}
	}
	return title
}

// dayTime is an instant with its day; a launch runs over midnight.
func dayTime(at time.Time) string { return at.UTC().Format("2 Jan 15:04") }

// readings is what is read, how often, and who watches it.
func readings(p *screen.Plan) []row {
	rb := p.Runbook
	if rb == nil || len(rb.Monitors) == 0 {
		return nil
	}
	out := []row{{}, head("Read continuously", "")}
	for _, m := range rb.Monitors {
		out = append(out, row{id: "cadence/" + m.ID, depth: 1, text: "Read " + m.Name, right: "every " + m.Every.String() + "  " + rb.RoleTitle(m.Owner)})
	}
	return out
}

func taskRow(task screen.Task, what string, t *theme.Theme) row {
	box, _, _ := t.Item(launch.ItemOpen)
	r := row{id: task.ID, depth: 1, mark: box, text: what + task.Text}
	switch {
	case task.Done != nil:
		r.mark, _, _ = t.Item(launch.ItemChecked)
		r.tone, r.right = good, onDay(task.Done)
		if task.Done.Text != "" { // where it is
			r.text += "  " + task.Done.Text
		}
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

// onDay is by without the seconds: what was done days ago is not looked up to the second.
func onDay(b *screen.By) string {
	if b.For != "" && b.For != b.User {
		return by(b)
	}
	return b.User + "  " + dayTime(b.At)
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
