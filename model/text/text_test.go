package text_test

import (
	"strings"
	"testing"
	"unicode"

	"tminus/model/text"
)

func TestLineShowsWhatWouldAct(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                   "plain",
		"Größe ✓ 日本":              "Größe ✓ 日本",
		"\x1b[31mred":             `\u{1b}[31mred`,
		"a\r\n\nb":                "a b",
		"tab\there":               "tab here",
		"\u202egnp.exe":           `\u{202e}gnp.exe`,
		"zero\u200bwidth":         `zero\u{200b}width`,
		"nb\u00a0sp":              `nb\u{a0}sp`,
		"bad\xffbyte":             `bad\x{ff}byte`,
		"\u009b31m":               `\u{9b}31m`,
		"line\u2028sep":           "line sep",
		"emoji\ufe0f":             `emoji\u{fe0f}`,
		"private\ue000":           `private\u{e000}`,
		"trailing\n":              "trailing ",
		"\x00":                    `\u{0}`,
		strings.Repeat("x", 4096): strings.Repeat("x", 4096),
	} {
		if got := text.Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBlockKeepsLines(t *testing.T) {
	if got, want := text.Block("a\r\nb\rc\n\x1bd"), "a\nb\nc\n"+`\u{1b}d`; got != want {
		t.Errorf("Block = %q, want %q", got, want)
	}
}

func TestTmuxDoublesHash(t *testing.T) {
	if got, want := text.Tmux("#[fg=red]#(reboot)\n"), "##[fg=red]##(reboot) "; got != want {
		t.Errorf("Tmux = %q, want %q", got, want)
	}
}

func FuzzLine(f *testing.F) {
	f.Add("\x1b]0;title\x07 \u202e\xff")
	f.Fuzz(func(t *testing.T, s string) {
		out := text.Line(s)
		for _, r := range out {
			if !unicode.IsGraphic(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Fatalf("Line(%q) lets %U through", s, r)
			}
		}
		if again := text.Line(out); again != out {
			t.Fatalf("not stable: %q then %q", out, again)
		}
	})
}
