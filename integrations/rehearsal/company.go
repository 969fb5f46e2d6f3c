package rehearsal

import (
	"fmt"
	"slices"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/room"
	"tminus/model/screen"
)

// tryAgain is how long a refused reaction waits, in launch time.
const tryAgain = 20 * time.Second

// Act is what the colleagues do in (from, to], in the order of time.
func (w *World) Act(from, to time.Time, s *screen.Screen) []room.Deed {
	w.observe(to, s)
	a := &acts{world: w, from: from, to: to}
	switch s.Phase {
	case launch.Closed:
		return nil
	case launch.Scrubbed: // the world is told, and what is asked of somebody is answered
	default:
		a.working(s)
	}
	a.updates(s)
	a.reviews(s)
	slices.SortStableFunc(a.deeds, func(x, y room.Deed) int { return x.At.Compare(y.At) })
	return a.deeds
}

// working is what colleagues do for a launch that goes on.
func (a *acts) working(s *screen.Screen) {
	a.days(s)
	a.checkins(s)
	a.readiness(s)
	a.baselines(s)
	a.doctor(s)
	a.script(s)
	a.marks(s)
	a.meeting(s)
	a.poll(s)
	a.steps(s)
	a.triggers(s)
	a.rollback(s)
	a.closure(s)
}

// acts collects the deeds of one window.
type acts struct {
	world    *World
	from, to time.Time
	deeds    []room.Deed
}

// planned adds a deed that belongs to one instant: it happens when the window passes over it, and never again.
func (a *acts) planned(at time.Time, role, action string, args map[string]string) {
	if at.After(a.from) && !at.After(a.to) {
		a.add(at, role, action, args)
	}
}

// reaction adds a deed that answers what is on the screen: it happens at its time, or at once when that has passed. One
// that was refused is tried again, but not with every look at the screen.
func (a *acts) reaction(at time.Time, role, action string, args map[string]string) {
	a.reactionOf(fmt.Sprint(role, action, args), at, role, action, args)
}

// reactionOf is reaction for one whose arguments are others with every look at the screen; key tells it apart.
func (a *acts) reactionOf(key string, at time.Time, role, action string, args map[string]string) {
	if !at.After(a.from) {
		at = a.from.Add(time.Nanosecond)
	}
	if at.After(a.to) {
		return
	}
	if last, tried := a.world.tried[key]; tried && !at.Before(last) && at.Sub(last) < tryAgain {
		return
	}
	a.world.tried[key] = at
	a.add(at, role, action, args)
}

func (a *acts) add(at time.Time, role, action string, args map[string]string) {
	a.deeds = append(a.deeds, room.Deed{At: at, Who: a.world.who(role), Command: launch.Command{Action: action, Args: args}})
}

// who plays a role: the colleague who holds it, or one named after it.
func (w *World) who(role string) launch.Who {
	user := w.holders[role]
	switch {
	case role == w.caller.Role:
		user = w.caller.User
	case user == "":
		user = role
	}
	return launch.Who{User: user, UID: -1, Host: "rehearsal", Auth: journal.AuthRehearsal, As: role}
}
