package cockpit

import (
	"cmp"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/dialogs"
	"tminus/ui/intent"
)

// ringing is what became of an alarm's bell in this cockpit.
type ringing struct {
	first time.Time // wall time of the first
	again bool      // it rang a second time, which is the last
}

// ringAgain is how long after the first bell the second rings, where nobody has taken the alarm up.
const ringAgain = 60 * time.Second

// alarmed takes up the alarms of a new screen: a trigger that this cockpit has not shown yet covers the screen, and
// what calls for attention rings.
func (a *App) alarmed() tea.Cmd {
	if a.player != nil { // it called then
		return nil
	}
	over := a.stack.Touched()
	for _, al := range slices.Backward(a.shown.Alarms) { // the worst ends on top
		if al.Trigger == "" || al.Quiet || a.rung[al.Key] != nil {
			continue
		}
		a.prefix = false
		// What was open before it fired says nothing of it: the actions are being asked for.
		a.stack.PushUnasked(dialogs.NewFired(a.theme, a.plan, a.shown, nil, al, over), a.cfg.Wall())
		a.painter.box()
	}
	return a.bell()
}

// bell rings once for every alarm that calls for attention, and once more where it still does a minute later; for a mark
// that has come just once. A room that
// is gone says nothing about its alarms.
func (a *App) bell() tea.Cmd {
	if a.shown == nil || a.link.gone() || a.player != nil {
		return nil
	}
	now, rings := a.cfg.Wall(), false
	for _, al := range a.shown.Alarms {
		if al.Quiet {
			continue
		}
		switch r := a.rung[al.Key]; {
		case r == nil:
			a.rung[al.Key] = &ringing{first: now, again: al.Mark != ""} // a mark rings once
			rings = true
		case !r.again && now.Sub(r.first) >= ringAgain:
			r.again = true
			rings = true
		}
	}
	for _, n := range a.shown.Notices {
		if n.Loud && a.rung[n.Key] == nil && (n.At.IsZero() || !a.now.Before(n.At)) {
			a.rung[n.Key] = &ringing{first: now, again: true}
			rings = true
		}
	}
	if !rings {
		return nil
	}
	return a.ring()
}

// inForce are the triggers that call for attention, oldest first; where none does, those that were acknowledged.
func (a *App) inForce() []screen.Alarm {
	if a.shown == nil {
		return nil
	}
	var loud, quiet []screen.Alarm
	for _, al := range a.shown.Alarms {
		switch {
		case al.Trigger == "":
		case al.Quiet:
			quiet = append(quiet, al)
		default:
			loud = append(loud, al)
		}
	}
	if len(loud) == 0 {
		loud = quiet
	}
	slices.SortStableFunc(loud, func(x, y screen.Alarm) int {
		return cmp.Or(x.Since.Compare(y.Since), cmp.Compare(x.Key, y.Key))
	})
	return loud
}

// openAlarms opens the triggers in force, the newest on top, or asks which one to declare.
func (a *App) openAlarms() tea.Cmd {
	all := a.inForce()
	if len(all) == 0 {
		return a.ask(intent.Ask{Command: launch.Command{Action: "trigger.declare"}})
	}
	for i, al := range all {
		if d := dialogs.NewFired(a.theme, a.plan, a.shown, a.infos, al, false); i < len(all)-1 {
			a.stack.PushUnasked(d, a.cfg.Wall()) // nobody sees it before the one above it is closed
		} else {
			a.push(d)
		}
	}
	return a.loadActions()
}

// isArmed reports whether a trigger may turn the flag off by itself.
func (a *App) isArmed() bool { return a.shown != nil && a.shown.Armed != nil }

func (a *App) noneArmed() string {
	if !a.isArmed() {
		return "no trigger is armed"
	}
	return a.readOnly()
}

// hold asks for the reason of a hold, which is the newest trigger where one calls for attention.
func (a *App) hold() intent.Intent {
	q := intent.Ask{Command: launch.Command{Action: "clock.hold"}}
	if all := a.inForce(); len(all) > 0 && !all[len(all)-1].Quiet {
		q.Suggest = map[string]string{"reason": all[len(all)-1].Title + " fired"}
	}
	return q
}

// onMetrics reports whether keys go to the monitors.
func (a *App) onMetrics() bool { return a.view == "metrics" || a.view == "" && a.focus == 2 }

// monitorHere is the monitor at the cursor of the Metrics pane or view, else the one of the worst alarm; "": none.
func (a *App) monitorHere() string {
	if v, ok := a.current().(interface{ Selected() string }); ok && a.onMetrics() {
		return v.Selected()
	}
	if al, _, ok := a.worst(); ok {
		return al.Monitor
	}
	return ""
}

// monitorAsk opens an action about monitors with the one at hand filled in, where the action takes it now.
func (a *App) monitorAsk(action string) intent.Intent {
	q := intent.Ask{Command: launch.Command{Action: action}, Suggest: map[string]string{}}
	if action == "baseline.capture" {
		q.Suggest["monitor"] = "all"
		return q
	}
	if a.shown == nil {
		return q
	}
	id := a.monitorHere()
	if action == "value.enter" && !a.byHand(id) {
		return q
	}
	q.Suggest["monitor"] = id
	if action == "alarm.silence" {
		q.Suggest["minutes"] = "15"
		if a.silenced(id) {
			q.Suggest["minutes"] = "0" // which ends it
		}
	}
	return q
}

func (a *App) silenced(id string) bool {
	return slices.ContainsFunc(a.shown.Monitors, func(m screen.Monitor) bool { return m.ID == id && m.Silenced != nil })
}

// byHand reports whether people enter a monitor's values.
func (a *App) byHand(id string) bool {
	return slices.ContainsFunc(a.shown.Monitors, func(m screen.Monitor) bool {
		return m.ID == id && (m.Source == "" || m.Source == "manual")
	})
}

// lead is what to select in a view that the banner's key leads to.
func (a *App) lead(view string) string {
	if al, _, ok := a.worst(); ok && view == "metrics" && a.view != view && !al.Quiet {
		return al.Monitor
	}
	return ""
}
