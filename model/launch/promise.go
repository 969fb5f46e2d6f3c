package launch

import (
	"regexp"
	"strings"
	"time"
)

// promised reads from an update's text when the next one comes: its line "Next Update: 10:30 UTC", with a date where it is
// of another day. What holds no time there, such as "when there is news", promises nothing.
func promised(text string, now time.Time) (*time.Time, *Refusal) {
	line := regexp.MustCompile(`(?mi)^[\s*_>-]*next update[\s*_]*:[\s*_]*(.*)$`).FindStringSubmatch(text)
	if line == nil {
		return nil, nil
	}
	m := regexp.MustCompile(`(?:(\d{4}-\d{2}-\d{2})[ T])?\b(\d{1,2}:\d{2})(?::\d{2})?\s*([A-Za-z]*)`).FindStringSubmatch(line[1])
	if m == nil {
		return nil, nil
	}
	if zone := strings.ToUpper(m[3]); zone != "" && zone != "UTC" && zone != "Z" && zone != "GMT" && !strings.EqualFold(zone, "or") && !strings.EqualFold(zone, "at") {
		return nil, usage("the next update is at %q; expected a time in UTC, such as Next Update: %s UTC", short(strings.TrimSpace(line[1])), now.Add(15*time.Minute).Format("15:04"))
	}
	clock, err := time.Parse("15:04", m[2])
	if err != nil {
		return nil, usage("%q is no time of the day; expected Next Update: %s UTC", m[2], now.Add(15*time.Minute).Format("15:04"))
	}
	day := now.UTC().Truncate(24 * time.Hour)
	if m[1] != "" {
		if day, err = time.Parse(time.DateOnly, m[1]); err != nil {
			return nil, usage("%q is no date; expected Next Update: %s UTC", m[1], now.Add(15*time.Minute).Format("2006-01-02 15:04"))
		}
	}
	at := day.Add(time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute)
	if m[1] == "" && now.Sub(at) > 12*time.Hour {
		at = at.Add(24 * time.Hour) // just after midnight, written just before
	}
	if !at.After(now) {
		return nil, usage("the text promises the next update for %s UTC, and it is %s; write a later time in its line Next Update", at.Format("15:04"), now.Format("15:04"))
	}
	return &at, nil
}

// UpdateEvery is how often updates go out at an instant; 0: only when somebody sends one. A person's word comes first, then
// the runbook's windows, and while the launch is not GREEN the runbook's every, from the first window on.
func (s *State) UpdateEvery(now time.Time, green bool) time.Duration {
	c := s.Runbook.Communication
	begins, ok := s.updatesBegin()
	switch {
	case s.Closed != nil || s.Clock.Scrub != nil:
		return 0
	case s.Cadence != nil:
		return s.Cadence.Every
	case !ok || s.Countdown(now) < begins:
		return 0
	case !green || len(c.Cadence) == 0:
		return time.Duration(c.Every)
	}
	at := s.Countdown(now)
	for _, w := range c.Cadence {
		if at >= time.Duration(w.From) && at < time.Duration(w.Until) {
			return time.Duration(w.Every)
		}
	}
	return 0
}

// updatesBegin is when updates begin to go out by the clock: with the first window, else with the first mark of the sequence.
func (s *State) updatesBegin() (time.Duration, bool) {
	c := s.Runbook.Communication
	switch {
	case len(c.Cadence) > 0:
		return time.Duration(c.Cadence[0].From), true
	case c.Every > 0 && len(s.Runbook.Sequence.Marks) > 0:
		return time.Duration(s.Runbook.Sequence.Marks[0].At), true
	}
	return 0, false
}

// UpdateDue is when the next update has to go out: what the last one promised, or what the cadence asks for, whatever is
// sooner; zero: nothing is due.
func (s *State) UpdateDue(now time.Time, green bool) time.Time {
	if s.Closed != nil {
		return time.Time{}
	}
	var due time.Time
	sooner := func(t time.Time) {
		if !t.IsZero() && (due.IsZero() || t.Before(due)) {
			due = t
		}
	}
	last, every := s.LastUpdate(), s.UpdateEvery(now, green)
	since := s.PlannedAt
	if last != nil {
		since = last.At
		sooner(last.Next)
	}
	if s.Cadence != nil && s.Cadence.At.After(since) {
		since = s.Cadence.At
	}
	if every > 0 && (last != nil || s.Cadence != nil) {
		sooner(since.Add(every))
	}
	if begins, ok := s.updatesBegin(); ok && s.Clock.Scrub == nil && !(s.Held(now) && s.Countdown(now) < begins) {
		at, from := s.Clock.T0.Add(begins), s.Clock.Given
		switch {
		case at.Before(from) && (last == nil || last.At.Before(from)): // nobody could have kept it: it counts from then on
			sooner(from.Add(s.firstPace()))
		case !at.Before(from) && (last == nil || !last.At.After(at.Add(-soonEnough))):
			sooner(at)
		}
	}
	return due
}

// firstPace is how often updates go out when they begin by the clock.
func (s *State) firstPace() time.Duration {
	c := s.Runbook.Communication
	if c.Every > 0 || len(c.Cadence) == 0 {
		return time.Duration(c.Every)
	}
	return time.Duration(c.Cadence[0].Every)
}

// Promised is the time of the next update that the last one has promised; zero: it promised none.
func (s *State) Promised() time.Time {
	if last := s.LastUpdate(); last != nil && s.Closed == nil {
		return last.Next
	}
	return time.Time{}
}

// soonEnough is how long before updates begin by the clock one counts as the first of them.
const soonEnough = 5 * time.Minute

// NextUpdate is the time that a draft made now promises for the next update; zero: it promises none.
func (s *State) NextUpdate(now time.Time, green bool) time.Time {
	if every := s.UpdateEvery(now, green); every > 0 {
		return now.Add(every).UTC().Truncate(time.Minute)
	}
	if begins, ok := s.updatesBegin(); ok && s.Clock.Scrub == nil && s.Closed == nil && !s.Held(now) && s.Countdown(now) < begins {
		at := s.Clock.T0.Add(begins)
		if at.Sub(now) < soonEnough { // this one is the first of them
			at = at.Add(time.Duration(s.Runbook.Communication.Every))
		}
		return at.UTC().Truncate(time.Minute)
	}
	return time.Time{}
}
