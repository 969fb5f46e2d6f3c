package dialogs

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
)

func talking(mode launch.Mode) *screen.Screen {
	s := picture()
	s.Mode, s.At, s.Entries = mode, at("09:47:17"), 142
	next := at("10:02:00")
	s.Updates = screen.Updates{Next: &next, Why: "every 15m, as the runbook has it", Owner: "PM", Channels: []screen.Channel{
		{ID: "slack", Title: "Launch Slack channel", Audience: "#launch-checkout", Bound: true},
		{ID: "statuspage", Title: "Status page", Audience: "customers and the public"},
		{ID: "email", Title: "Email stakeholders", Audience: "stakeholders@example.com", Bound: true},
	}, Milestones: []screen.Achieved{{Key: "go", Title: "Go/no-go completed: GO", At: at("09:46:00")}}}
	s.Reasons = []string{"the clock is held: baseline \x1b[31mmissing"}
	s.Recent = []screen.Line{{Seq: 140, At: at("09:46:00"), Who: "prog-mgr", Kind: "poll.decided", Text: "the poll decided GO", Human: true},
		{Seq: 141, At: at("09:46:30"), Who: "eve", Kind: "note.added", Text: "@channel \u202e free money", Human: true}}
	return s
}

func compose(mode launch.Mode) *Composer {
	s := talking(mode)
	infos := []launch.ActionInfo{{Name: "update.send"}}
	c := NewComposer(plainTheme(), plan(), s, infos, "")
	c.SetSize(120, 35)
	return c
}

// previewed is a composer among its previews.
func previewed(t *testing.T, mode launch.Mode) *Composer {
	t.Helper()
	c := compose(mode)
	i, _ := c.HandleKey(keyOf("tab"))
	p, ok := i.(intent.Preview)
	if !ok {
		t.Fatalf("tab asks for no preview: %#v", i)
	}
	list := c.names.screen.Channels(p.Draft)
	for n := range list {
		list[n].Text = "[" + list[n].Title + "]\n" + p.Draft.Text
	}
	list[2].Problem = "smtp.example offers no STARTTLS and a password is set"
	c.SetPreviews(p.Number, list, nil)
	return c
}

func TestGoldenComposer(t *testing.T) {
	all := map[string]func() *Composer{
		"draft":    func() *Composer { return compose(launch.Live) },
		"preview":  func() *Composer { return previewed(t, launch.Live) },
		"rehearse": func() *Composer { return previewed(t, launch.Rehearsal) },
		"refused": func() *Composer {
			c := previewed(t, launch.Live)
			c.HandleKey(keyOf("S"))
			return c
		},
		"milestone": func() *Composer {
			c := compose(launch.Live)
			c.HandleKey(keyOf("ctrl+g"))
			return c
		},
	}
	for name, open := range all {
		for _, size := range [][2]int{{80, 24}, {120, 35}, {200, 50}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				c := open()
				c.SetSize(size[0], size[1])
				golden.RequireEqual(t, seen(c)+"\n")
			})
		}
	}
}

func TestNothingIsSentButByItsKeyAmongThePreviews(t *testing.T) {
	c := compose(launch.Live)
	for _, k := range []string{"S", "enter", "ctrl+d", "alt+enter", "y"} {
		if i, _ := c.HandleKey(keyOf(k)); i != nil {
			t.Errorf("%s in the text led to %#v", k, i)
		}
	}
	c = previewed(t, launch.Live)
	for _, k := range []string{"enter", "ctrl+d", "y", "s"} {
		if i, _ := c.HandleKey(keyOf(k)); i != nil {
			t.Errorf("%s among the previews led to %#v", k, i)
		}
	}
	if i, _ := c.HandleKey(keyOf("S")); i != nil || !strings.Contains(strings.Join(c.problem, " "), "STARTTLS") {
		t.Fatalf("a channel that would not take it: %#v %v", i, c.problem)
	}
	press(t, c, "j", "j", "space")
	i, _ := c.HandleKey(keyOf("S"))
	do, ok := i.(intent.Do)
	if !ok || do.Command.Action != "update.send" || do.Command.Args["channels"] != "slack,statuspage" || do.Command.Args["from"] != "142" ||
		!strings.Contains(do.Command.Args["text"], "Next Update: 10:02 UTC") {
		t.Fatalf("%#v", i)
	}
	if i, _ := c.HandleKey(keyOf("S")); i != nil {
		t.Error("it is sent twice")
	}
	if c.Done(errors.New("the answer was lost")) || len(c.problem) == 0 || c.body.value() == "" {
		t.Error("what was written is lost with a failure")
	}
}

func TestWhoMayNotSendIsTold(t *testing.T) {
	c := previewed(t, launch.Live)
	press(t, c, "j", "j", "space")
	c.SetActions([]launch.ActionInfo{{Name: "update.send", WhyNot: "the launch's updates belong to Program Manager"}})
	if i, _ := c.HandleKey(keyOf("S")); i != nil || !strings.Contains(seen(c), "not yours to send") {
		t.Errorf("%#v\n%s", i, seen(c))
	}
}

func TestWhatWasWrittenIsNotLostByAKey(t *testing.T) {
	c := compose(launch.Live)
	press(t, c, "x")
	if _, closing := c.HandleKey(keyOf("esc")); closing {
		t.Error("one esc closes what was written")
	}
	press(t, c, "y")
	before := c.body.value()
	press(t, c, "ctrl+r")
	if c.body.value() != before {
		t.Error("one ctrl+r drafts anew over what was written")
	}
	press(t, c, "esc")
	if _, closing := c.HandleKey(keyOf("esc")); !closing {
		t.Error("esc twice does not close")
	}
}

func TestTooMuchTextIsRefusedWhole(t *testing.T) {
	c := compose(launch.Live)
	before := c.body.value()
	c.Paste(strings.Repeat("x", 100<<10))
	if c.body.value() != before || !strings.Contains(strings.Join(c.problem, " "), "at most 8192") {
		t.Errorf("%v", c.problem)
	}
	c.SetEdited(strings.Repeat("y", 100<<10), nil)
	if c.body.value() != before || !strings.Contains(strings.Join(c.problem, " "), "the editor left 102400 bytes") {
		t.Errorf("%v", c.problem)
	}
	c.SetEdited("mine\x1b]0;evil\a\n", nil)
	if got := c.body.value(); strings.Contains(got, "\x1b") || !strings.HasPrefix(got, "mine") {
		t.Errorf("%q", got)
	}
	for w := 20; w < 200; w += 7 {
		for h := 5; h < 50; h += 3 {
			c.SetSize(w, h)
			if n := len(c.Lines()); n > h {
				t.Fatalf("%d lines at %dx%d", n, w, h)
			}
		}
	}
}

func TestALatePreviewIsNotShown(t *testing.T) {
	c := compose(launch.Live)
	i, _ := c.HandleKey(keyOf("tab"))
	old := i.(intent.Preview)
	press(t, c, "tab", "z")
	i, _ = c.HandleKey(keyOf("tab"))
	c.SetPreviews(old.Number, []screen.Preview{{Channel: "slack", Text: "old"}}, nil)
	if !c.loading || len(c.previews) != 0 {
		t.Error("the answer to an earlier question is shown")
	}
	c.SetPreviews(i.(intent.Preview).Number, nil, errors.New("the room is gone"))
	if !strings.Contains(seen(c), "the room is gone") {
		t.Error(seen(c))
	}
}
