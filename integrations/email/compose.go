package email

import (
	"bytes"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"tminus/model/room"
	"tminus/model/text"
)

// letter is a message that is ready to go.
type letter struct {
	id   string // its Message-ID, without brackets
	from string // bare addresses, for the envelope
	to   []string
	raw  []byte
}

// parts are a letter's pieces as its readers see them.
type parts struct {
	from          *netmail.Address
	to            []*netmail.Address
	subject, body string
	id, thread    string
}

// address reads one of the launch file. Whatever the file's own check let through, no header gets a second line.
func address(s string) (*netmail.Address, error) {
	a, err := netmail.ParseAddress(s)
	if err != nil || strings.ContainsFunc(s, unicode.IsControl) || a.Address == "" || strings.ContainsFunc(a.Name+a.Address, unicode.IsControl) {
		return nil, fmt.Errorf("%q is no mail address; correct it in launch.yaml", text.Line(s))
	}
	return a, nil
}

func (c *Channel) partsOf(m room.Message) (p parts, err error) {
	if m.ID == "" || strings.Trim(m.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return p, errors.New("the message has no id to make a Message-ID of")
	}
	if p.from, err = address(c.cfg.From); err != nil {
		return p, err
	}
	for _, to := range c.cfg.To {
		a, err := address(to)
		if err != nil {
			return p, err
		}
		p.to = append(p.to, a)
	}
	if len(p.to) == 0 {
		return p, errors.New("nobody to write to; list addresses under notify.email.to in launch.yaml")
	}
	if strings.ContainsFunc(m.Subject, unicode.IsControl) {
		return p, errors.New("the subject has a line break or another control character, which a mail's header cannot take; write it as one line")
	}
	p.subject = strings.TrimSpace(text.Line(m.Subject))
	if p.subject == "" {
		p.subject = strings.TrimSpace(text.Line(m.Title + " " + m.Status))
	}
	p.body = bodyOf(m)
	p.id = c.messageID(m.ID, p.from)
	if m.Thread != "" && m.Thread != m.ID && strings.Trim(m.Thread, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" {
		p.thread = c.messageID(m.Thread, p.from)
	}
	return p, nil
}

// messageID is made of the message's id, and so the same over all attempts and rooms.
func (c *Channel) messageID(id string, from *netmail.Address) string {
	_, domain, _ := strings.Cut(from.Address, "@")
	if domain == "" || strings.ContainsFunc(domain, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("<>()[]\\,;:@\"", r) }) {
		domain = "tminus.invalid"
	}
	return "tminus." + id + "@" + domain
}

func bodyOf(m room.Message) string {
	var b strings.Builder
	line := func(name, value string) {
		if value = strings.TrimSpace(text.Line(value)); value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	line("Launch", m.Title)
	line("Status", m.Status)
	if m.Milestone {
		line("Kind", "milestone")
	}
	line("For", m.To)
	b.WriteString("\n" + strings.Trim(text.Block(m.Text), "\n") + "\n\n-- \n" + m.Footer() + "\n" + m.SentBy() + "\n")
	return strings.TrimLeft(b.String(), "\n")
}

// Preview is the mail as its readers see it.
func (c *Channel) Preview(m room.Message) (string, error) {
	p, err := c.partsOf(m)
	if err != nil {
		return "", err
	}
	var to []string
	for _, a := range p.to {
		to = append(to, shown(a))
	}
	return fmt.Sprintf("From: %s\nTo: %s\nSubject: %s\n\n%s", shown(p.from), strings.Join(to, ", "), p.subject, p.body), nil
}

func shown(a *netmail.Address) string {
	if a.Name == "" {
		return text.Line(a.Address)
	}
	return text.Line(a.Name + " <" + a.Address + ">")
}

// compose writes the mail: UTF-8, quoted-printable, so that no line is longer than servers take.
func (c *Channel) compose(m room.Message) (*letter, error) {
	p, err := c.partsOf(m)
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP), gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(p.from)
	msg.ToMailAddress(p.to...)
	msg.Subject(p.subject)
	msg.SetDateWithValue(m.At.UTC())
	msg.SetMessageIDWithValue(p.id)
	if p.thread != "" {
		msg.SetGenHeader(gomail.HeaderInReplyTo, "<"+p.thread+">")
		msg.SetGenHeader(gomail.HeaderReferences, "<"+p.thread+">")
	}
	msg.SetBodyString(gomail.TypeTextPlain, p.body)
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return nil, errors.New("the mail cannot be written: " + text.Line(err.Error()))
	}
	l := &letter{id: p.id, from: p.from.Address, raw: raw.Bytes()}
	for _, a := range p.to {
		l.to = append(l.to, a.Address)
	}
	return l, nil
}
