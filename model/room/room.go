package room

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/screen"
)

// Config is what a room is opened with.
type Config struct {
	Launch  string // a planned launch of Store
	Store   Store
	Clock   Clock   // a Pacer in a REHEARSAL; nil: the wall clock
	Company Company // REHEARSAL: the colleagues; nil: none
	Host    string
	Info    screen.RoomInfo
	Wall    func() time.Time // nil: time.Now
	// Anchors are heads that were seen outside the database: opening fails where the log that it reads disagrees with one.
	Anchors []journal.Head
	// State and Lines are what Replay returned a moment ago, under the same lock; nil: Open reads the journal itself.
	State *launch.State
	Lines []screen.Line
	// Transient rooms live for one command: no polling, no colleagues, no clock entries, and nothing outside is done.
	Transient bool

	// Ports is what reads and acts outside. With Bind they are made anew for every launch file that comes into force, on the
	// room's goroutine and without I/O; nil: they stay as they are.
	Ports
	Bind func(f *launchfile.File) Ports
	// Documents reads the launch's two files again; nil: they are nowhere known, and the launch goes on as it is.
	Documents Documents
	// Jitter is a number from 0 to 1 for the pauses between attempts; nil: a random one.
	Jitter func() float64
	// Reached is told where each call stands, "before intended" to "after returned", so that a test can end the process
	// there; nil: nobody. It is called from several goroutines.
	Reached func(point string)
}

// errClosed ends what is asked of a room that is gone.
var errClosed = errors.New("the room is closed")

// IsClosed reports whether err says that the room is gone.
func IsClosed(err error) bool { return errors.Is(err, errClosed) }

// Room owns a launch. All its methods are safe for concurrent use; what they ask is done by one goroutine in turn.
type Room struct {
	cfg   Config
	ops   chan func()
	quit  chan struct{} // closed by Close
	once  sync.Once
	done  chan struct{} // closed when the goroutine has ended
	err   error         // why it ended badly; read after done
	doors atomic.Int64  // doors made so far, to tell cockpits apart

	played playedBack

	// Owned by the goroutine.
	state   *launch.State
	lines   []screen.Line
	current *screen.Screen // the newest derivation, for contexts
	seen    time.Time      // launch time up to which colleagues and clock have acted
	begun   bool           // the start is recorded: what was missed is played, a rehearsal's clock anchored

	blocked string    // why the journal cannot be written; empty: it can
	probed  time.Time // wall time of the last try to write while blocked

	bound    *binding            // what is read and acted through now
	bindings map[string]*binding // by the hash of the launch file
	adopted  int64               // State.Adopted as of bound
	files    filesRead

	out      publisher
	visitors visitors
	poll     *poller
	exec     *executor
	aws      awsAccount
	mail     *mail
	speed    float64 // the chosen speed; a decision holds the clock at 1
	decision string
}

// Open reads the launch, checks its chain, and takes it up: from here on this process decides. ctx bounds the opening,
// not the room's life. The caller holds the database's lock, and keeps it until Done.
func Open(ctx context.Context, cfg Config) (*Room, error) {
	if cfg.Wall == nil {
		cfg.Wall = time.Now
	}
	if cfg.Clock == nil {
		cfg.Clock = wallClock{cfg.Wall}
	}
	state, lines := cfg.State, cfg.Lines
	if state == nil {
		var err error
		if state, lines, err = Replay(ctx, cfg.Store, cfg.Launch, cfg.Anchors...); err != nil {
			return nil, err
		}
	}
	_, steered := cfg.Clock.(Pacer)
	if rehearsal := state.Mode == launch.Rehearsal; steered && !rehearsal {
		return nil, fmt.Errorf("open the room of %s: its mode is %s, and only a rehearsal's clock can be steered", state.Name, state.Mode)
	}
	r := &Room{
		cfg: cfg, ops: make(chan func()), quit: make(chan struct{}), done: make(chan struct{}),
		state: state, lines: lines, seen: state.Head.At, out: newPublisher(), visitors: newVisitors(),
		speed: cfg.Clock.Anchor().Speed,
	}
	r.bind()
	r.poll = newPoller(state, r.cfg)
	r.poll.recall(ctx, cfg.Store, state, r.now())
	r.exec = newExecutor(state)
	r.mail = newMail()
	r.state.Opened = r.now()
	if !cfg.Transient {
		r.begin()
		r.compareFirst(ctx)
	}
	r.work()
	r.refresh()
	go r.run()
	return r, nil
}

// begin lets the colleagues catch up with the clock and ties a rehearsal's time to the wall's. Where the journal cannot
// be written it is tried again with every tick, and the screen says why meanwhile.
func (r *Room) begin() {
	if !r.writable() {
		return
	}
	if r.play(r.now()) != nil {
		return
	}
	if _, ok := r.cfg.Clock.(Pacer); ok && r.anchored(r.system()) != nil {
		return
	}
	r.begun = true
}

func (r *Room) run() {
	defer close(r.done)
	defer r.end()
	every := r.tickEvery()
	tick := time.NewTicker(every)
	defer tick.Stop()
	defer r.out.timer.Stop()
	defer r.exec.timer.Stop()
	for {
		select {
		case <-r.quit:
			return
		case op := <-r.ops:
			op()
		case a := <-r.poll.answers:
			r.polled(a)
		case k := <-r.poll.keep.kept:
			r.kept(k)
		case s := <-r.poll.keep.sealed:
			r.sealed(s)
		case l := <-r.poll.follow.loads:
			r.loadedWindow(l)
		case c := <-r.poll.follow.fills:
			r.filledWindow(c)
		case op := <-r.exec.ops:
			op()
			r.work()
			r.refresh()
		case <-r.exec.timer.C:
			r.work()
			r.refresh()
		case <-tick.C:
			r.tick()
		case <-r.out.timer.C:
			r.flush()
		}
		if now := r.tickEvery(); now != every {
			every = now
			tick.Reset(every)
		}
	}
}

// end closes the mailboxes, and stops a rehearsal's clock where it stands. Its goroutines have ended when it returns; a
// write that was sent is waited for, as long as it has.
func (r *Room) end() {
	r.poll.stop()
	r.stopExecuting()
	if p, ok := r.cfg.Clock.(Pacer); ok && r.begun && r.writable() {
		p.SetSpeed(0)
		r.err = r.anchored(r.system())
	}
	r.out.close()
}

// Done is closed when the room has ended; Err then says why.
func (r *Room) Done() <-chan struct{} { return r.done }

// Err is what went wrong while the room ended: nil where nothing did, and before Done.
func (r *Room) Err() error {
	select {
	case <-r.done:
		return r.err
	default:
		return nil
	}
}

// Close ends the room and waits for it. It can be called again.
func (r *Room) Close() error {
	r.once.Do(func() { close(r.quit) })
	<-r.done
	return r.err
}

// in runs f on the room's goroutine. Once f has begun it is waited for, whatever becomes of ctx: what it writes has its
// own time limit, and the caller learns whether it was recorded.
func (r *Room) in(ctx context.Context, f func()) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ran := make(chan struct{})
	select {
	case r.ops <- func() { defer close(ran); f() }:
		<-ran
		return nil
	case <-r.done:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// now is launch time, never before the newest entry.
func (r *Room) now() time.Time {
	now := r.cfg.Clock.Now().UTC()
	if now.Before(r.state.Head.At) {
		return r.state.Head.At
	}
	return now
}

// system is the room itself as an actor.
func (r *Room) system() launch.Who {
	return launch.Who{User: "tminus", UID: -1, Host: r.cfg.Host, Auth: journal.AuthSystem}
}

// wallClock is launch time outside a rehearsal.
type wallClock struct{ wall func() time.Time }

func (c wallClock) Now() time.Time      { return c.wall() }
func (wallClock) Anchor() launch.Anchor { return launch.Anchor{} }
