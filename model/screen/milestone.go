package screen

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
)

// Achieved is what calls for an update out of turn: a phase that was completed, metrics that are as they should be, an issue
// that was resolved. It is proposed, never sent by itself.
type Achieved struct {
	Key   string    `json:"key"`
	Title string    `json:"title"`
	At    time.Time `json:"at"`
}

// milestoneFor is how long something is news.
const milestoneFor = 2 * time.Hour

// milestones are what was achieved since the last update and lately, newest last.
func (p *presenter) milestones() []Achieved {
	var list []Achieved
	add := func(key, title string, at time.Time) {
		if at.IsZero() || at.After(p.now) || p.now.Sub(at) > milestoneFor || !at.After(p.out.Updates.SinceAt) {
			return
		}
		list = append(list, Achieved{key, title, at})
	}
	if poll := p.s.CurrentPoll(); poll != nil && poll.Decided != nil && poll.Decision == launch.Go && poll.Lapsed == "" {
		add("go", "Go/no-go completed: GO", poll.Decided.At)
	}
	for i := range p.out.Steps {
		if st := &p.out.Steps[i]; st.State == launch.StepDone {
			add("step/"+st.ID, fmt.Sprintf("Step %d of %d completed: %s", st.Number, len(p.out.Steps), st.Title), p.stepEnded(st.ID))
		}
	}
	if end := p.s.WatchEnds(); !end.IsZero() {
		title := "Deployment sequence completed"
		if skipped := p.skipped(); len(skipped) > 0 {
			title += "; skipped: " + strings.Join(skipped, ", ")
		}
		add("launched", title, end.Add(-p.s.WatchFor()))
		add("watched", "Watch completed", end)
	}
	for i := range p.rb.Triggers {
		t := &p.rb.Triggers[i]
		if is := p.s.Triggers[t.ID]; is != nil && is.State == launch.TriggerStateCleared && is.Cleared != nil {
			add("cleared/"+t.ID, clearedWord(is)+": "+cmp.Or(t.Title, t.ID), is.Cleared.At)
		}
	}
	for _, b := range p.s.Rollbacks {
		if b.Completed != nil && b.Outcome == launch.RollbackDone {
			title := "Rollback completed"
			switch {
			case b.Verdict == "":
				title += "; whether it has helped is not known yet"
			case b.Verdict != launch.Recovered:
				title += "; " + b.Verdict
			}
			add("rollback/"+b.ID, title, b.Completed.At)
		}
	}
	since, title := p.allWell()
	add("metrics", title, since)
	slices.SortStableFunc(list, func(a, b Achieved) int { return a.At.Compare(b.At) })
	return list
}

// stepEnded is when the last thing of a step was done or seen.
func (p *presenter) stepEnded(id string) time.Time {
	st := p.s.Steps[id]
	if st == nil || st.Ended == nil {
		return time.Time{}
	}
	return st.Ended.At
}

// clearedWord says what it means that a trigger is cleared.
func clearedWord(t *launch.Trigger) string {
	switch {
	case strings.HasPrefix(t.Cleared.Reason, launch.ClearedWithdrawn): // it may never have been one
		return "Declared issue cleared"
	case strings.HasPrefix(t.Cleared.Reason, launch.ClearedRevised):
		return "Alarm corrected by later data"
	}
	return "Issue resolved"
}

// skipped are the titles of the sequence's steps that were skipped.
func (p *presenter) skipped() []string {
	var titles []string
	for i := range p.out.Steps {
		if st := &p.out.Steps[i]; st.State == launch.StepSkipped {
			titles = append(titles, st.Title)
		}
	}
	return titles
}

// allWell is since when every metric that is read and has limits is within them, where one was not before, and how that is
// said: with what nobody knows. Zero: that is not so, or something speaks against it.
func (p *presenter) allWell() (since time.Time, title string) {
	if !p.f.Watched || slices.ContainsFunc(p.out.Triggers, func(t Trigger) bool { return t.InForce() || t.State == TriggerPending }) {
		return time.Time{}, ""
	}
	var unknown []string
	judged, recovered := 0, false
	for i := range p.out.Monitors {
		m := &p.out.Monitors[i]
		switch {
		case m.Warning == "" && m.Critical == "": // no limit that it could be within
			continue
		case m.Source == "":
			unknown = append(unknown, m.Name+" ("+m.State.String()+")")
			continue
		case m.State != monitor.OK || m.Pending > 0:
			return time.Time{}, ""
		}
		judged++
		// The journal knows of it: it was not well once.
		if word, known := p.s.Monitors[m.ID]; known && word == monitor.OK.String() {
			recovered = true
			if m.Since.After(since) {
				since = m.Since
			}
		}
	}
	switch {
	case judged < 2 || !recovered:
		return time.Time{}, ""
	case len(unknown) == 0:
		return since, "All metrics are within their limits"
	}
	return since, "All metrics that are read are within their limits; not known: " + some(unknown)
}
