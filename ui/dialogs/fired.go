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

// Fired shows a trigger in force: what fired and on which points, what is proposed and who decides it. It opens by itself,
// so it asks for nothing that closing would lose, and closes by itself once somebody has taken the trigger up.
type Fired struct {
	card
	alarm   screen.Alarm
	quieted bool // it was acknowledged when it was opened: only its end closes it
}

// NewFired opens the dialog of an alarm that has a trigger. over says that it covers a dialog with something typed in
// it: the next letter may be meant for that one, so a key that records is asked for twice. The plan may be nil.
func NewFired(t *theme.Theme, plan *screen.Plan, s *screen.Screen, infos []launch.ActionInfo, alarm screen.Alarm, over bool) *Fired {
	c := card{box: box{theme: loud(t), want: formWidth}, names: names{plan: plan, screen: s}, now: s.At, infos: infos, over: over}
	return &Fired{card: c, alarm: alarm, quieted: alarm.Quiet}
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

// clears reports whether the viewer may clear the trigger: what a rule saw clears by itself.
func (f *Fired) clears() bool {
	return slices.ContainsFunc(f.infos, func(i launch.ActionInfo) bool {
		return i.Name == "trigger.clear" && slices.ContainsFunc(i.Args, func(a launch.ArgInfo) bool {
			return a.Name == "id" && slices.Contains(a.Choices, f.alarm.Trigger)
		})
	})
}

// HandleKey answers a key.
func (f *Fired) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	offers := f.offers()
	if f.scroll(k.String(), len(f.body()), len(f.footOf(offers))) {
		return nil, false
	}
	return f.answer(k, offers)
}

// offers are the keys, what is proposed first.
func (f *Fired) offers() []offer {
	var out []offer
	id := map[string]string{"id": f.alarm.Trigger}
	t := f.trigger()
	if f.holds() {
		out = append(out, offer{key: "H", help: "hold the clock", why: f.whyNot("clock.hold"), records: true,
			do: asks("clock.hold", nil, map[string]string{"reason": f.alarm.Title + " fired"})})
	}
	if !f.alarm.Quiet {
		out = append(out, offer{key: "a", help: "acknowledge", why: f.whyNot("trigger.acknowledge"), records: true, do: does("trigger.acknowledge", id)})
	}
	if f.countsDown() {
		out = append(out, offer{key: "d", help: "stop the countdown", why: f.whyNot("trigger.disarm"), records: true, do: does("trigger.disarm", map[string]string{"id": "all"})})
	}
	if f.clears() {
		out = append(out, offer{key: "c", help: "clear it", records: true, do: asks("trigger.clear", id, nil)})
	}
	if f.alarm.Monitor != "" {
		out = append(out, offer{key: "m", help: "metrics", closes: true, do: func() intent.Intent {
			return intent.OpenView{View: "metrics", Target: f.alarm.Monitor}
		}})
	}
	if t != nil && t.Proposes == "rollback" {
		out = append(out, f.rollback())
	}
	return append(out,
		offer{key: "n", help: "note", records: true, do: asks("note.add", nil, nil)},
		offer{key: "!", help: "declare another", records: true, do: asks("trigger.declare", nil, nil)},
		offer{key: "esc", help: "later", closes: true, do: nothing},
	)
}

// countsDown reports whether this trigger is armed and about to turn the flag off.
func (f *Fired) countsDown() bool {
	a := f.names.screen.Armed
	return a != nil && a.AutoOffAt != nil && a.Trigger == f.alarm.Trigger
}

// holds reports whether holding the clock is proposed and still to be done.
func (f *Fired) holds() bool {
	t := f.trigger()
	return t != nil && t.Proposes == "hold" && f.names.screen.Clock.HeldAt == nil
}

// rollback is the key that asks for what the trigger proposes, or leads to where that is decided.
func (f *Fired) rollback() offer {
	o := offer{key: "r", records: true, do: func() intent.Intent {
		return intent.Rollback{Suggest: map[string]string{"reason": f.alarm.Title + " fired"}}
	}}
	switch r := f.names.screen.CurrentRequest(); {
	case r.Open():
		o.help = "the request " + r.ID
	case r.Running():
		o.help, o.closes = "the rollback", true
	default:
		o.help, o.why = "request a rollback", f.whyNot("rollback.request")
	}
	return o
}

// Bindings are the dialog's keys.
func (f *Fired) Bindings() []panes.Binding {
	return bindingsOf(f.offers())
}

var _ Dialog = (*Fired)(nil)
