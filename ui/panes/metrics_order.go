package panes

import (
	"cmp"
	"slices"

	tea "charm.land/bubbletea/v2"

	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// ordering is what a list of monitors shows first.
type ordering uint8

const (
	worstFirst ordering = iota
	runbookOrder
	byGroup
	orderings
)

// String names an ordering that is not the usual one.
func (o ordering) String() string {
	switch o {
	case runbookOrder:
		return "runbook order"
	case byGroup:
		return "by group"
	}
	return ""
}

// titled is the title of a list in its order.
func (o ordering) titled(t *theme.Theme) string { return joined(t, "Metrics", o.String()) }

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

// metricRow is a row of a list of monitors: one of them, by its index, or the heading of a group.
type metricRow struct {
	at    int // -1: a heading
	group string
}

// rowsOf are the rows of all monitors in an order.
func rowsOf(all []screen.Monitor, o ordering) []metricRow {
	rows := make([]metricRow, 0, len(all)+8)
	if o == byGroup {
		var groups []string
		for i := range all {
			if !slices.Contains(groups, all[i].Group) {
				groups = append(groups, all[i].Group)
			}
		}
		for _, g := range groups {
			rows = append(rows, metricRow{at: -1, group: g})
			for i := range all {
				if all[i].Group == g {
					rows = append(rows, metricRow{at: i})
				}
			}
		}
		return rows
	}
	for i := range all {
		rows = append(rows, metricRow{at: i})
	}
	if o == worstFirst {
		slices.SortStableFunc(rows, func(a, b metricRow) int { return cmp.Compare(rank(all[a.at].State), rank(all[b.at].State)) })
	}
	return rows
}

// monitorList is the cursor over the monitors of a screen, in one of the orders.
type monitorList struct {
	order ordering
	all   []screen.Monitor
	rows  []metricRow
	list  widgets.List
	at    string // id of the monitor at the cursor
	moved bool   // the cursor stays on its monitor; else at the top
}

// set gives new monitors.
func (l *monitorList) set(all []screen.Monitor) {
	l.all, l.rows = all, rowsOf(all, l.order)
	rows := l.rows
	l.list.SetSkip(nil)
	l.list.SetCount(len(rows))
	l.list.SetSkip(func(row int) bool { return rows[row].at < 0 })
	if !l.moved || !l.find(l.at) {
		l.list.Set(0)
		l.keep()
	}
}

// find moves the cursor to a monitor.
func (l *monitorList) find(id string) bool {
	for row, r := range l.rows {
		if r.at >= 0 && l.all[r.at].ID == id {
			l.list.Set(row)
			return true
		}
	}
	return false
}

// choose moves the cursor to a monitor, and keeps it there.
func (l *monitorList) choose(id string) bool {
	if !l.find(id) {
		return false
	}
	l.moved = true
	l.keep()
	return true
}

// key moves the cursor, or takes the next order; false: another key.
func (l *monitorList) key(k tea.KeyPressMsg) bool {
	switch {
	case k.String() == "o":
		l.order = (l.order + 1) % orderings
		l.set(l.all)
		return true
	case l.list.Key(k):
		l.moved = true
		l.keep()
		return true
	}
	return false
}

// selected is the monitor at the cursor; nil: none.
func (l *monitorList) selected() *screen.Monitor {
	if row := l.list.Cursor(); row >= 0 && row < len(l.rows) {
		return &l.all[l.rows[row].at]
	}
	return nil
}

func (l *monitorList) keep() {
	l.at = ""
	if m := l.selected(); m != nil {
		l.at = m.ID
	}
}

// lines draws the list, w cells wide, in the columns c.
func (l *monitorList) lines(b *base, c metricColumns) []string {
	return l.list.Lines(b.t, b.w, func(row int, here bool) string {
		if r := l.rows[row]; r.at < 0 {
			return b.row().Rest(b.t.Heading, "  "+r.group).String()
		}
		return c.draw(b, &l.all[l.rows[row].at], here)
	})
}

// ordered is the key that changes the order, and what it leads to.
func (l *monitorList) ordered() Binding {
	next := (l.order + 1) % orderings
	if next == worstFirst {
		return Binding{Key: "o", Help: "worst first"}
	}
	return Binding{Key: "o", Help: next.String()}
}
