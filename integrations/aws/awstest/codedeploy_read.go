package awstest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Target is an instance of a deployment. Status is Pending, InProgress, Succeeded, Failed, Skipped, Ready or Unknown.
type Target struct {
	ID      string
	Status  string
	Event   string // the lifecycle event that it is at, or failed at
	Code    string // of the event's failure: ScriptFailed
	Message string
}

// lifecycle are the events of an instance, in their order.
var lifecycle = []string{"ApplicationStop", "DownloadBundle", "BeforeInstall", "Install", "AfterInstall", "ApplicationStart", "ValidateService"}

// advance moves a deployment on to where the clock says that it is.
func (s *Server) advance(d *Deployment) {
	now := s.now()
	switch {
	case d.ended():
		return
	case !d.stops.IsZero():
		if !now.Before(d.stops) {
			d.Status = "Stopped"
		}
		return
	case d.held || d.course.Each <= 0 || !now.After(d.Created):
		return
	}
	d.Status = "InProgress"
	gone := now.Sub(d.Created)
	done := int(gone / d.course.Each)
	for i := range d.Targets {
		t := &d.Targets[i]
		switch {
		case i < done:
			t.Status, t.Event = "Succeeded", lifecycle[len(lifecycle)-1]
		case i == done:
			t.Status, t.Event = "InProgress", lifecycle[int(gone%d.course.Each*time.Duration(len(lifecycle))/d.course.Each)]
		}
	}
	switch {
	case done >= 1 && d.course.Fails != "":
		d.fail()
	case done >= max(1, len(d.Targets)):
		d.Status = "Succeeded"
	}
}

func (d *Deployment) fail() {
	d.Status, d.Code, d.Message = "Failed", d.course.Code, d.course.Message
	if d.Code == "" {
		d.Code = "HEALTH_CONSTRAINTS"
	}
	for i := range d.Targets {
		d.Targets[i] = Target{ID: d.Targets[i].ID, Status: "Skipped"}
	}
	if len(d.Targets) > 0 {
		d.Targets[0] = Target{ID: d.Targets[0].ID, Status: "Failed", Event: d.course.Fails, Code: "ScriptFailed", Message: "Script exited with 1"}
	}
}

func (s *Server) listDeployments(in input) (map[string]any, *Failure) {
	if in.str("applicationName") != "" {
		if f := s.place(in, in.str("deploymentGroupName")); f != nil {
			return nil, f
		}
	}
	statuses, created := in.list("includeOnlyStatuses"), in.sub("createTimeRange")
	var ids []any
	for _, d := range slices.Backward(s.deploy.deployments) {
		s.advance(d)
		at := float64(d.Created.UnixMilli()) / 1000
		if (in.str("applicationName") == "" || d.Application == in.str("applicationName") && d.Group == in.str("deploymentGroupName")) &&
			(len(statuses) == 0 || slices.Contains(statuses, any(d.Status))) &&
			at >= created.num("start") && (created.num("end") == 0 || at <= created.num("end")) {
			ids = append(ids, d.ID)
		}
	}
	return s.listed("deployments", ids, in)
}

// listed is a page of a list.
func (s *Server) listed(name string, ids []any, in input) (map[string]any, *Failure) {
	skip := 0
	if token := in.str("nextToken"); token != "" {
		if n, err := fmt.Sscanf(token, "after-%d", &skip); n != 1 || err != nil || skip > len(ids) {
			return nil, &Failure{Status: 400, Code: "InvalidNextTokenException", Message: "The next token is not valid."}
		}
	}
	end := min(skip+s.deploy.pageSize, len(ids))
	out := map[string]any{name: append([]any{}, ids[skip:end]...)}
	if end < len(ids) {
		out["nextToken"] = fmt.Sprintf("after-%d", end)
	}
	return out, nil
}

func (s *Server) getDeployment(in input) (map[string]any, *Failure) {
	d := s.find(in.str("deploymentId"))
	if d == nil {
		return nil, noDeployment(in)
	}
	return map[string]any{"deploymentInfo": d.info()}, nil
}

const batch = 25 // ids that CodeDeploy takes at once

func (s *Server) batchGetDeployments(in input) (map[string]any, *Failure) {
	ids := in.list("deploymentIds")
	if len(ids) > batch {
		return nil, tooMany("deployment IDs")
	}
	infos := []any{}
	for _, id := range ids {
		text, _ := id.(string)
		if d := s.find(text); d != nil {
			infos = append(infos, d.info())
		}
	}
	return map[string]any{"deploymentsInfo": infos}, nil
}

func tooMany(what string) *Failure {
	return &Failure{Status: 400, Code: "BatchLimitExceededException", Message: fmt.Sprintf("The maximum number of %s is %d.", what, batch)}
}

func (d *Deployment) info() map[string]any {
	info := map[string]any{"deploymentId": d.ID, "applicationName": d.Application,
		"deploymentGroupName": d.Group, "description": d.Description, "status": d.Status, "createTime": d.Created, "creator": "user", "computePlatform": "Server",
		"revision": map[string]any{"revisionType": "GitHub", "gitHubLocation": map[string]any{"repository": d.Repository, "commitId": d.Commit}}}
	if d.Code != "" {
		info["errorInformation"] = map[string]any{"code": d.Code, "message": d.Message}
	}
	if len(d.Targets) > 0 && d.Status != "Created" {
		counts := make(map[string]any)
		for _, t := range d.Targets {
			n, _ := counts[t.Status].(int)
			counts[t.Status] = n + 1
		}
		info["deploymentOverview"] = counts
	}
	return info
}

func (s *Server) listDeploymentTargets(in input) (map[string]any, *Failure) {
	d := s.find(in.str("deploymentId"))
	switch {
	case d == nil:
		return nil, noDeployment(in)
	case d.Status == "Created" || d.Status == "Queued":
		return nil, &Failure{Status: 400, Code: "DeploymentNotStartedException", Message: "The specified deployment has not started."}
	}
	statuses := in.sub("targetFilters").list("TargetStatus")
	var ids []any
	for _, t := range d.Targets {
		if len(statuses) == 0 || slices.Contains(statuses, any(t.Status)) {
			ids = append(ids, t.ID)
		}
	}
	return s.listed("targetIds", ids, in)
}

func (s *Server) batchGetDeploymentTargets(in input) (map[string]any, *Failure) {
	d, ids := s.find(in.str("deploymentId")), in.list("targetIds")
	switch {
	case d == nil:
		return nil, noDeployment(in)
	case len(ids) > batch:
		return nil, tooMany("target IDs")
	}
	targets := []any{}
	for _, t := range d.Targets {
		if slices.Contains(ids, any(t.ID)) {
			targets = append(targets, map[string]any{"deploymentTargetType": "InstanceTarget", "instanceTarget": t.wire(d.ID)})
		}
	}
	return map[string]any{"deploymentTargets": targets}, nil
}

// wire is a target with its events: those before its own are over, those after it are to come.
func (t Target) wire(deployment string) map[string]any {
	events := []any{}
	at := slices.Index(lifecycle, t.Event)
	for i, name := range lifecycle {
		e := map[string]any{"lifecycleEventName": name, "status": "Pending"}
		switch {
		case i < at || at == i && t.Status == "Succeeded":
			e["status"] = "Succeeded"
		case i == at && t.Status == "Failed":
			e["status"], e["diagnostics"] = "Failed", map[string]any{"errorCode": t.Code, "scriptName": "scripts/" + strings.ToLower(name) + ".sh", "message": t.Message, "logTail": "[stderr]" + t.Message}
		case i == at:
			e["status"] = t.Status
		}
		events = append(events, e)
	}
	return map[string]any{"deploymentId": deployment, "targetId": t.ID, "status": t.Status, "lifecycleEvents": events,
		"targetArn": "arn:aws:ec2:us-east-1:123456789012:instance/" + t.ID}
}
