package aws

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"tminus/integrations/aws/awstest"
	"tminus/model/room"
)

func TestFaults(t *testing.T) {
	wrongSignature := "The request signature we calculated does not match.\n\nThe Canonical String was\n'POST secret-string'"
	for name, tc := range map[string]struct {
		failure awstest.Failure
		want    room.Fault
	}{
		"throttled":   {awstest.Failure{Status: 400, Code: "ThrottlingException", Message: "Rate exceeded"}, room.Fault{Kind: room.FaultThrottled, Reason: "throttled"}},
		"retry after": {awstest.Failure{Status: 429, Code: "TooManyRequestsException", RetryAfter: 7 * time.Second}, room.Fault{Kind: room.FaultThrottled, Reason: "throttled", RetryAfter: 7 * time.Second}},
		"limit":       {awstest.Failure{Status: 400, Code: "LimitExceededException"}, room.Fault{Kind: room.FaultThrottled, Reason: "throttled"}},
		"signature":   {awstest.Failure{Status: 403, Code: "SignatureDoesNotMatch", Message: wrongSignature}, room.Fault{Kind: room.FaultExpired, Reason: "credentials refused", Hint: "the credentials are in this room's environment: start a new room with renewed ones"}},
		"denied": {awstest.Failure{Status: 400, Code: "AccessDeniedException", Message: "User: arn:x is not authorized to perform: cloudwatch:GetMetricData on resource: *"},
			room.Fault{Kind: room.FaultDenied, Reason: "access denied", Hint: "allow cloudwatch:GetMetricData"}},
		"denied without a word": {awstest.Failure{Status: 403, Code: "AccessDenied"}, room.Fault{Kind: room.FaultDenied, Reason: "access denied", Hint: "allow cloudwatch:GetMetricData"}},
		"missing":               {awstest.Failure{Status: 404, Code: "ResourceNotFoundException", Message: "nothing there"}, room.Fault{Kind: room.FaultMissing, Reason: "nothing there"}},
		"clock":                 {awstest.Failure{Status: 403, Code: "RequestExpired", Message: "x"}, room.Fault{Reason: "this machine's clock is off", Hint: "set the clock: AWS takes no request older than 5 minutes"}},
		"broken":                {awstest.Failure{Status: 500, Code: "InternalServiceFault", Message: "oops"}, room.Fault{Reason: "AWS failed with 500 InternalServiceFault"}},
		"invalid":               {awstest.Failure{Status: 400, Code: "ValidationError", Message: "bad \x1b[31mstat\nsecond line"}, room.Fault{Reason: `ValidationError: bad \u{1b}[31mstat`}},
	} {
		t.Run(name, func(t *testing.T) {
			server, session := world(t)
			server.Fail("cloudwatch:GetMetricData", 0, tc.failure)
			f := failing(t, NewCloudWatch(session), single("m"))
			got := *f
			got.Err = nil
			if got.Kind == room.FaultOther && got.Reason == "" || got != tc.want {
				t.Errorf("%+v; want %+v", got, tc.want)
			}
			if strings.Contains(f.Error(), "secret-string") || strings.Contains(f.Error(), "\n") {
				t.Errorf("shown: %q", f.Error())
			}
			if f.Err == nil {
				t.Error("the whole story is lost")
			}
		})
	}
}

// What was throttled is left to the room's back-off; what broke is tried twice and no more.
func TestHowOftenItIsTried(t *testing.T) {
	server, session := world(t)
	server.Throttle("cloudwatch:GetMetricData", 0, 0)
	failing(t, NewCloudWatch(session), single("m"))
	if n := len(server.Calls("")); n != 1 {
		t.Errorf("throttled %d times", n)
	}
	server.Heal()
	server.Forget()
	server.LoseAnswer("cloudwatch:GetMetricData", 0)
	if f := failing(t, NewCloudWatch(session), single("m")); f.Kind != room.FaultUnreachable || !strings.Contains(f.Reason, "cannot be reached") {
		t.Errorf("%+v", f)
	}
	if n := len(server.Calls("")); n != 2 {
		t.Errorf("tried %d times", n)
	}
	server.Heal()
	server.LoseAnswer("cloudwatch:GetMetricData", 1)
	read(t, NewCloudWatch(session), single("m"))
}

// A write is sent once, whatever becomes of it.
func TestAWriteIsTriedOnce(t *testing.T) {
	server, session := world(t)
	server.SetParameter("/flag", "String", "false", "somebody")
	server.LoseAnswer("ssm:PutParameter", 0)
	client, err := session.SSM(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	name, on, overwrite := "/flag", "true", true
	_, err = client.PutParameter(t.Context(), &ssm.PutParameterInput{Name: &name, Value: &on, Overwrite: &overwrite}, func(o *ssm.Options) { o.RetryMaxAttempts = 1 })
	if f := session.Fault(err); f == nil || f.Kind != room.FaultUnreachable || len(server.Calls("ssm:PutParameter")) != 1 {
		t.Errorf("%+v, %d calls", f, len(server.Calls("ssm:PutParameter")))
	}
	if p, _ := server.Parameter("/flag"); p.Value != "true" || p.Version != 2 {
		t.Errorf("the effect is there: %+v", p)
	}
}

func TestAHangEndsWithItsContext(t *testing.T) {
	server, session := world(t)
	server.Hang("", 0)
	for name, source := range map[string]room.Source{"metrics": NewCloudWatch(session), "logs": NewLogs(session)} {
		q := single("m")
		if name == "logs" {
			q = errorLines()
		}
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
		began := time.Now()
		_, err := source.Read(ctx, []room.Query{q})
		cancel()
		if f := faultIn(t, err); f.Kind != room.FaultUnreachable || f.Reason != "AWS did not answer in time" {
			t.Errorf("%s: %+v", name, f)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s took %s", name, took)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	_, session := world(t)
	closed := httptest.NewServer(nil)
	closed.Close()
	t.Setenv("AWS_ENDPOINT_URL", closed.URL)
	if f := failing(t, NewCloudWatch(session), single("m")); f.Kind != room.FaultUnreachable || !strings.Contains(f.Reason, "connection refused") {
		t.Errorf("%+v", f)
	}
}

// A person renews credentials in another pane, and the next read works.
func TestRenewedCredentialsAreFound(t *testing.T) {
	server, _ := world(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	file := os.Getenv("AWS_SHARED_CREDENTIALS_FILE")
	keys := "[launch]\naws_access_key_id = %s\naws_secret_access_key = secret\n"
	write(t, file, fmt.Sprintf(keys, "AKIDOLD"))
	source := NewCloudWatch(NewSession(Options{Profile: "launch"}))
	server.Expire("AKIDOLD")
	f := failing(t, source, single("m"))
	if f.Kind != room.FaultExpired || f.Reason != "credentials expired" ||
		f.Hint != "renew the credentials of profile launch, e.g. in ~/.aws/credentials or the environment of a new room" {
		t.Errorf("%+v", f)
	}
	write(t, file, fmt.Sprintf(keys, "AKIDNEW"))
	read(t, source, single("m"))
	// A file that changes is read again before its keys are refused.
	write(t, file, fmt.Sprintf(keys, "AKIDNEWEST"))
	read(t, source, single("m"))
	calls := server.Calls("")
	if got := calls[len(calls)-1].AccessKey; got != "AKIDNEWEST" {
		t.Errorf("signed with %s", got)
	}
}

func TestTheHintNamesHowToRenew(t *testing.T) {
	for name, tc := range map[string]struct {
		config, profile string
		kind            room.FaultKind
		reason, hint    string
	}{
		"sso": {"[profile launch]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = launch\n[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.example/start\n",
			"launch", room.FaultExpired, "SSO session expired", "aws sso login --profile launch"},
		"sso behind a role": {"[profile prod]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = base\n[profile base]\nsso_region = us-east-1\nsso_start_url = https://corp.example/start\nsso_account_id = 123456789012\nsso_role_name = launch\n",
			"prod", room.FaultExpired, "SSO session expired", "aws sso login --profile base"},
		"no profile": {"", "launch", room.FaultExpired, "no AWS profile launch", "add profile launch to ~/.aws/config, or name another under aws in launch.yaml"},
		"none":       {"", "", room.FaultExpired, "no AWS credentials found", "renew the credentials of profile default, e.g. in ~/.aws/credentials or the environment of a new room"},
		"mfa": {"[profile launch]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = base\nmfa_serial = arn:mfa\n[profile base]\naws_access_key_id = a\naws_secret_access_key = b\n",
			"launch", room.FaultExpired, "the AWS profile asks for an MFA code", "get session credentials with the code first: aws sts get-session-token --serial-number ARN --token-code CODE"},
		"process": {"[profile launch]\ncredential_process = exit 3\n", "launch", room.FaultExpired, "credential_process of the AWS profile failed", "run it in another pane to see what it says and asks"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _ = world(t)
			t.Setenv("AWS_ACCESS_KEY_ID", "")
			t.Setenv("HOME", t.TempDir())
			write(t, os.Getenv("AWS_CONFIG_FILE"), tc.config)
			f := failing(t, NewCloudWatch(NewSession(Options{Profile: tc.profile})), single("m"))
			if f.Kind != tc.kind || f.Reason != tc.reason || f.Hint != tc.hint {
				t.Errorf("%+v", f)
			}
		})
	}
}

// A profile's program gets no terminal: what it prints would tear the screen.
func TestCredentialProcessIsQuiet(t *testing.T) {
	server, _ := world(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	write(t, os.Getenv("AWS_CONFIG_FILE"), "[profile launch]\nregion = eu-west-1\n"+
		`credential_process = test -t 0 || echo noise >&2; echo '{"Version":1,"AccessKeyId":"AKIDPROC","SecretAccessKey":"s"}'`+"\n")
	stderr, err := os.CreateTemp(t.TempDir(), "stderr")
	if err != nil {
		t.Fatal(err)
	}
	real := os.Stderr
	os.Stderr = stderr
	read(t, NewCloudWatch(NewSession(Options{Profile: "launch", Region: "us-east-1"})), single("m"))
	os.Stderr = real
	if info, err := stderr.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("%v bytes on stderr, %v", info.Size(), err)
	}
	if got := server.Calls("")[0].AccessKey; got != "AKIDPROC" {
		t.Errorf("signed with %s", got)
	}
}

func TestNoRegion(t *testing.T) {
	_, session := world(t)
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_DEFAULT_REGION", "")
	if f := failing(t, NewCloudWatch(session), single("m")); f.Reason != "no AWS region" {
		t.Errorf("%+v", f)
	}
}
