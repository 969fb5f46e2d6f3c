package launch

import (
	"fmt"
	"slices"
	"strings"

	"tminus/model/journal"
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
	st.Checked[d.What] = c
	if d.Outcome != Verified {
		return ""
	}
	if p.verifies(d.What) {
		st.Verified[d.What] = c.Mark
	} else {
		s.Confirmed[d.What] = &Done{c.Mark}
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

// settle takes into the step what became of a call.
func (s *State) settle(c *CallState, e journal.Entry) {
	st := s.Steps[c.Step]
	if c.Step == FlagStep || st == nil || c.Attempt != st.Attempt || c.Op == OpStopDeploy || strings.HasSuffix(c.Part, undoSuffix) {
		return
	}
	under := st.State == StepRunning || st.State == StepVerifying || st.State == StepUnknown
	switch {
	case !under:
	case c.DryRun && (c.Returned != nil || c.Found != nil), c.Happened() && (!s.follows(c.Call) || c.Ended != nil && c.Ended.State == "succeeded"):
		st.State = StepRunning
		s.Confirmed[c.Part] = &Done{marked(e, By{}, c.evidence())}
		s.toVerify(c.Step)
	case c.Unknown() && s.Confirmed[c.Part] == nil: // else a person has said meanwhile that it was done
		st.State = StepUnknown
	case st.State == StepUnknown:
		st.State = StepRunning
		s.toVerify(c.Step)
	}
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
		step, back := s.stepOf(c.Step)
		return step == nil || !slices.ContainsFunc(s.PartsOf(step, back, nil), func(p PartSpec) bool { return p.Check == CheckDeployment })
	}
	return false
}
