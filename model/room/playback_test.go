package room

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
)

// saidIn is what `status --json` says, but for what stands in no journal: the room's process and a source's seconds of trouble.
func saidIn(t *testing.T, s *screen.Screen, at time.Time) string {
	t.Helper()
	doc := s.StatusDoc(at)
	doc.Room = nil
	text, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Through a launch with a breach, a trigger, an outage of the source, a hold and a close, the playback says at each instant
// what the room said then, in whatever order the instants are asked for.
func TestPlaybackTellsWhatTheRoomTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 30*time.Minute, el())
		f := healthy()
		r := openOn(t, s, f)
		d := r.Door(el())
		start := time.Now()
		type moment struct {
			at   time.Time
			said string
		}
		var moments []moment
		for minute := range 60 {
			time.Sleep(time.Minute)
			synctest.Wait()
			switch minute {
			case 3:
				do(t, d, "item.check", "id", "infra/one")
			case 10:
				f.change(func(f *feed) { f.value = bad(start.Add(10*time.Minute), start.Add(20*time.Minute)) })
			case 12:
				do(t, d, "clock.hold", "reason", "the errors")
			case 30:
				f.change(func(f *feed) { f.err = errors.New("no route to host") })
			case 45:
				f.change(func(f *feed) { f.err = nil })
			}
			time.Sleep(30 * time.Second)
			synctest.Wait()
			sc, err := d.Now(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			moments = append(moments, moment{sc.At, saidIn(t, sc, sc.At)})
		}
		p, err := NewPlayback(t.Context(), s, "checkout")
		if err != nil {
			t.Fatal(err)
		}
		fired := false
		for i := range moments {
			m := moments[(i*37)%len(moments)]
			sc, err := p.At(t.Context(), m.at, el())
			if err != nil {
				t.Fatal(err)
			}
			fired = fired || sc.Triggers[0].State == string(launch.TriggerStateFired)
			if got := saidIn(t, sc, m.at); got != m.said {
				t.Fatalf("at %s the room said\n%s\nand the playback says\n%s", m.at.Sub(start), m.said, got)
			}
		}
		if !fired {
			t.Error("no trigger fired in all of this: the test proves little")
		}
		if _, err := p.At(t.Context(), start.Add(-time.Second), el()); err == nil || !strings.Contains(err.Error(), "planned at") {
			t.Errorf("before the plan: %v", err)
		}
	})
}

// While nobody polled nothing was watched, whatever had been read before.
func TestPlaybackIsNotWatchedWhereNoRoomWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 2*time.Hour, el())
		r := openOn(t, s, healthy())
		time.Sleep(10*time.Minute + time.Second)
		left := screenOf(t, r)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		p, err := NewPlayback(t.Context(), s, "checkout")
		if err != nil {
			t.Fatal(err)
		}
		for after, want := range map[time.Duration]screen.Status{0: left.Status, 20 * time.Minute: screen.NotWatched} {
			sc, err := p.At(t.Context(), left.At.Add(after), el())
			if err != nil {
				t.Fatal(err)
			}
			if sc.Status != want {
				t.Errorf("%s after the room's end: %s, expected %s", after, sc.Status, want)
			}
			if after > 0 && sc.Monitors[0].State == monitor.OK {
				t.Error("a value of long ago reads OK")
			}
		}
	})
}

// What is appended while the playback is open is told too.
func TestPlaybackGoesOnWithItsLaunch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 2*time.Hour, el())
		p, err := NewPlayback(t.Context(), s, "checkout")
		if err != nil {
			t.Fatal(err)
		}
		d := openRoom(t, Config{Store: s}).Door(el())
		time.Sleep(time.Minute)
		do(t, d, "note.add", "text", "later")
		sc, err := p.At(t.Context(), time.Now(), el())
		if err != nil {
			t.Fatal(err)
		}
		if n := len(sc.Recent); n == 0 || !strings.Contains(sc.Recent[n-1].Text, "later") {
			t.Errorf("the newest line is %+v", sc.Recent)
		}
		if sc, err = p.At(t.Context(), time.Now().Add(-30*time.Second), el()); err != nil || sc.Entries >= s.count() {
			t.Errorf("before the note: %d entries of %d, %v", sc.Entries, s.count(), err)
		}
	})
}

func BenchmarkPlaybackJump(b *testing.B) {
	s := long(b, 10_000)
	p, err := NewPlayback(b.Context(), s, "checkout")
	if err != nil {
		b.Fatal(err)
	}
	from, to := p.Span()
	for i := 0; b.Loop(); i++ {
		at := from.Add(to.Sub(from) * time.Duration(7-i%7) / 8) // back and back, and once on
		if _, err := p.At(b.Context(), at, el()); err != nil {
			b.Fatal(err)
		}
	}
}
