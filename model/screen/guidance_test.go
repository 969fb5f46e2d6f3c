package screen

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
)

// advised is a launch whose runbook has every pitfall of the seed, and a task and contacts for those that need one.
func advised() *launch.State {
	s := testState()
	group := runbook.GuidanceGroup{ID: "all", Title: "All"}
	for _, f := range pitfalls() {
		group.Notes = append(group.Notes, runbook.Action{ID: "x/" + f.id, Text: f.id})
	}
	s.Runbook.Guidance.Pitfalls = []runbook.GuidanceGroup{group}
	s.Runbook.Timeline = append(s.Runbook.Timeline, runbook.Day{At: runbook.Mark(-7 * 24 * time.Hour), Roles: []runbook.DayRole{{Role: "engineering-lead", Tasks: []runbook.Task{
		{ID: "l-7d/engineering-lead/test-rollback-procedures", Text: "Test rollback procedures"},
		{ID: "l-14d/product-owner/success-criteria-definition", Text: "Success criteria definition"}}}}})
	return s
}

func warned(sc *Screen, end string) string {
	for _, w := range sc.Guidance {
		if strings.HasSuffix(w.ID, "/"+end) {
			return w.What
		}
	}
	return ""
}

// Each pitfall is told when its cause is there, in the words of the case, and goes with it.
func TestPitfallsComeAndGoWithTheirCause(t *testing.T) {
	hour := t0.Add(-time.Hour)
	for name, c := range map[string]struct {
		id, says string
		now      time.Time
		cause    func(s *launch.State, f *Facts)
		cure     func(s *launch.State, f *Facts)
	}{
		"rollback untested": {"incomplete-testing-of-rollback-procedures", "the task is open", hour, func(*launch.State, *Facts) {}, func(s *launch.State, _ *Facts) {
			s.Tasks["l-7d/engineering-lead/test-rollback-procedures"] = &launch.Task{}
		}},
		"criteria undefined": {"unclear-success-criteria", "not defined", hour, func(*launch.State, *Facts) {}, func(s *launch.State, _ *Facts) {
			s.Tasks["l-14d/product-owner/success-criteria-definition"] = &launch.Task{}
		}},
		"a late update": {"unclear-communication-chains", "nobody is named", hour, func(s *launch.State, _ *Facts) {
			s.Runbook.Contacts = []runbook.ContactGroup{{ID: "business", Title: "Business Emergencies", Primary: runbook.Contact{Role: "nobody"}}}
		}, func(s *launch.State, _ *Facts) { s.Runbook.Contacts = nil }},
		"a trigger that nobody takes up": {"delayed-escalations", "nobody has acknowledged", t0.Add(20 * time.Minute), func(s *launch.State, _ *Facts) {
			fire(s, s.Runbook.Triggers[0].ID, "T+10m")
		}, func(s *launch.State, _ *Facts) { acknowledge(s.Triggers[s.Runbook.Triggers[0].ID], "T+11m") }},
		"a defect that nobody takes up": {"delayed-escalations", "D1", hour, func(s *launch.State, _ *Facts) {
			s.Runbook.Defects.Severities = []runbook.Severity{{ID: "sev1", Title: "Critical", Blocking: true, Respond: runbook.Duration(time.Minute)}}
			s.Defects = []*launch.Defect{{ID: "D1", Title: "x", Severity: "sev1", Blocking: true, Since: hour.Add(-time.Hour)}}
		}, func(s *launch.State, _ *Facts) { s.Defects[0].Attended = &launch.Mark{At: hour} }},
	} {
		t.Run(name, func(t *testing.T) {
			s := advised()
			f := healthy(s, c.now)
			c.cause(s, &f)
			if what := warned(Present(s, f, nil, c.now), c.id); !strings.Contains(what, c.says) {
				t.Errorf("it says %q", what)
			}
			c.cure(s, &f)
			if what := warned(Present(s, f, nil, c.now), c.id); what != "" {
				t.Errorf("it still says %q", what)
			}
		})
	}
}

// What has no cause is not told, and a runbook without guidance says nothing: warnings never make noise of their own.
func TestNoPitfallWithoutItsCause(t *testing.T) {
	s := advised()
	given(s)
	s.Tasks["l-7d/engineering-lead/test-rollback-procedures"], s.Tasks["l-14d/product-owner/success-criteria-definition"] = &launch.Task{}, &launch.Task{}
	now := at("L-3d")
	if sc := Present(s, healthy(s, now), nil, now); len(sc.Guidance) != 0 {
		t.Errorf("days before T-0: %s", fmt.Sprint(sc.Guidance))
	}
	s.Runbook.Guidance = runbook.Guidance{}
	if sc := Present(s, healthy(s, t0), nil, t0); len(sc.Guidance) != 0 {
		t.Errorf("without guidance in the runbook: %v", sc.Guidance)
	}
	ids := map[string]bool{}
	for _, f := range pitfalls() {
		if ids[f.id] || slices.Contains([]string{f.do, f.id}, "") {
			t.Errorf("pitfall %+v", f)
		}
		ids[f.id] = true
	}
}
