package launch

import (
	"slices"
	"strings"
	"time"

	"tminus/model/runbook"
)

// WorkKind is what the room has to do outside.
type WorkKind string

// The kinds of work.
const (
	WorkCall   WorkKind = "call"   // intend it, send it, journal what came back
	WorkLook   WorkKind = "look"   // find out what became of it
	WorkFollow WorkKind = "follow" // see how what it began goes on, until it ends
	WorkCheck  WorkKind = "check"  // look whether a part is as it should be
)

// Work is one thing that the state asks the room to do outside. It is derived from the journal alone: a room that starts
// anew finds the same.
type Work struct {
	Kind     WorkKind
	Call     Call      // of WorkCall, WorkLook, WorkFollow
	Intended time.Time // WorkLook, WorkFollow
	Deadline time.Time // WorkLook: until when the effect may still come
	Result   map[string]string
	Step     string
	Part     PartSpec // WorkCheck
	Attempt  int      // WorkCheck
	Since    time.Time
	Rollback string // WorkCheck of a rollback's recovery: its id
}

// Key names a piece of work: of two that bear one only one is done at a time.
func (w Work) Key() string {
	switch w.Kind {
	case WorkCheck:
		return "check " + w.Step + " " + w.Part.ID + " " + w.Rollback + " " + w.Since.UTC().Format(time.RFC3339Nano)
	case WorkCall:
		return "call " + w.Call.ID
	}
	return string(w.Kind) + " " + w.Call.ID
}

// stepOf returns a step that can be worked: of the deployment sequence, or of the rollback under way (back).
func (s *State) stepOf(id string) (step *runbook.Step, back bool) {
	if st := s.sequenceStep(id); st != nil {
		return st, false
	}
	if b := s.CurrentRollback(); b.Running() && slices.ContainsFunc(b.Plan.Steps, func(p PlannedStep) bool { return p.ID == id }) {
		return s.rollbackStep(id), true
	}
	return nil, false
}

// backSteps are the steps of a rollback's plan.
func (s *State) backSteps(b *Rollback) []*runbook.Step {
	var steps []*runbook.Step
	for _, p := range b.Plan.Steps {
		if st := s.rollbackStep(p.ID); st != nil {
			steps = append(steps, st)
		}
	}
	return steps
}

// nextOf is the first step of a rollback that the next one still waits for; nil: there is none.
func (s *State) nextOf(b *Rollback) *runbook.Step {
	for _, step := range s.backSteps(b) {
		if !s.passed(step) {
			return step
		}
	}
	return nil
}

// backDue is what a rollback under way comes to by itself: its next step starts, ends or fails, and so does it.
func (s *State) backDue(b *Rollback, now time.Time) []Event {
	if b.Aborted != nil {
		return []Event{{Kind: KindRollbackCompleted, Data: RollbackCompleted{ID: b.ID, Outcome: "failed", Reason: b.Aborted.Reason}}}
	}
	over := true
	for _, step := range s.backSteps(b) {
		if ev, due := s.stepDue(step); due {
			return []Event{ev}
		}
		switch s.StepStateOf(step.ID) {
		case StepDone, StepSkipped:
			continue
		}
		over = false
		if s.StepStateOf(step.ID) == StepWaiting {
			if next := s.nextOf(b); next == nil || next.ID != step.ID {
				break
			}
			if b.State(s) == "authorized" && !s.stillAuthorized(b, now) {
				return []Event{{Kind: KindRollbackLapsed, Data: RollbackWord{ID: b.ID, Reason: "its approvals are too old now: they have to be given again"}}}
			}
			return []Event{{Kind: "step.started", Data: StepChanged{ID: step.ID, Attempt: s.attempts(step.ID) + 1}}}
		}
	}
	if over {
		return []Event{{Kind: KindRollbackCompleted, Data: RollbackCompleted{ID: b.ID, Outcome: "done"}}}
	}
	return nil
}

// stillAuthorized checks the approvals once more at the moment of use.
func (s *State) stillAuthorized(b *Rollback, now time.Time) bool {
	return s.Policy(b.Priority).Judge(b.ID, b.Approvals, s.holdsFor(b), now).Authorized
}

// holdsFor is who holds which roles now. In a rehearsal who acted as a role goes on holding it for their approval.
func (s *State) holdsFor(b *Rollback) func(user string) []string {
	return func(user string) []string {
		if s.Mode == Rehearsal {
			for i := len(b.Approvals) - 1; i >= 0; i-- {
				if b.Approvals[i].User == user {
					return b.Approvals[i].Roles
				}
			}
		}
		return s.Roles(user)
	}
}

// stepDue is what a step under way comes to by itself: that it failed, or that everything of it is done.
func (s *State) stepDue(step *runbook.Step) (Event, bool) {
	if !s.works(step.ID) {
		return Event{}, false
	}
	st := s.Steps[step.ID]
	_, back := s.stepOf(step.ID)
	byRoom := false
	for _, p := range s.partsInForce(step, back, st) {
		byRoom = byRoom || p.By != ByHand
		if why := s.failed(step.ID, st, p); why != "" {
			return Event{Kind: KindStepFailed, Data: StepChanged{ID: step.ID, Attempt: st.Attempt, Reason: why}}, true
		}
	}
	for _, p := range s.places() {
		if p.id == step.ID && byRoom && len(s.openParts(p, false)) == 0 {
			return Event{Kind: KindStepVerified, Data: StepChanged{ID: step.ID, Attempt: st.Attempt}}, true
		}
	}
	return Event{}, false
}

// failed says why a part has failed in this attempt; "": it has not. A watch that fails leaves the step to a person.
func (s *State) failed(step string, st *Step, p PartSpec) string {
	if c := s.newestCall(step, p.ID); p.By == ByCall && s.Confirmed[p.ID] == nil && c != nil && c.Attempt == st.Attempt {
		if c.Refused() && !c.DryRun || c.Ended != nil && c.Ended.State != "succeeded" {
			return c.failure()
		}
	}
	if c := st.Checked[p.ID]; c.Outcome == CheckFailed && !p.Watch {
		return p.Text + ": " + c.Reason
	}
	return ""
}

// Work lists what has to be done outside now. started is when this room began: a call that an earlier one intended, and of
// which nothing came back, is looked for and never simply made.
func (s *State) Work(started time.Time) []Work {
	if s.ReadOnly != "" || s.Closed != nil {
		return nil
	}
	var all []Work
	for i := range s.Runbook.Sequence.Steps {
		all = append(all, s.stepWork(&s.Runbook.Sequence.Steps[i], false, started)...)
	}
	b := s.CurrentRollback()
	if b.Running() {
		for _, step := range s.backSteps(b) {
			all = append(all, s.stepWork(step, true, started)...)
		}
	}
	if b != nil && b.Completed != nil && b.Outcome == "done" && b.Verdict == "" {
		all = append(all, Work{Kind: WorkCheck, Part: PartSpec{ID: CheckRecovery, By: ByCheck, Check: CheckRecovery}, Rollback: b.ID, Since: b.Completed.At})
	}
	all = append(all, s.switchWork(started)...)
	return append(all, s.leftWork(all, started)...)
}

// leftWork finds out what became of calls that a step has left behind, because a person stopped it or said what became of
// it: what may have happened, and a program that may run still.
func (s *State) leftWork(listed []Work, started time.Time) []Work {
	var all []Work
	for _, id := range s.callOrder {
		c := s.Calls[id]
		if c.DryRun || c.Step == FlagStep || c.Op == OpStopDeploy || slices.ContainsFunc(listed, func(w Work) bool { return w.Call.ID == id }) {
			continue
		}
		w := Work{Call: c.Call, Intended: c.Intended.At, Deadline: c.Deadline, Result: c.Result(), Step: c.Step}
		switch {
		case c.Unknown() && c.Found == nil && (c.Returned != nil || c.Intended.At.Before(started)):
			w.Kind = WorkLook
		case c.Op == OpRun && c.Happened() && c.Ended == nil:
			w.Kind = WorkFollow
		default:
			continue
		}
		all = append(all, w)
	}
	return all
}

func (s *State) stepWork(step *runbook.Step, back bool, started time.Time) []Work {
	st := s.Steps[step.ID]
	if st == nil || !s.works(step.ID) && st.State != StepUnknown {
		return nil
	}
	var all []Work
	ready := true // every action is done, so that what verifies them can be looked at
	for _, p := range s.partsInForce(step, back, st) {
		switch {
		case !p.Verification && s.Confirmed[p.ID] != nil:
			continue
		case !p.Verification:
			if ready {
				all = append(all, s.partWork(step.ID, st, p, started)...)
			}
			ready = false
		case ready && s.works(step.ID):
			if _, done := st.Verified[p.ID]; !done && p.By == ByCheck && st.Checked[p.ID].Outcome == "" {
				all = append(all, Work{Kind: WorkCheck, Step: step.ID, Part: p, Attempt: st.Attempt, Since: s.actedAt(step, st)})
			}
		}
	}
	return all
}

// partsInForce are a step's parts as they are carried out: a rollback's calls are those of its plan, to the letter.
func (s *State) partsInForce(step *runbook.Step, back bool, st *Step) []PartSpec {
	parts := s.PartsOf(step, back, st.Digests)
	if !back {
		return parts
	}
	for _, planned := range s.CurrentRollback().Plan.Steps {
		for _, want := range planned.Parts {
			for i := range parts {
				if planned.ID == step.ID && parts[i].ID == want.ID {
					parts[i].By, parts[i].Op, parts[i].Args, parts[i].Check = want.By, want.Op, want.Args, want.Look
				}
			}
		}
	}
	return parts
}

// actedAt is when the last action of a step was done: what comes after it shows its effect.
func (s *State) actedAt(step *runbook.Step, st *Step) time.Time {
	at := st.Started.At
	for _, a := range actionsOf(step) {
		if d := s.Confirmed[a.ID]; d != nil && d.At.After(at) {
			at = d.At
		}
	}
	return at
}

func (s *State) partWork(step string, st *Step, p PartSpec, started time.Time) []Work {
	switch p.By {
	case ByCheck:
		if st.Checked[p.ID].Outcome == "" {
			return []Work{{Kind: WorkCheck, Step: step, Part: p, Attempt: st.Attempt, Since: st.Started.At}}
		}
	case ByCall:
		return s.callWork(NewCall(s.ID, p.Op, step, p.ID, st.Attempt, p.Args), started)
	}
	return nil
}

// callWork is what a call that should be made, or was, asks for. As long as it is not known what became of a step's earlier
// attempt, or what that began goes on, there is no other. A flag switched by itself waits for nothing: off is off.
func (s *State) callWork(want Call, started time.Time) []Work {
	c := s.Calls[want.ID]
	if c == nil {
		c = s.newestCall(want.Step, want.Part)
	}
	if c == nil || c.Attempt != want.Attempt && (want.Step == FlagStep || !s.pending(c)) {
		return []Work{{Kind: WorkCall, Call: want, Step: want.Step}}
	}
	w := Work{Call: c.Call, Intended: c.Intended.At, Deadline: c.Deadline, Result: c.Result(), Step: want.Step}
	switch {
	case c.DryRun && (!c.Unknown() || !c.Intended.At.Before(started)):
		return nil
	case c.Unknown() && (c.Returned != nil || c.Intended.At.Before(started)):
		w.Kind = WorkLook
	case c.Happened() && s.follows(c.Call) && c.Ended == nil:
		w.Kind = WorkFollow
	default:
		return nil
	}
	return []Work{w}
}

// pending reports whether something is still to come to light of a call.
func (s *State) pending(c *CallState) bool {
	return !c.DryRun && (c.Unknown() || c.Happened() && s.follows(c.Call) && c.Ended == nil)
}

func (s *State) switchWork(started time.Time) []Work {
	var all []Work
	for flag, sw := range s.Switches {
		f, bound := s.File.Flags[flag]
		if !bound {
			continue
		}
		c := s.newestCall(FlagStep, flag)
		if sw.On && s.CurrentRollback().Running() && (c == nil || c.Attempt != sw.Attempt) {
			continue // an order that has not left turns nothing on beside a rollback
		}
		all = append(all, s.callWork(s.switchCall(flag, sw), started)...)
		if c == nil || c.Attempt != sw.Attempt || !c.Happened() {
			continue
		}
		for _, check := range []string{CheckParameter, CheckEffect} {
			if sw.Checked[check].Outcome == "" && (check == CheckParameter || f.Effect != nil) {
				all = append(all, Work{Kind: WorkCheck, Step: FlagStep, Attempt: sw.Attempt, Since: sw.At,
					Part: PartSpec{ID: check, By: ByCheck, Check: check, Flag: flag, Watch: check == CheckEffect}})
			}
		}
	}
	for _, u := range s.Undos {
		all = append(all, s.callWork(s.undoCall(u), started)...)
	}
	slices.SortFunc(all, func(a, b Work) int { return strings.Compare(a.Key(), b.Key()) })
	return all
}
