package screen

import (
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/runbook"
)

// ended is a launch whose rollback ended at T+12m for its latency, with nothing left to do but to know.
func ended(s *launch.State) *launch.Rollback {
	s.Runbook.Rollback.Afterwards = nil
	s.Runbook.Triggers = []runbook.Trigger{{ID: "slow", Title: "Latency", When: "latency > 500ms for 10m", Priority: "high"}}
	b := request(s)
	b.Trigger = "slow"
	authorize(s, b)
	m := mark("tminus", "", at("T+12m"))
	m.Auth = journal.AuthSystem
	b.Completed, b.Outcome = &m, launch.RollbackDone
	for _, p := range b.Plan.Steps {
		s.Steps[p.ID] = &launch.Step{State: launch.StepDone, Attempt: 1, Started: mark("", "", at("T+6m")), Ended: &m}
	}
	return b
}

// Between the end of a rollback and its verdict the status may be GREEN, and says that it is not known yet.
func TestAnOpenVerdictIsNeverSilent(t *testing.T) {
	s := back()
	b := ended(s)
	by := s.RecoveryKnownBy(b)
	if by.Sub(at("T+12m")) != 15*time.Minute {
		t.Fatalf("watched until %s", by)
	}
	sc := present(s, "T+13m")
	word := "R1 done; recovery is watched until " + by.UTC().Format("15:04") + ", not known yet"
	if all := strings.Join(sc.Reasons, "; "); sc.Status != Green || all != word {
		t.Errorf("%s %q", sc.Status, all)
	}
	if !strings.Contains(sc.Todo.Text, word) {
		t.Errorf("next: %q", sc.Todo.Text)
	}
	if r := sc.CurrentRequest(); r.KnownBy == nil || !r.KnownBy.Equal(by) {
		t.Errorf("%v", r.KnownBy)
	}
	if c := checkOf(sc, at("T+13m")); !strings.Contains(c, word) {
		t.Errorf("the check of health says %q", c)
	}
	late := present(s, "T+40m")
	if all := strings.Join(late.Reasons, "; "); !strings.Contains(all, "R1 done; whether it has helped is not known yet") {
		t.Errorf("%q", all)
	}
}

func checkOf(sc *Screen, _ time.Time) string {
	p := &presenter{out: sc}
	return p.checkHealth().Evidence
}

func TestAVerdictThatNobodyKnowsAsksAnAuthority(t *testing.T) {
	s := back()
	b := ended(s)
	m := mark("tminus", "no traffic left", at("T+20m"))
	m.Auth = journal.AuthSystem
	b.Verdict, b.Judged = launch.CannotVerify, &m
	sc := present(s, "T+21m")
	word := "R1: cannot verify recovery; an authority must judge (rollback.judge): no traffic left"
	if all := strings.Join(sc.Reasons, "; "); sc.Status != Yellow || all != word {
		t.Errorf("%s %q", sc.Status, all)
	}
	if sc.Todo.Action != "rollback.judge" {
		t.Errorf("%+v", sc.Todo)
	}
}
