package email

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/room"
)

var at = time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)

func update() room.Message {
	return room.Message{
		ID: "u7-aabbccdd", Launch: "checkout-v2", Title: "Checkout v2", Purpose: "update", Subject: "Checkout v2: GREEN – läuft", Text: "All is well.\n.\nNext update in 15 minutes.",
		Status: "GREEN", At: at, Head: "42:" + strings.Repeat("ab", 32), By: "ada",
	}
}

func (s *server) channel(change ...func(*launchfile.Email, *Options)) *Channel {
	cfg := launchfile.Email{SMTP: s.addr, From: "Launch <launch@example.com>", To: []string{"stakeholders@example.com", "Grace H <grace@example.org>"}}
	o := Options{RootCAs: s.roots, Limit: 5 * time.Second, Secret: func(string, string) (string, error) { return password, nil }}
	for _, f := range change {
		f(&cfg, &o)
	}
	return New(cfg, o)
}

func withPassword(cfg *launchfile.Email, _ *Options) { cfg.PasswordEnv = "SMTP_PASSWORD" }
func insecure(cfg *launchfile.Email, _ *Options)     { cfg.AllowInsecure = true }
func soon(_ *launchfile.Email, o *Options)           { o.Limit = 300 * time.Millisecond }

func send(t *testing.T, c *Channel, m room.Message) room.Delivery {
	t.Helper()
	d := c.Send(t.Context(), m)
	noSecret(t, d.Detail)
	return d
}

func noSecret(t *testing.T, s string) {
	t.Helper()
	for _, secret := range disguises(user, password) {
		if strings.Contains(s, secret) {
			t.Errorf("a secret in %s", s)
		}
	}
	if strings.ContainsAny(s, "\r\n") {
		t.Errorf("more than a line: %q", s)
	}
}

// read is a mail as a mail program reads it.
func read(t *testing.T, raw string) (h netmail.Header, subject, body string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	if subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	return m.Header, subject, strings.ReplaceAll(string(b), "\r\n", "\n")
}

func TestAMailGoesOutEncryptedAndLoggedIn(t *testing.T) {
	s := (&server{starttls: true, auth: "LOGIN PLAIN"}).start(t)
	c := s.channel(withPassword)
	d := send(t, c, update())
	if d.State != room.Delivered || !strings.Contains(d.Detail, "took it for 2 of 2: 250 2.0.0 queued as 4711") || d.Remote != "tminus.u7-aabbccdd@example.com" || s.clear {
		t.Fatalf("%+v", d)
	}
	mails, rcpts := s.taken()
	if strings.Join(rcpts[0], " ") != "stakeholders@example.com grace@example.org" {
		t.Errorf("%q", rcpts)
	}
	h, subject, body := read(t, mails[0])
	if subject != "Checkout v2: GREEN – läuft" || h.Get("Message-ID") != "<tminus.u7-aabbccdd@example.com>" || h.Get("References") != "" || h.Get("Date") != "Tue, 24 Nov 2026 03:00:00 +0000" {
		t.Errorf("%q", h)
	}
	for _, want := range []string{"Launch: Checkout v2\nStatus: GREEN\n\nAll is well.\n.\nNext update", "journal 42:abab", "sent by ada at 2026-11-24 03:00:00Z"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %q", want, body)
		}
	}
	if p, err := c.Preview(update()); err != nil || !strings.HasSuffix(p, "\n\n"+body) || !strings.Contains(p, "To: stakeholders@example.com, Grace H <grace@example.org>\n") {
		t.Errorf("the preview is not what was sent: %q, %v", p, err)
	}
	again := update()
	again.ID, again.Thread = "u9-eeff", "u7-aabbccdd"
	send(t, c, again)
	mails, _ = s.taken()
	if h, _, _ := read(t, mails[1]); h.Get("References") != "<tminus.u7-aabbccdd@example.com>" || h.Get("In-Reply-To") != h.Get("References") || h.Get("Message-ID") != "<tminus.u9-eeff@example.com>" {
		t.Errorf("%q", h)
	}
}

func TestThePasswordNeverGoesInTheClear(t *testing.T) {
	s := (&server{auth: "PLAIN"}).start(t)
	d := send(t, s.channel(withPassword), update())
	if mails, _ := s.taken(); d.State != room.Undelivered || !strings.Contains(d.Detail, "offers no STARTTLS") || !strings.Contains(d.Detail, "allow_insecure") || len(mails) > 0 || s.clear {
		t.Errorf("%+v", d)
	}
	if d := send(t, s.channel(withPassword, insecure), update()); d.State != room.Delivered || !s.clear {
		t.Errorf("allowed by name: %+v", d)
	}
	plain := (&server{}).start(t)
	if d := send(t, plain.channel(), update()); d.State != room.Delivered {
		t.Errorf("no password to lose: %+v", d)
	}
}

func TestTLSFromTheFirstByte(t *testing.T) {
	s := (&server{implicit: true, auth: "PLAIN"}).start(t)
	c := s.channel(withPassword, func(cfg *launchfile.Email, o *Options) {
		cfg.SMTP = "mail.example:465"
		o.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, s.addr)
		}
	})
	if d := send(t, c, update()); d.State != room.Delivered {
		t.Errorf("%+v", d)
	}
}

func TestWhatAServerAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		server *server
		want   room.DeliveryState
		says   string
	}{
		"busy greeting":       {&server{answers: map[string]string{"greeting": "421 too busy"}}, room.TryLater, "421 too busy"},
		"closed greeting":     {&server{answers: map[string]string{"greeting": "554 go away"}}, room.Undelivered, "554 go away"},
		"STARTTLS later":      {&server{starttls: true, answers: map[string]string{"STARTTLS": "454 not now"}}, room.TryLater, "454 not now"},
		"sender refused":      {&server{answers: map[string]string{"MAIL": "550 not yours"}}, room.Undelivered, "the sender launch@example.com: it answers 550 not yours"},
		"sender later":        {&server{answers: map[string]string{"MAIL": "451 later"}}, room.TryLater, "451"},
		"nobody":              {&server{answers: map[string]string{"RCPT": "550 no such user"}}, room.Undelivered, "it takes mail for nobody: stakeholders@example.com: it answers 550 no such user; grace@example.org: "},
		"greylisted":          {&server{answers: map[string]string{"RCPT": "450 come again"}}, room.TryLater, "450 come again"},
		"one refused":         {&server{answers: map[string]string{"RCPT TO:<grace": "550 no such user"}}, room.Delivered, "took it for 1 of 2: 250 2.0.0 queued as 4711; NOT for grace@example.org: it answers 550"},
		"DATA refused":        {&server{answers: map[string]string{"DATA": "554 no"}}, room.Undelivered, "554 no"},
		"dot refused":         {&server{answers: map[string]string{"dot": "552 too big"}}, room.Undelivered, "552 too big"},
		"dot later":           {&server{answers: map[string]string{"dot": "452 disk full"}}, room.TryLater, "452 disk full"},
		"lost before MAIL":    {&server{lose: "MAIL"}, room.TryLater, "the connection ended"},
		"lost before RCPT":    {&server{lose: "RCPT"}, room.TryLater, ""},
		"lost before DATA":    {&server{lose: "DATA"}, room.TryLater, ""},
		"lost after the dot":  {&server{lose: "dot"}, room.Uncertain, "it may have been taken"},
		"hangs at EHLO":       {&server{hang: "EHLO"}, room.TryLater, "no answer in time"},
		"hangs at RCPT":       {&server{hang: "RCPT"}, room.TryLater, "no answer in time"},
		"hangs after the dot": {&server{hang: "dot"}, room.Uncertain, "it may have been taken"},
		"hangs at goodbye":    {&server{hang: "QUIT"}, room.Delivered, "2 of 2"},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.server.start(t)
			change := func(*launchfile.Email, *Options) {}
			if s.hang != "" {
				change = soon
			}
			d := send(t, s.channel(change), update())
			mails, _ := s.taken()
			may := c.want == room.Delivered || c.want == room.Uncertain || strings.HasPrefix(name, "dot")
			if d.State != c.want || !strings.Contains(d.Detail, c.says) || (len(mails) == 1) != may {
				t.Errorf("%+v, %d mails", d, len(mails))
			}
		})
	}
}

func TestALoginThatIsNotAccepted(t *testing.T) {
	s := (&server{starttls: true, auth: "PLAIN"}).start(t)
	d := send(t, s.channel(withPassword, func(cfg *launchfile.Email, _ *Options) { cfg.User = "somebody" }), update())
	if d.State != room.Undelivered || !strings.Contains(d.Detail, "is the password in $SMTP_PASSWORD right?") {
		t.Errorf("%+v", d)
	}
	s = (&server{starttls: true, auth: "GSSAPI"}).start(t)
	if d := send(t, s.channel(withPassword), update()); d.State != room.Undelivered || !strings.Contains(d.Detail, "GSSAPI only") {
		t.Errorf("%+v", d)
	}
	s = (&server{starttls: true}).start(t)
	if d := send(t, s.channel(withPassword), update()); d.State != room.Undelivered || !strings.Contains(d.Detail, "takes no login") {
		t.Errorf("%+v", d)
	}
	d = send(t, s.channel(withPassword, func(_ *launchfile.Email, o *Options) {
		o.Secret = func(string, string) (string, error) { return "", errors.New("$SMTP_PASSWORD is not set; export it") }
	}), update())
	if d.State != room.Undelivered || !strings.Contains(d.Detail, "$SMTP_PASSWORD is not set") {
		t.Errorf("%+v", d)
	}
}

func TestWhatNeverLeftIsTriedAgain(t *testing.T) {
	s := (&server{starttls: true, auth: "PLAIN"}).start(t)
	unknown := s.channel(withPassword, func(_ *launchfile.Email, o *Options) { o.RootCAs = x509.NewCertPool() })
	if d := send(t, unknown, update()); d.State != room.TryLater || !strings.Contains(d.Detail, "certificate is not accepted") || s.clear {
		t.Errorf("%+v", d)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	gone := s.channel(func(cfg *launchfile.Email, _ *Options) { cfg.SMTP = l.Addr().String() })
	if d := send(t, gone, update()); d.State != room.TryLater || !strings.Contains(d.Detail, "connection refused") {
		t.Errorf("%+v", d)
	}
	nobody := s.channel(func(cfg *launchfile.Email, _ *Options) { cfg.SMTP = "nobody.invalid:587" })
	if d := send(t, nobody, update()); d.State != room.TryLater || !strings.Contains(d.Detail, "no such host") {
		t.Errorf("%+v", d)
	}
}

func TestNoHeaderGetsASecondLine(t *testing.T) {
	s := (&server{starttls: true}).start(t)
	for name, change := range map[string]func(*room.Message, *launchfile.Email){
		"CR LF in the subject": func(m *room.Message, _ *launchfile.Email) { m.Subject = "x\r\nBcc: all@example.com" },
		"LF in the subject":    func(m *room.Message, _ *launchfile.Email) { m.Subject = "x\n\nbody" },
		"NUL in the subject":   func(m *room.Message, _ *launchfile.Email) { m.Subject = "x\x00" },
		"CR LF in an address":  func(_ *room.Message, c *launchfile.Email) { c.To = []string{"a@b.example\r\nBcc: c@d.example"} },
		"no address":           func(_ *room.Message, c *launchfile.Email) { c.From = "launch" },
		"nobody":               func(_ *room.Message, c *launchfile.Email) { c.To = nil },
		"an id that is none":   func(m *room.Message, _ *launchfile.Email) { m.ID = "x>\r\nBcc: a@b" },
	} {
		m := update()
		c := s.channel(func(cfg *launchfile.Email, _ *Options) { change(&m, cfg) })
		_, err := c.Preview(m)
		if d := send(t, c, m); err == nil || d.State != room.Undelivered || d.Detail != err.Error() {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
	if mails, _ := s.taken(); len(mails) > 0 {
		t.Error("sent")
	}
}

func TestAnyTextIsAMail(t *testing.T) {
	s := (&server{starttls: true}).start(t)
	m := update()
	m.Subject = "\u202eevil " + strings.Repeat("日本語 ", 60)
	m.Thread = "x\r\nBcc: a@b"
	m.Text = strings.Repeat("x", 100_000) + "\n.\n..\nFrom me\x1b[31m\r\nMAIL FROM:<a@b>\n" + strings.Repeat("日", 5000)
	if d := send(t, s.channel(), m); d.State != room.Delivered {
		t.Fatalf("%+v", d)
	}
	mails, _ := s.taken()
	for line := range strings.SplitSeq(mails[0], "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n\x1b") {
			t.Fatalf("a line of %d", len(line))
		}
	}
	h, subject, body := read(t, mails[0])
	if strings.ContainsRune(subject, '\u202e') || !strings.HasPrefix(subject, `\u{202e}evil 日本語`) || h.Get("Bcc") != "" || h.Get("References") != "" || !strings.Contains(body, "\n.\n..\nFrom me") || !strings.Contains(body, strings.Repeat("x", 100_000)) {
		t.Errorf("%q, %.100q", subject, body)
	}
}

func TestDoctorSendsNoMail(t *testing.T) {
	for name, c := range map[string]struct {
		server *server
		change func(*launchfile.Email, *Options)
		want   preflight.Outcome
		says   string
	}{
		"fine":        {&server{starttls: true, auth: "PLAIN"}, withPassword, preflight.Passed, "login of launch@example.com, encrypted"},
		"no STARTTLS": {&server{auth: "PLAIN"}, withPassword, preflight.Failed, "offers no STARTTLS"},
		"no login":    {&server{}, func(*launchfile.Email, *Options) {}, preflight.Passed, "not encrypted"},
	} {
		s := c.server.start(t)
		ch := s.channel(c.change)
		r := Examine(ch.cfg, Options{RootCAs: s.roots, Secret: ch.secret})[0].Run(t.Context())
		mails, rcpts := s.taken()
		if r.Outcome != c.want || !strings.Contains(r.Detail+r.Remedy, c.says) || len(mails)+len(rcpts) > 0 || r.Outcome == preflight.Failed && r.Remedy == "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
