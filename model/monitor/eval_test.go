package monitor

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var start = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

// series writes one-minute points as a string: '.' good, 'w' warning, 'x' critical, '_' no point.
func series(s string) []Point {
	values := map[rune]float64{'.': 0.01, 'w': 0.2, 'x': 2}
	var out []Point
	for i, c := range s {
		if v, ok := values[c]; ok {
			out = append(out, Point{At: start.Add(time.Duration(i+1) * time.Minute), Value: v})
		}
	}
	return out
}

func after(s string) time.Time { return start.Add(time.Duration(len(s)) * time.Minute) }

func rule(t testing.TB, text string) *Rule {
	t.Helper()
	r, err := ParseRule(text, "%")
	if err != nil {
		t.Fatal(err)
	}
	return &r
}

func TestEvalVerdicts(t *testing.T) {
	base := 1.0
	for _, tc := range []struct {
		name, points, warning, critical string
		unbound                         bool
		baseline                        *float64
		err                             error
		late                            time.Duration
		want                            State
		pending, of                     int
	}{
		{name: "ok", points: "...", warning: "> 0.1%", critical: "> 0.5%", want: OK},
		{name: "warn", points: "..w", warning: "> 0.1%", critical: "> 0.5%", want: Warn},
		{name: "first crit", points: "..x", warning: "> 0.1%", critical: "> 0.5%", want: Crit, pending: 1, of: 2},
		{name: "second crit", points: ".xx", warning: "> 0.1%", critical: "> 0.5%", want: Crit, pending: 2, of: 2},
		{name: "crit over a gap", points: ".x__x", critical: "> 0.5%", want: Crit, pending: 2, of: 2},
		{name: "crit over a long gap", points: ".x______x", critical: "> 0.5%", want: Crit, pending: 1, of: 2},
		{name: "newest decides", points: "xxx.", critical: "> 0.5%", want: OK},
		{name: "sustained pending", points: "..xxx", critical: "> 1% for 5m", want: OK, pending: 3, of: 5},
		{name: "sustained", points: "..xxxxx", critical: "> 1% for 5m", want: Crit, pending: 5, of: 5},
		{name: "sustained with two missing", points: ".xx_xx_x", critical: "> 1% for 5m", want: Crit, pending: 5, of: 5},
		{name: "three missing", points: ".xx_xx__x", critical: "> 1% for 5m", want: OK, pending: 4, of: 5},
		{name: "a good one resets", points: ".xxxx.xxxx", critical: "> 1% for 5m", want: OK, pending: 4, of: 5},
		{name: "two good ones do not clear", points: "xxxxx..", critical: "> 1% for 5m", want: Crit, pending: 5, of: 5},
		{name: "three good ones clear", points: "xxxxx...", critical: "> 1% for 5m", want: OK},
		{name: "a gap does not clear", points: "xxxxx._.", critical: "> 1% for 5m", want: Crit, pending: 5, of: 5},
		{name: "good ones over gaps clear", points: "xxxxx._._.", critical: "> 1% for 5m", want: OK},
		{name: "bad between good", points: "xxxxx..x..", critical: "> 1% for 5m", want: Crit, pending: 5, of: 5},
		{name: "sustained warning", points: "www", warning: "> 0.1% for 3m", critical: "> 0.5%", want: Warn, pending: 3, of: 3},
		{name: "warning before sustained critical", points: "xx", warning: "> 0.1%", critical: "> 1% for 5m", want: Warn, pending: 2, of: 5},
		{name: "no data", points: "___", warning: "> 0.1%", want: NoData},
		{name: "late but settled", points: "..", warning: "> 0.1%", late: 5 * time.Minute, want: OK},
		{name: "stale", points: "..", warning: "> 0.1%", late: 5*time.Minute + time.Second, want: Stale},
		{name: "stale without rules", points: "..", late: time.Hour, want: Stale},
		{name: "error", points: "..", warning: "> 0.1%", err: errors.New("throttled"), want: Error},
		{name: "error without points", points: "__", warning: "> 0.1%", err: errors.New("throttled"), want: Error},
		{name: "error does not hide a fresh crit", points: "xx", critical: "> 0.5%", err: errors.New("throttled"), want: Crit, pending: 2, of: 2},
		{name: "error after a stale crit", points: "xx", critical: "> 0.5%", err: errors.New("throttled"), late: time.Hour, want: Error},
		{name: "unbound", points: "..", warning: "> 0.1%", unbound: true, want: Unbound},
		{name: "no rule", points: "..", want: NoRule},
		{name: "no baseline", points: "..", warning: "> baseline * 1.5", want: NoBaseline},
		{name: "no baseline is never ok", points: "..", warning: "> baseline * 1.5", critical: "> 0.5%", want: NoBaseline},
		{name: "crit without baseline", points: "xx", warning: "> baseline * 1.5", critical: "> 0.5%", want: Crit, pending: 2, of: 2},
		{name: "baseline", points: "..x", warning: "> baseline * 1.5", baseline: &base, want: Warn},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := Spec{ID: "m", Unit: "%", Period: time.Minute, Bound: !tc.unbound, Baseline: tc.baseline}
			if tc.warning != "" {
				s.Warning = rule(t, tc.warning)
			}
			if tc.critical != "" {
				s.Critical = rule(t, tc.critical)
			}
			r := Eval(s, series(tc.points), tc.err, after(tc.points).Add(tc.late))
			if r.State != tc.want || r.Pending != tc.pending || r.Of != tc.of {
				t.Errorf("%s: %s %d/%d; want %s %d/%d", tc.points, r.State, r.Pending, r.Of, tc.want, tc.pending, tc.of)
			}
			if (tc.err != nil) != (r.Error != "") {
				t.Errorf("Error = %q", r.Error)
			}
			if want := tc.want == Crit && tc.pending == tc.of; r.Confirmed() != want {
				t.Errorf("Confirmed = %v; want %v", r.Confirmed(), want)
			}
		})
	}
}

func TestEvalTellsWhatItSaw(t *testing.T) {
	s := Spec{ID: "error-rate", Unit: "%", Warning: rule(t, "> 0.1%"), Bound: true}
	r := Eval(s, series("..w_w"), nil, after("..w_w").Add(30*time.Second))
	if r.ID != "error-rate" || r.Unit != "%" || *r.Value != 0.2 || !r.At.Equal(after("..w_w")) {
		t.Errorf("reading %+v", r)
	}
	if !r.Since.Equal(after("..w")) {
		t.Errorf("since %s; want the first warning point", r.Since)
	}
	if got := cells(r.Recent); !slices.Equal(got, []float64{0.01, 0.01, 0.2, -1, 0.2}) {
		t.Errorf("recent %v", got)
	}
	stale := Eval(s, series(".."), nil, after("..").Add(10*time.Minute))
	if got := cells(stale.Recent); len(got) != 12 || got[0] != 0.01 || got[2] != -1 || got[11] != -1 {
		t.Errorf("recent of a stale series %v; want the gap to show", got)
	}
	if want := after("..").Add(5 * time.Minute); !stale.Since.Equal(want) {
		t.Errorf("stale since %s; want %s", stale.Since, want)
	}
	if got := Eval(s, series(string(slices.Repeat([]byte("."), 100))), nil, start.Add(100*time.Minute)); len(got.Recent) != RecentPoints {
		t.Errorf("%d recent points", len(got.Recent))
	}
}

func cells(recent []*float64) []float64 {
	var out []float64
	for _, v := range recent {
		if v == nil {
			out = append(out, -1)
			continue
		}
		out = append(out, *v)
	}
	return out
}

func TestEvalIgnoresWhatIsNoPoint(t *testing.T) {
	s := Spec{Warning: rule(t, "> 0.1%"), Bound: true}
	now := start.Add(3 * time.Minute)
	at := func(m int) time.Time { return start.Add(time.Duration(m) * time.Minute) }
	for name, tc := range map[string]struct {
		points []Point
		want   State
		value  float64
	}{
		"future":       {[]Point{{at(1), 0}, {at(2), 0}, {at(4), 9}}, OK, 0},
		"only future":  {[]Point{{at(4), 0}}, NoData, 0},
		"NaN":          {[]Point{{at(1), 0}, {at(2), math.NaN()}}, OK, 0},
		"only NaN":     {[]Point{{at(1), math.NaN()}, {at(2), math.Inf(1)}}, NoData, 0},
		"out of order": {[]Point{{at(3), 9}, {at(1), 0}, {at(2), 0}}, Warn, 9},
		"revised":      {[]Point{{at(1), 0}, {at(2), 9}, {at(2), 0.05}}, OK, 0.05},
		"revised late": {[]Point{{at(2), 0}, {at(3), 0}, {at(1), 9}, {at(3), 8}}, Warn, 8},
	} {
		before := slices.Clone(tc.points)
		r := Eval(s, tc.points, nil, now)
		if r.State != tc.want || r.Value != nil && *r.Value != tc.value {
			t.Errorf("%s: %s %v; want %s %v", name, r.State, r.Value, tc.want, tc.value)
		}
		if len(before) != len(tc.points) || !before[0].At.Equal(tc.points[0].At) {
			t.Errorf("%s: the caller's points were changed", name)
		}
	}
}

// Whatever a source says: without a fresh point there is no verdict, and only a good newest point reads OK.
func TestNoDataNeverReadsOK(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Spec{Period: time.Minute, Bound: rapid.Bool().Draw(t, "bound")}
		texts := []string{"", "> 0.1%", "> 1% for 5m", "< 0.5%", "> baseline * 2"}
		pick := func(name string) *Rule {
			text := rapid.SampledFrom(texts).Draw(t, name)
			if text == "" {
				return nil
			}
			r, err := ParseRule(text, "%")
			if err != nil {
				t.Fatal(err)
			}
			return &r
		}
		s.Warning, s.Critical = pick("warning"), pick("critical")
		points := rapid.SliceOf(rapid.Custom(func(t *rapid.T) Point {
			return Point{
				At:    start.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "minute")) * time.Minute),
				Value: rapid.SampledFrom([]float64{0, 0.2, 2, math.NaN(), math.Inf(1)}).Draw(t, "value"),
			}
		})).Draw(t, "points")
		now := start.Add(time.Duration(rapid.IntRange(-1, 60).Draw(t, "now")) * time.Minute)
		var err error
		if rapid.Bool().Draw(t, "error") {
			err = errors.New("timeout")
		}
		r := Eval(s, points, err, now)
		fresh := r.Value != nil && now.Sub(r.At) <= DefaultSettle+2*time.Minute && !r.At.After(now)
		if r.State.Judged() && (!fresh || !s.Bound || s.Warning == nil && s.Critical == nil) {
			t.Fatalf("%s with no fresh point, source or rule: %+v", r.State, r)
		}
		if r.State == OK && err != nil {
			t.Fatal("OK while the source could not be asked")
		}
		if r.State == OK && (s.Warning != nil && s.Warning.Baseline || s.Critical != nil && s.Critical.Baseline) {
			t.Fatal("OK without the baseline")
		}
		if len(r.Recent) > RecentPoints {
			t.Fatalf("%d recent points", len(r.Recent))
		}
	})
}

// The order in which points arrive does not change what they say.
func TestEvalDoesNotDependOnOrder(t *testing.T) {
	s := Spec{Warning: rule(t, "> 0.1%"), Critical: rule(t, "> 1% for 5m"), Bound: true}
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(rapid.SampledFrom([]byte("..wxx_")), 0, 40).Draw(t, "series"))
		points := series(text)
		mixed := rapid.Permutation(points).Draw(t, "order")
		now := after(text)
		if a, b := Eval(s, points, nil, now), Eval(s, mixed, nil, now); !reflect.DeepEqual(a, b) {
			t.Fatalf("%s\n%+v\n%+v", text, a, b)
		}
	})
}

// A monitor that is read every five minutes has points as old as that by our own doing, and they are not stale for it.
func TestWhatIsReadSeldomIsNotStaleBetweenReads(t *testing.T) {
	at := time.Date(2026, 11, 24, 20, 45, 0, 0, time.UTC)
	s := Spec{Period: time.Minute, Every: 5 * time.Minute, Warning: rule(t, "> 70%"), Bound: true}
	points := []Point{{At: at, Value: 40}}
	for _, tc := range []struct {
		after time.Duration
		want  State
	}{{5*time.Minute + 3*time.Second, OK}, {DefaultSettle + 10*time.Minute, OK}, {DefaultSettle + 10*time.Minute + time.Second, Stale}} {
		if got := Eval(s, points, nil, at.Add(tc.after)).State; got != tc.want {
			t.Errorf("%s after its newest point: %s; expected %s", tc.after, got, tc.want)
		}
	}
}
