package room

import (
	"time"

	"tminus/model/journal"
)

// LaunchInfo is one launch of a database, as its first and last entries tell it; they are not verified for it.
type LaunchInfo struct {
	ID       string // random, of launch.planned; empty where that cannot be read
	Name     string
	Title    string
	Mode     string
	Entries  int64
	Head     journal.Head
	FirstAt  time.Time
	LastAt   time.Time
	Open     bool   // there is no launch.closed entry, and it was not imported
	Imported bool   // it was imported: it can only be read
	File     string // where the launch file was that it was planned from; empty: its first entry does not say
	FileHash string // of that file's text as it was planned
}

// Holder is what the process that holds a database's lock says of itself.
type Holder struct {
	PID    int    `json:"pid"`
	User   string `json:"user"`
	Launch string `json:"launch"`
	Socket string `json:"socket"` // empty: a single command, or a room that is just starting
}
