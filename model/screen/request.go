package screen

import (
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
)

// The states of a Request, as launch.Rollback.State says them.
const (
	RequestOpen       = "open"
	RequestAuthorized = "authorized"
	RequestExecuting  = "executing"
	RequestDone       = "done"
	RequestFailed     = "failed"
	RequestVetoed     = "vetoed"
	RequestWithdrawn  = "withdrawn"
	RequestLapsed     = "lapsed"
)

// Request is a rollback request and what became of it.
type Request struct {
	ID          string          `json:"id"` // R<n>-<8 hex of the plan's hash>
	Priority    string          `json:"priority"`
	Reason      string          `json:"reason"`
	Trigger     string          `json:"trigger,omitempty"` // id; empty: a person asks by themselves
	Points      []monitor.Point `json:"points,omitempty"`  // the trigger's evidence when it was made
	Also        []string        `json:"also,omitempty"`    // triggers that fired, or were declared, while it was open: more evidence
	Trouble     []string        `json:"trouble,omitempty"` // what could not be asked of the outside for its plan
	State       string          `json:"state"`             // one of the words above
	Current     bool            `json:"current,omitempty"` // of this countdown: nothing was recycled since
	Steps       []Step          `json:"steps"`             // of its plan; their states are told of the current request only
	Needs       int             `json:"needs"`             // how many people have to approve
	Missing     int             `json:"missing"`           // how many more; 0 once it is authorized
	Approvals   []Approval      `json:"approvals,omitempty"`
	Eligible    []string        `json:"eligible,omitempty"` // who may approve and has not: "EM bob"
	Requested   *By             `json:"requested"`
	Ended       *By             `json:"ended,omitempty"` // vetoed, withdrawn, lapsed, done or failed; Text says why
	Expires     time.Time       `json:"expires"`
	Fires       bool            `json:"fires,omitempty"` // its trigger is in force, so that it does not lapse
	PlanHash    string          `json:"plan_hash"`
	Identity    launch.Identity `json:"identity"`
	Verdict     string          `json:"verdict,omitempty"` // recovered, not recovered, cannot verify; empty: not judged yet
	Recovered   *By             `json:"recovered,omitempty"`
	Said        bool            `json:"said,omitempty"`     // the verdict is a person's word
	KnownBy     *time.Time      `json:"known_by,omitempty"` // done and not judged yet: until when it is watched whether it has helped
	ApproveLine string          `json:"approve_line"`       // the whole command that approves it
	Times       Times           `json:"times"`
	Yours       bool            `json:"yours,omitempty"` // you may approve it, and have not

	roles []string // who may approve
	given []string // who has, of those that count
}

// Open reports whether the request waits for approvals.
func (r *Request) Open() bool { return r != nil && r.State == RequestOpen }

// Running reports whether it is authorized and not over.
func (r *Request) Running() bool {
	return r != nil && (r.State == RequestAuthorized || r.State == RequestExecuting)
}

// Approval is one person's approval of a request.
type Approval struct {
	User   string    `json:"user"`
	Short  string    `json:"short"` // the roles that it was given in: "EL/EM"
	At     time.Time `json:"at"`
	Counts bool      `json:"counts,omitempty"` // it is recent enough, and its giver is eligible still
}

// Times is the clock of an incident. What has not come yet is nil.
type Times struct {
	Detected  *time.Time `json:"detected,omitempty"`
	Decided   *time.Time `json:"decided,omitempty"`
	Executed  *time.Time `json:"executed,omitempty"`
	Recovered *time.Time `json:"recovered,omitempty"`
}

// Procedure is what a rollback would do if it were requested now, and who may authorise it.
type Procedure struct {
	Steps    []Step            `json:"steps,omitempty"`
	Default  []string          `json:"default,omitempty"` // ids of the steps that a request names by itself
	Flag     string            `json:"flag,omitempty"`    // id of the step that turns the flag off; empty: there is none
	Trigger  string            `json:"trigger,omitempty"` // in force: its evidence and priority are the request's
	Priority string            `json:"priority"`          // that a request has by itself
	Policies map[string]Policy `json:"policies,omitempty"`
}

// Policy is who may authorise a rollback of a priority.
type Policy struct {
	Approvals int           `json:"approvals"`
	Within    time.Duration `json:"within"`             // 0: at once
	Eligible  []string      `json:"eligible,omitempty"` // "EL ann"; a role that nobody holds: "EM nobody"
}

// FlagReading is a flag as it was read last. At is zero where it never was.
type FlagReading struct {
	launch.FlagValue
	At    time.Time
	Error string // of the newest attempt; empty: it answered
}

// The words of a Flag.
const (
	FlagOn      = "ON"
	FlagOff     = "OFF"
	FlagNeither = "NEITHER" // it holds some other value
	FlagUnknown = "UNKNOWN" // it was never read, or cannot be
)

// Flag is a feature flag that the launch file binds.
type Flag struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`      // of the parameter
	On        string     `json:"on"`        // the value that is on
	Off       string     `json:"off"`       //
	Main      bool       `json:"main"`      // the sequence and a rollback switch it
	Word      string     `json:"word"`      // one of the words above
	Value     string     `json:"value"`     // as it was read, raw
	Version   int64      `json:"version"`   //
	Type      string     `json:"type"`      // String, SecureString
	Modified  string     `json:"modified"`  // RFC 3339
	By        string     `json:"by"`        // ARN of who wrote it last
	At        time.Time  `json:"at"`        // when it was read
	Error     string     `json:"error"`     // why it could not be read
	OnLine    string     `json:"on_line"`   // the aws lines that switch it
	OffLine   string     `json:"off_line"`  //
	Effect    string     `json:"effect"`    // "Traffic falls": what its write should do to a monitor
	Switching *Switching `json:"switching"` // the newest order to switch it by itself; nil: none
}

// Switching is an order to switch a flag by itself, and what became of it. State is a part's word.
type Switching struct {
	On       bool   `json:"on"`
	Ordered  *By    `json:"ordered"`
	Attempt  int    `json:"attempt"`
	State    string `json:"state"`
	Evidence string `json:"evidence"`
	CallID   string `json:"call,omitempty"`
	AWSLine  string `json:"line,omitempty"`
	Checks   []Part `json:"checks,omitempty"` // parameter, effect
}

// Outstanding is an action whose effect stands and has to be taken back.
type Outstanding struct {
	ID      string `json:"id"`
	Step    string `json:"step"`
	Text    string `json:"text"`  // "Halt incoming transactions"
	Words   string `json:"words"` // "TRANSACTIONS HALTED", or "OUTSTANDING: Freeze the catalogue" where the runbook has no words for it
	Since   *By    `json:"since"`
	Undoing bool   `json:"undoing,omitempty"`
	Owner   string `json:"owner"`          // short role
	AWSLine string `json:"line,omitempty"` // the program that takes it back
}

// Afterward is what one role does after a rollback.
type Afterward struct {
	Role    string   `json:"role"` // title
	Short   string   `json:"short"`
	Person  string   `json:"person,omitempty"`
	Actions []Action `json:"actions"`
}

// Armed is an automatic flag-off that an authority has allowed for.
type Armed struct {
	By        *By        `json:"by"`                    // who armed the first of them
	Triggers  []string   `json:"triggers"`              //
	AutoOffAt *time.Time `json:"auto_off_at,omitempty"` // counting down: the flag goes off then
	Trigger   string     `json:"trigger,omitempty"`     // that it counts down for
}

// armed tells what may turn the flag off by itself, and when it does.
func (p *presenter) armed() {
	for _, t := range p.rb.Triggers {
		m, is := p.s.Armed[t.ID]
		if !is {
			continue
		}
		if p.out.Armed == nil {
			p.out.Armed = &Armed{By: by(m)}
		}
		p.out.Armed.Triggers = append(p.out.Armed.Triggers, t.ID)
	}
	if at, id := p.s.AutoOff(); id != "" && p.out.Armed != nil {
		p.out.Armed.AutoOffAt, p.out.Armed.Trigger = &at, id
	}
}

// CurrentRequest is the newest request of this countdown; nil: there is none.
func (s *Screen) CurrentRequest() *Request {
	if s == nil || len(s.Requests) == 0 {
		return nil
	}
	if r := &s.Requests[len(s.Requests)-1]; r.Current {
		return r
	}
	return nil
}

// Flag returns a flag by its id, the main one for ""; nil: none such is bound.
func (s *Screen) Flag(id string) *Flag {
	for i := range s.Flags {
		if f := &s.Flags[i]; f.ID == id || id == "" && f.Main {
			return f
		}
	}
	if id == "" && len(s.Flags) > 0 {
		return &s.Flags[0]
	}
	return nil
}
