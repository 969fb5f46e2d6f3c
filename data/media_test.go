package data

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"tminus/model/journal"
)

// tmpfs mounts a small filesystem of its own and returns its folder.
func tmpfs(t *testing.T, options string) string {
	t.Helper()
	needRoot(t, "mount a filesystem")
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("no filesystem can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// On a full disk the error says so, nothing is half written, and the same database goes on once there is room.
func TestFullDisk(t *testing.T) {
	ctx := context.Background()
	dir := tmpfs(t, "size=1m,mode=0700")
	db := open(t, filepath.Join(dir, "tminus.db"), Options{})
	entries := seal(t, "a", journal.Head{}, 400, 4096)
	appendAll(t, db, entries[:10])
	ballast := filepath.Join(dir, "ballast")
	fill(t, ballast)
	written := 10
	var err error
	for ; written < len(entries); written += 5 {
		if err = db.Append(ctx, entries[written:written+5]); err != nil {
			break
		}
	}
	wantError(t, err, "append to the journal", "the disk is full and nothing was written; make room")
	_, err = db.PutDocument(ctx, strings.Repeat("x", 1<<20))
	wantError(t, err, "the disk is full")
	if r := verify(db, "a"); r.Err() != nil || r.Entries != int64(written) {
		t.Errorf("after the failure %+v, want %d entries", r, written)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	appendAll(t, db, entries[written:written+5])
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if r := verify(open(t, db.Path(), Options{}), "a"); r.Err() != nil || r.Entries != int64(written)+5 {
		t.Errorf("opened again %+v, want %d entries", r, written+5)
	}
}

// fill takes all room that is left.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 64 << 10; size > 0; size /= 2 {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
}

func TestNoRoomForANewDatabase(t *testing.T) {
	dir := tmpfs(t, "size=64k,mode=0700")
	fill(t, filepath.Join(dir, "ballast"))
	path := filepath.Join(dir, "tminus.db")
	_, err := Open(context.Background(), path, Options{})
	wantError(t, err, "open the database "+path, "the disk is full")
	witness := OpenWitness(dir)
	wantError(t, witness.Record(t0, "id", "a", journal.Head{Seq: 1, Hash: journal.Genesis}), "the disk is full")
	if err := os.Remove(filepath.Join(dir, "ballast")); err != nil {
		t.Fatal(err)
	}
	open(t, path, Options{})
}

// On a medium that cannot be written a log is read whole: with an empty write-ahead log, and with one that a killed room
// left and nobody could merge.
func TestReadOnlyMedium(t *testing.T) {
	for _, left := range []bool{false, true} {
		t.Run("log left "+strconv.FormatBool(left), func(t *testing.T) {
			ctx := context.Background()
			dir := tmpfs(t, "size=8m,mode=0700")
			path := filepath.Join(dir, "tminus.db")
			want := int64(10)
			if left {
				want = appendAndKill(t, path)
				if err := os.Remove(path + "-shm"); err != nil {
					t.Fatal(err)
				}
			} else {
				db := open(t, path, Options{})
				appendAll(t, db, seal(t, "a", journal.Head{}, 10, 100))
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
				t.Skipf("the filesystem cannot be made read-only here: %v", err)
			}
			for _, o := range []Options{{ReadOnly: true}, {}} {
				db := open(t, path, o)
				if r := verify(db, "a"); r.Err() != nil || r.Entries < want {
					t.Errorf("%+v, want %d entries", r, want)
				}
				if list, err := db.Launches(ctx); err != nil || len(list) != 1 {
					t.Errorf("%v %v", list, err)
				}
				if why := db.ReadOnlyReason(); !o.ReadOnly && !strings.Contains(why, "read-only file system") {
					t.Errorf("reason %q", why)
				}
				wantError(t, db.Append(ctx, seal(t, "b", journal.Head{}, 1, 100)), "append to the journal")
				if err := db.Close(); err != nil {
					t.Error(err)
				}
				if db.copied != "" {
					if _, err := os.Stat(db.copied); err == nil {
						t.Errorf("the copy %s is left over", db.copied)
					}
				}
			}
		})
	}
}

// appendAndKill lets a child append until it has acknowledged some entries, kills it and returns how many they were.
func appendAndKill(t *testing.T, path string) int64 {
	t.Helper()
	c := spawn(t, "append", path, 0)
	var acknowledged int64
	for range 25 {
		seq, err := strconv.ParseInt(c.line(t), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		acknowledged = seq
	}
	c.kill()
	return acknowledged
}

// Nothing that was acknowledged is missing after kill -9, and the next process goes on.
func TestKillLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tminus.db")
	for range 5 {
		acknowledged := appendAndKill(t, path)
		reading := open(t, path, Options{ReadOnly: true})
		r := verify(reading, "a")
		if r.Err() != nil || r.Entries < acknowledged {
			t.Fatalf("%+v, acknowledged %d", r, acknowledged)
		}
	}
}
