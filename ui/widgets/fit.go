// Package widgets holds the small drawing parts that panes, views and dialogs share. They do no I/O and read no clock.
package widgets

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const spaces = "                                                                                                    "

// Blank is w spaces.
func Blank(w int) string {
	switch {
	case w <= 0:
		return ""
	case w <= len(spaces):
		return spaces[:w]
	}
	return strings.Repeat(" ", w)
}

// Fit makes s exactly w cells wide: longer text ends in "…", shorter text is padded with spaces. Escape sequences in s
// count nothing and survive. A w of 0 or less gives nothing.
func Fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	n := Width(s)
	if n > w {
		s = ansi.Truncate(s, w, "…")
		n = Width(s)
	}
	if n < w {
		return s + Blank(w-n)
	}
	return s
}

// FitRight is Fit with the padding in front, for numbers.
func FitRight(s string, w int) string {
	if n := Width(s); n < w {
		return Blank(w-n) + s
	}
	return Fit(s, w)
}

// Width is the number of cells that s takes, escape sequences not counted.
func Width(s string) int {
	n := 0
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= 0x20 && c < 0x7f:
			n++
			i++
		case c == 0x1b:
			end := skipSGR(s, i)
			if end == 0 {
				return ansi.StringWidth(s)
			}
			i = end
		case c < utf8.RuneSelf:
			return ansi.StringWidth(s)
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if !single(r) {
				return ansi.StringWidth(s)
			}
			n++
			i += size
		}
	}
	return n
}

// skipSGR returns the index after the style sequence that begins at i, or 0 where there is something else.
func skipSGR(s string, i int) int {
	if i+1 >= len(s) || s[i+1] != '[' {
		return 0
	}
	for j := i + 2; j < len(s); j++ {
		c := s[j]
		if c == 'm' {
			return j + 1
		}
		if (c < '0' || c > '9') && c != ';' && c != ':' {
			return 0
		}
	}
	return 0
}

// single reports whether a rune is certain to be one cell wide and no part of a cluster: Latin letters and the signs that
// the cockpit itself draws. The answer false only costs the slow way.
func single(r rune) bool {
	switch {
	case r >= 0xa1 && r < 0x250 && r != 0xad:
		return r != 0xa9 && r != 0xae // these two have emoji forms
	case r >= 0x2010 && r <= 0x2026:
		return true
	case r >= 0x2500 && r <= 0x259f, r >= 0x2800 && r <= 0x28ff:
		return true
	}
	switch r {
	case '√', '▲', '▼', '■', '►', '●', '○', '↑', '↓', '→', '←':
		return true
	}
	return false
}
