package dialogs

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"tminus/model/launch"
	"tminus/ui/intent"
	"tminus/ui/panes"
)

// gallery is every dialog in a state that shows what it has.
func gallery(t *testing.T) map[string]func() Dialog {
	open := func(action string, args map[string]string, keys ...string) func() Dialog {
		return func() Dialog {
			f := form(action, args)
			press(t, f, keys...)
			return f
		}
	}
	th := plainTheme()
	all := map[string]func() Dialog{
		"sign-off":  open("section.sign-off", map[string]string{"id": "infrastructure"}),
		"waive":     open("item.waive", map[string]string{"id": "monitoring/baseline"}),
		"tick":      open("item.check", nil),
		"vote":      open("poll.vote", nil, "y", "enter"),
		"vote-for":  open("poll.vote", nil, "ctrl+t"),
		"decide":    open("poll.decide", nil),
		"hold":      open("clock.hold", nil),
		"resume":    open("clock.resume", nil),
		"recycle":   open("clock.recycle", nil),
		"set":       open("clock.set", nil),
		"scrub":     open("clock.scrub", nil, "x", "enter", "enter"),
		"note":      open("note.add", nil, "o", "k", "alt+enter", "g", "o"),
		"recording": open("note.add", nil, "o", "k", "enter"),
		"refused": func() Dialog {
			f := form("note.add", nil)
			press(t, f, "o", "k", "enter")
			f.Done(&launch.Refusal{Message: "10 notes a minute are enough", Hint: "wait until 09:48"})
			return f
		},
		"notice": func() Dialog {
			return NewNotice(th, "Infrastructure belongs to Engineering Lead (eng-lead), and you hold Product Owner", "act as that role, or record what they say with for=eng-lead via=voice")
		},
		"roles": func() Dialog { return NewRoles(th, plan(), picture()) },
		"quit": func() Dialog {
			return NewQuit(th, []string{"Step 3, Application Deployment, is running: it goes on, and the room keeps recording."})
		},
		"palette": func() Dialog {
			return NewPalette(th, infos(), []Extra{{Name: "view.timeline", Title: "Open: Timeline", Key: "g t", Do: intent.OpenView{View: "timeline"}}},
				func(action string) string { return map[string]string{"note.add": "n", "clock.hold": "H"}[action] })
		},
		"find": func() Dialog {
			p := NewFind(th, []FindEntry{
				{Title: "Alerts tested", Detail: "Checklist, Monitoring", View: "checklist", Target: "monitoring/alerts"},
				{Title: "Error rate", Detail: "Metrics", View: "metrics", Target: "error-rate"},
				{Title: "\x1b]0;evil\a", Detail: "Reference", View: "reference", Target: "x"},
			})
			p.SetSize(80, 24)
			press(t, p, "a", "l")
			return p
		},
		"help": func() Dialog {
			return NewHelp(th, []Section{{"Checklist", []panes.Binding{{Key: "space", Help: "tick"}, {Key: "s", Help: "sign off", Why: "4 items are open"}}},
				{"Everywhere", []panes.Binding{{Key: "?", Help: "help"}, {Key: "q", Help: "quit"}}}})
		},
	}
	maps.Copy(all, watchGallery(t))
	maps.Copy(all, rollbackGallery(t))
	maps.Copy(all, reviewGallery())
	return all
}

func TestGolden(t *testing.T) {
	for name, open := range gallery(t) {
		for _, size := range [][2]int{{80, 24}, {200, 50}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				d := open()
				d.SetSize(size[0], size[1])
				golden.RequireEqual(t, seen(d)+"\n")
			})
		}
	}
}

// Every dialog fits every terminal, with its frame whole.
func TestEverySizeHoldsTheFrame(t *testing.T) {
	for name, open := range gallery(t) {
		d := open()
		for h := 5; h <= 50; h += 3 {
			for w := 20; w <= 200; w += 9 {
				d.SetSize(w, h)
				lines := d.Lines()
				if len(lines) > h || len(lines) < 3 {
					t.Fatalf("%s at %dx%d is %d lines high", name, w, h, len(lines))
				}
				for i, l := range lines {
					plain := ansi.Strip(l)
					if n := ansi.StringWidth(l); n > w || n != ansi.StringWidth(lines[0]) {
						t.Fatalf("%s at %dx%d: line %d is %d cells wide", name, w, h, i, n)
					}
					ends := "││"
					if i == 0 {
						ends = "╭╮"
					} else if i == len(lines)-1 {
						ends = "╰╯"
					}
					if e := []rune(ends); !strings.HasPrefix(plain, string(e[0])) || !strings.HasSuffix(plain, string(e[1])) {
						t.Fatalf("%s at %dx%d: broken border in line %d: %q", name, w, h, i, plain)
					}
				}
				if x, y, ok := d.Cursor(); ok && (x < 1 || y < 1 || x >= w || y >= len(lines)-1) {
					t.Fatalf("%s at %dx%d: cursor at %d,%d outside of %d lines", name, w, h, x, y, len(lines))
				}
			}
		}
	}
}
