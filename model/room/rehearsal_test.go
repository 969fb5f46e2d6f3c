package room

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/screen"
)

func speeds(t *testing.T, s *memory) []float64 {
	t.Helper()
	var list []float64
	for _, e := range entriesOf(t, s, launch.KindAnchored) {
		var a launch.Anchor
		if err := json.Unmarshal(e.Data, &a); err != nil {
			t.Fatal(err)
		}
		list = append(list, a.Speed)
	}
	return list
}

func colleague(at time.Time, action string, args ...string) Deed {
	return Deed{At: at, Who: launch.Who{User: "po", UID: -1, Host: "h", Auth: journal.AuthRehearsal}, Command: command(action, args...)}
}

func TestADecisionSlowsTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		start := time.Now()
		plan(t, s, launch.Rehearsal, 2*time.Hour, el())
		open := start.Add(10 * time.Minute)
		c := &company{decision: func(s *screen.Screen) string {
			if s.At.Before(open) || s.Checklist.Done > 0 {
				return ""
			}
			return "tick one"
		}}
		r := openRoom(t, Config{Store: s, Clock: newPacer(start, 10), Company: c})
		d := r.Door(el())
		time.Sleep(70 * time.Second) // launch time reaches ten minutes after one minute
		sc, _ := d.Now(t.Context())
		if sc.Decision != "tick one" || sc.Clock.Anchor.Speed != 1 {
			t.Fatalf("decision %q, speed %g at %s", sc.Decision, sc.Clock.Anchor.Speed, sc.At.Sub(start))
		}
		if err := d.SkipToNextMark(t.Context()); err == nil || !strings.Contains(err.Error(), "tick one") {
			t.Errorf("skipped: %v", err)
		}
		if err := d.SetSpeed(t.Context(), 20); err != nil {
			t.Fatal(err)
		}
		do(t, d, "item.check", "id", "infra/one")
		if sc, _ = d.Now(t.Context()); sc.Clock.Anchor.Speed != 20 || sc.Decision != "" {
			t.Errorf("decision %q, speed %g", sc.Decision, sc.Clock.Anchor.Speed)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if got := speeds(t, s); len(got) != 4 || got[0] != 10 || got[1] != 1 || got[2] != 20 || got[3] != 0 {
			t.Errorf("speeds in the journal: %v", got)
		}
	})
}

func TestARehearsalGoesOnWhereItWasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		start := time.Now()
		plan(t, s, launch.Rehearsal, 2*time.Hour, el())
		r := openRoom(t, Config{Store: s, Clock: newPacer(start, 10)})
		time.Sleep(time.Minute)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(48 * time.Hour)
		state, _, err := Replay(t.Context(), s, "checkout")
		if err != nil || state.Clock.Anchor.Speed != 0 || state.Head.At.Sub(start) != 10*time.Minute {
			t.Errorf("left at %s with %+v, %v", state.Head.At.Sub(start), state.Clock.Anchor, err)
		}
		r = openRoom(t, Config{Store: s, Clock: newPacer(state.Head.At, 10)})
		sc, err := r.Door(el()).Now(t.Context())
		if err != nil || sc.At.Sub(start) != 10*time.Minute {
			t.Errorf("goes on at %s, %v", sc.At.Sub(start), err)
		}
	})
}

func TestAFastRehearsalIsLookedAtOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		start := time.Now()
		plan(t, s, launch.Rehearsal, 10*time.Hour, el())
		r := openRoom(t, Config{Store: s, Clock: newPacer(start, 10)})
		for speed, want := range map[float64]time.Duration{0.5: time.Second, 10: 500 * time.Millisecond, 20: 250 * time.Millisecond, 120: 100 * time.Millisecond} {
			if err := r.Door(el()).SetSpeed(t.Context(), speed); err != nil {
				t.Fatal(err)
			}
			if got := r.tickEvery(); got != want {
				t.Errorf("at speed %g every %s", speed, got)
			}
		}
		for _, bad := range []float64{0, -1, 0.4, 121} {
			if refusal, ok := launch.Refused(r.Door(el()).SetSpeed(t.Context(), bad)); !ok || !refusal.Usage {
				t.Errorf("speed %g was taken", bad)
			}
		}
	})
}

func TestTheFortnightBeforeIsPlayedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		start := time.Now()
		plan(t, s, launch.Rehearsal, 14*24*time.Hour, el())
		c := &company{}
		for i := range 100 {
			c.deeds = append(c.deeds, colleague(start.Add(time.Duration(i+1)*time.Hour), "note.add", "text", "a day's work"))
		}
		c.deeds = append(c.deeds, colleague(start.Add(101*time.Hour), "item.check", "id", "infra/one")) // not the product owner's
		r := openRoom(t, Config{Store: s, Clock: newPacer(start.Add(14*24*time.Hour-16*time.Minute), 10), Company: c})
		notes := entriesOf(t, s, "note.added")
		if len(notes) != 100 || s.appends != 3 { // the plan, the fortnight, the clock
			t.Errorf("%d notes in %d transactions", len(notes), s.appends)
		}
		for i, e := range notes {
			if want := start.Add(time.Duration(i+1) * time.Hour); !e.At.Equal(want) || e.Context == nil {
				t.Fatalf("note %d at %s with context %v", i, e.At, e.Context)
			}
		}
		if sc, _ := r.Door(el()).Now(t.Context()); len(sc.Recent) != keptLines || sc.Checklist.Done != 0 {
			t.Errorf("%d lines, %d done", len(sc.Recent), sc.Checklist.Done)
		}
	})
}

func TestColleaguesWaitForAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		start := time.Now()
		plan(t, s, launch.Rehearsal, 2*time.Hour, el())
		c := &company{deeds: []Deed{colleague(start.Add(time.Minute), "note.add", "text", "late")}}
		r := openRoom(t, Config{Store: s, Clock: newPacer(start, 10), Company: c})
		s.fails(errFull)
		time.Sleep(time.Minute)
		sc, _ := r.Door(el()).Now(t.Context())
		if sc.Entries != 2 || sc.ReadOnly == "" {
			t.Errorf("%d entries, read-only %q", sc.Entries, sc.ReadOnly)
		}
		s.fails(nil)
		time.Sleep(5 * time.Second)
		if n := len(entriesOf(t, s, "note.added")); n != 1 {
			t.Errorf("%d notes afterwards", n)
		}
		if report := journal.Verify("checkout", s.Rows(t.Context(), "checkout", 0), nil); report.Err() != nil {
			t.Error(report.Err())
		}
	})
}

func TestSkipPlaysWhatItPassesOverAndStopsAtADecision(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		start := time.Now()
		plan(t, s, launch.Rehearsal, 20*time.Minute, el()) // T-15m is five minutes ahead
		c := &company{deeds: []Deed{colleague(start.Add(2*time.Minute), "note.add", "text", "on the way")}}
		r := openRoom(t, Config{Store: s, Clock: newPacer(start, 1), Company: c})
		d := r.Door(el())
		if err := d.SkipToNextMark(t.Context()); err != nil {
			t.Fatal(err)
		}
		if now := r.cfg.Clock.Now().Sub(start); now != 5*time.Minute {
			t.Errorf("the clock is at %s", now)
		}
		notes := entriesOf(t, s, "note.added")
		if len(notes) != 1 || notes[0].At.Sub(start) != 2*time.Minute {
			t.Errorf("notes %+v", notes)
		}
		if err := d.SkipToNextMark(t.Context()); err != nil { // to T-5m, where the clock holds itself
			t.Fatal(err)
		}
		sc, _ := d.Now(t.Context())
		if sc.Clock.HeldAt == nil || sc.At.Sub(start) != 15*time.Minute {
			t.Errorf("held %v at %s", sc.Clock.HeldAt, sc.At.Sub(start))
		}
		if err := d.SkipToNextMark(t.Context()); err == nil {
			t.Error("skipped while held")
		}
	})
}

func TestSkipStopsWhereADecisionOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		start := time.Now()
		plan(t, s, launch.Rehearsal, 20*time.Minute, el())
		c := &company{decision: func(s *screen.Screen) string {
			if s.At.Sub(start) < 3*time.Minute {
				return ""
			}
			return "your vote"
		}}
		r := openRoom(t, Config{Store: s, Clock: newPacer(start, 1), Company: c})
		if err := r.Door(el()).SkipToNextMark(t.Context()); err != nil {
			t.Fatal(err)
		}
		if now := r.cfg.Clock.Now().Sub(start); now != 3*time.Minute {
			t.Errorf("the clock is at %s", now)
		}
	})
}
