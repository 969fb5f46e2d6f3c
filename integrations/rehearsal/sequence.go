package rehearsal

import (
	"cmp"
	"slices"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

// How long colleagues take for a step, in launch time.
const (
	toStart   = 15 * time.Second
	toConfirm = 25 * time.Second
)

// steps works the steps of the deployment sequence that belong to colleagues, one after the other.
func (a *acts) steps(s *screen.Screen) {
	if s.Phase != launch.Launching || s.Clock.HeldAt != nil || s.CurrentRequest().Open() || slices.ContainsFunc(s.Triggers, undecided) {
		return
	}
	ready := s.Clock.T0
	for i, step := range s.Steps {
		owner := a.world.runbook.Sequence.Steps[i].Owner
		switch {
		case step.State == launch.StepDone || step.State == launch.StepSkipped:
			if step.Ended != nil {
				ready = step.Ended.At
			}
			continue
		case owner == a.world.caller.Role:
		case step.State == launch.StepWaiting:
			a.reaction(ready.Add(toStart), owner, "step.start", map[string]string{"id": step.ID})
		case step.State == launch.StepRunning || step.State == launch.StepVerifying:
			a.work(&step, owner)
		}
		return
	}
}

// work does what is by hand in a step of the sequence that is under way, at its pace.
func (a *acts) work(step *screen.Step, owner string) {
	pace := cmp.Or(time.Duration(a.world.scenario.Pace[step.ID]), toConfirm)
	if len(step.Parts) > 0 {
		p, since := handOf(step)
		if p == nil {
			return
		}
		n := slices.IndexFunc(step.Parts, func(q screen.Part) bool { return q.ID == p.ID })
		at := step.Started.At.Add(time.Duration(n+1) * pace)
		if soonest := since.Add(toMark); at.Before(soonest) {
			at = soonest
		}
		a.reaction(at, owner, "step.confirm", map[string]string{"id": step.ID, "what": p.ID})
		return
	}
	for n, act := range slices.Concat(step.Actions, step.Verifications) {
		if act.Done == nil {
			a.reaction(step.Started.At.Add(time.Duration(n+1)*pace), owner, "step.confirm", map[string]string{"id": step.ID, "what": act.ID})
		}
	}
}
