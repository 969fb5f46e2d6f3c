package views

import (
	"fmt"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
)

func at(clock string) time.Time {
	t, err := time.Parse("15:04:05", clock)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 11, 24, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

func on(clock string) *time.Time { t := at(clock); return &t }

func who(user, clock, text string) *screen.By {
	return &screen.By{User: user, At: at(clock), Text: text}
}

const (
	putOff   = `aws ssm put-parameter --name /features/checkout-v2/enabled --value false --type String --overwrite`
	create   = `aws deploy create-deployment --application-name shop --deployment-group-name prod --revision '{"revisionType":"GitHub","gitHubLocation":{"repository":"acme/shop","commitId":"1b9d04ce7a3258f6e0c47d91ab35f28e6c70d5f3"}}' --ignore-application-stop-failures --file-exists-behavior OVERWRITE --override-alarm-configuration enabled=false,ignorePollAlarmFailure=true --auto-rollback-configuration enabled=false --description tm-5a0c6f21e9d3b847`
	haltLine = "/opt/shop/halt.sh"
)

// backSteps are the rollback's steps as they wait.
func backSteps() []screen.Step {
	check := func(id, text, look string, watch bool) screen.Part {
		return screen.Part{ID: id, Text: text, By: launch.ByCheck, Look: look, Verification: true, Watch: watch, State: screen.PartWaiting}
	}
	call := func(id, text, op, line string) screen.Part {
		return screen.Part{ID: id, Text: text, By: launch.ByCall, Op: op, AWSLine: line, CallID: "tm-5a0c6f21e9d3b847", State: screen.PartWaiting}
	}
	hand := func(id, text string, verification bool) screen.Part {
		return screen.Part{ID: id, Text: text, By: launch.ByHand, Verification: verification, State: screen.PartWaiting}
	}
	halt := call("halt-incoming-transactions", "Halt incoming transactions", launch.OpRun, haltLine)
	halt.Undo = true
	return []screen.Step{
		{ID: "feature-disable", Number: 1, Title: "Feature Disable", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead", Kind: "flag", Back: true, Parts: []screen.Part{
			call("feature-disable", "Feature Disable", launch.OpPutParameter, putOff),
			check("confirm-parameter-update", "Confirm parameter update", launch.CheckParameter, false),
			check("verify-feature-flag-state", "Verify feature flag state", launch.CheckParameter, false),
			check("monitor-traffic-drop", "Monitor traffic drop", launch.CheckEffect, true),
		}},
		{ID: "database-rollback", Number: 2, Title: "Database Rollback", Owner: "Database Admin", Short: "DBA", Person: "dba", Kind: "actions", Back: true, Parts: []screen.Part{
			halt,
			call("execute-rollback-scripts", "Execute rollback scripts", launch.OpRun, "/opt/shop/rollback.sh"),
			hand("verify-restored-data-integrity", "Verify data integrity", false),
			call("resume-normal-operations", "Resume normal operations", launch.OpRun, "/opt/shop/resume.sh"),
			hand("data-consistency-checks", "Data consistency checks", true),
			hand("application-queries", "Application queries", true),
			check("error-monitoring", "Error monitoring", launch.CheckRecovery, true),
		}},
		{ID: "code-rollback", Number: 3, Title: "Code Rollback", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead", Kind: "deploy", Back: true, Parts: []screen.Part{
			call("code-rollback", "Code Rollback", launch.OpDeploy, create),
			check("deployment-success", "Deployment success", launch.CheckDeployment, true),
			check("system-health", "System health checks", launch.CheckProbe, true),
			check("error-rate-normalization", "Error rate normalization", launch.CheckRecovery, true),
		}},
	}
}

func done(p *screen.Part, clock, evidence string) {
	p.State, p.Evidence, p.Done = screen.PartDone, evidence, who("tminus", clock, evidence)
	if p.By == launch.ByCall {
		p.Attempt, p.Since = 1, on(clock)
	}
}

// quietScreen is a launch under way without a request.
func quietScreen() *screen.Screen {
	steps := backSteps()
	return &screen.Screen{
		At: at("10:09:00"), Launch: "checkout-v2", Phase: launch.Launching, Clock: screen.Clock{T0: at("10:00:00")},
		Triggers: []screen.Trigger{{ID: "error-rate-high", Title: "Error rate > 1% for 5 minutes"}},
		Procedure: screen.Procedure{Steps: steps, Default: []string{"feature-disable", "code-rollback"}, Priority: "high", Trigger: "error-rate-high",
			Policies: map[string]screen.Policy{"high": {Approvals: 1, Eligible: []string{"EL eng-lead", "EM eng-mgr"}}, "normal": {Approvals: 2, Within: 15 * time.Minute, Eligible: []string{"EL eng-lead", "PO product", "EM eng-mgr"}}}},
	}
}

// openScreen has a request of normal priority that waits for a second approval.
func openScreen() *screen.Screen {
	s := quietScreen()
	s.Requests = []screen.Request{{
		ID: "R1-9c41d07b", Priority: "normal", Reason: "Customers cannot pay by invoice", State: screen.RequestOpen, Current: true, Steps: backSteps(),
		Needs: 2, Missing: 1, Approvals: []screen.Approval{{User: "eng-lead", Short: "EL", At: at("10:07:12"), Counts: true}},
		Eligible: []string{"PO product", "EM eng-mgr"}, Requested: who("eng-lead", "10:07:12", "Customers cannot pay by invoice"), Expires: at("10:22:12"),
		PlanHash: "9c41d07be2a35f10c3d9", Identity: launch.Identity{Account: "111122223333", Region: "eu-central-1", Caller: "arn:aws:sts::111122223333:assumed-role/launch/eng-lead"},
		ApproveLine: "tminus approve R1-9c41d07b --launch checkout-v2", Times: screen.Times{Detected: on("10:07:12")}, Yours: true,
	}}
	return s
}

// workedScreen is in the middle of the database's rollback: transactions are halted, and a program runs.
func workedScreen() *screen.Screen {
	s := openScreen()
	r := &s.Requests[0]
	r.Priority, r.State, r.Missing, r.Needs, r.Yours, r.Eligible = "high", screen.RequestExecuting, 0, 1, false, nil
	r.Trigger, r.Reason = "error-rate-high", "Errors since the migration"
	for i, v := range []float64{2.41, 2.58, 2.63, 2.55, 2.6} {
		r.Points = append(r.Points, monitor.Point{At: at("10:02:00").Add(time.Duration(i) * time.Minute), Value: v})
	}
	r.Times = screen.Times{Detected: on("10:06:30"), Decided: on("10:07:12")}
	flag, base := &r.Steps[0], &r.Steps[1]
	flag.State, flag.Attempt, flag.Started = launch.StepVerifying, 1, who("tminus", "10:07:12", "")
	done(&flag.Parts[0], "10:07:12", "version 5")
	done(&flag.Parts[1], "10:07:13", `version 5 holds "false", by us`)
	done(&flag.Parts[2], "10:07:13", `version 5 holds "false", by us`)
	flag.Parts[3].State, flag.Parts[3].Evidence = screen.PartRunning, "1190 before, 640 now"
	base.State, base.Attempt, base.Started = launch.StepRunning, 2, who("dba", "10:08:05", "once more")
	done(&base.Parts[0], "10:08:06", "exit status 0 after 4 s")
	base.Parts[0].Outstanding = true
	run := &base.Parts[1]
	run.State, run.Attempt, run.Since = screen.PartRunning, 2, on("10:08:40")
	run.Progress = &launch.Progress{State: "running", Detail: "running since 2026-11-24T10:08:40Z", Total: 48213}
	for i := range 30 {
		run.Progress.Lines = append(run.Progress.Lines, fmt.Sprintf("0043_order_channel down: batch %d of 60", i+1))
	}
	run.Progress.Lines = append(run.Progress.Lines, "\x1b[31mwarning\x1b[0m: lock \u202ewait")
	s.Outstanding = []screen.Outstanding{{ID: base.Parts[0].ID, Step: base.ID, Text: base.Parts[0].Text, Words: "OUTSTANDING: Halt incoming transactions", Since: who("dba", "10:08:06", ""), Owner: "DBA"}}
	return s
}

// lostScreen does not know what became of the deployment.
func lostScreen() *screen.Screen {
	s := workedScreen()
	s.Outstanding = nil
	r := &s.Requests[0]
	for i := range 2 {
		r.Steps[i].State = launch.StepDone
		for k := range r.Steps[i].Parts {
			done(&r.Steps[i].Parts[k], "10:10:00", "seen")
			r.Steps[i].Parts[k].Outstanding, r.Steps[i].Parts[k].Progress = false, nil
		}
	}
	code := &r.Steps[2]
	code.State, code.Attempt, code.Started = launch.StepUnknown, 1, who("tminus", "10:11:00", "")
	p := &code.Parts[0]
	p.State, p.Attempt, p.Since, p.Evidence = screen.PartUnknown, 1, on("10:11:00"), "the connection was reset after the request was sent"
	return s
}

// deployedScreen follows the code's rollback.
func deployedScreen() *screen.Screen {
	s := lostScreen()
	code := &s.Requests[0].Steps[2]
	code.State = launch.StepVerifying
	done(&code.Parts[0], "10:11:01", "deployment d-7QWMX1ABC")
	code.Parts[1].State = screen.PartRunning
	code.Parts[1].Progress = &launch.Progress{State: "running", Detail: "InProgress (1 in progress, 1 pending, 2 succeeded)", Lines: []string{
		"i-03dc4e7  InProgress  Install", "i-04dc4e7  Pending", "i-01dc4e7  Succeeded  ValidateService", "i-02dc4e7  Succeeded  ValidateService"}}
	code.Parts[2].State, code.Parts[2].Evidence = screen.PartCannotVerify, "https://shop.example/health: no route to host"
	return s
}

// failedScreen stands at a step that failed.
func failedScreen() *screen.Screen {
	s := lostScreen()
	code := &s.Requests[0].Steps[2]
	why := "DeploymentLimitExceededException: d-OLD is in progress in prod"
	code.State, code.Ended = launch.StepFailed, who("tminus", "10:11:02", why)
	code.Parts[0].State, code.Parts[0].Evidence = screen.PartFailed, why
	return s
}

// overScreen is after the rollback.
func overScreen() *screen.Screen {
	s := lostScreen()
	r := &s.Requests[0]
	code := &r.Steps[2]
	code.State = launch.StepDone
	for k := range code.Parts {
		done(&code.Parts[k], "10:14:20", "seen")
	}
	r.State, r.Ended = screen.RequestDone, who("tminus", "10:14:21", "")
	r.Verdict, r.Recovered = "recovered", who("tminus", "10:16:00", "Error rate is OK for three points: 0.05 %")
	r.Times.Executed, r.Times.Recovered = on("10:14:21"), on("10:16:00")
	s.At, s.Phase = at("10:16:30"), launch.RolledBack
	action := func(role, text string, by *screen.By) screen.Action {
		return screen.Action{ID: "afterwards/" + role + "/" + text, Text: text, Done: by}
	}
	s.Afterwards = []screen.Afterward{
		{Role: "Engineering Lead", Short: "EL", Person: "eng-lead", Actions: []screen.Action{action("el", "Verify system stability", nil), action("el", "Collect error logs", nil)}},
		{Role: "Product Owner", Short: "PO", Person: "product", Actions: []screen.Action{action("po", "Assess business impact", who("product", "10:16:10", ""))}},
	}
	old := screen.Request{ID: "R0-0badcafe", Reason: "Too slow", State: screen.RequestLapsed, Requested: who("qa", "09:10:00", "Too slow"), Ended: who("tminus", "09:25:00", "nobody else approved it in time")}
	s.Requests = append([]screen.Request{old}, s.Requests...)
	return s
}
