package pagerduty

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/room"
)

const key = "R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY00"

func page() room.Message {
	return room.Message{
		ID: "p7-aabbccdd", Launch: "checkout-v2", Title: "Checkout v2", Purpose: "page", Subject: "Checkout errors at 5 %", Text: "Please join the war room.",
		Status: "RED", At: time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC), Head: "42:" + strings.Repeat("ab", 32), By: "ada", To: "Grace, +1 555 0100",
	}
}

func channel(t *testing.T, handle http.HandlerFunc) *Channel {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return New(launchfile.PagerDuty{RoutingKeyEnv: "PAGERDUTY_ROUTING_KEY"}, Options{API: s.URL, Secret: func(string, string) (string, error) { return key, nil }})
}

func send(t *testing.T, c *Channel, m room.Message) room.Delivery {
	t.Helper()
	d := c.Send(t.Context(), m)
	if strings.Contains(d.Detail, key) {
		t.Errorf("a secret in %+v", d)
	}
	return d
}

func TestAPageTriggersAndIsAcknowledged(t *testing.T) {
	var got []event
	c := channel(t, func(w http.ResponseWriter, r *http.Request) {
		var e event
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil || r.URL.Path != "/v2/enqueue" || r.Method != http.MethodPost {
			t.Errorf("%s %s, %v", r.Method, r.URL, err)
		}
		got = append(got, e)
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, `{"status":"success","message":"Event processed","dedup_key":"`+e.DedupKey+`"}`)
	})
	d := send(t, c, page())
	if d.State != room.Delivered || d.Remote != "p7-aabbccdd" {
		t.Errorf("%+v", d)
	}
	again := send(t, c, page())
	ack := page()
	ack.ID, ack.Purpose, ack.Thread = "p7-aabbccdd-ack", "acknowledge", "p7-aabbccdd"
	send(t, c, ack)
	e := got[0]
	if e.RoutingKey != key || e.Action != "trigger" || e.DedupKey != got[1].DedupKey || again.Remote != d.Remote || e.Payload.Severity != "critical" ||
		e.Payload.Summary != "Checkout errors at 5 %" || e.Payload.Source != "checkout-v2" || e.Payload.Details["for"] != "Grace, +1 555 0100" {
		t.Errorf("%+v, %+v", e, e.Payload)
	}
	if got[2].Action != "acknowledge" || got[2].DedupKey != "p7-aabbccdd" || got[2].Payload != nil {
		t.Errorf("%+v", got[2])
	}
	if _, err := c.Look(t.Context(), page()); !errors.Is(err, room.ErrNoLook) {
		t.Errorf("%v", err)
	}
}

func TestWhatPagerDutyAnswers(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   room.DeliveryState
		says   string
	}{
		{202, `{"status":"success"}`, room.Delivered, ""},
		{400, `{"status":"invalid event","message":"Event object is invalid","errors":["Invalid routing key ` + key + `"]}`, room.Undelivered, "is the routing key in $PAGERDUTY_ROUTING_KEY"},
		{403, "", room.Undelivered, "routing key"},
		{413, "", room.Undelivered, "413"},
		{429, "", room.TryLater, "too many"},
		{500, "", room.TryLater, "500"},
		{502, "", room.TryLater, "502"},
		{504, "", room.TryLater, "504"},
		{200, "<html>welcome", room.Uncertain, "page for people"},
	} {
		ch := channel(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "9")
			w.WriteHeader(c.status)
			io.WriteString(w, c.body)
		})
		d := send(t, ch, page())
		if d.State != c.want || !strings.Contains(d.Detail, c.says) || c.status == 429 && d.RetryAfter != 9*time.Second {
			t.Errorf("%d: %+v", c.status, d)
		}
	}
	lost := channel(t, func(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body); panic(http.ErrAbortHandler) })
	if d := send(t, lost, page()); d.State != room.Uncertain {
		t.Errorf("%+v", d)
	}
}

func TestWhatIsNoPageWakesNobody(t *testing.T) {
	c := channel(t, func(http.ResponseWriter, *http.Request) { t.Error("sent") })
	for name, change := range map[string]func(*room.Message){
		"an update": func(m *room.Message) { m.Purpose = "update" }, "no id": func(m *room.Message) { m.ID = "" },
		"nothing said": func(m *room.Message) { m.Subject, m.Text = " ", "\n" },
	} {
		m := page()
		change(&m)
		_, err := c.Preview(m)
		if d := send(t, c, m); err == nil || d.State != room.Undelivered || d.Detail != err.Error() {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
	for name, secret := range map[string]func(string, string) (string, error){
		"unset": func(string, string) (string, error) { return "", errors.New("$PAGERDUTY_ROUTING_KEY is not set") },
		"lines": func(string, string) (string, error) { return key + "\n" + key, nil },
	} {
		c.secret = secret
		if d := send(t, c, page()); d.State != room.Undelivered || !strings.Contains(d.Detail, "$PAGERDUTY_ROUTING_KEY") {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestAnyTextFitsPagerDutysLimits(t *testing.T) {
	m := page()
	m.Subject = "a\r\n\u202eb " + strings.Repeat("日", 5000)
	m.Text = strings.Repeat("日本\x1b[31m", 50_000)
	e, err := eventOf(m)
	b, _ := json.Marshal(e)
	if err != nil || len(b) > 512_000 || utf8.RuneCountInString(e.Payload.Summary) > mostSummary || strings.ContainsAny(e.Payload.Summary, "\r\n\u202e") || !strings.Contains(e.Payload.Details["text"], "[cut here") {
		t.Errorf("%d bytes, %v, %.100q", len(b), err, e.Payload.Summary)
	}
	for status, want := range map[string]string{"RED": "critical", "YELLOW": "error", "NOT WATCHED": "error", "GREEN": "warning"} {
		if severity(status) != want {
			t.Errorf("%s: %s", status, severity(status))
		}
	}
}

func TestDoctorSendsNoEvent(t *testing.T) {
	c := channel(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s", r.Method, r.URL)
		}
	})
	r := Examine(c.cfg, Options{API: c.api, Secret: c.secret})[0].Run(t.Context())
	if r.Outcome != preflight.NotTestable || strings.Contains(r.Detail, key) {
		t.Errorf("%+v", r)
	}
}
