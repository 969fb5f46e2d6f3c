package room

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// The room goes on watching what was rolled back after a recycle, and a room that starts anew does too.
func TestTheRoomWatchesARollbackThatWasLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, func(_ *launchfile.File, rb *runbook.Runbook) {
			rb.Rollback.Steps[0].Verifications = rb.Rollback.Steps[0].Verifications[:1]
		})
		b.feed.change(func(f *feed) { f.value = bad(time.Now(), time.Now().Add(15*time.Minute)) })
		b.start(nil)
		b.wait(launch.KindTriggerFired, 1, 12*time.Minute)
		id := b.request("feature-disable")
		b.wait(launch.KindRollbackCompleted, 1, 2*time.Minute)
		b.do(el(), "clock.recycle", "to", "T-15m")
		if err := b.room.Close(); err != nil {
			t.Fatal(err)
		}
		b.start(nil)
		if all := strings.Join(screenOf(t, b.room).Reasons, "; "); !strings.Contains(all, "R1 done; recovery is watched until ") {
			t.Errorf("after the recycle: %q", all)
		}
		d := data[launch.RollbackRecovered](t, b.wait(launch.KindRollbackRecovered, 1, 25*time.Minute))
		if all := strings.Join(screenOf(t, b.room).Reasons, "; "); strings.Contains(all, "R1") {
			t.Errorf("with the verdict: %q", all)
		}
		if d.ID != id || d.Verdict != launch.Recovered {
			t.Errorf("%+v", d)
		}
		if len(entriesOf(t, b.disk, launch.KindRollbackRecovered)) != 1 {
			t.Error("the verdict was given twice")
		}
	})
}

// What the monitors say after the deployment began again says nothing of the rollback before.
func TestAnotherDeploymentEndsTheWatchOfTheRollback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, func(_ *launchfile.File, rb *runbook.Runbook) {
			rb.Rollback.Steps[0].Verifications = rb.Rollback.Steps[0].Verifications[:1]
			rb.Sequence.Marks = rb.Sequence.Marks[:0]
			rb.Checklists[0].Sections[0].SignOff = false
			rb.GoNoGo.Approvals = []string{"engineering-lead"}
			rb.Sequence.Steps[0].Actions = []runbook.Action{{ID: "by-hand", Text: "By hand"}}
		})
		b.feed.change(func(f *feed) { f.value = bad(time.Now(), time.Now().Add(time.Hour)) })
		b.start(nil)
		b.wait(launch.KindTriggerFired, 1, 12*time.Minute)
		b.request("feature-disable")
		b.wait(launch.KindRollbackCompleted, 1, 2*time.Minute)
		b.do(el(), "clock.recycle", "to", "T-2m")
		b.do(el(), "poll.open")
		b.do(el(), "poll.vote", "vote", "GO", "reason", "again")
		b.do(el(), "poll.decide")
		time.Sleep(3 * time.Minute)
		b.do(el(), "step.start", "id", "deploy")
		d := data[launch.RollbackRecovered](t, b.wait(launch.KindRollbackRecovered, 1, time.Minute))
		if d.Verdict != launch.CannotVerify || !strings.Contains(d.Evidence, "began again") {
			t.Errorf("%+v", d)
		}
		if all := strings.Join(screenOf(t, b.room).Reasons, "; "); !strings.Contains(all, "R1: cannot verify recovery; an authority must judge (rollback.judge)") {
			t.Errorf("%q", all)
		}
	})
}
