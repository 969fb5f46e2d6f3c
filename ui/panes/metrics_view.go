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
)

// MetricsView is every monitor, and of the selected one a chart over time and all that is known of it. Keys that go up
// and down move in the list, those that go left and right in time. After opening it, after each SetSeries, each screen and
// each key the cockpit carries out what Wants returns.
type MetricsView struct {
	base
	list  monitorList
	rows  base // the list's part of the view, which the columns are drawn in
	cols  metricColumns
	cut   monitorCut
	span  int       // index of the range shown; -1: the usual one of the monitor
	cross time.Time // where the crosshair stands; zero: at the newest point, wherever that is
	full  bool      // the chart has the whole view
	top   int       // first fact in sight of the whole view
	past  int       // how many facts are out of sight there
	cache seriesCache
	graph graph
	ages  string
}

// NewMetricsView makes the view.
func NewMetricsView(t *theme.Theme) *MetricsView {
	return &MetricsView{base: base{t: t}, rows: base{t: t}, list: monitorList{moved: true}, span: -1}
}

// Title is the frame's title, and the order where it is not the usual one.
func (v *MetricsView) Title() string { return v.list.order.titled(v.t) }

// Right tells what watching has cost, counts what is not well and tells the age of the newest reading.
func (v *MetricsView) Right() string {
	if v.s == nil {
		return ""
	}
	count := ""
	if v.w >= 100 {
		count = fmt.Sprintf("%d monitors", len(v.s.Monitors))
	}
	return joined(v.t, spent(v.t, v.s.Spend), count, countStates(v.s.Monitors), newest(v.s.Monitors, v.now))
}

// SetSize gives the size inside the frame.
func (v *MetricsView) SetSize(w, h int) {
	v.base.SetSize(w, h)
	v.arrange()
}

// arrange shares the size between the list and the selected monitor.
func (v *MetricsView) arrange() {
	v.cut = cutAt(v.w, v.h, len(v.list.rows))
	v.list.list.SetHeight(v.cut.listH)
	v.rows.w, v.rows.h = v.cut.listW, v.cut.listH
	if v.s != nil {
		v.cols = columnsFor(v.s.Monitors, v.cut.listW)
	}
}

// SetScreen gives a new picture; the cursor stays on its monitor.
func (v *MetricsView) SetScreen(s *screen.Screen) {
	v.take(s)
	v.cache.failed = false
	v.list.set(s.Monitors)
	v.arrange()
	v.ages = v.sayTime()
}

// SetSeries gives a monitor's points with from < At <= to, oldest first, as Room.Series returns them. Nil tells that they
// could not be read: the next screen asks again.
func (v *MetricsView) SetSeries(id string, from, to time.Time, points []monitor.Point) {
	v.drawn, v.graph.lines = nil, nil
	if points == nil {
		v.cache.asked, v.cache.failed = nil, true
		return
	}
	v.cache.take(id, from, to, points)
}

// Wants is the question for the points that the chart lacks; nil: none, or one is under way.
func (v *MetricsView) Wants() intent.Intent {
	m := v.list.selected()
	if v.s == nil || m == nil {
		return nil
	}
	from, _ := v.window(m)
	q := v.cache.wants(m, from, v.now)
	if q == nil {
		return nil
	}
	if v.cache.of(m.ID) == nil {
		v.drawn, v.graph.lines = nil, nil // it says that it reads
	}
	return *q
}

// window is the time that the chart shows.
func (v *MetricsView) window(m *screen.Monitor) (from, to time.Time) {
	return v.shown(m).window(v.now, v.cross)
}

// shown is the range that the chart shows: the one that was chosen, else the usual one of the monitor.
func (v *MetricsView) shown(m *screen.Monitor) timeRange { return timeRanges()[v.rangeAt(m)] }

func (v *MetricsView) rangeAt(m *screen.Monitor) int {
	if v.span >= 0 {
		return v.span
	}
	return usualRange(periodOf(v.cache.pointsOf(m), m.Every))
}

// Tick reports whether an age reads differently, or the chart's window moved.
func (v *MetricsView) Tick(now time.Time) bool {
	v.now = now
	if v.s == nil {
		return false
	}
	changed := false
	if m := v.list.selected(); m != nil && v.graph.lines != nil {
		if _, to := v.window(m); !to.Equal(v.graph.to) {
			v.graph.lines, changed = nil, true
		}
	}
	if ages := v.sayTime(); ages != v.ages {
		v.ages, changed = ages, true
	}
	if changed {
		v.drawn = nil
	}
	return changed
}

// sayTime is every text that depends on the time.
func (v *MetricsView) sayTime() string {
	said := sayAges(v.s.Monitors, v.now)
	if m := v.list.selected(); m != nil {
		said += v.saidOf(m)
	}
	return said
}

// Select moves the cursor to a monitor; "ID@TIME" puts the crosshair on that time too.
func (v *MetricsView) Select(id string) bool {
	id, when, timed := strings.Cut(id, "@")
	if at, err := time.Parse(time.RFC3339, when); timed && err == nil {
		defer func() { v.cross = at; v.changed() }()
	}
	if v.s == nil || !v.list.choose(id) {
		return false
	}
	v.changed()
	return true
}

// changed says that another monitor, time or size is shown.
func (v *MetricsView) changed() {
	v.drawn, v.graph.lines = nil, nil
	if v.s != nil {
		v.cache.use(v.list.at)
		v.ages = v.sayTime()
	}
}

// HandleKey moves in the list and in time, and gives the chart the whole view.
func (v *MetricsView) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	if v.s == nil || v.list.selected() == nil {
		return nil, false
	}
	used := v.timeKey(k.String())
	switch {
	case used:
	case v.full:
		used = v.fullKey(k)
	case k.String() == "enter":
		v.full, v.top, used = true, 0, true
	default:
		used = v.list.key(k)
		if used {
			v.arrange() // headings come and go with the order
		}
	}
	if used {
		v.changed()
	}
	return nil, used
}

// jump is how many points the longer steps in time take.
const jump = 10

// timeKey moves the crosshair or changes the range; false: another key.
func (v *MetricsView) timeKey(key string) bool {
	switch key {
	case "left", "h":
		v.step(-1)
	case "right", "l":
		v.step(1)
	case "shift+left", "ctrl+left":
		v.step(-jump)
	case "shift+right", "ctrl+right":
		v.step(jump)
	case "home":
		v.stepTo(0, true)
	case "end":
		v.cross = time.Time{}
	case "t":
		v.span = (v.rangeAt(v.list.selected()) + 1) % len(timeRanges())
	case "+", "=":
		v.span = max(v.rangeAt(v.list.selected())-1, 0)
	case "-":
		v.span = min(v.rangeAt(v.list.selected())+1, len(timeRanges())-1)
	default:
		return false
	}
	return true
}

// fullKey is a key while the chart has the whole view: the facts scroll below it.
func (v *MetricsView) fullKey(k tea.KeyPressMsg) bool {
	switch k.String() {
	case "esc", "enter":
		v.full = false
		return true
	case "pgup":
		v.step(-jump)
		return true
	case "pgdown":
		v.step(jump)
		return true
	}
	top, ok := scrollKey(k, v.top, 1, v.past)
	v.top = top
	return ok
}

// step moves the crosshair by points.
func (v *MetricsView) step(by int) {
	points := v.cache.pointsOf(v.list.selected())
	v.stepTo(nearest(points, v.cross)+by, false)
}

// stepTo puts the crosshair on a point, counted in the window or among all that are known; the newest one is followed.
func (v *MetricsView) stepTo(i int, inWindow bool) {
	m := v.list.selected()
	points := v.cache.pointsOf(m)
	if inWindow {
		from, _ := v.window(m)
		i += after(points, from)
	}
	if i >= len(points)-1 {
		v.cross = time.Time{}
		return
	}
	v.cross = points[max(i, 0)].At
}

// nearest is the index of the point next to an instant; the newest where that is zero, -1 where there is none.
func nearest(points []monitor.Point, at time.Time) int {
	last := len(points) - 1
	if at.IsZero() || last < 0 {
		return last
	}
	i := min(after(points, at), last)
	if i > 0 && at.Sub(points[i-1].At) <= points[i].At.Sub(at).Abs() {
		return i - 1
	}
	return i
}

// Bindings are the view's keys.
func (v *MetricsView) Bindings() []Binding {
	in := []Binding{
		{Key: "t", Help: "time shown"}, {Key: "h/l", Help: "along the points"}, {Key: "end", Help: "newest"},
		{Key: "+/-", Help: "less, more time"},
	}
	if v.full {
		return append([]Binding{{Key: "esc", Help: "back to the list"}, {Key: "j/k", Help: "scroll the facts"}}, in...)
	}
	return append([]Binding{{Key: "enter", Help: "chart alone"}, moving()}, append(in, v.list.ordered())...)
}
