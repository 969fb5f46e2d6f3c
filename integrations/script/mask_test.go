package script

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMask(t *testing.T) {
	secrets := []string{"abcdef", "abcdefgh", "defxyz", " padded-value\n", "short", ""}
	for text, want := range map[string]string{
		"":                   "",
		"plain":              "plain",
		"xabcdefx":           "x•••x",
		"xabcdefghx":         "x•••x", // the longer of two
		"xabcdefxyz!":        "x•••!", // overlapping
		"abcdefabcdef":       "•••",   // side by side
		"abcde abcdef":       "abcde •••",
		"a padded-value b":   "a ••• b", // a file's line end is no part of a secret
		"a short one":        "a short one",
		"ends in abcdefg":    "ends in •••g",
		"ends in abcde":      "ends in abcde",
		"ünïcode abcdef €":   "ünïcode ••• €",
		"\xff\x00abcdef\xfe": "\xff\x00•••\xfe",
	} {
		if got := mask(text, secrets); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// However a text comes in pieces, what is told is the same, and each byte that no secret covers.
func TestMaskingIsTheSameInPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secrets := rapid.SliceOfN(rapid.StringMatching(`[ab]{6,9}`), 1, 4).Draw(t, "secrets")
		text := rapid.StringMatching(`[abc]{0,80}`).Draw(t, "text")
		m := newMasker(secrets)
		var got strings.Builder
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			got.Write(m.write([]byte(rest[:n])))
			rest = rest[n:]
		}
		got.Write(m.end())
		if want := covered(text, secrets); got.String() != want {
			t.Fatalf("%q, want %q", got.String(), want)
		}
	})
}

// covered masks by marking each byte.
func covered(text string, secrets []string) string {
	marked := make([]bool, len(text))
	for at := range text {
		for _, s := range secrets {
			if strings.HasPrefix(text[at:], s) {
				for i := range s {
					marked[at+i] = true
				}
			}
		}
	}
	var out strings.Builder
	for i := range text {
		switch {
		case !marked[i]:
			out.WriteByte(text[i])
		case i == 0 || !marked[i-1]:
			out.WriteString(masked)
		}
	}
	return out.String()
}

func TestWhatIsMaskedStaysSoWhileItIsHeld(t *testing.T) {
	m := newMasker([]string{"aaaaba"})
	var got strings.Builder
	for _, piece := range []string{"aaaab", "a", "a", "a"} {
		got.Write(m.write([]byte(piece)))
	}
	got.Write(m.end())
	if got.String() != masked+"aa" {
		t.Errorf("%q", got.String())
	}
}

// A program that floods what looks like the start of a secret neither fills the memory nor gets through.
func TestMaskingHoldsLittle(t *testing.T) {
	m := newMasker([]string{strings.Repeat("a", 40)})
	var got strings.Builder
	for range 1000 {
		got.Write(m.write([]byte(strings.Repeat("a", 100))))
		if len(m.held) >= 40 {
			t.Fatalf("%d bytes are held", len(m.held))
		}
	}
	got.Write(m.end())
	if got.String() != masked {
		t.Errorf("%.80q", got.String())
	}
}

func TestTheRingKeepsTheEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r ring
		var all []byte
		for range rapid.IntRange(0, 8).Draw(t, "writes") {
			p := []byte(strings.Repeat(rapid.StringMatching(`[a-z]{7}`).Draw(t, "p"), rapid.IntRange(0, half/3).Draw(t, "times")))
			r.write(p)
			all = append(all, p...)
		}
		if want := all[max(0, len(all)-half):]; string(r.bytes()) != string(want) || r.dropped() != int64(len(all)-len(want)) {
			t.Fatalf("%d bytes, %d dropped of %d", len(r.bytes()), r.dropped(), len(all))
		}
	})
}
