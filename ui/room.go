// Package ui holds what its parts share: the one interface through which screens and commands reach a launch.
package ui

import (
	"context"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
)

// Room is a door to a launch, bound to one caller. There are two: the room in this process, and the socket's client.
// Every method may block on I/O, so it is never called from Update; each honours ctx.
type Room interface {
	// Plan returns what does not change while the launch runs: runbook, launch file, mode.
	Plan(ctx context.Context) (*screen.Plan, error)
	// Now returns the newest Screen once, for a command: nobody is recorded as attached.
	Now(ctx context.Context) (*screen.Screen, error)
	// At returns the Screen as it stood at a past instant of launch time, from what was kept.
	At(ctx context.Context, at time.Time) (*screen.Screen, error)
	// Watch is for cockpits: it records who attached, delivers the newest Screen at once and then after every
	// change, at most 10 a second; a slow reader skips to the latest. The channel closes when ctx ends or the room is gone.
	Watch(ctx context.Context) (<-chan *screen.Screen, error)
	// Do carries out a command; what it leads to is durable when it returns. A *launch.Refusal says no.
	Do(ctx context.Context, c launch.Command) (launch.Result, error)
	// Actions lists every action with its arguments, and whether it is open to the caller now.
	Actions(ctx context.Context) ([]launch.ActionInfo, error)
	// Entries returns at most limit entries with seq > after, oldest first, body and hash included.
	Entries(ctx context.Context, after int64, limit int) ([]journal.Entry, error)
	// Series returns a monitor's points with from < At <= to as they stand now, oldest first.
	Series(ctx context.Context, monitor string, from, to time.Time) ([]monitor.Point, error)
	// LogLines returns the newest lines that log patterns matched, oldest first.
	LogLines(ctx context.Context) ([]screen.LogLine, error)
	// Document returns the text of one of the launch's documents by its hash, as Screen.Documents names it.
	Document(ctx context.Context, hash string) (string, error)
	// Previews returns what each channel would make of a draft, and who reads it there. It sends nothing.
	Previews(ctx context.Context, d screen.Draft) ([]screen.Preview, error)
	// As returns the same door acting as another role; REHEARSAL only, refused by Do otherwise.
	As(role string) Room
	// SetSpeed makes a REHEARSAL's clock run speed times as fast as the wall (0.5 to 120).
	SetSpeed(ctx context.Context, speed float64) error
	// SkipToNextMark moves a REHEARSAL's clock to the next mark, where nothing waits for a decision.
	SkipToNextMark(ctx context.Context) error
}
