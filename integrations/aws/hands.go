package aws

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tminus/model/launch"
	"tminus/model/room"
	"tminus/model/text"
)

var (
	_ room.Hands       = (*Hands)(nil)
	_ room.Flags       = (*Hands)(nil)
	_ room.Deployments = (*Hands)(nil)
)

const (
	// writeTime is what the room gives a write. Before it is over a write may still arrive, so that finding nothing says
	// nothing.
	writeTime = 10 * time.Second
	// tolerance is how far our clock and AWS' may be apart where the difference is not known.
	tolerance = 2 * time.Minute
)

// Hands writes parameters, and creates, stops and follows deployments. It implements room.Hands for OpPutParameter,
// OpDeploy and OpStopDeploy, room.Flags and room.Deployments.
type Hands struct {
	session *Session
	now     func() time.Time
}

// NewHands makes hands on a session. Nothing is read or sent before their first use.
func NewHands(s *Session) *Hands { return &Hands{session: s, now: time.Now} }

// Do sends a call once. What has been decided before it was sent is in its arguments: nothing else has a part in the
// effect, except what a write would change unasked (a parameter's type, key and tier).
func (h *Hands) Do(ctx context.Context, c launch.Call) launch.Outcome {
	switch c.Op {
	case launch.OpPutParameter:
		return h.putParameter(ctx, c)
	case launch.OpDeploy:
		return h.deploy(ctx, c)
	case launch.OpStopDeploy:
		return h.stopDeployment(ctx, c)
	}
	return notSent(fmt.Sprintf("%s is no operation of AWS", c.Op))
}

// Look finds out whether a call's effect happened. Its errors are Faults.
func (h *Hands) Look(ctx context.Context, c launch.Call, intended time.Time, caller string) (launch.Found, error) {
	switch c.Op {
	case launch.OpPutParameter:
		return h.lookForParameter(ctx, c, intended, caller)
	case launch.OpDeploy:
		return h.lookForDeployment(ctx, c, intended)
	case launch.OpStopDeploy:
		return h.lookForStop(ctx, c, intended)
	}
	return launch.Found{}, &room.Fault{Reason: reason(fmt.Sprintf("%s is no operation of AWS", c.Op))}
}

// Follow says how a deployment, or its stopping, goes on. A parameter is written when its write has been answered. Its
// errors are Faults.
func (h *Hands) Follow(ctx context.Context, c launch.Call, result map[string]string) (launch.Progress, error) {
	switch c.Op {
	case launch.OpPutParameter:
		p := launch.Progress{State: stateSucceeded, Detail: "written"}
		if v := result[resultVersion]; v != "" {
			p.Detail = reason("written as version " + v)
		}
		return p, nil
	case launch.OpDeploy:
		return h.followDeployment(ctx, result[resultDeployment])
	case launch.OpStopDeploy:
		return h.followStop(ctx, c.Args["deployment"])
	}
	return launch.Progress{}, &room.Fault{Reason: reason(fmt.Sprintf("%s is no operation of AWS", c.Op))}
}

// Names in a Result.
const (
	resultVersion    = "version"
	resultTier       = "tier"
	resultDeployment = "deployment"
	resultStatus     = "status"
	resultInTheWay   = "in_the_way" // deployments that a refused one would have to wait for
)

// States of a Progress.
const (
	stateRunning   = "running"
	stateSucceeded = "succeeded"
	stateFailed    = "failed"
	stateStopped   = "stopped"
)

// Identity asks STS who would be calling, and says where calls would go. Its errors are Faults.
func (h *Hands) Identity(ctx context.Context) (launch.Identity, error) {
	client, err := h.session.STS(ctx)
	if err != nil {
		return launch.Identity{}, h.session.Fault(err)
	}
	region, err := h.session.Region(ctx)
	if err != nil {
		return launch.Identity{}, h.session.Fault(err)
	}
	endpoint, err := h.endpoint(ctx)
	if err != nil {
		return launch.Identity{}, h.session.Fault(err)
	}
	out, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return launch.Identity{}, h.session.Fault(err)
	}
	id := launch.Identity{Account: aws.ToString(out.Account), Region: region, Endpoint: endpoint, Caller: aws.ToString(out.Arn), Key: h.session.key(ctx)}
	if id.Account == "" || id.Caller == "" {
		return launch.Identity{}, &room.Fault{Reason: "STS answered without an account", Hint: "is there a proxy between here and AWS? (HTTPS_PROXY, AWS_ENDPOINT_URL)"}
	}
	return id, nil
}

// endpoint is where writes would go, "" for AWS itself. Each service may have an address of its own
// (AWS_ENDPOINT_URL_SSM, or services in the profile), and the clients know which one counts.
func (h *Hands) endpoint(ctx context.Context) (string, error) {
	parameters, err := h.session.SSM(ctx)
	if err != nil {
		return "", err
	}
	deployments, err := h.session.CodeDeploy(ctx)
	if err != nil {
		return "", err
	}
	forSSM, forCodeDeploy := aws.ToString(parameters.Options().BaseEndpoint), aws.ToString(deployments.Options().BaseEndpoint)
	if forSSM == forCodeDeploy {
		return forSSM, nil
	}
	named := func(address string) string {
		if address == "" {
			return "AWS"
		}
		return address
	}
	return "ssm " + named(forSSM) + ", codedeploy " + named(forCodeDeploy), nil
}

// notFound says what it means that there is no trace of a call's effect: nothing while the write may still arrive. asked
// is when the question was put, since what comes after it is not in the answer.
func notFound(asked, intended time.Time, evidence string) launch.Found {
	if deadline := intended.Add(writeTime); !asked.After(deadline) {
		return launch.Found{Found: launch.FoundUnclear, Evidence: told(evidence) + "; it may still arrive until " + clock(deadline)}
	}
	return launch.Found{Found: launch.FoundNo, Evidence: told(evidence)}
}

// clock writes an instant for a line of evidence.
func clock(at time.Time) string { return at.UTC().Format("15:04:05") + " UTC" }

// longestTold bounds a line that people decide by: AWS' reasons for a failed deployment are longer than a screen's line.
const longestTold = 400

// told makes a line of evidence or detail; it is only ever shown.
func told(s string) string {
	s = text.Line(strings.TrimSpace(s))
	if r := []rune(s); len(r) > longestTold {
		return string(r[:longestTold-1]) + "…"
	}
	return s
}
