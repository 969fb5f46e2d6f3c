package widgets

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"tminus/model/text"
	"tminus/ui/theme"
)

func TestFit(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"abc", 5, "abc  "},
		{"abcdef", 4, "abc…"},
		{"abc", 3, "abc"},
		{"abc", 0, ""},
		{"abc", -1, ""},
		{"", 3, "   "},
		{"日本語", 4, "日… "},
		{"日本語", 6, "日本語"},
		{"é́x", 2, "é́x"},
		{"\x1b[1mbold text\x1b[m", 5, "\x1b[1mbold…\x1b[m"},
		{"…", 1, "…"},
		{"abcdef", 1, "…"},
	} {
		if got := Fit(c.in, c.w); got != c.want {
			t.Errorf("Fit(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
	if got := FitRight("4 %", 6); got != "   4 %" {
		t.Errorf("FitRight = %q", got)
	}
}

// texts are samples of what may come: plain, styled, wide, combining, joined, control characters already made visible.
func texts() []string {
	return []string{
		"", "plain", strings.Repeat("long ", 50), "日本語の名前", "e\u0301\u0301 x", "👩‍👩‍👧 family", "⚠️ sign", "Größe ✓ × ©®",
		"\x1b[31mred\x1b[m and \x1b[1;38;2;1;2;3mmore\x1b[m", "─│╭╮█▀▁▂…·√▲■►●○", "ａｂｃ fullwidth", "한국어", "\u0301lead", "שלום", "a\u00adb",
	}
}

// TestWidthIsAnsiWidth holds the fast way to the slow one's answers.
func TestWidthIsAnsiWidth(t *testing.T) {
	for _, s := range texts() {
		if got, want := Width(s), ansi.StringWidth(s); got != want {
			t.Errorf("Width(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestFitIsExactAtEveryWidth(t *testing.T) {
	for _, s := range texts() {
		for w := range 40 {
			for _, got := range []string{Fit(s, w), FitRight(s, w)} {
				if n := ansi.StringWidth(got); n != w {
					t.Errorf("%q in %d cells takes %d: %q", s, w, n, got)
				}
			}
		}
	}
}

func TestRowNeverGrows(t *testing.T) {
	th := theme.New(theme.Options{})
	for w := range 30 {
		for _, s := range append(texts(), "\x1b[2J\x07", "\u202Eevil", "a\nb\x00") {
			line := NewRow(w).Text(th.OK, s).Gap(2).Cell(th.Warn, s, 9).CellRight(th.Dim, s, 5).Drawn("xyz", 3).Rest(th.Text, s).String()
			if n := ansi.StringWidth(line); n != w {
				t.Errorf("%q in a row of %d takes %d: %q", s, w, n, line)
			}
			if plain := ansi.Strip(line); strings.ContainsAny(plain, "\x1b\x07\x00\n\u202E") {
				t.Errorf("%q came through raw: %q", s, plain)
			}
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"one two three", 7, "one two|three"},
		{"abcdefghij", 4, "abcd|efgh|ij"},
		{"a\n\nb", 5, "a||b"},
		{"go abcdefgh no", 4, "go|abcd|efgh|no"},
		{"日本語", 4, "日本|語"},
		{"x", 0, ""},
		{"日", 1, "…"},
	} {
		if got := strings.Join(Wrap(c.in, c.w), "|"); got != c.want {
			t.Errorf("Wrap(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
}

// TestWrapKeepsAll checks that nothing but blanks is lost and no line is too wide, for a body of a mebibyte too.
func TestWrapKeepsAll(t *testing.T) {
	for _, s := range append(texts(), strings.Repeat(`{"text":"x"}`, 90_000)) {
		for _, w := range []int{7, 80} {
			lines := Wrap(s, w)
			for _, line := range lines {
				if n := ansi.StringWidth(line); n > w {
					t.Errorf("line of %d cells in %d: %q", n, w, line)
				}
			}
			squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
			if got := squeeze(strings.Join(lines, "")); got != squeeze(text.Block(s)) && utf8.ValidString(s) {
				t.Errorf("lost something of %.40q: %.40q", s, got)
			}
		}
	}
}

func TestFrameIsExact(t *testing.T) {
	for _, o := range []theme.Options{{}, {ASCII: true}, {NoColor: true}} {
		th := theme.New(o)
		for w := range 40 {
			for h := range 6 {
				for _, title := range []string{"", "Metrics", "RACI · 日本語 and a long title", "\x1b[31mx"} {
					lines := Frame(th, title, "10s ago · 142:9c41d07be2a35f10", []string{"x", strings.Repeat("y", 60)}, w, h, true)
					if len(lines) != h {
						t.Fatalf("%d lines, want %d", len(lines), h)
					}
					for _, line := range lines {
						if n := ansi.StringWidth(line); n != w {
							t.Fatalf("%+v %q %dx%d: %d cells: %q", o, title, w, h, n, line)
						}
					}
				}
			}
		}
	}
	got := ansi.Strip(strings.Join(Frame(theme.New(theme.Options{}), "Checklist", "38/44", []string{"one"}, 24, 3, false), "\n"))
	if want := "╭ Checklist ──── 38/44 ╮\n│ one                  │\n╰──────────────────────╯"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLabelledStandsBesideOrBelow(t *testing.T) {
	th := theme.New(theme.Options{NoColor: true})
	for _, c := range []struct {
		w    int
		want []string
	}{
		{20, []string{th.Dim.On("Owner    ") + "eng-lead or", "         prog-mgr"}},
		{12, []string{"Owner:", "eng-lead or", "prog-mgr"}}, // three cells are no room for a text
	} {
		if got := Labelled(th, th.Text, "Owner", "eng-lead or prog-mgr", 9, 10, c.w); !slices.Equal(got, c.want) {
			t.Errorf("%d cells: %q, want %q", c.w, got, c.want)
		}
	}
	if got := Labelled(th, th.Text, "Owner", "", 9, 10, 20); got != nil {
		t.Errorf("nobody: %q", got)
	}
}
