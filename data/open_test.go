package data

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"tminus/model/journal"
)

func TestOpenMakesEverythingPrivate(t *testing.T) {
	old := unix.Umask(0)
	defer unix.Umask(old)
	path := filepath.Join(t.TempDir(), "deep", "state", "tminus.db")
	db := open(t, path, Options{})
	appendAll(t, db, seal(t, "a", journal.Head{}, 1, 100))
	if got := modeOf(t, filepath.Dir(path)); got != 0o700 {
		t.Errorf("the folder has mode %o", got)
	}
	for _, p := range []string{path, path + "-wal", path + "-shm"} {
		if got := modeOf(t, p); got != 0o600 {
			t.Errorf("%s has mode %o", filepath.Base(p), got)
		}
	}
	if db.Path() != path || db.ReadOnlyReason() != "" {
		t.Errorf("path %s, reason %q", db.Path(), db.ReadOnlyReason())
	}
}

func TestOpenWithADenyingUmask(t *testing.T) {
	old := unix.Umask(0o777)
	path := filepath.Join(t.TempDir(), "tminus.db")
	db, err := Open(context.Background(), path, Options{})
	unix.Umask(old)
	if err != nil {
		t.Fatal(err)
	}
	if got := modeOf(t, path); got != 0o600 {
		t.Errorf("mode %o", got)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenTightensWhatIsOurs(t *testing.T) {
	db := guarded(t)
	if err := os.Chmod(db.Path(), 0o664); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(db.Path()+"-wal", 0o666); err != nil {
		t.Fatal(err)
	}
	open(t, db.Path(), Options{ReadOnly: true})
	if got := modeOf(t, db.Path()); got != 0o664 {
		t.Errorf("reading changed the mode to %o", got)
	}
	open(t, db.Path(), Options{})
	if got := modeOf(t, db.Path()); got != 0o600 {
		t.Errorf("mode %o", got)
	}
	if got := modeOf(t, db.Path()+"-wal"); got != 0o600 {
		t.Errorf("mode of the log %o", got)
	}
}

func TestOpenRefuses(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	good := filepath.Join(dir, "good.db")
	if err := open(t, good, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	foreign := filepath.Join(dir, "foreign.db")
	if err := script(t, foreign, `CREATE TABLE moz_places(id INTEGER); PRAGMA user_version = 1`); err != nil {
		t.Fatal(err)
	}
	geo := filepath.Join(dir, "geo.db")
	if err := script(t, geo, `PRAGMA application_id = 1196444487; CREATE TABLE entries(launch, seq, body, hash)`); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.db")
	if err := os.Symlink(good, link); err != nil {
		t.Fatal(err)
	}
	fifo := filepath.Join(dir, "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ path, want string }{
		"a short text":    {file("short", "hello"), "not a database at all"},
		"a long text":     {file("long", strings.Repeat("launch: checkout-v2\n", 1000)), "not a database at all"},
		"a cut database":  {file("cut", "SQLite format 3\x00 and no more"), "not a database at all"},
		"another program": {foreign, "database of another program; name another file with --db"},
		"another id":      {geo, "database of another program"},
		"a folder":        {dir, "it is a folder; name the file in it: --db " + dir + "/tminus.db"},
		"a link":          {link, "symbolic link"},
		"a pipe":          {fifo, "not a regular file"},
		"below a file":    {filepath.Join(good, "x.db"), "not a directory"},
	}
	for name, tt := range tests {
		for _, o := range []Options{{}, {ReadOnly: true}} {
			before := bytesOf(tt.path)
			_, err := Open(ctx, tt.path, o)
			wantError(t, err, "open the database "+tt.path, tt.want)
			if bytesOf(tt.path) != before {
				t.Errorf("%s: the file was changed", name)
			}
		}
	}
	if err := os.Link(good, filepath.Join(dir, "second name.db")); err != nil {
		t.Fatal(err)
	}
	_, err := Open(ctx, good, Options{})
	wantError(t, err, "hard link")
	for _, path := range []string{filepath.Join(dir, "none.db"), file("empty", "")} {
		if _, err := Open(ctx, path, Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("reading %s: %v", path, err)
		}
	}
	open(t, filepath.Join(dir, "empty"), Options{})
}

// bytesOf is what a regular file holds; a pipe would be waited for.
func bytesOf(path string) string {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	b, _ := os.ReadFile(path)
	return string(b)
}

func TestOpenRefusesAFolderThatAnybodyWrites(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	_, err := Open(context.Background(), filepath.Join(dir, "x.db"), Options{})
	wantError(t, err, "everybody can replace files", "chmod o-w")
	if err := os.Chmod(dir, 0o777|fs.ModeSticky); err != nil {
		t.Fatal(err)
	}
	open(t, filepath.Join(dir, "x.db"), Options{})
}

func TestPathsThatLookLikeOptions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a ?mode=memory&x=#%41é.db")
	db := open(t, path, Options{})
	appendAll(t, db, seal(t, "a", journal.Head{}, 2, 100))
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	if r := verify(open(t, path, Options{ReadOnly: true}), "a"); r.Entries != 2 {
		t.Errorf("%+v", r)
	}
}

// A database of a newer program is read and not written.
func TestNewerSchema(t *testing.T) {
	ctx := context.Background()
	db := guarded(t)
	path := db.Path()
	if err := script(t, path, `PRAGMA user_version = `+strconv.Itoa(len(migrations())+1)+`; ALTER TABLE reads ADD COLUMN more TEXT`); err != nil {
		t.Fatal(err)
	}
	newer := open(t, path, Options{})
	if !strings.Contains(newer.ReadOnlyReason(), "newer tminus") {
		t.Errorf("reason %q", newer.ReadOnlyReason())
	}
	if r := verify(newer, "a"); r.Entries != 3 || r.Err() != nil {
		t.Errorf("%+v", r)
	}
	wantError(t, newer.Append(ctx, seal(t, "b", journal.Head{}, 1, 100)), "append to the journal", "newer tminus")
	_, err := newer.PutDocument(ctx, "x")
	wantError(t, err, "newer tminus")
	if list, err := open(t, path, Options{ReadOnly: true}).Launches(ctx); err != nil || len(list) != 1 {
		t.Errorf("%v %v", list, err)
	}
}

func TestReadOnlyNeverWrites(t *testing.T) {
	db := guarded(t)
	reading := open(t, db.Path(), Options{ReadOnly: true})
	if reading.ReadOnlyReason() != "" {
		t.Errorf("reason %q", reading.ReadOnlyReason())
	}
	wantError(t, reading.Append(context.Background(), seal(t, "b", journal.Head{}, 1, 100)), "open for reading only")
	if _, err := reading.reads.Exec(`INSERT INTO documents VALUES ('x', 'y')`); err == nil {
		t.Error("a connection for reading wrote")
	}
	// What is appended later is seen.
	entries := seal(t, "c", journal.Head{}, 4, 100)
	appendAll(t, db, entries)
	if r := verify(reading, "c"); r.Entries != 4 {
		t.Errorf("%+v", r)
	}
}

// Two processes that make the same database at once both succeed.
func TestOpenTwiceAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tminus.db")
	var children []*child
	for range 4 {
		children = append(children, spawn(t, "open", path, 0))
	}
	for _, c := range children {
		if got := c.line(t); got != "reason:" {
			t.Errorf("a child said %q", got)
		}
	}
}

func TestSomebodyElsesDatabase(t *testing.T) {
	needRoot(t, "be two users")
	const nobody = 65534
	dir := t.TempDir()
	for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "tminus.db")
	db := open(t, path, Options{})
	appendAll(t, db, seal(t, "a", journal.Head{}, 2, 100))
	if got := spawn(t, "read", path, nobody).line(t); !strings.Contains(got, "it cannot be read: it belongs to root and has mode 0600") {
		t.Errorf("reading: %q", got)
	}
	if got := spawn(t, "open", path, nobody).line(t); !strings.Contains(got, "it belongs to root, and only its owner writes entries") {
		t.Errorf("writing: %q", got)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	_, err := Open(context.Background(), path, Options{})
	wantError(t, err, "only its owner writes entries", "--room SOCKET")
	if r := verify(open(t, path, Options{ReadOnly: true}), "a"); r.Entries != 2 {
		t.Errorf("root reads %+v", r)
	}
	if got := spawn(t, "open", path, nobody).line(t); !strings.Contains(got, "reason: "+dir+" cannot be written") {
		t.Errorf("its owner, in a folder that is not theirs: %q", got)
	}
}
