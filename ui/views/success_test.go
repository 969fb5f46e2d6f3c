package views

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/layout"
	"tminus/ui/theme"
)

func value(v float64) *float64 { return &v }

// watchScreen is a third into the watch: a minute has failed, an hour is missing.
func watchScreen() *screen.Screen {
	from := at("10:12:00")
	to := from.Add(24 * time.Hour)
	errors := launch.MonitorScored{Monitor: "error-rate", Unit: "%", Score: monitor.Score{How: monitor.HowWhole, Verdict: monitor.GoalUnknown,
		Why: "420 of 480 points: 87.5 % is too little, 95 % are needed", Points: 420, Expected: 480, Coverage: 87.5, Value: value(0.0312), Failing: 1, Share: 99.76,
		Parts: map[string]float64{"errors": 131, "requests": 419871}, Worst: []monitor.Point{{At: at("12:41:00"), Value: 2.4}, {At: at("11:02:00"), Value: 0.08}}}}
	cpu := launch.MonitorScored{Monitor: "cpu", Unit: "%", Score: monitor.Score{How: monitor.HowStable, Verdict: monitor.GoalMet, Points: 96, Expected: 96, Coverage: 100, Value: value(43.1), Share: 100}}
	criterion := func(id, text string, state launch.CriterionState) screen.Criterion {
		return screen.Criterion{ID: id, Text: text, State: state}
	}
	auto := func(id, text, rule string, m launch.MonitorScored) screen.Criterion {
		return screen.Criterion{ID: id, Text: text, Rule: rule, Auto: true, State: launch.CriterionWatching, SoFar: true, Scores: []launch.MonitorScored{m}}
	}
	s := &screen.Screen{At: from.Add(8 * time.Hour), Launch: "checkout-v2", Phase: launch.Watching, Clock: screen.Clock{T0: at("10:00:00")}}
	s.Success = screen.Success{From: from, To: to, Of: 4, Groups: []screen.SuccessGroup{
		{ID: "technical-success", Title: "Technical Success", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead", From: from, To: to, Criteria: []screen.Criterion{
			auto("error-rates-low", "Error rates < 0.1% for 24 hours", "< 0.1% for 24h", errors), auto("stable", "Resource utilization stable", "stable", cpu),
			criterion("no-critical-bugs", "No critical bugs", launch.CriterionWatching)}},
		{ID: "business-success", Title: "Business Success", Owner: "Product Owner", Short: "PO", Person: "product", From: from, To: to, Criteria: []screen.Criterion{
			criterion("stakeholder-satisfaction", "Stakeholder satisfaction", launch.CriterionWatching)}}}}
	s.Closure = screen.Closure{Begun: true, Done: 2, Of: 5, Outcome: launch.ClosedUnverified,
		Teams: []screen.ClosureTeam{
			{ID: "closure", Title: "Documentation", Owner: "Program Manager", Short: "PM", Person: "prog-mgr", Items: []screen.ClosureItem{
				{ID: "closure/complete-launch-timeline", Text: "Complete launch timeline", Filled: "4 steps and 9 actions of the marks have their times"},
				{ID: "closure/issue-log-finalized", Text: "Issue log finalized"},
				{ID: "closure/metrics-snapshot-saved", Text: "Metrics snapshot saved", Waits: "Error rates < 0.1% for 24 hours is not measured yet"}}},
			{ID: "handoff/product", Title: "Product", Owner: "Product Owner", Short: "PO", Person: "product", Items: []screen.ClosureItem{
				{ID: "handoff/product/docs", Text: "Update feature docs", Done: who("product", "14:03:00", "wiki/\x1b[31mcheckout")},
				{ID: "handoff/product/brief", Text: "Brief support team"}}}},
		Exceptions: []string{"the watch runs until 2026-11-25 10:12:00 UTC", "Error rates < 0.1% for 24 hours: watching", "not done: Brief support team"},
		Needs: []screen.Agreeing{{Role: "engineering-lead", Title: "Engineering Lead", Short: "EL", Person: "eng-lead", Agreed: who("eng-lead", "17:40:00", "the change is small")},
			{Role: "product-owner", Title: "Product Owner", Short: "PO", Person: "product"}}}
	return s
}

// endScreen is after the watch: measured, one criterion is not met, one is asked.
func endScreen() *screen.Screen {
	s := watchScreen()
	s.At, s.Phase = s.Success.To.Add(20*time.Minute), launch.Closing
	g := &s.Success.Groups[0]
	for i := range g.Criteria[:2] {
		c := &g.Criteria[i]
		c.SoFar, c.State, c.Said = false, launch.CriterionMet, &screen.By{User: "tminus", At: s.At.Add(-15 * time.Minute), Seq: 412}
	}
	c := &g.Criteria[0]
	c.State, c.Scores[0].Verdict, c.Scores[0].Value, c.Scores[0].Why = launch.CriterionNotMet, monitor.GoalNotMet, value(0.142), "over the whole window it does not hold"
	c.Scores[0].Points, c.Scores[0].Expected, c.Scores[0].Coverage = 1438, 1440, 99.8
	g.Criteria[2].State = launch.CriterionAsked
	s.Success.Groups[1].Criteria[0].State, s.Success.Met = launch.CriterionMet, 2
	s.Closure.Outcome = launch.ClosedNotMet
	s.Closure.Exceptions = []string{"Error rates < 0.1% for 24 hours: not met", "No critical bugs: asked", "not done: Issue log finalized"}
	s.Closure.Needs[0].Agreed = nil
	s.Success.Groups[1].Criteria[0].Said = who("product", "17:00:00", "4.6 of 5 in the survey")
	return s
}

func closedScreen() *screen.Screen {
	s := endScreen()
	s.Phase = launch.Closed
	s.Closure.Outcome, s.Closure.Needs = launch.ClosedNotMet, nil
	s.Closure.Closed = who("product", "18:00:00", "we know why, and it is mended")
	s.Closure.Closed.At = s.At
	s.Closure.Agreed = []screen.Agreed{{Role: "EL", By: *who("eng-lead", "17:59:00", "the errors were a client's")}, {Role: "PO", By: *who("product", "18:00:00", "we know why, and it is mended")}}
	return s
}

func TestGoldenSuccess(t *testing.T) {
	for _, c := range []struct {
		name   string
		screen *screen.Screen
		at     string
		w, h   int
		ascii  bool
		keys   string
	}{
		{name: "watching", screen: watchScreen(), at: "error-rates-low", w: 200, h: 50},
		{name: "watching", screen: watchScreen(), at: "error-rates-low", w: 120, h: 35},
		{name: "watching", screen: watchScreen(), at: "error-rates-low", w: 80, h: 24},
		{name: "watching", screen: watchScreen(), at: "error-rates-low", w: 80, h: 24, ascii: true},
		{name: "failed", screen: endScreen(), at: "error-rates-low", w: 120, h: 35},
		{name: "failed", screen: endScreen(), at: "error-rates-low", w: 80, h: 24, keys: "enter"},
		{name: "asked", screen: endScreen(), w: 120, h: 35},
		{name: "needs", screen: watchScreen(), at: "closing/product-owner", w: 80, h: 24},
		{name: "closed", screen: closedScreen(), at: "closed", w: 120, h: 35},
	} {
		name := fmt.Sprintf("success-%s-%dx%d", c.name, c.w, c.h)
		if c.ascii {
			name += "-ascii"
		}
		t.Run(name, func(t *testing.T) {
			v := given(NewSuccess(theme.New(theme.Options{NoColor: true, ASCII: c.ascii})), c.screen, c.at)
			v.SetSize(layout.Arrange(c.w, c.h).View.Inner())
			for _, key := range strings.Fields(c.keys) {
				v.HandleKey(press(key))
				v.Lines()
			}
			golden.RequireEqual(t, shown(v, c.w, c.h))
		})
	}
}

func TestSuccessKeys(t *testing.T) {
	command := func(s *screen.Screen, row, key string) *launch.Command {
		t.Helper()
		v := given(NewSuccess(theme.New(theme.Options{})), s, row)
		v.SetSize(100, 30)
		switch i, _ := v.HandleKey(press(key)); i := i.(type) {
		case intent.Ask:
			return &i.Command
		case intent.Do:
			return &i.Command
		}
		return nil
	}
	for _, c := range []struct {
		screen           *screen.Screen
		row, key, action string
		id               string
	}{
		{endScreen(), "no-critical-bugs", "J", "criterion.judge", "no-critical-bugs"},
		{endScreen(), "error-rates-low", "J", "", ""}, // samples have answered
		{endScreen(), "closure/issue-log-finalized", "space", "task.done", "closure/issue-log-finalized"},
		{endScreen(), "closure/complete-launch-timeline", "space", "", ""},
		{endScreen(), "watch", "C", "launch.close", ""},
		{watchScreen(), "closing/engineering-lead", "W", "closure.withdraw", ""},
		{closedScreen(), "watch", "C", "", ""},
	} {
		got := command(c.screen, c.row, c.key)
		if got == nil && c.action != "" || got != nil && (got.Action != c.action || got.Args["id"] != c.id) {
			t.Errorf("%s on %s: %+v", c.key, c.row, got)
		}
	}
	v := given(NewSuccess(theme.New(theme.Options{})), endScreen(), "")
	if r, _ := v.current(); r.id != "no-critical-bugs" {
		t.Errorf("the cursor is on %s", r.id)
	}
}

func TestTheWatchGoesOnByItself(t *testing.T) {
	s := watchScreen()
	v := given(NewSuccess(theme.New(theme.Options{})), s, "watch")
	if v.Tick(s.At.Add(10 * time.Second)) {
		t.Error("drawn again within a minute")
	}
	if !v.Tick(s.At.Add(time.Minute)) {
		t.Error("not drawn again after a minute")
	}
	if got := progress(&s.Success, s.At, false); got != "[======..............] 33 %  8h 00m of 24h 00m, 16h 00m left" {
		t.Error(got)
	}
	if got := progress(&s.Success, s.At, true); got != "[======..............] 33 %  closed after 8h 00m of 24h 00m" {
		t.Error(got)
	}
	if got := progress(&screen.Success{}, s.At, false); !strings.HasPrefix(got, "Not begun") {
		t.Error(got)
	}
}
