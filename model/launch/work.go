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
	WorkStop   WorkKind = "stop"   // ask what it began to end
)

// Work is one thing that the state asks the room to do outside. It is derived from the journal alone: a room that starts
// anew finds the same.
type Work struct {
	Kind     WorkKind
	Call     Call      // of all but WorkCheck
	Intended time.Time // WorkLook, WorkFollow, WorkStop
	Caller   string    // WorkLook: in whose name it was intended
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

// Work lists what has to be done outside now. started is when this room began: a call that an earlier one intended, and of
// which nothing came back, is looked for and never simply made. What is not known of a call is looked for whatever has
// become of its step meanwhile: stopped, skipped, left behind by a recycle.
func (s *State) Work(started time.Time) []Work {
	if s.ReadOnly != "" || s.Closed != nil {
		return nil
	}
	var all []Work
	b := s.CurrentRollback()
	if !b.Running() && len(s.Unreviewed) == 0 {
		for i := range s.Runbook.Sequence.Steps {
			all = append(all, s.stepWork(&s.Runbook.Sequence.Steps[i], false)...)
		}
	}
	if b.Running() {
		for _, step := range s.backSteps(b) {
			all = append(all, s.stepWork(step, true)...)
		}
	}
	for _, b := range s.Rollbacks { // whatever came after it: what it has come to belongs to the record
		if !b.Recovering() {
			continue
		}
		all = append(all, Work{Kind: WorkCheck, Part: PartSpec{ID: CheckRecovery, By: ByCheck, Check: CheckRecovery}, Rollback: b.ID, Since: b.Completed.At})
	}
	all = append(all, s.switchWork(started)...)
	all = append(all, s.stopWork()...)
	return append(all, s.openCalls(all, started)...)
}

// stepWork is what a step under way has to have made and checked.
func (s *State) stepWork(step *runbook.Step, back bool) []Work {
	st := s.Steps[step.ID]
	if st == nil || !s.works(step.ID) {
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
				all = append(all, s.partWork(step.ID, st, p)...)
			}
			ready = false
		case ready:
			if _, done := st.Verified[p.ID]; !done && p.By == ByCheck && st.Checked[p.ID].Outcome == "" {
				all = append(all, Work{Kind: WorkCheck, Step: step.ID, Part: p, Attempt: st.Attempt, Since: s.actedAt(step, st)})
			}
		}
	}
	return all
}

// partsInForce are a step's parts as they are carried out: a rollback's are those of its plan, to the letter. What the plan
// does not have is nobody's to do but a person's.
func (s *State) partsInForce(step *runbook.Step, back bool, st *Step) []PartSpec {
	parts := s.PartsOf(step, back, st.Digests)
	if !back {
		return parts
	}
	planned := map[string]PlannedPart{}
	for _, p := range s.CurrentRollback().Plan.Steps {
		for _, part := range p.Parts {
			if p.ID == step.ID {
				planned[part.ID] = part
			}
		}
	}
	for i := range parts {
		p := &parts[i]
		want, ok := planned[p.ID]
		if !ok {
			want.By = ByHand
		}
		p.By, p.Op, p.Args, p.Check = want.By, want.Op, want.Args, want.Look
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

func (s *State) partWork(step string, st *Step, p PartSpec) []Work {
	switch p.By {
	case ByCheck:
		if st.Checked[p.ID].Outcome == "" {
			return []Work{{Kind: WorkCheck, Step: step, Part: p, Attempt: st.Attempt, Since: st.Started.At}}
		}
	case ByCall:
		return s.callWork(NewCall(s.ID, p.Op, step, p.ID, st.Attempt, p.Args))
	}
	return nil
}

// callWork makes a call that was not intended yet. While it is not known what became of an earlier attempt, or what that
// began goes on, there is no other.
func (s *State) callWork(want Call) []Work {
	if c := s.newestCall(want.Step, want.Part); c != nil && c.Attempt >= want.Attempt {
		return nil
	}
	if s.openCall(want.Step, want.Part) != nil || s.openCall(want.Step, want.Part+undoSuffix) != nil {
		return nil
	}
	return []Work{{Kind: WorkCall, Call: want, Step: want.Step}}
}

// openCall is a call of a part of which it is not known what became, or what it began goes on; nil: there is none.
func (s *State) openCall(step, part string) *CallState {
	for _, id := range s.callOrder {
		if c := s.Calls[id]; c.Step == step && c.Part == part && s.open(c) {
			return c
		}
	}
	return nil
}

// open reports whether something is still to be found out of a call.
func (s *State) open(c *CallState) bool {
	return !c.DryRun && (c.Unknown() || c.Happened() && s.follows(c.Call) && c.Ended == nil)
}

// openCalls looks for what became of calls, and follows what they have begun. A deployment that was in the way is stopped
// for another one, and seen to by who makes that, as long as it is wanted.
func (s *State) openCalls(wanted []Work, started time.Time) []Work {
	var all []Work
	for _, id := range s.callOrder {
		c := s.Calls[id]
		if !s.open(c) && !s.leftBehind(c) || c.Op == OpStopDeploy && slices.ContainsFunc(wanted, func(w Work) bool { return w.Kind == WorkCall && w.Step == c.Step }) {
			continue
		}
		w := Work{Kind: WorkFollow, Call: c.Call, Intended: c.Intended.At, Caller: c.Identity.Caller, Deadline: c.Deadline, Result: c.Result(), Step: c.Step}
		if c.Unknown() {
			if c.Returned == nil && !c.Intended.At.Before(started) {
				continue // it is on its way
			}
			w.Kind = WorkLook
		}
		all = append(all, w)
	}
	return all
}

func (s *State) switchWork(started time.Time) []Work {
	var all []Work
	for flag, sw := range s.Switches {
		f, bound := s.File.Flags[flag]
		if !bound {
			continue
		}
		c := s.newestCall(FlagStep, flag)
		if c == nil || c.Attempt < sw.Attempt {
			if !sw.On || !sw.At.Before(started) && s.orderStands(sw) {
				all = append(all, Work{Kind: WorkCall, Call: s.switchCall(flag, sw), Step: FlagStep})
			}
			continue
		}
		if c.Attempt != sw.Attempt || !c.Happened() && !c.DryRun {
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
		if u.Evidence == "" && len(s.File.Actions[u.What].Undo) > 0 {
			all = append(all, s.callWork(s.undoCall(u))...)
		}
	}
	slices.SortFunc(all, func(a, b Work) int { return strings.Compare(a.Key(), b.Key()) })
	return all
}

// wanted reports whether a call is one that the state asks for, or serves one: it stops a deployment that is in its way.
func (s *State) wanted(c Call) bool {
	return slices.ContainsFunc(s.Work(time.Time{}), func(w Work) bool {
		return w.Kind == WorkCall && (w.Call.ID == c.ID ||
			c.Op == OpStopDeploy && w.Call.Op == OpDeploy && w.Step == c.Step && w.Call.Attempt == c.Attempt &&
				w.Call.Args["application"] == c.Args["application"] && w.Call.Args["group"] == c.Args["group"])
	})
}
