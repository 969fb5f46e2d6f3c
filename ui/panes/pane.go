// Package panes holds the five panes of the cockpit, and the full views that draw more than a list (checklist, metrics, log
// lines, decisions; the others are in views). A pane does no I/O and reads no clock: it is given screens and ticks, caches
// what it drew, and answers keys with intents.
package panes

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/screen"
	"tminus/ui/intent"
)

// Pane is one framed part of the screen, or a full view.
type Pane interface {
	// Title and Right are the frame's texts, plain: "Checklist", "38/44".
	Title() string
	Right() string
	// SetSize gives the size inside the frame, in cells; either may be 0.
	SetSize(width, height int)
	// SetScreen gives a new picture; called only when it changed.
	SetScreen(s *screen.Screen)
	// Tick gives the launch time of a second's tick. It reports whether the pane looks different now.
	Tick(now time.Time) bool
	// SetFocus says whether keys come here.
	SetFocus(bool)
	// HandleKey answers a key; false: not for this pane.
	HandleKey(k tea.KeyPressMsg) (intent.Intent, bool)
	// Select moves the cursor to an id (item, section, task, step, monitor, seq …); false: not here.
	Select(id string) bool
	// Lines returns exactly height lines of exactly width cells each, styled.
	Lines() []string
	// Bindings are the pane's own keys for footer and help, most useful first.
	Bindings() []Binding
}

// Binding is a key and what it does now. Why is set when it is not available.
type Binding struct{ Key, Help, Why string }
