package aws_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tminus/integrations/aws"
	"tminus/integrations/aws/awstest"
	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/runbook"
)

const (
	release = "0123456789abcdef0123456789abcdef01234567"
	before  = "89abcdef0123456789abcdef0123456789abcdef"
)

// bound is a launch file that binds one of everything.
func bound() *launchfile.File {
	dims := map[string]string{"Service": "checkout"}
	return &launchfile.File{
		AWS: &launchfile.AWS{Region: "us-east-1", Account: "123456789012"},
		Sources: map[string]launchfile.Source{
			"error-rate": {CloudWatch: &launchfile.CloudWatch{Expression: "100 * errors / requests", Metrics: map[string]launchfile.CWMetric{
				"errors":   {Namespace: "Shop", Name: "Errors", Stat: "Sum", Dimensions: dims, Missing: "zero"},
				"requests": {Namespace: "Shop", Name: "Requests", Stat: "Sum", Dimensions: dims},
			}}},
			"traffic": {CloudWatch: &launchfile.CloudWatch{CWMetric: launchfile.CWMetric{Namespace: "Shop", Name: "Requests", Stat: "Sum"}}},
		},
		Logs:  []launchfile.LogGroup{{Group: "/shop/checkout", Error: "ERROR", Critical: "FATAL"}},
		Flags: map[string]launchfile.Flag{"main": {SSM: launchfile.SSMParameter{Name: "/features/checkout", On: "true", Off: "false"}}},
		Deploy: &launchfile.Deploy{CodeDeploy: &launchfile.CodeDeploy{Application: "shop", Group: "prod",
			GitHub: launchfile.GitHub{Repository: "acme/shop", Release: release, LastKnownGood: before}}},
	}
}

// account is a fake AWS that has all of it. Handlers may be put around it.
func account(t *testing.T, around func(http.Handler) http.Handler) *awstest.Server {
	t.Helper()
	fake := awstest.New(nil)
	one := func(time.Time) (float64, bool) { return 1, true }
	for _, name := range []string{"Errors", "Requests"} {
		fake.SetMetric(awstest.Metric{Namespace: "Shop", Name: name, Dimensions: map[string]string{"Service": "checkout"}}, one)
	}
	fake.SetMetric(awstest.Metric{Namespace: "Shop", Name: "Requests"}, one)
	fake.SetParameter("/features/checkout", "String", "false", "arn:x")
	fake.SetApplication("shop", "prod")
	fake.SetLogs("/shop/checkout")
	var h http.Handler = fake
	if around != nil {
		h = around(fake)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": s.URL, "AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
		"AWS_CONFIG_FILE": filepath.Join(t.TempDir(), "none"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(t.TempDir(), "none"), "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	return fake
}

// examine runs all tests, and returns their results by id.
func examine(t *testing.T, f *launchfile.File) map[string]preflight.Result {
	t.Helper()
	rb := &runbook.Runbook{Monitors: []runbook.Monitor{{ID: "error-rate"}, {ID: "traffic"}, {ID: "unbound"}}}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	got := make(map[string]preflight.Result)
	for _, test := range aws.Examine(f, rb, aws.NewSession(aws.OptionsOf(f.AWS)), time.Now) {
		if _, twice := got[test.ID]; twice || test.Group == "" || test.Title == "" {
			t.Errorf("test %q is there twice, or says too little", test.ID)
		}
		got[test.ID] = test.Run(ctx)
	}
	return got
}

// want compares the outcomes that matter, with a piece of their text.
func want(t *testing.T, got map[string]preflight.Result, wanted map[string]string) {
	t.Helper()
	for id, w := range wanted {
		outcome, piece, _ := strings.Cut(w, ": ")
		r, ok := got[id]
		if said := r.Detail + " -> " + r.Remedy; !ok || r.Outcome.String() != outcome || !strings.Contains(said, piece) {
			t.Errorf("%s: %s: %s; want %s", id, r.Outcome, said, w)
		}
	}
}

func TestExamineOfAnAccountThatHasItAll(t *testing.T) {
	fake := account(t, nil)
	got := examine(t, bound())
	want(t, got, map[string]string{
		"aws/account":                    "passed: assumed-role/launch/eng-lead, account 123456789012 as in launch.yaml",
		"aws/region":                     "passed: us-east-1, by way of http://127.0.0.1",
		"aws/clock":                      "passed: within ",
		"aws/latency":                    "passed: STS answers in ",
		"cloudwatch/read":                "passed: allowed",
		"cloudwatch/error-rate/errors":   "passed: Shop/Errors {Service: checkout}",
		"cloudwatch/error-rate/requests": "passed: Shop/Requests {Service: checkout}",
		"cloudwatch/traffic":             "passed: Shop/Requests, no dimensions",
		"logs//shop/checkout":            "passed: may be read",
		"flags/main":                     `passed: /features/checkout is "false": off`,
		"flags/main/history":             "passed: may be read",
		"flags/main/write":               "not testable: needs ssm:PutParameter; trying would change something -> ask IAM: aws iam simulate-principal-policy --policy-source-arn arn:aws:iam::123456789012:role/launch --action-names ssm:PutParameter",
		"codedeploy/commits":             "passed: 0123456789ab, back to 89abcdef0123",
		"codedeploy/group":               "passed: shop/prod, platform Server",
		"codedeploy/running":             "passed: none",
		"codedeploy/write":               "not testable: codedeploy:CreateDeployment",
	})
	if len(got) != 16 {
		t.Errorf("%d checks: %v", len(got), got)
	}
	for _, c := range fake.Calls("") {
		if strings.Contains(c.Action, "Put") || strings.Contains(c.Action, "Create") || strings.Contains(c.Action, "Stop") {
			t.Errorf("a write: %s", c.Action)
		}
	}
	if n := len(fake.Calls("sts:GetCallerIdentity")); n != 2 {
		t.Errorf("STS was asked %d times", n)
	}
}

func TestExamineNamesWhatIsMissing(t *testing.T) {
	account(t, nil)
	f := bound()
	f.AWS.Account = "999999999999"
	f.Sources["traffic"].CloudWatch.Dimensions = map[string]string{"Service": "chekout"}
	f.Sources["error-rate"].CloudWatch.Metrics["errors"] = launchfile.CWMetric{Namespace: "Shop", Name: "Erors", Missing: "zero"}
	f.Sources["error-rate"].CloudWatch.Metrics["requests"] = launchfile.CWMetric{Namespace: "Shop", Name: "Errors"}
	f.Logs[0].Group = "/shop/other"
	f.Flags["main"] = launchfile.Flag{SSM: launchfile.SSMParameter{Name: "/features/other", On: "1", Off: "0"}}
	f.Deploy.CodeDeploy.Group = "production"
	f.Deploy.CodeDeploy.GitHub.LastKnownGood = release
	want(t, examine(t, f), map[string]string{
		"aws/account":                    "failed: in account 123456789012; launch.yaml says 999999999999",
		"cloudwatch/traffic":             "failed: no such metric in the last two weeks: Shop/Requests {Service: chekout}",
		"cloudwatch/error-rate/errors":   "not testable: missing: zero allows for it",
		"cloudwatch/error-rate/requests": "failed: such as {Service: checkout}: name one set whole",
		"logs//shop/other":               "failed: no log group /shop/other",
		"flags/main":                     "failed: no parameter /features/other -> create it",
		"flags/main/history":             "failed: no parameter /features/other",
		"codedeploy/group":               "failed: No Deployment Group found for name: production",
		"codedeploy/commits":             "failed: the same commit",
	})
}

func TestExamineNamesThePermissionThatIsMissing(t *testing.T) {
	fake := account(t, nil)
	actions := []string{"cloudwatch:ListMetrics", "cloudwatch:GetMetricData", "logs:FilterLogEvents", "ssm:GetParameter", "ssm:GetParameterHistory", "codedeploy:GetDeploymentGroup", "codedeploy:ListDeployments"}
	for _, a := range actions {
		fake.Deny(a)
	}
	got := examine(t, bound())
	for i, id := range []string{"cloudwatch/traffic", "cloudwatch/read", "logs//shop/checkout", "flags/main", "flags/main/history", "codedeploy/group", "codedeploy/running"} {
		want(t, got, map[string]string{id: "failed: access denied -> allow " + actions[i]})
	}
}

// One line says what is wrong with the credentials; twenty would hide it.
func TestExamineWithoutCredentialsSaysSoOnce(t *testing.T) {
	account(t, nil).Expire("")
	failed := 0
	for id, r := range examine(t, bound()) {
		if r.Outcome == preflight.Failed {
			failed++
			if id != "aws/account" {
				t.Errorf("%s: %+v", id, r)
			}
		}
	}
	if failed != 1 {
		t.Errorf("%d failed", failed)
	}
}

func TestExamineValues(t *testing.T) {
	fake := account(t, nil)
	for _, c := range []struct{ kind, value, want string }{
		{"String", "true", `passed: "true": on -> the feature is on already`},
		{"String", "maybe\x1b[2J", `failed: holds "maybe\x1b[2J", which is neither on`},
		{"SecureString", "s3cr3t", "failed: holds neither on nor off"},
	} {
		fake.SetParameter("/features/checkout", c.kind, c.value, "arn:x")
		got := examine(t, bound())
		want(t, got, map[string]string{"flags/main": c.want})
		if strings.Contains(fmt.Sprint(got), "s3cr3t") {
			t.Error("a secure value is shown")
		}
	}
}

func TestExamineTellsWhatRuns(t *testing.T) {
	fake := account(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetDeploymentGroup"):
				fmt.Fprint(w, `{"deploymentGroupInfo": {"computePlatform": "Lambda"}}`)
			case strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".ListDeployments"):
				fmt.Fprint(w, `{"deployments": ["d-ABC"]}`)
			default:
				h.ServeHTTP(w, r)
			}
		})
	})
	fake.Throttle("ssm:GetParameter", 0, time.Second)
	want(t, examine(t, bound()), map[string]string{
		"codedeploy/group":   "failed: platform Lambda",
		"codedeploy/running": "passed: d-ABC is in progress -> a group takes one deployment at a time",
		"flags/main":         "not testable: throttled",
	})
}

func TestExamineComparesTheClocks(t *testing.T) {
	for off, w := range map[time.Duration]string{
		10 * time.Second:  "passed: within ",
		time.Minute:       "passed: behind AWS -> set the clock",
		-10 * time.Minute: "failed: ahead of AWS",
	} {
		account(t, func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				rw.Header().Set("Date", time.Now().Add(off).UTC().Format(http.TimeFormat))
				h.ServeHTTP(rw, r)
			})
		})
		want(t, examine(t, bound()), map[string]string{"aws/clock": w})
	}
}

// A clock that is far off is refused before anything else is said, and the refusal still bears the date.
func TestExamineKnowsARefusedClock(t *testing.T) {
	fake := account(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
			h.ServeHTTP(rw, r)
		})
	})
	fake.Fail("sts:GetCallerIdentity", 0, awstest.Failure{Status: 403, Code: "RequestExpired", Message: "Signature expired"})
	want(t, examine(t, bound()), map[string]string{
		"aws/account": "failed: this machine's clock is off",
		"aws/clock":   "failed: behind AWS",
		"aws/latency": "not testable: see the account above",
		"flags/main":  "not testable: see the account above",
	})
}

func TestExamineLeavesOutWhatIsNotBound(t *testing.T) {
	if tests := aws.Examine(&launchfile.File{}, &runbook.Runbook{}, aws.NewSession(aws.Options{}), time.Now); len(tests) != 0 {
		t.Errorf("%+v", tests)
	}
}
