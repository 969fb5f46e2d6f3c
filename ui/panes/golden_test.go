package panes

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/exp/golden"

	"tminus/ui/layout"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// names are the panes in the order of their keys, as golden files are called.
func names() [5]string {
	return [5]string{"checklist", "countdown", "metrics", "raci", "decisions"}
}

func trimmed(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimRight(l, " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// TestGoldenPanes shows each pane, focused, at each size: attributes as escape codes, no colours.
func TestGoldenPanes(t *testing.T) {
	for i, name := range names() {
		for _, size := range sizes() {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				th := theme.New(theme.Options{NoColor: true})
				p, r := five(th)[i], layout.Arrange(size[0], size[1]).Panes[i]
				p.SetSize(r.Inner())
				p.SetFocus(true)
				p.SetScreen(sample())
				p.Tick(nowAt())
				golden.RequireEqual(t, trimmed(widgets.Frame(th, p.Title(), p.Right(), p.Lines(), r.W, r.H, true)))
			})
		}
	}
}

// TestGoldenFrames shows the five panes together, and in ASCII.
func TestGoldenFrames(t *testing.T) {
	for _, size := range sizes() {
		for _, ascii := range []bool{false, true} {
			t.Run(fmt.Sprintf("%dx%d-ascii=%v", size[0], size[1], ascii), func(t *testing.T) {
				th := theme.New(theme.Options{NoColor: true, ASCII: ascii})
				out := frame(th, five(th), sample(), size[0], size[1], 0)
				golden.RequireEqual(t, trimmed(strings.Split(out, "\n")))
			})
		}
	}
}

// TestGoldenViews shows the full views.
func TestGoldenViews(t *testing.T) {
	for _, name := range []string{"checklist", "metrics", "decisions"} {
		for _, size := range sizes() {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				th := theme.New(theme.Options{NoColor: true})
				golden.RequireEqual(t, trimmed(fullView(th, fullViews(th)[name], sample(), size[0], size[1])))
			})
		}
	}
}

// TestGoldenMoments shows the countdown where it is not simply running.
func TestGoldenMoments(t *testing.T) {
	moments := map[string]func(p *Countdown){
		"held": func(p *Countdown) {
			s, at := sample(), nowAt().Add(-4*60e9)
			s.Clock.HeldAt, s.Clock.HoldReason = &at, "waiting for the baseline metrics"
			s.Todo.Yours = false
			p.SetScreen(s)
		},
		"scrubbed": func(p *Countdown) {
			s := sample()
			s.Clock.Scrubbed, s.Next = true, nil
			p.SetScreen(s)
		},
		"lapsed": func(p *Countdown) {
			s := sample()
			s.Poll.State, s.Poll.Lapsed = "GO lapsed", "T-0 has moved by 75m in all"
			p.SetScreen(s)
		},
		"thirteen-days": func(p *Countdown) {
			s := sample()
			s.Poll.State, s.Poll.Go, s.At = "not open", 0, t0().AddDate(0, 0, -13).Add(-4*3600e9)
			p.SetScreen(s)
			p.Tick(s.At)
		},
	}
	for name, moment := range moments {
		t.Run(name, func(t *testing.T) {
			th := theme.New(theme.Options{NoColor: true})
			p := NewCountdown(th)
			p.SetSize(50, 8)
			p.Tick(nowAt())
			if name == "thirteen-days" {
				p.now = t0().AddDate(0, 0, -14)
			}
			moment(p)
			golden.RequireEqual(t, trimmed(p.Lines()))
		})
	}
}

// TestNoColorHasNoColours checks the escape sequences of everything drawn: attributes only.
func TestNoColorHasNoColours(t *testing.T) {
	sgr := regexp.MustCompile(`\x1b\[([0-9;]*)m`)
	attribute := regexp.MustCompile(`^([01247]?(;[1247])*)$`)
	for _, o := range []theme.Options{{NoColor: true}, {Profile: colorprofile.ASCII}, {Profile: colorprofile.NoTTY}} {
		th := theme.New(o)
		out := frame(th, five(th), sample(), 200, 50, 2)
		for _, v := range fullViews(th) {
			out += strings.Join(fullView(th, v, sample(), 120, 35), "\n")
		}
		for _, m := range sgr.FindAllStringSubmatch(out, -1) {
			if !attribute.MatchString(m[1]) {
				t.Fatalf("%+v: colour sequence %q", o, m[0])
			}
		}
	}
}
