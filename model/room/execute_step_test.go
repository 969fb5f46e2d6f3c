package room

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/launch"
)

func TestAProgramThatCannotBeReadIsNotRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		delete(b.out.digests, programSH)
		b.start(nil)
		b.request("database-rollback")
		e := data[launch.StepChanged](t, b.wait(launch.KindStepFailed, 1, time.Minute))
		if !strings.Contains(e.Reason, "no such program; put it right, then stop this rollback (step.abort)") || len(b.effects().ran) != 1 {
			t.Errorf("failed: %s; ran %v", e.Reason, b.effects().ran)
		}
	})
}

func TestAProgramThatFailsStopsTheRollback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.out.runsEnd = "failed"
		b.start(nil)
		b.request("database-rollback,code-rollback")
		b.wait(launch.KindStepFailed, 1, time.Minute)
		time.Sleep(time.Minute)
		if len(b.effects().ran) != 1 || len(b.effects().deployed) != 0 {
			t.Errorf("ran %v, deployed %v", b.effects().ran, b.effects().deployed)
		}
	})
}

func TestWhatIsDeployedIsStoppedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.out.state["d-old"] = "running"
		b.start(nil)
		b.request("code-rollback")
		time.Sleep(10 * time.Second)
		if len(b.effects().calls) != 2 || b.effects().calls[0].Op != launch.OpStopDeploy || b.effects().calls[0].Args["deployment"] != "d-old" || b.effects().calls[1].Args["commit"] != good {
			t.Errorf("sent %+v", b.effects().calls)
		}
		if got := data[launch.CallEnded](t, entriesOf(t, b.disk, launch.KindCallEnded)[0]); got.State != "succeeded" {
			t.Errorf("ended %+v", got)
		}
	})
}

func TestADeploymentThatDoesNotEndKeepsOursFromBeingSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.out.state["d-old"], b.out.stuck = "running", true
		b.start(nil)
		before := time.Now()
		if res := b.do(el(), "rollback.request", "reason", "errors", "priority", "high", "steps", "code-rollback"); time.Since(before) > 16*time.Second || res.Failed {
			t.Errorf("after %s %+v", time.Since(before), res)
		}
		e := data[launch.StepChanged](t, b.wait(launch.KindStepFailed, 1, 6*time.Minute))
		if !strings.Contains(e.Reason, "d-old is in the way") || len(b.effects().deployed) > 0 {
			t.Errorf("failed: %s", e.Reason)
		}
	})
}

func TestAWatchThatFailsLeavesTheStepToAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.start(nil)
		b.request("code-rollback")
		time.Sleep(time.Second)
		b.out.change(func(o *outside) { o.state["d-1"] = "failed" })
		c := data[launch.StepChecked](t, b.wait(launch.KindStepChecked, 1, 5*time.Second))
		time.Sleep(time.Minute)
		if c.Outcome != launch.CheckFailed || !strings.Contains(c.Evidence, "d-1") || b.stepState("code-rollback") != launch.StepVerifying {
			t.Errorf("checked %+v, the step is %s", c, b.stepState("code-rollback"))
		}
		if n := len(entriesOf(t, b.disk, launch.KindStepChecked)); n != 1 {
			t.Errorf("said %d times", n)
		}
	})
}

func TestARoomThatEndsWhileADeploymentIsBeingStoppedGoesOnThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.out.state["d-old"], b.out.stuck = "running", true
		r := b.start(nil)
		b.request("code-rollback")
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		b.start(nil)
		time.Sleep(time.Minute)
		b.out.change(func(o *outside) { o.state["d-old"] = "stopped" })
		time.Sleep(10 * time.Second)
		if e := b.effects(); len(e.calls) != 2 || e.calls[1].Op != launch.OpDeploy {
			t.Errorf("sent %+v", e.calls)
		}
	})
}

func TestAFlagGoesOnOnlyWhenItIsKnownWhatBecameOfGoingOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.start(nil)
		call := launch.NewCall("0123", launch.OpPutParameter, launch.FlagStep, "main", 1, map[string]string{"name": flagName, "value": "true"})
		other := launch.NewCall("0123", launch.OpPutParameter, "feature-disable", "feature-disable", 1, map[string]string{"name": flagName, "value": "false"})
		waits := func() bool { return ask(b, func(*launch.State) bool { return b.room.mustWait(call) }) }
		if waits() {
			t.Error("there is nothing to wait for")
		}
		ask(b, func(s *launch.State) bool {
			s.Calls[other.ID] = &launch.CallState{Call: other, Deadline: b.room.now().Add(10 * time.Second)}
			return true
		})
		if !waits() {
			t.Error("it would overtake a write that may still arrive")
		}
		time.Sleep(11 * time.Second)
		if waits() {
			t.Error("it waits for a write that can no longer arrive")
		}
	})
}

// Stopping a step ends its program, also where the room is killed before it could, and an end of its own is told as it was.
func TestStoppingAStepEndsItsProgram(t *testing.T) {
	running := func(t *testing.T) *bench {
		b := newBench(t, launch.Live, nil)
		b.out.runsEnd = "running"
		b.start(nil)
		b.request("database-rollback")
		time.Sleep(2 * time.Second)
		return b
	}
	for name, kill := range map[string]bool{"by its room": false, "by the next room": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := running(t)
				b.out.change(func(o *outside) { // the supervisor does not answer for now
					if kill {
						o.blind = errDead
					}
				})
				if res := b.do(el(), "step.abort", "id", "database-rollback", "reason", "wrong one"); !strings.Contains(res.Message, "its program is asked to end") {
					t.Error(res.Message)
				}
				if kill {
					time.Sleep(time.Second)
					b.p.dead.Store(true)
					if err := b.room.Close(); err == nil {
						t.Log("closed")
					}
					b.out.change(func(o *outside) { o.blind = nil })
					b.start(nil)
				}
				d := data[launch.CallInterrupted](t, b.wait(launch.KindCallInterrupted, 1, time.Minute))
				if b.out.asks[0] != d.ID || len(b.out.asks) != 1 || !strings.Contains(d.Detail, "el") {
					t.Errorf("asked %v, journaled %+v", b.out.asks, d)
				}
				b.out.change(func(o *outside) { o.runsEnd = "stopped" })
				if end := data[launch.CallEnded](t, b.wait(launch.KindCallEnded, 1, time.Minute)); end.State != "stopped" {
					t.Errorf("ended %+v", end)
				}
			})
		})
	}
	t.Run("it has ended meanwhile", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := running(t)
			b.out.change(func(o *outside) { o.runsEnd = "succeeded" })
			b.do(el(), "step.abort", "id", "database-rollback", "reason", "wrong one")
			if end := data[launch.CallEnded](t, b.wait(launch.KindCallEnded, 1, time.Minute)); end.State != "succeeded" {
				t.Errorf("ended %+v", end)
			}
			time.Sleep(time.Minute)
			if n := len(entriesOf(t, b.disk, launch.KindCallInterrupted)); n != 0 || len(b.out.asks) != 0 {
				t.Errorf("asked to end %d times, journaled %d", len(b.out.asks), n)
			}
		})
	})
}
