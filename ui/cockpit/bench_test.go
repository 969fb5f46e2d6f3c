package cockpit

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/screen"
)

func bench(b *testing.B) (*App, time.Time) {
	now := time.Date(2026, 11, 24, 9, 47, 17, 0, time.UTC)
	a := New(Config{Room: door{world: newWorld()}, Wall: func() time.Time { return now }})
	a.link.number = 1
	a.Update(tea.WindowSizeMsg{Width: 200, Height: 50})
	a.Update(planMsg{plan: plan()})
	a.Update(screenMsg{link: 1, screen: picture(now)})
	a.View()
	b.ReportAllocs()
	b.ResetTimer()
	return a, now
}

// BenchmarkTick is a frame of 200 by 50 cells when a second has passed.
func BenchmarkTick(b *testing.B) {
	a, now := bench(b)
	for i := range b.N {
		a.Update(tickMsg(now.Add(time.Duration(i) * time.Second)))
		a.View()
	}
}

// BenchmarkMetrics is a frame of 200 by 50 cells when a new screen has come.
func BenchmarkMetrics(b *testing.B) {
	a, now := bench(b)
	s := picture(now)
	for i := range b.N {
		c := *s
		c.Monitors = append([]screen.Monitor(nil), s.Monitors...)
		v := float64(i%100) / 100
		c.Monitors[0].Value = &v
		a.Update(screenMsg{link: 1, screen: &c})
		a.View()
	}
}

// BenchmarkKey is a frame of 200 by 50 cells when a key moved the cursor in a dialog.
func BenchmarkKey(b *testing.B) {
	a, _ := bench(b)
	a.Update(keyOf(":"))
	for range b.N {
		a.Update(keyOf("down"))
		a.View()
	}
}
