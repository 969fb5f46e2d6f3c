package report

import "cmp"

func (r *Record) defects(b *builder) {
	s := r.State
	b.section("Defects")
	t := Table{Caption: "Defects in the order in which they were opened", Head: []string{"Defect", "What", "Severity", "Blocking", "Status", "Owner", "Opened", "Taken up", "Closed", "Resolution", "Link", "Entry"}, Named: true}
	for _, d := range s.Defects {
		severity := d.Severity
		if x := s.Runbook.Severity(d.Severity); x != nil {
			severity = cmp.Or(x.Title, d.Severity)
		}
		row := []Cell{{Text: d.ID}, {Text: d.Title}, {Text: severity}, {Text: "no"}, {Text: string(d.Status)}, {Text: r.owner(d.Owner)}, {Text: instant(d.Opened.At) + " by " + byWhom(d.Opened)},
			{Text: "-"}, {Text: "open"}, {Text: "-"}, {Text: d.Link}, entry(d.Opened.Seq)}
		if d.Blocking {
			row[3].Text = "yes"
		}
		if d.Attended != nil {
			row[7].Text = "after " + span(d.Attended.At.Sub(d.Opened.At)) + " by " + byWhom(*d.Attended)
		}
		if d.Closed != nil {
			row[8].Text, row[9].Text = instant(d.Closed.At)+" by "+byWhom(*d.Closed), d.Closed.Reason
		}
		t.Rows = append(t.Rows, row)
	}
	b.table(t, "No defect was opened.")
}

// owner is a person, or a role with who holds it.
func (r *Record) owner(id string) string {
	if r.State.Runbook.Role(id) != nil {
		return r.role(id)
	}
	return cmp.Or(id, "nobody")
}
