package launch

import (
	"testing"
	"time"
)

func TestItemsAreTickedByTheirOwner(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-48*time.Hour))
	l.refuse(false, "infra belongs to EL (el), and you hold PO", "po", "item.check", "id=infra/one")
	l.refuse(false, "for=el via=voice", "po", "item.check", "id=infra/one")
	l.refuse(true, "expected infra/one, infra/two", "el", "item.check", "id=infra/on")
	l.refuse(true, "needs id=", "el", "item.check")
	l.refuse(true, `no argument "if"`, "el", "item.check", "id=infra/one", "if=now")
	l.refuse(true, "no action", "el", "item.chek")
	l.do("el", "item.check", "id=infra/one")
	l.refuse(false, "checked already, by el", "el", "item.check", "id=infra/one")
	l.refuse(true, "needs reason", "el", "item.waive", "id=infra/two")
	l.refuse(false, "1 open item: infra two", "el", "section.sign-off", "id=infra", "evidence=x")
	l.do("el", "item.waive", "id=infra/two", "reason=not needed")
	l.refuse(true, "needs evidence", "el", "section.sign-off", "id=infra", "evidence=  ")
	l.do("el", "section.sign-off", "id=infra", "evidence=dashboard")
	l.refuse(false, "section.withdraw id=infra", "el", "item.uncheck", "id=infra/one")
	l.do("el", "section.withdraw", "id=infra")
	l.do("el", "item.uncheck", "id=infra/one", "reason=broke")
	if l.s.itemState("infra/one") != ItemOpen || l.s.itemState("infra/two") != ItemWaived {
		t.Fatal("wrong item states")
	}
	l.refold()
}

func TestAttested(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-48*time.Hour))
	l.do("pm", "item.check", "id=infra/one", "for=el", "via=voice")
	m := l.s.Items["infra/one"].Mark
	if m.User != "pm" || m.For != "el" || m.Via != "voice" || m.Auth != "attested" {
		t.Fatalf("got %+v", m)
	}
	l.refuse(false, "sec holds SECL", "pm", "item.check", "id=infra/two", "for=sec", "via=mail")
	l.refuse(true, "expected voice, chat or mail", "pm", "item.check", "id=infra/two", "for=el", "via=hearsay")
	l.refuse(true, "without via", "pm", "item.check", "id=infra/two", "for=el")
	l.refuse(true, "is you", "el", "item.check", "id=infra/two", "for=el", "via=chat")
	l.refuse(true, "not one of this launch's people", "pm", "item.check", "id=infra/two", "for=bob", "via=chat")
	l.s.File.Attest = []string{"vote"}
	l.refuse(false, "lets nobody else's word be recorded for item.check", "pm", "item.check", "id=infra/two", "for=el", "via=chat")
}

func TestTasks(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-9*24*time.Hour))
	l.refuse(false, "belongs to EL", "po", "task.done", "id=l-7d/el/load")
	l.do("el", "task.done", "id=l-7d/el/plan", "link=https://x")
	if l.s.Tasks["l-7d/el/plan"].Reason != "https://x" {
		t.Fatal("no link")
	}
	l.refuse(false, "done already", "el", "task.done", "id=l-7d/el/plan")
	l.do("el", "undo")
	if l.s.Tasks["l-7d/el/plan"] != nil {
		t.Fatal("still done")
	}
	l.refold()
}
