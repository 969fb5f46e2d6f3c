package rehearsal_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"tminus/model/launch"
	"tminus/model/screen"
)

// watched plays a calm launch until its last step is verified.
func watched(t *testing.T, role string) *world {
	w := start(t, "calm", role)
	t.Cleanup(func() { _ = w.room.Close() })
	w.until("watched", func(s *screen.Screen) bool {
		w.play(s)
		return s.Phase == launch.Watching
	})
	return w
}

func TestACalmLaunchIsClosedAsASuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watched(t, "analytics-lead")
		if err := w.door.SkipToNextMark(t.Context()); err != nil {
			t.Fatal(err)
		}
		s := w.until("closed", func(s *screen.Screen) bool { return s.Phase == launch.Closed })
		if s.Closure.Outcome != launch.ClosedSuccess || s.Success.Met != s.Success.Of || s.Closure.Done != s.Closure.Of || len(s.Closure.Exceptions) > 0 {
			t.Errorf("closed as %s, %d of %d met, %d of %d done: %q", s.Closure.Outcome, s.Success.Met, s.Success.Of, s.Closure.Done, s.Closure.Of, s.Closure.Exceptions)
		}
		for _, g := range s.Success.Groups {
			for _, c := range g.Criteria {
				if c.Auto && (c.Coverage() == nil || *c.Coverage() < 99) {
					t.Errorf("%s: %+v", c.ID, c.Scores)
				}
			}
		}
	})
}

func TestAnEarlyClosingIsConfirmedByAColleague(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watched(t, "engineering-lead")
		w.do("launch.close", "reason=the change is small")
		s := w.until("closed", func(s *screen.Screen) bool { return s.Phase == launch.Closed })
		if s.Closure.Outcome != launch.ClosedUnverified || len(s.Closure.Agreed) != 2 || len(s.Closure.Exceptions) < 5 {
			t.Errorf("%+v", s.Closure)
		}
	})
}

func TestTheCallerIsAskedForTheirOwnCriteria(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watched(t, "product-owner")
		if err := w.door.SkipToNextMark(t.Context()); err != nil {
			t.Fatal(err)
		}
		s := w.until("asked", func(s *screen.Screen) bool { return s.Decision != "" })
		if s.Decision != "is it met? User adoption goals met" {
			t.Fatal(s.Decision)
		}
		for _, g := range s.Success.Groups {
			for _, c := range g.Criteria {
				if c.State == launch.CriterionAsked && slices.Contains([]string{"business-success"}, g.ID) {
					w.do("criterion.judge", "id="+c.ID, "outcome=met", "evidence=dashboards")
				}
			}
		}
		w.until("all met", func(s *screen.Screen) bool { return s.Success.Met == s.Success.Of && s.Decision == "" })
	})
}
