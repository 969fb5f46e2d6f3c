package launch

import (
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launchfile"
)

// renames gives roles other ids in both documents at once, and returns their changes.
func renames(t *testing.T, l *testLaunch, ids map[string]string) (file, book string) {
	t.Helper()
	to := func(id string) string {
		if now, ok := ids[id]; ok {
			return now
		}
		return id
	}
	all := func(list []string) []string {
		var out []string
		for _, id := range list {
			out = append(out, to(id))
		}
		return out
	}
	rb := copyOf(t, l.s.Runbook)
	rb.Reviewers = all(rb.Reviewers)
	for i := range rb.Roles {
		rb.Roles[i].ID = to(rb.Roles[i].ID)
	}
	for priority, a := range rb.Rollback.Authorization {
		a.Roles = all(a.Roles)
		rb.Rollback.Authorization[priority] = a
	}
	f := copyOf(t, l.s.File)
	for i := range f.People {
		f.People[i].Roles = all(f.People[i].Roles)
	}
	before := l.s.People
	l.s.People = nil
	for _, p := range before {
		p.Roles = all(p.Roles)
		l.s.People = append(l.s.People, p) // what changes() takes for those of the new file
	}
	people := l.s.People
	l.s.People = before
	l.s.ProvideFile("json f2", f)
	l.files["json f2"] = f
	ev, _ := l.s.DocumentSeen(DocumentChanged{Document: DocFile, After: "f2", FileJSON: "json f2", People: people})
	l.system(ev.Kind, ev.Data)
	return l.s.Pending[DocFile].ID, l.changesRunbook("r2", rb)
}

func renamed(t *testing.T) (l *testLaunch, file, book []string) {
	l = backLaunch(t, Live)
	l.s.Runbook.Reviewers = []string{"engineering-lead", "product-owner"}
	f, b := renames(t, l, map[string]string{"product-owner": "owner", "engineering-lead": "tech-lead", "engineering-manager": "tech-manager"})
	return l, []string{"document=launch-file", "id=" + f}, []string{"document=runbook", "id=" + b}
}

// A role is called another in both documents at once: whichever is reviewed first, those who held it before the change review
// the other, and nobody else.
func TestRenamedRolesAreReviewedByWhoHeldThem(t *testing.T) {
	t.Run("the launch file first", func(t *testing.T) {
		l, file, book := renamed(t)
		l.do("em", "document.review", file...)
		if l.s.Docs.File != "f2" {
			t.Fatal("the launch file is not in force")
		}
		l.refuse(false, "is reviewed by", "pm", "document.review", book...)
		l.refuse(false, "is reviewed by", "sec", "document.review", book...)
		l.do("el", "document.review", book...)
		l.refuse(false, "you have reviewed", "el", "document.review", book...)
		l.refuse(false, "is reviewed by", "sec", "document.review", book...)
		l.do("po", "document.review", book...)
		l.agree(t)
	})
	t.Run("somebody else's word in the journal", func(t *testing.T) {
		l, file, book := renamed(t)
		l.do("em", "document.review", file...)
		l.do("el", "document.review", book...)
		l.raw(journal.Actor{User: "sec", Roles: []string{"product-owner"}, Auth: journal.AuthOSUser}, KindDocumentReviewed, DocumentReviewed{Document: DocRunbook, ID: book[1][3:]})
		if l.s.Docs.Runbook == "r2" {
			t.Fatal("in force by the word of somebody who was no reviewer")
		}
	})
	t.Run("the runbook first", func(t *testing.T) {
		l, file, book := renamed(t)
		l.do("el", "document.review", book...)
		l.do("po", "document.review", book...)
		if l.s.Docs.Runbook != "r2" {
			t.Fatal("the runbook is not in force")
		}
		l.refuse(false, "is reviewed by", "po", "document.review", file...)
		l.do("el", "document.review", file...)
		l.agree(t)
	})
}

// agree expects that both renamed documents are in force, and that their people hold the roles by their new names.
func (l *testLaunch) agree(t *testing.T) {
	t.Helper()
	if l.s.Docs.File != "f2" || l.s.Docs.Runbook != "r2" || len(l.s.Pending) != 0 {
		t.Fatalf("%+v, pending %v", l.s.Docs, l.s.Pending)
	}
	for user, role := range map[string]string{"el": "tech-lead", "po": "owner", "em": "tech-manager"} {
		if got := l.s.Roles(user); len(got) == 0 || got[0] != role {
			t.Errorf("%s holds %v", user, got)
		}
	}
	l.refold()
}

// Somebody whom a reviewed launch file leaves without a role reviews nothing where another has it.
func TestWhoHasLostTheRoleReviewsNoMore(t *testing.T) {
	l := backLaunch(t, Live)
	l.s.Runbook.Reviewers = []string{"engineering-lead", "product-owner"}
	other := copyOf(t, l.s.Runbook)
	other.Title = "Another"
	book := []string{"document=runbook", "id=" + l.changesRunbook("r2", other)}
	l.do("em", "role.take", "role=product-owner", "reason=they left")
	l.refuse(false, "is reviewed by", "po", "document.review", book...)
	l.do("em", "document.review", book...)
	l.do("el", "document.review", book...)
	if l.s.Docs.Runbook != "r2" {
		t.Error("not in force")
	}
	l.refold()
}

// What a review does not take up is said before it, and in its entry.
func TestAReviewSaysWhatItDoesNotTakeUp(t *testing.T) {
	l := backLaunch(t, Live)
	f := otherCommit(t, l)
	f.T0 = l.s.Clock.T0.Add(time.Hour)
	f.Share = &launchfile.Share{Group: "launch", Dir: "/srv/other"}
	id := l.changes("f2", f)
	untaken := l.s.Untaken(l.s.Pending[DocFile])
	if len(untaken) != 2 || !strings.Contains(untaken[0], "clock.set t0="+f.T0.UTC().Format(time.RFC3339)) || !strings.Contains(untaken[1], "opened anew") {
		t.Errorf("%q", untaken)
	}
	l.do("em", "document.review", "document=launch-file", "id="+id)
	if got := l.told(); !strings.Contains(got, "not taken up by it: t0: T-0 stays") || !strings.Contains(got, "share:") {
		t.Errorf("told as %q", got)
	}
	if !l.s.Clock.T0.Equal(t0) || l.s.File.Share.Dir != "/srv/other" {
		t.Errorf("T-0 is %s, the next room's socket in %+v", l.s.Clock.T0, l.s.File.Share)
	}
	l.do("el", "clock.set", "t0="+f.T0.UTC().Format(time.RFC3339), "reason=as the file says")
	if !l.s.Clock.T0.Equal(f.T0) {
		t.Errorf("T-0 is %s", l.s.Clock.T0)
	}
	if again := l.s.Untaken(&Change{DocumentChanged: DocumentChanged{Document: DocFile, FileJSON: "json f2"}}); len(again) != 0 {
		t.Errorf("still %q", again)
	}
	if got := l.s.Untaken(&Change{DocumentChanged: DocumentChanged{Document: DocRunbook}}); got != nil {
		t.Errorf("of a runbook: %q", got)
	}
	l.refold()
}
