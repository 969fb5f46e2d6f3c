package launch

import (
	"slices"
	"time"

	"tminus/model/monitor"
	"tminus/model/runbook"
)

// CauseOf is the trigger over a monitor that a rollback answers, by which it is seen whether it has helped: the one that its
// request names, else the first by priority that was in force between the request and now. Nil: there is none.
func (s *State) CauseOf(b *Rollback) *runbook.Trigger {
	if b.Trigger != "" {
		if t := s.Runbook.Trigger(b.Trigger); t != nil && t.When != "" {
			return t
		}
	}
	for _, priority := range []string{runbook.High, runbook.Normal} {
		for i := range s.Runbook.Triggers {
			t := &s.Runbook.Triggers[i]
			is := s.Triggers[t.ID]
			if t.When != "" && t.Priority == priority && is != nil && (is.InForce() || is.Cleared != nil && is.Cleared.At.After(b.Requested.At)) {
				return t
			}
		}
	}
	return nil
}

// RecoveryKnownBy is until when it is watched whether a rollback has helped, as far as its monitor has points; zero: it is
// not watched, since it is known, or no monitor can tell.
func (s *State) RecoveryKnownBy(b *Rollback) time.Time {
	if !b.Recovering() {
		return time.Time{}
	}
	t := s.CauseOf(b)
	if t == nil {
		return time.Time{}
	}
	id, _, err := monitor.ParseTrigger(t.When)
	watched := s.watched
	if watched == nil { // a state that no launch.planned began
		watched = s.File.Watched(s.Runbook)
	}
	i := slices.IndexFunc(watched, func(m runbook.Monitor) bool { return m.ID == id })
	if err != nil || i < 0 {
		return time.Time{}
	}
	every := time.Duration(watched[i].Every)
	if every <= 0 {
		every = time.Minute
	}
	spec := monitor.Spec{ID: id, Period: every}
	if source := s.File.SourceOf(id); s.Mode != Rehearsal {
		spec.Period, spec.Settle = source.Period(every), source.Settle()
	}
	return b.Completed.At.Add(spec.RecoveryWithin())
}
