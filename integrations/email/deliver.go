package email

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/textproto"
	"strings"

	"github.com/wneessen/go-mail/smtp"

	"tminus/model/room"
)

// deliver hands the mail over. Who is refused does not keep it from the others: the detail says who that is, since a second
// attempt would write to those who have it.
func (s *session) deliver(l *letter) room.Delivery {
	if err := s.client.Mail("<" + l.from + ">"); err != nil {
		return s.lost("the sender "+l.from, err).delivery()
	}
	taken, refused := 0, []*fault(nil)
	for _, to := range l.to {
		err := s.client.Rcpt("<" + to + ">")
		if err == nil {
			taken++
			continue
		}
		f := s.lost(to, err)
		if f.code == 0 { // the connection is gone
			return f.delivery()
		}
		f.reason = s.say(strings.TrimPrefix(f.reason, s.server+", "))
		refused = append(refused, f)
	}
	if taken == 0 {
		return none(refused)
	}
	d := s.data(l)
	if d.State == room.Delivered {
		d.Remote = l.id
		d.Detail = fmt.Sprintf("%s took it for %d of %d: %s", s.server, taken, len(l.to), d.Detail)
	}
	for _, f := range refused {
		d.Detail += "; NOT for " + f.reason
	}
	d.Detail = s.say(d.Detail)
	return d
}

// none is the outcome where nobody may be written to.
func none(refused []*fault) room.Delivery {
	d := room.Delivery{State: room.Undelivered}
	var why []string
	for _, f := range refused {
		if f.state == room.TryLater {
			d.State = room.TryLater
		}
		why = append(why, f.reason)
	}
	d.Detail = clip("it takes mail for nobody: " + strings.Join(why, "; "))
	return d
}

func (s *session) data(l *letter) room.Delivery {
	w, err := s.client.Data()
	if err != nil {
		return s.lost("the mail", err).delivery()
	}
	if _, err := w.Write(l.raw); err != nil { // without the last dot no server takes it
		return s.lost("the mail", err).delivery()
	}
	err = w.Close()
	var said *textproto.Error
	switch {
	case err == nil:
	case errors.As(err, &said):
		return s.lost("the mail", err).delivery()
	default:
		f := s.lost("the mail", err)
		f.state = room.Uncertain
		f.reason = s.say(f.reason + ", after it had all of it: it may have been taken")
		return f.delivery()
	}
	answer := "250"
	if closed, ok := w.(*smtp.DataCloser); ok {
		answer = strings.TrimSpace("250 " + closed.ServerResponse())
	}
	return room.Delivery{State: room.Delivered, Detail: s.say(answer)}
}

// disguises are the forms in which a password goes over the wire, and in which a server might repeat it.
func disguises(user, password string) []string {
	if password == "" {
		return nil
	}
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	return []string{encode("\x00" + user + "\x00" + password), encode(password), password}
}
