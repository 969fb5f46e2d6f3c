package launch

import (
	"cmp"
	"fmt"
	"path"
	"strings"
	"time"

	"tminus/model/runbook"
)

// ClosureItem is something that is done before the launch is closed: a requirement of the documentation, or a part of a
// team's handoff. Some fill themselves from the record, where the record holds what they ask.
type ClosureItem struct {
	ID, Text, Role string
	Team           string // id of the handoff's team; empty: a requirement
	Done           *Task  // ticked; nil: not
	Filled         string // the evidence by which it has filled itself; empty: it has not
	Waits          string // why it has not; empty: only a person can tell
}

// Open reports whether it is still to be done.
func (i ClosureItem) Open() bool { return i.Done == nil && i.Filled == "" }

// Closable reports whether the launch has come far enough for its closure to be worked on.
func (s *State) Closable() bool {
	_, done := s.sequenceDone()
	return done || s.Clock.Scrub != nil || s.rolledBack()
}

// closureTasks are what task.done can tick of the closure now.
func (s *State) closureTasks() []runbook.TaskRef {
	if !s.Closable() {
		return nil
	}
	return s.allClosureTasks()
}

func (s *State) allClosureTasks() []runbook.TaskRef {
	cl := &s.Runbook.Closure
	var all []runbook.TaskRef
	for _, a := range cl.Requirements {
		all = append(all, runbook.TaskRef{ID: a.ID, Text: a.Text, Role: cl.Owner})
	}
	for _, t := range cl.Handoff {
		for _, a := range t.Actions {
			all = append(all, runbook.TaskRef{ID: a.ID, Text: a.Text, Role: cmp.Or(t.Owner, cl.Owner)})
		}
	}
	return all
}

func (s *State) closureItems(now time.Time) []ClosureItem {
	var all []ClosureItem
	closable := s.Closable()
	for i, t := range s.allClosureTasks() {
		it := ClosureItem{ID: t.ID, Text: t.Text, Role: t.Role, Done: s.Tasks[t.ID]}
		if i >= len(s.Runbook.Closure.Requirements) {
			it.Team = s.teamOf(t.ID)
		} else if closable {
			it.Filled, it.Waits = s.fill(t.ID, now)
		}
		all = append(all, it)
	}
	return all
}

func (s *State) teamOf(id string) string {
	for _, t := range s.Runbook.Closure.Handoff {
		for _, a := range t.Actions {
			if a.ID == id {
				return t.ID
			}
		}
	}
	return ""
}

// fill says by what a requirement has filled itself, or why it has not. Requirements are known by their ids (seed 7.2);
// what a runbook adds is ticked by its owner.
func (s *State) fill(id string, now time.Time) (filled, waits string) {
	switch path.Base(id) {
	case "complete-launch-timeline":
		return s.timelineComplete(now)
	case "issue-log-finalized":
		return s.logFinal()
	case "decision-record-complete":
		return s.recordComplete()
	case "metrics-snapshot-saved":
		return s.snapshotSaved()
	}
	return "", ""
}

// timelineComplete: whatever the launch came to has its time.
func (s *State) timelineComplete(now time.Time) (filled, waits string) {
	var open []string
	steps, acts := 0, 0
	for i := range s.Runbook.Sequence.Steps {
		switch st := s.Steps[s.Runbook.Sequence.Steps[i].ID]; {
		case st == nil || st.State == StepWaiting:
		case st.Ended == nil:
			open = append(open, s.Runbook.Sequence.Steps[i].Title)
		default:
			steps++
		}
	}
	for _, m := range s.Runbook.Sequence.Marks {
		if m.At.Time(s.Clock.T0).After(s.clockStands(now)) {
			continue
		}
		for _, a := range m.Actions {
			if s.Confirmed[a.ID] == nil {
				open = append(open, a.Text)
			} else {
				acts++
			}
		}
	}
	if len(open) > 0 {
		return "", "no time is known of: " + strings.Join(open, ", ")
	}
	return fmt.Sprintf("%s and %s of the marks have their times", count(steps, "step", "steps"), count(acts, "action", "actions")), ""
}

// recordComplete: a state is folded from a chain that was verified, so all that can be wrong is what its entries say.
func (s *State) recordComplete() (filled, waits string) {
	if n := len(s.Oddities); n > 0 {
		return "", fmt.Sprintf("%s sense where they stand, the first is entry %d: %s", count(n, "entry makes no", "entries make no"), s.Oddities[0].Seq, s.Oddities[0].What)
	}
	return fmt.Sprintf("%d entries, the chain is verified", s.Entries), ""
}

// snapshotSaved: the samples of the whole window, late ones included, are sealed into the journal.
func (s *State) snapshotSaved() (filled, waits string) {
	end := s.ended()
	var read time.Time
	for _, g := range s.Runbook.Success {
		for _, of := range g.Criteria {
			if _, done := s.sequenceDone(); !done || !s.automatic(of) || s.rolled() != nil || s.Clock.Scrub != nil {
				continue
			}
			m := s.Measured[of.ID]
			if m == nil {
				return "", of.Text + " is not measured yet"
			}
			if m.Read.After(read) {
				read = m.Read
			}
		}
	}
	if read.IsZero() {
		read = end
	}
	switch {
	case s.Sealed.Count == 0:
		return "", "no samples are sealed: where nothing is read, save what there is and say where"
	case s.Sealed.To.Before(read):
		return "", fmt.Sprintf("samples are sealed up to %s, and are wanted up to %s", instant(s.Sealed.To), instant(read))
	}
	return "samples are sealed up to " + instant(s.Sealed.To), ""
}

// ended is when what was launched had come to its end: the watch, the rollback, or the launch that was called off.
func (s *State) ended() time.Time {
	switch b := s.rolled(); {
	case b != nil && b.Completed != nil:
		return b.Completed.At
	case s.Clock.Scrub != nil:
		return s.Clock.Scrub.At
	}
	return s.watchOver()
}
