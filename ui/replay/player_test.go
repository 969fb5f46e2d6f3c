package replay

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui"
)

// past is a launch with an entry every ten minutes; every third is a person's.
type past struct {
	ui.Room
	begin time.Time
	asked []time.Time
}

func (p *past) Entries(_ context.Context, after int64, limit int) ([]journal.Entry, error) {
	var list []journal.Entry
	for seq := after + 1; seq <= 13 && len(list) < limit; seq++ {
		e := journal.Entry{Seq: seq, At: p.begin.Add(time.Duration(seq-1) * 10 * time.Minute), Kind: "note.added", Actor: journal.Actor{User: "el", Auth: "os-user"}}
		if seq%3 != 0 {
			e.Kind, e.Actor = "clock.anchored", journal.Actor{User: "tminus", Auth: journal.AuthSystem}
		}
		list = append(list, e)
	}
	return list, nil
}

func (p *past) At(_ context.Context, at time.Time) (*screen.Screen, error) {
	p.asked = append(p.asked, at)
	return &screen.Screen{At: at, Mode: launch.Live}, nil
}

func open(t *testing.T, from time.Duration) (*Player, *past) {
	t.Helper()
	r := &past{begin: time.Now().Add(-2 * time.Hour)}
	p, err := Open(t.Context(), r, time.Now, r.begin.Add(from))
	if err != nil {
		t.Fatal(err)
	}
	return p, r
}

func TestTheReplayStaysWithinItsLaunch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, r := open(t, 0)
		p.Skip(-time.Hour)
		if at := p.State().At; !at.Equal(r.begin) {
			t.Errorf("before the beginning: %s", at)
		}
		p.Skip(5 * time.Hour)
		if is := p.State(); !is.At.Equal(is.To) || !is.To.Equal(r.begin.Add(2*time.Hour)) {
			t.Errorf("after the end: %+v", is)
		}
	})
}

func TestItStopsAtDecisions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, r := open(t, 25*time.Minute)
		for _, step := range []struct {
			by   int
			want time.Duration
			ok   bool
		}{{+1, 50 * time.Minute, true}, {+1, 80 * time.Minute, true}, {-1, 50 * time.Minute, true}, {-1, 20 * time.Minute, true}, {-1, 20 * time.Minute, false}} {
			if ok := p.Step(step.by); ok != step.ok || !p.State().At.Equal(r.begin.Add(step.want)) {
				t.Errorf("step %+d: %t at %s, expected %s", step.by, ok, p.State().At.Sub(r.begin), step.want)
			}
		}
	})
}

// While it plays the picture goes on and its clock runs as fast; where it stands the clock stands, whatever the wall's does.
func TestItPlaysAtItsSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, r := open(t, 0)
		ctx, cancel := context.WithCancel(t.Context())
		screens, err := p.Watch(ctx)
		if err != nil {
			t.Fatal(err)
		}
		first := <-screens
		time.Sleep(time.Minute)
		if at := first.LaunchTime(time.Now()); !at.Equal(r.begin) {
			t.Errorf("a clock that stands shows %s", at.Sub(r.begin))
		}
		p.Play(true)
		time.Sleep(10*time.Second + 10*time.Millisecond)
		synctest.Wait()
		s := <-screens
		if gone := s.At.Sub(r.begin); gone < 9*time.Minute || gone > 10*time.Minute+time.Second {
			t.Errorf("after ten seconds at 60x it shows %s", gone)
		}
		if at := s.LaunchTime(time.Now().Add(time.Second)); at.Sub(s.At) < time.Minute {
			t.Errorf("its clock went %s in a second", at.Sub(s.At))
		}
		time.Sleep(time.Hour)
		if is := p.State(); !is.At.Equal(is.To) {
			t.Errorf("it plays on after the end: %+v", is)
		}
		cancel()
		synctest.Wait()
		for range screens {
		}
	})
}

func TestNothingIsDoneInTheReplay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, r := open(t, 15*time.Minute)
		if _, err := p.Do(t.Context(), launch.Command{Action: "flag.off"}); err == nil {
			t.Error("the past was changed")
		}
		entries, err := p.Entries(t.Context(), 0, 100)
		if err != nil || len(entries) != 2 {
			t.Errorf("%d entries are told 15 minutes after %s, %v", len(entries), r.begin, err)
		}
	})
}
