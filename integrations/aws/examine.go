package aws

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/room"
	"tminus/model/runbook"
)

// SigV4 takes no request that is older than five minutes. A clock that is half a minute off blurs which point is closed.
const (
	oddSkew   = 30 * time.Second
	worstSkew = 5 * time.Minute
)

// A write has a deadline of ten seconds, so that a way which takes half of it is not one to launch over.
const (
	slowAnswer  = time.Second
	worstAnswer = 5 * time.Second
)

// identityTime bounds the calls that every other test waits for.
const identityTime = 8 * time.Second

// Examine makes the tests of all that a launch needs of AWS; none where it binds nothing there. Each permission is tried
// with a read that changes nothing; those that only a write could prove are named.
func Examine(f *launchfile.File, rb *runbook.Runbook, s *Session, now func() time.Time) []preflight.Test {
	if !bindsAWS(f) {
		return nil
	}
	e := &examiner{file: f, session: s, now: now}
	tests := e.account()
	tests = append(tests, e.metrics(f.Watched(rb))...)
	tests = append(tests, e.logGroups()...)
	tests = append(tests, e.flags()...)
	return append(tests, e.codeDeploy()...)
}

func bindsAWS(f *launchfile.File) bool {
	if f.AWS != nil || len(f.Logs) > 0 || len(f.Flags) > 0 || f.Deploy != nil {
		return true
	}
	for _, s := range f.Sources {
		if s.CloudWatch != nil {
			return true
		}
	}
	return false
}

// examiner is one examination: all its tests share what STS said of the caller.
type examiner struct {
	file    *launchfile.File
	session *Session
	now     func() time.Time

	once     sync.Once
	identity identity
}

// identity is the caller as STS sees it, and what the call tells of the clock and the way.
type identity struct {
	account, arn string
	region       string
	endpoint     string
	took         time.Duration
	skew         time.Duration // how far AWS' clock is ahead of ours
	dated        bool          // skew is known
	fault        *room.Fault
}

// who asks STS once, however many tests want to know.
func (e *examiner) who(ctx context.Context) identity {
	e.once.Do(func() {
		// The first test's time is not the others': they all wait for this answer.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), identityTime)
		defer cancel()
		e.identity = e.ask(ctx)
	})
	return e.identity
}

func (e *examiner) ask(ctx context.Context) (id identity) {
	var err error
	if id.region, err = e.session.Region(ctx); err != nil {
		id.fault = e.session.Fault(err)
		return id
	}
	id.endpoint, _ = e.session.Endpoint(ctx) // what can fail in it has just succeeded
	client, err := e.session.STS(ctx)
	if err != nil {
		id.fault = e.session.Fault(err)
		return id
	}
	// The first call also fetches credentials and opens the connection; the second is the way alone.
	for range 2 {
		began := e.now()
		out, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		ended := e.now()
		if err != nil {
			id.fault = e.session.Fault(err)
			if r := response(err); r != nil {
				id.date(r.Header.Get("Date"), ended)
			}
			return id
		}
		id.account, id.arn, id.took = deref(out.Account), deref(out.Arn), ended.Sub(began)
		if at, ok := awsmiddleware.GetServerTime(out.ResultMetadata); ok && !at.IsZero() {
			id.skew, id.dated = at.Sub(ended), true
		}
	}
	return id
}

// date takes the clock from a refusal's header: a clock that is too far off is why it was refused.
func (id *identity) date(header string, now time.Time) {
	if at, err := http.ParseTime(header); err == nil {
		id.skew, id.dated = at.Sub(now), true
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// lost reports that no call can succeed, so that a test says so once and does not repeat the account's failure.
func (id identity) lost() bool {
	return id.fault != nil && id.fault.Kind != room.FaultDenied && id.fault.Kind != room.FaultThrottled
}

// test makes a test that needs an account.
func (e *examiner) test(id, group, title string, run func(ctx context.Context) preflight.Result) preflight.Test {
	return preflight.Test{ID: id, Group: group, Title: title, Run: func(ctx context.Context) preflight.Result {
		if e.who(ctx).lost() {
			return preflight.Untested("not tried: see the account above", "")
		}
		return run(ctx)
	}}
}

// failed is an error of a call, as the session understands it.
func (e *examiner) failed(err error) preflight.Result {
	return preflight.FaultResult(e.session.Fault(err))
}

func (e *examiner) account() []preflight.Test {
	own := func(id, title string, run func(id identity) preflight.Result) preflight.Test {
		return preflight.Test{ID: "aws/" + id, Group: "AWS", Title: title, Run: func(ctx context.Context) preflight.Result { return run(e.who(ctx)) }}
	}
	want := ""
	if e.file.AWS != nil {
		want = e.file.AWS.Account
	}
	return []preflight.Test{
		own("account", "account", func(id identity) preflight.Result { return accountResult(id, want) }),
		own("region", "region", regionResult),
		own("clock", "clock", clockResult),
		own("latency", "latency", latencyResult),
	}
}

func accountResult(id identity, want string) preflight.Result {
	switch {
	case id.fault != nil:
		return preflight.FaultResult(id.fault)
	case want == "":
		return preflight.Pass("%s, account %s", id.arn, id.account).
			Advise(fmt.Sprintf("account: %q under aws keeps writes from any other account", id.account))
	case want != id.account:
		return preflight.Fail(fmt.Sprintf("you are %s in account %s; launch.yaml says %s", id.arn, id.account, want),
			"use the profile of that account (aws.profile, AWS_PROFILE), or correct aws.account")
	}
	return preflight.Pass("%s, account %s as in launch.yaml", id.arn, id.account)
}

func regionResult(id identity) preflight.Result {
	switch {
	case id.region == "":
		return preflight.Untested("not known: see the account above", "")
	case id.endpoint != "":
		return preflight.Pass("%s, by way of %s", id.region, id.endpoint).Advise("AWS_ENDPOINT_URL is set, so that calls do not go to AWS itself")
	}
	return preflight.Pass("%s", id.region)
}

func clockResult(id identity) preflight.Result {
	switch {
	case id.dated:
	case id.fault != nil:
		return preflight.Untested("not known: see the account above", "")
	default:
		return preflight.Untested("AWS' answer bears no date", "")
	}
	off, direction := id.skew.Abs(), "behind"
	if id.skew < 0 {
		direction = "ahead of"
	}
	const remedy = "set the clock: timedatectl set-ntp true"
	said := fmt.Sprintf("this machine is %s %s AWS", off.Round(time.Second), direction)
	switch {
	case off > worstSkew:
		return preflight.Fail(said+", which refuses requests more than 5 minutes off", remedy)
	case off > oddSkew:
		return preflight.Pass("%s", said).Advise(remedy)
	}
	return preflight.Pass("within %s of AWS", (off + time.Second).Truncate(time.Second))
}

func latencyResult(id identity) preflight.Result {
	took := id.took.Round(time.Millisecond)
	switch {
	case id.fault != nil:
		return preflight.Untested("not known: see the account above", "")
	case id.took > worstAnswer:
		return preflight.Fail(fmt.Sprintf("STS took %s to answer; a write is given up after 10s", took), "launch from a host with a better way to AWS")
	case id.took > slowAnswer:
		return preflight.Pass("STS answers in %s, which is slow", took).Advise("expect reads and writes to take as long")
	}
	return preflight.Pass("STS answers in %s", took)
}
