package data

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/room"
	"tminus/model/runbook"
)

// day is a launch of n entries over 24 hours and 20 monitors with a point a minute.
func day(tb testing.TB, n int) (*DB, time.Time) {
	tb.Helper()
	ctx, db := context.Background(), fresh(tb)
	begin := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	rb := &runbook.Runbook{ID: "r", Title: "R", Roles: []runbook.Role{{ID: "engineering-lead", Title: "Engineering Lead", Short: "EL"}}}
	file := &launchfile.File{Launch: "a", Title: "A", T0: begin.Add(time.Hour), Runbook: "r", Sources: map[string]launchfile.Source{},
		People: []launchfile.Person{{User: "el", Roles: []string{"engineering-lead"}}}}
	var samples []room.Sample
	for m := range 20 {
		id := fmt.Sprintf("monitor-%d", m)
		rb.Monitors = append(rb.Monitors, runbook.Monitor{ID: id, Name: id, Unit: "%", Group: "system", Owner: "engineering-lead", Every: runbook.Duration(time.Minute), Warning: "> 50%", Critical: "> 90%"})
		file.Sources[id] = launchfile.Source{CloudWatch: &launchfile.CloudWatch{Period: runbook.Duration(time.Minute)}}
		for i := range 24 * 60 {
			at := begin.Add(time.Duration(i) * time.Minute)
			samples = append(samples, room.Sample{Monitor: id, At: at, ReadAt: at.Add(time.Minute), Value: float64(i % 60)})
		}
	}
	who := launch.Who{User: "el", UID: 1000, Host: "h", Auth: journal.AuthOSUser}
	if err := room.Plan(ctx, db, &room.PlanRequest{ID: "0123", Mode: launch.Live, File: file, FileText: "f", Runbook: rb, RunbookText: "r",
		UID: func(string) int { return 1000 }, Now: begin, By: who}); err != nil {
		tb.Fatal(err)
	}
	if err := db.AppendSamples(ctx, "a", samples); err != nil {
		tb.Fatal(err)
	}
	if err := db.AppendRead(ctx, "a", room.Read{Source: "cloudwatch", At: begin.Add(12 * time.Hour), Outcome: "ok"}); err != nil {
		tb.Fatal(err)
	}
	state, _, err := room.Replay(ctx, db, "a")
	if err != nil {
		tb.Fatal(err)
	}
	var entries []journal.Entry
	head := state.Head
	for i := range n - 1 {
		e, err := journal.Seal("a", "LIVE", head, begin.Add(time.Duration(i)*24*time.Hour/time.Duration(n)), journal.Draft{
			Actor: state.Actor(who), Kind: "note.added", Data: launch.NoteAdded{Text: "a note as people write them in a launch"},
		})
		if err != nil {
			tb.Fatal(err)
		}
		entries, head = append(entries, e), journal.Head{Seq: e.Seq, Hash: e.Hash, At: e.At}
	}
	if err := db.Append(ctx, entries); err != nil {
		tb.Fatal(err)
	}
	return db, begin
}

// What is told of an instant is what had been read by then.
func TestPlaybackFromTheDatabase(t *testing.T) {
	db, begin := day(t, 100)
	p, err := room.NewPlayback(t.Context(), db, "a")
	if err != nil {
		t.Fatal(err)
	}
	at := begin.Add(12*time.Hour + 30*time.Second)
	s, err := p.At(t.Context(), at, launch.Who{User: "el", UID: 1000})
	if err != nil {
		t.Fatal(err)
	}
	// The point of 12:00 was read at 12:01: it is not known yet.
	if m := s.Monitors[0]; m.State != monitor.Warn || m.Value == nil || *m.Value != 59 || !m.At.Equal(begin.Add(12*time.Hour-time.Minute)) {
		t.Errorf("monitor %+v", m)
	}
	if s.Status == "NOT WATCHED" || s.Entries != 52 {
		t.Errorf("%s with %d entries", s.Status, s.Entries)
	}
}

// BenchmarkPlaybackJump goes back and on through a launch of 10,000 entries with 24 hours of 20 monitors.
func BenchmarkPlaybackJump(b *testing.B) {
	db, begin := day(b, benchEntries)
	p, err := room.NewPlayback(b.Context(), db, "a")
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		at := begin.Add(24 * time.Hour * time.Duration(7-i%7) / 8)
		if _, err := p.At(b.Context(), at, launch.Who{User: "el", UID: 1000}); err != nil {
			b.Fatal(err)
		}
	}
}
