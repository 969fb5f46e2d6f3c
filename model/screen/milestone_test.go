package screen

import (
	"strings"
	"testing"

	"tminus/model/launch"
	"tminus/model/monitor"
)

func achieved(sc *Screen, key string) string {
	for _, m := range sc.Updates.Milestones {
		if m.Key == key {
			return m.Title
		}
	}
	return ""
}

// well is a launch whose latency was bad once, and is good again since T+4m.
func well() (*launch.State, Facts) {
	s := testState()
	given(s)
	s.Monitors = map[string]string{"latency": "OK"}
	f := healthy(s, at("T+10m"))
	r := f.Readings["latency"]
	r.Since = at("T+4m")
	return s, with(f, "latency", r)
}

// The milestone of metrics that are well is a claim to the world: it says what nobody knows, and is not made while anything
// speaks against it.
func TestMetricsAreSaidToBeWellOnlyWhereThatIsKnown(t *testing.T) {
	s, f := well()
	now := at("T+10m")
	title := achieved(Present(s, f, nil, now), "metrics")
	if !strings.Contains(title, "that are read are within their limits") || !strings.Contains(title, "not known: Ticket volume (UNBOUND)") {
		t.Errorf("%q", title)
	}
	s.Runbook.Monitors[2].Warning = "" // no limit: it cannot be within one
	if title = achieved(Present(s, f, nil, now), "metrics"); title != "All metrics are within their limits" {
		t.Errorf("%q", title)
	}
	for name, spoil := range map[string]func(s *launch.State, f *Facts){
		"a trigger fired": func(s *launch.State, _ *Facts) {
			put(s, "error-rate-high", &launch.Trigger{State: launch.TriggerStateFired, Fired: mark("", "", at("T+3m"))})
		},
		"a trigger declared": func(s *launch.State, _ *Facts) {
			put(s, "security-incident", &launch.Trigger{State: launch.TriggerStateFired, Declared: true, Fired: mark("lead", "", at("T+3m"))})
		},
		"a trigger pending": func(_ *launch.State, f *Facts) {
			f.Verdicts = map[string]monitor.TriggerVerdict{"error-rate-high": {Pending: 2, Of: 5}}
		},
		"no data":   func(_ *launch.State, f *Facts) { *f = with(*f, "error-rate", monitor.Reading{State: monitor.NoData}) },
		"an error":  func(_ *launch.State, f *Facts) { *f = with(*f, "error-rate", monitor.Reading{State: monitor.Error}) },
		"no reader": func(_ *launch.State, f *Facts) { f.Watched = false },
		"a bad point that is not sustained": func(_ *launch.State, f *Facts) {
			r := f.Readings["error-rate"]
			r.Pending, r.Of = 1, 3
			*f = with(*f, "error-rate", r)
		},
	} {
		s, f := well()
		spoil(s, &f)
		if title := achieved(Present(s, f, nil, now), "metrics"); title != "" {
			t.Errorf("%s, and yet %q", name, title)
		}
	}
}

// Of a declaration that was cleared, and an alarm that its source corrected, nobody knows that an issue was resolved.
func TestWhatWasNoIssueIsNotSaidToBeResolved(t *testing.T) {
	for why, want := range map[string]string{
		launch.ClearedRecovered: "Issue resolved: Error rate",
		launch.ClearedWithdrawn: "Declared issue cleared: Error rate",
		launch.ClearedRevised:   "Alarm corrected by later data: Error rate",
	} {
		s, f := well()
		m := mark("", why, at("T+6m"))
		put(s, "error-rate-high", &launch.Trigger{State: launch.TriggerStateCleared, Fired: mark("", "", at("T+3m")), Cleared: &m})
		if title := achieved(Present(s, f, nil, at("T+10m")), "cleared/error-rate-high"); !strings.HasPrefix(title, want) {
			t.Errorf("%s: %q", why, title)
		}
	}
}

// A sequence of which steps were skipped was not simply completed.
func TestSkippedStepsAreToldWithTheMilestone(t *testing.T) {
	s := testState()
	given(s)
	done(s, "flag", launch.StepDone, at("T+4m"))
	done(s, "database", launch.StepSkipped, at("T+5m"))
	sc := Present(s, healthy(s, at("T+6m")), nil, at("T+6m"))
	if title := achieved(sc, "launched"); title != "Deployment sequence completed; skipped: Database Updates" {
		t.Errorf("%q", title)
	}
	if achieved(sc, "step/database") != "" {
		t.Error("a skipped step is a milestone")
	}
}

func TestARollbackIsAMilestoneWithWhatIsKnownOfIt(t *testing.T) {
	s := back()
	b := ended(s)
	title := func() string { return achieved(present(s, "T+14m"), "rollback/"+b.ID) }
	if got := title(); got != "Rollback completed; whether it has helped is not known yet" {
		t.Errorf("%q", got)
	}
	m := mark("lead", "4 %", at("T+13m"))
	b.Judged = &m
	for verdict, want := range map[string]string{launch.NotRecovered: "Rollback completed; not recovered", launch.CannotVerify: "Rollback completed; cannot verify", launch.Recovered: "Rollback completed"} {
		if b.Verdict = verdict; title() != want {
			t.Errorf("%s: %q", verdict, title())
		}
	}
}
