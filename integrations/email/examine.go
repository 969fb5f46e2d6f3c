package email

import (
	"context"

	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/room"
)

// Examine makes doctor's test of the mail server: it connects, encrypts, logs in and leaves. It sends no mail.
func Examine(cfg launchfile.Email, o Options) []preflight.Test {
	c := New(cfg, o)
	return []preflight.Test{{ID: "channels/email", Group: "Channels", Title: "email, " + cfg.SMTP, Run: func(ctx context.Context) preflight.Result {
		if _, err := c.Preview(room.Message{ID: "preview"}); err != nil {
			return preflight.FailWith(err)
		}
		ctx, cancel := context.WithTimeout(ctx, c.limit)
		defer cancel()
		s, fault := c.open(ctx)
		if fault != nil {
			if r := preflight.FailWith(fault); r.Remedy != "" {
				return r
			}
			return preflight.Fail(fault.reason, "is it up, is its address right, and does this host get through to it (firewall)?")
		}
		defer s.close()
		what := "it takes mail without a login"
		if s.user != "" {
			what = "it takes the login of " + s.user
		}
		if !s.tls {
			return preflight.Pass("%s, not encrypted", what).Advise("mails can be read on the way; use a port with STARTTLS, such as 587")
		}
		return preflight.Pass("%s, encrypted", what)
	}}}
}
