// Package replay is a door to a launch as it was: the same screens at any past instant, scrubbed, stepped and played. Nothing
// can be acted on through it.
package replay

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui"
)

// Player is a ui.Room whose present is an instant of the past. Its methods are safe for concurrent use.
type Player struct {
	ui.Room // what is told: a running room, or a launch of the database
	wall    func() time.Time

	mu      sync.Mutex
	from    time.Time // the launch's first entry
	to      time.Time // its newest, when the replay began
	at      time.Time // where it stands, as of since
	since   time.Time // wall time
	speed   float64   // while it plays
	playing bool
	stops   []Stop        // what can be jumped to, oldest first
	moved   chan struct{} // closed and replaced when it is steered
}

// Stop is an instant worth a look: a decision of a person, or a change for the worse.
type Stop struct {
	At   time.Time
	Seq  int64
	Kind string
}

// Speeds are those that playing can have; it begins with 60: a minute a second.
func Speeds() []float64 { return []float64{1, 2, 5, 10, 30, 60, 120, 300, 600} }

const (
	firstSpeed = 60
	// frame is how often a picture is asked for while it plays.
	frame = 250 * time.Millisecond
	// page is how many entries are asked for at a time.
	page = 1000
)

// Open reads what there is to replay and stands at an instant; zero: at the beginning.
func Open(ctx context.Context, r ui.Room, wall func() time.Time, at time.Time) (*Player, error) {
	p := &Player{Room: r, wall: wall, speed: firstSpeed, moved: make(chan struct{})}
	for after := int64(0); ; {
		entries, err := r.Entries(ctx, after, page)
		if err != nil {
			return nil, err
		}
		if len(entries) == 0 {
			break
		}
		for _, e := range entries {
			p.take(e)
			after = e.Seq
		}
	}
	if p.from.IsZero() {
		return nil, errors.New("the journal has no entry")
	}
	p.at, p.since = p.within(at), wall()
	return p, nil
}

// take notes an entry's time, and whether it is worth a stop.
func (p *Player) take(e journal.Entry) {
	if p.from.IsZero() {
		p.from = e.At
	}
	p.to = e.At
	if e.Actor.Auth != journal.AuthSystem || slices.Contains([]string{
		launch.KindTriggerFired, launch.KindMonitorChanged, launch.KindRollbackAuthorized, launch.KindRollbackCompleted,
	}, e.Kind) {
		p.stops = append(p.stops, Stop{At: e.At, Seq: e.Seq, Kind: e.Kind})
	}
}

// within keeps an instant between beginning and end.
func (p *Player) within(at time.Time) time.Time {
	switch {
	case at.Before(p.from):
		return p.from
	case at.After(p.to):
		return p.to
	}
	return at
}

// State tells where the replay stands.
func (p *Player) State() screen.Replay {
	p.mu.Lock()
	defer p.mu.Unlock()
	return screen.Replay{At: p.now(), From: p.from, To: p.to, Playing: p.playing, Speed: p.speed}
}

// now is the instant that is shown.
func (p *Player) now() time.Time {
	if !p.playing {
		return p.at
	}
	gone := max(p.wall().Sub(p.since), 0)
	return p.within(p.at.Add(time.Duration(float64(gone) * p.speed)))
}

// steer changes where it stands or how it goes, and shows that at once.
func (p *Player) steer(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at, p.since = p.now(), p.wall()
	change()
	p.at = p.within(p.at)
	close(p.moved)
	p.moved = make(chan struct{})
}

// Seek goes to an instant, Skip on or back by a span.
func (p *Player) Seek(at time.Time) { p.steer(func() { p.at = at }) }

// Skip goes on by a span, back by a negative one.
func (p *Player) Skip(by time.Duration) { p.steer(func() { p.at = p.at.Add(by) }) }

// Play goes on by itself, or stands.
func (p *Player) Play(on bool) {
	p.steer(func() {
		if p.playing = on; on && !p.at.Before(p.to) {
			p.at = p.from
		}
	})
}

// Faster takes the next speed, with by < 0 the one before.
func (p *Player) Faster(by int) {
	p.steer(func() {
		speeds := Speeds()
		i := slices.Index(speeds, p.speed)
		p.speed = speeds[min(max(i+by, 0), len(speeds)-1)]
	})
}

// Step goes to the next stop, with by < 0 to the one before, and stands there. It reports false where there is none.
func (p *Player) Step(by int) bool {
	found := false
	p.steer(func() {
		for i := range p.stops {
			s := p.stops[i]
			if by < 0 {
				s = p.stops[len(p.stops)-1-i]
			}
			if by > 0 && s.At.After(p.at) || by < 0 && s.At.Before(p.at) {
				p.at, p.playing, found = s.At, false, true
				return
			}
		}
	})
	return found
}

// Now is the picture at the instant that is shown.
func (p *Player) Now(ctx context.Context) (*screen.Screen, error) {
	is := p.State()
	s, err := p.Room.At(ctx, is.At)
	if err != nil {
		return nil, err
	}
	c := *s
	c.Replay = &is
	c.Clock.Anchor = launch.Anchor{At: is.At, Wall: p.wall()}
	if is.Playing && is.At.Before(is.To) {
		c.Clock.Anchor.Speed = is.Speed
	}
	return &c, nil
}

// Watch delivers the picture whenever the replay is steered, and four times a second while it plays. It ends with ctx, or
// where the launch cannot be read.
func (p *Player) Watch(ctx context.Context) (<-chan *screen.Screen, error) {
	first, err := p.Now(ctx)
	if err != nil {
		return nil, err
	}
	out := make(chan *screen.Screen, 1)
	out <- first
	p.mu.Lock()
	moved := p.moved
	p.mu.Unlock()
	go p.show(ctx, moved, out)
	return out, nil
}

func (p *Player) show(ctx context.Context, moved <-chan struct{}, out chan *screen.Screen) {
	defer close(out)
	tick := time.NewTicker(frame)
	defer tick.Stop()
	shown := time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-moved:
		case <-tick.C:
			if is := p.State(); !is.Playing || is.At.Equal(shown) {
				continue
			}
		}
		p.mu.Lock()
		moved = p.moved
		p.mu.Unlock()
		s, err := p.Now(ctx)
		if err != nil {
			return
		}
		shown = s.Replay.At
		select {
		case <-out: // what was not fetched is old
		default:
		}
		out <- s
	}
}

// Do refuses: what is past is past.
func (p *Player) Do(context.Context, launch.Command) (launch.Result, error) {
	return launch.Result{}, &launch.Refusal{Message: "this is a replay: nothing can be acted on", Hint: "esc leaves it"}
}

// Actions are none.
func (p *Player) Actions(context.Context) ([]launch.ActionInfo, error) { return nil, nil }

// Series are a monitor's points up to the instant that is shown.
func (p *Player) Series(ctx context.Context, id string, from, to time.Time) ([]monitor.Point, error) {
	if at := p.State().At; to.After(at) {
		to = at
	}
	if !to.After(from) {
		return nil, nil
	}
	return p.Room.Series(ctx, id, from, to)
}

// Entries are those up to the instant that is shown.
func (p *Player) Entries(ctx context.Context, after int64, limit int) ([]journal.Entry, error) {
	list, err := p.Room.Entries(ctx, after, limit)
	at := p.State().At
	return slices.DeleteFunc(list, func(e journal.Entry) bool { return e.At.After(at) }), err
}

// Previews shows nothing: what is past is not sent.
func (p *Player) Previews(context.Context, screen.Draft) ([]screen.Preview, error) {
	return nil, &launch.Refusal{Message: "this is a replay: nothing is sent from here"}
}

// LogLines are none: they are kept nowhere.
func (p *Player) LogLines(context.Context) ([]screen.LogLine, error) { return nil, nil }

// As is the same replay: nobody acts in it.
func (p *Player) As(string) ui.Room { return p }

// SetSpeed makes it play so fast.
func (p *Player) SetSpeed(context.Context, float64) error { return nil }

// SkipToNextMark goes to the next stop.
func (p *Player) SkipToNextMark(context.Context) error {
	p.Step(+1)
	return nil
}
