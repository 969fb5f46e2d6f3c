package panes

import (
	"strings"
	"time"

	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// monitorCut is how the monitoring view shares its size between the list and the selected monitor.
type monitorCut struct {
	split
	below bool // the facts stand below the list, not below the chart
}

// cutAt divides w by h for a list of n rows: side by side where that leaves the chart more than half, else the list above.
func cutAt(w, h, n int) monitorCut {
	switch {
	case w >= 150:
		list := min(w*2/5, 76)
		return monitorCut{split{true, list, min(n, max(h-13, h/2)), w - list - 3, h}, true}
	case w >= 100:
		return monitorCut{split{true, 38, h, w - 41, h}, false}
	case h < 10:
		return monitorCut{split{false, w, h, w, 0}, false}
	}
	list := max(min(n, h/3), 3)
	return monitorCut{split{false, w, list, w, h - list - 1}, false}
}

// graph is a chart as it was drawn, until when, and from what: most screens change another monitor.
type graph struct {
	lines []string
	to    time.Time
	key   graphKey
}

// graphKey is all that a chart shows beside its points as they were loaded, the window and the crosshair. Marks and
// decisions change with the journal, or when one of the next marks has passed.
type graphKey struct {
	w, h, next    int
	id, err       string
	state         monitor.State
	at, read      time.Time
	value         float64
	entries       int64
	t0, held, due time.Time
}

func (v *MetricsView) graphKey(m *screen.Monitor, w, h int) graphKey {
	k := graphKey{w: w, h: h, next: len(v.s.Next), id: m.ID, err: m.Error, state: m.State, at: m.At, entries: v.s.Entries, t0: v.s.Clock.T0}
	if m.Value != nil {
		k.value = *m.Value
	} else {
		k.read = m.ReadAt
	}
	if v.s.Clock.HeldAt != nil {
		k.held = *v.s.Clock.HeldAt
	}
	if m.State == monitor.Stale || m.State == monitor.Error { // what is missing grows
		k.due = v.now.Truncate(time.Minute)
	}
	return k
}

// Lines draws the view.
func (v *MetricsView) Lines() []string {
	return v.lines(func() []string {
		m := v.list.selected()
		switch {
		case m == nil:
			return []string{v.row().Rest(v.t.Dim, "The runbook has no monitors.").String()}
		case v.full:
			return v.side(m, v.w, v.h)
		}
		v.rows.focus, v.rows.now, v.rows.s = v.focus, v.now, v.s
		list := v.list.lines(&v.rows, v.cols)
		c := v.cut.split
		if v.cut.below {
			c.listH = v.h
			list = append(append(list, v.rule(c.listW)), v.factWindow(v.facts(m, c.listW), c.listW, v.h-v.cut.listH-1)...)
		}
		return c.join(v.t, list, v.side(m, c.sideW, c.sideH))
	})
}

func (v *MetricsView) rule(w int) string {
	return v.t.Frame.On(strings.Repeat(v.t.Glyph.Horizontal, w))
}

// headLines is how many lines stand above a chart, leastChart how few it may have.
const (
	headLines  = 2
	leastChart = 9
)

// side draws the selected monitor: name and ranges, what the crosshair is on, the chart, the facts.
func (v *MetricsView) side(m *screen.Monitor, w, h int) []string {
	if w <= 0 || h <= headLines {
		return nil
	}
	points := v.cache.pointsOf(m)
	room := h - headLines
	if v.cut.below && !v.full {
		return append(v.head(m, points, w), v.chart(m, points, w, room)...)
	}
	facts := v.facts(m, w)
	share := room * 2 / 5
	if v.full {
		share = room / 3
	}
	low := min(len(facts)+1, max(min(share, room-leastChart), 1)) // a rule first
	lines := append(v.head(m, points, w), v.chart(m, points, w, room-low)...)
	if low > 2 {
		lines, low = append(lines, v.rule(w)), low-1
	}
	return append(lines, v.factWindow(facts, w, low)...)
}

// factWindow is as many facts as h has room for. Beside the list they are counted; alone they scroll.
func (v *MetricsView) factWindow(all []string, w, h int) []string {
	part := base{t: v.t, w: w, h: h}
	v.past = max(len(all)-h, 0)
	if v.full {
		v.top = min(v.top, v.past)
		return scrolled(&part, all, v.top)
	}
	f := facts{t: v.t, w: w, lines: all}
	if v.past > 0 && h == 1 {
		return []string{part.row().Rest(v.t.Dim, more(v.t, len(all))+" facts: enter").String()}
	}
	return f.cut(h)
}

// factsApart is the width from which the facts stand in two columns.
const factsApart = 100

// facts are all that is known of a monitor.
func (v *MetricsView) facts(m *screen.Monitor, w int) []string {
	var near []string
	if !v.cross.IsZero() {
		points := v.cache.pointsOf(m)
		if i := nearest(points, v.cross); i >= 0 {
			r := v.shown(m)
			within := max(r.length/40, periodOf(points, m.Every))
			near = nearFacts(v.t, v.s, marks(v.t, v.s, m), points[i].At, within, v.now, w)
		}
	}
	if v.full {
		f := facts{t: v.t, w: w}
		f.fact("On the axis", saidLegend, v.t.Dim)
		near = append(near, f.lines...)
	}
	if w < factsApart {
		return append(append(stateFacts(v.t, v.s, m, !v.cross.IsZero(), v.now, w), sourceFacts(v.t, v.s, m, v.now, w)...), near...)
	}
	half := (w - 2) / 2
	left, right := stateFacts(v.t, v.s, m, !v.cross.IsZero(), v.now, half), sourceFacts(v.t, v.s, m, v.now, w-2-half)
	n := max(len(left), len(right))
	left, right = exact(left, half, n), exact(right, w-2-half, n)
	for i := range left {
		left[i] += "  " + right[i]
	}
	return append(left, near...)
}

// saidOf is every text about a monitor that depends on the time.
func (v *MetricsView) saidOf(m *screen.Monitor) string {
	var b strings.Builder
	for _, at := range []time.Time{m.Since, m.At, m.ReadAt, v.cross} {
		b.WriteString(widgets.ShortAge(v.now.Sub(at)) + " ")
	}
	b.WriteString(inTime(m.NextTry, v.now))
	for i := range v.s.Sources {
		b.WriteString(inTime(v.s.Sources[i].NextTry, v.now))
	}
	for i := range v.s.Triggers {
		b.WriteString(widgets.ShortAge(v.now.Sub(v.s.Triggers[i].Since)))
	}
	return b.String()
}

// head is a monitor's name with the ranges, and the point that the crosshair is on.
func (v *MetricsView) head(m *screen.Monitor, points []monitor.Point, w int) []string {
	ranges, at := "", v.rangeAt(m)
	wide := 0
	for i, r := range timeRanges() {
		name, st := "  "+r.name, v.t.Dim
		if i == at {
			name, st = "  ["+r.name+"]", v.t.Accent
		}
		ranges += st.On(name)
		wide += len(name)
	}
	first := widgets.NewRow(w)
	first.Cell(v.t.Strong, m.Name, max(first.Left()-wide-1, 0)).Gap(1)
	if first.Left() >= wide {
		first.Drawn(ranges, wide)
	}
	return []string{first.String(), v.readout(m, points, w)}
}

// readout tells the point at the crosshair: value and verdict, when it was by both clocks, and how long ago.
func (v *MetricsView) readout(m *screen.Monitor, points []monitor.Point, w int) string {
	r := widgets.NewRow(w)
	i := nearest(points, v.cross)
	glyph, _, st := v.t.State(m.State)
	if i < 0 {
		return r.Text(st, glyph+" "+stateWord(m, narrow)).Gap(2).Rest(v.t.Dim, "no point").String()
	}
	p := points[i]
	value := valueText(m)
	if v.cross.IsZero() {
		r.Text(st, glyph+" "+stateWord(m, narrow)).Gap(2)
	} else {
		value = widgets.Quantity(&p.Value, m.Unit)
		text, st := v.verdict(m, p.Value)
		r.Text(v.t.Accent, v.t.Glyph.Cursor).Gap(1).Text(st, text).Gap(2)
	}
	when := joined(v.t, stamp(p.At, v.now)+" UTC", clockAt(v.s, p.At), widgets.Age(v.now.Sub(p.At)))
	return r.Text(v.t.Strong, value).Gap(2).Rest(v.t.Dim, when).String()
}

// verdict tells which threshold a value of the past breaks; the rules' own times are not counted here.
func (v *MetricsView) verdict(m *screen.Monitor, value float64) (string, theme.Style) {
	c := widgets.Chart{Limits: limitsOf(m)}
	switch c.LevelOf(value) {
	case widgets.Critical:
		return v.t.Glyph.Crit + " beyond " + m.Critical, v.t.Crit
	case widgets.Warning:
		return v.t.Glyph.Warn + " beyond " + m.Warning, v.t.Warn
	}
	if len(c.Limits) == 0 {
		return v.t.Glyph.None + " no threshold", v.t.Dim
	}
	return v.t.Glyph.OK + " within", v.t.OK
}

// chart draws the chart, or returns it as it was drawn.
func (v *MetricsView) chart(m *screen.Monitor, points []monitor.Point, w, h int) []string {
	g, key := &v.graph, v.graphKey(m, w, h)
	from, to := v.window(m)
	if g.lines != nil && g.key == key && g.to.Equal(to) {
		return g.lines
	}
	c := widgets.Chart{
		Points: points, From: from, To: to, Period: periodOf(points, m.Every), Unit: m.Unit, Limits: limitsOf(m),
		Lanes: []widgets.Lane{{Name: "marks", Ticks: marks(v.t, v.s, m)}, {Name: "said", Ticks: said(v.t, v.s.Recent)}},
		Empty: emptyReason(m, v.cache.of(m.ID) == nil && v.cache.loading(v.now), len(points), v.now),
	}
	c.Until = key.due
	if i := nearest(points, v.cross); i >= 0 && !v.cross.IsZero() {
		c.Cross = points[i].At
	}
	*g = graph{c.Lines(v.t, w, h), to, key}
	return g.lines
}
