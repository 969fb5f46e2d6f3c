package room

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"tminus/model/launchfile"
	"tminus/model/screen"
)

// Simulated is the kind of the source that answers for every monitor of a REHEARSAL, whatever the launch file binds.
const Simulated = "rehearsal"

const (
	readLimit = 10 * time.Second // one call of a source, in wall time
	// A lane that failed is asked again after firstRetry, then after twice as long each time, up to lastRetry, in launch time.
	firstRetry = 15 * time.Second
	lastRetry  = time.Minute
	// A lane that is throttled is asked half as often, down to a quarter; calmRounds good rounds in a row raise its pace again.
	slowestPace = 4
	calmRounds  = 3
)

// lane is one way to the outside that can fail or hang without holding up the others: a source, or one host of it. It is
// asked for all of its monitors that are due in one call, one call at a time.
type lane struct {
	name   string
	kind   string // launchfile.Source.Kind, or Simulated
	source Source // nil: this program cannot read it
	busy   bool
	fails  int // whole calls in a row that failed
	calm   int // good rounds in a row
	pace   int // how many times more seldom than its monitors want; 1: as they want
	next   time.Time
	health screen.SourceHealth
	wrong  *Fault // it would be read in another account than the launch file's, and is not; nil: nothing is known against it
}

// laneName tells sources apart that fail apart: what is fetched by URL, by its host.
func laneName(s launchfile.Source) string {
	address := ""
	switch {
	case s.Prometheus != nil:
		address = s.Prometheus.URL
	case s.HTTP != nil:
		address = s.HTTP.URL
	}
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return s.Kind() + " " + u.Host
	}
	return s.Kind()
}

// answered is one round of a lane.
type answered struct {
	lane  *lane
	at    time.Time // launch time at which it was asked
	asked []*watched
	round Round
	err   error
	took  time.Duration
}

// free reports whether the lane can be asked something now.
func (l *lane) free(now time.Time) bool {
	return l.source != nil && !l.busy && l.wrong == nil && !now.Before(l.next)
}

// read makes one call within its time limit. A source that does not come back is an error like any other.
func (l *lane) read(ctx context.Context, queries []Query) (Round, error) {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	round, err := l.source.Read(ctx, queries)
	switch {
	case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		err = &Fault{Kind: FaultUnreachable, Reason: fmt.Sprintf("no answer within %s", readLimit), Err: err}
	case err == nil && len(round.Answers) != len(queries):
		err = fmt.Errorf("%d queries were answered with %d answers", len(queries), len(round.Answers))
	}
	return round, err
}

// took notes how a round went, and sets when the lane may be asked again.
func (l *lane) took(a *answered, now time.Time) {
	l.busy = false
	l.health.Took, l.health.Notice = a.took, a.round.Notice
	fault := worst(a)
	if fault == nil {
		l.health.ReadAt, l.health.Error, l.health.Hint, l.health.NextTry = now, "", "", time.Time{}
		l.fails, l.next = 0, time.Time{}
		if l.calm++; l.calm >= calmRounds && l.pace > 1 {
			l.pace, l.calm = l.pace/2, 0
		}
		l.health.Pace = shownPace(l.pace)
		return
	}
	l.calm = 0
	if fault.Kind == FaultThrottled && l.fails == 0 { // once an incident: its quick retries are no further ones
		l.pace = min(l.pace*2, slowestPace)
	}
	l.health.Error, l.health.Hint, l.health.Pace = fault.Reason, fault.Hint, shownPace(l.pace)
	if a.err == nil {
		l.health.ReadAt, l.fails, l.next = now, 0, time.Time{}
		l.health.NextTry = now.Add(firstRetry)
		return
	}
	l.next = now.Add(max(retryIn(l.fails), fault.RetryAfter))
	l.fails++
	l.health.NextTry = l.next
}

// retryIn is how long after its nth failure in a row (from 0) something is asked again.
func retryIn(n int) time.Duration { return min(firstRetry<<min(n, 8), lastRetry) }

func shownPace(pace int) int {
	if pace > 1 {
		return pace
	}
	return 0
}

// worst is the failure of the whole call, or else the first of its answers' that asks for a lower pace or for a person.
func worst(a *answered) *Fault {
	if a.err != nil {
		return faultOf(a.err)
	}
	var found *Fault
	for _, answer := range a.round.Answers {
		if answer.Err == nil {
			continue
		}
		f := faultOf(answer.Err)
		if f.Kind == FaultThrottled || f.Kind == FaultExpired || f.Kind == FaultDenied {
			return f
		}
		found = f
	}
	return found
}

func faultOf(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return &Fault{Reason: err.Error(), Err: err}
}
