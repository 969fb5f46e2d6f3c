package launch

import (
	"testing"
	"time"
)

// Nobody has promised an update before the launch was planned, or before T-0 was where it is now.
func TestAnUpdateIsNotOverdueFromBeforeItWasPromised(t *testing.T) {
	due := func(l *testLaunch, want time.Time) {
		t.Helper()
		if got := l.s.UpdateDue(l.now, true); !got.Equal(want) {
			t.Errorf("at %s: due %s, expected %s", l.now.Format("15:04"), got.Format("15:04"), want.Format("15:04"))
		}
	}
	every := 15 * time.Minute
	l := newLaunchOf(t, Live, t0.Add(-5*time.Minute), talkingRunbook(), testFile())
	due(l, t0.Add(-5*time.Minute).Add(every))
	l.now = t0.Add(20 * time.Minute) // it was not kept
	due(l, t0.Add(10*time.Minute))

	l = newLaunchOf(t, Live, t0.Add(-3*time.Hour), talkingRunbook(), testFile())
	l.ready()
	l.giveGo()
	due(l, t0.Add(-every))
	l.do("el", "clock.set", "t0=+10m")
	due(l, l.now.Add(every))
	l.do("pm", "update.send", "text=x")
	l.now = l.now.Add(time.Minute)
	due(l, l.now.Add(every-time.Minute))
	l.do("el", "clock.hold", "reason=x")
	l.do("el", "clock.recycle", "to=T-12m")
	due(l, l.now.Add(every-time.Minute)) // the cadence goes on from the last one
	l.refold()

	l = newLaunchOf(t, Live, t0.Add(30*time.Minute), talkingRunbook(), testFile()) // planned after T-0
	due(l, t0.Add(45*time.Minute))
	l.refold()
}
