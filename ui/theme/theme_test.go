package theme

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"tminus/model/monitor"
	"tminus/model/screen"
)

func TestStyles(t *testing.T) {
	if got := (Style{}).On("x"); got != "x" {
		t.Errorf("the zero style draws %q", got)
	}
	th := New(Options{Profile: colorprofile.TrueColor})
	if got := th.OK.On("OK"); got != "\x1b[38;2;19;153;155mOK\x1b[m" {
		t.Errorf("truecolor: %q", got)
	}
	if got := New(Options{}).OK.On("OK"); got != "\x1b[38;5;30mOK\x1b[m" {
		t.Errorf("unknown depth: %q", got)
	}
	if got := New(Options{Profile: colorprofile.ANSI}).Accent.On("x"); got != "\x1b[1;94mx\x1b[m" {
		t.Errorf("sixteen colours: %q", got)
	}
	if got := New(Options{Profile: colorprofile.ANSI}).Dim.On("x"); got != "\x1b[2mx\x1b[m" {
		t.Errorf("dim in sixteen colours: %q", got)
	}
	for _, o := range []Options{{NoColor: true, Profile: colorprofile.TrueColor}, {Profile: colorprofile.ASCII}} {
		if th := New(o); !th.NoColor || !th.OK.Plain() || th.Crit.On("x") != "\x1b[1;7mx\x1b[m" {
			t.Errorf("%+v: colours in a theme without", o)
		}
	}
}

// TestStatesDifferWithoutColour checks that every state that calls for something different has a word of its own, and
// that only OK and GREEN look healthy.
func TestStatesDifferWithoutColour(t *testing.T) {
	th := New(Options{})
	words := map[string]bool{}
	for s := monitor.NoData; s <= monitor.OK; s++ {
		glyph, word, st := th.State(s)
		if words[word] || ansi.StringWidth(glyph) != 1 {
			t.Errorf("%s: word %q, glyph %q", s, word, glyph)
		}
		words[word] = true
		if (st == th.OK || glyph == th.Glyph.OK) != (s == monitor.OK) {
			t.Errorf("%s looks healthy, or OK does not", s)
		}
	}
	for _, s := range []screen.Status{screen.Green, screen.Yellow, screen.Red, screen.NotWatched, ""} {
		_, word, st := th.Status(s)
		if (st == th.OK) != (s == screen.Green) || word == "" || (th.StatusBadge(s) == th.OKBadge) != (s == screen.Green) {
			t.Errorf("status %q: %q", s, word)
		}
	}
}

func TestFold(t *testing.T) {
	th := New(Options{ASCII: true})
	for in, want := range map[string]string{
		"plain": "plain", "╭ a ─╮│█▁…·√►": "+ a -+|#_~-+>", "日本 é": "???? ?", "\x1b[1m√\x1b[m": "\x1b[1m+\x1b[m", "e\u0301": "e",
	} {
		if got := th.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
	if got := New(Options{}).Fold("√"); got != "√" {
		t.Errorf("folded without ASCII: %q", got)
	}
	for i, r := range fallbacks {
		if r >= utf8.RuneSelf && fallbacks[i+utf8.RuneLen(r)] >= utf8.RuneSelf {
			t.Errorf("%c has no ASCII form", r)
		}
	}
	g := unicodeGlyphs()
	all := []string{g.OK, g.Warn, g.Crit, g.NoData, g.None, g.Check, g.Open, g.Waived, g.Cursor, g.Online, g.Offline, g.Hold, g.Run, g.Dot, g.Up, g.Down,
		g.Ellipsis, g.Horizontal, g.Vertical, g.TopLeft, g.TopRight, g.BottomLeft, g.BottomRight}
	for _, s := range all {
		if ansi.StringWidth(s) != 1 || strings.Contains(th.Fold(s), "?") != (s == "?") {
			t.Errorf("glyph %q: width %d, folds to %q", s, ansi.StringWidth(s), th.Fold(s))
		}
	}
}

// TestStateColoursStayApart simulates protan-, deuteran- and tritanopia (Machado et al. 2009) and measures the distance
// in CIE Lab. Two colours beside each other are told apart from about 10 on.
func TestStateColoursStayApart(t *testing.T) {
	c := colours()
	states := []token{c.ok, c.warn, c.crit}
	depths := map[string]func(token) [3]float64{
		"truecolor": func(c token) [3]float64 { return [3]float64{float64(c.r), float64(c.g), float64(c.b)} },
		"256":       func(c token) [3]float64 { return cube(int(c.c256)) },
		"16":        func(c token) [3]float64 { return xterm16(int(c.c16)) },
	}
	for depth, rgb := range depths {
		for eyes, m := range vision() {
			for i, a := range states {
				for _, b := range states[i+1:] {
					if d := distance(seen(m, rgb(a)), seen(m, rgb(b))); d < 15 {
						t.Errorf("%s, %s: %v and %v are %.0f apart", depth, eyes, a, b, d)
					}
				}
			}
		}
	}
	for _, tok := range []token{c.ok, c.warn, c.crit, c.accent, c.nodata, c.dim} {
		for depth, rgb := range map[string]func(token) [3]float64{"truecolor": depths["truecolor"], "256": depths["256"]} {
			l := luminance(rgb(tok))
			if onWhite, onDark := 1.05/(l+.05), (l+.05)/(luminance([3]float64{30, 30, 30})+.05); onWhite < 3 || onDark < 3 {
				t.Errorf("%s: %v has a contrast of %.1f on white, %.1f on dark grey", depth, tok, onWhite, onDark)
			}
		}
	}
}

func cube(n int) [3]float64 {
	if n >= 232 {
		v := float64(8 + 10*(n-232))
		return [3]float64{v, v, v}
	}
	level := func(i int) float64 {
		if i == 0 {
			return 0
		}
		return float64(55 + 40*i)
	}
	n -= 16
	return [3]float64{level(n / 36), level(n / 6 % 6), level(n % 6)}
}

// xterm16 is xterm's own sixteen colours, as far as the palette uses them.
func xterm16(n int) [3]float64 {
	return map[int][3]float64{1: {205, 0, 0}, 3: {205, 205, 0}, 6: {0, 205, 205}}[n]
}

type matrix [3][3]float64

func vision() map[string]matrix {
	return map[string]matrix{
		"normal":       {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		"protanopia":   {{.152286, 1.052583, -.204868}, {.114503, .786281, .099216}, {-.003882, -.048116, 1.051998}},
		"deuteranopia": {{.367322, .860646, -.227968}, {.280085, .672501, .047413}, {-.011820, .042940, .968881}},
		"tritanopia":   {{1.255528, -.076749, -.178779}, {-.078411, .930809, .147602}, {.004733, .691367, .303900}},
	}
}

func linear(v float64) float64 {
	if v /= 255; v <= .04045 {
		return v / 12.92
	} else {
		return math.Pow((v+.055)/1.055, 2.4)
	}
}

func luminance(c [3]float64) float64 {
	return .2126*linear(c[0]) + .7152*linear(c[1]) + .0722*linear(c[2])
}

func seen(m matrix, c [3]float64) (out [3]float64) {
	for i, row := range m {
		for k, f := range row {
			out[i] += f * linear(c[k])
		}
		out[i] = min(max(out[i], 0), 1)
	}
	return out
}

func distance(a, b [3]float64) float64 {
	la, lb := lab(a), lab(b)
	return math.Sqrt(math.Pow(la[0]-lb[0], 2) + math.Pow(la[1]-lb[1], 2) + math.Pow(la[2]-lb[2], 2))
}

func lab(c [3]float64) [3]float64 {
	f := func(t float64) float64 {
		if t > .008856 {
			return math.Cbrt(t)
		}
		return 7.787*t + 16./116
	}
	x := f((.4124*c[0] + .3576*c[1] + .1805*c[2]) / .9505)
	y := f(.2126*c[0] + .7152*c[1] + .0722*c[2])
	z := f((.0193*c[0] + .1192*c[1] + .9505*c[2]) / 1.089)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}
