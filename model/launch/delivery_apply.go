package launch

import (
	"time"

	"tminus/model/journal"
)

func (s *State) deliveryOf(id, channel string) *Delivery {
	if m := s.Message(id); m != nil {
		return m.Deliveries[channel]
	}
	return nil
}

func applyDeliveryIntended(s *State, e journal.Entry, d DeliveryIntended) string {
	is := s.deliveryOf(d.ID, d.Channel)
	switch {
	case is == nil:
		return "there is no such message"
	case s.Mode == DryRun:
		return "nothing leaves in a " + string(s.Mode)
	case is.State != DeliveryWaiting && is.State != DeliveryRetry:
		return "it was not to be sent: it is " + string(is.State)
	case d.Attempt != is.Attempt+1:
		return "it is not the next attempt"
	}
	is.State, is.Attempt, is.At, is.Tried, is.Seq, is.Next, is.Detail = DeliverySending, d.Attempt, e.At, e.At, e.Seq, time.Time{}, ""
	return ""
}

func applyDeliveryReturned(s *State, e journal.Entry, d DeliveryReturned) string {
	is := s.deliveryOf(d.ID, d.Channel)
	switch {
	case is == nil:
		return "there is no such message"
	case d.Attempt != is.Attempt:
		return "it is not the attempt under way"
	case d.State == Delivered && s.Mode != Live:
		return "nothing leaves in a " + string(s.Mode)
	case d.Looked && (is.State != DeliveryUnknown || d.State != s.arrived() && d.State != DeliveryFailed):
		return "looking for it cannot tell that"
	case d.Looked, is.State == DeliverySending && (d.State != DeliveryNotSent || s.Mode == Rehearsal):
	case (is.State == DeliveryWaiting || is.State == DeliveryRetry) && d.State == DeliveryFailed:
	case (is.State == DeliveryWaiting || is.State == DeliveryRetry || is.State == DeliveryByHand) && d.State == DeliveryNotSent && s.Mode != Live:
	default:
		return "nothing was on its way that this could be of"
	}
	switch d.State {
	case Delivered, DeliveryFailed, DeliveryUnknown, DeliveryNotSent:
	case DeliveryRetry:
		if d.Next == nil {
			return "it does not say when it is tried again"
		}
	default:
		return "it ended in no way that there is"
	}
	is.State, is.At, is.Seq, is.Detail, is.Next = d.State, e.At, e.Seq, d.Detail, time.Time{}
	if d.Next != nil && d.State == DeliveryRetry {
		is.Next = *d.Next
	}
	if d.Remote != "" {
		is.Remote = d.Remote
	}
	return ""
}

func applyDeliveryResolved(s *State, e journal.Entry, d DeliveryResolved) string {
	is := s.deliveryOf(d.ID, d.Channel)
	switch {
	case is == nil || !resolvable(is) || is.State == DeliveryFailed && !d.Delivered:
		return "there is nothing to say of it"
	case !s.spokenBy(e, s.tellers(d.ID)...):
		return "it is not the word of somebody who may tell"
	}
	m := marked(e, d.By, d.Evidence)
	is.State, is.At, is.Seq, is.Next, is.Resolved = DeliveryFailed, e.At, e.Seq, time.Time{}, &m
	is.Detail = orName(d.Evidence, "not delivered, as "+e.Actor.User+" says")
	if d.Delivered {
		is.State, is.Detail = s.arrived(), orName(d.Evidence, "as "+e.Actor.User+" says")
		if s.Mode != Live {
			is.Detail = string(s.Mode) + ", said to be there: " + is.Detail
		}
	}
	return ""
}

func applyDeliveryRetried(s *State, e journal.Entry, d DeliveryRetried) string {
	is := s.deliveryOf(d.ID, d.Channel)
	switch {
	case is == nil || !retriable(is):
		return "it has not failed"
	case s.Mode == DryRun:
		return "nothing leaves in a " + string(s.Mode)
	case !s.spokenBy(e, s.tellers(d.ID)...):
		return "it is not the word of somebody who may send it"
	}
	is.State, is.Since, is.At, is.Seq, is.Detail, is.Resolved = DeliveryWaiting, e.At, e.At, e.Seq, "", nil
	return ""
}
