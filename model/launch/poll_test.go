package launch

import (
	"slices"
	"testing"
	"time"
)

func TestTheDecisionFollowsFromTheVotes(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	l.refuse(false, "no poll is open", "el", "poll.vote", "vote=GO", "reason=x")
	l.refuse(false, "the poll belongs to PM (pm) or EL (el)", "po", "poll.open")
	l.do("pm", "poll.open")
	l.refuse(false, "the poll is open since", "pm", "poll.open")
	l.refuse(true, "needs reason", "el", "poll.vote", "vote=GO")
	l.refuse(true, "expected GO or NO-GO", "el", "poll.vote", "vote=maybe", "reason=x")
	l.refuse(false, "a vote belongs to", "sec", "poll.vote", "vote=GO", "reason=x")
	l.do("el", "poll.vote", "vote=no-go", "reason=baseline")
	l.do("el", "poll.vote", "vote=go", "reason=baseline is in")
	l.do("po", "poll.vote", "vote=GO", "reason=met")
	l.do("em", "poll.vote", "vote=GO", "reason=staffed")
	l.refuse(false, "no vote from PM (pm)", "el", "poll.decide")
	l.do("el", "poll.vote", "vote=GO", "reason=all fine", "for=pm", "via=voice")
	l.refuse(false, "poll.decide waive=infra,security", "el", "poll.decide")
	l.refuse(true, "needs reason", "el", "poll.decide", "waive=infra,security")
	l.refuse(true, "stands against GO", "el", "poll.decide", "waive=infra,secrets", "reason=x")
	l.do("el", "poll.decide", "waive=infra, security", "reason=accepted")
	p := l.s.CurrentPoll()
	if p.Decision != Go || !slices.Equal(p.Waived, []string{"infra", "security"}) || l.s.PhaseAt(l.now) != Countdown {
		t.Fatalf("%+v", p)
	}
	l.refuse(false, "the poll is decided: GO", "po", "poll.vote", "vote=NO-GO", "reason=x")
	l.refuse(false, "a GO stands", "pm", "poll.open")
	l.do("pm", "poll.open", "reason=new risk")
	if l.s.GoInForce() {
		t.Fatal("the GO outlives a new poll")
	}
	l.do("sec", "note.add", "text=x")
	l.do("po", "poll.vote", "vote=NO-GO", "reason=users")
	l.do("pm", "poll.decide")
	if l.s.CurrentPoll().Decision != NoGo {
		t.Fatal("one NO-GO is a NO-GO")
	}
	l.refold()
}

func TestOneVoteForEachRole(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	l.do("em", "role.take", "role=engineering-lead", "reason=no answer")
	// database-admin backs nothing up; the engineering manager now holds two voting roles.
	l.do("pm", "poll.open")
	l.refuse(true, "say which with role=", "em", "poll.vote", "vote=GO", "reason=x")
	l.do("em", "poll.vote", "vote=GO", "reason=x", "role=engineering-lead")
	l.do("em", "poll.vote", "vote=NO-GO", "reason=y", "role=engineering-manager")
	l.refuse(false, "the poll does not ask SECL", "em", "poll.vote", "vote=GO", "reason=x", "role=security-lead")
	l.refuse(false, "the vote of PO belongs to PO (po)", "em", "poll.vote", "vote=GO", "reason=x", "role=product-owner")
	if got := len(l.s.CurrentPoll().Votes); got != 2 {
		t.Fatalf("%d votes", got)
	}
	l.s.People[2].Roles = append(l.s.People[2].Roles, "program-manager")
	l.do("pm", "poll.vote", "vote=NO-GO", "reason=x")
	l.refuse(false, "pm has voted NO-GO", "po", "poll.vote", "vote=GO", "reason=x", "role=program-manager")
}

func TestGoLapsesWithASignOff(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	l.ready()
	l.giveGo()
	l.now = t0.Add(-2 * time.Minute)
	l.do("sec", "section.withdraw", "id=security", "reason=a finding")
	if l.s.GoInForce() || l.s.CurrentPoll().Lapsed != "the sign-off of security was withdrawn" {
		t.Fatalf("%+v", l.s.CurrentPoll())
	}
	l.now = t0.Add(time.Minute)
	if got := l.s.Countdown(l.now); got != -2*time.Minute {
		t.Fatalf("the clock runs on without a GO: %v", got)
	}
	l.refuse(false, "the clock is held", "el", "step.start", "id=flag")
	l.refold()
}
