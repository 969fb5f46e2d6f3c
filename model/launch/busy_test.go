package launch

import (
	"fmt"
	"testing"
	"time"
)

// Who changes what runs is remembered with the time, whoever tells of it; who only ticks or notes is not.
func TestWhoIsChangingThings(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-2*time.Hour))
	l.do("el", "note.add", "text=hello")
	l.do("el", "item.check", "id=infra/one")
	if who := l.s.Changing(l.now.Add(-time.Hour)); len(who) != 0 {
		t.Errorf("a note and a tick change nothing: %v", who)
	}
	l.do("el", "clock.hold", "reason=x")
	l.now = l.now.Add(5 * time.Minute)
	l.do("pm", "clock.resume")
	l.now = l.now.Add(time.Minute)
	l.do("pm", "clock.hold", "reason=y")
	if who := fmt.Sprint(l.s.Changing(l.now.Add(-10 * time.Minute))); who != "[el pm]" {
		t.Errorf("within ten minutes: %s", who)
	}
	if who := fmt.Sprint(l.s.Changing(l.now.Add(-2 * time.Minute))); who != "[pm]" {
		t.Errorf("within two minutes: %s", who)
	}
	l.refold()
}
