package prometheus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"tminus/integrations/webget"
	"tminus/model/monitor"
	"tminus/model/room"
)

// envelope is every answer of the HTTP API.
type envelope struct {
	Status    string `json:"status"`
	ErrorType string `json:"errorType"`
	Error     string `json:"error"`
	Data      struct {
		ResultType string          `json:"resultType"`
		Result     json.RawMessage `json:"result"`
	} `json:"data"`
	Warnings []string `json:"warnings"`
}

// series is one element of a matrix or of a vector.
type series struct {
	Values     []sample          `json:"values"`
	Value      *sample           `json:"value"`
	Histograms []json.RawMessage `json:"histograms"`
	Histogram  json.RawMessage   `json:"histogram"`
}

// sample is [unix seconds, "value"].
type sample struct {
	at    time.Time
	value float64
}

func (s *sample) UnmarshalJSON(b []byte) error {
	var pair []json.RawMessage
	if err := json.Unmarshal(b, &pair); err != nil {
		return err
	}
	if len(pair) != 2 {
		return fmt.Errorf("a sample has %d parts; expected a time and a value", len(pair))
	}
	var at float64
	var text string
	if err := errors.Join(json.Unmarshal(pair[0], &at), json.Unmarshal(pair[1], &text)); err != nil {
		return err
	}
	if math.Abs(at) > 1e12 {
		return errors.New("a sample's time is out of range")
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return errors.New("a sample's value is no number")
	}
	s.at, s.value = time.UnixMilli(int64(math.Round(at*1000))).UTC(), value
	return nil
}

// explained gives a failed call the server's own reason, where its body has one.
func explained(r webget.Reply, err error) error {
	var fault *room.Fault
	var e envelope
	if !errors.As(err, &fault) || json.Unmarshal(r.Body, &e) != nil || e.Error == "" {
		return err
	}
	better := *fault
	better.Reason = reason(r, e)
	better.Err = fault
	return &better
}

// reason is the server's error in short: "bad_data: parse error: unexpected end of input".
func reason(r webget.Reply, e envelope) string {
	if e.ErrorType == "" {
		return r.Say(e.Error)
	}
	return r.Say(e.ErrorType + ": " + e.Error)
}

// parse reads a successful answer of HTTP, which may still be an error of the API's.
func parse(r webget.Reply) (result, error) {
	if r.HTML {
		return result{}, &room.Fault{Reason: "answered HTML, not the Prometheus API: is the URL right?"}
	}
	var e envelope
	if err := json.Unmarshal(r.Body, &e); err != nil {
		return result{}, notJSON(r.Body, err)
	}
	switch e.Status {
	case "success":
	case "error":
		return result{}, &room.Fault{Reason: reason(r, e)}
	default:
		return result{}, &room.Fault{Reason: "answered JSON without the status of the Prometheus API: is the URL right?"}
	}
	points, err := values(e)
	if err != nil {
		return result{}, err
	}
	got := result{points: points}
	for _, w := range e.Warnings {
		if got.warning == "" {
			got.warning = r.Say(w)
		}
		// A "PromQL warning" is about how the query is written; any other says that a store or a shard did not answer.
		got.partial = got.partial || !strings.HasPrefix(w, "PromQL ")
	}
	return got, nil
}

func notJSON(body []byte, err error) error {
	var syntax *json.SyntaxError
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return &room.Fault{Reason: "answered nothing, not the Prometheus API: is the URL right?"}
	case errors.As(err, &syntax) && syntax.Offset >= int64(len(body)):
		return &room.Fault{Kind: room.FaultUnreachable, Reason: "the answer is cut off: its JSON does not end", Err: err}
	case errors.As(err, &syntax):
		return &room.Fault{Reason: "answered no JSON, not the Prometheus API: is the URL right?", Err: err}
	}
	return &room.Fault{Reason: "answered JSON that is not of the Prometheus API: is the URL right?", Err: err}
}

// values are the points of a matrix, a vector or a scalar, without those that are no number.
func values(e envelope) ([]monitor.Point, error) {
	var samples []sample
	switch e.Data.ResultType {
	case "matrix", "vector":
		var all []series
		if err := json.Unmarshal(e.Data.Result, &all); err != nil {
			return nil, &room.Fault{Reason: "a sample of the answer cannot be read", Err: err}
		}
		if len(all) > 1 {
			return nil, &room.Fault{Reason: fmt.Sprintf("the query yields %d series, and a monitor is one", len(all)), Hint: "aggregate it, such as sum(…) or max(…)"}
		}
		for _, s := range all {
			if len(s.Histograms) > 0 || len(s.Histogram) > 0 {
				return nil, &room.Fault{Reason: "the query yields a histogram, and a monitor is a number", Hint: "take a quantile of it, such as histogram_quantile(0.95, …)"}
			}
			samples = s.Values
			if s.Value != nil {
				samples = append(samples, *s.Value)
			}
		}
	case "scalar":
		var one sample
		if err := json.Unmarshal(e.Data.Result, &one); err != nil {
			return nil, &room.Fault{Reason: "the answer's scalar cannot be read", Err: err}
		}
		samples = []sample{one}
	case "string":
		return nil, &room.Fault{Reason: "the query yields a text, and a monitor is a number"}
	default:
		return nil, &room.Fault{Reason: "answered JSON that is not of the Prometheus API: is the URL right?"}
	}
	var points []monitor.Point
	for _, s := range samples {
		if !math.IsNaN(s.value) && !math.IsInf(s.value, 0) {
			points = append(points, monitor.Point{At: s.at, Value: s.value})
		}
	}
	return points, nil
}
