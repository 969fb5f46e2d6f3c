package aws

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/integrations/aws/awstest"
	"tminus/model/launch"
)

func unset(t *testing.T, key string) {
	t.Helper()
	if err := os.Unsetenv(key); err != nil { // t.Setenv before this brings the old value back
		t.Fatal(err)
	}
}

// kindOfWrite is one kind of write: how it is called at the wire, and how often it had its effect.
type kindOfWrite struct {
	action  string
	call    func(t *testing.T, s *stage) launch.Call
	effects func(s *stage) int
}

var writes = map[string]kindOfWrite{
	"put": {"ssm:PutParameter", func(*testing.T, *stage) launch.Call { return off(1) },
		func(s *stage) int { p, _ := s.Parameter(flagName); return p.Version - 1 }},
	"deploy": {"codedeploy:CreateDeployment", func(*testing.T, *stage) launch.Call { return goBack(1) },
		func(s *stage) int { return len(s.Deployments()) }},
	"stop": {"codedeploy:StopDeployment", func(t *testing.T, s *stage) launch.Call {
		wantOutcome(t, s.do(t, goBack(7)), launch.OutcomeOK)
		return stop("d-000000001")
	}, func(s *stage) int {
		if s.Deployments()[0].Status == "Stopped" {
			return 1
		}
		return 0
	}},
}

// eachWrite runs a test for each write; the test does the call, and says what its outcome has to be, how many requests are
// on the wire and how many effects there are.
func eachWrite(t *testing.T, test func(t *testing.T, s *stage, w kindOfWrite, c launch.Call) (o launch.Outcome, want string, requests, effects int)) {
	for name, w := range writes {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			c := w.call(t, s)
			o, want, requests, effects := test(t, s, w, c)
			wantOutcome(t, o, want)
			if n := len(s.Calls(w.action)); n != requests {
				t.Errorf("%d requests; want %d", n, requests)
			}
			if n := w.effects(s); n != effects {
				t.Errorf("%d effects; want %d", n, effects)
			}
		})
	}
}

func TestAccepted(t *testing.T) {
	eachWrite(t, func(t *testing.T, s *stage, w kindOfWrite, c launch.Call) (launch.Outcome, string, int, int) {
		o := s.do(t, c)
		if len(o.Result) < 1 {
			t.Errorf("%+v", o)
		}
		return o, launch.OutcomeOK, 1, 1
	})
}

// What AWS itself refuses has not happened; anything else that is no success may have. Whatever it is, it is sent once.
func TestAnswersThatAreNoSuccess(t *testing.T) {
	for name, tc := range map[string]struct {
		failure awstest.Failure
		want    string
		words   string
	}{
		"invalid":     {awstest.Failure{Status: 400, Code: "ValidationException", Message: "bad\nsecond line"}, launch.OutcomeFailed, "ValidationException: bad"},
		"denied":      {awstest.Failure{Status: 400, Code: "AccessDeniedException", Message: "User: x is not authorized to perform: codedeploy:UpdateDeploymentGroup on y"}, launch.OutcomeFailed, "access denied; allow codedeploy:UpdateDeploymentGroup"},
		"throttled":   {awstest.Failure{Status: 400, Code: "ThrottlingException"}, launch.OutcomeFailed, "throttled; nothing was changed: try again"},
		"too many":    {awstest.Failure{Status: 429, Code: "TooManyUpdates", RetryAfter: 3 * time.Second}, launch.OutcomeFailed, "try again in 3s"},
		"expired":     {awstest.Failure{Status: 400, Code: "ExpiredTokenException"}, launch.OutcomeFailed, "credentials expired; the credentials are in this room's environment"},
		"broken":      {awstest.Failure{Status: 500, Code: "InternalServerError"}, launch.OutcomeUnknown, "AWS failed with 500"},
		"unavailable": {awstest.Failure{Status: 503, Code: "ServiceUnavailable"}, launch.OutcomeUnknown, "AWS failed with 503"},
		"broken, 400": {awstest.Failure{Status: 400, Code: "InternalServerError"}, launch.OutcomeUnknown, "InternalServerError"},
		"late":        {awstest.Failure{Status: 408, Code: "RequestTimeout"}, launch.OutcomeUnknown, "RequestTimeout"},
		"nameless":    {awstest.Failure{Status: 403}, launch.OutcomeUnknown, ""},
	} {
		t.Run(name, func(t *testing.T) {
			eachWrite(t, func(t *testing.T, s *stage, w kindOfWrite, c launch.Call) (launch.Outcome, string, int, int) {
				s.Fail(w.action, 0, tc.failure)
				o := s.do(t, c)
				if !strings.Contains(o.Error, tc.words) || strings.Contains(o.Error, "second line") {
					t.Errorf("%q", o.Error)
				}
				return o, tc.want, 1, 0
			})
		})
	}
}

// A proxy's page, an empty object, a redirect: nobody knows what became of the write.
func TestUnreadableAnswers(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"a proxy's page":  func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>hello</html>") },
		"nothing in it":   func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") },
		"a proxy refuses": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>no</html>", http.StatusForbidden) },
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/login", http.StatusTemporaryRedirect)
		},
		"cut short": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"Version": 2`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachWrite(t, func(t *testing.T, s *stage, w kindOfWrite, c launch.Call) (launch.Outcome, string, int, int) {
				_, operation, _ := strings.Cut(w.action, ":")
				asked := 0
				s.instead[operation] = func(w http.ResponseWriter, r *http.Request) { asked++; answer(w, r) }
				o := s.do(t, c)
				if asked != 1 {
					t.Errorf("sent %d times", asked)
				}
				return o, launch.OutcomeUnknown, 0, 0
			})
		})
	}
}

func TestNoAnswerInTime(t *testing.T) {
	eachWrite(t, func(t *testing.T, s *stage, w kindOfWrite, c launch.Call) (launch.Outcome, string, int, int) {
		s.Hang(w.action, 0)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		o := s.hands.Do(ctx, c)
		wantOutcome(t, o, launch.OutcomeUnknown, "did not answer in time")
		return o, launch.OutcomeUnknown, 1, 0
	})
}

// The answer is lost after the effect: looking finds it, and there is exactly one.
func TestTheAnswerIsLost(t *testing.T) {
	eachWrite(t, func(t *testing.T, s *stage, w kindOfWrite, c launch.Call) (launch.Outcome, string, int, int) {
		s.LoseAnswer(w.action, 0)
		intended := s.now()
		o := s.do(t, c)
		s.pass(2 * time.Second)
		f := s.look(t, c, intended)
		wantFound(t, f, launch.FoundYes)
		if len(f.Result) == 0 {
			t.Errorf("%+v", f)
		}
		return o, launch.OutcomeUnknown, 1, 1
	})
}

// It broke before the effect: while it may still arrive nothing is certain, afterwards it is.
func TestTheRequestIsLost(t *testing.T) {
	eachWrite(t, func(t *testing.T, s *stage, w kindOfWrite, c launch.Call) (launch.Outcome, string, int, int) {
		_, operation, _ := strings.Cut(w.action, ":")
		s.instead[operation] = func(w http.ResponseWriter, r *http.Request) {
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_ = conn.Close()
			}
		}
		intended := s.now()
		o := s.do(t, c)
		s.pass(10 * time.Second)
		wantFound(t, s.look(t, c, intended), launch.FoundUnclear, "may still arrive until 12:10:10 UTC")
		s.pass(time.Second)
		wantFound(t, s.look(t, c, intended), launch.FoundNo)
		return o, launch.OutcomeUnknown, 0, 0
	})
}

func TestNobodyListensToAWrite(t *testing.T) {
	eachWrite(t, func(t *testing.T, s *stage, w kindOfWrite, c launch.Call) (launch.Outcome, string, int, int) {
		closed := httptest.NewServer(nil)
		closed.Close()
		t.Setenv("AWS_ENDPOINT_URL", closed.URL)
		o := NewHands(NewSession(Options{})).Do(t.Context(), c)
		wantOutcome(t, o, launch.OutcomeNotSent, "connection refused")
		t.Setenv("AWS_ENDPOINT_URL", "http://nowhere.invalid")
		wantOutcome(t, NewHands(NewSession(Options{})).Do(t.Context(), c), launch.OutcomeNotSent)
		return o, launch.OutcomeNotSent, 0, 0
	})
}

// The way breaks between reading a parameter and writing it.
func TestNobodyListensAnyMore(t *testing.T) {
	s := newStage(t)
	s.instead["GetParameterHistory"] = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		_ = s.web.Listener.Close()
		s.Server.ServeHTTP(w, r)
	}
	wantOutcome(t, s.do(t, off(1)), launch.OutcomeNotSent, "connection refused")
}

func TestCancelledBeforeSending(t *testing.T) {
	eachWrite(t, func(t *testing.T, s *stage, w kindOfWrite, c launch.Call) (launch.Outcome, string, int, int) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		return s.hands.Do(ctx, c), launch.OutcomeNotSent, 0, 0
	})
}

// Cancelled with the connection in hand, it is a race whether anything is sent; what is said has to be true either way.
func TestCancelledWhileSending(t *testing.T) {
	s := newStage(t)
	arrived := func(c launch.Call) bool {
		return slices.ContainsFunc(s.Calls("codedeploy:StopDeployment"), func(in awstest.Call) bool { return in.Input["deploymentId"] == c.Args["deployment"] })
	}
	var unsent []launch.Call
	for i := range 60 {
		ctx, cancel := context.WithCancel(t.Context())
		hook := &httptrace.ClientTrace{}
		switch i % 3 {
		case 0:
			hook.ConnectStart = func(string, string) { cancel() }
		case 1:
			hook.GotConn = func(httptrace.GotConnInfo) { cancel() }
		case 2:
			hook.WroteHeaders = cancel
		}
		c := stop(fmt.Sprintf("d-%d", i))
		o := s.hands.Do(httptrace.WithClientTrace(ctx, hook), c)
		cancel()
		if o.Outcome == launch.OutcomeNotSent {
			unsent = append(unsent, c)
		}
	}
	if len(unsent) == 0 {
		t.Error("it was always sent")
	}
	time.Sleep(50 * time.Millisecond) // for what must not come
	for _, c := range unsent {
		if arrived(c) {
			t.Errorf("not sent, and it arrived: %v", c.Args)
		}
	}
}

func TestNoCredentials(t *testing.T) {
	eachWrite(t, func(t *testing.T, s *stage, w kindOfWrite, c launch.Call) (launch.Outcome, string, int, int) {
		t.Setenv("AWS_ACCESS_KEY_ID", "")
		o := NewHands(NewSession(Options{})).Do(t.Context(), c)
		wantOutcome(t, o, launch.OutcomeNotSent, "no AWS credentials found")
		return o, launch.OutcomeNotSent, 0, 0
	})
}

// reader reads the body of a request when it is told to, as a connection does on its own time.
type reader struct {
	read chan struct{}
	text chan string
}

func (r reader) Do(q *http.Request) (*http.Response, error) {
	go func() {
		<-r.read
		text, err := io.ReadAll(q.Body)
		r.text <- fmt.Sprintf("%s, %v", text, err)
	}()
	return nil, errors.New("given up")
}

func TestWhatIsGivenUpIsNeverSent(t *testing.T) {
	r := reader{make(chan struct{}), make(chan string, 1)}
	o := &once{over: r}
	q := httptest.NewRequest(http.MethodPost, "http://x", bytes.NewReader([]byte("write")))
	if _, err := o.Do(q); err == nil {
		t.Error("no error")
	}
	if !o.unsent() {
		t.Error("nobody had read it")
	}
	close(r.read)
	if got := <-r.text; got != ", "+errShut.Error() {
		t.Errorf("read %q", got)
	}
	if !o.unsent() {
		t.Error("it was shut")
	}
	if _, err := o.Do(q); err == nil || !strings.Contains(err.Error(), "sent once") {
		t.Errorf("a second time: %v", err)
	}
}
