package screen

import (
	"time"

	"tminus/model/launch"
)

// Step is a step of the deployment sequence, or of a rollback.
type Step struct {
	ID            string           `json:"id"`
	Number        int              `json:"number"`
	Title         string           `json:"title"`
	Owner         string           `json:"owner"`
	Short         string           `json:"short"`
	Person        string           `json:"person,omitempty"`
	State         launch.StepState `json:"state"` // "" is waiting
	Attempt       int              `json:"attempt,omitempty"`
	Started       *By              `json:"started,omitempty"`
	Ended         *By              `json:"ended,omitempty"`
	Actions       []Action         `json:"actions"`
	Verifications []Action         `json:"verifications"`
	Kind          string           `json:"kind,omitempty"`  // flag, deploy, actions; empty: by hand
	Back          bool             `json:"back,omitempty"`  // of a rollback
	Parts         []Part           `json:"parts,omitempty"` // actions, then verifications, with what they are done by
}

// SequenceMark is a mark before T-0 with its actions.
type SequenceMark struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Label   string    `json:"label"`
	Owner   string    `json:"owner"`
	Short   string    `json:"short"`
	Person  string    `json:"person,omitempty"`
	Actions []Action  `json:"actions"`
}

// Action is an action or verification and, where it was confirmed, by whom.
type Action struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Done *By    `json:"done,omitempty"`
}

// The states of a Part.
const (
	PartWaiting      = "waiting"
	PartRunning      = "running"
	PartUnknown      = "unknown" // it may have happened: it is being looked for
	PartDone         = "done"
	PartFailed       = "failed"
	PartCannotVerify = "cannot verify" // a person has to tell
	PartLeft         = "left"          // its step is over, and it was not done, verified or watched to its end
)

// Part is an action or verification of a step, and what it is done by in this launch.
type Part struct {
	ID           string           `json:"id"`
	Text         string           `json:"text"`
	By           string           `json:"by"`                     // hand, call, check
	Op           string           `json:"op,omitempty"`           // of a call
	AWSLine      string           `json:"line,omitempty"`         // of a call: the command line that does the same
	Brief        string           `json:"brief,omitempty"`        // of a call: the same in one short line
	Probe        string           `json:"probe,omitempty"`        // of a probe: what is asked
	Digest       string           `json:"digest,omitempty"`       // of the program that is planned, hex
	Look         string           `json:"look,omitempty"`         // of a check: parameter, effect, deployment, recovery, probe
	Flag         string           `json:"flag,omitempty"`         // the flag that it is about
	Verification bool             `json:"verification,omitempty"` //
	Watch        bool             `json:"watch,omitempty"`        // the next step does not wait for it
	Undo         bool             `json:"undo,omitempty"`         // a program is bound that takes it back
	Outstanding  bool             `json:"outstanding,omitempty"`  // done, and to be taken back still
	State        string           `json:"state"`                  // one of the words above
	Done         *By              `json:"done,omitempty"`         //
	Evidence     string           `json:"evidence,omitempty"`     // what shows it, why it failed, or what has been seen so far
	Until        *time.Time       `json:"until,omitempty"`        // the room looks at it until then, as far as points come; absent: until it has ended
	CallID       string           `json:"call,omitempty"`         // of the newest attempt, or the one to come
	Attempt      int              `json:"attempt,omitempty"`      // that the call is of
	Since        *time.Time       `json:"since,omitempty"`        // when the call was intended
	DryRun       bool             `json:"dry_run,omitempty"`      // nothing was sent
	Progress     *launch.Progress `json:"progress,omitempty"`     // of a program or deployment under way, or how it ended
}
