package aws

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"tminus/model/launch"
	"tminus/model/room"
)

// sender is what the clients of all services send requests with.
type sender interface {
	Do(*http.Request) (*http.Response, error)
}

// once sends one request, and knows afterwards whether it can have had an effect. It decides that by the request's body:
// nothing acts on a request whose body never came. So a body that nobody has read when the call returns is shut for good,
// and the request was not sent, whatever a connection still does with its headers. (A trace of the connection would leave
// the instant between asking whether it was written and its being written.)
type once struct {
	over sender

	mu   sync.Mutex
	used bool
	read bool // some of the body may be on its way
	shut bool // the body stays unread
}

// Do passes the first request on, and no other: what the SDK would send again is refused here, too.
func (o *once) Do(r *http.Request) (*http.Response, error) {
	o.mu.Lock()
	used := o.used
	o.used = true
	if r.Body == nil || r.Body == http.NoBody {
		o.read = true // nothing could be held back
	}
	o.mu.Unlock()
	if used {
		return nil, errors.New("a write is sent once")
	}
	r = r.WithContext(r.Context()) // a copy
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = body{ReadCloser: r.Body, of: o}
	}
	r.GetBody = nil // else a redirect would send it again
	return o.over.Do(r)
}

// unsent reports that nothing of the request left, and sees to it that nothing will.
func (o *once) unsent() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.shut = true
	return !o.read
}

type body struct {
	io.ReadCloser
	of *once
}

var errShut = errors.New("the call has been given up")

func (b body) Read(p []byte) (int, error) {
	b.of.mu.Lock()
	if b.of.shut && !b.of.read {
		b.of.mu.Unlock()
		return 0, errShut
	}
	b.of.read = true
	b.of.mu.Unlock()
	return b.ReadCloser.Read(p)
}

// lineTime is how long the connection of a write stays open when it is over.
const lineTime = 5 * time.Second

// ownLine gives a write connections of its own. One that others left open for a minute may have been dropped on the way
// without a word, and a write into it would only be known to be lost when its time is over.
func ownLine(s sender) sender {
	b, ok := s.(*awshttp.BuildableClient)
	if !ok {
		return s
	}
	return b.WithTransportOptions(func(t *http.Transport) { t.IdleConnTimeout = lineTime })
}

func notSent(why string) launch.Outcome {
	return launch.Outcome{Outcome: launch.OutcomeNotSent, Error: reason(why)}
}

// unsuccessful says what an error of a write means. Only AWS' own, readable refusal is a failure; what is neither that nor
// known to have stayed here may have happened.
func (h *Hands) unsuccessful(o *once, err error) launch.Outcome {
	unsent, f := o.unsent(), *h.session.Fault(err)
	switch {
	case refusal(err):
		if f.Kind == room.FaultThrottled && f.Hint == "" {
			f.Hint = "nothing was changed: try again"
			if f.RetryAfter > 0 {
				f.Hint += fmt.Sprintf(" in %s", f.RetryAfter)
			}
		}
		return launch.Outcome{Outcome: launch.OutcomeFailed, Error: f.Error()}
	case unsent:
		return launch.Outcome{Outcome: launch.OutcomeNotSent, Error: f.Error()}
	}
	return launch.Outcome{Outcome: launch.OutcomeUnknown, Error: f.Error()}
}

// unreadable is a success that does not say of what.
func unreadable(what string) launch.Outcome {
	return launch.Outcome{Outcome: launch.OutcomeUnknown, Error: what + "; is there a proxy between here and AWS? (HTTPS_PROXY, AWS_ENDPOINT_URL)"}
}

// refusal reports that AWS refused a request, so that it had no effect. A status of 4xx alone may be a proxy's. Some
// services tell of their own failures and of time that ran out with a 4xx.
func refusal(err error) bool {
	var api smithy.APIError
	answer := response(err)
	if answer == nil || answer.StatusCode < 400 || answer.StatusCode > 499 || answer.StatusCode == http.StatusRequestTimeout || !errors.As(err, &api) {
		return false
	}
	code := api.ErrorCode()
	switch {
	case code == "", code == "UnknownError", api.ErrorFault() == smithy.FaultServer:
		return false
	case strings.HasPrefix(code, "Internal"), strings.HasPrefix(code, "ServiceUnavailable"), strings.HasPrefix(code, "RequestTimeout") && !strings.HasPrefix(code, "RequestTimeTooSkewed"):
		return false
	}
	return true
}
