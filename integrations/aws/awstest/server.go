// Package awstest is a small AWS at the wire, for tests: it speaks the protocols that the real SDK speaks (CloudWatch in
// RPC v2 CBOR, Logs, SSM and CodeDeploy in JSON 1.1, STS in Query and XML), keeps what tests put into it, fails as it is
// told, and records what was asked. Serve it with httptest.NewServer and point AWS_ENDPOINT_URL at it, in a test or for a
// built binary. Each service has a file; a new operation is a line in New and a method.
package awstest

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxBody bounds a request, as AWS does.
const maxBody = 4 << 20

// Server is an http.Handler for all services at once. It may be changed while it serves.
type Server struct {
	now        func() time.Time
	operations map[string]operation

	mu         sync.Mutex
	calls      []Call
	faults     []*fault
	expired    map[string]bool // access keys; "" is every one
	identity   Identity
	metrics    metrics
	logs       logs
	parameters map[string][]Parameter
	deploy     deploy
}

// operation answers one call, with the server's lock held. Its output is made of map[string]any, []any, strings,
// numbers, booleans and times.
type operation func(input) (map[string]any, *Failure)

// Call is one request as it came in.
type Call struct {
	Action    string         // as in a policy: cloudwatch:GetMetricData
	AccessKey string         // that signed it
	Queries   int            // of GetMetricData: the metrics asked for
	Input     map[string]any // decoded: numbers are float64, times of CBOR are time.Time
	Body      []byte
}

// New makes a server whose time comes from now; nil: the wall clock.
func New(now func() time.Time) *Server {
	if now == nil {
		now = time.Now
	}
	s := &Server{
		now: now, expired: make(map[string]bool), parameters: make(map[string][]Parameter),
		identity: Identity{Account: "123456789012", ARN: "arn:aws:sts::123456789012:assumed-role/launch/eng-lead", UserID: "AROAEXAMPLE:eng-lead"},
		metrics:  newMetrics(), logs: newLogs(), deploy: newDeploy(),
	}
	s.operations = map[string]operation{
		"cloudwatch:GetMetricData":             s.getMetricData,
		"cloudwatch:ListMetrics":               s.listMetrics,
		"logs:FilterLogEvents":                 s.filterLogEvents,
		"logs:DescribeLogGroups":               s.describeLogGroups,
		"sts:GetCallerIdentity":                s.getCallerIdentity,
		"ssm:GetParameter":                     s.getParameter,
		"ssm:GetParameterHistory":              s.getParameterHistory,
		"ssm:PutParameter":                     s.putParameter,
		"codedeploy:GetApplication":            s.getApplication,
		"codedeploy:GetDeploymentGroup":        s.getDeploymentGroup,
		"codedeploy:ListDeployments":           s.listDeployments,
		"codedeploy:GetDeployment":             s.getDeployment,
		"codedeploy:CreateDeployment":          s.createDeployment,
		"codedeploy:StopDeployment":            s.stopDeployment,
		"codedeploy:BatchGetDeployments":       s.batchGetDeployments,
		"codedeploy:ListDeploymentTargets":     s.listDeploymentTargets,
		"codedeploy:BatchGetDeploymentTargets": s.batchGetDeploymentTargets,
	}
	return s
}

// Calls are the requests so far of one action, or of all where it is "".
func (s *Server) Calls(action string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.calls), func(c Call) bool { return action != "" && c.Action != action })
}

// Forget empties the record of calls.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	wire, action, in, err := decode(r, body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	call := Call{Action: action, AccessKey: accessKey(r), Queries: len(in.list("MetricDataQueries")), Input: in, Body: body}
	out, failure, fate := s.answer(call)
	switch fate {
	case hangs:
		<-r.Context().Done()
	case loses:
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close() // the client sees its connection break, whatever Close says
		}
	default:
		wire.write(w, action, out, failure)
	}
}

// answer records a call and finds out what becomes of it.
func (s *Server) answer(call Call) (map[string]any, *Failure, fate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, call)
	switch {
	case call.AccessKey == "":
		return nil, &Failure{Status: 403, Code: "MissingAuthenticationTokenException", Message: "Missing Authentication Token"}, answers
	case s.expired[""] || s.expired[call.AccessKey]:
		return nil, &Failure{Status: 403, Code: "ExpiredTokenException", Message: "The security token included in the request is expired"}, answers
	}
	fate := answers
	if f := s.due(call.Action); f != nil {
		if f.failure != nil || f.fate == hangs {
			return nil, f.failure, f.fate
		}
		fate = f.fate
	}
	op := s.operations[call.Action]
	if op == nil {
		return nil, &Failure{Status: 400, Code: "UnknownOperationException", Message: call.Action + " is not in awstest"}, answers
	}
	out, failure := op(call.Input)
	return out, failure, fate
}

// credential finds who signed a request; signatures themselves are not checked.
const credential = `Credential=([^/, ]+)/`

func accessKey(r *http.Request) string {
	m := regexp.MustCompile(credential).FindStringSubmatch(r.Header.Get("Authorization"))
	if m == nil || !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
		return ""
	}
	return m[1]
}
