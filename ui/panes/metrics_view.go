package panes

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// MetricsView is every monitor, and of the selected one its thresholds, what they ask for, owner, source, ages and a chart.
type MetricsView struct {
	base
	order []int
	list  widgets.List
	at    string
	ages  string
	cut   split
	cols  metricColumns
	read  reader
	rows  base // the list's part of the view, which the columns are drawn in
}

// NewMetricsView makes the view.
func NewMetricsView(t *theme.Theme) *MetricsView {
	return &MetricsView{base: base{t: t}, rows: base{t: t}}
}

// Title is the frame's title.
func (v *MetricsView) Title() string { return "Metrics" }

// Right counts what is not well and tells the age of the newest reading.
func (v *MetricsView) Right() string {
	if v.s == nil {
		return ""
	}
	return joined(v.t, fmt.Sprintf("%d monitors", len(v.s.Monitors)), countStates(v.s.Monitors), newest(v.s.Monitors, v.now))
}

// SetSize gives the size inside the frame.
func (v *MetricsView) SetSize(w, h int) {
	v.base.SetSize(w, h)
	v.cut = splitAt(v.w, v.h, 60)
	v.list.SetHeight(v.cut.listH)
	v.measure()
}

func (v *MetricsView) measure() {
	if v.s != nil {
		v.cols = columnsFor(v.s.Monitors, v.cut.listW)
	}
}

// SetScreen gives a new picture; the cursor stays on its monitor.
func (v *MetricsView) SetScreen(s *screen.Screen) {
	v.take(s)
	v.order = byRank(s.Monitors)
	v.list.SetCount(len(v.order))
	if !v.find(v.at) {
		v.list.Set(0)
		v.keep()
	}
	v.ages = v.sayTime()
	v.measure()
}

// Tick reports whether an age reads differently.
func (v *MetricsView) Tick(now time.Time) bool {
	v.now = now
	if v.s == nil {
		return false
	}
	if ages := v.sayTime(); ages != v.ages {
		v.ages, v.drawn = ages, nil
		return true
	}
	return false
}

func (v *MetricsView) sayTime() string {
	said := sayAges(v.s.Monitors, v.now)
	if m := v.selected(); m != nil {
		said += v.since(m) + v.readAge(m)
	}
	return said
}

// Select moves the cursor to a monitor.
func (v *MetricsView) Select(id string) bool {
	if v.s == nil || !v.find(id) {
		return false
	}
	v.keep()
	return true
}

func (v *MetricsView) find(id string) bool {
	for row, i := range v.order {
		if v.s.Monitors[i].ID == id {
			v.list.Set(row)
			v.drawn = nil
			return true
		}
	}
	return false
}

func (v *MetricsView) keep() {
	v.at, v.drawn = "", nil
	if m := v.selected(); m != nil {
		v.at = m.ID
	}
}

func (v *MetricsView) selected() *screen.Monitor {
	if row := v.list.Cursor(); row >= 0 && row < len(v.order) {
		return &v.s.Monitors[v.order[row]]
	}
	return nil
}

// HandleKey moves the cursor.
func (v *MetricsView) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	if v.read.key(k, &v.base) {
		return nil, true
	}
	if v.s != nil && !v.read.open && v.list.Key(k) {
		v.keep()
		return nil, true
	}
	return nil, false
}

// Bindings are the view's keys.
func (v *MetricsView) Bindings() []Binding {
	if v.read.open {
		return v.read.bindings()
	}
	return []Binding{moving(), reads()}
}

// Lines draws the view.
func (v *MetricsView) Lines() []string {
	return v.lines(func() []string {
		if len(v.order) == 0 {
			return []string{v.row().Rest(v.t.Dim, "The runbook has no monitors.").String()}
		}
		if v.read.open {
			return v.read.draw(&v.base, v.detail(v.selected(), v.w, v.h).lines)
		}
		v.rows.w, v.rows.focus, v.rows.now = v.cut.listW, v.focus, v.now
		list := v.list.Lines(v.t, v.cut.listW, func(row int, here bool) string {
			return v.cols.draw(&v.rows, &v.s.Monitors[v.order[row]], here)
		})
		return v.cut.join(v.t, list, v.detail(v.selected(), v.cut.sideW, v.cut.sideH).cut(v.cut.sideH))
	})
}

func (v *MetricsView) since(m *screen.Monitor) string {
	if m.Since.IsZero() {
		return ""
	}
	return "for " + widgets.ShortAge(v.now.Sub(m.Since))
}

func (v *MetricsView) readAge(m *screen.Monitor) string {
	if m.ReadAt.IsZero() {
		return "never"
	}
	return widgets.Age(v.now.Sub(m.ReadAt))
}

// detail tells all that is known of a monitor in w cells: what is to be done first, the chart last, as high as h allows.
func (v *MetricsView) detail(m *screen.Monitor, w, h int) *facts {
	f := &facts{t: v.t, w: w}
	if m == nil {
		return f
	}
	glyph, _, st := v.t.State(m.State)
	f.title(m.Name)
	f.fact("State", joined(v.t, glyph+" "+stateWord(m, narrow), v.since(m), m.Error), st)
	f.fact("Value", joined(v.t, widgets.Quantity(m.Value, m.Unit), pointOf(v.t, m, v.now)), v.t.Strong)
	f.fact("Warning", rule(v.t, m.Warning, m.OnWarning), stateStyle(v.t, m.State == monitor.Warn, v.t.Warn))
	f.fact("Critical", rule(v.t, m.Critical, m.OnCritical), stateStyle(v.t, m.State == monitor.Crit, v.t.Crit))
	if m.Warning == "" && m.Critical == "" {
		f.fact("Thresholds", "none in the runbook: it is watched, and never alarms", v.t.Dim)
	}
	f.fact("Owner", m.Owner, v.t.Accent)
	source := m.Source
	if source == "" {
		source = "not bound in the launch file"
	}
	f.fact("Source", joined(v.t, source, "read "+v.readAge(m)), v.t.Text)
	f.fact("Group", joined(v.t, m.Group, m.ID), v.t.Dim)
	room := min(max(h-len(f.lines)-2, 3), 8)
	if len(m.Recent) > 0 {
		low, high, ok := widgets.Range(m.Recent, w)
		if ok {
			f.fact("Recent", fmt.Sprintf("%s to %s", widgets.Number(low), widgets.Quantity(&high, m.Unit)), v.t.Dim)
		}
		for _, line := range widgets.Chart(m.Recent, w, room) {
			f.lines = append(f.lines, sparkStyle(v.t, m.State).On(line))
		}
	}
	return f
}

func pointOf(t *theme.Theme, m *screen.Monitor, now time.Time) string {
	if m.At.IsZero() {
		return "no point yet"
	}
	return "of " + stamp(m.At, now) + " UTC " + t.Glyph.Dot + " " + widgets.Age(now.Sub(m.At))
}

// rule is a threshold and what it asks for.
func rule(t *theme.Theme, when, action string) string {
	if when == "" {
		return ""
	}
	return joined(t, when, action)
}

// stateStyle is the loud style where something holds.
func stateStyle(t *theme.Theme, holds bool, loud theme.Style) theme.Style {
	if holds {
		return loud
	}
	return t.Text
}
