package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
)

// technical is the seed's Technical Overview.
func (r *Record) technical(b *builder) {
	r.sequence(b)
	r.flags(b)
	r.triggers(b)
	r.rollbacks(b)
	r.calls(b)
	r.defects(b)
}

func (r *Record) sequence(b *builder) {
	s := r.State
	b.section("Deployment sequence")
	t := Table{Caption: "Every attempt at every step, the rollback's steps too", Head: []string{"Step", "Owner", "Attempt", "Started", "Ended", "Took", "Outcome", "Reason", "Entry"}, Named: true}
	for _, run := range r.Runs {
		took := "-"
		if !run.Ended.IsZero() {
			took = span(run.Ended.Sub(run.Started))
		}
		title, owner := run.ID, ""
		if st := s.Runbook.Step(run.ID); st != nil {
			title, owner = st.Title, r.role(st.Owner)
		}
		if s.Runbook.IsRollback(run.ID) {
			title = "Rollback: " + title
		}
		t.Rows = append(t.Rows, []Cell{{Text: title}, {Text: owner}, {Text: fmt.Sprint(run.Attempt)}, {Text: instant(run.Started)}, {Text: instant(run.Ended)},
			{Text: took}, {Text: cmp.Or(string(run.State), "waiting")}, {Text: run.Reason}, entry(run.Seq)})
	}
	b.table(t, "No step was started.")
	if out := s.Outstanding(); len(out) > 0 {
		for _, o := range out {
			b.warn("Outstanding at the end of this record: %s, since %s by %s.", o.Text, instant(o.Since.At), byWhom(o.Since))
		}
	}
}

func (r *Record) flags(b *builder) {
	s := r.State
	b.section("Flags")
	t := Table{Caption: "Flags that were switched by themselves, the newest order of each", Head: []string{"Flag", "To", "At", "By", "Reason", "Found", "Entry"}, Named: true}
	for _, id := range slices.Sorted(maps.Keys(s.Switches)) {
		sw := s.Switches[id]
		to := "off"
		if sw.On {
			to = "on"
		}
		var found []string
		for _, what := range slices.Sorted(maps.Keys(sw.Checked)) {
			c := sw.Checked[what]
			found = append(found, what+" "+c.Outcome+": "+c.Reason)
		}
		t.Rows = append(t.Rows, []Cell{{Text: id}, {Text: to}, {Text: instant(sw.At)}, {Text: byWhom(sw.Mark)}, {Text: sw.Reason}, {Text: strings.Join(found, "; ")}, entry(sw.Seq)})
	}
	b.table(t, "No flag was switched outside the sequence and the rollback.")
}

func (r *Record) triggers(b *builder) {
	b.section("Triggers")
	if len(r.Firings) == 0 {
		b.text("No trigger fired and none was declared.")
		return
	}
	for _, f := range r.Firings {
		how := "fired on " + f.Rule + " of " + r.monitorName(f.Monitor)
		if f.Declared {
			how = "was declared by " + f.By + ": " + cmp.Or(f.Reason, "no reason given")
		}
		b.text("%s %s, at %s (entry %d). Priority %s; it proposed a %s.", r.triggerTitle(f.Trigger), how, instant(f.At), f.Seq, f.Priority, f.Proposes)
		var after []string
		if f.Acknowledged != nil {
			after = append(after, fmt.Sprintf("Acknowledged at %s by %s, after %s (entry %d).", instant(f.Acknowledged.At), byWhom(*f.Acknowledged), span(f.Acknowledged.At.Sub(f.At)), f.Acknowledged.Seq))
		}
		if f.Cleared != nil {
			after = append(after, fmt.Sprintf("Cleared at %s: %s (entry %d).", instant(f.Cleared.At), f.Cleared.Reason, f.Cleared.Seq))
		}
		b.list(after)
		t := Table{Caption: "The very points that it fired on", Head: []string{"Period ended", "Value"}, Named: true}
		for _, p := range f.Points {
			t.Rows = append(t.Rows, cells(instant(p.At), number(p.Value, f.Unit)))
		}
		if len(t.Rows) > 0 {
			b.table(t, "")
		}
	}
}

func (r *Record) rollbacks(b *builder) {
	s := r.State
	b.section("Rollback")
	if len(s.Rollbacks) == 0 {
		b.text("No rollback was requested.")
		return
	}
	for _, back := range s.Rollbacks {
		b.text("Request %s, priority %s, %s: %s", back.ID, back.Priority, back.State(s), back.Reason)
		b.facts("What became of request "+back.ID, r.becameOf(back))
		r.clockOf(b, back)
		t := Table{Caption: "Approvals of " + back.ID, Head: []string{"By", "Roles held then", "At", "After the request", "Entry"}, Named: true}
		for _, a := range back.Approvals {
			t.Rows = append(t.Rows, []Cell{{Text: a.User}, {Text: r.roleTitles(a.Roles)}, {Text: instant(a.At)}, {Text: span(a.At.Sub(back.Requested.At))}, entry(a.Seq)})
		}
		b.table(t, "Nobody approved it.")
		r.planOf(b, back)
	}
}

func (r *Record) becameOf(back *launch.Rollback) [][]Cell {
	rows := [][]Cell{cells("Requested", instant(back.Requested.At)+" by "+byWhom(back.Requested))}
	if back.Trigger != "" {
		rows = append(rows, cells("Because of", r.triggerTitle(back.Trigger)))
	}
	for _, id := range back.Also {
		rows = append(rows, cells("More evidence", r.triggerTitle(id)))
	}
	if len(back.Points) > 0 {
		var points []string
		unit := ""
		for _, f := range r.Firings {
			if f.Trigger == back.Trigger && f.Unit != "" {
				unit = f.Unit
			}
		}
		for _, p := range back.Points {
			points = append(points, instant(p.At)+" "+number(p.Value, unit))
		}
		rows = append(rows, cells("Its points", strings.Join(points, "; ")))
	}
	for _, t := range back.Trouble {
		rows = append(rows, cells("Could not be asked", t))
	}
	for _, m := range []struct {
		name string
		mark *launch.Mark
	}{{"Authorized", back.Authorized}, {"Vetoed", back.Vetoed}, {"Withdrawn", back.Withdrawn}, {"Lapsed", back.Lapsed},
		{"First step began", back.Began}, {"Stopped", back.Aborted}, {"Ended: " + back.Outcome, back.Completed}, {"Judged: " + back.Verdict, back.Judged}} {
		if m.mark == nil {
			continue
		}
		text := instant(m.mark.At) + " by " + byWhom(*m.mark)
		if m.mark.Reason != "" {
			text += ": " + m.mark.Reason
		}
		rows = append(rows, []Cell{{Text: m.name}, {Text: text}})
	}
	return rows
}

// clockOf is the incident's clock.
func (r *Record) clockOf(b *builder, back *launch.Rollback) {
	i := back.Times(r.State)
	t := Table{Caption: "The incident's clock", Head: []string{"Moment", "At", "After detection", "After the moment before"}, Named: true}
	before := i.Detected
	for _, m := range []struct {
		name string
		at   time.Time
	}{{"Detected", i.Detected}, {"Decided", i.Decided}, {"Executed", i.Executed}, {"Recovered", i.Recovered}} {
		if m.at.IsZero() {
			t.Rows = append(t.Rows, cells(m.name, notInRecord, "-", "-"))
			continue
		}
		t.Rows = append(t.Rows, cells(m.name, instant(m.at), span(m.at.Sub(i.Detected)), span(m.at.Sub(before))))
		before = m.at
	}
	b.table(t, "")
}

func (r *Record) planOf(b *builder, back *launch.Rollback) {
	t := Table{Caption: "The plan that was approved, " + back.ID, Head: []string{"Step", "Part", "Done by", "Exactly"}}
	for _, st := range back.Plan.Steps {
		for _, p := range st.Parts {
			exactly := p.Look
			if p.Op != "" {
				exactly = launch.Call{ID: "(its id)", Op: p.Op, Args: p.Args}.AWSLine()
			}
			t.Rows = append(t.Rows, cells(r.title(st.ID), p.ID, p.By, exactly))
		}
	}
	b.table(t, "Its plan has no step.")
}

// calls is every effect on the outside.
func (r *Record) calls(b *builder) {
	b.section("Calls to the outside")
	t := Table{Caption: "Every call, in the order in which they were intended", Head: []string{"Entry", "At", "Call", "Step", "Attempt", "As", "Exactly", "Outcome"}}
	for _, c := range r.Calls {
		step := c.Step
		if step != launch.FlagStep {
			step = r.title(c.Step) + ": " + c.Part
		}
		as := strings.Trim(c.Identity.Caller+" in "+cmp.Or(c.Identity.Account, "no account")+" "+c.Identity.Region, " ")
		if c.Identity == (launch.Identity{}) {
			as = "-"
		}
		t.Rows = append(t.Rows, []Cell{entry(c.Intended.Seq), {Text: instant(c.Intended.At)}, {Text: c.ID}, {Text: step}, {Text: fmt.Sprint(c.Attempt)},
			{Text: as}, {Text: c.AWSLine()}, {Text: outcomeOf(c)}})
	}
	b.table(t, "Nothing outside was called.")
}

// outcomeOf tells what is known of a call in the end.
func outcomeOf(c *launch.CallState) string {
	var parts []string
	if c.DryRun {
		parts = append(parts, "dry run: nothing was sent")
	}
	if o := c.Returned; o != nil {
		text := o.Outcome
		for _, key := range slices.Sorted(maps.Keys(o.Result)) {
			text += ", " + key + " " + o.Result[key]
		}
		if o.Error != "" {
			text += ": " + o.Error
		}
		parts = append(parts, text)
	}
	if f := c.Found; f != nil {
		parts = append(parts, strings.TrimSuffix("looked: "+f.Found+", "+f.Evidence, ", "))
	}
	if c.Ended != nil {
		parts = append(parts, "ended "+c.Ended.State+": "+c.Ended.Detail)
	}
	if c.Undone != nil {
		parts = append(parts, "taken back at "+instant(c.Undone.At))
	}
	if len(parts) == 0 {
		return "UNKNOWN: no answer is in the record"
	}
	return strings.Join(parts, "; ")
}
