package screen

import (
	"fmt"
	"slices"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
)

// What a mark of the countdown is.
const (
	MarkDay     = "day"     // of the timeline
	MarkMeeting = "meeting" // the go/no-go
	MarkRunbook = "mark"    // of the sequence
	MarkOwn     = "own"     // the people's own
	MarkStart   = "start"   // T-0
	MarkEnd     = "end"     // of the watch
)

// meetingMark and startMark are the ids of the two marks that the runbook gives none.
const (
	meetingMark = "go-no-go"
	startMark   = "t-0"
)

// CountMark is a mark of the countdown, past or to come.
type CountMark struct {
	ID      string        `json:"id"`
	Kind    string        `json:"kind"`
	At      time.Time     `json:"at"`
	Label   string        `json:"label"` // T-10m
	Title   string        `json:"title"`
	Owner   string        `json:"owner"` // role title
	Short   string        `json:"short"`
	Person  string        `json:"person,omitempty"`
	Target  string        `json:"target,omitempty"` // what it leads to: a step, a day
	Actions []CountAction `json:"actions,omitempty"`
	Checks  []Check       `json:"checks,omitempty"` // of the mark itself
	Hold    string        `json:"hold,omitempty"`   // why the clock may stand here; empty: it runs over it
	Held    bool          `json:"held,omitempty"`   // it stands here now
	Added   *By           `json:"added,omitempty"`  // own
	Done    *By           `json:"done,omitempty"`   // own
}

// CountAction is an action of a mark, with what the cockpit sees of it by itself.
type CountAction struct {
	Action
	Check *Check `json:"check,omitempty"`
}

// countdown lists every mark in the order of time.
func (p *presenter) countdown() {
	t0 := p.s.Clock.T0
	add := func(m CountMark, at runbook.Mark, role string) {
		m.At, m.Label, m.Owner, m.Short, m.Person = at.Time(t0), at.String(), p.rb.RoleTitle(role), p.rb.RoleShort(role), p.holder(role)
		p.out.AllMarks = append(p.out.AllMarks, m)
	}
	for _, d := range p.rb.Timeline {
		add(CountMark{ID: d.At.String(), Kind: MarkDay, Title: d.Title, Target: d.At.String()}, d.At, runbook.AllTeams)
	}
	if g := p.rb.GoNoGo; g.At < 0 {
		m := CountMark{ID: meetingMark, Kind: MarkMeeting, Title: "Go/no-go meeting, " + g.Duration.String(), Checks: p.out.Meeting.Checks}
		m.Checks = append(slices.Clip(m.Checks), p.checkAttendees())
		add(m, g.At, p.facilitator())
	}
	last := p.lastMark()
	for i := range p.rb.Sequence.Marks {
		add(p.runbookMark(i, last), p.rb.Sequence.Marks[i].At, p.rb.Sequence.Marks[i].Owner)
	}
	for _, m := range p.s.Marks {
		if m.Removed == nil {
			add(p.ownMark(m), m.At, m.Owner)
		}
	}
	if steps := p.rb.Sequence.Steps; len(steps) > 0 {
		add(CountMark{ID: startMark, Kind: MarkStart, Title: "Launch start: " + steps[0].Title, Target: steps[0].ID, Checks: []Check{p.checkGo(), p.checkMonitoring()}}, 0, steps[0].Owner)
	}
	if end := p.watchEnds(); !end.IsZero() {
		add(CountMark{ID: "watch-end", Kind: MarkEnd, Title: "End of the watch"}, runbook.Mark(end.Sub(t0).Truncate(time.Minute)), p.watcher())
	}
	slices.SortStableFunc(p.out.AllMarks, func(a, b CountMark) int { return a.At.Compare(b.At) })
}

func (p *presenter) lastMark() runbook.Mark {
	last := runbook.Mark(0)
	for _, m := range p.rb.Sequence.Marks {
		if m.At < 0 && (last == 0 || m.At > last) {
			last = m.At
		}
	}
	return last
}

func (p *presenter) runbookMark(i int, last runbook.Mark) CountMark {
	m, told := &p.rb.Sequence.Marks[i], &p.out.Marks[i]
	out := CountMark{ID: m.ID, Kind: MarkRunbook, Target: m.ID}
	if len(m.Actions) > 0 {
		out.Title = m.Actions[0].Text
	}
	for _, a := range told.Actions {
		out.Actions = append(out.Actions, CountAction{Action: a, Check: p.checkOf(a.ID+" "+a.Text, told.At)})
	}
	if m.At == last && last != 0 {
		out.Hold = "without a GO the clock holds itself here"
		out.Checks = []Check{p.checkGo()}
	}
	h := p.s.Clock.Hold
	out.Held = m.At == last && p.out.Clock.HeldAt != nil && p.out.Clock.HoldAuto && (h == nil || h.Point == "")
	return out
}

func (p *presenter) ownMark(m *launch.OwnMark) CountMark {
	out := CountMark{ID: m.ID, Kind: MarkOwn, Title: m.Title, Added: by(m.Added), Done: byOf(m.Done)}
	if m.Hold {
		out.Hold = "the clock holds itself here until it is done"
	}
	out.Held = p.s.Clock.Hold != nil && p.s.Clock.Hold.Point == m.ID
	return out
}

// Open is how many of a mark's actions are not confirmed.
func (m *CountMark) Open() int {
	n := 0
	for i := range m.Actions {
		if m.Actions[i].Done == nil {
			n++
		}
	}
	if m.Kind == MarkOwn && m.Done == nil {
		n++
	}
	return n
}

// How long before the meeting its reminder comes, and how long a mark that has come is announced.
const (
	remindBefore = 10 * time.Minute
	announceMark = 2 * time.Minute
)

// markAlarms announces the meeting, with a reminder before, and every mark as it comes. A mark that the clock was never
// running over, since it was last started, is not announced: a resume does not ring again for what passed before it.
func (p *presenter) markAlarms() []Alarm {
	c := p.s.Clock
	if c.Late || p.out.Clock.HeldAt != nil || p.out.Clock.Scrubbed || p.out.Phase == launch.Closed {
		return nil
	}
	alarms := p.meetingAlarm()
	add := func(id, title, action, owner string, at time.Time) {
		if at.Before(c.Since) || p.now.Before(at) || p.now.Sub(at) >= announceMark {
			return
		}
		alarms = append(alarms, Alarm{Key: fmt.Sprintf("mark/%s@%d", id, at.Unix()), Title: title, Action: action, Owner: owner, Since: at, Mark: id})
	}
	for i := range p.out.Marks {
		m := &p.out.Marks[i]
		for _, a := range m.Actions {
			if a.Done == nil {
				add(m.ID, m.Label, a.Text, m.Short, m.At)
				break
			}
		}
	}
	for _, m := range p.s.Marks {
		if m.Removed == nil && m.Done == nil {
			add(m.ID, m.At.String(), m.Title, p.rb.RoleShort(m.Owner), m.At.Time(c.T0))
		}
	}
	if p.out.Poll.State == PollGo && len(p.out.Steps) > 0 && p.out.Steps[0].State == launch.StepWaiting {
		first := &p.out.Steps[0]
		add(startMark, "T-0", "start step 1, "+first.Title, first.Short, c.T0)
	}
	slices.SortStableFunc(alarms, func(a, b Alarm) int { return b.Since.Compare(a.Since) })
	return alarms
}

// meetingAlarm announces the meeting until it has begun or its poll has.
func (p *presenter) meetingAlarm() []Alarm {
	m := &p.out.Meeting
	if p.rb.GoNoGo.At >= 0 || m.Begun != nil || p.out.Poll.State != PollNotOpen || p.out.Phase != launch.Planning && p.out.Phase != launch.GoNoGo {
		return nil
	}
	where := m.Format
	if m.Link != "" {
		where = m.Link
	}
	a := Alarm{Owner: p.rb.RoleShort(p.facilitator()), Mark: meetingMark}
	switch before := m.At.Sub(p.now); {
	case before > remindBefore:
		return nil
	case before > 0:
		a.Title, a.Action, a.Since = "Go/no-go meeting at "+m.At.UTC().Format("15:04 UTC"), where, m.At.Add(-remindBefore)
	default:
		a.Title, a.Action, a.Since = "Go/no-go meeting now", where, m.At
	}
	a.Key = fmt.Sprintf("meeting/%s@%d", a.Title, m.At.Unix())
	return []Alarm{a}
}
