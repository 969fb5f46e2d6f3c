package launch

import (
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// talking is a launch whose runbook says how updates go out and whose file binds Slack, mail and PagerDuty, at T+0:05.
func talking(t testing.TB, mode Mode) *testLaunch {
	t.Helper()
	rb, f := talkingRunbook(), testFile()
	f.Notify = launchfile.Notify{Slack: &launchfile.Slack{}, Email: &launchfile.Email{}, PagerDuty: &launchfile.PagerDuty{}}
	f.Contacts = map[string]launchfile.ContactBinding{"technical": {Primary: "el", Backup: "sec", Escalation: "em"}}
	l := newLaunchOf(t, mode, t0.Add(-70*time.Minute), rb, f)
	l.ready()
	l.giveGo()
	l.now = t0.Add(5 * time.Minute)
	return l
}

func talkingRunbook() *runbook.Runbook {
	rb := testRunbook()
	rb.RACI = append(rb.RACI, runbook.Activity{ID: "communication", Cells: map[string]string{
		"program-manager": "R/A", "engineering-lead": "C", "product-owner": "C", "engineering-manager": "I"}})
	mark := func(d time.Duration) runbook.Mark { return runbook.Mark(d) }
	rb.Communication = runbook.Communication{Every: runbook.Duration(15 * time.Minute),
		Cadence: []runbook.Cadence{
			{From: mark(-15 * time.Minute), Until: mark(2 * time.Hour), Every: runbook.Duration(15 * time.Minute)},
			{From: mark(2 * time.Hour), Until: mark(24 * time.Hour), Every: runbook.Duration(time.Hour)}},
		Channels: []runbook.Channel{{ID: "slack", Title: "Slack"}, {ID: "statuspage", Title: "Status page"}, {ID: "email", Title: "Email"}}}
	return rb
}

func (l *testLaunch) cameBack(id, channel string, attempt int, state DeliveryState) {
	l.t.Helper()
	l.system(KindDeliveryReturned, DeliveryReturned{ID: id, Channel: channel, Attempt: attempt, State: state, Detail: "as it is"})
}

func (l *testLaunch) newest() *Message { return l.s.Messages[len(l.s.Messages)-1] }

func (l *testLaunch) state(id, channel string) DeliveryState {
	return l.s.Message(id).Deliveries[channel].State
}

func TestWhoMaySendUpdates(t *testing.T) {
	l := talking(t, Live)
	for _, user := range []string{"pm", "el", "po"} {
		l.do(user, "update.send", "text=All is well.")
	}
	l.refuse(false, "belongs to PM (pm), EL (el) or PO (po)", "em", "update.send", "text=x")
	l.refuse(false, "not one of this launch's people", "bob", "update.send", "text=x")
	l.refuse(false, "belongs to", "sec", "update.cadence", "every=30m")
	n := len(l.s.Messages)
	l.put(journal.Actor{User: "em", Roles: []string{"engineering-manager"}, Auth: journal.AuthOSUser}, KindUpdateSent, UpdateSent{ID: "u1-1", Subject: "s", Text: "t", Channels: []string{"slack"}})
	l.put(journal.Actor{User: "el", Roles: []string{"engineering-lead"}, Auth: journal.AuthAttested}, KindUpdateSent, UpdateSent{ID: "u1-2", Subject: "s", Text: "t", Channels: []string{"slack"}})
	if len(l.s.Messages) != n || len(l.s.Oddities) != 2 {
		t.Fatalf("%d messages, oddities %+v", len(l.s.Messages), l.s.Oddities)
	}
	l.refold()
}

func TestBadUpdatesAreRefused(t *testing.T) {
	l := talking(t, Live)
	for _, c := range []struct{ words, args string }{
		{"text is 102400 bytes long; expected at most 8192", "text=" + strings.Repeat("x", 100<<10)},
		{"update.send needs text=", "text= \n "},
		{"subject has a line break", "text=t|subject=a\r\nBcc: eve@example.com"},
		{"subject is 201 bytes", "text=t|subject=" + strings.Repeat("s", 201)},
		{"milestone has a line break", "text=t|milestone=a\nb"},
		{"channels=pigeon is no channel of the runbook; expected slack, statuspage or email", "text=t|channels=slack,pigeon"},
		{"from=9999 is no entry", "text=t|from=9999"},
		{"promises the next update for 10:04 UTC, and it is 10:05", "text=Next Update: 10:04 UTC"},
		{"expected a time in UTC", "text=Next Update: 11:30 CET"},
		{"is no time of the day", "text=Next Update: 29:30"},
	} {
		l.refuse(true, c.words, "pm", "update.send", strings.Split(c.args, "|")...)
	}
}

func TestPromisesAreReadFromTheText(t *testing.T) {
	l := talking(t, Live)
	for text, want := range map[string]string{
		"Status: GREEN\nNext Update: 10:20 UTC\n":       "2026-11-24T10:20:00Z",
		"next update: 10:20":                            "2026-11-24T10:20:00Z",
		"*Next Update:* 2026-11-25 09:00 UTC":           "2026-11-25T09:00:00Z",
		"Next Update: 10:30 UTC, or sooner if it fails": "2026-11-24T10:30:00Z",
		"Next Update: when there is news":               "0001-01-01T00:00:00Z",
		"No promise at all":                             "0001-01-01T00:00:00Z",
	} {
		l.do("pm", "update.send", "text="+text)
		if got := l.newest().Next.Format(time.RFC3339); got != want {
			t.Errorf("%q promises %s, expected %s", text, got, want)
		}
	}
	l.now = t0.Add(13*time.Hour + 50*time.Minute)
	l.do("pm", "update.send", "text=Next Update: 00:20 UTC")
	if got := l.newest().Next; !got.Equal(t0.Add(14*time.Hour + 20*time.Minute)) {
		t.Errorf("over midnight: %s", got)
	}
}

func TestUpdatesAreDue(t *testing.T) {
	l := talking(t, Live)
	due := func(at time.Duration, green bool, want time.Duration) {
		t.Helper()
		if got := l.s.UpdateDue(t0.Add(at), green); !got.Equal(t0.Add(want)) {
			t.Errorf("at T%s: due %s, expected T%s", at, got, want)
		}
	}
	due(-30*time.Minute, true, -15*time.Minute)
	due(5*time.Minute, true, -15*time.Minute)
	l.do("pm", "update.send", "text=x")
	due(6*time.Minute, true, 20*time.Minute)
	l.do("pm", "update.send", "text=Next Update: 10:12 UTC")
	due(6*time.Minute, true, 12*time.Minute)
	l.now = t0.Add(3 * time.Hour)
	l.do("pm", "update.send", "text=Next Update: 14:30 UTC")
	due(181*time.Minute, true, 4*time.Hour)
	due(181*time.Minute, false, 195*time.Minute)
	l.do("pm", "update.cadence", "every=5m", "reason=all eyes")
	due(181*time.Minute, true, 185*time.Minute)
	l.refuse(false, "every 5m already", "pm", "update.cadence", "every=5m")
	l.refuse(true, "expected 1m to 24h", "pm", "update.cadence", "every=5s")
	l.do("el", "update.cadence", "every=runbook")
	due(181*time.Minute, true, 4*time.Hour)
	l.refold()
}

func TestWhatIsNotBoundIsPostedByHand(t *testing.T) {
	l := talking(t, Live)
	l.do("pm", "update.send", "text=x", "channels=email,statuspage")
	m := l.newest()
	if l.state(m.ID, "statuspage") != DeliveryByHand || l.state(m.ID, "email") != DeliveryWaiting || m.Deliveries["slack"] != nil {
		t.Fatalf("%+v", m)
	}
	if posts := l.s.Outbox(l.now); len(posts) != 1 || posts[0].Channel != "email" || posts[0].Attempt != 1 {
		t.Fatalf("%+v", posts)
	}
	l.refuse(false, "belongs to", "em", "delivery.resolve", "id="+m.ID, "channel=statuspage", "outcome=delivered")
	l.do("po", "delivery.resolve", "id="+m.ID, "outcome=delivered", "evidence=https://status.example/1")
	if l.state(m.ID, "statuspage") != Delivered {
		t.Fatalf("%+v", m.Deliveries["statuspage"])
	}
	l.refold()
}

func TestUnknownIsNeverSentAgainWithoutAPerson(t *testing.T) {
	l := talking(t, Live)
	l.do("pm", "update.send", "text=x", "channels=slack")
	id := l.newest().ID
	l.system(KindDeliveryIntended, DeliveryIntended{ID: id, Channel: "slack", Attempt: 1})
	l.refuse(false, "see what comes back first", "pm", "delivery.resolve", "id="+id, "outcome=delivered")
	l.cameBack(id, "slack", 1, DeliveryUnknown)
	for _, later := range []time.Duration{time.Second, time.Hour, 30 * time.Hour} {
		for _, p := range l.s.Outbox(l.now.Add(later)) {
			if !p.Look {
				t.Fatalf("after %s it would be sent: %+v", later, p)
			}
		}
	}
	l.odd("it was not to be sent", KindDeliveryIntended, DeliveryIntended{ID: id, Channel: "slack", Attempt: 2})
	l.s.Oddities = nil
	l.refuse(false, "might come twice", "pm", "delivery.retry", "id="+id)
	l.do("pm", "delivery.resolve", "id="+id, "outcome=not-delivered", "evidence=it is not in the channel")
	if posts := l.s.Outbox(l.now); len(posts) != 0 {
		t.Fatalf("%+v", posts)
	}
	l.do("pm", "delivery.retry", "id="+id)
	if posts := l.s.Outbox(l.now); len(posts) != 1 || posts[0].Attempt != 2 {
		t.Fatalf("%+v", posts)
	}
}

func TestNothingLeavesADryRun(t *testing.T) {
	l := talking(t, DryRun)
	l.do("pm", "update.send", "text=x")
	if posts := l.s.Outbox(l.now); len(posts) != 0 {
		t.Fatalf("%+v", posts)
	}
	l.due()
	for c, d := range l.newest().Deliveries {
		if d.State != DeliveryNotSent || d.Detail != string(DryRun) {
			t.Errorf("%s is %+v", c, d)
		}
	}
	if got := l.told(); !strings.Contains(got, "not sent: DRY RUN") {
		t.Errorf("told as %q", got)
	}
	l.odd("nothing leaves", KindDeliveryIntended, DeliveryIntended{ID: l.newest().ID, Channel: "slack", Attempt: 1})
}

// A rehearsal goes through its outbox as a LIVE launch does, and no entry of one can say that anything arrived: what ends
// well is not sent, whoever says otherwise.
func TestARehearsalSaysThatNothingWasSent(t *testing.T) {
	l := talking(t, Rehearsal)
	l.do("pm", "update.send", "text=x", "channels=slack,email")
	m := l.newest()
	posts := l.s.Outbox(l.now)
	if len(posts) == 0 {
		t.Fatal("its outbox is empty")
	}
	for _, p := range posts {
		l.system(KindDeliveryIntended, DeliveryIntended{ID: m.ID, Channel: p.Channel, Attempt: 1})
	}
	first, second := "slack", "email"
	l.cameBack(m.ID, first, 1, DeliveryFailed)
	l.do("pm", "delivery.retry", "id="+m.ID, "channel="+first)
	l.system(KindDeliveryIntended, DeliveryIntended{ID: m.ID, Channel: first, Attempt: 2})
	l.cameBack(m.ID, first, 2, DeliveryNotSent)
	l.cameBack(m.ID, second, 1, DeliveryUnknown)
	l.do("pm", "delivery.resolve", "id="+m.ID, "channel="+second, "outcome=delivered", "evidence=two readers")
	for c, d := range m.Deliveries {
		if d.State != DeliveryNotSent || d.Open() {
			t.Errorf("%s is %+v", c, d)
		}
	}
	if d := m.Deliveries[second]; !strings.Contains(d.Detail, "REHEARSAL") || !strings.Contains(d.Detail, "two readers") {
		t.Errorf("what a person said: %+v", d)
	}
	l.odd("nothing leaves", KindDeliveryReturned, DeliveryReturned{ID: m.ID, Channel: first, Attempt: 2, State: Delivered})
	l.refold()
}

func TestOldNewsIsNotSentByItself(t *testing.T) {
	l := talking(t, Live)
	l.do("pm", "update.send", "text=x", "channels=slack")
	id := l.newest().ID
	l.now = l.now.Add(OutboxLimit + time.Minute)
	if posts := l.s.Outbox(l.now); len(posts) != 0 {
		t.Fatalf("%+v", posts)
	}
	l.due()
	if l.state(id, "slack") != DeliveryFailed {
		t.Fatalf("%+v", l.newest().Deliveries["slack"])
	}
	l.do("pm", "delivery.retry", "id="+id)
	if posts := l.s.Outbox(l.now); len(posts) != 1 {
		t.Fatalf("%+v", posts)
	}
	l.refold()
}

func TestPages(t *testing.T) {
	l := talking(t, Live)
	l.refuse(false, "not one of this launch's people", "bob", "page.send", "group=technical", "text=x")
	l.do("sec", "page.send", "group=technical", "text=Error rate is critical")
	m := l.newest()
	if m.Page.Person != "el" || m.Channels[0] != Pager || m.Page.Within != PageWithin {
		t.Fatalf("%+v %+v", m, m.Page)
	}
	if next := l.s.NextLevel(m.Page); next != LevelBackup {
		t.Errorf("goes on to %q", next)
	}
	l.refuse(false, "is to el, and this is the word of sec", "sec", "page.acknowledge", "id="+m.ID)
	l.do("sec", "page.acknowledge", "id="+m.ID, "for=el", "via=voice", "answer=on my way")
	if m.Page.AnsweredBy != "el" || len(l.s.Unanswered()) != 0 || l.newest() != m {
		t.Fatalf("%+v; a page that has not left yet is not acknowledged outside", m.Page)
	}
	l.refuse(false, "was answered by el", "el", "page.acknowledge", "id="+m.ID)
	l.do("sec", "page.send", "group=technical", "level=escalation", "text=x", "channel=hand", "after="+m.ID)
	hand := l.newest()
	if len(l.s.Outbox(l.now)) != 1 || l.state(hand.ID, ByHandChannel) != DeliveryByHand {
		t.Fatalf("%+v", l.s.Outbox(l.now))
	}
	l.do("em", "page.acknowledge", "id="+hand.ID)
	if l.state(hand.ID, ByHandChannel) != Delivered {
		t.Errorf("%+v", hand.Deliveries[ByHandChannel])
	}
	l.do("po", "page.send", "group=technical", "text=again")
	sent := l.newest()
	l.system(KindDeliveryIntended, DeliveryIntended{ID: sent.ID, Channel: Pager, Attempt: 1})
	l.cameBack(sent.ID, Pager, 1, Delivered)
	l.do("el", "page.acknowledge", "id="+sent.ID)
	if ack := l.newest(); ack.Purpose != PurposeAcknowledge || ack.ID != sent.ID+"-ack" {
		t.Errorf("PagerDuty is not told: %+v", ack)
	}
	l.refold()
}
