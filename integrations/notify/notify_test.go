package notify

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/room"
)

// Whatever is bound, only a LIVE launch sends; the others show what they would.
func TestOnlyALiveLaunchSends(t *testing.T) {
	var calls atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { calls.Add(1); w.Write([]byte("ok")) }))
	defer s.Close()
	t.Setenv("HOOK", s.URL+"/services/x")
	t.Setenv("TOKEN", "token")
	t.Setenv(statuspageURL, s.URL)
	t.Setenv(pagerDutyURL, s.URL)
	n := launchfile.Notify{
		Slack: &launchfile.Slack{WebhookEnv: "HOOK"}, Statuspage: &launchfile.Statuspage{Page: "p", TokenEnv: "TOKEN"},
		PagerDuty: &launchfile.PagerDuty{RoutingKeyEnv: "TOKEN"},
		Email:     &launchfile.Email{SMTP: strings.TrimPrefix(s.URL, "http://"), From: "a@example.com", To: []string{"b@example.com"}},
	}
	for _, mode := range []launch.Mode{launch.Rehearsal, launch.DryRun} {
		bound := Channels(n, mode)
		if len(bound) != 4 {
			t.Errorf("%d channels", len(bound))
		}
		for id, c := range bound {
			m := room.Message{ID: "u1-a", Purpose: "update", Subject: "s", Text: "t"}
			if id == launch.Pager {
				m.Purpose = "page"
			}
			if text, err := c.Preview(m); err != nil || !strings.Contains(text, "t") || c.Audience() == "" {
				t.Errorf("%s shows %q, %v", id, text, err)
			}
			if d := c.Send(t.Context(), m); d.State != room.Undelivered || !strings.Contains(d.Detail, string(mode)) {
				t.Errorf("%s in a %s: %+v", id, mode, d)
			}
		}
	}
	if calls.Load() != 0 {
		t.Error("something left")
	}
	if d := Channels(n, launch.Live)["slack"].Send(t.Context(), room.Message{ID: "u1-a", Purpose: "update", Subject: "s"}); d.State != room.Delivered || calls.Load() != 1 {
		t.Errorf("LIVE: %+v", d)
	}
}
