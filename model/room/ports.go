// Package room is the running part of a launch: one goroutine owns its State, journals what is decided, polls what is
// watched and publishes Screens. What it needs of the outside stands here as small interfaces.
package room

import (
	"context"
	"iter"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/screen"
)

// Store keeps a launch durably. Its owner holds the writer's lock for as long as the room lives. It is called from
// several goroutines at once.
type Store interface {
	// Append writes entries in one transaction and returns when they are durable. Nothing is written on an error.
	Append(ctx context.Context, entries []journal.Entry) error
	// Rows yields the launch's rows with seq > after, in order.
	Rows(ctx context.Context, launch string, after int64) iter.Seq2[journal.Row, error]
	// PutDocument keeps a text and returns its hash, hex(sha256(text)); a text that is there already is no error.
	PutDocument(ctx context.Context, text string) (string, error)
	// Document returns the text of a hash.
	Document(ctx context.Context, hash string) (string, error)
	// AppendSamples and AppendRead keep what was read, for the post-mortem.
	AppendSamples(ctx context.Context, launch string, samples []Sample) error
	AppendRead(ctx context.Context, launch string, r Read) error
	// Samples returns a monitor's samples with from < At <= to, every series and revision, in the order of At, series and
	// ReadAt. Unsealed returns all samples with after < ReadAt <= to, in the order of monitor, At, series, ReadAt, Value.
	Samples(ctx context.Context, launch, monitor string, from, to time.Time) ([]Sample, error)
	Unsealed(ctx context.Context, launch string, after, to time.Time) ([]Sample, error)
	// Requested is the sum of Read.Requested of a source over the launch.
	Requested(ctx context.Context, launch, source string) (int64, error)
	// LastRead is when the last round with any source was, at or before an instant; zero: never.
	LastRead(ctx context.Context, launch string, at time.Time) (time.Time, error)
}

// Sample is one point as it was read.
type Sample struct {
	Monitor string
	Series  string // "" for the monitor's own value, else the component's name
	At      time.Time
	ReadAt  time.Time
	Value   float64
}

// Read is one round with one source.
type Read struct {
	Source    string
	At        time.Time
	Outcome   string // ok, partial, error
	Detail    string
	Requested int // metrics asked for
}

// Source reads monitors' points. One call carries all monitors that are due.
type Source interface {
	// Read answers every query, in order. A failure of one query stands in its Answer; the error is for the whole call.
	// Errors are, or wrap, a *Fault where more is known than a text. It returns soon after ctx ends.
	Read(ctx context.Context, queries []Query) (Round, error)
}

// Round is what one call of a source brought.
type Round struct {
	Answers []Answer // one a query, in order
	Metrics int      // metrics that were asked for and are paid for
	Notice  string   // what the user should know of the call, such as that it was cut short; empty: nothing
	Key     string   // of the credentials that it was made with, to tell others apart; empty: there are none, or not known
}

// Query asks for a monitor's closed points with From < At <= To.
type Query struct {
	Monitor string
	Source  launchfile.Source
	Period  time.Duration
	From    time.Time
	To      time.Time
}

// Answer is what a source knows; no points and no error is a fact of its own.
type Answer struct {
	Monitor string
	Points  []monitor.Point
	Series  map[string][]monitor.Point // the components of an expression, by name
	Counts  []monitor.Point            // the samples behind each point, where they are counted
	Lines   []screen.LogLine           // newest matching lines of a log, oldest first
	Partial bool                       // points may be missing that the source has: they neither fire nor clear
	Err     error
}

// FaultKind is why a source did not answer, as far as it changes what to do.
type FaultKind uint8

// The kinds of faults; the zero value is any other.
const (
	FaultOther       FaultKind = iota
	FaultThrottled             // asked too often: the pace is lowered
	FaultExpired               // credentials have to be renewed by a person
	FaultDenied                // a permission is missing
	FaultMissing               // what is asked for does not exist
	FaultUnreachable           // no connection, or no answer in time
)

// Fault is a source's failure with what to do about it.
type Fault struct {
	Kind       FaultKind
	Reason     string        // short, for the screen: "throttled", "credentials expired"
	Hint       string        // what to do: "aws sso login --profile launch"; empty: nothing but wait
	RetryAfter time.Duration // what the source asked for; 0: nothing
	Err        error         // the whole story
}

func (f *Fault) Error() string {
	if f.Hint == "" {
		return f.Reason
	}
	return f.Reason + "; " + f.Hint
}

func (f *Fault) Unwrap() error { return f.Err }

// Clock gives launch time: wall time, except in a REHEARSAL.
type Clock interface {
	Now() time.Time
	Anchor() launch.Anchor // zero in LIVE and DRY RUN
}

// Pacer is a rehearsal's clock, which can be steered. Every change is journaled as clock.anchored.
type Pacer interface {
	Clock
	SetSpeed(speed float64) launch.Anchor
	SkipTo(at time.Time) launch.Anchor
}

// Company is the simulated colleagues of a REHEARSAL: what they do between two instants, given what is on the screen.
type Company interface {
	Act(from, to time.Time, s *screen.Screen) []Deed
	// Decision names the decision that a person has to take now (the speed drops to 1 while there is one); "": none.
	Decision(s *screen.Screen) string
}

// Adopter is a Company that follows the documents: it is told, on the room's goroutine, of every version that comes into force.
type Adopter interface {
	Adopt(s *launch.State)
}

// Deed is a command of a simulated colleague. The room decides and journals it at At, an instant of (from, to], in the
// order given; the deeds of one window go into the journal in one transaction. So a rehearsal that opens at T-16m plays
// the fortnight before it in one go, each entry at its own launch time. A refused deed is dropped.
type Deed struct {
	At      time.Time
	Who     launch.Who
	Command launch.Command
}
