package rehearsal

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/room"
	"tminus/model/runbook"
	"tminus/model/screen"
)

// How long colleagues take, in launch time.
const (
	pollLead   = 14 * time.Minute // before T-0 the facilitator opens the poll
	firstVote  = 20 * time.Second
	nextVote   = 12 * time.Second
	toDecide   = 10 * time.Second
	toStart    = 15 * time.Second
	toConfirm  = 25 * time.Second
	toMark     = 8 * time.Second
	toCapture  = 5 * time.Minute
	daySpacing = 40 * time.Minute
	tryAgain   = 20 * time.Second
)

// Act is what the colleagues do in (from, to], in the order of time.
func (w *World) Act(from, to time.Time, s *screen.Screen) []room.Deed {
	w.observe(to, s)
	if s.Phase == launch.Closed || s.Phase == launch.Scrubbed {
		return nil
	}
	a := &acts{world: w, from: from, to: to}
	a.days(s)
	a.checkins(s)
	a.readiness(s)
	a.baselines(s)
	a.script(s)
	a.marks(s)
	a.meeting(s)
	a.poll(s)
	a.steps(s)
	a.triggers(s)
	a.rollback(s)
	a.closure(s)
	slices.SortStableFunc(a.deeds, func(x, y room.Deed) int { return x.At.Compare(y.At) })
	return a.deeds
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
	if !at.After(a.from) {
		at = a.from.Add(time.Nanosecond)
	}
	if at.After(a.to) {
		return
	}
	key := fmt.Sprint(role, action, args)
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

// marks confirms the actions of the marks before T-0.
func (a *acts) marks(s *screen.Screen) {
	if s.Clock.HeldAt != nil {
		return
	}
	for _, m := range a.world.runbook.Sequence.Marks {
		role := m.Owner
		if role == "all" {
			role = a.world.facilitator()
		}
		if role == a.world.caller.Role {
			continue
		}
		for i, act := range m.Actions {
			a.planned(m.At.Time(s.Clock.T0).Add(time.Duration(i+1)*toMark), role, "step.confirm", map[string]string{"what": act.ID})
		}
	}
}

// poll opens the go/no-go, votes, and decides what follows from the votes.
func (a *acts) poll(s *screen.Screen) {
	w := a.world
	f := w.facilitator()
	switch s.Poll.State {
	case screen.PollNotOpen, screen.PollLapsed:
		if f != w.caller.Role && s.Clock.HeldAt == nil && s.Clock.T0.After(a.to) {
			a.reaction(s.Clock.T0.Add(-pollLead), f, "poll.open", nil)
		}
	case screen.PollOpen:
		last := s.Poll.Opened.At
		missing, against := false, false
		for i, v := range s.Poll.Votes {
			switch {
			case v.Vote == "" && v.Role == w.caller.Role:
				missing = true
			case v.Vote == "":
				missing = true
				a.reaction(s.Poll.Opened.At.Add(firstVote+time.Duration(i)*nextVote), v.Role, "poll.vote",
					map[string]string{"vote": string(launch.Go), "role": v.Role, "reason": "ready: " + v.Title + " sees nothing that stands against it"})
			default:
				against = against || v.Vote == launch.NoGo
				if v.By.At.After(last) {
					last = v.By.At
				}
			}
		}
		if !missing && f != w.caller.Role && (against || len(s.Poll.Blocks)+len(s.Meeting.Lacks) == 0) {
			a.reaction(last.Add(toDecide), f, "poll.decide", nil)
		}
	}
}

// steps works the steps of the deployment sequence that belong to colleagues, one after the other.
func (a *acts) steps(s *screen.Screen) {
	if s.Phase != launch.Launching || s.Clock.HeldAt != nil || s.CurrentRequest().Open() || slices.ContainsFunc(s.Triggers, undecided) {
		return
	}
	ready := s.Clock.T0
	for i, step := range s.Steps {
		owner := a.world.runbook.Sequence.Steps[i].Owner
		switch {
		case step.State == launch.StepDone || step.State == launch.StepSkipped:
			if step.Ended != nil {
				ready = step.Ended.At
			}
			continue
		case owner == a.world.caller.Role:
		case step.State == launch.StepWaiting:
			a.reaction(ready.Add(toStart), owner, "step.start", map[string]string{"id": step.ID})
		case step.State == launch.StepRunning || step.State == launch.StepVerifying:
			a.work(&step, owner)
		}
		return
	}
}

// work does what is by hand in a step of the sequence that is under way, at its pace.
func (a *acts) work(step *screen.Step, owner string) {
	pace := cmp.Or(time.Duration(a.world.scenario.Pace[step.ID]), toConfirm)
	if len(step.Parts) > 0 {
		p, since := handOf(step)
		if p == nil {
			return
		}
		n := slices.IndexFunc(step.Parts, func(q screen.Part) bool { return q.ID == p.ID })
		at := step.Started.At.Add(time.Duration(n+1) * pace)
		if soonest := since.Add(toMark); at.Before(soonest) {
			at = soonest
		}
		a.reaction(at, owner, "step.confirm", map[string]string{"id": step.ID, "what": p.ID})
		return
	}
	for n, act := range slices.Concat(step.Actions, step.Verifications) {
		if act.Done == nil {
			a.reaction(step.Started.At.Add(time.Duration(n+1)*pace), owner, "step.confirm", map[string]string{"id": step.ID, "what": act.ID})
		}
	}
}

// facilitator is the role that leads the go/no-go meeting.
func (w *World) facilitator() string {
	for _, at := range w.runbook.GoNoGo.Attendees {
		if at.Facilitator {
			return at.Role
		}
	}
	return ""
}
