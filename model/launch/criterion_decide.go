package launch

import (
	"fmt"

	"tminus/model/journal"
	"tminus/model/monitor"
)

func applyCriterionMeasured(s *State, e journal.Entry, d CriterionMeasured) string {
	g, c := s.criterion(d.ID)
	if c == nil {
		return fmt.Sprintf("the runbook has no criterion %q", d.ID)
	}
	from, to := s.window(g)
	var scores []monitor.Score
	for _, m := range d.Monitors {
		if m.Verdict == monitor.GoalMet && m.Points*100 < monitor.MinCoverage*m.Expected || m.Verdict == monitor.GoalMet && m.Expected == 0 {
			return "nothing is met of which so little is known"
		}
		scores = append(scores, m.Score)
	}
	switch {
	case e.Actor.Auth != journal.AuthSystem:
		return "the room measures"
	case from.IsZero() || !d.From.Equal(from) || !d.To.Equal(to) || e.At.Before(to):
		return "it is not of the whole window"
	case len(d.Monitors) != len(c.Monitors) || monitor.Verdict(scores) != d.Verdict:
		return "its verdict does not follow from its figures"
	}
	if s.Measured == nil {
		s.Measured = map[string]*CriterionFinding{}
	}
	s.Measured[d.ID] = &CriterionFinding{Mark: marked(e, By{}, ""), CriterionMeasured: d}
	return ""
}

func applyCriterionJudged(s *State, e journal.Entry, d CriterionJudged) string {
	g, c := s.criterion(d.ID)
	if c == nil {
		return fmt.Sprintf("the runbook has no criterion %q", d.ID)
	}
	from, to := s.window(g)
	switch {
	case from.IsZero():
		return "its window has not begun"
	case s.automatic(*c):
		return "samples answer it"
	case d.Outcome != "met" && d.Outcome != "not-met":
		return fmt.Sprintf("%q is no outcome", d.Outcome)
	case d.Outcome == "met" && e.At.Before(to):
		return "its window is not over"
	}
	if s.Judged == nil {
		s.Judged = map[string]*CriterionWord{}
	}
	s.Judged[d.ID] = &CriterionWord{Mark: marked(e, d.By, d.Evidence), Outcome: d.Outcome}
	return ""
}

func mayJudgeCriterion(r *request) *Refusal {
	if _, done := r.s.sequenceDone(); !done {
		return no("success is judged once every step is verified", "the sequence comes first: step.start")
	}
	if phase := r.s.PhaseAt(r.now); phase != Watching && phase != Closing {
		return no("the launch is "+string(phase)+": nothing is left to succeed", "")
	}
	return nil
}

// criteria are those that the caller may judge.
func (r *request) criteria() []string {
	var ids []string
	for _, c := range r.s.Criteria(r.now) {
		if !c.Auto && r.may(c.Group.Owner) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func decideCriterion(r *request) ([]Event, *Refusal) {
	g, of := r.s.criterion(r.args["id"])
	if of == nil {
		return nil, r.unknown("id", "success criterion", r.criteria())
	}
	if refusal := r.must(of.Text, g.Owner); refusal != nil {
		return nil, refusal
	}
	c := r.s.criterionAt(g, *of, r.now)
	switch {
	case c.Auto:
		return nil, no(fmt.Sprintf("%s is answered from the samples (%s)", c.Text, c.State), "a launch can be closed in spite of it: launch.close reason=…")
	case c.Against != "" && r.args["outcome"] == "met":
		return nil, no(c.Text+": "+c.Against, "close it first: defect.close")
	case r.args["outcome"] == "met" && r.now.Before(c.To):
		return nil, no(fmt.Sprintf("%s has to hold until %s", c.Text, instant(c.To)), "say so then; that it is not met can be said at once")
	case c.Judged != nil && c.Judged.Outcome == r.args["outcome"]:
		return nil, no(c.Text+" was judged so already, by "+c.Judged.said(), "")
	}
	return []Event{{Kind: KindCriterionJudged, Data: CriterionJudged{ID: c.ID, Outcome: r.args["outcome"], Evidence: r.args["evidence"], By: r.by}}}, nil
}
