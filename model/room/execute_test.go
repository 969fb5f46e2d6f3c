package room

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/launch"
)

func TestAFlagGoesOffAtOnceAndIsReadBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.start(nil)
		time.Sleep(10 * time.Second)
		before := time.Now()
		res := b.do(el(), "flag.off", "reason", "errors")
		if took := time.Since(before); took > 250*time.Millisecond {
			t.Errorf("the write came back after %s", took)
		}
		if !strings.Contains(res.Message, "version 2") || res.Failed || res.Waiting {
			t.Errorf("the answer is %+v", res)
		}
		d := data[launch.CallIntended](t, entriesOf(t, b.disk, launch.KindCallIntended)[0])
		if d.Identity != b.out.id || d.Digest != d.Call.Digest() || !d.Deadline.Equal(before.Add(10*time.Second)) || d.DryRun {
			t.Errorf("intended %+v", d)
		}
		c := data[launch.StepChecked](t, b.wait(launch.KindStepChecked, 1, 3*time.Second))
		if c.Outcome != launch.Verified || c.Flag != "main" || !strings.Contains(c.Evidence, "version 2") {
			t.Errorf("checked %+v", c)
		}
		var f = b.room
		_ = f.in(t.Context(), func() {
			if got := f.facts().Flags["main"]; got.Value != "false" || got.Version != 2 || got.Error != "" {
				t.Errorf("the screen has %+v", got)
			}
		})
		if b.effects().writes != 1 {
			t.Errorf("%d writes", b.effects().writes)
		}
	})
}

func TestWhatBecomesOfACall(t *testing.T) {
	for _, c := range []struct {
		name    string
		set     func(o *outside)
		outcome string
		found   string
		state   launch.StepState
		message string
	}{
		{"it is refused", func(o *outside) { o.refuses = "AccessDenied: no" }, "failed", "", launch.StepFailed, "AccessDenied"},
		{"the answer is lost", func(o *outside) { o.loses = true }, "unknown", "happened", launch.StepDone, "version 2"},
		{"the request is lost", func(o *outside) { o.drops = true }, "unknown", "did not happen", launch.StepFailed, "no trace of it"},
		{"it does not come back", func(o *outside) { o.took = time.Hour }, "unknown", "did not happen", launch.StepFailed, "no trace of it"},
		{"nobody can tell", func(o *outside) { o.drops, o.unclear = true, true }, "unknown", "unclear", launch.StepUnknown, "is being looked for"},
		{"it happens", func(o *outside) {}, "ok", "", launch.StepDone, "version 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, launch.Live, nil)
				c.set(b.out)
				b.start(nil)
				res := b.do(el(), "rollback.request", "reason", "errors", "priority", "high", "steps", "feature-disable")
				if !strings.Contains(res.Message, c.message) || res.Failed != (c.message != "version 2") {
					t.Errorf("the answer is %+v", res)
				}
				time.Sleep(5 * time.Minute)
				if got := outcomes(t, b.disk); !slices.Equal(got, []string{c.outcome}) {
					t.Errorf("returned %v", got)
				}
				found := entriesOf(t, b.disk, launch.KindCallFound)
				if c.found == "" && len(found) > 0 || c.found != "" && (len(found) != 1 || data[launch.CallFound](t, found[0]).Found.Found != c.found) {
					t.Errorf("found %v", found)
				}
				state := b.stepState("feature-disable")
				if c.state == launch.StepDone && state == launch.StepVerifying { // its watch asks a person
					state = launch.StepDone
				}
				if state != c.state || b.effects().writes > 1 {
					t.Errorf("the step is %s, %d writes", state, b.effects().writes)
				}
			})
		})
	}
}

func TestWhatDidNotHappenIsTriedAgainByAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.out.drops = true
		b.start(nil)
		begun := time.Now()
		b.request("feature-disable")
		e := b.wait(launch.KindStepFailed, 1, time.Minute)
		if late := e.At.Sub(begun); late <= 10*time.Second || late > 14*time.Second {
			t.Errorf("failed after %s: not while the write may still come, and soon afterwards", late)
		}
		time.Sleep(time.Minute)
		if n := len(entriesOf(t, b.disk, launch.KindCallIntended)); n != 1 {
			t.Fatalf("%d calls without anybody's word", n)
		}
		b.out.change(func(o *outside) { o.drops = false })
		if res := b.do(el(), "step.retry", "id", "feature-disable"); res.Failed || !strings.Contains(res.Message, "version 2") {
			t.Errorf("the answer is %+v", res)
		}
		calls := entriesOf(t, b.disk, launch.KindCallIntended)
		if len(calls) != 2 || data[launch.CallIntended](t, calls[1]).Attempt != 2 || b.effects().writes != 1 {
			t.Errorf("%d calls, %d writes", len(calls), b.effects().writes)
		}
	})
}

func TestLookingThatFailsBacksOffAndIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.out.loses, b.out.blind = true, &Fault{Reason: "credentials expired", Hint: "aws sso login"}
		b.start(nil)
		b.request("feature-disable")
		time.Sleep(2 * time.Minute)
		_ = b.room.in(t.Context(), func() {
			for id, why := range b.room.facts().Looking {
				if !strings.Contains(why, "aws sso login") || b.room.state.Calls[id] == nil {
					t.Errorf("looking for %s: %s", id, why)
				}
			}
			if len(b.room.facts().Looking) != 1 {
				t.Error("the trouble is not shown")
			}
		})
		if n := len(entriesOf(t, b.disk, launch.KindCallFound)); n != 0 {
			t.Errorf("%d entries of what was not seen", n)
		}
		b.out.change(func(o *outside) { o.blind = nil })
		if f := data[launch.CallFound](t, b.wait(launch.KindCallFound, 1, 31*time.Second)); f.Found.Found != launch.FoundYes || b.effects().writes != 1 {
			t.Errorf("found %+v, %d writes", f, b.effects().writes)
		}
	})
}

// Who may not authorise a rollback is refused, and that they tried stands in the journal.
func TestAnOutsidersApprovalIsRefusedAndJournaled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.start(nil)
		b.do(po(), "trigger.declare", "id", "security-incident", "reason", "seen in the logs")
		res := b.do(po(), "rollback.request", "reason", "incident", "steps", "feature-disable")
		if !res.Waiting {
			t.Errorf("a request by nobody who may approve is %+v", res)
		}
		id := data[launch.RollbackRequested](t, entriesOf(t, b.disk, launch.KindRollbackRequested)[0]).ID
		for _, w := range []launch.Who{stranger(), po()} {
			if _, err := b.room.Door(w).Do(t.Context(), command("rollback.approve", "id", id)); err == nil {
				t.Errorf("%s approved", w.User)
			}
		}
		tried := entriesOf(t, b.disk, launch.KindRollbackRefused)
		if len(tried) != 2 || tried[0].Actor.User != "eve" || tried[1].Actor.User != "po" {
			t.Errorf("journaled %v", tried)
		}
		if n := b.effects().writes; n != 0 {
			t.Errorf("%d writes", n)
		}
	})
}
