package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"tminus/integrations/webpost"
	"tminus/model/room"
)

// apiAnswer is what the Web API says, in the parts that are read.
type apiAnswer struct {
	OK       bool   `json:"ok"`
	Error    string `json:"error"`
	Needed   string `json:"needed"` // the scope, of missing_scope
	Channel  string `json:"channel"`
	TS       string `json:"ts"`
	User     string `json:"user"` // of auth.test
	Team     string `json:"team"`
	Messages []struct {
		TS     string `json:"ts"`
		Blocks []struct {
			BlockID string `json:"block_id"`
		} `json:"blocks"`
	} `json:"messages"`
	Channels []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"channels"`
	HasMore  bool `json:"has_more"`
	scopes   string
	Metadata struct {
		NextCursor string `json:"next_cursor"`
	} `json:"response_metadata"`
}

// token reads and checks the token. No error repeats it.
func (c *Channel) token() (string, error) {
	token, err := c.secret(c.cfg.TokenEnv, c.cfg.TokenFile)
	if err != nil {
		return "", err
	}
	if err := webpost.Word(token); err != nil {
		return "", fmt.Errorf("%s holds no Slack token: %w, such as xoxb-…", place(c.cfg.TokenEnv, c.cfg.TokenFile), err)
	}
	if _, err := webpost.Address(c.api); err != nil {
		return "", fmt.Errorf("the address of Slack's API: %w", err)
	}
	return token, nil
}

// call asks the Web API. An answer that says no comes as an answer, with OK false.
func (c *Channel) call(ctx context.Context, method string, query url.Values, body any) (apiAnswer, *webpost.Fault) {
	var a apiAnswer
	token, err := c.token()
	if err != nil {
		return a, &webpost.Fault{State: room.Undelivered, Reason: err.Error()}
	}
	call := webpost.Call{
		Method: http.MethodPost, URL: c.api + "/" + method, Body: body,
		Header: http.Header{"Authorization": {"Bearer " + token}}, Secrets: []string{token},
	}
	if body == nil {
		call.Method, call.URL = http.MethodGet, call.URL+"?"+query.Encode()
	}
	answer, fault := c.web.Do(ctx, call)
	if fault != nil {
		return a, fault
	}
	if err := answer.Decode(&a); err != nil {
		return a, &webpost.Fault{State: room.Uncertain, Reason: "Slack answered, but " + err.Error()}
	}
	a.Error = answer.Say(cmp.Or(a.Error, "no reason"))
	for _, said := range []*string{&a.Needed, &a.Channel, &a.TS, &a.User, &a.Team} {
		*said = answer.Say(*said)
	}
	a.scopes = answer.Header.Get("X-OAuth-Scopes")
	return a, nil
}

func (c *Channel) sendByToken(ctx context.Context, m room.Message) room.Delivery {
	p := newPayload(m)
	p.Channel = c.cfg.Channel
	if channel, ts, ok := strings.Cut(m.ThreadRemote, "/"); ok {
		p.Channel, p.ThreadTS, p.ReplyBroadcast = channel, ts, true // broadcast: a thread alone is read by few
	}
	a, fault := c.call(ctx, "chat.postMessage", nil, p)
	if fault == nil && a.Error == noThread && p.ThreadTS != "" { // somebody deleted its first post, and nothing was taken
		p.ThreadTS, p.ReplyBroadcast = "", false
		a, fault = c.call(ctx, "chat.postMessage", nil, p)
	}
	if fault != nil {
		return fault.Delivery()
	}
	if !a.OK {
		return room.Delivery{State: refusal(a.Error), Detail: "Slack does not take it: " + a.Error + c.remedy(a)}
	}
	d := room.Delivery{State: room.Delivered, Detail: "Slack took it"}
	if a.Channel != "" && a.TS != "" {
		d.Remote = a.Channel + "/" + a.TS
		d.Detail += " as " + d.Remote
	}
	return d
}

// noThread is Slack's answer where a thread's first post is gone.
const noThread = "thread_not_found"

var errNoThread = errors.New("the thread is gone, says Slack")

// refusal is what an error of the Web API means for the message. Of its own breakdowns Slack says that they may have come
// after a part of the work.
func refusal(code string) room.DeliveryState {
	switch code {
	case "internal_error", "fatal_error", "request_timeout":
		return room.Uncertain
	case "ratelimited", "rate_limited", "service_unavailable", "team_added_to_org", "org_login_required":
		return room.TryLater
	}
	return room.Undelivered
}

func (c *Channel) remedy(a apiAnswer) string {
	where := place(c.cfg.TokenEnv, c.cfg.TokenFile)
	switch a.Error {
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired":
		return "; renew the token in " + where
	case "channel_not_found", "is_archived":
		return "; is " + c.cfg.Channel + " right, and is the app in it?"
	case "not_in_channel":
		return "; invite the app into " + c.cfg.Channel
	case "missing_scope":
		return "; the token in " + where + " lacks the scope " + webpost.Cut(cmp.Or(a.Needed, "that it takes"), 60)
	}
	return ""
}

// ask is call for reading, where anything but an answer is an error.
func (c *Channel) ask(ctx context.Context, method string, query url.Values) (apiAnswer, error) {
	a, fault := c.call(ctx, method, query, nil)
	if fault != nil {
		return a, fault
	}
	switch {
	case a.OK:
		return a, nil
	case a.Error == noThread:
		return a, errNoThread
	case refusal(a.Error) != room.Undelivered:
		return a, errors.New("Slack cannot be asked now: " + a.Error)
	}
	return a, fmt.Errorf("%w: Slack says %s%s", room.ErrNoLook, a.Error, c.remedy(a))
}
