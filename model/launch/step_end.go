package launch

import (
	"fmt"
	"strconv"

	"tminus/model/runbook"
)

// retriable, abortable and resolvable refuse a step that cannot be tried again, stopped or spoken for now.
func (r *request) retriable(step *runbook.Step) *Refusal {
	title := capital(r.s.stepTitle(step.ID))
	switch c := r.s.unknownOf(step.ID); {
	case r.s.StepStateOf(step.ID) != StepFailed:
		return no(title+" has not failed", "step.resolve outcome=not-done says that it has")
	case c != nil:
		return no("it is not known what became of "+c.Op+" of attempt "+strconv.Itoa(c.Attempt), "it is being looked for; who knows says so: step.resolve id="+step.ID)
	case r.stopped(step) != nil:
		return no("it was stopped by "+r.stopped(step).User, "")
	}
	if refusal := r.onlyBack(step); refusal != nil {
		return refusal
	}
	return r.notNext(step)
}

func (r *request) abortable(step *runbook.Step) *Refusal {
	switch state := r.s.StepStateOf(step.ID); {
	case r.stopped(step) != nil:
		return no("it was stopped already, by "+r.stopped(step).User, "")
	case state == StepRunning, state == StepVerifying, state == StepUnknown, state == StepFailed:
		return r.notScrubbed(step)
	}
	return no(capital(r.s.stepTitle(step.ID))+" is not running and has not failed", "hold the clock (clock.hold) before it starts")
}

func (r *request) resolvable(step *runbook.Step) *Refusal {
	c, state := r.s.unknownOf(step.ID), r.s.StepStateOf(step.ID)
	switch {
	case c != nil && !r.now.After(c.LastComing()):
		return no("the effect of "+c.Op+" can still come, until "+c.LastComing().UTC().Format("15:04:05"), "wait for it")
	case c != nil: // whatever has become of the step: what is open of a call can be said
		return nil
	case r.stopped(step) != nil:
		return no("it was stopped by "+r.stopped(step).User, "")
	case state == StepRunning, state == StepVerifying, state == StepUnknown:
		return r.notScrubbed(step)
	case state == StepFailed:
		return no(capital(r.s.stepTitle(step.ID))+" has failed", "try it again (step.retry), or let an authority skip it (step.skip)")
	}
	return no(capital(r.s.stepTitle(step.ID))+" is not running", "")
}

// notScrubbed refuses a step of a scrubbed launch's sequence.
func (r *request) notScrubbed(step *runbook.Step) *Refusal {
	if _, back := r.s.stepOf(step.ID); back {
		return nil
	}
	return r.scrubbed()
}

func decideRetry(r *request) ([]Event, *Refusal) {
	step, refusal := r.step()
	if refusal == nil {
		refusal = r.must(capital(r.s.stepTitle(step.ID)), append([]string{step.Owner}, r.s.authorities()...)...)
	}
	if refusal != nil {
		return nil, refusal
	}
	if refusal := r.retriable(step); refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "step.retried", Data: StepChanged{ID: step.ID, Attempt: r.s.attempts(step.ID) + 1, Reason: r.args["reason"], Digests: r.digests(), By: r.by}}}, nil
}

func maySkip(r *request) *Refusal {
	if refusal := inProcedure(r); refusal != nil {
		return refusal
	}
	return r.must("skipping a step", r.s.authorities()...)
}

func decideSkip(r *request) ([]Event, *Refusal) {
	step, refusal := r.step()
	if refusal != nil {
		return nil, refusal
	}
	if refusal := r.onlyBack(step); refusal != nil {
		return nil, refusal
	}
	if stopped := r.stopped(step); stopped != nil {
		return nil, no("it was stopped by "+stopped.User, "")
	}
	if state := r.s.StepStateOf(step.ID); state != StepWaiting && state != StepFailed {
		return nil, no(fmt.Sprintf("%s is %s", capital(r.s.stepTitle(step.ID)), state), "say first what became of it: step.resolve id="+step.ID)
	}
	if refusal := r.notNext(step); refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "step.skipped", Data: StepChanged{ID: step.ID, Reason: r.args["reason"]}}}, nil
}

func decideAbort(r *request) ([]Event, *Refusal) {
	step, refusal := r.step()
	if refusal == nil {
		refusal = r.must(capital(r.s.stepTitle(step.ID)), append([]string{step.Owner}, r.s.authorities()...)...)
	}
	if refusal != nil {
		return nil, refusal
	}
	if refusal := r.abortable(step); refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "step.aborted", Data: StepChanged{ID: step.ID, Attempt: r.s.attempts(step.ID), Reason: r.args["reason"]}}}, nil
}

// decideResolve takes a person's word for what became of a step, and of its calls: what is not known of them is settled by
// it, so that it is looked for no more and a new attempt can be made. A program that is seen to run goes on running, whatever
// is said, and is run beside itself by no attempt.
func decideResolve(r *request) ([]Event, *Refusal) {
	step, refusal := r.step()
	if refusal == nil {
		refusal = r.must(capital(r.s.stepTitle(step.ID)), append([]string{step.Owner}, r.s.authorities()...)...)
	}
	if refusal == nil {
		refusal = r.resolvable(step)
	}
	if refusal != nil {
		return nil, refusal
	}
	done := r.args["outcome"] == "done"
	said := r.subject() + " says: " + r.args["evidence"]
	var events []Event
	for _, id := range r.s.callOrder {
		if c := r.s.Calls[id]; c.Step == step.ID && c.Op != OpStopDeploy && !c.DryRun && c.Unknown() {
			events = append(events, r.s.saidOf(c, done, said)...)
		}
	}
	state := r.s.StepStateOf(step.ID)
	if r.stopped(step) == nil && (state == StepRunning || state == StepVerifying || state == StepUnknown) {
		events = append(events, Event{Kind: "step.resolved", Data: Resolved{ID: step.ID, Outcome: r.args["outcome"], Evidence: r.args["evidence"], By: r.by}})
	}
	return events, nil
}

// saidOf is what a person's word makes of a call of which nobody knows. There is nothing by which what it began could be
// followed.
func (s *State) saidOf(c *CallState, done bool, said string) []Event {
	if !done {
		return []Event{{Kind: KindCallFound, Data: CallFound{ID: c.ID, Found: Found{Found: FoundNo, Evidence: said}}}}
	}
	events := []Event{{Kind: KindCallFound, Data: CallFound{ID: c.ID, Found: Found{Found: FoundYes, Evidence: said}}}}
	if s.follows(c.Call) {
		events = append(events, Event{Kind: KindCallEnded, Data: CallEnded{ID: c.ID, State: "succeeded", Detail: said}})
	}
	return events
}

// stopped is who stopped the procedure that a step belongs to; nil: nobody.
func (r *request) stopped(step *runbook.Step) *Mark {
	if _, back := r.s.stepOf(step.ID); back {
		return r.s.CurrentRollback().Aborted
	}
	return r.s.Aborted
}
