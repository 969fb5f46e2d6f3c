package launch

import (
	"testing"
	"time"
)

func TestADefectThatBlocksStandsAgainstGo(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-90*time.Minute))
	l.ready()
	l.do("sec", "defect.open", "title=Cards are declined", "severity=SEV1", "link=infra/one")
	d := l.s.Defect("d1")
	if d == nil || !d.Blocking || d.Status != DefectOpen || len(l.s.Blockers()) != 1 {
		t.Fatalf("opened %+v", d)
	}
	if by := l.s.RespondBy(d); !by.Equal(d.Opened.At.Add(5 * time.Minute)) {
		t.Errorf("respond by %s", by)
	}
	l.do("pm", "poll.open")
	for _, u := range []string{"el", "po", "em", "pm"} {
		l.do(u, "poll.vote", "vote=GO", "reason=ready")
	}
	l.refuse(false, "D1 (Cards are declined) is open and blocks", "pm", "poll.decide")
	l.refuse(true, "reason", "pm", "poll.decide", "waive=D1")
	l.do("pm", "poll.decide", "waive=D1", "reason=only in the test shop")
	if !l.s.GoInForce() {
		t.Error("a GO that waives it by name does not hold")
	}
	l.refold()
}

// Who opened it may not free the launch of it, unless it is theirs or they run the launch.
func TestWhoMayFreeTheLaunchOfADefect(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-90*time.Minute))
	l.do("sec", "defect.open", "title=Leak", "severity=sev1", "owner=database-admin")
	l.now = l.now.Add(time.Minute) // until then they could take it back
	l.refuse(false, "blocks the launch", "sec", "defect.close", "id=D1", "resolution=gone")
	l.refuse(false, "blocks the launch", "sec", "defect.update", "id=D1", "severity=sev3", "reason=x")
	l.refuse(true, "reason", "el", "defect.update", "id=D1", "blocking=no")
	l.do("sec", "defect.update", "id=D1", "status=investigating")
	if d := l.s.Defect("D1"); d.Attended == nil || l.s.Late(d, l.now.Add(time.Hour)) {
		t.Errorf("somebody is on it: %+v", d)
	}
	l.do("el", "defect.update", "id=D1", "severity=sev3", "reason=only the logs")
	if len(l.s.Blockers()) != 0 {
		t.Error("it still blocks")
	}
	l.do("sec", "defect.close", "id=D1", "resolution=patched, scan is clean")
	l.refuse(false, "closed already", "el", "defect.close", "id=D1", "resolution=again")
	l.refuse(false, "opens it again", "el", "defect.update", "id=D1", "reason=hm")
	l.refuse(true, "reason", "el", "defect.update", "id=D1", "status=open")
	l.now = l.now.Add(time.Hour)
	l.do("el", "defect.update", "id=D1", "status=open", "reason=it is back")
	d := l.s.Defect("D1")
	if !d.Open() || d.Status != DefectOpen || d.Attended != nil || l.s.Late(d, l.now.Add(time.Hour)) || !l.s.Late(d, l.now.Add(5*time.Hour)) {
		t.Errorf("not open anew: %+v", d)
	}
	l.now = l.now.Add(3 * time.Hour)
	l.do("el", "defect.update", "id=D1", "severity=sev1")
	if l.s.Late(d, l.now.Add(4*time.Minute)) || !l.s.Late(d, l.now.Add(6*time.Minute)) {
		t.Errorf("the time to respond counts from %s", d.Since)
	}
	l.now = l.now.Add(10 * time.Minute)
	if l.do("el", "defect.update", "id=D1", "status=investigating"); !l.s.Late(d, l.now) {
		t.Error("that it was taken up too late is forgotten")
	}
	l.refold()
}

func TestADefectsBadInput(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-90*time.Minute))
	l.refuse(true, "sev1", "el", "defect.open", "title=x", "severity=9")
	l.refuse(true, "owner", "el", "defect.open", "title=x", "severity=sev1", "owner=nobody-here")
	l.refuse(true, "link", "el", "defect.open", "title=x", "severity=sev1", "link=javascript:alert(1)")
	l.refuse(true, "no entry of the journal", "el", "defect.open", "title=x", "severity=sev1", "link=99999")
	l.refuse(false, "only", "sec", "defect.open", "title=x", "severity=sev1", "blocking=no")
	l.refuse(true, "no defect", "el", "defect.update", "id=D1")
	l.odd("a person", KindDefectOpened, DefectOpened{ID: "D1", Title: "x", Severity: "sev1"})
	x := osUser("el", "engineering-lead")
	l.oddBy(x, "not the next", KindDefectOpened, DefectOpened{ID: "D7", Title: "x", Severity: "sev1"})
	l.oddBy(x, "no such severity", KindDefectOpened, DefectOpened{ID: "D1", Title: "x", Severity: "sev9"})
	l.oddBy(x, "no such defect", KindDefectClosed, DefectResolved{ID: "D1", Resolution: "x"})
}

// Whoever opened one by mistake takes it back, also where it blocks and they could not free the launch of it.
func TestADefectIsTakenBack(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-90*time.Minute))
	l.do("sec", "defect.open", "title=two\nlines", "severity=sev1")
	if d := l.s.Defect("D1"); d.Title != "two lines" {
		t.Errorf("title %q", d.Title)
	}
	l.do("sec", "undo")
	if len(l.s.Blockers()) != 0 {
		t.Error("it still blocks")
	}
	l.do("el", "defect.open", "title=x", "severity=sev1")
	l.do("el", "defect.close", "id=D2", "resolution=gone")
	l.do("el", "undo")
	if len(l.s.Blockers()) != 1 {
		t.Error("the closing was not taken back")
	}
	l.refold()
}
