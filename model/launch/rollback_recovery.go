package launch

import (
	"slices"
	"time"

	"tminus/model/launchfile"
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
	spec, ok := s.specOf(triggerMonitor(t))
	if !ok {
		return time.Time{}
	}
	return b.Completed.At.Add(spec.RecoveryWithin())
}

// triggerMonitor is the monitor that a trigger is over; "": it is declared.
func triggerMonitor(t *runbook.Trigger) string {
	id, _, err := monitor.ParseTrigger(t.When)
	if err != nil {
		return ""
	}
	return id
}

// specOf is how a monitor's points come in this launch; false: it is not watched.
func (s *State) specOf(id string) (monitor.Spec, bool) {
	watched := s.watched
	if watched == nil { // a state that no launch.planned began
		watched = s.File.Watched(s.Runbook)
	}
	i := slices.IndexFunc(watched, func(m runbook.Monitor) bool { return m.ID == id })
	if i < 0 {
		return monitor.Spec{}, false
	}
	every := time.Duration(watched[i].Every)
	if every <= 0 {
		every = time.Minute
	}
	spec := monitor.Spec{ID: id, Period: every}
	if source := s.File.SourceOf(id); s.Mode != Rehearsal {
		spec.Period, spec.Settle = source.Period(every), source.Settle()
	}
	return spec, true
}

// LookUntil is until when the room looks at a part of a step under way, as far as its monitor has points; zero: until what is
// looked at has ended, or nobody knows.
func (s *State) LookUntil(step *runbook.Step, part PartSpec) time.Time {
	st := s.Steps[step.ID]
	if st == nil {
		return time.Time{}
	}
	since := s.actedAt(step, st)
	switch part.Check {
	case CheckProbe:
		return since.Add(ProbeWithin(s.File.Probes[part.ID]))
	case CheckEffect:
		if e := s.File.Flags[part.Flag].Effect; e != nil {
			if spec, ok := s.specOf(e.Monitor); ok {
				return since.Add(spec.EffectWithin())
			}
		}
	case CheckRecovery:
		if b := s.CurrentRollback(); b != nil {
			if t := s.CauseOf(b); t != nil {
				if spec, ok := s.specOf(triggerMonitor(t)); ok {
					return since.Add(spec.RecoveryWithin())
				}
			}
		}
	}
	return time.Time{}
}

// ProbeWithin is how long a probe is asked until it answers as expected.
func ProbeWithin(p launchfile.Probe) time.Duration {
	if p.Timeout > 0 {
		return time.Duration(p.Timeout)
	}
	return 2 * time.Minute
}
