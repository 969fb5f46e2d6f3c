package dialogs

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/panes"
	"tminus/ui/theme"
)

// Fired shows a trigger in force: what fired and on which points, what is proposed and who decides it. It opens by itself,
// so it asks for nothing that closing would lose, and closes by itself once somebody has taken the trigger up.
type Fired struct {
	box
	names   names
	alarm   screen.Alarm
	now     time.Time // launch time
	infos   []launch.ActionInfo
	over    bool   // it covers a dialog in which something was typed
	armed   string // the key that is taken when it is pressed once more
	busy    bool
	problem []string // why the last try failed: what, then what to do
	top     int      // first line in sight
	quieted bool     // it was acknowledged when it was opened: only its end closes it
}

// NewFired opens the dialog of an alarm that has a trigger. over says that it covers a dialog with something typed in
// it: the next letter may be meant for that one, so a key that records is asked for twice. The plan may be nil.
func NewFired(t *theme.Theme, plan *screen.Plan, s *screen.Screen, infos []launch.ActionInfo, alarm screen.Alarm, over bool) *Fired {
	return &Fired{
		box: box{theme: loud(t), want: formWidth}, names: names{plan: plan, screen: s}, alarm: alarm, now: s.At, infos: infos,
		over: over, quieted: alarm.Quiet,
	}
}

// loud is a theme whose frames are those of something critical: no other dialog looks like this one.
func loud(t *theme.Theme) *theme.Theme {
	if t.NoColor {
		return t
	}
	c := *t
	c.FrameFocus, c.TitleFocus = t.Crit, t.Crit
	return &c
}

// FiredID is the ID of the dialog of an alarm.
func FiredID(alarm string) string { return "alarm:" + alarm }

// ID names the alarm: the next firing of the same trigger is another one.
func (f *Fired) ID() string { return FiredID(f.alarm.Key) }

// SetScreen closes the dialog once the trigger was acknowledged or has cleared.
func (f *Fired) SetScreen(s *screen.Screen) string {
	f.names.screen = s
	if s.At.After(f.now) {
		f.now = s.At
	}
	at := slices.IndexFunc(s.Alarms, func(a screen.Alarm) bool { return a.Key == f.alarm.Key })
	if at < 0 {
		return f.alarm.Title + f.ended()
	}
	f.alarm = s.Alarms[at]
	if !f.alarm.Quiet || f.quieted || f.busy {
		return ""
	}
	if t := f.trigger(); t != nil && t.Acknowledged != nil {
		return f.alarm.Title + " was acknowledged " + by(t.Acknowledged)
	}
	return f.alarm.Title + " is quiet"
}

// ended says how a trigger that is in force no longer came to its end.
func (f *Fired) ended() string {
	if t := f.trigger(); t != nil && t.Cleared != nil {
		return " has cleared, " + by(t.Cleared)
	}
	return " is no longer in force"
}

// trigger is the trigger as the newest screen tells it; nil where it does not.
func (f *Fired) trigger() *screen.Trigger { return f.names.trigger(f.alarm.Trigger) }

// SetPlan gives who may authorise what, where the trigger fired before the cockpit knew it.
func (f *Fired) SetPlan(p *screen.Plan) { f.names.plan = p }

// Tick gives the launch time, for the age.
func (f *Fired) Tick(now time.Time) { f.now = now }

// SetActions keeps which of its keys are open to the viewer.
func (f *Fired) SetActions(infos []launch.ActionInfo) { f.infos = infos }

// whyNot is why an action is not open; "": it is, or it is not known yet.
func (f *Fired) whyNot(action string) string {
	for _, i := range f.infos {
		if i.Name == action {
			return i.WhyNot
		}
	}
	return ""
}

// clears reports whether the viewer may clear the trigger: what a rule saw clears by itself.
func (f *Fired) clears() bool {
	return slices.ContainsFunc(f.infos, func(i launch.ActionInfo) bool {
		return i.Name == "trigger.clear" && slices.ContainsFunc(i.Args, func(a launch.ArgInfo) bool {
			return a.Name == "id" && slices.Contains(a.Choices, f.alarm.Trigger)
		})
	})
}

// HandleKey answers a key. What opens another dialog leaves this one open below it.
func (f *Fired) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	armed := f.armed
	f.armed = ""
	if f.scroll(k.String()) {
		return nil, false
	}
	for _, o := range f.offers() {
		if o.key != k.String() || o.do == nil {
			continue
		}
		switch {
		case f.busy && !o.closes, o.why != "":
			return nil, false
		case o.records && f.over && armed != o.key:
			f.armed = o.key
			return nil, false
		}
		f.problem = nil
		i := o.do()
		_, f.busy = i.(intent.Do)
		return i, o.closes
	}
	return nil, false
}

// offer is one of the dialog's keys.
type offer struct {
	key, help string
	why       string // why it is not open to the viewer
	records   bool   // it writes an entry or begins to
	closes    bool
	do        func() intent.Intent
}

// offers are the keys, what is proposed first.
func (f *Fired) offers() []offer {
	var out []offer
	id := map[string]string{"id": f.alarm.Trigger}
	ask := func(action string, args, suggest map[string]string) func() intent.Intent {
		return func() intent.Intent {
			return intent.Ask{Command: launch.Command{Action: action, Args: args}, Suggest: suggest}
		}
	}
	t := f.trigger()
	if f.holds() {
		out = append(out, offer{key: "H", help: "hold the clock", why: f.whyNot("clock.hold"), records: true,
			do: ask("clock.hold", nil, map[string]string{"reason": f.alarm.Title + " fired"})})
	}
	if !f.alarm.Quiet {
		out = append(out, offer{key: "a", help: "acknowledge", why: f.whyNot("trigger.acknowledge"), records: true, do: func() intent.Intent {
			return intent.Do{Command: launch.Command{Action: "trigger.acknowledge", Args: id}}
		}})
	}
	if f.clears() {
		out = append(out, offer{key: "c", help: "clear it", records: true, do: ask("trigger.clear", id, nil)})
	}
	if f.alarm.Monitor != "" {
		out = append(out, offer{key: "m", help: "metrics", closes: true, do: func() intent.Intent {
			return intent.OpenView{View: "metrics", Target: f.alarm.Monitor}
		}})
	}
	if t != nil && t.Proposes == "rollback" {
		out = append(out, offer{key: "r", help: "rollback steps", closes: true, do: func() intent.Intent {
			return intent.OpenView{View: "reference", Target: f.names.firstRollbackStep()}
		}})
	}
	return append(out,
		offer{key: "n", help: "note", records: true, do: ask("note.add", nil, nil)},
		offer{key: "!", help: "declare another", records: true, do: ask("trigger.declare", nil, nil)},
		offer{key: "esc", help: "later", closes: true, do: func() intent.Intent { return nil }},
	)
}

// holds reports whether holding the clock is proposed and still to be done.
func (f *Fired) holds() bool {
	t := f.trigger()
	return t != nil && t.Proposes == "hold" && f.names.screen.Clock.HeldAt == nil
}

// scroll moves through a body that is too long.
func (f *Fired) scroll(key string) bool {
	page := max(f.rows()-4, 1)
	switch key {
	case "up", "k":
		f.top--
	case "down", "j":
		f.top++
	case "pgup":
		f.top -= page
	case "pgdown", "space":
		f.top += page
	default:
		return false
	}
	f.top = min(max(f.top, 0), max(len(f.body())-f.rows()+len(f.foot()), 0))
	return true
}

// Paste does nothing: there is nothing to type.
func (f *Fired) Paste(string) {}

// Touched reports nothing: closing loses nothing.
func (f *Fired) Touched() bool { return false }

// Done shows why the acknowledgement was not recorded; recorded, the dialog is finished.
func (f *Fired) Done(err error) bool {
	f.busy = false
	if err == nil {
		return true
	}
	what, hint := Explain(err)
	f.problem = []string{what}
	if hint != "" {
		f.problem = append(f.problem, hint)
	}
	return false
}

// Cursor is nowhere.
func (f *Fired) Cursor() (x, y int, ok bool) { return 0, 0, false }

// Bindings are the dialog's keys.
func (f *Fired) Bindings() []panes.Binding {
	var out []panes.Binding
	for _, o := range f.offers() {
		out = append(out, panes.Binding{Key: o.key, Help: o.help, Why: o.why})
	}
	return out
}

var _ Dialog = (*Fired)(nil)
