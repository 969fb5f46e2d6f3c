package diff

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestADifferenceReadsAsPeopleExpect(t *testing.T) {
	before := "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\ng: 7\nh: 8\ni: 9\nj: 10\nk: 11\n"
	after := "a: 1\nb: 2\nc: 30\nd: 4\ne: 5\nf: 6\ng: 7\nh: 8\ni: 9\nj: 10\nk: 11\nl: 12\n"
	got := Text(Lines(before, after, 1))
	want := "@@ -2,3 +2,3 @@\n b: 2\n-c: 3\n+c: 30\n d: 4\n@@ -11,1 +11,2 @@\n k: 11\n+l: 12\n"
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if gone, came := Count(Lines(before, after, 3)); gone != 1 || came != 2 {
		t.Errorf("%d gone, %d come", gone, came)
	}
	if Lines(before, before, 3) != nil {
		t.Error("a text differs from itself")
	}
	if got := Text(Lines("a", "a\n", 3)); !strings.Contains(got, "no line break") {
		t.Errorf("a last line break that is missing is not told: %q", got)
	}
	if got := Text(Lines("", "a\n", 3)); got != "@@ -1,0 +1,1 @@\n+a\n" {
		t.Errorf("%q", got)
	}
}

// Whatever the texts are, the difference with all its context gives both back.
func TestADifferenceIsWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SampledFrom([]string{"a", "b", "c", "", "\r", "@@ -1,1 +1,1 @@", "-x", "+x"})
		join := func(l []string) string { return strings.Join(l, "\n") }
		before := join(rapid.SliceOfN(line, 0, 30).Draw(t, "before"))
		after := join(rapid.SliceOfN(line, 0, 30).Draw(t, "after"))
		var a, b []string
		for _, l := range Lines(before, after, 1000) {
			if l.Op == Same || l.Op == Gone {
				a = append(a, l.Text)
				if l.Old != len(a) {
					t.Fatalf("line %d is called %d", len(a), l.Old)
				}
			}
			if l.Op == Same || l.Op == New {
				b = append(b, l.Text)
				if l.Now != len(b) {
					t.Fatalf("line %d is called %d", len(b), l.Now)
				}
			}
		}
		if before != after && (!slices.Equal(a, split(before)) || !slices.Equal(b, split(after))) {
			t.Fatalf("%q and %q became %q and %q", before, after, a, b)
		}
	})
}

// Two large texts that have nothing in common are told in bounded time and memory.
func TestLargeTextsAreBounded(t *testing.T) {
	var a, b strings.Builder
	for i := range 20000 {
		a.WriteString(strings.Repeat("a", i%50) + "\n")
		b.WriteString(strings.Repeat("b", i%50+1) + "\n")
	}
	began := time.Now()
	if gone, came := Count(Lines(a.String(), b.String(), 3)); gone != 20000 || came != 20000 {
		t.Errorf("%d, %d", gone, came)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}
