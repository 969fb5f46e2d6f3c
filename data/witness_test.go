package data

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/model/journal"
)

func TestWitness(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	w := OpenWitness(dir)
	if heads, err := w.Heads("id-a"); err != nil || heads != nil {
		t.Errorf("before the first: %v %v", heads, err)
	}
	head := func(seq int64, digit string) journal.Head {
		return journal.Head{Seq: seq, Hash: strings.Repeat(digit, 64)}
	}
	record := func(minute int, id string, h journal.Head) {
		t.Helper()
		if err := w.Record(t0.Add(time.Duration(minute)*time.Minute), id, "checkout-v2", h); err != nil {
			t.Fatal(err)
		}
	}
	record(0, "id-a", head(1, "a"))
	record(1, "id-b", head(1, "b"))
	record(2, "id-a", head(1, "a")) // the newest already
	record(3, "id-a", head(2, "c"))
	record(4, "id-a", head(1, "a")) // the log was cut: that it was seen so is worth a line
	text, err := os.ReadFile(filepath.Join(dir, "witness"))
	want := "2026-11-24T09:47:17Z id-a checkout-v2 1:" + strings.Repeat("a", 64) + "\n"
	if err != nil || !strings.HasPrefix(string(text), want) || strings.Count(string(text), "\n") != 4 {
		t.Errorf("%s %v", text, err)
	}
	heads, err := w.Heads("id-a")
	if err != nil || len(heads) != 3 || heads[1].Seq != 2 || heads[1].Hash != strings.Repeat("c", 64) {
		t.Errorf("%v %v", heads, err)
	}
	if got := modeOf(t, filepath.Join(dir, "witness")); got != 0o600 {
		t.Errorf("mode %o", got)
	}
	if got := modeOf(t, dir); got != 0o700 {
		t.Errorf("mode of the folder %o", got)
	}
	for _, bad := range []struct{ id, launch string }{{"", "a"}, {"a b", "a"}, {"id", ""}, {"id", "x\ny"}} {
		if err := w.Record(t0, bad.id, bad.launch, head(1, "a")); err == nil {
			t.Errorf("recorded %q", bad)
		}
	}
}

// A line that a crash has torn, or that somebody broke, hides no other.
func TestWitnessWithBrokenLines(t *testing.T) {
	dir := t.TempDir()
	w := OpenWitness(dir)
	good := "2026-11-24T09:47:17Z id-a checkout-v2 1:" + strings.Repeat("a", 64) + "\n"
	for _, broken := range []string{"2026-11-24T09:4", "nonsense\n", good[:90] + "\n", strings.Replace(good, "Z", "X", 1), strings.Replace(good, "1:", "x:", 1),
		strings.Repeat("x", 200000) + "\n", "\x00\xff\n"} {
		if err := os.WriteFile(filepath.Join(dir, "witness"), []byte(good+broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := w.Record(t0, "id-a", "checkout-v2", journal.Head{Seq: 2, Hash: strings.Repeat("b", 64)}); err != nil {
			t.Fatal(err)
		}
		heads, err := w.Heads("id-a")
		if len(heads) != 2 || heads[0].Seq != 1 || heads[1].Seq != 2 {
			t.Errorf("%.20q: heads %v", broken, heads)
		}
		wantError(t, err, "1 of its lines cannot be read, the first is line 2")
	}
}

func TestWitnessFromManyCockpits(t *testing.T) {
	w := OpenWitness(t.TempDir())
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for seq := range 20 {
				id := "id-" + string(rune('a'+i))
				if err := w.Record(t0, id, "checkout-v2", journal.Head{Seq: int64(seq + 1), Hash: strings.Repeat("0", 64)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for i := range 8 {
		if heads, err := w.Heads("id-" + string(rune('a'+i))); len(heads) != 20 || err != nil {
			t.Errorf("%d heads, %v", len(heads), err)
		}
	}
}

func TestWitnessRefusesALink(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink("/dev/null", filepath.Join(dir, "witness")); err != nil {
		t.Fatal(err)
	}
	if err := OpenWitness(dir).Record(t0, "id", "a", journal.Head{Seq: 1, Hash: journal.Genesis}); err == nil {
		t.Error("wrote through a symbolic link")
	}
}
