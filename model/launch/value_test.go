package launch

import (
	"testing"
	"time"

	"tminus/model/journal"
)

func TestWhoEntersValuesAndWhich(t *testing.T) {
	for _, c := range []struct {
		user, monitor, value, at string
		usage                    bool
		refusal                  string // empty: accepted
		want                     float64
		wantAt                   time.Duration // from now
	}{
		{user: "po", monitor: "satisfaction", value: "82", want: 82},
		{user: "po", monitor: "satisfaction", value: "82.5%", want: 82.5},
		{user: "po", monitor: "satisfaction", value: "-82.5 %", want: -82.5},
		{user: "sec", monitor: "tickets", value: "12/h", at: "10m", want: 12, wantAt: -10 * time.Minute},
		{user: "sec", monitor: "tickets", value: "12", at: "T-1h", want: 12, wantAt: -30 * time.Minute},
		{user: "sec", monitor: "tickets", value: "12", at: "2026-11-24T10:25:00+01:00", want: 12, wantAt: -5 * time.Minute},
		{user: "sec", monitor: "tickets", value: "12", at: "24h", want: 12, wantAt: -24 * time.Hour},
		{user: "sec", monitor: "tickets", value: "12", at: "2026-11-23T09:29:59Z", refusal: "2026-11-23 09:29:59 UTC is more than 24 hours ago; write it in a note"},
		{user: "sec", monitor: "tickets", value: "12", at: "T-29m", refusal: "2026-11-24 09:31:00 UTC is still to come; leave at out"},
		{user: "sec", monitor: "tickets", value: "12", at: "noon", usage: true, refusal: "at=noon is no instant; expected one such as"},
		{user: "sec", monitor: "tickets", value: "12 ms", usage: true, refusal: "value=12 ms is no number; expected one such as 0.25 or 0.25 /h"},
		{user: "sec", monitor: "tickets", value: "1e3", usage: true, refusal: "is no number"},
		{user: "sec", monitor: "tickets", value: "NaN", usage: true, refusal: "is no number"},
		{user: "sec", monitor: "tickets", value: "inf", usage: true, refusal: "is no number"},
		{user: "sec", monitor: "tickets", value: "0x10", usage: true, refusal: "is no number"},
		{user: "sec", monitor: "tickets", value: "1.", usage: true, refusal: "is no number"},
		{user: "sec", monitor: "tickets", value: "/h", usage: true, refusal: "is no number"},
		{user: "sec", monitor: "tickets", value: "--1", usage: true, refusal: "is no number"},
		{user: "sec", monitor: "ticket", value: "1", usage: true, refusal: "monitor=ticket is no monitor; expected tickets"},
		{user: "el", monitor: "tickets", value: "1", refusal: "Tickets belongs to SECL (sec), and you hold EL"},
		{user: "em", monitor: "tickets", value: "1", refusal: "Tickets belongs to SECL (sec)"},
		{user: "el", monitor: "error-rate", value: "1", refusal: "Error rate is read from cloudwatch and takes no values by hand; what you see elsewhere is a note"},
		{user: "po", monitor: "orders", value: "1", refusal: "Orders is read from http"},
		{user: "el", monitor: "log-shop-error", value: "1", refusal: "Error lines, /shop is read from logs"},
		{user: "bob", monitor: "tickets", value: "1", refusal: "not one of this launch's people"},
	} {
		l := newLaunch(t, Live, t0.Add(-30*time.Minute))
		args := []string{"monitor=" + c.monitor, "value=" + c.value}
		if c.at != "" {
			args = append(args, "at="+c.at)
		}
		if c.refusal != "" {
			l.refuse(c.usage, c.refusal, c.user, "value.enter", args...)
			continue
		}
		l.do(c.user, "value.enter", args...)
		list := l.s.Values[c.monitor]
		if len(list) != 1 || list[0].Value != c.want || !list[0].Point.At.Equal(l.now.Add(c.wantAt)) || list[0].User != c.user {
			t.Errorf("%v: %+v", args, list)
		}
		l.refold()
	}
}

func TestValuesAreInOrderAndCorrected(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute).Add(700*time.Millisecond))
	l.do("sec", "value.enter", "monitor=tickets", "value=3") // of the whole second, so that it can be named again
	l.do("sec", "value.enter", "monitor=tickets", "value=1", "at=20m")
	l.do("sec", "value.enter", "monitor=tickets", "value=2", "at=10m")
	l.do("sec", "value.enter", "monitor=tickets", "value=2.5", "at=2026-11-24T09:20:00Z")
	l.do("sec", "value.enter", "monitor=tickets", "value=3.5", "at=2026-11-24T09:30:00Z")
	var got []float64
	for _, v := range l.s.Values["tickets"] {
		got = append(got, v.Value)
	}
	if len(got) != 3 || got[0] != 1 || got[1] != 2.5 || got[2] != 3.5 {
		t.Fatalf("got %v", got)
	}
	if text := l.told(); text != "entered Tickets: 3.5 /h" {
		t.Error(text)
	}
	l.refuse(false, "nothing of yours to take back", "sec", "undo")
	l.refold()
}

func TestOldValuesAreLetGo(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	for i := range valuesKept + 10 {
		l.system("value.entered", ValueEntered{Monitor: "tickets", Value: float64(i), At: l.now.Add(time.Duration(i-3000) * time.Second)})
	}
	l.system("value.entered", ValueEntered{Monitor: "tickets", Value: -1, At: l.now.Add(-time.Hour)}) // older than all that are kept
	list := l.s.Values["tickets"]
	if len(list) != valuesKept || list[0].Value != 10 || list[len(list)-1].Value != valuesKept+9 {
		t.Fatalf("%d values, from %v to %v", len(list), list[0].Value, list[len(list)-1].Value)
	}
	l.refold()
}

func TestARehearsalIsSimulatedThroughout(t *testing.T) {
	l := newLaunch(t, Rehearsal, t0.Add(-30*time.Minute))
	l.refuse(false, "in a rehearsal the simulated world answers for every monitor; what you want to remember is a note", "sec", "value.enter", "monitor=tickets", "value=1")
	l.odd("are read, not entered", "value.entered", ValueEntered{Monitor: "tickets", Value: 1, At: l.now})
}

func TestValuesThatCannotBe(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	l.odd("no such monitor", "value.entered", ValueEntered{Monitor: "no", At: l.now})
	l.odd("are read, not entered", "value.entered", ValueEntered{Monitor: "error-rate", At: l.now})
	l.odd("still to come", "value.entered", ValueEntered{Monitor: "tickets", At: l.now.Add(1)})
	l.put(journal.Actor{User: "x"}, "value.entered", map[string]any{"monitor": "tickets", "value": "NaN"})
	if len(l.s.Values) != 0 || len(l.s.Oddities) != 4 {
		t.Fatalf("%+v", l.s.Values)
	}
}
