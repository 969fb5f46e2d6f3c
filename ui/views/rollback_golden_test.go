package views

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"tminus/model/screen"
	"tminus/ui/layout"
	"tminus/ui/panes"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// shown is a view in its frame, as it stands on a screen of w by h.
func shown(v panes.Pane, w, h int) string {
	r := layout.Arrange(w, h).View
	v.SetSize(r.Inner())
	var b strings.Builder
	for _, l := range widgets.Frame(theme.New(theme.Options{NoColor: true, ASCII: v.(*StepsView).t.ASCII}), v.Title(), v.Right(), v.Lines(), r.W, r.H, true) {
		b.WriteString(strings.TrimRight(l, " "))
		b.WriteByte('\n')
	}
	return b.String()
}

func given(v *StepsView, s *screen.Screen, selected string) *StepsView {
	v.SetFocus(true)
	v.SetPlan(&screen.Plan{})
	v.SetScreen(s)
	if selected != "" {
		v.Select(selected)
	}
	return v
}

func press(key string) tea.KeyPressMsg {
	switch key {
	case "enter":
		return tea.KeyPressMsg{Code: tea.KeyEnter}
	case "esc":
		return tea.KeyPressMsg{Code: tea.KeyEscape}
	case "space":
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	case "end":
		return tea.KeyPressMsg{Code: tea.KeyEnd}
	}
	return tea.KeyPressMsg{Code: []rune(key)[0], Text: key}
}

func TestGoldenRollback(t *testing.T) {
	for _, c := range []struct {
		name   string
		screen *screen.Screen
		at     string
		w, h   int
		ascii  bool
		keys   string
	}{
		{name: "none", screen: quietScreen(), w: 120, h: 35},
		{name: "open", screen: openScreen(), w: 120, h: 35},
		{name: "open", screen: openScreen(), w: 80, h: 24},
		{name: "program", screen: workedScreen(), at: "execute-rollback-scripts", w: 200, h: 50},
		{name: "program", screen: workedScreen(), at: "execute-rollback-scripts", w: 120, h: 35},
		{name: "program", screen: workedScreen(), at: "execute-rollback-scripts", w: 80, h: 24},
		{name: "program", screen: workedScreen(), at: "execute-rollback-scripts", w: 80, h: 24, ascii: true},
		{name: "output", screen: workedScreen(), at: "execute-rollback-scripts", w: 80, h: 24, keys: "enter end"},
		{name: "unknown", screen: lostScreen(), at: "code-rollback/code-rollback", w: 120, h: 35},
		{name: "unknown", screen: lostScreen(), at: "code-rollback/code-rollback", w: 80, h: 24},
		{name: "deploying", screen: deployedScreen(), at: "deployment-success", w: 120, h: 35},
		{name: "failed", screen: failedScreen(), at: "code-rollback", w: 120, h: 35},
		{name: "over", screen: overScreen(), at: "R1-9c41d07b/clock", w: 120, h: 35},
		{name: "over", screen: overScreen(), at: "R1-9c41d07b/clock", w: 200, h: 50},
	} {
		name := fmt.Sprintf("%s-%dx%d", c.name, c.w, c.h)
		if c.ascii {
			name += "-ascii"
		}
		t.Run(name, func(t *testing.T) {
			v := given(NewRollback(theme.New(theme.Options{NoColor: true, ASCII: c.ascii})), c.screen, c.at)
			v.SetSize(layout.Arrange(c.w, c.h).View.Inner())
			for _, key := range strings.Fields(c.keys) {
				v.HandleKey(press(key))
				v.Lines()
			}
			golden.RequireEqual(t, shown(v, c.w, c.h))
		})
	}
}
