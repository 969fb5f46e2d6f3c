package room

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"tminus/model/launch"
)

const (
	wrongFor   = 30 * time.Second // a parameter's wrong value, before it is a failure: other caches, other writers
	unreadFor  = 2 * time.Minute  // a parameter that cannot be read
	probeAgain = 5 * time.Second
)

// check looks whether a part is as it should be, and journals a verdict once. It reports whether there is one now.
func (r *Room) check(j *job) bool {
	if j.first.IsZero() {
		j.first = r.now()
	}
	w := j.work
	if c := r.stepCall(w, ""); c != nil && c.DryRun && w.Part.Check != launch.CheckProbe {
		return r.conclude(j, launch.CannotVerify, "dry run: nothing was sent, so that there is nothing to see")
	}
	switch w.Part.Check {
	case launch.CheckParameter:
		return r.checkParameter(j)
	case launch.CheckDeployment:
		return r.checkDeployment(j)
	case launch.CheckProbe:
		return r.checkProbe(j)
	case launch.CheckEffect:
		return r.checkEffect(j)
	case launch.CheckRecovery:
		return r.checkRecovery(j)
	}
	return r.conclude(j, launch.CannotVerify, "nothing here can look at "+w.Part.Check)
}

// conclude journals a verdict, and reports whether it did.
func (r *Room) conclude(j *job, outcome, evidence string) bool {
	w := j.work
	j.next = r.pause(checkAgain) // where it cannot be journaled
	if !r.wants(keyOf(w)) {
		return false
	}
	if w.Rollback != "" {
		verdict := map[string]string{launch.Verified: "recovered", launch.CheckFailed: "not recovered", launch.CannotVerify: launch.CannotVerify}[outcome]
		j.over = r.happens(launch.Event{Kind: launch.KindRollbackRecovered, Data: launch.RollbackRecovered{ID: w.Rollback, Verdict: verdict, Evidence: told(evidence)}})
		return j.over
	}
	d := launch.StepChecked{ID: w.Step, What: w.Part.ID, Attempt: w.Attempt, Outcome: outcome, Evidence: told(evidence)}
	if w.Step == launch.FlagStep {
		d.Flag = w.Part.Flag
	}
	j.over = r.happens(launch.Event{Kind: launch.KindStepChecked, Data: d}) // said once, whatever the state makes of it
	return j.over
}

// waits shows what a check has seen so far, and when it looks again.
func (r *Room) waits(j *job, seen string, again time.Duration) bool {
	j.fails, j.last, j.next = 0, seen, r.pause(again)
	r.exec.checking[checkKey(j.work)] = seen
	return false
}

// fails shows why a check cannot look, and when it tries again.
func (r *Room) fails(j *job, err error) bool {
	r.failed(j)
	r.exec.checking[checkKey(j.work)] = "cannot look: " + faultOf(err).Error()
	return false
}

// stepCall is the newest call of the step that a check is of, of an operation ("": any); of a rollback as a whole, of all
// its steps. Nil: there is none, since it was done by hand.
func (r *Room) stepCall(w launch.Work, op string) *launch.CallState {
	var found *launch.CallState
	b := r.state.CurrentRollback()
	for _, c := range r.state.Calls {
		switch {
		case w.Rollback == "" && c.Step != w.Step,
			w.Rollback != "" && (b == nil || !inPlan(b, c.Step)),
			w.Step == launch.FlagStep && c.Part != w.Part.Flag,
			op != "" && c.Op != op, op == "" && c.Op == launch.OpStopDeploy:
			continue
		}
		if found == nil || c.Intended.Seq > found.Intended.Seq {
			found = c
		}
	}
	return found
}

// checkParameter looks whether the flag's parameter holds the value that was to be written. Whose version it is, is told:
// what matters is the value.
func (r *Room) checkParameter(j *job) bool {
	w := j.work
	b := r.bound
	c := r.stepCall(w, launch.OpPutParameter)
	if c != nil {
		b = r.boundAt(c.ID)
	}
	flag, bound := b.file.Flags[w.Part.Flag]
	if b.Flags == nil || !bound {
		return r.conclude(j, launch.CannotVerify, "nothing here can read the flag; look by hand: aws ssm get-parameter-history --name "+flag.SSM.Name)
	}
	want, version := flag.SSM.Off, ""
	if c != nil {
		want, version = c.Args["value"], c.Result()["version"]
	} else if r.inSequence(w.Step) {
		want = flag.SSM.On
	}
	r.beside(j, lookLimit, func(ctx context.Context) func() {
		v, err := b.Flags.Flag(ctx, flag)
		return func() {
			r.flagRead(w.Part.Flag, v, err)
			r.sawParameter(j, flag.SSM.Name, want, version, v, r.ofAccount(err))
		}
	})
	return false
}

func (r *Room) inSequence(step string) bool {
	for i := range r.state.Runbook.Sequence.Steps {
		if r.state.Runbook.Sequence.Steps[i].ID == step {
			return true
		}
	}
	return false
}

func (r *Room) sawParameter(j *job, name, want, version string, v launch.FlagValue, err error) {
	now := r.now()
	if err != nil {
		if now.Sub(j.first) >= unreadFor {
			r.conclude(j, launch.CannotVerify, fmt.Sprintf("%s cannot be read for %s: %s", name, unreadFor, faultOf(err).Error()))
			return
		}
		r.fails(j, err)
		return
	}
	seen := fmt.Sprintf("%s, version %d", name, v.Version)
	if v.By != "" {
		seen += ", by " + v.By
	}
	ours := version == "" || version == fmt.Sprint(v.Version)
	switch {
	case v.Value == want && ours:
		r.conclude(j, launch.Verified, seen+": it holds "+want)
	case v.Value == want:
		r.conclude(j, launch.Verified, seen+": it holds "+want+", by another write than ours, which was version "+version)
	default:
		if j.wrong.IsZero() {
			j.wrong = now
		}
		// A value that nobody bound may be a secret.
		seen += ": it does not hold " + want
		if now.Sub(j.wrong) >= wrongFor {
			r.conclude(j, launch.CheckFailed, seen)
			return
		}
		r.waits(j, seen, lookAgain)
	}
}

// checkDeployment follows the step's deployment to its end.
func (r *Room) checkDeployment(j *job) bool {
	c := r.stepCall(j.work, launch.OpDeploy)
	var hands Hands
	if c != nil {
		hands = r.boundAt(c.ID).Hands[launch.OpDeploy]
	}
	switch {
	case c == nil || !c.Happened():
		return r.conclude(j, launch.CannotVerify, "no deployment of this step is known; look by hand how it ended")
	case hands == nil:
		return r.conclude(j, launch.CannotVerify, "nothing here can follow the deployment "+c.Result()["deployment"]+"; look by hand how it ended")
	}
	call, result := c.Call, c.Result()
	r.beside(j, lookLimit, func(ctx context.Context) func() {
		p, err := hands.Follow(ctx, call, result)
		return func() {
			r.troubled(call.ID, err)
			if err != nil {
				r.fails(j, err)
				return
			}
			r.exec.progress[call.ID] = p
			seen := cmp.Or(result["deployment"], "the deployment") + ": " + cmp.Or(p.Detail, p.State)
			switch p.State {
			case "succeeded":
				r.conclude(j, launch.Verified, seen)
			case "failed", "stopped":
				r.conclude(j, launch.CheckFailed, seen)
			default:
				r.waits(j, seen, lookAgain)
			}
		}
	})
	return false
}

// checkProbe asks the launch file's probe until it answers as expected, or its time is over.
func (r *Room) checkProbe(j *job) bool {
	probe, bound := r.state.File.Probes[j.work.Part.ID]
	prober := r.bound.Prober
	if prober == nil || !bound {
		return r.conclude(j, launch.CannotVerify, "nothing here can ask the probe; look by hand: "+cmp.Or(probe.HTTP, fmt.Sprint(probe.Run)))
	}
	digest := j.work.Part.Args["digest"]
	if len(probe.Run) > 0 && digest == "" {
		return r.conclude(j, launch.CannotVerify, fmt.Sprintf("it is not known which program the probe would run: %s could not be read when the step was planned; look by hand", probe.Run[0]))
	}
	limit := launch.ProbeWithin(probe)
	r.beside(j, limit, func(ctx context.Context) func() {
		p, err := prober.Probe(ctx, probe, digest)
		return func() {
			over := r.now().Sub(j.first) >= limit
			switch {
			case err == nil && p.State == "succeeded":
				r.conclude(j, launch.Verified, cmp.Or(p.Detail, "it answers as expected"))
			case err != nil && over && j.last == "":
				r.conclude(j, launch.CannotVerify, fmt.Sprintf("no answer within %s: %s", limit, faultOf(err).Error()))
			case over:
				r.conclude(j, launch.CheckFailed, fmt.Sprintf("not as expected within %s: %s", limit, cmp.Or(p.Detail, j.last, "it does not answer as expected")))
			case err != nil:
				r.fails(j, err)
				j.next = r.pause(probeAgain)
			default:
				r.waits(j, cmp.Or(p.Detail, "it does not answer as expected"), probeAgain)
			}
		}
	})
	return false
}
