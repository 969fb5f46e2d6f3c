package preflight

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"tminus/model/launchfile"
	"tminus/model/room"
	"tminus/model/runbook"
)

// readBack is how far back a source is asked for a value.
const readBack = 15 * time.Minute

// Reads tries every source of a kind (prometheus, http) with one read, the way the room will read it.
func Reads(f *launchfile.File, rb *runbook.Runbook, kind string, source room.Source, now func() time.Time) []Test {
	units := make(map[string]string)
	for _, m := range f.Watched(rb) {
		units[m.ID] = m.Unit
	}
	var tests []Test
	for _, id := range slices.Sorted(maps.Keys(f.Sources)) {
		s := f.Sources[id]
		if s.Kind() != kind {
			continue
		}
		tests = append(tests, Test{
			ID: "sources/" + id, Group: "Sources", Title: id,
			Run: func(ctx context.Context) Result {
				at := now()
				q := room.Query{Monitor: id, Source: s, Period: period(s), From: at.Add(-max(readBack, 3*period(s))), To: at}
				round, err := source.Read(ctx, []room.Query{q})
				return readResult(round, err, kind, units[id])
			},
		})
	}
	return tests
}

// period is how far apart the source's points are; the room takes a minute where the file does not say.
func period(s launchfile.Source) time.Duration {
	var d runbook.Duration
	switch {
	case s.Prometheus != nil:
		d = s.Prometheus.Period
	case s.HTTP != nil:
		d = s.HTTP.Period
	}
	if d <= 0 {
		return time.Minute
	}
	return time.Duration(d)
}

func readResult(round room.Round, err error, kind, unit string) Result {
	if err == nil && len(round.Answers) != 1 {
		err = errors.New("the source did not answer the one query")
	}
	if err != nil {
		return FaultResult(err)
	}
	a := round.Answers[0]
	switch {
	case a.Err != nil:
		return FaultResult(a.Err)
	case len(a.Points) == 0:
		return Fail(fmt.Sprintf("%s answers, without a value in the last %d minutes", kind, int(readBack.Minutes())),
			"is the query right? a monitor without a value keeps the launch from being GREEN")
	}
	newest := a.Points[len(a.Points)-1]
	r := Pass("%s answers: %s at %s", kind, withUnit(newest.Value, unit), newest.At.UTC().Format(time.TimeOnly+"Z"))
	if round.Notice != "" {
		return r.Advise(round.Notice)
	}
	return r
}

func withUnit(v float64, unit string) string {
	s := strconv.FormatFloat(v, 'g', 6, 64)
	if unit == "" {
		return s
	}
	return s + " " + unit
}

// FaultResult is a failure as a source tells it: short, with its hint as the remedy.
func FaultResult(err error) Result {
	var f *room.Fault
	if !errors.As(err, &f) {
		return Fail(err.Error(), usualRemedy(room.FaultOther))
	}
	if f.Kind == room.FaultThrottled {
		return Untested(f.Reason, "try again in a minute")
	}
	if f.Hint == "" {
		return Fail(f.Reason, usualRemedy(f.Kind))
	}
	return Fail(f.Reason, f.Hint)
}

// usualRemedy is what to do where the source knows nothing better: no failure stands without something to try.
func usualRemedy(k room.FaultKind) string {
	switch k {
	case room.FaultExpired:
		return "renew the credentials"
	case room.FaultDenied:
		return "ask whoever grants access to it"
	case room.FaultMissing:
		return "correct its name in launch.yaml"
	case room.FaultUnreachable:
		return "is it up, is its address right, and does this host get through to it (proxy, firewall)?"
	}
	return "correct its entry in launch.yaml, or try again"
}
