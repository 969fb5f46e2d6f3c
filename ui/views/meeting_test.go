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
	"tminus/ui/theme"
)

var meetingT0 = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

// meetingScreen is a meeting under way, 31 minutes after it began: over time, a vote attested, the recording missing.
func meetingScreen() *screen.Screen {
	at := func(m time.Duration) time.Time { return meetingT0.Add(m * time.Minute) }
	by := func(user, text string, m time.Duration) *screen.By {
		return &screen.By{User: user, At: at(m), Text: text, Seq: 40}
	}
	begun, running := at(-60), at(-40)
	attested := by("prog-mgr", "covered until Thursday", -35)
	attested.For, attested.Via = "eng-mgr", "voice"
	s := &screen.Screen{At: at(-29), Launch: "checkout-v2", Mode: launch.Live, Phase: launch.GoNoGo, Status: screen.Green,
		Clock: screen.Clock{T0: meetingT0}, You: screen.You{User: "eng-lead", Roles: []string{"engineering-lead"}, Listed: true}}
	s.Meeting = screen.Meeting{At: begun, Duration: 30 * time.Minute, Format: "War Room", Link: "https://meet.example/launch", Required: true, Begun: &begun, Next: "go-no-go-decision",
		Points: []screen.Point{
			{ID: "roll-call", Title: "Roll Call", Minutes: 2, Lines: []string{"Verify required attendees"}, Done: true, Spent: 90 * time.Second},
			{ID: "technical-review", Title: "Technical Review", Minutes: 8, Presenter: "Engineering Lead", Person: "eng-lead", Intro: "Engineering Lead presents",
				Lines: []string{"Infrastructure status", "Rollback readiness"}, Running: &running},
			{ID: "go-no-go-decision", Title: "Go/No-Go Decision", Minutes: 2, Intro: "Required approvals from", Lines: []string{"Engineering Lead"}},
		},
		Attendees: []screen.Attendee{
			{Role: "program-manager", Title: "Program Manager", Short: "PM", Holder: "prog-mgr", Facilitator: true, State: screen.AttendPresent, Person: "prog-mgr", By: by("prog-mgr", "", -59), Confirmed: "launch-coord", Tools: "ok"},
			{Role: "engineering-lead", Title: "Engineering Lead", Short: "EL", Holder: "eng-lead", Online: true, Listed: "oncall"},
			{Role: "engineering-manager", Title: "Engineering Manager", Short: "EM", Holder: "eng-mgr", State: screen.AttendVoted, Person: "eng-mgr", By: attested},
			{Role: "security-lead", Title: "Security Lead", Short: "SecL", Holder: "security", State: screen.AttendAbsent, By: by("prog-mgr", "on a plane", -58)},
			{Role: "support-lead", Title: "Support Lead", Short: "SupL", Holder: "", State: screen.AttendBackup, Person: "oncall", By: by("oncall", "", -58)},
		},
		Risks: []screen.Risk{
			{ID: "risk-1", Kind: "technical", Text: "Cold cache in the first minutes", Owner: "Engineering Lead", OwnerID: "engineering-lead", Person: "eng-lead", Mitigation: "warm it at T-5m", Named: by("eng-lead", "", -40)},
			{ID: "risk-2", Kind: "business", Text: "Old button is gone", Owner: "Product Owner", Person: "product", Named: by("product", "", -39), Closed: by("product", "kept for a week", -36)},
		},
		Arming: &screen.Arming{By: by("prog-mgr", "", -35), Triggers: []string{"Error rate > 1% for 5 minutes"}, Open: []string{"error-rate-high"}},
		Lacks:  []screen.Lack{{ID: launch.WaiveRecording, Text: "the recording is not confirmed"}, {ID: launch.WaiveAttendee + "security-lead", Text: "Security Lead (security) is not at the roll call"}},
		Checks: []screen.Check{{ID: "sign-offs", Text: "Sign-offs", State: screen.CheckBad, Evidence: "7 of 8 signed; missing Security (SecL)"}, {ID: "baselines", Text: "Baselines", State: screen.CheckOK, Evidence: "9 of 9 captured"},
			{ID: "doctor", Text: "Doctor", State: screen.CheckUnknown, Evidence: "no run on record; tminus doctor LAUNCH.yaml records one"}, {ID: "defects", Text: "Blocking defects", State: screen.CheckOK, Evidence: "no defect is open"}},
	}
	s.Checklist.Areas = []screen.Area{{Sections: []screen.Section{{ID: "security", Title: "Security", Short: "SecL", Person: "security", Required: true, Done: 3, Items: make([]screen.Item, 4), Verification: "Security scan results"}}}}
	s.Triggers = []screen.Trigger{{ID: "error-rate-high", Title: "Error rate > 1% for 5 minutes"}}
	s.Poll = screen.Poll{State: screen.PollOpen, Opened: by("prog-mgr", "", -37), Go: 1, Of: 3, Votes: []screen.Vote{
		{Role: "engineering-lead", Title: "Engineering Lead", Short: "EL", Person: "eng-lead"},
		{Role: "engineering-manager", Title: "Engineering Manager", Short: "EM", Person: "eng-mgr", Vote: launch.Go, By: attested},
		{Role: "product-owner", Title: "Product Owner", Short: "PO", Person: "product", Vote: launch.NoGo, By: by("product", "the FAQ is missing", -34)},
	}}
	check := screen.Check{ID: "monitoring", Text: "Monitoring live", State: screen.CheckBad, Evidence: "17 of 19 bound monitors are read; CPU STALE, Latency ERROR"}
	s.AllMarks = []screen.CountMark{
		{ID: "L-7d", Kind: screen.MarkDay, At: at(-7 * 24 * 60), Label: "L-7d", Title: "1 week before", Short: "All"},
		{ID: "go-no-go", Kind: screen.MarkMeeting, At: at(-60), Label: "T-1h", Title: "Go/no-go meeting, 30m", Owner: "Program Manager", Short: "PM", Person: "prog-mgr", Checks: s.Meeting.Checks},
		{ID: "own-1", Kind: screen.MarkOwn, At: at(-30), Label: "T-30m", Title: "Freeze the catalogue", Owner: "Product Owner", Short: "PO", Hold: "the clock holds itself here until it is done", Held: true, Added: by("eng-lead", "", -90)},
		{ID: "t-10m", Kind: screen.MarkRunbook, At: at(-10), Label: "T-10m", Title: "Final health check", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead",
			Actions: []screen.CountAction{{Action: screen.Action{ID: "final-health-check", Text: "Final health check", Done: by("eng-lead", "", -29)}}, {Action: screen.Action{ID: "confirm-monitoring", Text: "Confirm monitoring"}, Check: &check}}},
		{ID: "t-0", Kind: screen.MarkStart, At: meetingT0, Label: "T-0", Title: "Launch start: Feature Flag Configuration", Owner: "Engineering Lead", Short: "EL", Target: "feature-flag-configuration"},
	}
	held := at(-30)
	s.Clock.HeldAt, s.Clock.HoldReason, s.Clock.HoldAuto = &held, "hold point T-30m, Freeze the catalogue", true
	return s
}

func TestGoldenMeeting(t *testing.T) {
	for _, size := range [][2]int{{200, 50}, {120, 35}, {80, 24}} {
		for name, make := range map[string]func(*theme.Theme) *StepsView{"meeting": NewPoll, "countdown": NewCountdown} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				v := given(make(theme.New(theme.Options{NoColor: true})), meetingScreen(), "")
				golden.RequireEqual(t, []byte(shown(v, size[0], size[1])))
			})
		}
	}
}

// The timers run with the clock, and say in words when a point or the meeting is over its time.
func TestTheMeetingsTimersSayWhenTheyAreOver(t *testing.T) {
	s := meetingScreen()
	s.Poll.State = screen.PollNotOpen
	v := given(NewPoll(theme.New(theme.Options{NoColor: true})), s, "")
	all := shown(v, 200, 80)
	for _, want := range []string{"under way, 31:00 of 30 min, 1:00 over time", "11:00 of 8 min, 3:00 over time", "1:30 of 2 min"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	if !v.Tick(s.At.Add(time.Second)) {
		t.Error("a second later it reads the same")
	}
	if all = shown(v, 200, 80); !strings.Contains(all, "11:01 of 8 min") {
		t.Errorf("the timer stands:\n%s", all)
	}
}

// Keys lead to the deeds, filled in; what somebody else says is suggested as theirs.
func TestTheMeetingsKeys(t *testing.T) {
	for _, c := range []struct{ at, key, action, args, suggest string }{
		{"roll-call", "m", "agenda.start", "map[id:go-no-go-decision]", "map[]"},
		{"roll-call", "M", "agenda.end", "map[]", "map[]"},
		{"attendee/engineering-lead", "space", "poll.attend", "map[role:engineering-lead]", "map[]"},
		{"attendee/security-lead", "space", "poll.attend", "map[role:security-lead]", "map[for:security via:voice]"},
		{"attendee/engineering-lead", "w", "poll.attend", "map[role:engineering-lead status:absent]", "map[backup:oncall]"},
		{"poll/product-owner", "space", "poll.vote", "map[role:product-owner]", "map[for:product via:voice]"},
		{"poll/engineering-lead", "v", "poll.vote", "map[]", "map[]"},
		{"missing/security", "s", "section.sign-off", "map[id:security]", "map[]"},
		{"arming/error-rate-high", "space", "trigger.arm", "map[id:error-rate-high]", "map[]"},
		{"risk-1", "w", "risk.close", "map[id:risk-1]", "map[]"},
		{"roll-call", "c", "poll.record", "map[]", "map[]"},
		{"roll-call", "x", "poll.risk", "map[]", "map[]"},
		{"roll-call", "d", "poll.decide", "map[]", "map[]"},
		{"roll-call", "A", "poll.answer", "map[]", "map[]"},
	} {
		v := given(NewPoll(theme.New(theme.Options{NoColor: true})), meetingScreen(), c.at)
		got, ok := v.HandleKey(press(c.key))
		var cmd launch.Command
		suggest := map[string]string{}
		switch i := got.(type) {
		case intent.Do:
			cmd = i.Command
		case intent.Ask:
			cmd = i.Command
			if i.Suggest != nil {
				suggest = i.Suggest
			}
		}
		args := cmd.Args
		if args == nil {
			args = map[string]string{}
		}
		if !ok || cmd.Action != c.action || fmt.Sprint(args) != c.args || fmt.Sprint(suggest) != c.suggest {
			t.Errorf("%s on %s: %s %v %v", c.key, c.at, cmd.Action, args, suggest)
		}
	}
}

// What is not known is never green.
func TestAnUnknownCheckIsNeverGreen(t *testing.T) {
	th := theme.New(theme.Options{})
	for state, want := range map[string]tone{screen.CheckOK: good, screen.CheckBad: late, screen.CheckUnknown: quiet, "": quiet} {
		if _, got := checkMark(screen.Check{State: state}, th); got != want {
			t.Errorf("%q: %v", state, got)
		}
	}
}
