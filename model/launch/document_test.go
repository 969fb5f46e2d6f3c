package launch

import (
	"encoding/json"
	"strings"
	"testing"

	"tminus/model/journal"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// copyOf is a document as a later reading of its file gives it.
func copyOf[D any](t *testing.T, d *D) *D {
	t.Helper()
	var again D
	text, err := json.Marshal(d)
	if err == nil {
		err = json.Unmarshal(text, &again)
	}
	if err != nil {
		t.Fatal(err)
	}
	return &again
}

// changes journals that the launch file was changed, and returns the change's id.
func (l *testLaunch) changes(hash string, f *launchfile.File) string {
	l.t.Helper()
	people := append([]Person(nil), l.s.People...)
	l.s.ProvideFile("json "+hash, f)
	l.files["json "+hash] = f
	ev, ok := l.s.DocumentSeen(DocumentChanged{Document: DocFile, After: hash, FileJSON: "json " + hash, Diff: "-a\n+b", People: people})
	if !ok {
		l.t.Fatalf("%s is known already", hash)
	}
	l.system(ev.Kind, ev.Data)
	if c := l.s.Pending[DocFile]; c != nil {
		return c.ID
	}
	return ""
}

func (l *testLaunch) changesRunbook(hash string, rb *runbook.Runbook) string {
	l.t.Helper()
	l.s.ProvideRunbook("json "+hash, rb)
	l.runbooks["json "+hash] = rb
	ev, ok := l.s.DocumentSeen(DocumentChanged{Document: DocRunbook, After: hash, RunbookJSON: "json " + hash, Diff: strings.Repeat("ä", MaxDiff)})
	if d := ev.Data.(DocumentChanged); !ok || len(d.Diff) > MaxDiff || !d.Cut {
		l.t.Fatalf("%s: known already, or its difference is too long", hash)
	}
	l.system(ev.Kind, ev.Data)
	return l.s.Pending[DocRunbook].ID
}

func otherCommit(t *testing.T, l *testLaunch) *launchfile.File {
	f := copyOf(t, l.s.File)
	f.Deploy.CodeDeploy.GitHub.LastKnownGood = strings.Repeat("3", 40)
	return f
}

// Nothing of a changed launch file is carried out before an authority has reviewed it; then everything is.
func TestAChangedLaunchFileWaitsForItsReview(t *testing.T) {
	l := backLaunch(t, Live)
	id := l.changes("f2", otherCommit(t, l))
	if _, again := l.s.DocumentSeen(DocumentChanged{Document: DocFile, After: "f2"}); again {
		t.Error("the same change is said twice")
	}
	l.do("po", "rollback.request", "reason=x", "steps=code")
	b := l.s.CurrentRollback()
	if b.Plan.Steps[0].Parts[0].Args["commit"] != strings.Repeat("2", 40) || b.Plan.Documents.File != "f" {
		t.Fatalf("the plan is of the new file: %+v", b.Plan)
	}
	review := []string{"document=launch-file", "id=" + id}
	l.refuse(false, "is reviewed by", "pm", "document.review", review...)
	l.refuse(false, "of the version before the change", "po", "document.review", review...)
	l.refuse(false, "is not the newest change", "el", "document.review", "document=launch-file", "id=00000000")
	l.refuse(false, "the runbook was not changed", "el", "document.review", "document=runbook", "id="+id)
	l.refuse(true, `no argument "for"`, "pm", "document.review", append(review, "for=el", "via=voice")...)
	l.do("em", "document.review", review...)
	if b.Lapsed == nil || !strings.Contains(b.Lapsed.Reason, "request it again") {
		t.Errorf("a plan of the file before is still open: %+v", b)
	}
	if l.s.Docs.File != "f2" || l.s.Reviewed().File != "f2" || len(l.s.Pending) != 0 || l.s.Adopted != l.s.Head.Seq {
		t.Errorf("not in force: %+v %+v", l.s.Docs, l.s.Pending)
	}
	l.do("el", "rollback.request", "reason=x", "steps=code", "priority=high")
	if w := l.only(l.now, "call code"); w.Call.Args["commit"] != strings.Repeat("3", 40) {
		t.Error(w.Call.Args)
	}
	l.refold()
}

// A runbook is reviewed by an engineering lead and a product owner: two people, whatever roles one of them holds.
func TestARunbookIsReviewedByTwo(t *testing.T) {
	l := backLaunch(t, Live)
	l.s.Runbook.Reviewers = []string{"engineering-lead", "product-owner"}
	other := copyOf(t, l.s.Runbook)
	other.Title, other.Reviewers = "Another", []string{"program-manager"}
	id := l.changesRunbook("r2", other)
	review := []string{"document=runbook", "id=" + id}
	l.refuse(false, "is reviewed by", "pm", "document.review", review...) // a reviewer of the new version alone
	l.do("el", "document.review", review...)
	l.refuse(false, "you have reviewed "+id+" already", "el", "document.review", review...)
	l.do("em", "role.take", "role=product-owner", "reason=ill")
	l.do("em", "role.hand-over", "role=product-owner", "to=el")
	l.refuse(false, "it needs another person", "el", "document.review", review...)
	if l.s.Runbook.Title != "Small" {
		t.Fatal("in force by one person's review")
	}
	l.refold()
	l.raw(journal.Actor{User: "el", Roles: []string{"product-owner"}, Auth: journal.AuthAttested}, KindDocumentReviewed, DocumentReviewed{Document: DocRunbook, ID: id})
	l.do("el", "role.hand-over", "role=product-owner", "to=po")
	l.do("po", "document.review", review...)
	if l.s.Runbook.Title != "Another" || l.s.Docs.Runbook != "r2" {
		t.Error("reviewed by both, and not in force")
	}
}

// For a rollback of high priority an authority lets a version in; nothing else is done by it before its review.
func TestOverrideForARollback(t *testing.T) {
	l := backLaunch(t, Live)
	f := otherCommit(t, l)
	f.People[4].Roles = append(f.People[4].Roles, "engineering-lead") // sec makes themselves a reviewer
	id := l.changes("f2", f)
	review := []string{"document=launch-file", "id=" + id}
	override := append(review, "override=high", "reason=the commit is wrong")
	l.refuse(false, "no rollback of high priority", "el", "document.review", override...)
	l.do("sec", "trigger.declare", "id=incident", "reason=keys leaked")
	l.refuse(true, "needs reason", "el", "document.review", append(review, "override=high")...)
	l.refuse(false, "is reviewed by", "po", "document.review", override...)
	l.do("el", "document.review", override...)
	if len(l.s.Overrides) != 1 || l.s.Overrides[0].Reason != "the commit is wrong" || l.s.Docs.File != "f2" || l.s.Reviewed().File != "f" {
		t.Fatalf("%+v %+v", l.s.Overrides, l.s.Docs)
	}
	l.refuse(false, "let in by el before its review", "el", "step.start", "id=turn-on", "confirm=checkout")
	l.refuse(false, "let in by el before its review", "el", "flag.on", "confirm=checkout")
	l.refuse(false, "it was let in already", "em", "document.review", override...)
	l.do("po", "rollback.request", "reason=x", "steps=code", "priority=normal")
	l.refuse(false, "let in by el before its review", "em", "rollback.approve", l.current())
	l.do("el", "rollback.raise", l.current(), "reason=leaking")
	l.do("em", "rollback.approve", l.current())
	w := l.only(l.now, "call code")
	if w.Call.Args["commit"] != strings.Repeat("3", 40) {
		t.Error(w.Call.Args)
	}
	l.refuse(false, "is under way", "em", "document.review", review...)
	l.intend(w)
	l.returned(w, OutcomeOK)
	l.checked(l.only(l.now, "check code-deployment"), Verified)
	l.stands("done")
	l.refold()
	l.raw(journal.Actor{User: "sec", Roles: []string{"engineering-lead"}, Auth: journal.AuthOSUser}, KindDocumentReviewed, DocumentReviewed{Document: DocFile, ID: id})
	l.do("em", "document.review", review...)
	if len(l.s.Unreviewed) != 0 || l.s.Reviewed().File != "f2" || len(l.s.Pending) != 0 {
		t.Errorf("%+v", l.s.Unreviewed)
	}
}

// What is put back needs no review, and what cannot be read can have none.
func TestAChangeThatIsPutBack(t *testing.T) {
	l := backLaunch(t, Live)
	id := l.changes("f2", otherCommit(t, l))
	l.changes("f", l.s.File)
	if len(l.s.Pending) != 0 {
		t.Fatal("it is as it was, and waits for a review")
	}
	l.refuse(false, "no document was changed", "el", "document.review", "document=launch-file", "id="+id)
	ev, _ := l.s.DocumentSeen(DocumentChanged{Document: DocFile, After: "f3", Error: "launch.yaml:3:1: unknown key"})
	l.system(ev.Kind, ev.Data)
	l.refuse(false, "cannot be read", "el", "document.review", "document=launch-file", "id="+l.s.Pending[DocFile].ID)
	other := copyOf(t, l.s.File)
	other.Launch = "another"
	l.refuse(false, "it is of another launch", "el", "document.review", "document=launch-file", "id="+l.changes("f4", other))
	l.odd("does not name what it says", KindDocumentChanged, DocumentChanged{Document: DocFile, After: "f5"})
}

// What was begun by the version before goes on by hand alone once another one was let in for a rollback.
func TestAnOverrideStopsTheSequence(t *testing.T) {
	l := backLaunch(t, Live)
	id := l.changes("f2", otherCommit(t, l))
	l.do("sec", "trigger.declare", "id=incident", "reason=keys leaked")
	l.do("el", "step.start", "id=turn-on", "confirm=checkout")
	l.do("el", "flag.on", "confirm=checkout")
	l.only(l.now, "call on", "call main")
	l.refuse(false, "is under way; let it end first", "em", "document.review", "document=launch-file", "id="+id)
	l.do("el", "document.review", "document=launch-file", "id="+id, "override=high", "reason=x")
	l.only(l.now)
	l.refold()
}
