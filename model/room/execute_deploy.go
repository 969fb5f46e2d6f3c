package room

import (
	"context"
	"fmt"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
)

// stopLimit is how long a deployment that is in the way may take to end once it was stopped.
const stopLimit = 5 * time.Minute

// makeWay stops what is under way in a deployment's group and waits for its end: a group takes one deployment at a time.
// It returns why the deployment cannot be made; "": it can.
func (r *Room) makeWay(b *binding, of launch.Call) (why string) {
	if b.Deployments == nil || b.Hands[of.Op] == nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(r.exec.ctx, lookLimit)
	defer cancel()
	ids, err := b.Deployments.Running(ctx, launchfile.CodeDeploy{Application: of.Args["application"], Group: of.Args["group"]})
	if err != nil || len(ids) == 0 {
		return "" // what is not seen here refuses the deployment itself, and is named then
	}
	id, why := r.identify(b, of)
	if why != "" {
		return why
	}
	var launchID string
	if !r.exec.on(func() { why, launchID = r.against(of, id), r.state.ID }) || why != "" {
		return why
	}
	limit := time.Now().Add(stopLimit)
	for _, id := range ids {
		stop := launch.NewCall(launchID, launch.OpStopDeploy, of.Step, "stop/"+id, of.Attempt,
			map[string]string{"deployment": id, "application": of.Args["application"], "group": of.Args["group"]})
		if why := r.stopped(b, of, stop, limit); why != "" {
			return fmt.Sprintf("deployment %s is in the way: %s", id, why)
		}
	}
	return ""
}

// stopped makes a call that stops a deployment, unless the journal has it already, and follows it to its end. What is next
// is read from the journal at every turn, so that a room that starts in the middle goes on there.
func (r *Room) stopped(b *binding, of, stop launch.Call, limit time.Time) (why string) {
	for {
		c, wanted := r.callState(of, stop.ID)
		switch {
		case !wanted:
			return "the deployment is no longer wanted"
		case c == nil:
			r.send(b, of, stop, "")
			if c, _ := r.callState(of, stop.ID); c == nil {
				return "it could not be journaled that it is stopped"
			}
			continue
		case c.DryRun:
			return ""
		case c.Refused():
			return "it could not be stopped: " + reasonOf(c)
		case c.Ended != nil:
			return ""
		case c.Unknown():
			r.lookForStop(b, c)
		default:
			r.followStop(b, c)
		}
		if time.Now().After(limit) {
			return fmt.Sprintf("it has not ended within %s of being stopped", stopLimit)
		}
		select {
		case <-time.After(lookAgain):
		case <-r.exec.ctx.Done():
			return "the room is closing"
		}
	}
}

// callState is a copy of what the journal has of a call, nil where it has nothing, and whether the call that it serves is
// still to be made.
func (r *Room) callState(of launch.Call, id string) (c *launch.CallState, wanted bool) {
	r.exec.on(func() {
		wanted = !r.exec.closing && r.wants("call "+of.ID)
		if known := r.state.Calls[id]; known != nil {
			copied := *known
			c = &copied
		}
	})
	return c, wanted
}

// lookForStop looks once what became of stopping a deployment.
func (r *Room) lookForStop(b *binding, c *launch.CallState) {
	ctx, cancel := context.WithTimeout(r.exec.ctx, lookLimit)
	defer cancel()
	var asked time.Time
	r.exec.on(func() { asked = r.now() })
	found, err := b.Hands[c.Op].Look(ctx, c.Call, c.Intended.At, c.Identity.Caller)
	r.exec.on(func() {
		r.troubled(c.ID, err)
		if err == nil && (found.Found == launch.FoundYes || found.Found == launch.FoundNo && asked.After(c.Deadline)) {
			r.happens(foundEvent(c.ID, found))
		}
	})
}

// followStop sees once how the end of a stopped deployment comes.
func (r *Room) followStop(b *binding, c *launch.CallState) {
	ctx, cancel := context.WithTimeout(r.exec.ctx, lookLimit)
	defer cancel()
	p, err := b.Hands[c.Op].Follow(ctx, c.Call, c.Result())
	r.exec.on(func() { r.progressed(c.ID, p, err) })
}

// reasonOf is why a call did not happen.
func reasonOf(c *launch.CallState) string {
	switch {
	case c.Found != nil:
		return c.Found.Evidence
	case c.Returned != nil && c.Returned.Error != "":
		return c.Returned.Error
	case c.Returned != nil:
		return c.Returned.Outcome
	}
	return "nothing is known of it"
}
