package rehearsal

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

// How colleagues keep the world informed, in launch time. The caller may always be sooner.
const (
	updateLead = 30 * time.Second // before it is due an update goes out
	toTell     = 2 * time.Minute  // after a milestone
	toMend     = 6 * time.Minute  // after a message has failed
	toAnswerTo = 50 * time.Second // after a page
)

// updates is the part of who answers for the communication: updates when they are due and on milestones, and what becomes of
// them; and of everybody who is paged.
func (a *acts) updates(s *screen.Screen) {
	a.pages(s)
	role := a.world.communicator()
	if role == "" || role == a.world.caller.Role || s.Phase == launch.Planning && s.Updates.Due == nil {
		return
	}
	u := &s.Updates
	due, milestone := time.Time{}, ""
	if u.Due != nil {
		due = u.Due.Add(-updateLead)
	}
	if at := s.Clock.ScrubbedAt; at != nil && at.After(u.SinceAt) && (due.IsZero() || at.Add(toTell).Before(due)) {
		due = at.Add(toTell) // a launch that is called off is told at once
	}
	for i := range u.Milestones {
		m := &u.Milestones[i]
		if at := m.At.Add(toTell); told(m.Key) && (due.IsZero() || at.Before(due)) {
			due, milestone = at, m.Title
		}
	}
	if !due.IsZero() {
		d := screen.DraftUpdate(&screen.Plan{Runbook: a.world.runbook}, s, milestone)
		args := map[string]string{"text": d.Text, "subject": d.Subject, "from": strconv.FormatInt(d.From, 10)}
		if milestone != "" {
			args["milestone"] = milestone
		}
		a.reactionOf("update", due, role, "update.send", args)
	}
	a.mend(s, role)
}

// told are the milestones that are worth an update of their own; the others stand in the next one.
func told(key string) bool {
	kind, _, _ := strings.Cut(key, "/")
	return slices.Contains([]string{"launched", "rollback", "cleared", "watched"}, kind)
}

// mend sees to updates that a channel did not take: they are sent again, or looked after.
func (a *acts) mend(s *screen.Screen, role string) {
	for i := range s.Updates.Sent {
		m := &s.Updates.Sent[i]
		for k := range m.Deliveries {
			d := &m.Deliveries[k]
			args := map[string]string{"id": m.ID, "channel": d.Channel}
			switch launch.DeliveryState(d.State) {
			case launch.DeliveryFailed:
				a.reaction(d.At.Add(toMend), role, "delivery.retry", args)
			case launch.DeliveryUnknown:
				args["outcome"], args["evidence"] = "delivered", "asked two of its readers"
				a.reaction(d.At.Add(toMend), role, "delivery.resolve", args)
			}
		}
	}
}

// pages answers for colleagues who are paged.
func (a *acts) pages(s *screen.Screen) {
	for i := range s.Updates.Pages {
		m := &s.Updates.Pages[i]
		if m.Page == nil || m.Page.Answered != nil {
			continue
		}
		for _, p := range s.People {
			if p.User == m.Page.Person && p.User != a.world.caller.User && len(p.Roles) > 0 && p.Roles[0] != a.world.caller.Role {
				a.reaction(m.By.At.Add(toAnswerTo), p.Roles[0], "page.acknowledge", map[string]string{"id": m.ID, "answer": "I am here, looking at it"})
			}
		}
	}
}

// communicator is the role that answers for the communication.
func (w *World) communicator() string {
	if roles := w.runbook.Accountable("communication"); len(roles) > 0 {
		return roles[0]
	}
	return w.facilitator()
}
