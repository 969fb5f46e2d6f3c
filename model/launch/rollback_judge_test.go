package launch

import (
	"testing"

	"tminus/model/journal"
	"tminus/model/launchfile"
)

// unjudged is a launch whose rollback is done, and not judged yet.
func unjudged(t *testing.T) *testLaunch {
	l := backLaunch(t, Live)
	l.do("el", "rollback.request", "reason=x", "priority=high", "steps=off")
	l.through("call off")
	l.checked(l.only(l.now, "check off-read", "check off-traffic"), Verified)
	l.checked(l.only(l.now, "check off-traffic"), Verified)
	l.stands("done")
	return l
}

func (l *testLaunch) verdict(v string) {
	l.t.Helper()
	l.system(KindRollbackRecovered, RollbackRecovered{ID: l.s.CurrentRollback().ID, Verdict: v, Evidence: "looked"})
}

// Where the room cannot tell whether a rollback has helped, an authority does, in their own name.
func TestAPersonJudgesARollback(t *testing.T) {
	l := unjudged(t)
	well := []string{"outcome=recovered", "evidence=the shop sells"}
	l.refuse(false, "still looking", "el", "rollback.judge", well...)
	l.verdict(CannotVerify)
	l.refuse(false, "", "po", "rollback.judge", well...)
	l.refuse(true, "outcome", "el", "rollback.judge", "outcome=fine", "evidence=x")
	l.refuse(true, "evidence", "el", "rollback.judge", "outcome=recovered")
	id := l.s.CurrentRollback().ID
	said := RollbackJudged{ID: id, Outcome: Recovered, Evidence: "x"}
	l.raw(journal.Actor{User: "po", Roles: []string{"product-owner"}, Auth: journal.AuthOSUser}, KindRollbackJudged, said)
	l.raw(journal.Actor{Auth: journal.AuthSystem, User: "tminus"}, KindRollbackJudged, said)
	for _, bad := range []RollbackJudged{{ID: "R9-00000000", Outcome: Recovered}, {ID: id, Outcome: "fine"}, {ID: id, Outcome: Recovered, By: By{For: "em", Via: "voice"}}} {
		l.raw(journal.Actor{User: "el", Roles: []string{"engineering-lead"}, Auth: journal.AuthOSUser}, KindRollbackJudged, bad)
	}
	l.do("el", "rollback.judge", well...)
	b := l.s.CurrentRollback()
	if b.Verdict != Recovered || b.SaidBy() != "el" || b.Times(l.s).Recovered.IsZero() {
		t.Errorf("%s, said by %q", b.Verdict, b.SaidBy())
	}
	l.refuse(false, "el has said so already", "em", "rollback.judge", well...)
	l.do("em", "rollback.judge", "outcome=not-recovered", "evidence=it fails again")
	if b.Verdict != NotRecovered || b.SaidBy() != "em" || !b.Times(l.s).Recovered.IsZero() {
		t.Errorf("%s, said by %q", b.Verdict, b.SaidBy())
	}

	l = unjudged(t)
	l.verdict(Recovered)
	l.refuse(false, "the room has seen it recovered", "el", "rollback.judge", "outcome=not-recovered", "evidence=x")
	l.raw(journal.Actor{User: "el", Roles: []string{"engineering-lead"}, Auth: journal.AuthOSUser}, KindRollbackJudged, RollbackJudged{ID: l.s.CurrentRollback().ID, Outcome: "not-recovered"})
}

// An edited probe is a changed plan, like any program of it.
func TestAProbesProgramIsPartOfThePlan(t *testing.T) {
	file := backFile()
	file.Probes = map[string]launchfile.Probe{"db-queries": {Run: []string{"/opt/queries", "all"}}, "off-read": {HTTP: "https://shop.example"}}
	l := newLaunchOf(t, Live, t0.Add(-1), backRunbook(), file)
	plan := func(digest string) RollbackPlan {
		return l.s.PlanRollback([]string{"off", "db"}, &World{Digests: map[string]string{"/opt/queries": digest, restore: "r"}})
	}
	if plan("a").Hash() == plan("b").Hash() || plan("a").Hash() == plan("").Hash() {
		t.Error("another probe is the same plan")
	}
	if got := plannedDigests(plan("a").Steps[1])["/opt/queries"]; got != "a" {
		t.Errorf("the plan's digest is %q", got)
	}
	found := false
	for _, path := range l.s.Programs() {
		found = found || path == "/opt/queries"
	}
	if !found {
		t.Errorf("nobody is asked for its digest: %v", l.s.Programs())
	}
	for _, p := range l.s.PartsOf(l.s.rollbackStep("db"), true, map[string]string{"/opt/queries": "a"}) {
		if p.ID == "db-queries" && (p.Args["digest"] != "a" || p.Args["argv"] != `["/opt/queries","all"]`) {
			t.Errorf("%+v", p)
		}
	}
}
