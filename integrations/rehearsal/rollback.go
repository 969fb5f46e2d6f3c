package rehearsal

import (
	"cmp"
	"slices"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

// How colleagues answer to a rollback, in launch time.
const (
	toApprove = 45 * time.Second
	toRequest = 45 * time.Second // from taking a trigger up to asking for the rollback
	toRetry   = 40 * time.Second
	toTick    = 25 * time.Second // between the actions afterwards
)

// rollback does the colleagues' part in a rollback: they ask for it where the caller may not decide, approve, work the
// steps that are theirs, and clear up afterwards.
func (a *acts) rollback(s *screen.Screen) {
	req := s.CurrentRequest()
	switch {
	case req == nil:
		a.request(s)
	case req.Open():
		a.approve(req)
	case req.Running():
		for i := range req.Steps {
			a.backStep(&req.Steps[i])
		}
	case req.Ended != nil && (req.State == screen.RequestDone || req.State == screen.RequestFailed):
		a.afterwards(s, req.Ended.At)
	}
}

// request asks for a rollback where a trigger proposes one and the caller is not who decides that.
func (a *acts) request(s *screen.Screen) {
	w := a.world
	if w.authority(w.caller.Role) || len(w.authorities()) == 0 {
		return
	}
	for i := range s.Triggers {
		t := &s.Triggers[i]
		if t.InForce() && t.Acknowledged != nil && t.Proposes == launch.ProposesRollback {
			a.reaction(t.Acknowledged.At.Add(toRequest), w.authorities()[0], "rollback.request", map[string]string{"reason": t.Title + ", and it does not pass"})
			return
		}
	}
}

// approve gives the approvals that are missing beside the caller's own, one colleague after the other.
func (a *acts) approve(req *screen.Request) {
	w := a.world
	missing := req.Missing
	if w.mayApprove(req) {
		missing--
	}
	if missing <= 0 || req.Requested == nil {
		return
	}
	last := req.Requested.At
	for _, p := range req.Approvals {
		if p.At.After(last) {
			last = p.At
		}
	}
	for _, role := range w.runbook.Rollback.Authorization[req.Priority].Roles {
		if role == w.caller.Role || approved(req, w.who(role).User) {
			continue
		}
		a.reaction(last.Add(toApprove), role, "rollback.approve", map[string]string{"id": req.ID})
		return
	}
}

// mayApprove reports whether a request waits for the caller among others.
func (w *World) mayApprove(req *screen.Request) bool {
	return req.Open() && slices.Contains(w.runbook.Rollback.Authorization[req.Priority].Roles, w.caller.Role) && !approved(req, w.caller.User)
}

func approved(req *screen.Request, user string) bool {
	return slices.ContainsFunc(req.Approvals, func(p screen.Approval) bool { return p.User == user && p.Counts })
}

// backOwner is the role that owns a step of the rollback.
func (w *World) backOwner(id string) string {
	for i := range w.runbook.Rollback.Steps {
		if w.runbook.Rollback.Steps[i].ID == id {
			return w.runbook.Rollback.Steps[i].Owner
		}
	}
	return ""
}

// backStep works a step of the rollback that belongs to a colleague: what is by hand, what the room cannot verify, and one
// more try where it failed.
func (a *acts) backStep(st *screen.Step) {
	owner := a.world.backOwner(st.ID)
	if owner == a.world.caller.Role {
		return
	}
	switch st.State {
	case launch.StepFailed:
		if st.Ended != nil && st.Attempt < 2 {
			a.reaction(st.Ended.At.Add(toRetry), owner, "step.retry", map[string]string{"id": st.ID, "reason": "once more"})
		}
	case launch.StepRunning, launch.StepVerifying:
		if p, at := handOf(st); p != nil && p.State != screen.PartFailed {
			pace := cmp.Or(time.Duration(a.world.scenario.Pace[st.ID]), toConfirm)
			a.reaction(at.Add(pace), owner, "step.confirm", map[string]string{"id": st.ID, "what": p.ID, "evidence": evidenceOf(p)})
		}
	}
}

func evidenceOf(p *screen.Part) string {
	if p.State == screen.PartCannotVerify {
		return "looked at it by hand"
	}
	return "done by hand, looked at twice"
}

// handOf is the part of a step that waits for somebody's hands now, and since when; nil: there is none, or what goes
// before it is still under way. Nothing waits for a watch.
func handOf(st *screen.Step) (*screen.Part, time.Time) {
	var since time.Time
	if st.Started != nil {
		since = st.Started.At
	}
	for i := range st.Parts {
		p := &st.Parts[i]
		switch {
		case p.State == screen.PartDone:
			if p.Done != nil && p.Done.At.After(since) {
				since = p.Done.At
			}
		case p.By == launch.ByHand, p.State == screen.PartCannotVerify, p.State == screen.PartFailed && p.Watch:
			return p, since
		case !p.Watch:
			return nil, since
		}
	}
	return nil, since
}

// afterwards ticks what each colleague does once a rollback is over.
func (a *acts) afterwards(s *screen.Screen, ended time.Time) {
	open := map[string]bool{}
	for _, role := range s.Afterwards {
		for _, act := range role.Actions {
			open[act.ID] = act.Done == nil
		}
	}
	for i, role := range a.world.runbook.Rollback.Afterwards {
		if role.Role == a.world.caller.Role {
			continue
		}
		for k, act := range role.Actions {
			if open[act.ID] {
				a.reaction(ended.Add(time.Duration(k+1)*toTick+time.Duration(i)*toMark), role.Role, "task.done", map[string]string{"id": act.ID})
			}
		}
	}
}

// rollbackDecision is what a rollback asks of the caller, and whether it is the only thing that matters now.
func (w *World) rollbackDecision(s *screen.Screen) (decision string, only bool) {
	req := s.CurrentRequest()
	switch {
	case req == nil:
		return "", false
	case w.mayApprove(req):
		return "the rollback " + req.ID + " waits for your approval", true
	case req.Open():
		return "", true
	case req.State == screen.RequestDone:
		return "", req.Verdict == ""
	case !req.Running():
		return "", false
	}
	for i := range req.Steps {
		st := &req.Steps[i]
		own := w.backOwner(st.ID) == w.caller.Role
		if st.State == launch.StepFailed && (own || w.authority(w.caller.Role) && st.Attempt > 1) {
			return st.Title + " failed: retry, skip or abort", true
		}
		if !own || st.State != launch.StepRunning && st.State != launch.StepVerifying {
			continue
		}
		if p, _ := handOf(st); p != nil {
			return st.Title + ": " + p.Text, true
		}
	}
	return "", true
}
