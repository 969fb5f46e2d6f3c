package launch

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/model/approval"
	"tminus/model/journal"
	"tminus/model/runbook"
)

// The seed's matrix (6.1): who a request of either priority is authorised by, by whom it is made and then approved.
func TestAuthorizationMatrix(t *testing.T) {
	for _, tc := range []struct {
		name, trigger, by string
		approve           []string
		state             string
	}{
		{"high, by EL", "errors-high", "el", nil, "executing"},
		{"high, by EM", "errors-high", "em", nil, "executing"},
		{"high, by PO, whose word is not enough", "errors-high", "po", nil, "open"},
		{"high, by PO, and EM approves", "errors-high", "po", []string{"em"}, "executing"},
		{"high, by PM, and EL approves", "errors-high", "pm", []string{"el"}, "executing"},
		{"normal, by EL", "", "el", nil, "open"},
		{"normal, by EL and PO", "", "el", []string{"po"}, "executing"},
		{"normal, by PO and EM", "", "po", []string{"em"}, "executing"},
		{"normal, by EM and EL", "orders-fall", "em", []string{"el"}, "executing"},
		{"normal, by PM and one", "", "pm", []string{"el"}, "open"},
		{"normal, by PM and two", "", "pm", []string{"el", "po"}, "executing"},
		{"normal, by DBA and two", "", "dba", []string{"em", "po"}, "executing"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := backLaunch(t, Live)
			if tc.trigger != "" {
				l.fires(tc.trigger)
			}
			l.do(tc.by, "rollback.request", "reason=x")
			for _, u := range tc.approve {
				l.do(u, "rollback.approve", l.current())
			}
			l.stands(tc.state)
			if b := l.s.CurrentRollback(); b.Trigger != tc.trigger {
				t.Errorf("it answers %q", b.Trigger)
			}
			l.refold()
		})
	}
}

// Approvals are of different people, whatever they hold, however often they say it, and as long as they hold it.
func TestApprovalsAreOfPeople(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("el", "rollback.request", "reason=x")
	id := l.current()
	l.refuse(false, "you have approved", "el", "rollback.approve", id)
	l.refuse(false, "is approved by", "pm", "rollback.approve", id)
	l.refuse(false, "not one of this launch's people", "bob", "rollback.approve", id)
	l.refuse(false, "is not the open request", "po", "rollback.approve", "id=R1-00000000")
	l.refuse(false, "is not the open request", "po", "rollback.approve", id+"0")
	l.refuse(true, "needs id", "po", "rollback.approve")
	l.refuse(true, `no argument "for"`, "pm", "rollback.approve", id, "for=po", "via=voice")
	l.do("el", "role.hand-over", "role=engineering-lead", "to=pm", "reason=x")
	l.do("pm", "rollback.approve", id) // EL's word does not count any more
	l.stands("open")
	l.do("pm", "role.hand-over", "role=engineering-lead", "to=el", "reason=x")
	l.stands("open") // and now PM's does not
	l.do("po", "rollback.approve", id)
	l.stands("executing")
	l.refuse(false, "executing", "em", "rollback.approve", id)
	l.refold()

	l = backLaunch(t, Live)
	l.do("em", "rollback.request", "reason=x")
	l.do("em", "role.take", "role=product-owner", "reason=does not answer")
	l.refuse(false, "you have approved", "em", "rollback.approve", l.current())
	l.stands("open")
	// Another uid under a listed login's name is somebody else.
	if err := l.as(Who{User: "el", UID: 4002, Host: "h", Auth: journal.AuthOSUser}, "rollback.approve", l.current()); err == nil {
		t.Error("a borrowed name approved")
	}
	if err := l.as(Who{User: "el", UID: -1, Host: "h", Auth: journal.AuthSystem}, "rollback.approve", l.current()); err == nil {
		t.Error("the system approved")
	}
	l.stands("open")
}

// One person with two cockpits in a rehearsal is one person, as whichever role they act.
func TestOnePersonActsAsTwoRoles(t *testing.T) {
	l := backLaunch(t, Rehearsal)
	as := func(role string) Who {
		return Who{User: "el", UID: 1002, Host: "h", Auth: journal.AuthRehearsal, As: role}
	}
	if err := l.as(as("engineering-lead"), "rollback.request", "reason=x"); err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{"product-owner", "engineering-manager", "engineering-lead"} {
		if err := l.as(as(role), "rollback.approve", l.current()); err == nil {
			t.Errorf("a second approval as %s", role)
		}
	}
	l.stands("open")
	l.do("po", "rollback.approve", l.current())
	l.stands("executing")
}

func TestApprovalsAge(t *testing.T) {
	for _, tc := range []struct {
		after time.Duration
		state string
	}{{0, "executing"}, {15 * time.Minute, "executing"}, {15*time.Minute + time.Nanosecond, "lapsed"}, {16 * time.Minute, "lapsed"}} {
		l := backLaunch(t, Live)
		l.do("el", "rollback.request", "reason=x")
		l.after(tc.after)
		err := l.as(who("po"), "rollback.approve", l.current())
		l.stands(tc.state)
		if (err == nil) != (tc.state == "executing") {
			t.Errorf("after %s: %v", tc.after, err)
		}
	}
}

// While its trigger fires a request stays open, but approvals grow old all the same, and can be given again.
func TestRequestLapsesUnlessItsTriggerFires(t *testing.T) {
	l := backLaunch(t, Live)
	l.fires("orders-fall")
	l.do("el", "rollback.request", "reason=x")
	l.after(16 * time.Minute)
	l.stands("open")
	l.do("po", "rollback.approve", l.current())
	l.stands("open") // EL's is of 16 minutes ago
	l.do("el", "rollback.approve", l.current())
	l.stands("executing")

	l = backLaunch(t, Live)
	l.fires("orders-fall")
	l.do("el", "rollback.request", "reason=x")
	l.after(20 * time.Minute)
	l.stands("open")
	l.system(KindTriggerCleared, TriggerCleared{Trigger: "orders-fall", Why: "recovered"})
	l.stands("lapsed")
	l.do("el", "rollback.request", "reason=again")
	if id := l.s.CurrentRollback().ID; !strings.HasPrefix(id, "R2-") {
		t.Error(id)
	}
	l.stands("open")
	l.refold()
}

// Approvals that were fresh when the last one came are judged again when the first step would start.
func TestApprovalsAreJudgedAgainAtTheMomentOfUse(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("el", "rollback.request", "reason=x")
	id := l.s.CurrentRollback().ID
	events, err := l.s.Decide(who("po"), command("rollback.approve", "id="+id), l.now)
	if err != nil || len(events) != 2 {
		t.Fatal(events, err)
	}
	for _, ev := range events {
		l.put(l.s.ActorFor(who("po"), ev), ev.Kind, ev.Data)
	}
	l.now = l.now.Add(16 * time.Minute) // the room was killed in between
	l.due()
	if l.s.StepStateOf("off") != StepWaiting || len(l.s.Work(l.now)) != 0 {
		t.Error("it began by approvals of 16 minutes ago")
	}
	l.stands("lapsed")
	l.do("el", "rollback.request", "reason=x")
	l.do("po", "rollback.approve", l.current())
	l.stands("executing")
	l.refold()
}

func TestWhoRequestsVetoesWithdrawsAndRaises(t *testing.T) {
	l := backLaunch(t, Live)
	l.refuse(false, "not one of this launch's people", "bob", "rollback.request", "reason=x")
	l.refuse(true, "needs reason", "el", "rollback.request")
	l.refuse(true, "is no step of the rollback", "el", "rollback.request", "reason=x", "steps=of")
	l.refuse(false, "belongs to", "po", "rollback.request", "reason=x", "priority=high")
	l.refuse(false, "no rollback request", "el", "rollback.veto", "id=R1-00000000", "reason=x")
	l.do("po", "rollback.request", "reason=x")
	l.refuse(false, "is open", "el", "rollback.request", "reason=x")
	l.refuse(false, "belongs to", "po", "rollback.veto", l.current(), "reason=x")
	l.refuse(false, "belongs to", "po", "rollback.raise", l.current(), "reason=x")
	l.refuse(false, "belongs to", "pm", "rollback.withdraw", l.current(), "reason=x")
	l.do("em", "rollback.veto", l.current(), "reason=it is a glitch")
	l.stands("vetoed")
	l.refuse(false, "vetoed", "el", "rollback.approve", l.current())
	l.do("po", "rollback.request", "reason=x")
	l.do("po", "rollback.withdraw", l.current(), "reason=x")
	l.stands("withdrawn")
	l.do("po", "rollback.request", "reason=x")
	l.do("el", "rollback.withdraw", l.current(), "reason=x") // a high authority
	l.stands("withdrawn")
	l.do("el", "rollback.request", "reason=x", "priority=high")
	l.stands("executing")
	l.refuse(false, "executing", "el", "rollback.withdraw", l.current(), "reason=x")
	l.refuse(false, "executing", "em", "rollback.veto", l.current(), "reason=x")
	l.refuse(false, "under way", "em", "rollback.request", "reason=x")
	l.refold()
}

// A raise counts what approvals there are by the rule of the high priority: EL's carries it, PO's does not.
func TestRaiseWithEarlierApprovals(t *testing.T) {
	for _, tc := range []struct{ by, raised, state string }{{"el", "em", "executing"}, {"em", "em", "executing"}, {"po", "em", "open"}, {"pm", "el", "open"}} {
		l := backLaunch(t, Live)
		l.do(tc.by, "rollback.request", "reason=x")
		l.stands("open")
		l.do(tc.raised, "rollback.raise", l.current(), "reason=it grows")
		l.stands(tc.state)
		if tc.state == "open" {
			l.refuse(false, "high priority already", tc.raised, "rollback.raise", l.current(), "reason=x")
			l.refuse(false, "is approved by", "po", "rollback.approve", l.current())
			l.do("em", "rollback.approve", l.current())
			l.stands("executing")
		}
		l.refold()
	}
	l := backLaunch(t, Live)
	l.fires("orders-fall") // keeps the request open
	l.do("el", "rollback.request", "reason=x")
	l.after(16 * time.Minute)
	l.do("em", "rollback.raise", l.current(), "reason=x")
	l.stands("open") // an approval of 16 minutes ago carries nothing
}

// What stands in the chain is judged again: entries that no room would have written authorise nothing.
func TestHostileEntriesAuthoriseNothing(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("el", "rollback.request", "reason=x")
	b := l.s.CurrentRollback()
	po := journal.Actor{User: "po", Roles: []string{"product-owner"}, Auth: journal.AuthOSUser}
	with := func(change func(*journal.Actor)) journal.Actor {
		a := po
		change(&a)
		return a
	}
	word := RollbackWord{ID: b.ID}
	l.raw(with(func(a *journal.Actor) { a.Auth = journal.AuthAttested }), KindRollbackApproved, word)
	l.raw(with(func(a *journal.Actor) { a.Auth = journal.AuthSystem }), KindRollbackApproved, word)
	l.raw(with(func(a *journal.Actor) { a.Auth = journal.AuthRehearsal }), KindRollbackApproved, word)
	l.raw(with(func(a *journal.Actor) { a.Roles = []string{"program-manager"} }), KindRollbackApproved, word)
	l.raw(po, KindRollbackApproved, RollbackWord{ID: b.ID, By: By{For: "em", Via: "voice"}})
	l.raw(po, KindRollbackApproved, RollbackWord{ID: "R1-00000000"})
	l.raw(po, KindRollbackRaised, RollbackWord{ID: b.ID, Priority: "high"})
	l.raw(with(func(a *journal.Actor) { a.Roles = []string{"engineering-lead"} }), KindRollbackRaised, RollbackWord{ID: b.ID, Priority: "none"})
	l.raw(journal.Actor{User: "tminus", Auth: journal.AuthSystem}, KindRollbackAuthorized, RollbackWord{ID: b.ID,
		Approvals: []approval.Approval{{User: "po", Roles: po.Roles, At: l.now, Plan: b.ID}, {User: "em", Roles: []string{"engineering-manager"}, At: l.now, Plan: b.ID}}})
	edited := RollbackRequested{ID: b.ID, Plan: b.Plan, Hash: b.Plan.Hash(), Priority: "normal"}
	l.raw(po, KindRollbackRequested, edited) // one is open
	l.do("el", "rollback.withdraw", "id="+b.ID, "reason=x")
	edited.ID = strings.Replace(b.ID, "R1", "R2", 1)
	edited.Plan.Steps = slices.Clone(b.Plan.Steps)[:1]
	l.raw(po, KindRollbackRequested, edited) // its plan was edited: the id and hash are of another
	edited.Hash = edited.Plan.Hash()
	l.raw(po, KindRollbackRequested, edited)
	for _, id := range []string{"off", "db", "code"} {
		l.raw(po, "step.started", StepChanged{ID: id, Attempt: 1})
	}
	l.due()
	if l.s.Work(l.now) != nil {
		t.Error("there is work")
	}
}

// An approval that is in the journal under an eligible role, but of somebody who does not hold it, does not count.
func TestForgedRolesDoNotCount(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("el", "rollback.request", "reason=x")
	b := l.s.CurrentRollback()
	for _, user := range []string{"nobody", "sec", "el", "po (uid 4002)"} {
		l.put(journal.Actor{User: user, Roles: []string{"product-owner"}, Auth: journal.AuthOSUser}, KindRollbackApproved, RollbackWord{ID: b.ID})
	}
	l.put(journal.Actor{User: "tminus", Auth: journal.AuthSystem}, KindRollbackAuthorized, RollbackWord{ID: b.ID})
	l.stands("open")
}

func TestAnyEditIsAnotherPlan(t *testing.T) {
	l := backLaunch(t, Live)
	world := &World{Identity: Identity{Account: "1"}, Digests: map[string]string{restore: "a"}}
	all := []string{"off", "db", "code"}
	hashes := map[string]string{}
	add := func(what string, p RollbackPlan) {
		if was, twice := hashes[p.Hash()]; twice {
			t.Errorf("%s and %s have one hash", was, what)
		}
		hashes[p.Hash()] = what
	}
	add("as it is", l.s.PlanRollback(all, world))
	add("fewer steps", l.s.PlanRollback(all[:2], world))
	add("account", l.s.PlanRollback(all, &World{Identity: Identity{Account: "2"}, Digests: world.Digests}))
	add("endpoint", l.s.PlanRollback(all, &World{Identity: Identity{Account: "1", Endpoint: "http://x"}, Digests: world.Digests}))
	add("program", l.s.PlanRollback(all, &World{Identity: world.Identity, Digests: map[string]string{restore: "b"}}))
	p := l.s.PlanRollback(all, world)
	p.Documents.File = "other"
	add("document", p)
	l.s.File.Deploy.CodeDeploy.GitHub.LastKnownGood = strings.Repeat("3", 40)
	add("commit", l.s.PlanRollback(all, world))
}

// A recycle voids an open request, and what is approved afterwards is nothing.
func TestRecycleVoidsAnOpenRequest(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("el", "rollback.request", "reason=x")
	id := l.current()
	l.do("el", "clock.hold", "reason=x")
	l.do("el", "clock.recycle", "to=T-15m")
	if l.s.CurrentRollback() != nil {
		t.Fatal("it is open still")
	}
	l.refuse(false, "no rollback request", "po", "rollback.approve", id)
	l.raw(journal.Actor{User: "po", Roles: []string{"product-owner"}, Auth: journal.AuthOSUser}, KindRollbackApproved, RollbackWord{ID: strings.TrimPrefix(id, "id=")})
	l.do("el", "rollback.request", "reason=x")
	if !strings.HasPrefix(l.current(), "id=R2-") {
		t.Error(l.current())
	}
	l.stands("open")
}

func TestRecycleWaitsForARunningRollback(t *testing.T) {
	l := backLaunch(t, Live)
	l.do("el", "clock.hold", "reason=x")
	l.do("el", "rollback.request", "reason=x", "priority=high")
	l.stands("executing")
	l.refuse(false, "under way", "el", "clock.recycle", "to=T-15m")
	l.raw(journal.Actor{User: "el", Roles: []string{"engineering-lead"}, Auth: journal.AuthOSUser}, "clock.recycled", ClockRecycled{To: runbook.Mark(-15 * time.Minute), T0: l.now.Add(time.Hour)})
	l.stands("executing")
}
