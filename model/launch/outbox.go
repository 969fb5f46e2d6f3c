package launch

import (
	"cmp"
	"slices"
	"time"
)

// Post is one thing that the outbox asks of the room: to send a message through a channel, or to look whether one of which
// nobody knows has arrived.
type Post struct {
	Message *Message
	Channel string
	Attempt int       // to be made, or the one that is looked for
	Look    bool      //
	Since   time.Time // Look: when it became unknown
}

// Key names a post: of two that bear one only one is done at a time.
func (p Post) Key() string { return p.Message.ID + " " + p.Channel }

// Outbox lists what has to be sent, and looked for, at an instant: of each channel what has waited longest, first. It is
// derived from the journal alone, so a room that starts anew finds the same; an attempt of which nothing has come back is
// not in it.
func (s *State) Outbox(now time.Time) []Post {
	if s.ReadOnly != "" || s.Closed != nil || s.Mode == DryRun {
		return nil
	}
	var all []Post
	busy := map[string]bool{}
	for _, m := range s.Messages {
		for _, c := range m.Channels {
			d := m.Deliveries[c]
			due := d.State == DeliveryWaiting || d.State == DeliveryRetry && !now.Before(d.Next)
			switch {
			case d.State == DeliverySending:
				busy[c] = true
			case d.State == DeliveryUnknown:
				all = append(all, Post{Message: m, Channel: c, Attempt: d.Attempt, Look: true, Since: d.At})
			case due && now.Sub(d.Since) <= OutboxLimit:
				all = append(all, Post{Message: m, Channel: c, Attempt: d.Attempt + 1, Since: cmp.Or(d.Next, d.Since)})
			}
		}
	}
	all = slices.DeleteFunc(all, func(p Post) bool { return !p.Look && busy[p.Channel] })
	slices.SortStableFunc(all, func(a, b Post) int { return a.Since.Compare(b.Since) })
	return all
}

// Sending lists the attempts of which nothing has come back, oldest first.
func (s *State) Sending() []Post {
	var all []Post
	for _, m := range s.Messages {
		for _, c := range m.Channels {
			if d := m.Deliveries[c]; d.State == DeliverySending {
				all = append(all, Post{Message: m, Channel: c, Attempt: d.Attempt, Since: d.At})
			}
		}
	}
	return all
}

// Thread is the id of the first other update that a channel has, or may have; empty: there is none.
func (s *State) Thread(m *Message, channel string) string {
	for _, other := range s.Messages {
		if other == m || !m.Update() || !other.Update() || other.Deliveries[channel] == nil {
			continue
		}
		switch other.Deliveries[channel].State {
		case s.arrived(), DeliveryUnknown, DeliverySending:
			return other.ID
		}
	}
	return ""
}

// outboxDue is what becomes of messages by themselves: in a dry run nothing leaves, nor in a rehearsal what nobody simulates
// or what was skipped over, and what did not get out in time is a person's to decide.
func (s *State) outboxDue(now time.Time) []Event {
	var events []Event
	for _, m := range s.Messages {
		for _, c := range m.Channels {
			d := m.Deliveries[c]
			r := DeliveryReturned{ID: m.ID, Channel: c, Attempt: d.Attempt}
			old := now.Sub(d.Since) > OutboxLimit
			switch waits := d.State == DeliveryWaiting || d.State == DeliveryRetry; {
			case s.Mode == DryRun && (waits || d.State == DeliveryByHand):
				r.State, r.Detail = DeliveryNotSent, string(s.Mode)
			case s.Mode == Rehearsal && d.State == DeliveryByHand:
				r.State, r.Detail = DeliveryNotSent, string(s.Mode)+"; in LIVE somebody posts it by hand"
			case s.Mode == Rehearsal && waits && old:
				r.State, r.Detail = DeliveryNotSent, string(s.Mode)+"; the clock was moved past it"
			case s.Mode == Live && waits && old:
				r.State, r.Detail = DeliveryFailed, "it did not get out within "+span(OutboxLimit)+", and is old by now"
				if d.Detail != "" {
					r.Detail += "; last: " + cut(d.Detail, 400)
				}
			default:
				continue
			}
			events = append(events, Event{Kind: KindDeliveryReturned, Data: r})
		}
	}
	return events
}
