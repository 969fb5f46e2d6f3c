package launch

import (
	"fmt"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// KindMonitorChanged is written by the room when the verdict on a monitor changes.
const KindMonitorChanged = "monitor.changed"

// MonitorChanged is the data of monitor.changed: the verdict on a monitor is another than before.
type MonitorChanged struct {
	Monitor string     `json:"monitor"`
	From    string     `json:"from,omitempty"` // state words of model/monitor
	To      string     `json:"to"`
	Value   *float64   `json:"value"` // newest closed point; null: none
	Unit    string     `json:"unit,omitempty"`
	At      time.Time  `json:"at,omitzero"` // end of that point's period
	Error   string     `json:"error,omitempty"`
	Revised []Revision `json:"revised,omitempty"` // points that the source has corrected since the verdict before
}

// Revision is a point that its source gave another value.
type Revision struct {
	At   time.Time `json:"at"`
	From float64   `json:"from"`
	To   float64   `json:"to"`
}

func watchTable() ([]ActionSpec, []KindSpec) {
	return nil, []KindSpec{kindOf(KindMonitorChanged, "The verdict on a monitor changed", applyMonitorChanged, describeMonitor)}
}

// watch reads from the documents what is watched, once: they do not change under a State.
func (s *State) watch() {
	s.watched = s.File.Watched(s.Runbook)
	s.relative = relativeTo(s.watched, s.Runbook.Triggers)
}

// Watched lists what is watched: the runbook's monitors, the launch file's, and those of its log groups. Callers share the
// list and do not change it.
func (s *State) Watched() []runbook.Monitor { return s.watched }

// WatchedMonitor returns the watched monitor, or nil.
func (s *State) WatchedMonitor(id string) *runbook.Monitor {
	for i := range s.watched {
		if s.watched[i].ID == id {
			return &s.watched[i]
		}
	}
	return nil
}

// watchedIDs are the ids of the watched monitors that are wanted.
func (s *State) watchedIDs(want func(*runbook.Monitor) bool) []string {
	var ids []string
	for i := range s.watched {
		if want(&s.watched[i]) {
			ids = append(ids, s.watched[i].ID)
		}
	}
	return ids
}

// source names the kind of source that a monitor's values come from; empty: people enter them.
func (s *State) source(id string) string {
	if s.Mode == Rehearsal {
		return "the simulated world"
	}
	if kind := s.File.SourceOf(id).Kind(); kind != "manual" {
		return kind
	}
	return ""
}

// monitor is the watched monitor that the request names; may lists those that it could name.
func (r *request) monitor(may func(*request) []string) (*runbook.Monitor, *Refusal) {
	if m := r.s.WatchedMonitor(r.args["monitor"]); m != nil {
		return m, nil
	}
	return nil, r.unknown("monitor", "monitor", may(r))
}

// watchers may say how a monitor is watched: its owner, and who may authorise a high-priority rollback.
func (s *State) watchers(m *runbook.Monitor) []string {
	return s.orFacilitator(append([]string{m.Owner}, s.authorities()...))
}

func applyMonitorChanged(s *State, _ journal.Entry, d MonitorChanged) string {
	s.Monitors[d.Monitor] = d.To
	return ""
}

func describeMonitor(s *State, d MonitorChanged) string {
	text := s.monitorName(d.Monitor) + " is " + d.To
	if d.From != "" {
		text = s.monitorName(d.Monitor) + " went from " + d.From + " to " + d.To
	}
	if d.Value != nil && d.Error == "" {
		text += " at " + measure(*d.Value, d.Unit)
	}
	if len(d.Revised) > 0 {
		text += ", after a revision"
	}
	return strings.TrimSpace(withReason(text, d.Error))
}

// measure writes a value with its unit: 0.4 %, 512 ms.
func measure(value float64, unit string) string {
	return strings.TrimSpace(fmt.Sprintf("%.6g %s", value, unit))
}
