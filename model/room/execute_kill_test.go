package room

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/launch"
)

func TestClosingDoesNotCancelAWriteThatWasSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.out.took = 4 * time.Second
		r := b.start(nil)
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = r.Door(el()).Do(t.Context(), command("flag.off")) })
		time.Sleep(time.Second)
		before := time.Now()
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(before); took != 3*time.Second {
			t.Errorf("closed after %s", took)
		}
		wg.Wait()
		if got := outcomes(t, b.disk); !slices.Equal(got, []string{"ok"}) || b.effects().writes != 1 {
			t.Errorf("returned %v, %d writes", got, b.effects().writes)
		}
	})
}

func TestARoomThatClosesBeforeTheIntentLeavesItToTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.out.idHangs = true
		r := b.start(nil)
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = r.Door(el()).Do(t.Context(), command("flag.off")) })
		time.Sleep(time.Second)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		if n := len(entriesOf(t, b.disk, launch.KindCallIntended)); n != 0 {
			t.Fatalf("%d intents", n)
		}
		b.out.change(func(o *outside) { o.idHangs = false })
		b.start(nil)
		b.wait(launch.KindCallReturned, 1, 5*time.Second)
		if b.effects().writes != 1 {
			t.Errorf("%d writes", b.effects().writes)
		}
	})
}

// Every point at which the process of a rollback may be killed, one after the other: each effect happens exactly once.
func TestKilledAtEveryPointEachEffectHappensOnce(t *testing.T) {
	for at := 1; ; at++ {
		killed := ""
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { killed = killedAt(t, at) })
		})
		if killed == "" {
			if at < 4*6 {
				t.Errorf("only %d points were reached", at-1)
			}
			return
		}
	}
}

// killedAt kills at the nth point, starts again, and does what a person would; it returns the point's name.
func killedAt(t *testing.T, at int) (point string) {
	b := newBench(t, launch.Live, nil)
	var mu sync.Mutex
	n := 0
	first := b.start(func(p *process, name string) {
		mu.Lock()
		defer mu.Unlock()
		if n++; n == at {
			point = name
			p.dead.Store(true)
		}
	})
	var wg sync.WaitGroup
	wg.Go(func() {
		_, _ = first.Door(el()).Do(t.Context(), command("rollback.request", "reason", "errors", "priority", "high", "steps", "feature-disable,database-rollback,code-rollback"))
	})
	time.Sleep(3 * time.Second)
	_ = first.Close()
	wg.Wait()
	b.start(nil)
	for range 60 {
		if ask(b, func(s *launch.State) bool { return s.CurrentRollback() != nil && s.CurrentRollback().Completed != nil }) {
			break
		}
		time.Sleep(5 * time.Second)
		b.out.change(func(o *outside) {
			for id := range o.state {
				o.state[id] = "succeeded"
			}
		})
		for _, st := range []string{"feature-disable", "database-rollback", "code-rollback"} {
			if b.stepState(st) == launch.StepFailed {
				b.do(el(), "step.retry", "id", st)
			}
		}
		if b.stepState("feature-disable") == launch.StepVerifying {
			_, _ = b.room.Door(el()).Do(t.Context(), command("step.confirm", "id", "feature-disable", "what", "monitor-traffic-drop"))
		}
	}
	b.onceEach(point)
	return point
}

// onceEach says that the rollback is done, and that each of its four effects happened once and stands in the journal.
func (b *bench) onceEach(point string) {
	t := b.t
	t.Helper()
	if got := ask(b, func(s *launch.State) string { return s.CurrentRollback().State(s) }); got != "done" {
		t.Errorf("killed %s: the rollback is %s: %v", point, got, kinds(b.disk))
	}
	e := b.effects()
	if e.writes != 1 || len(e.deployed) != 1 || len(e.ran) != 2 || len(e.calls) != 4 {
		t.Errorf("killed %s: %+v: %v", point, e, kinds(b.disk))
	}
	happened := ask(b, func(s *launch.State) (n int) {
		for _, c := range s.Calls {
			if c.Unknown() {
				t.Errorf("killed %s: nobody knows what became of %+v", point, c.Call)
			}
			if c.Happened() {
				n++
			}
		}
		return n
	})
	if happened != 4 {
		t.Errorf("killed %s: the journal has %d effects", point, happened)
	}
}
