package screen

import (
	"slices"

	"tminus/model/journal"
	"tminus/model/monitor"
)

// maxContext is how many monitors an entry's context holds at most.
const maxContext = 24

// ContextOf is what was known, for the entry of a decision: clock, phase, status, and the monitors that are named, those of
// triggers in force and of a rollback's cause, those that are not OK, then the others while there is room.
func ContextOf(s *Screen, names ...string) *journal.Context {
	if s == nil {
		return nil
	}
	c := &journal.Context{Clock: s.ClockText(s.At), Phase: string(s.Phase), Status: string(s.Status), Metrics: map[string]journal.Metric{}}
	quiet := func(m Monitor) bool {
		return m.State == monitor.OK || m.State == monitor.Unbound || m.State == monitor.NoRule
	}
	for i := range s.Triggers {
		if t := &s.Triggers[i]; t.InForce() && t.Monitor != "" {
			names = append(names[:len(names):len(names)], t.Monitor)
		}
	}
	if r := s.CurrentRequest(); r.Open() || r.Running() { // what asked for it, also where it is good again
		for i := range s.Triggers {
			if t := &s.Triggers[i]; t.ID == r.Trigger && t.Monitor != "" {
				names = append(names[:len(names):len(names)], t.Monitor)
			}
		}
	}
	for _, wanted := range []func(m Monitor) bool{
		func(m Monitor) bool { return slices.Contains(names, m.ID) },
		func(m Monitor) bool { return !quiet(m) },
		func(m Monitor) bool { return m.State == monitor.OK },
	} {
		for _, m := range s.Monitors {
			if len(c.Metrics) == maxContext || !wanted(m) {
				continue
			}
			metric := journal.Metric{Value: m.Value, Unit: m.Unit, State: m.State.String()}
			if !m.At.IsZero() {
				at := m.At.UTC()
				metric.At = &at
			}
			c.Metrics[m.ID] = metric
		}
	}
	return c
}
