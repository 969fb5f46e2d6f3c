package screen

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
)

// readinessTodo is what stands between now and a GO, and with a GO the next mark's actions.
func (p *presenter) readinessTodo() {
	meeting := p.rb.GoNoGo.At.Time(p.s.Clock.T0)
	switch state := p.out.Poll.State; {
	case state == PollOpen:
		p.pollTodo()
	case state == PollGo:
		p.markTodo()
	case state == PollNoGo:
		p.set("NO-GO"+p.against()+": open a new poll when it is put right, or scrub", "poll.open", "", p.callers()...)
	case state == PollLapsed:
		if !p.sectionTodo() {
			p.set("The GO lapsed: open a new go/no-go poll", "poll.open", "", p.callers()...)
		}
	case !p.out.Shown(p.now).Before(meeting):
		if !p.sectionTodo() && !p.begunTodo() { // an unsigned section blocks the GO, whoever votes
			p.set("Open the go/no-go poll", "poll.open", "", p.callers()...)
		}
	case p.taskTodo(false), p.sectionTodo(), p.taskTodo(true), p.checkinTodo():
	default:
		p.set("Ready. Go/no-go meeting at "+meeting.UTC().Format("2 Jan 15:04 UTC"), "", "", p.facilitator())
	}
}

// meetingTodo is what the meeting still lacks for a GO: the recording, then the roll call.
func (p *presenter) meetingTodo() bool { return p.lackTodo(p.out.Meeting.Lacks) }

func (p *presenter) lackTodo(lacks []Lack) bool {
	if len(lacks) == 0 {
		return false
	}
	if role, ok := strings.CutPrefix(lacks[0].ID, launch.WaiveAttendee); ok {
		p.set("Roll call: "+p.rb.RoleTitle(role), "poll.attend", role, append([]string{role}, p.callers()...)...)
	} else {
		p.set("Confirm the meeting's recording", "poll.record", "", p.callers()...)
	}
	return true
}

// begunTodo is what comes before the poll in a meeting that has begun: the recording, then who has not answered the roll call.
func (p *presenter) begunTodo() bool {
	if p.s.CurrentMeeting() == nil {
		return false
	}
	open := slices.DeleteFunc(slices.Clone(p.out.Meeting.Lacks), func(l Lack) bool {
		role, ok := strings.CutPrefix(l.ID, launch.WaiveAttendee)
		return ok && slices.ContainsFunc(p.out.Meeting.Attendees, func(a Attendee) bool { return a.Role == role && a.By != nil })
	})
	return p.lackTodo(open)
}

// against names who voted NO-GO.
func (p *presenter) against() string {
	for _, v := range p.out.Poll.Votes {
		if v.Vote == launch.NoGo {
			return " by " + v.Title
		}
	}
	return ""
}

// taskTodo is the first open task of a day that has come: of those that are overdue, or of the others.
func (p *presenter) taskTodo(overdue bool) bool {
	for i := range p.out.Timeline {
		day := &p.out.Timeline[i]
		late := !p.now.Before(day.At.Add(24 * time.Hour))
		if day.At.After(p.now) || late != overdue {
			continue
		}
		for r := range day.Roles {
			for _, t := range append(day.Roles[r].Tasks[:len(day.Roles[r].Tasks):len(day.Roles[r].Tasks)], day.Roles[r].Deliverables...) {
				if t.Done == nil {
					p.set(day.Label+": "+t.Text, "task.done", t.ID, p.rb.Timeline[i].Roles[r].Role)
					return true
				}
			}
		}
	}
	return false
}

// sectionTodo is the first section that is not ready: its next item, or its sign-off.
func (p *presenter) sectionTodo() bool {
	for a := range p.out.Checklist.Areas {
		area := &p.out.Checklist.Areas[a]
		for i := range area.Sections {
			out, owner := &area.Sections[i], p.rb.Checklists[a].Sections[i].Owner
			if out.Signed != nil || !out.Required && out.Done == len(out.Items) {
				continue
			}
			for _, it := range out.Items {
				if it.State == launch.ItemOpen {
					if ofBaseline(it) && p.uncaptured(owner) {
						p.set("Capture the baselines (b)", "baseline.capture", "", owner)
						return true
					}
					p.set(out.Title+": "+it.Text, "item.check", it.ID, owner)
					return true
				}
			}
			p.set("Sign off "+out.Title, "section.sign-off", out.ID, owner)
			return true
		}
	}
	return false
}

// ofBaseline reports whether an item is about baselines, by its words: a runbook has no other way to say so.
func ofBaseline(it Item) bool {
	return strings.Contains(strings.ToLower(it.ID+" "+it.Text), "baseline")
}

// markTodo is the first open action of a mark that has come, else the next mark.
func (p *presenter) markTodo() {
	for i := range p.out.Marks {
		m := &p.out.Marks[i]
		if m.At.After(p.out.Shown(p.now)) {
			continue
		}
		for _, a := range m.Actions {
			if a.Done == nil {
				p.set(fmt.Sprintf("%s: %s", m.Label, a.Text), "step.confirm", a.ID, p.rb.Sequence.Marks[i].Owner)
				return
			}
		}
	}
	for _, n := range p.out.Next {
		if m := p.rb.Mark(n.Target); m != nil {
			p.set(fmt.Sprintf("GO. Next at %s: %s", n.Label, n.Title), "", m.ID, m.Owner)
			return
		}
	}
	if steps := p.rb.Sequence.Steps; len(steps) > 0 {
		p.set("GO. At T-0: "+steps[0].Title, "", steps[0].ID, steps[0].Owner)
	}
}
