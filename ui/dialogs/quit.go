package dialogs

import (
	tea "charm.land/bubbletea/v2"

	"tminus/ui/intent"
	"tminus/ui/panes"
	"tminus/ui/theme"
)

// Quit asks before the cockpit is left while something goes on.
type Quit struct {
	passive
	box
	notes []string
}

// NewQuit opens the question. Notes say what goes on, and what becomes of it after quitting.
func NewQuit(t *theme.Theme, notes []string) *Quit {
	return &Quit{box: box{theme: t, want: formWidth}, notes: notes}
}

// ID names the question.
func (q *Quit) ID() string { return "quit" }

// HandleKey quits with y, and with q or ctrl+c pressed again.
func (q *Quit) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	switch {
	case keyIs(k, "y", "Y", "q", "ctrl+c"):
		return intent.Quit{}, false
	case keyIs(k, "n", "N", "esc", "enter"):
		return nil, true
	}
	return nil, false
}

// Lines draws the box.
func (q *Quit) Lines() []string {
	var body []string
	for _, n := range q.notes {
		body = append(body, q.wrap(q.theme.Text, n)...)
	}
	foot := append([]string{""}, q.keys("y", "quit", "n", "stay")...)
	lines, _ := q.draw("Leave the cockpit?", body, foot, 0)
	return lines
}

// Bindings are the question's keys.
func (q *Quit) Bindings() []panes.Binding {
	return []panes.Binding{binding("y", "quit"), binding("n", "stay")}
}
