package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/room"
)

func TestAppendThenRead(t *testing.T) {
	ctx := context.Background()
	db := fresh(t)
	if h, err := db.Head(ctx, "a"); err != nil || h != (journal.Head{}) {
		t.Errorf("head of an empty log: %v %v", h, err)
	}
	entries := seal(t, "a", journal.Head{}, 20, 1000)
	appendAll(t, db, nil)
	appendAll(t, db, entries[:1])
	appendAll(t, db, entries[1:])
	appendAll(t, db, seal(t, "b", journal.Head{}, 2, 100))
	if r := verify(db, "a"); r.Err() != nil || r.Entries != 20 {
		t.Errorf("%+v", r)
	}
	h, err := db.Head(ctx, "a")
	if err != nil || h != entries[19].Head() {
		t.Errorf("head %+v %v, want %+v", h, err, entries[19].Head())
	}
	next := int64(15)
	for row, err := range db.Rows(ctx, "a", next) {
		next++
		if err != nil || row.Seq != next || row.Body != entries[next-1].Body || row.Hash != entries[next-1].Hash {
			t.Fatalf("row %+v %v", row, err)
		}
		if row.Seq == 18 {
			break
		}
	}
	if next != 18 {
		t.Errorf("stopped after %d", next)
	}
}

// A reader in the middle of the log does not keep the writer waiting, nor sees what is written meanwhile.
func TestAppendWhileReading(t *testing.T) {
	ctx := context.Background()
	db := fresh(t)
	entries := seal(t, "a", journal.Head{}, 50, 100)
	appendAll(t, db, entries[:40])
	seen := 0
	for range db.Rows(ctx, "a", 0) {
		if seen++; seen == 1 {
			appendAll(t, db, entries[40:])
			if _, err := db.Launches(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	if seen != 40 {
		t.Errorf("saw %d entries, want the 40 of the beginning", seen)
	}
}

func TestAppendIsAllOrNothing(t *testing.T) {
	ctx := context.Background()
	db := fresh(t)
	entries := seal(t, "a", journal.Head{}, 5, 100)
	appendAll(t, db, entries[:2])
	for name, bad := range map[string][]journal.Entry{
		"a gap":        {entries[2], entries[4]},
		"once more":    {entries[1]},
		"out of order": {entries[3], entries[2]},
	} {
		wantError(t, db.Append(ctx, bad), "append to the journal", "seq is not the next")
		if r := verify(db, "a"); r.Entries != 2 {
			t.Errorf("%s: %d entries stand", name, r.Entries)
		}
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	if err := db.Append(done, entries[2:]); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	appendAll(t, db, entries[2:])
	if r := verify(db, "a"); r.Entries != 5 || r.Err() != nil {
		t.Errorf("%+v", r)
	}
}

func TestLaunches(t *testing.T) {
	ctx := context.Background()
	db := fresh(t)
	if list, err := db.Launches(ctx); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
	second := seal(t, "a-second", journal.Head{At: t0.Add(time.Hour)}, 3, 100)
	first := seal(t, "b-first", journal.Head{}, 3, 100)
	appendAll(t, db, second)
	appendAll(t, db, first)
	said, err := journal.Seal("b-first", "LIVE", first[2].Head(), t0, journal.Draft{Kind: "note.added",
		Data: map[string]any{"text": `"kind":"launch.closed"`, "x": map[string]string{"kind": "launch.closed"}}})
	if err != nil {
		t.Fatal(err)
	}
	closed, err := journal.Seal("a-second", "LIVE", second[2].Head(), t0, journal.Draft{Kind: "launch.closed"})
	if err != nil {
		t.Fatal(err)
	}
	after, err := journal.Seal("a-second", "LIVE", closed.Head(), t0, journal.Draft{Kind: "note.added"})
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, db, []journal.Entry{said, closed, after})
	list, err := db.Launches(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := []room.LaunchInfo{
		{ID: "id-of-b-first", Name: "b-first", Title: "Title of b-first", Mode: "LIVE", Entries: 4, Head: said.Head(), FirstAt: t0, LastAt: said.At, Open: true},
		{ID: "id-of-a-second", Name: "a-second", Title: "Title of a-second", Mode: "LIVE", Entries: 5, Head: after.Head(), FirstAt: t0.Add(time.Hour), LastAt: after.At},
	}
	if !slices.Equal(list, want) {
		t.Errorf("launches\n%+v\nwant\n%+v", list, want)
	}
}

func TestDocuments(t *testing.T) {
	ctx := context.Background()
	db := fresh(t)
	text := "launch: checkout-v2\n" + strings.Repeat("é", 40000)
	for range 2 {
		hash, err := db.PutDocument(ctx, text)
		sum := sha256.Sum256([]byte(text))
		if err != nil || hash != hex.EncodeToString(sum[:]) {
			t.Fatalf("hash %s, %v", hash, err)
		}
		if got, err := db.Document(ctx, hash); err != nil || got != text {
			t.Errorf("document of %d bytes, %v", len(got), err)
		}
	}
	_, err := db.Document(ctx, journal.Genesis)
	wantError(t, err, "is not in the database")
	path := withoutTriggers(t, db)
	if err := script(t, path, `UPDATE documents SET text = 'launch: other'`); err != nil {
		t.Fatal(err)
	}
	_, err = open(t, path, Options{ReadOnly: true}).Document(ctx, journal.Hash(text))
	wantError(t, err, "was changed in the database")
}

func TestSamplesAndReads(t *testing.T) {
	ctx := context.Background()
	db := fresh(t)
	at := func(minute int) time.Time { return t0.Add(time.Duration(minute) * time.Minute) }
	points := []room.Sample{
		{Monitor: "error-rate", At: at(1), ReadAt: at(2), Value: 0.04},
		{Monitor: "error-rate", At: at(1), ReadAt: at(3), Value: 0.05}, // revised
		{Monitor: "error-rate", Series: "errors", At: at(1), ReadAt: at(2), Value: 4},
		{Monitor: "error-rate", At: at(2), ReadAt: at(3), Value: -1e-300},
		{Monitor: "latency", At: at(1), ReadAt: at(2), Value: 80},
	}
	for range 2 {
		if err := db.AppendSamples(ctx, "a", points); err != nil {
			t.Fatal(err)
		}
		if err := db.AppendRead(ctx, "a", room.Read{Source: "cloudwatch", At: at(2), Outcome: "partial", Detail: "throttled", Requested: 3}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := db.Samples(ctx, "a", "error-rate", at(0), at(2))
	if err != nil || !slices.Equal(got, points[:4]) {
		t.Errorf("samples %+v, %v", got, err)
	}
	if got, err := db.Samples(ctx, "a", "error-rate", at(1), at(2)); err != nil || len(got) != 1 {
		t.Errorf("samples after the first minute: %+v, %v", got, err)
	}
	err = db.AppendSamples(ctx, "a", []room.Sample{{Monitor: "m", At: at(1), ReadAt: at(1), Value: 1}, {Monitor: "m", Value: math.NaN()}})
	wantError(t, err, "NaN", "is no point")
	if got, err := db.Samples(ctx, "a", "m", at(0), at(2)); err != nil || len(got) != 0 {
		t.Errorf("half of a refused batch stands: %v %v", got, err)
	}
}

// The log is checked by hand as the README shows it.
func TestCheckedByHand(t *testing.T) {
	db := fresh(t)
	entries := seal(t, "a", journal.Head{}, 3, 500)
	appendAll(t, db, entries)
	for _, e := range entries {
		body, err := commandLine(t, db.Path(), fmt.Sprintf("SELECT body FROM entries WHERE launch = 'a' AND seq = %d", e.Seq))
		if err != nil {
			t.Fatal(err, body)
		}
		sum := exec.Command("sha256sum")
		sum.Stdin = strings.NewReader(body)
		out, err := sum.Output()
		if err != nil {
			t.Skip("sha256sum is not installed")
		}
		if !strings.HasPrefix(string(out), e.Hash) || !strings.Contains(body, `"prev":"`+e.Prev) {
			t.Errorf("entry %d: %s", e.Seq, out)
		}
	}
}
