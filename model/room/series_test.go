package room

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/runbook"
	"tminus/model/screen"
)

// feed is a source with a history: what value says of an instant, from late after it on, in any order.
type feed struct {
	mu     sync.Mutex
	value  func(monitor string, at time.Time) (float64, bool)
	late   time.Duration
	err    error
	hang   bool
	calls  int
	window []Query
	key    string
}

func (f *feed) change(c func(f *feed)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c(f)
}

func (f *feed) Read(ctx context.Context, queries []Query) (Round, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	f.window = append(f.window, queries...)
	if f.hang {
		f.mu.Unlock()
		<-ctx.Done()
		f.mu.Lock()
		return Round{}, ctx.Err()
	}
	if f.err != nil {
		return Round{}, f.err
	}
	round := Round{Metrics: len(queries), Answers: make([]Answer, len(queries)), Key: f.key}
	for i, q := range queries {
		a := &round.Answers[i]
		a.Monitor = q.Monitor
		for at := q.From.Truncate(q.Period).Add(q.Period); !at.After(q.To) && !at.Add(f.late).After(time.Now()); at = at.Add(q.Period) {
			if v, ok := f.value(q.Monitor, at); ok {
				a.Points = append(a.Points, monitor.Point{At: at, Value: v})
			}
		}
		rand.Shuffle(len(a.Points), func(i, j int) { a.Points[i], a.Points[j] = a.Points[j], a.Points[i] })
	}
	return round, nil
}

// healthy is a feed without trouble.
func healthy() *feed {
	return &feed{late: 2 * time.Minute, value: func(string, time.Time) (float64, bool) { return 0.02, true }}
}

// bad makes the error rate 2 % in (from, to].
func bad(from, to time.Time) func(string, time.Time) (float64, bool) {
	return func(id string, at time.Time) (float64, bool) {
		if id == "error-rate" && at.After(from) && !at.After(to) {
			return 2, true
		}
		return 0.02, true
	}
}

func uids(login string) int { return map[string]int{"el": 1001, "po": 1002}[login] }

func openOn(t *testing.T, s *memory, f *feed) *Room {
	return openRoom(t, Config{Store: s, Ports: Ports{Sources: map[string]Source{"cloudwatch": f}}})
}

func screenOf(t *testing.T, r *Room) *screen.Screen {
	t.Helper()
	sc, err := r.Door(el()).Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func triggerOf(t *testing.T, r *Room, id string) screen.Trigger {
	t.Helper()
	for _, tr := range screenOf(t, r).Triggers {
		if tr.ID == id {
			return tr
		}
	}
	t.Fatalf("no trigger %s on the screen", id)
	return screen.Trigger{}
}

func data[D any](t *testing.T, e journal.Entry) (d D) {
	t.Helper()
	if err := json.Unmarshal(e.Data, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestABreachOfFourMinutesDoesNotFire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newMemory(), healthy()
		plan(t, s, launch.Live, 5*time.Hour, el())
		r := openOn(t, s, f)
		start := time.Now().Truncate(time.Minute).Add(10 * time.Minute)
		f.change(func(f *feed) { f.value = bad(start, start.Add(4*time.Minute)) })
		time.Sleep(time.Hour)
		if n := len(entriesOf(t, s, launch.KindTriggerFired)); n != 0 {
			t.Errorf("fired %d times", n)
		}
		if sc := screenOf(t, r); sc.Status != screen.Green {
			t.Errorf("status %s %v", sc.Status, sc.Reasons)
		}
	})
}

func TestABreachOfSevenMinutesFiresWithTheVeryPoints(t *testing.T) {
	for name, restart := range map[string]bool{"one room": false, "restarted in the middle": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, f := newMemory(), healthy()
				plan(t, s, launch.Live, 5*time.Hour, el())
				r := openOn(t, s, f)
				start := time.Now().Truncate(time.Minute).Add(10 * time.Minute)
				f.change(func(f *feed) { f.value = bad(start, start.Add(7*time.Minute)) })
				time.Sleep(time.Until(start.Add(6*time.Minute + 30*time.Second)))
				if tr := triggerOf(t, r, "error-rate-high"); tr.State != "pending" || tr.Pending != 4 || tr.Of != 5 {
					t.Errorf("after four points: %s %d/%d", tr.State, tr.Pending, tr.Of)
				}
				if restart {
					if err := r.Close(); err != nil {
						t.Fatal(err)
					}
					r = openOn(t, s, f)
				}
				time.Sleep(40 * time.Second) // the fifth bad point is served two minutes after its end
				fired := entriesOf(t, s, launch.KindTriggerFired)
				if len(fired) != 1 {
					t.Fatalf("fired %d times", len(fired))
				}
				d := data[launch.TriggerFired](t, fired[0])
				if d.Trigger != "error-rate-high" || d.Proposes != "hold" || len(d.Points) != 5 {
					t.Errorf("fired with %+v", d)
				}
				for i, p := range d.Points {
					if want := start.Add(time.Duration(i+1) * time.Minute); !p.At.Equal(want) || p.Value != 2 {
						t.Errorf("point %d is %v at %s, want %s", i, p.Value, p.At, want)
					}
				}
				if fired[0].Context == nil || fired[0].Context.Metrics["error-rate"].State == "" {
					t.Error("fired without its context")
				}
				if sc := screenOf(t, r); sc.Status != screen.Red || len(sc.Alarms) == 0 {
					t.Errorf("status %s, alarms %v", sc.Status, sc.Alarms)
				}
				time.Sleep(20 * time.Minute)
				cleared := entriesOf(t, s, launch.KindTriggerCleared)
				if len(cleared) != 1 || data[launch.TriggerCleared](t, cleared[0]).Why != "recovered" {
					t.Errorf("cleared %v", cleared)
				}
				if n := len(entriesOf(t, s, launch.KindTriggerFired)); n != 1 {
					t.Errorf("fired %d times in all", n)
				}
			})
		})
	}
}

func TestARevisionThatUndoesTheBreachClearsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newMemory(), healthy()
		plan(t, s, launch.Live, 5*time.Hour, el())
		r := openOn(t, s, f)
		start := time.Now().Truncate(time.Minute).Add(10 * time.Minute)
		f.change(func(f *feed) { f.value = bad(start, start.Add(time.Hour)) })
		time.Sleep(time.Until(start.Add(7*time.Minute + 10*time.Second)))
		if tr := triggerOf(t, r, "error-rate-high"); tr.State != "fired" {
			t.Fatalf("the trigger is %s", tr.State)
		}
		f.change(func(f *feed) { f.value = bad(start, start) })
		time.Sleep(time.Minute)
		cleared := entriesOf(t, s, launch.KindTriggerCleared)
		if len(cleared) != 1 || data[launch.TriggerCleared](t, cleared[0]).Why != "revised" {
			t.Fatalf("cleared %v", cleared)
		}
		changes := entriesOf(t, s, launch.KindMonitorChanged)
		last := data[launch.MonitorChanged](t, changes[len(changes)-1])
		if last.To != "OK" || len(last.Revised) == 0 || last.Revised[0].From != 2 || last.Revised[0].To != 0.02 {
			t.Errorf("the last change is %+v", last)
		}
	})
}

func TestNoDataIsNeverGreenAndGreenComesBackWithTheData(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newMemory(), healthy()
		plan(t, s, launch.Live, 5*time.Hour, el())
		r := openOn(t, s, f)
		time.Sleep(10 * time.Minute)
		if sc := screenOf(t, r); sc.Status != screen.Green {
			t.Fatalf("status %s %v", sc.Status, sc.Reasons)
		}
		gone := time.Now().Truncate(time.Minute)
		f.change(func(f *feed) {
			f.value = func(_ string, at time.Time) (float64, bool) {
				return 0.02, !at.After(gone) || at.After(gone.Add(20*time.Minute))
			}
		})
		time.Sleep(time.Until(gone.Add(6 * time.Minute)))
		for time.Now().Before(gone.Add(22 * time.Minute)) {
			if sc := screenOf(t, r); sc.Status == screen.Green || reading(t, r, "error-rate").State == monitor.OK {
				t.Fatalf("%s after the data ended the screen says %s", time.Since(gone), sc.Status)
			}
			time.Sleep(30 * time.Second)
		}
		time.Sleep(3 * time.Minute)
		if sc := screenOf(t, r); sc.Status != screen.Green {
			t.Errorf("with the data back the status is %s %v", sc.Status, sc.Reasons)
		}
	})
}

func TestMissingPointsDoNotClear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newMemory(), healthy()
		plan(t, s, launch.Live, 50*time.Hour, el())
		r := openOn(t, s, f)
		start := time.Now().Truncate(time.Minute)
		f.change(func(f *feed) {
			f.value = func(_ string, at time.Time) (float64, bool) { return 2, !at.After(start.Add(6 * time.Minute)) }
		})
		time.Sleep(3 * time.Hour)
		if tr := triggerOf(t, r, "error-rate-high"); tr.State != "fired" || len(tr.Points) == 0 {
			t.Errorf("three hours without data later the trigger is %s", tr.State)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		r = openOn(t, s, f)
		time.Sleep(10 * time.Minute)
		if tr := triggerOf(t, r, "error-rate-high"); tr.State != "fired" {
			t.Errorf("after a restart it is %s", tr.State)
		}
		if n := len(entriesOf(t, s, launch.KindTriggerFired)); n != 1 {
			t.Errorf("fired %d times", n)
		}
	})
}

// twoLanes binds a second monitor to a host that hangs.
func twoLanes(t *testing.T, s *memory) {
	t.Helper()
	now := time.Now().UTC()
	file := testFile(now.Add(5 * time.Hour))
	file.Sources["latency"] = launchfile.Source{Prometheus: &launchfile.Prometheus{URL: "http://p:9090", Query: "x"}}
	err := Plan(t.Context(), s, &PlanRequest{
		ID: "0123", Mode: launch.Live, File: file, FileText: "file", Runbook: testRunbook(), RunbookText: "book",
		UID: uids, Now: now, By: el(),
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestALaneThatHangsHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, good, stuck := newMemory(), healthy(), healthy()
		twoLanes(t, s)
		stuck.hang = true
		r := openRoom(t, Config{Store: s, Ports: Ports{Sources: map[string]Source{"cloudwatch": good, "prometheus": stuck}}})
		time.Sleep(5 * time.Second)
		if got := reading(t, r, "error-rate"); got.State != monitor.OK {
			t.Errorf("beside a hanging source the other reads %s", got.State)
		}
		time.Sleep(10 * time.Second)
		got := reading(t, r, "latency")
		if got.State != monitor.Error || got.Error != "no answer within 10s" || got.NextTry.IsZero() {
			t.Errorf("the hanging one reads %s (%s), next try %s", got.State, got.Error, got.NextTry)
		}
		stuck.change(func(f *feed) { f.hang = false })
		time.Sleep(time.Minute + 5*time.Second)
		if got := reading(t, r, "latency"); got.State != monitor.OK {
			t.Errorf("it does not come back by itself: %s (%s)", got.State, got.Error)
		}
	})
}

func TestThrottlingLowersThePaceAndCalmRaisesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newMemory(), healthy()
		plan(t, s, launch.Live, 5*time.Hour, el())
		r := openOn(t, s, f)
		time.Sleep(3 * time.Minute)
		f.change(func(f *feed) { f.err = &Fault{Kind: FaultThrottled, Reason: "throttled"} })
		time.Sleep(2 * time.Minute)
		if h := screenOf(t, r).Sources[0]; h.Error != "throttled" || h.Pace < 2 {
			t.Errorf("throttled: %+v", h)
		}
		calls := 0
		f.change(func(f *feed) { f.err, calls = nil, f.calls })
		time.Sleep(4 * time.Minute)
		f.change(func(f *feed) {
			if n := f.calls - calls; n > 3 {
				t.Errorf("%d calls in four minutes at a lowered pace", n)
			}
		})
		if got := reading(t, r, "error-rate").State; got != monitor.OK {
			t.Errorf("at a lowered pace good data reads %s", got)
		}
		time.Sleep(10 * time.Minute)
		f.change(func(f *feed) { calls = f.calls })
		time.Sleep(10 * time.Minute)
		f.change(func(f *feed) {
			if n := f.calls - calls; n < 9 || n > 11 {
				t.Errorf("%d calls in ten calm minutes", n)
			}
		})
		if h := screenOf(t, r).Sources[0]; h.Error != "" || h.Pace != 0 {
			t.Errorf("calm again: %+v", h)
		}
	})
}

func TestSamplesAreSealed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newMemory(), healthy()
		plan(t, s, launch.Live, 5*time.Hour, el())
		openOn(t, s, f)
		time.Sleep(35 * time.Minute)
		seals := entriesOf(t, s, launch.KindSamplesSealed)
		if len(seals) < 3 {
			t.Fatalf("%d seals in 35 minutes", len(seals))
		}
		n, err := CheckSeals(t.Context(), s, "checkout")
		if err != nil || n < 140 { // two hours of history and what came since
			t.Errorf("%d sealed samples: %v", n, err)
		}
		s.mu.Lock()
		s.samples[3].Value++
		s.mu.Unlock()
		if _, err := CheckSeals(t.Context(), s, "checkout"); err == nil {
			t.Error("a changed sample is not found")
		}
	})
}

func TestBaselinesAreCapturedFromHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		now := time.Now().UTC()
		file := testFile(now.Add(5 * time.Hour))
		file.Sources["visits"] = launchfile.Source{CloudWatch: &launchfile.CloudWatch{Period: runbook.Duration(time.Minute)}}
		if err := Plan(t.Context(), s, &PlanRequest{
			ID: "0123", Mode: launch.Live, File: file, FileText: "file", Runbook: testRunbook(), RunbookText: "book",
			UID: uids, Now: now, By: el(),
		}); err != nil {
			t.Fatal(err)
		}
		f := healthy()
		f.value = func(id string, _ time.Time) (float64, bool) {
			if id == "visits" {
				return 40, true
			}
			return 0.02, true
		}
		r := openOn(t, s, f)
		time.Sleep(10 * time.Second)
		if got := reading(t, r, "visits").State; got != monitor.NoBaseline {
			t.Errorf("before: %s", got)
		}
		do(t, r.Door(el()), "baseline.capture")
		if got := reading(t, r, "visits").State; got != monitor.OK {
			t.Errorf("after: %s", got)
		}
		f.change(func(f *feed) {
			days := map[string]bool{}
			for _, q := range f.window {
				if q.Monitor == "visits" && q.To.Before(now.Add(-12*time.Hour)) {
					days[q.From.Format(time.DateOnly)] = true
				}
			}
			if len(days) != 7 {
				t.Errorf("read on %d earlier days: %v", len(days), days)
			}
			f.value = func(string, time.Time) (float64, bool) { return 19, true }
		})
		time.Sleep(5 * time.Minute)
		if got := reading(t, r, "visits").State; got != monitor.Warn {
			t.Errorf("at less than half of the baseline: %s", got)
		}
		if k := kinds(s); !slices.Contains(k, "baseline.captured") {
			t.Errorf("kinds %v", k)
		}
	})
}

func TestTypedValuesAgeLikeOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 5*time.Hour, el())
		r := openOn(t, s, healthy())
		if got := reading(t, r, "latency").State; got != monitor.Unbound {
			t.Errorf("before: %s", got)
		}
		do(t, r.Door(el()), "value.enter", "monitor", "latency", "value", "250")
		if got := reading(t, r, "latency"); got.State != monitor.Warn || *got.Value != 250 {
			t.Errorf("entered: %s", got.State)
		}
		time.Sleep(10 * time.Minute)
		if got := reading(t, r, "latency").State; got != monitor.Stale {
			t.Errorf("ten minutes later: %s", got)
		}
	})
}
