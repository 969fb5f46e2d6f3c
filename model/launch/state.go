package launch

import (
	"time"

	"tminus/model/journal"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// Mode is fixed for a launch when it is planned.
type Mode string

// The three modes, as they stand in the journal and on every screen.
const (
	Live      Mode = "LIVE"
	Rehearsal Mode = "REHEARSAL"
	DryRun    Mode = "DRY RUN"
)

// Phase is where the launch stands (design, section 5). It is derived from State and the time, see PhaseAt.
type Phase string

// The phases.
const (
	Planning    Phase = "planning"
	GoNoGo      Phase = "go-no-go"
	Countdown   Phase = "countdown"
	Launching   Phase = "launching"
	Watching    Phase = "watching"
	Closing     Phase = "closing"
	Closed      Phase = "closed"
	Scrubbed    Phase = "scrubbed"
	RollingBack Phase = "rolling-back"
	RolledBack  Phase = "rolled-back"
)

// State is a launch as its journal tells it: a fold over the entries, owned by one goroutine. Only Apply changes it.
type State struct {
	ID      string // random, from launch.planned
	Name    string
	Title   string
	Mode    Mode
	Runbook *runbook.Runbook
	File    *launchfile.File
	Docs    Documents
	People  []Person

	Scenario  string // REHEARSAL: what happens in the simulated world
	PlannedAs string // REHEARSAL: the role that its planner plays

	Clock     Clock
	Items     map[string]*Item    // by item id; absent: open
	Sections  map[string]*SignOff // by section id; absent: not signed off
	Tasks     map[string]*Task    // by task or deliverable id; absent: open
	Checkins  map[string]*Checkin // by role id: its newest check-in; absent: none
	Polls     []*Poll             // oldest first; the last is the current one
	Meetings  []*Meeting          // oldest first; see CurrentMeeting
	Risks     []*Risk             // in the order they were named, closed ones too
	Doctor    *DoctorRun          // the newest examination on record; nil: none
	Marks     []*OwnMark          // the people's own, in the order they were added, removed ones too
	Steps     map[string]*Step    // by step id; absent: waiting
	Confirmed map[string]*Done    // by action id of a sequence mark or step; absent: open
	Aborted   *Mark               // the deployment sequence was stopped for good (until a recycle)
	Takings   map[string]string   // role id -> user who took it over, or was handed it
	Notes     map[int64]*Note     // by the seq of the entry that added it
	Monitors  map[string]string   // by monitor id: the state word of its last monitor.changed; absent: none yet

	Baselines map[string]*Baseline   // by monitor id: the newest captured
	Values    map[string][]Value     // by monitor id: values typed by people, oldest first, one an instant
	Silences  map[string]*Silence    // by monitor id: the newest
	Triggers  map[string]*Trigger    // by trigger id; absent: it was never fired or declared
	Rollbacks []*Rollback            // oldest first; see CurrentRollback
	Switches  map[string]*Switch     // by flag: the newest order to switch it by itself
	Calls     map[string]*CallState  // by id
	Armed     map[string]Mark        // by trigger id: an authority lets it turn the flag off by itself
	Undos     map[string]*StepUndone // by action id: the newest order to take it back

	Pending    map[string]*Change // by document: its newest version that waits for its review; absent: none
	Unreviewed map[string]*Mark   // by document: who let the version in force in before its review, for a rollback
	Overrides  []Override         // every such time, oldest first: the post-mortem lists them
	Adopted    int64              // seq of the entry since which another version of a document is in force; 0: as planned

	Messages []*Message  // updates, pages and answers to them, oldest first: the outbox and its history
	Cadence  *CadenceSet // how often updates go out, where a person has said so; nil: as the runbook has it

	Sealed SamplesSealed // the newest seal; zero: none

	Measured   map[string]*CriterionFinding // by criterion id: what samples said of it, since the last recycle. See Criteria
	Judged     map[string]*CriterionWord    // by criterion id: what its owner said, likewise
	Agreements []Agreement                  // to close in spite of something, oldest first, likewise. See Closure
	ClosedAs   *LaunchClosed                // how it was closed; nil: it is open

	Defects []*Defect // in the order in which they were opened; see Blockers

	Head      journal.Head
	Entries   int64
	PlannedAt time.Time
	Closed    *Mark
	ReadOnly  string    // why nothing can be decided; empty: it can. Set by Apply, or by who imported the launch
	Opened    time.Time // when the room that has it was opened, by that room; zero: it is only read. See AutoOff
	Oddities  []Oddity  // entries of an intact chain that made no sense where they stand, and changed nothing

	undo      map[string][]undoable // by user: their own entries that can be taken back, newest last
	noteTimes map[string][]time.Time
	hands     []hand            // who changed what runs, newest last
	watched   []runbook.Monitor // everything that is watched, as both documents say it
	relative  map[string]bool   // by monitor id: a rule needs its baseline
	table     *table
	callOrder []string               // ids of Calls, oldest first
	stands    map[string]Outstanding // by action id: what was done and has to be taken back
	library   library                // decoded documents that may come into force
	basis     *basis                 // who reviews while a version is in force that was not; nil: who holds the roles now
	reviewed  Documents              // the versions that were reviewed last
	texts     map[string]bool        // hashes of all texts of its documents
	versions  []version              // launch files that were in force, the present one last
	refusals  map[string][]time.Time // by user: of the last minute
}

// Oddity is an entry that Apply passed over. The chain is intact; what it says could not be so.
type Oddity struct {
	Seq  int64
	Kind string
	What string
}

// Note is a note as it stands; the entries keep every wording that it had.
type Note struct {
	Mark
	Text      string
	Corrected *Mark
	Withdrawn *Mark
}

// Documents are the hashes of the two documents in force.
type Documents struct {
	Runbook string `json:"runbook"`
	File    string `json:"file"`
}

// Person is somebody of launch.planned, with the uid that their login had then (-1: no such login on this host).
type Person struct {
	User      string           `json:"user"`
	UID       int              `json:"uid"`
	Name      string           `json:"name,omitempty"`
	Roles     []string         `json:"roles,omitempty"`
	BackupFor []string         `json:"backup_for,omitempty"`
	Contact   launchfile.Reach `json:"contact,omitzero"`
}

// Mark is who did something and when; For and Via are set where it was recorded for somebody who said it.
type Mark struct {
	Seq    int64
	At     time.Time
	User   string
	Roles  []string
	Auth   string
	For    string // attested: the person who said it
	Via    string // voice, chat, mail
	Reason string // reason, evidence or note, where one was given
}

// Clock is the countdown's state. The countdown itself is computed from T0 and the time.
type Clock struct {
	T0       time.Time
	Planned  time.Time     // T0 of launch.planned
	Hold     *Hold         // nil: running
	Moved    time.Duration // sum of the moves of T0 since the last GO; a GO lapses beyond GoTolerance
	Scrub    *Mark
	Recycled int       // how many times
	Since    time.Time // when the clock was last started or given a new T0
	Late     bool      // planned after its T0: it started in T+, and does not hold itself
	Anchor   Anchor

	recycledSeq int64 // of the last recycle; older polls are void
}

// Hold is a stopped clock. At is when it stopped; the countdown stands at T0 minus At.
type Hold struct {
	Mark
	Auto  bool   // by the clock itself: no GO at the last mark before T-0, or a mark of the people's own that holds
	Point string // that mark's id; empty: the last one before T-0
}

// Anchor ties launch time to wall time in a REHEARSAL: launch time At was wall time Wall, and runs Speed times as fast.
// Speed 0: it stands (the room is not running). In the other modes it is zero and launch time is wall time.
type Anchor struct {
	At    time.Time `json:"at"`
	Wall  time.Time `json:"wall"`
	Speed float64   `json:"speed"`
}

// Baseline is the mean of a monitor's captured window.
type Baseline struct {
	Mark
	Mean   float64
	Points int // that it is the mean of; 0: given by hand
}

// Value is a monitor's value that a person typed.
type Value struct {
	Mark
	monitor.Point
}

// Silence keeps a monitor's alarm from calling for attention until Until; it changes no status.
type Silence struct {
	Mark
	Until time.Time
}

// TriggerState is where a rollback trigger stands (design, section 5). Pending is never journaled.
type TriggerState string

// The trigger states; the zero value is quiet.
const (
	TriggerStateQuiet        TriggerState = ""
	TriggerStatePending      TriggerState = "pending"
	TriggerStateFired        TriggerState = "fired"
	TriggerStateAcknowledged TriggerState = "acknowledged"
	TriggerStateCleared      TriggerState = "cleared"
)

// Trigger is a rollback trigger that fired or was declared at least once.
type Trigger struct {
	State        TriggerState    // fired, acknowledged or cleared
	Fired        Mark            // who declared it and why, or when the room saw it fire
	Declared     bool            // by a person, who also clears it; else data do both
	Proposes     string          // "hold" or "rollback", as it stood when it fired
	Points       []monitor.Point // evidence: the very points; none where it was declared
	ByData       *Mark           // when data first fired it while it stood; nil: they did not
	Began        bool            // the deployment sequence had begun by then
	Acknowledged *Mark
	Cleared      *Mark // its Reason says why: recovered, revised, or withdrawn and a person's words
}

// InForce reports whether the trigger stands: fired or acknowledged and not cleared.
func (t *Trigger) InForce() bool {
	return t != nil && (t.State == TriggerStateFired || t.State == TriggerStateAcknowledged)
}

// ItemState is the state of a checklist item.
type ItemState string

// The item states; the zero value is open.
const (
	ItemOpen    ItemState = ""
	ItemChecked ItemState = "checked"
	ItemWaived  ItemState = "waived"
)

// Item is a checklist line that is not open.
type Item struct {
	State ItemState
	Mark
}

// SignOff is a section's recorded readiness; Reason holds the evidence.
type SignOff struct{ Mark }

// Task is a dated task or a deliverable that is done; Reason holds its link, where one was given.
type Task struct{ Mark }

// Done is an action of a mark or step that was confirmed.
type Done struct{ Mark }

// Vote is GO, NO-GO or "" (withdrawn).
type Vote string

// The votes and decisions.
const (
	Go   Vote = "GO"
	NoGo Vote = "NO-GO"
)

// Poll is one go/no-go.
type Poll struct {
	Opened   Mark
	Votes    map[string]RoleVote // by role id
	Decision Vote                // "": undecided
	Decided  *Mark
	Waived   []string // what was waived by name when decided: sections, the recording, attendees
	Lapsed   string   // why a GO no longer holds; empty: it holds
	LapsedAt time.Time
}

// RoleVote is one role's vote; Mark.Reason is its reason.
type RoleVote struct {
	Vote Vote
	Mark
	before *RoleVote // the vote that this one replaced; nil: none
}

// StepState is the state of a step of the sequence or the rollback.
type StepState string

// The step states of the design's section 6; the zero value is waiting.
const (
	StepWaiting   StepState = ""
	StepRunning   StepState = "running"
	StepUnknown   StepState = "unknown"
	StepVerifying StepState = "verifying"
	StepDone      StepState = "done"
	StepFailed    StepState = "failed"
	StepSkipped   StepState = "skipped"
)
