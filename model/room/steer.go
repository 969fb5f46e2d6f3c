package room

import (
	"context"
	"fmt"
	"time"

	"tminus/model/launch"
)

// The speeds a rehearsal may run at.
const (
	MinSpeed = 0.5
	MaxSpeed = 120
)

// A skip plays the time that it passes over in steps: none shorter than skipStep, and at most skipSteps of them.
const (
	skipStep  = 5 * time.Second
	skipSteps = 240
)

// SetSpeed makes a rehearsal's clock run faster or slower; while a decision is open the new speed waits for its end.
func (d *Door) SetSpeed(ctx context.Context, speed float64) error {
	if !(speed >= MinSpeed && speed <= MaxSpeed) {
		return &launch.Refusal{Message: fmt.Sprintf("speed %g is out of range", speed), Hint: "expected 0.5 to 120", Usage: true}
	}
	return d.steer(ctx, func(r *Room, _ Pacer) error {
		before := r.speed
		r.speed = speed
		err := r.keepPace(d.who)
		if err != nil {
			r.speed = before
		}
		return err
	})
}

// SkipToNextMark moves a rehearsal's clock to the next mark, and no further than to where a decision opens.
func (d *Door) SkipToNextMark(ctx context.Context) error {
	return d.steer(ctx, func(r *Room, p Pacer) error {
		r.pace()
		if r.decision != "" {
			return &launch.Refusal{Message: "a decision is open: " + r.decision, Hint: "take it first; meanwhile the clock runs as the wall's does"}
		}
		now := r.now()
		s := r.present(now)
		if s.Clock.HeldAt != nil {
			return &launch.Refusal{Message: "the clock is held, so no mark comes nearer", Hint: "resume it first: clock.resume"}
		}
		for _, m := range s.Next {
			if m.At.After(now.Add(time.Second)) {
				return r.skip(p, d.who, now, m.At)
			}
		}
		return &launch.Refusal{Message: "there is no mark ahead"}
	})
}

// skip plays the time up to the mark. It stops early where a person has to decide.
func (r *Room) skip(p Pacer, who launch.Who, now, mark time.Time) error {
	step := max(skipStep, mark.Sub(now)/skipSteps)
	at := now
	for at.Before(mark) {
		at = at.Add(step)
		if at.After(mark) {
			at = mark
		}
		if err := r.play(at); err != nil {
			return err
		}
		s := r.present(at)
		if s.Clock.HeldAt != nil || r.cfg.Company != nil && r.cfg.Company.Decision(s) != "" {
			break
		}
	}
	p.SkipTo(at)
	if err := r.anchored(who); err != nil {
		return err
	}
	r.pace()
	r.poll.ask(r.now())
	return nil
}

// steer does something to a rehearsal's clock on the room's goroutine.
func (d *Door) steer(ctx context.Context, do func(r *Room, p Pacer) error) error {
	var err error
	if e := d.room.in(ctx, func() {
		r := d.room
		p, ok := r.cfg.Clock.(Pacer)
		switch {
		case !ok:
			err = &launch.Refusal{Message: "the clock runs as it does", Hint: "only a rehearsal's can be steered"}
		case d.readOnly:
			err = &launch.Refusal{Message: "this cockpit only watches", Hint: "attach without --read-only to act"}
		case !r.state.Listed(d.who):
			err = &launch.Refusal{Message: d.who.User + " is not one of this launch's people", Hint: "act as a role to steer the clock"}
		case !r.writable():
			err = &launch.Refusal{Message: "the clock cannot be steered: " + orClosed(r.state.ReadOnly)}
		default:
			err = do(r, p)
			r.refresh()
		}
	}); e != nil {
		return e
	}
	return err
}

func orClosed(why string) string {
	if why == "" {
		return "the launch is closed"
	}
	return why
}

// pace slows a rehearsal's clock to the wall's while a person has to decide, and lets it run again afterwards. What
// cannot be recorded stands on the screen, and is tried again with the next tick.
func (r *Room) pace() {
	if _, ok := r.cfg.Clock.(Pacer); !ok || r.cfg.Company == nil || !r.begun || !r.writable() {
		return
	}
	r.decision = r.cfg.Company.Decision(r.present(r.now()))
	if r.blocked == "" {
		_ = r.keepPace(r.system())
	}
}

// keepPace makes the clock run at the chosen speed, or at 1 at most while a decision is open. A change that cannot be
// recorded is taken back.
func (r *Room) keepPace(who launch.Who) error {
	p, ok := r.cfg.Clock.(Pacer)
	want := r.speed
	if r.decision != "" {
		want = min(want, 1)
	}
	if !ok || p.Anchor().Speed == want {
		return nil
	}
	before := p.Anchor().Speed
	p.SetSpeed(want)
	err := r.anchored(who)
	if err != nil {
		p.SetSpeed(before)
	}
	return err
}

// anchored journals how launch time runs from here on.
func (r *Room) anchored(who launch.Who) error {
	_, err := r.record(r.now(), who, []launch.Event{{Kind: launch.KindAnchored, Data: r.cfg.Clock.Anchor()}})
	return err
}
