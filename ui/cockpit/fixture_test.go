package cockpit

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/runbook"
	"tminus/model/screen"
	"tminus/ui"
)

// picture is a launch a quarter of an hour before T-0, which is 12:43 after now.
func picture(now time.Time) *screen.Screen {
	item := func(id, text string, done bool) screen.Item {
		it := screen.Item{ID: id, Text: text}
		if done {
			it.State, it.By = launch.ItemChecked, &screen.By{User: "eng-lead", At: now.Add(-time.Hour)}
		}
		return it
	}
	value, spark := 0.04, []*float64{}
	for i := range 20 {
		v := float64(i%5) / 100
		spark = append(spark, &v)
	}
	s := &screen.Screen{
		Rev: 1, At: now, Launch: "checkout-v2", Title: "New checkout", Mode: launch.Live, Phase: launch.Countdown, Status: screen.Green,
		Clock: screen.Clock{T0: now.Add(12*time.Minute + 43*time.Second)},
		Todo:  screen.Todo{Text: "Monitoring: Baseline metrics captured", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead", Action: "item.check", Target: "monitoring/baseline", Yours: true},
		Checklist: screen.Checklist{Done: 2, Of: 4, Areas: []screen.Area{{ID: "technical", Title: "Technical Readiness", Sections: []screen.Section{
			{ID: "monitoring", Title: "Monitoring", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead", Verification: "Test alerts", Required: true, Done: 2, Items: []screen.Item{
				item("monitoring/dashboards", "CloudWatch dashboards configured", true), item("monitoring/custom", "Custom metrics implemented", true),
				item("monitoring/alerts", "Alerts tested", false), item("monitoring/baseline", "Baseline metrics captured", false),
			}},
		}}}},
		Poll: screen.Poll{State: "GO", Go: 2, Of: 2, Votes: []screen.Vote{
			{Role: "engineering-lead", Title: "Engineering Lead", Short: "EL", Person: "eng-lead", Vote: launch.Go}, {Role: "product-owner", Title: "Product Owner", Short: "PO", Person: "product", Vote: launch.Go},
		}},
		RACI:    screen.RACI{Activity: "Deployment", Rows: []screen.RACIRow{{Letters: "R/A", Role: "Engineering Lead", Short: "EL", Person: "eng-lead", Contact: "@eng-lead", Online: true}, {Letters: "I", Role: "Product Owner", Short: "PO", Person: "product"}}},
		People:  []screen.PersonView{{User: "eng-lead", Roles: []string{"engineering-lead"}, Online: true}, {User: "product", Roles: []string{"product-owner"}, Online: true}},
		Entries: 142, Head: "142:9c41d07be2a35f10", HeadFull: "142:9c41d07be2a35f10", Room: &screen.RoomInfo{PID: 7, User: "eng-lead"},
		You: screen.You{User: "eng-lead", Roles: []string{"engineering-lead"}, Listed: true},
	}
	s.Next = append(s.Next, screen.NextMark{At: s.Clock.T0.Add(-10 * time.Minute), Label: "T-10m", Title: "Final health check", Owner: "EL"}, screen.NextMark{At: s.Clock.T0, Label: "T-0", Title: "Launch start", Owner: "EL"})
	for i := range 9 {
		s.Monitors = append(s.Monitors, screen.Monitor{
			Reading: monitor.Reading{ID: fmt.Sprintf("m%d", i), State: monitor.OK, Value: &value, Unit: "%", At: now.Add(-30 * time.Second), ReadAt: now, Recent: spark},
			Name:    fmt.Sprintf("Monitor %d", i), Group: "system", Owner: "Engineering Lead", Short: "EL", Warning: "> 0.1%", Critical: "> 0.5%", Source: "cloudwatch",
		})
	}
	for i := range 20 {
		s.Recent = append(s.Recent, screen.Line{Seq: int64(123 + i), At: now.Add(time.Duration(i-20) * time.Minute), Who: "eng-lead", Kind: "item.checked", Text: "checked Alerts tested", Human: true})
	}
	return s
}

func plan() *screen.Plan {
	return &screen.Plan{Launch: "checkout-v2", Mode: launch.Live, Runbook: &runbook.Runbook{Roles: []runbook.Role{
		{ID: "engineering-lead", Title: "Engineering Lead", Short: "EL"}, {ID: "product-owner", Title: "Product Owner", Short: "PO"},
	}}}
}

func infos() []launch.ActionInfo {
	id := launch.ArgInfo{Name: "id", Help: "which", Required: true}
	why := launch.ArgInfo{Name: "reason", Help: "why", Required: true}
	return []launch.ActionInfo{
		{Name: "item.check", Title: "Tick a checklist item", Args: []launch.ArgInfo{id}},
		{Name: "section.sign-off", Title: "Sign a section off", Args: []launch.ArgInfo{{Name: "id", Required: true, Choices: []string{"monitoring"}}, {Name: "evidence", Required: true}}},
		{Name: "poll.vote", Title: "Vote", WhyNot: "the go/no-go is not open", Args: []launch.ArgInfo{{Name: "vote", Required: true, Choices: []string{"GO", "NO-GO"}}, why}},
		{Name: "clock.hold", Title: "Hold the clock", Args: []launch.ArgInfo{why}},
		{Name: "clock.resume", Title: "Resume the clock", Args: []launch.ArgInfo{{Name: "mode", Choices: []string{"move", "keep"}}}},
		{Name: "note.add", Title: "Write a note", Args: []launch.ArgInfo{{Name: "text", Required: true}}},
		{Name: "undo", Title: "Take back your own last entry"},
	}
}

// world is a room in memory, and everything that a test may do to it. Doors to it are fakes that share it.
type world struct {
	mu      sync.Mutex
	now     *screen.Screen
	watches map[chan *screen.Screen]bool
	did     []launch.Command
	roles   []string // the role of each command
	steered []string
	answer  func(c launch.Command) (launch.Result, error)
	delay   time.Duration // of Do
	down    bool
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

func (d door) Plan(context.Context) (*screen.Plan, error) { return plan(), nil }

func (d door) Now(context.Context) (*screen.Screen, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now, nil
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

func (d door) Actions(context.Context) ([]launch.ActionInfo, error) { return infos(), nil }

func (d door) Entries(context.Context, int64, int) ([]journal.Entry, error) { return nil, nil }

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

// hand drives a model by hand: messages in, commands run at once and their answers fed back, until nothing moves. It
// lives in a synctest bubble, so what waits for time or for a screen simply waits.
type hand struct {
	t       *testing.T
	app     *App
	answers chan tea.Msg
	quit    bool
}

// withHand runs a test with a model of 120 by 40 cells on a room in memory.
func withHand(t *testing.T, change func(c *Config, w *world), test func(h *hand, w *world)) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		cfg := Config{Room: door{world: w}}
		if change != nil {
			change(&cfg, w)
		}
		h := &hand{t: t, app: New(cfg), answers: make(chan tea.Msg, 1024)}
		h.run(h.app.Init())
		h.send(tea.WindowSizeMsg{Width: 120, Height: 40})
		test(h, w)
		<-h.app.crew.leave()
		time.Sleep(time.Minute) // what waits for time ends
	})
}

func (h *hand) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() { h.answers <- cmd() }()
	h.settle()
}

// settle feeds answers back until every goroutine waits.
func (h *hand) settle() {
	for {
		synctest.Wait()
		select {
		case msg := <-h.answers:
			h.feed(msg)
		default:
			return
		}
	}
}

func (h *hand) feed(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			if c != nil {
				go func() { h.answers <- c() }()
			}
		}
	case tea.QuitMsg:
		h.quit = true
	default:
		_, cmd := h.app.Update(msg)
		h.app.View()
		if cmd != nil {
			go func() { h.answers <- cmd() }()
		}
	}
}

func (h *hand) send(msg tea.Msg) {
	h.t.Helper()
	h.feed(msg)
	h.settle()
}

// wait lets time pass.
func (h *hand) wait(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(50*time.Millisecond, time.Until(end)))
		h.settle()
	}
}

func (h *hand) press(keys ...string) {
	h.t.Helper()
	for _, k := range keys {
		h.send(keyOf(k))
	}
}

func (h *hand) typed(s string) {
	for _, r := range s {
		h.press(string(r))
	}
}

// seen is the frame without styles.
func (h *hand) seen() string { return ansi.Strip(h.app.View().Content) }

func keyOf(name string) tea.KeyPressMsg {
	named := map[string]tea.KeyPressMsg{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift},
		"space": {Code: tea.KeySpace, Text: " "}, " ": {Code: tea.KeySpace, Text: " "}, "ctrl+c": {Code: 'c', Mod: tea.ModCtrl}, "down": {Code: tea.KeyDown}, "up": {Code: tea.KeyUp},
	}
	if k, ok := named[name]; ok {
		return k
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}
