package launch

import (
	"testing"

	"tminus/model/journal"
)

// Stopping a step ends its program, whatever becomes of the room, and what takes an action back goes on.
func TestStoppingAStepEndsItsProgram(t *testing.T) {
	running := func() (*testLaunch, Work) {
		l := backLaunch(t, Live)
		l.do("el", "rollback.request", "reason=x", "priority=high", "steps=db")
		l.do("dba", "step.confirm", "id=db", "what=halt")
		w := l.only(l.now, "call restore")
		l.intend(w)
		return l, w
	}
	l, w := running()
	l.raw(journal.Actor{Auth: journal.AuthSystem}, KindCallInterrupted, CallInterrupted{ID: w.Call.ID}) // nobody has stopped anything
	l.returned(w, OutcomeOK)
	l.do("el", "step.abort", "id=db", "reason=wrong one")
	l.stands("failed")
	l.only(l.now, "stop restore", "follow restore")
	l.system(KindCallInterrupted, CallInterrupted{ID: w.Call.ID, Detail: "stopped by el"})
	l.only(l.now, "follow restore")
	l.raw(journal.Actor{Auth: journal.AuthSystem}, KindCallInterrupted, CallInterrupted{ID: w.Call.ID})
	l.system(KindCallEnded, CallEnded{ID: w.Call.ID, State: "stopped", Detail: "stopped after 2 s"})
	l.only(l.now)
	if all := l.s.Outstanding(); len(all) != 1 || all[0].What != "restore" {
		t.Errorf("what it may have done stands: %+v", all)
	}

	l, w = running() // stopped while its answer is on the way, or lost: it is ended once it is known to run
	l.do("el", "step.abort", "id=db", "reason=wrong one")
	l.due()
	l.only(l.now)
	l.returned(w, OutcomeUnknown)
	l.only(l.now, "look restore")
	l.found(w, FoundYes)
	l.only(l.now, "stop restore", "follow restore")
	l.system(KindCallEnded, CallEnded{ID: w.Call.ID, State: "succeeded"}) // it came to its own end first
	l.only(l.now)
	l.refold()
	l.raw(journal.Actor{Auth: journal.AuthSystem}, KindCallInterrupted, CallInterrupted{ID: w.Call.ID})

	l, w = running()
	l.returned(w, OutcomeOK)
	l.system(KindCallEnded, CallEnded{ID: w.Call.ID, State: "failed", Detail: "exit status 1"})
	l.do("el", "step.undo", "what=restore")
	undo := l.only(l.now, "call restore/undo")
	l.intend(undo)
	l.returned(undo, OutcomeOK)
	l.do("el", "step.abort", "id=db", "reason=enough")
	l.due()
	l.only(l.now, "follow restore/undo")
}
