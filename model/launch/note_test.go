package launch

import (
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
)

func TestNotes(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	l.refuse(true, "needs text", "po", "note.add", "text= \n ")
	l.refuse(true, "expected at most 8192", "po", "note.add", "text="+strings.Repeat("x", MaxText+1))
	l.do("po", "note.add", "text="+strings.Repeat("x", MaxText))
	l.do("po", "note.add", "text=three hosts")
	seq := l.s.Head.Seq
	l.refuse(false, "is po's", "sec", "note.correct", "seq=3", "text=x")
	l.refuse(true, "is no note", "po", "note.correct", "seq=1", "text=x")
	l.refuse(true, "is no entry's number", "po", "note.correct", "seq=one", "text=x")
	l.do("po", "note.correct", "seq=3", "text=four hosts")
	l.do("el", "note.correct", "seq=3", "text=five hosts")
	if n := l.s.Notes[seq]; n.Text != "five hosts" || n.User != "po" || n.Corrected.User != "el" {
		t.Fatalf("%+v", n)
	}
	l.refold()
}

func TestUndo(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	l.refuse(false, "nothing of yours", "el", "undo")
	l.do("el", "item.check", "id=infra/one")
	l.do("el", "item.waive", "id=infra/two", "reason=unused")
	l.do("el", "section.sign-off", "id=infra", "evidence=x")
	l.do("sec", "note.add", "text=hm")
	l.refuse(true, "takes no arguments", "el", "undo", "id=x")
	l.do("el", "undo")
	if l.s.Sections["infra"] != nil || l.s.Notes[5].Withdrawn != nil {
		t.Fatal("not the caller's own last one")
	}
	l.do("el", "undo")
	l.do("el", "undo")
	if len(l.s.Items) > 0 {
		t.Fatalf("%v", l.s.Items)
	}
	l.refuse(false, "nothing of yours", "el", "undo")
	l.now = l.now.Add(31 * time.Second)
	l.refuse(false, "your note is 31s old", "sec", "undo")
	l.do("pm", "poll.open")
	l.do("po", "poll.vote", "vote=GO", "reason=fine")
	l.do("po", "poll.vote", "vote=NO-GO", "reason=oh")
	l.do("po", "undo")
	if v := l.s.CurrentPoll().Votes["product-owner"]; v.Vote != Go || v.Reason != "fine" {
		t.Fatalf("%+v", v)
	}
	l.do("po", "undo")
	l.do("pm", "item.check", "id=infra/one", "for=el", "via=chat")
	l.do("pm", "undo")
	last := l.entries[len(l.entries)-1]
	if last.Kind != "item.unchecked" || last.Actor.Auth != journal.AuthAttested || !strings.Contains(string(last.Data), `"undoes"`) {
		t.Fatalf("%+v %s", last, last.Data)
	}
	l.refold()
}
