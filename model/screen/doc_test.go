package screen

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// goldenScreen is a launch under way with a bit of everything in it.
func goldenScreen() *Screen {
	s, now := testState(), at("T+6m")
	given(s)
	delete(s.Items, "validation/two")
	delete(s.Sections, "validation")
	s.Polls[0].Waived = []string{"validation"}
	done(s, "flag", launch.StepDone, at("T+4m"))
	s.Steps["database"] = &launch.Step{State: launch.StepRunning, Attempt: 2, Started: mark("dba", "", at("T+5m"))}
	f := healthy(s, now)
	value := 260.5
	f = with(f, "latency", monitor.Reading{State: monitor.Warn, Value: &value, At: now.Add(-90 * time.Second), Pending: 3, Of: 5})
	f = with(f, "error-rate", monitor.Reading{State: monitor.Error, Error: "throttled"})
	acknowledge(declare(s, "security-incident", "T+2m"), "T+3m")
	f = verdicts(f, "error-rate-high", monitor.TriggerVerdict{Pending: 3, Of: 5, Evidence: bad("T+3m", 3)})
	s.Runbook.Rollback.Steps = []runbook.Step{{ID: "feature-disable", Title: "Feature Disable", Owner: "engineering-lead", Kind: "flag"}}
	vetoed := mark("lead", "it is the probe", at("T+4m"))
	first := &launch.Rollback{ID: "R1-0badcafe", Priority: "high", Requested: launch.Mark{Seq: 198, At: at("T+3m"), User: "owner"}, Expires: at("T+18m"), Vetoed: &vetoed}
	second := &launch.Rollback{ID: "R2-9c41d07b", Priority: "high", Requested: launch.Mark{Seq: 200, At: at("T+5m"), User: "owner"}, Expires: at("T+20m")}
	second.Plan = s.PlanRollback([]string{"feature-disable"}, &launch.World{})
	s.Rollbacks = []*launch.Rollback{first, second}
	return Present(s, f, nil, now).For(You{User: "lead", Roles: []string{"engineering-lead"}, Listed: true})
}

func TestStatusDocGolden(t *testing.T) {
	got, err := json.MarshalIndent(goldenScreen().StatusDoc(at("T+7m")), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	file := filepath.Join("testdata", "status.json")
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the status differs from %s; got\n%s", file, got)
	}
}

// Scripts read these keys; lists are never null.
func TestStatusDocOfAnEmptyScreen(t *testing.T) {
	data, err := json.Marshal(Present(&launch.State{}, Facts{}, nil, t0).StatusDoc(t0))
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"v": "1", "launch": `""`, "mode": `""`, "phase": "", "held": "", "status": `"NOT WATCHED"`, "reasons": "", "clock": "", "t0": "", "next": "",
		"checklist": `{"done":0,"of":0}`, "poll": "", "monitors": "[]", "triggers": "[]", "requests": "[]", "steps": "[]",
		"success": "[]", "closure": `{"done":0,"of":0,"outcome":"","exceptions":[],"needs":[]}`, "update_due": "null", "entries": "0", "head": "", "room": "null", "you": "",
	} {
		got, ok := doc[key]
		if !ok || want != "" && string(got) != want {
			t.Errorf("%s: %s; want %s", key, got, want)
		}
		delete(doc, key)
	}
	for key := range doc {
		t.Errorf("the key %s is not in the contract", key)
	}
}

func TestStatusLine(t *testing.T) {
	s, now := testState(), at("T-12m43s")
	given(s)
	delete(s.Items, "validation/two")
	line := func(s *launch.State, f Facts, now time.Time) string {
		return StatusLine(Present(s, f, nil, now).StatusDoc(now))
	}
	if got, want := line(s, healthy(s, now), now), "T-00:12:43 checkout-v2 COUNTDOWN GREEN 5/6 next T-10m Final health check EL"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	acknowledge(fire(s, "error-rate-high", "T-20m"), "T-19m")
	declare(s, "security-incident", "T-18m")
	if got, want := line(s, healthy(s, now), now), "T-00:12:43 checkout-v2 COUNTDOWN RED error-rate-high security-incident 5/6 next T-10m Final health check EL"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, want := line(s, Facts{}, now), "T-00:12:43 checkout-v2 COUNTDOWN NOT WATCHED error-rate-high security-incident 5/6 next T-10m Final health check EL"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	s.Triggers = nil
	s.Mode = launch.Rehearsal
	s.Clock.Hold = &launch.Hold{Mark: mark("lead", "wait", at("T-13m"))}
	if got, want := line(s, Facts{}, now), "T-00:13:00 checkout-v2 REHEARSAL COUNTDOWN HOLD NOT WATCHED 5/6 next T-10m Final health check EL"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	s.Runbook.Sequence.Marks[1].Actions[0].Text = "#[fg=red]check\x1b[2J\nnow"
	if got, want := line(s, Facts{}, now), `T-00:13:00 checkout-v2 REHEARSAL COUNTDOWN HOLD NOT WATCHED 5/6 next T-10m ##[fg=red]check\u{1b}[2J now EL`; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestStatusDocSaysWhenNothingIsToCome(t *testing.T) {
	s := testState()
	m := mark("lead", "", at("T-21m"))
	s.Clock.Scrub = &m
	d := Present(s, Facts{}, nil, t0).StatusDoc(t0)
	if d.Next == nil || d.Next.At != nil || d.Next.Title != "Scrubbed: recycle to an earlier mark, or close it" || d.Held || d.Clock != "T-00:21:00" {
		t.Errorf("%+v %+v", d, d.Next)
	}
}
