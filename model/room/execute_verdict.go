package room

import (
	"fmt"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// checkEffect looks at the flag's monitor before and after.
func (r *Room) checkEffect(j *job) bool {
	effect := r.state.File.Flags[j.work.Part.Flag].Effect
	if effect == nil {
		return r.conclude(j, launch.CannotVerify, "no monitor is bound to show the effect of the flag")
	}
	w, why := r.readable(effect.Monitor)
	if why != "" {
		return r.conclude(j, launch.CannotVerify, why)
	}
	if w == nil {
		return r.waits(j, effect.Monitor+" is being read", checkAgain)
	}
	return r.found(j, w, monitor.EvalEffect(w.spec, effect.Expect, w.points, j.work.Since, r.now()))
}

// checkRecovery looks whether the monitor that made people go back is good again.
func (r *Room) checkRecovery(j *job) bool {
	t := r.causeOf(j.work.Rollback)
	if began := r.relaunched(j.work.Rollback); !began.IsZero() {
		return r.conclude(j, launch.CannotVerify, "the deployment began again at "+began.UTC().Format("15:04:05")+", before it was known; a person has to tell")
	}
	if t == nil {
		return r.conclude(j, launch.CannotVerify, "no monitor caused this rollback that could show whether it has helped; a person has to tell")
	}
	id, _, err := monitor.ParseTrigger(t.When)
	if err != nil {
		return r.conclude(j, launch.CannotVerify, err.Error())
	}
	w, why := r.readable(id)
	if why != "" {
		return r.conclude(j, launch.CannotVerify, why)
	}
	if w == nil {
		return r.waits(j, id+" is being read", checkAgain)
	}
	for i := range w.triggers {
		if w.triggers[i].trigger.ID == t.ID {
			return r.found(j, w, monitor.EvalRecovery(w.spec, w.triggers[i].rule, w.points, j.work.Since, r.now()))
		}
	}
	return r.conclude(j, launch.CannotVerify, fmt.Sprintf("the rule of %s cannot be read", t.ID))
}

// causeOf is the trigger over a monitor that a rollback answers. An empty id is the current rollback.
func (r *Room) causeOf(id string) *runbook.Trigger {
	for _, b := range r.state.Rollbacks {
		if b.ID == id || id == "" && b == r.state.CurrentRollback() {
			return r.state.CauseOf(b)
		}
	}
	return nil
}

// relaunched is when the deployment began again after a rollback; zero: it has not.
func (r *Room) relaunched(id string) time.Time {
	for _, b := range r.state.Rollbacks {
		if b.ID == id {
			return r.state.RelaunchedSince(b)
		}
	}
	return time.Time{}
}

// readable is a monitor whose points can be judged; nil without a reason: it was not read yet. why says that it never can.
func (r *Room) readable(id string) (w *watched, why string) {
	w = r.poll.monitor(id)
	switch {
	case w == nil:
		return nil, id + " is no monitor of this launch"
	case w.lane != nil && w.lane.source == nil:
		return nil, id + " cannot be read: " + noReader(w.lane.kind).Error()
	case !w.spec.Bound:
		return nil, id + " is bound to no source"
	case w.lane != nil && !w.asked:
		return nil, ""
	}
	w.typed(r.state.Values[id], r.now())
	w.spec.Baseline = baselineOf(r.state, id)
	return w, ""
}

// found takes what a series tells.
func (r *Room) found(j *job, w *watched, f monitor.Finding) bool {
	evidence := f.Evidence
	if w.err != nil {
		evidence += "; its source: " + w.err.Error()
	}
	if f.Outcome == monitor.CannotVerify && w.err != nil && r.now().Sub(j.first) <= w.spec.Silence() {
		return r.waits(j, evidence, checkAgain) // it is the source that is silent; it may come back
	}
	switch f.Outcome {
	case monitor.Held:
		return r.conclude(j, launch.Verified, evidence)
	case monitor.Failed:
		return r.conclude(j, launch.CheckFailed, evidence)
	case monitor.CannotVerify:
		return r.conclude(j, launch.CannotVerify, evidence)
	}
	return r.waits(j, evidence, checkAgain)
}
