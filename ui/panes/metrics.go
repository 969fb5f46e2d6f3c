package panes

import (
	"fmt"
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
// each part in the runbook's order; or all of them in that order, or by group.
type Metrics struct {
	base
	list monitorList
	ages string
	cols metricColumns
}

// NewMetrics makes the pane.
func NewMetrics(t *theme.Theme) *Metrics { return &Metrics{base: base{t: t}} }

// Title is the frame's title, and the order where it is not the usual one.
func (m *Metrics) Title() string { return m.list.order.titled(m.t) }

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

// SetSize gives the size inside the frame.
func (m *Metrics) SetSize(w, h int) {
	m.base.SetSize(w, h)
	m.list.list.SetHeight(m.h)
	m.measure()
}

// SetScreen gives a new picture. The cursor stays on its monitor, unless nobody has moved it.
func (m *Metrics) SetScreen(s *screen.Screen) {
	m.take(s)
	m.list.set(s.Monitors)
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
	if m.s == nil || !m.list.choose(id) {
		return false
	}
	m.drawn = nil
	return true
}

// HandleKey moves the cursor, changes the order and opens the full view.
func (m *Metrics) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	if m.s != nil && m.list.key(k) {
		m.drawn = nil
		return nil, true
	}
	return opens(k, "metrics", m.list.at)
}

// Bindings are the pane's keys.
func (m *Metrics) Bindings() []Binding {
	return []Binding{{Key: "enter", Help: "chart and thresholds"}, m.list.ordered(), moving()}
}

// Lines draws the pane.
func (m *Metrics) Lines() []string {
	return m.lines(func() []string {
		if len(m.s.Monitors) == 0 {
			return []string{m.row().Rest(m.t.Dim, "The runbook has no monitors.").String()}
		}
		return m.list.lines(&m.base, m.cols)
	})
}

// Summary tells the monitors in one line: how many are well, and which one is worst.
func (m *Metrics) Summary(w int) string {
	return summary(&m.base, w, "Metrics", func() string {
		ok, worst := 0, -1
		for i := range m.s.Monitors {
			switch st := m.s.Monitors[i].State; {
			case st == monitor.OK:
				ok++
			case rank(st) < rank(monitor.OK) && (worst < 0 || rank(st) < rank(m.s.Monitors[worst].State)):
				worst = i
			}
		}
		named := ""
		if worst >= 0 {
			named = m.s.Monitors[worst].Name + " " + valueText(&m.s.Monitors[worst])
		}
		return joined(m.t, fmt.Sprintf("%d/%d OK", ok, len(m.s.Monitors)), countStates(m.s.Monitors), named, newest(m.s.Monitors, m.now))
	})
}
