// Package httpjson reads monitors out of JSON documents on the web: a number at a path, as it is now.
package httpjson

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"tminus/integrations/webget"
	"tminus/model/monitor"
	"tminus/model/room"
)

// usualPeriod is how far apart points are where the query does not say.
const usualPeriod = time.Minute

// Options are what a Source needs of the outside.
type Options struct {
	Client *http.Client                               // nil: one with the usual limits
	Secret func(envName, file string) (string, error) // reads the token, at each call
	Clock  func() time.Time                           // nil: the wall's
}

// Source reads queries with Source.HTTP. A document has no history: a read is one point at the newest period's end, and
// further reads within that period revise it.
type Source struct {
	web *webget.Getter
	now func() time.Time
}

// New returns a Source.
func New(o Options) *Source {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Source{web: webget.New(o.Client, o.Secret), now: o.Clock}
}

var _ room.Source = (*Source)(nil)

// Read answers every query on its own, and fetches a document once however many queries look into it.
func (s *Source) Read(ctx context.Context, queries []room.Query) (room.Round, error) {
	r := room.Round{Answers: make([]room.Answer, len(queries))}
	now := s.now()
	var pages []webget.Page
	about := make(map[webget.Page][]int) // the queries of a page
	for i, q := range queries {
		r.Answers[i].Monitor = q.Monitor
		h := q.Source.HTTP
		if h == nil {
			r.Answers[i].Err = &room.Fault{Reason: "not bound to a JSON document"}
			continue
		}
		p := webget.Page{URL: h.URL, TokenEnv: h.TokenEnv, TokenFile: h.TokenFile}
		if about[p] == nil {
			pages = append(pages, p)
		}
		about[p] = append(about[p], i)
	}
	webget.Each(ctx, len(pages), func(ctx context.Context, n int) {
		doc, err := s.document(ctx, pages[n])
		for _, i := range about[pages[n]] {
			if err != nil {
				r.Answers[i].Err = err
				continue
			}
			r.Answers[i].Points, r.Answers[i].Err = points(doc, queries[i], now)
		}
	})
	return r, nil
}

// document fetches and decodes a page, keeping its numbers as they are written.
func (s *Source) document(ctx context.Context, p webget.Page) (any, error) {
	reply, err := s.web.Get(ctx, p)
	if err != nil {
		return nil, err
	}
	if reply.HTML {
		return nil, &room.Fault{Reason: "answered HTML, not JSON: is the URL right?"}
	}
	if len(bytes.TrimSpace(reply.Body)) == 0 {
		return nil, &room.Fault{Reason: "answered nothing; expected JSON"}
	}
	d := json.NewDecoder(bytes.NewReader(reply.Body))
	d.UseNumber()
	var doc any
	err = d.Decode(&doc)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, &room.Fault{Kind: room.FaultUnreachable, Reason: "the answer is cut off: its JSON does not end", Err: err}
	}
	if err == nil {
		if _, after := d.Token(); !errors.Is(after, io.EOF) {
			err = errors.New("more follows the document")
		}
	}
	if err != nil {
		return nil, &room.Fault{Reason: "answered no JSON: is the URL right?", Err: err}
	}
	return doc, nil
}

// points is the value as one point, or none where the query does not ask for now.
func points(doc any, q room.Query, now time.Time) ([]monitor.Point, error) {
	value, err := number(doc, q.Source.HTTP.JSON)
	if err != nil {
		return nil, err
	}
	at := instant(q, now)
	if !at.After(q.From) || at.After(q.To) {
		return nil, nil
	}
	return []monitor.Point{{At: at, Value: value}}, nil
}

// instant is the end of the newest whole period. A period that ended between the query's making and its reading is the
// next one's: the query did not ask for it.
func instant(q room.Query, now time.Time) time.Time {
	period := q.Period
	if period <= 0 {
		period = usualPeriod
	}
	if late := now.Sub(q.To); late > 0 && late < period {
		now = q.To
	}
	nanos := now.UnixNano()
	return time.Unix(0, nanos-nanos%int64(period)).UTC()
}
