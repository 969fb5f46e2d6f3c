package aws

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/room"
	"tminus/model/text"
)

// active are the states of a deployment that a new one in its group has to wait for.
var active = []types.DeploymentStatus{types.DeploymentStatusCreated, types.DeploymentStatusQueued, types.DeploymentStatusInProgress,
	types.DeploymentStatusBaking, types.DeploymentStatusReady}

var repository = text.Pattern(`^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$`)

// deploy creates a deployment of a commit.
func (h *Hands) deploy(ctx context.Context, c launch.Call) launch.Outcome {
	if why := undeployable(c); why != "" {
		return notSent(why)
	}
	client, err := h.session.CodeDeploy(ctx)
	if err != nil {
		return notSent(h.session.Fault(err).Error())
	}
	way := &once{over: ownLine(client.Options().HTTPClient)}
	out, err := client.CreateDeployment(ctx, creation(c), func(o *codedeploy.Options) {
		o.RetryMaxAttempts, o.HTTPClient = 1, way
		o.APIOptions = append(o.APIOptions, sayingNo)
	})
	var limit *types.DeploymentLimitExceededException
	if errors.As(err, &limit) && refusal(err) {
		return h.inTheWay(ctx, c, limit)
	}
	if err != nil {
		return h.unsuccessful(way, err)
	}
	if aws.ToString(out.DeploymentId) == "" {
		return unreadable("CodeDeploy answered without a deployment's id")
	}
	return launch.Outcome{Outcome: launch.OutcomeOK, Result: map[string]string{resultDeployment: *out.DeploymentId}}
}

// undeployable says what a call lacks that could never be deployed.
func undeployable(c launch.Call) string {
	switch {
	case c.Args["application"] == "" || c.Args["group"] == "":
		return "a deployment needs an application and a group"
	case !repository().MatchString(c.Args["repository"]):
		return fmt.Sprintf("%q is no repository: OWNER/NAME", c.Args["repository"])
	case !fullCommit().MatchString(c.Args["commit"]):
		return fmt.Sprintf("%q is no full commit of 40 digits: git rev-parse COMMIT prints it", c.Args["commit"])
	case c.ID == "":
		return "a deployment needs the call's id, by which it is found again"
	}
	return ""
}

// creation is the deployment that a call asks for. It has to go through when things are bad: the alarm that made people go
// back must not stop it, nothing may roll it back in turn, and neither a broken ApplicationStop of the revision before nor
// files that somebody left may fail it.
func creation(c launch.Call) *codedeploy.CreateDeploymentInput {
	return &codedeploy.CreateDeploymentInput{
		ApplicationName:     aws.String(c.Args["application"]),
		DeploymentGroupName: aws.String(c.Args["group"]),
		Revision: &types.RevisionLocation{RevisionType: types.RevisionLocationTypeGitHub,
			GitHubLocation: &types.GitHubLocation{Repository: aws.String(c.Args["repository"]), CommitId: aws.String(c.Args["commit"])}},
		Description:                   aws.String(strings.TrimSpace(c.ID + " " + c.Args["description"])), // the id first: nothing cuts it off
		AutoRollbackConfiguration:     &types.AutoRollbackConfiguration{Enabled: false},
		OverrideAlarmConfiguration:    &types.AlarmConfiguration{Enabled: false, IgnorePollAlarmFailure: true},
		IgnoreApplicationStopFailures: true,
		FileExistsBehavior:            types.FileExistsBehaviorOverwrite,
	}
}

// inTheWay names what a deployment would have to wait for.
func (h *Hands) inTheWay(ctx context.Context, c launch.Call, limit *types.DeploymentLimitExceededException) launch.Outcome {
	o := launch.Outcome{Outcome: launch.OutcomeFailed}
	ids, err := h.running(ctx, c.Args["application"], c.Args["group"])
	switch {
	case err == nil && len(ids) > 0:
		o.Error = reason(strings.Join(ids, ", ")+" is in the way") + "; a group takes one deployment at a time: stop it, or wait for its end"
		o.Result = map[string]string{resultInTheWay: strings.Join(ids, " ")}
	case err == nil:
		o.Error = reason(said(limit, "too many deployments")) + "; nothing is active in the group any more: try again"
	default:
		o.Error = reason(said(limit, "another deployment is active")) + "; stop it, or wait for its end"
	}
	return o
}

// stopDeployment stops a deployment where it is, without a rollback of its own. One that has ended by itself is as stopped
// as it gets.
func (h *Hands) stopDeployment(ctx context.Context, c launch.Call) launch.Outcome {
	id := c.Args["deployment"]
	if id == "" {
		return notSent("no deployment to stop is given")
	}
	client, err := h.session.CodeDeploy(ctx)
	if err != nil {
		return notSent(h.session.Fault(err).Error())
	}
	way := &once{over: ownLine(client.Options().HTTPClient)}
	out, err := client.StopDeployment(ctx, &codedeploy.StopDeploymentInput{DeploymentId: &id, AutoRollbackEnabled: aws.Bool(false)},
		func(o *codedeploy.Options) { o.RetryMaxAttempts, o.HTTPClient = 1, way })
	var over *types.DeploymentAlreadyCompletedException
	switch {
	case errors.As(err, &over) && refusal(err):
		return launch.Outcome{Outcome: launch.OutcomeOK, Result: map[string]string{resultDeployment: id, resultStatus: "ended before"}}
	case err != nil:
		return h.unsuccessful(way, err)
	case out.Status == "":
		return unreadable("CodeDeploy answered without a status")
	}
	return launch.Outcome{Outcome: launch.OutcomeOK, Result: map[string]string{resultDeployment: id, resultStatus: string(out.Status)}}
}

// Running lists what is under way in a deployment group. Its errors are Faults.
func (h *Hands) Running(ctx context.Context, d launchfile.CodeDeploy) ([]string, error) {
	return h.running(ctx, d.Application, d.Group)
}

func (h *Hands) running(ctx context.Context, application, group string) ([]string, error) {
	client, err := h.session.CodeDeploy(ctx)
	if err != nil {
		return nil, h.session.Fault(err)
	}
	return h.deployments(ctx, client, &codedeploy.ListDeploymentsInput{ApplicationName: &application, DeploymentGroupName: &group, IncludeOnlyStatuses: active})
}

// deployments reads a list to its end: half of one would let a deployment seem not to be there.
func (h *Hands) deployments(ctx context.Context, client *codedeploy.Client, input *codedeploy.ListDeploymentsInput) ([]string, error) {
	var ids []string
	for page := 1; ; page++ {
		out, err := client.ListDeployments(ctx, input)
		if err != nil {
			return nil, h.session.Fault(err)
		}
		ids = append(ids, out.Deployments...)
		next := aws.ToString(out.NextToken)
		if next == "" {
			return ids, nil
		}
		if page == maxPages || next == aws.ToString(input.NextToken) {
			return nil, &room.Fault{Reason: fmt.Sprintf("CodeDeploy's list of deployments was cut after %d pages", page)}
		}
		input.NextToken = &next
	}
}
