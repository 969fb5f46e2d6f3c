package room

import (
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
)

// polled takes a round of readings, has its samples stored, and shows what follows.
func (r *Room) polled(a answered) {
	samples, read := r.poll.take(a)
	r.poll.keep(samples, read)
	r.judge(r.now())
	r.refresh()
}

// kept takes note of how storing a round went.
func (r *Room) kept(k keeping) {
	r.poll.busy = false
	if k.err == nil {
		return
	}
	r.poll.unkept = k.samples[max(0, len(k.samples)-maxUnkept):]
	r.blocked = "readings cannot be kept: " + k.err.Error()
	r.probed = r.cfg.Wall()
	r.refresh()
}

// judge evaluates every monitor as of now and journals where its state is another than the journal's last word on it.
func (r *Room) judge(now time.Time) {
	var events []launch.Event
	for _, w := range r.poll.watched {
		before := w.reading
		w.reading = monitor.Eval(w.spec, w.points, w.err, now)
		w.reading.ReadAt = w.readAt
		if w.reading.Since.IsZero() && before.State == w.reading.State {
			w.reading.Since = before.Since
		}
		if w.reading.Since.IsZero() && w.asked {
			w.reading.Since = now
		}
		if ev, changed := r.change(w); changed {
			events = append(events, ev)
		}
	}
	if len(events) == 0 || !r.begun || r.blocked != "" || !r.writable() {
		return
	}
	// A journal that cannot be written stands on the screen; the change is found again with the next tick.
	_, _ = r.record(now, r.system(), events)
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
	}}, true
}

// alarming reports whether a first word on a monitor is worth an entry.
func alarming(s monitor.State) bool {
	return s == monitor.Crit || s == monitor.Warn || s == monitor.Error || s == monitor.Stale
}
