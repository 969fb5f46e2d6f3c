package launch

import (
	"slices"
	"testing"
	"time"

	"tminus/model/journal"
)

func TestWhoIsWho(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	impostor := Who{User: "el", UID: 2000, Host: "h", Auth: journal.AuthOSUser}
	if l.s.Listed(impostor) || len(l.s.RolesOf(impostor)) > 0 || l.s.Actor(impostor).User == "el" {
		t.Fatalf("another uid with a listed name is somebody else: %+v", l.s.Actor(impostor))
	}
	renamed := Who{User: "whatever", UID: 1002, Auth: journal.AuthOSUser}
	if got := l.s.Actor(renamed); got.User != "el" || !slices.Equal(got.Roles, []string{"engineering-lead"}) {
		t.Fatalf("the uid says who: %+v", got)
	}
	asRole := Who{User: "po", UID: 1003, Auth: journal.AuthOSUser, As: "engineering-lead"}
	if got := l.s.RolesOf(asRole); !slices.Equal(got, []string{"product-owner"}) {
		t.Fatalf("LIVE ignores As: %v", got)
	}
	if l.s.Listed(Who{User: "el", UID: -1, Auth: journal.AuthRehearsal}) {
		t.Fatal("nobody rehearses in LIVE")
	}
	r := newLaunch(t, Rehearsal, t0.Add(-time.Hour))
	me := Who{User: "me", UID: 77, Auth: journal.AuthRehearsal}
	if r.s.Listed(me) {
		t.Fatal("who is not listed and acts as nobody only watches")
	}
	me.As = "engineering-lead"
	if err := r.as(me, "item.check", "id=infra/one"); err != nil {
		t.Fatal(err)
	}
	me.As = "emperor"
	if err := r.as(me, "item.check", "id=infra/two"); err == nil {
		t.Fatal("there is no such role")
	}
}

func TestUnlistedMayOnlyNote(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	l.refuse(false, "not one of this launch's people", "bob", "item.check", "id=infra/one")
	l.refuse(false, "not one of this launch's people", "bob", "clock.hold", "reason=x")
	for range NotesPerMinute {
		l.do("bob", "note.add", "text=hello")
		l.now = l.now.Add(time.Second)
	}
	l.refuse(false, "within a minute", "bob", "note.add", "text=again")
	l.refuse(false, "within a minute", "bob", "note.correct", "seq=2", "text=again")
	l.do("el", "note.add", "text=the listed go on")
	l.now = l.now.Add(51 * time.Second)
	l.do("bob", "note.add", "text=again")
	for _, a := range l.s.Actions(who("bob"), l.now) {
		open := a.WhyNot == ""
		want := a.Name == "note.add" || a.Name == "note.correct" || a.Name == "note.withdraw" || a.Name == "undo"
		if open != want {
			t.Errorf("%s open to who is not listed: %v (%s)", a.Name, open, a.WhyNot)
		}
	}
}

func TestRolesPassOn(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	for role, want := range map[string][]string{
		"database-admin":   {"engineering-lead"},    // owns a step
		"security-lead":    {"program-manager"},     // owns no step
		"product-owner":    {"engineering-lead"},    // responsible where EL is accountable
		"engineering-lead": {"engineering-manager"}, // accountable itself: its escalation
		"program-manager":  {"engineering-lead"},    // left with nobody
	} {
		if got := l.s.Successors(role); !slices.Equal(got, want) {
			t.Errorf("%s passes to %v, expected %v", role, got, want)
		}
	}
	l.refuse(false, "held by nobody", "po", "role.take", "role=database-admin", "reason=x")
	l.refuse(true, "needs reason", "em", "role.take", "role=database-admin")
	l.do("em", "role.take", "role=database-admin", "reason=nobody holds it")
	if got := l.s.Holders("database-admin"); !slices.Equal(got, []string{"em"}) {
		t.Fatalf("held by %v", got)
	}
	l.do("el", "role.take", "role=product-owner", "reason=no answer")
	l.refuse(false, "only who holds a role", "po", "clock.hold", "reason=x")
	l.do("po", "role.take", "role=product-owner", "reason=back")
	l.do("po", "role.hand-over", "role=product-owner", "to=sec")
	if got := l.s.Roles("sec"); !slices.Equal(got, []string{"product-owner", "security-lead"}) {
		t.Fatalf("sec holds %v", got)
	}
	l.refuse(true, "no person of this launch", "sec", "role.hand-over", "role=product-owner", "to=bob")
	l.refuse(false, "not yours", "po", "role.hand-over", "role=security-lead", "to=pm")
	l.refold()
}
