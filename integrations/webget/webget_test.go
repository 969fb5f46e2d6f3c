package webget

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/room"
)

const token = "s3cr3t-token-value"

func secret(envName, file string) (string, error) {
	if envName == "METRICS_TOKEN" {
		return token + "\n", nil
	}
	return "", errors.New(envName + file + " is not set")
}

func serve(t *testing.T, handle http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, url string) (Reply, *room.Fault) {
	t.Helper()
	r, err := New(nil, secret).Get(t.Context(), Page{URL: url, TokenEnv: "METRICS_TOKEN"})
	if err == nil {
		return r, nil
	}
	var f *room.Fault
	if !errors.As(err, &f) {
		t.Fatalf("%v is no fault", err)
	}
	for e := error(f); e != nil; e = errors.Unwrap(e) {
		if strings.Contains(e.Error(), token) {
			t.Errorf("an error repeats the token: %q", e)
		}
	}
	return r, f
}

func TestAPageComesWithItsToken(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Authorization"); got != "Bearer "+token {
			t.Errorf("Authorization: %q", got)
		}
		w.Write([]byte(`{"a": 1}`))
	})
	r, f := get(t, s.URL)
	if f != nil || string(r.Body) != `{"a": 1}` || r.HTML {
		t.Errorf("got %q, HTML %v, %v", r.Body, r.HTML, f)
	}
}

func TestAStatusSaysWhatToDo(t *testing.T) {
	date := time.Now().UTC()
	for _, c := range []struct {
		name   string
		status int
		header map[string]string
		want   room.Fault
		hint   string
	}{
		{"unauthorized", 401, nil, room.Fault{Kind: room.FaultDenied, Reason: "HOST answered 401 Unauthorized"}, "renew it"},
		{"forbidden", 403, nil, room.Fault{Kind: room.FaultDenied, Reason: "HOST answered 403 Forbidden"}, "$METRICS_TOKEN"},
		{"missing", 404, nil, room.Fault{Kind: room.FaultMissing, Reason: "HOST answered 404 Not Found"}, "URL"},
		{"throttled, seconds", 429, map[string]string{"Retry-After": "17"}, room.Fault{Kind: room.FaultThrottled, Reason: "HOST: throttled", RetryAfter: 17 * time.Second}, ""},
		{"throttled, date", 429, map[string]string{"Date": date.Format(http.TimeFormat), "Retry-After": date.Add(90 * time.Second).Format(http.TimeFormat)}, room.Fault{Kind: room.FaultThrottled, Reason: "HOST: throttled", RetryAfter: 90 * time.Second}, ""},
		{"throttled, nonsense", 429, map[string]string{"Retry-After": "soon"}, room.Fault{Kind: room.FaultThrottled, Reason: "HOST: throttled"}, ""},
		{"throttled, for a year", 429, map[string]string{"Retry-After": "31536000"}, room.Fault{Kind: room.FaultThrottled, Reason: "HOST: throttled", RetryAfter: time.Hour}, ""},
		{"throttled, negative", 429, map[string]string{"Retry-After": "-5"}, room.Fault{Kind: room.FaultThrottled, Reason: "HOST: throttled"}, ""},
		{"broken", 500, nil, room.Fault{Reason: "HOST answered 500 Internal Server Error"}, ""},
		{"down", 503, map[string]string{"Retry-After": "5"}, room.Fault{Kind: room.FaultUnreachable, Reason: "HOST answered 503 Service Unavailable", RetryAfter: 5 * time.Second}, ""},
		{"a status nobody knows", 599, nil, room.Fault{Reason: "HOST answered 599"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				for k, v := range c.header {
					w.Header().Set(k, v)
				}
				w.WriteHeader(c.status)
				w.Write([]byte(`{"error": "` + r.Header.Get("Authorization") + `"}`))
			})
			r, f := get(t, s.URL)
			if f == nil {
				t.Fatal("no fault")
			}
			want := strings.Replace(c.want.Reason, "HOST", strings.TrimPrefix(s.URL, "http://"), 1)
			if f.Kind != c.want.Kind || f.Reason != want || f.RetryAfter != c.want.RetryAfter || !strings.Contains(f.Hint, c.hint) {
				t.Errorf("got %+v", *f)
			}
			if r.Status != c.status || strings.Contains(r.Say(string(r.Body)), token) {
				t.Errorf("the reply says %q", r.Say(string(r.Body)))
			}
		})
	}
}

func TestARedirectStaysOnItsHost(t *testing.T) {
	login := serve(t, func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("followed to another host, with Authorization %q", r.Header.Get("Authorization"))
	})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, login.URL+"/login?from=metrics", http.StatusFound)
		case "/slash":
			http.Redirect(w, r, "/slash/", http.StatusMovedPermanently)
		case "/slash/":
			w.Write([]byte("1"))
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		}
	})
	if r, f := get(t, s.URL+"/slash"); f != nil || string(r.Body) != "1" {
		t.Errorf("a redirect on the same host: %q, %v", r.Body, f)
	}
	_, f := get(t, s.URL+"/away")
	if f == nil || f.Kind != room.FaultDenied || !strings.Contains(f.Reason, "redirects to "+strings.TrimPrefix(login.URL, "http://")+" ") || strings.Contains(f.Reason, "from=") {
		t.Errorf("away: %v", f)
	}
	if _, f := get(t, s.URL+"/round"); f == nil || !strings.Contains(f.Reason, "redirects to /round") {
		t.Errorf("in a circle: %v", f)
	}
}

func TestABodyIsBounded(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		chunk := make([]byte, 1<<20)
		for range 12 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	if _, f := get(t, s.URL); f == nil || !strings.Contains(f.Reason, "more than 10 MB") {
		t.Errorf("got %v", f)
	}
}

func TestNoWholeAnswerIsUnreachable(t *testing.T) {
	cut := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.Write([]byte(`{"a":`))
	})
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for name, c := range map[string]struct{ url, reason string }{
		"cut off": {cut.URL, "the answer was cut off"},
		"refused": {gone.URL + "/?api_key=" + token, "connection refused"},
		"no name": {"http://nobody.invalid/?api_key=" + token, "nobody.invalid"},
	} {
		if _, f := get(t, c.url); f == nil || f.Kind != room.FaultUnreachable || !strings.Contains(f.Reason, c.reason) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestAHangEndsWithTheContext(t *testing.T) {
	release := make(chan struct{})
	s := serve(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	_, err := New(nil, secret).Get(ctx, Page{URL: s.URL})
	var f *room.Fault
	if !errors.As(err, &f) || f.Kind != room.FaultUnreachable || !strings.Contains(f.Reason, "no answer within") {
		t.Errorf("got %v", err)
	}
}

func TestATokenThatCannotBeSent(t *testing.T) {
	called := false
	s := serve(t, func(http.ResponseWriter, *http.Request) { called = true })
	for name, read := range map[string]func(string, string) (string, error){
		"unset":     func(string, string) (string, error) { return "", errors.New("environment variable T is not set") },
		"empty":     func(string, string) (string, error) { return " \n", nil },
		"two lines": func(string, string) (string, error) { return token + "\nX-Other: 1", nil },
		"nobody":    nil,
	} {
		_, err := New(nil, read).Get(t.Context(), Page{URL: s.URL, TokenEnv: "T"})
		var f *room.Fault
		if !errors.As(err, &f) || f.Kind != room.FaultDenied || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if called {
		t.Error("asked without the token")
	}
}

// Twenty calls share the time: those that hang leave enough for the others, and all is over before the round's end.
func TestOneHangSpoilsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancel()
		var answered, running, most atomic.Int32
		Each(ctx, 20, func(ctx context.Context, i int) {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			if i < 10 {
				<-ctx.Done()
				return
			}
			time.Sleep(time.Millisecond)
			if ctx.Err() == nil {
				answered.Add(1)
			}
		})
		if answered.Load() != 10 || ctx.Err() != nil || most.Load() > atOnce {
			t.Errorf("%d of 10 answered, %d at once, round ended: %v", answered.Load(), most.Load(), ctx.Err())
		}
	})
}
