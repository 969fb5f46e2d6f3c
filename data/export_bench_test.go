package data

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/report"
	"tminus/model/room"
	"tminus/model/runbook"
)

// longLaunch is a launch of 10,000 entries and 24 hours of the built-in runbook's monitors and one more a minute.
func longLaunch(t testing.TB) *DB {
	t.Helper()
	db := fresh(t)
	src, err := os.ReadFile(filepath.Join("builtin", "feature-launch.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	rb, mistakes := runbook.Load("feature-launch.yaml", src)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	t0 := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	f := &launchfile.File{Launch: "long", Title: "Long", T0: t0, Runbook: "feature-launch",
		People: []launchfile.Person{{User: "ann", Roles: []string{"engineering-lead"}}, {User: "bob", Roles: []string{"product-owner"}}}}
	put := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		hash, err := db.PutDocument(t.Context(), string(text))
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	ev, err := launch.Plan(launch.PlanInput{ID: "id", Mode: launch.Live, Runbook: rb, File: f, RunbookHash: put("runbook"), FileHash: put("file"), RunbookJSON: put(rb), FileJSON: put(f),
		UIDs: map[string]int{"ann": 1, "bob": 2}})
	if err != nil {
		t.Fatal(err)
	}
	ctx := &journal.Context{Clock: "T+00:00:00", Phase: "watching", Status: "GREEN", Metrics: map[string]journal.Metric{}}
	for _, m := range rb.Monitors[:12] {
		v := 0.04
		ctx.Metrics[m.ID] = journal.Metric{Value: &v, Unit: m.Unit, State: "OK", At: &t0}
	}
	samples := longSamples(rb, t0)
	var entries []journal.Entry
	head := journal.Head{}
	at := t0.Add(-time.Hour)
	var sealed time.Time
	for i := range benchEntries {
		d := journal.Draft{Actor: journal.Actor{User: "ann", Roles: []string{"engineering-lead"}, Auth: journal.AuthOSUser}, Kind: ev.Kind, Data: ev.Data}
		switch {
		case i == 0:
		case i%69 == 0: // every ten minutes of a day
			seal := launch.SamplesSealed{From: sealed, To: at}
			var list []room.Sample
			for _, s := range samples {
				if s.ReadAt.After(seal.From) && !s.ReadAt.After(seal.To) {
					list = append(list, s)
				}
			}
			seal.Count, seal.Digest = len(list), room.Digest(list)
			d = journal.Draft{Actor: journal.Actor{User: "tminus", Auth: journal.AuthSystem}, Kind: launch.KindSamplesSealed, Data: seal}
			sealed = at
		case i%3 == 0:
			v := 0.3
			d = journal.Draft{Actor: journal.Actor{User: "tminus", Auth: journal.AuthSystem}, Kind: launch.KindMonitorChanged, Context: ctx,
				Data: launch.MonitorChanged{Monitor: "error-rate", From: "OK", To: "WARN", Value: &v, Unit: "%", At: at}}
		default:
			d.Kind, d.Context = "note.added", ctx
			d.Data = launch.NoteAdded{Text: fmt.Sprintf("note %d of a long night", i)}
		}
		e, err := journal.Seal("long", "LIVE", head, at, d)
		if err != nil {
			t.Fatal(err)
		}
		entries, head, at = append(entries, e), e.Head(), at.Add(9*time.Second)
	}
	appendAll(t, db, entries)
	if err := db.AppendSamples(t.Context(), "long", samples); err != nil {
		t.Fatal(err)
	}
	return db
}

// longSamples are 24 hours of 20 monitors, in the order in which a database has them.
func longSamples(rb *runbook.Runbook, t0 time.Time) []room.Sample {
	var samples []room.Sample
	for i := range 20 {
		m := rb.Monitors[min(i, len(rb.Monitors)-1)].ID
		if i >= len(rb.Monitors) {
			m = fmt.Sprintf("extra-%d", i)
		}
		for k := range 24 * 60 {
			p := t0.Add(time.Duration(k-60) * time.Minute)
			samples = append(samples, room.Sample{Monitor: m, At: p, ReadAt: p.Add(20 * time.Second), Value: 1 + math.Sin(float64(k+i)/40)})
		}
	}
	slices.SortStableFunc(samples, func(a, b room.Sample) int { return cmp.Compare(a.Monitor, b.Monitor) })
	return samples
}

// BenchmarkExportLong writes the post-mortem of a long launch in each format; size is what it writes, and peak the most
// memory that was in use while it did, beyond what was before.
func BenchmarkExportLong(b *testing.B) {
	db := longLaunch(b)
	for _, format := range []string{"md", "html", "csv", "json"} {
		b.Run(format, func(b *testing.B) {
			runtime.GC()
			w := &peak{base: inUse()}
			for b.Loop() {
				w.size = 0
				if err := exportTo(b.Context(), w, db, format); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(w.size)/1e6, "MB")
			b.ReportMetric(float64(w.most)/1e6, "peak-MB")
		})
	}
}

// BenchmarkOpenLong folds a long launch as a start does.
func BenchmarkOpenLong(b *testing.B) {
	db := longLaunch(b)
	for b.Loop() {
		if _, _, err := room.Replay(b.Context(), db, "long"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheckSeals proves the samples of a long launch, at once as a database can, and seal by seal.
func BenchmarkCheckSeals(b *testing.B) {
	db := longLaunch(b)
	for name, store := range map[string]room.Store{"at-once": db, "one-by-one": struct{ room.Store }{db}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if n, err := room.CheckSeals(b.Context(), store, "long"); err != nil || n < 28000 {
					b.Fatal(n, err)
				}
			}
		})
	}
}

func exportTo(ctx context.Context, w io.Writer, db *DB, format string) error {
	if format == "json" {
		return report.WriteJSON(ctx, w, db, "long")
	}
	record, err := report.Read(ctx, db, "long", nil)
	if err != nil {
		return err
	}
	switch pm := report.Build(record); format {
	case "html":
		return report.HTML(w, pm)
	case "csv":
		return report.CSV(w, pm)
	default:
		return report.Markdown(w, pm)
	}
}

// peak counts what is written, and looks every so often how much memory is in use.
type peak struct {
	size, next int
	base, most uint64
}

func (p *peak) Write(b []byte) (int, error) {
	p.size += len(b)
	if p.size >= p.next {
		p.next = p.size + 1<<20
		if now := inUse(); now > p.base {
			p.most = max(p.most, now-p.base)
		}
	}
	return len(b), nil
}

func inUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// The JSON of a launch is written and read back in memory that does not grow with it.
func TestALongLaunchIsExportedAndImportedInBoundedMemory(t *testing.T) {
	db := longLaunch(t)
	file, err := os.Create(filepath.Join(t.TempDir(), "long.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	runtime.GC()
	w := &peak{base: inUse()}
	if err := report.WriteJSON(t.Context(), io.MultiWriter(w, file), db, "long"); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d MB written with %d MB more in use at most", w.size>>20, w.most>>20)
	if w.size < 10<<20 || w.most > 32<<20 {
		t.Errorf("%d bytes written with %d bytes more in use", w.size, w.most)
	}
	other := fresh(t)
	began := time.Now()
	x, added, err := other.Import(t.Context(), time.Unix(0, 0), func(s report.Sink) (report.Export, error) {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return report.Export{}, err
		}
		return report.ReadJSON(file, nil, s)
	})
	t.Logf("imported in %s", time.Since(began))
	if err != nil || added != benchEntries || x.Samples != 20*24*60 {
		t.Fatalf("%+v, %d entries, %v", x, added, err)
	}
	var a, b bytes.Buffer
	if err := report.WriteJSON(t.Context(), &a, db, "long"); err != nil {
		t.Fatal(err)
	}
	if err := report.WriteJSON(t.Context(), &b, other, "long"); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("it is exported as another file")
	}
}
