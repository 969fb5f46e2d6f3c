// Package theme turns a few colour tokens into the styles, glyphs and state words that the whole cockpit draws with.
// Colour never says anything alone: every state is also a word and a glyph of width one.
package theme

import "github.com/charmbracelet/colorprofile"

// Options say what the terminal can show. The zero value is 256 colours and Unicode.
type Options struct {
	NoColor bool // attributes only: bold, faint, underline, reverse
	ASCII   bool // no glyph outside ASCII, borders included
	// Profile is the terminal's colour depth; Unknown is taken as 256 colours, anything below ANSI as NoColor.
	Profile colorprofile.Profile
}

// Theme is an immutable set of styles. Programs that serve several terminals make one for each.
type Theme struct {
	NoColor bool
	ASCII   bool

	Text   Style // the terminal's own foreground
	Dim    Style // what can be skipped at first reading
	Strong Style // what is read first
	Accent Style // the one accent: focus, cursor, what is yours to do
	OK     Style
	Warn   Style
	Crit   Style
	NoData Style

	Selected   Style // a whole row, in reverse
	Frame      Style // borders of what is not focused
	FrameFocus Style
	Title      Style // titles in borders
	TitleFocus Style
	Heading    Style // headings inside a pane
	Key        Style // a key in footer and help

	// Badges stand on the header: short words in reverse.
	OKBadge     Style
	WarnBadge   Style
	CritBadge   Style
	NoDataBadge Style
	AccentBadge Style
	Badge       Style // no colour

	Glyph Glyphs
}

// New makes a theme.
func New(o Options) *Theme {
	profile := o.Profile
	if profile == colorprofile.Unknown {
		profile = colorprofile.ANSI256
	}
	if o.NoColor || profile < colorprofile.ANSI {
		profile = colorprofile.ASCII
	}
	t := &Theme{NoColor: profile == colorprofile.ASCII, ASCII: o.ASCII, Glyph: unicodeGlyphs()}
	if o.ASCII {
		t.Glyph = asciiGlyphs()
	}
	c := colours()
	accent, dim := c.accent.sgr(profile), c.dim.sgr(profile)
	ok, warn, crit, nodata := c.ok.sgr(profile), c.warn.sgr(profile), c.crit.sgr(profile), c.nodata.sgr(profile)

	t.Strong = newStyle(bold)
	t.Heading = newStyle(bold)
	t.Key = newStyle(bold)
	t.Selected = newStyle(reverse)
	t.Badge = newStyle(bold, reverse)
	t.Dim = newStyle(dim)
	t.Frame = newStyle(dim)
	t.Title = newStyle(bold)
	t.Accent = newStyle(bold, accent)
	t.FrameFocus = newStyle(accent)
	t.TitleFocus = newStyle(bold, accent)
	t.OK, t.Warn, t.Crit, t.NoData = newStyle(ok), newStyle(bold, warn), newStyle(bold, crit), newStyle(nodata)
	t.OKBadge, t.WarnBadge = newStyle(bold, reverse, ok), newStyle(bold, reverse, warn)
	t.CritBadge, t.NoDataBadge = newStyle(bold, reverse, crit), newStyle(bold, reverse, nodata)
	t.AccentBadge = newStyle(bold, reverse, accent)
	if t.NoColor {
		t.Dim = newStyle(faint)
		t.Crit = newStyle(bold, reverse)
		t.NoData = newStyle(underline)
		t.FrameFocus = newStyle(bold)
		t.TitleFocus = newStyle(bold, reverse)
	}
	return t
}
