package launch

import (
	"time"

	"tminus/model/journal"
	"tminus/model/launchfile"
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
