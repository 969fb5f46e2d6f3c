package panes

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/layout"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// incident is the sample twenty minutes after T-0: the error rate has broken both thresholds, its trigger has fired, four
// minutes of points are missing, and a source is throttled.
func incident() *screen.Screen {
	s := sample()
	now := t0().Add(20*time.Minute + 12*time.Second)
	s.At, s.Phase, s.Status = now, launch.Launching, screen.Red
	for i := range s.Monitors {
		m := &s.Monitors[i]
		m.Every = time.Minute
		if !m.At.IsZero() {
			m.At, m.ReadAt, m.Since = m.At.Add(now.Sub(nowAt())), now.Add(-12*time.Second), now.Add(-3*time.Hour)
		}
	}
	m := &s.Monitors[0]
	value, base, count := 1.84, 12.4, 87.0
	m.State, m.Value, m.At, m.Since, m.Pending, m.Of = monitor.Crit, &value, now.Truncate(time.Minute), now.Add(-7*time.Minute), 5, 5
	s.Monitors[1].Low, s.Monitors[1].Count = true, &count
	till := now.Add(34 * time.Minute)
	s.Monitors[2].Silenced, s.Monitors[2].SilentTill = &screen.By{User: "eng-lead", At: now.Add(-6 * time.Minute), Text: "scaling now"}, &till
	s.Monitors[5].Baseline, s.Monitors[5].State, s.Monitors[5].Needs = &base, monitor.OK, true
	s.Monitors[5].BaselineBy = &screen.By{User: "eng-lead", At: now.Add(-45 * time.Minute), Seq: 130}
	s.Monitors[7].Needs = true
	s.Monitors[10].NextTry = now.Add(45 * time.Second)
	s.Spend = screen.Spend{Metrics: 42180, USD: 0.4218}
	s.Sources = []screen.SourceHealth{{Name: "cloudwatch", ReadAt: now.Add(-12 * time.Second), Pace: 4},
		{Name: "http", Error: "401 Unauthorized", Hint: "the token may have expired", NextTry: now.Add(45 * time.Second)}}
	s.Triggers = []screen.Trigger{{ID: "error-rate-high", Title: "Error rate > 1% for 5 minutes", Priority: "high", When: "error-rate > 1% for 5m",
		Monitor: "error-rate", State: "fired", Since: now.Add(-3 * time.Minute), Pending: 5, Of: 5, Proposes: "rollback", Fired: &screen.By{User: "system", At: now.Add(-3 * time.Minute)}}}
	s.Steps[0].Started, s.Steps[0].Ended, s.Steps[0].State = &screen.By{At: t0()}, &screen.By{At: t0().Add(9 * time.Minute)}, launch.StepDone
	for i := range s.Recent {
		s.Recent[i].At = now.Add(-time.Duration(60-i) * 80 * time.Second)
	}
	return s
}

// incidentPoints is what a room has of a monitor of the incident, with from < At <= to.
func incidentPoints(s *screen.Screen, id string, from, to time.Time) []monitor.Point {
	out := []monitor.Point{}
	for i := range s.Monitors {
		m := &s.Monitors[i]
		if m.ID != id || m.Value == nil {
			continue
		}
		for at := from.Truncate(time.Minute); !at.After(to); at = at.Add(time.Minute) {
			ago := m.At.Sub(at).Minutes()
			if ago < 0 || !at.After(from) || ago >= 24 && ago < 28 {
				continue
			}
			v := *m.Value * (1 + 0.12*math.Sin(ago/7) + 0.05*math.Sin(ago*2.3))
			if id == "error-rate" {
				v = 0.04 + 0.02*math.Sin(ago*1.7)
				if ago < 9 {
					v += 1.9 * (1 - math.Exp(ago-9)) * (1 + 0.1*math.Sin(ago*2))
				}
				if ago > 38 && ago < 41 {
					v = 0.31
				}
			}
			if at.Equal(m.At) {
				v = *m.Value
			}
			out = append(out, monitor.Point{At: at, Value: v})
		}
	}
	return out
}

// loaded draws a monitoring view in its frame with everything that it asks for.
func loaded(v *MetricsView, s *screen.Screen, w, h int, keys ...string) []string {
	r := layout.Arrange(w, h).View
	v.SetSize(r.Inner())
	v.SetFocus(true)
	v.SetScreen(s)
	v.Tick(s.At)
	load := func() {
		for want := v.Wants(); want != nil; want = v.Wants() {
			q := want.(intent.LoadSeries)
			v.SetSeries(q.Monitor, q.From, q.To, incidentPoints(s, q.Monitor, q.From, q.To))
		}
	}
	load()
	for _, k := range keys {
		v.Lines() // what scrolls knows how much there is
		v.HandleKey(press(k))
		load()
	}
	return widgets.Frame(v.t, v.Title(), v.Right(), v.Lines(), r.W, r.H, true)
}

// TestLookMetrics writes the view, to be looked at: LOOK_METRICS=200x50 LOOK_KEYS=enter,h go test -run TestLookMetrics.
func TestLookMetrics(t *testing.T) {
	var w, h int
	if n, _ := fmt.Sscanf(os.Getenv("LOOK_METRICS"), "%dx%d", &w, &h); n != 2 {
		t.Skip("set LOOK_METRICS=WxH to write a frame to LOOK_FILE")
	}
	var keys []string
	if k := os.Getenv("LOOK_KEYS"); k != "" {
		keys = strings.Split(k, ",")
	}
	th := theme.New(theme.Options{Profile: colorprofile.TrueColor, NoColor: os.Getenv("LOOK_PLAIN") != "", ASCII: os.Getenv("LOOK_ASCII") != ""})
	out := strings.Join(loaded(NewMetricsView(th), incident(), w, h, keys...), "\n")
	if err := os.WriteFile(os.Getenv("LOOK_FILE"), []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
}
