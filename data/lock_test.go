package data

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/room"
)

func TestLockAmongProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tminus.db")
	if h, err := HolderOf(path); h != nil || err != nil {
		t.Errorf("before there is a lock: %v %v", h, err)
	}
	c := spawn(t, "lock", path, 0)
	if got := c.line(t); got != "ready" {
		t.Fatal(got)
	}
	want := room.Holder{PID: c.Process.Pid, User: "somebody", Launch: "checkout-v2", Socket: "/run/room.sock"}
	_, err := Lock(path)
	locked, ok := errors.AsType[*LockedError](err)
	if !ok || locked.Holder != want || locked.Path != path {
		t.Errorf("%+v", err)
	}
	wantError(t, err, "the room of checkout-v2 runs already", "process "+strconv.Itoa(want.PID)+" of somebody", "--room /run/room.sock")
	if h, err := HolderOf(path); err != nil || h == nil || *h != want {
		t.Errorf("holder %+v %v", h, err)
	}
	if got := spawn(t, "lock", path, 0).line(t); !strings.Contains(got, "runs already") {
		t.Errorf("a second room: %q", got)
	}
	c.kill()
	if h, err := HolderOf(path); h != nil || err != nil {
		t.Errorf("after the holder was killed: %+v %v", h, err)
	}
	l, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	if h, err := HolderOf(path); err != nil || h == nil || *h != (room.Holder{}) {
		t.Errorf("what the killed holder said stands still: %+v %v", h, err)
	}
	if got := modeOf(t, path+".lock"); got != 0o600 {
		t.Errorf("mode %o", got)
	}
	if err := l.Release(); err != nil {
		t.Error(err)
	}
	if got := spawn(t, "lock", path, 0).line(t); got != "ready" {
		t.Errorf("after the release: %q", got)
	}
}

// A single command is waited for; looks at the holder do not keep anybody from the lock.
func TestLockWaitsForACommand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tminus.db")
	first, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.SetHolder(room.Holder{PID: os.Getpid(), User: "me"}); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var looking sync.WaitGroup
	looking.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				_, _ = HolderOf(path)
			}
		}
	})
	got := make(chan error)
	go func() {
		second, err := Lock(path)
		if err == nil {
			err = second.Release()
		}
		got <- err
	}()
	select {
	case err := <-got:
		t.Errorf("locked while it was held: %v", err)
	case <-time.After(30 * time.Millisecond):
	}
	if err := first.Release(); err != nil {
		t.Error(err)
	}
	if err := <-got; err != nil {
		t.Error(err)
	}
	for range 20 {
		l, err := Lock(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Release(); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	looking.Wait()
}

func TestLockRefusesALink(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tminus.db")
	if err := os.Symlink("/etc/hostname", path+".lock"); err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(path); err == nil {
		t.Error("a lock file that is a symbolic link was opened")
	}
}

// Whoever holds the database is named.
func TestBusyNamesTheHolder(t *testing.T) {
	db := fresh(t)
	c := spawn(t, "write lock", db.Path(), 0)
	if got := c.line(t); got != "ready" {
		t.Fatal(got)
	}
	if _, err := db.writes.Exec(`PRAGMA busy_timeout = 50`); err != nil {
		t.Fatal(err)
	}
	entries := seal(t, "a", journal.Head{}, 1, 100)
	wantError(t, db.Append(t.Context(), entries), "append to the journal", "process "+strconv.Itoa(c.Process.Pid)+" (", "holds the database")
	c.kill()
	appendAll(t, db, entries)
}

func TestLockHolders(t *testing.T) {
	locks := "1: POSIX  ADVISORY  WRITE 4242 08:02:1234 120 120\n" +
		"1: -> POSIX  ADVISORY  WRITE 4243 08:02:1234 120 120\n" +
		"2: POSIX  ADVISORY  READ 4244 08:02:1234 128 128\n" +
		"3: FLOCK  ADVISORY  WRITE 4245 08:02:1235 0 EOF\n" +
		"4: OFDLCK ADVISORY  WRITE -1 08:02:1234 0 EOF\nnonsense\n"
	if got := lockHolders([]byte(locks), 8, 2, 1234); len(got) != 1 || got[0] != 4242 {
		t.Errorf("holders %v", got)
	}
}
