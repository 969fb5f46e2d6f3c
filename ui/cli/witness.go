package cli

import (
	"context"
	"errors"
	"sync"
	"time"

	"tminus/model/journal"
	"tminus/model/screen"
	"tminus/ui"
)

// witnessEvery is how often a head that a cockpit shows is written down outside the database.
const witnessEvery = time.Minute

// witnessed is a room whose heads are kept in the caller's own state folder, so that a tail that is cut off or rewritten
// later can be proven.
type witnessed struct {
	ui.Room
	keep *keeper
}

// Watch passes the screens on and notes their heads.
func (w *witnessed) Watch(ctx context.Context) (<-chan *screen.Screen, error) {
	plan, err := w.Room.Plan(ctx)
	if err != nil {
		return nil, err
	}
	w.keep.of(plan)
	in, err := w.Room.Watch(ctx)
	if err != nil {
		return nil, err
	}
	out := make(chan *screen.Screen, 1)
	go func() {
		defer close(out)
		for s := range in {
			w.keep.see(s.HeadFull)
			select { // latest wins: a screen that nobody fetched makes room for the newer one
			case <-out:
			default:
			}
			out <- s
		}
	}()
	return out, nil
}

// As keeps the witness when the role changes.
func (w *witnessed) As(role string) ui.Room { return &witnessed{Room: w.Room.As(role), keep: w.keep} }

// keeper writes heads, at most one a minute and the last one at the end. It is safe for concurrent use.
type keeper struct {
	witness    Witness
	id, launch string
	now        func() time.Time

	mu      sync.Mutex
	last    string
	written string
	at      time.Time
	err     error
}

// of says whose heads these are.
func (k *keeper) of(p *screen.Plan) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.id, k.launch = p.ID, p.Launch
}

func (k *keeper) see(head string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.last = head
	if k.now().Sub(k.at) >= witnessEvery {
		k.write()
	}
}

func (k *keeper) write() {
	if k.last == "" || k.last == k.written {
		return
	}
	h, err := journal.ParseHead(k.last)
	if err == nil {
		err = k.witness.Record(k.id, k.launch, h)
	}
	k.err = errors.Join(k.err, err)
	k.written, k.at = k.last, k.now()
}

// close writes the last head and returns what went wrong.
func (k *keeper) close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.write()
	return k.err
}
