package views

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"tminus/model/launch"
	"tminus/model/runbook"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/layout"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// listed draws a View in its frame.
func listed(v *StepsView, w, h int) string {
	r := layout.Arrange(w, h).View
	v.SetSize(r.Inner())
	var b strings.Builder
	for _, l := range widgets.Frame(v.t, v.Title(), v.Right(), v.Lines(), r.W, r.H, true) {
		b.WriteString(strings.TrimRight(l, " "))
		b.WriteByte('\n')
	}
	return b.String()
}

func timelineScreen() *screen.Screen {
	t0 := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	back := func(d time.Duration) time.Time { return t0.Add(-d) }
	const day = 24 * time.Hour
	return &screen.Screen{At: back(5 * day), Clock: screen.Clock{T0: t0}, Phase: launch.Planning,
		Timeline: []screen.Day{
			{At: back(14 * day), Label: "L-14d", Title: "2 weeks before", Roles: []screen.DayRole{
				{Role: "Program Manager", Short: "PM", Person: "prog-mgr", Frequency: "Daily updates",
					Tasks:        []screen.Task{{ID: "l-14d/doc", Text: "Initialize launch document", Done: &screen.By{User: "prog-mgr", At: back(14 * day)}}, {ID: "l-14d/map", Text: "Create stakeholder map", Overdue: 8 * day}},
					Deliverables: []screen.Task{{ID: "l-14d/plan", Text: "Launch plan draft", Done: &screen.By{User: "prog-mgr", At: back(13 * day), Text: "/srv/plans/checkout\u202e.pdf"}}}},
				{Role: "Product Owner", Short: "PO", Frequency: "Twice weekly review", Tasks: []screen.Task{{ID: "l-14d/criteria", Text: "Success criteria definition"}}}}},
			{At: back(7 * day), Label: "L-7d", Title: "1 week before", Roles: []screen.DayRole{{Role: "Engineering Lead", Short: "EL", Person: "eng-lead", Frequency: "Daily validation",
				Tasks: []screen.Task{{ID: "l-7d/load", Text: "Complete load testing"}}}}},
		},
		Checkins: []screen.Checkin{
			{Role: "program-manager", Title: "Program Manager", Short: "PM", Day: "L-14d", Frequency: "Daily updates", State: launch.CheckinOverdue, By: back(4 * day), Missed: 3, Overdue: 3*day + time.Hour,
				Last: &screen.By{User: "prog-mgr", At: back(9 * day), Text: "On track"}},
			{Role: "product-owner", Title: "Product Owner", Short: "PO", Day: "L-14d", Frequency: "Twice weekly review", State: launch.CheckinDue, By: back(84 * time.Hour)},
			{Role: "engineering-lead", Title: "Engineering Lead", Short: "EL", Day: "L-7d", Frequency: "Daily validation", State: launch.CheckinMade, Next: back(4 * day), Last: &screen.By{User: "eng-lead", At: back(5 * day)}},
		},
		Stages: []screen.Stage{
			{ID: "stage/go-no-go", Target: "poll", At: back(time.Hour), Label: "T-1h", Title: "Go/no-go meeting", Owner: "Program Manager", Person: "prog-mgr", How: "30m, War Room", State: screen.StageDone, Told: "GO"},
			{ID: "stage/t-15m", Target: "countdown", At: back(15 * time.Minute), Label: "T-15m", Title: "Open war room", Owner: "Program Manager", Person: "prog-mgr", How: "Real-time updates", State: screen.StageOverdue, Overdue: 12 * time.Minute, Told: "1 of 3 done"},
			{ID: "stage/t-0", Target: "sequence", At: t0, Label: "T-0", Title: "Launch start", State: screen.StageAhead},
			{ID: "stage/flag", Target: "sequence", Label: "Step 1", Title: "Feature Flag Configuration", Owner: "Engineering Lead", State: screen.StageLeft, Told: "waiting"},
			{ID: "stage/updates/T-15m", Target: "updates", At: back(15 * time.Minute), Until: t0.Add(2 * time.Hour), Label: "T-15m", Title: "Status updates", Owner: "Program Manager", How: "every 15m", State: screen.StageNow, Told: "the next due 10:15"},
			{ID: "stage/watch", Target: "metrics", Label: "T+24h", Title: "Watch the metrics", Owner: "Engineering Lead", How: "continuous, for 24h after the last step", State: screen.StageAhead},
		}}
}

func timelineView(selected string) *StepsView {
	v := NewTimeline(theme.New(theme.Options{NoColor: true}))
	v.SetFocus(true)
	v.SetPlan(&screen.Plan{Runbook: &runbook.Runbook{Roles: []runbook.Role{
		{ID: "program-manager", Title: "Program Manager", Short: "PM"}, {ID: "engineering-lead", Title: "Engineering Lead", Short: "EL"}}}})
	v.SetScreen(timelineScreen())
	v.Select(selected)
	return v
}

func TestGoldenTimeline(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 35}, {200, 50}} {
		for name, at := range map[string]string{"checkin": "checkin/program-manager", "stages": "stage/t-15m"} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				golden.RequireEqual(t, listed(timelineView(at), size[0], size[1]))
			})
		}
	}
}

func TestACheckinIsMadeByItsKeys(t *testing.T) {
	v := timelineView("checkin/program-manager")
	v.SetSize(120, 30)
	done, _ := v.HandleKey(press("space"))
	if d, ok := done.(intent.Do); !ok || d.Command.Action != "checkin.done" || d.Command.Args["role"] != "program-manager" {
		t.Errorf("%#v", done)
	}
	noted, _ := v.HandleKey(press("enter"))
	if a, ok := noted.(intent.Ask); !ok || a.Command.Args["role"] != "program-manager" {
		t.Errorf("%#v", noted)
	}
	v.Select("checkin/engineering-lead")
	if i, taken := v.HandleKey(press("space")); taken {
		t.Errorf("one that is made is made again: %#v", i)
	}
	v.Select("stage/updates/T-15m")
	there, _ := v.HandleKey(press("enter"))
	if o, ok := there.(intent.OpenView); !ok || o.View != "updates" {
		t.Errorf("%#v", there)
	}
}
