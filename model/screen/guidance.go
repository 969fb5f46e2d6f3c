package screen

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// Within these times a pitfall of the seed (8.1) is told.
const (
	soon       = 24 * time.Hour   // before T-0: what should have been done by now
	crowdSpan  = 10 * time.Minute // in which several people change things
	crowdSize  = 3                // who are too many
	answerSoon = 5 * time.Minute  // how long a trigger may fire unacknowledged
)

// Warning is a pitfall of the runbook's guidance that this launch is about to fall into. It goes away with its cause, and
// changes no status.
type Warning struct {
	ID    string `json:"id"`             // of the pitfall
	Title string `json:"title"`          // the runbook's words
	What  string `json:"what"`           // what is the case here
	Do    string `json:"do"`             // what to do about it
	View  string `json:"view,omitempty"` // where that is done
}

// pitfall is one of the seed's, and how it is seen; empty: it is not there.
type pitfall struct {
	id   string // the end of its id
	see  func(p *presenter) string
	do   string
	view string
}

func pitfalls() []pitfall {
	return []pitfall{
		{"incomplete-testing-of-rollback-procedures", (*presenter).rollbackUntested, "rehearse the rollback (tminus rehearse launch.yaml), then tick the task", "timeline"},
		{"unclear-success-criteria", (*presenter).successUnclear, "settle with the owner what will count as success", "timeline"},
		{"missing-key-stakeholder-buy-in", (*presenter).nobodyThere, "name somebody for the role in launch.yaml, or take it over", "poll"},
		{"inadequate-monitoring-setup", (*presenter).unmonitored, "bind them, or enter their values; tminus doctor tells why a source does not answer", "metrics"},
		{"too-many-people-making-changes", (*presenter).crowd, "agree on one pair of hands; hold the clock while you do", "decisions"},
		{"unclear-communication-chains", (*presenter).unreachable, "fill in contacts: in launch.yaml, and send what was promised", "updates"},
		{"delayed-escalations", (*presenter).unescalated, "call the next level now", "rollback"},
		{"missing-baseline-metrics", (*presenter).baselineMissing, "capture the baseline (b on the metrics)", "metrics"},
		{"premature-declaration-of-success", (*presenter).premature, "let the watch end, or say in the reason why it need not", ""},
		{"incomplete-documentation", func(p *presenter) string { return p.closingOpen("closure/", "documentation requirement") }, "work the closure's checklist before closing", ""},
		{"missed-learning-opportunities", (*presenter).unlearned, "schedule the post-mortem; tminus export begins it", "timeline"},
		{"rushing-to-the-next-launch", func(p *presenter) string { return p.closingOpen("handoff/", "handoff task") }, "finish the handoff before the team moves on", ""},
	}
}

// guidance tells the runbook's pitfalls that are at hand, in its order.
func (p *presenter) guidance() {
	if p.s.Closed != nil || p.s.Clock.Scrub != nil {
		return
	}
	for _, g := range p.rb.Guidance.Pitfalls {
		for _, note := range g.Notes {
			i := slices.IndexFunc(pitfalls(), func(f pitfall) bool { return strings.HasSuffix(note.ID, "/"+f.id) })
			if i < 0 {
				continue
			}
			f := pitfalls()[i]
			if what := f.see(p); what != "" {
				p.out.Guidance = append(p.out.Guidance, Warning{ID: note.ID, Title: note.Text, What: what, Do: f.do, View: f.view})
			}
		}
	}
}

// before reports whether the sequence has not begun and T-0 is less than a day away.
func (p *presenter) before() bool {
	return !p.begun() && p.now.After(p.s.Clock.T0.Add(-soon))
}

// openTask is a task of the timeline that is not done, by the end of its id.
func (p *presenter) openTask(end string) bool {
	return slices.ContainsFunc(p.rb.Tasks(), func(t runbook.TaskRef) bool { return strings.HasSuffix(t.ID, "/"+end) && p.s.Tasks[t.ID] == nil })
}

func (p *presenter) rollbackUntested() string {
	if p.before() && p.openTask("test-rollback-procedures") {
		return "the rollback procedures are not tested: the task is open"
	}
	return ""
}

func (p *presenter) successUnclear() string {
	if p.before() && p.openTask("success-criteria-definition") {
		return "the success criteria are not defined: the task is open"
	}
	if !p.before() {
		return ""
	}
	for _, c := range p.rb.Success {
		if p.holder(c.Owner) == "" {
			return fmt.Sprintf("nobody holds %s, who answers for %s", p.rb.RoleTitle(c.Owner), c.Title)
		}
	}
	return ""
}

func (p *presenter) nobodyThere() string {
	if !p.before() {
		return ""
	}
	var roles []string
	for _, a := range p.rb.GoNoGo.Attendees {
		if p.holder(a.Role) == "" {
			roles = append(roles, p.rb.RoleTitle(a.Role))
		}
	}
	if len(roles) == 0 {
		return ""
	}
	return "nobody holds " + some(roles) + ", whom the go/no-go requires"
}

func (p *presenter) unmonitored() string {
	if !p.before() {
		return ""
	}
	var names []string
	for i := range p.out.Monitors {
		m := &p.out.Monitors[i]
		if !m.State.Judged() && m.State != monitor.NoRule && m.State != monitor.NoBaseline && (m.Warning != "" || m.Critical != "" || p.triggered(m.ID)) {
			names = append(names, m.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "nothing is known of " + some(names)
}

func (p *presenter) crowd() string {
	if p.now.Before(p.s.Clock.T0.Add(-15 * time.Minute)) {
		return ""
	}
	who := p.s.Changing(p.now.Add(-crowdSpan))
	if len(who) < crowdSize {
		return ""
	}
	return fmt.Sprintf("%d people changed something within %s: %s", len(who), "10 minutes", some(who))
}

func (p *presenter) unreachable() string {
	if p.out.Updates.overdue {
		return "an update that was promised is overdue"
	}
	if !p.before() || p.s.Mode == launch.Rehearsal {
		return ""
	}
	var groups []string
	for _, g := range p.rb.Contacts {
		if p.s.File == nil || p.s.File.Contacts[g.ID].Primary == "" && p.holder(g.Primary.Role) == "" {
			groups = append(groups, g.Title)
		}
	}
	if len(groups) == 0 {
		return ""
	}
	return "nobody is named to be called for " + some(groups)
}

func (p *presenter) unescalated() string {
	for i := range p.out.Triggers {
		t := &p.out.Triggers[i]
		if t.State == string(launch.TriggerStateFired) && t.Fired != nil && p.now.Sub(t.Fired.At) > answerSoon {
			return t.Title + " has fired since " + t.Fired.At.UTC().Format("15:04") + " and nobody has acknowledged it"
		}
	}
	if r := p.out.CurrentRequest(); r.Open() && p.now.After(r.Expires) {
		return "the rollback request " + r.ID + " has had no answer in its time"
	}
	for i := range p.out.Updates.Pages {
		if m := &p.out.Updates.Pages[i]; m.Page != nil && m.Page.Escalated == "" && m.Page.Late(p.now) {
			return m.Page.To + " has not answered a page in time"
		}
	}
	for i := range p.out.Defects {
		if d := &p.out.Defects[i]; d.Open() && d.Blocking && d.Late && d.Attended == nil {
			return "nobody has taken up " + d.ID + " in time: " + d.Title
		}
	}
	return ""
}

func (p *presenter) baselineMissing() string {
	if !p.before() {
		return ""
	}
	var names []string
	for i := range p.out.Monitors {
		if m := &p.out.Monitors[i]; m.Needs && m.Baseline == nil && (m.Source != "" || m.State == monitor.NoBaseline) {
			names = append(names, m.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "no baseline of " + some(names)
}

// over reports whether the launch is being watched or closed.
func (p *presenter) over() bool {
	return p.out.Phase == launch.Watching || p.out.Phase == launch.Closing || p.out.Phase == launch.RolledBack
}

func (p *presenter) premature() string {
	if !p.over() {
		return ""
	}
	c := p.s.Closure(p.now)
	if len(c.Agreed) == 0 || len(c.Exceptions) == 0 {
		return ""
	}
	return "closing is asked for although " + c.Exceptions[0].What
}

// closingOpen counts what of the closure's checklist is open while the launch could be closed.
func (p *presenter) closingOpen(prefix, what string) string {
	if p.out.Phase != launch.Closing {
		return ""
	}
	n := 0
	for _, it := range p.s.Closure(p.now).Items {
		if it.Open() && strings.HasPrefix(it.ID, prefix) {
			n++
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return "a " + what + " is open"
	}
	return fmt.Sprintf("%d %ss are open", n, what)
}

func (p *presenter) unlearned() string {
	if !p.over() {
		return ""
	}
	if slices.ContainsFunc(p.s.Afterwards(), func(a launch.Afterward) bool {
		return a.Done == nil && strings.HasSuffix(a.ID, "/schedule-post-mortem")
	}) {
		return "the launch was rolled back, and no post-mortem is scheduled"
	}
	return ""
}
