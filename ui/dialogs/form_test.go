package dialogs

import (
	"errors"
	"strings"
	"testing"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
)

func sent(t *testing.T, i intent.Intent) launch.Command {
	t.Helper()
	do, ok := i.(intent.Do)
	if !ok {
		t.Fatalf("intent %#v; expected a command", i)
	}
	return do.Command
}

func TestVoteTakesYesAndAReason(t *testing.T) {
	f := form("poll.vote", nil)
	press(t, f, "y", "enter")
	typed(t, f, "all checks are green, q and g too")
	i, _ := press(t, f, "enter")
	c := sent(t, i)
	if c.Args["vote"] != "GO" || c.Args["reason"] != "all checks are green, q and g too" || c.Args["role"] != "engineering-lead" {
		t.Fatalf("command %v", c.Args)
	}
	if c.Args["for"] != "" || c.Args["via"] != "" {
		t.Errorf("own word was attested: %v", c.Args)
	}
}

func TestNothingIsChosenUnseen(t *testing.T) {
	f := form("poll.vote", nil)
	if i, closed := press(t, f, "ctrl+d"); i != nil || closed {
		t.Fatalf("submitted without a vote: %#v", i)
	}
	if !strings.Contains(seen(f), "vote is needed") {
		t.Errorf("does not say what is missing:\n%s", seen(f))
	}
}

func TestAttestedVoteNamesWhoSaidIt(t *testing.T) {
	f := form("poll.vote", nil)
	press(t, f, "ctrl+t")
	typed(t, f, "sam")
	press(t, f, "tab", "c", "tab")
	typed(t, f, "prod")
	press(t, f, "tab", "n", "tab")
	typed(t, f, "tickets are up")
	i, _ := press(t, f, "enter")
	c := sent(t, i)
	want := map[string]string{"for": "product", "via": "chat", "role": "product-owner", "vote": "NO-GO", "reason": "tickets are up"}
	for k, v := range want {
		if c.Args[k] != v {
			t.Errorf("%s=%q; expected %q", k, c.Args[k], v)
		}
	}
}

func TestRefusalKeepsWhatWasTyped(t *testing.T) {
	f := form("section.sign-off", map[string]string{"id": "infrastructure"})
	typed(t, f, "dashboard looked at")
	i, _ := press(t, f, "enter")
	if c := sent(t, i); c.Args["id"] != "infrastructure" {
		t.Fatalf("command %v", c.Args)
	}
	if i, _ := press(t, f, "enter"); i != nil {
		t.Error("sent twice while the answer is out")
	}
	if f.Done(&launch.Refusal{Message: "Infrastructure belongs to Engineering Lead", Hint: "ask them"}) {
		t.Fatal("closed on a refusal")
	}
	for _, want := range []string{"belongs to Engineering Lead", "ask them", "dashboard looked at"} {
		if !strings.Contains(seen(f), want) {
			t.Errorf("%q is not shown:\n%s", want, seen(f))
		}
	}
	i, _ = press(t, f, "enter")
	if c := sent(t, i); c.Args["evidence"] != "dashboard looked at" {
		t.Errorf("evidence %q", c.Args["evidence"])
	}
	f.Done(errors.New("connection reset"))
	if !strings.Contains(seen(f), "may have been recorded") {
		t.Errorf("an unknown end is told as a no:\n%s", seen(f))
	}
	if !f.Done(nil) {
		t.Error("stays open after it was recorded")
	}
}

func TestScrubWantsTheNameTypedInLive(t *testing.T) {
	f := form("clock.scrub", nil)
	typed(t, f, "no database")
	press(t, f, "tab")
	typed(t, f, "checkout")
	if i, _ := press(t, f, "enter"); i != nil {
		t.Fatalf("sent with a wrong name: %#v", i)
	}
	if !strings.Contains(seen(f), "not this launch's name") {
		t.Errorf("does not say why:\n%s", seen(f))
	}
	typed(t, f, "-v2")
	i, _ := press(t, f, "enter")
	if c := sent(t, i); c.Args["confirm"] != "checkout-v2" || c.Args["reason"] != "no database" {
		t.Errorf("command %v", c.Args)
	}
	s := picture()
	s.Mode = launch.Rehearsal
	r := NewForm(plainTheme(), plan(), s, info("clock.scrub"), intent.Ask{Command: launch.Command{Action: "clock.scrub"}})
	r.SetSize(80, 24)
	if strings.Contains(seen(r), "Confirm") {
		t.Errorf("a rehearsal asks for the name:\n%s", seen(r))
	}
}

func TestNoteKeepsLinesAndShowsWhatItRecords(t *testing.T) {
	f := form("note.add", nil)
	typed(t, f, "first")
	press(t, f, "alt+enter")
	f.Paste("second\r\nthird \u202eevil\x1b[2J")
	i, _ := press(t, f, "enter")
	want := "first\nsecond\nthird \\u{202e}evil\\u{1b}[2J"
	if c := sent(t, i); c.Args["text"] != want {
		t.Errorf("text %q; expected %q", c.Args["text"], want)
	}
	if strings.Contains(strings.Join(f.Lines(), ""), "\u202e") {
		t.Error("a bidi control reached the screen")
	}
}

func TestDecideListsWhatTheLaunchGoesWithout(t *testing.T) {
	f := form("poll.decide", nil)
	for _, want := range []string{"NO-GO", "no cover on call", "against GO: Monitoring is not signed off", "said by product"} {
		if !strings.Contains(seen(f), want) {
			t.Errorf("%q is not shown:\n%s", want, seen(f))
		}
	}
	press(t, f, "space", "down", "space", "up", "space", "tab")
	typed(t, f, "agreed")
	i, _ := press(t, f, "ctrl+d")
	if c := sent(t, i); c.Args["waive"] != "infrastructure" || c.Args["reason"] != "agreed" {
		t.Errorf("command %v", c.Args)
	}
}

func TestDirectOnlyWhereNothingIsLeftToAsk(t *testing.T) {
	for _, test := range []struct {
		action string
		args   map[string]string
		want   bool
	}{
		{"item.check", map[string]string{"id": "monitoring/custom"}, true},
		{"item.check", nil, false},
		{"undo", nil, true},
		{"clock.resume", nil, false},
		{"clock.scrub", map[string]string{"reason": "x", "confirm": "checkout-v2"}, false},
	} {
		if got := Direct(launch.Live, info(test.action), launch.Command{Action: test.action, Args: test.args}); got != test.want {
			t.Errorf("%s %v: %v", test.action, test.args, got)
		}
	}
}

func TestSettledElsewhereClosesOrMarks(t *testing.T) {
	clean := form("clock.hold", nil)
	held := picture()
	when := at("09:45:00")
	held.Clock.HeldAt, held.Clock.HoldReason = &when, "baseline"
	if told := clean.SetScreen(held); told != "the clock is held: baseline" {
		t.Errorf("untouched dialog: %q", told)
	}
	dirty := form("clock.hold", nil)
	typed(t, dirty, "the data")
	if told := dirty.SetScreen(held); told != "" {
		t.Fatalf("what was typed is lost: %q", told)
	}
	if !strings.Contains(seen(dirty), "settled elsewhere: the clock is held: baseline") || !strings.Contains(seen(dirty), "the data") {
		t.Errorf("not marked:\n%s", seen(dirty))
	}
	waiting := form("clock.hold", nil)
	typed(t, waiting, "mine")
	press(t, waiting, "enter")
	if told := waiting.SetScreen(held); told != "" || strings.Contains(seen(waiting), "elsewhere") {
		t.Error("its own effect is told as somebody else's")
	}
}

func TestChoicesFollowTheRoom(t *testing.T) {
	f := form("item.check", nil)
	press(t, f, "down", "down")
	all := infos()
	all[0].Args[0].Choices = []string{"monitoring/custom", "monitoring/baseline"}
	f.SetActions(all)
	if strings.Contains(seen(f), "dashboards") {
		t.Errorf("still offers what is done:\n%s", seen(f))
	}
	i, _ := press(t, f, "enter")
	if c := sent(t, i); c.Args["id"] != "monitoring/custom" {
		t.Errorf("the choice moved: %v", c.Args)
	}
}

// Who holds several roles answers for the one that is open, and not for the first again.
func TestTheRoleThatHasNotAnsweredIsChosen(t *testing.T) {
	both := func() *screen.Screen {
		s := picture()
		s.You = screen.You{User: "eng-mgr", Roles: []string{"engineering-lead", "product-owner"}, Listed: true}
		return s
	}
	for _, tc := range []struct {
		voted string
		want  string
	}{{"", "engineering-lead"}, {"engineering-lead", "product-owner"}} {
		s := both()
		for i := range s.Poll.Votes {
			if v := &s.Poll.Votes[i]; v.Role == tc.voted {
				v.Vote = launch.Go
			} else {
				v.Vote = ""
			}
		}
		f := NewForm(plainTheme(), plan(), s, info("poll.vote"), intent.Ask{Command: launch.Command{Action: "poll.vote"}})
		f.SetSize(80, 24)
		press(t, f, "y", "enter")
		typed(t, f, "ready")
		i, _ := press(t, f, "enter")
		if c := sent(t, i); c.Args["role"] != tc.want || c.Args["vote"] != "GO" {
			t.Errorf("after the vote of %q: %v; expected role %s", tc.voted, c.Args, tc.want)
		}
	}
}

// A call that the room is about to send is not told as something done by hand.
func TestWhoseACommandLineIs(t *testing.T) {
	for _, tc := range []struct{ action, by, state, want string }{
		{"step.start", launch.ByCall, screen.PartWaiting, "the room will run: aws"},
		{"step.retry", launch.ByCall, screen.PartFailed, "the room will run: aws"},
		{"step.skip", launch.ByCall, screen.PartRunning, "the room runs: aws"},
		{"step.resolve", launch.ByCall, screen.PartFailed, "by hand: aws"},
		{"step.start", launch.ByHand, screen.PartWaiting, "by hand: aws"},
	} {
		s := picture()
		s.Steps[0].Parts = []screen.Part{{Text: "Deploy", By: tc.by, State: tc.state, AWSLine: "aws"}}
		if got := seen(formOn(s, tc.action, map[string]string{"id": "application"}, nil)); !strings.Contains(got, tc.want) {
			t.Errorf("%s, %s: no %q in\n%s", tc.by, tc.state, tc.want, got)
		}
	}
}
