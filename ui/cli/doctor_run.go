package cli

import (
	"context"
	"sync"
	"time"

	"tminus/model/preflight"
)

// How much is tried at once and for how long: somebody stands in front of the screen and waits.
const (
	testsAtOnce = 12
	oneTest     = 10 * time.Second
	examination = 30 * time.Second
	grace       = 500 * time.Millisecond // for a test to say itself how its time ended
)

// runTests runs tests beside each other and returns their checks in the order of the tests, in examination's time even
// where a test does not heed its context.
func runTests(ctx context.Context, tests []preflight.Test) []preflight.Check {
	ctx, cancel := context.WithTimeout(ctx, examination-2*grace)
	defer cancel()
	checks := make([]preflight.Check, len(tests))
	next := make(chan int, len(tests))
	for i := range tests {
		next <- i
	}
	close(next)
	var workers sync.WaitGroup
	for range min(len(tests), testsAtOnce) {
		workers.Go(func() {
			for i := range next {
				checks[i] = tests[i].Ended(runTest(ctx, tests[i]))
			}
		})
	}
	workers.Wait()
	return checks
}

// runTest runs one test for its time at most. A test that goes on after that is left behind with its result.
func runTest(ctx context.Context, t preflight.Test) preflight.Result {
	if ctx.Err() != nil {
		return preflight.Untested("the time was over before it was tried", "run doctor again when the failures above are gone")
	}
	one, cancel := context.WithTimeout(ctx, oneTest)
	ended := make(chan preflight.Result, 1)
	go func() {
		defer cancel()
		ended <- t.Run(one)
	}()
	select {
	case r := <-ended:
		return r
	case <-one.Done():
	}
	late := time.NewTimer(grace)
	defer late.Stop()
	select {
	case r := <-ended:
		return r
	case <-late.C:
		return preflight.Fail("no answer within "+oneTest.String(), "something that it needs hangs: a mount, a network, a program")
	}
}
