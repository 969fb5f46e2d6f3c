package screen

import (
	"fmt"
	"slices"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
)

// StageState is where a stage of the launch day stands.
type StageState string

// The states of stages.
const (
	StageAhead   StageState = "ahead"
	StageNow     StageState = "now"
	StageDone    StageState = "done"
	StageOverdue StageState = "overdue"   // its time has passed and something of it is open
	StageLeft    StageState = "left open" // likewise, and the launch has gone past it
)

// Stage is one line of the timeline from the go/no-go meeting on: an instant, or a stretch of time with its cadence.
type Stage struct {
	ID      string        `json:"id"`
	Target  string        `json:"target,omitempty"` // view that works it
	At      time.Time     `json:"at,omitzero"`      // zero: when what is before it is done
	Until   time.Time     `json:"until,omitzero"`
	Label   string        `json:"label"` // T-15m, Step 1
	Title   string        `json:"title"`
	Owner   string        `json:"owner,omitempty"` // role title
	Person  string        `json:"person,omitempty"`
	How     string        `json:"how,omitempty"` // frequency, in words
	State   StageState    `json:"state"`
	Told    string        `json:"told,omitempty"` // how far it is, in words
	Overdue time.Duration `json:"overdue,omitempty"`
}

// stages tells the launch day and what follows, in the order of time.
func (p *presenter) stages() {
	p.meetingStage()
	p.markStages()
	p.stepStages()
	p.updateStages()
	p.endStages()
}

// stage adds a line. What is overdue is so by the clock that is shown: one that stands makes nothing later.
func (p *presenter) stage(s Stage, role string) {
	if role != "" {
		s.Owner, s.Person = p.rb.RoleTitle(role), p.holder(role)
	}
	if s.State == StageOverdue {
		s.Overdue = max(p.out.Shown(p.now).Sub(s.At), 0).Truncate(time.Minute)
		if s.Overdue == 0 { // it has just come, or the clock stands at it
			s.State = StageNow
		}
	}
	p.out.Stages = append(p.out.Stages, s)
}

// past reports whether the deployment sequence, or the whole launch, has gone past what is before T-0.
func (p *presenter) past() bool {
	switch p.out.Phase {
	case launch.Watching, launch.Closing, launch.Closed, launch.Scrubbed, launch.RollingBack, launch.RolledBack:
		return true
	}
	return false
}

// open is the state of something at an instant that is not done.
func (p *presenter) open(at time.Time) StageState {
	switch {
	case at.After(p.out.Shown(p.now)):
		return StageAhead
	case p.past():
		return StageLeft
	}
	return StageOverdue
}

func (p *presenter) meetingStage() {
	g := p.rb.GoNoGo
	s := Stage{ID: "stage/go-no-go", Target: "poll", At: g.At.Time(p.s.Clock.T0), Label: g.At.String(), Title: "Go/no-go meeting", Told: p.out.Poll.State}
	if g.Duration > 0 {
		s.How = g.Duration.String()
	}
	if g.Format != "" {
		s.How += ", " + g.Format
	}
	switch {
	case p.out.Poll.Decided != nil && p.out.Poll.Lapsed == "":
		s.State = StageDone
	case p.out.Poll.State == PollOpen:
		s.State = StageNow
	default:
		s.State = p.open(s.At)
	}
	p.stage(s, p.facilitator())
}

func (p *presenter) markStages() {
	for i := range p.out.Marks {
		m, of := &p.out.Marks[i], &p.rb.Sequence.Marks[i]
		done := 0
		title := ""
		for _, a := range m.Actions {
			if a.Done != nil {
				done++
			} else if title == "" {
				title = a.Text
			}
		}
		if title == "" && len(m.Actions) > 0 {
			title = m.Actions[0].Text
		}
		s := Stage{ID: "stage/" + m.ID, Target: "countdown", At: m.At, Label: m.Label, Title: title, How: of.Frequency.Text, State: StageDone,
			Told: fmt.Sprintf("%d of %d done", done, len(m.Actions))}
		if done < len(m.Actions) {
			s.State = p.open(m.At)
		}
		p.stage(s, of.Owner)
	}
}

// stepStages are T-0 and the steps from it on.
func (p *presenter) stepStages() {
	t0 := Stage{ID: "stage/t-0", Target: "sequence", At: p.s.Clock.T0, Label: "T-0", Title: "Launch start", State: StageAhead}
	if !t0.At.After(p.out.Shown(p.now)) {
		t0.State = StageDone
	}
	p.stage(t0, "")
	for i := range p.out.Steps {
		st := &p.out.Steps[i]
		s := Stage{ID: "stage/" + st.ID, Target: "sequence", Label: fmt.Sprintf("Step %d", st.Number), Title: st.Title, State: StageNow, Told: string(st.State)}
		switch st.State {
		case launch.StepWaiting:
			s.State, s.Told = StageAhead, "waiting"
			if p.past() {
				s.State = StageLeft
			}
		case launch.StepDone, launch.StepSkipped:
			s.State = StageDone
		}
		switch {
		case st.Ended != nil:
			s.At = st.Ended.At
		case st.Started != nil:
			s.At = st.Started.At
		}
		p.stage(s, p.rb.Sequence.Steps[i].Owner)
	}
}

// updateStages are the windows of the updates' cadence.
func (p *presenter) updateStages() {
	c, u := p.rb.Communication, &p.out.Updates
	owner := ""
	if roles := p.s.Communicators(); len(roles) > 0 {
		owner = roles[0]
	}
	windows := c.Cadence
	if len(windows) == 0 && u.Every > 0 {
		windows = []runbook.Cadence{{From: runbook.Mark(p.s.Countdown(p.now)), Every: runbook.Duration(u.Every)}}
	}
	at := p.s.Countdown(p.now)
	for _, w := range windows {
		s := Stage{ID: "stage/updates/" + w.From.String(), Target: "updates", At: w.From.Time(p.s.Clock.T0), Until: w.Until.Time(p.s.Clock.T0), Label: w.From.String(),
			Title: "Status updates", How: "every " + w.Every.String(), State: StageAhead}
		switch {
		case p.out.Phase == launch.Closed || p.out.Phase == launch.Scrubbed || at >= time.Duration(w.Until) && w.Until > w.From:
			s.State = StageDone
		case at >= time.Duration(w.From):
			s.State = StageNow
			if u.Due != nil {
				s.Told = "the next due " + u.Due.Format("15:04")
			}
		}
		p.stage(s, owner)
		if s.State == StageNow && u.Due != nil { // late by its own time, not by the window's
			if late := p.now.Sub(*u.Due).Truncate(time.Minute); late > 0 {
				last := &p.out.Stages[len(p.out.Stages)-1]
				last.State, last.Overdue = StageOverdue, late
			}
		}
	}
}

// endStages are the watch, the success criteria over it, and the closure.
func (p *presenter) endStages() {
	during := func(from, to time.Time) StageState {
		switch {
		case from.IsZero() || from.After(p.now):
			return StageAhead
		case to.After(p.now):
			return StageNow
		}
		return StageDone
	}
	watch := Stage{ID: "stage/watch", Target: "metrics", Label: "T+24h", Title: "Watch the metrics", How: "continuous, for " + runbook.Duration(p.s.WatchFor()).String() + " after the last step"}
	if end := p.watchEnds(); !end.IsZero() {
		watch.At, watch.Until = end.Add(-p.s.WatchFor()), end
	}
	watch.State = during(watch.At, watch.Until)
	p.stage(watch, p.watcher())
	for i := range p.out.Success.Groups {
		g := &p.out.Success.Groups[i]
		met, known := 0, 0
		for _, c := range g.Criteria {
			switch c.State {
			case launch.CriterionMet:
				met, known = met+1, known+1
			case launch.CriterionNotMet, launch.CriterionUnknown:
				known++
			}
		}
		s := Stage{ID: "stage/success/" + g.ID, Target: "success", At: g.From, Until: g.To, Label: "Success", Title: g.Title, Owner: g.Owner, Person: g.Person,
			State: during(g.From, g.To), Told: fmt.Sprintf("%d of %d met", met, len(g.Criteria))}
		if j := slices.IndexFunc(p.rb.Success, func(c runbook.Criteria) bool { return c.ID == g.ID }); j >= 0 {
			s.How = "over " + p.rb.Success[j].Duration.String()
		}
		if s.State == StageDone && known < len(g.Criteria) && p.out.Phase != launch.Closed {
			s.State, s.At = StageOverdue, g.To // the window is over, and nobody has said how it came out
		}
		p.stage(s, "")
	}
	p.closureStage()
}

func (p *presenter) closureStage() {
	c := &p.out.Closure
	s := Stage{ID: "stage/closure", Target: "success", Label: "Closure", Title: "Documentation, handoff, close", State: StageAhead, Told: fmt.Sprintf("%d of %d done", c.Done, c.Of)}
	switch {
	case c.Closed != nil:
		s.State, s.At, s.Told = StageDone, c.Closed.At, "closed: "+c.Outcome
	case c.Begun:
		s.State, s.At = StageNow, p.watchEnds()
	}
	p.stage(s, p.rb.Closure.Owner)
}
