package report

import (
	"cmp"
	"strings"

	"tminus/model/launch"
)

// success is the criteria as they stood when the record ends.
func (r *Record) success(b *builder) {
	s := r.State
	b.section("Success criteria")
	closure := s.Closure(s.Head.At)
	if !closure.WatchEnds.IsZero() {
		b.text("Watched until %s.", instant(closure.WatchEnds))
	}
	t := Table{Caption: "Success criteria, as they stood at the end of this record", Head: []string{"Criterion", "Group", "Owner", "Window", "State", "What shows it", "Entry"}, Named: true}
	moments := Table{Caption: "The worst moments of the criteria", Head: []string{"Criterion", "Monitor", "At", "Value", "Held"}, Named: true}
	for _, c := range closure.Criteria {
		window := "has not begun"
		if !c.From.IsZero() {
			window = instant(c.From) + " to " + instant(c.To)
		}
		row := []Cell{{Text: c.Text}, {Text: c.Group.Title}, {Text: r.role(c.Group.Owner)}, {Text: window}, {Text: string(c.State)}, {Text: "-"}, {}}
		switch {
		case c.Judged != nil:
			row[5].Text, row[6] = c.Judged.Outcome+", said by "+byWhom(c.Judged.Mark)+": "+c.Judged.Reason, entry(c.Judged.Seq)
		case c.Measured != nil:
			var told []string
			for _, m := range c.Measured.Monitors {
				told = append(told, r.monitorName(m.Monitor)+": "+m.Told())
				for i, p := range m.Worst {
					held := "yes"
					if i < m.Failing {
						held = "no"
					}
					moments.Rows = append(moments.Rows, cells(c.Text, r.monitorName(m.Monitor), instant(p.At), number(p.Value, m.Unit), held))
				}
			}
			row[5].Text, row[6] = strings.Join(told, "; "), entry(c.Measured.Seq)
		}
		t.Rows = append(t.Rows, row)
	}
	b.table(t, "The runbook has no success criteria.")
	if len(moments.Rows) > 0 {
		b.table(moments, "")
	}
	r.closure(b, closure)
}

func (r *Record) closure(b *builder, c launch.Closure) {
	s := r.State
	b.section("Closure")
	if as := s.ClosedAs; as != nil {
		b.text("Closed as: %s. %s", as.Outcome, as.Reason)
		var spite []string
		for _, e := range as.Exceptions {
			spite = append(spite, e.What)
		}
		if len(spite) > 0 {
			b.warn("Closed in spite of %s:", count(len(spite), "thing", "things"))
			b.list(spite)
		}
		agreed := Table{Caption: "Who agreed to it", Head: []string{"By", "For", "At", "Reason", "Entry"}, Named: true}
		for _, w := range as.Agreed {
			agreed.Rows = append(agreed.Rows, []Cell{{Text: w.User}, {Text: s.Runbook.RoleTitle(w.Role)}, {Text: instant(w.At)}, {Text: w.Reason}, entry(w.Seq)})
		}
		if len(agreed.Rows) > 0 {
			b.table(agreed, "")
		}
	} else {
		b.text("The launch is not closed.")
	}
	t := Table{Caption: "Documentation and handoff", Head: []string{"What", "Team", "Owner", "Done", "Evidence", "Entry"}, Named: true}
	for _, it := range c.Items {
		team := "Documentation"
		for _, h := range s.Runbook.Closure.Handoff {
			if h.ID == it.Team {
				team = cmp.Or(h.Title, h.ID)
			}
		}
		row := []Cell{{Text: it.Text}, {Text: team}, {Text: r.role(it.Role)}, {Text: "open"}, {Text: it.Waits}, {}}
		switch {
		case it.Done != nil:
			row[3].Text, row[4].Text, row[5] = instant(it.Done.At)+" by "+byWhom(it.Done.Mark), it.Done.Reason, entry(it.Done.Seq)
		case it.Filled != "":
			row[3].Text, row[4].Text = "by the record", it.Filled
		}
		t.Rows = append(t.Rows, row)
	}
	b.table(t, "The runbook asks for nothing at the closure.")
}
