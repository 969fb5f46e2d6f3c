package dialogs

import (
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/panes"
	"tminus/ui/theme"
)

// Form asks for the arguments of an action that its command does not have yet. It is built from the action's own
// description, so a new action has a dialog without code; facts.go adds what one should see before answering.
type Form struct {
	box
	names   names
	info    launch.ActionInfo
	given   map[string]string // arguments that came with the command: shown, not asked
	suggest map[string]string // what fields hold at first
	fields  []labelled
	focus   int
	attest  bool // for and via are asked
	busy    bool
	problem problem
	settled string // decided elsewhere while something had been typed here
	offset  int    // lines that the body is scrolled away from the field that has the focus

	sure   bool   // it is shown what is about to be sent, and asked once more
	sights sights // which of the calls that it sends have been on the screen
}

// formWidth is how wide forms like to be.
const formWidth = 76

// NewForm opens the dialog of an action, on the field that needs an answer first. The plan may be nil; the screen may not.
func NewForm(t *theme.Theme, plan *screen.Plan, s *screen.Screen, info launch.ActionInfo, ask intent.Ask) *Form {
	f := &Form{
		box:     box{theme: t, want: formWidth},
		names:   names{plan: plan, screen: s},
		info:    info,
		given:   maps.Clone(ask.Command.Args),
		suggest: ask.Suggest,
		attest:  ask.Suggest[argFor] != "",
	}
	if info.Name == "rollback.request" {
		f.want = wideCard // its plan has command lines in it
	}
	f.build()
	f.setFocus(f.first())
	return f
}

// first is the field to begin with: what is required and missing, else the reason beside what was suggested.
func (f *Form) first() int {
	at := f.missing()
	if at < 0 && len(f.suggest) > 0 {
		at = slices.IndexFunc(f.fields, func(l labelled) bool { return l.arg() == "reason" })
	}
	return max(at, 0)
}

// ID is the action's: one dialog per action.
func (f *Form) ID() string { return "action:" + f.info.Name }

// Direct reports whether a command needs no dialog: nothing required is missing, nothing has to be confirmed, and there
// is nothing else to say.
func Direct(mode launch.Mode, info launch.ActionInfo, c launch.Command) bool {
	if info.Confirm && mode == launch.Live {
		return false
	}
	for _, a := range info.Args {
		if c.Args[a.Name] == "" && a.Required {
			return false
		}
	}
	return !slices.ContainsFunc(info.Args, func(a launch.ArgInfo) bool {
		return c.Args[a.Name] == "" && !a.Required && (said(a.Name) || a.Name == "monitor")
	})
}

// said reports whether an optional argument is worth asking for: the words that go with a decision, or a choice.
func said(arg string) bool {
	return slices.Contains([]string{"reason", "evidence", "text", "note", "mode", "how", "answer"}, arg)
}

// SetSize gives the size of the whole terminal.
func (f *Form) SetSize(width, height int) {
	f.box.SetSize(width, height)
	for _, l := range f.fields {
		l.setWidth(f.inner() - 2)
	}
}

// SetScreen closes the form, or marks it where something was typed, once somebody else has settled what it asks.
func (f *Form) SetScreen(s *screen.Screen) string {
	before := settledAlready(f.names, f.info.Name, f.command().Args)
	f.names.screen = s
	now := settledAlready(f.names, f.info.Name, f.command().Args)
	if f.busy || now == "" {
		f.settled = ""
		return ""
	}
	if before != "" && f.settled == "" {
		return "" // it was so when the dialog was opened: the room's answer will say so
	}
	f.settled = now
	if f.Touched() {
		return ""
	}
	return now
}

// Touched reports whether anything was typed or chosen.
func (f *Form) Touched() bool {
	return slices.ContainsFunc(f.fields, func(l labelled) bool { return l.touched() })
}

// SetActions brings the choices up to date.
func (f *Form) SetActions(infos []launch.ActionInfo) {
	at := slices.IndexFunc(infos, func(i launch.ActionInfo) bool { return i.Name == f.info.Name })
	if at < 0 || f.busy {
		return
	}
	f.info = infos[at]
	for _, a := range f.info.Args {
		for _, l := range f.fields {
			if c, ok := l.field.(*choiceField); ok && c.name == a.Name && a.Name != "role" && a.Name != argFor && len(a.Choices) > 0 {
				c.set(f.choices(a), func(v string) string { return f.names.of(f.info.Name, a.Name, v) })
			}
		}
	}
}

// HandleKey answers a key.
func (f *Form) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	if f.paged(k) {
		return nil, false
	}
	if f.sure {
		return f.sureKey(k)
	}
	switch {
	case keyIs(k, "esc"):
		return nil, true
	case f.busy:
		return nil, false
	case keyIs(k, "ctrl+t") && f.attestable():
		f.attest = !f.attest
		f.rebuild()
	case keyIs(k, "tab"):
		f.setFocus((f.focus + 1) % max(len(f.fields), 1))
	case keyIs(k, "shift+tab"):
		f.setFocus((f.focus + len(f.fields) - 1) % max(len(f.fields), 1))
	case keyIs(k, "ctrl+d"):
		return f.submit()
	case keyIs(k, "enter"):
		if f.focus < len(f.fields)-1 && (!f.answered() || f.ticking()) {
			f.setFocus(f.focus + 1)
			return nil, false
		}
		return f.submit()
	case len(f.fields) == 0:
		if keyIs(k, "y") {
			return f.submit()
		}
		return nil, keyIs(k, "n")
	default:
		f.typed(k)
	}
	return nil, false
}

// paged scrolls through a body that is too long; any other key comes back to the field.
func (f *Form) paged(k tea.KeyPressMsg) bool {
	page := max(f.rows()/2, 1)
	switch {
	case keyIs(k, "pgdown"):
		f.offset += page
	case keyIs(k, "pgup"):
		f.offset -= page
	default:
		f.offset = 0
		return false
	}
	return true
}

// Typing reports whether letters mean something here.
func (f *Form) Typing() bool { return len(f.fields) > 0 && !f.sure }

// typed gives a key to the field that has the focus; arrows that mean nothing there go to its neighbours.
func (f *Form) typed(k tea.KeyPressMsg) {
	if f.fields[f.focus].key(k) {
		f.problem = nil
		return
	}
	switch {
	case keyIs(k, "up"):
		f.setFocus(max(f.focus-1, 0))
	case keyIs(k, "down"):
		f.setFocus(min(f.focus+1, len(f.fields)-1))
	}
}

// answered reports that every required argument has a value.
func (f *Form) answered() bool { return f.missing() < 0 }

// ticking reports that the focus is on a list to tick, where enter must not send yet.
func (f *Form) ticking() bool {
	_, ok := f.fields[f.focus].field.(*setField)
	return ok
}

func (f *Form) missing() int {
	return slices.IndexFunc(f.fields, func(l labelled) bool { return l.required && l.value() == "" })
}

func (f *Form) submit() (intent.Intent, bool) {
	if at := f.missing(); at >= 0 {
		f.setFocus(at)
		f.problem = []string{strings.ToLower(f.fields[at].label) + " is needed"}
		return nil, false
	}
	c := f.command()
	if want := c.Args["confirm"]; f.confirms() && want != f.names.screen.Launch {
		f.setFocus(slices.IndexFunc(f.fields, func(l labelled) bool { return l.arg() == "confirm" }))
		f.problem = []string{"that is not this launch's name", "type " + f.names.screen.Launch}
		return nil, false
	}
	if f.readOn() {
		return nil, false
	}
	if f.asksOnce() {
		f.sure, f.problem = true, nil
		return nil, false
	}
	f.busy, f.problem = true, nil
	return intent.Do{Command: c}, false
}

// command is the action with what was given and what has been filled in.
func (f *Form) command() launch.Command {
	args := maps.Clone(f.given)
	if args == nil {
		args = map[string]string{}
	}
	for _, l := range f.fields {
		if v := l.value(); v != "" {
			args[l.arg()] = v
		}
	}
	return launch.Command{Action: f.info.Name, Args: args}
}

// Paste puts text into the field that has the focus.
func (f *Form) Paste(s string) {
	if len(f.fields) > 0 && !f.busy && !f.sure {
		f.fields[f.focus].paste(s)
		f.problem = nil
	}
}

// Done shows why the command was not carried out, with everything that was typed still there.
func (f *Form) Done(err error) bool {
	f.busy, f.sure = false, false
	if err == nil {
		return true
	}
	f.problem = problemOf(err)
	return false
}

func (f *Form) setFocus(at int) {
	f.focus = at
	for i, l := range f.fields {
		l.setFocus(i == at)
	}
}

// Bindings are the form's keys.
func (f *Form) Bindings() []panes.Binding {
	if f.sure {
		return []panes.Binding{binding("y", "page them"), binding("esc", "back to the text")}
	}
	out := []panes.Binding{binding("enter", "next, then submit"), binding("ctrl+d", "submit"), binding("tab", "next field"),
		binding("alt+enter", "new line")}
	if f.attestable() {
		out = append(out, binding("ctrl+t", "record it for somebody who said it"))
	}
	return append(out, binding("esc", "cancel"))
}
