package aws

import (
	"os/exec"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"tminus/model/launch"
)

func moto(t *testing.T) *Session {
	t.Helper()
	if testing.Short() {
		t.Skip("moto_server takes seconds to start")
	}
	path, err := exec.LookPath("moto_server")
	if err != nil {
		t.Skip("moto_server is not installed")
	}
	_, session := world(t)
	t.Setenv("AWS_ENDPOINT_URL", startMoto(t, path))
	return session
}

func TestHandsOnMoto(t *testing.T) {
	session := moto(t)
	h := NewHands(session)
	t.Run("parameters", func(t *testing.T) { parametersOfMoto(t, h) })
	t.Run("deployments", func(t *testing.T) { deploymentsOfMoto(t, h) })
}

func parametersOfMoto(t *testing.T, h *Hands) {
	client, err := h.session.SSM(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, kind := range map[string]ssmtypes.ParameterType{"/features/plain": ssmtypes.ParameterTypeString, "/features/secret": ssmtypes.ParameterTypeSecureString} {
		c := launch.NewCall("id", launch.OpPutParameter, "flag", "main", 1, map[string]string{"name": name, "value": "false"})
		wantOutcome(t, h.Do(t.Context(), c), launch.OutcomeFailed, "does not exist")
		input := &ssm.PutParameterInput{Name: &name, Value: aws.String("true"), Type: kind}
		if kind == ssmtypes.ParameterTypeSecureString {
			input.KeyId = aws.String("alias/shop")
		}
		if _, err := client.PutParameter(t.Context(), input); err != nil {
			t.Fatal(err)
		}
		intended := time.Now()
		o := h.Do(t.Context(), c)
		wantOutcome(t, o, launch.OutcomeOK)
		if o.Result["version"] != "2" {
			t.Errorf("%+v", o)
		}
		if v, err := h.Flag(t.Context(), flag(name)); err != nil || v.Value != "false" || v.Version != 2 || v.Type != string(kind) {
			t.Errorf("%+v, %v", v, err)
		}
		past, err := h.history(t.Context(), client, name, false)
		if last, _ := past.newest(); err != nil || last.Version != 2 || aws.ToString(last.KeyId) != aws.ToString(input.KeyId) {
			t.Errorf("%+v, %v", last, err)
		}
		// moto does not tell who wrote a version, so that nobody can say that we did.
		f, err := h.Look(t.Context(), c, intended, me)
		if err != nil {
			t.Fatal(err)
		}
		wantFound(t, f, launch.FoundUnclear, "version 2 written", "another caller")
	}
}

func deploymentsOfMoto(t *testing.T, h *Hands) {
	client, err := h.session.CodeDeploy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	app, name := aws.String("shop"), aws.String("prod")
	_, err = client.CreateApplication(t.Context(), &codedeploy.CreateApplicationInput{ApplicationName: app, ComputePlatform: types.ComputePlatformServer})
	if err == nil {
		_, err = client.CreateDeploymentGroup(t.Context(), &codedeploy.CreateDeploymentGroupInput{ApplicationName: app, DeploymentGroupName: name,
			ServiceRoleArn: aws.String("arn:aws:iam::123456789012:role/deploy")})
	}
	if err != nil {
		t.Fatal(err)
	}
	o, intended := h.Do(t.Context(), goBack(1)), time.Now()
	wantOutcome(t, o, launch.OutcomeOK)
	// moto writes times that no SDK can read. What cannot be read says nothing of the call.
	if f, err := h.Look(t.Context(), goBack(1), intended.Add(-time.Hour), me); faultIn(t, err).Reason != "unreadable answer with status 200" {
		t.Errorf("%+v, %v", f, err)
	}
	if ids, err := h.Running(t.Context(), group()); err != nil || len(ids) != 1 || ids[0] != o.Result["deployment"] {
		t.Errorf("%v, %v", ids, err)
	}
	c := goBack(2)
	c.Args["group"] = "gone"
	wantOutcome(t, h.Do(t.Context(), c), launch.OutcomeFailed)
}
