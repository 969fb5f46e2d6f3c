package monitor

import (
	"strings"
	"testing"
	"time"
)

var turned = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

// around is one point a minute: before up to the instant, after from the first minute after it. A negative value is none.
func around(before, after []float64) []Point {
	var points []Point
	add := func(from time.Time, values []float64) {
		for i, v := range values {
			if v >= 0 {
				points = append(points, Point{At: from.Add(time.Duration(i) * time.Minute), Value: v})
			}
		}
	}
	add(turned.Add(-time.Duration(len(before)-1)*time.Minute), before)
	add(turned.Add(time.Minute), after)
	return points
}

func times(v float64, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = v
	}
	return list
}

func TestEffect(t *testing.T) {
	for _, c := range []struct {
		name   string
		expect string
		before []float64
		after  []float64
		now    time.Duration // after the instant
		want   Outcome
		says   string
	}{
		{"falls to a half is not below it", Falls, times(100, 10), times(50, 4), 5 * time.Minute, Pending, "4 of 10"},
		{"falls", Falls, times(100, 10), []float64{90, 40, 30}, 4 * time.Minute, Held, "40 and 30"},
		{"one low point is none", Falls, times(100, 10), []float64{40, 90, 40, 90}, 5 * time.Minute, Pending, ""},
		{"low points with a gap", Falls, times(100, 10), []float64{40, -1, 40}, 5 * time.Minute, Held, ""},
		{"a point to come is none", Falls, times(100, 10), []float64{40, 40}, 90 * time.Second, Pending, ""},
		{"stays", Falls, times(100, 10), times(80, 10), 11 * time.Minute, Failed, "still 80"},
		{"to none", Falls, times(100, 10), nil, 9 * time.Minute, CannotVerify, "no point since 10:00:00"},
		{"not to none yet", Falls, times(100, 10), nil, 8 * time.Minute, Pending, "no point after it yet"},
		{"one low point and then none", Falls, times(100, 10), []float64{20}, 10 * time.Minute, CannotVerify, "no point since 10:01:00"},
		{"nothing before", Falls, nil, times(5, 3), 4 * time.Minute, CannotVerify, "to compare with"},
		{"only old points before", Falls, append([]float64{100}, times(-1, 30)...), times(5, 3), 4 * time.Minute, CannotVerify, "to compare with"},
		{"zero before", Falls, times(0, 10), times(0, 3), 4 * time.Minute, CannotVerify, "already"},
		{"rises", Rises, times(10, 10), []float64{21, 22}, 3 * time.Minute, Held, ""},
		{"twice is not above it", Rises, times(10, 10), times(20, 10), 11 * time.Minute, Failed, ""},
		{"rises from zero", Rises, times(0, 10), []float64{0, 1, 2}, 4 * time.Minute, Held, ""},
		{"the mean is of the newest ten", Falls, append(times(1000, 5), times(10, 10)...), times(8, 10), 11 * time.Minute, Failed, "was 10 "},
		{"nonsense", "dances", times(1, 10), times(8, 10), 11 * time.Minute, CannotVerify, "dances"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := EvalEffect(Spec{ID: "traffic", Period: time.Minute}, c.expect, around(c.before, c.after), turned, turned.Add(c.now))
			if got.Outcome != c.want || !strings.Contains(got.Evidence, c.says) || !strings.Contains(got.Evidence, "traffic") && c.want != CannotVerify {
				t.Errorf("got %d %s", got.Outcome, got.Evidence)
			}
		})
	}
}

func TestRecovery(t *testing.T) {
	for _, c := range []struct {
		name  string
		rule  string
		after []float64
		now   time.Duration
		want  Outcome
		says  string
	}{
		{"three good points", "> 1% for 5m", []float64{5, 0.1, 0.2, 0.3}, 5 * time.Minute, Held, "0.3 %"},
		{"two are too few", "> 1% for 5m", []float64{5, 0.1, 0.2}, 5 * time.Minute, Pending, "2 of 3"},
		{"a bad one between", "> 1% for 5m", []float64{0.1, 0.1, 5, 0.1}, 5 * time.Minute, Pending, "1 of 3"},
		{"good points before count for nothing", "> 1% for 5m", nil, time.Minute, Pending, "no point"},
		{"bad for fifteen minutes", "> 1% for 5m", times(5, 15), 15 * time.Minute, Failed, "5 %"},
		{"no traffic", "> 1% for 5m", nil, 9 * time.Minute, CannotVerify, "no traffic left"},
		{"no traffic after a good point", "> 1% for 5m", []float64{0.1}, 10 * time.Minute, CannotVerify, "no traffic left"},
		{"no baseline", "> baseline * 2", times(0.1, 5), 6 * time.Minute, CannotVerify, "baseline"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rule, err := ParseRule(c.rule, "%")
			if err != nil {
				t.Fatal(err)
			}
			got := EvalRecovery(Spec{ID: "error-rate", Unit: "%", Period: time.Minute}, rule, around(times(0.1, 5), c.after), turned, turned.Add(c.now))
			if got.Outcome != c.want || !strings.Contains(got.Evidence, c.says) {
				t.Errorf("got %d %s", got.Outcome, got.Evidence)
			}
		})
	}
}
