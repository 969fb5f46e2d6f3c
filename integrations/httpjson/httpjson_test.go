package httpjson_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tminus/integrations/httpjson"
	"tminus/model/launchfile"
	"tminus/model/room"
)

const token = "s3cr3t-token-value"

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func sourceAt(now time.Time) *httpjson.Source {
	return httpjson.New(httpjson.Options{
		Secret: func(string, string) (string, error) { return token, nil }, Clock: func() time.Time { return now },
	})
}

func query(url, path string) room.Query {
	return room.Query{
		Monitor: "ticket-volume", Period: time.Minute, From: noon.Add(-10 * time.Minute), To: noon.Add(20 * time.Second),
		Source: launchfile.Source{HTTP: &launchfile.HTTPJSON{URL: url, JSON: path, TokenFile: "/run/t"}},
	}
}

func handling(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func answering(t *testing.T, body string) string {
	t.Helper()
	return handling(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, body) })
}

func read(t *testing.T, s *httpjson.Source, queries ...room.Query) []room.Answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	r, err := s.Read(ctx, queries)
	if err != nil || len(r.Answers) != len(queries) || r.Metrics != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	for _, a := range r.Answers {
		if a.Err != nil && strings.Contains(fmt.Sprint(a.Err, errors.Unwrap(a.Err)), token) {
			t.Errorf("an error repeats the token: %q", a.Err)
		}
	}
	return r.Answers
}

func TestOneReadIsOnePointAtTheNewestPeriodsEnd(t *testing.T) {
	url := handling(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			t.Errorf("Authorization: %q", r.Header.Get("Authorization"))
		}
		fmt.Fprint(w, `{"open": {"count": 12.5}}`)
	})
	for name, c := range map[string]struct {
		now, from, to time.Time
		want          string
	}{
		"now":                         {noon.Add(20 * time.Second), noon.Add(-time.Hour), noon.Add(20 * time.Second), "[{2026-11-24 12:00:00 +0000 UTC 12.5}]"},
		"read before in this period":  {noon.Add(20 * time.Second), noon, noon.Add(20 * time.Second), "[]"},
		"a period ended on the way":   {noon.Add(time.Second), noon.Add(-time.Hour), noon.Add(-time.Second), "[{2026-11-24 11:59:00 +0000 UTC 12.5}]"},
		"the past is not in the page": {noon.Add(20 * time.Second), noon.Add(-2 * time.Hour), noon.Add(-time.Hour), "[]"},
	} {
		q := query(url, "open.count")
		q.From, q.To = c.from, c.to
		a := read(t, sourceAt(c.now), q)[0]
		if got := fmt.Sprint(a.Points); a.Err != nil || got != c.want {
			t.Errorf("%s: %s, %v; want %s", name, got, a.Err, c.want)
		}
	}
}

func TestAPathLeadsToANumberOrSaysWhereItEnds(t *testing.T) {
	url := answering(t, `{"open": {"count": 3, "closed": null}, "items": [{"n": 41}, {"n": "42"}], "up": true, "huge": 1e999, "0": -0.5, "": 1}`)
	for path, want := range map[string]string{
		"open.count":   "3",
		"items.0.n":    "41",
		"0":            "-0.5",
		"open":         "open is an object; expected a number at open",
		"open.total":   `open has no "total", only closed, count; expected a number at open.total`,
		"open.count.x": "open.count is a number; expected a number at open.count.x",
		"open.closed":  "open.closed is null; expected a number at open.closed",
		"items.1.n":    "items.1.n is a text in quotes; expected a number at items.1.n",
		"items.2.n":    `items is an array of 2, without "2"; expected a number at items.2.n`,
		"items.-1":     `items is an array of 2, without "-1"; expected a number at items.-1`,
		"items":        "items is an array; expected a number at items",
		"up":           "up is true or false; expected a number at up",
		"huge":         "huge is out of range; expected a number at huge",
		"open.":        `open has no "", only closed, count; expected a number at open.`,
	} {
		a := read(t, sourceAt(noon), query(url, path))[0]
		got := ""
		var f *room.Fault
		switch {
		case errors.As(a.Err, &f):
			got = f.Reason
		case len(a.Points) == 1:
			got = fmt.Sprint(a.Points[0].Value)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestWhatIsNoDocumentSaysWhatItIs(t *testing.T) {
	for body, want := range map[string]string{
		"<html><title>Sign in</title>":   "answered HTML, not JSON: is the URL right?",
		"":                               "answered nothing; expected JSON",
		"pong":                           "answered no JSON: is the URL right?",
		`{"open": 1} {"open": 2}`:        "answered no JSON: is the URL right?",
		`{"open": {"cou`:                 "the answer is cut off: its JSON does not end",
		`[1]`:                            `the document is an array of 1, without "open"; expected a number at open`,
		`7`:                              "the document is a number; expected a number at open",
		strings.Repeat(" ", 11<<20):      "answered more than 10 MB",
		strings.Repeat("[", 1_000_000):   "answered no JSON: is the URL right?",
		"{\"" + strings.Repeat("x", 999): "the answer is cut off: its JSON does not end",
	} {
		a := read(t, sourceAt(noon), query(answering(t, body), "open"))[0]
		if a.Err == nil || !strings.Contains(a.Err.Error(), want) || len(a.Points) != 0 {
			t.Errorf("%.20q: %v", body, a.Err)
		}
	}
}

func TestADocumentIsFetchedOnceForAllWhoLookIntoIt(t *testing.T) {
	calls := 0
	url := handling(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		fmt.Fprint(w, `{"a": 1, "b": 2}`)
	})
	wrong := query("", "a")
	wrong.Source = launchfile.Source{Manual: &launchfile.Manual{}}
	got := read(t, sourceAt(noon), query(url, "a"), wrong, query(url, "b"), query(url, "c"))
	if calls != 1 || got[0].Points[0].Value != 1 || got[2].Points[0].Value != 2 || got[1].Err == nil || got[3].Err == nil {
		t.Errorf("%d calls, %+v", calls, got)
	}
}

func TestFaultsStandInTheAnswersOfTheirOwnPage(t *testing.T) {
	release := make(chan struct{})
	hangs := query(handling(t, func(http.ResponseWriter, *http.Request) { <-release }), "a")
	t.Cleanup(func() { close(release) })
	throttles := query(handling(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusTooManyRequests)
	}), "a")
	broken := query(handling(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, `{"a": 1}`)
	}), "a")
	works := query(answering(t, `{"a": 1}`), "a")
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	r, err := sourceAt(noon).Read(ctx, []room.Query{hangs, throttles, broken, works})
	if err != nil || ctx.Err() != nil {
		t.Fatalf("%v, the round's time ended: %v", err, ctx.Err())
	}
	want := []room.Fault{{Kind: room.FaultUnreachable}, {Kind: room.FaultThrottled, RetryAfter: 30 * time.Second}, {Kind: room.FaultOther}}
	for i, w := range want {
		var f *room.Fault
		if !errors.As(r.Answers[i].Err, &f) || f.Kind != w.Kind || f.RetryAfter != w.RetryAfter {
			t.Errorf("%d: %+v", i, r.Answers[i].Err)
		}
	}
	if len(r.Answers[3].Points) != 1 {
		t.Errorf("the page that works: %+v", r.Answers[3])
	}
}
