// Package prometheus reads monitors from a Prometheus server, or anything else that speaks its HTTP API.
package prometheus

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tminus/integrations/webget"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/room"
)

// usualPeriod is how far apart points are where the query does not say.
const usualPeriod = time.Minute

// mostPoints is below the 11,000 that Prometheus gives of a series in one answer. A window of more than mostCalls answers
// is cut at its old end: no rule looks that far back.
const (
	mostPoints = 10_000
	mostCalls  = 10
)

// Options are what a Source needs of the outside.
type Options struct {
	Client *http.Client                               // nil: one with the usual limits
	Secret func(envName, file string) (string, error) // reads the token, at each call
}

// Source reads queries with Source.Prometheus. A point is the query's value as of an instant, on a grid of the query's
// period, so that the same instant comes again however often it is read.
type Source struct{ web *webget.Getter }

// New returns a Source.
func New(o Options) *Source { return &Source{web: webget.New(o.Client, o.Secret)} }

var _ room.Source = (*Source)(nil)

// Read answers every query on its own. Prometheus charges nothing, so Round.Metrics is 0.
func (s *Source) Read(ctx context.Context, queries []room.Query) (room.Round, error) {
	r := room.Round{Answers: make([]room.Answer, len(queries))}
	warnings := make([]string, len(queries))
	webget.Each(ctx, len(queries), func(ctx context.Context, i int) {
		r.Answers[i], warnings[i] = s.answer(ctx, queries[i])
	})
	for i, w := range warnings {
		if w != "" {
			if r.Notice != "" {
				r.Notice += "; "
			}
			r.Notice += queries[i].Monitor + ": Prometheus warns: " + w
		}
	}
	return r, nil
}

func (s *Source) answer(ctx context.Context, q room.Query) (room.Answer, string) {
	a := room.Answer{Monitor: q.Monitor}
	p := q.Source.Prometheus
	if p == nil {
		a.Err = &room.Fault{Reason: "not bound to Prometheus"}
		return a, ""
	}
	var warned string
	for _, span := range spans(q) {
		got, err := s.ask(ctx, p, span)
		if err != nil {
			// What came before the failure is not the whole window, so that none of it is told.
			return room.Answer{Monitor: q.Monitor, Err: err}, ""
		}
		for _, point := range got.points {
			if point.At.After(q.From) && !point.At.After(q.To) {
				a.Points = append(a.Points, point)
			}
		}
		a.Partial = a.Partial || got.partial
		if got.warning != "" {
			warned = got.warning
		}
	}
	return a, warned
}

// span is the instants of one call: start, start+step, … end.
type span struct {
	start, end time.Time
	step       time.Duration
}

// spans are the grid's instants in From < At <= To, in as many calls as the server's limit needs; none where the window
// holds no instant of the grid.
func spans(q room.Query) []span {
	step := q.Period
	if step <= 0 {
		step = usualPeriod
	}
	step = max(step.Truncate(time.Millisecond), time.Millisecond)
	first, last := onGrid(q.From, step).Add(step), onGrid(q.To, step)
	if oldest := last.Add(-(mostCalls*mostPoints - 1) * step); first.Before(oldest) {
		first = oldest
	}
	var all []span
	for !first.After(last) {
		end := first.Add((mostPoints - 1) * step)
		if end.After(last) {
			end = last
		}
		all = append(all, span{first, end, step})
		first = end.Add(step)
	}
	return all
}

// onGrid is the newest multiple of step since the epoch that is not after t.
func onGrid(t time.Time, step time.Duration) time.Time {
	milli := step.Milliseconds()
	at := t.UnixMilli()
	rest := ((at % milli) + milli) % milli
	return time.UnixMilli(at - rest).UTC()
}

// result is one answer of the server.
type result struct {
	points  []monitor.Point
	partial bool
	warning string
}

func (s *Source) ask(ctx context.Context, p *launchfile.Prometheus, w span) (result, error) {
	address, err := endpoint(p.URL)
	if err != nil {
		return result{}, err
	}
	values := address.Query()
	values.Set("query", p.Query)
	values.Set("start", seconds(w.start))
	values.Set("end", seconds(w.end))
	values.Set("step", strconv.FormatFloat(w.step.Seconds(), 'f', -1, 64))
	address.RawQuery = values.Encode()
	reply, err := s.web.Get(ctx, webget.Page{URL: address.String(), TokenEnv: p.TokenEnv, TokenFile: p.TokenFile})
	if err != nil {
		return result{}, explained(reply, err)
	}
	return parse(reply)
}

// endpoint is the URL of range queries below the server's.
func endpoint(base string) (*url.URL, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, &room.Fault{Reason: "the URL cannot be asked", Hint: "url takes the server's address, such as http://prometheus.example:9090"}
	}
	u.Path = strings.TrimSuffix(strings.TrimSuffix(u.Path, "/"), "/api/v1") + "/api/v1/query_range"
	u.RawPath = ""
	return u, nil
}

// seconds writes an instant exactly, as Unix seconds with milliseconds.
func seconds(t time.Time) string {
	milli := t.UnixMilli()
	return fmt.Sprintf("%d.%03d", milli/1000, milli%1000)
}
