package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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
	for _, p := range s.People {
		t.Rows = append(t.Rows, cells(p.User, p.Name, r.roleTitles(s.Roles(p.User)), r.roleTitles(p.BackupFor), fmt.Sprint(entries[p.User])))
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
