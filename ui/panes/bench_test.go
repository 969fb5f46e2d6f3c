package panes

import (
	"testing"
	"time"

	"tminus/model/screen"
	"tminus/ui/layout"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// bench is the five panes at 200x50, framed once, as the cockpit keeps them.
type bench struct {
	t     *theme.Theme
	plan  layout.Plan
	all   [5]Pane
	parts []layout.Part
}

func newBench() *bench {
	th := theme.New(theme.Options{})
	b := &bench{t: th, plan: layout.Arrange(200, 50), all: five(th), parts: make([]layout.Part, 5)}
	s := sample()
	for i, p := range b.all {
		p.SetSize(b.plan.Panes[i].Inner())
		p.SetScreen(s)
		p.Tick(s.At)
		b.draw(i)
	}
	return b
}

func (b *bench) draw(i int) {
	r, p := b.plan.Panes[i], b.all[i]
	b.parts[i] = layout.Part{Rect: r, Lines: widgets.Frame(b.t, p.Title(), p.Right(), p.Lines(), r.W, r.H, i == 0)}
}

// BenchmarkTick is a second's tick: the clock moves, and now and then an age.
func BenchmarkTick(b *testing.B) {
	f := newBench()
	n := 0
	for b.Loop() {
		n++
		now := nowAt().Add(time.Duration(n%600) * time.Second)
		for i, p := range f.all {
			if p.Tick(now) {
				f.draw(i)
			}
		}
		if len(layout.Join(f.plan, f.parts)) == 0 {
			b.Fatal("empty frame")
		}
	}
}

// BenchmarkMetrics is a picture with new values for every monitor: every pane draws again.
func BenchmarkMetrics(b *testing.B) {
	f := newBench()
	pictures := []*screen.Screen{sample(), sample()}
	for i := range pictures[1].Monitors {
		if v := pictures[1].Monitors[i].Value; v != nil {
			*v *= 1.01
		}
	}
	n := 0
	for b.Loop() {
		n++
		for i, p := range f.all {
			p.SetScreen(pictures[n%2])
			f.draw(i)
		}
		if len(layout.Join(f.plan, f.parts)) == 0 {
			b.Fatal("empty frame")
		}
	}
}

// BenchmarkMonitoring is a screen with a new point at 200x50, a day of minutes in sight.
func BenchmarkMonitoring(b *testing.B) {
	v, s := monitoring()
	v.span = 3
	for want := v.Wants(); want != nil; want = v.Wants() {
		answer(v, s, want)
	}
	for b.Loop() {
		v.SetScreen(s)
		if len(v.Lines()) == 0 {
			b.Fatal("no lines")
		}
	}
}
