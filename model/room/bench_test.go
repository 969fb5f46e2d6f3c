package room

import (
	"fmt"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
)

// long is a store with a launch of n entries.
func long(b *testing.B, n int) *memory {
	s := newMemory()
	plan(b, s, launch.Live, 1000*time.Hour, el())
	state, _, err := Replay(b.Context(), s, "checkout")
	if err != nil {
		b.Fatal(err)
	}
	for i := range n - 1 {
		at := state.Head.At.Add(10 * time.Second)
		events, err := state.Decide(el(), command("note.add", "text", fmt.Sprintf("note %d of a long launch, as people write them", i)), at)
		if err != nil {
			b.Fatal(err)
		}
		e, err := journal.Seal("checkout", string(launch.Live), state.Head, at, journal.Draft{Actor: state.Actor(el()), Kind: events[0].Kind, Data: events[0].Data})
		if err != nil {
			b.Fatal(err)
		}
		if err := state.Apply(e); err != nil {
			b.Fatal(err)
		}
		s.rows = append(s.rows, journal.Row{Launch: e.Launch, Seq: e.Seq, Body: e.Body, Hash: e.Hash})
	}
	return s
}

func BenchmarkReplay(b *testing.B) {
	s := long(b, 10_000)
	for b.Loop() {
		if _, _, err := Replay(b.Context(), s, "checkout"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDo(b *testing.B) {
	r := openRoom(b, Config{Store: long(b, 1000)})
	d := r.Door(el())
	for b.Loop() {
		if _, err := d.Do(b.Context(), command("note.add", "text", "x")); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTick is an idle second of a room: nothing is published.
func BenchmarkTick(b *testing.B) {
	r := openRoom(b, Config{Store: long(b, 1000)})
	for b.Loop() {
		if err := r.in(b.Context(), r.tick); err != nil {
			b.Fatal(err)
		}
	}
}
