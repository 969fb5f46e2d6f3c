package dialogs

import (
	"strings"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/screen"
	"tminus/ui/intent"
)

const putOff = "aws ssm put-parameter --name /features/checkout-v2/enabled --value false --type String --overwrite"

var deployBack = launch.Call{ID: "tm-0011223344556677", Op: launch.OpDeploy, Args: map[string]string{"application": "shop", "group": "prod", "repository": "acme/shop", "commit": strings.Repeat("ab", 20)}}

// backSteps are a rollback's steps, as a launch with a flag, programs and a deployment group has them.
func backSteps() []screen.Step {
	return []screen.Step{
		{ID: "feature-disable", Number: 1, Title: "Feature Disable", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead", Back: true, Kind: "flag", Parts: []screen.Part{
			{ID: "feature-disable", Text: "Feature Disable", By: "call", Op: launch.OpPutParameter, AWSLine: putOff, Brief: "put-parameter /features/checkout-v2/enabled = false", State: screen.PartWaiting},
			{ID: "confirm-parameter-update", Text: "Confirm parameter update", By: "check", Look: launch.CheckParameter, Verification: true, State: screen.PartWaiting},
			{ID: "monitor-traffic-drop", Text: "Monitor traffic drop", By: "check", Look: launch.CheckEffect, Verification: true, Watch: true, State: screen.PartWaiting}}},
		{ID: "database-rollback", Number: 2, Title: "Database Rollback", Owner: "Database Admin", Short: "DBA", Person: "dba", Back: true, Kind: "actions", Parts: []screen.Part{
			{ID: "halt", Text: "Halt incoming transactions", By: "call", Op: launch.OpRun, AWSLine: "/opt/shop/halt.sh", Undo: true, State: screen.PartWaiting},
			{ID: "integrity", Text: "Verify data integrity", By: "hand", State: screen.PartWaiting},
			{ID: "application-queries", Text: "Application queries", By: "hand", Verification: true, State: screen.PartWaiting}}},
		{ID: "code-rollback", Number: 3, Title: "Code Rollback", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead", Back: true, Kind: "deploy", Parts: []screen.Part{
			{ID: "code-rollback", Text: "Code Rollback", By: "call", Op: launch.OpDeploy, State: screen.PartWaiting,
				AWSLine: deployBack.AWSLine(), Brief: deployBack.Brief()}}},
	}
}

// rolling is firing with what a rollback would do, a flag that is on, and nothing requested yet.
func rolling() *screen.Screen {
	s, _ := firing("error-rate-high", "rollback", 5)
	s.Procedure = screen.Procedure{Steps: backSteps(), Default: []string{"feature-disable", "code-rollback"}, Flag: "feature-disable", Trigger: "error-rate-high", Priority: "high"}
	s.Flags = []screen.Flag{{ID: "main", Name: "/features/checkout-v2/enabled", On: "true", Off: "false", Main: true, Word: screen.FlagOn, Value: "true", Version: 12, Type: "String",
		Modified: "2026-11-24T09:30:02Z", By: "arn:aws:sts::123456789012:assumed-role/launch/eng-lead", At: at("09:43:12"), OffLine: putOff,
		OnLine: strings.ReplaceAll(putOff, "false", "true"), Effect: "Traffic falls"}}
	return s
}

// requested is rolling with an open request that needs one more approval.
func requested() *screen.Screen {
	s := rolling()
	steps := backSteps()
	s.Requests = []screen.Request{{
		ID: "R1-9c41d07b", Priority: "normal", Reason: "orders fail\x1b[31m", Trigger: "error-rate-high", Points: s.Triggers[0].Points, State: screen.RequestOpen, Current: true,
		Steps: []screen.Step{steps[0], steps[2]}, Needs: 2, Missing: 1, Approvals: []screen.Approval{{User: "product", Short: "PO", At: at("09:42:05"), Counts: true}, {User: "old", Short: "EM", At: at("09:20:05")}},
		Eligible: []string{"EL eng-lead", "EM eng-mgr"}, Requested: &screen.By{User: "product", At: at("09:42:05"), Text: "orders fail\x1b[31m"}, Expires: at("09:57:05"),
		Identity: launch.Identity{Account: "123456789012", Region: "us-east-1", Caller: "arn:aws:sts::123456789012:assumed-role/launch/eng-lead"}, ApproveLine: "tminus approve R1-9c41d07b --launch checkout-v2", Yours: true,
	}}
	return s
}

// stuck is a rollback under way of which the database step failed after transactions were halted.
func stuck() *screen.Screen {
	s := requested()
	r := &s.Requests[0]
	r.State, r.Steps = screen.RequestExecuting, backSteps()
	st := &r.Steps[1]
	st.State, st.Attempt, st.Ended = launch.StepFailed, 1, &screen.By{At: at("09:43:00"), Text: "program.run failed: exit status 3"}
	st.Parts[0].State, st.Parts[0].Outstanding, st.Parts[0].Done = screen.PartDone, true, &screen.By{At: at("09:42:50")}
	st.Parts[1] = screen.Part{ID: "scripts", Text: "Execute rollback scripts", By: "call", Op: launch.OpRun, AWSLine: "/opt/shop/rollback.sh", State: screen.PartFailed, Evidence: "exit status 3"}
	s.Outstanding = []screen.Outstanding{{ID: "halt", Step: "database-rollback", Text: "Halt incoming transactions", Words: "OUTSTANDING: Halt incoming transactions", AWSLine: "/opt/shop/resume.sh",
		Since: &screen.By{User: "system", At: at("09:42:50")}, Owner: "DBA"}}
	return s
}

func withAWS() *screen.Plan {
	p := plan()
	p.File = &launchfile.File{AWS: &launchfile.AWS{Account: "123456789012", Region: "us-east-1"}}
	return p
}

// closed are the actions with some of them not open to the viewer.
func closed(names ...string) []launch.ActionInfo {
	all := infos()
	for i := range all {
		for _, n := range names {
			if all[i].Name == n {
				all[i].WhyNot = "that belongs to Engineering Lead (eng-lead) or Engineering Manager (eng-mgr), and you hold QA Lead"
			}
		}
	}
	return all
}

func flagDialog(s *screen.Screen, all []launch.ActionInfo, over bool) *Flag {
	f := NewFlag(plainTheme(), withAWS(), s, all, "", over)
	f.SetSize(80, 24)
	return f
}

func requestDialog(s *screen.Screen, all []launch.ActionInfo) *Request {
	r := NewRequest(plainTheme(), withAWS(), s, all, false)
	r.SetSize(80, 24)
	return r
}

func formOn(s *screen.Screen, action string, args, suggest map[string]string) *Form {
	f := NewForm(plainTheme(), withAWS(), s, info(action), intent.Ask{Command: launch.Command{Action: action, Args: args}, Suggest: suggest})
	f.SetSize(80, 24)
	return f
}

// pageDialog pages somebody through PagerDuty, with the text that was drafted.
func pageDialog() *Form {
	s := rolling()
	s.Updates.Channels = []screen.Channel{{ID: launch.Pager}}
	s.Updates.Contacts = []screen.Contact{{Group: "technical", GroupTitle: "Technical Emergencies", Level: launch.LevelPrimary, Person: "eng-lead", To: "Engineering Lead: @eng-lead, 555-0100"}}
	page := launch.ActionInfo{Name: "page.send", Title: "Page somebody", Args: []launch.ArgInfo{{Name: "group", Required: true, Choices: []string{"technical", "business"}},
		{Name: "level", Choices: []string{"primary", "backup"}}, {Name: "text", Required: true}, {Name: "subject"}}}
	f := NewForm(plainTheme(), plan(), s, page, intent.Ask{Command: launch.Command{Action: "page.send"}, Suggest: map[string]string{
		"group": "technical", "level": "primary", "subject": "checkout-v2: Error rate > 1%", "text": "Error rate > 1% for 5 minutes fired\x1b[31m\nJoin the war room, and acknowledge this page."}})
	f.SetSize(80, 24)
	return f
}

func prefilled() map[string]string {
	return map[string]string{"steps": "feature-disable,code-rollback", "priority": "high", "reason": "Error rate > 1% for 5 minutes fired"}
}
