package screen

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/text"
)

// StatusDoc is the object of `status --json`. Lists are never null; what is absent is.
type StatusDoc struct {
	V         int            `json:"v"`
	Launch    string         `json:"launch"`
	Mode      launch.Mode    `json:"mode"`
	Phase     launch.Phase   `json:"phase"`
	Held      bool           `json:"held"`
	Status    Status         `json:"status"`
	Reasons   []string       `json:"reasons"`
	Clock     string         `json:"clock"`
	T0        time.Time      `json:"t0"`
	Next      *DocNext       `json:"next"` // null: nothing is to come
	Checklist DocCount       `json:"checklist"`
	Poll      DocPoll        `json:"poll"`
	Monitors  []DocMonitor   `json:"monitors"`
	Triggers  []DocTrigger   `json:"triggers"`
	Requests  []DocRequest   `json:"requests"`
	Steps     []DocStep      `json:"steps"`
	Success   []DocCriterion `json:"success"`
	Closure   DocClosure     `json:"closure"`
	UpdateDue *time.Time     `json:"update_due"`
	Entries   int64          `json:"entries"`
	Head      string         `json:"head"` // SEQ:64 hex
	Room      *RoomInfo      `json:"room"`
	You       You            `json:"you"`
}

// DocNext is the next mark, step or action and the short role that owns it. At is null where only an action is to come.
type DocNext struct {
	At    *time.Time `json:"at"`
	Title string     `json:"title"`
	Owner string     `json:"owner"`
}

// DocCount is the checklist's count.
type DocCount struct {
	Done int `json:"done"`
	Of   int `json:"of"`
}

// DocPoll is the go/no-go.
type DocPoll struct {
	State string            `json:"state"`
	Go    int               `json:"go"`
	Of    int               `json:"of"`
	Votes map[string]string `json:"votes"` // role id -> GO or NO-GO; a role that has not voted is absent
}

// DocMonitor is a monitor's reading. AgeS is null where there is no point.
type DocMonitor struct {
	ID      string        `json:"id"`
	State   monitor.State `json:"state"`
	Value   *float64      `json:"value"`
	Unit    string        `json:"unit"`
	At      *time.Time    `json:"at"`
	AgeS    *int64        `json:"age_s"`
	Pending *string       `json:"pending"` // "3/5" bad points; null: none
	Error   *string       `json:"error"`   // null: the source answered
}

// DocTrigger is a rollback trigger. Since is null where it has always been quiet.
type DocTrigger struct {
	ID    string     `json:"id"`
	State string     `json:"state"`
	Since *time.Time `json:"since"`
}

// DocRequest is a rollback request.
type DocRequest struct {
	ID        string     `json:"id"`
	Priority  string     `json:"priority"`
	State     string     `json:"state"`
	Steps     []string   `json:"steps"`
	Needs     int        `json:"needs"`
	Approvals []string   `json:"approvals"`
	Expires   *time.Time `json:"expires"`
	Verdict   string     `json:"verdict,omitempty"`    // recovered, not recovered, cannot verify
	VerdictBy string     `json:"verdict_by,omitempty"` // who said it; absent: the room has seen it
}

// DocStep is a step of the deployment sequence, or of the rollback of this countdown.
type DocStep struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Attempt int    `json:"attempt"`
}

// StatusDoc is the screen as `status --json` tells it at an instant of launch time.
func (s *Screen) StatusDoc(now time.Time) StatusDoc {
	d := StatusDoc{
		V: 1, Launch: s.Launch, Mode: s.Mode, Phase: s.Phase, Held: s.Clock.HeldAt != nil && !s.Clock.Scrubbed, Status: s.Status,
		Reasons: append([]string{}, s.Reasons...), Clock: s.ClockText(now), T0: s.Clock.T0.UTC(), Next: s.docNext(),
		Checklist: DocCount{s.Checklist.Done, s.Checklist.Of},
		Poll:      DocPoll{State: s.Poll.State, Go: s.Poll.Go, Of: s.Poll.Of, Votes: map[string]string{}},
		Monitors:  []DocMonitor{}, Triggers: []DocTrigger{}, Requests: []DocRequest{}, Steps: []DocStep{},
		Success: s.Success.doc(), Closure: s.Closure.doc(), UpdateDue: s.Updates.Due, Entries: s.Entries, Head: s.HeadFull, Room: s.Room, You: s.You,
	}
	if d.You.Roles == nil {
		d.You.Roles = []string{}
	}
	for _, v := range s.Poll.Votes {
		if v.Vote != "" {
			d.Poll.Votes[v.Role] = string(v.Vote)
		}
	}
	for i := range s.Monitors {
		d.Monitors = append(d.Monitors, s.Monitors[i].doc(now))
	}
	for i := range s.Triggers {
		d.Triggers = append(d.Triggers, s.Triggers[i].doc())
	}
	for i := range s.Requests {
		d.Requests = append(d.Requests, s.Requests[i].doc())
	}
	for _, st := range s.Steps {
		d.Steps = append(d.Steps, st.doc())
	}
	if r := s.CurrentRequest(); r != nil {
		for _, st := range r.Steps {
			d.Steps = append(d.Steps, st.doc())
		}
	}
	return d
}

// docNext is the next instant, or where none is to come the next action.
func (s *Screen) docNext() *DocNext {
	if len(s.Next) > 0 {
		n := s.Next[0]
		at := n.At.UTC()
		return &DocNext{At: &at, Title: strings.TrimSpace(n.Label + " " + n.Title), Owner: n.Owner}
	}
	if s.Todo.Text == "" {
		return nil
	}
	return &DocNext{Title: s.Todo.Text, Owner: s.Todo.Short}
}

func (m *Monitor) doc(now time.Time) DocMonitor {
	d := DocMonitor{ID: m.ID, State: m.State, Value: m.Value, Unit: m.Unit}
	if !m.At.IsZero() {
		at, age := m.At.UTC(), int64(math.Floor(now.Sub(m.At).Seconds()))
		d.At, d.AgeS = &at, &age
	}
	if m.Pending > 0 {
		pending := fmt.Sprintf("%d/%d", m.Pending, m.Of)
		d.Pending = &pending
	}
	if m.Error != "" {
		d.Error = &m.Error
	}
	return d
}

func (s *Step) doc() DocStep {
	state := string(s.State)
	if state == "" {
		state = "waiting"
	}
	return DocStep{s.ID, state, s.Attempt}
}

// doc tells a request. Approvals are the users whose approval counts; it expires only while it is open.
func (r *Request) doc() DocRequest {
	d := DocRequest{ID: r.ID, Priority: r.Priority, State: r.State, Steps: []string{}, Needs: r.Needs, Approvals: []string{}, Verdict: r.Verdict}
	if r.Said {
		d.VerdictBy = r.Recovered.User
	}
	for _, st := range r.Steps {
		d.Steps = append(d.Steps, st.ID)
	}
	for _, a := range r.Approvals {
		if (a.Counts || !r.Open()) && !slices.Contains(d.Approvals, a.User) {
			d.Approvals = append(d.Approvals, a.User)
		}
	}
	if r.Open() {
		expires := r.Expires.UTC()
		d.Expires = &expires
	}
	return d
}

func (t *Trigger) doc() DocTrigger {
	d := DocTrigger{ID: t.ID, State: t.State}
	if !t.Since.IsZero() {
		since := t.Since.UTC()
		d.Since = &since
	}
	return d
}

// StatusLine is the status in one line for tmux's status bar, with the triggers that are in force and the
// rollback that is open or under way.
func StatusLine(d StatusDoc) string {
	parts := []string{d.Clock, d.Launch}
	if d.Mode != launch.Live {
		parts = append(parts, string(d.Mode))
	}
	parts = append(parts, strings.ToUpper(string(d.Phase)))
	if d.Held {
		parts = append(parts, "HOLD")
	}
	parts = append(parts, string(d.Status))
	for _, t := range d.Triggers {
		if t.State == TriggerFired || t.State == TriggerAcknowledged {
			parts = append(parts, t.ID)
		}
	}
	for _, r := range d.Requests {
		switch r.State {
		case RequestOpen, RequestAuthorized, RequestExecuting:
			parts = append(parts, "ROLLBACK", r.ID, r.State)
		}
	}
	parts = append(parts, fmt.Sprintf("%d/%d", d.Checklist.Done, d.Checklist.Of))
	if d.Next != nil {
		parts = append(parts, "next "+d.Next.Title)
		if d.Next.Owner != "" {
			parts = append(parts, d.Next.Owner)
		}
	}
	return text.Tmux(strings.Join(parts, " "))
}
