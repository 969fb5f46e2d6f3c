package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/monitor"
)

// decisions is every entry that carries what was known when it was made.
func (r *Record) decisions(b *builder) {
	b.section("Every decision, and what was known then")
	b.text("Each row is an entry that somebody, or a rule, decided. Its status and readings are those of that moment.")
	t := Table{Caption: "Decisions with their context", Head: []string{"Entry", "Time", "Clock", "Who", "Decision", "Phase", "Status", "Metrics known"}}
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.Context == nil {
			continue
		}
		c := l.Context
		t.Rows = append(t.Rows, []Cell{entry(l.Seq), {Text: instant(l.At)}, {Text: c.Clock}, {Text: r.signed(l)}, {Text: l.Text},
			{Text: c.Phase}, {Text: c.Status}, {Text: r.known(c)}})
	}
	b.table(t, "The journal holds no decision yet.")
}

// signed is who decided, with the roles that they held then.
func (r *Record) signed(l *Line) string {
	if len(l.Roles) == 0 {
		return l.who()
	}
	return l.who() + ", " + r.roleTitles(l.Roles)
}

// known tells the readings of a context, those first that are not OK.
func (r *Record) known(c *journal.Context) string {
	ids := slices.Collect(maps.Keys(c.Metrics))
	slices.SortFunc(ids, func(a, b string) int {
		okA, okB := c.Metrics[a].State == monitor.OK.String(), c.Metrics[b].State == monitor.OK.String()
		if okA != okB {
			if okB {
				return -1
			}
			return 1
		}
		return cmp.Compare(a, b)
	})
	var all []string
	for _, id := range ids {
		m := c.Metrics[id]
		text := id + " " + m.State
		if m.Value != nil {
			text = id + " " + number(*m.Value, m.Unit) + " " + m.State
		}
		all = append(all, text)
	}
	return cmp.Or(strings.Join(all, "; "), "none")
}

// integrity is what proves the record, and where people went around its rules.
func (r *Record) integrity(b *builder) {
	r.verification(b)
	s := r.State
	b.section("Overrides, waivers and attested words")
	o := Table{Caption: "Documents that were let in before their review", Head: []string{"Entry", "Time", "Document", "By", "Reason"}}
	for _, x := range s.Overrides {
		o.Rows = append(o.Rows, []Cell{entry(x.Seq), {Text: instant(x.At)}, {Text: x.Document + " " + x.ID}, {Text: byWhom(x.Mark)}, {Text: x.Reason}})
	}
	b.table(o, "No document was let in before its review.")
	w := Table{Caption: "What was waived", Head: []string{"Entry", "Time", "By", "What"}}
	a := Table{Caption: "What was said by one person and recorded by another", Head: []string{"Entry", "Time", "Said by", "How", "Recorded by", "What"}}
	refused := Table{Caption: "Attempts that were refused", Head: []string{"Entry", "Time", "By", "What"}}
	waived := map[int64]bool{}
	for _, p := range s.Polls {
		if p.Decided != nil && len(p.Waived) > 0 {
			waived[p.Decided.Seq] = true
		}
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.Kind == "item.waived" || waived[l.Seq] {
			w.Rows = append(w.Rows, []Cell{entry(l.Seq), {Text: instant(l.At)}, {Text: l.who()}, {Text: l.Text}})
		}
		if l.Auth == journal.AuthAttested {
			a.Rows = append(a.Rows, []Cell{entry(l.Seq), {Text: instant(l.At)}, {Text: cmp.Or(l.Said, notInRecord)}, {Text: l.Via}, {Text: l.Who}, {Text: l.Text}})
		}
		if l.Kind == launch.KindRollbackRefused {
			refused.Rows = append(refused.Rows, []Cell{entry(l.Seq), {Text: instant(l.At)}, {Text: l.who()}, {Text: l.Text}})
		}
	}
	b.table(w, "Nothing was waived.")
	b.table(a, "Nothing was recorded for somebody else.")
	b.table(refused, "Nobody tried to authorise what only others may.")
	odd := Table{Caption: "Entries of an intact chain that could not be so, and changed nothing", Head: []string{"Entry", "Kind", "Why"}}
	for _, x := range s.Oddities {
		odd.Rows = append(odd.Rows, []Cell{entry(x.Seq), {Text: x.Kind}, {Text: x.What}})
	}
	b.table(odd, "Every entry made sense where it stands.")
}

// verification is the chain's.
func (r *Record) verification(b *builder) {
	b.section("Verification")
	verdict := fmt.Sprintf("Intact: %s, each hash is its body's and each body names the hash before it.", count(int(r.Chain.Entries), "entry", "entries"))
	if err := r.Chain.Err(); err != nil {
		verdict = "NOT INTACT: " + err.Error()
	}
	rows := [][]Cell{cells("Chain", verdict), cells("Head", r.Chain.Head.Long()),
		cells("Samples proven by seals", fmt.Sprint(r.Sealed))}
	if s := r.State; s != nil {
		rows = append(rows, cells("Launch id", s.ID), cells("Runbook as planned (SHA-256)", r.planDocs().Runbook), cells("Launch file as planned (SHA-256)", r.planDocs().File))
	}
	b.facts("What proves this record", rows)
	for _, v := range r.Versions {
		b.text("From entry %d on (%s): runbook %s, launch file %s.", v.Seq, instant(v.At), v.Docs.Runbook, v.Docs.File)
	}
	if len(r.Unknown) > 0 {
		kinds := slices.Compact(slices.Sorted(slices.Values(r.Unknown)))
		b.warn("%s of kinds that this version of tminus does not know (%s): they stand in the timeline, and what they changed is not told.",
			count(len(r.Unknown), "entry is", "entries are"), strings.Join(kinds, ", "))
	}
	b.text("Check it with: tminus verify --launch %s --head %s", r.Name, r.Chain.Head.Long())
}

// planDocs are the documents of the first entry.
func (r *Record) planDocs() launch.Documents { return r.plan }
