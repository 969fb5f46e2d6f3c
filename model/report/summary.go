package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
)

// summary is the seed's Launch Summary.
func (r *Record) summary(b *builder) {
	r.outcome(b)
	r.people(b)
	r.planned(b)
	r.readiness(b)
	r.meetings(b)
	r.polls(b)
	r.updates(b)
	r.pages(b)
	r.success(b)
}

// Outcome is the launch's end in a few words.
func (r *Record) Outcome() string {
	s := r.State
	at := s.Head.At
	phase := s.PhaseAt(at)
	words := ""
	switch n := len(s.Rollbacks); {
	case phase == launch.Scrubbed:
		words = "Scrubbed: the launch was called off."
	case phase == launch.RolledBack, phase == launch.RollingBack && n > 0:
		back := s.Rollbacks[n-1]
		words = "Rolled back: " + back.State(s) + "; recovery: " + cmp.Or(back.Verdict, "not judged") + "."
	case r.rolledBackOnce():
		words = "Launched after an earlier rollback; it stands in the phase " + string(phase) + "."
	case !s.WatchEnds().IsZero():
		words = "Launched: every step of the sequence was verified."
	case slices.Contains([]launch.Phase{launch.Launching, launch.Watching, launch.Closing}, phase):
		words = "Launching: the sequence was not finished when this record ends."
	default:
		words = "Not launched when this record ends; it stands in the phase " + string(phase) + "."
	}
	if s.Closed == nil {
		return words + " The launch is open: this tells it so far."
	}
	if s.ClosedAs != nil {
		words += " Closed as: " + s.ClosedAs.Outcome + "."
	}
	return words + " Closed at " + instant(s.Closed.At) + "."
}

func (r *Record) rolledBackOnce() bool {
	return slices.ContainsFunc(r.State.Rollbacks, func(b *launch.Rollback) bool { return b.Completed != nil })
}

func (r *Record) outcome(b *builder) {
	s := r.State
	b.section("Outcome")
	b.text("%s", r.Outcome())
	first := s.PlannedAt
	rows := [][]Cell{
		cells("Launch", s.Name), cells("Title", s.Title), cells("Mode", string(s.Mode)),
		cells("Runbook", fmt.Sprintf("%s, version %s of %s", s.Runbook.Title, s.Runbook.Version, s.Runbook.Updated)),
		cells("Planned T-0", instant(s.Clock.Planned)), cells("T-0 in the end", instant(s.Clock.T0)+moved(s.Clock)),
		cells("Phase at the end of this record", string(s.PhaseAt(s.Head.At))),
		cells("Status at the end of this record", r.lastStatus()),
		cells("Planned at", instant(first)), cells("Last entry", instant(s.Head.At)),
		cells("Entries", fmt.Sprint(s.Entries)),
	}
	if s.Mode == launch.Rehearsal {
		rows = append(rows, cells("Scenario", s.Scenario))
	}
	b.facts("The launch", rows)
}

func moved(c launch.Clock) string {
	d := c.T0.Sub(c.Planned)
	switch {
	case d > 0:
		return ", " + span(d) + " later than planned"
	case d < 0:
		return ", " + span(-d) + " earlier than planned"
	}
	return ", as planned"
}

func (r *Record) lastStatus() string {
	if n := len(r.Statuses); n > 0 {
		return r.Statuses[n-1].Status
	}
	return notInRecord
}

func (r *Record) people(b *builder) {
	s := r.State
	b.section("People")
	t := Table{Caption: "Who took part", Head: []string{"Login", "Name", "Roles in the end", "Backs up", "Entries"}, Named: true}
	entries := map[string]int{}
	for i := range r.Lines {
		if r.Lines[i].Human {
			entries[r.Lines[i].Who]++
		}
	}
	titles := func(ids []string) string {
		var list []string
		for _, id := range ids {
			list = append(list, s.Runbook.RoleTitle(id))
		}
		return strings.Join(list, ", ")
	}
	for _, p := range s.People {
		t.Rows = append(t.Rows, cells(p.User, p.Name, titles(s.Roles(p.User)), titles(p.BackupFor), fmt.Sprint(entries[p.User])))
		delete(entries, p.User)
	}
	others := make([]string, 0, len(entries))
	for user := range entries {
		others = append(others, user)
	}
	slices.Sort(others)
	for _, user := range others {
		t.Rows = append(t.Rows, cells(user, "", "not listed in the launch file", "", fmt.Sprint(entries[user])))
	}
	b.table(t, "Nobody is listed.")
	b.section("RACI")
	m := Table{Caption: "Who was responsible (R), accountable (A), consulted (C) and informed (I)", Head: []string{"Activity"}, Named: true}
	var roles []string
	for _, role := range s.Runbook.Roles {
		if slices.ContainsFunc(s.Runbook.RACI, func(a runbook.Activity) bool { return a.Cells[role.ID] != "" }) {
			roles = append(roles, role.ID)
			m.Head = append(m.Head, r.role(role.ID))
		}
	}
	for _, a := range s.Runbook.RACI {
		row := cells(strings.TrimPrefix(a.Group+": "+a.Title, ": "))
		for _, id := range roles {
			row = append(row, Cell{Text: a.Cells[id]})
		}
		m.Rows = append(m.Rows, row)
	}
	b.table(m, "The runbook has no matrix.")
}

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

// late says how far something was from its plan.
func late(d time.Duration) string {
	switch {
	case d >= time.Second:
		return span(d) + " late"
	case d <= -time.Second:
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

func (r *Record) readiness(b *builder) {
	s := r.State
	b.section("Readiness")
	t := Table{Caption: "Checklists and their sign-offs", Head: []string{"Section", "Owner", "Items", "Signed off by", "At", "Evidence"}, Named: true}
	for _, sec := range s.Runbook.Sections() {
		done := 0
		for _, it := range sec.Items {
			if is := s.Items[it.ID]; is != nil && is.State != launch.ItemOpen {
				done++
			}
		}
		row := cells(sec.Title, r.role(sec.Owner), fmt.Sprintf("%d of %d", done, len(sec.Items)), "not signed off", "-", "-")
		if is := s.Sections[sec.ID]; is != nil {
			row[3].Text, row[4].Text, row[5].Text = byWhom(is.Mark), instant(is.At), is.Reason
		}
		t.Rows = append(t.Rows, row)
	}
	b.table(t, "The runbook has no checklist.")
}

func (r *Record) polls(b *builder) {
	s := r.State
	b.section("Go/no-go")
	if len(s.Polls) == 0 {
		b.text("No poll was opened.")
		return
	}
	for i, p := range s.Polls {
		decided := "undecided"
		if p.Decided != nil {
			decided = string(p.Decision) + " at " + instant(p.Decided.At) + " by " + byWhom(*p.Decided)
		}
		b.text("Poll %d, opened at %s by %s: %s.", i+1, instant(p.Opened.At), byWhom(p.Opened), decided)
		t := Table{Caption: fmt.Sprintf("The votes of poll %d as they stood in the end", i+1), Head: []string{"Role", "Vote", "By", "At", "Reason", "Entry"}, Named: true}
		for _, role := range s.Runbook.GoNoGo.Approvals {
			row := cells(s.Runbook.RoleTitle(role), "no vote", "-", "-", "-", "-")
			if v, ok := p.Votes[role]; ok && v.Vote != "" {
				row = []Cell{{Text: s.Runbook.RoleTitle(role)}, {Text: string(v.Vote)}, {Text: byWhom(v.Mark)}, {Text: instant(v.At)}, {Text: v.Reason}, entry(v.Seq)}
			}
			t.Rows = append(t.Rows, row)
		}
		b.table(t, "No role's vote was required.")
		if len(p.Waived) > 0 {
			reason := ""
			if p.Decided != nil {
				reason = p.Decided.Reason
			}
			b.warn("Decided without what was waived by name: %s. Reason: %s", r.sections(p.Waived), cmp.Or(reason, "none given"))
		}
		if p.Lapsed != "" {
			b.warn("The GO lapsed at %s: %s.", instant(p.LapsedAt), p.Lapsed)
		}
	}
}

func (r *Record) sections(ids []string) string {
	var titles []string
	for _, id := range ids {
		if sec := r.State.Runbook.Section(id); sec != nil {
			id = sec.Title
		}
		titles = append(titles, id)
	}
	return strings.Join(titles, ", ")
}
