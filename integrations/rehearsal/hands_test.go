package rehearsal_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/integrations/rehearsal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/room"
	"tminus/model/room/roomtest"
	"tminus/model/runbook"
)

// hand is a clock that is set by hand.
type hand struct{ at time.Time }

func (h *hand) Now() time.Time { return h.at }

// planned is the state of a rehearsal that has just been planned.
func planned(t *testing.T) *launch.State {
	t.Helper()
	t0 := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	text := rehearsal.LaunchYAML("rehearsal-1", t0, rehearsal.Caller{User: "me", Role: "engineering-lead"})
	file, mistakes := launchfile.Load("rehearsal.yaml", []byte(text))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	book, mistakes := runbook.Load("feature-launch.yaml", builtin(t, "feature-launch.yaml"))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	if mistakes := file.Check("rehearsal.yaml", []byte(text), book); len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	store := roomtest.NewMemory()
	if err := room.Plan(t.Context(), store, &room.PlanRequest{
		ID: "id", Mode: launch.Rehearsal, Scenario: "error-spike", File: file, FileText: text, Runbook: book, RunbookText: "runbook",
		UID: func(string) int { return -1 }, Now: t0.Add(-14 * 24 * time.Hour), By: launch.Who{User: "me", UID: -1, Host: "test", Auth: "rehearsal", As: "engineering-lead"},
	}); err != nil {
		t.Fatal(err)
	}
	s, _, err := room.Replay(t.Context(), store, "rehearsal-1")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func alone(t *testing.T, s *launch.State, clock *hand) *rehearsal.World {
	t.Helper()
	w := rehearsal.NewWorld(scenario(t, "error-spike"), s.Runbook, s.Watched(), s.People, rehearsal.Caller{User: "me", Role: "engineering-lead"})
	w.Resume(s, clock)
	return w
}

func put(s *launch.State, value string, attempt int) launch.Call {
	return launch.NewCall(s.ID, launch.OpPutParameter, launch.FlagStep, "main", attempt, map[string]string{"name": s.File.Flags["main"].SSM.Name, "value": value})
}

func deploy(s *launch.State, attempt int) launch.Call {
	return launch.NewCall(s.ID, launch.OpDeploy, "code-rollback", "code-rollback", attempt, map[string]string{
		"application": "shop", "group": "prod", "repository": "acme/shop", "commit": "1b9d04ce7a3258f6e0c47d91ab35f28e6c70d5f3"})
}

func did(t *testing.T, w *rehearsal.World, c launch.Call) map[string]string {
	t.Helper()
	out := w.Do(t.Context(), c)
	if out.Outcome != launch.OutcomeOK {
		t.Fatalf("%s: %+v", c.Op, out)
	}
	return out.Result
}

func TestAFlagIsWrittenOnceAndReadBack(t *testing.T) {
	s := planned(t)
	clock := &hand{s.Clock.T0}
	w := alone(t, s, clock)
	flag := s.File.Flags["main"]
	before, err := w.Flag(t.Context(), flag)
	if err != nil || before.Value != "false" {
		t.Fatalf("%+v, %v", before, err)
	}
	c := put(s, "true", 1)
	if got, _ := w.Look(t.Context(), c, clock.at, ""); got.Found != launch.FoundNo {
		t.Errorf("before the call it was found: %+v", got)
	}
	result := did(t, w, c)
	if again := w.Do(t.Context(), c); again.Outcome != launch.OutcomeUnknown {
		t.Errorf("the same call twice: %+v", again)
	}
	after, _ := w.Flag(t.Context(), flag)
	if after.Value != "true" || after.Version != before.Version+1 || result["version"] != "4" ||
		after.By != "arn:aws:sts::000000000000:assumed-role/rehearsal/me" || after.Modified != "2026-11-24T10:00:00Z" {
		t.Errorf("%+v, %v", after, result)
	}
	if id, _ := w.Identity(t.Context()); id.Caller != after.By || id.Account != "000000000000" {
		t.Errorf("%+v", id)
	}
	if got, _ := w.Look(t.Context(), c, clock.at, ""); got.Found != launch.FoundYes || !strings.Contains(got.Evidence, `version 4 holds "true"`) {
		t.Errorf("%+v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if out := w.Do(ctx, put(s, "false", 2)); out.Outcome != launch.OutcomeNotSent {
		t.Errorf("cancelled before it left: %+v", out)
	}
}

func TestADeploymentTakesItsInstancesOneByOne(t *testing.T) {
	s := planned(t)
	clock := &hand{s.Clock.T0}
	w := alone(t, s, clock)
	c := deploy(s, 1)
	result := did(t, w, c)
	group := *s.File.Deploy.CodeDeploy
	if ids, _ := w.Running(t.Context(), group); !slices.Equal(ids, []string{result["deployment"]}) {
		t.Errorf("under way: %v", ids)
	}
	if out := w.Do(t.Context(), deploy(s, 2)); out.Outcome != launch.OutcomeFailed || !strings.Contains(out.Error, result["deployment"]) {
		t.Errorf("a second deployment of the group: %+v", out)
	}
	var took time.Duration
	seen := map[string]bool{}
	for took = 0; took < 10*time.Minute; took += 5 * time.Second {
		clock.at = s.Clock.T0.Add(took)
		p, err := w.Follow(t.Context(), c, result)
		if err != nil || len(p.Lines) != 4 {
			t.Fatalf("after %s: %+v, %v", took, p, err)
		}
		seen[p.Detail] = true
		if p.State == "succeeded" {
			break
		}
	}
	if took < 2*time.Minute || took > 3*time.Minute || !seen["InProgress (1 in progress, 1 pending, 2 succeeded)"] {
		t.Errorf("it took %s: %v", took, seen)
	}
	if ids, _ := w.Running(t.Context(), group); len(ids) != 0 {
		t.Errorf("still under way: %v", ids)
	}
	if out := w.Do(t.Context(), launch.NewCall(s.ID, launch.OpDeploy, "x", "x", 1, map[string]string{"commit": "HEAD"})); out.Outcome != launch.OutcomeFailed {
		t.Errorf("a commit that is none: %+v", out)
	}
}

func TestADeploymentThatIsStoppedEnds(t *testing.T) {
	s := planned(t)
	clock := &hand{s.Clock.T0}
	w := alone(t, s, clock)
	c := deploy(s, 1)
	id := did(t, w, c)["deployment"]
	clock.at = clock.at.Add(time.Minute)
	stop := launch.NewCall(s.ID, launch.OpStopDeploy, "code-rollback", "code-rollback", 1, map[string]string{"deployment": id, "application": "shop", "group": "prod"})
	did(t, w, stop)
	clock.at = clock.at.Add(10 * time.Second)
	if p, _ := w.Follow(t.Context(), c, nil); p.State != "stopped" {
		t.Errorf("the deployment: %+v", p)
	}
	if p, _ := w.Follow(t.Context(), stop, nil); p.State != "succeeded" {
		t.Errorf("the stop: %+v", p)
	}
	did(t, w, deploy(s, 2))
}

func TestAProgramSaysALittleAndEnds(t *testing.T) {
	s := planned(t)
	clock := &hand{s.Clock.T0}
	w := alone(t, s, clock)
	digest, err := w.Digest("/opt/shop/halt.sh")
	if err != nil {
		t.Fatal(err)
	}
	call := func(digest string) launch.Call {
		return launch.NewCall(s.ID, launch.OpRun, "database-rollback", "halt-incoming-transactions", 1, map[string]string{"argv": `["/opt/shop/halt.sh"]`, "digest": digest})
	}
	if out := w.Do(t.Context(), call("")); out.Outcome != launch.OutcomeFailed {
		t.Errorf("without the digest that was planned: %+v", out)
	}
	c := call(digest)
	did(t, w, c)
	first, _ := w.Follow(t.Context(), c, nil)
	clock.at = clock.at.Add(30 * time.Second)
	last, _ := w.Follow(t.Context(), c, nil)
	if first.State != "running" || len(first.Lines) != 1 || last.State != "succeeded" || len(last.Lines) < 3 || last.Total <= first.Total || len(last.Result) != 64 {
		t.Errorf("%+v, then %+v", first, last)
	}
	p, err := w.Probe(t.Context(), s.File.Probes["system-health"], "")
	if err != nil || p.State != "succeeded" {
		t.Errorf("%+v, %v", p, err)
	}
}

// What the journal says happened has happened in a world that is started anew, and nothing else has.
func TestAWorldThatIsTakenUpAgainRemembersWhatTheJournalDoes(t *testing.T) {
	s := planned(t)
	clock := &hand{s.Clock.T0.Add(time.Minute)}
	was, lost := put(s, "true", 1), put(s, "false", 2)
	dep := deploy(s, 1)
	intended := launch.Mark{At: s.Clock.T0}
	s.Calls[was.ID] = &launch.CallState{Call: was, Intended: intended, Returned: &launch.Outcome{Outcome: launch.OutcomeOK, Result: map[string]string{"version": "4"}}}
	s.Calls[lost.ID] = &launch.CallState{Call: lost, Intended: intended}
	s.Calls[dep.ID] = &launch.CallState{Call: dep, Intended: intended, Found: &launch.Found{Found: launch.FoundYes, Result: map[string]string{"deployment": "d-OLD"}}}
	w := alone(t, s, clock)
	if v, _ := w.Flag(t.Context(), s.File.Flags["main"]); v.Value != "true" || v.Version != 4 {
		t.Errorf("%+v", v)
	}
	if got, _ := w.Look(t.Context(), was, s.Clock.T0, ""); got.Found != launch.FoundYes {
		t.Errorf("%+v", got)
	}
	if got, _ := w.Look(t.Context(), lost, s.Clock.T0, ""); got.Found != launch.FoundNo {
		t.Errorf("%+v", got)
	}
	if ids, _ := w.Running(t.Context(), *s.File.Deploy.CodeDeploy); !slices.Equal(ids, []string{"d-OLD"}) {
		t.Errorf("%v", ids)
	}
	if p, _ := w.Follow(t.Context(), dep, nil); p.State != "running" || !strings.Contains(p.Detail, "1 succeeded") {
		t.Errorf("%+v", p)
	}
}

// valueAt is what a monitor reads for the minute that ends at an instant.
func valueAt(t *testing.T, w *rehearsal.World, id string, at time.Time) float64 {
	t.Helper()
	round, err := w.Read(t.Context(), []room.Query{{Monitor: id, Period: time.Minute, From: at.Add(-time.Minute), To: at}})
	if err != nil || len(round.Answers[0].Points) != 1 {
		text, _ := json.Marshal(round)
		t.Fatalf("%s %v", text, err)
	}
	return round.Answers[0].Points[0].Value
}

func TestTrafficFollowsTheFlag(t *testing.T) {
	s := planned(t)
	clock := &hand{s.Clock.T0}
	w := alone(t, s, clock)
	did(t, w, put(s, "true", 1))
	clock.at = s.Clock.T0.Add(10 * time.Minute)
	did(t, w, put(s, "false", 2))
	for _, tc := range []struct {
		at       time.Duration
		from, to float64
	}{{-5 * time.Minute, 280, 320}, {5 * time.Minute, 1180, 1220}, {10 * time.Minute, 1180, 1220}, {11 * time.Minute, 600, 900}, {13 * time.Minute, 280, 320}} {
		if got := valueAt(t, w, "traffic", s.Clock.T0.Add(tc.at)); got < tc.from || got > tc.to {
			t.Errorf("at T%+v the traffic is %g", tc.at, got)
		}
	}
}

func TestAProgramIsStopped(t *testing.T) {
	s := planned(t)
	clock := &hand{s.Clock.T0.Add(time.Hour)}
	w := alone(t, s, clock)
	c := launch.NewCall(s.ID, launch.OpRun, "database-rollback", "halt", 1, map[string]string{"argv": `["/opt/shop/halt.sh"]`})
	c.Args["digest"], _ = w.Digest("/opt/shop/halt.sh")
	did(t, w, c)
	clock.at = clock.at.Add(12 * time.Second)
	if asked, err := w.Stop(t.Context(), c); err != nil || !asked {
		t.Fatal(asked, err)
	}
	clock.at = clock.at.Add(time.Hour)
	p, err := w.Follow(t.Context(), c, nil)
	if err != nil || p.State != "stopped" || !strings.HasPrefix(p.Detail, "stopped after 12 s") {
		t.Errorf("%+v %v", p, err)
	}
	if asked, err := w.Stop(t.Context(), c); err != nil || asked {
		t.Errorf("what has ended was asked to end: %v %v", asked, err)
	}
	if _, err := w.Stop(t.Context(), launch.Call{ID: "tm-none"}); err == nil {
		t.Error("what never ran was stopped")
	}
}
