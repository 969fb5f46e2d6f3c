package theme

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Glyphs are the signs of the cockpit, each of width one. None has an emoji form, and all stand in the character set that
// even the fonts of bare consoles have (WGL4).
type Glyphs struct {
	OK, Warn, Crit, NoData, None string // states; None: never alarms
	Check, Open, Waived          string // checklist
	Cursor, Here                 string // a row; a place on a line
	Online, Offline              string
	Hold, Run                    string
	Dot                          string // between facts in one line
	Up, Down                     string // more rows that way
	Ellipsis                     string
	Horizontal, Vertical         string // rules and borders
	TopLeft, TopRight            string
	BottomLeft, BottomRight      string
}

func unicodeGlyphs() Glyphs {
	return Glyphs{
		OK: "√", Warn: "▲", Crit: "■", NoData: "?", None: "-",
		Check: "√", Open: "·", Waived: "~",
		Cursor: "►", Here: "▼", Online: "●", Offline: "○", Hold: "‖", Run: "»", Dot: "·", Up: "↑", Down: "↓", Ellipsis: "…",
		Horizontal: "─", Vertical: "│", TopLeft: "╭", TopRight: "╮", BottomLeft: "╰", BottomRight: "╯",
	}
}

func asciiGlyphs() Glyphs {
	return Glyphs{
		OK: "+", Warn: "!", Crit: "X", NoData: "?", None: "-",
		Check: "+", Open: ".", Waived: "~",
		Cursor: ">", Here: "|", Online: "*", Offline: "o", Hold: "=", Run: ">", Dot: "-", Up: "^", Down: "v", Ellipsis: "~",
		Horizontal: "-", Vertical: "|", TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
	}
}

// Fold makes a drawn line ASCII where the theme is: signs of the cockpit become their fallbacks, any other rune a
// question mark a cell. Widths stay, escape sequences pass. Without ASCII the line is returned as it is.
func (t *Theme) Fold(line string) string {
	if !t.ASCII || isASCII(line) {
		return line
	}
	var b strings.Builder
	b.Grow(len(line))
	for _, r := range line {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		default:
			if s := fallback(r); s != 0 {
				b.WriteByte(s)
				continue
			}
			for range ansi.StringWidth(string(r)) {
				b.WriteByte('?')
			}
		}
	}
	return b.String()
}

// FoldAll is Fold for lines, in place.
func (t *Theme) FoldAll(lines []string) []string {
	if t.ASCII {
		for i := range lines {
			lines[i] = t.Fold(lines[i])
		}
	}
	return lines
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// fallbacks is pairs of a sign of the cockpit and its ASCII form.
const fallbacks = `√+✓+▲!▼|■X✗X►>▸>»>●*○o‖=·-↑^↓v…~─-│|╭+╮+╰+╯+├+┤+┬+┴+┼+━-┃|═=▁_▂,▃-▄:▅=▆+▇*█#▀#░.–-—-→>←<×x≥>≤<“"”"‘'’'`

// fallback is the ASCII sign for a rune of the cockpit; 0: none.
func fallback(r rune) byte {
	i := strings.IndexRune(fallbacks, r)
	if i < 0 {
		return 0
	}
	return fallbacks[i+utf8.RuneLen(r)]
}
