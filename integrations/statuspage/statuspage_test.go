package statuspage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/room"
)

const token = "89a229ce-very-secret-0001"

var at = time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)

func update(id string) room.Message {
	return room.Message{
		ID: id, Launch: "checkout-v2", Title: "Checkout v2", Purpose: "update", Subject: "GREEN at T+15m", Text: "All is well.",
		Status: "GREEN", At: at, Head: "42:" + strings.Repeat("ab", 32), By: "ada",
	}
}

// page is a small Statuspage.
type page struct {
	t         *testing.T
	mu        sync.Mutex // a lost answer leaves its handler behind
	incidents []incident
	writes    int
	lose      bool
	status    int // instead of an answer
	said      string
}

func (p *page) wrote() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.writes
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Header.Get("Authorization") != "OAuth "+token || !strings.HasPrefix(r.URL.Path, "/v1/pages/abc123") {
		p.t.Errorf("%s with %q", r.URL, r.Header.Get("Authorization"))
	}
	rest := strings.Trim(strings.TrimPrefix(r.URL.Path, "/v1/pages/abc123"), "/")
	if p.status != 0 {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(p.status)
		io.WriteString(w, p.said)
		return
	}
	if r.Method == http.MethodGet {
		switch {
		case rest == "":
			io.WriteString(w, `{"id":"abc123","name":"Example status"}`)
		case rest == "incidents":
			json.NewEncoder(w).Encode(p.incidents)
		default:
			json.NewEncoder(w).Encode(p.incidents[0])
		}
		return
	}
	var got map[string]incident
	if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
		p.t.Error(err)
	}
	p.writes++
	in := got["incident"]
	switch {
	case r.Method == http.MethodPost && rest == "incidents":
		in.ID = fmt.Sprintf("inc%d", len(p.incidents)+1)
		p.incidents = append(p.incidents, in)
	case r.Method == http.MethodPatch && rest == "incidents/inc1":
		p.incidents[0].Status, p.incidents[0].Impact = in.Status, in.Impact
		if in.Name != "" {
			p.t.Errorf("renamed to %q", in.Name)
		}
	default:
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, `{"error":"Not found"}`)
		return
	}
	first := &p.incidents[0]
	first.Updates = append(first.Updates, struct {
		Body string `json:"body"`
	}{in.Body})
	if p.lose {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(http.StatusCreated)
	json.NewEncoder(w).Encode(*first)
}

func channel(t *testing.T, p *page, now time.Time) *Channel {
	t.Helper()
	p.t = t
	s := httptest.NewServer(p)
	t.Cleanup(s.Close)
	return New(launchfile.Statuspage{Page: "abc123", TokenEnv: "STATUSPAGE_TOKEN"}, Options{
		API: s.URL + "/v1", Secret: func(string, string) (string, error) { return token, nil }, Clock: func() time.Time { return now },
	})
}

func send(t *testing.T, c *Channel, m room.Message) room.Delivery {
	t.Helper()
	d := c.Send(t.Context(), m)
	if strings.Contains(d.Detail, token) {
		t.Errorf("a secret in %+v", d)
	}
	return d
}

func TestALaunchIsOneIncident(t *testing.T) {
	p := &page{}
	c := channel(t, p, at)
	d := send(t, c, update("u1-aa"))
	if d.State != room.Delivered || d.Remote != "inc1" || p.incidents[0].Name != "Checkout v2" || p.incidents[0].Status != "monitoring" || p.incidents[0].Impact != "none" {
		t.Fatalf("%+v, %+v", d, p.incidents)
	}
	body := p.incidents[0].Updates[0].Body
	if !strings.HasPrefix(body, "GREEN at T+15m\n\nAll is well.\n\ncheckout-v2 · ref u1-aa · journal 42:abab") || strings.Contains(body, "ada") {
		t.Errorf("%q", body)
	}
	red := update("u2-bb")
	red.Status, red.Thread, red.ThreadRemote = "RED", "u1-aa", "inc1"
	if d := send(t, c, red); d.State != room.Delivered || d.Remote != "inc1" || len(p.incidents) != 1 || p.incidents[0].Status != "investigating" || p.incidents[0].Impact != "major" {
		t.Errorf("%+v, %+v", d, p.incidents)
	}
	red.ID, red.ThreadRemote = "u3-cc", "" // the first one's answer was lost, so nobody knows its incident
	if d := send(t, c, red); d.State != room.Delivered || d.Remote != "inc1" || len(p.incidents) != 1 || len(p.incidents[0].Updates) != 3 {
		t.Errorf("%+v, %+v", d, p.incidents)
	}
	red.Thread = "u0-never"
	if d := send(t, c, red); d.State != room.Delivered || d.Remote == "" || len(p.incidents) != 2 {
		t.Errorf("the first one never arrived: %+v, %+v", d, p.incidents)
	}
}

func TestALostAnswerIsLookedUp(t *testing.T) {
	p := &page{lose: true}
	c := channel(t, p, at.Add(5*time.Minute))
	if d := send(t, c, update("u1-aa")); d.State != room.Uncertain || p.wrote() != 1 {
		t.Fatalf("%+v", d)
	}
	if d, err := c.Look(t.Context(), update("u1-aa")); err != nil || d.State != room.Delivered || d.Remote != "inc1" {
		t.Errorf("%+v, %v", d, err)
	}
	m := update("u2-bb")
	m.Thread, m.ThreadRemote = "u1-aa", "inc1"
	if d, err := c.Look(t.Context(), m); err != nil || d.State != room.Undelivered {
		t.Errorf("it is not there: %+v, %v", d, err)
	}
	m.Tried = at.Add(4*time.Minute + 30*time.Second)
	if d, err := c.Look(t.Context(), m); err != nil || d.State != room.Uncertain {
		t.Errorf("it may still come: %+v, %v", d, err)
	}
	send(t, c, m)
	if d, err := c.Look(t.Context(), m); err != nil || d.State != room.Delivered {
		t.Errorf("%+v, %v", d, err)
	}
	p.status, p.said = 401, `{"error":"Could not authenticate"}`
	if _, err := c.Look(t.Context(), m); !errors.Is(err, room.ErrNoLook) || !strings.Contains(err.Error(), "renew the API key") {
		t.Errorf("%v", err)
	}
	p.status = 503
	if _, err := c.Look(t.Context(), m); err == nil || errors.Is(err, room.ErrNoLook) {
		t.Errorf("%v", err)
	}
}

func TestWhatThePageRefuses(t *testing.T) {
	for _, c := range []struct {
		status int
		said   string
		want   room.DeliveryState
		says   string
	}{
		{401, `{"error":"Could not authenticate ` + token + `"}`, room.Undelivered, "renew the API key in $STATUSPAGE_TOKEN"},
		{404, `{"error":"Not found"}`, room.Undelivered, "is page abc123 right"},
		{422, `{"error":["name can't be blank"]}`, room.Undelivered, "name can't be blank"},
		{420, "", room.TryLater, "too many"},
		{429, "", room.TryLater, "too many"},
		{500, "", room.TryLater, "500"},
		{502, "", room.Uncertain, "passed on"},
		{200, "<html>welcome</html>", room.Uncertain, "page for people"},
	} {
		p := &page{status: c.status, said: c.said}
		d := send(t, channel(t, p, at), update("u1-aa"))
		if d.State != c.want || !strings.Contains(d.Detail, c.says) || d.State == room.TryLater && d.RetryAfter != 7*time.Second {
			t.Errorf("%d: %+v", c.status, d)
		}
		m := update("u2-bb")
		m.Thread = "u1-aa"
		if d := send(t, channel(t, p, at), m); c.want == room.Uncertain && d.State != room.TryLater {
			t.Errorf("%d while looking for the incident: nothing was sent yet: %+v", c.status, d)
		}
	}
}

func TestHostileTextOnThePage(t *testing.T) {
	m := update("u1-aa")
	m.Subject, m.Title = "<script>alert(1)</script>\r\nx", "T\u202eitle\nx"
	m.Text = "<a href=https://evil.example>here</a> & \x1b[31m" + strings.Repeat("long ", 20_000)
	p := &page{}
	c := channel(t, p, at)
	if d := send(t, c, m); d.State != room.Delivered {
		t.Fatalf("%+v", d)
	}
	body := p.incidents[0].Updates[0].Body
	if strings.ContainsAny(body+p.incidents[0].Name, "<>\r\x1b\u202e") || !strings.Contains(body, "[cut here") || !strings.Contains(body, "ref u1-aa") || len(body) > 25_000 {
		t.Errorf("%q, %.200q", p.incidents[0].Name, body)
	}
	preview, err := c.Preview(m)
	if err != nil || !strings.Contains(preview, "<script>") || !strings.Contains(preview, "Status: monitoring, impact: none") || !strings.Contains(preview, "[cut here") {
		t.Errorf("%.300q, %v", preview, err)
	}
	m.Purpose = "page"
	if _, err := c.Preview(m); err == nil || send(t, c, m).State != room.Undelivered || p.wrote() != 1 {
		t.Error("a page went to everybody")
	}
}

func TestDoctorReadsThePage(t *testing.T) {
	p := &page{}
	c := channel(t, p, at)
	run := func() preflight.Result {
		return Examine(c.cfg, Options{API: c.api, Secret: c.secret})[0].Run(t.Context())
	}
	if r := run(); r.Outcome != preflight.Passed || !strings.Contains(r.Detail, "Example status") {
		t.Errorf("%+v", r)
	}
	p.status, p.said = 401, `{"error":"no"}`
	if r := run(); r.Outcome != preflight.Failed || !strings.Contains(r.Remedy, "renew the API key") || p.wrote() > 0 {
		t.Errorf("%+v", r)
	}
}
