package awstest_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"tminus/integrations/aws/awstest"
)

// deploying is a server with a clock that can be moved, and one deployment under way.
func deploying(t *testing.T, course awstest.Course) (*awstest.Server, *codedeploy.Client, *time.Time) {
	t.Helper()
	at := noon
	server := awstest.New(func() time.Time { return at })
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	client := codedeploy.NewFromConfig(aws.Config{Region: "us-east-1", BaseEndpoint: &web.URL,
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", ""), Retryer: func() aws.Retryer { return aws.NopRetryer{} }})
	server.SetApplication("shop", "prod")
	server.SetInstances("shop", "prod", "i-1", "i-2")
	server.SetCourse(course)
	_, err := client.CreateDeployment(context.Background(), &codedeploy.CreateDeploymentInput{ApplicationName: aws.String("shop"), DeploymentGroupName: aws.String("prod"),
		Revision: &types.RevisionLocation{RevisionType: types.RevisionLocationTypeGitHub,
			GitHubLocation: &types.GitHubLocation{Repository: aws.String("acme/shop"), CommitId: aws.String(strings.Repeat("a1", 20))}}})
	if err != nil {
		t.Fatal(err)
	}
	return server, client, &at
}

func TestADeploymentMovesWithTheClock(t *testing.T) {
	_, client, at := deploying(t, awstest.Course{Each: time.Minute, Stop: time.Minute})
	ctx, id := context.Background(), aws.String("d-000000001")
	if _, err := client.ListDeploymentTargets(ctx, &codedeploy.ListDeploymentTargetsInput{DeploymentId: id}); code(err) != "DeploymentNotStartedException" {
		t.Errorf("error %v", err)
	}
	*at = at.Add(90 * time.Second)
	got, err := client.GetDeployment(ctx, &codedeploy.GetDeploymentInput{DeploymentId: id})
	if err != nil || got.DeploymentInfo.Status != types.DeploymentStatusInProgress || got.DeploymentInfo.DeploymentOverview.Succeeded != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	stopped, err := client.StopDeployment(ctx, &codedeploy.StopDeploymentInput{DeploymentId: id})
	if err != nil || stopped.Status != types.StopStatusPending {
		t.Fatalf("%+v, %v", stopped, err)
	}
	*at = at.Add(time.Minute)
	if got, err = client.GetDeployment(ctx, &codedeploy.GetDeploymentInput{DeploymentId: id}); err != nil || got.DeploymentInfo.Status != types.DeploymentStatusStopped ||
		got.DeploymentInfo.ErrorInformation.Code != types.ErrorCodeManualStop {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := client.StopDeployment(ctx, &codedeploy.StopDeploymentInput{DeploymentId: id}); code(err) != "DeploymentAlreadyCompletedException" {
		t.Errorf("error %v", err)
	}
}

func TestListsOfDeployments(t *testing.T) {
	server, client, at := deploying(t, awstest.Course{})
	ctx, app, group := context.Background(), aws.String("shop"), aws.String("prod")
	for after, want := range map[time.Duration]int{-time.Second: 1, 0: 1, time.Second: 0} {
		start := noon.Add(after)
		list, err := client.ListDeployments(ctx, &codedeploy.ListDeploymentsInput{ApplicationName: app, DeploymentGroupName: group, CreateTimeRange: &types.TimeRange{Start: &start}})
		if err != nil || len(list.Deployments) != want {
			t.Errorf("%s: %+v, %v", after, list, err)
		}
	}
	many := make([]string, 26)
	if _, err := client.BatchGetDeployments(ctx, &codedeploy.BatchGetDeploymentsInput{DeploymentIds: many}); code(err) != "BatchLimitExceededException" {
		t.Errorf("error %v", err)
	}
	*at = at.Add(time.Hour) // a deployment without a course stays where it is
	server.SetTargets("d-000000001", awstest.Target{ID: "i-1", Status: "Failed", Event: "Install", Code: "ScriptFailed", Message: "no space"}, awstest.Target{ID: "i-2", Status: "Pending"})
	server.SetDeploymentStatus("d-000000001", "InProgress")
	server.SetDeploymentsPage(1)
	list, err := client.ListDeploymentTargets(ctx, &codedeploy.ListDeploymentTargetsInput{DeploymentId: aws.String("d-000000001")})
	if err != nil || len(list.TargetIds) != 1 || list.NextToken == nil {
		t.Errorf("%+v, %v", list, err)
	}
	targets, err := client.BatchGetDeploymentTargets(ctx, &codedeploy.BatchGetDeploymentTargetsInput{DeploymentId: aws.String("d-000000001"), TargetIds: list.TargetIds})
	if err != nil || len(targets.DeploymentTargets) != 1 {
		t.Fatalf("%+v, %v", targets, err)
	}
	if e := targets.DeploymentTargets[0].InstanceTarget.LifecycleEvents[3]; e.Status != types.LifecycleEventStatusFailed || *e.Diagnostics.Message != "no space" {
		t.Errorf("%+v", e)
	}
}

func TestAParametersKeyAndTier(t *testing.T) {
	server, cfg := start(t)
	client, ctx, name := ssm.NewFromConfig(cfg), context.Background(), aws.String("/flag")
	server.SetParameter(*name, "SecureString", "true", "arn:somebody")
	server.SetStorage(*name, "alias/shop", "Advanced")
	if _, err := client.PutParameter(ctx, &ssm.PutParameterInput{Name: name, Value: aws.String("x"), Overwrite: aws.Bool(true)}); code(err) != "ValidationException" {
		t.Errorf("back to Standard: %v", err)
	}
	if _, err := client.PutParameter(ctx, &ssm.PutParameterInput{Name: name, Value: aws.String("x"), Overwrite: aws.Bool(true), Tier: ssmtypes.ParameterTierAdvanced}); err != nil {
		t.Error(err)
	}
	if p, _ := server.Parameter(*name); p.Key != "alias/aws/ssm" || p.Tier != "Advanced" {
		t.Errorf("no key was named, so that it is SSM's own: %+v", p)
	}
}
