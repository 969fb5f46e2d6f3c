package data

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"tminus/model/journal"
	"tminus/model/room"
)

// attacks are what an owner of the file may try with a SQLite client, and none may succeed.
func attacks() map[string]string {
	insert := "INTO entries(launch, seq, body, hash) VALUES ('a', %s, 'x', 'y')"
	list := map[string]string{
		"update":                 "UPDATE entries SET body = 'x' WHERE seq = 2",
		"update of the key":      "UPDATE entries SET seq = 9 WHERE seq = 3",
		"update of launch":       "UPDATE entries SET launch = 'z'",
		"update or replace":      "UPDATE OR REPLACE entries SET seq = 1 WHERE seq = 3",
		"update or ignore":       "UPDATE OR IGNORE entries SET body = 'x'",
		"delete":                 "DELETE FROM entries WHERE seq = 3",
		"delete all":             "DELETE FROM entries",
		"insert with a gap":      "INSERT " + fmt.Sprintf(insert, "5"),
		"insert with no seq":     "INSERT " + fmt.Sprintf(insert, "NULL"),
		"insert of a text":       "INSERT " + fmt.Sprintf(insert, "'x'"),
		"insert of a fraction":   "INSERT " + fmt.Sprintf(insert, "3.5"),
		"replace":                "INSERT OR REPLACE " + fmt.Sprintf(insert, "2"),
		"replace, in short":      "REPLACE " + fmt.Sprintf(insert, "3"),
		"replace of the first":   "INSERT OR REPLACE " + fmt.Sprintf(insert, "1"),
		"replace by rowid":       "INSERT OR REPLACE INTO entries(rowid, launch, seq, body, hash) VALUES (2, 'a', 4, 'x', 'y')",
		"upsert":                 "INSERT " + fmt.Sprintf(insert, "2") + " ON CONFLICT DO UPDATE SET body = 'x'",
		"upsert of nothing":      "INSERT " + fmt.Sprintf(insert, "2") + " ON CONFLICT DO NOTHING",
		"replace with recursion": "PRAGMA recursive_triggers = on; INSERT OR REPLACE " + fmt.Sprintf(insert, "2"),
		"a new launch's second":  "INSERT INTO entries(launch, seq, body, hash) VALUES ('new', 2, 'x', 'y')",
		"a document replaced":    "INSERT OR REPLACE INTO documents(hash, text) SELECT hash, 'x' FROM documents",
		"a document's rowid":     "INSERT OR REPLACE INTO documents(rowid, hash, text) VALUES (1, 'x', 'x')",
		"a sample's rowid":       "INSERT OR REPLACE INTO samples(rowid, launch, monitor, series, at, read_at, value) VALUES (1, 'a', 'm', '', 'x', 'x', 1)",
		"a sample replaced":      "INSERT OR REPLACE INTO samples SELECT * FROM samples",
		"a read replaced":        "REPLACE INTO reads SELECT * FROM reads",
	}
	for _, table := range []string{"documents", "samples", "reads"} {
		column := map[string]string{"documents": "text", "samples": "value", "reads": "outcome"}[table]
		list[table+" deleted"] = "DELETE FROM " + table
		list[table+" updated"] = "UPDATE " + table + " SET " + column + " = '7'"
		list[table+" updated or replaced"] = "UPDATE OR REPLACE " + table + " SET " + column + " = '7'"
	}
	return list
}

func guarded(t *testing.T) *DB {
	t.Helper()
	ctx := context.Background()
	db := fresh(t)
	appendAll(t, db, seal(t, "a", journal.Head{}, 3, 100))
	if _, err := db.PutDocument(ctx, "text"); err != nil {
		t.Fatal(err)
	}
	if err := db.AppendSamples(ctx, "a", []room.Sample{{Monitor: "m", At: t0, ReadAt: t0, Value: 1}}); err != nil {
		t.Fatal(err)
	}
	if err := db.AppendRead(ctx, "a", room.Read{Source: "s", At: t0, Outcome: "ok"}); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestAttacksThroughTheDriver(t *testing.T) {
	db := guarded(t)
	before := dump(t, db.Path())
	for name, attack := range attacks() {
		if err := script(t, db.Path(), attack); err == nil {
			t.Errorf("%s was carried out: %s", name, attack)
		}
	}
	if after := dump(t, db.Path()); after != before {
		t.Errorf("the contents changed from\n%s\nto\n%s", before, after)
	}
	if r := verify(db, "a"); r.Err() != nil || r.Entries != 3 {
		t.Errorf("%+v", r)
	}
}

func TestAttacksFromTheCommandLine(t *testing.T) {
	db := guarded(t)
	before := dump(t, db.Path())
	for name, attack := range attacks() {
		out, err := commandLine(t, db.Path(), attack)
		if err == nil {
			t.Errorf("%s was carried out: %s", name, attack)
		} else if !strings.Contains(out, "append-only") && !strings.Contains(out, "no column named rowid") {
			t.Errorf("%s: refused with %s", name, out)
		}
	}
	if after := dump(t, db.Path()); after != before {
		t.Errorf("the contents changed from\n%s\nto\n%s", before, after)
	}
}

// Triggers that somebody dropped or weakened stand again after the next opening for writing.
func TestGuardsArePutBack(t *testing.T) {
	db := guarded(t)
	path := withoutTriggers(t, db)
	if err := script(t, path, `CREATE TRIGGER entries_insert BEFORE INSERT ON entries WHEN 0 BEGIN SELECT 1; END`); err != nil {
		t.Fatal(err)
	}
	open(t, path, Options{})
	for name, attack := range attacks() {
		if err := script(t, path, attack); err == nil {
			t.Errorf("%s was carried out: %s", name, attack)
		}
	}
}

// A trigger of somebody else's cannot make an entry vanish that is then taken for durable.
func TestASwallowedEntryIsAnError(t *testing.T) {
	db := guarded(t)
	swallow := `CREATE TRIGGER "a ""trigger""" BEFORE INSERT ON entries BEGIN SELECT RAISE(IGNORE); END`
	if err := script(t, db.Path(), swallow); err != nil {
		t.Fatal(err)
	}
	entries := seal(t, "b", journal.Head{}, 1, 100)
	wantError(t, db.Append(context.Background(), entries), "the database did not take the entry")
	appendAll(t, open(t, db.Path(), Options{}), entries)
}
