package screen

import (
	"time"

	"tminus/model/monitor"
)

// Monitor is a monitor with its reading.
type Monitor struct {
	monitor.Reading
	Name       string `json:"name"`
	Group      string `json:"group"`
	Owner      string `json:"owner"` // role title
	Short      string `json:"short"`
	Warning    string `json:"warning,omitempty"`
	Critical   string `json:"critical,omitempty"`
	OnWarning  string `json:"on_warning,omitempty"`
	OnCritical string `json:"on_critical,omitempty"`
	Source     string `json:"source"` // cloudwatch, prometheus, http, manual, logs, rehearsal, "" unbound

	Every      time.Duration `json:"every"`
	Baseline   *float64      `json:"baseline,omitempty"`    // nil: none captured
	BaselineBy *By           `json:"baseline_by,omitempty"` //
	Needs      bool          `json:"needs,omitempty"`       // a rule is relative to the baseline
	Silenced   *By           `json:"silenced,omitempty"`    // in force now
	SilentTill *time.Time    `json:"silenced_till,omitempty"`
}

// Trigger is a rollback trigger as it stands. State is "quiet", "pending", "fired", "acknowledged" or "cleared" (shown for
// ten minutes, then quiet).
type Trigger struct {
	ID           string          `json:"id"`
	Title        string          `json:"title"`
	Group        string          `json:"group"`
	Priority     string          `json:"priority"`
	When         string          `json:"when,omitempty"` // empty: declared by people
	Monitor      string          `json:"monitor,omitempty"`
	State        string          `json:"state"`
	Since        time.Time       `json:"since,omitzero"` // when it came into State
	Pending      int             `json:"pending,omitempty"`
	Of           int             `json:"of,omitempty"`
	NoBaseline   bool            `json:"no_baseline,omitempty"`
	Points       []monitor.Point `json:"points,omitempty"`   // evidence
	Proposes     string          `json:"proposes,omitempty"` // fired: "hold" or "rollback", by what has happened since
	Fired        *By             `json:"fired,omitempty"`    // while in force or cleared; Text is the reason of who declared it
	Acknowledged *By             `json:"acknowledged,omitempty"`
	Cleared      *By             `json:"cleared,omitempty"`
}

// Alarm is something that calls for attention: a fired trigger, which may cover the screen, or a rollback that waits for
// somebody and a confirmed CRIT, which are banners. Its Key is the same for as long as it is the same alarm, and another for the next one of its kind.
type Alarm struct {
	Key      string     `json:"key"`
	Title    string     `json:"title"`              // "Error rate > 1% for 5 minutes"
	Action   string     `json:"action,omitempty"`   // what the runbook asks for: "Page on-call"
	Owner    string     `json:"owner"`              // short role
	Since    time.Time  `json:"since"`              //
	Trigger  string     `json:"trigger,omitempty"`  // id; only these cover the screen
	Monitor  string     `json:"monitor,omitempty"`  // id
	Request  string     `json:"request,omitempty"`  // id of a rollback's request
	Document string     `json:"document,omitempty"` // launch-file, runbook: it was changed
	Mark     string     `json:"mark,omitempty"`     // id of the mark that has come, go-no-go or t-0: a banner and one bell
	Quiet    bool       `json:"quiet,omitempty"`    // acknowledged or silenced: shown, no bell
	Silenced *time.Time `json:"silenced,omitempty"` // until when
}

// SourceHealth is how one lane of reading goes: a source, or one host of it.
type SourceHealth struct {
	Name    string        `json:"name"`              // cloudwatch, logs, prometheus host:9090
	ReadAt  time.Time     `json:"read_at,omitzero"`  // last answer
	Error   string        `json:"error,omitempty"`   // last failure; empty: it answered
	Hint    string        `json:"hint,omitempty"`    //
	NextTry time.Time     `json:"next_try,omitzero"` //
	Pace    int           `json:"pace,omitempty"`    // throttled: asked this many times more seldom
	Took    time.Duration `json:"took,omitempty"`    // the last call, in wall time
	Notice  string        `json:"notice,omitempty"`
}

// Spend is what reading CloudWatch has cost so far.
type Spend struct {
	Metrics int64   `json:"metrics"` // requested
	USD     float64 `json:"usd"`     // at $0.01 per 1,000
}

// LogLine is a line that a log's pattern matched. Text is raw and may be hostile; it is cut at 4 KiB.
type LogLine struct {
	At    time.Time `json:"at"`
	Group string    `json:"group"`
	Level string    `json:"level"` // error, warning, critical
	Text  string    `json:"text"`
	ID    string    `json:"id"` // of the event
}
