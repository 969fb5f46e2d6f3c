package room

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

func isNoLook(err error) bool { return errors.Is(err, ErrNoLook) }

// Previews returns what each channel would make of a message, and who reads it there. It sends nothing.
func (d *Door) Previews(ctx context.Context, draft screen.Draft) ([]screen.Preview, error) {
	if n := len(draft.Text); n > launch.MaxText {
		return nil, &launch.Refusal{Message: fmt.Sprintf("the text is %d bytes long; expected at most %d", n, launch.MaxText), Hint: "shorten it", Usage: true}
	}
	var list []screen.Preview
	var msgs []Message
	var channels map[string]Channel
	err := d.room.in(ctx, func() {
		r := d.room
		s := r.present(r.now())
		list, channels = s.Channels(draft), r.cfg.Channels
		m := &launch.Message{ID: "preview", Purpose: draft.Purpose, Subject: draft.Subject, Text: draft.Text, Status: string(s.Status),
			Head: s.HeadFull, Milestone: draft.Milestone}
		m.At, m.User = s.At, r.state.Actor(d.who).User
		for _, p := range list {
			w := r.wire(m, p.Channel)
			w.To = draft.To
			msgs = append(msgs, w)
		}
	})
	if err != nil {
		return nil, err
	}
	for i := range list {
		p := &list[i]
		channel := channels[p.Channel]
		p.Text = plainPreview(msgs[i])
		if channel == nil || !p.Bound {
			continue
		}
		p.Audience = channel.Audience()
		text, err := channel.Preview(msgs[i])
		if err != nil {
			p.Problem = err.Error()
			continue
		}
		p.Text = text
	}
	return list, nil
}

// plainPreview is the text to copy where no channel says what it would make of it.
func plainPreview(m Message) string {
	var b strings.Builder
	if m.Subject != "" {
		b.WriteString(m.Subject + "\n\n")
	}
	b.WriteString(strings.TrimRight(m.Text, "\n"))
	fmt.Fprintf(&b, "\n\n%s, sent by %s; log %s", m.Launch, m.By, m.Head)
	return b.String()
}

// awaitPosted waits until it is known what became of the messages that a command has led to, and tells it. People and
// retries are not waited for.
func (d *Door) awaitPosted(ctx context.Context, c launch.Command, result *launch.Result) {
	if !posts(c.Action) || len(result.Entries) == 0 {
		return
	}
	short, cancel := context.WithTimeout(ctx, awaitLimit)
	defer cancel()
	seq := result.Entries[0].Seq
	for {
		open, text := false, ""
		waiting, failed := false, false
		err := d.room.in(context.WithoutCancel(ctx), func() {
			for _, m := range d.room.state.Messages {
				if m.Seq != seq && !(c.Action == "delivery.retry" && m.ID == c.Args["id"]) {
					continue
				}
				for _, ch := range m.Channels {
					is := m.Deliveries[ch]
					open = open || is.State == launch.DeliveryWaiting || is.State == launch.DeliverySending
					waiting = waiting || is.State == launch.DeliveryRetry || is.State == launch.DeliveryByHand
					failed = failed || is.State == launch.DeliveryFailed || is.State == launch.DeliveryUnknown
					text += "; " + outcomeAt(m, ch)
				}
			}
		})
		if err != nil {
			result.Message += "; the room closed before it was known what became of it"
			return
		}
		if !open || short.Err() != nil {
			result.Message += text
			result.Waiting, result.Failed = result.Waiting || (waiting || open) && !failed, result.Failed || failed
			return
		}
		select {
		case <-time.After(awaitAgain):
		case <-short.Done():
		}
	}
}

func posts(action string) bool {
	switch action {
	case "update.send", "page.send", "page.acknowledge", "delivery.retry":
		return true
	}
	return false
}

// outcomeAt tells in a few words what is known of a message with a channel, and what is to be done.
func outcomeAt(m *launch.Message, channel string) string {
	d := m.Deliveries[channel]
	how := "delivery.resolve id=" + m.ID + " channel=" + channel
	switch d.State {
	case launch.Delivered, launch.DeliveryNotSent:
		text := channel + ": " + string(d.State)
		if d.Detail != "" {
			text += " (" + d.Detail + ")"
		}
		return text
	case launch.DeliveryRetry:
		return channel + ": tried again at " + d.Next.UTC().Format("15:04:05") + " UTC: " + d.Detail
	case launch.DeliveryFailed:
		return channel + ": failed: " + d.Detail + "; delivery.retry id=" + m.ID + " channel=" + channel
	case launch.DeliveryUnknown:
		return channel + ": unknown: " + d.Detail + "; see whether it is there: " + how
	case launch.DeliveryByHand:
		if m.Page != nil {
			return "call them yourself; when they have answered: page.acknowledge id=" + m.ID
		}
		return channel + ": yours to do by hand; then " + how + " outcome=delivered"
	}
	return channel + ": on its way"
}
