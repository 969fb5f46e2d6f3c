package cockpit

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui"
)

// world is a room in memory, and everything that a test may do to it. Doors to it are fakes that share it.
type world struct {
	entries []journal.Entry // of the whole journal
	mu      sync.Mutex
	now     *screen.Screen
	watches map[chan *screen.Screen]bool
	did     []launch.Command
	more    []launch.ActionInfo // beside infos()
	roles   []string            // the role of each command
	steered []string
	answer  func(c launch.Command) (launch.Result, error)
	delay   time.Duration // of Do
	down    bool
	asked   []string // questions for points and log lines, as they came
	series  func(id string, from, to time.Time) ([]monitor.Point, error)
	lines   func() ([]screen.LogLine, error)
	texts   map[string]string // documents by their hash
	plans   int               // times that the plan was read
}

func newWorld() *world {
	return &world{now: picture(time.Now()), watches: map[chan *screen.Screen]bool{},
		answer: func(c launch.Command) (launch.Result, error) { return launch.Result{Message: c.Action + " done"}, nil }}
}

// publish shows a changed copy of the screen to every watch; the newest wins.
func (w *world) publish(change func(s *screen.Screen)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := *w.now
	c.Rev++
	change(&c)
	w.now = &c
	for ch := range w.watches {
		select {
		case <-ch:
		default:
		}
		ch <- w.now
	}
}

// fall ends the room: every watch closes, and nothing answers.
func (w *world) fall() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = true
	for ch := range w.watches {
		delete(w.watches, ch)
		close(ch)
	}
}

func (w *world) rise() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = false
}

// door is a fake ui.Room.
type door struct {
	*world
	role string
}

var _ ui.Room = door{}

var errDown = errors.New("dial: connection refused")

func (d door) Plan(context.Context) (*screen.Plan, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.plans++
	return plan(), nil
}

func (d door) Now(context.Context) (*screen.Screen, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now, nil
}

func (d door) At(_ context.Context, at time.Time) (*screen.Screen, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := *d.now
	s.At = at
	return &s, nil
}

func (d door) Watch(ctx context.Context) (<-chan *screen.Screen, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down {
		return nil, errDown
	}
	ch := make(chan *screen.Screen, 1)
	s := *d.now
	s.You.As = d.role
	ch <- &s
	d.watches[ch] = true
	context.AfterFunc(ctx, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.watches[ch] {
			delete(d.watches, ch)
			close(ch)
		}
	})
	return ch, nil
}

func (d door) Do(ctx context.Context, c launch.Command) (launch.Result, error) {
	time.Sleep(d.delay)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down {
		return launch.Result{}, errDown
	}
	d.did = append(d.did, c)
	d.roles = append(d.roles, d.role)
	return d.answer(c)
}

func (d door) Actions(context.Context) ([]launch.ActionInfo, error) {
	return append(infos(), d.more...), nil
}

func (d door) Entries(_ context.Context, after int64, _ int) ([]journal.Entry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.entries[min(int(after), len(d.entries)):], nil
}

func (d door) Series(_ context.Context, id string, from, to time.Time) ([]monitor.Point, error) {
	d.mu.Lock()
	d.asked = append(d.asked, id)
	series := d.series
	d.mu.Unlock()
	if series == nil {
		return nil, nil
	}
	return series(id, from, to)
}

func (d door) Previews(_ context.Context, draft screen.Draft) ([]screen.Preview, error) {
	list := d.now.Channels(draft)
	for i := range list {
		list[i].Text = "[" + list[i].Title + "] " + draft.Text
	}
	return list, nil
}

func (d door) LogLines(context.Context) ([]screen.LogLine, error) {
	d.mu.Lock()
	d.asked = append(d.asked, "log lines")
	lines := d.lines
	d.mu.Unlock()
	if lines == nil {
		return nil, nil
	}
	return lines()
}

func (d door) Document(_ context.Context, hash string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if text, ok := d.texts[hash]; ok {
		return text, nil
	}
	return "", errors.New("no such document")
}

func (d door) As(role string) ui.Room { return door{d.world, role} }

func (d door) SetSpeed(_ context.Context, speed float64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.steered = append(d.steered, fmt.Sprint(speed))
	return nil
}

func (d door) SkipToNextMark(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.steered = append(d.steered, "skip")
	return &launch.Refusal{Message: "a decision is open", Hint: "vote first"}
}
