package room

import (
	"context"
	"sync"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

const (
	callLimit  = 10 * time.Second // a write, from its being intended to its end
	askLimit   = 5 * time.Second  // who am I?
	lookLimit  = 10 * time.Second // a look at the outside
	lookAgain  = 2 * time.Second
	runAgain   = 500 * time.Millisecond // programs are at hand
	lastAgain  = 30 * time.Second       // looking that fails backs off up to this
	checkAgain = time.Second
	// maxRounds bounds what one turn of work records: more than any runbook has steps and parts.
	maxRounds = 200
)

// executor does outside what the state asks for, beside the room, and brings back what became of it. What is to be done is
// always derived from the journal: the executor only remembers what it is at. The room's goroutine owns it; its goroutines
// come back through ops.
type executor struct {
	started time.Time // launch time; what was intended before is of an earlier room
	ops     chan func()
	gone    chan struct{} // closed when nobody answers ops any more
	timer   *time.Timer   // fires when a job is to be gone on with
	closing bool
	jobs    map[string]*job
	begun   []*job                // calls begun since somebody last looked
	flying  map[string]bool       // calls that were sent, until what came back is journaled
	owed    []launch.CallReturned // what came back and is not journaled yet, since the journal could not be written
	flags   flagReader

	progress map[string]launch.Progress // by call
	looking  map[string]string          // by call: why looking fails
	checking map[string]string          // by screen's key
	identity string                     // why it is not known as whom calls would be made

	ctx    context.Context // of reading; a write that was sent is not cancelled
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

// job is a piece of work under way.
type job struct {
	work  launch.Work
	busy  bool
	next  time.Time     // by the wall: not before
	fails int           // errors in a row
	looks int           // since the effect can no longer come
	over  bool          // it cannot be found out here: a person has to tell
	first time.Time     // launch time of the first look
	wrong time.Time     // launch time since when what was seen is wrong
	last  string        // what was seen last
	done  chan struct{} // of a call: closed when it has come back, or could not be sent for the first time
	told  sync.Once
}

func newExecutor(s *launch.State) *executor {
	x := &executor{
		// Just after the newest entry, so that a clock that went back between two rooms hides no intent of the one before.
		started: s.Head.At.Add(1), ops: make(chan func()), gone: make(chan struct{}), timer: time.NewTimer(time.Hour),
		jobs: map[string]*job{}, flying: map[string]bool{}, flags: newFlagReader(),
		progress: map[string]launch.Progress{}, looking: map[string]string{}, checking: map[string]string{},
	}
	x.timer.Stop()
	x.ctx, x.cancel = context.WithCancel(context.Background())
	return x
}

// on has f done on the room's goroutine, and waits for it. It reports false where the room no longer answers.
func (x *executor) on(f func()) bool {
	ran := make(chan struct{})
	select {
	case x.ops <- func() { defer close(ran); f() }:
		<-ran
		return true
	case <-x.gone:
		return false
	}
}

// stopExecuting ends what only looks, and waits for writes that were sent: their outcome is journaled. What does not keep
// to its time limit is left to the next room, which finds an intent without a return.
func (r *Room) stopExecuting() {
	x := r.exec
	x.closing = true
	x.cancel()
	ended := make(chan struct{})
	go func() {
		x.wg.Wait()
		close(ended)
	}()
	limit := time.NewTimer(callLimit + time.Second)
	defer limit.Stop()
	defer close(x.gone)
	for {
		select {
		case op := <-x.ops:
			op()
			continue
		case <-ended:
		case <-limit.C:
		}
		r.payOwed()
		r.payDelivered()
		return
	}
}

// executes reports whether anything may be begun: nothing leaves where it could not be journaled.
func (r *Room) executes() bool {
	return !r.cfg.Transient && !r.exec.closing && r.begun && r.blocked == "" && r.writable()
}

// work journals what comes by itself, and begins what is to be done outside.
func (r *Room) work() {
	if !r.executes() || !r.payOwed() {
		return // tried again with the next tick
	}
	for range maxRounds {
		if !r.dueNow() || !r.beginAll() {
			break
		}
	}
	r.post()
	r.exec.wake()
}

// dueNow journals what comes by itself until nothing does, and reports whether it got there.
func (r *Room) dueNow() bool {
	for range maxRounds {
		now := r.now()
		events := r.state.Due(now)
		if len(events) == 0 {
			return true
		}
		odd := len(r.state.Oddities)
		if _, err := r.record(now, r.system(), events); err != nil || len(r.state.Oddities) > odd {
			return false
		}
	}
	return false
}

// beginAll goes on with all work that is due, and reports whether that changed the state, so that there is other work now.
func (r *Room) beginAll() bool {
	x, wall := r.exec, time.Now()
	wanted := map[string]bool{}
	for _, w := range r.state.Work(x.started) {
		key := keyOf(w)
		wanted[key] = true
		j := x.jobs[key]
		if j == nil {
			j = &job{done: make(chan struct{})}
			x.jobs[key] = j
		}
		if j.busy || j.over || wall.Before(j.next) || w.Kind != launch.WorkCheck && x.flying[w.Call.ID] {
			continue
		}
		j.work = w
		if r.goOn(j) {
			return true
		}
	}
	for key, j := range x.jobs {
		if !wanted[key] && !j.busy {
			delete(x.jobs, key)
			delete(x.checking, checkKey(j.work))
			delete(x.looking, j.work.Call.ID)
		}
	}
	return false
}

// goOn goes on with a job: beside the room, or at once where points that are at hand tell. It reports whether it changed
// the state.
func (r *Room) goOn(j *job) bool {
	switch j.work.Kind {
	case launch.WorkCall:
		if r.mustWait(j.work.Call) {
			j.next = r.pause(checkAgain)
			return false
		}
		j.busy = true
		r.exec.begun = append(r.exec.begun, j)
		b := r.bound
		r.exec.wg.Go(func() { r.call(b, j) })
	case launch.WorkLook:
		r.look(j)
	case launch.WorkFollow:
		r.follow(j)
	case launch.WorkCheck:
		return r.check(j)
	case launch.WorkStop:
		r.stop(j)
	}
	return false
}

// keyOf tells work apart. Two orders to switch flags may be of one instant.
func keyOf(w launch.Work) string {
	if w.Kind != launch.WorkCheck {
		return w.Key()
	}
	return w.Key() + " " + w.Part.Flag + " " + time.Duration(w.Attempt).String()
}

// wants reports whether work is still to be done.
func (r *Room) wants(key string) bool {
	for _, w := range r.state.Work(r.exec.started) {
		if keyOf(w) == key {
			return true
		}
	}
	return false
}

// wake sets the timer to when the next job is to be gone on with.
func (x *executor) wake() {
	var next time.Time
	for _, j := range x.jobs {
		if !j.busy && !j.over && !j.next.IsZero() && (next.IsZero() || j.next.Before(next)) {
			next = j.next
		}
	}
	if next.IsZero() {
		x.timer.Stop()
		return
	}
	x.timer.Reset(max(time.Until(next), time.Millisecond))
}

// pause is the instant by the wall at which a time of the launch's clock is over. A rehearsal that runs fast waits less.
func (r *Room) pause(d time.Duration) time.Time {
	if speed := r.cfg.Clock.Anchor().Speed; speed > 1 {
		d = max(time.Duration(float64(d)/speed), fastestTick)
	}
	return time.Now().Add(d)
}

// failed sets when a job whose looking failed is gone on with.
func (r *Room) failed(j *job) {
	j.next = r.pause(min(lookAgain<<min(j.fails, 8), lastAgain))
	j.fails++
}

// reached tells who wants to know where a call stands.
func (r *Room) reached(point string) {
	if r.cfg.Reached != nil {
		r.cfg.Reached(point)
	}
}

// happens journals what the outside shows, unless it cannot be: then it is found again.
func (r *Room) happens(events ...launch.Event) bool {
	if r.blocked != "" || r.state.ReadOnly != "" {
		return false
	}
	_, err := r.record(r.now(), r.system(), events)
	return err == nil
}

func checkKey(w launch.Work) string {
	if w.Rollback != "" {
		return w.Rollback + " " + w.Part.ID
	}
	return w.Step + " " + w.Part.ID
}

// outside adds to the facts what the executor knows.
func (x *executor) outside(f *screen.Facts) {
	f.Flags, f.Progress = x.flags.readings(), cloned(x.progress)
	f.Looking, f.Checking, f.Identity = cloned(x.looking), cloned(x.checking), x.identity
}

// cloned copies what is shown, so that a screen does not change; nil: there is nothing.
func cloned[V any](m map[string]V) map[string]V {
	if len(m) == 0 {
		return nil
	}
	c := make(map[string]V, len(m))
	for k, v := range m {
		c[k] = v
	}
	return c
}
