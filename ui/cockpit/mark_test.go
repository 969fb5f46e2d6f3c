package cockpit

import (
	"testing"
	"time"

	"tminus/model/screen"
)

// A mark that has come has a banner with the key that leads to it, and rings once.
func TestAMarkIsABannerAndOneBell(t *testing.T) {
	for _, c := range []struct {
		mark, title string
		meeting     time.Duration
		shows       []string
	}{
		{"go-no-go", "Go/no-go meeting at 09:00 UTC", 9 * time.Minute, []string{"MEETING", "Go/no-go meeting at 09:00 UTC", "in 08:5", "g p"}},
		{"go-no-go", "Go/no-go meeting now", -2 * time.Minute, []string{"MEETING", "Go/no-go meeting now", "g p"}},
		{"t-10m", "T-10m", 0, []string{"MARK", "T-10m: Final health check (EL)", "g c"}},
		{"t-0", "T-0", 0, []string{"MARK", "g s"}},
	} {
		t.Run(c.title, func(t *testing.T) {
			withHand(t, func(_ *Config, w *world) {
				w.now.Alarms = []screen.Alarm{{Key: "mark/" + c.mark, Title: c.title, Action: "Final health check", Owner: "EL", Since: w.now.At, Mark: c.mark}}
				w.now.Meeting.At = w.now.At.Add(c.meeting)
			}, func(h *hand, w *world) {
				h.wait(time.Second)
				h.shows(c.shows...)
				h.wait(90 * time.Second)
				if h.bells != 1 {
					t.Errorf("%d bells", h.bells)
				}
			})
		})
	}
}
