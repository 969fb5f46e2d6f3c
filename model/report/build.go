package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tminus/model/launch"
)

// Build makes the post-mortem.
func Build(r *Record) *Report {
	out := &Report{Launch: r.Name, Alarms: r.Alarms, Head: r.Chain.Head.Long(), Lines: r.Lines}
	s := r.State
	if s == nil {
		out.Title = r.Name
		b := &builder{}
		r.verification(b)
		out.Parts = []Part{{"integrity", "The Record", b.sections}, {"timeline", "Timeline", r.timeline()}}
		return out
	}
	out.Title, out.Mode, out.SoFar = cmp.Or(s.Title, r.Name), string(s.Mode), s.Closed == nil
	switch s.Mode {
	case launch.Rehearsal:
		out.Banner = "REHEARSAL: this launch ran in a simulated world. Nothing of it left the machine."
	case launch.DryRun:
		out.Banner = "DRY RUN: what was read was real. Nothing was written outside this record."
	}
	for _, c := range s.Calls {
		r.Calls = append(r.Calls, c)
	}
	slices.SortFunc(r.Calls, func(a, b *launch.CallState) int { return cmp.Compare(a.Intended.Seq, b.Intended.Seq) })
	for _, part := range []struct {
		id, title string
		make      func(*builder)
	}{
		{"summary", "Launch Summary", r.summary},
		{"technical", "Technical Overview", r.technical},
		{"metrics", "Metrics Report", r.metrics},
		{"lessons", "Lessons Learned", r.lessons},
		{"decisions", "Decision Record", r.decisions},
		{"integrity", "The Record", r.integrity},
	} {
		b := &builder{}
		part.make(b)
		out.Parts = append(out.Parts, Part{part.id, part.title, b.sections})
	}
	out.Parts = append(out.Parts, Part{"timeline", "Timeline", r.timeline()})
	return out
}

// byWhom is who a mark is of.
func byWhom(m launch.Mark) string {
	if m.For == "" {
		return m.User
	}
	via := ""
	if m.Via != "" {
		via = " by " + m.Via
	}
	return m.For + " (said" + via + ", recorded by " + m.User + ")"
}

// title says what a step is called.
func (r *Record) title(id string) string {
	if st := r.State.Runbook.Step(id); st != nil {
		return st.Title
	}
	return id
}

// roleTitles lists roles by their titles.
func (r *Record) roleTitles(ids []string) string {
	titles := make([]string, len(ids))
	for i, id := range ids {
		titles[i] = r.State.Runbook.RoleTitle(id)
	}
	return strings.Join(titles, ", ")
}

// role is a role's title with who holds it.
func (r *Record) role(id string) string {
	title := r.State.Runbook.RoleTitle(id)
	if id == "" {
		return "-"
	}
	if holders := r.State.Holders(id); len(holders) > 0 {
		return title + " (" + strings.Join(holders, ", ") + ")"
	}
	if r.State.Runbook.Role(id) == nil {
		return title
	}
	return title + " (held by nobody)"
}

func (r *Record) monitorName(id string) string {
	if m := r.State.WatchedMonitor(id); m != nil {
		return m.Name
	}
	return id
}

func (r *Record) triggerTitle(id string) string {
	if t := r.State.Runbook.Trigger(id); t != nil {
		return cmp.Or(t.Title, id)
	}
	return id
}

// timeline is every entry.
func (r *Record) timeline() []Section {
	b := &builder{}
	b.section("Every entry of the journal")
	t := Table{Caption: "All entries, oldest first, times in UTC", Head: []string{"Entry", "Time", "Clock", "Who", "Kind", "What"}}
	for i := range r.Lines {
		l := &r.Lines[i]
		clock := "-"
		if l.Context != nil {
			clock = l.Context.Clock
		}
		t.Rows = append(t.Rows, []Cell{{Text: fmt.Sprint(l.Seq), Seq: l.Seq, Anchor: true},
			{Text: instant(l.At)}, {Text: clock}, {Text: l.who()}, {Text: l.Kind}, {Text: l.Text}})
	}
	b.table(t, "The journal has no entry that could be read.")
	return b.sections
}
