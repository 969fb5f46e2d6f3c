package data

import (
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"

	"tminus/model/journal"
)

// benchEntries is twice a long launch.
const benchEntries = 10000

// BenchmarkAppend and BenchmarkRawFsync are a pair: a durable entry of 1 KB may take at most 1.6 times a raw append of as
// many bytes with its fsync.
func BenchmarkAppend(b *testing.B) {
	ctx := context.Background()
	db := fresh(b)
	entries := seal(b, "a", journal.Head{}, 20000, 1024)
	i := 0
	for b.Loop() {
		if err := db.Append(ctx, entries[i:i+1]); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.SetBytes(int64(len(entries[1].Body)))
}

func BenchmarkRawFsync(b *testing.B) {
	f, err := os.OpenFile(filepath.Join(b.TempDir(), "raw"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	line := []byte(seal(b, "a", journal.Head{}, 2, 1024)[1].Body)
	for b.Loop() {
		if _, err := f.Write(line); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(line)))
}

func benchDB(b *testing.B) *DB {
	b.Helper()
	db := fresh(b)
	appendAll(b, db, seal(b, "a", journal.Head{}, benchEntries, 1024))
	return db
}

// BenchmarkRows reads 10,000 entries, BenchmarkVerify also checks them strictly; BenchmarkHashAlone is their measure.
func BenchmarkRows(b *testing.B) {
	db := benchDB(b)
	for b.Loop() {
		for _, err := range db.Rows(context.Background(), "a", 0) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	db := benchDB(b)
	for b.Loop() {
		if r := verify(db, "a"); r.Entries != benchEntries {
			b.Fatal(r.Err())
		}
	}
}

func BenchmarkVerifyChain(b *testing.B) {
	db := benchDB(b)
	for b.Loop() {
		if r := journal.VerifyChain("a", db.Rows(context.Background(), "a", 0), nil); r.Entries != benchEntries {
			b.Fatal(r.Err())
		}
	}
}

func BenchmarkHashAlone(b *testing.B) {
	entries := seal(b, "a", journal.Head{}, benchEntries, 1024)
	for b.Loop() {
		for _, e := range entries {
			sha256.Sum256([]byte(e.Body))
		}
	}
}

func BenchmarkLaunches(b *testing.B) {
	db := benchDB(b)
	for b.Loop() {
		if _, err := db.Launches(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
