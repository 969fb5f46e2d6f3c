package email

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"tminus/model/room"
)

// mostHeard bounds what a server says in one session.
const mostHeard = 1 << 20

// quitTime is how long a server gets to say goodbye; the mail does not depend on it.
const quitTime = time.Second

// session is a conversation with a server that is ready for a mail.
type session struct {
	client  *smtp.Client
	conn    net.Conn
	server  string
	secrets []string
	unhook  func() bool
	tls     bool
	user    string // logged in as; "": not
}

// bounded is a connection on which no server can talk without an end.
type bounded struct {
	net.Conn
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("it talks without an end")
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// open connects, encrypts and logs in. Nothing of a mail has left when it fails.
func (c *Channel) open(ctx context.Context) (*session, *fault) {
	user, password, err := c.login()
	if err != nil {
		return nil, &fault{state: room.Undelivered, reason: err.Error()}
	}
	s := &session{server: c.cfg.SMTP, secrets: disguises(user, password)}
	host, port, err := net.SplitHostPort(c.cfg.SMTP)
	if err != nil {
		return nil, s.failed(`notify.email.smtp is no host and port; expected such as mail.example:587`)
	}
	raw, err := c.dial(ctx, "tcp", c.cfg.SMTP)
	if err != nil {
		return nil, s.lost("", err)
	}
	s.conn = &bounded{raw, mostHeard}
	s.unhook = context.AfterFunc(ctx, func() { raw.SetDeadline(time.Unix(1, 0)) }) // ends whatever waits
	if fault := c.greet(ctx, s, host, port); fault != nil {
		s.drop()
		return nil, fault
	}
	if fault := c.authenticate(s, host, user, password); fault != nil {
		s.drop()
		return nil, fault
	}
	return s, nil
}

func (c *Channel) greet(ctx context.Context, s *session, host, port string) *fault {
	config := &tls.Config{ServerName: host, RootCAs: c.roots, MinVersion: tls.VersionTLS12}
	conn := s.conn
	if port == "465" {
		secure := tls.Client(conn, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			return s.lost("TLS", err)
		}
		conn, s.tls = secure, true
	}
	var err error
	if s.client, err = smtp.NewClient(conn, host); err != nil {
		return s.lost("its greeting", err)
	}
	if err := s.client.Hello(localName()); err != nil {
		return s.lost("EHLO", err)
	}
	if s.tls {
		return nil
	}
	if offered, _ := s.client.Extension("STARTTLS"); offered {
		if err := s.client.StartTLS(config); err != nil {
			return s.lost("STARTTLS", err)
		}
		s.tls = true
		return nil
	}
	if c.place() != "" && !c.cfg.AllowInsecure {
		return s.failed(s.server + " offers no STARTTLS, so that the password of " + c.place() +
			" could be read on the way; use a port that offers it, such as 587, or set allow_insecure: true")
	}
	return nil
}

func (c *Channel) authenticate(s *session, host, user, password string) *fault {
	if password == "" {
		return nil
	}
	offered, list := s.client.Extension("AUTH")
	if !offered {
		return s.failed(s.server + " takes no login; take the password out of notify.email, or use the port for senders (587)")
	}
	auth := mechanism(strings.Fields(strings.ToUpper(list)), s.tls, host, user, password)
	if auth == nil {
		return s.failed(s.server + " takes a login by " + list + " only, which is not known here; expected PLAIN, LOGIN, CRAM-MD5 or SCRAM-SHA-256")
	}
	if err := s.client.Auth(auth); err != nil {
		f := s.lost("the login of "+user, err)
		if f.state == room.Undelivered {
			f.reason += "; is the password in " + c.place() + " right?"
		}
		return f
	}
	s.user = user
	return nil
}

// mechanism is how to log in. Without TLS, which somebody has allowed by name, one that does not show the password comes first.
func mechanism(offered []string, encrypted bool, host, user, password string) smtp.Auth {
	order := []string{"PLAIN", "LOGIN", "SCRAM-SHA-256", "CRAM-MD5"}
	if !encrypted {
		order = []string{"SCRAM-SHA-256", "CRAM-MD5", "PLAIN", "LOGIN"}
	}
	for _, name := range order {
		for _, o := range offered {
			if o != name {
				continue
			}
			switch name {
			case "PLAIN":
				return smtp.PlainAuth("", user, password, host, true)
			case "LOGIN":
				return smtp.LoginAuth(user, password, host, true)
			case "CRAM-MD5":
				return smtp.CRAMMD5Auth(user, password)
			}
			return smtp.ScramSHA256Auth(user, password)
		}
	}
	return nil
}

// close says goodbye; drop does not.
func (s *session) close() {
	if s.unhook() { // else the time is over
		s.conn.SetDeadline(time.Now().Add(quitTime))
		s.client.Quit()
	}
	s.conn.Close()
}

func (s *session) drop() {
	s.unhook()
	s.conn.Close()
}
