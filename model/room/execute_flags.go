package room

import (
	"context"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/screen"
)

// flagsEvery is how often the flags are read, so that the screen shows what they hold.
const flagsEvery = 30 * time.Second

// flagReader is what the flags held when they were read last.
type flagReader struct {
	read map[string]screen.FlagReading
	busy map[string]bool
	next map[string]time.Time // by the wall
}

func newFlagReader() flagReader {
	return flagReader{read: map[string]screen.FlagReading{}, busy: map[string]bool{}, next: map[string]time.Time{}}
}

// soon has the flags read with the next tick: a write has just come back.
func (f *flagReader) soon() { clear(f.next) }

func (f *flagReader) readings() map[string]screen.FlagReading { return cloned(f.read) }

// readFlags reads the flags that are due, each beside the room.
func (r *Room) readFlags() {
	x, b := r.exec, r.bound
	if b.Flags == nil || r.cfg.Transient || x.closing || r.state.Closed != nil {
		return
	}
	for id, flag := range r.state.File.Flags {
		if x.flags.busy[id] || time.Now().Before(x.flags.next[id]) {
			continue
		}
		x.flags.busy[id], x.flags.next[id] = true, r.pause(flagsEvery)
		x.wg.Go(func() {
			v, err := r.readFlag(b, flag)
			x.on(func() {
				if r.bound != b {
					return // the flag may be another now
				}
				x.flags.busy[id] = false
				r.flagRead(id, v, err)
			})
		})
	}
}

func (r *Room) readFlag(b *binding, flag launchfile.Flag) (launch.FlagValue, error) {
	ctx, cancel := context.WithTimeout(r.exec.ctx, lookLimit)
	defer cancel()
	return b.Flags.Flag(ctx, flag)
}

// flagRead keeps a reading for the screen. What was read before stays beside the error of a later try.
func (r *Room) flagRead(id string, v launch.FlagValue, err error) {
	if r.aws.doubt && err == nil {
		return // whose it is, is being asked; then it is read again
	}
	err = r.ofAccount(err)
	f := r.exec.flags.read[id]
	if f.Error = ""; err != nil {
		f.Error = faultOf(err).Error()
	} else {
		f.FlagValue, f.At = v, r.now()
	}
	r.exec.flags.read[id] = f
}
