package launch

import (
	"errors"
	"time"

	"tminus/model/monitor"
)

// Who is a caller as the room knows them: by the kernel's word in LIVE and DRY RUN, by name in a REHEARSAL.
type Who struct {
	User string // login name, or the name a simulated colleague acts under
	UID  int    // -1: not an operating-system user (system, simulated colleague)
	Host string
	Auth string // journal.AuthOSUser, AuthSystem or AuthRehearsal
	As   string // REHEARSAL only: the role that this person acts as; ignored in the other modes
}

// Command is what somebody asks for: an action of the table (table.go) and its arguments. Values are text, as a
// command line or a dialog gives them; Decide parses and checks them.
type Command struct {
	Action string            `json:"action"`
	Args   map[string]string `json:"args,omitempty"`

	Measured *Measured `json:"-"` // what the room read because Decide answered with *Needs; never from a caller
}

// Needs is Decide's answer to a command that can only be decided on what the sources say: the room reads these windows
// and asks again with Command.Measured.
type Needs struct {
	Windows  []Window
	World    bool     // as whom and where calls would be made
	Programs []string // whose digests are wanted
}

func (n *Needs) Error() string { return "the sources have to be read first" }

// Window asks for a monitor's points with From < At <= To.
type Window struct {
	Monitor  string
	From, To time.Time
}

// Measured answers Needs.
type Measured struct {
	Windows []Window                   // those of Needs, so that they count as they were asked; nil: as they would be asked now
	Points  map[string][]monitor.Point // by monitor id, of all its windows, oldest first
	Errors  map[string]string          // by monitor id: why nothing could be read
	World   *World                     // nil: it was not asked for
}

// Event is what a command leads to, before it is an entry. Data is one of the kind's data structs. Auth, where it is set,
// is how the actor of this one entry is known (journal.AuthAttested), instead of the caller's own: see State.ActorFor.
type Event struct {
	Kind string
	Data any
	Auth string
}

// Refusal is an answer no: what is refused and what to do next, both written for the person.
type Refusal struct {
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Usage   bool   `json:"usage,omitempty"` // the command itself is wrong (exit status 2), not its moment or its caller
}

func (r *Refusal) Error() string {
	if r.Hint == "" {
		return r.Message
	}
	return r.Message + "; " + r.Hint
}

// Refused reports whether err is, or wraps, a Refusal.
func Refused(err error) (*Refusal, bool) {
	var r *Refusal
	ok := errors.As(err, &r)
	return r, ok
}

// Result is what became of an accepted command.
type Result struct {
	Entries []Ref  `json:"entries"`           // what was journaled, in order
	Message string `json:"message,omitempty"` // one line for the person
	Waiting bool   `json:"waiting,omitempty"` // recorded; somebody else must act before it takes effect (exit status 3)
	Failed  bool   `json:"failed,omitempty"`  // recorded, but an outside call that it led to is not known to have happened (exit status 1)
}

// Ref names an entry.
type Ref struct {
	Seq  int64     `json:"seq"`
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
}

// ActionInfo describes an action to a caller: its arguments, and whether it is open to them now.
type ActionInfo struct {
	Name    string    `json:"name"` // item.check
	Title   string    `json:"title"`
	Kind    string    `json:"kind"` // item.checked
	Args    []ArgInfo `json:"args,omitempty"`
	Confirm bool      `json:"confirm,omitempty"` // LIVE wants confirm=LAUNCH-NAME typed
	WhyNot  string    `json:"why_not,omitempty"` // empty: open now
}

// ArgInfo describes an argument.
type ArgInfo struct {
	Name     string   `json:"name"`
	Help     string   `json:"help"`
	Required bool     `json:"required,omitempty"`
	Choices  []string `json:"choices,omitempty"` // fixed values, or the ids that are valid now
}
