package room

import (
	"reflect"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
)

const (
	scoreEvery = time.Minute      // launch time: what is missing grows by itself
	finalWait  = 15 * time.Minute // after the end of a window, or the room's start: no longer is a source that does not answer waited for
)

// success follows the window of the success criteria: its gaps are filled from the sources, what it says so far is told, and
// when it is over that goes into the journal.
func (r *Room) success(now time.Time) {
	f := r.poll.follow
	if r.state.Closed != nil {
		return
	}
	criteria := r.state.Criteria(now)
	from := r.followed(criteria)
	if !from.Equal(f.from) {
		f.begin(r.poll, from, criteria)
		f.began = now
	}
	if from.IsZero() {
		return
	}
	skipped := !f.seen.IsZero() && now.Sub(f.seen) > jump
	f.seen = now
	for _, m := range f.of {
		if m.unread {
			m.unread = false
			f.load(r.poll, m)
		}
		over := !now.Before(m.to.Add(m.due())) && !m.final
		if skipped || over || f.looked.IsZero() || now.Sub(f.looked) >= gapsEvery {
			m.gaps(f.from, now)
		}
	}
	if skipped || f.looked.IsZero() || now.Sub(f.looked) >= gapsEvery {
		f.looked = now
	}
	r.poll.fill(now)
	if f.dirty || !f.scored.Equal(now.Truncate(scoreEvery)) {
		r.score(criteria, now)
	}
}

// followed is when the window began that is to be followed; zero: none is.
func (r *Room) followed(criteria []launch.Criterion) time.Time {
	switch r.state.PhaseAt(r.now()) {
	case launch.Watching, launch.Closing:
	default:
		return time.Time{}
	}
	for _, c := range criteria {
		if c.Auto {
			return c.From
		}
	}
	return time.Time{}
}

// score computes what is known of every criterion, and journals those whose window is over.
func (r *Room) score(criteria []launch.Criterion, now time.Time) {
	f := r.poll.follow
	scores := map[string][]launch.MonitorScored{}
	var events []launch.Event
	settled := true
	whole := now.Truncate(scoreEvery) // so that the same can be told of any instant afterwards
	for _, c := range criteria {
		if !c.Auto {
			continue
		}
		told, read := f.score(r.state, c, whole)
		if told == nil {
			settled = false // the store is being read
			continue
		}
		scores[c.ID] = told
		if !r.over(c, whole) {
			continue
		}
		if ev := measurement(c, told, read); c.Measured == nil || different(c.Measured.CriterionMeasured, ev) {
			events = append(events, launch.Event{Kind: launch.KindCriterionMeasured, Data: ev})
		}
	}
	f.scores, f.scored = scores, whole
	if settled {
		f.dirty = false
	}
	if len(events) > 0 && r.begun && r.blocked == "" && r.writable() {
		if _, err := r.record(now, r.system(), events); err != nil {
			f.dirty = true // it stands on the screen, and is tried again
		}
	}
}

// over reports whether a criterion can be measured: its window is over, late points had their time, and all that was read is
// stored.
func (r *Room) over(c launch.Criterion, now time.Time) bool {
	k := &r.poll.keep
	if k.busy || len(k.reads) > 0 || k.failed {
		r.poll.follow.dirty = r.poll.follow.dirty || !now.Before(c.To)
		return false
	}
	for _, m := range r.poll.follow.of {
		end := c.To.Add(m.due())
		if now.Before(end) {
			return false
		}
		if m.history() && (!m.final || len(m.queue) > 0) && now.Before(later(end, r.poll.follow.began).Add(finalWait)) {
			return false
		}
	}
	return true
}

func measurement(c launch.Criterion, told []launch.MonitorScored, read time.Time) launch.CriterionMeasured {
	d := launch.CriterionMeasured{ID: c.ID, From: c.From, To: c.To, Monitors: told, Read: read}
	var scores []monitor.Score
	for _, m := range told {
		scores = append(scores, m.Score)
	}
	d.Verdict = monitor.Verdict(scores)
	return d
}

// different reports whether a measurement says something else than the one before.
func different(before, now launch.CriterionMeasured) bool {
	if before.Verdict != now.Verdict || len(before.Monitors) != len(now.Monitors) {
		return true
	}
	for i := range now.Monitors {
		a, b := before.Monitors[i], now.Monitors[i]
		if a.Points != b.Points || a.Failing != b.Failing || !reflect.DeepEqual(a.Value, b.Value) {
			return true
		}
	}
	return false
}

// loadedWindow takes in what was stored of a monitor. What cannot be read is tried again with the next tick.
func (r *Room) loadedWindow(l loaded) {
	f := r.poll.follow
	if !l.from.Equal(f.from) {
		return
	}
	if l.err != nil {
		l.of.unread = true
		return
	}
	l.of.loaded = true
	f.add(l.samples)
	f.dirty, f.looked = true, time.Time{}
	r.success(r.now())
	r.refresh()
}

// filledWindow takes in what a source has told of the past.
func (r *Room) filledWindow(c filled) {
	if err := r.unknownAccount(&c.answered); err != nil {
		c.err, c.round.Answers = err, nil
	}
	r.poll.takeFill(c, r.now())
	r.success(r.now())
	r.refresh()
}

// sealsWindow reports whether what the criteria were measured on is still to be sealed.
func (r *Room) sealsWindow() bool {
	for _, m := range r.state.Measured {
		if m.Read.After(r.state.Sealed.To) {
			return true
		}
	}
	return false
}
