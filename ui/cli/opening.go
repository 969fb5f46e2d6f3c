package cli

import (
	"context"
	"sync"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui"
)

// opening is a room that is being opened behind the cockpit: reading a long journal takes longer than a terminal should stay
// dark. What is asked of it waits. It is a ui.Room.
type opening struct {
	*pending
	role string // REHEARSAL: acted as; empty: none
}

// pending is what comes of the opening.
type pending struct {
	stands func()        // tells that the cockpit's first frame stands
	done   chan struct{} // closed once opened and err are known
	opened *OpenedRoom
	err    error
}

// longestWait is how long an opening waits for a first frame that does not come.
const longestWait = 100 * time.Millisecond

// open opens a room as soon as the cockpit's first frame stands, which it would hold up otherwise: reading a long journal
// keeps a small machine busy. Where the opening fails, failed is called with the reason.
func (a *app) open(ctx context.Context, r RoomRequest, failed func(error)) *opening {
	shown := make(chan struct{})
	o := &opening{pending: &pending{stands: sync.OnceFunc(func() { close(shown) }), done: make(chan struct{})}}
	go func() {
		defer close(o.done)
		select {
		case <-shown:
		case <-time.After(longestWait):
		case <-ctx.Done():
		}
		if o.opened, o.err = a.Ports.OpenRoom(ctx, r); o.err != nil {
			failed(o.err)
		}
	}()
	return o
}

// wait ends with the opening.
func (o *pending) wait() (*OpenedRoom, error) {
	<-o.done
	return o.opened, o.err
}

// room is the room once it is there. One that cannot be opened never is: the cockpit is being left because of it.
func (o *opening) room(ctx context.Context) (ui.Room, error) {
	select {
	case <-o.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if o.err != nil {
		<-ctx.Done()
		return nil, o.err
	}
	if o.role != "" {
		return o.opened.Room.As(o.role), nil
	}
	return o.opened.Room, nil
}

// through asks the room as soon as it is there.
func through[T any](ctx context.Context, o *opening, ask func(r ui.Room) (T, error)) (T, error) {
	r, err := o.room(ctx)
	if err != nil {
		var none T
		return none, err
	}
	return ask(r)
}

// tell is through for what answers nothing.
func (o *opening) tell(ctx context.Context, ask func(r ui.Room) error) error {
	_, err := through(ctx, o, func(r ui.Room) (struct{}, error) { return struct{}{}, ask(r) })
	return err
}

func (o *opening) As(role string) ui.Room { return &opening{o.pending, role} }

func (o *opening) Plan(ctx context.Context) (*screen.Plan, error) {
	return through(ctx, o, func(r ui.Room) (*screen.Plan, error) { return r.Plan(ctx) })
}

func (o *opening) Now(ctx context.Context) (*screen.Screen, error) {
	return through(ctx, o, func(r ui.Room) (*screen.Screen, error) { return r.Now(ctx) })
}

func (o *opening) At(ctx context.Context, at time.Time) (*screen.Screen, error) {
	return through(ctx, o, func(r ui.Room) (*screen.Screen, error) { return r.At(ctx, at) })
}

func (o *opening) Watch(ctx context.Context) (<-chan *screen.Screen, error) {
	return through(ctx, o, func(r ui.Room) (<-chan *screen.Screen, error) { return r.Watch(ctx) })
}

func (o *opening) Do(ctx context.Context, c launch.Command) (launch.Result, error) {
	return through(ctx, o, func(r ui.Room) (launch.Result, error) { return r.Do(ctx, c) })
}

func (o *opening) Actions(ctx context.Context) ([]launch.ActionInfo, error) {
	return through(ctx, o, func(r ui.Room) ([]launch.ActionInfo, error) { return r.Actions(ctx) })
}

func (o *opening) Entries(ctx context.Context, after int64, limit int) ([]journal.Entry, error) {
	return through(ctx, o, func(r ui.Room) ([]journal.Entry, error) { return r.Entries(ctx, after, limit) })
}

func (o *opening) Series(ctx context.Context, id string, from, to time.Time) ([]monitor.Point, error) {
	return through(ctx, o, func(r ui.Room) ([]monitor.Point, error) { return r.Series(ctx, id, from, to) })
}

func (o *opening) LogLines(ctx context.Context) ([]screen.LogLine, error) {
	return through(ctx, o, func(r ui.Room) ([]screen.LogLine, error) { return r.LogLines(ctx) })
}

func (o *opening) Document(ctx context.Context, hash string) (string, error) {
	return through(ctx, o, func(r ui.Room) (string, error) { return r.Document(ctx, hash) })
}

func (o *opening) Previews(ctx context.Context, d screen.Draft) ([]screen.Preview, error) {
	return through(ctx, o, func(r ui.Room) ([]screen.Preview, error) { return r.Previews(ctx, d) })
}

func (o *opening) SetSpeed(ctx context.Context, speed float64) error {
	return o.tell(ctx, func(r ui.Room) error { return r.SetSpeed(ctx, speed) })
}

func (o *opening) SkipToNextMark(ctx context.Context) error {
	return o.tell(ctx, func(r ui.Room) error { return r.SkipToNextMark(ctx) })
}
