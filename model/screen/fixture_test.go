package screen

import (
	"fmt"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

var t0 = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func at(m string) time.Time {
	mark, err := runbook.ParseMark(m)
	if err != nil {
		panic(err)
	}
	return mark.Time(t0)
}

func mustMark(m string) runbook.Mark { return runbook.Mark(at(m).Sub(t0)) }

func mark(user, reason string, when time.Time) launch.Mark {
	return launch.Mark{Seq: 7, At: when, User: user, Reason: reason}
}

func actions(prefix string, n int) []runbook.Action {
	var out []runbook.Action
	for i := range n {
		out = append(out, runbook.Action{ID: fmt.Sprintf("%s/action-%d", prefix, i+1), Text: fmt.Sprintf("%s action %d", prefix, i+1)})
	}
	return out
}

// testRunbook has the shape of the built-in one, in small.
func testRunbook() *runbook.Runbook {
	section := func(id, owner string) runbook.Section {
		return runbook.Section{ID: id, Title: "Section " + id, Owner: owner, SignOff: true, Verification: "Test results",
			Items: []runbook.Item{{ID: id + "/one", Text: "First of " + id}, {ID: id + "/two", Text: "Second of " + id}}}
	}
	step := func(id, title, owner string) runbook.Step {
		return runbook.Step{ID: id, Title: title, Owner: owner, Actions: actions(id, 2),
			Verifications: []runbook.Verification{{ID: id + "/check", Text: "Check of " + id}}}
	}
	return &runbook.Runbook{
		ID: "feature-launch", Title: "Feature Launch",
		Roles: []runbook.Role{
			{ID: "program-manager", Title: "Program Manager", Short: "PM", Core: true},
			{ID: "engineering-lead", Title: "Engineering Lead", Short: "EL", Core: true},
			{ID: "product-owner", Title: "Product Owner", Short: "PO", Core: true},
			{ID: "database-admin", Title: "Database Admin", Short: "DBA"},
			{ID: "engineering-manager", Title: "Engineering Manager", Short: "EM"},
		},
		RACI: []runbook.Activity{
			{ID: "launch-strategy", Title: "Launch Strategy", Cells: map[string]string{"program-manager": "R/A", "engineering-lead": "C", "product-owner": "I"}},
			{ID: "technical-planning", Title: "Technical Planning", Cells: map[string]string{"program-manager": "I", "engineering-lead": "R/A"}},
			{ID: "deployment", Title: "Deployment", Cells: map[string]string{"program-manager": "I", "engineering-lead": "R/A", "product-owner": "I"}},
			{ID: "monitoring", Title: "Monitoring", Cells: map[string]string{"program-manager": "C", "engineering-lead": "R/A", "product-owner": "R"}},
			{ID: "communication", Title: "Communication", Cells: map[string]string{"program-manager": "R/A"}},
			{ID: "technical-issues", Title: "Technical Issues", Cells: map[string]string{"engineering-lead": "R/A", "product-owner": "C"}},
		},
		Timeline: []runbook.Day{
			{At: mustMark("L-14d"), Title: "2 weeks before", Roles: []runbook.DayRole{{Role: "program-manager",
				Frequency:    runbook.Frequency{Text: "Daily updates"},
				Tasks:        []runbook.Task{{ID: "l-14d/document", Text: "Initialize launch document"}},
				Deliverables: []runbook.Deliverable{{ID: "l-14d/plan", Text: "Launch plan draft"}}}}},
			{At: mustMark("L-7d"), Title: "1 week before", Roles: []runbook.DayRole{{Role: "engineering-lead",
				Tasks: []runbook.Task{{ID: "l-7d/load", Text: "Complete load testing"}}}}},
		},
		Checklists: []runbook.Area{
			{ID: "technical", Title: "Technical Readiness", Sections: []runbook.Section{section("infrastructure", "engineering-lead"), section("monitoring", "engineering-lead")}},
			{ID: "business", Title: "Business Readiness", Sections: []runbook.Section{section("validation", "product-owner")}},
		},
		GoNoGo: runbook.GoNoGo{At: mustMark("T-1h"), Attendees: []runbook.Attendee{{Role: "program-manager", Facilitator: true}},
			Approvals: []string{"engineering-lead", "product-owner", "program-manager"}},
		Sequence: runbook.Sequence{
			Marks: []runbook.SequenceMark{
				{ID: "t-15m", At: mustMark("T-15m"), Owner: "program-manager", Actions: []runbook.Action{{ID: "t-15m/room", Text: "Open war room"}}},
				{ID: "t-10m", At: mustMark("T-10m"), Owner: "engineering-lead", Actions: []runbook.Action{{ID: "t-10m/health", Text: "Final health check"}}},
				{ID: "t-5m", At: mustMark("T-5m"), Owner: "all", Actions: []runbook.Action{{ID: "t-5m/position", Text: "Final position check"}}},
			},
			Steps: []runbook.Step{step("flag", "Feature Flag Configuration", "engineering-lead"), step("database", "Database Updates", "database-admin")},
		},
		Monitors: []runbook.Monitor{
			{ID: "error-rate", Name: "Error rate", Unit: "%", Group: "system", Owner: "engineering-lead", Every: runbook.Duration(time.Minute), Warning: "> 0.1%", Critical: "> 0.5%", OnWarning: "Investigate", OnCritical: "Page on-call"},
			{ID: "latency", Name: "Latency", Unit: "ms", Group: "system", Owner: "engineering-lead", Warning: "> 200ms", Critical: "> 500ms"},
			{ID: "tickets", Name: "Ticket volume", Group: "support", Owner: "product-owner", Warning: "> baseline * 1.5"},
		},
		Triggers: []runbook.Trigger{
			{ID: "error-rate-high", Title: "Error rate > 1% for 5 minutes", Group: "technical", When: "error-rate > 1% for 5m", Priority: "high"},
			{ID: "tickets-flood", Title: "Ticket flood", Group: "business", When: "tickets > baseline * 3 for 45m", Priority: "normal"},
			{ID: "security-incident", Title: "Security incident", Group: "technical", Declared: true, Priority: "high"},
		},
		Rollback: runbook.Rollback{Authorization: map[string]runbook.Authorization{
			"high":   {Approvals: 1, Roles: []string{"engineering-lead", "engineering-manager"}},
			"normal": {Approvals: 2, Roles: []string{"engineering-lead", "product-owner", "engineering-manager"}},
		}},
		Closure: runbook.Closure{Owner: "program-manager"},
	}
}

// testState is a LIVE launch as planned, with everything open. Its monitors are bound but for the tickets.
func testState() *launch.State {
	return &launch.State{
		Name: "checkout-v2", Title: "New checkout", Mode: launch.Live, Runbook: testRunbook(),
		File: &launchfile.File{Sources: map[string]launchfile.Source{
			"error-rate": {CloudWatch: &launchfile.CloudWatch{}}, "latency": {Prometheus: &launchfile.Prometheus{}},
			"queue": {HTTP: &launchfile.HTTPJSON{}},
		}, Monitors: []runbook.Monitor{{ID: "queue", Name: "Queue", Group: "system", Owner: "database-admin"}}},
		People: []launch.Person{
			{User: "prog", Name: "P. Rog", UID: 1, Roles: []string{"program-manager"}, Contact: launchfile.Reach{Slack: "@prog", Phone: "555"}},
			{User: "lead", UID: 2, Roles: []string{"engineering-lead"}},
			{User: "owner", UID: 3, Roles: []string{"product-owner"}, BackupFor: []string{"engineering-lead"}},
		},
		Clock: launch.Clock{T0: t0, Planned: t0},
		Items: map[string]*launch.Item{}, Sections: map[string]*launch.SignOff{}, Tasks: map[string]*launch.Task{},
		Steps: map[string]*launch.Step{}, Confirmed: map[string]*launch.Done{}, Takings: map[string]string{},
		Head: journal.Head{Seq: 142, Hash: "9c41d07be2a35f10" + "000000000000000000000000000000000000000000000000"}, Entries: 142,
		PlannedAt: at("L-14d"),
	}
}

// ready ticks and signs off everything.
func ready(s *launch.State) {
	for _, sec := range s.Runbook.Sections() {
		for _, it := range sec.Items {
			s.Items[it.ID] = &launch.Item{State: launch.ItemChecked, Mark: mark("lead", "", at("L-2d"))}
		}
		s.Sections[sec.ID] = &launch.SignOff{Mark: mark("lead", "dashboards", at("L-2d"))}
	}
	for _, task := range s.Runbook.Tasks() {
		s.Tasks[task.ID] = &launch.Task{Mark: mark("prog", "", at("L-7d"))}
	}
}

// poll opens one and lets the roles vote GO.
func poll(s *launch.State, decision launch.Vote, voters ...string) *launch.Poll {
	p := &launch.Poll{Opened: mark("prog", "", at("T-50m")), Votes: map[string]launch.RoleVote{}, Decision: decision}
	for _, role := range voters {
		p.Votes[role] = launch.RoleVote{Vote: launch.Go, Mark: mark(role, "criteria met", at("T-45m"))}
	}
	if decision != "" {
		m := mark("prog", "", at("T-40m"))
		p.Decided = &m
	}
	s.Polls = append(s.Polls, p)
	return p
}

func given(s *launch.State) {
	ready(s)
	poll(s, launch.Go, s.Runbook.GoNoGo.Approvals...)
}

// healthy are readings of a room that polls and finds everything well.
func healthy(s *launch.State, now time.Time) Facts {
	value := 0.04
	f := Facts{Watched: true, Readings: map[string]monitor.Reading{}, Room: &RoomInfo{PID: 4711, User: "lead", Socket: "/run/user/2/tminus.sock"}}
	for _, m := range s.Runbook.Monitors {
		f.Readings[m.ID] = monitor.Reading{ID: m.ID, State: monitor.OK, Value: &value, Unit: m.Unit, At: now.Add(-20 * time.Second)}
	}
	f.Readings["tickets"] = monitor.Reading{State: monitor.Unbound}
	f.Readings["queue"] = monitor.Reading{State: monitor.NoRule, Value: &value, At: now.Add(-time.Minute)}
	return f
}

func with(f Facts, id string, r monitor.Reading) Facts {
	f.Readings[id] = r
	return f
}

func logGroup() launchfile.LogGroup { return launchfile.LogGroup{Group: "/shop", Error: "ERROR"} }

// bad are points of two per cent, one a minute from a mark on.
func bad(from string, n int) []monitor.Point {
	var out []monitor.Point
	for i := range n {
		out = append(out, monitor.Point{At: at(from).Add(time.Duration(i) * time.Minute), Value: 2})
	}
	return out
}

// fire puts a trigger in force as data do.
func fire(s *launch.State, id, when string) *launch.Trigger {
	t := &launch.Trigger{
		State: launch.TriggerStateFired, Fired: launch.Mark{Seq: 90, At: at(when), Auth: journal.AuthSystem}, Proposes: "hold",
		Points: bad("T-35m", 5),
	}
	put(s, id, t)
	return t
}

// declare puts a trigger in force as people do.
func declare(s *launch.State, id, when string) *launch.Trigger {
	t := &launch.Trigger{
		State: launch.TriggerStateFired, Fired: launch.Mark{Seq: 91, At: at(when), User: "prog", For: "owner", Reason: "keys were posted"}, Declared: true, Proposes: "hold",
	}
	put(s, id, t)
	return t
}

func put(s *launch.State, id string, t *launch.Trigger) {
	if s.Triggers == nil {
		s.Triggers = map[string]*launch.Trigger{}
	}
	s.Triggers[id] = t
}

func acknowledge(t *launch.Trigger, when string) {
	m := mark("lead", "on it", at(when))
	t.State, t.Acknowledged = launch.TriggerStateAcknowledged, &m
}

func clearTrigger(t *launch.Trigger, when string) {
	m := mark("", "recovered", at(when))
	t.State, t.Cleared = launch.TriggerStateCleared, &m
}

func done(s *launch.State, id string, state launch.StepState, when time.Time) {
	ended := mark("lead", "", when)
	s.Steps[id] = &launch.Step{State: state, Attempt: 1, Started: mark("lead", "", when.Add(-time.Minute)), Ended: &ended}
}
