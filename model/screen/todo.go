package screen

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// todo is the one next action: the most urgent thing that somebody has to do before the launch can go on.
func (p *presenter) todo() {
	steer := p.steering()
	switch {
	case p.out.Phase == launch.Closed:
		p.set("The launch is closed", "", "")
	case p.out.Phase == launch.Scrubbed:
		p.set("Scrubbed: recycle to an earlier mark, or close it", "clock.recycle", "", steer...)
	case p.rollbackTodo():
	case p.triggerTodo():
	case p.rolledBackTodo(steer):
	case p.s.Aborted != nil:
		p.abortedTodo(steer)
	case p.out.Clock.HeldAt != nil:
		p.heldTodo(steer)
	case p.stepTrouble(), p.alarmTodo():
	case p.out.Phase != launch.Launching && p.documentTodo():
	case p.out.Phase == launch.Launching && (p.begun() || p.out.Poll.State == PollGo):
		p.stepTodo()
	case p.agreeTodo():
	case p.out.Phase == launch.Watching:
		p.set("Watch the metrics until "+p.watchEnds().UTC().Format("2 Jan 15:04 UTC"), "", "", p.watcher())
	case p.out.Phase == launch.Closing:
		p.closingTodo()
	default:
		p.readinessTodo()
	}
}

// set says what is to be done; the first role that is one owns it, the others may do it as well.
func (p *presenter) set(text, action, target string, roles ...string) {
	roles = slices.DeleteFunc(slices.Clone(roles), func(r string) bool { return r == "" })
	p.out.Todo = Todo{Text: text, Action: action, Target: target, roles: roles}
	for _, role := range roles {
		p.out.Todo.words = append(p.out.Todo.words, [2]string{p.rb.RoleTitle(role), p.rb.RoleShort(role)})
	}
	if len(roles) > 0 {
		role := roles[0]
		t := &p.out.Todo
		t.Owner, t.Short, t.Person = p.rb.RoleTitle(role), p.rb.RoleShort(role), p.holder(role)
	}
}

// steering are the roles that steer the clock, who is accountable for the deployment first: the same that
// clock.resume is open to.
func (p *presenter) steering() []string {
	return slices.Concat(p.rb.Accountable("deployment"), p.rb.Responsible("deployment"),
		p.rb.Accountable("launch-strategy"), p.rb.Responsible("launch-strategy"))
}

// callers are the roles that open and decide the poll, the facilitator first.
func (p *presenter) callers() []string {
	return append([]string{p.facilitator()}, p.rb.Accountable("deployment")...)
}

// facilitator is the role that leads the go/no-go meeting; where the runbook names none, everybody.
func (p *presenter) facilitator() string {
	for _, a := range p.rb.GoNoGo.Attendees {
		if a.Facilitator {
			return a.Role
		}
	}
	return runbook.AllTeams
}

// watcher is the role accountable for the monitoring.
func (p *presenter) watcher() string {
	if roles := append(p.rb.Accountable("monitoring"), p.rb.Accountable("deployment")...); len(roles) > 0 {
		return roles[0]
	}
	return ""
}

// heldTodo is what ends a hold. One that the clock set itself, for want of a GO, ends with a GO.
func (p *presenter) heldTodo(steer []string) {
	if !p.out.Clock.HoldAuto || p.begun() {
		p.set("The clock is held: resume, recycle or scrub", "clock.resume", "", steer...)
		return
	}
	if p.out.Poll.State == PollGo {
		p.set("GO is given: resume the clock", "clock.resume", "", steer...)
		return
	}
	p.readinessTodo()
	p.out.Todo.Text = "Held without a GO. " + p.out.Todo.Text
}

// abortedTodo is the way back from a sequence that was stopped for good. Only a held clock can be recycled.
func (p *presenter) abortedTodo(steer []string) {
	if p.out.Clock.HeldAt == nil {
		p.set("The sequence was stopped: hold the clock, then recycle, or scrub", "clock.hold", "", append(steer, runbook.AllTeams)...)
		return
	}
	p.set("The sequence was stopped: recycle to an earlier mark, or scrub", "clock.recycle", "", steer...)
}

// begun reports whether the deployment sequence has.
func (p *presenter) begun() bool {
	return slices.ContainsFunc(p.out.Steps, func(s Step) bool { return s.State != launch.StepWaiting })
}

// stepTrouble is what a failed or unknown step asks for.
func (p *presenter) stepTrouble() bool {
	st := p.failedStep()
	if st == nil {
		return false
	}
	owner := p.rb.Sequence.Steps[st.Number-1].Owner
	if st.State == launch.StepUnknown {
		p.set(fmt.Sprintf("Step %d, %s, is unknown: look, and resolve it by hand", st.Number, st.Title), "step.resolve", st.ID, owner)
		return true
	}
	p.set(fmt.Sprintf("Step %d, %s, failed: retry, skip or abort", st.Number, st.Title), "step.retry", st.ID, owner)
	return true
}

// triggerTodo is what the first trigger in force asks for that nobody has acknowledged.
func (p *presenter) triggerTodo() bool {
	i := slices.IndexFunc(p.out.Alarms, func(a Alarm) bool { return a.Trigger != "" && !a.Quiet })
	if i < 0 {
		return false
	}
	a := p.out.Alarms[i]
	r := p.out.CurrentRequest()
	switch {
	case r.Running() || r != nil && r.State == RequestDone:
		p.set("Acknowledge: "+a.Title+" fired", "trigger.acknowledge", a.Trigger, p.authorities()...)
	case p.s.TriggerProposes(p.now) == launch.ProposesRollback:
		t := slices.IndexFunc(p.out.Triggers, func(t Trigger) bool { return t.ID == a.Trigger })
		p.set("Decide on rolling back: "+a.Title+" fired", "trigger.acknowledge", a.Trigger, p.authorisers(&p.out.Triggers[t])...)
	case p.out.Clock.HeldAt == nil:
		p.set("Hold the clock: "+a.Title+" fired", "clock.hold", "", append(p.steering(), runbook.AllTeams)...)
	default:
		p.set("Acknowledge: "+a.Title+" fired", "trigger.acknowledge", a.Trigger, append(p.steering(), runbook.AllTeams)...)
	}
	return true
}

// alarmTodo is the action of the first system monitor that is critical for long enough, once a launch can be hurt by it.
func (p *presenter) alarmTodo() bool {
	switch p.out.Phase {
	case launch.Countdown, launch.Launching, launch.Watching:
	default:
		return false
	}
	for i := range p.out.Monitors {
		m := &p.out.Monitors[i]
		if m.State != monitor.Crit || m.Group != "system" || !m.Confirmed() {
			continue
		}
		what, action := m.OnCritical, ""
		if what == "" {
			what = "act on it"
		}
		if p.out.Phase != launch.Watching {
			what, action = what+", or hold", "clock.hold"
		}
		p.set(m.Name+" is critical: "+what, action, "", p.monitorOwner(m.ID))
		return true
	}
	return false
}

func (p *presenter) monitorOwner(id string) string {
	for i := range p.watched {
		if p.watched[i].ID == id {
			return cmp.Or(p.watched[i].Owner, p.watcher())
		}
	}
	return p.watcher()
}

// stepTodo is what the current step of the sequence waits for.
func (p *presenter) stepTodo() {
	st := p.currentStep()
	if st == nil {
		p.set("The sequence is done", "", "", p.watcher())
		return
	}
	owner := p.rb.Sequence.Steps[st.Number-1].Owner
	if st.State == launch.StepWaiting {
		p.set(fmt.Sprintf("Start step %d, %s", st.Number, st.Title), "step.start", st.ID, owner)
		return
	}
	for i := range st.Parts {
		switch part := &st.Parts[i]; {
		case part.State == PartDone:
		case part.By == launch.ByHand, part.State == PartCannotVerify, part.State == PartFailed && part.Watch:
			p.set(fmt.Sprintf("Step %d: confirm %s", st.Number, part.Text), "step.confirm", part.ID, owner)
			return
		case !part.Watch:
			p.set(fmt.Sprintf("Step %d: the room is at %s", st.Number, part.Text), "", "", owner)
			return
		}
	}
	for _, a := range slices.Concat(st.Actions, st.Verifications) {
		if a.Done == nil {
			p.set(fmt.Sprintf("Step %d: confirm %s", st.Number, a.Text), "step.confirm", a.ID, owner)
			return
		}
	}
	p.set(fmt.Sprintf("Confirm step %d, %s", st.Number, st.Title), "step.confirm", st.ID, owner)
}

// pollTodo is what an open poll waits for: votes, then the sections that stand against a GO, then its decision.
func (p *presenter) pollTodo() {
	var roles, names []string
	against := false
	for _, v := range p.out.Poll.Votes {
		if v.Vote == "" {
			roles, names = append(roles, v.Role), append(names, v.Short)
		}
		against = against || v.Vote == launch.NoGo
	}
	switch {
	case len(roles) > 0:
		p.set("Vote GO or NO-GO: waiting for "+strings.Join(names, ", "), "poll.vote", "", roles...)
	case !against && p.sectionTodo(), !against && p.meetingTodo():
	default:
		p.set("All have voted: decide the poll", "poll.decide", "", p.callers()...)
	}
}
