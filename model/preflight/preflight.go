// Package preflight is the examination before a launch: what is tried, how each try ended, and the sum. Who knows an
// outside thing makes Tests for it; whoever runs them decides how many at once and for how long.
package preflight

import (
	"context"
	"fmt"
	"strings"
)

// Outcome is how a check ended. The zero value proves nothing.
type Outcome uint8

// The outcomes.
const (
	NotTestable Outcome = iota // it could not be tried, or not without doing harm
	Passed
	Failed
)

func (o Outcome) String() string {
	switch o {
	case Passed:
		return "passed"
	case Failed:
		return "failed"
	}
	return "not testable"
}

// MarshalText writes the word.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// Result is how a test ended. A Remedy beside Passed is advice.
type Result struct {
	Outcome Outcome `json:"outcome"`
	Detail  string  `json:"detail,omitempty"` // what was found
	Remedy  string  `json:"remedy,omitempty"` // what to do about it
}

// Pass is a Result that has nothing to object to.
func Pass(format string, args ...any) Result {
	return Result{Outcome: Passed, Detail: fmt.Sprintf(format, args...)}
}

// Fail is a Result with what is wrong and what to do.
func Fail(detail, remedy string) Result {
	return Result{Outcome: Failed, Detail: detail, Remedy: remedy}
}

// FailWith is Fail with an error of the form "what is wrong; what to do", as this program writes them.
func FailWith(err error) Result {
	detail, remedy, _ := strings.Cut(err.Error(), "; ")
	return Fail(detail, remedy)
}

// Untested is a Result that says why nothing is known.
func Untested(detail, remedy string) Result {
	return Result{Detail: detail, Remedy: remedy}
}

// Advise adds what to do about something that passed.
func (r Result) Advise(remedy string) Result {
	r.Remedy = remedy
	return r
}

// Test is one thing to try. Run changes nothing outside, and returns soon after ctx ends.
type Test struct {
	ID    string // stable: group/name
	Group string
	Title string
	Run   func(ctx context.Context) Result
}

// Check is a test that was run.
type Check struct {
	ID    string `json:"id"`
	Group string `json:"group"`
	Title string `json:"title"`
	Result
}

// Ended makes the test's check.
func (t Test) Ended(r Result) Check {
	return Check{ID: t.ID, Group: t.Group, Title: t.Title, Result: r}
}

// Report is a whole examination; its JSON is what doctor --json prints.
type Report struct {
	V           int     `json:"v"`
	Launch      string  `json:"launch"`
	Checks      []Check `json:"checks"`
	Passed      int     `json:"passed"`
	Failed      int     `json:"failed"`
	NotTestable int     `json:"not_testable"`
}

// Sum counts the checks of a launch.
func Sum(launch string, checks []Check) Report {
	r := Report{V: 1, Launch: launch, Checks: checks}
	for _, c := range checks {
		switch c.Outcome {
		case Passed:
			r.Passed++
		case Failed:
			r.Failed++
		default:
			r.NotTestable++
		}
	}
	return r
}

// Summary is the report in one line.
func (r Report) Summary() string {
	return fmt.Sprintf("%d passed, %d failed, %d not testable", r.Passed, r.Failed, r.NotTestable)
}
