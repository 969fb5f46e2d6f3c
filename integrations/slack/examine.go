package slack

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tminus/integrations/webpost"
	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/room"
)

// Examine makes doctor's tests of the channel. They post nothing.
func Examine(cfg launchfile.Slack, o Options) []preflight.Test {
	c := New(cfg, o)
	run := c.examineToken
	if c.webhook() {
		run = c.examineWebhook
	}
	return []preflight.Test{{ID: "channels/slack", Group: "Channels", Title: "slack, " + c.Audience(), Run: run}}
}

// examineWebhook asks the webhook's host for its front page: whether the webhook is in force only a message could show.
func (c *Channel) examineWebhook(ctx context.Context) preflight.Result {
	hook, err := c.hook()
	if err != nil {
		return preflight.FailWith(err)
	}
	u, err := url.Parse(hook)
	if err != nil {
		return preflight.Fail("the webhook is no address", "copy it anew from the app's settings")
	}
	front := url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}
	if _, fault := c.web.Do(ctx, webpost.Call{Method: http.MethodGet, URL: front.String(), Secrets: []string{hook}}); fault != nil && fault.Answer == nil {
		return fault.Result()
	}
	return preflight.Untested(u.Host+" answers; whether the webhook is in force only a message could show", "post one there by hand before the launch")
}

// examineToken asks Slack who the token is and what it may.
func (c *Channel) examineToken(ctx context.Context) preflight.Result {
	a, fault := c.call(ctx, "auth.test", nil, nil)
	if fault != nil {
		return fault.Result()
	}
	if !a.OK {
		return preflight.FailWith(errors.New("Slack says " + a.Error + c.remedy(a)))
	}
	scopes := strings.FieldsFunc(a.scopes, func(r rune) bool { return r == ',' || r == ' ' })
	if len(scopes) > 0 && !slices.Contains(scopes, "chat:write") {
		return preflight.Fail(a.User+" may not post", "give the app the scope chat:write and install it again")
	}
	found := preflight.Pass("%s of %s", a.User, a.Team)
	if _, err := c.channelID(ctx); err != nil {
		why := strings.TrimPrefix(err.Error(), room.ErrNoLook.Error()+": ")
		return found.Advise("a message whose answer is lost could not be looked up: " + why)
	}
	return found
}
