package cockpit

import (
	"strings"
	"testing"

	"tminus/model/launch"
	"tminus/model/screen"
)

// handSteps adds the actions of steps and makes a step of somebody else's what is next.
func handSteps(_ *Config, w *world) {
	said := []launch.ArgInfo{{Name: "for", Choices: []string{"dba", "eng-mgr"}}, {Name: "via", Choices: []string{"voice", "chat", "mail"}}}
	id := launch.ArgInfo{Name: "id", Required: true}
	w.more = append(w.more,
		launch.ActionInfo{Name: "step.start", Title: "Start a step", Args: append([]launch.ArgInfo{id}, said...)},
		launch.ActionInfo{Name: "step.confirm", Title: "Confirm", Args: append([]launch.ArgInfo{{Name: "id"}, {Name: "what"}}, said...)},
		launch.ActionInfo{Name: "clock.recycle", Title: "Go back", Args: []launch.ArgInfo{{Name: "to"}, {Name: "reason"}}},
		launch.ActionInfo{Name: "role.take", Title: "Take a role", Args: []launch.ArgInfo{{Name: "role"}, {Name: "reason"}}},
		launch.ActionInfo{Name: "page.send", Title: "Page", Args: []launch.ArgInfo{{Name: "channel"}}},
		launch.ActionInfo{Name: "launch.close", Title: "Close", Args: []launch.ArgInfo{{Name: "reason"}}},
	)
	w.now.Steps = []screen.Step{{ID: "database", Number: 2, Title: "Database Updates", Owner: "Database Admin", Short: "DBA", Person: "dba", State: launch.StepWaiting}}
	w.now.Todo = screen.Todo{Text: "Start step 2, Database Updates", Action: "step.start", Target: "database", Owner: "Database Admin", Person: "dba"}
}

// The next line's key opens the dialog of a step and starts nothing, not even where nothing is left to ask.
func TestNextDeedStartsNothing(t *testing.T) {
	withHand(t, handSteps, func(h *hand, w *world) {
		h.press("g", "n")
		did(t, w, 0)
		h.shows("Start a step", "Step 2, Database Updates: waiting", "it is for dba to say: ctrl+t records what they said", "y yes")
		h.press("ctrl+t")
		h.shows("said by somebody else", "Said by", "Heard by")
		h.press("ctrl+d")
		if c := did(t, w, 1)[0]; c.Action != "step.start" || c.Args["id"] != "database" || c.Args["for"] != "dba" {
			t.Errorf("%v", c)
		}
	})
}

// What is refused as somebody else's to say is told with the cockpit's own way out, and that key leads there.
func TestRefusalsSpeakOfKeys(t *testing.T) {
	withHand(t, handSteps, func(h *hand, w *world) {
		w.answer = func(launch.Command) (launch.Result, error) {
			return launch.Result{}, &launch.Refusal{Message: "Database Updates belongs to Database Admin (dba), and you hold Engineering Lead",
				Hint: "record what they say with for=dba via=voice or take the role over with role.take role=database-admin reason=…"}
		}
		h.press("ctrl+t")
		h.shows("nothing was refused")
		h.press("g", "s", "enter")
		did(t, w, 1)
		h.shows("record what they say with ctrl+t", ":role.take")
		h.hides("via=voice")
		h.press("ctrl+t")
		h.shows("said by somebody else", "(x) dba", "Step 2, Database Updates")
		h.press("ctrl+d")
		if c := did(t, w, 2)[1]; c.Args["for"] != "dba" || c.Args["via"] != "voice" {
			t.Errorf("%v", c)
		}
		h.shows("record what they say with ctrl+t") // in the dialog too
	})
}

func TestSpokenKeepsWhatIsNoCommand(t *testing.T) {
	withHand(t, handSteps, func(h *hand, _ *world) {
		for in, want := range map[string]string{
			"recycle to an earlier mark first: clock.recycle to=T-15m":                                  "recycle to an earlier mark first: :clock.recycle",
			"hold the clock first: clock.hold":                                                          "hold the clock first: key H",
			"they vote with poll.vote; who holds a role can record theirs with for= and via=":           "they vote with key v; who holds a role can record theirs with ctrl+t",
			"act as that role (--as product-owner) or record what they say with for=eng-lead via=voice": "act as that role (key a) or record what they say with ctrl+t",
			"call them yourself: 555-0100; then page.send with channel=hand records it":                 "call them yourself: 555-0100; then key p with channel hand records it",
			"link=https://shop.example/?role=x is no link":                                              "link=https://shop.example/?role=x is no link",
			"launch.close needs reason=…: why it is closed":                                             ":launch.close needs a reason: why it is closed",
			"see https://shop.example/a?reason=b":                                                       "see https://shop.example/a?reason=b",
			"sign off (section.sign-off) or go without":                                                 "sign off (key s) or go without",
		} {
			if got := h.app.spoken(in); got != want {
				t.Errorf("%s\n got %s\nwant %s", in, got, want)
			}
		}
		if err := h.app.refusal(&launch.Refusal{Message: "m", Usage: true}); !strings.Contains(err.Error(), "m") {
			t.Error(err)
		}
	})
}
