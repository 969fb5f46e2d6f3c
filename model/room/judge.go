package room

import (
	"cmp"
	"slices"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
)

// polled takes a round of readings, has its samples stored, and shows what follows: an alarm stands on the screen with
// the very round that brought it.
func (r *Room) polled(a answered) {
	if !slices.Contains(r.poll.lanes, a.lane) {
		return // it was asked by documents that are no longer in force
	}
	if r.accountOf(&a) {
		return
	}
	r.poll.take(a, r.now())
	r.judge(r.now())
	r.work()
	r.refresh()
}

// judge evaluates every monitor and trigger as of now and journals where that is another than the journal's last word.
func (r *Room) judge(now time.Time) {
	var events []launch.Event
	for _, w := range r.poll.watched {
		r.evaluate(w, now)
		if ev, changed := r.change(w); changed {
			events = append(events, ev)
		}
		for i := range w.triggers {
			if ev, changed := r.pull(w, &w.triggers[i], now); changed {
				events = append(events, ev)
			}
		}
		w.revised = nil
	}
	if len(events) == 0 || !r.begun || r.blocked != "" || !r.writable() {
		return
	}
	// A journal that cannot be written stands on the screen; the change is found again with the next tick.
	_, _ = r.record(now, r.system(), events)
}

// evaluate reads a monitor's points as of now.
func (r *Room) evaluate(w *watched, now time.Time) {
	before := w.reading
	w.eval(r.state, now)
	if w.err != nil && w.lane != nil && w.lane.source != nil {
		w.reading.NextTry = later(w.next, w.lane.next)
	}
	// The points tell since when only as far back as they are kept.
	if before.State == w.reading.State && !before.Since.IsZero() && (w.reading.Since.IsZero() || before.Since.Before(w.reading.Since)) {
		w.reading.Since = before.Since
	}
	if w.reading.Since.IsZero() && w.asked {
		w.reading.Since = now
	}
}

// eval is the verdict of the monitor's points, with what the journal adds to them: baseline and typed values.
func (w *watched) eval(s *launch.State, now time.Time) {
	w.typed(s.Values[w.spec.ID], now)
	w.spec.Baseline = baselineOf(s, w.spec.ID)
	w.reading = monitor.Eval(w.spec, w.points, w.err, now)
	w.reading.ReadAt, w.reading.Partial = w.readAt, w.partial
	w.reading.WithCounts(w.counts, w.percentile())
}

// baselineOf is a monitor's captured mean; nil: none.
func baselineOf(s *launch.State, id string) *float64 {
	if b := s.Baselines[id]; b != nil {
		return &b.Mean
	}
	return nil
}

// evalTrigger is what the monitor's points say of a trigger.
func (w *watched) evalTrigger(t *triggerRule, s *launch.State, now time.Time) verdict {
	var fired []monitor.Point
	if known := s.Triggers[t.trigger.ID]; known.InForce() && !known.Declared {
		fired = known.Points
	}
	return monitor.EvalTriggerFrom(t.rule, w.spec.Period, w.spec.Baseline, w.points, now, fired)
}

// change is the entry that a monitor's reading asks for. A monitor that was not yet asked is not judged, and that one of
// which the journal has no word is well is no news.
func (r *Room) change(w *watched) (launch.Event, bool) {
	from, known := r.state.Monitors[w.spec.ID]
	to := w.reading.State
	if !w.asked || from == to.String() || !known && !alarming(to) {
		return launch.Event{}, false
	}
	return launch.Event{Kind: launch.KindMonitorChanged, Data: launch.MonitorChanged{
		Monitor: w.spec.ID, From: from, To: to.String(), Value: w.reading.Value, Unit: w.reading.Unit, At: w.reading.At, Error: w.reading.Error,
		Revised: w.revised,
	}}, true
}

// alarming reports whether a first word on a monitor is worth an entry.
func alarming(s monitor.State) bool {
	return s == monitor.Crit || s == monitor.Warn || s == monitor.Error || s == monitor.Stale
}

// pull judges a trigger, and is the entry that it asks for: that it fires, with the very points, or that its data clear it.
// What a person declared stands until a person clears it. Where the source does not answer nothing fires anew, since
// nothing new is known; what is in force stays.
func (r *Room) pull(w *watched, t *triggerRule, now time.Time) (launch.Event, bool) {
	id := t.trigger.ID
	known := r.state.Triggers[id]
	v := w.evalTrigger(t, r.state, now)
	r.poll.verdict[id] = v
	switch {
	case !w.asked:
	case v.Firing && !known.InForce():
		return launch.Event{Kind: launch.KindTriggerFired, Data: launch.TriggerFired{
			Trigger: id, Monitor: w.spec.ID, Rule: t.text, Priority: t.trigger.Priority, Proposes: r.state.TriggerProposes(now),
			Points: v.Evidence, Unit: w.spec.Unit,
		}}, true
	case !v.Firing && v.Cleared != "" && known.InForce() && !known.Declared:
		return launch.Event{Kind: launch.KindTriggerCleared, Data: launch.TriggerCleared{
			Trigger: id, Why: cmp.Or(v.Cleared, "recovered"), Points: newest(w.points, 3),
		}}, true
	}
	return launch.Event{}, false
}

// newest are the last n points.
func newest(points []monitor.Point, n int) []monitor.Point {
	return append([]monitor.Point(nil), points[max(0, len(points)-n):]...)
}
