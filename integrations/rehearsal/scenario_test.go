package rehearsal_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/runbook"
	"tminus/model/screen"
)

// launching plays until T-0 and takes to launch.
func (w *world) launching() {
	w.t.Helper()
	w.until("launching", func(s *screen.Screen) bool { w.play(s); return s.Phase == launch.Launching })
	if s := w.now(); s.Status != screen.Green {
		w.t.Errorf("at T-0 the status is %s: %v", s.Status, s.Reasons)
	}
	for _, m := range w.now().Monitors {
		if m.Needs && m.Baseline == nil {
			w.t.Errorf("at T-0 %s has no baseline", m.ID)
		}
	}
}

// fired plays until a trigger is in force.
func (w *world) fired(id string) *screen.Screen {
	w.t.Helper()
	return w.until(id+" in force", func(s *screen.Screen) bool {
		fired := stands(s, id).InForce()
		if !fired {
			w.play(s)
		}
		return fired
	})
}

func stands(s *screen.Screen, id string) *screen.Trigger {
	for i := range s.Triggers {
		if s.Triggers[i].ID == id {
			return &s.Triggers[i]
		}
	}
	return &screen.Trigger{}
}

func (w *world) entries(kind string) (found []journal.Entry) {
	w.t.Helper()
	for row, err := range w.store.Rows(w.t.Context(), "rehearsal-1", 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		e, err := journal.Parse(row)
		if err != nil {
			w.t.Fatal(err)
		}
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

func (w *world) intact() {
	w.t.Helper()
	if r := journal.Verify("rehearsal-1", w.store.Rows(w.t.Context(), "rehearsal-1", 0), nil); r.Fault != nil {
		w.t.Error(r.Fault)
	}
}

func TestCalmStaysGreenToTheEndOfTheSequence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "calm", "engineering-lead")
		defer w.room.Close()
		w.launching()
		w.until("watching", func(s *screen.Screen) bool {
			w.play(s)
			if s.Status != screen.Green || len(s.Alarms) > 0 {
				t.Fatalf("at %s the status is %s: %v", s.ClockText(s.At), s.Status, s.Reasons)
			}
			return s.Phase == launch.Watching
		})
		if n := len(w.entries("trigger.fired")); n > 0 {
			t.Errorf("%d triggers fired", n)
		}
		w.intact()
	})
}

// The default rehearsal is there to practise the decision: it comes within three minutes of the wall at the default speed,
// and stands with its evidence until it is taken.
func TestTheErrorSpikeFiresWithinThreeMinutesAndWaitsForADecision(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "error-spike", "engineering-lead")
		defer w.room.Close()
		began := time.Now()
		w.launching()
		s := w.fired("error-rate-high")
		if wall := time.Since(began); wall > 3*time.Minute {
			t.Errorf("it fired after %s, at %s", wall, s.ClockText(s.At))
		}
		is := stands(s, "error-rate-high")
		if s.Status != screen.Red || len(is.Points) != 5 || is.Proposes != "rollback" || len(s.Alarms) == 0 || s.Alarms[0].Trigger != is.ID {
			t.Errorf("%s %+v, alarms %+v", s.Status, is, s.Alarms)
		}
		s = w.until("1x", func(s *screen.Screen) bool { return s.Clock.Anchor.Speed == 1 })
		if want := "Error rate > 1% for 5 minutes fired: acknowledge, hold or roll back"; s.Decision != want {
			t.Errorf("the decision is %q", s.Decision)
		}
		time.Sleep(50 * time.Second)
		if s = w.now(); s.Todo.Action != "trigger.acknowledge" || !s.Todo.Yours || s.Steps[1].State == launch.StepDone {
			t.Errorf("next is %q, and step 2 is %s", s.Todo.Text, s.Steps[1].State)
		}
		if n := len(w.entries("trigger.acknowledged")); n > 0 {
			t.Error("a colleague took the caller's decision")
		}
		called := false
		for _, l := range s.Recent {
			called = called || strings.HasPrefix(l.Text, "War room: Error rate")
		}
		if !called {
			t.Error("nobody called the war room")
		}
		w.play(s)
		if s = w.now(); stands(s, is.ID).State != "acknowledged" || s.Status != screen.Red || s.Decision != "" {
			t.Errorf("%s, decision %q", s.Status, s.Decision)
		}
		w.do("clock.hold", "reason=looking for the cause")
		w.intact()
	})
}

func TestAColleagueTakesUpWhatTheCallerMayNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "error-spike", "qa-lead")
		defer w.room.Close()
		w.launching()
		at := w.fired("error-rate-high").At
		s := w.until("acknowledged", func(s *screen.Screen) bool { return stands(s, "error-rate-high").State == "acknowledged" })
		by := stands(s, "error-rate-high").Acknowledged
		if took := by.At.Sub(at); by.User != "eng-lead" || took < 35*time.Second || took > time.Minute {
			t.Errorf("acknowledged by %s after %s", by.User, took)
		}
	})
}

func TestASlowBurnFiresInTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "slow-burn", "engineering-lead")
		defer w.room.Close()
		w.launching()
		w.until("watching", func(s *screen.Screen) bool { w.play(s); return s.Phase == launch.Watching })
		s := w.fired("latency-p95-high")
		if is := stands(s, "latency-p95-high"); s.Status != screen.Red || len(is.Points) != 10 || stands(s, "error-rate-high").State != "quiet" {
			t.Errorf("at %s %s %+v", s.ClockText(s.At), s.Status, is)
		}
		w.intact()
	})
}

func TestDataLossIsDeclaredByWhoSeesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "data-loss", "engineering-lead")
		defer w.room.Close()
		w.launching()
		s := w.fired("data-integrity-issues")
		is := stands(s, "data-integrity-issues")
		if s.Status != screen.Red || is.Fired.User != "dba" || is.Fired.Text == "" || s.ClockText(is.Fired.At) != "T+00:08:30" {
			t.Errorf("%s %+v by %+v", s.Status, is, is.Fired)
		}
		for _, other := range s.Triggers {
			if other.ID != is.ID && other.State != "quiet" {
				t.Errorf("%s is %s", other.ID, other.State)
			}
		}
		w.intact()
	})
}

func TestScenariosNameWhatTheRunbookHas(t *testing.T) {
	book, mistakes := runbook.Load("feature-launch.yaml", builtin(t, "feature-launch.yaml"))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	for _, name := range []string{"calm", "error-spike", "slow-burn", "data-loss"} {
		s := scenario(t, name)
		for id := range s.Signals {
			if id != "traffic" && book.Monitor(id) == nil { // traffic is the launch file's
				t.Errorf("%s: no monitor %q", name, id)
			}
		}
		for _, f := range s.Faults {
			if book.Monitor(f.Monitor) == nil {
				t.Errorf("%s: no monitor %q", name, f.Monitor)
			}
			if f.CuredBy != "" && !slices.ContainsFunc(book.Actions(), func(a runbook.ActionRef) bool { return a.ID == f.CuredBy }) {
				t.Errorf("%s: no action %q", name, f.CuredBy)
			}
		}
		for _, l := range s.Script {
			if l.Do == "trigger.declare" && book.Trigger(l.Args["id"]) == nil {
				t.Errorf("%s: no trigger %q", name, l.Args["id"])
			}
		}
		for id := range s.Pace {
			if book.Step(id) == nil {
				t.Errorf("%s: no step %q", name, id)
			}
		}
		for _, id := range s.Late {
			_, item := book.Item(id)
			if _, task := book.Task(id); item == nil && !task && book.Section(id) == nil {
				t.Errorf("%s: nothing is called %q", name, id)
			}
		}
	}
}
