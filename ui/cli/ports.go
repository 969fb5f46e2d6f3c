// Package cli is the commands: what a user types, what is printed, and how a command ends. It reaches databases, rooms
// and the operating system only through Ports, which main fills in.
package cli

import (
	"context"
	"io"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/preflight"
	postmortem "tminus/model/report"
	"tminus/model/room"
	"tminus/ui"
)

// Ports is what the commands need of the outside.
type Ports struct {
	// Builtin returns the YAML of a built-in runbook; BuiltinNames and Scenarios list what there is.
	Builtin      func(name string) ([]byte, bool)
	BuiltinNames func() []string
	Scenarios    func() []string
	// Self is the caller by the kernel's word, FullName what the system calls them, LookupUID a login's uid (-1: none).
	Self      func() launch.Who
	FullName  func() string
	LookupUID func(user string) int
	// DefaultDB is the database's path for a mode, with a notice for the user where it is not the usual one.
	DefaultDB func(rehearsal bool) (path, notice string, err error)
	// OpenDB opens a database that exists; Holder tells who holds its lock (nil: nobody).
	OpenDB func(ctx context.Context, path string) (DB, error)
	Holder func(path string) (*room.Holder, error)
	// Import adds a launch to the database at path, or makes it; feed reads the file into the sink. Added is how many
	// entries were new. On any error nothing was written.
	Import func(ctx context.Context, path string, feed func(postmortem.Sink) (postmortem.Export, error)) (x postmortem.Export, added int64, err error)
	// OpenRoom takes the lock and opens the room of a launch; Dial reaches one through its socket.
	OpenRoom func(ctx context.Context, r RoomRequest) (*OpenedRoom, error)
	Dial     func(ctx context.Context, socket string) (ui.Room, func() error, error)
	// RehearsalYAML is the launch.yaml of a rehearsal of the built-in runbook, with the caller in their role (Who.As).
	RehearsalYAML func(name string, t0 time.Time, caller launch.Who) string
	// Archive is a launch of a database without a room, for a caller: everything can be read, nothing done.
	Archive func(ctx context.Context, db DB, launch string, who launch.Who) (ui.Room, error)
	// WatchOnly is the same room for who only looks: it refuses their commands.
	WatchOnly func(r ui.Room) ui.Room
	// Witness keeps heads outside the database, in the caller's own state folder.
	Witness Witness
	// Examine makes the tests of doctor: of this machine, and of all that a launch file binds.
	Examine func(q ExamineRequest) []preflight.Test
	// NewID returns a fresh random id for a launch.
	NewID func() string
}

// DB is a database opened for reading.
type DB interface {
	postmortem.Store
	Launches(ctx context.Context) ([]room.LaunchInfo, error)
	ReadOnlyReason() string
	Close() error
}

// Summary is one launch, where it stands and whose room runs it.
type Summary struct {
	room.LaunchInfo
	Path   string       // of the database
	Holder *room.Holder // nil: no process has it open
}

// RoomRequest says which room to open.
type RoomRequest struct {
	DB        string
	Launch    string            // a launch of the database; or, with Plan, the one to plan first
	Plan      *room.PlanRequest // nil: it is planned already
	Documents room.Documents    // reads its files again; nil: they are nowhere known
	Speed     float64           // REHEARSAL: 0 keeps the default
	Transient bool              // for one command: no polling, no socket
}

// OpenedRoom is a room in this process.
type OpenedRoom struct {
	Room   ui.Room // as the caller
	Socket string
	Notice string // what the user should know of the opening; empty: nothing
	Done   <-chan struct{}
	Close  func() error
}

// Witness keeps and returns heads by launch id.
type Witness interface {
	Record(id, launch string, h journal.Head) error
	Heads(id string) ([]journal.Head, error)
}

// Env is a run of the program: its streams, its environment and its clock.
type Env struct {
	In     io.Reader
	Out    io.Writer
	Err    io.Writer
	Getenv func(string) string
	Now    func() time.Time
	IsTTY  func() bool // both standard input and output are a terminal
	Dir    string      // working directory
	Ports  Ports
	// Cockpit runs the full-screen program on a room until it is left.
	Cockpit func(ctx context.Context, c CockpitRequest) error
}

// CockpitRequest is what a cockpit is opened on.
type CockpitRequest struct {
	Room     ui.Room
	ReadOnly bool
	NoColor  bool
	ASCII    bool
	Owner    bool                                       // this process owns the room: leaving ends it
	Role     string                                     // REHEARSAL: the role acted as at the start
	Notice   string                                     // shown at the start
	Replay   *time.Time                                 // where a replay begins, zero at the launch's beginning; nil: the present
	Redial   func(ctx context.Context) (ui.Room, error) // nil: the room is in this process
	Stands   func()                                     // called when the first frame stands; nil: nobody waits for it
}
