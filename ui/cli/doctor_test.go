package cli

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/preflight"
	"tminus/ui/theme"
)

func test(id string, run func(context.Context) preflight.Result) preflight.Test {
	return preflight.Test{ID: id, Group: "g", Title: id, Run: run}
}

// One test that hangs for ever costs its own time, and no other's answer or place.
func TestTestsRunBesideEachOtherAndKeepTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int32
		var tests []preflight.Test
		for i := range 40 {
			tests = append(tests, test(fmt.Sprint(i), func(context.Context) preflight.Result {
				most.Store(max(most.Load(), running.Add(1)))
				time.Sleep(time.Second)
				running.Add(-1)
				return preflight.Pass("%d", i)
			}))
		}
		never := make(chan struct{})
		defer close(never) // lets the test's own goroutine end
		tests[3].Run = func(context.Context) preflight.Result { <-never; return preflight.Result{} }
		tests[4].Run = func(ctx context.Context) preflight.Result {
			<-ctx.Done()
			return preflight.Fail("it says so itself", "")
		}
		began := time.Now()
		checks := runTests(t.Context(), tests)
		if took := time.Since(began); took > oneTest+2*time.Second {
			t.Errorf("took %s", took)
		}
		if most.Load() > testsAtOnce {
			t.Errorf("%d at once", most.Load())
		}
		for i, c := range checks {
			want := fmt.Sprintf("passed %d", i)
			switch i {
			case 3:
				want = "failed no answer within 10s"
			case 4:
				want = "failed it says so itself"
			}
			if got := c.Outcome.String() + " " + c.Detail; c.ID != fmt.Sprint(i) || got != want {
				t.Errorf("%d: %s: %s, want %s", i, c.ID, got, want)
			}
		}
	})
}

func TestTheExaminationEndsInTimeHoweverMuchHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		never := make(chan struct{})
		defer close(never)
		var tests []preflight.Test
		for i := range 10 * testsAtOnce {
			tests = append(tests, test(fmt.Sprint(i), func(context.Context) preflight.Result { <-never; return preflight.Result{} }))
		}
		began := time.Now()
		checks := runTests(t.Context(), tests)
		if took := time.Since(began); took > examination {
			t.Errorf("took %s", took)
		}
		if last := checks[len(checks)-1]; last.Outcome != preflight.NotTestable || !strings.Contains(last.Detail, "the time was over") {
			t.Errorf("the last: %+v", last)
		}
	})
}

// What a server says may act on a terminal, or pretend to be a line of doctor's own.
func TestTheReportIsSafeToShow(t *testing.T) {
	c := preflight.Test{Group: "Sources\x1b[2J", Title: "a\tb\u202e"}.Ended(preflight.Fail("\x1b]0;x\x07one\n√ ok two\r", "do \x1b[31mthis\nand that"))
	var out bytes.Buffer
	printReport(&out, preflight.Sum("x", []preflight.Check{c}), theme.New(theme.Options{}))
	want := `Sources\u{1b}[2J
  ■ FAILED        a b\u{202e}  \u{1b}]0;x\u{7}one
                               √ ok two
                               -> do \u{1b}[31mthis
                               -> and that

0 passed, 1 failed, 0 not testable
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
