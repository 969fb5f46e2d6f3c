package rehearsal

import (
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

// How colleagues finish a launch, in launch time.
const (
	toJudge     = 40 * time.Second // between two criteria that somebody is asked about
	toFinish    = 3 * time.Minute  // after the watch the checklist of the closure begins
	toAgree     = time.Minute
	toCloseLate = 10 * time.Minute // where the caller cannot close it, somebody does
)

// closure does the colleagues' part once the watch is over: they judge what samples cannot answer, hand over, and agree to a
// closing that needs two.
func (a *acts) closure(s *screen.Screen) {
	if s.Phase != launch.Watching && s.Phase != launch.Closing {
		return
	}
	a.agree(s)
	if s.Phase != launch.Closing {
		return
	}
	w, n := a.world, 0
	for i := range s.Success.Groups {
		g := &s.Success.Groups[i]
		owner := w.runbook.Success[i].Owner
		for _, c := range g.Criteria {
			if c.State != launch.CriterionAsked || owner == w.caller.Role {
				continue
			}
			n++
			a.reaction(g.To.Add(time.Duration(n)*toJudge), owner, "criterion.judge",
				map[string]string{"id": c.ID, "outcome": "met", "evidence": "looked at with the team, at the end of the watch"})
		}
	}
	for i := range s.Closure.Teams {
		for _, it := range s.Closure.Teams[i].Items {
			owner := w.ownerOf(it.ID)
			if !it.Open() || owner == w.caller.Role {
				continue
			}
			n++
			at := s.Success.To.Add(toFinish + time.Duration(n)*toTick)
			if it.Waits != "" { // it may yet fill itself
				at = s.Success.To.Add(2 * toCloseLate)
			}
			a.reaction(at, owner, "task.done", map[string]string{"id": it.ID})
		}
	}
	a.close(s)
}

// agree gives the word of a colleague whose role is asked for, once somebody else has given theirs.
func (a *acts) agree(s *screen.Screen) {
	for _, said := range s.Closure.Needs {
		for _, need := range s.Closure.Needs {
			if said.Agreed != nil && need.Agreed == nil && need.Role != a.world.caller.Role {
				a.reaction(said.Agreed.At.Add(toAgree), need.Role, "launch.close", map[string]string{"reason": "agreed: " + said.Agreed.Text})
			}
		}
	}
}

// close closes the launch where the caller has no role that may, and nothing else is left to do.
func (a *acts) close(s *screen.Screen) {
	w := a.world
	if s.Todo.Action != "launch.close" || w.mayClose() {
		return
	}
	at := s.Success.To.Add(3 * toCloseLate)
	if len(s.Closure.Needs) > 0 {
		a.reaction(at, s.Closure.Needs[0].Role, "launch.close", map[string]string{"reason": "we know what is open, and take it from here"})
		return
	}
	a.reaction(at, w.runbook.Closure.Owner, "launch.close", map[string]string{"reason": "watched to the end"})
}

// mayClose reports whether the caller plays a role that closes launches.
func (w *World) mayClose() bool {
	switch w.caller.Role {
	case "engineering-lead", "product-owner", w.runbook.Closure.Owner:
		return true
	}
	return false
}

func (w *World) ownerOf(action string) string {
	if a, ok := w.runbook.Action(action); ok && a.Owner != "" {
		return a.Owner
	}
	return w.runbook.Closure.Owner
}

// closingDecision is what only the caller can say of the success.
func (w *World) closingDecision(s *screen.Screen) string {
	if s.Phase != launch.Closing {
		return ""
	}
	for i := range s.Success.Groups {
		for _, c := range s.Success.Groups[i].Criteria {
			if c.State == launch.CriterionAsked && w.runbook.Success[i].Owner == w.caller.Role {
				return "is it met? " + c.Text
			}
		}
	}
	return ""
}
