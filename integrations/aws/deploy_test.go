package aws

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/integrations/aws/awstest"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/room"
)

func group() launchfile.CodeDeploy { return launchfile.CodeDeploy{Application: "shop", Group: "prod"} }

// The alarm that asked for the rollback must not stop it: two settings are there to say no, in so many words.
func TestADeploymentAsItIsSent(t *testing.T) {
	s := newStage(t)
	c := goBack(1)
	o := s.do(t, c)
	wantOutcome(t, o, launch.OutcomeOK)
	if o.Result["deployment"] != "d-000000001" {
		t.Errorf("%+v", o)
	}
	var sent, want map[string]any
	text := fmt.Sprintf(`{"applicationName":"shop","deploymentGroupName":"prod","description":"%s tminus checkout-v2 rollback R1",
		"revision":{"revisionType":"GitHub","gitHubLocation":{"repository":"acme/shop","commitId":"%s"}},
		"autoRollbackConfiguration":{"enabled":false},"overrideAlarmConfiguration":{"enabled":false,"ignorePollAlarmFailure":true},
		"ignoreApplicationStopFailures":true,"fileExistsBehavior":"OVERWRITE"}`, c.ID, good)
	if err := json.Unmarshal([]byte(text), &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(s.Calls("codedeploy:CreateDeployment")[0].Body, &sent); err != nil || fmt.Sprint(sent) != fmt.Sprint(want) {
		t.Errorf("sent %v, %v; want %v", sent, err, want)
	}
	wantOutcome(t, s.do(t, stop("d-000000001")), launch.OutcomeOK)
	if in := s.Calls("codedeploy:StopDeployment")[0].Input; in["autoRollbackEnabled"] != false {
		t.Errorf("sent %v", in)
	}
}

func TestWhatCannotBeDeployedIsNotSent(t *testing.T) {
	s := newStage(t)
	for key, v := range map[string]string{"commit": "89abcde", "repository": "acme", "application": "", "group": ""} {
		c := goBack(1)
		c.Args[key] = v
		wantOutcome(t, s.do(t, c), launch.OutcomeNotSent)
	}
	c := goBack(1)
	c.Args["commit"] = strings.ToUpper(good[:39]) + "\n"
	wantOutcome(t, s.do(t, c), launch.OutcomeNotSent, "git rev-parse")
	wantOutcome(t, s.do(t, stop("")), launch.OutcomeNotSent)
	if n := len(s.Calls("")); n != 0 {
		t.Errorf("%d calls", n)
	}
	s.SetPlatform("shop", "Lambda")
	wantOutcome(t, s.do(t, goBack(1)), launch.OutcomeFailed, "not supported by the compute platform Lambda")
	c = goBack(1)
	c.Args["group"] = "production"
	wantOutcome(t, s.do(t, c), launch.OutcomeFailed, "No Deployment Group found for name: production")
}

func TestADeploymentInTheWayIsNamed(t *testing.T) {
	for _, status := range []string{"Created", "Queued", "InProgress", "Baking", "Ready"} {
		s := newStage(t)
		wantOutcome(t, s.do(t, goBack(1)), launch.OutcomeOK)
		s.SetDeploymentStatus("d-000000001", status)
		o := s.do(t, goBack(2))
		wantOutcome(t, o, launch.OutcomeFailed, "d-000000001 is in the way; a group takes one deployment at a time: stop it, or wait")
		if o.Result["in_the_way"] != "d-000000001" {
			t.Errorf("%+v", o)
		}
		if ids, err := s.hands.Running(t.Context(), group()); err != nil || !slices.Equal(ids, []string{"d-000000001"}) {
			t.Errorf("%v, %v", ids, err)
		}
		s.Deny("codedeploy:ListDeployments")
		wantOutcome(t, s.do(t, goBack(2)), launch.OutcomeFailed, "already has an active Deployment 'd-000000001'")
	}
	s := newStage(t)
	s.Fail("codedeploy:CreateDeployment", 1, awstest.Failure{Status: 400, Code: "DeploymentLimitExceededException", Message: "The limit of 1000 is reached"})
	wantOutcome(t, s.do(t, goBack(1)), launch.OutcomeFailed, "The limit of 1000 is reached; nothing is active in the group")
}

func TestRunningReadsEveryPage(t *testing.T) {
	s := newStage(t)
	if ids, err := s.hands.Running(t.Context(), group()); err != nil || len(ids) != 0 {
		t.Errorf("%v, %v", ids, err)
	}
	var want []string
	for i := range 5 { // no group has five; the paging is what counts
		o := s.do(t, goBack(i))
		s.SetDeploymentStatus(o.Result["deployment"], "Succeeded")
		want = append(want, o.Result["deployment"])
	}
	for _, id := range want {
		s.SetDeploymentStatus(id, "InProgress")
	}
	s.SetDeploymentsPage(2)
	ids, err := s.hands.Running(t.Context(), group())
	slices.Sort(ids)
	if err != nil || !slices.Equal(ids, want) {
		t.Errorf("%v, %v", ids, err)
	}
	_, err = s.hands.Running(t.Context(), launchfile.CodeDeploy{Application: "gone", Group: "prod"})
	if faultIn(t, err).Kind != room.FaultMissing {
		t.Errorf("%v", err)
	}
}

// The one that is looked for is behind dozens of others, and named by nothing but its description.
func TestLookingForADeployment(t *testing.T) {
	s := newStage(t)
	s.SetDeploymentsPage(10)
	intended := s.now()
	for i := range 60 {
		o := s.do(t, goBack(i))
		s.SetDeploymentStatus(o.Result["deployment"], "Succeeded")
		s.pass(time.Second)
	}
	wantFound(t, s.look(t, goBack(3), intended), launch.FoundYes, "d-000000004 bears the id "+goBack(3).ID+", created 12:10:03 UTC, Succeeded")
	if f := s.look(t, goBack(3), intended); f.Result["deployment"] != "d-000000004" {
		t.Errorf("%+v", f)
	}
	wantFound(t, s.look(t, goBack(99), intended), launch.FoundNo, "none of the 60 deployments since 12:03:00 UTC bears the id")
	wantFound(t, s.look(t, goBack(99), s.now()), launch.FoundUnclear, "may still arrive")
	o := s.do(t, goBack(3))
	wantFound(t, s.look(t, goBack(3), intended), launch.FoundUnclear, "2 deployments bear the id", "d-000000004", o.Result["deployment"])
	s.Throttle("codedeploy:BatchGetDeployments", 1, 0)
	if _, err := s.hands.Look(t.Context(), goBack(3), intended, me); faultIn(t, err).Kind != room.FaultThrottled {
		t.Errorf("%v", err)
	}
}

func TestADeploymentFails(t *testing.T) {
	s := newStage(t)
	s.SetCourse(awstest.Course{Each: time.Minute, Fails: "ApplicationStart", Message: "The overall deployment failed because too many individual instances failed deployment."})
	o := s.do(t, goBack(1))
	if p := s.follow(t, goBack(1), o.Result); p.State != "running" || p.Detail != "Created" || p.Lines != nil {
		t.Errorf("%+v", p)
	}
	s.pass(61 * time.Second)
	p := s.follow(t, goBack(1), o.Result)
	if p.State != "failed" || p.Detail != "Failed: HEALTH_CONSTRAINTS: The overall deployment failed because too many individual instances failed deployment. (1 failed, 2 skipped)" {
		t.Errorf("%+v", p)
	}
	want := []string{"i-0aaa  Failed  ApplicationStart  ScriptFailed scripts/applicationstart.sh: Script exited with 1", "i-0bbb  Skipped", "i-0ccc  Skipped"}
	if !slices.Equal(p.Lines, want) {
		t.Errorf("%q", p.Lines)
	}
}

func TestADeploymentGoesOn(t *testing.T) {
	s := newStage(t)
	s.SetCourse(awstest.Course{Each: 70 * time.Second})
	o := s.do(t, goBack(1))
	s.pass(75 * time.Second)
	p := s.follow(t, goBack(1), o.Result)
	want := []string{"i-0bbb  InProgress  ApplicationStop", "i-0ccc  Pending", "i-0aaa  Succeeded  ValidateService"}
	if p.State != "running" || p.Detail != "InProgress (1 in progress, 1 pending, 1 succeeded)" || !slices.Equal(p.Lines, want) {
		t.Errorf("%+v", p)
	}
	s.pass(140 * time.Second)
	if p := s.follow(t, goBack(1), o.Result); p.State != "succeeded" || p.Detail != "Succeeded (3 succeeded)" {
		t.Errorf("%+v", p)
	}
}

func TestStatesOfADeployment(t *testing.T) {
	s := newStage(t)
	o := s.do(t, goBack(1))
	for status, want := range map[string]string{"Queued": "running: Queued", "Baking": "running: Baking (3 pending)",
		"Ready": "running: Ready: waits for somebody to reroute traffic (3 pending)", "Stopped": "stopped: Stopped (3 pending)", "Other": "running: Other (3 pending)"} {
		s.SetDeploymentStatus("d-000000001", status)
		if p := s.follow(t, goBack(1), o.Result); !strings.HasPrefix(p.State+": "+p.Detail, want) {
			t.Errorf("%s: %+v", status, p)
		}
	}
	if _, err := s.hands.Follow(t.Context(), goBack(1), nil); err == nil {
		t.Error("followed what nobody knows")
	}
	if _, err := s.hands.Follow(t.Context(), goBack(1), map[string]string{"deployment": "d-9"}); faultIn(t, err).Kind != room.FaultMissing {
		t.Errorf("%v", err)
	}
}

func TestInstancesAreBounded(t *testing.T) {
	s := newStage(t)
	s.SetDeploymentsPage(20)
	o := s.do(t, goBack(1))
	var targets []awstest.Target
	for i := range 300 {
		status, event := "Succeeded", "ValidateService"
		if i%5 == 0 {
			status, event = "Failed", "Install"
		}
		targets = append(targets, awstest.Target{ID: fmt.Sprintf("i-%03d", i), Status: status, Event: event, Message: "no space\nleft \x1b[31m" + strings.Repeat("x", 300)})
	}
	s.SetTargets("d-000000001", targets...)
	s.SetDeploymentStatus("d-000000001", "InProgress")
	p := s.follow(t, goBack(1), o.Result)
	if len(p.Lines) != mostInstances+1 || p.Lines[50] != "… and more than these 50 instances" {
		t.Errorf("%d lines, the last %q", len(p.Lines), p.Lines[len(p.Lines)-1])
	}
	for _, line := range p.Lines[:50] {
		if !strings.Contains(line, "  Failed  Install") || strings.ContainsAny(line, "\n\x1b") || len([]rune(line)) > longestReason {
			t.Errorf("%q", line)
		}
	}
	// What cannot be read of the instances does not hide how the deployment stands.
	s.Deny("codedeploy:BatchGetDeploymentTargets")
	if p := s.follow(t, goBack(1), o.Result); p.State != "running" || !slices.Equal(p.Lines, []string{"the instances cannot be read: access denied"}) {
		t.Errorf("%+v", p)
	}
}

func TestStopThenWait(t *testing.T) {
	s := newStage(t)
	s.SetCourse(awstest.Course{Each: time.Hour, Stop: time.Minute})
	wantOutcome(t, s.do(t, goBack(1)), launch.OutcomeOK)
	s.pass(time.Second)
	c, intended := stop("d-000000001"), s.now()
	wantFound(t, s.look(t, c, intended), launch.FoundUnclear, "d-000000001 is not stopped: InProgress", "may still arrive")
	o := s.do(t, c)
	wantOutcome(t, o, launch.OutcomeOK)
	if o.Result["status"] != "Pending" {
		t.Errorf("%+v", o)
	}
	wantFound(t, s.look(t, c, intended), launch.FoundYes, "is being stopped: InProgress: MANUAL_STOP")
	if p := s.follow(t, c, o.Result); p.State != "running" || !strings.HasPrefix(p.Detail, "d-000000001 has not ended: InProgress: MANUAL_STOP") {
		t.Errorf("%+v", p)
	}
	wantOutcome(t, s.do(t, goBack(2)), launch.OutcomeFailed, "d-000000001 is in the way")
	s.pass(time.Minute)
	if p := s.follow(t, c, o.Result); p.State != "succeeded" || !strings.HasPrefix(p.Detail, "d-000000001 has ended: Stopped") {
		t.Errorf("%+v", p)
	}
	wantOutcome(t, s.do(t, goBack(3)), launch.OutcomeOK)
}

// It ended by itself while somebody decided to stop it: what was wanted is so.
func TestStoppingWhatHasEnded(t *testing.T) {
	s := newStage(t)
	wantOutcome(t, s.do(t, goBack(1)), launch.OutcomeOK)
	s.FailDeployment("d-000000001", "ALARM_ACTIVE", "One or more alarms have been activated")
	c := stop("d-000000001")
	o := s.do(t, c)
	wantOutcome(t, o, launch.OutcomeOK)
	if o.Result["status"] != "ended before" {
		t.Errorf("%+v", o)
	}
	wantFound(t, s.look(t, c, s.now()), launch.FoundYes, "has ended: Failed: ALARM_ACTIVE: One or more alarms")
	if p := s.follow(t, c, o.Result); p.State != "succeeded" {
		t.Errorf("%+v", p)
	}
	wantOutcome(t, s.do(t, stop("d-9")), launch.OutcomeFailed, "No deployment found for id: d-9")
}
