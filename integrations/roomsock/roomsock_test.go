package roomsock

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

func TestTheWholeRoomThroughTheSocket(t *testing.T) {
	r := newRoom(t, launch.Live)
	c := dialled(t, served(t, r, false, nil))
	ctx := t.Context()
	plan, err := c.Plan(ctx)
	if err != nil || plan.Launch != "checkout" || len(plan.Runbook.Roles) != 2 {
		t.Fatalf("plan %+v, %v", plan, err)
	}
	sc, err := c.Now(ctx)
	if err != nil || !sc.You.Listed || !reflect.DeepEqual(sc.You.Roles, []string{"engineering-lead"}) {
		t.Fatalf("you are %+v, %v", sc.You, err)
	}
	screens, err := c.Watch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	res, err := dialled(t, c.path).Do(ctx, command("item.check", "id", "infra/one"))
	if err != nil || len(res.Entries) != 1 || res.Entries[0].Kind != "item.checked" {
		t.Fatalf("result %+v, %v", res, err)
	}
	if sc := until(t, screens, func(s *screen.Screen) bool { return s.Checklist.Done == 1 }); sc.You.User != Self().User {
		t.Errorf("the screen is for %+v", sc.You)
	}
	if then, err := c.At(ctx, sc.At); err != nil || then.Checklist.Done != 0 || then.Entries != sc.Entries {
		t.Errorf("as it stood before: %+v, %v", then, err)
	}
	inProcess, err := r.Door(Self()).Now(ctx)
	if err != nil || inProcess.HeadFull != sc.HeadFull && inProcess.Checklist.Done != 1 {
		t.Errorf("in process %+v, %v", inProcess, err)
	}
	for _, list := range [][]screen.Document{sc.Documents.List} {
		if text, err := c.Document(ctx, list[0].InForce); len(list) != 2 || err != nil || text == "" {
			t.Errorf("the launch file in force: %q, %v", text, err)
		}
	}
	if _, err := c.Document(ctx, strings.Repeat("0", 64)); err == nil || !strings.Contains(err.Error(), "no such document") {
		t.Errorf("a document of no launch: %v", err)
	}
	actions, err := c.Actions(ctx)
	if err != nil || len(actions) == 0 {
		t.Errorf("%d actions, %v", len(actions), err)
	}
	_, err = c.Do(ctx, command("item.check", "id", "users/one"))
	if refusal, ok := launch.Refused(err); !ok || refusal.Message == "" || refusal.Usage {
		t.Errorf("another role's item: %v", err)
	}
	_, err = c.Do(ctx, command("no.such"))
	if refusal, ok := launch.Refused(err); !ok || !refusal.Usage {
		t.Errorf("no such action: %v", err)
	}
}

// until returns the first screen that is as wanted.
func until(t *testing.T, screens <-chan *screen.Screen, wanted func(*screen.Screen) bool) *screen.Screen {
	t.Helper()
	limit := time.After(5 * time.Second)
	for {
		select {
		case sc, ok := <-screens:
			if !ok {
				t.Fatal("the stream ended")
			}
			if wanted(sc) {
				return sc
			}
		case <-limit:
			t.Fatal("it was not seen within five seconds")
		}
	}
}

func TestEntriesAreReadInPagesAndChecked(t *testing.T) {
	r := newRoom(t, launch.Live)
	c := dialled(t, served(t, r, false, func(l *limits) { l.entries = 4 }))
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			if _, err := dialled(t, c.path).Do(t.Context(), command("note.add", "text", fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	entries, err := c.Entries(t.Context(), 0, 100)
	if err != nil || len(entries) != 11 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	for i, e := range entries {
		if e.Seq != int64(i)+1 || e.Hash == "" || e.Body == "" {
			t.Fatalf("entry %d: %+v", i, e)
		}
	}
	if entries, err = c.Entries(t.Context(), 8, 2); err != nil || len(entries) != 2 || entries[0].Seq != 9 {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}

func TestActingIsForRehearsals(t *testing.T) {
	live := dialled(t, served(t, newRoom(t, launch.Live), false, nil)).Acting("product-owner")
	_, err := live.Do(t.Context(), command("item.check", "id", "users/one"))
	if _, refused := launch.Refused(err); !refused {
		t.Errorf("acted in a LIVE launch: %v", err)
	}
	if sc, err := live.Now(t.Context()); err != nil || !reflect.DeepEqual(sc.You.Roles, []string{"engineering-lead"}) {
		t.Errorf("roles %v, %v", sc.You.Roles, err)
	}
	if err := live.SetSpeed(t.Context(), 5); err == nil {
		t.Error("a LIVE clock was steered")
	}

	c := dialled(t, served(t, newRoom(t, launch.Rehearsal), true, nil)).Acting("product-owner")
	if _, err := c.Do(t.Context(), command("item.check", "id", "users/one")); err != nil {
		t.Error(err)
	}
	if err := c.SetSpeed(t.Context(), 5); err != nil {
		t.Error(err)
	}
	if err := c.SkipToNextMark(t.Context()); err != nil {
		t.Error(err)
	}
	if sc, err := c.Now(t.Context()); err != nil || sc.Clock.Anchor.Speed != 5 || sc.You.As != "product-owner" {
		t.Errorf("anchor %+v, you %+v, %v", sc.Clock.Anchor, sc.You, err)
	}
	if _, err := c.WatchOnly().Do(t.Context(), command("note.add", "text", "x")); err == nil {
		t.Error("one who only watches could write")
	}
}

func TestACockpitAttachesOnceWhateverItsRole(t *testing.T) {
	c := dialled(t, served(t, newRoom(t, launch.Rehearsal), true, nil))
	for _, role := range []string{"", "product-owner", "engineering-lead"} {
		if _, err := c.Acting(role).Watch(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := c.Entries(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	attached := 0
	for _, e := range entries {
		if e.Kind == launch.KindAttached {
			attached++
		}
	}
	if attached != 1 {
		t.Errorf("attached %d times", attached)
	}
}

func TestTheStreamEndsWithItsRoomAndItsContext(t *testing.T) {
	r := newRoom(t, launch.Live)
	c := dialled(t, served(t, r, false, nil))
	ctx, cancel := context.WithCancel(t.Context())
	left, err := c.Watch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	stays, err := c.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	drain(t, left)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	drain(t, stays)
	if _, err := Dial(t.Context(), c.path); err == nil {
		t.Error("a room that is gone was reached")
	}
}

func drain(t *testing.T, screens <-chan *screen.Screen) {
	t.Helper()
	limit := time.After(3 * time.Second)
	for {
		select {
		case _, ok := <-screens:
			if !ok {
				return
			}
		case <-limit:
			t.Fatal("the stream did not end")
		}
	}
}

func TestAStreamOutlivesTheLimitOfARequest(t *testing.T) {
	c := dialled(t, served(t, newRoom(t, launch.Live), false, func(l *limits) { l.request, l.beat = 150*time.Millisecond, 50*time.Millisecond }))
	screens, err := c.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(500 * time.Millisecond)
	if _, err := c.Do(t.Context(), command("note.add", "text", "late")); err != nil {
		t.Fatal(err)
	}
	until(t, screens, func(s *screen.Screen) bool {
		return len(s.Recent) > 0 && s.Recent[len(s.Recent)-1].Kind == "note.added"
	})
}

func TestALostAnswerIsNoFailure(t *testing.T) {
	// The room's process is stopped: it takes the command and answers nothing.
	path := serveRaw(t, func(request string) string {
		if strings.HasPrefix(request, "GET /hello") {
			return ok(`{"launch":"x","mode":"LIVE"}`)
		}
		return ""
	})
	c := dialled(t, path)
	_, err := c.Do(t.Context(), command("note.add", "text", "x"))
	if err == nil || !strings.Contains(err.Error(), "may have been recorded") {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Do(ctx, command("note.add", "text", "x")); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
