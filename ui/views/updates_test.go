package views

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/layout"
	"tminus/ui/theme"
)

func talkingScreen() *screen.Screen {
	at := func(clock string) time.Time {
		v, err := time.Parse("2006-01-02 15:04:05", "2026-11-24 "+clock)
		if err != nil {
			panic(err)
		}
		return v
	}
	next := at("10:15:00")
	return &screen.Screen{Launch: "checkout-v2", Mode: launch.Live, At: at("10:17:30"), You: screen.You{User: "prog-mgr", Roles: []string{"program-manager"}, Listed: true},
		Updates: screen.Updates{Due: &next, Promised: &next, Every: 15 * time.Minute, Why: "every 15m, as the runbook has it", Owner: "PM",
			Milestones: []screen.Achieved{{Key: "step/flag", Title: "Step 1 of 4 completed: Feature Flag Configuration", At: at("10:09:00")}},
			Sent: []screen.Message{
				{ID: "u140-9c41d07b", By: screen.By{User: "prog-mgr", At: at("09:45:00"), Seq: 140}, Subject: "checkout-v2 T-00:15:00: GREEN, countdown", Text: "Status: GREEN", Status: "GREEN",
					Deliveries: []screen.Delivery{{Channel: "slack", Title: "Launch Slack channel", State: "delivered", Attempt: 1, At: at("09:45:01"), Detail: "ok"},
						{Channel: "statuspage", Title: "Status page", State: "by hand"},
						{Channel: "email", Title: "Email stakeholders", State: "retry", Attempt: 2, At: at("09:45:10"), Next: at("10:18:00"), Detail: "451 try again later"}}},
				{ID: "u170-1f00baaa", By: screen.By{User: "prog-mgr", At: at("10:00:00"), Seq: 170}, Subject: "checkout-v2 T+00:00:00: \x1b[31mYELLOW\u202e, launching", Text: "Status: YELLOW\nKnown issues:\n- P95 latency", Status: "YELLOW", Next: &next,
					Deliveries: []screen.Delivery{{Channel: "slack", Title: "Launch Slack channel", State: "unknown", Attempt: 1, At: at("10:00:10"), Detail: "no answer within 10s", Looking: "this channel cannot be asked what arrived"},
						{Channel: "statuspage", Title: "Status page", State: "failed", Attempt: 1, At: at("10:00:01"), Detail: "401 the token is not valid"},
						{Channel: "email", Title: "Email stakeholders", State: "delivered", Attempt: 1, At: at("10:00:02")}}},
			},
			Pages: []screen.Message{{ID: "p171-aa00bb11", By: screen.By{User: "prog-mgr", At: at("10:05:00"), Seq: 171}, Subject: "checkout-v2: Error rate > 0.5%", Text: "Error rate is critical.\nJoin the war room.",
				Deliveries: []screen.Delivery{{Channel: "pagerduty", Title: "PagerDuty", State: "delivered", Attempt: 1, At: at("10:05:01"), Remote: "tm-p171"}},
				Page:       &screen.PageView{Group: "technical", Level: "primary", Person: "eng-lead", To: "Engineering Lead, Dana: @dana, 555-0100", AnswerBy: at("10:10:00"), Then: "backup", ThenTo: "On-Call Engineer: PagerDuty"}}},
		}}
}

func TestGoldenUpdates(t *testing.T) {
	for _, c := range []struct {
		name, at string
		screen   *screen.Screen
	}{
		{"late", "", talkingScreen()},
		{"unknown", "u170-1f00baaa/slack", talkingScreen()},
		{"page", "p171-aa00bb11", talkingScreen()},
		{"none", "", &screen.Screen{Updates: screen.Updates{Why: "when somebody sends one"}}},
	} {
		for _, size := range [][2]int{{80, 24}, {120, 35}, {200, 50}} {
			t.Run(fmt.Sprintf("%s-%dx%d", c.name, size[0], size[1]), func(t *testing.T) {
				v := given(NewUpdates(theme.New(theme.Options{NoColor: true})), c.screen, c.at)
				v.SetSize(layout.Arrange(size[0], size[1]).View.Inner())
				golden.RequireEqual(t, shown(v, size[0], size[1]))
			})
		}
	}
}

func TestWhatAsksForAPersonHasItsKeys(t *testing.T) {
	v := given(NewUpdates(theme.New(theme.Options{NoColor: true})), talkingScreen(), "")
	v.SetSize(120, 30)
	for _, c := range []struct{ at, key, action, args string }{
		{"u170-1f00baaa/slack", "y", "delivery.resolve", "map[channel:slack id:u170-1f00baaa outcome:delivered]"},
		{"u170-1f00baaa/slack", "x", "delivery.resolve", "map[channel:slack id:u170-1f00baaa outcome:not-delivered]"},
		{"u170-1f00baaa/statuspage", "t", "delivery.retry", "map[channel:statuspage id:u170-1f00baaa]"},
		{"u140-9c41d07b/statuspage", "y", "delivery.resolve", "map[channel:statuspage id:u140-9c41d07b outcome:delivered]"},
		{"p171-aa00bb11", "y", "page.acknowledge", "map[for:eng-lead id:p171-aa00bb11 via:voice]"},
		{"p171-aa00bb11", "e", "page.send", "map[]"},
	} {
		v.Select(c.at)
		i, _ := v.HandleKey(press(c.key))
		ask, ok := i.(intent.Ask)
		if !ok || ask.Command.Action != c.action || fmt.Sprint(ask.Command.Args) != c.args {
			t.Errorf("%s %s: %#v", c.at, c.key, i)
		}
		if c.key == "e" && (ask.Suggest["level"] != "backup" || ask.Suggest["after"] != "p171-aa00bb11") {
			t.Errorf("%+v", ask.Suggest)
		}
	}
	v.Select("u170-1f00baaa/slack")
	if i, ok := v.HandleKey(press("t")); ok {
		t.Errorf("what is unknown can be sent again by a key: %#v", i)
	}
	if out := strings.Join(v.Lines(), "\n"); strings.Contains(out, "\x1b[31m") || strings.Contains(out, "\u202e") {
		t.Error("hostile text is drawn as it came")
	}
}
