package theme

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// The attributes that a style may have, as SGR parameters.
const (
	bold      = "1"
	faint     = "2"
	underline = "4"
	reverse   = "7"
)

const reset = "\x1b[m"

// Style is a pair of precomputed escape sequences. The zero Style leaves text as it is. Styles do not nest: the reset at
// the end of an inner one ends the outer one too, so segments are styled apart and put side by side.
type Style struct{ on string }

// newStyle joins SGR parameters; empty ones are left out.
func newStyle(params ...string) Style {
	var set []string
	for _, p := range params {
		if p != "" {
			set = append(set, p)
		}
	}
	if len(set) == 0 {
		return Style{}
	}
	return Style{on: "\x1b[" + strings.Join(set, ";") + "m"}
}

// On returns text in the style. The text is drawn as it is: who passes it has sanitized it.
func (s Style) On(text string) string {
	if s.on == "" || text == "" {
		return text
	}
	return s.on + text + reset
}

// Write is On into a builder.
func (s Style) Write(b *strings.Builder, text string) {
	if s.on == "" || text == "" {
		b.WriteString(text)
		return
	}
	b.WriteString(s.on)
	b.WriteString(text)
	b.WriteString(reset)
}

// Plain reports whether the style changes nothing.
func (s Style) Plain() bool { return s.on == "" }

// Recede is drawn lines without their colours, all of them faint: what stands behind a dialog, so that only the dialog is
// read. Words and glyphs stay, since no state is told by colour alone. Faint is the shortest sequence that does it, and
// what ticks behind a dialog writes it every second.
func Recede(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = newStyle(faint).On(ansi.Strip(line))
	}
	return out
}
