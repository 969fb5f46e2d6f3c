package room

import (
	"context"
	"time"

	"tminus/model/launch"
)

// unclearLooks is how often it is looked for a call's effect, after it can no longer come, before a person is asked.
const unclearLooks = 3

// look finds out what became of a call: at once, and every two seconds until its effect can no longer come.
func (r *Room) look(j *job) {
	w, asked := j.work, r.now()
	hands := r.boundAt(w.Call.ID).Hands[w.Call.Op]
	if hands == nil {
		j.over = true
		r.exec.looking[w.Call.ID] = "nothing here can look what became of " + w.Call.Op + "; look by hand, and say so: step.resolve"
		return
	}
	r.beside(j, lookLimit, func(ctx context.Context) func() {
		found, err := hands.Look(ctx, w.Call, w.Intended, w.Caller)
		return func() { r.looked(j, asked, found, err) }
	})
}

// beside does something for a job beside the room, and takes what came of it on the room's goroutine. Where the room closes
// meanwhile, or other documents come into force, nothing is taken: it is looked again.
func (r *Room) beside(j *job, limit time.Duration, do func(ctx context.Context) (take func())) {
	x, b := r.exec, r.bound
	j.busy = true
	x.wg.Go(func() {
		ctx, cancel := context.WithTimeout(x.ctx, limit)
		defer cancel()
		take := do(ctx)
		x.on(func() {
			j.busy = false
			if !x.closing && r.bound == b {
				take()
			}
		})
	})
}

// looked takes what a look has found. That something did not happen counts only once it can no longer happen.
func (r *Room) looked(j *job, asked time.Time, found launch.Found, err error) {
	id := j.work.Call.ID
	r.troubled(id, err)
	c := r.state.Calls[id]
	if err != nil || c == nil {
		r.failed(j)
		return
	}
	if !c.Unknown() { // a person has settled it meanwhile
		j.over = true
		return
	}
	j.fails, j.next = 0, r.pause(lookAgain)
	late := asked.After(lastComing(c))
	switch {
	case found.Found == launch.FoundYes, found.Found == launch.FoundNo && late:
		j.over = r.happens(foundEvent(id, found))
	case late:
		if j.looks++; j.looks >= unclearLooks {
			// What an earlier room could not find out need not be said again.
			j.over = c.Found != nil || r.happens(foundEvent(id, launch.Found{Found: launch.FoundUnclear, Evidence: found.Evidence, Result: found.Result}))
		}
	}
}

// lastComing is until when the effect of a call may still come: a program is begun within the time of a write, however long
// it may run then.
func lastComing(c *launch.CallState) time.Time {
	if begun := c.Intended.At.Add(callLimit); c.Op == launch.OpRun && begun.Before(c.Deadline) {
		return begun
	}
	return c.Deadline
}

func foundEvent(id string, found launch.Found) launch.Event {
	found.Evidence = told(found.Evidence)
	return launch.Event{Kind: launch.KindCallFound, Data: launch.CallFound{ID: id, Found: found}}
}

// troubled keeps for the screen why a call cannot be looked at.
func (r *Room) troubled(id string, err error) {
	if err == nil {
		delete(r.exec.looking, id)
		return
	}
	r.exec.looking[id] = faultOf(err).Error()
}

// follow sees how what a call has begun goes on.
func (r *Room) follow(j *job) {
	w := j.work
	hands := r.boundAt(w.Call.ID).Hands[w.Call.Op]
	if hands == nil {
		j.over = true
		r.exec.looking[w.Call.ID] = "nothing here can follow " + w.Call.Op + "; see by hand how it ends, and say so: step.resolve"
		return
	}
	r.beside(j, lookLimit, func(ctx context.Context) func() {
		p, err := hands.Follow(ctx, w.Call, w.Result)
		return func() {
			if !r.progressed(w.Call.ID, p, err) {
				r.failed(j)
				return
			}
			every := lookAgain
			if w.Call.Op == launch.OpRun {
				every = runAgain
			}
			j.fails, j.next = 0, r.pause(every)
		}
	})
}

// stop asks a program to end whose step was stopped. One that had ended by then is told by its end alone.
func (r *Room) stop(j *job) {
	w := j.work
	programs := r.boundAt(w.Call.ID).Programs
	if programs == nil {
		j.over = true
		r.exec.looking[w.Call.ID] = "nothing here can end " + w.Call.AWSLine() + "; end it by hand"
		return
	}
	r.beside(j, lookLimit, func(ctx context.Context) func() {
		asked, err := programs.Stop(ctx, w.Call)
		return func() {
			r.troubled(w.Call.ID, err)
			if err != nil {
				r.failed(j)
				return
			}
			j.fails, j.next = 0, r.pause(runAgain)
			if c := r.state.Calls[w.Call.ID]; asked && c != nil && c.Interrupting() {
				r.happens(launch.Event{Kind: launch.KindCallInterrupted, Data: launch.CallInterrupted{ID: c.ID, Detail: "its step was stopped by " + c.Unwanted.User}})
			}
		}
	})
}

// progressed shows how something goes on, and journals its end. It reports whether that was to be seen at all.
func (r *Room) progressed(id string, p launch.Progress, err error) bool {
	r.troubled(id, err)
	if err != nil {
		return false
	}
	r.exec.progress[id] = p
	if c := r.state.Calls[id]; ended(p) && c != nil && c.Ended == nil {
		r.happens(launch.Event{Kind: launch.KindCallEnded, Data: launch.CallEnded{ID: id, State: p.State, Detail: told(p.Detail), Output: p.Result}})
	}
	return true
}

func ended(p launch.Progress) bool {
	return p.State == "succeeded" || p.State == "failed" || p.State == "stopped"
}
