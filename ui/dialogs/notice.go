package dialogs

import (
	tea "charm.land/bubbletea/v2"

	"tminus/ui/intent"
	"tminus/ui/panes"
	"tminus/ui/theme"
)

// Notice tells why something was not done, where that is too long for the status bar. Any key closes it.
type Notice struct {
	passive
	box
	what, hint string
}

// NewNotice opens the notice: what failed, and what to do next ("" for nothing).
func NewNotice(t *theme.Theme, what, hint string) *Notice {
	return &Notice{box: box{theme: t, want: formWidth}, what: what, hint: hint}
}

// ID names the notice.
func (n *Notice) ID() string { return "notice" }

// HandleKey closes.
func (n *Notice) HandleKey(tea.KeyPressMsg) (intent.Intent, bool) { return nil, true }

// Lines draws the box.
func (n *Notice) Lines() []string {
	body := n.wrap(n.theme.Warn, n.what)
	if n.hint != "" {
		body = append(append(body, ""), n.wrap(n.theme.Text, n.hint)...)
	}
	lines, _ := n.draw("Not done", body, append([]string{""}, n.keys("any key", "close")...), 0)
	return lines
}

// Bindings are the notice's keys.
func (n *Notice) Bindings() []panes.Binding { return []panes.Binding{binding("any key", "close")} }
