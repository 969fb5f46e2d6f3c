package cockpit

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/vt"

	"tminus/model/launch"
	"tminus/model/screen"
)

// glass is a terminal in memory: it plays what the program writes and counts it.
type glass struct {
	mu    sync.Mutex
	term  *vt.Emulator
	wrote []byte
}

func newGlass(w, h int) *glass {
	g := &glass{term: vt.NewEmulator(w, h)}
	go func() { _, _ = io.Copy(io.Discard, g.term) }() // its answers to queries
	return g
}

func (g *glass) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wrote = append(g.wrote, p...)
	_, _ = g.term.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n")))
	return len(p), nil
}

// take returns what was written since the last call.
func (g *glass) take() []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := g.wrote
	g.wrote = nil
	return out
}

func (g *glass) text() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.term.String()
}

// play runs the whole program in virtual time on a room in memory and a terminal in memory. keys types.
func play(t *testing.T, width, height int, change func(c *Config, w *world), test func(g *glass, w *world, keys func(string)), after func(err error, g *glass, w *world)) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		cfg := Config{Room: door{world: w}}
		if change != nil {
			change(&cfg, w)
		}
		g := newGlass(width, height)
		in, typing := io.Pipe()
		profile := colorprofile.ANSI256
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- Run(ctx, cfg, Terminal{In: in, Out: g, Env: []string{"TERM=xterm-256color", "SSH_TTY=x"}, Profile: &profile, Width: width, Height: height})
		}()
		time.Sleep(1300 * time.Millisecond) // between two seconds
		test(g, w, func(s string) {
			if _, err := typing.Write([]byte(s)); err != nil {
				t.Error(err)
			}
			time.Sleep(100 * time.Millisecond)
		})
		if after == nil {
			cancel()
		}
		err := <-ended
		if after != nil {
			after(err, g, w)
		}
		cancel()
		_ = typing.Close()
		_ = g.term.InputPipe().(io.Closer).Close() // Emulator.Close races with its own Read
		time.Sleep(time.Minute)
	})
}

func TestProgramShowsTheLaunchAndAnswersKeys(t *testing.T) {
	play(t, 120, 35, nil, func(g *glass, w *world, keys func(string)) {
		for _, want := range []string{"T-00:12:42", "checkout-v2", "COUNTDOWN", "GREEN", "╭ Checklist ", "╭ Decisions "} {
			if !strings.Contains(g.text(), want) {
				t.Errorf("%q is not on the terminal:\n%s", want, g.text())
			}
		}
		keys("n")
		keys("from the terminal")
		if !strings.Contains(g.text(), "from the terminal") {
			t.Errorf("typed text is not shown:\n%s", g.text())
		}
		keys("\x1b[200~, pasted\x1b[201~")
		keys("\r")
		if len(w.did) != 1 || w.did[0].Args["text"] != "from the terminal, pasted" {
			t.Errorf("commands %v", w.did)
		}
	}, nil)
}

func TestTickCostsFewBytesAndNoErase(t *testing.T) {
	for _, test := range []struct {
		size   [2]int
		alarms bool // a banner, and a trigger's dialog over the screen
	}{{[2]int{80, 24}, false}, {[2]int{120, 35}, false}, {[2]int{200, 50}, false}, {[2]int{80, 24}, true}, {[2]int{200, 50}, true}} {
		size := test.size
		play(t, size[0], size[1], func(_ *Config, w *world) {
			if test.alarms {
				crit(w.now, "m3")
				fire(w.now, "k")
			}
		}, func(g *glass, w *world, _ func(string)) {
			g.take()
			for range 30 {
				before := strings.Split(g.text(), "\n")
				time.Sleep(time.Second)
				out := g.take()
				// Moving to a field, its style and its reset make 16 bytes; 64 are for the tick itself.
				budget := 64 + 16*fields(before, strings.Split(g.text(), "\n"))
				if len(out) > budget {
					t.Errorf("%v: %d bytes for a tick; expected at most %d: %q", size, len(out), budget, out)
				}
				if bytes.Contains(out, []byte("\x1b[2J")) || bytes.Contains(out, []byte("\x1b[J")) {
					t.Errorf("%v: a tick erases the screen", size)
				}
			}
		}, nil)
	}
}

// rings counts the bells among what was written; the bell that ends a window's title is none.
func rings(out []byte) int {
	return strings.Count(regexp.MustCompile("\x1b\\][^\a\x1b]*\a").ReplaceAllString(string(out), ""), "\a")
}

func TestBellDisturbsNoFrame(t *testing.T) {
	play(t, 120, 35, nil, func(g *glass, w *world, _ func(string)) {
		if n := rings(g.take()); n != 0 {
			t.Errorf("%d bells at the start of a launch without alarms", n)
		}
		w.publish(func(s *screen.Screen) { fire(s, "k") })
		time.Sleep(200 * time.Millisecond)
		if n := rings(g.take()); n != 1 {
			t.Errorf("%d bells", n)
		}
		if !strings.Contains(g.text(), "TRIGGER FIRED   Error rate") || !strings.Contains(g.text(), "╰──────") {
			t.Errorf("the dialog is not whole:\n%s", g.text())
		}
		time.Sleep(3 * time.Minute)
		if n := rings(g.take()); n != 1 {
			t.Errorf("%d more bells; expected one", n)
		}
	}, nil)
}

// fields counts the runs of changed cells; a gap of less than four cells does not end one.
func fields(before, after []string) int {
	n := 0
	for y := range after {
		a, b := []rune(after[y]), []rune(before[y])
		last := -10
		for x := range a {
			if x >= len(b) || a[x] != b[x] {
				if x-last > 4 {
					n++
				}
				last = x
			}
		}
	}
	return max(n, 1)
}

func TestProgramResizesWithoutGarbage(t *testing.T) {
	play(t, 80, 24, nil, func(g *glass, w *world, keys func(string)) {
		if text := g.text(); !strings.Contains(text, "╭ Checklist ") || strings.Contains(text, "╭ RACI ") {
			t.Errorf("80x24 does not show one pane and its summary:\n%s", text)
		}
		keys("4")
		if !strings.Contains(g.text(), "╭ RACI ") {
			t.Errorf("4 does not show RACI:\n%s", g.text())
		}
	}, nil)
}

func TestQuitRestoresTheTerminalAndWaitsForTheAnswer(t *testing.T) {
	play(t, 100, 30, func(_ *Config, w *world) { w.delay = 3 * time.Second }, func(g *glass, w *world, keys func(string)) {
		keys("n")
		keys("last words\r")
		keys("\x03")
		if !strings.Contains(g.text(), "still being recorded") {
			t.Errorf("does not say that a command is out:\n%s", g.text())
		}
		keys("y")
	}, func(err error, g *glass, w *world) {
		if err != nil {
			t.Error(err)
		}
		if len(w.did) != 1 {
			t.Error("left before the command was recorded")
		}
		out := string(g.take())
		if !strings.Contains(out, "\x1b[?1049l") || !strings.Contains(out, "\x1b[?25h") {
			t.Error("the terminal was not restored")
		}
		if len(w.watches) != 0 {
			t.Error("the watch is still open")
		}
	})
}

func TestContextEndsTheProgramInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, w := newGlass(80, 24), newWorld()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		in, typing := io.Pipe()
		go func() {
			ended <- Run(ctx, Config{Room: door{world: w}}, Terminal{In: in, Out: g, Env: []string{"TERM=xterm"}, Width: 80, Height: 24})
		}()
		time.Sleep(time.Second)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if !strings.Contains(string(g.take()), "\x1b[?1049l") {
			t.Error("the terminal was not restored")
		}
		_ = typing.Close()
		_ = g.term.InputPipe().(io.Closer).Close() // Emulator.Close races with its own Read
		time.Sleep(time.Minute)
	})
}

func TestPanicRestoresTheTerminal(t *testing.T) {
	play(t, 80, 24, func(_ *Config, w *world) {
		w.answer = func(launch.Command) (launch.Result, error) { panic("a fault in the room's client") }
	}, func(g *glass, w *world, keys func(string)) {
		keys("n")
		keys("x\r")
	}, func(err error, g *glass, w *world) {
		if err == nil {
			t.Error("a panic is no error")
		}
		if !strings.Contains(string(g.take()), "\x1b[?1049l") {
			t.Error("the terminal was not restored")
		}
	})
}

func TestProgramStaysCheapUnderAFlood(t *testing.T) {
	play(t, 200, 50, nil, func(g *glass, w *world, keys func(string)) {
		g.take()
		for i := range 1000 {
			w.publish(func(s *screen.Screen) { s.Entries = int64(1000 + i) })
			time.Sleep(time.Millisecond)
		}
		if n := len(g.take()); n > 60*200 {
			t.Errorf("%d bytes for a second of a thousand screens", n)
		}
		keys("?")
		if !strings.Contains(g.text(), "╭ Keys ") {
			t.Error("a key was not answered")
		}
	}, nil)
}
