package cockpit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"tminus/model/screen"
)

func TestStatusBarTellsTheSpend(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		h.hides("$")
		w.publish(func(s *screen.Screen) { s.Spend = screen.Spend{Metrics: 42000, USD: 0.42} })
		h.wait(time.Second)
		h.shows("$0.42  142:9c41d07be2a35f10")
		h.send(tea.WindowSizeMsg{Width: 200, Height: 50})
		h.shows("CloudWatch $0.42")
		h.send(tea.WindowSizeMsg{Width: 80, Height: 24})
		h.shows("$0.42")
		h.app.tell("recorded: section.sign-off was recorded", "", false)
		h.hides("$0.42") // what came of a command is worth more
		h.shows("recorded: section.sign-off was recorded")
	})
}

// The lines that no pane and no dialog covers, as a tired person reads them.
func TestGoldenBanner(t *testing.T) {
	states := map[string]func(s *screen.Screen){
		"crit":  func(s *screen.Screen) { crit(s, "m3"); crit(s, "m4"); crit(s, "m5") },
		"fired": func(s *screen.Screen) { crit(s, "m3"); fire(s, "k") },
		"acknowledged": func(s *screen.Screen) {
			fire(s, "k")
			acknowledge(s, "eng-mgr")
		},
		"none": func(s *screen.Screen) { s.Spend = screen.Spend{Metrics: 1, USD: 0.00001} },
	}
	for name, change := range states {
		for _, size := range [][2]int{{80, 24}, {120, 35}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				var seen string
				withHand(t, func(_ *Config, w *world) { change(w.now) }, func(h *hand, _ *world) {
					h.wait(time.Second)
					h.press("esc")
					h.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
					seen = h.seen()
				})
				lines := strings.Split(seen, "\n")
				golden.RequireEqual(t, strings.Join(append(lines[:4:4], lines[len(lines)-2:]...), "\n")+"\n")
			})
		}
	}
}

// A fired trigger and a banner at every size: every line as wide as the terminal, nothing higher than it.
func TestEverySizeWithAlarms(t *testing.T) {
	withHand(t, func(_ *Config, w *world) { crit(w.now, "m3"); fire(w.now, "k") }, func(h *hand, w *world) {
		h.wait(time.Second)
		for range 2 {
			for height := 2; height <= 50; height++ {
				for width := 20; width <= 200; width += 20 {
					h.app.Update(tea.WindowSizeMsg{Width: width, Height: height})
					check(t, h.app.View().Content, width, height, h.app.stack.Top() == nil)
				}
			}
			h.press("esc")
		}
	})
}

// An alarm takes one line from the panes, and no size loses its panes or its next action to it.
func TestBannerKeepsTheArrangement(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		for height := 10; height <= 60; height++ {
			for _, width := range []int{60, 100, 160} {
				h.send(tea.WindowSizeMsg{Width: width, Height: height})
				before := h.app.layout.Mode
				w.publish(func(s *screen.Screen) { crit(s, "m3") })
				h.wait(100 * time.Millisecond)
				h.shows("CPU Usage")
				if h.app.layout.Mode != before {
					t.Errorf("%dx%d: %v became %v", width, height, before, h.app.layout.Mode)
				}
				w.publish(func(s *screen.Screen) { s.Alarms = nil })
				h.wait(100 * time.Millisecond)
			}
		}
	})
}
