// Package pagerduty pages people through PagerDuty's Events API v2: a page triggers an alert, its acknowledgement
// acknowledges that alert.
//
// The dedup key of an alert is the message's id, and so the same over all attempts: PagerDuty makes one alert of all events
// with one key, so a page that arrives twice rings nobody twice. It cannot be asked what it has, since a routing key only
// lets events in; a page of which nobody knows is for a person to judge, who may have it sent again without harm.
//
// The severity follows the launch's status: RED is critical, YELLOW and NOT WATCHED are error, GREEN is warning. It is never
// info: a service may be set to let that sleep until morning, and a page is sent by a person who wants somebody now.
package pagerduty

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"tminus/integrations/webpost"
	"tminus/model/launchfile"
	"tminus/model/room"
	"tminus/model/text"
)

const usualAPI = "https://events.pagerduty.com"

// PagerDuty's limits: characters of a summary, and bytes of an event, which are kept well below.
const (
	mostSummary = 1024
	mostText    = 64_000
)

// Options are what a Channel needs of the outside.
type Options struct {
	Secret  func(envName, file string) (string, error) // reads the routing key, at each call
	API     string                                     // "": PagerDuty's own
	RootCAs *x509.CertPool                             // nil: the system's
	Limit   time.Duration                              // of one call; 0: ten seconds
}

// Channel is one integration of a PagerDuty service. It may be used from several goroutines at once.
type Channel struct {
	cfg    launchfile.PagerDuty
	secret func(envName, file string) (string, error)
	api    string
	web    *webpost.Client
}

var _ room.Channel = (*Channel)(nil)

// New returns a Channel.
func New(cfg launchfile.PagerDuty, o Options) *Channel {
	return &Channel{
		cfg: cfg, secret: o.Secret, api: strings.TrimSuffix(cmp.Or(o.API, usualAPI), "/"),
		web: webpost.New(webpost.Options{RootCAs: o.RootCAs, Limit: o.Limit}),
	}
}

// Audience says who is called.
func (c *Channel) Audience() string {
	return "whoever is on call for the PagerDuty service of " + c.place()
}

func (c *Channel) place() string {
	if c.cfg.RoutingKeyFile != "" {
		return c.cfg.RoutingKeyFile
	}
	return "$" + c.cfg.RoutingKeyEnv
}

type event struct {
	RoutingKey string   `json:"routing_key"`
	Action     string   `json:"event_action"`
	DedupKey   string   `json:"dedup_key"`
	Client     string   `json:"client,omitempty"`
	Payload    *payload `json:"payload,omitempty"`
}

type payload struct {
	Summary   string            `json:"summary"`
	Source    string            `json:"source"`
	Severity  string            `json:"severity"`
	Timestamp string            `json:"timestamp"`
	Component string            `json:"component,omitempty"`
	Class     string            `json:"class,omitempty"`
	Details   map[string]string `json:"custom_details,omitempty"`
}

func severity(status string) string {
	switch status {
	case "RED":
		return "critical"
	case "GREEN":
		return "warning"
	}
	return "error"
}

// eventOf is the message as an event, without the routing key.
func eventOf(m room.Message) (event, error) {
	if m.ID == "" {
		return event{}, errors.New("the message has no id, so that PagerDuty could not tell a repeat")
	}
	switch m.Purpose {
	case "acknowledge":
		return event{Action: "acknowledge", DedupKey: cmp.Or(m.ThreadRemote, m.Thread, m.ID)}, nil
	case "page":
	default:
		return event{}, errors.New("PagerDuty takes pages, not updates: it would wake somebody; send the update another way")
	}
	summary := strings.TrimSpace(text.Line(m.Subject))
	if summary == "" {
		summary, _, _ = strings.Cut(strings.TrimSpace(text.Block(m.Text)), "\n")
	}
	if summary == "" {
		return event{}, errors.New("the page says nothing; give it a subject")
	}
	body := text.Block(m.Text)
	if cut := webpost.Cut(body, mostText); cut != body {
		body = cut + "\n[cut here: the text is longer than an alert holds]"
	}
	details := map[string]string{"text": body, "for": text.Line(m.To), "launch status": text.Line(m.Status), "sent": m.SentBy(), "reference": m.Footer()}
	for k, v := range details {
		if v == "" {
			delete(details, k)
		}
	}
	return event{Action: "trigger", DedupKey: m.ID, Client: "tminus", Payload: &payload{
		Summary: webpost.Cut(summary, mostSummary), Source: text.Line(cmp.Or(m.Launch, "tminus")), Severity: severity(m.Status),
		Timestamp: m.At.UTC().Format(time.RFC3339), Component: text.Line(m.Title), Class: "launch", Details: details,
	}}, nil
}

// Preview is what the alert will show.
func (c *Channel) Preview(m room.Message) (string, error) {
	e, err := eventOf(m)
	if err != nil {
		return "", err
	}
	if e.Payload == nil {
		return "Acknowledges the alert " + e.DedupKey + ".\n", nil
	}
	p := e.Payload
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nSeverity: %s\nSource: %s\n", p.Summary, p.Severity, p.Source)
	for _, key := range []string{"for", "launch status", "sent", "reference"} {
		if v := p.Details[key]; v != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, v)
		}
	}
	if v := p.Details["text"]; v != "" {
		b.WriteString("\n" + v + "\n")
	}
	return b.String(), nil
}

// Send sends the event once.
func (c *Channel) Send(ctx context.Context, m room.Message) room.Delivery {
	failed := func(err error) room.Delivery { return room.Delivery{State: room.Undelivered, Detail: err.Error()} }
	e, err := eventOf(m)
	if err != nil {
		return failed(err)
	}
	if e.RoutingKey, err = c.key(); err != nil {
		return failed(err)
	}
	answer, fault := c.web.Do(ctx, webpost.Call{Method: http.MethodPost, URL: c.api + "/v2/enqueue", Body: e, Secrets: []string{e.RoutingKey}})
	if fault != nil {
		return c.explained(fault).Delivery()
	}
	if answer.HTML() {
		return room.Delivery{State: room.Uncertain, Detail: "a page for people answered, not PagerDuty"}
	}
	return room.Delivery{State: room.Delivered, Remote: e.DedupKey, Detail: "PagerDuty took it as " + e.DedupKey}
}

// explained adds PagerDuty's own words and what to do. A gateway's silence is no riddle here: one key makes one alert.
func (c *Channel) explained(f *webpost.Fault) *webpost.Fault {
	if f.Answer == nil {
		return f
	}
	var said struct {
		Message string   `json:"message"`
		Errors  []string `json:"errors"`
	}
	if f.Answer.Decode(&said) == nil {
		f = f.Because(strings.TrimSpace(said.Message + " " + strings.Join(said.Errors, ", ")))
	}
	switch code := f.Answer.Status; {
	case code == http.StatusBadGateway || code == http.StatusGatewayTimeout:
		g := *f
		g.State = room.TryLater
		return &g
	case code == http.StatusBadRequest || code == http.StatusUnauthorized || code == http.StatusForbidden:
		return f.Hint("is the routing key in " + c.place() + " that of an Events API v2 integration?")
	}
	return f
}

// key reads and checks the routing key. No error repeats it.
func (c *Channel) key() (string, error) {
	key, err := c.secret(c.cfg.RoutingKeyEnv, c.cfg.RoutingKeyFile)
	if err != nil {
		return "", err
	}
	if err := webpost.Word(key); err != nil {
		return "", fmt.Errorf("%s holds no routing key: %w, 32 letters and digits", c.place(), err)
	}
	if _, err := webpost.Address(c.api); err != nil {
		return "", fmt.Errorf("the address of PagerDuty's Events API: %w", err)
	}
	return key, nil
}

// Look cannot be done: a routing key lets events in and tells nothing.
func (c *Channel) Look(context.Context, room.Message) (room.Delivery, error) {
	return room.Delivery{}, fmt.Errorf("%w; sent again it makes no second alert", room.ErrNoLook)
}
