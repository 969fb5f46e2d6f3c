package rehearsal

import (
	"slices"
	"time"

	"tminus/model/launch"
)

// How fast metrics follow what is done, in launch time.
const (
	trafficFollows = 2 * time.Minute
	healsWithin    = 3 * time.Minute
)

// turn is an instant from which on something is so, or is not.
type turn struct {
	at time.Time
	on bool
}

// story is all that has happened so far on which metrics depend.
type story struct {
	started time.Time         // the sequence's first step; zero: it has not
	ended   time.Time         // the launch was called off; zero: it was not
	flag    []turn            // of the feature flag, oldest first
	done    map[string]turn   // by action id: since when it is done
	effects map[string]string // by monitor id: falls or rises when the flag goes off
}

// tell puts together what has happened. The caller holds mu.
func (w *World) tell() story {
	s := story{started: w.started, ended: w.ended, done: map[string]turn{}, effects: map[string]string{}}
	for id, at := range w.byHand {
		s.done[id] = turn{at, true}
	}
	for _, f := range w.flags {
		if f.Effect != nil {
			s.effects[f.Effect.Monitor] = f.Effect.Expect
		}
	}
	for i := range w.effects {
		switch e := &w.effects[i]; e.Op {
		case launch.OpPutParameter:
			for _, f := range w.flags {
				if f.SSM.Name == e.Args["name"] {
					s.flag = append(s.flag, turn{e.at, e.Args["value"] == f.SSM.On})
				}
			}
		case launch.OpRun:
			s.done[e.Part] = turn{e.at.Add(programRuns), true}
		}
	}
	if len(w.flags) > 0 {
		return s
	}
	// No flag is bound: people switch it where it is kept, as the steps say.
	if !w.started.IsZero() {
		s.flag = append(s.flag, turn{w.started, true})
	}
	if off, ok := s.done[w.flagOff]; ok && w.flagOff != "" {
		s.flag = append(s.flag, turn{off.at, false})
	}
	inOrder(s.flag)
	return s
}

// sick is how much of a fault is felt at an instant, from 0 to 1. It heals when the flag goes off, or when what cures it
// is done, and when the launch is called off; a flag that goes on again brings it back.
func (s *story) sick(f *Fault, at time.Time) float64 {
	since := at.Sub(s.started) - time.Duration(f.After)
	if s.started.IsZero() || since < 0 {
		return 0
	}
	var turns []turn
	if f.CuredBy != "" {
		if done, ok := s.done[f.CuredBy]; ok && done.at.After(s.started) {
			turns = append(turns, turn{done.at, false})
		}
	} else {
		for _, t := range s.flag {
			if !t.at.Before(s.started) {
				turns = append(turns, t)
			}
		}
	}
	if !s.ended.IsZero() {
		turns = append(turns, turn{s.ended, false})
	}
	inOrder(turns)
	return ramp(since, time.Duration(f.Over)) * level(turns, 1, healsWithin, at)
}

func inOrder(turns []turn) {
	slices.SortStableFunc(turns, func(a, b turn) int { return a.at.Compare(b.at) })
}

// level is where something stands between 0 and 1 that follows turns, each within over.
func level(turns []turn, from float64, over time.Duration, at time.Time) float64 {
	v, since, up := from, time.Time{}, from > 0
	move := func(to time.Time) {
		if since.IsZero() {
			return
		}
		d := ramp(to.Sub(since), over)
		if !up {
			d = -d
		}
		v = min(max(v+d, 0), 1)
	}
	for _, t := range turns {
		if t.at.After(at) {
			break
		}
		move(t.at)
		since, up = t.at, t.on
	}
	move(at)
	return v
}
