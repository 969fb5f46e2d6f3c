package screen

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
)

// next tells the coming instants, soonest first: days of the timeline, the meeting, marks, T-0, the step at hand, the end of
// the watch. While the clock stands they count from where it stands.
func (p *presenter) next() {
	switch p.out.Phase {
	case launch.Closed, launch.Scrubbed:
		return
	}
	t0, now := p.s.Clock.T0, p.out.Shown(p.now)
	add := func(m runbook.Mark, title, role, target string) {
		if at := m.Time(t0); at.After(now) {
			p.out.Next = append(p.out.Next, NextMark{At: at, Label: m.String(), Title: title, Owner: p.rb.RoleShort(role), Target: target})
		}
	}
	for _, d := range p.rb.Timeline {
		add(d.At, d.Title, runbook.AllTeams, d.At.String())
	}
	if p.rb.GoNoGo.At < 0 {
		add(p.rb.GoNoGo.At, "Go/no-go meeting", p.facilitator(), "go-no-go")
	}
	for i := range p.rb.Sequence.Marks {
		m := &p.rb.Sequence.Marks[i]
		title := ""
		if len(m.Actions) > 0 {
			title = m.Actions[0].Text
		}
		add(m.At, title, m.Owner, m.ID)
	}
	for _, m := range p.s.Marks {
		if m.Removed == nil && m.Done == nil {
			add(m.At, m.Title, m.Owner, m.ID)
		}
	}
	if len(p.rb.Sequence.Steps) > 0 {
		first := &p.rb.Sequence.Steps[0]
		add(0, "Launch start: "+first.Title, first.Owner, first.ID)
	}
	if p.out.Phase == launch.Launching {
		p.stepAtHand()
	}
	p.rollbackAtHand()
	if end := p.watchEnds(); end.After(now) {
		m := runbook.Mark(end.Sub(t0).Truncate(time.Minute))
		p.out.Next = append(p.out.Next, NextMark{At: end, Label: m.String(), Title: "End of the watch", Owner: p.rb.RoleShort(p.watcher())})
	}
	slices.SortStableFunc(p.out.Next, func(a, b NextMark) int { return a.At.Compare(b.At) })
	p.out.Next = p.out.Next[:min(len(p.out.Next), maxNext)]
}

// stepAtHand puts the current step first. It is due since T-0, or since it was started.
func (p *presenter) stepAtHand() {
	st := p.currentStep()
	if st == nil {
		return
	}
	at := p.s.Clock.T0
	if st.Started != nil {
		at = st.Started.At
	}
	p.out.Next = append(p.out.Next, NextMark{At: at, Label: fmt.Sprintf("Step %d", st.Number), Title: st.Title, Owner: st.Short, Target: st.ID})
}

// rollbackAtHand puts the rollback's current step first, or when the open request lapses.
func (p *presenter) rollbackAtHand() {
	r := p.out.CurrentRequest()
	if r == nil {
		return
	}
	label, _, _ := strings.Cut(r.ID, "-")
	switch {
	case r.Open() && !r.Fires && r.Expires.After(p.now):
		p.out.Next = append(p.out.Next, NextMark{At: r.Expires, Label: label, Title: "Rollback request lapses", Owner: p.shorts(r.roles), Target: r.ID})
	case r.Running():
		st := stepUnderWay(r)
		if st == nil {
			return
		}
		at := r.Requested.At
		if st.Started != nil {
			at = st.Started.At
		}
		p.out.Next = append(p.out.Next, NextMark{At: at, Label: label, Title: "Rollback: " + st.Title, Owner: st.Short, Target: st.ID})
	}
}
