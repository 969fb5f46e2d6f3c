package preflight_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/preflight"
	"tminus/model/room"
	"tminus/model/runbook"
)

func TestSumAndItsJSON(t *testing.T) {
	test := preflight.Test{ID: "clock/skew", Group: "Clock", Title: "clock skew"}
	r := preflight.Sum("shop", []preflight.Check{
		test.Ended(preflight.Pass("%d ms", 7)), test.Ended(preflight.FailWith(errors.New("no group launch; create it; then log in"))), test.Ended(preflight.Result{}),
	})
	if got, want := r.Summary(), "1 passed, 1 failed, 1 not testable"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	got, err := json.Marshal(r)
	want := `{"v":1,"launch":"shop","checks":[{"id":"clock/skew","group":"Clock","title":"clock skew","outcome":"passed","detail":"7 ms"},` +
		`{"id":"clock/skew","group":"Clock","title":"clock skew","outcome":"failed","detail":"no group launch","remedy":"create it; then log in"},` +
		`{"id":"clock/skew","group":"Clock","title":"clock skew","outcome":"not testable"}],"passed":1,"failed":1,"not_testable":1}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}

// source answers every query alike.
type source struct {
	asked  []room.Query
	answer room.Answer
	err    error
}

func (s *source) Read(_ context.Context, q []room.Query) (room.Round, error) {
	s.asked = q
	return room.Round{Answers: []room.Answer{s.answer}}, s.err
}

func TestReadsAskTheWayTheRoomWill(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	f := &launchfile.File{Sources: map[string]launchfile.Source{
		"b": {Prometheus: &launchfile.Prometheus{URL: "http://p", Query: "up", Period: runbook.Duration(10 * time.Minute)}},
		"a": {HTTP: &launchfile.HTTPJSON{}}, "c": {Prometheus: &launchfile.Prometheus{}},
	}}
	rb := &runbook.Runbook{Monitors: []runbook.Monitor{{ID: "b", Unit: "%"}}}
	s := &source{answer: room.Answer{Points: []monitor.Point{{At: now.Add(-time.Minute), Value: 1}, {At: now, Value: 0.25}}}}
	tests := preflight.Reads(f, rb, "prometheus", s, func() time.Time { return now })
	if len(tests) != 2 || tests[0].ID != "sources/b" || tests[1].ID != "sources/c" {
		t.Fatalf("%+v", tests)
	}
	if got, want := tests[0].Run(t.Context()), preflight.Pass("prometheus answers: 0.25 %% at 12:00:00Z"); got != want {
		t.Errorf("got %+v", got)
	}
	if q := s.asked[0]; q.Monitor != "b" || q.Period != 10*time.Minute || q.From != now.Add(-30*time.Minute) || q.To != now {
		t.Errorf("asked %+v", q)
	}
	for name, c := range map[string]struct {
		answer room.Answer
		err    error
		want   preflight.Outcome
	}{
		"nothing there": {want: preflight.Failed},
		"one fault":     {answer: room.Answer{Err: &room.Fault{Reason: "404", Hint: "URL?"}}, want: preflight.Failed},
		"all fails":     {err: errors.New("no"), want: preflight.Failed},
		"throttled":     {answer: room.Answer{Err: &room.Fault{Kind: room.FaultThrottled, Reason: "throttled"}}, want: preflight.NotTestable},
	} {
		s.answer, s.err = c.answer, c.err
		if got := tests[0].Run(t.Context()); got.Outcome != c.want || got.Detail == "" || got.Remedy == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
