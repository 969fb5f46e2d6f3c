package runbook

// Sequence is the launch window: the marks before T-0 and the steps from T-0.
type Sequence struct {
	Marks []SequenceMark `json:"marks"`
	Steps []Step         `json:"steps"`
}

// SequenceMark is a named instant before T-0 with what is done at it.
type SequenceMark struct {
	ID        string    `json:"id"` // "t-15m"
	At        Mark      `json:"at"`
	Owner     string    `json:"owner"` // role id, or "all"
	Frequency Frequency `json:"frequency"`
	Actions   []Action  `json:"actions"`
}

// Step is one unit of the deployment sequence or of the rollback.
type Step struct {
	ID            string         `json:"id"`
	Title         string         `json:"title"`
	Owner         string         `json:"owner"`             // role id
	Kind          string         `json:"kind,omitempty"`    // what executes it where bound: "flag", "deploy", "actions"; empty: by hand
	Command       string         `json:"command,omitempty"` // the seed's command, for people; never executed
	Actions       []Action       `json:"actions,omitempty"`
	Verifications []Verification `json:"verifications"`
}

// Action is what is done in a step or at a mark; a launch file may bind a program to its id.
type Action struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	Leaves string `json:"leaves,omitempty"` // what stands once it is done and until it is taken back: Transactions halted
}

// Verification is how a step is known to have worked.
type Verification struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Mode string `json:"mode,omitempty"` // "gate" (the next step waits; the default) or "watch" (runs beside)
}

// Communication is the protocol of status updates.
type Communication struct {
	Every      Duration  `json:"every"` // 15m
	Cadence    []Cadence `json:"cadence,omitempty"`
	Channels   []Channel `json:"channels"`
	Template   []string  `json:"template"` // Time, Status, Progress, Metrics, Next Update
	Milestones Milestone `json:"milestones"`
}

// Cadence is how often updates go out between two marks, while the launch is GREEN.
type Cadence struct {
	From  Mark     `json:"from"`
	Until Mark     `json:"until"`
	Every Duration `json:"every"`
}

// Channel is where an update goes and who reads it there.
type Channel struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Audience string `json:"audience"`
}

// Milestone says what calls for an update out of turn, and what it adds.
type Milestone struct {
	Triggers []string `json:"triggers"`
	Fields   []string `json:"fields"`
}

// Monitor is a watched metric. Warning and Critical are rules of model/monitor's grammar, empty where the seed has
// none. Seed keeps the seed's own words where the runbook turned or completed them.
type Monitor struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Unit       string   `json:"unit,omitempty"`
	Group      string   `json:"group"` // system, user-experience, business, support, logs
	Owner      string   `json:"owner"`
	Tool       string   `json:"tool,omitempty"`
	Every      Duration `json:"every"`
	Baseline   string   `json:"baseline,omitempty"` // "Pre-launch average"
	Warning    string   `json:"warning,omitempty"`
	Critical   string   `json:"critical,omitempty"`
	OnWarning  string   `json:"on_warning,omitempty"`
	OnCritical string   `json:"on_critical,omitempty"`
	Seed       string   `json:"seed,omitempty"`
}

// LogWatch is what the seed asks of application logs.
type LogWatch struct {
	Tool      string   `json:"tool"`
	Patterns  []string `json:"patterns"`
	Frequency string   `json:"frequency"`
	Owner     string   `json:"owner"`
}

// Trigger is a rollback rule: over a monitor (When) or declared by a person.
type Trigger struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Group    string `json:"group"`          // technical, business
	When     string `json:"when,omitempty"` // "error-rate > 1% for 5m"
	Declared bool   `json:"declared,omitempty"`
	Priority string `json:"priority"` // high, normal
}

// Rollback is the decision framework, the steps, and what follows.
type Rollback struct {
	Authorization map[string]Authorization `json:"authorization"` // by priority: high, normal
	Steps         []Step                   `json:"steps"`
	Afterwards    []RoleActions            `json:"afterwards"`
}

// Authorization says who may authorise a rollback of one priority, how many of them, and how fast.
type Authorization struct {
	Title     string   `json:"title,omitempty"` // "High Priority (Single Authority)"
	Approvals int      `json:"approvals"`
	Roles     []string `json:"roles"`
	Within    Duration `json:"within"`         // 0s: immediate
	Seed      string   `json:"seed,omitempty"` // the seed's words for Within
}

// RoleActions is a checklist of one role.
type RoleActions struct {
	Role    string   `json:"role"`
	Actions []Action `json:"actions"`
}

// Criteria is one group of success criteria.
type Criteria struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	Owner    string      `json:"owner"`
	Tool     string      `json:"tool,omitempty"`
	Duration Duration    `json:"duration"` // 24h
	Criteria []Criterion `json:"criteria"`
}

// Criterion is one success criterion. Monitors and Rule are set where stored samples can answer it.
type Criterion struct {
	ID       string   `json:"id"`
	Text     string   `json:"text"`
	Monitors []string `json:"monitors,omitempty"`
	Rule     string   `json:"rule,omitempty"`
}

// Closure is what is done before the launch is closed.
type Closure struct {
	Owner        string        `json:"owner"`
	Requirements []Action      `json:"requirements"`
	Templates    []string      `json:"templates"`
	Handoff      []TeamActions `json:"handoff"`
}

// TeamActions is a team's part of the handoff.
type TeamActions struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Owner   string   `json:"owner,omitempty"`
	Actions []Action `json:"actions"`
}

// Defects is how defects found during the launch are graded.
type Defects struct {
	Severities []Severity `json:"severities"`
}

// Severity is one grade of defect.
type Severity struct {
	ID       string   `json:"id"` // sev1
	Title    string   `json:"title"`
	Meaning  string   `json:"meaning"`
	Blocking bool     `json:"blocking,omitempty"`
	Respond  Duration `json:"respond"`
}

// Guidance is the seed's notes: pitfalls by phase, and how updates are written.
type Guidance struct {
	Pitfalls []GuidanceGroup `json:"pitfalls"`
	Updates  []string        `json:"updates"` // what an update should include
	Tone     []string        `json:"tone"`
}

// GuidanceGroup is a titled list of notes with ids, so that live warnings can name one.
type GuidanceGroup struct {
	ID    string   `json:"id"`
	Title string   `json:"title"`
	Notes []Action `json:"notes"`
}
