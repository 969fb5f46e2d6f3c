package room

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
)

// maxTold is how much of what the other side said is journaled, in bytes.
const maxTold = 4 << 10

// call makes a call that the state asks for. It runs beside the room.
func (r *Room) call(b *binding, j *job) {
	defer j.told.Do(func() { close(j.done) })
	c := j.work.Call
	why := ""
	if c.Op == launch.OpDeploy {
		why = r.makeWay(b, c)
	}
	r.send(b, c, c, why)
	r.exec.on(func() {
		// Where it could not be journaled it is wanted still.
		j.busy, j.next = false, r.pause(lookAgain)
	})
}

// send makes a call once. Before anything leaves it is durable that it is intended; what came back is journaled. of is the
// call that the state asks for and that this one serves; why is what stands against making it, if anything does.
func (r *Room) send(b *binding, of, c launch.Call, why string) {
	x := r.exec
	id, trouble := r.identify(b, c)
	why = cmp.Or(why, unfit(b, c))
	var deadline time.Time
	r.reached("before intended")
	x.on(func() {
		if b.Hands[c.Op] != nil && c.Op != launch.OpRun {
			x.identity = trouble
		}
		deadline = r.intend(b, of, c, id, cmp.Or(why, trouble))
	})
	if deadline.IsZero() {
		return
	}
	r.reached("after intended")
	// The write is bounded by the wall's clock: a process that stood still for an hour no longer sends it. That the room
	// closes does not cancel it.
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	r.reached("before call")
	out := b.Hands[c.Op].Do(ctx, c)
	r.reached("after call")
	x.on(func() {
		r.reached("before returned")
		x.owed = append(x.owed, launch.CallReturned{ID: c.ID, Outcome: plain(out)})
		r.payOwed() // what cannot be journaled now is with the next tick
		x.flags.soon()
		r.reached("after returned")
	})
}

// unfit says why a program is not run of which it was not known, when its call was planned, which one it is. It looks at the
// file as it is now, beside the room.
func unfit(b *binding, c launch.Call) string {
	if c.Op != launch.OpRun || c.Args["digest"] != "" {
		return ""
	}
	why := "it is not known which program it would run"
	var argv []string
	if json.Unmarshal([]byte(c.Args["argv"]), &argv) == nil && len(argv) > 0 {
		path := argv[0]
		if _, err := digestOf(b, path); err != nil {
			why = faultOf(err).Error()
		} else {
			why = path + " could not be read, or was not safe, when this was planned"
		}
	}
	return why
}

// putRight is what to do about a program that is not run: what a rollback runs stands in its plan.
func (r *Room) putRight(c launch.Call) string {
	if r.state.Runbook.IsRollback(c.Step) {
		return "; put it right, then stop this rollback (step.abort) and request another; or do it by hand and say so: step.resolve"
	}
	return "; put it right and try again: step.retry"
}

func digestOf(b *binding, path string) (string, error) {
	if b.Programs == nil {
		return "", errors.New("nothing here can run " + path)
	}
	return b.Programs.Digest(path)
}

// identify says as whom a call would be made, or why it cannot be made.
func (r *Room) identify(b *binding, c launch.Call) (launch.Identity, string) {
	hands := b.Hands[c.Op]
	if hands == nil {
		return launch.Identity{}, "nothing here can do " + c.Op + "; run it by hand and say what became of it (step.resolve, or a note): " + c.AWSLine()
	}
	ctx, cancel := context.WithTimeout(r.exec.ctx, askLimit)
	defer cancel()
	id, err := hands.Identity(ctx)
	if err == nil {
		return id, ""
	}
	f := faultOf(err)
	if ctx.Err() != nil && r.exec.ctx.Err() == nil {
		f = &Fault{Reason: fmt.Sprintf("no answer within %s", askLimit), Hint: f.Hint}
	}
	return launch.Identity{}, "it is not known as whom it would be made: " + f.Error()
}

// intend journals that a call is about to be made, and returns until when it may be, by the wall; zero: it is not made.
// It runs on the room's goroutine and looks once more whether the call is still wanted, by the launch file that it was
// prepared by.
func (r *Room) intend(b *binding, of, c launch.Call, id launch.Identity, why string) time.Time {
	if !r.executes() || r.bound != b || !r.wants("call "+of.ID) || r.state.Calls[c.ID] != nil {
		return time.Time{}
	}
	dry := r.state.Mode == launch.DryRun
	now, limit := r.now(), callLimit
	if c.Op == launch.OpRun {
		if d, err := time.ParseDuration(c.Args["timeout"]); err == nil {
			limit += d
		}
	}
	if c.Op == launch.OpRun && c.Args["digest"] == "" {
		why = cmp.Or(why, "it is not known which program it would run") + r.putRight(c)
	}
	events := []launch.Event{{Kind: launch.KindCallIntended, Data: launch.CallIntended{
		Call: c, Digest: c.Digest(), Identity: id, Deadline: now.Add(limit), DryRun: dry,
	}}}
	if why = cmp.Or(why, r.against(c, id)); why != "" || dry {
		out := launch.Outcome{Outcome: launch.OutcomeNotSent, Error: why}
		switch {
		case dry && why == "":
			out.Error = "dry run"
		case dry:
			out.Error = "dry run; it would not be sent: " + why
		}
		_, _ = r.record(now, r.system(), append(events, launch.Event{Kind: launch.KindCallReturned, Data: launch.CallReturned{ID: c.ID, Outcome: plain(out)}}))
		return time.Time{}
	}
	if _, err := r.record(now, r.system(), events); err != nil || r.state.Calls[c.ID] == nil {
		return time.Time{}
	}
	r.exec.flying[c.ID] = true
	return time.Now().Add(callLimit).Round(0)
}

// mustWait reports whether a call would overtake one that may still arrive: a flag goes on only when it is known what
// became of every earlier write. Off is never held up; should an earlier write arrive after it, reading it back tells.
func (r *Room) mustWait(c launch.Call) bool {
	if c.Op != launch.OpPutParameter || !r.turnsOn(c) {
		return false
	}
	for _, other := range r.state.Calls {
		if other.Op == c.Op && other.Args["name"] == c.Args["name"] && other.Unknown() && r.now().Before(other.Deadline) {
			return true
		}
	}
	return false
}

func (r *Room) turnsOn(c launch.Call) bool {
	for _, f := range r.state.File.Flags {
		if f.SSM.Name == c.Args["name"] && f.SSM.On == c.Args["value"] {
			return true
		}
	}
	return false
}

// against is what stands against making a call as this identity; "": nothing.
func (r *Room) against(c launch.Call, id launch.Identity) string {
	switch {
	case c.Op == launch.OpRun || r.state.Mode != launch.Live:
		return ""
	}
	if want := r.account(); want != "" && id.Account != want {
		return fmt.Sprintf("account %s is not %s, which the launch file names; check --profile, or aws.profile and aws.account", orNone(id.Account), want)
	}
	b := r.state.CurrentRollback()
	if !b.Running() || !inPlan(b, c.Step) {
		return ""
	}
	// What was approved is a plan for this account, region and endpoint. Where they could not be asked then, they are empty.
	was := b.Plan.Identity
	if was.Account != "" && was.Account != id.Account || was.Region != "" && (was.Region != id.Region || was.Endpoint != id.Endpoint) {
		return fmt.Sprintf("%s was approved for %s, and this would go to %s; make the connection as it was, or request another rollback", b.ID, where(was), where(id))
	}
	return ""
}

func (r *Room) account() string {
	if r.state.File.AWS == nil {
		return ""
	}
	return r.state.File.AWS.Account
}

func inPlan(b *launch.Rollback, step string) bool {
	for _, p := range b.Plan.Steps {
		if p.ID == step {
			return true
		}
	}
	return false
}

func where(id launch.Identity) string {
	parts := []string{"account " + orNone(id.Account), orNone(id.Region), cmp.Or(id.Endpoint, "AWS")}
	return strings.Join(parts, ", ")
}

func orNone(s string) string { return cmp.Or(s, "(unknown)") }

// payOwed journals what came back and could not be journaled then, and reports whether nothing is left.
func (r *Room) payOwed() bool {
	x := r.exec
	if len(x.owed) == 0 {
		return true
	}
	if r.state.ReadOnly != "" {
		return false
	}
	events := make([]launch.Event, len(x.owed))
	for i, d := range x.owed {
		events[i] = launch.Event{Kind: launch.KindCallReturned, Data: d}
	}
	if _, err := r.record(r.now(), r.system(), events); err != nil {
		return false
	}
	for _, d := range x.owed {
		delete(x.flying, d.ID)
	}
	x.owed = nil
	return true
}

// plain is an outcome that can be journaled: one that no Hands may give is unknown.
func plain(out launch.Outcome) launch.Outcome {
	switch out.Outcome {
	case launch.OutcomeOK, launch.OutcomeFailed, launch.OutcomeNotSent, launch.OutcomeUnknown:
	default:
		out = launch.Outcome{Outcome: launch.OutcomeUnknown, Error: fmt.Sprintf("%q is no outcome", out.Outcome)}
	}
	out.Error = told(out.Error)
	return out
}

// told shortens what the other side said.
func told(s string) string {
	if len(s) <= maxTold {
		return s
	}
	return strings.ToValidUTF8(s[:maxTold], "") + "…"
}
