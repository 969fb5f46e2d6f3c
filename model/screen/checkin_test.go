package screen

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
)

// cadenced is a launch whose program manager checks in daily from L-14d and whose engineering lead does so from L-7d.
func cadenced() *launch.State {
	s := testState()
	daily := runbook.Frequency{Text: "Daily updates", Every: runbook.Duration(24 * time.Hour)}
	s.Runbook.Timeline[0].Roles[0].Frequency = daily
	s.Runbook.Timeline[1].Roles[0].Frequency = runbook.Frequency{Text: "Daily validation", Every: daily.Every}
	s.Runbook.Communication = runbook.Communication{Every: runbook.Duration(15 * time.Minute), Channels: []runbook.Channel{{ID: "slack", Title: "Slack"}},
		Cadence: []runbook.Cadence{{From: mustMark("T-15m"), Until: mustMark("T+2h"), Every: runbook.Duration(15 * time.Minute)},
			{From: mustMark("T+2h"), Until: mustMark("T+24h"), Every: runbook.Duration(time.Hour)}}}
	s.Runbook.Success = []runbook.Criteria{{ID: "technical", Title: "Technical Success", Owner: "engineering-lead", Duration: runbook.Duration(24 * time.Hour),
		Criteria: []runbook.Criterion{{ID: "no-bugs", Text: "No critical bugs"}}}}
	return s
}

func TestCheckinsOnTheScreen(t *testing.T) {
	s := cadenced()
	tell := func(when string) string {
		var out []string
		for _, c := range Present(s, Facts{}, nil, at(when)).Checkins {
			out = append(out, fmt.Sprintf("%s %s %s %s missed %d late %v", c.Short, c.Day, c.Frequency, c.State, c.Missed, c.Overdue))
		}
		return strings.Join(out, "; ")
	}
	for _, c := range []struct{ when, want string }{
		{"L-14d", "PM L-14d Daily updates due missed 0 late 0s; EL L-7d Daily validation ahead missed 0 late 0s"},
		{"L-11d", "PM L-14d Daily updates overdue missed 3 late 48h0m0s; EL L-7d Daily validation ahead missed 0 late 0s"},
		{"L-7d", "PM L-14d Daily updates overdue missed 7 late 144h0m0s; EL L-7d Daily validation due missed 0 late 0s"},
	} {
		if got := tell(c.when); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.when, got, c.want)
		}
	}
	s.Checkins = map[string]*launch.Checkin{"program-manager": {Mark: mark("prog", "on track", at("L-11d"))}}
	if got := tell("L-11d"); !strings.HasPrefix(got, "PM L-14d Daily updates made missed 0 late 0s") {
		t.Error(got)
	}
}

// A check-in is the next action only where nothing else is to be done; else who owes it is reminded in one line.
func TestCheckinsRemindQuietly(t *testing.T) {
	s := cadenced()
	you := func(roles ...string) You { return You{User: "x", Roles: roles, Listed: true} }
	busy := Present(s, Facts{}, nil, at("L-12d"))
	if busy.Todo.Action == "checkin.done" {
		t.Errorf("open tasks come first: %+v", busy.Todo)
	}
	if got, want := busy.For(you("program-manager")).Reminder(), "your check-in as PM is overdue: g t"; got != want {
		t.Errorf("%q", got)
	}
	if got := busy.For(you("engineering-lead")).Reminder(); got != "" {
		t.Errorf("nothing is due of them: %q", got)
	}
	unlisted := you("program-manager")
	unlisted.Listed = false
	if got := busy.For(unlisted).Reminder(); got != "" {
		t.Errorf("%q", got)
	}
	ready(s)
	idle := Present(s, Facts{}, nil, at("L-7d"))
	if idle.Todo.Action != "checkin.done" || idle.Todo.Target != "program-manager" || idle.Todo.Text != "Check in: Daily updates (overdue)" {
		t.Errorf("%+v", idle.Todo)
	}
	if len(idle.Alarms) > 0 || len(idle.Notices) > 0 || strings.Contains(fmt.Sprint(idle.Reasons), "heck") {
		t.Errorf("a check-in is no alarm: %+v %+v %v", idle.Alarms, idle.Notices, idle.Reasons)
	}
	if got := idle.For(you("program-manager")).Reminder(); got != "" {
		t.Errorf("said twice: %q", got)
	}
	for _, when := range []string{"T-15m", "T+1h"} { // the launch itself has more urgent things
		if got := Present(s, Facts{}, nil, at(when)).For(you("program-manager")).Reminder(); got != "" {
			t.Errorf("%s: %q", when, got)
		}
	}
}

func TestStagesFromTheMeetingToTheClosure(t *testing.T) {
	s := cadenced()
	given(s)
	tell := func(when time.Time) string {
		var out []string
		for _, st := range Present(s, Facts{}, nil, when).Stages {
			line := st.Label + " " + st.Title + ": " + string(st.State)
			if st.Overdue > 0 {
				line += " " + st.Overdue.String()
			}
			out = append(out, line)
		}
		return strings.Join(out, "\n")
	}
	expect := func(name string, when time.Time, lines ...string) {
		t.Helper()
		got := tell(when)
		for _, line := range lines {
			if !strings.Contains("\n"+got+"\n", "\n"+line+"\n") {
				t.Errorf("%s: %q is not in\n%s", name, line, got)
			}
		}
	}
	expect("T-12m", at("T-12m"), "T-1h Go/no-go meeting: done", "T-15m Open war room: overdue 3m0s", "T-10m Final health check: ahead", "T-0 Launch start: ahead",
		"Step 1 Feature Flag Configuration: ahead", "T-15m Status updates: overdue 3m0s", "T+2h Status updates: ahead", "T+24h Watch the metrics: ahead",
		"Success Technical Success: ahead", "Closure Documentation, handoff, close: ahead")
	expect("T-10m", at("T-10m"), "T-10m Final health check: now")
	done(s, "flag", launch.StepDone, at("T+5m"))
	expect("T+6m", at("T+6m"), "T-10m Final health check: overdue 16m0s", "T-0 Launch start: done", "Step 1 Feature Flag Configuration: done", "Step 2 Database Updates: ahead")
	done(s, "database", launch.StepDone, at("T+10m"))
	expect("T+3h", at("T+3h"), "T-10m Final health check: left open", "T-15m Status updates: done", "T+24h Watch the metrics: now", "Success Technical Success: now")
	expect("T+26h", at("T+26h"), "T+24h Watch the metrics: done", "T+2h Status updates: done", "Success Technical Success: overdue 1h50m0s", "Closure Documentation, handoff, close: now")
	if stages := Present(s, Facts{}, nil, at("T+3h")).Stages; len(stages) != 12 {
		t.Errorf("%d stages", len(stages))
	}
}
