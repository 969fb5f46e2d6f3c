package panes

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/layout"
	"tminus/ui/theme"
)

// TestGoldenMonitoring shows the monitoring view in an incident, with everything loaded.
func TestGoldenMonitoring(t *testing.T) {
	for _, c := range []struct {
		name  string
		w, h  int
		ascii bool
		keys  []string
	}{
		{"newest", 200, 50, false, nil}, {"newest", 120, 35, false, nil}, {"newest", 80, 24, false, nil}, {"newest", 80, 24, true, nil},
		{"crosshair", 200, 50, false, []string{"h", "h", "h", "h", "h", "h", "h", "h"}}, {"alone", 120, 35, true, []string{"enter", "home"}},
		{"alone", 80, 24, false, []string{"enter", "end", "j", "j"}}, {"day", 200, 50, false, []string{"t", "t"}},
		{"baseline", 120, 35, false, []string{"j", "j", "j", "j", "j", "j", "j"}}, {"by-group", 200, 50, false, []string{"o", "o"}},
		{"unbound", 120, 35, false, []string{"pgdown"}},
	} {
		t.Run(fmt.Sprintf("%s-%dx%d-ascii=%v", c.name, c.w, c.h, c.ascii), func(t *testing.T) {
			th := theme.New(theme.Options{NoColor: true, ASCII: c.ascii})
			golden.RequireEqual(t, trimmed(loaded(NewMetricsView(th), incident(), c.w, c.h, c.keys...)))
		})
	}
}

// monitoring is a view of an incident whose points are not loaded yet.
func monitoring() (*MetricsView, *screen.Screen) {
	v, s := NewMetricsView(theme.New(theme.Options{NoColor: true})), incident()
	v.SetSize(layout.Arrange(200, 50).View.Inner())
	v.SetScreen(s)
	v.Tick(s.At)
	return v, s
}

func answer(v *MetricsView, s *screen.Screen, want intent.Intent) {
	q := want.(intent.LoadSeries)
	v.SetSeries(q.Monitor, q.From, q.To, incidentPoints(s, q.Monitor, q.From, q.To))
}

// next is the incident a minute later, with a point more.
func minuteLater(s *screen.Screen) *screen.Screen {
	later := *s
	later.At = s.At.Add(time.Minute)
	later.Monitors = append([]screen.Monitor(nil), s.Monitors...)
	later.Monitors[0].At = s.Monitors[0].At.Add(time.Minute)
	return &later
}

func TestMonitoringAsksForWhatItLacks(t *testing.T) {
	v, s := monitoring()
	first, ok := v.Wants().(intent.LoadSeries)
	if !ok || first.Monitor != "error-rate" || first.To.Sub(first.From) < time.Hour || first.To.Before(s.Monitors[0].At) {
		t.Fatalf("opened, it asks for %+v", first)
	}
	if again := v.Wants(); again != nil {
		t.Fatalf("it asks again while a question is under way: %+v", again)
	}
	answer(v, s, first)
	if again := v.Wants(); again != nil {
		t.Fatalf("it asks again for what it has: %+v", again)
	}
	v.SetScreen(s)
	if again := v.Wants(); again != nil {
		t.Fatalf("a screen without a newer point makes it ask: %+v", again)
	}
	later := minuteLater(s)
	v.SetScreen(later)
	tail, ok := v.Wants().(intent.LoadSeries)
	if !ok || !tail.From.Equal(first.To.Add(-revised)) || tail.To.Before(later.Monitors[0].At) {
		t.Fatalf("a newer point makes it ask for %+v", tail)
	}
	answer(v, later, tail)
	if again := v.Wants(); again != nil {
		t.Fatalf("it asks without end: %+v", again)
	}
	v.HandleKey(press("t"))
	older, ok := v.Wants().(intent.LoadSeries)
	if !ok || !older.To.Equal(first.From) || older.From.After(first.From.Add(-4*time.Hour)) {
		t.Fatalf("a longer time makes it ask for %+v", older)
	}
	answer(v, later, older)
	points := v.cache.pointsOf(v.list.selected())
	for i := 1; i < len(points); i++ {
		if !points[i].At.After(points[i-1].At) {
			t.Fatalf("point %d at %s comes after %s", i, points[i].At, points[i-1].At)
		}
	}
	if n := len(points); n < 350 || v.Wants() != nil {
		t.Errorf("%d points, and then it wants %v", n, v.Wants())
	}
}

func TestMonitoringTriesAgainWithTheNextScreen(t *testing.T) {
	v, s := monitoring()
	q := v.Wants().(intent.LoadSeries)
	v.SetSeries(q.Monitor, q.From, q.To, nil) // it failed
	if again := v.Wants(); again != nil {
		t.Fatalf("it asks again at once: %+v", again)
	}
	v.SetScreen(s)
	if v.Wants() == nil {
		t.Fatal("it does not ask again with the next screen")
	}
	v.Tick(s.At.Add(patience)) // the answer was lost
	if v.Wants() == nil {
		t.Fatal("a lost answer stops it for good")
	}
	v.Select("customer-satisfaction")
	v.Tick(s.At.Add(2 * patience))
	q = v.Wants().(intent.LoadSeries)
	v.SetSeries(q.Monitor, q.From, q.To, []monitor.Point{}) // none is an answer
	if v.SetScreen(s); v.Wants() != nil {
		t.Error("it asks again for what does not exist")
	}
}

func TestMonitoringKeepsFewSeries(t *testing.T) {
	v, s := monitoring()
	for range s.Monitors {
		if want := v.Wants(); want != nil {
			answer(v, s, want)
		}
		v.HandleKey(press("j"))
	}
	if n := len(v.cache.kept); n != keptSeries {
		t.Errorf("%d series are kept, want %d", n, keptSeries)
	}
}

// TestRecentPointsStandOnTheirInstants checks what is drawn before anything is loaded.
func TestRecentPointsStandOnTheirInstants(t *testing.T) {
	at, one, two := t0(), 1.0, 2.0
	m := &screen.Monitor{Every: 5 * time.Minute}
	m.At, m.Value, m.Recent = at, &two, []*float64{&one, nil, &two, nil}
	got := fmt.Sprint(recentPoints(m))
	if want := fmt.Sprint([]monitor.Point{{At: at.Add(-10 * time.Minute), Value: 1}, {At: at, Value: 2}}); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestMonitoringKeys(t *testing.T) {
	v, s := monitoring()
	answer(v, s, v.Wants())
	points := v.cache.pointsOf(v.list.selected())
	last := len(points) - 1
	for _, c := range []struct {
		key  string
		want int // index of the point at the crosshair
	}{
		{"left", last - 1}, {"h", last - 2}, {"l", last - 1}, {"right", last}, {"right", last}, {"home", after(points, firstShown(v))}, {"h", after(points, firstShown(v)) - 1},
		{"end", last},
	} {
		if _, ok := v.HandleKey(press(c.key)); !ok {
			t.Fatalf("%s is not taken", c.key)
		}
		if got := nearest(points, v.cross); got != max(c.want, 0) {
			t.Errorf("after %s the crosshair is on point %d, want %d of %d", c.key, got, c.want, len(points))
		}
	}
	if !v.cross.IsZero() {
		t.Error("end does not follow the newest point")
	}
	for _, want := range []string{"[6 h]", "[24 h]", "[15 m]", "[1 h]"} {
		v.HandleKey(press("t"))
		if out := ansi.Strip(strings.Join(v.Lines(), "\n")); !strings.Contains(out, want) {
			t.Errorf("t does not lead to %s", want)
		}
	}
	if _, ok := v.HandleKey(press("esc")); ok {
		t.Error("esc does not leave the view from the list")
	}
	v.HandleKey(press("enter"))
	if _, ok := v.HandleKey(press("esc")); !ok || v.full {
		t.Error("esc does not lead back to the list")
	}
}

func firstShown(v *MetricsView) time.Time {
	from, _ := v.window(v.list.selected())
	return from
}

// TestCrosshairStaysInSight checks that what it stands on is drawn, whatever the range.
func TestCrosshairStaysInSight(t *testing.T) {
	v, s := monitoring()
	answer(v, s, v.Wants())
	v.HandleKey(press("home"))
	for range 4 {
		v.HandleKey(press("+"))
		from, to := v.window(v.list.selected())
		if !v.cross.After(from) || v.cross.After(to) {
			t.Errorf("the crosshair at %s is out of the window %s to %s", v.cross, from, to)
		}
		for want := v.Wants(); want != nil; want = v.Wants() {
			answer(v, s, want)
		}
	}
}

// TestMonitoringTicksOnlyWhatShows checks that a second changes nothing, and that a chart's window moves by itself.
func TestMonitoringTicksOnlyWhatShows(t *testing.T) {
	v, s := monitoring()
	answer(v, s, v.Wants())
	v.Lines()
	if before := fmt.Sprint(v.Lines()); v.Tick(s.At.Add(time.Second)) || fmt.Sprint(v.Lines()) != before {
		t.Error("a second changes the view")
	}
	if !v.Tick(s.At.Add(5*time.Minute)) || v.graph.lines != nil {
		t.Error("the window does not move with the time")
	}
}

func TestMetricsOrders(t *testing.T) {
	p := NewMetrics(theme.New(theme.Options{NoColor: true}))
	ready(p)
	p.Select("cpu")
	for _, want := range []struct{ title, first string }{{"Metrics · runbook order", "error-rate"}, {"Metrics · by group", "error-rate"}, {"Metrics", "error-rate"}} {
		p.HandleKey(press("o"))
		if p.Title() != want.title || p.list.at != "cpu" {
			t.Errorf("title %q, cursor on %q", p.Title(), p.list.at)
		}
	}
	p.HandleKey(press("o"))
	for i, r := range p.list.rows {
		if r.at != i {
			t.Errorf("row %d shows monitor %d", i, r.at)
		}
	}
	p.HandleKey(press("o"))
	out := ansi.Strip(strings.Join(p.Lines(), "\n"))
	for _, g := range []string{"system", "user-experience", "business"} {
		if !strings.Contains(out, "\n  "+g) && !strings.HasPrefix(out, "  "+g) {
			t.Errorf("no heading %s:\n%s", g, out)
		}
	}
	for range 30 {
		p.HandleKey(press("k"))
	}
	if p.list.at == "" {
		t.Error("the cursor rests on a heading")
	}
}

func TestMetricsTellsWhatIsNotToBeLeanedOn(t *testing.T) {
	p := NewMetrics(theme.New(theme.Options{NoColor: true}))
	p.SetSize(86, 30)
	p.SetScreen(incident())
	out := ansi.Strip(strings.Join(p.Lines(), "\n"))
	for _, want := range []string{"~142 ms", "silenced till 10:54", "401 Unauthorized"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// TestMonitoringIsExact draws the view with hostile text at all sizes, with every key pressed.
func TestMonitoringIsExact(t *testing.T) {
	s := incident()
	evil := hostile()
	for i := range s.Monitors {
		m := &s.Monitors[i]
		m.Name, m.Unit, m.Error, m.OnCritical, m.Source = evil.Monitors[i].Name, evil.Monitors[i].Unit, evil.Monitors[i].Error, evil.Monitors[i].OnCritical, evil.Todo.Text
	}
	s.Sources[0].Name, s.Sources[0].Error, s.Sources[0].Hint = evil.Todo.Text, evil.Title, evil.Head
	s.Triggers[0].Title, s.Triggers[0].State, s.Steps[0].State = evil.Title, "\x1b[2J", "\u202e"
	s.Recent, s.Next, s.Marks = evil.Recent, evil.Next, evil.Marks
	for _, size := range append(sizes(), [2]int{60, 15}, [2]int{237, 61}, [2]int{100, 26}) {
		for _, ascii := range []bool{false, true} {
			v := NewMetricsView(theme.New(theme.Options{ASCII: ascii}))
			r := layout.Arrange(size[0], size[1]).View
			checkExact(t, fmt.Sprint("view", size), loaded(v, s, size[0], size[1]), r.W, r.H)
			w, h := r.Inner()
			for _, key := range strings.Fields("j o o t t h pgup enter j j home t + - end esc pgdown k") {
				v.HandleKey(press(key))
				checkExact(t, fmt.Sprint("view", size, key), v.Lines(), w, h)
			}
		}
	}
}
