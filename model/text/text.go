// Package text makes safe to show what is not compiled in: labels, notes, titles, names, log lines, API errors, script
// output. It is the one sanitizer of the program.
package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line makes s safe for a one-line field: every run of line breaks becomes one space, a tab one space, and every rune
// that is not graphic, every bidirectional control and every invalid byte becomes visible as \u{…} (bytes as \x{…}).
func Line(s string) string { return sanitize(s, false) }

// Block is Line for text of several lines: line breaks stay, as \n.
func Block(s string) string { return sanitize(s, true) }

// Tmux makes s safe for tmux's status line: Line, with every # doubled.
func Tmux(s string) string { return strings.ReplaceAll(Line(s), "#", "##") }

func sanitize(s string, keepLines bool) string {
	if clean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	pendingBreak := false
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		lineBreak := r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029'
		switch {
		case lineBreak && keepLines:
			if r != '\r' || !strings.HasPrefix(s[i+n:], "\n") {
				b.WriteByte('\n')
			}
		case lineBreak:
			pendingBreak = true
		default:
			if pendingBreak {
				b.WriteByte(' ')
				pendingBreak = false
			}
			switch {
			case r == utf8.RuneError && n == 1:
				fmt.Fprintf(&b, `\x{%02x}`, s[i])
			case r == '\t':
				b.WriteByte(' ')
			case shown(r):
				b.WriteRune(r)
			default:
				fmt.Fprintf(&b, `\u{%x}`, r)
			}
		}
		i += n
	}
	if pendingBreak {
		b.WriteByte(' ')
	}
	return b.String()
}

// clean reports that s needs no change: the common case, printable ASCII.
func clean(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// shown reports whether a rune may stand as it is. Spaces other than the plain one hide what a text is, and so do
// variation selectors and other marks that draw nothing of their own.
func shown(r rune) bool {
	if r == ' ' {
		return true
	}
	if unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Variation_Selector, r) ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Zs, r) {
		return false
	}
	return unicode.IsGraphic(r)
}
