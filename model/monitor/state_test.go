package monitor

import (
	"math"
	"testing"
	"time"
)

func TestReadingWithCounts(t *testing.T) {
	at := after("...")
	count := func(minutes int, value float64) Point {
		return Point{At: at.Add(time.Duration(minutes) * time.Minute), Value: value}
	}
	for _, tc := range []struct {
		name       string
		counts     []Point
		percentile bool
		want       float64 // -1: not known
		low        bool
	}{
		{"none", nil, true, -1, false},
		{"enough", []Point{count(-1, 5), count(0, 200)}, true, 200, false},
		{"few", []Point{count(-1, 500), count(0, 199)}, true, 199, true},
		{"few, but no percentile", []Point{count(0, 3)}, false, 3, false},
		{"zero", []Point{count(0, 0)}, true, 0, true},
		{"only of an older point", []Point{count(-1, 5)}, true, -1, false},
		{"of a point to come", []Point{count(0, 300), count(1, 5)}, true, 300, false},
		{"revised, in any order", []Point{count(0, 5), count(0, 300), count(-1, 1)}, true, 300, false},
		{"no number", []Point{count(0, 300), count(0, math.NaN()), count(0, -1)}, true, 300, false},
	} {
		r := Eval(Spec{Bound: true}, series("..."), nil, at)
		r.Low = true // of a reading before
		r.WithCounts(tc.counts, tc.percentile)
		if (r.Count == nil) != (tc.want < 0) || r.Count != nil && *r.Count != tc.want || r.Low != tc.low {
			t.Errorf("%s: count %v, low %v; want %v, %v", tc.name, r.Count, r.Low, tc.want, tc.low)
		}
	}
	r := Eval(Spec{Bound: true}, nil, nil, at)
	if r.WithCounts([]Point{count(0, 5)}, true); r.Count != nil || r.Low {
		t.Error("a count of no value")
	}
}

func TestStateNames(t *testing.T) {
	for s := NoData; s <= OK; s++ {
		text, _ := s.MarshalText()
		var back State
		if err := back.UnmarshalText(text); err != nil || back != s {
			t.Errorf("%s reads back as %s, %v", s, back, err)
		}
	}
	var s State
	if s.UnmarshalText([]byte("GREEN")) == nil || s.Judged() || State(200).String() != "NO DATA" {
		t.Error("an unknown state is something")
	}
}
