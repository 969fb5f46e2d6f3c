package cockpit

import (
	"testing"
	"time"

	"tminus/model/screen"
)

func TestMonitorKeys(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		h.hides("z silence")
		h.press("3")
		h.shows("b baseline", "e enter a value", "z silence")
		h.press("b")
		h.shows("Capture a baseline", "All monitors", "0 of 9 monitors have a baseline")
		h.press("enter")
		if c := did(t, w, 1)[0]; c.Args["monitor"] != "all" {
			t.Errorf("command %v", c)
		}
		h.press("j", "z")
		h.shows("Silence a monitor's alarm", "Monitor 1: OK 0.04 %", "15")
		h.press("esc", "g", "m", "z")
		h.shows("Silence a monitor's alarm", "15")
		h.press("esc", "esc")
		w.publish(func(s *screen.Screen) { crit(s, "m1") })
		h.wait(time.Second)
		h.press("1", "z")
		h.shows("Monitor 1: OK 0.04 %", "warning > 0.1%, critical > 0.5%; owner Engineering Lead")
		h.typed("known")
		h.press("enter")
		if c := did(t, w, 2)[1]; c.Args["monitor"] != "m1" || c.Args["minutes"] != "15" || c.Args["reason"] != "known" {
			t.Errorf("command %v", c)
		}
	})
}
