package aws

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/integrations/aws/awstest"
	"tminus/model/launch"
	"tminus/model/room"
)

const (
	flagName = "/features/checkout-v2/enabled"
	me       = "arn:aws:sts::123456789012:assumed-role/launch/eng-lead" // as awstest has it
	other    = "arn:aws:iam::123456789012:user/intern"
)

var good = strings.Repeat("89abcdef", 5)

// stage is a server and hands on it, with one clock for both.
type stage struct {
	*awstest.Server
	hands *Hands
	web   *httptest.Server

	mu      sync.Mutex
	at      time.Time
	instead map[string]http.HandlerFunc // by the end of X-Amz-Target
}

func newStage(t *testing.T) *stage {
	t.Helper()
	_, session := world(t)
	s := &stage{at: noon, instead: make(map[string]http.HandlerFunc)}
	s.Server = awstest.New(s.now)
	s.web = httptest.NewServer(s)
	t.Cleanup(s.web.Close)
	t.Setenv("AWS_ENDPOINT_URL", s.web.URL)
	s.hands = NewHands(session)
	s.hands.now = s.now
	s.SetParameter(flagName, "String", "true", other)
	s.SetApplication("shop", "prod")
	s.SetInstances("shop", "prod", "i-0aaa", "i-0bbb", "i-0ccc")
	s.pass(10 * time.Minute)
	return s
}

func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	s.mu.Lock()
	instead := s.instead[operation]
	s.mu.Unlock()
	if instead != nil {
		instead(w, r)
		return
	}
	s.Server.ServeHTTP(w, r)
}

func (s *stage) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

func (s *stage) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = s.at.Add(d)
}

func (s *stage) do(t *testing.T, c launch.Call) launch.Outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), writeTime)
	defer cancel()
	return s.hands.Do(ctx, c)
}

func (s *stage) look(t *testing.T, c launch.Call, intended time.Time) launch.Found {
	t.Helper()
	return s.lookAs(t, c, intended, me)
}

func (s *stage) lookAs(t *testing.T, c launch.Call, intended time.Time, caller string) launch.Found {
	t.Helper()
	f, err := s.hands.Look(t.Context(), c, intended, caller)
	if err != nil {
		t.Fatalf("look: %v", err)
	}
	return f
}

func (s *stage) follow(t *testing.T, c launch.Call, result map[string]string) launch.Progress {
	t.Helper()
	p, err := s.hands.Follow(t.Context(), c, result)
	if err != nil {
		t.Fatalf("follow: %v", err)
	}
	return p
}

// want checks an outcome, and that its error holds all of the words.
func wantOutcome(t *testing.T, o launch.Outcome, want string, words ...string) {
	t.Helper()
	if o.Outcome != want || (o.Outcome == launch.OutcomeOK) != (o.Error == "") {
		t.Errorf("outcome %+v; want %s", o, want)
	}
	for _, w := range words {
		if !strings.Contains(o.Error, w) {
			t.Errorf("error %q lacks %q", o.Error, w)
		}
	}
}

func wantFound(t *testing.T, f launch.Found, want string, words ...string) {
	t.Helper()
	if f.Found != want || strings.Contains(f.Evidence, "\n") {
		t.Errorf("found %+v; want %s", f, want)
	}
	for _, w := range words {
		if !strings.Contains(f.Evidence, w) {
			t.Errorf("evidence %q lacks %q", f.Evidence, w)
		}
	}
}

func off(attempt int) launch.Call {
	return launch.NewCall("id", launch.OpPutParameter, "flag", "main", attempt, map[string]string{"name": flagName, "value": "false", "type": "String"})
}

func goBack(attempt int) launch.Call {
	return launch.NewCall("id", launch.OpDeploy, "code", "", attempt, map[string]string{"application": "shop", "group": "prod",
		"repository": "acme/shop", "commit": good, "description": "tminus checkout-v2 rollback R1"})
}

func stop(id string) launch.Call {
	return launch.NewCall("id", launch.OpStopDeploy, "code", "stop", 1, map[string]string{"deployment": id, "application": "shop", "group": "prod"})
}

func TestIdentity(t *testing.T) {
	s := newStage(t)
	id, err := s.hands.Identity(t.Context())
	if want := (launch.Identity{Account: "123456789012", Region: "us-east-1", Endpoint: s.web.URL, Caller: me, Key: "AKIDENV"}); err != nil || id != want {
		t.Errorf("%+v, %v; want %+v", id, err, want)
	}
	s.Expire("")
	if _, err := s.hands.Identity(t.Context()); faultIn(t, err).Kind != room.FaultExpired {
		t.Errorf("%v", err)
	}
}

// Somebody who sends one service elsewhere has to see it in what is approved.
func TestIdentityTellsEveryEndpoint(t *testing.T) {
	s := newStage(t)
	for name, tc := range map[string]struct{ all, ssm, codeDeploy, want string }{
		"one":             {"http://all", "", "", "http://all"},
		"ssm's own":       {"http://all", "http://ssm", "", "ssm http://ssm, codedeploy http://all"},
		"codedeploy only": {"", "", "http://cd", "ssm AWS, codedeploy http://cd"},
		"both":            {"", "http://x", "http://x", "http://x"},
		"AWS":             {"", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for key, v := range map[string]string{"AWS_ENDPOINT_URL": tc.all, "AWS_ENDPOINT_URL_SSM": tc.ssm, "AWS_ENDPOINT_URL_CODEDEPLOY": tc.codeDeploy} {
				t.Setenv(key, v)
				if v == "" {
					unset(t, key)
				}
			}
			t.Setenv("AWS_ENDPOINT_URL_STS", s.web.URL)
			id, err := NewHands(NewSession(Options{})).Identity(t.Context())
			if err != nil || id.Endpoint != tc.want {
				t.Errorf("%q, %v; want %q", id.Endpoint, err, tc.want)
			}
		})
	}
}

func TestNoOperationOfAWS(t *testing.T) {
	s := newStage(t)
	c := launch.NewCall("id", launch.OpRun, "db", "", 1, nil)
	wantOutcome(t, s.do(t, c), launch.OutcomeNotSent, "no operation of AWS")
	if _, err := s.hands.Look(t.Context(), c, noon, me); err == nil {
		t.Error("looked")
	}
	if _, err := s.hands.Follow(t.Context(), c, nil); err == nil {
		t.Error("followed")
	}
}
