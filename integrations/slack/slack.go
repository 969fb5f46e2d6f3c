// Package slack posts updates to a Slack channel: by an incoming webhook, or by chat.postMessage with a bot's token. It
// speaks to Slack without a library: three calls need none that brings a WebSocket client along, keeps Slack's reason for
// refusing a webhook to itself, and does not tell a message that was lost on its way from one that never left.
//
// All text is plain_text with & < > escaped, so that *marks*, links, @channel and <!here> stay what they are: text.
package slack

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"tminus/integrations/webpost"
	"tminus/model/launchfile"
	"tminus/model/room"
)

// usualAPI is where Slack's Web API is.
const usualAPI = "https://slack.com/api"

// Options are what a Channel needs of the outside.
type Options struct {
	Secret  func(envName, file string) (string, error) // reads the webhook or the token, at each call
	API     string                                     // "": Slack's own
	RootCAs *x509.CertPool                             // nil: the system's
	Limit   time.Duration                              // of one call; 0: ten seconds
	Clock   func() time.Time                           // nil: the wall's
}

// Channel is one Slack channel. It may be used from several goroutines at once.
type Channel struct {
	cfg    launchfile.Slack
	secret func(envName, file string) (string, error)
	api    string
	web    *webpost.Client
	limit  time.Duration
	now    func() time.Time

	mu sync.Mutex
	id string // of cfg.Channel, once Slack has told it
}

var _ room.Channel = (*Channel)(nil)

// New returns a Channel.
func New(cfg launchfile.Slack, o Options) *Channel {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Channel{
		limit: cmp.Or(o.Limit, webpost.Limit), cfg: cfg, secret: o.Secret, api: strings.TrimSuffix(cmp.Or(o.API, usualAPI), "/"),
		web: webpost.New(webpost.Options{RootCAs: o.RootCAs, Limit: o.Limit}), now: o.Clock,
	}
}

// Audience names the channel.
func (c *Channel) Audience() string {
	if c.webhook() {
		return "the channel of the webhook in " + place(c.cfg.WebhookEnv, c.cfg.WebhookFile)
	}
	return c.cfg.Channel
}

func (c *Channel) webhook() bool { return c.cfg.WebhookEnv != "" || c.cfg.WebhookFile != "" }

func place(env, file string) string {
	if file != "" {
		return file
	}
	return "$" + env
}

// Send posts the message once.
func (c *Channel) Send(ctx context.Context, m room.Message) room.Delivery {
	if err := sendable(m); err != nil {
		return room.Delivery{State: room.Undelivered, Detail: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	if c.webhook() {
		return c.sendByWebhook(ctx, m)
	}
	return c.sendByToken(ctx, m)
}

func sendable(m room.Message) error {
	if m.ID == "" {
		return errors.New("the message has no id, so that it could not be found again")
	}
	return nil
}

// hook reads and checks the webhook's address. No error repeats it.
func (c *Channel) hook() (string, error) {
	where := place(c.cfg.WebhookEnv, c.cfg.WebhookFile)
	raw, err := c.secret(c.cfg.WebhookEnv, c.cfg.WebhookFile)
	if err != nil {
		return "", err
	}
	if _, err := webpost.Address(raw); err != nil {
		return "", fmt.Errorf("%s is no Slack webhook: %w, such as https://hooks.slack.com/services/…", where, err)
	}
	return raw, nil
}

func (c *Channel) sendByWebhook(ctx context.Context, m room.Message) room.Delivery {
	url, err := c.hook()
	if err != nil {
		return room.Delivery{State: room.Undelivered, Detail: err.Error()}
	}
	answer, fault := c.web.Do(ctx, webpost.Call{Method: http.MethodPost, URL: url, Body: newPayload(m)})
	if fault != nil {
		if fault.Answer != nil {
			fault = fault.Because(strings.TrimSpace(string(fault.Answer.Body)))
			if why := webhookHint(string(fault.Answer.Body), place(c.cfg.WebhookEnv, c.cfg.WebhookFile)); why != "" {
				fault = fault.Hint(why)
			}
		}
		return fault.Delivery()
	}
	if answer.HTML() {
		return room.Delivery{State: room.Uncertain, Detail: "a page for people answered, not Slack; is the webhook right?"}
	}
	return room.Delivery{State: room.Delivered, Detail: strings.TrimSpace("Slack answered " + answer.Say(string(answer.Body)))}
}

// webhookHint is what to do about a reason that Slack gives in the body.
func webhookHint(reason, where string) string {
	switch strings.TrimSpace(reason) {
	case "no_service", "no_service_id", "invalid_token", "no_team", "team_disabled", "no_active_hooks":
		return "the webhook of " + where + " is not in force any more: make a new one in the app's settings"
	case "channel_not_found", "channel_is_archived":
		return "the webhook's channel is gone: make a webhook for another one"
	case "action_prohibited", "posting_to_general_channel_denied":
		return "an administrator of the workspace has to allow it"
	}
	return ""
}
