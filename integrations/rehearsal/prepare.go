package rehearsal

import (
	"slices"
	"time"

	"tminus/model/runbook"
	"tminus/model/screen"
)

// How the work of the fortnight is spread, in launch time.
const (
	toCapture  = 5 * time.Minute
	daySpacing = 40 * time.Minute
)

// days does the dated work of the fortnight, spread over each day.
func (a *acts) days(s *screen.Screen) {
	for _, day := range a.world.runbook.Timeline {
		n := 0
		for _, r := range day.Roles {
			for _, id := range taskIDs(r) {
				n++
				if !a.world.late[id] {
					a.planned(day.At.Time(s.Clock.T0).Add(2*time.Hour+time.Duration(n)*daySpacing), r.Role, "task.done", map[string]string{"id": id})
				}
			}
		}
	}
}

// checkins makes the last check-in of each role before the launch: those of a whole fortnight would fill its journal.
func (a *acts) checkins(s *screen.Screen) {
	last, order := map[string]runbook.Day{}, []string{}
	every := map[string]time.Duration{}
	for _, day := range a.world.runbook.Timeline {
		for _, r := range day.Roles {
			before, known := last[r.Role]
			if !known {
				order = append(order, r.Role)
			}
			if !known || day.At > before.At {
				last[r.Role], every[r.Role] = day, time.Duration(r.Frequency.Every)
			}
		}
	}
	for i, role := range order {
		step, from := every[role], time.Duration(last[role].At)
		if step <= 0 || from >= 0 {
			continue
		}
		opens := from + (-from-1)/step*step // the last interval before T-0
		a.planned(s.Clock.T0.Add(opens+min(step/8, 3*time.Hour)+time.Duration(i)*time.Minute), role, "checkin.done", map[string]string{"role": role})
	}
}

func taskIDs(r runbook.DayRole) []string {
	var ids []string
	for _, t := range r.Tasks {
		ids = append(ids, t.ID)
	}
	for _, d := range r.Deliverables {
		ids = append(ids, d.ID)
	}
	return ids
}

// readiness ticks and signs off the checklists between L-6d and L-1d, leaving out what is late.
func (a *acts) readiness(s *screen.Screen) {
	at := s.Clock.T0.Add(-6 * 24 * time.Hour)
	for _, area := range a.world.runbook.Checklists {
		for _, sec := range area.Sections {
			for _, item := range sec.Items {
				at = at.Add(2*time.Hour + 11*time.Minute)
				if !a.skips(item.ID, sec.Owner) {
					if ofBaseline(item) {
						a.capture(at.Add(-toCapture), sec.Owner, s)
					}
					a.planned(at, sec.Owner, "item.check", map[string]string{"id": item.ID})
				}
			}
			at = at.Add(50 * time.Minute)
			if !a.skips(sec.ID, sec.Owner) && !slices.ContainsFunc(sec.Items, func(i runbook.Item) bool { return a.skips(i.ID, sec.Owner) }) {
				a.planned(at, sec.Owner, "section.sign-off", map[string]string{"id": sec.ID, "evidence": sec.Verification + ", reviewed by the team"})
			}
		}
	}
}

// skips reports what is left for later: what the scenario's script does itself, and what is the caller's own.
func (a *acts) skips(id, owner string) bool {
	w := a.world
	if !w.late[id] {
		return false
	}
	scripted := slices.ContainsFunc(w.scenario.Script, func(l Line) bool { return l.Args["id"] == id })
	return scripted || owner == w.caller.Role
}

// script says the scenario's lines.
func (a *acts) script(s *screen.Screen) {
	for _, l := range a.world.scenario.Script {
		at := l.At.Time(s.Clock.T0)
		switch {
		case l.Role == a.world.caller.Role:
		case l.Do != "":
			a.planned(at, l.Role, l.Do, l.Args)
		default:
			a.planned(at, l.Role, "note.add", map[string]string{"text": l.Note})
		}
	}
}
