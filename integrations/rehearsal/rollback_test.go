package rehearsal_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/integrations/rehearsal"
	"tminus/model/launch"
	"tminus/model/room"
	"tminus/model/screen"
)

// rolledBack lets time pass until the rollback is over and judged.
func (w *world) rolledBack() *screen.Screen {
	w.t.Helper()
	return w.until("rolled back and judged", func(s *screen.Screen) bool {
		r := s.CurrentRequest()
		return r != nil && r.Ended != nil && r.Verdict != ""
	})
}

// The rehearsal that everybody begins with: an error spike, one decision by its lead, and a rollback that heals it.
func TestTheErrorSpikeIsRolledBackWithinFiveMinutesOfTheWall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "error-spike", "engineering-lead")
		defer w.room.Close()
		began := time.Now()
		w.launching()
		w.fired("error-rate-high")
		fired := time.Since(began)
		w.do("rollback.request", "reason=errors beyond one per cent")
		s := w.until("over", func(s *screen.Screen) bool { r := s.CurrentRequest(); return r != nil && r.Ended != nil })
		wall := time.Since(began)
		r := s.CurrentRequest()
		t.Logf("fired after %s, rolled back after %s of the wall", fired, wall)
		if fired > 3*time.Minute || wall > 5*time.Minute || r.State != screen.RequestDone {
			t.Errorf("fired after %s, %s after %s: %+v", fired, r.State, wall, r.Ended)
		}
		if len(r.Steps) != 3 {
			t.Errorf("%d steps: the database had been migrated", len(r.Steps))
		}
		s = w.rolledBack()
		if r = s.CurrentRequest(); r.Verdict != "recovered" || s.Phase != launch.RolledBack {
			t.Errorf("%s in %s: %+v", r.Verdict, s.Phase, r.Recovered)
		}
		if f := s.Flag(""); f == nil || f.Word != screen.FlagOff {
			t.Errorf("the flag: %+v", f)
		}
		if len(s.Outstanding) > 0 {
			t.Errorf("outstanding: %+v", s.Outstanding)
		}
		w.intact()
	})
}

// A rehearsal that is left in the middle of a rollback is gone on with where it stood: nothing is done twice.
func TestARollbackThatWasLeftIsGoneOnWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "error-spike", "engineering-lead")
		defer func() { w.room.Close() }()
		w.launching()
		w.fired("error-rate-high")
		w.do("rollback.request", "reason=errors beyond one per cent")
		for _, until := range []string{"execute-rollback-scripts", "code-rollback"} {
			s := w.until(until+" under way", func(s *screen.Screen) bool {
				for _, e := range w.entries(launch.KindCallIntended) {
					if strings.Contains(string(e.Data), `"part":"`+until+`"`) {
						return true
					}
				}
				return false
			})
			if err := w.room.Close(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour) // of the wall; the rehearsal's clock stands
			w.open("error-spike", rehearsal.Caller{User: "me", Role: "engineering-lead"}, w.left(s.At))
		}
		s := w.rolledBack()
		if r := s.CurrentRequest(); r.State != screen.RequestDone || r.Verdict != "recovered" {
			t.Errorf("%s %s", r.State, r.Verdict)
		}
		calls := map[string]int{}
		for _, e := range w.entries(launch.KindCallIntended) {
			var d launch.CallIntended
			if err := json.Unmarshal(e.Data, &d); err != nil {
				t.Fatal(err)
			}
			calls[d.Part]++
		}
		for part, n := range calls {
			if n != 1 {
				t.Errorf("%s was called %d times", part, n)
			}
		}
		w.intact()
	})
}

// What follows a rollback is done by the colleagues, and the caller's part is left to the caller.
func TestColleaguesClearUpAfterARollback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "error-spike", "engineering-lead")
		defer w.room.Close()
		w.launching()
		w.fired("error-rate-high")
		w.do("rollback.request", "reason=errors beyond one per cent")
		s := w.rolledBack()
		var own string
		for _, role := range s.Afterwards {
			if role.Short == "EL" {
				own = role.Actions[0].ID
			}
		}
		w.do("task.done", "id="+own)
		s = w.until("cleared up", func(s *screen.Screen) bool {
			for _, role := range s.Afterwards {
				for _, a := range role.Actions {
					if a.Done == nil && role.Short != "EL" {
						return false
					}
				}
			}
			return len(s.Afterwards) > 0
		})
		for _, role := range s.Afterwards {
			if role.Short == "EL" && (role.Actions[0].Done == nil || role.Actions[1].Done != nil) {
				t.Errorf("the caller's own: %+v", role.Actions)
			}
		}
		w.intact()
	})
}

// left is where the rehearsal's clock stood when its room ended, and no earlier than at.
func (w *world) left(at time.Time) time.Time {
	state, _, err := room.Replay(w.t.Context(), w.store, "rehearsal-1")
	if err != nil {
		w.t.Fatal(err)
	}
	if state.Head.At.After(at) {
		return state.Head.At
	}
	return at
}

// word gives the caller's word where the room can tell nothing: nobody knows what caused this rollback.
func (w *world) word(s *screen.Screen) {
	if s.Todo.Yours && s.Todo.Action == "step.confirm" && s.CurrentRequest().Running() {
		w.do("step.confirm", "what="+s.Todo.Target, "evidence=looked at the graphs")
	}
}

func (w *world) over() *screen.Screen {
	w.t.Helper()
	return w.until("over", func(s *screen.Screen) bool { w.word(s); return s.CurrentRequest().State == screen.RequestDone })
}

func TestAnotherAuthorityApprovesARequestOfNormalPriority(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "calm", "engineering-lead")
		defer w.room.Close()
		w.launching()
		w.until("watching", func(s *screen.Screen) bool { w.play(s); return s.Phase == launch.Watching })
		w.do("rollback.request", "reason=customers ask for it")
		s := w.now()
		asked := s.CurrentRequest()
		if !asked.Open() || asked.Missing != 1 || s.Decision != "" {
			t.Fatalf("%+v, decision %q", asked, s.Decision)
		}
		s = w.until("authorized", func(s *screen.Screen) bool { return !s.CurrentRequest().Open() })
		r := s.CurrentRequest()
		if len(r.Approvals) != 2 || r.Approvals[1].User != "product" || r.Approvals[1].At.Sub(r.Requested.At) < 40*time.Second {
			t.Errorf("%+v", r.Approvals)
		}
		w.over()
		w.intact()
	})
}

func TestARequestThatWaitsForTheCallerHoldsTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "calm", "engineering-manager")
		defer w.room.Close()
		w.launching()
		w.until("watching", func(s *screen.Screen) bool { w.play(s); return s.Phase == launch.Watching })
		colleague := w.room.Door(launch.Who{User: "eng-lead", UID: -1, Host: "test", Auth: "rehearsal", As: "engineering-lead"})
		if _, err := colleague.Do(t.Context(), launch.Command{Action: "rollback.request", Args: map[string]string{"reason": "it is not right"}}); err != nil {
			t.Fatal(err)
		}
		s := w.until("1x", func(s *screen.Screen) bool { return s.Clock.Anchor.Speed == 1 })
		id := s.CurrentRequest().ID
		if want := "the rollback " + id + " waits for your approval"; s.Decision != want {
			t.Errorf("the decision is %q", s.Decision)
		}
		time.Sleep(2 * time.Minute)
		if s = w.now(); !s.CurrentRequest().Open() {
			t.Error("a colleague gave the approval that was the caller's to give")
		}
		w.do("rollback.approve", "id="+id)
		w.until("10x", func(s *screen.Screen) bool { return s.Clock.Anchor.Speed == 10 && s.CurrentRequest().Running() })
		w.over()
	})
}

func TestWhereTheCallerMayNotDecideTheLeadRollsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "error-spike", "qa-lead")
		defer w.room.Close()
		w.launching()
		w.fired("error-rate-high")
		s := w.rolledBack()
		r := s.CurrentRequest()
		if r.Requested.User != "eng-lead" || r.State != screen.RequestDone || r.Verdict != "recovered" {
			t.Errorf("%s %s by %+v", r.State, r.Verdict, r.Requested)
		}
	})
}

// Lost orders come back with the database's rollback, not with the flag.
func TestDataLossHealsWithTheDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "data-loss", "engineering-lead")
		defer w.room.Close()
		w.launching()
		w.fired("data-integrity-issues")
		w.do("rollback.request", "reason=paid orders are lost")
		s := w.over()
		if r := s.CurrentRequest(); r.State != screen.RequestDone || len(r.Steps) != 3 {
			t.Errorf("%+v", r)
		}
		w.until("healed", func(s *screen.Screen) bool {
			for _, m := range s.Monitors {
				if m.ID == "error-rate" {
					return m.State.String() == "OK"
				}
			}
			return false
		})
		w.intact()
	})
}
