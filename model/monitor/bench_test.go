package monitor

import (
	"testing"
	"time"
)

const benchMonitors, benchPoints, benchMore = 500, 24 * 60, 60

// benchSeries are a day of one-minute points, and an hour more, of 500 monitors; half of the points break a rule. Each has
// memory of its own, as in a room.
func benchSeries() [][]Point {
	all := make([][]Point, benchMonitors)
	for m := range all {
		all[m] = make([]Point, benchPoints+benchMore)
		for i := range all[m] {
			all[m][i] = Point{At: start.Add(time.Duration(i) * time.Minute), Value: float64((i+m)%97) / 100}
		}
	}
	return all
}

// A launch of many monitors is judged anew after every read, so a day of points must cost little, and allocate nothing a
// point.
func BenchmarkEval500From24h(b *testing.B) {
	all := benchSeries()
	s := Spec{ID: "m", Period: time.Minute, Bound: true, Warning: rule(b, "> 0.5%"), Critical: rule(b, "> 0.9% for 5m")}
	b.ReportAllocs()
	for b.Loop() {
		for _, points := range all {
			Eval(s, points[:benchPoints], nil, points[benchPoints-1].At)
		}
	}
}

func BenchmarkEvalTrigger500From24h(b *testing.B) {
	all := benchSeries()
	trigger := *rule(b, "> 0.9% for 10m")
	b.ReportAllocs()
	for b.Loop() {
		for _, points := range all {
			EvalTrigger(trigger, time.Minute, nil, points[:benchPoints], points[benchPoints-1].At)
		}
	}
}

// One new point of each monitor, and all that follows from it: thresholds and a trigger.
func BenchmarkEval500OnePoint(b *testing.B) {
	all := benchSeries()
	s := Spec{ID: "m", Period: time.Minute, Bound: true, Warning: rule(b, "> 0.5%"), Critical: rule(b, "> 0.9% for 5m")}
	trigger := *rule(b, "> 0.9% for 10m")
	b.ReportAllocs()
	for n := 0; b.Loop(); n = (n + 1) % benchMore {
		for _, points := range all {
			window := points[n : n+benchPoints]
			Eval(s, window, nil, window[benchPoints-1].At)
			EvalTrigger(trigger, time.Minute, nil, window, window[benchPoints-1].At)
		}
	}
}

// The reference in the same run: the least that a look at the same points costs.
func BenchmarkReference500PlainLoop(b *testing.B) {
	all := benchSeries()
	sum, above := 0.0, 0
	for b.Loop() {
		for _, points := range all {
			for i := range benchPoints {
				sum += points[i].Value
				if points[i].Value > 0.5 && !points[i].At.IsZero() {
					above++
				}
			}
		}
	}
	if above < 0 || sum < 0 {
		b.Fatal("impossible")
	}
}
