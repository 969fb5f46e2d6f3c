package screen

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tminus/model/launch"
	"tminus/model/monitor"
)

func TestStatus(t *testing.T) {
	now := at("T-30m")
	crit := func(pending, of int) monitor.Reading {
		return monitor.Reading{State: monitor.Crit, Pending: pending, Of: of}
	}
	for _, tc := range []struct {
		name    string
		make    func(*launch.State, Facts) Facts
		want    Status
		reasons []string // the beginnings of all reasons, in order
	}{
		{"green", func(_ *launch.State, f Facts) Facts { return f }, Green, nil},
		{"no room", func(_ *launch.State, f Facts) Facts { f.Watched = false; return f }, NotWatched, []string{"no room polls"}},
		{"nothing judged", func(_ *launch.State, f Facts) Facts {
			return with(with(f, "error-rate", monitor.Reading{State: monitor.NoBaseline}), "latency", monitor.Reading{State: monitor.NoRule})
		}, NotWatched, []string{"no monitor has both"}},
		{"critical twice", func(_ *launch.State, f Facts) Facts { return with(f, "error-rate", crit(2, 2)) }, Red,
			[]string{"Error rate critical: > 0.5% (Page on-call)"}},
		{"critical once", func(_ *launch.State, f Facts) Facts { return with(f, "error-rate", crit(1, 2)) }, Yellow,
			[]string{"Error rate critical"}},
		{"critical outside the system", func(s *launch.State, f Facts) Facts { return with(f, "tickets", crit(2, 2)) }, Yellow,
			[]string{"Ticket volume critical"}},
		{"warning", func(_ *launch.State, f Facts) Facts {
			return with(f, "error-rate", monitor.Reading{State: monitor.Warn})
		}, Yellow,
			[]string{"Error rate warning: > 0.1% (Investigate)"}},
		{"no data", func(_ *launch.State, f Facts) Facts { delete(f.Readings, "error-rate"); return f }, Yellow, []string{"NO DATA: Error rate"}},
		{"stale together", func(_ *launch.State, f Facts) Facts {
			return with(with(f, "error-rate", monitor.Reading{State: monitor.Stale}), "latency", monitor.Reading{State: monitor.Stale})
		}, Yellow, []string{"STALE: Error rate, Latency"}},
		{"error", func(_ *launch.State, f Facts) Facts {
			return with(f, "latency", monitor.Reading{State: monitor.Error, Error: "throttled"})
		}, Yellow, []string{"ERROR: Latency (throttled)"}},
		{"unbound and without rules", func(_ *launch.State, f Facts) Facts {
			return with(with(f, "tickets", monitor.Reading{State: monitor.NoData}), "queue", monitor.Reading{State: monitor.Stale})
		}, Green, nil},
		{"held", func(s *launch.State, f Facts) Facts {
			s.Clock.Hold = &launch.Hold{Mark: mark("lead", "waiting for the baseline", now)}
			return f
		}, Yellow, []string{"the clock is held: waiting"}},
		{"lapsed", func(s *launch.State, f Facts) Facts { s.Polls[0].Lapsed = "T-0 moved by 70m"; return f }, Yellow,
			[]string{"the GO lapsed: T-0 moved"}},
		{"failed step", func(s *launch.State, f Facts) Facts { done(s, "flag", launch.StepFailed, now); return f }, Yellow,
			[]string{"step 1, Feature Flag Configuration, is failed"}},
		{"a trigger", func(s *launch.State, f Facts) Facts { fire(s, "error-rate-high", "T-31m"); return f }, Red,
			[]string{"trigger fired: Error rate > 1% for 5 minutes"}},
		{"a trigger without a room", func(s *launch.State, f Facts) Facts { fire(s, "error-rate-high", "T-31m"); return Facts{} }, NotWatched,
			[]string{"no room polls", "trigger fired: Error rate"}},
		{"acknowledged triggers last", func(s *launch.State, f Facts) Facts {
			acknowledge(fire(s, "error-rate-high", "T-33m"), "T-32m")
			declare(s, "security-incident", "T-31m")
			return with(f, "latency", crit(2, 2))
		}, Red, []string{"trigger fired: Security incident (declared by owner)", "trigger fired: Error rate > 1% for 5 minutes (acknowledged by lead)", "Latency critical"}},
		{"declared and acknowledged", func(s *launch.State, f Facts) Facts {
			acknowledge(declare(s, "security-incident", "T-31m"), "T-30m")
			return f
		}, Red, []string{"trigger fired: Security incident (declared by owner, acknowledged by lead)"}},
		{"a cleared trigger", func(s *launch.State, f Facts) Facts {
			clearTrigger(fire(s, "error-rate-high", "T-33m"), "T-31m")
			return f
		}, Green, nil},
		{"a pending trigger", func(_ *launch.State, f Facts) Facts {
			return verdicts(f, "error-rate-high", monitor.TriggerVerdict{Pending: 4, Of: 5})
		}, Green, nil},
		{"a silenced monitor is no better", func(s *launch.State, f Facts) Facts {
			s.Silences = map[string]*launch.Silence{"error-rate": {Until: at("T-10m")}}
			return with(f, "error-rate", crit(2, 2))
		}, Red, []string{"Error rate critical"}},
		{"a partial answer", func(_ *launch.State, f Facts) Facts {
			return with(f, "error-rate", monitor.Reading{State: monitor.OK, Partial: true})
		}, Green, nil},
		{"one source's error once", func(_ *launch.State, f Facts) Facts {
			denied := monitor.Reading{State: monitor.Error, Error: "credentials expired; aws sso login --profile launch"}
			return with(with(f, "error-rate", denied), "latency", denied)
		}, Yellow, []string{"ERROR: Error rate, Latency (credentials expired; aws sso login --profile launch)"}},
		{"only a trigger judges it", func(s *launch.State, f Facts) Facts {
			s.Runbook.Triggers[0].When = "queue > 100 for 5m"
			return with(f, "queue", monitor.Reading{State: monitor.Stale})
		}, Yellow, []string{"STALE: Queue"}},
		{"typed once and no more", func(s *launch.State, f Facts) Facts {
			s.Values = map[string][]launch.Value{"tickets": {{}}}
			return with(f, "tickets", monitor.Reading{State: monitor.Stale})
		}, Yellow, []string{"STALE: Ticket volume"}},
		{"worst first", func(s *launch.State, f Facts) Facts {
			s.Clock.Hold = &launch.Hold{Mark: mark("lead", "", now)}
			f.ReadOnly = "the disk is full"
			delete(f.Readings, "error-rate")
			return with(f, "latency", crit(3, 3))
		}, Red, []string{"Latency critical", "the clock is held", "NO DATA: Error rate", "nothing can be recorded"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := testState()
			given(s)
			got := Present(s, tc.make(s, healthy(s, now)), nil, now)
			if got.Status != tc.want || len(got.Reasons) != len(tc.reasons) {
				t.Fatalf("%s %q; want %s %q", got.Status, got.Reasons, tc.want, tc.reasons)
			}
			for i, r := range tc.reasons {
				if !strings.HasPrefix(got.Reasons[i], r) {
					t.Errorf("reason %d: %q; want %q", i, got.Reasons[i], r)
				}
			}
		})
	}
}

func TestManyUnknownMonitorsAreOneReason(t *testing.T) {
	if got := some([]string{"A", "B", "C", "D"}); got != "A, B, C, D" {
		t.Error(got)
	}
	if got := some([]string{"A", "B", "C", "D", "E"}); got != "A, B, C and 2 more" {
		t.Error(got)
	}
}

// Whatever the readings: GREEN only while a room polls, something is judged, and every bound monitor with rules is OK.
func TestNoDataNeverReadsGreen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, now := testState(), at("T-30m")
		given(s)
		s.Mode = rapid.SampledFrom([]launch.Mode{launch.Live, launch.DryRun, launch.Rehearsal}).Draw(t, "mode")
		f := Facts{Watched: rapid.Bool().Draw(t, "watched"), Readings: map[string]monitor.Reading{}}
		fires := rapid.Bool().Draw(t, "a trigger fires")
		if fires {
			f.Verdicts = map[string]monitor.TriggerVerdict{"error-rate-high": {Firing: true, Pending: 5, Of: 5, Since: at("T-31m")}}
		}
		for _, m := range slices.Concat(s.Runbook.Monitors, s.File.Monitors) {
			if rapid.Bool().Draw(t, m.ID+" bound") {
				delete(s.File.Sources, m.ID)
			}
			if rapid.Bool().Draw(t, m.ID+" known") {
				f.Readings[m.ID] = monitor.Reading{
					State:   monitor.State(rapid.IntRange(0, int(monitor.OK)).Draw(t, "state")),
					Pending: rapid.IntRange(0, 3).Draw(t, "pending"), Of: rapid.IntRange(0, 3).Draw(t, "of"),
				}
			}
		}
		p := Present(s, f, nil, now)
		if p.Status == Green != (len(p.Reasons) == 0) {
			t.Fatalf("%s with the reasons %q", p.Status, p.Reasons)
		}
		judged := 0
		for _, m := range p.Monitors {
			read, known := f.Readings[m.ID]
			if m.State.Judged() && (!known || read.State != m.State) {
				t.Fatalf("%s reads %s without such a reading", m.ID, m.State)
			}
			if m.State == monitor.OK {
				judged++
			}
			silent := m.State == monitor.NoData || m.State == monitor.Stale || m.State == monitor.Error
			bad := m.State == monitor.Warn || m.State == monitor.Crit || silent && m.Source != "" && m.Warning != ""
			if p.Status == Green && bad {
				t.Fatalf("GREEN with %s %s", m.ID, m.State)
			}
		}
		if want := fires && f.Watched; want && p.Status != Red || fires && len(p.Alarms) == 0 {
			t.Fatalf("%s while a trigger fires, alarms %v", p.Status, p.Alarms)
		}
		if p.Status == Green && (judged == 0 || !f.Watched) {
			t.Fatalf("GREEN with %d monitors judged, watched %v", judged, f.Watched)
		}
	})
}

func TestNoRoomShowsNoVerdict(t *testing.T) {
	s := testState()
	p := Present(s, Facts{}, nil, at("T-30m"))
	for _, m := range p.Monitors {
		want := monitor.NoData
		if m.Source == "" {
			want = monitor.Unbound
		}
		if m.State != want {
			t.Errorf("%s reads %s without a room; want %s", m.ID, m.State, want)
		}
	}
	if p.Status != NotWatched {
		t.Error(p.Status)
	}
}

func TestPresentOfLittle(t *testing.T) {
	minimal := testState()
	minimal.Items, minimal.Sections, minimal.Tasks, minimal.Steps, minimal.Confirmed, minimal.Takings, minimal.File = nil, nil, nil, nil, nil, nil, nil
	bare := testState()
	bare.Runbook.Sequence.Steps, bare.Runbook.Sequence.Marks, bare.Runbook.RACI, bare.Runbook.GoNoGo.Attendees = nil, nil, nil, nil
	for name, s := range map[string]*launch.State{"empty": {}, "minimal": minimal, "bare": bare} {
		for _, now := range []time.Time{{}, at("L-14d"), at("T-30m"), t0, at("T+24h"), at("T+72h")} {
			p := Present(s, Facts{}, nil, now).For(You{})
			if p.Status != NotWatched || StatusLine(p.StatusDoc(now)) == "" {
				t.Errorf("%s at %s: %s", name, now, p.Status)
			}
			ContextOf(p, "error-rate")
		}
	}
}
