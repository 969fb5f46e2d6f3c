package data

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
)

var t0 = time.Date(2026, 11, 24, 9, 47, 17, 123456789, time.UTC)

func open(t testing.TB, path string, o Options) *DB {
	t.Helper()
	db, err := Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func fresh(t testing.TB) *DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "state", "tminus.db"), Options{})
}

// seal makes n entries after head; size is the least length of each body.
func seal(t testing.TB, launch string, head journal.Head, n, size int) []journal.Entry {
	t.Helper()
	list := make([]journal.Entry, 0, n)
	for i := range n {
		kind, data := "note.added", any(map[string]string{"text": strings.Repeat("x", max(size-400, 1))})
		if head.Seq == 0 {
			kind, data = "launch.planned", map[string]string{"id": "id-of-" + launch, "title": "Title of " + launch}
		}
		e, err := journal.Seal(launch, "LIVE", head, t0.Add(time.Duration(i)*time.Second), journal.Draft{
			Actor: journal.Actor{User: "eng-lead", Roles: []string{"engineering-lead"}, Auth: journal.AuthOSUser, Host: "jump-1"},
			Kind:  kind, Data: data,
		})
		if err != nil {
			t.Fatal(err)
		}
		list, head = append(list, e), e.Head()
	}
	return list
}

func appendAll(t testing.TB, db *DB, entries []journal.Entry) {
	t.Helper()
	if err := db.Append(context.Background(), entries); err != nil {
		t.Fatal(err)
	}
}

// verify checks a launch as the command does.
func verify(db *DB, launch string, anchors ...journal.Head) journal.Report {
	return journal.Verify(launch, db.Rows(context.Background(), launch, 0), anchors)
}

// script runs statements on a file as another program would, without our pragmas and, to be quick, without its fsyncs.
func script(t testing.TB, path, text string) error {
	t.Helper()
	db, err := sql.Open("sqlite3", dsn(path, "mode=rwc", "_synchronous=OFF"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec(text)
	return err
}

// commandLine runs a statement with the sqlite3 program.
func commandLine(t testing.TB, path, statement string) (string, error) {
	t.Helper()
	program, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("the sqlite3 program is not installed")
	}
	out, err := exec.Command(program, path, statement).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// dump is everything that the tables of append-only rows hold.
func dump(t testing.TB, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite3", dsn(path, "mode=ro"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var text string
	err = db.QueryRow(`SELECT (SELECT json_group_array(json_array(launch, seq, body, hash)) FROM entries) ||
		(SELECT json_group_array(json_array(hash, text)) FROM documents) ||
		(SELECT json_group_array(json_array(launch, monitor, series, at, read_at, value)) FROM samples) ||
		(SELECT json_group_array(json_array(launch, source, at, outcome, detail, requested)) FROM reads)`).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// withoutTriggers copies a database as its owner can, without what guards it.
func withoutTriggers(t testing.TB, db *DB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy.db")
	var drop strings.Builder
	for _, g := range guards() {
		fmt.Fprintf(&drop, "DROP TRIGGER %s;", g.name)
	}
	if err := script(t, db.Path(), "VACUUM INTO '"+path+"'"); err != nil {
		t.Fatal(err)
	}
	if err := script(t, path, drop.String()); err != nil {
		t.Fatal(err)
	}
	return path
}

func modeOf(t testing.TB, path string) os.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

// wantError holds that err says each of the words.
func wantError(t testing.TB, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one that says %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
}
