package rehearsal_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tminus/integrations/rehearsal"
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/room"
	"tminus/model/runbook"
	"tminus/model/screen"
)

func TestColleaguesCaptureTheBaselinesOfTheirOwnMonitors(t *testing.T) {
	for _, tc := range []struct {
		role string
		want map[string]int // by user: how many monitors
	}{
		{"engineering-lead", map[string]int{"product": 4, "support": 4}},
		{"product-owner", map[string]int{"support": 4, "eng-lead": 1}},
		{"qa-lead", map[string]int{"product": 4, "support": 4, "eng-lead": 1}},
	} {
		t.Run(tc.role, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := start(t, "calm", tc.role)
				defer w.room.Close()
				got := map[string]int{}
				for _, e := range w.entries("baseline.captured") {
					var d launch.BaselineCaptured
					if err := json.Unmarshal(e.Data, &d); err != nil {
						t.Fatal(err)
					}
					got[e.Actor.User] += len(d.Captured)
					if len(d.Missing) > 0 || d.Captured[0].Points < 50 {
						t.Errorf("%s captured %+v", e.Actor.User, d)
					}
				}
				if fmt.Sprint(got) != fmt.Sprint(tc.want) {
					t.Errorf("captured %v; want %v", got, tc.want)
				}
			})
		})
	}
}

func TestTheCallerIsToldToCaptureWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "calm", "engineering-lead")
		defer w.room.Close()
		s := w.until("baselines", func(s *screen.Screen) bool {
			if s.Todo.Action == "baseline.capture" {
				return true
			}
			w.play(s)
			return false
		})
		if !s.Todo.Yours {
			t.Errorf("%+v", s.Todo)
		}
		w.play(s)
		if s = w.now(); s.Todo.Action != "item.check" || s.Todo.Target != "monitoring/baseline-metrics-captured" {
			t.Errorf("captured, next is %q", s.Todo.Text)
		}
	})
}

// Whatever the hour of the launch: against baselines captured in the fortnight before, a calm world breaks no rule until
// the watch is over.
func TestACalmWorldBreaksNoRuleAroundTheClock(t *testing.T) {
	book, mistakes := runbook.Load("feature-launch.yaml", builtin(t, "feature-launch.yaml"))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	w := rehearsal.NewWorld(scenario(t, "calm"), book, book.Monitors, nil, rehearsal.Caller{User: "me", Role: "engineering-lead"})
	read := func(m runbook.Monitor, from, to time.Time) []monitor.Point {
		round, err := w.Read(t.Context(), []room.Query{{Monitor: m.ID, Period: time.Duration(m.Every), From: from, To: to}})
		if err != nil {
			t.Fatal(err)
		}
		return round.Answers[0].Points
	}
	for hour := range 24 {
		t0 := time.Date(2026, 11, 24, hour, 17, 0, 0, time.UTC)
		for _, m := range book.Monitors {
			sum, n := 0.0, 0
			for day := 1; day <= 7; day++ {
				for _, p := range read(m, t0.AddDate(0, 0, -day), t0.AddDate(0, 0, -day).Add(2*time.Hour)) {
					sum, n = sum+p.Value, n+1
				}
			}
			baseline := sum / float64(n)
			points := read(m, t0.Add(-time.Hour), t0.Add(26*time.Hour))
			for _, text := range []string{m.Warning, m.Critical} {
				if text == "" {
					continue
				}
				rule, err := monitor.ParseRule(text, m.Unit)
				if err != nil {
					t.Fatal(err)
				}
				if at := slices.IndexFunc(points, func(p monitor.Point) bool { return rule.Bad(p.Value, &baseline) }); at >= 0 {
					t.Errorf("launched at %02d:17, %s is %g at %s: %s of %g", hour, m.ID, points[at].Value, points[at].At, text, baseline)
				}
			}
		}
	}
}

func TestThePastReadsTheSameTwice(t *testing.T) {
	book, _ := runbook.Load("feature-launch.yaml", builtin(t, "feature-launch.yaml"))
	w := rehearsal.NewWorld(scenario(t, "error-spike"), book, book.Monitors, nil, rehearsal.Caller{})
	from := time.Date(2026, 11, 17, 10, 0, 30, 0, time.UTC)
	q := []room.Query{{Monitor: "error-rate", Period: time.Minute, From: from, To: from.Add(2 * time.Hour)}, {Monitor: "nothing", Period: time.Minute, From: from, To: from.Add(time.Hour)}}
	a, _ := w.Read(t.Context(), q)
	q[0].From = from.Add(time.Hour)
	b, err := w.Read(t.Context(), q)
	if err != nil || len(a.Answers[0].Points) != 120 || len(a.Answers[1].Points) != 0 || !slices.Equal(a.Answers[0].Points[60:], b.Answers[0].Points) {
		t.Errorf("%v, %d points, then %d", err, len(a.Answers[0].Points), len(b.Answers[0].Points))
	}
	if first := a.Answers[0].Points[0].At; !first.After(from) || first.Sub(from) > time.Minute {
		t.Errorf("the first point after %s is of %s", from, first)
	}
}

// BenchmarkReadBaselines is what a capture of every relative monitor reads: two hours on each of seven days.
func BenchmarkReadBaselines(b *testing.B) {
	book, _ := runbook.Load("feature-launch.yaml", builtin(b, "feature-launch.yaml"))
	w := rehearsal.NewWorld(scenario(b, "calm"), book, book.Monitors, nil, rehearsal.Caller{})
	t0 := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for b.Loop() {
		for day := 1; day <= 7; day++ {
			from := t0.AddDate(0, 0, -day)
			var queries []room.Query
			for _, m := range book.Monitors {
				queries = append(queries, room.Query{Monitor: m.ID, Period: time.Minute, From: from, To: from.Add(2 * time.Hour)})
			}
			if _, err := w.Read(context.Background(), queries); err != nil {
				b.Fatal(err)
			}
		}
	}
}
