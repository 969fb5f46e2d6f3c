package theme

import (
	"strconv"

	"github.com/charmbracelet/colorprofile"
)

// token is one colour of the palette, chosen apart for each depth: what a terminal would round to is often a colour
// that colour-blind eyes cannot tell from its neighbour. The truecolor and 256-colour values keep at least 3:1 against
// both white and a dark grey background, since a terminal's background is not always known.
type token struct {
	r, g, b uint8
	c256    uint8 // index into the xterm cube or grey ramp
	c16     uint8 // index into the sixteen colours; noColour16: by attribute alone
}

// noColour16 marks a token without a sixteen-colour form. Bright black is invisible in some palettes.
const noColour16 = 255

// palette is every colour there is. The state colours lie on the axis that most kinds of colour blindness keep: a
// blue-ish green, an amber and a red turned to magenta.
type palette struct {
	accent, ok, warn, crit, nodata, dim token
}

func colours() palette {
	return palette{
		accent: token{0x3b, 0x6c, 0xf0, 63, 12},
		ok:     token{0x13, 0x99, 0x9b, 30, 6},
		warn:   token{0xc8, 0x79, 0x0f, 136, 3},
		crit:   token{0xd6, 0x1a, 0x4b, 161, 1},
		nodata: token{0x8d, 0x76, 0xc4, 98, 5},
		dim:    token{0x7c, 0x7c, 0x7c, 244, noColour16},
	}
}

// sgr is the token's foreground parameter at a depth; empty where it has none.
func (c token) sgr(p colorprofile.Profile) string {
	switch p {
	case colorprofile.TrueColor:
		return "38;2;" + strconv.Itoa(int(c.r)) + ";" + strconv.Itoa(int(c.g)) + ";" + strconv.Itoa(int(c.b))
	case colorprofile.ANSI256:
		return "38;5;" + strconv.Itoa(int(c.c256))
	case colorprofile.ANSI:
		switch {
		case c.c16 == noColour16:
			return faint
		case c.c16 < 8:
			return strconv.Itoa(30 + int(c.c16))
		}
		return strconv.Itoa(90 + int(c.c16) - 8)
	}
	return ""
}
