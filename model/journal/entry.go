// Package journal is the append-only, hash-chained decision log: what an entry is, the exact bytes that are hashed, the
// strict reader and the verification of a whole chain. It does no I/O; data keeps the rows.
package journal

import (
	"encoding/json"
	"time"
)

// Version is the newest body version that this program writes and reads.
const Version = 1

// Genesis is the prev of a launch's first entry: 64 zeros.
const Genesis = "0000000000000000000000000000000000000000000000000000000000000000"

// TimeLayout is how `at` is written: UTC with nine fractional digits, so that text order is time order.
const TimeLayout = "2006-01-02T15:04:05.000000000Z"

// Entry is one row of the journal, decoded. Body is the exact text that was hashed; Hash is hex(sha256(Body)).
type Entry struct {
	V       int             `json:"v"`
	Seq     int64           `json:"seq"` // 1, 2, 3, …
	Prev    string          `json:"prev"`
	At      time.Time       `json:"at"`
	Launch  string          `json:"launch"`
	Mode    string          `json:"mode"`
	Actor   Actor           `json:"actor"`
	Kind    string          `json:"kind"`
	Data    json.RawMessage `json:"data"`
	Context *Context        `json:"context,omitempty"`

	Body string `json:"-"`
	Hash string `json:"-"`
}

// Actor is who did it, by the kernel's word (or the rehearsal's). Roles are those held when it was done.
type Actor struct {
	User  string   `json:"user"`
	Roles []string `json:"roles"`
	Auth  string   `json:"auth"` // one of the Auth constants
	Host  string   `json:"host"`
}

// How the actor is known. Attested: said by somebody else, recorded by the actor; data.for names them.
const (
	AuthOSUser    = "os-user"
	AuthAttested  = "attested"
	AuthSystem    = "system"
	AuthRehearsal = "rehearsal"
)

// Context is what was known when it was decided.
type Context struct {
	Clock   string            `json:"clock"`  // T-00:52:11
	Phase   string            `json:"phase"`  // go-no-go
	Status  string            `json:"status"` // GREEN, YELLOW, RED, NOT WATCHED
	Metrics map[string]Metric `json:"metrics,omitempty"`
}

// Metric is one monitor's reading in a Context.
type Metric struct {
	Value *float64   `json:"value"` // null: no value
	Unit  string     `json:"unit,omitempty"`
	State string     `json:"state"`
	At    *time.Time `json:"at,omitempty"`
}

// Draft is an entry before it has its place in the chain.
type Draft struct {
	Actor   Actor
	Kind    string
	Data    any // marshalled to a JSON object
	Context *Context
}

// Head is the newest entry's place and hash; the zero Head is an empty journal.
type Head struct {
	Seq  int64
	Hash string
	At   time.Time // the newest entry's at; `at` never goes back
}

// Row is an entry as it stands in the database, not yet checked.
type Row struct {
	Launch string
	Seq    int64
	Body   string
	Hash   string
}
