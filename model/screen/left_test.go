package screen

import (
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
)

// A step that somebody confirms as a whole leaves no watch "waiting": what nobody watched is said to be that.
func TestPartsOfAStepThatIsOverAreSaidToBeLeft(t *testing.T) {
	s := back()
	b := request(s)
	authorize(s, b)
	s.Confirmed["feature-disable"] = &launch.Done{Mark: mark("", "version 13", at("T+6m"))}
	end := func(state launch.StepState, user, auth string) {
		m := mark(user, "done by hand", at("T+8m"))
		m.Auth = auth
		st := begin(s, "feature-disable")
		st.State, st.Ended = state, &m
	}
	for _, tc := range []struct {
		state      launch.StepState
		user, auth string
		part, want string
		evidence   string
	}{
		{launch.StepDone, "lead", journal.AuthOSUser, "traffic", PartLeft, "step confirmed by lead"},
		{launch.StepDone, "lead", journal.AuthOSUser, "parameter", PartLeft, "step confirmed by lead"},
		{launch.StepSkipped, "bob", journal.AuthOSUser, "traffic", PartLeft, "step skipped by bob"},
		{launch.StepFailed, "tminus", journal.AuthSystem, "traffic", PartWaiting, ""}, // it is tried again
	} {
		end(tc.state, tc.user, tc.auth)
		if p := partOf(t, present(s, "T+9m"), tc.part); p.State != tc.want || p.Evidence != tc.evidence {
			t.Errorf("%s, %s: %q %q", tc.state, tc.part, p.State, p.Evidence)
		}
	}
	// What the room has found stays what it found.
	s.Steps["feature-disable"].State = launch.StepDone
	s.Steps["feature-disable"].Checked["traffic"] = launch.Checked{Mark: mark("tminus", "no traffic is left", at("T+7m")), Outcome: launch.CannotVerify}
	if p := partOf(t, present(s, "T+9m"), "traffic"); p.State != PartCannotVerify {
		t.Errorf("%q", p.State)
	}
}

// A watch that looks says what it has seen, and until when it looks.
func TestAWatchSaysUntilWhenItLooks(t *testing.T) {
	s := back()
	authorize(s, request(s))
	s.Confirmed["feature-disable"] = &launch.Done{Mark: mark("", "version 13", at("T+7m"))}
	s.Steps["feature-disable"].State = launch.StepVerifying
	f := healthy(s, at("T+8m"))
	f.Checking = map[string]string{"feature-disable traffic": "latency was 40 ms, now 38 ms; 1 of 10 points"}
	p := partOf(t, Present(s, f, nil, at("T+8m")), "traffic")
	if p.State != PartRunning || p.Until == nil || p.Until.Before(at("T+17m")) || p.Until.After(at("T+7m").Add(20*time.Minute)) || p.Evidence != f.Checking["feature-disable traffic"] {
		t.Errorf("%q until %v: %q", p.State, p.Until, p.Evidence)
	}
}
