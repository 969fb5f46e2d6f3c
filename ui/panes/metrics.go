package panes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// Metrics is the pane of the monitors: what needs eyes first, then those that are well, then those that never alarm,
// each part in the runbook's order.
type Metrics struct {
	base
	order []int // indexes of s.Monitors as they are shown
	list  widgets.List
	at    string // id of the monitor at the cursor
	moved bool   // the cursor was set by somebody; until then it stays at the top
	ages  string
	cols  metricColumns
}

// NewMetrics makes the pane.
func NewMetrics(t *theme.Theme) *Metrics { return &Metrics{base: base{t: t}} }

// Title is the frame's title.
func (m *Metrics) Title() string { return "Metrics" }

// Right counts what is not well and tells the age of the newest reading.
func (m *Metrics) Right() string {
	if m.s == nil {
		return ""
	}
	return joined(m.t, countStates(m.s.Monitors), newest(m.s.Monitors, m.now))
}

// countStates is "1 CRIT 2 NO DATA", worst first; empty when all that is judged is OK.
func countStates(all []screen.Monitor) string {
	var parts []string
	for _, st := range []monitor.State{monitor.Crit, monitor.Warn, monitor.Error, monitor.NoData, monitor.Stale} {
		n := 0
		for i := range all {
			if all[i].State == st {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, st))
		}
	}
	return strings.Join(parts, " ")
}

// newest is the age of the last answer of any source.
func newest(all []screen.Monitor, now time.Time) string {
	var last time.Time
	for i := range all {
		if all[i].ReadAt.After(last) {
			last = all[i].ReadAt
		}
	}
	if last.IsZero() {
		return "never read"
	}
	return widgets.Age(now.Sub(last))
}

// rank orders states: bad, not known, well, and what never alarms.
func rank(s monitor.State) int {
	switch s {
	case monitor.Crit:
		return 0
	case monitor.Warn:
		return 1
	case monitor.OK:
		return 3
	case monitor.NoRule, monitor.NoBaseline:
		return 4
	case monitor.Unbound:
		return 5
	}
	return 2
}

func byRank(all []screen.Monitor) []int {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rank(all[a].State), rank(all[b].State)) })
	return order
}

// SetSize gives the size inside the frame.
func (m *Metrics) SetSize(w, h int) {
	m.base.SetSize(w, h)
	m.list.SetHeight(m.h)
	m.measure()
}

// SetScreen gives a new picture. The cursor stays on its monitor, unless nobody has moved it.
func (m *Metrics) SetScreen(s *screen.Screen) {
	m.take(s)
	m.order = byRank(s.Monitors)
	m.list.SetCount(len(m.order))
	if !m.moved || !m.find(m.at) {
		m.list.Set(0)
		m.keep()
	}
	m.measure()
	m.ages = m.sayTime()
}

// sayTime is every text of the pane and its frame that depends on the time.
func (m *Metrics) sayTime() string {
	if m.cols.age == 0 {
		return newest(m.s.Monitors, m.now)
	}
	return sayAges(m.s.Monitors, m.now)
}

func (m *Metrics) measure() {
	if m.s != nil {
		m.cols = columnsFor(m.s.Monitors, m.w)
	}
}

// Tick reports whether an age reads differently.
func (m *Metrics) Tick(now time.Time) bool {
	m.now = now
	if m.s == nil {
		return false
	}
	if ages := m.sayTime(); ages != m.ages {
		m.ages, m.drawn = ages, nil
		return true
	}
	return false
}

// sayAges is every age that is shown.
func sayAges(all []screen.Monitor, now time.Time) string {
	var b strings.Builder
	b.WriteString(newest(all, now))
	for i := range all {
		b.WriteString(pointAge(&all[i], now))
		b.WriteByte(' ')
	}
	return b.String()
}

// pointAge is the age of the newest point; "-" where there is none.
func pointAge(m *screen.Monitor, now time.Time) string {
	if m.At.IsZero() {
		return "-"
	}
	return widgets.ShortAge(now.Sub(m.At))
}

// Select moves the cursor to a monitor.
func (m *Metrics) Select(id string) bool {
	if m.s == nil || !m.find(id) {
		return false
	}
	m.moved, m.drawn = true, nil
	m.keep()
	return true
}

func (m *Metrics) find(id string) bool {
	for row, i := range m.order {
		if m.s.Monitors[i].ID == id {
			m.list.Set(row)
			return true
		}
	}
	return false
}

func (m *Metrics) keep() {
	m.at = ""
	if row := m.list.Cursor(); row >= 0 {
		m.at = m.s.Monitors[m.order[row]].ID
	}
}

// HandleKey moves the cursor and opens the full view.
func (m *Metrics) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	if m.s != nil && m.list.Key(k) {
		m.moved, m.drawn = true, nil
		m.keep()
		return nil, true
	}
	return opens(k, "metrics", m.at)
}

// Bindings are the pane's keys.
func (m *Metrics) Bindings() []Binding {
	return []Binding{{Key: "enter", Help: "thresholds and actions"}, moving()}
}

// Lines draws the pane.
func (m *Metrics) Lines() []string {
	return m.lines(func() []string {
		if len(m.order) == 0 {
			return []string{m.row().Rest(m.t.Dim, "The runbook has no monitors.").String()}
		}
		return m.list.Lines(m.t, m.w, func(row int, here bool) string {
			return m.cols.draw(&m.base, &m.s.Monitors[m.order[row]], here)
		})
	})
}

// Summary tells the monitors in one line: how many are well, and which one is worst.
func (m *Metrics) Summary(w int) string {
	return summary(&m.base, w, m.Title(), func() string {
		ok := 0
		for i := range m.s.Monitors {
			if m.s.Monitors[i].State == monitor.OK {
				ok++
			}
		}
		worst := ""
		if len(m.order) > 0 {
			if first := &m.s.Monitors[m.order[0]]; rank(first.State) < rank(monitor.OK) {
				worst = first.Name + " " + widgets.Quantity(first.Value, first.Unit)
			}
		}
		return joined(m.t, fmt.Sprintf("%d/%d OK", ok, len(m.s.Monitors)), countStates(m.s.Monitors), worst, newest(m.s.Monitors, m.now))
	})
}
