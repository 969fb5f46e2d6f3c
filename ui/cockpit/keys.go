package cockpit

import (
	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/ui/dialogs"
	"tminus/ui/intent"
	"tminus/ui/panes"
)

// bind is one key of the cockpit itself.
type bind struct {
	keys   []string // as Bubble Tea names them
	show   string   // as footer and help name them
	help   string
	footer int               // rank in the footer, 1 first; 0: help only
	when   func(a *App) bool // whether it matters now, for the footer; nil: always
	acts   []string          // actions that it leads to, so that the palette and the next line can name the key
	why    func(a *App) string
	do     func(a *App) intent.Intent
}

// keymap is every key that no dialog, pane or view has taken. After g, second is asked instead of first.
type keymap struct {
	first, second []bind
}

func newKeymap() keymap {
	return keymap{
		first:  append(append(movement(), deeds()...), lists()...),
		second: []bind{{keys: []string{"n"}, show: "n", help: "what is next: its dialog, or its place", do: (*App).nextDeed}},
	}
}

// movement is how one gets around.
func movement() []bind {
	b := []bind{
		{keys: []string{"tab"}, show: "tab", help: "next pane", do: func(a *App) intent.Intent { return intent.Focus{Pane: (a.focus+1)%len(a.panes) + 1} }},
		{keys: []string{"shift+tab"}, show: "shift+tab", help: "pane before", do: func(a *App) intent.Intent {
			return intent.Focus{Pane: (a.focus+len(a.panes)-1)%len(a.panes) + 1}
		}},
		{keys: []string{"enter"}, show: "enter", help: "full view of the pane", do: (*App).fullView},
		{keys: []string{"esc"}, show: "esc", help: "back", do: func(*App) intent.Intent { return intent.CloseView{} }},
	}
	for i, name := range []string{"Checklist", "Countdown", "Metrics", "RACI", "Decisions"} {
		n := string(rune('1' + i))
		b = append(b, bind{keys: []string{n}, show: n, help: name, do: func(*App) intent.Intent { return intent.Focus{Pane: i + 1} }})
	}
	return b
}

// deeds are the keys that record something, and those that steer a rehearsal.
func deeds() []bind {
	ask := func(action string) func(a *App) intent.Intent {
		return func(a *App) intent.Intent { return intent.Ask{Command: a.preset(action)} }
	}
	monitors := func(action string) func(a *App) intent.Intent {
		return func(a *App) intent.Intent { return a.monitorAsk(action) }
	}
	rehearsal := func(a *App) string {
		if a.shown == nil || a.shown.Mode != launch.Rehearsal {
			return "only a rehearsal can"
		}
		return ""
	}
	return []bind{
		{keys: []string{"space"}, show: "space", help: "tick", footer: 2, acts: []string{"item.check", "item.uncheck"},
			why: (*App).readOnly, do: func(a *App) intent.Intent { return intent.Focus{Pane: 1} }},
		{keys: []string{"s"}, show: "s", help: "sign off", footer: 3, acts: []string{"section.sign-off"}, why: (*App).readOnly, do: ask("section.sign-off")},
		{keys: []string{"n"}, show: "n", help: "note", footer: 4, acts: []string{"note.add"}, why: (*App).readOnly, do: ask("note.add")},
		{keys: []string{"v"}, show: "v", help: "vote", footer: 5, acts: []string{"poll.vote"}, why: (*App).readOnly, do: ask("poll.vote")},
		{keys: []string{"H"}, show: "H", help: "hold", footer: 6, acts: []string{"clock.hold", "clock.resume"}, why: (*App).readOnly,
			do: func(a *App) intent.Intent {
				if a.shown != nil && a.shown.Clock.HeldAt != nil {
					return intent.Ask{Command: launch.Command{Action: "clock.resume"}}
				}
				return a.hold()
			}},
		{keys: []string{"F"}, show: "F", help: "flag", footer: 7, acts: []string{"flag.off", "flag.on"}, do: func(*App) intent.Intent { return intent.Flag{} }},
		{keys: []string{"R"}, show: "R", help: "rollback", footer: 8, acts: []string{"rollback.request", "rollback.approve"},
			do: func(*App) intent.Intent { return intent.Rollback{} }},
		{keys: []string{"u"}, show: "u", help: "update", footer: 9, acts: []string{"update.send"}, why: (*App).readOnly,
			do: func(*App) intent.Intent { return intent.Compose{} }},
		{keys: []string{"p"}, show: "p", help: "page somebody", acts: []string{"page.send"}, why: (*App).readOnly,
			do: func(*App) intent.Intent { return intent.Page{} }},
		{keys: []string{"!"}, show: "!", help: "declare a trigger", footer: 1,
			acts: []string{"trigger.declare", "trigger.acknowledge", "trigger.clear"},
			when: func(a *App) bool { return len(a.inForce()) > 0 }, do: func(*App) intent.Intent { return intent.Alarm{} }},
		{keys: []string{"X"}, show: "X", help: "disarm", footer: 1, acts: []string{"trigger.disarm"}, when: (*App).isArmed, why: (*App).noneArmed,
			do: func(*App) intent.Intent {
				return intent.Ask{Command: launch.Command{Action: "trigger.disarm", Args: map[string]string{"id": "all"}}}
			}},
		{keys: []string{"b"}, show: "b", help: "baseline", footer: 1, acts: []string{"baseline.capture"},
			when: (*App).onMetrics, why: (*App).readOnly, do: monitors("baseline.capture")},
		{keys: []string{"e"}, show: "e", help: "enter a value", footer: 1, acts: []string{"value.enter"},
			when: (*App).onMetrics, why: (*App).readOnly, do: monitors("value.enter")},
		{keys: []string{"z"}, show: "z", help: "silence", footer: 1, acts: []string{"alarm.silence"},
			when: (*App).onMetrics, why: (*App).readOnly, do: monitors("alarm.silence")},
		{keys: []string{attest}, show: attest, help: "record as said by them", why: (*App).nothingRefused, do: (*App).saidByThem},
		{keys: []string{"D"}, show: "D", help: "open a defect", acts: []string{"defect.open"}, why: (*App).readOnly, do: func(a *App) intent.Intent { return a.defect() }},
		{keys: []string{"U"}, show: "U", help: "undo", footer: 11, acts: []string{"undo"}, why: (*App).readOnly, do: ask("undo")},
		{keys: []string{"a"}, show: "a", help: "act as another role", footer: 12, why: rehearsal, do: func(*App) intent.Intent { return intent.Roles{} }},
		{keys: []string{"<"}, show: "<", help: "slower", why: rehearsal, do: func(*App) intent.Intent { return intent.Slower{} }},
		{keys: []string{">"}, show: ">", help: "faster", why: rehearsal, do: func(*App) intent.Intent { return intent.Faster{} }},
		{keys: []string{"."}, show: ".", help: "skip to the next mark", footer: 13, why: rehearsal, do: func(*App) intent.Intent { return intent.SkipMark{} }},
	}
}

// lists are the keys that find everything else.
func lists() []bind {
	return []bind{
		{keys: []string{"/"}, show: "/", help: "find", footer: 9, do: func(*App) intent.Intent { return intent.Find{} }},
		{keys: []string{":"}, show: ":", help: "all actions", footer: 10, do: func(*App) intent.Intent { return intent.Palette{} }},
		{keys: []string{"?"}, show: "?", help: "help", footer: last, do: func(*App) intent.Intent { return intent.Help{} }},
		{keys: []string{"q", "ctrl+c"}, show: "q", help: "quit", footer: last, do: func(*App) intent.Intent { return intent.Quit{} }},
	}
}

// last ranks what the footer always ends with.
const last = 99

// find returns the binding of a key.
func find(binds []bind, k tea.KeyPressMsg) (bind, bool) {
	name := k.String()
	for _, b := range binds {
		for _, key := range b.keys {
			if key == name {
				return b, true
			}
		}
	}
	return bind{}, false
}

// keyOf is the key that leads to an action; "" where only the palette does.
func (m keymap) keyOf(action string) string {
	for _, b := range m.first {
		for _, act := range b.acts {
			if act == action {
				return b.show
			}
		}
	}
	return ""
}

// shown is a binding as footer and help tell it.
func (b bind) shown(a *App) panes.Binding {
	out := panes.Binding{Key: b.show, Help: b.help}
	if b.why != nil {
		out.Why = b.why(a)
	}
	if b.show == "H" && a.shown != nil && a.shown.Clock.HeldAt != nil {
		out.Help = "resume"
	}
	if b.show == "!" && len(a.inForce()) > 0 {
		out.Help = "trigger"
	}
	return out
}

// help is every key by context: where one is, then everywhere, then after g.
func (a *App) help() []dialogs.Section {
	here := a.current()
	out := []dialogs.Section{{Title: here.Title(), Bindings: here.Bindings()}}
	section := func(title string, binds []bind) {
		s := dialogs.Section{Title: title}
		for _, b := range binds {
			s.Bindings = append(s.Bindings, b.shown(a))
		}
		out = append(out, s)
	}
	section("Do", deeds())
	section("Find", lists())
	section("Move", movement())
	views := dialogs.Section{Title: "Full views"}
	for _, v := range a.views {
		views.Bindings = append(views.Bindings, panes.Binding{Key: "g " + v.Key, Help: v.Title})
	}
	for _, b := range a.keys.second {
		views.Bindings = append(views.Bindings, panes.Binding{Key: "g " + b.show, Help: b.help})
	}
	return append(out, views, dialogs.Section{Title: "In a dialog", Bindings: []panes.Binding{
		{Key: "enter", Help: "next field, then submit"}, {Key: "ctrl+d", Help: "submit"}, {Key: "tab", Help: "next field"},
		{Key: "alt+enter", Help: "new line in a longer text"}, {Key: "ctrl+t", Help: "record it for somebody who said it"},
		{Key: "esc", Help: "close without recording"},
	}})
}
