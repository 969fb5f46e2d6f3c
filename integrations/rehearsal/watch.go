package rehearsal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/runbook"
	"tminus/model/screen"
)

// How colleagues answer for what is watched, in launch time.
const (
	captureLead    = 24 * time.Hour // before T-0 the baselines are captured that no checklist item asks for
	captureSpacing = 7 * time.Minute
	toAcknowledge  = 45 * time.Second
	toCall         = 40 * time.Second // the facilitator calls the war room together
	toStandBy      = 75 * time.Second
)

// baselines captures what the colleagues' monitors are compared with, a day before the launch. Who owns a checklist item
// about it captures when that is ticked.
func (a *acts) baselines(s *screen.Screen) {
	at := s.Clock.T0.Add(-captureLead)
	var done []string
	for _, sec := range a.world.runbook.Sections() {
		if slices.ContainsFunc(sec.Items, ofBaseline) {
			done = append(done, sec.Owner)
		}
	}
	for _, m := range s.Monitors {
		role := a.world.owner(m.ID)
		if !m.Needs || slices.Contains(done, role) {
			continue
		}
		done = append(done, role)
		at = at.Add(captureSpacing)
		a.capture(at, role, s)
	}
}

// ofBaseline reports whether an item is about baselines, by its words.
func ofBaseline(it runbook.Item) bool {
	return strings.Contains(strings.ToLower(it.ID+" "+it.Text), "baseline")
}

// capture takes the baselines of a colleague's own monitors. An authority may capture everybody's, and names their own.
func (a *acts) capture(at time.Time, role string, s *screen.Screen) {
	var own []string
	for _, m := range s.Monitors {
		if m.Needs && a.world.owner(m.ID) == role {
			own = append(own, m.ID)
		}
	}
	if len(own) == 0 || role == a.world.caller.Role {
		return
	}
	if !a.world.authority(role) {
		own = []string{"all"}
	}
	for _, id := range own {
		a.planned(at, role, "baseline.capture", map[string]string{"monitor": id})
	}
}

// owner is the role that owns a monitor; "" where the world does not know it.
func (w *World) owner(id string) string {
	if m := w.monitors[id]; m != nil {
		return m.Owner
	}
	return ""
}

// undecided reports whether a trigger waits for somebody to take it up.
func undecided(t screen.Trigger) bool { return t.State == screen.TriggerFired }

// triggers answers what fires: the war room is called, support stands by, and where the caller is no authority somebody who
// is one takes it up.
func (a *acts) triggers(s *screen.Screen) {
	w := a.world
	for i := range s.Triggers {
		t := &s.Triggers[i]
		if !t.InForce() || t.Fired == nil {
			continue
		}
		at := t.Fired.At
		a.says(at.Add(toCall), w.facilitator(), fmt.Sprintf("War room: %s. The decision is with %s", t.Title, w.deciders()))
		a.says(at.Add(toStandBy), "support-lead", "Support stands by: tell us what customers should hear about "+t.Title)
		if undecided(*t) && !w.authority(w.caller.Role) && len(w.authorities()) > 0 {
			a.reaction(at.Add(toAcknowledge), w.authorities()[0], "trigger.acknowledge", map[string]string{"id": t.ID, "reason": "on it, looking at the evidence"})
		}
	}
}

// says notes something once, unless it is for the caller to say.
func (a *acts) says(at time.Time, role, text string) {
	if role != a.world.caller.Role && a.world.runbook.Role(role) != nil {
		a.planned(at, role, "note.add", map[string]string{"text": text})
	}
}

// authorities are the roles that may authorise a rollback of high priority alone.
func (w *World) authorities() []string { return w.runbook.Rollback.Authorization["high"].Roles }

func (w *World) authority(role string) bool { return slices.Contains(w.authorities(), role) }

// deciders names the authorities for people.
func (w *World) deciders() string {
	var names []string
	for _, role := range w.authorities() {
		names = append(names, w.runbook.RoleTitle(role))
	}
	return strings.Join(names, " or ")
}
