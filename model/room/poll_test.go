package room

import (
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
)

func reading(t *testing.T, r *Room, id string) monitor.Reading {
	t.Helper()
	sc, err := r.Door(el()).Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range sc.Monitors {
		if m.ID == id {
			return m.Reading
		}
	}
	t.Fatalf("no monitor %s", id)
	return monitor.Reading{}
}

func TestReadings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 5*time.Hour, el())
		src := &source{value: 0.05}
		r := openRoom(t, Config{Store: s, Ports: Ports{Sources: map[string]Source{"cloudwatch": src}}})
		steps := []struct {
			value float64
			err   error
			wait  time.Duration
			want  monitor.State
		}{
			{0.05, nil, 2 * time.Minute, monitor.OK},
			{0.3, nil, 5 * time.Minute, monitor.Warn},
			{0.3, errors.New("throttled"), 5 * time.Minute, monitor.Error},
			{0.05, nil, 5 * time.Minute, monitor.OK},
		}
		for i, step := range steps {
			src.set(step.value, step.err)
			time.Sleep(step.wait)
			if got := reading(t, r, "error-rate"); got.State != step.want {
				t.Errorf("step %d: %s (%s), want %s", i, got.State, got.Error, step.want)
			}
		}
		if got := reading(t, r, "latency").State; got != monitor.Unbound {
			t.Errorf("the unbound one is %s", got)
		}
		var changes []string
		for _, e := range entriesOf(t, s, launch.KindMonitorChanged) {
			var d launch.MonitorChanged
			if err := json.Unmarshal(e.Data, &d); err != nil {
				t.Fatal(err)
			}
			changes = append(changes, d.From+">"+d.To)
			if e.Context == nil {
				t.Error("a change without its context")
			}
		}
		if len(changes) != 3 || changes[0] != ">WARN" || changes[1] != "WARN>ERROR" || changes[2] != "ERROR>OK" {
			t.Errorf("changes %v", changes)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.samples) == 0 || len(s.reads) < 12 {
			t.Errorf("%d samples, %d reads", len(s.samples), len(s.reads))
		}
	})
}

func TestABoundMonitorWithoutAReaderIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 5*time.Hour, el())
		r := openRoom(t, Config{Store: s})
		time.Sleep(time.Minute)
		if got := reading(t, r, "error-rate"); got.State != monitor.Error || got.Error != "no reader for cloudwatch" {
			t.Errorf("%s: %s", got.State, got.Error)
		}
		if n := len(entriesOf(t, s, launch.KindMonitorChanged)); n != 0 {
			t.Errorf("%d changes of what nobody reads", n)
		}
	})
}

func TestASimulatedSourceAnswersForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Rehearsal, 5*time.Hour, el())
		r := openRoom(t, Config{Store: s, Ports: Ports{Sources: map[string]Source{Simulated: &source{value: 0.01}}}, Clock: newPacer(time.Now(), 10)})
		time.Sleep(30 * time.Second)
		for _, id := range []string{"error-rate", "latency"} {
			if got := reading(t, r, id); got.State != monitor.OK {
				t.Errorf("%s is %s", id, got.State)
			}
		}
	})
}

func TestASourceThatHangsIsAnErrorAndHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 5*time.Hour, el())
		r := openRoom(t, Config{Store: s, Ports: Ports{Sources: map[string]Source{"cloudwatch": &source{delay: time.Hour}}}})
		time.Sleep(5 * time.Second)
		before := time.Now()
		do(t, r.Door(el()), "note.add", "text", "x")
		if time.Since(before) > 0 {
			t.Errorf("a command waited %s for the source", time.Since(before))
		}
		time.Sleep(10 * time.Second)
		if got := reading(t, r, "error-rate"); got.State != monitor.Error {
			t.Errorf("the reading is %s", got.State)
		}
	})
}

func TestSamplesAreKeptOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 5*time.Hour, el())
		src := &source{value: 1}
		openRoom(t, Config{Store: s, Ports: Ports{Sources: map[string]Source{"cloudwatch": src}}})
		time.Sleep(10*time.Minute + time.Second)
		s.fails(errFull)
		time.Sleep(5 * time.Minute)
		s.fails(nil)
		time.Sleep(5 * time.Minute)
		s.mu.Lock()
		defer s.mu.Unlock()
		at := map[time.Time]int{}
		for _, smp := range s.samples {
			at[smp.At]++
			if at[smp.At] > 1 {
				t.Fatalf("%s is kept twice", smp.At)
			}
		}
		if len(at) < 20 {
			t.Errorf("%d points of 20 minutes are kept", len(at))
		}
	})
}
