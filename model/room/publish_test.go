package room

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

func TestAtMostTenScreensASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 2*time.Hour, el())
		r := openRoom(t, Config{Store: s})
		screens, err := r.Door(po()).Watch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var seen []*screen.Screen
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for sc := range screens {
				seen = append(seen, sc)
			}
		}()
		for i := range 500 {
			do(t, r.Door(el()), "note.add", "text", fmt.Sprint(i))
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(time.Second)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		<-ended
		if len(seen) < 40 || len(seen) > 54 { // five seconds, the attaching and the last one
			t.Errorf("%d screens in five seconds", len(seen))
		}
		for i := 1; i < len(seen); i++ {
			if seen[i].Rev <= seen[i-1].Rev {
				t.Fatalf("revision %d after %d", seen[i].Rev, seen[i-1].Rev)
			}
		}
		if last := seen[len(seen)-1]; last.Entries != 502 {
			t.Errorf("the last screen shows %d entries", last.Entries)
		}
	})
}

func TestNothingNewIsNotPublished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 30*24*time.Hour, el())
		r := openRoom(t, Config{Store: s})
		screens, err := r.Door(po()).Watch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		<-screens
		time.Sleep(time.Second)
		synctest.Wait()
		for len(screens) > 0 {
			<-screens
		}
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if len(screens) != 0 {
			t.Error("a screen came though nothing had changed")
		}
	})
}

func TestASlowWatcherHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 2*time.Hour, el())
		r := openRoom(t, Config{Store: s})
		screens, err := r.Door(po()).Watch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i := range 50 { // nobody reads
			do(t, r.Door(el()), "note.add", "text", fmt.Sprint(i))
			time.Sleep(200 * time.Millisecond)
		}
		synctest.Wait()
		if sc := <-screens; sc.Entries != 52 {
			t.Errorf("the slow watcher gets the screen of entry %d", sc.Entries)
		}
	})
}

func TestAttachingIsRecordedOnceForEachCockpit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Rehearsal, 2*time.Hour, el())
		r := openRoom(t, Config{Store: s, Clock: newPacer(time.Now(), 1)})
		d := r.Door(el())
		ctx, cancel := context.WithCancel(t.Context())
		watch := func(d *Door) <-chan *screen.Screen {
			ch, err := d.Watch(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return ch
		}
		watch(d)
		watch(d.Acting("product-owner")) // the same cockpit in another role
		watch(r.Door(po()).WatchOnly())
		do(t, r.Door(stranger()), "note.add", "text", "no cockpit")
		if n := len(entriesOf(t, s, launch.KindAttached)); n != 2 {
			t.Errorf("%d entries for two cockpits", n)
		}
		sc, _ := d.Now(t.Context())
		online := 0
		for _, p := range sc.People {
			if p.Online {
				online++
			}
		}
		if online != 2 {
			t.Errorf("%d of two are online", online)
		}
		cancel()
		synctest.Wait()
		if sc, _ = d.Now(t.Context()); sc.People[0].Online {
			t.Error("still online after leaving")
		}
		for range 30 {
			ctx, leave := context.WithCancel(t.Context())
			if _, err := r.Door(el()).Watch(ctx); err != nil {
				t.Fatal(err)
			}
			leave()
		}
		if n := len(entriesOf(t, s, launch.KindAttached)); n != 11 {
			t.Errorf("%d entries: coming and going floods the log", n)
		}
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 2*time.Hour, el())
		r := openRoom(t, Config{Store: s})
		borrowed := el()
		borrowed.UID = 1003 // the name counts for nothing
		for name, d := range map[string]*Door{
			"unlisted": r.Door(stranger()), "a borrowed name": r.Door(borrowed), "another role": r.Door(po()),
			"acting": r.Door(po()).Acting("engineering-lead"), "watching": r.Door(el()).WatchOnly(),
		} {
			_, err := d.Do(t.Context(), command("item.check", "id", "infra/one"))
			if _, refused := launch.Refused(err); !refused {
				t.Errorf("%s: %v", name, err)
			}
		}
		do(t, r.Door(stranger()), "note.add", "text", "from outside")
		if err := r.Door(el()).SetSpeed(t.Context(), 10); err == nil {
			t.Error("the clock of a LIVE launch was steered")
		}
	})
}
