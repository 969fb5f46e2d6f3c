package data

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"tminus/model/journal"
)

// reseal writes a launch's entries from seq on anew, each with a proper prev and hash, after change was made to the body of
// the first. It is what somebody does who knows the format and has the file.
func reseal(t *testing.T, path, launch string, seq int64, change func(body string) string) {
	t.Helper()
	db, err := sql.Open("sqlite3", dsn(path, "mode=rw", "_synchronous=OFF"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	prev := journal.Genesis
	if seq > 1 {
		if err := db.QueryRow(`SELECT hash FROM entries WHERE launch = ? AND seq = ?`, launch, seq-1).Scan(&prev); err != nil {
			t.Fatal(err)
		}
	}
	for ; ; seq++ {
		var body string
		err := db.QueryRow(`SELECT body FROM entries WHERE launch = ? AND seq = ?`, launch, seq).Scan(&body)
		if err == sql.ErrNoRows {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		at := strings.Index(body, `"prev":"`) + len(`"prev":"`)
		body = change(body[:at] + prev + body[at+64:])
		change = func(body string) string { return body }
		prev = journal.Hash(body)
		if _, err := db.Exec(`UPDATE entries SET body = ?, hash = ? WHERE launch = ? AND seq = ?`, body, prev, launch, seq); err != nil {
			t.Fatal(err)
		}
	}
}

// Every attack on a copy without triggers is found, and the first bad entry is named.
func TestDatabaseFromOutside(t *testing.T) {
	replace := func(old, new string) func(string) string {
		return func(body string) string { return strings.Replace(body, old, new, 1) }
	}
	tests := map[string]struct {
		statement string
		change    func(body string) string // of entry 4, and a new chain from there
		seq       int64
		want      string
	}{
		"one byte":   {statement: `UPDATE entries SET body = replace(body, 'xxx', 'xyx') WHERE seq = 4 AND launch = 'a'`, seq: 4, want: "the hash is not the body's"},
		"one hash":   {statement: `UPDATE entries SET hash = '0' || substr(hash, 2) || 'x' WHERE seq = 4 AND launch = 'a'`, seq: 4, want: "the hash is not the body's"},
		"emptied":    {statement: `UPDATE entries SET body = '' WHERE seq = 4 AND launch = 'a'`, seq: 4, want: "the hash is not the body's"},
		"removed":    {statement: `DELETE FROM entries WHERE seq = 4 AND launch = 'a'`, seq: 4, want: "it is missing: the next one that is there is entry 5"},
		"first gone": {statement: `DELETE FROM entries WHERE seq = 1 AND launch = 'a'`, seq: 1, want: "it is missing"},
		"swapped": {statement: `UPDATE entries SET seq = 99 WHERE seq = 4 AND launch = 'a'; UPDATE entries SET seq = 4 WHERE seq = 7 AND launch = 'a';
			UPDATE entries SET seq = 7 WHERE seq = 99 AND launch = 'a'`, seq: 4, want: "its body says that it is entry 7"},
		"moved away":     {statement: `UPDATE entries SET launch = 'c' WHERE seq = 4 AND launch = 'a'`, seq: 4, want: "it is missing"},
		"moved in":       {statement: `UPDATE entries SET launch = 'c' WHERE launch = 'a'; UPDATE entries SET launch = 'a' WHERE launch = 'b'`, seq: 1, want: `it belongs to the launch "b"`},
		"a text for seq": {statement: `UPDATE entries SET seq = 'four' WHERE seq = 4 AND launch = 'a'`, seq: 4, want: "it is missing"},
		"last is text":   {statement: `UPDATE entries SET seq = 'ten' WHERE seq = 10 AND launch = 'a'`, seq: 10, want: "it cannot be read"},
		"duplicate key":  {change: replace(`"data":{`, `"data":{"Text":"said otherwise",`), seq: 4, want: "stands twice in one object"},
		"moved launch":   {change: replace(`"launch":"a"`, `"launch":"b"`), seq: 4, want: `it belongs to the launch "b"`},
		"other mode":     {change: replace(`"mode":"LIVE"`, `"mode":"REHEARSAL"`), seq: 4, want: `its mode is "REHEARSAL"`},
		"back in time":   {change: replace(`T09:47:20.`, `T09:47:18.`), seq: 4, want: "is before that of the entry before"},
		"raw control":    {change: replace(`xxx`, "x\x1bx"), seq: 4, want: "a raw control character"},
		"not UTF-8":      {change: replace(`xxx`, "x\xffx"), seq: 4, want: "invalid UTF-8"},
		"a cut tail":     {statement: `DELETE FROM entries WHERE seq >= 9 AND launch = 'a'`, seq: 9, want: "its tail was cut"},
		"all cut":        {statement: `DELETE FROM entries WHERE launch = 'a'`, seq: 1, want: "its tail was cut"},
		"written anew":   {change: replace(`xxx`, `xyx`), seq: 10, want: "the log was written anew from there or earlier"},
	}
	db := fresh(t)
	entries := seal(t, "a", journal.Head{}, 10, 450)
	appendAll(t, db, entries)
	appendAll(t, db, seal(t, "b", journal.Head{}, 10, 450))
	seen := OpenWitness(t.TempDir())
	if err := seen.Record(t0, "id-of-a", "a", entries[9].Head()); err != nil {
		t.Fatal(err)
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := withoutTriggers(t, db)
			if tt.change != nil {
				reseal(t, path, "a", 4, tt.change)
			} else if err := script(t, path, tt.statement); err != nil {
				t.Fatal(err)
			}
			heads, err := seen.Heads("id-of-a")
			if err != nil {
				t.Fatal(err)
			}
			told, err := journal.ParseHead(entries[9].Head().String()) // as --head takes it
			if err != nil {
				t.Fatal(err)
			}
			copied := open(t, path, Options{ReadOnly: true})
			for from, anchors := range map[string][]journal.Head{"witness": heads, "--head": {told}} {
				r := verify(copied, "a", anchors...)
				if r.Fault == nil || r.Fault.Seq != tt.seq || !strings.Contains(r.Fault.Reason, tt.want) {
					t.Errorf("%s: %v; want entry %d and %q", from, r.Err(), tt.seq, tt.want)
				}
			}
			if _, err := copied.Launches(context.Background()); err != nil {
				t.Errorf("the list of launches: %v", err)
			}
		})
	}
	if r := verify(db, "a", entries[9].Head()); r.Err() != nil {
		t.Errorf("the database itself: %v", r.Err())
	}
}
