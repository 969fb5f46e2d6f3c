package launch

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/model/monitor"
)

// needs asks for a capture and returns the windows that have to be read first.
func (l *testLaunch) needs(user string, args ...string) []Window {
	l.t.Helper()
	events, err := l.s.Decide(who(user), command("baseline.capture", args...), l.now)
	var needs *Needs
	if !errors.As(err, &needs) || len(events) != 0 {
		l.t.Fatalf("%s %v: expected needs, got %v, %v", user, args, events, err)
	}
	if _, refused := Refused(err); refused {
		l.t.Fatalf("%v is taken for a refusal", err)
	}
	return needs.Windows
}

// capture measures what is needed and asks again.
func (l *testLaunch) capture(user string, m *Measured, args ...string) error {
	l.t.Helper()
	c := command("baseline.capture", args...)
	c.Measured = m
	return l.carryOut(who(user), c)
}

func written(windows []Window) string {
	var text []string
	for _, w := range windows {
		text = append(text, fmt.Sprintf("%s %s/%s", w.Monitor, w.From.UTC().Format("01-02T15:04:05"), w.To.UTC().Format("01-02T15:04:05")))
	}
	return strings.Join(text, ", ")
}

func TestBaselineWindows(t *testing.T) {
	const lastWeek = "network 11-17T10:00:00/11-17T12:00:00, network 11-18T10:00:00/11-18T12:00:00, network 11-19T10:00:00/11-19T12:00:00, " +
		"network 11-20T10:00:00/11-20T12:00:00, network 11-21T10:00:00/11-21T12:00:00, network 11-22T10:00:00/11-22T12:00:00, network 11-23T10:00:00/11-23T12:00:00"
	const weekBefore = "network 11-16T10:00:00/11-16T12:00:00, network 11-17T10:00:00/11-17T12:00:00, network 11-18T10:00:00/11-18T12:00:00, " +
		"network 11-19T10:00:00/11-19T12:00:00, network 11-20T10:00:00/11-20T12:00:00, network 11-21T10:00:00/11-21T12:00:00, network 11-22T10:00:00/11-22T12:00:00"
	for _, c := range []struct {
		name  string
		now   time.Duration // from T-0
		args  string
		want  string
		usage bool
		no    string
	}{
		{name: "the week before", now: -30 * time.Minute, want: lastWeek},
		{name: "yesterday's window has just ended", now: -22 * time.Hour, want: lastWeek},
		{name: "yesterday's window has not ended", now: -22*time.Hour - 1, want: weekBefore},
		{name: "a day before", now: -24 * time.Hour, want: weekBefore},
		{name: "during the launch", now: time.Hour, want: lastWeek},
		{name: "long after", now: 100 * time.Hour, want: lastWeek},
		{name: "one window", now: -30 * time.Minute, args: "from=24h", want: "network 11-23T09:30:00/11-24T09:30:00"},
		{name: "until then", now: -30 * time.Minute, args: "from=24h to=20m", want: "network 11-23T09:30:00/11-24T09:10:00"},
		{name: "marks", now: -30 * time.Minute, args: "from=L-1d to=T-2h", want: "network 11-23T10:00:00/11-24T08:00:00"},
		{name: "instants", now: -30 * time.Minute, args: "from=2026-11-23T00:00:00+01:00 to=2026-11-23T06:00:00Z", want: "network 11-22T23:00:00/11-23T06:00:00"},
		{name: "fourteen days", now: -30 * time.Minute, args: "from=14d", want: "network 11-10T09:30:00/11-24T09:30:00"},
		{name: "part of a second", now: -30*time.Minute + 1, args: "from=1h", want: "network 11-24T08:30:00/11-24T09:30:00"},
		{name: "longer", now: -30 * time.Minute, args: "from=15d", no: "is more than 14 days; give a shorter window"},
		{name: "to come", now: -30 * time.Minute, args: "from=1h to=T-0", no: "2026-11-24 10:00:00 UTC is still to come"},
		{name: "the wrong way round", now: -30 * time.Minute, args: "from=1h to=2h", no: "is no time; from comes before to"},
		{name: "nothing", now: -30 * time.Minute, args: "from=0s", no: "is no time; from comes before to"},
		{name: "no beginning", now: -30 * time.Minute, args: "to=1h", usage: true, no: "to=1h without from=…"},
		{name: "no instant", now: -30 * time.Minute, args: "from=yesterday", usage: true, no: "from=yesterday is no instant; expected one such as 2026-11-23T10:00:00Z, L-1d, T-2h, or 24h"},
	} {
		l := newLaunch(t, Live, t0.Add(-48*time.Hour))
		l.now = t0.Add(c.now)
		args := append(strings.Fields(c.args), "monitor=network")
		if c.no != "" {
			l.s.Clock.Late = true // no hold by itself, which nothing here is about
			l.refuse(c.usage, c.no, "el", "baseline.capture", args...)
			continue
		}
		if got := written(l.needs("el", args...)); got != c.want {
			t.Errorf("%s:\n%s\nexpected\n%s", c.name, got, c.want)
		}
	}
}

// The hours are those of the T-0 that counts, however far that is.
func TestBaselineWindowsFollowT0(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	l.do("el", "clock.set", "t0=2026-12-01T15:00:00Z")
	got := l.needs("el", "monitor=network")
	if want := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC); len(got) != 7 || !got[6].From.Equal(want) || !got[0].From.Equal(want.AddDate(0, 0, -6)) {
		t.Fatal(written(got))
	}
	l.s.Clock.T0 = time.Date(9998, 1, 1, 3, 0, 0, 0, time.UTC)
	if got := l.needs("el", "monitor=network"); len(got) != 7 || !got[6].From.Equal(time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)) {
		t.Fatal(written(got))
	}
}

func TestWhoCapturesWhichBaselines(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	monitors := func(windows []Window) []string {
		var ids []string
		for _, w := range windows {
			ids = append(ids, w.Monitor)
		}
		return slices.Compact(ids)
	}
	for _, c := range []struct {
		user string
		args []string
		want []string
	}{
		{"el", nil, []string{"network", "usage", "orders"}}, // tickets is entered by hand: nothing to read
		{"em", []string{"monitor=all"}, []string{"network", "usage", "orders"}},
		{"po", nil, []string{"usage", "orders"}},
		{"po", []string{"monitor=usage"}, []string{"usage"}},
		{"el", []string{"monitor=error-rate"}, []string{"error-rate"}}, // no rule needs it, and yet it may be known
	} {
		if got := monitors(l.needs(c.user, c.args...)); !slices.Equal(got, c.want) {
			t.Errorf("%s %v: %v", c.user, c.args, got)
		}
	}
	l.refuse(false, "a baseline belongs to EL (el), PO (po), SECL (sec) or EM (em), and you hold PM", "pm", "baseline.capture")
	l.refuse(false, "the baseline of Network belongs to EL (el) or EM (em), and you hold PO", "po", "baseline.capture", "monitor=network")
	l.refuse(false, "the baseline of Network belongs to", "po", "baseline.capture", "monitor=network", "value=1")
	l.refuse(true, "monitor=net is no monitor; expected", "el", "baseline.capture", "monitor=net")
	l.refuse(false, "is not one of this launch's people", "bob", "baseline.capture")

	rehearsed := newLaunch(t, Rehearsal, t0.Add(-30*time.Minute))
	if got := monitors(rehearsed.needs("el")); !slices.Equal(got, []string{"network", "usage", "tickets", "orders"}) {
		t.Errorf("in a rehearsal the simulated world knows every monitor: %v", got)
	}
	l.s.relative = nil
	l.refuse(false, "no rule of this launch is relative to a baseline; name a monitor", "el", "baseline.capture")
}

func TestBaselinesAreTheMeanOfWhatWasMeasured(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	windows := l.needs("el")
	at := func(days, minutes int) time.Time {
		return t0.Add(-time.Duration(days)*24*time.Hour + time.Duration(minutes)*time.Minute)
	}
	m := &Measured{Windows: windows, Points: map[string][]monitor.Point{
		"network": {{At: at(2, 0), Value: 1e9}, {At: at(2, 1), Value: 10}, {At: at(2, 120), Value: 20}, {At: at(2, 121), Value: 1e9},
			{At: at(1, 5), Value: math.NaN()}, {At: at(1, 6), Value: math.Inf(1)}, {At: at(1, 7), Value: 60}, {At: at(0, 1), Value: 1e9}},
		"usage":  {{At: at(1, 5), Value: 3}},
		"orders": {{At: at(0, -60), Value: 5}}, // outside
	}, Errors: map[string]string{"usage": "expired credentials"}}
	l.now = l.now.Add(20 * time.Second) // reading took its time
	if err := l.capture("el", m); err != nil {
		t.Fatal(err)
	}
	is := l.s.Baselines["network"]
	if len(l.s.Baselines) != 1 || is == nil || is.Mean != 30 || is.Points != 3 || is.User != "el" || !is.At.Equal(l.now) {
		t.Fatalf("got %+v", is)
	}
	var d BaselineCaptured
	l.data(&d)
	if len(d.Captured) != 1 || !d.Captured[0].From.Equal(at(7, 0)) || !d.Captured[0].To.Equal(at(1, 120)) || d.Captured[0].Unit != "B/s" || d.Captured[0].ByHand {
		t.Errorf("captured %+v", d.Captured)
	}
	if want := []NotCaptured{{"usage", "expired credentials"}, {"tickets", "nobody entered a value of that time"}, {"orders", "it has no points in that time"}}; !slices.Equal(d.Missing, want) {
		t.Errorf("missing %+v", d.Missing)
	}
	if got := l.told(); got != "captured the baseline of Network: 30 B/s, the mean of 3 points; none for Usage, Tickets and Orders" {
		t.Error(got)
	}
	l.refold()
}

// A day that ends while the sources are read does not change what was asked.
func TestBaselinesCountAsTheyWereAsked(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-48*time.Hour))
	l.now = t0.Add(-22*time.Hour - time.Second)
	windows := l.needs("el", "monitor=network")
	m := &Measured{Windows: windows, Points: map[string][]monitor.Point{"network": {{At: windows[0].To, Value: 2}, {At: windows[6].To, Value: 4}}}}
	l.now = l.now.Add(30 * time.Second)
	if err := l.capture("el", m, "monitor=network"); err != nil {
		t.Fatal(err)
	}
	var d BaselineCaptured
	if l.data(&d); d.Captured[0].Mean != 3 || !d.Captured[0].From.Equal(windows[0].From) || !d.Captured[0].To.Equal(windows[6].To) {
		t.Errorf("got %+v", d.Captured)
	}
	l.refold()
}

func TestNothingWasMeasured(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	for _, c := range []struct {
		m    *Measured
		args []string
		says string
	}{
		{&Measured{}, []string{"monitor=network"}, "no baseline could be captured. Network: it has no points in that time; try another window (from=24h), or give it by hand: baseline.capture monitor=network value=…"},
		{&Measured{Errors: map[string]string{"network": strings.Repeat("x", 999)}}, []string{"monitor=network"}, "Network: " + strings.Repeat("x", maxWhy) + "…; try"},
		{&Measured{Points: map[string][]monitor.Point{"network": {{At: t0.Add(-23 * time.Hour), Value: math.MaxFloat64}, {At: t0.Add(-22 * time.Hour), Value: math.MaxFloat64}}}},
			[]string{"monitor=network"}, "Network: its points are too large to average"},
		{&Measured{}, nil, "Network: it has no points in that time; Usage: it has no points in that time; Tickets: nobody entered a value of that time; Orders: it has no points"},
	} {
		err := l.capture("el", c.m, c.args...)
		if r, ok := Refused(err); !ok || !strings.Contains(r.Error(), c.says) || r.Usage {
			t.Errorf("%v: %v; expected %q", c.args, err, c.says)
		}
	}
	if len(l.s.Baselines) != 0 || len(l.entries) != 1 {
		t.Error("something was recorded")
	}
}

// What people enter is in the journal already: there is nothing to wait for.
func TestBaselinesOfEnteredValues(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	l.refuse(false, "Tickets: nobody entered a value of that time", "sec", "baseline.capture")
	for _, v := range []string{"4", "5", "9"} {
		l.do("sec", "value.enter", "monitor=tickets", "value="+v, "at="+v+"m")
	}
	l.do("sec", "baseline.capture", "from=6m")
	if is := l.s.Baselines["tickets"]; is == nil || is.Mean != 4.5 || is.Points != 2 {
		t.Fatalf("got %+v", is)
	}
	if got := l.told(); got != "captured the baseline of Tickets: 4.5 /h, the mean of 2 points" {
		t.Error(got)
	}
	l.refold()
}

func TestBaselinesByHand(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	l.refuse(true, "value=5 is the baseline of one monitor; expected monitor=ID beside it", "el", "baseline.capture", "value=5")
	l.refuse(true, "value=5 is the baseline of one monitor", "el", "baseline.capture", "value=5", "monitor=all")
	l.refuse(true, "leave from and to out", "el", "baseline.capture", "value=5", "monitor=network", "from=1h")
	l.refuse(true, "value=five is no number", "el", "baseline.capture", "value=five", "monitor=network")
	l.do("el", "baseline.capture", "value=-5.5 B/s", "monitor=network")
	is := l.s.Baselines["network"]
	if is == nil || is.Mean != -5.5 || is.Points != 0 || is.User != "el" {
		t.Fatalf("got %+v", is)
	}
	if got := l.told(); got != "gave the baseline of Network by hand: -5.5 B/s" {
		t.Error(got)
	}
	l.do("em", "baseline.capture", "value=7", "monitor=network")
	if is := l.s.Baselines["network"]; is.Mean != 7 || is.User != "em" {
		t.Fatalf("the newer one counts: %+v", is)
	}
	l.refuse(false, "nothing of yours to take back", "el", "undo")
	l.refold()
}

func TestBaselinesThatCannotBe(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	good := Capture{Monitor: "network", Mean: 1, Points: 2}
	l.odd("captured nothing", "baseline.captured", BaselineCaptured{})
	l.odd(`no monitor "no"`, "baseline.captured", BaselineCaptured{Captured: []Capture{good, {Monitor: "no", Mean: 1, Points: 2}}})
	l.odd("the mean of points, or given by hand", "baseline.captured", BaselineCaptured{Captured: []Capture{{Monitor: "network", Mean: 1}}})
	l.odd("the mean of points, or given by hand", "baseline.captured", BaselineCaptured{Captured: []Capture{{Monitor: "network", Mean: 1, Points: -1}}})
	l.odd("the mean of points, or given by hand", "baseline.captured", BaselineCaptured{Captured: []Capture{{Monitor: "network", Mean: 1, Points: 2, ByHand: true}}})
	l.refold()
}

func TestMonitorChangedAfterARevision(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	value := 0.04
	l.system(KindMonitorChanged, MonitorChanged{Monitor: "error-rate", From: "CRIT", To: "OK", Value: &value, Unit: "%", At: l.now,
		Revised: []Revision{{At: l.now.Add(-time.Minute), From: 0.9, To: 0.03}}})
	if got := l.told(); got != "Error rate went from CRIT to OK at 0.04 %, after a revision" || l.s.Monitors["error-rate"] != "OK" {
		t.Error(got)
	}
	l.system(KindMonitorChanged, MonitorChanged{Monitor: "log-shop-error", To: "ERROR", Error: "throttled"})
	if got := l.told(); got != "Error lines, /shop is ERROR: throttled" {
		t.Error(got)
	}
	if m := l.s.WatchedMonitor("orders"); m == nil || m.Name != "Orders" || l.s.WatchedMonitor("no") != nil || len(l.s.Watched()) != 7 {
		t.Errorf("watched: %+v", l.s.Watched())
	}
	l.refold()
}
