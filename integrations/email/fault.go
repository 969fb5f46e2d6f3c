package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"strings"
	"unicode/utf8"

	"tminus/model/room"
	"tminus/model/text"
)

// longest is how much of a reason is kept, in characters.
const longest = 400

// fault is why a mail was not taken, or why nobody knows.
type fault struct {
	state  room.DeliveryState
	code   int // the server's; 0: it said nothing
	reason string
}

func (f *fault) Error() string { return f.reason }

func (f *fault) delivery() room.Delivery {
	return room.Delivery{State: f.state, Detail: clip(f.reason)}
}

// failed is a fault that trying again cannot mend.
func (s *session) failed(reason string) *fault {
	return &fault{state: room.Undelivered, reason: s.say(reason)}
}

// lost tells what an error of the conversation means, before the mail's last dot: a 5xx is for good, all else may go better
// another time.
func (s *session) lost(about string, err error) *fault {
	f := &fault{state: room.TryLater}
	if about != "" {
		about = ", " + about
	}
	var said *textproto.Error
	var timeout net.Error
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.As(err, &said):
		f.code = said.Code
		if said.Code >= 500 {
			f.state = room.Undelivered
		}
		f.reason = fmt.Sprintf("%s%s: it answers %d %s", s.server, about, said.Code, said.Msg)
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		f.reason = s.server + about + ": no answer in time"
	case errors.As(err, &dns):
		f.reason = s.server + ": no such host, as far as this machine can resolve it"
	case errors.As(err, &cert):
		f.reason = s.server + about + ": its certificate is not accepted: " + innermost(err).Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		f.reason = s.server + about + ": the connection ended"
	default:
		f.reason = s.server + about + ": " + innermost(err).Error()
	}
	f.reason = s.say(f.reason)
	return f
}

func innermost(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

// say makes a text one line without secrets.
func (s *session) say(t string) string {
	for _, secret := range s.secrets {
		t = strings.ReplaceAll(t, secret, "[secret]")
	}
	return clip(t)
}

func clip(t string) string {
	t = strings.TrimSpace(text.Line(t))
	if utf8.RuneCountInString(t) > longest {
		t = string([]rune(t)[:longest-1]) + "…"
	}
	return t
}
