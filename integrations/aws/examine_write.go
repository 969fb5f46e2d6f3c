package aws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	deploytypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/room"
	"tminus/model/text"
)

// onlyWriting names permissions that nothing but the deed itself would prove.
func (e *examiner) onlyWriting(ctx context.Context, actions ...string) preflight.Result {
	id := e.who(ctx)
	r := preflight.Untested("needs "+strings.Join(actions, ", ")+"; trying would change something", "")
	if id.arn == "" {
		return r
	}
	return r.Advise("ask IAM: aws iam simulate-principal-policy --policy-source-arn " + policySource(id.arn) + " --action-names " + strings.Join(actions, " "))
}

// policySource is the role of an assumed one, which is what IAM knows policies of.
func policySource(arn string) string {
	m := assumedRole().FindStringSubmatch(arn)
	if m == nil {
		return arn
	}
	return "arn:" + m[1] + ":iam::" + m[2] + ":role/" + m[3]
}

var assumedRole = text.Pattern(`^arn:([^:]+):sts::([0-9]+):assumed-role/([^/]+)/`)

// flags reads every flag, its history (by which a lost write is looked up), and names what writing needs.
func (e *examiner) flags() []preflight.Test {
	var tests []preflight.Test
	for _, id := range slices.Sorted(maps.Keys(e.file.Flags)) {
		p := e.file.Flags[id].SSM
		tests = append(tests,
			e.test("flags/"+id, "Flags", id, func(ctx context.Context) preflight.Result { return e.parameter(ctx, p) }),
			e.test("flags/"+id+"/history", "Flags", id+", history", func(ctx context.Context) preflight.Result { return e.history(ctx, p.Name) }),
			e.test("flags/"+id+"/write", "Flags", id+", writing", func(ctx context.Context) preflight.Result {
				return e.onlyWriting(ctx, "ssm:PutParameter")
			}))
	}
	return tests
}

func (e *examiner) parameter(ctx context.Context, p launchfile.SSMParameter) preflight.Result {
	client, err := e.session.SSM(ctx)
	if err != nil {
		return e.failed(err)
	}
	out, err := client.GetParameter(ctx, &ssm.GetParameterInput{Name: &p.Name, WithDecryption: aws.Bool(true)})
	if err != nil {
		return e.parameterFailed(err, p.Name)
	}
	if out.Parameter == nil {
		return preflight.Fail("SSM answered without the parameter "+p.Name, "try again; is there a proxy between here and AWS?")
	}
	switch value := aws.ToString(out.Parameter.Value); {
	case value == p.Off:
		return preflight.Pass("%s is %q: off", p.Name, value)
	case value == p.On:
		return preflight.Pass("%s is %q: on", p.Name, value).Advise("the feature is on already; before a launch it is mostly off")
	case out.Parameter.Type == types.ParameterTypeSecureString:
		return preflight.Fail(fmt.Sprintf("%s holds neither on nor off of launch.yaml", p.Name), "correct on and off, or the parameter")
	default:
		return preflight.Fail(fmt.Sprintf("%s holds %s, which is neither on (%q) nor off (%q)", p.Name, reason(fmt.Sprintf("%q", value)), p.On, p.Off),
			"correct on and off in launch.yaml, or the parameter")
	}
}

func (e *examiner) history(ctx context.Context, name string) preflight.Result {
	client, err := e.session.SSM(ctx)
	if err != nil {
		return e.failed(err)
	}
	if _, err := client.GetParameterHistory(ctx, &ssm.GetParameterHistoryInput{Name: &name, MaxResults: aws.Int32(1)}); err != nil {
		return e.parameterFailed(err, name)
	}
	return preflight.Pass("may be read")
}

func (e *examiner) parameterFailed(err error, name string) preflight.Result {
	f := *e.session.Fault(err)
	if f.Kind == room.FaultMissing {
		f.Reason, f.Hint = "no parameter "+name, "create it, or correct its name under flags, or aws.region"
	}
	return preflight.FaultResult(&f)
}

// codeDeploy looks at the deployment group, at what runs in it, and at the commits.
func (e *examiner) codeDeploy() []preflight.Test {
	if e.file.Deploy == nil || e.file.Deploy.CodeDeploy == nil {
		return nil
	}
	d := e.file.Deploy.CodeDeploy
	const group = "CodeDeploy"
	return []preflight.Test{
		{ID: "codedeploy/commits", Group: group, Title: "commits", Run: func(context.Context) preflight.Result { return commits(d.GitHub) }},
		e.test("codedeploy/group", group, "deployment group", func(ctx context.Context) preflight.Result { return e.deploymentGroup(ctx, d) }),
		e.test("codedeploy/running", group, "running deployments", func(ctx context.Context) preflight.Result { return e.running(ctx, d) }),
		e.test("codedeploy/write", group, "deploying", func(ctx context.Context) preflight.Result {
			return e.onlyWriting(ctx, "codedeploy:CreateDeployment", "codedeploy:StopDeployment", "codedeploy:GetDeployment",
				"codedeploy:GetDeploymentConfig", "codedeploy:RegisterApplicationRevision", "codedeploy:GetApplicationRevision",
				// Overriding the group's alarms needs the first; following a deployment the others.
				"codedeploy:UpdateDeploymentGroup", "codedeploy:BatchGetDeployments", "codedeploy:ListDeploymentTargets", "codedeploy:BatchGetDeploymentTargets")
		}),
	}
}

var fullCommit = text.Pattern(`^[0-9a-f]{40}$`)

// commits wants whole ones: CodeDeploy refuses a short one only when it is too late.
func commits(g launchfile.GitHub) preflight.Result {
	const remedy = "git rev-parse COMMIT prints all 40 digits"
	switch {
	case g.Release != "" && !fullCommit().MatchString(g.Release):
		return preflight.Fail("release is no full commit: "+g.Release, remedy)
	case !fullCommit().MatchString(g.LastKnownGood):
		return preflight.Fail("last_known_good is no full commit: "+g.LastKnownGood, remedy)
	case g.Release == g.LastKnownGood:
		return preflight.Fail("release and last_known_good are the same commit, so that a rollback would change nothing", "set last_known_good to what runs now")
	case g.Release == "":
		return preflight.Pass("back to %.12s; no release is given, so that it is deployed by hand", g.LastKnownGood)
	}
	return preflight.Pass("%.12s, back to %.12s", g.Release, g.LastKnownGood).Advise("whether " + g.Repository + " has them is seen by CodeDeploy's own connection to GitHub only")
}

func (e *examiner) deploymentGroup(ctx context.Context, d *launchfile.CodeDeploy) preflight.Result {
	client, err := e.session.CodeDeploy(ctx)
	if err != nil {
		return e.failed(err)
	}
	out, err := client.GetDeploymentGroup(ctx, &codedeploy.GetDeploymentGroupInput{ApplicationName: &d.Application, DeploymentGroupName: &d.Group})
	if err != nil {
		return e.failed(err)
	}
	name := d.Application + "/" + d.Group
	if out.DeploymentGroupInfo == nil {
		return preflight.Fail("CodeDeploy answered without the group "+name, "try again; is there a proxy between here and AWS?")
	}
	switch p := out.DeploymentGroupInfo.ComputePlatform; p {
	case deploytypes.ComputePlatformServer:
		return preflight.Pass("%s, platform Server", name)
	case "":
		return preflight.Untested(name+" is there and does not tell its platform", "")
	default:
		return preflight.Fail(fmt.Sprintf("%s is of platform %s; a GitHub commit is deployed to servers only", name, p), "bind a group of platform Server, or take deploy out and deploy by hand")
	}
}

func (e *examiner) running(ctx context.Context, d *launchfile.CodeDeploy) preflight.Result {
	client, err := e.session.CodeDeploy(ctx)
	if err != nil {
		return e.failed(err)
	}
	out, err := client.ListDeployments(ctx, &codedeploy.ListDeploymentsInput{
		ApplicationName: &d.Application, DeploymentGroupName: &d.Group,
		IncludeOnlyStatuses: []deploytypes.DeploymentStatus{deploytypes.DeploymentStatusCreated, deploytypes.DeploymentStatusQueued,
			deploytypes.DeploymentStatusInProgress, deploytypes.DeploymentStatusBaking, deploytypes.DeploymentStatusReady},
	})
	if err != nil {
		return e.failed(err)
	}
	if len(out.Deployments) == 0 {
		return preflight.Pass("none")
	}
	return preflight.Pass("%s is in progress", reason(strings.Join(out.Deployments, ", "))).
		Advise("a group takes one deployment at a time: wait for its end, or stop it")
}
