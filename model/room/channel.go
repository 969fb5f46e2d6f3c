package room

import (
	"context"
	"errors"
	"time"
)

// Channel carries messages to people outside: a chat, a status page, mail, a pager. It tries nothing again by itself.
type Channel interface {
	// Audience says who reads it, for the person about to send: "#launch-checkout", "stakeholders@example.com".
	Audience() string
	// Preview is what Send would put there, as text. An error says why the message cannot be sent as it is, such as a
	// mail server without STARTTLS while a password is set; then Send refuses it the same way. It does no I/O.
	Preview(m Message) (string, error)
	// Send sends the message once and returns within ctx.
	Send(ctx context.Context, m Message) Delivery
	// Look finds out whether a message whose answer was lost has arrived: Delivered, Undelivered (it is certainly not there),
	// or Uncertain: it is not there yet, ask again later. An error that is ErrNoLook: the channel cannot tell, now or later;
	// any other error: it could not be asked now.
	Look(ctx context.Context, m Message) (Delivery, error)
}

// Simulation is a channel of a rehearsal: its Send sends nothing, and answers as the real one might. A rehearsal's messages go
// through no other.
type Simulation interface {
	Channel
	Simulates()
}

// ErrNoLook is a channel's answer where nobody can ask it what it has.
var ErrNoLook = errors.New("this channel cannot be asked what arrived")

// Message is one update or page on its way through one channel. All text in it is raw: each channel escapes it its way.
type Message struct {
	ID        string // the same over all attempts, [a-z0-9-]+: Message-ID, dedup key and what Look looks for are made of it
	Launch    string
	Title     string // the launch's
	Purpose   string // "update", "page" or "acknowledge", which says in Thread what page it is about
	Subject   string // one line
	Text      string // the body as its sender read it, lines separated by \n
	Status    string // GREEN, YELLOW, RED or NOT WATCHED
	Milestone bool
	At        time.Time
	Head      string // SEQ:64 hex, for the footer
	By        string // who sent it
	To        string // pages: whom, as the contact names them
	Thread    string // ID of the first update of the launch through this channel; empty: this is it

	ThreadRemote string    // that update's Delivery.Remote, where it is known
	Tried        time.Time // of Look: when the attempt was made whose answer was lost; zero: At
}

// DeliveryState is how an attempt ended.
type DeliveryState string

// The delivery states.
const (
	Delivered   DeliveryState = "delivered"
	TryLater    DeliveryState = "retry"   // certainly not taken, and trying again can help
	Undelivered DeliveryState = "failed"  // certainly not taken, and trying again cannot help
	Uncertain   DeliveryState = "unknown" // it may have been taken
)

// Delivery is the outcome of one attempt.
type Delivery struct {
	State      DeliveryState
	Detail     string        // the channel's receipt or reason, one line, no secret in it
	Remote     string        // the channel's own id of the message, where it gave one
	RetryAfter time.Duration // what the channel asked for; 0: nothing
}
