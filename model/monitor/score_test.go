package monitor

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var dayFrom = time.Date(2026, 11, 24, 10, 7, 0, 0, time.UTC)

func goal(t testing.TB, text string) Goal {
	t.Helper()
	g, err := ParseGoal(text, "%")
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func aDay(t testing.TB, text string) Window {
	warning, err := ParseRule("> 0.1%", "%")
	if err != nil {
		t.Fatal(err)
	}
	return Window{From: dayFrom, To: dayFrom.Add(24 * time.Hour), Period: time.Minute, Goal: goal(t, text), Warning: &warning}
}

func errorRatio() *Ratio {
	return &Ratio{Names: []string{"errors", "requests"}, Zero: map[string]bool{"errors": true}, Eval: func(v map[string]float64) (float64, bool) {
		return 100 * v["errors"] / v["requests"], v["requests"] != 0
	}}
}

// minutes makes a point of every minute of the day; NaN: none.
func minutes(n int, value func(i int) float64) []Point {
	var all []Point
	for i := 1; i <= n; i++ {
		if v := value(i); !math.IsNaN(v) {
			all = append(all, Point{At: dayFrom.Add(time.Duration(i) * time.Minute), Value: v})
		}
	}
	return all
}

func same(v float64) func(int) float64 { return func(int) float64 { return v } }

func TestErrorsOverRequestsOfTheWholeWindow(t *testing.T) {
	none := math.NaN()
	night := func(i int) bool { return i > 720 } // half the day with a thousandth of the traffic
	requests := minutes(1440, func(i int) float64 {
		if night(i) {
			return 10
		}
		return 10000
	})
	tests := []struct {
		name             string
		errors, requests []Point
		value            float64
		verdict          string
		failing          int
	}{
		{"one error in each quiet minute: the minutes' mean is 5 %, the window's is 0.01 %",
			minutes(1440, func(i int) float64 {
				if night(i) {
					return 1
				}
				return 0
			}), requests, 100 * 720.0 / (720*10 + 720*10000), GoalMet, 720},
		{"errors where the traffic is: the minutes' mean is under the goal, the window's is not",
			minutes(1440, func(i int) float64 {
				if night(i) {
					return 0
				}
				return 15
			}), requests, 100 * 720 * 15.0 / (720*10 + 720*10000), GoalNotMet, 720},
		{"a metric that is only published when it is not zero", nil, requests, 0, GoalMet, 0},
		{"exactly at the limit is not below it", minutes(1440, same(1)), minutes(1440, same(1000)), 0.1, GoalNotMet, 1440},
		{"a minute without traffic is known, and has no value", minutes(1440, same(0)),
			minutes(1440, func(i int) float64 {
				if i%2 == 0 {
					return 0
				}
				return 500
			}), 0, GoalMet, 0},
		{"no traffic at all", nil, minutes(1440, same(0)), none, GoalUnknown, 0},
		{"requests unknown: errors alone say nothing", minutes(1440, same(1)), nil, none, GoalUnknown, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := aDay(t, "< 0.1% for 24h")
			w.Ratio = errorRatio()
			s := w.Score(nil, map[string][]Point{"errors": tt.errors, "requests": tt.requests})
			if s.Verdict != tt.verdict || s.Failing != tt.failing || s.How != HowWhole {
				t.Errorf("%+v", s)
			}
			if math.IsNaN(tt.value) != (s.Value == nil) || s.Value != nil && math.Abs(*s.Value-tt.value) > 1e-9 {
				t.Errorf("value %v, want %v", s.Value, tt.value)
			}
			if s.Failing > 0 && len(s.Worst) != MaxWorst {
				t.Errorf("%d worst minutes", len(s.Worst))
			}
		})
	}
}

func TestLateRevisionsCount(t *testing.T) {
	w := aDay(t, "< 0.1% for 24h")
	w.Ratio = errorRatio()
	requests, errors := minutes(1440, same(100)), minutes(1440, same(0))
	if s := w.Score(nil, map[string][]Point{"errors": errors, "requests": requests}); s.Verdict != GoalMet {
		t.Fatalf("%+v", s)
	}
	late := append(errors, Point{At: errors[700].At, Value: 150}) // the source corrects a minute hours later
	s := w.Score(nil, map[string][]Point{"errors": late, "requests": requests})
	if s.Verdict != GoalNotMet || s.Parts["errors"] != 150 || s.Points != 1440 || !s.Worst[0].At.Equal(errors[700].At) {
		t.Errorf("%+v", s)
	}
}

func TestCoverage(t *testing.T) {
	hole := func(from, to int) func(int) float64 {
		return func(i int) float64 {
			if i >= from && i < to {
				return math.NaN()
			}
			return 0.05
		}
	}
	for _, tt := range []struct {
		missing  int
		coverage float64
		verdict  string
	}{{0, 100, GoalMet}, {1, 99.9, GoalMet}, {72, 95, GoalMet}, {73, 94.9, GoalUnknown}, {1439, 0, GoalUnknown}, {1440, 0, GoalUnknown}} {
		for _, text := range []string{"< 0.1%", "< 0.1% for 99% of points", "within warning"} {
			s := aDay(t, text).Score(minutes(1440, hole(100, 100+tt.missing)), nil)
			if tt.missing > 1340 { // the hole runs past the end
				s = aDay(t, text).Score(minutes(1440-tt.missing, same(0.05)), nil)
			}
			if s.Verdict != tt.verdict || s.Coverage != tt.coverage || s.Expected != 1440 {
				t.Errorf("%s, %d missing: %s, %g %% of %d: %s", text, tt.missing, s.Verdict, s.Coverage, s.Expected, s.Why)
			}
		}
	}
}

func TestEveryPointAndShares(t *testing.T) {
	spikes := func(n int) []Point {
		return minutes(1440, func(i int) float64 {
			if i <= n {
				return 0.3
			}
			return 0.05
		})
	}
	for _, tt := range []struct {
		goal    string
		spikes  int
		verdict string
		how     string
	}{
		{"< 0.1% for 24h", 0, GoalMet, HowEvery}, {"< 0.1% for 24h", 1, GoalNotMet, HowEvery},
		{"within warning", 0, GoalMet, HowEvery}, {"within warning", 1, GoalNotMet, HowEvery},
		{"within warning for 99% of points", 14, GoalMet, HowShare}, {"within warning for 99% of points", 15, GoalNotMet, HowShare},
		{"< 0.1% for 99% of points", 14, GoalMet, HowShare}, {"stable", 1, GoalNotMet, HowStable},
	} {
		s := aDay(t, tt.goal).Score(spikes(tt.spikes), nil)
		if s.Verdict != tt.verdict || s.How != tt.how || s.Failing != tt.spikes {
			t.Errorf("%s with %d: %+v", tt.goal, tt.spikes, s)
		}
		if tt.spikes > 0 && s.Worst[0].Value != 0.3 {
			t.Errorf("%s: the worst is %v", tt.goal, s.Worst[0])
		}
	}
	// One bad point is enough, however little else is known.
	if s := aDay(t, "< 0.1%").Score(spikes(1)[:5], nil); s.Verdict != GoalNotMet {
		t.Errorf("%+v", s)
	}
}

func TestStableDrift(t *testing.T) {
	ramp := func(by float64) []Point {
		return minutes(1440, func(i int) float64 {
			if i <= 360 {
				return 0.05
			}
			if i > 1080 {
				return 0.05 * (1 + by)
			}
			return 0.05
		})
	}
	for _, tt := range []struct {
		by      float64
		verdict string
	}{{0, GoalMet}, {0.19, GoalMet}, {-0.19, GoalMet}, {0.21, GoalNotMet}, {-0.21, GoalNotMet}} {
		s := aDay(t, "stable").Score(ramp(tt.by), nil)
		if s.Verdict != tt.verdict || s.Drift == nil || math.Abs(*s.Drift-100*tt.by) > 1e-6 {
			t.Errorf("%+v: %+v", tt, s)
		}
	}
	if s := aDay(t, "stable").Score(minutes(1440, func(i int) float64 {
		if i > 1080 {
			return 0.01
		}
		return 0
	}), nil); s.Verdict != GoalUnknown || !strings.Contains(s.Why, "drift") {
		t.Errorf("from zero: %+v", s)
	}
}

func TestWhatCannotBeJudged(t *testing.T) {
	w := aDay(t, "<= baseline * 1.5 for 24h")
	points := minutes(1440, same(10))
	if s := w.Score(points, nil); s.Verdict != GoalUnknown || s.Why != "no baseline was captured" || s.Coverage != 100 {
		t.Errorf("%+v", s)
	}
	base := 8.0
	w.Baseline = &base
	if s := w.Score(points, nil); s.Verdict != GoalMet {
		t.Errorf("%+v", s)
	}
	w = aDay(t, "within warning")
	w.Warning = nil
	if s := w.Score(points, nil); s.Verdict != GoalUnknown {
		t.Errorf("%+v", s)
	}
}

func TestSoFar(t *testing.T) {
	w := aDay(t, "< 0.1%")
	w.Until = dayFrom.Add(2 * time.Hour)
	s := w.Score(minutes(1440, same(0.05)), nil)
	if s.Expected != 120 || s.Points != 120 || s.Verdict != GoalMet {
		t.Errorf("%+v", s)
	}
}

func TestGaps(t *testing.T) {
	w := aDay(t, "< 0.1%")
	points := minutes(30, func(i int) float64 {
		if i == 1 || i >= 10 && i < 13 || i == 20 {
			return math.NaN()
		}
		return 1
	})
	var got []string
	for _, g := range w.Gaps(points, dayFrom.Add(33*time.Minute+20*time.Second)) {
		got = append(got, fmt.Sprintf("%d-%d", int(g[0].Sub(dayFrom).Minutes()), int(g[1].Sub(dayFrom).Minutes())))
	}
	if want := "0-1 9-12 19-20 30-33"; strings.Join(got, " ") != want {
		t.Errorf("gaps %v, want %s", got, want)
	}
	if g := w.Gaps(nil, w.To.Add(time.Hour)); len(g) != 1 || !g[0][0].Equal(w.From) || !g[0][1].Equal(w.To) {
		t.Errorf("all of it: %v", g)
	}
}

func TestParseGoalRefuses(t *testing.T) {
	for _, text := range []string{"", "fine", "stable for 99% of points", "within warning for 0% of points", "within warning for 101% of points", "< 5 ms", "< 0.1% for 99%"} {
		if g, err := ParseGoal(text, "%"); err == nil {
			t.Errorf("%q is %+v", text, g)
		}
	}
}

// Whatever the points are: with too few of them nothing is met, and what is met has no more than is allowed against it.
func TestNothingIsMetThatIsNotKnown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := Window{From: dayFrom, To: dayFrom.Add(time.Duration(rapid.IntRange(1, 300).Draw(t, "minutes")) * time.Minute), Period: time.Minute}
		text := rapid.SampledFrom([]string{"< 0.1%", "within warning", "stable", "within warning for 90% of points"}).Draw(t, "goal")
		g, err := ParseGoal(text, "%")
		if err != nil {
			t.Fatal(err)
		}
		warning, _ := ParseRule("> 0.1%", "%")
		w.Goal, w.Warning = g, &warning
		if rapid.Bool().Draw(t, "ratio") && !g.Within {
			w.Ratio = errorRatio()
		}
		var points []Point
		parts := map[string][]Point{}
		known := map[time.Time]bool{}
		for i := range rapid.IntRange(0, 400).Draw(t, "n") {
			at := dayFrom.Add(time.Duration(rapid.IntRange(-5, 320).Draw(t, fmt.Sprint("at", i))) * time.Minute)
			v := rapid.SampledFrom([]float64{0, 0.05, 0.2, math.NaN(), math.Inf(1)}).Draw(t, fmt.Sprint("v", i))
			points = append(points, Point{At: at, Value: v})
			parts["requests"] = append(parts["requests"], Point{At: at, Value: 1000 * v})
			if at.After(w.From) && !at.After(w.To) && finite(v) {
				known[at] = true
			}
		}
		s := w.Score(points, parts)
		if s.Verdict == GoalMet && len(known)*100 < MinCoverage*s.Expected {
			t.Fatalf("met on %d of %d: %+v", len(known), s.Expected, s)
		}
		if s.Points > s.Expected || s.Coverage > 100 || s.Verdict == "" {
			t.Fatalf("%+v", s)
		}
		if s.Verdict == GoalMet && s.Value == nil {
			t.Fatalf("met without a value: %+v", s)
		}
	})
}
