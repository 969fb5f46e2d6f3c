package room

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

const (
	postLimit  = 10 * time.Second // one attempt with one channel
	postGrace  = 2 * time.Second  // beyond that a channel that does not keep to it is no longer waited for
	firstPause = 5 * time.Second
	lastPause  = 5 * time.Minute
	jitterPart = 0.2 // of a pause, at most, so that rooms do not come back all at once
	// A message of which nobody knows is looked for at growing pauses; that it is not there counts once it can no longer be
	// on its way.
	lookFirst  = 2 * time.Second
	lookLast   = 30 * time.Second
	lookUntil  = 10 * time.Minute
	lookAbsent = 30 * time.Second
	maxDetail  = 1 << 10 // of a channel's words, in bytes
)

// mail is what the room remembers of messages that it is at. What is to be sent is always derived from the journal.
type mail struct {
	busy    map[string]bool // by channel: a message is on its way
	flying  map[string]bool // by post: its attempt was begun here
	looks   map[string]*postLook
	owed    []launch.DeliveryReturned // what came back and is not journaled yet
	looking map[string]string         // by post: what looking for it comes to, for the screen
}

type postLook struct {
	busy  bool
	over  bool // nobody can be asked, or for too long: a person has to tell
	next  time.Time
	pause time.Duration
}

func newMail() *mail {
	return &mail{busy: map[string]bool{}, flying: map[string]bool{}, looks: map[string]*postLook{}, looking: map[string]string{}}
}

// post goes on with the outbox. It is called wherever work is, when the journal can be written.
func (r *Room) post() {
	m := r.mail
	if !r.payDelivered() {
		return
	}
	for _, p := range r.state.Sending() {
		if m.flying[p.Key()] {
			continue
		}
		// An earlier room has sent it, or was about to.
		if !r.happens(launch.Event{Kind: launch.KindDeliveryReturned, Data: launch.DeliveryReturned{ID: p.Message.ID, Channel: p.Channel,
			Attempt: p.Attempt, State: launch.DeliveryUnknown, Detail: "the room ended before the answer came"}}) {
			return
		}
	}
	wanted := map[string]bool{}
	for _, p := range r.state.Outbox(r.now()) {
		switch {
		case p.Look:
			wanted[p.Key()] = true
			r.lookFor(p)
		case !m.busy[p.Channel]:
			r.dispatch(p)
		}
	}
	for key, l := range m.looks {
		if !wanted[key] && !l.busy {
			delete(m.looks, key)
			delete(m.looking, key)
		}
	}
}

// dispatch sends a message through a channel, once it is durable that it is about to leave.
func (r *Room) dispatch(p launch.Post) {
	channel := r.cfg.Channels[p.Channel]
	if _, simulated := channel.(Simulation); !simulated && r.state.Mode != launch.Live {
		r.happens(launch.Event{Kind: launch.KindDeliveryReturned, Data: launch.DeliveryReturned{ID: p.Message.ID, Channel: p.Channel, Attempt: p.Attempt - 1,
			State: launch.DeliveryNotSent, Detail: string(r.state.Mode)}})
		return
	}
	if channel == nil {
		r.happens(launch.Event{Kind: launch.KindDeliveryReturned, Data: launch.DeliveryReturned{ID: p.Message.ID, Channel: p.Channel, Attempt: p.Attempt - 1,
			State: launch.DeliveryFailed, Detail: "nothing here can send through " + p.Channel + "; post it by hand and say so: delivery.resolve"}})
		return
	}
	msg := r.wire(p.Message, p.Channel)
	r.reached("before delivery intended")
	if !r.happens(launch.Event{Kind: launch.KindDeliveryIntended, Data: launch.DeliveryIntended{ID: p.Message.ID, Channel: p.Channel, Attempt: p.Attempt}}) {
		return
	}
	d := p.Message.Deliveries[p.Channel]
	if d.State != launch.DeliverySending || d.Attempt != p.Attempt {
		return
	}
	r.mail.busy[p.Channel], r.mail.flying[p.Key()] = true, true
	since := d.Since
	r.exec.wg.Go(func() {
		r.reached("before delivery")
		out := sendOnce(channel, msg)
		r.reached("after delivery")
		r.exec.on(func() {
			r.reached("before delivery returned")
			r.mail.busy[p.Channel] = false
			r.mail.owed = append(r.mail.owed, r.ended(p, out, since))
			r.payDelivered()
			r.reached("after delivery returned")
		})
	})
}

// sendOnce bounds an attempt, also where a channel does not keep to its limit: nobody knows then what became of it.
func sendOnce(channel Channel, msg Message) Delivery {
	ctx, cancel := context.WithTimeout(context.Background(), postLimit) // that the room closes does not cancel it
	defer cancel()
	answer := make(chan Delivery, 1)
	go func() { answer <- channel.Send(ctx, msg) }()
	late := time.NewTimer(postLimit + postGrace)
	defer late.Stop()
	select {
	case out := <-answer:
		return out
	case <-late.C:
		return Delivery{State: Uncertain, Detail: fmt.Sprintf("no answer within %s", postLimit)}
	}
}

// ended is how an attempt ended, and when there is another one.
func (r *Room) ended(p launch.Post, out Delivery, since time.Time) launch.DeliveryReturned {
	d := launch.DeliveryReturned{ID: p.Message.ID, Channel: p.Channel, Attempt: p.Attempt, Detail: detailOf(out.Detail), Remote: detailOf(out.Remote)}
	switch out.State {
	case Delivered:
		d.State, d.Detail = r.arrived(d.Detail)
	case Undelivered:
		d.State = launch.DeliveryFailed
	case TryLater:
		now := r.now()
		next := now.Add(r.pauseBefore(p.Attempt, out.RetryAfter)).UTC()
		if next.Sub(since) > launch.OutboxLimit {
			d.State = launch.DeliveryFailed
			d.Detail = strings.TrimPrefix(d.Detail+"; it is not tried again by itself, since it would be old news by "+next.Format("15:04:05")+" UTC", "; ")
			break
		}
		d.State, d.Next = launch.DeliveryRetry, &next
	default:
		d.State = launch.DeliveryUnknown
	}
	return d
}

// arrived is how a delivery ends well, in words that are true: a rehearsal has sent nothing.
func (r *Room) arrived(detail string) (launch.DeliveryState, string) {
	if r.state.Mode == launch.Live {
		return launch.Delivered, detail
	}
	return launch.DeliveryNotSent, strings.TrimSuffix(string(r.state.Mode)+", "+detail, ", ")
}

// pauseBefore is how long the next attempt waits: longer each time, as long as the channel asks for, and never exactly that.
func (r *Room) pauseBefore(attempt int, asked time.Duration) time.Duration {
	pause := max(min(firstPause<<min(attempt-1, 10), lastPause), asked)
	jitter := rand.Float64
	if r.cfg.Jitter != nil {
		jitter = r.cfg.Jitter
	}
	return pause + time.Duration(float64(pause)*jitterPart*min(max(jitter(), 0), 1))
}

// payDelivered journals what came back, and reports whether nothing is left. What cannot be journaled now is with the next
// tick.
func (r *Room) payDelivered() bool {
	m := r.mail
	for len(m.owed) > 0 {
		d := m.owed[0]
		if !r.happens(launch.Event{Kind: launch.KindDeliveryReturned, Data: d}) {
			return false
		}
		m.owed = m.owed[1:]
		delete(m.flying, d.ID+" "+d.Channel)
	}
	return true
}

// detailOf is what a channel said, in one short line.
func detailOf(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	if len(s) > maxDetail {
		s = strings.ToValidUTF8(s[:maxDetail], "") + "…"
	}
	return s
}

// wire is a message as a channel gets it.
func (r *Room) wire(m *launch.Message, channel string) Message {
	s := r.state
	w := Message{ID: m.ID, Launch: s.Name, Title: s.Title, Purpose: m.Purpose, Subject: m.Subject, Text: m.Text, Status: m.Status,
		Milestone: m.Milestone != "", At: m.At, Head: m.Head, By: m.User, Thread: s.Thread(m, channel)}
	if d := m.Deliveries[channel]; d != nil {
		w.Tried = d.Tried
	}
	if first := s.Message(w.Thread); first != nil {
		w.ThreadRemote = first.Deliveries[channel].Remote
	}
	switch {
	case m.Page != nil:
		w.To = m.Page.To
	case m.Purpose == launch.PurposeAcknowledge:
		w.Thread = strings.TrimSuffix(m.ID, "-ack") // the page that it answers
		if page := s.Message(w.Thread); page != nil && page.Page != nil {
			w.To = page.Page.To
		}
	}
	return w
}

// lookFor looks whether a message arrived of which nobody knows.
func (r *Room) lookFor(p launch.Post) {
	key := p.Key()
	l := r.mail.looks[key]
	if l == nil {
		l = &postLook{next: time.Now().Add(lookFirst), pause: lookFirst}
		r.mail.looks[key] = l
	}
	channel := r.cfg.Channels[p.Channel]
	switch {
	case l.busy || l.over || time.Now().Before(l.next):
		return
	case channel == nil:
		l.over = true
		return
	case r.now().Sub(p.Since) > lookUntil:
		l.over = true
		r.mail.looking[key] = "it was looked for long enough"
		return
	}
	l.busy = true
	msg := r.wire(p.Message, p.Channel)
	r.exec.wg.Go(func() {
		ctx, cancel := context.WithTimeout(r.exec.ctx, postLimit)
		defer cancel()
		out, err := channel.Look(ctx, msg)
		r.exec.on(func() { r.lookedFor(p, l, out, err) })
	})
}

// lookedFor takes what looking for a message has found. That it is not there leads to no new attempt: a person decides.
func (r *Room) lookedFor(p launch.Post, l *postLook, out Delivery, err error) {
	key := p.Key()
	l.busy = false
	l.pause = min(l.pause*2, lookLast)
	l.next = time.Now().Add(l.pause)
	found := launch.DeliveryReturned{ID: p.Message.ID, Channel: p.Channel, Attempt: p.Attempt, Looked: true, Remote: detailOf(out.Remote)}
	switch {
	case isNoLook(err):
		l.over = true
		r.mail.looking[key] = ErrNoLook.Error()
		return
	case err != nil:
		r.mail.looking[key] = "looking fails: " + detailOf(err.Error())
		return
	case out.State == Delivered:
		found.State, found.Detail = r.arrived("looked, and it is there")
	case (out.State == Undelivered || out.State == TryLater) && r.now().Sub(p.Since) >= lookAbsent:
		found.State, found.Detail = launch.DeliveryFailed, "looked, and it did not arrive"
	default:
		r.mail.looking[key] = "it was not there yet"
		return
	}
	if d := detailOf(out.Detail); d != "" {
		found.Detail += ": " + d
	}
	m := r.state.Message(p.Message.ID)
	if m == nil {
		return
	}
	if is := m.Deliveries[p.Channel]; is.State == launch.DeliveryUnknown && is.Attempt == p.Attempt {
		r.happens(launch.Event{Kind: launch.KindDeliveryReturned, Data: found})
	}
}

// outside adds to the facts what is known of messages beside the journal.
func (m *mail) outside(f *screen.Facts) { f.LookedFor = cloned(m.looking) }
