// Package screen derives the one picture of a launch that panes, status, drafts and contexts all read.
package screen

import (
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
)

// Status is the one-word health of the launch.
type Status string

// The statuses.
const (
	Green      Status = "GREEN"
	Yellow     Status = "YELLOW"
	Red        Status = "RED"
	NotWatched Status = "NOT WATCHED"
)

// Facts is what is true around a launch and stands in no journal. The zero value: no room, nothing watched.
type Facts struct {
	Watched   bool                       // a room polls
	Readings  map[string]monitor.Reading // by monitor id
	Connected []Presence                 // attached cockpits
	Room      *RoomInfo
	ReadOnly  string                            // why nothing can be written; empty: it can
	Verdicts  map[string]monitor.TriggerVerdict // by trigger id
	Success   map[string][]launch.MonitorScored // by criterion id: what its window says so far
	Sources   []SourceHealth
	Spend     Spend
	Flags     map[string]FlagReading     // by flag id
	Progress  map[string]launch.Progress // by call id: what goes on that calls have begun
	Looking   map[string]string          // by call id: why it cannot be looked at now, and what to do
	Checking  map[string]string          // by step and part ("step part"): what a check that is not over has seen
	Identity  string                     // why it is not known as whom calls would be made; empty: known, or never asked
	LookedFor map[string]string          // by message and channel ("id channel"): what looking for it comes to
	Decision  string                     // REHEARSAL: the decision that holds the speed at 1; empty: none
	Anchor    launch.Anchor              // how launch time runs now
	Files     FilesRead                  // reading the launch's files again
}

// Notice is what somebody should see to and is no alarm: an update that is due, a page that nobody answers, a message of
// which nobody knows, a meeting. The banner shows the first where no alarm stands there.
type Notice struct {
	Key   string    `json:"key"`            // the same as long as it is the same notice
	Word  string    `json:"word"`           // "UPDATE", "PAGE"
	Text  string    `json:"text"`           //
	Owner string    `json:"owner"`          // short role
	Press string    `json:"press"`          // the key that leads to it
	At    time.Time `json:"at,omitzero"`    // when it is due; counted down to, then overdue. Zero: it stands as it is
	Loud  bool      `json:"loud,omitempty"` // worth a bell when it comes
}

// Presence is a connected cockpit.
type Presence struct {
	User     string    `json:"user"`
	Roles    []string  `json:"roles"`
	Since    time.Time `json:"since"`
	ReadOnly bool      `json:"read_only,omitempty"`
}

// RoomInfo names the process that owns the launch.
type RoomInfo struct {
	PID    int    `json:"pid"`
	User   string `json:"user"`
	Socket string `json:"socket"`
}

// Screen is everything a cockpit shows that changes. It is immutable once published, the same for every viewer but
// for You, and travels as JSON. All text in it is raw: whoever draws it sanitizes it.
type Screen struct {
	Rev         uint64         `json:"rev"` // grows with every published change
	At          time.Time      `json:"at"`  // launch time it was derived at
	Launch      string         `json:"launch"`
	Title       string         `json:"title"`
	Mode        launch.Mode    `json:"mode"`
	Phase       launch.Phase   `json:"phase"`
	Status      Status         `json:"status"`
	Reasons     []string       `json:"reasons"` // why not GREEN, worst first, then what is not known of a rollback
	Clock       Clock          `json:"clock"`
	Next        []NextMark     `json:"next"` // soonest first, at most 12
	Todo        Todo           `json:"todo"` // the one next action
	Checklist   Checklist      `json:"checklist"`
	Timeline    []Day          `json:"timeline"`
	Checkins    []Checkin      `json:"checkins,omitempty"` // one a role that the timeline asks for any
	Stages      []Stage        `json:"stages"`             // the timeline from the meeting on
	Poll        Poll           `json:"poll"`
	Defects     []Defect       `json:"defects,omitempty"` // oldest first
	Monitors    []Monitor      `json:"monitors"`          // in the runbook's order
	Triggers    []Trigger      `json:"triggers"`          // in the runbook's order
	Alarms      []Alarm        `json:"alarms"`            // what calls for attention, worst first
	Notices     []Notice       `json:"notices,omitempty"` // what somebody should see to, most urgent first
	Sources     []SourceHealth `json:"sources"`
	Spend       Spend          `json:"spend"`
	RACI        RACI           `json:"raci"`
	Steps       []Step         `json:"steps"`
	Marks       []SequenceMark `json:"marks"`
	Requests    []Request      `json:"requests,omitempty"` // newest last, at most 8
	Procedure   Procedure      `json:"procedure"`
	Flags       []Flag         `json:"flags,omitempty"`
	Outstanding []Outstanding  `json:"outstanding,omitempty"`
	Armed       *Armed         `json:"armed,omitempty"`
	Afterwards  []Afterward    `json:"afterwards,omitempty"` // once a rollback has ended
	Documents   Documents      `json:"documents"`
	Meeting     Meeting        `json:"meeting"`
	AllMarks    []CountMark    `json:"all_marks"` // every mark, the people's own among them, in the order of time
	Updates     Updates        `json:"updates"`
	Success     Success        `json:"success"`
	Closure     Closure        `json:"closure"`
	People      []PersonView   `json:"people"`
	Roles       []RoleView     `json:"roles"`  // every role of the runbook, in its order
	Recent      []Line         `json:"recent"` // newest last, at most 60
	Entries     int64          `json:"entries"`
	Head        string         `json:"head"`      // SEQ:16 hex
	HeadFull    string         `json:"head_full"` // SEQ:64 hex
	Room        *RoomInfo      `json:"room"`
	You         You            `json:"you"`
	ReadOnly    string         `json:"read_only,omitempty"`
	Guidance    []Warning      `json:"guidance,omitempty"` // the runbook's pitfalls that are at hand, in its order
	Decision    string         `json:"decision,omitempty"`
	Replay      *Replay        `json:"replay,omitempty"` // a picture of the past
}

// Replay is where a replay stands: at an instant between the launch's first entry and its newest.
type Replay struct {
	At      time.Time `json:"at"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Playing bool      `json:"playing"`
	Speed   float64   `json:"speed"` // times as fast as the wall clock, while it plays
}

// Clock is enough to compute the countdown at any tick: launch time is Anchor.At + (wall - Anchor.Wall) * Speed where
// Speed is set, else wall time; T-minus is T0 minus launch time, or T0 minus HeldAt while held.
type Clock struct {
	T0         time.Time     `json:"t0"`
	Anchor     launch.Anchor `json:"anchor"`
	HeldAt     *time.Time    `json:"held_at,omitempty"`
	HoldReason string        `json:"hold_reason,omitempty"`
	HoldAuto   bool          `json:"hold_auto,omitempty"`
	Scrubbed   bool          `json:"scrubbed,omitempty"`
	ScrubbedAt *time.Time    `json:"scrubbed_at,omitempty"` // the countdown stands here, unless it was held
}

// NextMark is a coming instant and who acts at it.
type NextMark struct {
	At     time.Time `json:"at"`
	Label  string    `json:"label"` // T-10m
	Title  string    `json:"title"`
	Owner  string    `json:"owner"`            // short role, "EL" or "All"
	Target string    `json:"target,omitempty"` // id of the mark, step or task
}

// Todo is the next action that somebody should take, in words, and its owner.
type Todo struct {
	Text   string `json:"text"`
	Owner  string `json:"owner"`            // role title
	Short  string `json:"short"`            // role's short form
	Person string `json:"person,omitempty"` // user who holds it
	Action string `json:"action,omitempty"` // action that does it
	Target string `json:"target,omitempty"` // its id argument
	Yours  bool   `json:"yours,omitempty"`  // you may do it

	roles []string    // ids of the roles that may do it, the owner's first
	words [][2]string // their titles and short forms
}

// By is who did something, ready to show. For is set where it was said by somebody else ("said, recorded by").
type By struct {
	User string    `json:"user"`
	For  string    `json:"for,omitempty"`
	Via  string    `json:"via,omitempty"`
	At   time.Time `json:"at"`
	Text string    `json:"text,omitempty"` // reason, evidence, note
	Seq  int64     `json:"seq"`
}

// Poll is the go/no-go. State is "not open", "open", "GO", "NO-GO" or "GO lapsed".
type Poll struct {
	State   string   `json:"state"`
	Opened  *By      `json:"opened,omitempty"`
	Votes   []Vote   `json:"votes"` // one a required role, in the runbook's order
	Go      int      `json:"go"`
	Of      int      `json:"of"`
	Decided *By      `json:"decided,omitempty"`
	Lapsed  string   `json:"lapsed,omitempty"`
	Blocks  []string `json:"blocks,omitempty"` // what stands against GO: sections not signed off
}

// Vote is one role's vote; Vote is empty while it has not voted.
type Vote struct {
	Role   string      `json:"role"` // id
	Title  string      `json:"title"`
	Short  string      `json:"short"`
	Person string      `json:"person,omitempty"`
	Vote   launch.Vote `json:"vote"`
	By     *By         `json:"by,omitempty"`
}

// RACI is the matrix's row of the activity of the moment.
type RACI struct {
	Activity string    `json:"activity"` // title
	Rows     []RACIRow `json:"rows"`     // accountable first
}

// RACIRow is one role of the activity.
type RACIRow struct {
	Letters string `json:"letters"` // "R/A", "R", "A", "C", "I"
	Role    string `json:"role"`    // title
	Short   string `json:"short"`
	Person  string `json:"person,omitempty"` // user; empty: nobody holds it
	Contact string `json:"contact,omitempty"`
	Backup  string `json:"backup,omitempty"`
	Online  bool   `json:"online,omitempty"`
}

// PersonView is somebody of the launch.
type PersonView struct {
	User      string   `json:"user"`
	Name      string   `json:"name"`
	Roles     []string `json:"roles"` // ids, taken-over roles included
	BackupFor []string `json:"backup_for,omitempty"`
	Contact   string   `json:"contact,omitempty"`
	Online    bool     `json:"online,omitempty"`
}

// Line is one entry as the Decisions pane tells it.
type Line struct {
	Seq   int64     `json:"seq"`
	At    time.Time `json:"at"`
	Who   string    `json:"who"`
	Kind  string    `json:"kind"`
	Text  string    `json:"text"`           // one sentence
	Said  string    `json:"said,omitempty"` // attested: who said it
	Human bool      `json:"human,omitempty"`
}

// You is the viewer.
type You struct {
	User   string   `json:"user"`
	Roles  []string `json:"roles"`        // ids held now
	As     string   `json:"as,omitempty"` // REHEARSAL: the role acted as
	Listed bool     `json:"listed"`
}
