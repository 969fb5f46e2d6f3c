package cockpit

import (
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// hand drives a model by hand: messages in, commands run at once and their answers fed back, until nothing moves. It
// lives in a synctest bubble, so what waits for time or for a screen simply waits.
type hand struct {
	t       *testing.T
	app     *App
	answers chan tea.Msg
	quit    bool
	bells   int
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
	case tea.RawMsg:
		if msg.Msg == "\a" {
			h.bells++
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
