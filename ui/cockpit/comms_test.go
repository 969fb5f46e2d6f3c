package cockpit

import (
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

func TestAnUpdateIsWrittenPreviewedAndSentByKeys(t *testing.T) {
	withHand(t, func(_ *Config, w *world) {
		w.now.Updates.Channels = []screen.Channel{{ID: "slack", Title: "Launch Slack channel", Audience: "#launch", Bound: true}, {ID: "email", Title: "Email stakeholders", Audience: "all"}}
	}, func(h *hand, w *world) {
		h.press("u")
		h.shows("Send an update", "Status: GREEN", "Next Update:")
		h.typed("Facts. ")
		h.press("tab")
		h.shows("preview", "Launch Slack channel", "#launch", "Facts. Time:", "by hand, since it is not bound")
		h.press("enter", "y")
		did(t, w, 0)
		h.press("j", "space", "S")
		did(t, w, 1)
		if a := w.did[0]; a.Action != "update.send" || a.Args["channels"] != "slack" || !strings.HasPrefix(a.Args["text"], "Facts. Time:") {
			t.Errorf("%+v", a)
		}
		h.hides("Send an update")
	})
}

func TestWhatIsDueStandsInTheBanner(t *testing.T) {
	withHand(t, func(_ *Config, w *world) {
		w.now.Notices = []screen.Notice{{Key: "update/1", Word: "UPDATE", Text: "the next update was promised", Owner: "PM", Press: "u", At: w.now.At.Add(30 * time.Second)},
			{Key: "delivery/1", Word: "UNKNOWN", Text: "nobody knows", Press: "g u"}}
	}, func(h *hand, w *world) {
		h.shows("UPDATE", "the next update was promised (PM), due in 00:", "(and 1 more)", "press u")
		h.wait(40 * time.Second)
		h.shows("OVERDUE since")
	})
}

func TestAPageIsPrefilledFromWhatIsWrong(t *testing.T) {
	withHand(t, func(_ *Config, w *world) {
		w.more = append(w.more, launch.ActionInfo{Name: "page.send", Title: "Page somebody", Args: []launch.ArgInfo{
			{Name: "group", Required: true, Choices: []string{"technical", "business"}}, {Name: "level", Choices: []string{"primary", "backup"}}, {Name: "text", Required: true}}})
		w.now.Updates.Contacts = []screen.Contact{{Group: "technical", GroupTitle: "Technical Emergencies", Level: "primary", Person: "eng-lead", To: "Engineering Lead: @eng-lead, 555-0100"}}
	}, func(h *hand, w *world) {
		h.press("p")
		h.shows("Page somebody", "Engineering Lead: @eng-lead, 555-0100", "You call them yourself", "Join the war room")
		h.press("enter") // by itself it calls nobody
		h.shows("send it?", "Technical Emergencies, primary: Engineering Lead: @eng-lead, 555-0100", "You call them yourself", "Join the war room", "y page them")
		did(t, w, 0)
		h.press("esc")
		h.shows("Group", "enter submit")
		h.press("ctrl+d", "x")
		h.hides("send it?")
		did(t, w, 0)
		h.press("enter", "y")
		did(t, w, 1)
		if a := w.did[0]; a.Args["group"] != "technical" || a.Args["level"] != "primary" || a.Args["text"] == "" {
			t.Errorf("%+v", a)
		}
	})
}
