package screen

import (
	"fmt"
	"slices"
	"time"

	"tminus/model/launch"
)

// Checkin is where a role's check-ins stand before T-0: one line, however many of them were missed.
type Checkin struct {
	Role      string              `json:"role"`  // id
	Title     string              `json:"title"` // the role's
	Short     string              `json:"short"`
	Person    string              `json:"person,omitempty"`
	Day       string              `json:"day"`       // L-14d: the day of the timeline that asks for it
	Frequency string              `json:"frequency"` // in the runbook's words
	State     launch.CheckinState `json:"state"`
	By        time.Time           `json:"by,omitzero"`       // due, overdue: when the present interval ends
	Next      time.Time           `json:"next,omitzero"`     // when the next one opens
	Missed    int                 `json:"missed,omitempty"`  // intervals without one since the last
	Overdue   time.Duration       `json:"overdue,omitempty"` // in whole minutes, so that the picture changes once a minute at most
	Last      *By                 `json:"last,omitempty"`
}

// Open reports whether it is to be made.
func (c *Checkin) Open() bool {
	return c.State == launch.CheckinDue || c.State == launch.CheckinOverdue
}

// checkins tells the check-ins of every role that the timeline asks for any.
func (p *presenter) checkins() {
	stands := p.out.Shown(p.now)
	for _, c := range p.s.CheckinsAt(p.now) {
		v := Checkin{Role: c.Role, Title: p.rb.RoleTitle(c.Role), Short: p.rb.RoleShort(c.Role), Person: p.holder(c.Role),
			Day: c.Day.String(), Frequency: c.Frequency.Text, State: c.State, By: c.By, Next: c.Next, Missed: c.Missed}
		if c.Last != nil {
			v.Last = by(c.Last.Mark)
		}
		if !c.Since.IsZero() {
			v.Overdue = max(stands.Sub(c.Since), 0).Truncate(time.Minute)
		}
		p.out.Checkins = append(p.out.Checkins, v)
	}
}

// checkinTodo is the check-in that has been open the longest. It is the next action only where nothing else is to be done.
func (p *presenter) checkinTodo() bool {
	open := slices.DeleteFunc(slices.Clone(p.out.Checkins), func(c Checkin) bool { return !c.Open() })
	if len(open) == 0 {
		return false
	}
	slices.SortStableFunc(open, func(a, b Checkin) int { return int(b.Overdue/time.Minute) - int(a.Overdue/time.Minute) })
	c := open[0]
	text := "Check in: " + c.Frequency
	if c.State == launch.CheckinOverdue {
		text += " (overdue)"
	}
	p.set(text, "checkin.done", c.Role, c.Role)
	return true
}

// Reminder is one quiet line for who owes a check-in while the launch is prepared and somebody else has the next action;
// empty: nobody is reminded. It is no alarm, and it changes no status.
func (s *Screen) Reminder() string {
	if s.Phase != launch.Planning || s.ReadOnly != "" || !s.You.Listed || s.Todo.Action == "checkin.done" {
		return ""
	}
	late, due := "", ""
	for i := range s.Checkins {
		c := &s.Checkins[i]
		if !slices.Contains(s.You.Roles, c.Role) {
			continue
		}
		switch c.State {
		case launch.CheckinOverdue:
			late = fmt.Sprintf("your check-in as %s is overdue: g t", c.Short)
		case launch.CheckinDue:
			due = fmt.Sprintf("your check-in as %s is due by %s: g t", c.Short, c.By.UTC().Format("2 Jan 15:04"))
		}
	}
	if late != "" {
		return late
	}
	return due
}
