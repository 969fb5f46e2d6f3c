package screen

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
)

// stepUnderWay is the step of a rollback that is worked or comes next: the first that asks for somebody, else the first
// that is neither done nor skipped; nil: there is none.
func stepUnderWay(r *Request) *Step {
	var first *Step
	for i := range r.Steps {
		switch st := &r.Steps[i]; st.State {
		case launch.StepDone, launch.StepSkipped:
		case launch.StepFailed, launch.StepUnknown:
			return st
		default:
			if first == nil {
				first = st
			}
		}
	}
	return first
}

// lacks is what a request still needs: "1 more approval (EM bob, PO cat)".
func (r *Request) lacks() string {
	text := fmt.Sprintf("%d more approval", r.Missing)
	if r.Missing != 1 {
		text += "s"
	}
	who := "nobody who may give it holds a role"
	if len(r.Eligible) > 0 {
		who = strings.Join(r.Eligible, ", ")
	}
	return text + " (" + who + ")"
}

// short is "R1".
func (r *Request) short() string {
	label, _, _ := strings.Cut(r.ID, "-")
	return label
}

// Unknown says of a rollback that is done that it is not known whether it has helped; "": it is known, or it is not done.
func (r *Request) Unknown(now time.Time) string {
	switch {
	case r == nil || r.State != RequestDone:
		return ""
	case r.Verdict == launch.CannotVerify && !r.Said:
		return r.short() + ": cannot verify recovery; an authority must judge (rollback.judge)"
	case r.Verdict != "":
		return ""
	case r.KnownBy != nil && now.Before(*r.KnownBy):
		return r.short() + " done; recovery is watched until " + r.KnownBy.UTC().Format("15:04") + ", not known yet"
	}
	return r.short() + " done; whether it has helped is not known yet"
}

// openVerdicts are what is not known of rollbacks that are done. It makes no status worse, and is told beside any: of this
// countdown's while it is watched, and of the newest that a recycle has left behind.
func (p *presenter) openVerdicts() []string {
	var out []string
	judged := p.s.ToJudge()
	for i := range p.out.Requests {
		r := &p.out.Requests[i]
		if word := r.Unknown(p.now); word != "" && (r.Verdict == "" || !r.Current && judged != nil && r.ID == judged.ID) {
			out = append(out, word)
		}
	}
	return out
}

// rolling tells a rollback that is open, under way or failed, and what stands of it. One that is done says nothing by
// itself: whether it has helped is a verdict of its own.
func (p *presenter) rolling() []reason {
	var out []reason
	if r := p.out.CurrentRequest(); r != nil {
		switch r.State {
		case RequestOpen:
			out = append(out, reason{rankRollback, "rollback " + r.ID + " open: needs " + r.lacks()})
		case RequestAuthorized, RequestExecuting:
			out = append(out, reason{rankRollback, "rollback " + r.ID + " " + r.State + underWay(r)})
		case RequestFailed:
			out = append(out, reason{rankRollback, "rollback " + r.ID + " failed" + reasonOf(r.Ended.Text)})
		case RequestDone:
			switch {
			case r.Verdict == launch.CannotVerify && !r.Said:
				out = append(out, reason{rankOther, r.Unknown(p.now) + reasonOf(r.Recovered.Text)})
			case r.Verdict != "" && r.Verdict != launch.Recovered:
				said := ""
				if r.Said {
					said = ", said by " + r.Recovered.User
				}
				out = append(out, reason{rankOther, r.Verdict + " after " + r.ID + said + reasonOf(r.Recovered.Text)})
			}
		}
	}
	for _, o := range p.out.Outstanding {
		out = append(out, reason{rankOutstanding, fmt.Sprintf("%s (since %s)", o.Words, o.Since.At.UTC().Format("15:04"))})
	}
	for i := range p.out.Flags {
		f := &p.out.Flags[i]
		if sw := f.Switching; sw != nil && (sw.State == PartUnknown || sw.State == PartFailed) {
			out = append(out, reason{rankStep, fmt.Sprintf("turning the flag %s %s %s%s", f.ID, onOff(sw.On), is(sw.State), reasonOf(sw.Evidence))})
		}
	}
	return out
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func is(state string) string {
	if state == PartFailed {
		return state
	}
	return "is " + state
}

// underWay says how the step at hand of a rollback goes.
func underWay(r *Request) string {
	st := stepUnderWay(r)
	switch {
	case st == nil:
		return ""
	case st.State == launch.StepWaiting:
		return ": next " + st.Title
	case st.State == launch.StepFailed && st.Ended != nil:
		return ": " + st.Title + " failed" + reasonOf(st.Ended.Text)
	}
	return ": " + st.Title + " is " + string(st.State)
}

// rollbackTodo is what a rollback waits for that a person has to give: approvals, a decision about a step that failed, a
// word on what nobody else can tell.
func (p *presenter) rollbackTodo() bool {
	r := p.out.CurrentRequest()
	switch {
	case r.Open():
		p.set("Approve or veto the rollback "+r.ID+": needs "+r.lacks(), "rollback.approve", r.ID, p.asked(r)...)
		return true
	case r.Running():
		return p.backTodo(r)
	}
	return false
}

// asked are the roles that may approve a request, those first of which a holder has not.
func (p *presenter) asked(r *Request) []string {
	open := func(role string) bool {
		return slices.ContainsFunc(p.s.Holders(role), func(user string) bool { return !slices.Contains(r.given, user) })
	}
	roles := slices.Clone(r.roles)
	slices.SortStableFunc(roles, func(a, b string) int { return falseFirst(!open(a), !open(b)) })
	return roles
}

// backTodo is what the step at hand of a rollback asks for; false: nothing, the room carries it out.
func (p *presenter) backTodo(r *Request) bool {
	for i := range r.Steps {
		st := &r.Steps[i]
		roles := append([]string{p.ownerOf(st.ID)}, p.authorities()...)
		switch st.State {
		case launch.StepFailed:
			p.set(fmt.Sprintf("Rollback: %s failed: retry, skip or abort", st.Title), "step.retry", st.ID, roles...)
			return true
		case launch.StepUnknown:
			p.set(fmt.Sprintf("Rollback: %s is unknown: look, and say what became of it", st.Title), "step.resolve", st.ID, roles...)
			return true
		case launch.StepRunning, launch.StepVerifying:
			if p.handTodo(st) {
				return true
			}
		}
	}
	return false
}

// handTodo is the first part of a step under way that waits for a person's word.
func (p *presenter) handTodo(st *Step) bool {
	for i := range st.Parts {
		switch part := &st.Parts[i]; {
		case part.State == PartDone:
		case part.By == launch.ByHand, part.State == PartCannotVerify, part.State == PartFailed && part.Watch:
			verb := "confirm"
			if part.State != PartWaiting {
				verb = part.State + ", say how it is:"
			}
			p.set(fmt.Sprintf("Rollback, %s: %s %s", st.Title, verb, part.Text), "step.confirm", part.ID, p.ownerOf(st.ID))
			return true
		case !part.Verification:
			return false // what comes after it waits
		}
	}
	return false
}

// rolledBackTodo is what a rollback under way or at its end leaves to do.
func (p *presenter) rolledBackTodo(steer []string) bool {
	r := p.out.CurrentRequest()
	switch {
	case r.Running():
		p.set("Rollback "+r.ID+" "+r.State+underWay(r), "", "", p.authorities()...)
	case r != nil && r.State == RequestFailed:
		p.set("The rollback "+r.ID+" failed: request another, or put it right by hand", "rollback.request", "", p.authorities()...)
	case len(p.out.Outstanding) > 0 && r != nil && r.State == RequestDone:
		o := p.out.Outstanding[0]
		p.set(o.Words+": take it back", "step.undo", o.ID, p.ownerOf(o.Step))
	case r != nil && r.State == RequestDone && r.Verdict == launch.CannotVerify:
		p.set("The room cannot tell whether "+r.ID+" has helped: look, and say so", "rollback.judge", "", p.authorities()...)
	case r != nil && r.State == RequestDone && p.afterwardTodo():
		if word := r.Unknown(p.now); word != "" {
			p.out.Todo.Text += "; " + word
		}
	case r != nil && r.Unknown(p.now) != "":
		p.set(r.Unknown(p.now)+": wait for it; then recycle to an earlier mark, or close the launch", "clock.recycle", "", steer...)
	case r != nil && r.State == RequestDone && r.Verdict == launch.NotRecovered:
		p.set(r.short()+" has not helped: request another rollback, put it right by hand, or recycle", "rollback.request", "", p.authorities()...)
	case r != nil && r.State == RequestDone:
		p.set("Rolled back: recycle to an earlier mark for another try, or close the launch", "clock.recycle", "", steer...)
	default:
		return false
	}
	return true
}

// afterwardTodo is the first thing that a role has to do after the rollback.
func (p *presenter) afterwardTodo() bool {
	for i := range p.out.Afterwards {
		for _, a := range p.out.Afterwards[i].Actions {
			if a.Done == nil {
				p.set("After the rollback: "+a.Text, "task.done", a.ID, p.rb.Rollback.Afterwards[i].Role)
				return true
			}
		}
	}
	return false
}

// rollbackAlarms calls those who may approve an open request, those who can help a step that does not go on, and all where
// a request has lapsed: nobody has taken it up.
func (p *presenter) rollbackAlarms() []Alarm {
	r := p.out.CurrentRequest()
	if r == nil {
		return nil
	}
	a := Alarm{Request: r.ID, Owner: p.shorts(p.authorities())}
	switch {
	case r.Open():
		a.Key, a.Title, a.Since = "request/"+r.ID, r.ID+" needs "+r.lacks(), r.Requested.At
		a.Action, a.Owner = r.Reason, p.shorts(r.roles)
	case r.Running():
		st := stepUnderWay(r)
		if st == nil || st.State != launch.StepFailed && st.State != launch.StepUnknown {
			return nil
		}
		a.Key = fmt.Sprintf("rollback/%s/%s#%d %s", r.ID, st.ID, st.Attempt, st.State)
		a.Title, a.Action, a.Owner, a.Since = st.Title+" "+is(string(st.State)), "retry, skip or abort", st.Short, p.now
		if st.State == launch.StepUnknown {
			a.Action = "look, and say what became of it"
		}
		for _, by := range []*By{st.Started, st.Ended} {
			if by != nil {
				a.Since = by.At
			}
		}
	case r.State == RequestLapsed && r.Ended != nil:
		a.Key, a.Title, a.Action, a.Since = "lapsed/"+r.ID, r.ID+" lapsed", "request it again, or call an authority", r.Ended.At
		a.Quiet = p.now.Sub(r.Ended.At) > lapsedFor
	default:
		return nil
	}
	return []Alarm{a}
}

// lapsedFor is how long a request that lapsed calls for attention.
const lapsedFor = 10 * time.Minute
