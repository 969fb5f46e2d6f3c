package launch

import (
	"slices"
	"time"

	"tminus/model/runbook"
)

// CheckinState is where a role's check-ins stand at an instant.
type CheckinState string

// The states of check-ins.
const (
	CheckinAhead   CheckinState = "ahead"   // the first one is not open yet
	CheckinDue     CheckinState = "due"     // one is to be made by the end of its interval
	CheckinOverdue CheckinState = "overdue" // at least one interval has passed without one
	CheckinMade    CheckinState = "made"    // the one of this interval was made
	CheckinOver    CheckinState = "over"    // T-0 has come: the launch day's own cadence goes on
)

// CheckinAt is the one line that a role's check-ins come to at an instant, however many of them were missed.
type CheckinAt struct {
	Role      string
	Day       runbook.Mark // the day of the timeline that asks for them
	Frequency runbook.Frequency
	State     CheckinState
	By        time.Time // due, overdue: when the present interval ends
	Next      time.Time // when the next one opens; zero: none comes
	Missed    int       // intervals that have passed without one, since the newest
	Since     time.Time // overdue: when the first of those had passed
	Last      *Checkin  // the newest; nil: none
}

// Open reports whether a check-in is to be made.
func (c CheckinAt) Open() bool { return c.State == CheckinDue || c.State == CheckinOverdue }

// checkinSpan is the time during which a day of the timeline asks a role to check in, cut into intervals: one check-in is due by
// the end of each.
type checkinSpan struct {
	day        runbook.Mark
	frequency  runbook.Frequency
	start, end time.Time
}

func (p checkinSpan) every() time.Duration { return time.Duration(p.frequency.Every) }

// count is how many intervals there are, the last one possibly short.
func (p checkinSpan) count() int { return int((p.end.Sub(p.start) + p.every() - 1) / p.every()) }

// opens and closes are the ends of an interval, which is counted from 0.
func (p checkinSpan) opens(k int) time.Time { return p.start.Add(time.Duration(k) * p.every()) }

func (p checkinSpan) closes(k int) time.Time {
	if at := p.opens(k + 1); at.Before(p.end) {
		return at
	}
	return p.end
}

// passed is how many intervals have opened and passed by an instant.
func (p checkinSpan) passed(at time.Time) int {
	switch {
	case !at.Before(p.end):
		return p.count()
	case at.Before(p.start):
		return 0
	}
	return int(at.Sub(p.start) / p.every())
}

// after is the first interval that opens later than an instant.
func (p checkinSpan) after(at time.Time) int {
	if at.Before(p.start) {
		return 0
	}
	return min(int(at.Sub(p.start)/p.every())+1, p.count())
}

// checkinSpans are a role's, in order of time: each runs from its day's mark to the role's next day, the last to T-0. A day
// that names no interval (continuous, real-time) ends the one before and asks for no check-ins.
func (s *State) checkinSpans(role string) []checkinSpan {
	var all []checkinSpan
	for _, day := range s.Runbook.Timeline {
		for _, r := range day.Roles {
			if r.Role == role && day.At < 0 {
				all = append(all, checkinSpan{day: day.At, frequency: r.Frequency, start: day.At.Time(s.Clock.T0)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b checkinSpan) int { return a.start.Compare(b.start) })
	for i := range all {
		all[i].end = s.Clock.T0
		if i+1 < len(all) {
			all[i].end = all[i+1].start
		}
	}
	return slices.DeleteFunc(all, func(p checkinSpan) bool { return p.frequency.Every <= 0 || !p.start.Before(p.end) })
}

// checkinRoles are the roles that the timeline asks to check in, in the runbook's order.
func (s *State) checkinRoles() []string {
	var roles []string
	for i := range s.Runbook.Roles {
		if id := s.Runbook.Roles[i].ID; len(s.checkinSpans(id)) > 0 {
			roles = append(roles, id)
		}
	}
	return roles
}

// CheckinsAt tells the check-ins of every role that has any: one line a role, derived from the runbook in force, T-0 and the
// newest check-ins alone. A clock that stands moves none of them; intervals that began before the launch was planned were
// never missed.
func (s *State) CheckinsAt(now time.Time) []CheckinAt {
	var all []CheckinAt
	for _, role := range s.checkinRoles() {
		all = append(all, s.checkinAt(role, now))
	}
	return all
}

func (s *State) checkinAt(role string, now time.Time) CheckinAt {
	spans, stands := s.checkinSpans(role), s.clockStands(now)
	c := CheckinAt{Role: role, State: CheckinOver, Last: s.Checkins[role]}
	if len(spans) == 0 {
		return c
	}
	c.Day, c.Frequency = spans[len(spans)-1].day, spans[len(spans)-1].frequency
	if s.Closed != nil || s.Clock.Scrub != nil || !stands.Before(spans[len(spans)-1].end) {
		return c
	}
	i := slices.IndexFunc(spans, func(p checkinSpan) bool { return stands.Before(p.end) })
	c.Day, c.Frequency, c.State = spans[i].day, spans[i].frequency, CheckinAhead
	if !stands.Before(spans[i].start) {
		k := spans[i].passed(stands)
		c.State, c.By = CheckinDue, spans[i].closes(k)
		if c.Last != nil && !c.Last.At.Before(spans[i].opens(k)) {
			c.State, c.By = CheckinMade, time.Time{}
		}
		switch {
		case k+1 < spans[i].count():
			c.Next = spans[i].opens(k + 1)
		case i+1 < len(spans):
			c.Next = spans[i+1].start
		}
	} else {
		c.Next = spans[i].start
	}
	if c.State == CheckinDue {
		c.missed(spans[:i+1], s.PlannedAt, stands)
	}
	return c
}

// missed counts what has passed since the newest check-in.
func (c *CheckinAt) missed(spans []checkinSpan, planned, stands time.Time) {
	for _, p := range spans {
		first := p.after(planned.Add(-1)) // one that opened as the launch was planned counts
		if c.Last != nil {
			first = max(first, p.after(c.Last.At))
		}
		if n := p.passed(stands) - first; n > 0 {
			c.Missed += n
			if c.Since.IsZero() {
				c.Since = p.closes(first)
			}
		}
	}
	if c.Missed > 0 {
		c.State = CheckinOverdue
	}
}
