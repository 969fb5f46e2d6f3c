package room

import (
	"context"
	"errors"
	"time"

	"tminus/model/launch"
)

const (
	// lookEvery is how much launch time may pass between two looks at the clock, as far as slowest and fastest allow.
	lookEvery   = 5 * time.Second
	slowestTick = time.Second
	fastestTick = 100 * time.Millisecond
	// probeEvery is how often a journal that cannot be written is tried again, and probeLimit how long one try may take.
	probeEvery = time.Second
	probeLimit = 2 * time.Second
)

// tickEvery is how often the room looks at the clock, in wall time: once a second, oftener where a rehearsal runs fast.
func (r *Room) tickEvery() time.Duration {
	speed := r.cfg.Clock.Anchor().Speed
	if speed <= 0 {
		return slowestTick
	}
	return min(max(time.Duration(float64(lookEvery)/speed), fastestTick), slowestTick)
}

// tick does what the time brings: the colleagues' deeds, the clock's own events, readings that are due.
func (r *Room) tick() {
	if r.cfg.Transient {
		return
	}
	r.probe()
	switch {
	case r.blocked != "":
	case !r.begun:
		r.begin()
	default:
		if r.play(r.now()) == nil {
			r.pace()
		}
	}
	now := r.now()
	r.watchAccount()
	if r.state.Closed == nil { // nobody wants to know any more
		r.poll.ask(now)
	}
	r.judge(now)
	r.success(now)
	r.keepOn(now)
	r.readFlags()
	r.compare()
	r.work()
	r.refresh()
}

// writable reports whether entries may be made: an entry that this program cannot read, or the launch's end, forbids it.
func (r *Room) writable() bool { return r.state.ReadOnly == "" && r.state.Closed == nil }

// play lets colleagues and clock do what they do between the last look and the instant to. Their deeds are applied one
// after the other, since each may depend on the one before, and become durable in one transaction before anybody sees
// them. Where that fails the state is read again as the journal has it, and nothing has happened.
func (r *Room) play(to time.Time) error {
	if !r.writable() || to.Before(r.seen) {
		return nil
	}
	var b batch
	if r.cfg.Company != nil && to.After(r.seen) {
		for _, d := range r.cfg.Company.Act(r.seen, to, r.present(r.seen)) {
			at := later(d.At.UTC(), r.state.Head.At)
			r.due(&b, at)
			events, err := r.decideDeed(d, at)
			if err != nil {
				continue // a colleague who may not, or comes too late, lets it be
			}
			r.stage(&b, at, d.Who, events)
		}
	}
	r.due(&b, to)
	if err := r.commit(b); err != nil {
		return err
	}
	r.seen = to
	return nil
}

// decideDeed decides what a colleague does. The simulated world answers at once, so what needs readings has them here.
func (r *Room) decideDeed(d Deed, at time.Time) ([]launch.Event, error) {
	events, err := r.state.Decide(d.Who, d.Command, at)
	if needs := new(launch.Needs); errors.As(err, &needs) {
		found, told := r.poll.reads(needs).run(context.Background())
		r.told(told)
		found.World = r.world(needs).ask(context.Background())
		d.Command.Measured = found
		events, err = r.state.Decide(d.Who, d.Command, at)
	}
	return events, err
}

// due stages what the clock does by itself.
func (r *Room) due(b *batch, now time.Time) {
	r.stage(b, now, r.system(), r.state.Due(now))
}

// probe tries a write while the journal is blocked, so that the room goes on by itself when writing works again. What
// it writes is true: the journal could be written at that time.
func (r *Room) probe() {
	wall := r.cfg.Wall()
	if r.blocked == "" || wall.Sub(r.probed) < probeEvery {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), probeLimit)
	defer cancel()
	err := r.cfg.Store.AppendRead(ctx, r.state.Name, Read{Source: "journal", At: r.now(), Outcome: "ok", Detail: "it can be written again"})
	r.probed = r.cfg.Wall()
	if err == nil {
		r.blocked = ""
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// withContext reports whether entries of a kind carry what was known: decisions and automatic firings do.
func withContext(kind string) bool {
	return kind != launch.KindAnchored && kind != launch.KindAttached && kind != launch.KindSamplesSealed
}
