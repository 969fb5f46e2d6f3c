package screen

import (
	"time"

	"tminus/model/launch"
)

// Success is the success criteria over the watch, by team.
type Success struct {
	From   time.Time      `json:"from,omitzero"` // of the watch; zero: it has not begun
	To     time.Time      `json:"to,omitzero"`
	Met    int            `json:"met"`
	Of     int            `json:"of"`
	Groups []SuccessGroup `json:"groups,omitempty"`
}

// SuccessGroup is one team's criteria, with the time over which they have to hold.
type SuccessGroup struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	Owner    string      `json:"owner"` // role title
	Short    string      `json:"short"`
	Person   string      `json:"person,omitempty"`
	From     time.Time   `json:"from,omitzero"`
	To       time.Time   `json:"to,omitzero"`
	Criteria []Criterion `json:"criteria"`
}

// Criterion is a success criterion. Scores are what its window came to, or while it runs what it says so far.
type Criterion struct {
	ID      string                 `json:"id"`
	Text    string                 `json:"text"`
	Rule    string                 `json:"rule,omitempty"`
	Auto    bool                   `json:"auto,omitempty"` // answered from samples; else its owner is asked
	State   launch.CriterionState  `json:"state"`
	Against string                 `json:"against,omitempty"` // what stands against it whatever its owner says
	SoFar   bool                   `json:"so_far,omitempty"`  // Scores are no verdict yet
	Scores  []launch.MonitorScored `json:"scores,omitempty"`
	Said    *By                    `json:"said,omitempty"` // its owner's word, or when it was measured
}

// Coverage is the least share of the points that is known of a criterion's monitors, in percent; nil: none is counted.
func (c *Criterion) Coverage() *float64 {
	var least *float64
	for i := range c.Scores {
		if v := &c.Scores[i].Coverage; least == nil || *v < *least {
			least = v
		}
	}
	return least
}

// Failing is how many points of a criterion's monitors do not hold.
func (c *Criterion) Failing() int {
	n := 0
	for _, s := range c.Scores {
		n += s.Failing
	}
	return n
}

// Closure is what is done before the launch is closed, and what stands against closing it.
type Closure struct {
	Begun      bool          `json:"begun"`             // the launch has come far enough for it
	Blocked    string        `json:"blocked,omitempty"` // why it cannot be closed at all now
	Hint       string        `json:"hint,omitempty"`
	Outcome    string        `json:"outcome"` // what it was closed as, or would be now
	Done       int           `json:"done"`
	Of         int           `json:"of"`
	Teams      []ClosureTeam `json:"teams,omitempty"` // the documentation first
	Templates  []string      `json:"templates,omitempty"`
	Exceptions []string      `json:"exceptions,omitempty"` // in spite of which it would be closed, or was
	Needs      []Agreeing    `json:"needs,omitempty"`      // who has to agree to that, a person each
	Closed     *By           `json:"closed,omitempty"`
	Agreed     []Agreed      `json:"agreed,omitempty"` // once it is closed: whose words it took
}

// Agreeing is a role that has to agree, and whether it has.
type Agreeing struct {
	Role   string `json:"role"` // id
	Title  string `json:"title"`
	Short  string `json:"short"`
	Person string `json:"person,omitempty"`
	Agreed *By    `json:"agreed,omitempty"`
}

// Agreed is somebody's agreement to a closing that took place.
type Agreed struct {
	Role string `json:"role"` // short
	By   By     `json:"by"`
}

// ClosureTeam is a part of the closure's checklist.
type ClosureTeam struct {
	ID     string        `json:"id"`
	Title  string        `json:"title"`
	Owner  string        `json:"owner"`
	Short  string        `json:"short"`
	Person string        `json:"person,omitempty"`
	Items  []ClosureItem `json:"items"`
}

// ClosureItem is a line of it.
type ClosureItem struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	Done   *By    `json:"done,omitempty"`   // ticked
	Filled string `json:"filled,omitempty"` // the evidence by which it has filled itself
	Waits  string `json:"waits,omitempty"`  // why it has not
}

// Open reports whether it is still to be done.
func (i *ClosureItem) Open() bool { return i.Done == nil && i.Filled == "" }

// DocCriterion is a success criterion in `status --json`. Coverage is the least share of the points that is known, in percent;
// null: none is counted.
type DocCriterion struct {
	ID       string                `json:"id"`
	State    launch.CriterionState `json:"state"`
	Coverage *float64              `json:"coverage"`
}

// DocClosure is the closure in `status --json`. Needs are the roles that have to agree and have not.
type DocClosure struct {
	Done       int      `json:"done"`
	Of         int      `json:"of"`
	Outcome    string   `json:"outcome"` // what it was closed as, or would be now
	Exceptions []string `json:"exceptions"`
	Needs      []string `json:"needs"`
}

func (s *Success) doc() []DocCriterion {
	out := []DocCriterion{}
	for i := range s.Groups {
		for j := range s.Groups[i].Criteria {
			c := &s.Groups[i].Criteria[j]
			out = append(out, DocCriterion{ID: c.ID, State: c.State, Coverage: c.Coverage()})
		}
	}
	return out
}

func (c *Closure) doc() DocClosure {
	d := DocClosure{Done: c.Done, Of: c.Of, Outcome: c.Outcome, Exceptions: append([]string{}, c.Exceptions...), Needs: []string{}}
	for _, n := range c.Needs {
		if n.Agreed == nil {
			d.Needs = append(d.Needs, n.Role)
		}
	}
	return d
}
