package launch

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Pager is the channel that pages go through, beside the runbook's channels for updates.
const Pager = "pagerduty"

// What a message is for.
const (
	PurposeUpdate      = "update"
	PurposePage        = "page"
	PurposeAcknowledge = "acknowledge" // tells the pager that a page was answered
)

// MaxSubject is the longest subject, in bytes.
const MaxSubject = 200

// OutboxLimit is how long the room tries by itself to get a message out. What has not left by then is old news, and a person
// decides whether it is still to go.
const OutboxLimit = time.Hour

// Message is an update, a page or the acknowledgement of one, as its entry has it, and what became of it. There is no other
// outbox: a room that starts anew finds here what is still to be sent.
type Message struct {
	Mark
	ID         string
	Purpose    string
	Subject    string
	Text       string
	Channels   []string // in the runbook's order
	Deliveries map[string]*Delivery
	Status     string // of the launch when it was sent
	Head       string // SEQ:64 hex of its own entry: whoever reads the message holds an anchor of the log up to it
	Milestone  string // what was achieved; empty: a regular update
	From       int64  // seq of the newest entry that its draft tells of
	Next       time.Time
	Page       *Page // of a page
}

// Page is whom a page calls.
type Page struct {
	Group        string
	Level        string // primary, backup, escalation
	Person       string // user; empty: the place is bound to nobody of this launch
	To           string // as people read it: name, handle, number
	Within       time.Duration
	After        string // id of the page that nobody answered before this one; empty: it is the first
	Acknowledged *Mark
	AnsweredBy   string // as it was told; empty: nobody has answered
}

// DeliveryState is where a message stands with one channel.
type DeliveryState string

// The delivery states; the zero value waits for its turn.
const (
	DeliveryWaiting DeliveryState = ""
	DeliverySending DeliveryState = "sending" // an attempt was begun, and nothing has come back
	Delivered       DeliveryState = "delivered"
	DeliveryRetry   DeliveryState = "retry"   // certainly not taken; tried again by itself
	DeliveryFailed  DeliveryState = "failed"  // certainly not taken; a person may have it tried again
	DeliveryUnknown DeliveryState = "unknown" // it may have been taken: never tried again by itself
	DeliveryByHand  DeliveryState = "by hand" // the channel is not bound: a person posts it and says so
	DeliveryNotSent DeliveryState = "not sent"
)

// Delivery is a message on its way through one channel.
type Delivery struct {
	State    DeliveryState
	Attempt  int
	Since    time.Time // when it was first to be sent, or was given to the room again
	At       time.Time // of the last that is known
	Tried    time.Time // when the newest attempt was begun; zero: none was
	Seq      int64     // of the entry that told it; 0: that of the message
	Next     time.Time // of a retry: not before
	Detail   string    // the channel's receipt or reason
	Remote   string    // the channel's own id of it
	Resolved *Mark     // a person said what became of it
}

// Open reports whether something is still to come of it: from the room, or from a person.
func (d *Delivery) Open() bool {
	return d.State != Delivered && d.State != DeliveryNotSent && !(d.State == DeliveryFailed && d.Resolved != nil)
}

// Update returns whether the message is one for everybody.
func (m *Message) Update() bool { return m.Purpose == PurposeUpdate }

// Message returns the message of an id, or nil.
func (s *State) Message(id string) *Message {
	for _, m := range s.Messages {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// LastUpdate is the newest update, or nil.
func (s *State) LastUpdate() *Message {
	for _, m := range slices.Backward(s.Messages) {
		if m.Update() {
			return m
		}
	}
	return nil
}

// communicators are the roles that may send updates: whoever the matrix names responsible or accountable for the
// communication, and whom it has consulted (seed 2.2: the program manager; the engineering lead and the product owner).
func (s *State) communicators() []string {
	var first, then []string
	for _, c := range s.Runbook.Cells("communication") {
		switch {
		case strings.ContainsAny(c.Letters, "RA"):
			first = append(first, c.Role)
		case c.Letters == "C":
			then = append(then, c.Role)
		}
	}
	if len(first) == 0 {
		return s.callers()
	}
	return append(first, then...)
}

// Communicators are the roles that may send updates, who answers for it first.
func (s *State) Communicators() []string { return s.communicators() }

// Bound reports whether the launch file says how a channel is reached. What is not bound is posted by hand.
func (s *State) Bound(channel string) bool {
	n := s.File.Notify
	switch channel {
	case "slack":
		return n.Slack != nil
	case "statuspage":
		return n.Statuspage != nil
	case "email":
		return n.Email != nil
	case Pager:
		return n.PagerDuty != nil
	}
	return false
}

// channelTitle is a channel as people call it.
func (s *State) channelTitle(id string) string {
	for _, c := range s.Runbook.Communication.Channels {
		if c.ID == id {
			return orName(c.Title, id)
		}
	}
	if id == Pager {
		return "PagerDuty"
	}
	return id
}

func (s *State) channelTitles(ids []string) string {
	var names []string
	for _, id := range ids {
		names = append(names, s.channelTitle(id))
	}
	return join(names, "and")
}

func (s *State) channelIDs() []string {
	var ids []string
	for _, c := range s.Runbook.Communication.Channels {
		ids = append(ids, c.ID)
	}
	return ids
}

// messageID is an id that no other message has, here or in another launch: it grows from the head that it is appended to.
func (s *State) messageID(kind, text string) string {
	sum := sha256.Sum256([]byte(s.ID + "\x00" + s.Head.Long() + "\x00" + text))
	return fmt.Sprintf("%s%d-%s", kind, s.Head.Seq+1, hex.EncodeToString(sum[:4]))
}

// keep files a message that an entry tells of, with a delivery for each channel.
func (s *State) keep(m *Message, byHand []string) string {
	if m.ID == "" || strings.Trim(m.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || len(m.ID) > 64 {
		return "its id is none"
	}
	if s.Message(m.ID) != nil {
		return "there is a message of this id"
	}
	if len(m.Channels) == 0 {
		return "it goes through no channel"
	}
	m.Deliveries = map[string]*Delivery{}
	for _, c := range m.Channels {
		d := &Delivery{Since: m.At, At: m.At}
		if slices.Contains(byHand, c) {
			d.State = DeliveryByHand
		}
		if m.Deliveries[c] != nil {
			return "it names a channel twice"
		}
		m.Deliveries[c] = d
	}
	s.Messages = append(s.Messages, m)
	return ""
}

// oneLine is an argument that becomes a header or a title.
func oneLine(name, v string) *Refusal {
	switch {
	case strings.ContainsAny(v, "\r\n"):
		return usage("%s has a line break in it; expected one line", name)
	case len(v) > MaxSubject:
		return usage("%s is %d bytes long; expected at most %d", name, len(v), MaxSubject)
	}
	return nil
}

// lines are a text's with one kind of line break.
func lines(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// holdsSome refuses who holds no role.
func holdsSome(r *request) *Refusal {
	if len(r.roles) > 0 {
		return nil
	}
	return no("only who holds a role in this launch pages people and tells what became of messages", "tell one of them, or take a role over: role.take")
}
