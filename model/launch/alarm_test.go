package launch

import (
	"testing"
	"time"
)

func TestAlarmsAreSilenced(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	l.refuse(true, "alarm.silence needs monitor=…", "el", "alarm.silence", "reason=x")
	l.refuse(true, "monitor=netwrk is no monitor; expected error-rate, network", "el", "alarm.silence", "monitor=netwrk", "reason=x")
	l.refuse(true, "alarm.silence needs reason=…: why nobody has to be called", "el", "alarm.silence", "monitor=network")
	l.refuse(false, "the alarm of Network belongs to EL (el) or EM (em), and you hold PO", "po", "alarm.silence", "monitor=network", "reason=x")
	for _, minutes := range []string{"61", "-1", "1.5", "an hour", "99999999999999999999"} {
		l.refuse(true, "minutes="+minutes+"; expected 1 to 60, or 0 to end a silence", "el", "alarm.silence", "monitor=network", "minutes="+minutes, "reason=x")
	}
	l.refuse(false, "Network is not silenced", "el", "alarm.silence", "monitor=network", "minutes=0")

	l.do("em", "alarm.silence", "monitor=network", "reason=a known burst") // an authority, for the owner
	until := l.now.Add(15 * time.Minute)
	if is := l.s.SilencedAt("network", l.now); is == nil || !is.Until.Equal(until) || is.User != "em" || is.Reason != "a known burst" {
		t.Fatalf("got %+v", is)
	}
	if got := l.told(); got != "silenced Network until 09:45:00: a known burst" {
		t.Error(got)
	}
	if l.s.SilencedAt("network", until.Add(-1)) == nil || l.s.SilencedAt("network", until) != nil || l.s.SilencedAt("usage", l.now) != nil {
		t.Error("silenced at the wrong times")
	}
	l.do("el", "alarm.silence", "monitor=network", "minutes=60", "reason=it goes on")
	if is := l.s.SilencedAt("network", l.now.Add(59*time.Minute)); is == nil || is.User != "el" {
		t.Fatalf("the newer silence counts: %+v", is)
	}
	l.now = l.now.Add(time.Minute)
	l.do("el", "alarm.silence", "monitor=network", "minutes=0")
	if l.s.SilencedAt("network", l.now) != nil {
		t.Error("silenced after its end")
	}
	if got := l.told(); got != "ended the silence of Network" {
		t.Error(got)
	}
	l.do("el", "alarm.silence", "monitor=log-shop-error", "minutes=1", "reason=a restart")
	l.refold()
}

func TestSilencesThatCannotBe(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	l.odd("at most an hour", "alarm.silenced", AlarmSilenced{Monitor: "network", Until: l.now.Add(10 * time.Hour), Reason: "x"})
	l.odd("at most an hour", "alarm.silenced", AlarmSilenced{Monitor: "network", Until: l.now.Add(time.Hour + 1), Reason: "x"})
	l.odd("no such monitor", "alarm.silenced", AlarmSilenced{Monitor: "no", Until: l.now, Reason: "x"})
	l.odd("cannot end and go on", "alarm.silenced", AlarmSilenced{Monitor: "network", Until: l.now.Add(time.Minute), Ended: true})
	l.refold()
}
