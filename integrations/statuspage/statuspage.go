// Package statuspage tells the readers of an Atlassian Statuspage page how a launch goes. A launch is one incident there: the
// first update creates it, later ones are updates of it.
//
// What the launch's status becomes on the page:
//
//	GREEN        monitoring,    impact none
//	YELLOW       investigating, impact minor
//	RED          investigating, impact major
//	NOT WATCHED  investigating, impact none: nobody says that it is monitored
//
// Nothing here resolves the incident or touches a component: that the launch is over, and which part of the product is
// down, a person says on the page.
package statuspage

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tminus/integrations/webpost"
	"tminus/model/launchfile"
	"tminus/model/room"
	"tminus/model/text"
)

const usualAPI = "https://api.statuspage.io/v1"

// The page shows no more of a text than this; the name of an incident is a column of a table.
const (
	mostName = 200
	mostBody = 20_000
)

// Options are what a Channel needs of the outside.
type Options struct {
	Secret  func(envName, file string) (string, error) // reads the token, at each call
	API     string                                     // "": Statuspage's own
	RootCAs *x509.CertPool                             // nil: the system's
	Limit   time.Duration                              // of one message; 0: ten seconds
	Clock   func() time.Time                           // nil: the wall's
}

// Channel is one page. It may be used from several goroutines at once.
type Channel struct {
	cfg    launchfile.Statuspage
	secret func(envName, file string) (string, error)
	api    string
	web    *webpost.Client
	limit  time.Duration
	now    func() time.Time
}

var _ room.Channel = (*Channel)(nil)

// New returns a Channel.
func New(cfg launchfile.Statuspage, o Options) *Channel {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Channel{
		cfg: cfg, secret: o.Secret, api: strings.TrimSuffix(cmp.Or(o.API, usualAPI), "/"), now: o.Clock,
		web: webpost.New(webpost.Options{RootCAs: o.RootCAs, Limit: o.Limit}), limit: cmp.Or(o.Limit, webpost.Limit),
	}
}

// Audience names the page.
func (c *Channel) Audience() string {
	return "everybody: readers and subscribers of status page " + c.cfg.Page
}

// incident is one, in the parts that are read or written.
type incident struct {
	ID       string              `json:"id,omitempty"`
	Name     string              `json:"name,omitempty"`
	Status   string              `json:"status,omitempty"`
	Impact   string              `json:"impact_override,omitempty"`
	Body     string              `json:"body,omitempty"`
	Metadata map[string]metadata `json:"metadata,omitempty"`
	Updates  []struct {
		Body string `json:"body"`
	} `json:"incident_updates,omitempty"`
}

// metadata is what the incident is found by, under the key tminus.
type metadata struct {
	Launch string `json:"launch"`
	First  string `json:"first"` // id of the update that created it
}

func statusOf(m room.Message) (status, impact string) {
	switch m.Status {
	case "GREEN":
		return "monitoring", "none"
	case "YELLOW":
		return "investigating", "minor"
	case "RED":
		return "investigating", "major"
	}
	return "investigating", "none"
}

// escaper: the page shows a body as HTML.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func bodyOf(m room.Message) string {
	body := strings.Trim(text.Block(m.Text), "\n")
	const note = "\n[cut here: the text is longer than a status page shows]"
	if cut := webpost.Cut(body, mostBody-len(note)); cut != body {
		body = strings.TrimSuffix(cut, "…") + note
	}
	return strings.TrimLeft(body+"\n\n", "\n") + m.Footer()
}

// nameOf is the incident's name: the launch's title, since it stays while subjects change.
func nameOf(m room.Message) string {
	for _, s := range []string{m.Title, m.Launch, m.Subject} {
		if line := strings.TrimSpace(text.Line(s)); line != "" {
			return webpost.Cut(line, mostName)
		}
	}
	return "Launch"
}

func (c *Channel) sendable(m room.Message) error {
	switch {
	case m.ID == "":
		return errors.New("the message has no id, so that it could not be found again")
	case m.Purpose != "update":
		return errors.New("a status page is read by everybody and takes updates only; page people another way")
	}
	return nil
}

// Preview is what the page will show.
func (c *Channel) Preview(m room.Message) (string, error) {
	if err := c.sendable(m); err != nil {
		return "", err
	}
	status, impact := statusOf(m)
	what := "a new incident"
	if m.Thread != "" {
		what = "an update of the launch's incident"
	}
	subject := ""
	if line := strings.TrimSpace(text.Line(m.Subject)); line != "" {
		subject = line + "\n\n"
	}
	return fmt.Sprintf("%s: %s\nStatus: %s, impact: %s\n\n%s%s\n", what, nameOf(m), status, impact, subject, bodyOf(m)), nil
}

// full is the body as it is sent: HTML, with the subject first.
func full(m room.Message) string {
	body := bodyOf(m)
	if line := strings.TrimSpace(text.Line(m.Subject)); line != "" {
		body = line + "\n\n" + body
	}
	return escaper.Replace(body)
}

// Send creates the launch's incident or updates it, once.
func (c *Channel) Send(ctx context.Context, m room.Message) room.Delivery {
	if err := c.sendable(m); err != nil {
		return room.Delivery{State: room.Undelivered, Detail: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	status, impact := statusOf(m)
	in := incident{Status: status, Impact: impact, Body: full(m)}
	id := m.ThreadRemote
	if id == "" && m.Thread != "" {
		known, fault := c.incidentOf(ctx, m.Thread)
		if fault != nil {
			return fault.BeforeSending().Delivery() // of the update itself nothing has left
		}
		id = known.ID
	}
	method, path := http.MethodPatch, "incidents/"+url.PathEscape(id)
	if id == "" {
		method, path = http.MethodPost, "incidents"
		in.Name, in.Metadata = nameOf(m), map[string]metadata{"tminus": {Launch: m.Launch, First: m.ID}}
	}
	var made incident
	answer, fault := c.call(ctx, method, path, map[string]incident{"incident": in}, &made)
	if fault != nil {
		return fault.Delivery()
	}
	d := room.Delivery{State: room.Delivered, Detail: "Statuspage took it", Remote: cmp.Or(id, answer.Say(made.ID))}
	if d.Remote != "" {
		d.Detail += " as incident " + d.Remote
	}
	return d
}
