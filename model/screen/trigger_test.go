package screen

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// triggerOf is a trigger on the screen.
func triggerOf(t *testing.T, s *Screen, id string) Trigger {
	t.Helper()
	for _, tr := range s.Triggers {
		if tr.ID == id {
			return tr
		}
	}
	t.Fatalf("no trigger %s", id)
	return Trigger{}
}

func verdicts(f Facts, id string, v monitor.TriggerVerdict) Facts {
	f.Verdicts = map[string]monitor.TriggerVerdict{id: v}
	return f
}

func TestTriggersTell(t *testing.T) {
	const id = "error-rate-high"
	pending := monitor.TriggerVerdict{Pending: 3, Of: 5, Evidence: bad("T-32m", 3)}
	firing := monitor.TriggerVerdict{Firing: true, Since: at("T-31m"), Pending: 5, Of: 5, Evidence: bad("T-35m", 5)}
	later := firing
	later.Evidence = append(bad("T-35m", 5), bad("T-29m", 2)...)
	for _, tc := range []struct {
		name, now string
		make      func(*launch.State)
		verdict   monitor.TriggerVerdict
		state     string
		since     string // a mark; empty: never
		points    int
		proposes  string
	}{
		{name: "quiet", now: "T-30m", state: "quiet"},
		{name: "good points", now: "T-30m", verdict: monitor.TriggerVerdict{Of: 5, Since: at("T-40m")}, state: "quiet"},
		{name: "pending", now: "T-30m", verdict: pending, state: "pending", since: "T-32m", points: 3},
		{name: "fired", now: "T-30m", verdict: firing, make: func(s *launch.State) { fire(s, id, "T-31m") }, state: "fired", since: "T-31m", points: 5, proposes: "hold"},
		{name: "fired, and no room", now: "T-30m", make: func(s *launch.State) { fire(s, id, "T-31m") }, state: "fired", since: "T-31m", points: 5, proposes: "hold"},
		{name: "more has come", now: "T-28m", verdict: later, make: func(s *launch.State) { fire(s, id, "T-31m") }, state: "fired", since: "T-31m", points: 7, proposes: "hold"},
		{name: "pending again while in force", now: "T-20m", verdict: pending, make: func(s *launch.State) { fire(s, id, "T-31m") }, state: "fired", since: "T-31m", points: 5, proposes: "hold"},
		{name: "fires and is not recorded", now: "T-30m", verdict: firing, state: "fired", since: "T-31m", points: 5, proposes: "hold"},
		{name: "acknowledged", now: "T-28m", verdict: firing, make: func(s *launch.State) { acknowledge(fire(s, id, "T-31m"), "T-29m") },
			state: "acknowledged", since: "T-29m", points: 5, proposes: "hold"},
		{name: "a step has started since", now: "T+3m", make: func(s *launch.State) {
			fire(s, id, "T-31m")
			done(s, "flag", launch.StepDone, at("T+2m"))
		}, state: "fired", since: "T-31m", points: 5, proposes: "rollback"},
		{name: "cleared", now: "T-11m", make: func(s *launch.State) { clearTrigger(fire(s, id, "T-31m"), "T-20m") }, state: "cleared", since: "T-20m", points: 5},
		{name: "cleared ten minutes ago", now: "T-10m", make: func(s *launch.State) { clearTrigger(fire(s, id, "T-31m"), "T-20m") }, state: "quiet", since: "T-20m"},
		{name: "pending after it cleared", now: "T-19m", verdict: pending, make: func(s *launch.State) { clearTrigger(fire(s, id, "T-31m"), "T-20m") },
			state: "pending", since: "T-32m", points: 3},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := testState()
			given(s)
			if tc.make != nil {
				tc.make(s)
			}
			p := Present(s, verdicts(healthy(s, at(tc.now)), id, tc.verdict), nil, at(tc.now))
			got := triggerOf(t, p, id)
			if got.State != tc.state || len(got.Points) != tc.points || got.Proposes != tc.proposes {
				t.Errorf("%s, %d points, proposes %q", got.State, len(got.Points), got.Proposes)
			}
			if tc.since == "" && !got.Since.IsZero() || tc.since != "" && !got.Since.Equal(at(tc.since)) {
				t.Errorf("since %s; want %s", got.Since, tc.since)
			}
			if shown := tc.state == "fired" || tc.state == "acknowledged" || tc.state == "cleared"; (got.Fired != nil) != shown {
				t.Errorf("fired by %+v", got.Fired)
			}
			if (got.Acknowledged != nil) != (tc.state == "acknowledged") || (got.Cleared != nil) != (tc.state == "cleared") {
				t.Errorf("acknowledged %+v, cleared %+v", got.Acknowledged, got.Cleared)
			}
			if red := p.Status == Red; red != (tc.state == "fired" || tc.state == "acknowledged") {
				t.Errorf("the status is %s: %q", p.Status, p.Reasons)
			}
		})
	}
}

func TestEveryTriggerOfTheRunbookIsToldInOrder(t *testing.T) {
	s := testState()
	p := Present(s, verdicts(Facts{}, "tickets-flood", monitor.TriggerVerdict{NoBaseline: true, Of: 3}), nil, at("T-30m"))
	want := []Trigger{
		{ID: "error-rate-high", Title: "Error rate > 1% for 5 minutes", Group: "technical", When: "error-rate > 1% for 5m", Monitor: "error-rate", Priority: "high", State: "quiet"},
		{ID: "tickets-flood", Title: "Ticket flood", Group: "business", When: "tickets > baseline * 3 for 45m", Monitor: "tickets", Priority: "normal", State: "quiet", NoBaseline: true},
		{ID: "security-incident", Title: "Security incident", Group: "technical", Priority: "high", State: "quiet"},
	}
	if !reflect.DeepEqual(p.Triggers, want) {
		t.Errorf("got  %+v\nwant %+v", p.Triggers, want)
	}
}

func TestAlarms(t *testing.T) {
	now := at("T-30m")
	crit := monitor.Reading{State: monitor.Crit, Pending: 2, Of: 2, Since: at("T-40m")}
	silence := func(s *launch.State, id, until string) {
		s.Silences = map[string]*launch.Silence{id: {Mark: mark("lead", "known", at("T-45m")), Until: at(until)}}
	}
	for _, tc := range []struct {
		name string
		make func(*launch.State, Facts) Facts
		want []string
	}{
		{"none", func(_ *launch.State, f Facts) Facts { return f }, nil},
		{"a warning, a first critical point and a pending trigger are none", func(_ *launch.State, f Facts) Facts {
			f = with(with(f, "latency", monitor.Reading{State: monitor.Warn}), "error-rate", monitor.Reading{State: monitor.Crit, Pending: 1, Of: 2})
			return verdicts(f, "error-rate-high", monitor.TriggerVerdict{Pending: 4, Of: 5})
		}, nil},
		{"critical", func(_ *launch.State, f Facts) Facts { return with(f, "error-rate", crit) },
			[]string{"monitor/error-rate@1795512000 Error rate > 0.5% | Page on-call | EL"}},
		{"silenced", func(s *launch.State, f Facts) Facts {
			silence(s, "error-rate", "T-15m")
			return with(f, "error-rate", crit)
		},
			[]string{"monitor/error-rate@1795512000 Error rate > 0.5% | Page on-call | EL quiet"}},
		{"silenced until now", func(s *launch.State, f Facts) Facts {
			silence(s, "error-rate", "T-30m")
			return with(f, "error-rate", crit)
		},
			[]string{"monitor/error-rate@1795512000 Error rate > 0.5% | Page on-call | EL"}},
		{"the trigger speaks for its monitor", func(s *launch.State, f Facts) Facts {
			fire(s, "error-rate-high", "T-31m")
			return with(with(f, "error-rate", crit), "tickets", crit)
		}, []string{
			"trigger/error-rate-high#90 Error rate > 1% for 5 minutes | hold the clock (H) | EL/EM",
			"monitor/tickets@1795512000 Ticket volume |  | PO",
			"monitor/error-rate@1795512000 Error rate > 0.5% | Page on-call | EL quiet",
		}},
		{"the system's monitors first", func(_ *launch.State, f Facts) Facts { return with(with(f, "tickets", crit), "latency", crit) }, []string{
			"monitor/latency@1795512000 Latency > 500ms |  | EL",
			"monitor/tickets@1795512000 Ticket volume |  | PO",
		}},
		{"acknowledged last, high priority first", func(s *launch.State, f Facts) Facts {
			acknowledge(fire(s, "error-rate-high", "T-35m"), "T-34m")
			fire(s, "tickets-flood", "T-33m")
			declare(s, "security-incident", "T-32m")
			return f
		}, []string{
			"trigger/security-incident#91 Security incident | hold the clock (H) | EL/EM",
			"trigger/tickets-flood#90 Ticket flood | hold the clock (H) | EL/EM",
			"trigger/error-rate-high#90 Error rate > 1% for 5 minutes | hold the clock (H) | EL/EM quiet",
		}},
		{"held", func(s *launch.State, f Facts) Facts {
			fire(s, "error-rate-high", "T-31m")
			s.Clock.Hold = &launch.Hold{Mark: mark("lead", "look", at("T-30m"))}
			return f
		}, []string{"trigger/error-rate-high#90 Error rate > 1% for 5 minutes |  | EL/EM"}},
		{"after a step", func(s *launch.State, f Facts) Facts {
			fire(s, "error-rate-high", "T-31m")
			done(s, "flag", launch.StepDone, at("T-30m"))
			return f
		}, []string{"trigger/error-rate-high#90 Error rate > 1% for 5 minutes | roll back (R) | EL/EM"}},
		{"cleared", func(s *launch.State, f Facts) Facts {
			clearTrigger(fire(s, "error-rate-high", "T-35m"), "T-31m")
			return f
		}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := testState()
			given(s)
			p := Present(s, tc.make(s, healthy(s, now)), nil, now)
			var got []string
			for _, a := range p.Alarms {
				text := a.Key + " " + a.Title + " | " + a.Action + " | " + a.Owner
				if a.Quiet {
					text += " quiet"
				}
				got = append(got, text)
				if a.Since.IsZero() || a.Trigger == "" && (a.Silenced != nil) != strings.Contains(tc.name, "silenced") && tc.name != "silenced until now" {
					t.Errorf("%+v", a)
				}
			}
			if !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

// The key is that of the alarm, not of the moment: the bell rings once.
func TestAnAlarmKeepsItsKey(t *testing.T) {
	s := testState()
	given(s)
	tr := fire(s, "error-rate-high", "T-31m")
	key := func(now string) string { return Present(s, healthy(s, at(now)), nil, at(now)).Alarms[0].Key }
	was := key("T-30m")
	acknowledge(tr, "T-29m")
	if is := key("T-20m"); is != was {
		t.Errorf("%s became %s", was, is)
	}
	clearTrigger(tr, "T-19m")
	fire(s, "error-rate-high", "T-18m").Fired.Seq = 120
	if is := key("T-17m"); is == was {
		t.Errorf("the next firing is called %s too", is)
	}
}

func TestMonitorsTellBaselineAndSilence(t *testing.T) {
	s, now := testState(), at("T-30m")
	s.File.Logs = append(s.File.Logs, logGroup())
	s.Baselines = map[string]*launch.Baseline{"tickets": {Mark: mark("owner", "", at("L-1d")), Mean: 12.5, Points: 56}}
	s.Silences = map[string]*launch.Silence{"tickets": {Mark: mark("owner", "a campaign", at("T-40m")), Until: at("T-10m")}}
	s.Values = map[string][]launch.Value{"tickets": {{Mark: mark("owner", "", at("T-40m"))}}}
	p := Present(s, Facts{}, nil, now)
	by := map[string]Monitor{}
	for _, m := range p.Monitors {
		by[m.ID] = m
	}
	m := by["tickets"]
	if !m.Needs || m.Baseline == nil || *m.Baseline != 12.5 || m.BaselineBy.User != "owner" || m.Silenced.Text != "a campaign" || !m.SilentTill.Equal(at("T-10m")) || m.Source != "manual" {
		t.Errorf("%+v", m)
	}
	if m := by["error-rate"]; m.Needs || m.Baseline != nil || m.Silenced != nil || m.Every != time.Minute || m.Source != "cloudwatch" {
		t.Errorf("%+v", m)
	}
	if m := by["log-shop-error"]; m.Source != "logs" || m.Group != "logs" {
		t.Errorf("the log's monitor is %+v", m)
	}
	s.Runbook.Monitors[2].Warning = ""
	if p = Present(s, Facts{}, nil, at("T-10m")); !p.Monitors[2].Needs || p.Monitors[2].Silenced != nil {
		t.Errorf("a trigger's rule needs the baseline, and the silence is over: %+v", p.Monitors[2])
	}
	s.Baselines["tickets"].Mean, s.Silences["tickets"].Until = 99, t0
	if *m.Baseline != 12.5 || !m.SilentTill.Equal(at("T-10m")) {
		t.Error("a published monitor changed with the state")
	}
}

func TestEvidenceIsNotShared(t *testing.T) {
	s := testState()
	tr := fire(s, "error-rate-high", "T-31m")
	f := verdicts(Facts{Sources: []SourceHealth{{Name: "cloudwatch"}}, Spend: Spend{Metrics: 1000, USD: 0.01}}, "error-rate-high", monitor.TriggerVerdict{})
	p := Present(s, f, nil, at("T-30m"))
	before, _ := json.Marshal(p)
	tr.Points[0].Value = 0
	acknowledge(tr, "T-29m")
	f.Sources[0].Error = "throttled"
	if after, _ := json.Marshal(p); string(before) != string(after) {
		t.Errorf("a published screen changed\n%s\n%s", before, after)
	}
	if len(p.Sources) != 1 || p.Spend.Metrics != 1000 {
		t.Errorf("%+v %+v", p.Sources, p.Spend)
	}
}

func TestContextHoldsTheTriggersMonitors(t *testing.T) {
	s, now := testState(), at("T-12m")
	given(s)
	f := healthy(s, now)
	for i := range 40 {
		m := s.Runbook.Monitors[0]
		m.ID = "more-" + string(rune('a'+i%26)) + string(rune('a'+i/26))
		s.Runbook.Monitors = append([]runbook.Monitor{m}, s.Runbook.Monitors...)
		f = with(f, m.ID, monitor.Reading{State: monitor.NoData})
	}
	fire(s, "error-rate-high", "T-20m")
	names := make([]string, 1, 8)
	names[0] = "queue"
	c := ContextOf(Present(s, f, nil, now), names...)
	if _, there := c.Metrics["error-rate"]; !there || len(c.Metrics) != maxContext || c.Metrics["queue"].State != "NO RULE" || c.Status != "RED" {
		t.Errorf("%d metrics: %v", len(c.Metrics), c.Metrics)
	}
	if names = names[:2]; names[1] != "" {
		t.Error("the caller's list was written to")
	}
	if c.Metrics["more-aa"].State != "NO DATA" && c.Metrics["more-nb"].State != "NO DATA" {
		t.Errorf("%v", c.Metrics)
	}
}
