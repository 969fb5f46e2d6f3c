package report

import (
	"cmp"
	"fmt"
	"time"
)

// planned is the timeline, plan against actual.
func (r *Record) planned(b *builder) {
	s := r.State
	b.section("Timeline, plan against actual")
	t := Table{Caption: "What was planned when, and when it was done (UTC; planned times follow the T-0 of the end)",
		Head: []string{"What", "Owner", "Planned", "Actual", "Difference"}, Named: true}
	add := func(what, owner string, planned, actual time.Time, note string) {
		difference := "-"
		if !planned.IsZero() && !actual.IsZero() {
			difference = late(actual.Sub(planned))
		}
		t.Rows = append(t.Rows, cells(what, owner, instant(planned), cmp.Or(note, instant(actual)), difference))
	}
	t0 := s.Clock.T0
	if n := len(s.Polls); n > 0 {
		p := s.Polls[n-1]
		add("Go/no-go opened", "", s.Runbook.GoNoGo.At.Time(t0), p.Opened.At, "")
		if p.Decided != nil {
			add("Go/no-go decided: "+string(p.Decision), "", time.Time{}, p.Decided.At, "")
		}
	}
	for _, m := range s.Runbook.Sequence.Marks {
		for _, a := range m.Actions {
			done, note := r.Confirms[a.ID], ""
			if done.Seq == 0 {
				note = "not confirmed"
			}
			add(m.At.String()+" "+a.Text, r.role(m.Owner), m.At.Time(t0), done.At, note)
		}
	}
	for i, st := range s.Runbook.Sequence.Steps {
		planned, begun := time.Time{}, time.Time{}
		if i == 0 {
			planned = t0
		}
		note := "not started"
		if run := r.lastRun(st.ID); run != nil {
			begun, note = run.Started, ""
		}
		add(fmt.Sprintf("Step %d %s started", i+1, st.Title), r.role(st.Owner), planned, begun, note)
	}
	b.table(t, "The runbook plans nothing.")
	r.days(b)
	c := Table{Caption: "What moved the countdown", Head: []string{"Entry", "Time", "What", "T-0 from then on"}}
	for _, m := range r.Clock {
		c.Rows = append(c.Rows, []Cell{entry(m.Seq), {Text: instant(m.At)}, {Text: m.Text}, {Text: instant(m.T0)}})
	}
	b.table(c, "Nothing moved the countdown: no hold, no new T-0.")
}

// late says how far something was from its plan; within a minute it was on time, since both times stand beside it.
func late(d time.Duration) string {
	switch {
	case d >= time.Minute:
		return span(d) + " late"
	case d <= -time.Minute:
		return span(-d) + " early"
	}
	return "on time"
}

// days sums up the weeks before.
func (r *Record) days(b *builder) {
	s := r.State
	t := Table{Caption: "The weeks before, by day and role", Head: []string{"Day", "Role", "Done on time", "Done late", "Open"}, Named: true}
	for _, day := range s.Runbook.Timeline {
		due := day.At.Time(s.Clock.Planned).Add(24 * time.Hour) // the day's end
		for _, role := range day.Roles {
			var ids []string
			for _, task := range role.Tasks {
				ids = append(ids, task.ID)
			}
			for _, d := range role.Deliverables {
				ids = append(ids, d.ID)
			}
			var good, over, open int
			for _, id := range ids {
				switch done := s.Tasks[id]; {
				case done == nil:
					open++
				case done.At.After(due):
					over++
				default:
					good++
				}
			}
			t.Rows = append(t.Rows, cells(day.At.String(), r.role(role.Role), fmt.Sprint(good), fmt.Sprint(over), fmt.Sprint(open)))
		}
	}
	b.table(t, "The runbook plans no days before the launch.")
}

func (r *Record) lastRun(id string) *Run {
	for i := len(r.Runs) - 1; i >= 0; i-- {
		if r.Runs[i].ID == id {
			return &r.Runs[i]
		}
	}
	return nil
}
