package prometheus_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"tminus/integrations/prometheus"
	"tminus/model/launchfile"
	"tminus/model/room"
)

const token = "s3cr3t-token-value"

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func source() *prometheus.Source {
	return prometheus.New(prometheus.Options{Secret: func(string, string) (string, error) { return token, nil }})
}

func query(url string) room.Query {
	return room.Query{
		Monitor: "error-rate", Period: time.Minute, From: noon.Add(-3*time.Minute - 10*time.Second), To: noon.Add(20 * time.Second),
		Source: launchfile.Source{Prometheus: &launchfile.Prometheus{URL: url, Query: `sum(rate(errors[5m]))`, TokenEnv: "T"}},
	}
}

func read(t *testing.T, q room.Query) (room.Answer, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	r, err := source().Read(ctx, []room.Query{q})
	if err != nil || len(r.Answers) != 1 || r.Metrics != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	for e := r.Answers[0].Err; e != nil; e = errors.Unwrap(e) {
		if strings.Contains(e.Error(), token) {
			t.Errorf("an error repeats the token: %q", e)
		}
	}
	return r.Answers[0], r.Notice
}

// answering serves one text with status 200 to every query.
func answering(t *testing.T, body string) string {
	t.Helper()
	return handling(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, body) })
}

func handling(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// The same instant comes again however often it is read, so the grid does not move with the window.
func TestPointsStandOnTheGridOfThePeriod(t *testing.T) {
	var asked []string
	url := handling(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != "/prom/api/v1/query_range" || r.Header.Get("Authorization") != "Bearer "+token {
			t.Errorf("asked %s %s", r.Method, r.URL.Path)
		}
		f := r.URL.Query()
		asked = append(asked, f.Get("query")+" "+f.Get("start")+" "+f.Get("end")+" "+f.Get("step"))
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"job":"shop"},"values":[
			[%d,"0.4"],[%d,"NaN"],[%d,"+Inf"],[%d.000,"1e-1"]]}]}}`,
			noon.Add(-3*time.Minute).Unix(), noon.Add(-2*time.Minute).Unix(), noon.Add(-time.Minute).Unix(), noon.Unix())
	})
	for _, shift := range []time.Duration{0, 25 * time.Second} {
		q := query(url + "/prom/")
		q.From, q.To = q.From.Add(-shift), q.To.Add(shift)
		a, notice := read(t, q)
		if a.Err != nil || a.Partial || notice != "" || a.Monitor != "error-rate" {
			t.Errorf("%+v, %q", a, notice)
		}
		want := "[{2026-11-24 11:57:00 +0000 UTC 0.4} {2026-11-24 12:00:00 +0000 UTC 0.1}]"
		if got := fmt.Sprint(a.Points); got != want {
			t.Errorf("points %s, want %s", got, want)
		}
	}
	want := fmt.Sprintf("sum(rate(errors[5m])) %d.000 %d.000 60", noon.Add(-3*time.Minute).Unix(), noon.Unix())
	if len(asked) != 2 || asked[0] != want || asked[1] != want {
		t.Errorf("asked %q, want twice %q", asked, want)
	}
}

func TestOnlyWhatWasAskedForIsToldEvenOfAServerThatSaysMore(t *testing.T) {
	q := query("")
	q.From, q.To = noon.Add(-time.Minute), noon
	q.Source.Prometheus.URL = answering(t, fmt.Sprintf(`{"status":"success","data":{"resultType":"matrix","result":[{"values":[[%d,"1"],[%d,"2"],[%d,"3"]]}]}}`,
		noon.Add(-time.Minute).Unix(), noon.Unix(), noon.Add(time.Minute).Unix()))
	if a, _ := read(t, q); len(a.Points) != 1 || a.Points[0].Value != 2 {
		t.Errorf("%+v", a)
	}
}

func TestAWindowWithoutAnInstantAsksNothing(t *testing.T) {
	q := query("http://127.0.0.1:1") // would be refused
	q.From, q.To = noon.Add(time.Second), noon.Add(59*time.Second)
	if a, _ := read(t, q); a.Err != nil || len(a.Points) != 0 {
		t.Errorf("%+v", a)
	}
}

// Prometheus refuses more than 11,000 points of a series.
func TestALongWindowIsReadInPieces(t *testing.T) {
	calls := 0
	q := query(handling(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		start, _ := strconv.ParseFloat(r.FormValue("start"), 64)
		end, _ := strconv.ParseFloat(r.FormValue("end"), 64)
		if n := int(end-start) + 1; n > 11000 {
			t.Errorf("%d points in one call", n)
		}
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":"matrix","result":[{"values":[[%f,"1"],[%f,"1"]]}]}}`, start, end)
	}))
	q.Period, q.From, q.To = time.Second, noon.Add(-6*time.Hour), noon
	if a, _ := read(t, q); calls != 3 || len(a.Points) != 6 || a.Points[0].At != q.From.Add(time.Second) || a.Points[5].At != noon {
		t.Errorf("%d calls, %+v", calls, a)
	}
	calls, q.From = 0, time.Time{}
	if read(t, q); calls > 10 {
		t.Errorf("a window without a start: %d calls", calls)
	}
}

func TestOtherShapesOfAValue(t *testing.T) {
	at := noon.Unix()
	for name, c := range map[string]struct {
		body string
		want int
	}{
		"vector":        {fmt.Sprintf(`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[%d,"7"]}]}}`, at), 1},
		"scalar":        {fmt.Sprintf(`{"status":"success","data":{"resultType":"scalar","result":[%d,"7"]}}`, at), 1},
		"empty matrix":  {`{"status":"success","data":{"resultType":"matrix","result":[]}}`, 0},
		"not a number":  {fmt.Sprintf(`{"status":"success","data":{"resultType":"scalar","result":[%d,"NaN"]}}`, at), 0},
		"minus the lot": {fmt.Sprintf(`{"status":"success","data":{"resultType":"vector","result":[{"value":[%d,"-Inf"]}]}}`, at), 0},
	} {
		a, _ := read(t, query(answering(t, c.body)))
		if a.Err != nil || len(a.Points) != c.want || c.want == 1 && a.Points[0].Value != 7 {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestWhatIsNoAnswerSaysWhatItIs(t *testing.T) {
	for name, c := range map[string]struct{ body, reason string }{
		"several series": {`{"status":"success","data":{"resultType":"matrix","result":[{"values":[]},{"values":[]},{"values":[]}]}}`, "the query yields 3 series"},
		"histogram":      {`{"status":"success","data":{"resultType":"matrix","result":[{"histograms":[[1,{}]]}]}}`, "histogram_quantile"},
		"text":           {`{"status":"success","data":{"resultType":"string","result":[1,"up"]}}`, "yields a text"},
		"HTML":           {"\n<!doctype html><title>Sign in</title>", "answered HTML, not the Prometheus API: is the URL right?"},
		"no JSON":        {"pong", "answered no JSON"},
		"nothing":        {"", "answered nothing"},
		"other JSON":     {`{"up": true}`, "without the status of the Prometheus API"},
		"array":          {`[1]`, "not of the Prometheus API"},
		"truncated":      {`{"status":"success","data":{"resultType":"mat`, "cut off"},
		"API error":      {`{"status":"error","errorType":"execution","error":"query timed out for ` + token + `"}`, "execution: query timed out for [token]"},
		"odd sample":     {`{"status":"success","data":{"resultType":"scalar","result":[1e300,"1"]}}`, "cannot be read"},
		"number value":   {`{"status":"success","data":{"resultType":"scalar","result":[1,1]}}`, "cannot be read"},
	} {
		a, _ := read(t, query(answering(t, c.body)))
		var f *room.Fault
		if !errors.As(a.Err, &f) || !strings.Contains(f.Error(), c.reason) || len(a.Points) != 0 {
			t.Errorf("%s: %v, %d points", name, a.Err, len(a.Points))
		}
	}
}

func TestAnErrorOfHTTPKeepsTheServersReason(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		kind   room.FaultKind
		reason string
	}{
		"bad query":   {400, `{"status":"error","errorType":"bad_data","error":"1:4: parse error: unexpected end"}`, room.FaultOther, "bad_data: 1:4: parse error: unexpected end"},
		"busy":        {503, `{"status":"error","errorType":"timeout","error":"query timed out"}`, room.FaultUnreachable, "timeout: query timed out"},
		"gateway":     {502, `<html>Bad Gateway</html>`, room.FaultUnreachable, "answered 502 Bad Gateway"},
		"throttled":   {429, ``, room.FaultThrottled, "throttled"},
		"no such way": {404, `404 page not found`, room.FaultMissing, "answered 404 Not Found"},
	} {
		a, _ := read(t, query(handling(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "3")
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		})))
		var f *room.Fault
		if !errors.As(a.Err, &f) || f.Kind != c.kind || !strings.Contains(f.Reason, c.reason) || c.status == 429 && f.RetryAfter != 3*time.Second {
			t.Errorf("%s: %+v", name, a.Err)
		}
	}
}

// A store that did not answer leaves holes; a remark on how the query is written does not.
func TestWarnings(t *testing.T) {
	const body = `{"status":"success","data":{"resultType":"matrix","result":[]},"warnings":["%s"]}`
	a, notice := read(t, query(answering(t, fmt.Sprintf(body, "store-2: connection refused"))))
	if !a.Partial || notice != "error-rate: Prometheus warns: store-2: connection refused" {
		t.Errorf("a store is away: %+v, %q", a, notice)
	}
	a, notice = read(t, query(answering(t, fmt.Sprintf(body, "PromQL warning: quantile value should be between 0 and 1"))))
	if a.Partial || !strings.Contains(notice, "quantile") {
		t.Errorf("an odd query: %+v, %q", a, notice)
	}
}

func TestAHangSpoilsNoOtherAnswer(t *testing.T) {
	release := make(chan struct{})
	hangs := query(handling(t, func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(func() { close(release) }) // runs before the server's Close, which waits for its handlers
	works := query(answering(t, fmt.Sprintf(`{"status":"success","data":{"resultType":"scalar","result":[%d,"7"]}}`, noon.Unix())))
	unbound := query("")
	unbound.Source = launchfile.Source{}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	r, err := source().Read(ctx, []room.Query{hangs, works, unbound})
	if err != nil || ctx.Err() != nil {
		t.Fatalf("%v, the round's time ended: %v", err, ctx.Err())
	}
	var f *room.Fault
	if !errors.As(r.Answers[0].Err, &f) || f.Kind != room.FaultUnreachable || len(r.Answers[1].Points) != 1 || r.Answers[2].Err == nil {
		t.Errorf("%+v", r.Answers)
	}
}
