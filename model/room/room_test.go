package room

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/screen"
)

func TestWhatOneDoesAnotherSees(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 2*time.Hour, el())
		r := openRoom(t, Config{Store: s})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		screens, err := r.Door(po()).Watch(ctx)
		if err != nil {
			t.Fatal(err)
		}
		first := <-screens
		if first.You.User != "po" || !reflect.DeepEqual(first.You.Roles, []string{"product-owner"}) {
			t.Errorf("the watcher is %+v", first.You)
		}
		time.Sleep(time.Second)
		before := time.Now()
		res := do(t, r.Door(el()), "item.check", "id", "infra/one")
		if len(res.Entries) != 1 || res.Entries[0].Kind != "item.checked" || res.Message == "" {
			t.Errorf("the answer is %+v", res)
		}
		for sc := range screens {
			if sc.Checklist.Done == 1 {
				if late := time.Since(before); late > 100*time.Millisecond {
					t.Errorf("seen after %s", late)
				}
				break
			}
		}
		e := entriesOf(t, s, "item.checked")[0]
		if e.Context == nil || e.Actor.User != "el" || e.Actor.Auth != journal.AuthOSUser || e.Context.Clock != "T-01:59:59" {
			t.Errorf("actor %+v, context %+v", e.Actor, e.Context)
		}
	})
}

func TestRacingCommandsStandInOneChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 2*time.Hour, el())
		r := openRoom(t, Config{Store: s})
		const n = 200
		seqs := make([]int64, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() { seqs[i] = do(t, r.Door(el()), "note.add", "text", fmt.Sprint(i)).Entries[0].Seq })
		}
		wg.Wait()
		seen := map[int64]bool{}
		for _, q := range seqs {
			if seen[q] {
				t.Fatalf("entry %d was given twice", q)
			}
			seen[q] = true
		}
		report := journal.Verify("checkout", s.Rows(t.Context(), "checkout", 0), nil)
		if report.Err() != nil || report.Entries != n+1 {
			t.Errorf("%d entries: %v", report.Entries, report.Err())
		}
	})
}

func TestARestartIsTheSameState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 50*time.Minute, el())
		r := openRoom(t, Config{Store: s, Ports: Ports{Sources: map[string]Source{"cloudwatch": &source{value: 0.3}}}})
		d := r.Door(el())
		do(t, d, "item.check", "id", "infra/one")
		do(t, d, "poll.open")
		do(t, d, "note.add", "text", "hello")
		time.Sleep(5 * time.Minute)
		do(t, d, "clock.hold", "reason", "a look")
		before, err := d.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		folded, lines, err := Replay(t.Context(), s, "checkout")
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(folded.Clock, r.state.Clock) || !reflect.DeepEqual(folded.Items, r.state.Items) ||
			!reflect.DeepEqual(folded.Monitors, r.state.Monitors) || folded.Head != r.state.Head {
			t.Error("the fold differs from what the room had")
		}
		if !reflect.DeepEqual(lines, r.lines) {
			t.Errorf("lines %+v\nwant %+v", lines, r.lines)
		}
		after, err := openRoom(t, Config{Store: s, Ports: Ports{Sources: map[string]Source{"cloudwatch": &source{value: 0.3}}}}).Door(el()).Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if after.HeadFull != before.HeadFull || !reflect.DeepEqual(after.Checklist, before.Checklist) || !reflect.DeepEqual(after.Clock, before.Clock) {
			t.Error("the picture differs after a restart")
		}
	})
}

func TestATailThatWasSeenElsewhereIsMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 2*time.Hour, el())
		_, err := Open(t.Context(), Config{Store: s, Launch: "checkout", Anchors: []journal.Head{{Seq: 7, Hash: strings.Repeat("a", 64)}}})
		if err == nil || !strings.Contains(err.Error(), "cut") {
			t.Errorf("error %v", err)
		}
	})
}

func TestTheTimeOfAnEntryNeverGoesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 2*time.Hour, el())
		back := newPacer(time.Now().Add(-time.Hour), 0)
		r := openRoom(t, Config{Store: s, Clock: fixed{back}})
		do(t, r.Door(el()), "note.add", "text", "x")
		list, err := Entries(t.Context(), s, "checkout", 0, 10)
		if err != nil || list[1].At.Before(list[0].At) {
			t.Errorf("%v, %v", list, err)
		}
	})
}

// fixed hides that a pacer can be steered.
type fixed struct{ p *pacer }

func (f fixed) Now() time.Time        { return f.p.Now() }
func (f fixed) Anchor() launch.Anchor { return launch.Anchor{} }

func TestTheClockHoldsItselfWithoutAGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 10*time.Minute, el())
		r := openRoom(t, Config{Store: s})
		time.Sleep(6 * time.Minute)
		sc, err := r.Door(el()).Now(t.Context())
		if err != nil || sc.Clock.HeldAt == nil || !sc.Clock.HoldAuto {
			t.Fatalf("not held: %+v, %v", sc.Clock, err)
		}
		held := entriesOf(t, s, "clock.held")
		if len(held) != 1 || held[0].Actor.Auth != journal.AuthSystem || held[0].Context == nil {
			t.Errorf("entries %+v", held)
		}
	})
}

func TestAPlannedNameIsNeverUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, time.Hour, el())
		err := Plan(t.Context(), s, &PlanRequest{
			ID: "9", Mode: launch.Live, File: testFile(time.Now()), Runbook: testRunbook(), UID: func(string) int { return -1 }, Now: time.Now(), By: el(),
		})
		if err == nil || !strings.Contains(err.Error(), "never used again") || len(s.rows) != 1 {
			t.Errorf("error %v, %d rows", err, len(s.rows))
		}
		first := entriesOf(t, s, "launch.planned")[0]
		if !reflect.DeepEqual(first.Actor.Roles, []string{"engineering-lead"}) {
			t.Errorf("planned by %+v", first.Actor)
		}
	})
}

func TestCloseEndsEverything(t *testing.T) {
	// The bubble fails the test when a goroutine is left behind.
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 2*time.Hour, el())
		r := openRoom(t, Config{Store: s, Ports: Ports{Sources: map[string]Source{"cloudwatch": &source{delay: 5 * time.Second}}}})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var boxes []<-chan *screen.Screen
		for _, who := range []launch.Who{el(), po(), stranger()} {
			ch, err := r.Door(who).Watch(ctx)
			if err != nil {
				t.Fatal(err)
			}
			boxes = append(boxes, ch)
		}
		time.Sleep(1500 * time.Millisecond)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() { _ = r.Close() })
		}
		wg.Wait()
		for _, ch := range boxes {
			for range ch {
			}
		}
		<-r.Done()
		if _, err := r.Door(el()).Do(t.Context(), command("note.add", "text", "x")); !IsClosed(err) || r.Err() != nil {
			t.Errorf("errors %v, %v", err, r.Err())
		}
	})
}
