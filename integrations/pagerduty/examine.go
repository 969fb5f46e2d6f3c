package pagerduty

import (
	"context"
	"net/http"
	"net/url"

	"tminus/integrations/webpost"
	"tminus/model/launchfile"
	"tminus/model/preflight"
)

// keyLength is what PagerDuty's routing keys have.
const keyLength = 32

// Examine makes doctor's test of the pager. It sends no event: whether the key is in force only one could show.
func Examine(cfg launchfile.PagerDuty, o Options) []preflight.Test {
	c := New(cfg, o)
	return []preflight.Test{{ID: "channels/pagerduty", Group: "Channels", Title: "pagerduty", Run: func(ctx context.Context) preflight.Result {
		key, err := c.key()
		if err != nil {
			return preflight.FailWith(err)
		}
		u, err := url.Parse(c.api)
		if err != nil {
			return preflight.Fail("the address of PagerDuty's Events API cannot be read", "correct TMINUS_PAGERDUTY_URL, or unset it")
		}
		front := url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}
		if _, fault := c.web.Do(ctx, webpost.Call{Method: http.MethodGet, URL: front.String(), Secrets: []string{key}}); fault != nil && fault.Answer == nil {
			return fault.Result()
		}
		r := preflight.Untested(u.Host+" answers; whether the routing key is in force only an event could show", "send a test event from PagerDuty's own page of the integration")
		if len(key) != keyLength {
			r.Detail += "; it has not the 32 characters of one"
		}
		return r
	}}}
}
