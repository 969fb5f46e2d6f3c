package screen

import (
	"strings"
	"testing"
	"time"

	"tminus/model/approval"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// back is a launch six minutes after T-0 whose rollback is a flag, programs with an undo and a deployment.
func back() *launch.State {
	s := testState()
	given(s)
	done(s, "flag", launch.StepDone, at("T+4m"))
	s.ID, s.Calls, s.Switches = "0011", map[string]*launch.CallState{}, map[string]*launch.Switch{}
	s.People = append(s.People, launch.Person{User: "bob", UID: 4, Roles: []string{"engineering-manager"}})
	s.Runbook.Rollback.Authorization = map[string]runbook.Authorization{
		"high":   {Approvals: 1, Roles: []string{"engineering-lead", "engineering-manager"}},
		"normal": {Approvals: 2, Roles: []string{"engineering-lead", "product-owner", "engineering-manager"}, Within: runbook.Duration(15 * time.Minute)},
	}
	s.Runbook.Rollback.Steps = []runbook.Step{
		{ID: "feature-disable", Title: "Feature Disable", Owner: "engineering-lead", Kind: "flag", Verifications: []runbook.Verification{
			{ID: "parameter", Text: "Confirm parameter update"}, {ID: "traffic", Text: "Monitor traffic drop", Mode: "watch"}}},
		{ID: "database-rollback", Title: "Database Rollback", Owner: "database-admin", Kind: "actions",
			Actions:       []runbook.Action{{ID: "halt", Text: "Halt incoming transactions"}, {ID: "integrity", Text: "Verify data integrity"}},
			Verifications: []runbook.Verification{{ID: "queries", Text: "Application queries"}}},
		{ID: "code-rollback", Title: "Code Rollback", Owner: "engineering-lead", Kind: "deploy", Verifications: []runbook.Verification{{ID: "deployment-success", Text: "Deployment success", Mode: "watch"}}},
	}
	s.Runbook.Rollback.Afterwards = []runbook.RoleActions{{Role: "engineering-lead", Actions: []runbook.Action{{ID: "afterwards/logs", Text: "Collect error logs"}}}}
	s.File.Flags = map[string]launchfile.Flag{"main": {SSM: launchfile.SSMParameter{Name: "/features/checkout/enabled", On: "true", Off: "false"}, Effect: &launchfile.Effect{Monitor: "latency", Expect: "falls"}}}
	s.File.Actions = map[string]launchfile.Program{"halt": {Run: []string{"/opt/halt.sh"}, Undo: []string{"/opt/resume.sh"}}}
	s.File.Deploy = &launchfile.Deploy{CodeDeploy: &launchfile.CodeDeploy{Application: "shop", Group: "prod", GitHub: launchfile.GitHub{Repository: "acme/shop", Release: strings.Repeat("aa", 20), LastKnownGood: strings.Repeat("bb", 20)}}}
	return s
}

// request opens a rollback of all steps at T+5m, of normal priority, which the lead has requested and so approved.
func request(s *launch.State) *launch.Rollback {
	b := &launch.Rollback{Priority: "normal", Reason: "orders fail", Plan: s.PlanRollback([]string{"feature-disable", "database-rollback", "code-rollback"}, &launch.World{Identity: launch.Identity{Account: "123456789012", Region: "us-east-1"}}),
		Requested: launch.Mark{Seq: 200, At: at("T+5m"), User: "lead", Reason: "orders fail"}, Expires: at("T+20m"), Detected: at("T+5m")}
	b.ID = "R1-" + b.Plan.Hash()[:8]
	b.Approvals = []approval.Approval{{User: "lead", Roles: []string{"engineering-lead"}, At: at("T+5m"), Plan: b.ID, Seq: 201}}
	s.Rollbacks = append(s.Rollbacks, b)
	return b
}

// authorize sets a request going, with its first step under way.
func authorize(s *launch.State, b *launch.Rollback) {
	m := mark("bob", "", at("T+6m"))
	b.Authorized, s.Aborted = &m, &m
	for _, p := range b.Plan.Steps {
		s.Steps[p.ID] = &launch.Step{}
	}
	begin(s, "feature-disable")
}

func begin(s *launch.State, id string) *launch.Step {
	s.Steps[id] = &launch.Step{State: launch.StepRunning, Attempt: 1, Started: mark("", "", at("T+6m")), Verified: map[string]launch.Mark{}, Checked: map[string]launch.Checked{}}
	return s.Steps[id]
}

// intend records the call of a rollback's part, as of its first attempt.
func intend(s *launch.State, step, part string) *launch.CallState {
	for _, p := range s.CurrentRollback().Plan.Steps {
		for _, want := range p.Parts {
			if p.ID == step && want.ID == part {
				c := &launch.CallState{Call: launch.NewCall(s.ID, want.Op, step, part, 1, want.Args), Intended: mark("", "", at("T+6m")), Deadline: at("T+6m").Add(10 * time.Second)}
				s.Calls[c.ID] = c
				return c
			}
		}
	}
	panic("no part " + part)
}

func present(s *launch.State, when string) *Screen {
	now := at(when)
	return Present(s, healthy(s, now), nil, now)
}

func partOf(t *testing.T, s *Screen, id string) Part {
	t.Helper()
	for _, st := range s.CurrentRequest().Steps {
		for _, p := range st.Parts {
			if p.ID == id {
				return p
			}
		}
	}
	t.Fatalf("no part %q", id)
	return Part{}
}
