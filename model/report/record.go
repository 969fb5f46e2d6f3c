package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
)

// Record is a launch as its database tells it: the fold's end, and what the fold lets go of on its way.
type Record struct {
	Name     string
	State    *launch.State // nil: not even the plan can be read
	Chain    journal.Report
	Sealed   int // samples that the journal's seals prove
	Alarms   []string
	Unknown  []string // kinds that this version does not know
	Lines    []Line
	Versions []Version        // documents that came into force after the plan
	plan     launch.Documents // as planned

	Runs     []Run
	Firings  []Firing
	Clock    []Moved
	Marks    []Moment // for the charts
	Confirms map[string]launch.Mark
	Statuses []StatusAt
	Warned   map[string]int // by monitor id: how often it entered WARN or CRIT
	Calls    []*launch.CallState

	Series []Series
	Reads  []SourceReads
	First  time.Time // of all points; zero: there are none
	Last   time.Time
}

// Line is one entry as people read it.
type Line struct {
	screen.Line
	Roles   []string
	Auth    string
	Via     string
	Context *journal.Context
	Hash    string
}

// Version is a change of the documents in force.
type Version struct {
	Seq  int64
	At   time.Time
	Docs launch.Documents
}

// Run is one attempt at a step.
type Run struct {
	ID      string
	Attempt int
	Seq     int64
	Started time.Time
	Ended   time.Time // zero: it has not
	State   launch.StepState
	Reason  string
}

// Firing is one time that a trigger fired or was declared.
type Firing struct {
	Trigger      string
	Seq          int64
	At           time.Time
	Declared     bool
	By, Reason   string
	Monitor      string
	Rule         string
	Unit         string
	Priority     string
	Proposes     string
	Points       []monitor.Point
	Acknowledged *launch.Mark
	Cleared      *launch.Mark
}

// Moved is one thing that happened to the countdown.
type Moved struct {
	Seq  int64
	At   time.Time
	Text string
	Auto bool
	T0   time.Time // from then on
}

// Moment is an instant that the charts mark.
type Moment struct {
	Seq  int64
	At   time.Time
	Text string
	Bad  bool
}

// StatusAt is the launch's status as it stood in the context of an entry.
type StatusAt struct {
	Seq    int64
	At     time.Time
	Status string
}

func (r *Record) alarm(format string, args ...any) {
	r.Alarms = append(r.Alarms, fmt.Sprintf(format, args...))
}

// told keeps an entry as a line, whether or not it could be folded.
func (r *Record) told(e journal.Entry) {
	s := r.State
	if s == nil {
		s = launch.Teller(nil, nil, nil)
	}
	l := Line{Line: screen.LineOf(s, e), Roles: e.Actor.Roles, Auth: e.Actor.Auth, Context: e.Context, Hash: e.Hash}
	if l.Auth == journal.AuthAttested {
		var by launch.By
		if json.Unmarshal(e.Data, &by) == nil {
			l.Via = by.Via
		}
	}
	r.Lines = append(r.Lines, l)
}

// observe keeps what later entries make the state forget.
func (r *Record) observe(e journal.Entry) {
	r.told(e)
	if c := e.Context; c != nil && (len(r.Statuses) == 0 || r.Statuses[len(r.Statuses)-1].Status != c.Status) {
		r.Statuses = append(r.Statuses, StatusAt{e.Seq, e.At, c.Status})
	}
	if n := len(r.State.Oddities); n > 0 && r.State.Oddities[n-1].Seq == e.Seq {
		return // it changed nothing
	}
	text := r.Lines[len(r.Lines)-1].Text
	concern, _, _ := strings.Cut(e.Kind, ".")
	switch concern {
	case "clock":
		r.moved(e, text)
	case "step", "call", "rollback":
		r.stepped(e)
	case "trigger":
		r.fired(e)
	case "monitor":
		var d launch.MonitorChanged
		if json.Unmarshal(e.Data, &d) == nil && (d.To == monitor.Crit.String() || d.To == monitor.Warn.String()) {
			r.Warned[d.Monitor]++
		}
	}
	if bad, marks := onCharts(e.Kind); marks {
		r.Marks = append(r.Marks, Moment{e.Seq, e.At, text, bad})
	}
}

// onCharts says which entries the charts mark, and whether as trouble.
func onCharts(kind string) (bad, marks bool) {
	switch kind {
	case "trigger.fired", "trigger.declared", "step.failed", "clock.held", "clock.scrubbed", "rollback.lapsed", "rollback.vetoed":
		return true, true
	case "poll.decided", "clock.resumed", "clock.recycled", "clock.set", "trigger.cleared", "step.started", "step.skipped", "step.aborted",
		"rollback.requested", "rollback.authorized", "rollback.completed", "rollback.recovered", "flag.turned-on", "flag.turned-off", "launch.closed":
		return false, true
	}
	return false, false
}

func (r *Record) moved(e journal.Entry, text string) {
	if e.Kind == launch.KindAnchored {
		return
	}
	var held launch.ClockHeld
	auto := e.Kind == "clock.held" && json.Unmarshal(e.Data, &held) == nil && held.Auto
	r.Clock = append(r.Clock, Moved{e.Seq, e.At, text, auto, r.State.Clock.T0})
}

// stepped notes how each step has changed, and what was confirmed.
func (r *Record) stepped(e journal.Entry) {
	s := r.State
	for i := range s.Runbook.Sequence.Steps {
		r.run(e, s.Runbook.Sequence.Steps[i].ID)
	}
	for i := range s.Runbook.Rollback.Steps {
		r.run(e, s.Runbook.Rollback.Steps[i].ID)
	}
	if e.Kind != "step.confirmed" {
		return
	}
	var d launch.Confirmed
	if json.Unmarshal(e.Data, &d) == nil {
		if done := s.Confirmed[d.What]; done != nil && done.Seq == e.Seq {
			r.Confirms[d.What] = done.Mark
		}
	}
}

func (r *Record) run(e journal.Entry, id string) {
	is := r.State.Steps[id]
	if is == nil || is.Started.Seq == 0 {
		return
	}
	var run *Run
	for i := len(r.Runs) - 1; i >= 0 && run == nil; i-- {
		if r.Runs[i].ID == id {
			run = &r.Runs[i]
		}
	}
	if run == nil || run.Seq != is.Started.Seq {
		r.Runs = append(r.Runs, Run{ID: id, Attempt: is.Attempt, Seq: is.Started.Seq, Started: is.Started.At})
		run = &r.Runs[len(r.Runs)-1]
	}
	run.State = is.State
	run.Ended, run.Reason = time.Time{}, ""
	if is.Ended != nil {
		run.Ended, run.Reason = is.Ended.At, is.Ended.Reason
	}
}

func (r *Record) fired(e journal.Entry) {
	f := Firing{Seq: e.Seq, At: e.At}
	switch e.Kind {
	case launch.KindTriggerFired:
		var d launch.TriggerFired
		if json.Unmarshal(e.Data, &d) != nil {
			return
		}
		f.Trigger, f.Monitor, f.Rule, f.Unit = d.Trigger, d.Monitor, d.Rule, d.Unit
		f.Priority, f.Proposes, f.Points = d.Priority, d.Proposes, d.Points
	case "trigger.declared":
		var d launch.TriggerDeclared
		if json.Unmarshal(e.Data, &d) != nil {
			return
		}
		f.Trigger, f.Priority, f.Proposes, f.Declared, f.Reason = d.Trigger, d.Priority, d.Proposes, true, d.Reason
		f.By = r.Lines[len(r.Lines)-1].who()
	default:
		for id, is := range r.State.Triggers {
			r.settled(id, is)
		}
		return
	}
	r.Firings = append(r.Firings, f)
}

// settled takes over what became of the newest firing of a trigger.
func (r *Record) settled(id string, is *launch.Trigger) {
	for i := len(r.Firings) - 1; i >= 0; i-- {
		if f := &r.Firings[i]; f.Trigger == id {
			f.Acknowledged, f.Cleared = is.Acknowledged, is.Cleared
			return
		}
	}
}

// who is who a line is of; what was said by somebody else says so.
func (l *Line) who() string {
	if l.Said == "" {
		return l.Who
	}
	via := ""
	if l.Via != "" {
		via = " by " + l.Via
	}
	return l.Said + " (said" + via + ", recorded by " + l.Who + ")"
}
