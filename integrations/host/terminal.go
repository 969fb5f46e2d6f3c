package host

import (
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"strings"

	"tminus/model/preflight"
)

// The smallest screen that shows the cockpit, and the one that shows the five panes side by side.
const (
	leastWidth, leastHeight = 80, 24
	panesWidth, panesHeight = 120, 35
)

const noTerminal = "standard input and output are no terminal"

// Terminal is what the caller sits at.
type Terminal struct {
	TTY           bool
	Width, Height int // 0: unknown
}

// Local are the tests that need no launch file: of the terminal.
func Local(getenv func(string) string, t Terminal) []preflight.Test {
	test := func(id, title string, run func(context.Context) preflight.Result) preflight.Test {
		return preflight.Test{ID: "terminal/" + id, Group: "Terminal", Title: title, Run: run}
	}
	return []preflight.Test{
		test("size", "size", func(context.Context) preflight.Result { return size(t) }),
		test("colours", "colours", func(context.Context) preflight.Result {
			if !t.TTY {
				return preflight.Untested(noTerminal, "")
			}
			return colours(getenv)
		}),
		test("encoding", "encoding", func(context.Context) preflight.Result { return encoding(getenv) }),
		test("tmux", "tmux", func(ctx context.Context) preflight.Result { return tmux(ctx, getenv) }),
	}
}

func size(t Terminal) preflight.Result {
	switch {
	case !t.TTY:
		return preflight.Untested(noTerminal, "run doctor where the cockpit will run")
	case t.Width == 0 || t.Height == 0:
		return preflight.Untested("the terminal does not tell its size", "")
	case t.Width < leastWidth || t.Height < leastHeight:
		return preflight.Fail(fmt.Sprintf("%dx%d is too small for the cockpit", t.Width, t.Height), fmt.Sprintf("enlarge the window to %dx%d or more", leastWidth, leastHeight))
	case t.Width < panesWidth || t.Height < panesHeight:
		return preflight.Pass("%dx%d", t.Width, t.Height).Advise(fmt.Sprintf("%dx%d shows all five panes", panesWidth, panesHeight))
	}
	return preflight.Pass("%dx%d", t.Width, t.Height)
}

func colours(getenv func(string) string) preflight.Result {
	term, depth := getenv("TERM"), strings.ToLower(getenv("COLORTERM"))
	switch {
	case term == "" || term == "dumb":
		return preflight.Fail(fmt.Sprintf("TERM=%q cannot show a full screen", term), "set TERM to what the terminal is, such as xterm-256color or tmux-256color")
	case getenv("NO_COLOR") != "":
		return preflight.Pass("NO_COLOR is set: states are words and glyphs")
	case depth == "truecolor" || depth == "24bit" || strings.HasSuffix(term, "-direct"):
		return preflight.Pass("true colour (TERM=%s)", term)
	case strings.Contains(term, "256color"):
		return preflight.Pass("256 colours (TERM=%s)", term)
	}
	return preflight.Pass("16 colours (TERM=%s)", term)
}

// encoding goes by the locale, as tmux and most terminals do.
func encoding(getenv func(string) string) preflight.Result {
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG"))
	if folded := strings.ReplaceAll(strings.ToLower(locale), "-", ""); strings.HasSuffix(folded, "utf8") || strings.Contains(folded, "utf8@") {
		return preflight.Pass("UTF-8 (%s)", locale)
	}
	const remedy = "export LC_ALL=C.UTF-8, or start tminus with --ascii"
	if locale == "" {
		return preflight.Fail("no locale is set, so that lines and glyphs may come out as question marks", remedy)
	}
	return preflight.Fail("the locale "+locale+" is not UTF-8: lines and glyphs may come out as question marks", remedy)
}

func tmux(ctx context.Context, getenv func(string) string) preflight.Result {
	out, err := exec.CommandContext(ctx, "tmux", "-V").Output()
	if err != nil {
		return preflight.Fail("tmux does not run here: "+err.Error(), "install tmux: without it a lost connection takes the cockpit with it (the room: tminus run --headless)")
	}
	version := strings.TrimSpace(string(out))
	if getenv("TMUX") == "" {
		return preflight.Pass("%s, and this shell is not in it", version).Advise("tmux new -s launch: then a lost connection leaves the cockpit where it is")
	}
	return preflight.Pass("%s, and this shell is in it", version)
}
