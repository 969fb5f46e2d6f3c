package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/room"
)

// workspace is a small Slack: it keeps what was posted, and may lose its answers.
type workspace struct {
	t        *testing.T
	posts    []payload
	errors   map[string]string // by method
	lose     bool
	noThread bool
	scopes   string
}

func (w *workspace) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+token || strings.Contains(r.URL.String(), token) {
		w.t.Errorf("%s with %q", r.URL, r.Header.Get("Authorization"))
	}
	method := strings.TrimPrefix(r.URL.Path, "/api/")
	rw.Header().Set("X-OAuth-Scopes", w.scopes)
	if code := w.errors[method]; code != "" {
		fmt.Fprintf(rw, `{"ok":false,"error":%q,"needed":"channels:history"}`, code)
		return
	}
	switch method {
	case "auth.test":
		io.WriteString(rw, `{"ok":true,"user":"launchbot","team":"Example"}`)
	case "chat.postMessage":
		var p payload
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
			w.t.Error(err)
		}
		if p.ThreadTS != "" && w.noThread {
			io.WriteString(rw, `{"ok":false,"error":"thread_not_found"}`)
			return
		}
		w.posts = append(w.posts, p)
		if w.lose {
			panic(http.ErrAbortHandler)
		}
		fmt.Fprintf(rw, `{"ok":true,"channel":"C0123ABCD","ts":"1700000000.%06d"}`, len(w.posts))
	case "conversations.list":
		if r.URL.Query().Get("cursor") == "" {
			io.WriteString(rw, `{"ok":true,"channels":[{"id":"C0000AAAA","name":"other"}],"response_metadata":{"next_cursor":"two"}}`)
			return
		}
		io.WriteString(rw, `{"ok":true,"channels":[{"id":"C0123ABCD","name":"launch-checkout"}]}`)
	case "conversations.history", "conversations.replies":
		if r.URL.Query().Get("channel") != "C0123ABCD" {
			io.WriteString(rw, `{"ok":false,"error":"channel_not_found"}`)
			return
		}
		messages := []any{}
		for i, p := range w.posts {
			if (method == "conversations.replies") == (p.ThreadTS != "") {
				messages = append(messages, map[string]any{"ts": fmt.Sprintf("1700000000.%06d", i+1), "blocks": p.Blocks})
			}
		}
		json.NewEncoder(rw).Encode(map[string]any{"ok": true, "messages": messages})
	default:
		w.t.Errorf("nobody asked for %s", method)
	}
}

func byToken(t *testing.T, w *workspace, now func() time.Time) *Channel {
	t.Helper()
	w.t = t
	s := httptest.NewServer(w)
	t.Cleanup(s.Close)
	return New(launchfile.Slack{TokenEnv: "SLACK_TOKEN", Channel: "#launch-checkout"}, Options{
		API: s.URL + "/api/", Clock: now, Secret: func(string, string) (string, error) { return token, nil },
	})
}

func TestATokenPostsAndThreads(t *testing.T) {
	w := &workspace{}
	c := byToken(t, w, nil)
	first := send(t, c, message())
	if first.State != room.Delivered || first.Remote != "C0123ABCD/1700000000.000001" || w.posts[0].Channel != "#launch-checkout" {
		t.Fatalf("%+v, %+v", first, w.posts)
	}
	m := message()
	m.ID, m.Thread, m.ThreadRemote = "u-0002", "u-0001", first.Remote
	if d := send(t, c, m); d.State != room.Delivered || w.posts[1].ThreadTS != "1700000000.000001" || !w.posts[1].ReplyBroadcast || w.posts[1].Channel != "C0123ABCD" {
		t.Errorf("%+v, %+v", d, w.posts[1])
	}
	w.noThread = true // somebody deleted the first post
	if d := send(t, c, m); d.State != room.Delivered || len(w.posts) != 3 || w.posts[2].ThreadTS != "" {
		t.Errorf("without its thread: %+v", d)
	}
}

func TestWhatTheAPIRefuses(t *testing.T) {
	for code, c := range map[string]struct {
		want room.DeliveryState
		says string
	}{
		"invalid_auth":      {room.Undelivered, "renew the token in $SLACK_TOKEN"},
		"channel_not_found": {room.Undelivered, "is #launch-checkout right"},
		"not_in_channel":    {room.Undelivered, "invite the app into #launch-checkout"},
		"missing_scope":     {room.Undelivered, "lacks the scope channels:history"},
		"msg_too_long":      {room.Undelivered, "msg_too_long"},
		"ratelimited":       {room.TryLater, ""},
		"internal_error":    {room.Uncertain, ""},
		"fatal_error":       {room.Uncertain, ""},
		token + "\n":        {room.Undelivered, "[secret]"},
	} {
		d := send(t, byToken(t, &workspace{errors: map[string]string{"chat.postMessage": code}}, nil), message())
		if d.State != c.want || !strings.Contains(d.Detail, c.says) {
			t.Errorf("%s: %+v", code, d)
		}
	}
}

func TestALostAnswerIsLookedUp(t *testing.T) {
	now := at.Add(10 * time.Second)
	w := &workspace{lose: true}
	c := byToken(t, w, func() time.Time { return now })
	m := message()
	if d := send(t, c, m); d.State != room.Uncertain {
		t.Fatalf("%+v", d)
	}
	if d, err := c.Look(t.Context(), m); err != nil || d.State != room.Delivered || d.Remote != "C0123ABCD/1700000000.000001" {
		t.Errorf("it is there: %+v, %v", d, err)
	}
	m.ID, m.Tried = "u-0099", at.Add(time.Minute)
	now = at.Add(90 * time.Second)
	if d, err := c.Look(t.Context(), m); err != nil || d.State != room.Uncertain || d.RetryAfter != 30*time.Second {
		t.Errorf("it may still come: %+v, %v", d, err)
	}
	now = at.Add(5 * time.Minute)
	if d, err := c.Look(t.Context(), m); err != nil || d.State != room.Undelivered {
		t.Errorf("it is not there: %+v, %v", d, err)
	}
	w.lose = false
	m.ID, m.ThreadRemote = "u-0003", "C0123ABCD/1700000000.000001"
	send(t, c, m)
	if d, err := c.Look(t.Context(), m); err != nil || d.State != room.Delivered || d.Remote != "C0123ABCD/1700000000.000002" {
		t.Errorf("in the thread: %+v, %v", d, err)
	}
}

func TestATokenThatMayNotReadCannotLook(t *testing.T) {
	w := &workspace{errors: map[string]string{"conversations.history": "missing_scope"}}
	if _, err := byToken(t, w, nil).Look(t.Context(), message()); !errors.Is(err, room.ErrNoLook) || !strings.Contains(err.Error(), "lacks the scope channels:history") {
		t.Errorf("%v", err)
	}
	w.errors = map[string]string{"conversations.history": "ratelimited"}
	if _, err := byToken(t, w, nil).Look(t.Context(), message()); err == nil || errors.Is(err, room.ErrNoLook) {
		t.Errorf("later it may be asked: %v", err)
	}
}

func TestDoctorPostsNothing(t *testing.T) {
	for name, c := range map[string]struct {
		w    workspace
		want preflight.Outcome
		says string
	}{
		"fine":         {workspace{scopes: "chat:write,channels:read"}, preflight.Passed, "launchbot of Example"},
		"may not post": {workspace{scopes: "channels:read"}, preflight.Failed, "chat:write"},
		"token":        {workspace{errors: map[string]string{"auth.test": "invalid_auth"}}, preflight.Failed, "renew the token"},
		"no list":      {workspace{errors: map[string]string{"conversations.list": "missing_scope"}}, preflight.Passed, "could not be looked up"},
	} {
		ch := byToken(t, &c.w, nil)
		tests := Examine(ch.cfg, Options{API: ch.api, Secret: ch.secret})
		r := tests[0].Run(t.Context())
		if r.Outcome != c.want || !strings.Contains(r.Detail+r.Remedy, c.says) || len(c.w.posts) > 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	posted := false
	hook := byWebhook(t, func(_ http.ResponseWriter, r *http.Request) {
		posted = posted || r.Method != http.MethodGet || r.URL.Path != "/"
	})
	r := Examine(hook.cfg, Options{Secret: hook.secret})[0].Run(t.Context())
	if r.Outcome != preflight.NotTestable || posted || strings.Contains(r.Detail+r.Remedy, "XXXX") {
		t.Errorf("%+v", r)
	}
}
