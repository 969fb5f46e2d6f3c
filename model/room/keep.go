package room

import (
	"context"
	"sync"
	"time"

	"tminus/model/launch"
)

const (
	maxUnkept = 100_000          // samples held back while they cannot be stored
	sealEvery = 10 * time.Minute // launch time between two seals
)

// keeper stores what was read, beside the room and in order, and seals it: an entry of the journal tells the digest of the
// samples since the last, so that they can be proven too.
type keeper struct {
	store  Store
	launch string
	kept   chan keeping
	sealed chan sealing

	busy    bool // something is being stored or digested
	samples []Sample
	reads   []Read
	last    time.Time // ReadAt of the newest samples; each round's is later than the one before
	stored  time.Time // ReadAt up to which everything is stored
	failed  bool      // the last try failed: the next tick tries again
}

// keeping is what became of storing.
type keeping struct {
	samples []Sample
	reads   []Read
	err     error
}

// sealing is the digest of the samples in (from, to].
type sealing struct {
	seal launch.SamplesSealed
	err  error
}

// stamp is the ReadAt of a round: no two share one, so that a seal up to one round leaves nothing behind.
func (k *keeper) stamp(now time.Time) time.Time {
	if !now.After(k.last) {
		now = k.last.Add(time.Nanosecond)
	}
	k.last = now
	return now
}

// put queues a round.
func (k *keeper) put(samples []Sample, read Read) {
	k.samples = append(k.samples, samples...)
	if over := len(k.samples) - maxUnkept; over > 0 {
		k.samples = append([]Sample(nil), k.samples[over:]...)
	}
	k.reads = append(k.reads, read)
}

// next stores all that is queued, unless something is being stored.
func (k *keeper) next(wg *sync.WaitGroup) {
	if k.busy || len(k.reads) == 0 {
		return
	}
	k.busy = true
	job := keeping{samples: k.samples, reads: k.reads}
	k.samples, k.reads = nil, nil
	wg.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), writeLimit)
		defer cancel()
		if len(job.samples) > 0 {
			job.err = k.store.AppendSamples(ctx, k.launch, job.samples)
		}
		for i := 0; i < len(job.reads) && job.err == nil; i++ {
			job.err = k.store.AppendRead(ctx, k.launch, job.reads[i])
		}
		k.kept <- job
	})
}

// took notes what became of storing; what could not be stored is put back to the front.
func (k *keeper) took(job keeping) {
	k.busy, k.failed = false, job.err != nil
	if job.err != nil {
		k.samples, k.reads = append(job.samples, k.samples...), append(job.reads, k.reads...)
		return
	}
	if n := len(job.samples); n > 0 {
		k.stored = job.samples[n-1].ReadAt
	}
}

// seal digests what is stored since the last seal, where that is long enough ago and nothing waits to be stored.
func (k *keeper) seal(wg *sync.WaitGroup, since launch.SamplesSealed, now time.Time, every time.Duration) {
	if k.busy || len(k.reads) > 0 || !k.stored.After(since.To) || now.Sub(since.To) < every {
		return
	}
	k.busy = true
	to := k.stored
	wg.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), writeLimit)
		defer cancel()
		s := sealing{}
		s.seal, s.err = digest(ctx, k.store, k.launch, since.To, to)
		k.sealed <- s
	})
}

func digest(ctx context.Context, store Store, name string, from, to time.Time) (launch.SamplesSealed, error) {
	samples, err := store.Unsealed(ctx, name, from, to)
	return launch.SamplesSealed{From: from, To: to, Count: len(samples), Digest: Digest(samples)}, err
}

// kept takes note of how storing went.
func (r *Room) kept(job keeping) {
	k := &r.poll.keep
	k.took(job)
	if job.err != nil {
		r.blocked = cause(job.err)
		r.probed = r.cfg.Wall()
	} else {
		k.next(&r.poll.wg)
	}
	r.refresh()
}

// sealed journals a digest. One that cannot be made or written is made again later.
func (r *Room) sealed(s sealing) {
	r.poll.keep.busy = false
	if s.err == nil && s.seal.Count > 0 && r.begun && r.blocked == "" && r.writable() && s.seal.From.Equal(r.state.Sealed.To) {
		_, _ = r.record(r.now(), r.system(), []launch.Event{{Kind: launch.KindSamplesSealed, Data: s.seal}}) // a blocked journal stands on the screen
		r.refresh()
	}
	r.poll.keep.next(&r.poll.wg)
}

// keepOn seals what is due, and tries again what could not be stored.
func (r *Room) keepOn(now time.Time) {
	k := &r.poll.keep
	if k.failed && r.blocked == "" {
		k.next(&r.poll.wg)
	}
	if r.begun && r.blocked == "" && r.writable() {
		every := sealEvery
		if r.sealsWindow() {
			every = 0
		}
		k.seal(&r.poll.wg, r.state.Sealed, now, every)
	}
}
