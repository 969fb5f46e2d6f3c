package rehearsal

import (
	"tminus/model/launch"
	"tminus/model/screen"
)

// Decision names what only the caller can decide now, so that the clock waits for a person; "": nothing.
func (w *World) Decision(s *screen.Screen) string {
	switch {
	case s.Phase == launch.Scrubbed || s.Phase == launch.Closed:
		return ""
	}
	if d, only := w.rollbackDecision(s); d != "" || only {
		return d
	}
	if d := w.triggerDecision(s); d != "" {
		return d
	}
	if s.Clock.HeldAt != nil {
		return "the clock is held: resume, recycle or scrub"
	}
	if d := w.pollDecision(s); d != "" {
		return d
	}
	if d := w.closingDecision(s); d != "" {
		return d
	}
	return w.stepDecision(s)
}

// triggerDecision is what a trigger asks of a caller who may authorise a rollback, until somebody has acknowledged it or
// asked for the rollback.
func (w *World) triggerDecision(s *screen.Screen) string {
	if !w.authority(w.caller.Role) || s.CurrentRequest() != nil {
		return ""
	}
	for i := range s.Triggers {
		switch t := &s.Triggers[i]; {
		case t.State != screen.TriggerFired:
		case t.Proposes == launch.ProposesRollback:
			return t.Title + " fired: acknowledge, hold or roll back"
		default:
			return t.Title + " fired: acknowledge, or hold the clock"
		}
	}
	return ""
}

func (w *World) pollDecision(s *screen.Screen) string {
	switch s.Poll.State {
	case screen.PollNoGo:
		if s.Phase != launch.Launching {
			return "the poll says NO-GO: recycle or scrub"
		}
	case screen.PollOpen:
		missing := 0
		for _, v := range s.Poll.Votes {
			if v.Vote == "" {
				missing++
				if v.Role == w.caller.Role {
					return "your vote, GO or NO-GO"
				}
			}
		}
		switch {
		case missing > 0:
		case len(s.Poll.Blocks) > 0:
			return "GO is blocked: " + s.Poll.Blocks[0]
		case len(s.Meeting.Lacks) > 0:
			return w.meetingDecision(s)
		case w.facilitator() == w.caller.Role:
			return "decide the poll"
		}
	}
	return ""
}

func (w *World) stepDecision(s *screen.Screen) string {
	if s.Phase != launch.Launching || len(s.Steps) != len(w.runbook.Sequence.Steps) {
		return ""
	}
	for i, step := range s.Steps {
		if step.State == launch.StepDone || step.State == launch.StepSkipped {
			continue
		}
		if w.runbook.Sequence.Steps[i].Owner != w.caller.Role && step.State != launch.StepFailed {
			return ""
		}
		if p, _ := handOf(&step); p == nil && len(step.Parts) > 0 && (step.State == launch.StepRunning || step.State == launch.StepVerifying) {
			return "" // the room is at it
		}
		return "step " + step.Title
	}
	return ""
}
