package statuspage

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tminus/integrations/webpost"
	"tminus/model/room"
)

func (c *Channel) place() string {
	if c.cfg.TokenFile != "" {
		return c.cfg.TokenFile
	}
	return "$" + c.cfg.TokenEnv
}

// call asks the API about the page. What was taken, and answered with what cannot be read, was taken all the same; only a
// read wants the answer.
func (c *Channel) call(ctx context.Context, method, path string, body, into any) (*webpost.Answer, *webpost.Fault) {
	token, err := c.secret(c.cfg.TokenEnv, c.cfg.TokenFile)
	if err != nil {
		return nil, &webpost.Fault{State: room.Undelivered, Reason: err.Error()}
	}
	if err := webpost.Word(token); err != nil {
		return nil, &webpost.Fault{State: room.Undelivered, Reason: c.place() + " holds no API key: " + err.Error()}
	}
	if _, err := webpost.Address(c.api); err != nil {
		return nil, &webpost.Fault{State: room.Undelivered, Reason: "the address of Statuspage's API: " + err.Error()}
	}
	call := webpost.Call{
		Method: method, URL: strings.TrimSuffix(c.api+"/pages/"+url.PathEscape(c.cfg.Page)+"/"+path, "/"), Body: body,
		Header: http.Header{"Authorization": {"OAuth " + token}}, Secrets: []string{token},
	}
	answer, fault := c.web.Do(ctx, call)
	if fault != nil {
		return nil, c.explained(fault)
	}
	err = answer.Decode(into)
	switch {
	case err == nil:
	case method == http.MethodGet:
		return nil, &webpost.Fault{State: room.TryLater, Reason: "Statuspage answered, but " + err.Error()}
	case answer.HTML():
		return nil, &webpost.Fault{State: room.Uncertain, Reason: "a page for people answered, not Statuspage's API"}
	}
	return answer, nil
}

// explained adds Statuspage's own words and what to do.
func (c *Channel) explained(f *webpost.Fault) *webpost.Fault {
	if f.Answer == nil {
		return f
	}
	var said struct {
		Error json.RawMessage `json:"error"` // a text, or a list of texts
	}
	if f.Answer.Decode(&said) == nil && len(said.Error) > 0 {
		f = f.Because(strings.Trim(string(said.Error), `"[]`))
	}
	switch f.Answer.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return f.Hint("renew the API key in " + c.place())
	case http.StatusNotFound:
		return f.Hint("is page " + c.cfg.Page + " right, and is its incident still there?")
	}
	return f
}

// mostPages bounds a search; a launch's incident is among the newest.
const mostPages = 5

const perPage = 100

// incidentOf finds the incident that an update created; its ID is empty where there is none.
func (c *Channel) incidentOf(ctx context.Context, first string) (incident, *webpost.Fault) {
	for page := 1; page <= mostPages; page++ {
		var list []incident
		if _, fault := c.call(ctx, http.MethodGet, fmt.Sprintf("incidents?limit=%d&page=%d", perPage, page), nil, &list); fault != nil {
			return incident{}, fault
		}
		for _, in := range list {
			if in.Metadata["tminus"].First == first || in.has(first) {
				return in, nil
			}
		}
		if len(list) < perPage {
			break
		}
	}
	return incident{}, nil
}

// has reports whether one of the incident's updates bears our id, in its footer.
func (in incident) has(id string) bool {
	for _, u := range in.Updates {
		if strings.Contains(u.Body+" ", " ref "+id+" ") || strings.Contains(u.Body+"\n", " ref "+id+"\n") {
			return true
		}
	}
	return false
}

// settled is how long after an attempt the page may still take it up: until then what is not there may come.
const settled = time.Minute

// Look searches the launch's incident, or the page's newest ones, for our id.
func (c *Channel) Look(ctx context.Context, m room.Message) (room.Delivery, error) {
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	tried := m.Tried
	if tried.IsZero() {
		tried = m.At
	}
	asked := c.now()
	var in incident
	var fault *webpost.Fault
	if m.ThreadRemote != "" {
		if _, fault = c.call(ctx, http.MethodGet, "incidents/"+url.PathEscape(m.ThreadRemote), nil, &in); fault == nil && !in.has(m.ID) {
			in = incident{}
		}
	} else {
		in, fault = c.incidentOf(ctx, m.ID)
	}
	switch {
	case fault != nil && fault.State == room.Undelivered:
		return room.Delivery{}, fmt.Errorf("%w: %s", room.ErrNoLook, fault.Reason)
	case fault != nil:
		return room.Delivery{}, fault
	case in.ID != "":
		return room.Delivery{State: room.Delivered, Remote: in.ID, Detail: "Statuspage has it in incident " + in.ID}, nil
	case asked.Before(tried.Add(settled)):
		return room.Delivery{State: room.Uncertain, Detail: "it is not on the page yet", RetryAfter: tried.Add(settled).Sub(asked)}, nil
	}
	return room.Delivery{State: room.Undelivered, Detail: "it is not on the page"}, nil
}
