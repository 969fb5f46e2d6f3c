// Package dialogs holds what is asked over the screen: the argument form of an action, the lists (palette, find, roles),
// help and the question at quit. A dialog does no I/O and sends nothing: it answers keys with intents, and keeps what
// was typed until its command has been carried out.
package dialogs

import (
	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/panes"
)

// Dialog is one question over the screen.
type Dialog interface {
	// ID names what it is about: "action:poll.vote", "palette". The same thing is never open twice.
	ID() string
	// SetSize gives the size of the whole terminal; the dialog takes of it what it needs.
	SetSize(width, height int)
	// SetScreen gives a new picture. A text says that what was asked has been settled elsewhere, and how: close it.
	SetScreen(s *screen.Screen) (settled string)
	// SetActions gives the actions as they are open now.
	SetActions(infos []launch.ActionInfo)
	// HandleKey answers a key; close takes the dialog away before the intent is carried out.
	HandleKey(k tea.KeyPressMsg) (i intent.Intent, close bool)
	// Paste puts text at the cursor.
	Paste(text string)
	// Done tells what became of the command it sent; nil: carried out. It reports whether the dialog is finished.
	Done(err error) bool
	// Touched reports whether something has been put in that closing would lose.
	Touched() bool
	// Lines is the box: every line equally wide, no wider and no higher than the terminal.
	Lines() []string
	// Cursor is where the text cursor stands in the box.
	Cursor() (x, y int, ok bool)
	// Bindings are its keys, for the footer and help.
	Bindings() []panes.Binding
}

// passive is what most dialogs have in common: no text, nothing to settle, nothing in flight.
type passive struct{}

func (passive) SetScreen(*screen.Screen) string { return "" }
func (passive) SetActions([]launch.ActionInfo)  {}
func (passive) Paste(string)                    {}
func (passive) Touched() bool                   { return false }
func (passive) Done(error) bool                 { return false }
func (passive) Cursor() (x, y int, ok bool)     { return 0, 0, false }
func binding(key, help string) panes.Binding    { return panes.Binding{Key: key, Help: help} }
func keyIs(k tea.KeyPressMsg, names ...string) bool {
	s := k.String()
	for _, n := range names {
		if s == n {
			return true
		}
	}
	return false
}
