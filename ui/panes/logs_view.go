package panes

import (
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// LogsView is the newest lines that log patterns matched, newest at the bottom, where the cursor stays unless it is moved.
// After opening it, after each SetLines, each screen and each key the cockpit carries out what Wants returns.
type LogsView struct {
	base
	plan    *screen.Plan
	all     []screen.LogLine // as they came, oldest first
	shown   []int            // indexes of those that the filter lets through
	list    widgets.List
	least   int // severity from which lines are shown
	read    reader
	whole   wholeLine
	groupW  int
	asked   bool
	askedAt time.Time // launch time
	heard   bool      // an answer came
}

// wholeLine keeps the wrapped text of the line that is open.
type wholeLine struct {
	id    string
	w     int
	lines []string
}

// logsEvery is the least launch time between two questions for lines.
const logsEvery = 5 * time.Second

// NewLogsView makes the view.
func NewLogsView(t *theme.Theme) *LogsView { return &LogsView{base: base{t: t}} }

// Title is the frame's title, and what the filter lets through.
func (v *LogsView) Title() string { return joined(v.t, "Log lines", leastWords(v.least)) }

func leastWords(least int) string {
	switch least {
	case 1:
		return "errors and critical"
	case 2:
		return "critical alone"
	}
	return ""
}

// Right counts the lines and tells whether the newest is followed.
func (v *LogsView) Right() string {
	if v.s == nil {
		return ""
	}
	count := fmt.Sprintf("%d lines", len(v.all))
	if len(v.shown) != len(v.all) {
		count = fmt.Sprintf("%d of %d lines", len(v.shown), len(v.all))
	}
	place := ""
	if n := len(v.shown); n > 0 {
		place = "following"
		if newer := n - 1 - v.list.Cursor(); newer > 0 {
			place = fmt.Sprintf("%d newer", newer)
		}
	}
	return joined(v.t, count, place)
}

// SetPlan gives the launch file, which names the log groups.
func (v *LogsView) SetPlan(p *screen.Plan) { v.plan, v.drawn = p, nil }

// SetSize gives the size inside the frame.
func (v *LogsView) SetSize(w, h int) {
	v.base.SetSize(w, h)
	v.list.SetHeight(v.h)
}

// SetScreen gives a new picture. Lines do not come with it.
func (v *LogsView) SetScreen(s *screen.Screen) {
	old := v.now
	drawn := v.drawn
	v.take(s)
	if len(v.shown) > 0 && old.UTC().YearDay() == v.now.UTC().YearDay() { // only the stamps depend on the time
		v.drawn = drawn
	}
}

// Tick changes nothing.
func (v *LogsView) Tick(now time.Time) bool {
	v.now = now
	return false
}

// SetLines gives the newest lines, oldest first, as Room.LogLines returns them. Nil tells that they could not be read:
// what is here stays.
func (v *LogsView) SetLines(lines []screen.LogLine) {
	v.asked = false
	if lines == nil {
		return
	}
	v.heard = true
	v.refill(lines)
}

// refill keeps the cursor on its line, or at the newest one where it was there.
func (v *LogsView) refill(lines []screen.LogLine) {
	follow, at := v.list.AtEnd(), v.selected()
	v.all, v.shown, v.groupW, v.drawn = lines, nil, 8, nil
	for i := range lines {
		if severity(lines[i].Level) >= v.least {
			v.shown = append(v.shown, i)
			v.groupW = max(v.groupW, min(widgets.Width(clip(lines[i].Group, 40)), 24))
		}
	}
	v.list.SetCount(len(v.shown))
	if follow && !v.read.open || at == nil {
		v.list.Set(len(v.shown) - 1)
		return
	}
	for row, i := range v.shown {
		if lines[i].ID == at.ID && lines[i].At.Equal(at.At) {
			v.list.Set(row)
			return
		}
	}
	// It is not among them any more: the first one after its time.
	row := slices.IndexFunc(v.shown, func(i int) bool { return lines[i].At.After(at.At) })
	if v.read.open = false; row < 0 {
		row = len(v.shown) - 1
	}
	v.list.Set(row)
}

// Wants is the question for the newest lines; nil: not now.
func (v *LogsView) Wants() intent.Intent {
	late := v.now.Sub(v.askedAt)
	switch {
	case v.s == nil, v.asked && late < patience:
		return nil
	case !v.askedAt.IsZero() && late >= 0 && late < logsEvery:
		return nil
	}
	v.asked, v.askedAt = true, v.now
	return intent.LoadLines{}
}

// Select moves the cursor to an event.
func (v *LogsView) Select(id string) bool {
	for row, i := range v.shown {
		if v.all[i].ID == id {
			v.list.Set(row)
			v.drawn = nil
			return true
		}
	}
	return false
}

func (v *LogsView) selected() *screen.LogLine {
	if row := v.list.Cursor(); row >= 0 && row < len(v.shown) {
		return &v.all[v.shown[row]]
	}
	return nil
}

// HandleKey moves, filters, and opens or closes the selected line.
func (v *LogsView) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	switch {
	case k.String() == "f" && !v.read.open:
		v.least = (v.least + 1) % severities
		v.refill(v.all)
		return nil, true
	case v.selected() == nil:
		return nil, false
	case k.String() == "enter":
		key := tea.KeyPressMsg{Code: tea.KeyRight}
		if v.read.open {
			key.Code = tea.KeyLeft
		}
		return nil, v.read.key(key, &v.base)
	case v.read.key(k, &v.base):
		return nil, true
	case !v.read.open && v.list.Key(k):
		v.drawn = nil
		return nil, true
	}
	return nil, false
}

// Bindings are the view's keys.
func (v *LogsView) Bindings() []Binding {
	if v.read.open {
		return v.read.bindings()
	}
	show := leastWords((v.least + 1) % severities)
	if show == "" {
		show = "all levels"
	}
	return []Binding{{Key: "enter", Help: "whole line"}, {Key: "f", Help: show}, {Key: "end", Help: "newest"}, moving()}
}

// Lines draws the view.
func (v *LogsView) Lines() []string {
	return v.lines(func() []string {
		l := v.selected()
		switch {
		case l == nil:
			return v.nothing()
		case v.read.open:
			if v.whole.id != l.ID || v.whole.w != v.w || v.whole.lines == nil {
				v.whole = wholeLine{l.ID, v.w, v.entire(l)}
			}
			return v.read.draw(&v.base, v.whole.lines)
		}
		width := stampWidth(v.all[v.shown[0]].At, v.now)
		return v.list.Lines(v.t, v.w, func(row int, here bool) string { return v.draw(&v.all[v.shown[row]], width, here) })
	})
}
