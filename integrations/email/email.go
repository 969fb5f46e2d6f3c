// Package email sends updates by mail, over SMTP with STARTTLS (port 465: TLS from the first byte). go-mail writes the message
// and speaks to the server; what an answer means, and when there is none, is judged here, command by command: until the dot
// that ends the message nothing is taken, after it nobody knows until the server has answered.
//
// A message has one Message-ID over all attempts, so that a mailbox that gets it twice can tell; later updates of a launch
// refer to the first one, and are shown as one conversation.
package email

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"tminus/model/launchfile"
	"tminus/model/room"
	"tminus/model/text"
)

// usualLimit bounds a message, from the connection to the server's last answer.
const usualLimit = 10 * time.Second

// Options are what a Channel needs of the outside.
type Options struct {
	Secret  func(envName, file string) (string, error)                        // reads the password, at each message
	RootCAs *x509.CertPool                                                    // nil: the system's
	Limit   time.Duration                                                     // of one message; 0: ten seconds
	Dial    func(ctx context.Context, network, addr string) (net.Conn, error) // nil: the network's
}

// Channel is one server and its readers. It may be used from several goroutines at once.
type Channel struct {
	cfg    launchfile.Email
	secret func(envName, file string) (string, error)
	roots  *x509.CertPool
	limit  time.Duration
	dial   func(ctx context.Context, network, addr string) (net.Conn, error)
}

var _ room.Channel = (*Channel)(nil)

// New returns a Channel.
func New(cfg launchfile.Email, o Options) *Channel {
	c := &Channel{cfg: cfg, secret: o.Secret, roots: o.RootCAs, limit: cmp.Or(o.Limit, usualLimit), dial: o.Dial}
	if c.dial == nil {
		c.dial = (&net.Dialer{}).DialContext
	}
	return c
}

// Audience names the readers.
func (c *Channel) Audience() string { return text.Line(strings.Join(c.cfg.To, ", ")) }

// place is where the password is; "": none is set.
func (c *Channel) place() string {
	if c.cfg.PasswordFile != "" {
		return c.cfg.PasswordFile
	}
	if c.cfg.PasswordEnv != "" {
		return "$" + c.cfg.PasswordEnv
	}
	return ""
}

// login is the name and the password; "": none is wanted.
func (c *Channel) login() (user, password string, err error) {
	if c.place() == "" {
		return "", "", nil
	}
	if password, err = c.secret(c.cfg.PasswordEnv, c.cfg.PasswordFile); err != nil {
		return "", "", err
	}
	if password == "" {
		return "", "", fmt.Errorf("%s is empty; write the password of the mail account there", c.place())
	}
	user = c.cfg.User
	if user == "" {
		from, err := address(c.cfg.From)
		if err != nil {
			return "", "", err
		}
		user = from.Address
	}
	return user, password, nil
}

// Send sends the message once, to all who are listed.
func (c *Channel) Send(ctx context.Context, m room.Message) room.Delivery {
	mail, err := c.compose(m)
	if err != nil {
		return room.Delivery{State: room.Undelivered, Detail: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	s, fault := c.open(ctx)
	if fault != nil {
		return fault.delivery()
	}
	defer s.close()
	return s.deliver(mail)
}

// Look cannot be done: a mail server tells nobody what it has passed on.
func (c *Channel) Look(context.Context, room.Message) (room.Delivery, error) {
	return room.Delivery{}, fmt.Errorf("%w: see whether the mail has come", room.ErrNoLook)
}

// localName is what this machine calls itself to a server.
func localName() string {
	name, err := os.Hostname()
	if err != nil || name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return "localhost"
	}
	return name
}
