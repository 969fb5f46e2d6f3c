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
	l.refuse(false, "blocks the launch", "sec", "defect.close", "id=D1", "resolution=gone")
	l.refuse(false, "blocks the launch", "sec", "defect.update", "id=D1", "severity=sev3", "reason=x")
	l.refuse(true, "reason", "el", "defect.update", "id=D1", "blocking=no")
	l.do("sec", "defect.update", "id=D1", "status=investigating")
	if d := l.s.Defect("D1"); d.Attended == nil || !l.s.RespondBy(d).IsZero() {
		t.Errorf("somebody is on it: %+v", d)
	}
	l.do("el", "defect.update", "id=D1", "severity=sev3", "reason=only the logs")
	if len(l.s.Blockers()) != 0 {
		t.Error("it still blocks")
	}
	l.do("sec", "defect.close", "id=D1", "resolution=patched, scan is clean")
	l.refuse(false, "closed already", "el", "defect.close", "id=D1", "resolution=again")
	l.refuse(false, "opens it again", "el", "defect.update", "id=D1", "reason=hm")
	l.do("el", "defect.update", "id=D1", "status=open", "reason=it is back")
	if d := l.s.Defect("D1"); !d.Open() || d.Status != DefectOpen {
		t.Errorf("not open again: %+v", d)
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
	l.odd("not the next", KindDefectOpened, DefectOpened{ID: "D7", Title: "x", Severity: "sev1"})
	l.odd("no such severity", KindDefectOpened, DefectOpened{ID: "D1", Title: "x", Severity: "sev9"})
	l.odd("no such defect", KindDefectClosed, DefectResolved{ID: "D1", Resolution: "x"})
}
