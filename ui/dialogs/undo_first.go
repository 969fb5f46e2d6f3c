package dialogs

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/panes"
	"tminus/ui/theme"
)

// UndoFirst stands before skipping or stopping a step whose effect is outstanding, such as halted transactions: it offers to
// take that back first.
type UndoFirst struct {
	card
	ask  intent.Ask
	what string // action id of what is outstanding
}

// NewUndoFirst opens the question, where a step is to be skipped or stopped that has something outstanding; nil: there is
// nothing to ask.
func NewUndoFirst(t *theme.Theme, plan *screen.Plan, s *screen.Screen, infos []launch.ActionInfo, ask intent.Ask) *UndoFirst {
	if ask.Sure || ask.Command.Action != "step.skip" && ask.Command.Action != "step.abort" {
		return nil
	}
	at := slices.IndexFunc(s.Outstanding, func(o screen.Outstanding) bool {
		step := ask.Command.Args["id"]
		return (step == "" || step == o.Step) && !o.Undoing
	})
	if at < 0 {
		return nil
	}
	c := card{box: box{theme: t, want: formWidth}, names: names{plan: plan, screen: s}, now: s.At, infos: infos}
	return &UndoFirst{card: c, ask: ask, what: s.Outstanding[at].ID}
}

// ID names the question.
func (u *UndoFirst) ID() string { return "undo-first" }

// SetScreen closes the question once it is taken back.
func (u *UndoFirst) SetScreen(s *screen.Screen) string {
	u.names.screen = s
	if u.busy {
		return ""
	}
	return stepSettled(u.names, "step.undo", map[string]string{"what": u.what})
}

// HandleKey answers a key.
func (u *UndoFirst) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	return u.answer(k, u.offers())
}

func (u *UndoFirst) offers() []offer {
	verb := "skip"
	if u.ask.Command.Action == "step.abort" {
		verb = "stop"
	}
	on := u.ask
	on.Sure = true
	return []offer{
		{key: "u", help: "take it back first", why: u.whyNot("step.undo"), records: true, do: does("step.undo", map[string]string{"what": u.what})},
		{key: "c", help: verb + " all the same", closes: true, do: func() intent.Intent { return on }},
		{key: "esc", help: "neither", closes: true, do: nothing},
	}
}

// Lines draws the box.
func (u *UndoFirst) Lines() []string {
	var body []string
	for _, f := range undoFacts(u.names, u.what) {
		body = append(body, u.wrap(u.style(f.tone), f.text)...)
	}
	for _, c := range sends(u.names, "step.undo", map[string]string{"what": u.what}) {
		body = append(body, u.wrap(u.theme.Accent, "u: "+c.whole)...)
	}
	body = append(append(body, ""), u.wrap(u.theme.Text, "Nothing takes it back by itself once the step is left.")...)
	return u.framed("Take it back first?", body, u.footOf(u.offers()))
}

// Bindings are the question's keys.
func (u *UndoFirst) Bindings() []panes.Binding { return bindingsOf(u.offers()) }

var _ Dialog = (*UndoFirst)(nil)
