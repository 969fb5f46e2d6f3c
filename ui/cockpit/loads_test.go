package cockpit

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/panes"
	"tminus/ui/theme"
)

// lacking is a view that wants one thing after another: it remembers no question, as little as it may.
type lacking struct {
	panes.Pane
	want  []intent.Intent
	got   []string
	lines int

	failed int
}

func (v *lacking) Wants() intent.Intent {
	if len(v.want) == 0 {
		return nil
	}
	return v.want[0]
}

func (v *lacking) SetSeries(id string, from, to time.Time, points []monitor.Point) {
	if points == nil {
		v.failed++
		return
	}
	v.got = append(v.got, fmt.Sprintf("%s %v %d", id, to.Sub(from), len(points)))
	v.want = v.want[1:]
}

func (v *lacking) SetLines(lines []screen.LogLine) {
	v.lines += len(lines)
	v.want = v.want[1:]
}

func withLacking(t *testing.T, want []intent.Intent, test func(h *hand, w *world, v *lacking)) {
	v := &lacking{want: want}
	withHand(t, func(c *Config, _ *world) {
		c.Views = []View{{Name: "lacking", Key: "z", Title: "Lacking", New: func(t *theme.Theme) panes.Pane {
			v.Pane = panes.NewMetricsView(t)
			return v
		}}}
	}, func(h *hand, w *world) { test(h, w, v) })
}

func hour(id string, end time.Time) intent.Intent {
	return intent.LoadSeries{Monitor: id, From: end.Add(-time.Hour), To: end}
}

func TestViewsAreGivenWhatTheyWantOneByOne(t *testing.T) {
	end := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	withLacking(t, []intent.Intent{hour("m0", end), hour("m1", end), intent.LoadLines{}}, func(h *hand, w *world, v *lacking) {
		under := 0
		w.series = func(string, time.Time, time.Time) ([]monitor.Point, error) {
			if under++; under > 1 {
				t.Error("two questions at once")
			}
			time.Sleep(3 * time.Second)
			under--
			return make([]monitor.Point, 7), nil
		}
		w.lines = func() ([]screen.LogLine, error) { return make([]screen.LogLine, 3), nil }
		h.press("g", "z")
		for range 20 { // screens and keys meanwhile ask nothing more
			w.publish(func(s *screen.Screen) { s.Entries++ })
			h.wait(100 * time.Millisecond)
			h.press("j")
		}
		if !slices.Equal(w.asked, []string{"m0"}) {
			t.Errorf("asked %v", w.asked)
		}
		h.wait(10 * time.Second)
		if !slices.Equal(w.asked, []string{"m0", "m1", "log lines"}) || !slices.Equal(v.got, []string{"m0 1h0m0s 7", "m1 1h0m0s 7"}) || v.lines != 3 {
			t.Errorf("asked %v, got %v and %d lines", w.asked, v.got, v.lines)
		}
	})
}

func TestWhatCannotBeReadIsToldOnceAndAskedWithTheNextScreen(t *testing.T) {
	withLacking(t, []intent.Intent{hour("m0", time.Now())}, func(h *hand, w *world, v *lacking) {
		w.series = func(string, time.Time, time.Time) ([]monitor.Point, error) {
			return nil, errors.New("no such monitor, " + strings.Repeat("and more of it, ", 20))
		}
		h.press("g", "z")
		h.shows("points cannot be read: no such monitor, and more of it")
		if h.app.stack.Top() != nil {
			t.Error("what nobody asked for covers the screen")
		}
		h.press("j", "k", "j")
		h.wait(5 * time.Second)
		if len(w.asked) != 1 {
			t.Errorf("asked %v", w.asked)
		}
		h.app.told = told{}
		w.publish(func(s *screen.Screen) { s.Entries++ })
		h.wait(time.Second)
		h.hides("cannot be read")
		if len(w.asked) != 2 || len(v.got) != 0 || v.failed != 2 {
			t.Errorf("asked %v, got %v", w.asked, v.got)
		}
		w.series = func(string, time.Time, time.Time) ([]monitor.Point, error) { return make([]monitor.Point, 2), nil }
		w.publish(func(s *screen.Screen) { s.Entries++ })
		h.wait(time.Second)
		if len(v.got) != 1 {
			t.Errorf("got %v", v.got)
		}
	})
}

// A view that counts its own questions, as Decisions does, is never left waiting for one that was not asked.
func TestQuestionAskedWhileAnotherIsUnderWayIsKept(t *testing.T) {
	end := time.Now()
	withLacking(t, nil, func(h *hand, w *world, v *lacking) {
		w.series = func(string, time.Time, time.Time) ([]monitor.Point, error) {
			time.Sleep(time.Second)
			return nil, nil
		}
		h.press("g", "z")
		v.want = []intent.Intent{nil, nil, nil}
		h.run(h.app.carry(hour("m0", end), ""))
		h.run(h.app.carry(hour("m1", end), ""))
		h.run(h.app.carry(hour("m2", end), ""))
		h.wait(5 * time.Second)
		if !slices.Equal(w.asked, []string{"m0", "m2"}) {
			t.Errorf("asked %v; expected the first, then the newest", w.asked)
		}
	})
}
