package launch

import (
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// What stands since an action was done is told until it was taken back, whatever becomes of its step.
func TestOutstanding(t *testing.T) {
	restoring := func() (*testLaunch, Work) {
		l := executing(t, Live)
		l.s.Runbook.Rollback.Steps[1].Actions = append(l.s.Runbook.Rollback.Steps[1].Actions, runbook.Action{ID: "resume", Text: "resume"})
		l.do("el", "step.resolve", "id=off", "outcome=done", "evidence=x")
		l.do("dba", "step.confirm", "id=db", "what=halt")
		w := l.only(l.now, "call restore")
		l.intend(w)
		return l, w
	}
	stands := func(l *testLaunch, n int) {
		t.Helper()
		if got := l.s.Outstanding(); len(got) != n {
			t.Fatalf("outstanding: %+v", got)
		}
	}
	l, w := restoring()
	stands(l, 1) // it may have happened
	l.returned(w, OutcomeFailed)
	stands(l, 0)

	l, w = restoring()
	l.returned(w, OutcomeOK)
	l.system(KindCallEnded, CallEnded{ID: w.Call.ID, State: "failed", Detail: "half of it"})
	stands(l, 1)
	l.do("dba", "step.abort", "id=db", "reason=x")
	l.do("el", "rollback.request", "reason=x", "priority=high", "steps=code")
	stands(l, 1)
	l.refuse(false, "taking back restore belongs to", "po", "step.undo", "what=restore")
	l.do("dba", "step.undo", "what=restore")
	l.refuse(false, "being taken back already", "dba", "step.undo", "what=restore")
	undo := l.s.Work(l.now)[1]
	if undo.Call.Args["argv"] != `["`+resume+`"]` || undo.Call.Args["digest"] != "digest of "+resume {
		t.Fatalf("%+v", undo.Call)
	}
	l.intend(undo)
	l.returned(undo, OutcomeUnknown)
	l.do("dba", "step.undo", "what=restore", "evidence=resumed by hand") // what nobody knows of does not keep it standing
	stands(l, 0)
	l.refuse(true, "is no action that is outstanding", "dba", "step.undo", "what=restore")

	l, w = restoring()
	l.returned(w, OutcomeOK)
	l.system(KindCallEnded, CallEnded{ID: w.Call.ID, State: "succeeded"})
	l.do("dba", "step.confirm", "id=db", "what=resume")
	stands(l, 0) // the step has ended it itself
	l.do("dba", "step.confirm", "id=db", "what=db-queries")
	l.through("call code")
	l.checked(l.only(l.now, "check code-deployment"), Verified)
	l.do("el", "rollback.request", "reason=again", "priority=high", "steps=db")
	stands(l, 0) // another rollback changes nothing about it
}

// Somebody who may not approve is told so, and the journal tells of it, within bounds.
func TestWhoIsRefusedIsJournaled(t *testing.T) {
	l := backLaunch(t, Live)
	refused := func(w Who, action string) bool {
		t.Helper()
		c := command(action, l.current(), "reason=x")
		if action == "rollback.approve" {
			delete(c.Args, "reason")
		}
		_, err := l.s.Decide(w, c, l.now)
		r, ok := Refused(err)
		if !ok {
			t.Fatalf("%s %s: %v", w.User, action, err)
		}
		ev, journaled := l.s.Refused(w, c, r, l.now)
		if journaled {
			l.put(l.s.ActorFor(w, ev), ev.Kind, ev.Data)
		}
		return journaled
	}
	if refused(who("bob"), "rollback.approve") {
		t.Error("there is nothing to approve")
	}
	l.do("el", "rollback.request", "reason=x")
	borrowed := Who{User: "el", UID: 4002, Host: "h", Auth: journal.AuthOSUser}
	for _, w := range []Who{who("bob"), who("pm"), borrowed} {
		if !refused(w, "rollback.approve") {
			t.Errorf("%s: not journaled", w.User)
		}
	}
	if e := l.entries[len(l.entries)-1]; e.Actor.User != "el (uid 4002)" || !strings.Contains(l.told(), "was refused rollback.approve of R1-") {
		t.Errorf("%+v: %s", e.Actor, l.told())
	}
	if refused(who("el"), "rollback.approve") {
		t.Error("who has approved already is no outsider")
	}
	if !refused(who("po"), "rollback.raise") {
		t.Error("a product owner raises nothing alone")
	}
	for range 20 {
		refused(who("bob"), "rollback.approve")
	}
	if n := len(l.s.refusals["bob"]); n != refusedAtMost {
		t.Errorf("%d within a minute", n)
	}
	l.after(time.Minute)
	if !refused(who("bob"), "rollback.approve") {
		t.Error("a minute later")
	}
	l.stands("open")
	l.refold()
}
