package report

import (
	"cmp"
	"fmt"
	"strings"

	"tminus/model/launch"
)

// meetings is the go/no-go as it was held: roll call, agenda against its minutes, recording, and the question of arming.
func (r *Record) meetings(b *builder) {
	s := r.State
	b.section("The go/no-go meeting")
	if len(s.Meetings) == 0 {
		b.text("No roll call, agenda or recording of a meeting is in the record.")
	}
	for i, m := range s.Meetings {
		recording := "no recording was confirmed"
		if m.Recording != nil {
			recording = "recorded: " + m.Recording.Reason + " (" + byWhom(*m.Recording) + ")"
		}
		b.text("Meeting %d, for the T-0 of %s: %s.", i+1, instant(m.T0), recording)
		r.rollCall(b, m)
		r.agenda(b, m)
		if a := m.Arming; a != nil {
			var titles []string
			for _, id := range a.Triggers {
				titles = append(titles, r.triggerTitle(id))
			}
			b.text("Asked whether to arm automatic flag-off, the meeting said: %s. %s (entry %d, %s)", cmp.Or(strings.Join(titles, ", "), "leave it off"), a.Reason, a.Seq, byWhom(a.Mark))
		}
	}
	risks := Table{Caption: "Risks that were named", Head: []string{"Risk", "Kind", "What", "Owner", "Mitigation", "Named", "Closed", "Entry"}, Named: true}
	for _, k := range s.Risks {
		closed := "open"
		if k.Closed != nil {
			closed = instant(k.Closed.At) + " by " + byWhom(*k.Closed) + ": " + k.Closed.Reason
		}
		risks.Rows = append(risks.Rows, []Cell{{Text: k.ID}, {Text: k.Kind}, {Text: k.Text}, {Text: r.role(k.Owner)}, {Text: cmp.Or(k.Mitigation, "none named")},
			{Text: instant(k.Named.At) + " by " + byWhom(k.Named)}, {Text: closed}, entry(k.Named.Seq)})
	}
	b.table(risks, "No risk was named.")
}

func (r *Record) rollCall(b *builder, m *launch.Meeting) {
	s := r.State
	t := Table{Caption: "Roll call", Head: []string{"Role", "Answer", "Who", "Backup", "Tools", "Reason", "Said by", "Entry"}, Named: true}
	for _, a := range s.Runbook.GoNoGo.Attendees {
		is, called := m.Attendance[a.Role]
		if !called {
			t.Rows = append(t.Rows, cells(s.Runbook.RoleTitle(a.Role), "not called", "-", "-", "-", "-", "-", "-"))
			continue
		}
		answer := "absent"
		if is.Present {
			answer = "present"
		}
		if is.Stands {
			answer += ", standing in"
		}
		t.Rows = append(t.Rows, []Cell{{Text: s.Runbook.RoleTitle(a.Role)}, {Text: answer}, {Text: is.Person}, {Text: is.Backup}, {Text: cmp.Or(is.Tools, "not checked")}, {Text: is.Reason}, {Text: byWhom(is.Mark)}, entry(is.Seq)})
	}
	b.table(t, "The runbook requires nobody's presence.")
}

func (r *Record) agenda(b *builder, m *launch.Meeting) {
	t := Table{Caption: "Agenda, as planned and as it was gone through", Head: []string{"Point", "Planned", "Took", "Started", "By", "Entry"}, Named: true}
	for _, run := range m.Runs {
		title, planned := run.Point, "-"
		for _, p := range r.State.Runbook.GoNoGo.Agenda {
			if p.ID == run.Point {
				title, planned = p.Title, fmt.Sprintf("%d min", p.Minutes)
			}
		}
		took := "not ended"
		if !run.Ended.IsZero() {
			took = span(run.Ended.Sub(run.Started.At))
		}
		t.Rows = append(t.Rows, []Cell{{Text: title}, {Text: planned}, {Text: took}, {Text: instant(run.Started.At)}, {Text: byWhom(run.Started)}, entry(run.Started.Seq)})
	}
	b.table(t, "No point of the agenda was taken up.")
}
