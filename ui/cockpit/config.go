// Package cockpit is the full-screen program: one Bubble Tea model that routes keys to dialogs, panes and views, shows
// what the room publishes, and carries intents out. Nothing in it does I/O but the commands in commands*.go.
package cockpit

import (
	"context"
	"time"

	"tminus/model/screen"
	"tminus/ui"
	"tminus/ui/dialogs"
	"tminus/ui/theme"
)

// FindEntry is one thing that the search offers.
type FindEntry = dialogs.FindEntry

// Config is what a cockpit is opened on.
type Config struct {
	Room  ui.Room
	Theme *theme.Theme
	// Wall is the wall clock; nil is time.Now.
	Wall func() time.Time
	// ReadOnly keeps every key that would record something from doing so.
	ReadOnly bool
	// Owner says that the room lives in this process: leaving the cockpit ends it.
	Owner bool
	// Role is the role that a rehearsal's viewer acts as at the start; "" for their own.
	Role string
	// Notice is shown once at the start.
	Notice string
	// Reconnect opens the room again after it was lost; nil where that is not possible.
	Reconnect func(ctx context.Context) (ui.Room, error)
	// Replay is where a replay of Room begins, zero at its beginning; leaving it leaves the program. Nil: the present.
	Replay *time.Time
	// Editor is the person's editor and its arguments, for longer texts; empty: there is none here.
	Editor []string
	// Views are full views beside the cockpit's own.
	Views []View
	// FirstFrame is called when the first frame stands: what takes a while is better begun then. Nil: nobody waits for it.
	FirstFrame func()
	// Index lists what the search finds; nil: all that the views can show.
	Index func(p *screen.Plan, s *screen.Screen) []FindEntry
}
