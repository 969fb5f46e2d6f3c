package cockpit

import (
	"fmt"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/runbook"
	"tminus/model/screen"
)

// picture is a launch a quarter of an hour before T-0, which is 12:43 after now.
func picture(now time.Time) *screen.Screen {
	item := func(id, text string, done bool) screen.Item {
		it := screen.Item{ID: id, Text: text}
		if done {
			it.State, it.By = launch.ItemChecked, &screen.By{User: "eng-lead", At: now.Add(-time.Hour)}
		}
		return it
	}
	value, spark := 0.04, []*float64{}
	for i := range 20 {
		v := float64(i%5) / 100
		spark = append(spark, &v)
	}
	s := &screen.Screen{
		Rev: 1, At: now, Launch: "checkout-v2", Title: "New checkout", Mode: launch.Live, Phase: launch.Countdown, Status: screen.Green,
		Clock: screen.Clock{T0: now.Add(12*time.Minute + 43*time.Second)},
		Todo:  screen.Todo{Text: "Monitoring: Baseline metrics captured", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead", Action: "item.check", Target: "monitoring/baseline", Yours: true},
		Checklist: screen.Checklist{Done: 2, Of: 4, Areas: []screen.Area{{ID: "technical", Title: "Technical Readiness", Sections: []screen.Section{
			{ID: "monitoring", Title: "Monitoring", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead", Verification: "Test alerts", Required: true, Done: 2, Items: []screen.Item{
				item("monitoring/dashboards", "CloudWatch dashboards configured", true), item("monitoring/custom", "Custom metrics implemented", true),
				item("monitoring/alerts", "Alerts tested", false), item("monitoring/baseline", "Baseline metrics captured", false),
			}},
		}}}},
		Poll: screen.Poll{State: "GO", Go: 2, Of: 2, Votes: []screen.Vote{
			{Role: "engineering-lead", Title: "Engineering Lead", Short: "EL", Person: "eng-lead", Vote: launch.Go}, {Role: "product-owner", Title: "Product Owner", Short: "PO", Person: "product", Vote: launch.Go},
		}},
		RACI:    screen.RACI{Activity: "Deployment", Rows: []screen.RACIRow{{Letters: "R/A", Role: "Engineering Lead", Short: "EL", Person: "eng-lead", Contact: "@eng-lead", Online: true}, {Letters: "I", Role: "Product Owner", Short: "PO", Person: "product"}}},
		People:  []screen.PersonView{{User: "eng-lead", Roles: []string{"engineering-lead"}, Online: true}, {User: "product", Roles: []string{"product-owner"}, Online: true}},
		Entries: 142, Head: "142:9c41d07be2a35f10", HeadFull: "142:9c41d07be2a35f10", Room: &screen.RoomInfo{PID: 7, User: "eng-lead"},
		You: screen.You{User: "eng-lead", Roles: []string{"engineering-lead"}, Listed: true},
	}
	s.Next = append(s.Next, screen.NextMark{At: s.Clock.T0.Add(-10 * time.Minute), Label: "T-10m", Title: "Final health check", Owner: "EL"}, screen.NextMark{At: s.Clock.T0, Label: "T-0", Title: "Launch start", Owner: "EL"})
	for i := range 9 {
		s.Monitors = append(s.Monitors, screen.Monitor{
			Reading: monitor.Reading{ID: fmt.Sprintf("m%d", i), State: monitor.OK, Value: &value, Unit: "%", At: now.Add(-30 * time.Second), ReadAt: now, Recent: spark},
			Name:    fmt.Sprintf("Monitor %d", i), Group: "system", Owner: "Engineering Lead", Short: "EL", Warning: "> 0.1%", Critical: "> 0.5%", Source: "cloudwatch",
		})
	}
	for i := range 20 {
		s.Recent = append(s.Recent, screen.Line{Seq: int64(123 + i), At: now.Add(time.Duration(i-20) * time.Minute), Who: "eng-lead", Kind: "item.checked", Text: "checked Alerts tested", Human: true})
	}
	return s
}

func plan() *screen.Plan {
	return &screen.Plan{Launch: "checkout-v2", Mode: launch.Live, Runbook: &runbook.Runbook{Roles: []runbook.Role{
		{ID: "engineering-lead", Title: "Engineering Lead", Short: "EL"}, {ID: "product-owner", Title: "Product Owner", Short: "PO"},
	}, Rollback: runbook.Rollback{Authorization: map[string]runbook.Authorization{"high": {Approvals: 1, Roles: []string{"engineering-lead"}}}}}}
}

func infos() []launch.ActionInfo {
	id := launch.ArgInfo{Name: "id", Help: "which", Required: true}
	why := launch.ArgInfo{Name: "reason", Help: "why", Required: true}
	return []launch.ActionInfo{
		{Name: "item.check", Title: "Tick a checklist item", Args: []launch.ArgInfo{id}},
		{Name: "section.sign-off", Title: "Sign a section off", Args: []launch.ArgInfo{{Name: "id", Required: true, Choices: []string{"monitoring"}}, {Name: "evidence", Required: true}}},
		{Name: "poll.vote", Title: "Vote", WhyNot: "the go/no-go is not open", Args: []launch.ArgInfo{{Name: "vote", Required: true, Choices: []string{"GO", "NO-GO"}}, why}},
		{Name: "clock.hold", Title: "Hold the clock", Args: []launch.ArgInfo{why}},
		{Name: "clock.resume", Title: "Resume the clock", Args: []launch.ArgInfo{{Name: "mode", Choices: []string{"move", "keep"}}}},
		{Name: "flag.off", Title: "Turn the feature flag off", Args: []launch.ArgInfo{{Name: "flag", Choices: []string{"main"}}, {Name: "reason"}}},
		{Name: "flag.on", Title: "Turn the feature flag on", Confirm: true, Args: []launch.ArgInfo{{Name: "flag"}, {Name: "reason"}}},
		{Name: "rollback.request", Title: "Request a rollback", Args: []launch.ArgInfo{why, {Name: "steps", Choices: []string{"feature-disable"}}, {Name: "priority", Choices: []string{"normal", "high"}}}},
		{Name: "rollback.approve", Title: "Approve the rollback", Args: []launch.ArgInfo{id}},
		{Name: "rollback.veto", Title: "Veto the rollback", Args: []launch.ArgInfo{id, why}},
		{Name: "note.add", Title: "Write a note", Args: []launch.ArgInfo{{Name: "text", Required: true}}},
		{Name: "document.review", Title: "Review a changed document", Args: []launch.ArgInfo{{Name: "document", Required: true}, id, {Name: "override"}, {Name: "reason"}}},
		{Name: "undo", Title: "Take back your own last entry"},
		{Name: "trigger.declare", Title: "Declare a trigger", Args: []launch.ArgInfo{{Name: "id", Required: true, Choices: []string{"security-incident"}}, why}},
		{Name: "trigger.acknowledge", Title: "Acknowledge a trigger", Args: []launch.ArgInfo{id, {Name: "reason"}}},
		{Name: "trigger.clear", Title: "Clear a trigger", Args: []launch.ArgInfo{{Name: "id", Required: true, Choices: []string{"error-rate-high"}}, why}},
		{Name: "trigger.disarm", Title: "Disarm a trigger", Args: []launch.ArgInfo{id, {Name: "reason"}}},
		{Name: "alarm.silence", Title: "Silence a monitor's alarm", Args: []launch.ArgInfo{{Name: "monitor", Required: true, Choices: []string{"m0", "m1", "m2"}}, {Name: "minutes", Required: true}, why}},
		{Name: "baseline.capture", Title: "Capture a baseline", Args: []launch.ArgInfo{{Name: "monitor"}, {Name: "from"}, {Name: "to"}, {Name: "value"}}},
		{Name: "value.enter", Title: "Enter a monitor's value", Args: []launch.ArgInfo{{Name: "monitor", Required: true}, {Name: "value", Required: true}, {Name: "at"}}},
	}
}
