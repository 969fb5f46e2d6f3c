package slack

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
	"tminus/model/room"
)

const (
	hookPath = "/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
	token    = "xoxb-very-secret-token-0001"
)

var at = time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)

func message() room.Message {
	return room.Message{
		ID: "u-0001", Launch: "checkout-v2", Title: "Checkout v2", Purpose: "update", Subject: "Checkout v2: GREEN at T+15m",
		Text: "All is well.\nNext update in 15 minutes.", Status: "GREEN", At: at, Head: "42:" + strings.Repeat("ab", 32), By: "ada",
	}
}

// byWebhook is a channel whose webhook leads to handle.
func byWebhook(t *testing.T, handle http.HandlerFunc) *Channel {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return New(launchfile.Slack{WebhookEnv: "SLACK_WEBHOOK_URL"}, Options{Secret: func(env, file string) (string, error) { return s.URL + hookPath, nil }})
}

func send(t *testing.T, c *Channel, m room.Message) room.Delivery {
	t.Helper()
	d := c.Send(t.Context(), m)
	for _, secret := range []string{"XXXXXXXX", token} {
		if strings.Contains(d.Detail, secret) || strings.Contains(d.Remote, secret) {
			t.Errorf("a secret in %+v", d)
		}
	}
	if strings.ContainsAny(d.Detail, "\r\n") {
		t.Errorf("more than a line: %q", d.Detail)
	}
	return d
}

func TestAWebhookTakesAMessage(t *testing.T) {
	var got payload
	c := byWebhook(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != hookPath || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s, %s", r.URL.Path, r.Header.Get("Content-Type"))
		}
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		io.WriteString(w, "ok")
	})
	if d := send(t, c, message()); d.State != room.Delivered || d.Detail != "Slack answered ok" {
		t.Errorf("%+v", d)
	}
	if got.Text != "Checkout v2: GREEN at T+15m" || got.Blocks[0].Type != "header" || got.Blocks[0].BlockID != "tminus-u-0001" {
		t.Errorf("%+v", got)
	}
	sent, err := json.Marshal(got)
	for _, want := range []string{"Status: GREEN", "All is well.\\nNext update", "journal 42:abab", "sent by ada at 2026-11-24 03:00:00Z"} {
		if !strings.Contains(string(sent), want) || err != nil {
			t.Errorf("no %q in %s", want, sent)
		}
	}
	if _, err := c.Look(t.Context(), message()); !errors.Is(err, room.ErrNoLook) {
		t.Errorf("a webhook was asked: %v", err)
	}
}

func TestWhatAWebhookAnswersSaysWhatToDo(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   room.DeliveryState
		says   string
	}{
		{404, "no_service", room.Undelivered, "no_service; the webhook of $SLACK_WEBHOOK_URL is not in force any more"},
		{403, "invalid_token", room.Undelivered, "make a new one"},
		{410, "channel_is_archived", room.Undelivered, "another one"},
		{400, "invalid_payload", room.Undelivered, "invalid_payload"},
		{429, "", room.TryLater, "too many"},
		{500, "rollup_error", room.TryLater, "rollup_error"},
		{200, "<html>Sign in to the hotel's network</html>", room.Uncertain, "page for people"},
	} {
		ch := byWebhook(t, func(w http.ResponseWriter, r *http.Request) {
			if c.status == 429 {
				w.Header().Set("Retry-After", "30")
			}
			w.WriteHeader(c.status)
			io.WriteString(w, c.body)
		})
		d := send(t, ch, message())
		if d.State != c.want || !strings.Contains(d.Detail, c.says) || c.status == 429 && d.RetryAfter != 30*time.Second {
			t.Errorf("%d %s: %+v", c.status, c.body, d)
		}
	}
}

func TestASecretThatCannotBeUsed(t *testing.T) {
	for name, c := range map[string]struct {
		cfg    launchfile.Slack
		secret string
		err    error
		says   string
	}{
		"unset":        {launchfile.Slack{WebhookEnv: "HOOK"}, "", errors.New("$HOOK is not set; export it"), "$HOOK is not set"},
		"no URL":       {launchfile.Slack{WebhookEnv: "HOOK"}, "hooks.slack.com" + hookPath, nil, "$HOOK is no Slack webhook"},
		"no TLS":       {launchfile.Slack{WebhookFile: "/run/hook"}, "http://hooks.slack.com" + hookPath, nil, "/run/hook is no Slack webhook"},
		"token's form": {launchfile.Slack{TokenEnv: "TOK", Channel: "#x"}, token + "\r\nX-Other: 1", nil, "$TOK holds no Slack token"},
		"empty token":  {launchfile.Slack{TokenEnv: "TOK", Channel: "#x"}, "", nil, "it is empty"},
	} {
		ch := New(c.cfg, Options{Secret: func(string, string) (string, error) { return c.secret, c.err }})
		if d := send(t, ch, message()); d.State != room.Undelivered || !strings.Contains(d.Detail, c.says) {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	m := message()
	m.Subject = "<!channel> *now*\r\n@here"
	m.Text = "<!here> <https://evil.example|our status page> <@U123> & @channel *bold* `code`\n\u202eevil\x1b[31m"
	m.Status, m.Title, m.By, m.Launch = "<!everyone>", "a & b\nc", "<@U1>", "<!here>"
	b, err := json.Marshal(newPayload(m))
	if err != nil {
		t.Fatal(err)
	}
	var sent any
	json.Unmarshal(b, &sent)
	walk(sent, func(s string) {
		if strings.ContainsAny(s, "<>\r\x1b\u202e") {
			t.Errorf("sent as it came: %q", s)
		}
	})
	if strings.Contains(string(b), "mrkdwn\":true") || strings.Contains(string(b), `"type":"mrkdwn"`) {
		t.Errorf("mark-up is read: %s", b)
	}
	if p, _ := byWebhook(t, nil).Preview(m); !strings.Contains(p, "<!here> <https://evil.example|our status page>") || strings.ContainsAny(p, "\u202e\x1b") {
		t.Errorf("the preview is not what readers see: %q", p)
	}
}

func walk(v any, visit func(string)) {
	switch v := v.(type) {
	case string:
		visit(v)
	case []any:
		for _, e := range v {
			walk(e, visit)
		}
	case map[string]any:
		for _, e := range v {
			walk(e, visit)
		}
	}
}

func TestAnyTextFitsSlacksLimits(t *testing.T) {
	for name, body := range map[string]string{
		"100 KB in a line": strings.Repeat("x", 100_000), "100 KB of &": strings.Repeat("&", 100_000), "lines": strings.Repeat("a line of text\n", 7000),
		"only breaks": strings.Repeat("\n", 5000), "wide": strings.Repeat("æ—日", 20_000), "empty": "", "blank between": "a" + strings.Repeat(" \n", 4000) + "b",
	} {
		m := message()
		m.Text, m.Subject, m.Title, m.Launch = body, body, body, body
		p := newPayload(m)
		if len(p.Blocks) > 50 {
			t.Errorf("%s: %d blocks", name, len(p.Blocks))
		}
		total := 0
		for _, b := range p.Blocks {
			most := mostText
			if b.Type == "header" {
				most = mostHeader
			}
			if b.Text != nil {
				if n := utf8.RuneCountInString(b.Text.Text); n > most || n == 0 && b.Type == "section" {
					t.Errorf("%s: a %s of %d", name, b.Type, n)
				}
				total += utf8.RuneCountInString(b.Text.Text)
			}
			for _, e := range append(b.Fields, b.Elements...) {
				if n := utf8.RuneCountInString(e.(textObject).Text); n > mostField || n == 0 {
					t.Errorf("%s: an element of %d", name, n)
				}
			}
		}
		preview, err := byWebhook(t, nil).Preview(m)
		if cut := strings.Contains(preview, "[cut here"); cut != (size(strings.Trim(body, "\n")) > mostBody && strings.TrimSpace(body) != "") || err != nil || total > 13_000 {
			t.Errorf("%s: the preview says that it is cut: %v, %v", name, cut, err)
		}
	}
}
