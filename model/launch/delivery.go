package launch

import (
	"fmt"
	"slices"
	"time"

	"tminus/model/runbook"
)

// The kinds that tell what becomes of messages.
const (
	KindDeliveryIntended = "delivery.intended"
	KindDeliveryReturned = "delivery.returned"
	KindDeliveryResolved = "delivery.resolved"
	KindDeliveryRetried  = "delivery.retried"
)

// DeliveryIntended is the data of delivery.intended: an attempt is about to leave. It is durable before anything does, so
// that an attempt of which nothing came back is known to be unknown.
type DeliveryIntended struct {
	ID      string `json:"id"`
	Channel string `json:"channel"`
	Attempt int    `json:"attempt"`
}

// DeliveryReturned is the data of delivery.returned: how an attempt ended, or what looking for it has found.
type DeliveryReturned struct {
	ID      string        `json:"id"`
	Channel string        `json:"channel"`
	Attempt int           `json:"attempt"` // 0: none was made
	State   DeliveryState `json:"state"`   // delivered, retry, failed, unknown, not sent
	Detail  string        `json:"detail,omitempty"`
	Remote  string        `json:"remote,omitempty"` // the channel's own id of the message
	Next    *time.Time    `json:"next,omitempty"`   // of a retry: not before
	Looked  bool          `json:"looked,omitempty"` // it was unknown, and looking has told
}

// DeliveryResolved is the data of delivery.resolved: a person says what became of a message.
type DeliveryResolved struct {
	ID        string `json:"id"`
	Channel   string `json:"channel"`
	Delivered bool   `json:"delivered"`
	Evidence  string `json:"evidence,omitempty"`
	By
}

// DeliveryRetried is the data of delivery.retried: a person has what failed tried again.
type DeliveryRetried struct {
	ID      string `json:"id"`
	Channel string `json:"channel"`
	By
}

// What a person says of a delivery.
const (
	outcomeDelivered    = "delivered"
	outcomeNotDelivered = "not-delivered"
)

func deliveryTable() ([]ActionSpec, []KindSpec) {
	id := ArgInfo{Name: "id", Help: "the message", Required: true}
	channel := ArgInfo{Name: "channel", Help: "the channel, where the message went through several"}
	told := func(s *State, id, channel string) string {
		what := "message " + id
		if m := s.Message(id); m != nil {
			what = m.Purpose + " " + id
		}
		return what + " through " + s.channelTitle(channel)
	}
	return []ActionSpec{
			{Name: "delivery.resolve", Title: "Say what became of a message", Kind: KindDeliveryResolved, Scrubbed: true,
				Args: []ArgInfo{id, channel,
					{Name: "outcome", Help: "whether its readers have it", Required: true, Choices: []string{outcomeDelivered, outcomeNotDelivered}},
					{Name: "evidence", Help: "what shows it, such as the link of the post"}},
				choices: map[string]func(*request) []string{"id": func(r *request) []string { return r.deliveries(resolvable) }},
				none:    "no message waits for a person's word", decide: decideResolved},
			{Name: "delivery.retry", Title: "Send a message again that failed", Kind: KindDeliveryRetried, Scrubbed: true, Args: []ArgInfo{id, channel},
				choices: map[string]func(*request) []string{"id": func(r *request) []string { return r.deliveries(retriable) }},
				none:    "no message has failed; what is unknown is resolved first: delivery.resolve", open: notDry, decide: decideRetried},
		}, []KindSpec{
			kindOf(KindDeliveryIntended, "A message is about to leave", applyDeliveryIntended, func(s *State, d DeliveryIntended) string {
				return fmt.Sprintf("sends %s, attempt %d", told(s, d.ID, d.Channel), d.Attempt)
			}),
			kindOf(KindDeliveryReturned, "What became of a message", applyDeliveryReturned, func(s *State, d DeliveryReturned) string {
				text := fmt.Sprintf("%s: %s", told(s, d.ID, d.Channel), d.State)
				if d.Next != nil {
					text += ", tried again at " + d.Next.UTC().Format("15:04:05")
				}
				return withReason(text, d.Detail)
			}),
			kindOf(KindDeliveryResolved, "Somebody said what became of a message", applyDeliveryResolved, func(s *State, d DeliveryResolved) string {
				word := "was not delivered"
				if d.Delivered {
					word = "was delivered"
				}
				return withReason("says that "+told(s, d.ID, d.Channel)+" "+word, d.Evidence)
			}),
			kindOf(KindDeliveryRetried, "A message is sent again", applyDeliveryRetried, func(s *State, d DeliveryRetried) string {
				return "has " + told(s, d.ID, d.Channel) + " sent again"
			}),
		}
}

// resolvable: of which a person may know more than the room. What is on its way is not.
func resolvable(d *Delivery) bool {
	switch d.State {
	case DeliveryUnknown, DeliveryByHand, DeliveryRetry, DeliveryFailed:
		return true
	}
	return false
}

// retriable: certainly not taken, and not tried again by itself.
func retriable(d *Delivery) bool { return d.State == DeliveryFailed }

// deliveries are the ids of messages with a delivery like this, newest first, at most 20.
func (r *request) deliveries(like func(*Delivery) bool) []string {
	var ids []string
	for _, m := range slices.Backward(r.s.Messages) {
		if len(ids) < 20 && slices.ContainsFunc(m.Channels, func(c string) bool { return like(m.Deliveries[c]) }) {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// delivery is the one that id= and channel= name.
func (r *request) delivery(like func(*Delivery) bool) (*Message, string, *Refusal) {
	m := r.s.Message(r.args["id"])
	if m == nil {
		return nil, "", r.unknown("id", "message", r.deliveries(like))
	}
	c := r.args["channel"]
	if c == "" {
		var those []string
		for _, id := range m.Channels {
			if like(m.Deliveries[id]) {
				those = append(those, id)
			}
		}
		if len(m.Channels) == 1 {
			those = m.Channels
		}
		if len(those) != 1 {
			return nil, "", usage("%s went through %s; say which with channel=", m.ID, join(m.Channels, "and"))
		}
		c = those[0]
	}
	if m.Deliveries[c] == nil {
		return nil, "", r.unknown("channel", "channel of "+m.ID, m.Channels)
	}
	if m.Update() {
		return m, c, mayCommunicate(r)
	}
	return m, c, holdsSome(r)
}

// tellers are the roles whose word a message's delivery is: an update's senders; of a page, anybody's with a role.
func (s *State) tellers(id string) []string {
	if m := s.Message(id); m != nil && m.Update() {
		return s.communicators()
	}
	return []string{runbook.AllTeams}
}

func notDry(r *request) *Refusal {
	if r.s.Mode != DryRun {
		return nil
	}
	return no("nothing leaves in a "+string(r.s.Mode), "")
}

// arrived is how a delivery ends well. Nothing leaves in a rehearsal, so no entry of one can say that anything arrived.
func (s *State) arrived() DeliveryState {
	if s.Mode == Live {
		return Delivered
	}
	return DeliveryNotSent
}

func decideResolved(r *request) ([]Event, *Refusal) {
	m, c, refusal := r.delivery(resolvable)
	if refusal != nil {
		return nil, refusal
	}
	d := m.Deliveries[c]
	delivered := r.args["outcome"] == outcomeDelivered
	switch {
	case d.State == DeliverySending || d.State == DeliveryWaiting:
		return nil, no(m.ID+" is being sent through "+r.s.channelTitle(c), "see what comes back first")
	case !resolvable(d):
		return nil, no(fmt.Sprintf("it is known what became of %s through %s: %s", m.ID, r.s.channelTitle(c), d.State), "")
	case d.State == DeliveryFailed && !delivered:
		return nil, no(m.ID+" has failed already", "delivery.retry sends it again")
	}
	return []Event{{Kind: KindDeliveryResolved, Data: DeliveryResolved{ID: m.ID, Channel: c, Delivered: delivered, Evidence: r.args["evidence"], By: r.by}}}, nil
}

func decideRetried(r *request) ([]Event, *Refusal) {
	m, c, refusal := r.delivery(retriable)
	if refusal != nil {
		return nil, refusal
	}
	switch d := m.Deliveries[c]; {
	case d.State == DeliveryUnknown:
		return nil, no("nobody knows whether "+m.ID+" arrived, and sent again it might come twice",
			"see whether it is there, and say so: delivery.resolve id="+m.ID+" channel="+c+" outcome=delivered or not-delivered")
	case d.State == DeliveryRetry:
		return nil, no(m.ID+" is tried again by itself at "+d.Next.UTC().Format("15:04:05"), "")
	case !retriable(d):
		return nil, no(fmt.Sprintf("%s has not failed: it is %s", m.ID, orName(string(d.State), "waiting for its turn")), "")
	case !r.s.Bound(c):
		return nil, no(r.s.channelTitle(c)+" is not bound", "post it by hand, and say so: delivery.resolve id="+m.ID+" channel="+c+" outcome=delivered")
	}
	return []Event{{Kind: KindDeliveryRetried, Data: DeliveryRetried{ID: m.ID, Channel: c, By: r.by}}}, nil
}
