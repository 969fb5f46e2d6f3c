package awstest_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"tminus/integrations/aws/awstest"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func start(t *testing.T) (*awstest.Server, aws.Config) {
	server := awstest.New(func() time.Time { return noon })
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	return server, aws.Config{Region: "us-east-1", BaseEndpoint: &web.URL, Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", ""),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} }}
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

func TestParameters(t *testing.T) {
	server, cfg := start(t)
	client, ctx, name := ssm.NewFromConfig(cfg), context.Background(), aws.String("/features/x")
	if _, err := client.GetParameter(ctx, &ssm.GetParameterInput{Name: name}); code(err) != "ParameterNotFound" {
		t.Errorf("error %v", err)
	}
	server.SetParameter(*name, "SecureString", "true", "arn:somebody")
	if _, err := client.PutParameter(ctx, &ssm.PutParameterInput{Name: name, Value: aws.String("x"), Type: ssmtypes.ParameterTypeString}); code(err) != "ParameterAlreadyExists" {
		t.Errorf("error %v", err)
	}
	put, err := client.PutParameter(ctx, &ssm.PutParameterInput{Name: name, Value: aws.String("false"), Overwrite: aws.Bool(true)})
	if err != nil || put.Version != 2 {
		t.Fatalf("%+v, %v", put, err)
	}
	got, err := client.GetParameter(ctx, &ssm.GetParameterInput{Name: name, WithDecryption: aws.Bool(true)})
	if err != nil || *got.Parameter.Value != "false" || got.Parameter.Type != "SecureString" || !got.Parameter.LastModifiedDate.Equal(noon) {
		t.Errorf("%+v, %v", got, err)
	}
	pages := ssm.NewGetParameterHistoryPaginator(client, &ssm.GetParameterHistoryInput{Name: name, MaxResults: aws.Int32(1)})
	var who []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Parameters {
			who = append(who, *p.LastModifiedUser)
		}
	}
	if len(who) != 2 || who[0] != "arn:somebody" || !strings.HasSuffix(who[1], "eng-lead") {
		t.Errorf("history %v", who)
	}
}

func TestDeployments(t *testing.T) {
	server, cfg := start(t)
	client, ctx := codedeploy.NewFromConfig(cfg), context.Background()
	app, group := aws.String("shop"), aws.String("prod")
	if _, err := client.GetApplication(ctx, &codedeploy.GetApplicationInput{ApplicationName: app}); code(err) != "ApplicationDoesNotExistException" {
		t.Errorf("error %v", err)
	}
	server.SetApplication("shop", "prod")
	if g, err := client.GetDeploymentGroup(ctx, &codedeploy.GetDeploymentGroupInput{ApplicationName: app, DeploymentGroupName: group}); err != nil || *g.DeploymentGroupInfo.DeploymentGroupName != "prod" {
		t.Errorf("%+v, %v", g, err)
	}
	create := func(commit string) (*codedeploy.CreateDeploymentOutput, error) {
		return client.CreateDeployment(ctx, &codedeploy.CreateDeploymentInput{ApplicationName: app, DeploymentGroupName: group, Description: aws.String("R1"),
			Revision: &cdtypes.RevisionLocation{RevisionType: cdtypes.RevisionLocationTypeGitHub,
				GitHubLocation: &cdtypes.GitHubLocation{Repository: aws.String("acme/shop"), CommitId: &commit}}})
	}
	if _, err := create("abc123"); code(err) != "InvalidRevisionException" {
		t.Errorf("a short commit: %v", err)
	}
	commit := strings.Repeat("a1", 20)
	d, err := create(commit)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := create(commit); code(err) != "DeploymentLimitExceededException" || !strings.Contains(err.Error(), *d.DeploymentId) {
		t.Errorf("a second deployment: %v", err)
	}
	server.SetDeploymentStatus(*d.DeploymentId, "Succeeded")
	if _, err := create(commit); err != nil {
		t.Errorf("after the first has ended: %v", err)
	}
	list, err := client.ListDeployments(ctx, &codedeploy.ListDeploymentsInput{ApplicationName: app, DeploymentGroupName: group, IncludeOnlyStatuses: []cdtypes.DeploymentStatus{"Succeeded"}})
	if err != nil || len(list.Deployments) != 1 || list.Deployments[0] != *d.DeploymentId {
		t.Errorf("%+v, %v", list, err)
	}
	info, err := client.GetDeployment(ctx, &codedeploy.GetDeploymentInput{DeploymentId: d.DeploymentId})
	if err != nil || *info.DeploymentInfo.Revision.GitHubLocation.CommitId != commit || !info.DeploymentInfo.CreateTime.Equal(noon) || *info.DeploymentInfo.Description != "R1" {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestIdentityAndFaults(t *testing.T) {
	server, cfg := start(t)
	client, ctx := sts.NewFromConfig(cfg), context.Background()
	who, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || *who.Account != "123456789012" || !strings.Contains(*who.Arn, "eng-lead") {
		t.Fatalf("%+v, %v", who, err)
	}
	server.Expire("AKID")
	if _, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}); code(err) != "ExpiredToken" {
		t.Errorf("error %v", err)
	}
	server.Heal()
	server.Deny("sts:GetCallerIdentity")
	if _, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}); code(err) != "AccessDenied" {
		t.Errorf("error %v", err)
	}
	if n := len(server.Calls("sts:GetCallerIdentity")); n != 3 {
		t.Errorf("%d calls", n)
	}
}

func TestLogPatterns(t *testing.T) {
	server, cfg := start(t)
	client, ctx := cloudwatchlogs.NewFromConfig(cfg), context.Background()
	server.SetLogs("/a", awstest.Event{At: noon, Message: "ERROR card declined"}, awstest.Event{At: noon, Message: "WARN card"}, awstest.Event{At: noon, Message: "ERROR health"})
	for pattern, want := range map[string]int{"": 3, "ERROR": 2, "ERROR card": 1, `"card declined"`: 1, "?WARN ?declined": 2, "ERROR -health": 1} {
		out, err := client.FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("/a"), FilterPattern: &pattern})
		if err != nil || len(out.Events) != want {
			t.Errorf("%q: %v, %v", pattern, out, err)
		}
	}
	groups, err := client.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/")})
	if err != nil || len(groups.LogGroups) != 1 {
		t.Errorf("%+v, %v", groups, err)
	}
}
