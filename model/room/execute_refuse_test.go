package room

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/launch"
)

func TestNothingIsWrittenToAnotherAccount(t *testing.T) {
	for name, set := range map[string]func(o *outside){
		"account 999999999999 is not " + account: func(o *outside) { o.id.Account = "999999999999" },
		"aws sso login":                          func(o *outside) { o.idErr = &Fault{Reason: "credentials expired", Hint: "aws sso login"} },
		"no answer within 5s":                    func(o *outside) { o.idHangs = true },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, launch.Live, nil)
				set(b.out)
				b.start(nil)
				before := time.Now()
				res := b.do(el(), "flag.off")
				if !res.Failed || !strings.Contains(res.Message, name) || time.Since(before) > 6*time.Second {
					t.Errorf("the answer after %s is %+v", time.Since(before), res)
				}
				if got := outcomes(t, b.disk); !slices.Equal(got, []string{"not sent"}) || b.effects().writes > 0 {
					t.Errorf("returned %v, %d writes", got, b.effects().writes)
				}
			})
		})
	}
}

func TestAPlanIsForTheAccountAndRegionThatItWasApprovedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.start(nil)
		b.do(po(), "rollback.request", "reason", "errors", "steps", "feature-disable")
		id := b.current()
		b.do(el(), "rollback.raise", "id", id, "reason", "it spreads")
		b.out.change(func(o *outside) { o.id.Region = "eu-west-1" })
		res := b.do(em(), "rollback.approve", "id", id)
		if !res.Failed || !strings.Contains(res.Message, "eu-west-1") || b.effects().writes > 0 {
			t.Errorf("the answer is %+v, %d writes", res, b.effects().writes)
		}
	})
}

func TestARequestIsMadeWhereNobodyKnowsTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.out.idHangs = true
		b.start(nil)
		before := time.Now()
		res := b.do(po(), "rollback.request", "reason", "errors")
		if took := time.Since(before); took > 6*time.Second || !res.Waiting || !strings.Contains(res.Message, "tminus approve R1-") {
			t.Errorf("after %s %+v", took, res)
		}
		d := data[launch.RollbackRequested](t, entriesOf(t, b.disk, "rollback.requested")[0])
		if d.Plan.Identity != (launch.Identity{Account: account}) {
			t.Errorf("planned for %+v", d.Plan.Identity)
		}
	})
}

func TestNothingLeavesThatCouldNotBeJournaled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.start(nil)
		time.Sleep(5 * time.Second)
		b.store.refuse.Store(launch.KindCallIntended)
		res := b.do(el(), "flag.off")
		if !res.Failed || !strings.Contains(res.Message, "journal cannot be written") || !strings.Contains(res.Message, "aws ssm put-parameter") {
			t.Errorf("the answer is %+v", res)
		}
		time.Sleep(time.Minute)
		if b.effects().writes != 0 {
			t.Fatal("it was written without an entry")
		}
		b.store.refuse.Store("")
		b.wait(launch.KindCallReturned, 1, 5*time.Second)
		if b.effects().writes != 1 {
			t.Errorf("%d writes", b.effects().writes)
		}
	})
}

func TestWhatCameBackIsJournaledLaterWhereItCannotBeNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.start(nil)
		b.store.refuse.Store(launch.KindCallReturned)
		b.do(el(), "flag.off")
		time.Sleep(time.Minute)
		b.store.refuse.Store("")
		b.wait(launch.KindStepChecked, 1, 10*time.Second)
		if got := outcomes(t, b.disk); !slices.Equal(got, []string{"ok"}) || b.effects().writes != 1 || len(entriesOf(t, b.disk, launch.KindCallFound)) > 0 {
			t.Errorf("returned %v, %d writes, %v", got, b.effects().writes, kinds(b.disk))
		}
	})
}

func TestTwoApprovalsAtOnceAuthorizeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.start(nil)
		if res := b.do(el(), "rollback.request", "reason", "errors", "steps", "feature-disable"); !res.Waiting || b.effects().writes > 0 {
			t.Fatalf("one person's word is %+v", res)
		}
		id := b.current()
		var wg sync.WaitGroup
		errs := make([]error, 20)
		for i := range errs {
			who := []launch.Who{po(), em()}[i%2]
			wg.Go(func() { _, errs[i] = b.room.Door(who).Do(t.Context(), command("rollback.approve", "id", id)) })
		}
		wg.Wait()
		accepted := 0
		for _, err := range errs {
			if _, refused := launch.Refused(err); err == nil {
				accepted++
			} else if !refused {
				t.Error(err)
			}
		}
		if n := len(entriesOf(t, b.disk, "rollback.authorized")); n != 1 || accepted != 1 || b.effects().writes != 1 {
			t.Errorf("authorized %d times by %d approvals, %d writes", n, accepted, b.effects().writes)
		}
	})
}

func TestAnApprovalOfSixteenMinutesAgoDoesNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.start(nil)
		b.do(el(), "rollback.request", "reason", "errors", "steps", "feature-disable")
		id := b.current()
		time.Sleep(16 * time.Minute)
		_, err := b.room.Door(po()).Do(t.Context(), command("rollback.approve", "id", id))
		if _, refused := launch.Refused(err); !refused || b.effects().writes > 0 || len(entriesOf(t, b.disk, "rollback.lapsed")) != 1 {
			t.Errorf("error %v, %d writes, %v", err, b.effects().writes, kinds(b.disk))
		}
	})
}

func TestADryRunSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.DryRun, nil)
		b.out.state["d-old"] = "running"
		b.start(nil)
		res := b.do(el(), "flag.off")
		if res.Failed || !strings.Contains(res.Message, "dry run") {
			t.Errorf("the answer is %+v", res)
		}
		b.request("feature-disable,database-rollback,code-rollback")
		c := data[launch.StepChecked](t, b.wait(launch.KindStepChecked, 1, time.Minute))
		if c.Outcome != launch.CannotVerify {
			t.Errorf("checked %+v", c)
		}
		b.do(el(), "step.confirm", "id", "feature-disable", "what", "confirm-parameter-update")
		time.Sleep(time.Minute)
		var ops []string
		for _, e := range entriesOf(t, b.disk, launch.KindCallIntended) {
			d := data[launch.CallIntended](t, e)
			ops = append(ops, d.Op)
			if !d.DryRun || d.Identity.Account != account {
				t.Errorf("intended %+v", d)
			}
		}
		want := []string{launch.OpPutParameter, launch.OpPutParameter, launch.OpRun, launch.OpRun, launch.OpStopDeploy, launch.OpDeploy}
		if !slices.Equal(ops, want) || len(b.effects().calls) > 0 {
			t.Errorf("intended %v, sent %v", ops, b.effects().calls)
		}
	})
}

func TestWithoutHandsAPersonIsToldWhatToDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		r := openRoom(t, Config{Store: b.disk})
		res := do(t, r.Door(el()), "flag.off")
		if !res.Failed || !strings.Contains(res.Message, "aws ssm put-parameter --name "+flagName) {
			t.Errorf("the answer is %+v", res)
		}
		if got := outcomes(t, b.disk); !slices.Equal(got, []string{"not sent"}) {
			t.Errorf("returned %v", got)
		}
	})
}

func TestARoomForOneCommandLeavesNothingToBeDoneLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		r := openRoom(t, Config{Store: b.disk, Transient: true})
		for _, c := range []launch.Command{command("flag.off"), command("rollback.request", "reason", "errors", "priority", "high")} {
			_, err := r.Door(el()).Do(t.Context(), c)
			if refusal, ok := launch.Refused(err); !ok || !strings.Contains(refusal.Hint, "tminus run") {
				t.Errorf("%s: %v", c.Action, err)
			}
		}
		if got := kinds(b.disk); len(got) != 1 {
			t.Errorf("recorded %v", got)
		}
	})
}
