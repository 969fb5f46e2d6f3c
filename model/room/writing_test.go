package room

import (
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
)

func TestFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 2*time.Hour, el())
		r := openRoom(t, Config{Store: s})
		d := r.Door(el())
		s.fails(errFull)
		_, err := d.Do(t.Context(), command("item.check", "id", "infra/one"))
		if err == nil || !strings.Contains(err.Error(), "nothing was recorded") || !strings.Contains(err.Error(), "disk is full") {
			t.Fatalf("error %v", err)
		}
		if _, refused := launch.Refused(err); refused {
			t.Error("a full disk is no refusal")
		}
		sc, err := d.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if sc.Checklist.Done != 0 || sc.Entries != 1 || !strings.Contains(sc.ReadOnly, "disk is full") {
			t.Errorf("%d done, %d entries, read-only %q", sc.Checklist.Done, sc.Entries, sc.ReadOnly)
		}
		s.fails(nil)
		time.Sleep(3 * time.Second)
		if sc, _ = d.Now(t.Context()); sc.ReadOnly != "" {
			t.Errorf("still read-only: %s", sc.ReadOnly)
		}
		do(t, d, "item.check", "id", "infra/one")
	})
}

func TestAWriteThatFailedAfterItsEffectIsRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 2*time.Hour, el())
		r := openRoom(t, Config{Store: s})
		s.lost = errFull
		do(t, r.Door(el()), "item.check", "id", "infra/one")
		s.lost = nil
		do(t, r.Door(el()), "item.check", "id", "infra/two")
		if got := kinds(s); !reflect.DeepEqual(got, []string{"launch.planned", "item.checked", "item.checked"}) {
			t.Errorf("the journal is %v", got)
		}
	})
}

func TestAnotherWriterMakesTheRoomReadOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 2*time.Hour, el())
		one, two := openRoom(t, Config{Store: s}), openRoom(t, Config{Store: s})
		do(t, one.Door(el()), "item.check", "id", "infra/one")
		if _, err := two.Door(el()).Do(t.Context(), command("item.check", "id", "infra/two")); err == nil {
			t.Fatal("a second room could write")
		}
		sc, err := two.Door(el()).Now(t.Context())
		if err != nil || !strings.Contains(sc.ReadOnly, "another process") {
			t.Errorf("read-only %q, %v", sc.ReadOnly, err)
		}
	})
}

func TestEntriesOfANewerProgramMakeTheRoomReadOnly(t *testing.T) {
	for name, breakIt := range map[string]func(row journal.Row) journal.Row{
		"kind":    func(row journal.Row) journal.Row { return row },
		"version": func(row journal.Row) journal.Row { return rehash(row, `{"v":1,`, `{"v":2,`) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newMemory()
				plan(t, s, launch.Live, 2*time.Hour, el())
				e, err := journal.Seal("checkout", string(launch.Live), entriesOf(t, s, "launch.planned")[0].Head(), time.Now(),
					journal.Draft{Actor: journal.Actor{User: "x", Roles: []string{}, Auth: journal.AuthSystem, Host: "h"}, Kind: "future.invented", Data: struct{}{}})
				if err != nil {
					t.Fatal(err)
				}
				s.rows = append(s.rows, breakIt(journal.Row{Launch: e.Launch, Seq: e.Seq, Body: e.Body, Hash: e.Hash}))
				d := openRoom(t, Config{Store: s}).Door(el())
				if sc, err := d.Now(t.Context()); err != nil || sc.ReadOnly == "" {
					t.Errorf("not read-only: %v", err)
				}
				if _, err := d.Do(t.Context(), command("note.add", "text", "x")); err == nil {
					t.Error("something was recorded")
				}
				if len(s.rows) != 2 {
					t.Errorf("%d rows", len(s.rows))
				}
			})
		})
	}
}

func rehash(row journal.Row, before, after string) journal.Row {
	row.Body = strings.Replace(row.Body, before, after, 1)
	row.Hash = journal.Hash(row.Body)
	return row
}

func TestARoomOpensOnAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Rehearsal, 2*time.Hour, el())
		s.fails(errFull)
		r := openRoom(t, Config{Store: s, Clock: newPacer(time.Now(), 10)})
		sc, err := r.Door(el()).Now(t.Context())
		if err != nil || !strings.Contains(sc.ReadOnly, "disk is full") {
			t.Errorf("read-only %q, %v", sc.ReadOnly, err)
		}
		if err := r.Door(el()).SetSpeed(t.Context(), 20); err == nil || sc.Clock.Anchor.Speed != 10 {
			t.Errorf("a speed that is not recorded was set: %v", err)
		}
		s.fails(nil)
		time.Sleep(3 * time.Second)
		if got := kinds(s); !reflect.DeepEqual(got, []string{launch.KindPlanned, launch.KindAnchored}) {
			t.Errorf("the journal is %v", got)
		}
		if sc, _ = r.Door(el()).Now(t.Context()); sc.ReadOnly != "" {
			t.Errorf("still read-only: %s", sc.ReadOnly)
		}
		s.fails(errFull)
		if err := r.Close(); err == nil || r.Err() == nil {
			t.Error("that the clock's stop is not recorded was not said")
		}
	})
}

func TestARoomTakesWhatWasReplayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		plan(t, s, launch.Live, 2*time.Hour, el())
		state, lines, err := Replay(t.Context(), s, "checkout")
		if err != nil {
			t.Fatal(err)
		}
		do(t, openRoom(t, Config{Store: s, State: state, Lines: lines}).Door(el()), "note.add", "text", "x")
		if got := kinds(s); len(got) != 2 {
			t.Errorf("the journal is %v", got)
		}
	})
}
