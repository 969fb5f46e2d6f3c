package room

import (
	"context"
	"time"

	"tminus/model/launch"
)

// success is what the window of the success criteria said so far at an instant, by the samples that had been read by then.
// What was measured by then stands in the journal.
func (p *Playback) success(ctx context.Context, at time.Time) (map[string][]launch.MonitorScored, error) {
	switch p.state.PhaseAt(at) {
	case launch.Watching, launch.Closing:
	default:
		return nil, nil
	}
	scores := map[string][]launch.MonitorScored{}
	f := newFollower()
	for _, c := range p.state.Criteria(at) {
		if !c.Auto || c.Measured != nil {
			continue
		}
		f.from = c.From
		for _, id := range c.Monitors {
			if err := p.follow(ctx, f, id, c, at); err != nil {
				return nil, err
			}
		}
		if told, _ := f.score(p.state, c, at.Truncate(scoreEvery)); told != nil {
			scores[c.ID] = told
		}
	}
	return scores, nil
}

// follow reads a monitor's window as it was known then.
func (p *Playback) follow(ctx context.Context, f *follower, id string, c launch.Criterion, at time.Time) error {
	m := p.state.WatchedMonitor(id)
	if m == nil || f.monitor(id) != nil {
		return nil
	}
	rehearsal := p.state.Mode == launch.Rehearsal
	w := watch(*m, p.state.File.SourceOf(id), rehearsal, nil)
	if w.lane = (&lane{kind: w.source.Kind()}); rehearsal {
		w.lane.kind = Simulated
	}
	samples, err := p.store.Samples(ctx, p.launch, id, c.From, c.To)
	if err != nil {
		return err
	}
	f.of = append(f.of, &followed{w: w, to: c.To, series: map[string][]kept{}, loaded: true})
	for _, s := range samples {
		if !s.ReadAt.After(at) {
			f.add([]Sample{s})
		}
	}
	return nil
}
