package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"tminus/integrations/aws/awstest"
)

const (
	lastGood = "89abcdef0123456789abcdef0123456789abcdef"
	flagName = "/features/checkout/enabled"
)

const rollbackBindings = errorRateSource + `
aws: {region: us-east-1, account: "123456789012"}
flags: {main: {ssm: {name: "` + flagName + `", on: "true", off: "false"}}}
deploy: {codedeploy: {application: shop, group: prod, github: {repository: acme/shop,
  release: "0123456789abcdef0123456789abcdef01234567", last_known_good: "` + lastGood + `"}}}
`

// newRollback is a LIVE launch with a flag and a deployment group behind the wire, and no trouble yet.
func newRollback(t *testing.T) (*watchedLaunch, *awstest.Server) {
	t.Helper()
	server := awstest.New(nil)
	server.SetIdentity(awstest.Identity{Account: "123456789012", ARN: "arn:aws:iam::123456789012:user/lead", UserID: "U"})
	server.SetParameter(flagName, "String", "true", "arn:aws:iam::123456789012:user/lead")
	server.SetApplication("shop", "prod")
	serve(server, never, always(1000))
	return newWatched(t, server, rollbackBindings), server
}

// command is one command of the program, with its exit status and all that it said.
func (w *watchedLaunch) command(args ...string) (int, string) {
	cmd := exec.Command("tminus", args...)
	cmd.Env = w.env
	out, err := cmd.CombinedOutput()
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.ExitCode(), string(out)
	}
	if err != nil {
		return -1, err.Error()
	}
	return 0, string(out)
}

type rollbackStatus struct {
	Phase    string
	Requests []struct{ ID, State string }
	Steps    []struct {
		ID, State string
		Attempt   int
	}
}

func (w *watchedLaunch) rollback() rollbackStatus {
	w.t.Helper()
	var s rollbackStatus
	if out := w.run("status", "--json"); json.Unmarshal([]byte(out), &s) != nil {
		return rollbackStatus{}
	}
	return s
}

// waits looks at real processes until something is so.
func (w *watchedLaunch) waits(what string, ok func() bool) {
	w.t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited 60 s until %s; %+v\n%s", what, w.rollback(), w.run("log"))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (s rollbackStatus) step(id string) string {
	for _, st := range s.Steps {
		if st.ID == id {
			return st.State
		}
	}
	return "absent"
}

func puts(server *awstest.Server) int { return len(server.Calls("ssm:PutParameter")) }

// A flag goes off by one authority's word: once on the wire, read back, and with the right account only.
func TestFlagOffOverTheWire(t *testing.T) {
	w, server := newRollback(t)
	w.open()
	w.until("the room is open", func(s watchedStatus) bool { return s.Status == "GREEN" })
	if status, out := w.command("do", "flag.off", "reason=drill"); status != 0 {
		t.Fatalf("flag.off ended with %d: %s", status, out)
	}
	if p, _ := server.Parameter(flagName); p.Value != "false" || puts(server) != 1 || p.Type != "String" {
		t.Errorf("the parameter is %+v after %d writes", p, puts(server))
	}
	w.waits("the parameter was read back", func() bool {
		return strings.Contains(w.run("log", "--kind", "step.checked"), "verified")
	})
	server.SetIdentity(awstest.Identity{Account: "999999999999", ARN: "arn:aws:iam::999999999999:user/lead", UserID: "U"})
	if status, out := w.command("do", "flag.off", "reason=again"); status != 1 || !strings.Contains(out, "999999999999") || puts(server) != 1 {
		t.Errorf("in the wrong account: exit %d after %d writes: %s", status, puts(server), out)
	}
	if out := w.run("verify"); !strings.Contains(out, "intact") {
		t.Errorf("verify: %s", out)
	}
}

// The whole rollback from a fired trigger, with an answer that is lost after its effect: one write, one deployment.
func TestRollbackOverTheWire(t *testing.T) {
	w, server := newRollback(t)
	from := time.Now().UTC().Truncate(time.Minute).Add(-8 * time.Minute)
	serve(server, func(at time.Time) (float64, bool) { return 20, at.After(from) }, always(1000))
	w.open()
	w.until("the trigger has fired", func(s watchedStatus) bool { return s.trigger("error-rate-high") == "fired" })
	server.LoseAnswer("codedeploy:CreateDeployment", 1)
	if status, out := w.command("do", "rollback.request", "reason=errors", "steps=feature-disable,code-rollback"); status == 2 {
		t.Fatalf("rollback.request ended with %d: %s", status, out)
	}
	w.waits("the deployment is made", func() bool { return len(server.Deployments()) == 1 })
	d := server.Deployments()[0]
	if d.Commit != lastGood || d.Repository != "acme/shop" {
		t.Errorf("deployed %s of %s", d.Commit, d.Repository)
	}
	if alarms, _ := d.Input["overrideAlarmConfiguration"].(map[string]any); alarms["enabled"] != false {
		t.Errorf("alarms are not overridden: %v", d.Input)
	}
	if back, _ := d.Input["autoRollbackConfiguration"].(map[string]any); back["enabled"] != false {
		t.Errorf("auto-rollback is not overridden: %v", d.Input)
	}
	server.SetDeploymentStatus(d.ID, "Succeeded")
	w.waits("the deployment is verified", func() bool {
		return strings.Contains(w.run("log", "--kind", "step.checked"), "Deployment success")
	})
	if n := len(server.Deployments()); n != 1 || puts(server) != 1 {
		t.Errorf("%d deployments, %d writes", n, puts(server))
	}
	if out := w.run("log", "--kind", "call.found"); !strings.Contains(out, "happened") {
		t.Errorf("the lost answer was not looked up: %s", out)
	}
}

// Killed at every named point and at random moments, a rollback leads to each effect exactly once.
func TestKilledRollbackHappensOnce(t *testing.T) {
	points := []string{"before intended", "after intended", "before call", "after call", "before returned", "after returned"}
	kills := 4 // at random; TMINUS_KILLS=100 for many
	if n, err := strconv.Atoi(os.Getenv("TMINUS_KILLS")); err == nil {
		kills = n
	}
	points = append(points, make([]string, kills)...)
	for i, point := range points {
		t.Run(fmt.Sprintf("%d %s", i, point), func(t *testing.T) {
			w, server := newRollback(t)
			if point != "" {
				w.env = append(w.env, "TMINUS_CRASH_AT="+point)
			}
			w.open()
			w.waits("the room is open", func() bool { return w.rollback().Phase != "" && strings.Contains(w.run("status"), "process") })
			asked := make(chan struct{})
			go func() {
				defer close(asked)
				w.command("do", "rollback.request", "reason=errors", "priority=high", "steps=feature-disable")
			}()
			if point == "" {
				time.Sleep(rand.N(400 * time.Millisecond)) // the moment is what is tried, nothing waits for it
				w.kill()
			}
			<-asked
			_ = w.room.Wait() // it was killed, or kills itself
			w.env = append(w.env, "TMINUS_CRASH_AT=")
			w.open()
			w.waits("the room is open again", func() bool { return strings.Contains(w.run("status"), "process") })
			if len(w.rollback().Requests) == 0 { // killed before it was recorded
				w.command("do", "rollback.request", "reason=errors", "priority=high", "steps=feature-disable")
			}
			w.waits("the flag is off, or what became of it is known", func() bool {
				s := w.rollback().step("feature-disable")
				if s == "failed" { // looked for and not found: a person tries again
					w.command("do", "step.retry", "id=feature-disable", "reason=it did not happen")
				}
				return s == "verifying" || s == "done"
			})
			if p, _ := server.Parameter(flagName); p.Value != "false" || puts(server) != 1 {
				t.Errorf("the flag is %q after %d writes\n%s", p.Value, puts(server), w.run("log"))
			}
			if out := w.run("verify"); !strings.Contains(out, "intact") {
				t.Errorf("verify: %s", out)
			}
		})
	}
}
