package launchfile

import (
	"testing"
	"time"

	"tminus/model/runbook"
)

// The period that rules are checked against is the one at which a source has points.
func TestASourcesPeriod(t *testing.T) {
	long := runbook.Duration(15 * time.Minute)
	for name, tc := range map[string]struct {
		source Source
		every  time.Duration
		want   time.Duration
	}{
		"typed by hand, seldom":           {Source{Manual: &Manual{Every: long}}, time.Minute, 15 * time.Minute},
		"typed by hand":                   {Source{Manual: &Manual{}}, time.Minute, time.Minute},
		"CloudWatch keeps minutes":        {Source{CloudWatch: &CloudWatch{}}, 10 * time.Second, time.Minute},
		"CloudWatch, as it is said":       {Source{CloudWatch: &CloudWatch{Period: runbook.Duration(10 * time.Second)}}, time.Minute, 10 * time.Second},
		"Prometheus, as it is asked":      {Source{Prometheus: &Prometheus{}}, 30 * time.Second, 30 * time.Second},
		"log lines are counted by minute": {Source{Logs: &LogCount{}}, 15 * time.Second, time.Minute},
	} {
		if got := tc.source.Period(tc.every); got != tc.want {
			t.Errorf("%s: %s; want %s", name, got, tc.want)
		}
	}
}

// What an expression divides by is a count.
func TestDivides(t *testing.T) {
	for text, want := range map[string]bool{"100 * errors / requests": true, "requests - errors": false, "1 / (2 * requests)": true, "requests / 60": false} {
		e, err := ParseExpression(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Divides("requests"); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
