package data

import (
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"tminus/model/journal"
)

// benchEntries is twice a long launch.
const benchEntries = 10000

// BenchmarkAppend and BenchmarkRawFsync are a pair: a durable entry of 1 KB may take at most 1.6 times a raw append of as
// many bytes with its fsync. BenchmarkAppendRatio measures both in turns, since a disk's speed changes by the second.
func BenchmarkAppend(b *testing.B) {
	entry := appender(b)
	for b.Loop() {
		entry()
	}
}

func BenchmarkRawFsync(b *testing.B) {
	raw := rawAppender(b)
	for b.Loop() {
		raw()
	}
}

func BenchmarkAppendRatio(b *testing.B) {
	const turn = 50
	entry, raw := appender(b), rawAppender(b)
	var entries, raws time.Duration
	for b.Loop() {
		began := time.Now()
		for range turn {
			entry()
		}
		between := time.Now()
		for range turn {
			raw()
		}
		entries, raws = entries+between.Sub(began), raws+time.Since(between)
	}
	b.ReportMetric(float64(entries)/float64(raws), "ratio")
}

// appender returns what appends one more entry of 1 KB.
func appender(b *testing.B) func() {
	b.Helper()
	db := fresh(b)
	entries := seal(b, "a", journal.Head{}, 1000, 1024)
	i := 0
	return func() {
		e := entries[i%len(entries)]
		e.Launch = "launch-" + strconv.Itoa(i/len(entries))
		i++
		if err := db.Append(context.Background(), []journal.Entry{e}); err != nil {
			b.Fatal(err)
		}
	}
}

func rawAppender(b *testing.B) func() {
	b.Helper()
	f, err := os.OpenFile(filepath.Join(b.TempDir(), "raw"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	line := []byte(seal(b, "a", journal.Head{}, 2, 1024)[1].Body)
	return func() {
		if _, err := f.Write(line); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
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
