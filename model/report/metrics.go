package report

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
)

// metrics is the seed's Metrics Report.
func (r *Record) metrics(b *builder) {
	r.readings(b)
	r.charts(b)
	r.kpis(b)
	r.sources(b)
	if r.State.Mode == launch.Rehearsal {
		r.score(b)
	}
}

func (r *Record) readings(b *builder) {
	b.section("Monitors")
	t := Table{Caption: "What was read, before and after T-0 (closed points, each as it was read last)",
		Head: []string{"Monitor", "Owner", "Warning", "Critical", "Points", "Mean before", "Mean after", "Least", "Greatest", "WARN points", "CRIT points", "Last"}, Named: true}
	have := map[string]bool{}
	for i := range r.Series {
		s := &r.Series[i]
		have[s.Monitor.ID] = true
		t.Rows = append(t.Rows, r.reading(s))
	}
	var none []string
	for _, m := range r.State.Watched() {
		if !have[m.ID] {
			none = append(none, m.Name)
		}
	}
	b.table(t, "No point of any monitor is in the record.")
	if len(none) > 0 {
		b.text("Without any point in the record: %s.", strings.Join(none, ", "))
	}
	base := Table{Caption: "Baselines", Head: []string{"Monitor", "Mean", "Points", "By", "At", "Entry"}, Named: true}
	for _, m := range r.State.Watched() {
		if is := r.State.Baselines[m.ID]; is != nil {
			points := fmt.Sprint(is.Points)
			if is.Points == 0 {
				points = "given by hand"
			}
			base.Rows = append(base.Rows, []Cell{{Text: m.Name}, {Text: number(is.Mean, m.Unit)}, {Text: points}, {Text: byWhom(is.Mark)}, {Text: instant(is.At)}, entry(is.Seq)})
		}
	}
	b.table(base, "No baseline was captured.")
}

func (r *Record) reading(s *Series) []Cell {
	unit := s.Monitor.Unit
	least, greatest, last := s.Before, s.After, s.After
	if s.After.Points == 0 {
		last = s.Before
	}
	lo, hi := least.Min, least.Max
	switch {
	case s.Before.Points == 0:
		lo, hi = s.After.Min, s.After.Max
	case s.After.Points > 0:
		lo, hi = min(least.Min, greatest.Min), max(least.Max, greatest.Max)
	}
	name := s.Monitor.Name
	if s.Typed {
		name += " (entered by people)"
	}
	return cells(name, r.role(s.Monitor.Owner), cmp.Or(s.Monitor.Warning, "none"), cmp.Or(s.Monitor.Critical, "none"),
		fmt.Sprint(s.Before.Points+s.After.Points), mean(s.Before, unit), mean(s.After, unit), number(lo, unit), number(hi, unit),
		fmt.Sprint(s.Before.Warn+s.After.Warn), fmt.Sprint(s.Before.Crit+s.After.Crit), number(last.Last, unit)+" at "+instant(last.LastAt))
}

func mean(s Stats, unit string) string {
	if s.Points == 0 {
		return "no point"
	}
	return number(s.Mean(), unit)
}

func (r *Record) charts(b *builder) {
	b.section("Charts")
	a := r.axis()
	marks := r.numbered(a)
	var list []Chart
	outside := 0
	for i := range r.Series {
		outside += r.Series[i].Outside
		if len(r.Series[i].Columns) > 0 {
			list = append(list, Chart{Series: &r.Series[i], Axis: a, T0: r.State.Clock.T0, Marks: marks})
		}
	}
	if len(list) == 0 {
		b.text("There is nothing to chart.")
		return
	}
	b.text("All charts share one axis, from %s to %s UTC. Each column of pixels keeps its least and its greatest value; where nothing was read the line is broken.", instant(a.from), instant(a.to))
	if outside > 0 {
		b.text("%s outside of that axis; the JSON export has them.", count(outside, "point lies", "points lie"))
	}
	b.add(Block{Charts: list})
	t := Table{Caption: "The numbered marks of the charts", Head: []string{"Mark", "Time", "What", "Entry"}, Named: true}
	for _, m := range marks {
		t.Rows = append(t.Rows, []Cell{{Text: fmt.Sprint(m.Number)}, {Text: instant(m.At)}, {Text: m.Text}, entry(m.Seq)})
	}
	b.table(t, "No decision falls into the charts.")
}

func (r *Record) sources(b *builder) {
	b.section("Sources")
	t := Table{Caption: "How the sources answered", Head: []string{"Source", "Rounds", "Whole", "Partial", "Failed", "Metrics requested", "Last failure"}, Named: true}
	for _, s := range r.Reads {
		last := "none"
		if s.Failed > 0 {
			last = instant(s.LastFailureAt) + " " + s.LastFailure
		}
		t.Rows = append(t.Rows, cells(s.Source, fmt.Sprint(s.Rounds), fmt.Sprint(s.OK), fmt.Sprint(s.Partial), fmt.Sprint(s.Failed), fmt.Sprint(s.Requested), last))
	}
	b.table(t, "No source was read.")
}

// share writes a part of a whole.
func share(n, of int) string {
	if of == 0 {
		return notInRecord
	}
	return fmt.Sprintf("%d of %d (%.1f %%)", n, of, 100*float64(n)/float64(of))
}

// within5 is how late a mark may be done and still count as kept.
const within5 = 5 * time.Minute

// kpis answers the roles' KPIs as far as the record can.
func (r *Record) kpis(b *builder) {
	b.section("KPIs of the roles")
	t := Table{Caption: "As the runbook names them; how each was measured stands beside it", Head: []string{"Role", "KPI", "Value", "Measured as"}, Named: true}
	for _, role := range r.State.Runbook.Roles {
		for _, kpi := range role.KPIs {
			value, how := r.kpi(kpi)
			t.Rows = append(t.Rows, cells(role.Title, kpi, value, how))
		}
	}
	b.table(t, "The runbook names no KPI.")
}

// kpi measures one by its name; one that it does not know is not in the record.
func (r *Record) kpi(name string) (value, how string) {
	switch has := func(words ...string) bool {
		for _, w := range words {
			if !strings.Contains(strings.ToLower(name), w) {
				return false
			}
		}
		return true
	}; {
	case has("timeline"):
		kept, of := r.marksKept()
		return share(kept, of), "actions of the marks before T-0 confirmed within 5 min of their time"
	case has("communication"):
		return r.updatesOnTime()
	case has("documentation"):
		return r.documentation()
	case has("uptime"):
		if s := r.series("error-rate"); s != nil && s.After.Points > 0 {
			return share(s.After.Points-s.After.Crit, s.After.Points), "points of the error rate after T-0 that were not CRIT"
		}
	case has("error rate"):
		return r.meanOf("error-rate")
	case has("performance"):
		return r.meanOf("latency-p95")
	case has("recovery"):
		return r.recovery()
	case has("adoption"):
		return r.meanOf("usage-rate")
	case has("usage"):
		return r.meanOf("feature-completion")
	case has("customer satisfaction"):
		return r.meanOf("customer-satisfaction")
	case has("resource utilization"):
		return r.meanOf("cpu")
	case has("escalation"):
		return r.escalations()
	}
	return notInRecord, "-"
}

func (r *Record) series(id string) *Series {
	for i := range r.Series {
		if r.Series[i].Monitor.ID == id {
			return &r.Series[i]
		}
	}
	return nil
}

func (r *Record) meanOf(id string) (value, how string) {
	s := r.series(id)
	if s == nil || s.After.Points == 0 {
		return notInRecord, "no point of " + r.monitorName(id) + " after T-0"
	}
	return mean(s.After, s.Monitor.Unit), fmt.Sprintf("mean of the %s of %s after T-0; greatest %s",
		count(s.After.Points, "point", "points"), s.Monitor.Name, number(s.After.Max, s.Monitor.Unit))
}

// marksKept counts the actions of the marks before T-0, and those confirmed in time.
func (r *Record) marksKept() (kept, of int) {
	s := r.State
	for _, m := range s.Runbook.Sequence.Marks {
		for _, a := range m.Actions {
			of++
			planned := m.At.Time(s.Clock.T0)
			if done := r.Confirms[a.ID]; done.Seq > 0 && !done.At.After(planned.Add(within5)) {
				kept++
			}
		}
	}
	return kept, of
}

func (r *Record) recovery() (value, how string) {
	for i := len(r.State.Rollbacks) - 1; i >= 0; i-- {
		t := r.State.Rollbacks[i].Times(r.State)
		if !t.Recovered.IsZero() {
			return span(t.Recovered.Sub(t.Detected)), "from detection to the verdict recovered, " + r.State.Rollbacks[i].ID
		}
	}
	return notInRecord, "no rollback ended in the verdict recovered"
}

// acknowledged is how long triggers waited for a person.
func (r *Record) acknowledged() (value, how string) {
	var sum time.Duration
	n := 0
	for _, f := range r.Firings {
		if f.Acknowledged != nil {
			sum += f.Acknowledged.At.Sub(f.At)
			n++
		}
	}
	if n == 0 {
		return notInRecord, "no trigger was acknowledged"
	}
	return span(sum / time.Duration(n)), "mean time from a trigger's firing to its acknowledgement"
}

func (r *Record) documentation() (value, how string) {
	done, of := 0, 0
	for _, day := range r.State.Runbook.Timeline {
		for _, role := range day.Roles {
			for _, d := range role.Deliverables {
				of++
				if r.State.Tasks[d.ID] != nil {
					done++
				}
			}
		}
	}
	for _, it := range r.State.Closure(r.State.Head.At).Items {
		if of++; !it.Open() {
			done++
		}
	}
	return share(done, of), "deliverables of the days before that were handed in, and items of the closure that are done"
}
