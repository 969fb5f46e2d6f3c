package runbook

// Runbook is one reusable launch procedure. Field order follows the sections of the seed
// (feature-launch-runbook-v1.md). It names roles, never people, and no resource of the outside world.
type Runbook struct {
	ID            string         `json:"id"`                  // name in launch.yaml, [a-z0-9-]+
	Title         string         `json:"title"`               // for people
	Version       string         `json:"version"`             // "5.0"
	Updated       string         `json:"updated"`             // a date, YYYY-MM-DD
	Policy        string         `json:"policy,omitempty"`    // how the document is kept up, for people
	Reviewers     []string       `json:"reviewers"`           // roles that must review every change
	Changelog     []Change       `json:"changelog,omitempty"` // newest first
	Contacts      []ContactGroup `json:"contacts"`            // seed 1.1
	Resources     []Resource     `json:"resources"`           // seed 1.2
	Roles         []Role         `json:"roles"`               // seed 2.1, and every other owner the seed names
	RACI          []Activity     `json:"raci"`                // seed 2.2
	Timeline      []Day          `json:"timeline"`            // seed 3.1
	Checklists    []Area         `json:"checklists"`          // seed 3.2
	GoNoGo        GoNoGo         `json:"go_no_go"`            // seed 4.1
	Sequence      Sequence       `json:"sequence"`            // seed 4.2
	Communication Communication  `json:"communication"`       // seed 4.3
	Monitors      []Monitor      `json:"monitors"`            // seed 5
	Logs          *LogWatch      `json:"logs,omitempty"`      // seed 5.1, application logs
	Triggers      []Trigger      `json:"triggers"`            // seed 6.1
	Rollback      Rollback       `json:"rollback"`            // seed 6.1 to 6.3
	Success       []Criteria     `json:"success"`             // seed 7.1
	Closure       Closure        `json:"closure"`             // seed 7.2
	Defects       Defects        `json:"defects"`             // named by the seed's contents, supplied here
	Guidance      Guidance       `json:"guidance"`            // seed 8
}

// Change is one line of the change log.
type Change struct {
	Version string `json:"version"`
	Date    string `json:"date"`
	Summary string `json:"summary"`
}

// ContactGroup is one line of escalation: whom to call first, then, and last.
type ContactGroup struct {
	ID         string  `json:"id"` // technical, business, coordination
	Title      string  `json:"title"`
	Primary    Contact `json:"primary"`
	Backup     Contact `json:"backup"`
	Escalation Contact `json:"escalation"`
}

// Contact names a place in the escalation path; a launch file binds it to a person.
type Contact struct {
	Title  string `json:"title"`          // "Engineering Lead"
	Role   string `json:"role,omitempty"` // role id where the title is one
	Handle string `json:"handle,omitempty"`
	Reach  string `json:"reach,omitempty"` // phone placeholder or system, e.g. "PagerDuty"
}

// Resource is a link that a launch file fills in.
type Resource struct {
	ID    string `json:"id"`
	Group string `json:"group"` // "Communication Channels"
	Title string `json:"title"`
	Value string `json:"value"` // the seed's placeholder, shown until bound
}

// Role is somebody's part in a launch. Short is what narrow columns show ("EL").
type Role struct {
	ID               string           `json:"id"`
	Title            string           `json:"title"`
	Short            string           `json:"short"`
	Core             bool             `json:"core,omitempty"` // one of the four of seed 2.1
	Responsibilities []Responsibility `json:"responsibilities,omitempty"`
	Tools            []string         `json:"tools,omitempty"`
	Access           []string         `json:"access,omitempty"`
	KPIs             []string         `json:"kpis,omitempty"`
}

// Responsibility is a titled group of a role's duties.
type Responsibility struct {
	Title string   `json:"title"`
	Lines []string `json:"lines"`
}

// Activity is one row of the RACI matrix. Cells maps role id to "R", "A", "R/A", "C" or "I".
type Activity struct {
	ID    string            `json:"id"`
	Group string            `json:"group"` // "Launch Execution"
	Title string            `json:"title"`
	Cells map[string]string `json:"cells"`
}

// Day is one day of the pre-launch timeline, e.g. L-14d.
type Day struct {
	At    Mark      `json:"at"`
	Title string    `json:"title"`
	Roles []DayRole `json:"roles"`
}

// DayRole is what one role does on a Day.
type DayRole struct {
	Role         string        `json:"role"`
	Tasks        []Task        `json:"tasks"`
	Frequency    Frequency     `json:"frequency"`
	Deliverables []Deliverable `json:"deliverables,omitempty"`
}

// Task is one dated piece of work. Its id is unique in the runbook.
type Task struct {
	ID   string `json:"id"` // l-14d/program-manager/initialize-launch-document
	Text string `json:"text"`
}

// Deliverable is something a role hands in on a Day.
type Deliverable struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Frequency is how often a role reports: the seed's phrase and, where it has one, the interval.
type Frequency struct {
	Text  string   `json:"text"`            // "Twice weekly review"
	Every Duration `json:"every,omitempty"` // 0: continuous or real-time
}

// Area is one readiness checklist: Technical, Business or Operational Readiness.
type Area struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Sections []Section `json:"sections"`
}

// Section is a group of items with one owner whose sign-off says that it is ready.
type Section struct {
	ID           string `json:"id"` // "infrastructure"
	Title        string `json:"title"`
	Owner        string `json:"owner"`    // role id
	SignOff      bool   `json:"sign_off"` // required before GO
	Verification string `json:"verification"`
	Items        []Item `json:"items"`
}

// Item is one checklist line. Its id is SECTION/SLUG.
type Item struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// GoNoGo is the protocol of the meeting and the poll.
type GoNoGo struct {
	At        Mark          `json:"at"`       // T-1h
	Duration  Duration      `json:"duration"` // 30m
	Format    string        `json:"format"`
	Recording bool          `json:"recording"` // required
	Attendees []Attendee    `json:"attendees"`
	Agenda    []AgendaPoint `json:"agenda"`
	Approvals []string      `json:"approvals"` // role ids whose GO is required
}

// Attendee is a role whose presence the meeting requires.
type Attendee struct {
	Role        string `json:"role"`
	Facilitator bool   `json:"facilitator,omitempty"`
}

// AgendaPoint is one timed part of the meeting.
type AgendaPoint struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Minutes   int      `json:"minutes"`
	Presenter string   `json:"presenter,omitempty"` // role id; empty: all teams or the facilitator
	Intro     string   `json:"intro,omitempty"`     // "Engineering Lead presents"
	Lines     []string `json:"lines"`
}
