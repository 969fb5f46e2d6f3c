package launch

import (
	"fmt"
	"slices"
	"strings"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// The kinds by which the room judges the parts of a step.
const (
	KindStepChecked = "step.checked"
	KindStepFailed  = "step.failed"
)

// What a check comes to. One that cannot tell asks a person, who confirms or not.
const (
	Verified     = "verified"
	CheckFailed  = "failed"
	CannotVerify = "cannot verify"
)

// StepChecked is the data of step.checked: what the room found when it looked at a part of a step, or at a flag.
type StepChecked struct {
	ID       string `json:"id"` // step; @flag for a flag switched by itself
	What     string `json:"what"`
	Attempt  int    `json:"attempt"`
	Outcome  string `json:"outcome"` // verified, failed, cannot verify
	Evidence string `json:"evidence"`
	Flag     string `json:"flag,omitempty"`
}

// Checked is the newest verdict on a part.
type Checked struct {
	Mark
	Outcome string
	What    string // what was looked at: CheckParameter and so on
}

func checkTable() ([]ActionSpec, []KindSpec) {
	return nil, []KindSpec{
		kindOf(KindStepChecked, "The room looked at a part of a step", applyPartChecked, func(s *State, d StepChecked) string {
			what := s.whatText(d.ID, d.What)
			if d.ID == FlagStep {
				what = d.What + " of the flag " + d.Flag
			}
			return withReason(d.Outcome+": "+what, d.Evidence)
		}),
		stepKind(KindStepFailed, "A step failed", applyFailed, "failed:"),
	}
}

func applyPartChecked(s *State, e journal.Entry, d StepChecked) string {
	if !slices.Contains([]string{Verified, CheckFailed, CannotVerify}, d.Outcome) {
		return fmt.Sprintf("%q is no verdict", d.Outcome)
	}
	c := Checked{Mark: marked(e, By{}, d.Evidence), Outcome: d.Outcome}
	if d.ID == FlagStep {
		sw := s.Switches[d.Flag]
		if sw == nil || sw.Attempt != d.Attempt {
			return "the flag was not switched so"
		}
		sw.Checked[d.What] = c
		return ""
	}
	p, odd := s.placeOf(Confirmed{ID: d.ID, What: d.What})
	st := s.Steps[d.ID]
	switch {
	case odd != "":
		return odd
	case p.step == nil || st.Attempt != d.Attempt:
		return "it is of another attempt"
	}
	if st.Checked == nil {
		st.Checked = map[string]Checked{}
	}
	for _, part := range s.partsInForce(p.step, s.Runbook.IsRollback(d.ID), st) {
		if part.ID == d.What {
			c.What = part.Check
		}
	}
	st.Checked[d.What] = c
	if d.Outcome != Verified {
		return ""
	}
	if p.verifies(d.What) {
		st.Verified[d.What] = c.Mark
	} else {
		s.acted(p.step, d.What, c.Mark)
	}
	s.toVerify(d.ID)
	return ""
}

func applyFailed(s *State, e journal.Entry, d StepChanged) string {
	if !s.works(d.ID) && s.StepStateOf(d.ID) != StepUnknown {
		return "the step is not under way"
	}
	s.end(d.ID, StepFailed, marked(e, d.By, d.Reason))
	return ""
}

// settle takes into the step what is known of a call by now.
func (s *State) settle(c *CallState, e journal.Entry) {
	s.stand(c, e)
	st := s.Steps[c.Step]
	step, _ := s.stepOf(c.Step)
	if step == nil || st == nil || c.Op == OpStopDeploy || strings.HasSuffix(c.Part, undoSuffix) || !s.concerns(c, st) {
		return
	}
	under := st.State == StepRunning || st.State == StepVerifying || st.State == StepUnknown
	switch {
	case !under:
	case s.worked(c):
		if s.Confirmed[c.Part] == nil {
			s.acted(step, c.Part, marked(e, By{}, c.evidence()))
		}
		s.toVerify(c.Step)
	case c.Unknown() && (c.Returned != nil || c.Found != nil) && s.Confirmed[c.Part] == nil: // else a person has said that it is done
		st.State = StepUnknown
	case st.State == StepUnknown:
		s.toVerify(c.Step)
	}
	s.settleInterrupted(step, e)
}

// concerns reports whether a call is of the attempt under way, or of an earlier one whose end came only after the step was
// tried again: what that did needs not be done twice.
func (s *State) concerns(c *CallState, st *Step) bool {
	return c.Attempt == st.Attempt || c.Intended.Seq > st.First && s.worked(c) && s.newestCall(c.Step, c.Part) == c
}

// worked reports whether a call has done what it was made for, as far as itself can tell.
func (s *State) worked(c *CallState) bool {
	return c.DryRun || c.Happened() && !s.open(c) && (c.Ended == nil || c.Ended.State == "succeeded")
}

// acted notes that an action of a step is done, by whomever.
func (s *State) acted(step *runbook.Step, what string, m Mark) {
	s.Confirmed[what] = &Done{m}
	s.standsByHand(step, what, m)
}

// evidence tells in a line what shows that a call was done.
func (c *CallState) evidence() string {
	switch {
	case c.DryRun:
		return "dry run: nothing was sent"
	case c.Ended != nil:
		return c.Ended.Detail
	case c.Found != nil && c.Found.Evidence != "":
		return c.Found.Evidence
	}
	var parts []string
	for _, key := range []string{"version", "deployment"} {
		if v := c.Result()[key]; v != "" {
			parts = append(parts, key+" "+v)
		}
	}
	return strings.Join(parts, ", ")
}

// follows reports whether an action is done only when what its call has begun has ended. A deployment that a verification
// of its step follows is done when it is created.
func (s *State) follows(c Call) bool {
	switch c.Op {
	case OpRun, OpStopDeploy:
		return true
	case OpDeploy:
		return !s.checksDeployment(c.Step)
	}
	return false
}

// checksDeployment reports whether a verification of a step follows its deployment.
func (s *State) checksDeployment(id string) bool {
	step := s.Runbook.Step(id)
	return step != nil && slices.ContainsFunc(s.PartsOf(step, s.Runbook.IsRollback(id), nil), func(p PartSpec) bool { return p.Check == CheckDeployment })
}

// leftBehind reports whether nothing of its step follows a deployment to its end any more: that was stopped, skipped, or
// spoken for.
func (s *State) leftBehind(c *CallState) bool {
	st := s.Steps[c.Step]
	if c.Op != OpDeploy || c.DryRun || !c.Happened() || c.Ended != nil || st == nil || c.Intended.Seq < st.First || st.First == 0 || s.works(c.Step) {
		return false
	}
	for _, is := range st.Checked {
		if is.What == CheckDeployment {
			return false
		}
	}
	return true
}
