package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"tminus/integrations/aws/awstest"
)

// From the last approval to the flag's write on the wire it takes less than a quarter of a second, everything that is asked
// and kept before the write included.
func TestApprovalReachesTheWireAtOnce(t *testing.T) {
	best := time.Hour
	for range 3 { // other work on this machine is not what is measured
		w, server := newRollback(t)
		w.open()
		w.waits("the room is open", func() bool { return strings.Contains(w.run("status"), "process") })
		w.says(0, nil, back("feature-disable")...)
		var approved struct{ At time.Time }
		if err := json.Unmarshal([]byte(w.run("log", "--json", "--kind", "rollback.authorized")), &approved); err != nil {
			t.Fatal(err)
		}
		p, _ := server.Parameter(flagName)
		took := p.Modified.Sub(approved.At)
		t.Logf("%s from the last approval to the write", took)
		if best = min(best, took); took <= 0 {
			t.Fatalf("the write came %s after its approval", took)
		}
		w.kill()
	}
	if best > 250*time.Millisecond {
		t.Errorf("%s", best)
	}
}

// givesGo takes a launch to a GO without its checklists: what the others vote is recorded for them, as it would be in a war
// room.
func (w *watchedLaunch) givesGo() {
	w.t.Helper()
	w.says(0, nil, "do", "poll.open")
	w.says(0, nil, "do", "poll.vote", "vote=GO", "reason=ready")
	for _, who := range []string{"other-pm", "other-po", "other-em"} {
		w.says(0, nil, "do", "poll.vote", "vote=GO", "reason=ready", "for="+who, "via=voice")
	}
	w.says(0, nil, "do", "poll.decide", "reason=a drill", "waive=infrastructure,monitoring,security,feature-validation,support-preparation,analytics,team-preparation,communication,recording,attendee/security-lead,attendee/support-lead,attendee/key-stakeholders")
	w.says(0, nil, "do", "clock.resume", "mode=keep") // it held itself for want of a GO
}

// The flag's configuration and the deployment of T-0 go over the wire as a rollback does: begun by a person, sent once, each
// with its verification.
func TestDeploymentSequenceOverTheWire(t *testing.T) {
	server := awstest.New(nil)
	server.SetIdentity(awstest.Identity{Account: "123456789012", ARN: "arn:aws:iam::123456789012:user/lead", UserID: "U"})
	server.SetParameter(flagName, "String", "false", "arn:x")
	server.SetApplication("shop", "prod")
	serve(server, never, always(1000))
	w := newWatched(t, server, rollbackBindings)
	text, err := os.ReadFile(w.file)
	if err != nil {
		t.Fatal(err)
	}
	t0 := time.Now().UTC().Add(25 * time.Second) // time enough for the poll, also on a slow machine
	soon := regexp.MustCompile(`(?m)^t0: .*$`).ReplaceAllString(string(text), "t0: "+t0.Format(time.RFC3339))
	if err := os.WriteFile(w.file, []byte(soon), 0o600); err != nil {
		t.Fatal(err)
	}
	w.open()
	w.waits("the room is open", func() bool { return strings.Contains(w.run("status"), "process") })
	w.givesGo()
	w.waits("T-0", func() bool { return w.rollback().Phase == "launching" })
	w.says(2, []string{"turns a flag on, or deploys; in LIVE that wants the launch's name typed: confirm=checkout"}, "do", "step.start", "id=feature-flag-configuration")
	if puts(server) != 0 {
		t.Fatal("the flag was written before its step was begun")
	}
	confirms := func(step, want string) {
		t.Helper()
		w.waits(step+" is "+want, func() bool {
			w.command("do", "step.confirm", "id="+step, "evidence=seen")
			return w.rollback().step(step) == want
		})
	}
	w.says(0, []string{"ssm.put-parameter: ok, version 2"}, "do", "step.start", "id=feature-flag-configuration", "confirm=checkout")
	confirms("feature-flag-configuration", "done")
	if p, _ := server.Parameter(flagName); p.Value != "true" || puts(server) != 1 {
		t.Errorf("the flag is %q after %d writes", p.Value, puts(server))
	}
	w.says(0, nil, "do", "role.take", "role=database-admin", "reason=nobody holds it")
	w.says(0, nil, "do", "step.start", "id=database-updates") // by hand
	confirms("database-updates", "done")
	server.LoseAnswer("codedeploy:CreateDeployment", 1)
	w.command("do", "step.start", "id=application-deployment", "confirm=checkout")
	w.waits("it is deployed", func() bool { return len(server.Deployments()) == 1 })
	if d := server.Deployments()[0]; d.Commit != "0123456789abcdef0123456789abcdef01234567" || d.Group != "prod" {
		t.Errorf("%+v", d)
	}
	server.SetDeploymentStatus(server.Deployments()[0].ID, "Succeeded")
	confirms("application-deployment", "done")
	if len(server.Deployments()) != 1 || puts(server) != 1 {
		t.Errorf("%d deployments, %d writes", len(server.Deployments()), puts(server))
	}
	if out := w.run("log", "--kind", "call.found"); !strings.Contains(out, "happened") {
		t.Errorf("the lost answer was not looked up: %s", out)
	}
}
