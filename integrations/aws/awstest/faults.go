package awstest

import (
	"fmt"
	"slices"
	"time"
)

// Failure is an error as a service answers it. Code is its name in JSON and CBOR.
type Failure struct {
	Status     int
	Code       string
	Message    string
	RetryAfter time.Duration // 0: no such header
}

// fate is what becomes of a request beside its answer.
type fate int

const (
	answers fate = iota
	hangs        // no answer for as long as the client waits
	loses        // it is done, and the connection breaks before the answer
)

type fault struct {
	action  string // "": every one
	left    int    // how many requests it is for; negative: all
	failure *Failure
	fate    fate
}

// Fail answers the next requests of an action with a failure; times 0 means all until Heal. Action "" is every action.
func (s *Server) Fail(action string, times int, f Failure) {
	s.fault(action, times, &fault{failure: &f})
}

// Throttle answers that requests come too often, with a Retry-After header where after is not 0.
func (s *Server) Throttle(action string, times int, after time.Duration) {
	s.Fail(action, times, Failure{Status: 400, Code: "ThrottlingException", Message: "Rate exceeded", RetryAfter: after})
}

// Deny answers that the caller may not do this.
func (s *Server) Deny(action string) {
	s.mu.Lock()
	arn := s.identity.ARN
	s.mu.Unlock()
	s.Fail(action, 0, Failure{Status: 403, Code: "AccessDeniedException", Message: fmt.Sprintf(
		"User: %s is not authorized to perform: %s because no identity-based policy allows the action", arn, action)})
}

// Hang leaves requests without an answer, and without effect.
func (s *Server) Hang(action string, times int) { s.fault(action, times, &fault{fate: hangs}) }

// LoseAnswer does what is asked and breaks the connection instead of answering.
func (s *Server) LoseAnswer(action string, times int) { s.fault(action, times, &fault{fate: loses}) }

// Expire refuses everything that is signed with an access key, or with any where it is "".
func (s *Server) Expire(accessKey string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expired[accessKey] = true
}

// Heal ends all faults and lets expired keys work again.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
	clear(s.expired)
}

func (s *Server) fault(action string, times int, f *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if times == 0 {
		times = -1
	}
	f.action, f.left = action, times
	s.faults = append(s.faults, f)
}

// due is the first fault for an action, used up by one.
func (s *Server) due(action string) *fault {
	i := slices.IndexFunc(s.faults, func(f *fault) bool { return f.left != 0 && (f.action == "" || f.action == action) })
	if i < 0 {
		return nil
	}
	if s.faults[i].left > 0 {
		s.faults[i].left--
	}
	return s.faults[i]
}
