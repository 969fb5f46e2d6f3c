package launch

import (
	"strings"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// interrupt ends the steps of the deployment sequence that are under way when it is over: nothing of them is done or watched
// any more. Of one of which a call is unknown that is said when it is known. m is what ended the sequence.
func (s *State) interrupt(m Mark, why string) {
	for i := range s.Runbook.Sequence.Steps {
		s.interruptStep(&s.Runbook.Sequence.Steps[i], m, why)
	}
}

func (s *State) interruptStep(step *runbook.Step, m Mark, why string) {
	if state := s.StepStateOf(step.ID); state != StepRunning && state != StepVerifying {
		return
	}
	m.Reason = why + s.left(step)
	s.end(step.ID, StepFailed, m)
}

// left says what of a step is open: "; not done: a; not watched to its end: b".
func (s *State) left(step *runbook.Step) string {
	var open [3][]string
	for _, a := range actionsOf(step) {
		if s.Confirmed[a.ID] == nil {
			open[0] = append(open[0], a.Text)
		}
	}
	for _, v := range step.Verifications {
		if _, done := s.Steps[step.ID].Verified[v.ID]; done {
			continue
		}
		if v.Mode == runbook.Watch && len(open[0]) == 0 {
			open[2] = append(open[2], v.Text)
		} else {
			open[1] = append(open[1], v.Text)
		}
	}
	text := ""
	for i, words := range []string{"not done", "not verified", "not watched to its end"} {
		if len(open[i]) > 0 {
			text += "; " + words + ": " + strings.Join(open[i], ", ")
		}
	}
	return text
}

// settleInterrupted ends a step of a sequence that is over once it is known what became of its call.
func (s *State) settleInterrupted(step *runbook.Step, e journal.Entry) {
	if s.Aborted == nil || s.sequenceStep(step.ID) == nil {
		return
	}
	why := "the sequence was stopped by " + s.Aborted.said()
	if b := s.CurrentRollback(); b != nil && b.Began != nil {
		why = "interrupted by the rollback " + b.ID
	}
	s.interruptStep(step, Mark{Seq: e.Seq, At: e.At, User: e.Actor.User, Roles: e.Actor.Roles, Auth: e.Actor.Auth}, why)
}
