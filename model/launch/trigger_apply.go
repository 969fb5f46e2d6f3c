package launch

import (
	"fmt"
	"slices"
	"time"

	"tminus/model/journal"
	"tminus/model/monitor"
)

func applyFired(s *State, e journal.Entry, d TriggerFired) string {
	t := s.Runbook.Trigger(d.Trigger)
	switch {
	case t == nil:
		return fmt.Sprintf("the runbook has no trigger %q", d.Trigger)
	case t.When == "":
		return "people declare this trigger, no data fire it"
	case !proposal(d.Proposes):
		return fmt.Sprintf("%q is nothing that a trigger proposes", d.Proposes)
	case len(d.Points) == 0:
		return "it fired on no point"
	case slices.ContainsFunc(d.Points, func(p monitor.Point) bool { return p.At.After(e.At) }):
		return "it fired on points that were still to come"
	}
	m := marked(e, By{}, "")
	is := s.Triggers[t.ID]
	if is.InForce() {
		is.Points, is.Proposes = evidence(is.Points, d.Points), d.Proposes
	} else {
		is = &Trigger{State: TriggerStateFired, Fired: m, Proposes: d.Proposes, Points: evidence(nil, d.Points)}
		s.Triggers[t.ID] = is
	}
	if is.ByData == nil {
		is.ByData, is.Began = &m, s.sequenceBegun()
	}
	s.addEvidence(t.ID)
	return ""
}

// addEvidence adds a trigger to the open request, of which there is one however many triggers fire.
func (s *State) addEvidence(id string) {
	b := s.CurrentRollback()
	switch {
	case !b.Open():
	case b.Trigger == id:
		b.Points = evidence(b.Points, s.Triggers[id].Points)
	case !slices.Contains(b.Also, id):
		b.Also = append(b.Also, id)
	}
}

func proposal(p string) bool { return p == ProposesHold || p == ProposesRollback }

// evidence is points with more of them, in order and one an instant: the later word on it.
func evidence(points, more []monitor.Point) []monitor.Point {
	all := make([]monitor.Point, 0, len(points)+len(more))
	for _, p := range slices.Concat(points, more) {
		i, found := slices.BinarySearchFunc(all, p.At, func(q monitor.Point, at time.Time) int { return q.At.Compare(at) })
		if found {
			all[i] = p
			continue
		}
		all = slices.Insert(all, i, p)
	}
	return all
}

func applyDeclared(s *State, e journal.Entry, d TriggerDeclared) string {
	t := s.Runbook.Trigger(d.Trigger)
	switch {
	case t == nil:
		return fmt.Sprintf("the runbook has no trigger %q", d.Trigger)
	case s.Triggers[t.ID].InForce():
		return "it is in force already"
	case !proposal(d.Proposes):
		return fmt.Sprintf("%q is nothing that a trigger proposes", d.Proposes)
	}
	s.Triggers[t.ID] = &Trigger{State: TriggerStateFired, Fired: marked(e, d.By, d.Reason), Declared: true, Proposes: d.Proposes}
	s.addEvidence(t.ID)
	return ""
}

func applyAcknowledged(s *State, e journal.Entry, d TriggerAcknowledged) string {
	is := s.Triggers[d.Trigger]
	if is == nil || is.State != TriggerStateFired {
		return "no such trigger waits to be acknowledged"
	}
	m := marked(e, d.By, d.Reason)
	is.State, is.Acknowledged = TriggerStateAcknowledged, &m
	return ""
}

func applyCleared(s *State, e journal.Entry, d TriggerCleared) string {
	is := s.Triggers[d.Trigger]
	byData := d.Why == ClearedRecovered || d.Why == ClearedRevised
	switch {
	case !is.InForce():
		return "no such trigger is in force"
	case !byData && d.Why != ClearedWithdrawn:
		return fmt.Sprintf("%q is no reason to clear a trigger", d.Why)
	case byData == is.Declared:
		return "what a person declared a person clears, and what data fired the data"
	}
	m := marked(e, d.By, withReason(d.Why, d.Reason))
	is.State, is.Cleared = TriggerStateCleared, &m
	return ""
}
