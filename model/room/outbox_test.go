package room

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/runbook"
	"tminus/model/screen"
)

// postbox is a channel's other side: it keeps what it took, whatever it answers.
type postbox struct {
	mu       sync.Mutex
	took     []Message
	answers  []answerTo // the next ones; none left: delivered
	at       []time.Time
	attempts int
	now      int // messages under way
	most     int
	canLook  bool
	looks    int
	plays    bool // it says of itself that it sends nothing
}

// answerTo is what becomes of one attempt.
type answerTo struct {
	takes  bool
	out    Delivery
	lasts  time.Duration
	hangs  bool // until the deadline
	beyond bool // and beyond
}

func (b *postbox) Audience() string { return "everybody" }

func (b *postbox) Preview(m Message) (string, error) {
	if strings.Contains(m.Text, "unsendable") {
		return "", errors.New("this cannot be sent")
	}
	return "[" + m.Subject + "] " + m.Text + " " + m.Head, nil
}

func (b *postbox) Send(ctx context.Context, m Message) Delivery {
	b.mu.Lock()
	a := answerTo{takes: true, out: Delivery{State: Delivered, Detail: "ok"}}
	if len(b.answers) > 0 {
		a, b.answers = b.answers[0], b.answers[1:]
	}
	b.attempts++
	b.at = append(b.at, time.Now())
	if b.now++; b.now > b.most {
		b.most = b.now
	}
	if a.takes {
		b.took = append(b.took, m)
	}
	b.mu.Unlock()
	defer func() { b.mu.Lock(); b.now--; b.mu.Unlock() }()
	time.Sleep(a.lasts)
	if a.hangs {
		<-ctx.Done()
		if a.beyond {
			time.Sleep(time.Minute)
		}
		return Delivery{State: Uncertain, Detail: "no answer"}
	}
	return a.out
}

func (b *postbox) Look(_ context.Context, m Message) (Delivery, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.looks++
	if !b.canLook {
		return Delivery{}, ErrNoLook
	}
	if slices.ContainsFunc(b.took, func(t Message) bool { return t.ID == m.ID }) {
		return Delivery{State: Delivered, Remote: "r-1"}, nil
	}
	return Delivery{State: Undelivered}, nil
}

func (b *postbox) times(id string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.took {
		if m.ID == id && m.Purpose != "acknowledge" {
			n++
		}
	}
	return n
}

func talk(f *launchfile.File, b *runbook.Runbook) {
	b.Communication = runbook.Communication{Every: runbook.Duration(15 * time.Minute),
		Channels: []runbook.Channel{{ID: "slack", Title: "Slack"}, {ID: "email", Title: "Email"}, {ID: "statuspage", Title: "Status page"}}}
	b.Contacts = []runbook.ContactGroup{{ID: "technical", Title: "Technical", Primary: runbook.Contact{Title: "EL", Role: "engineering-lead"}}}
	f.Notify = launchfile.Notify{Slack: &launchfile.Slack{}, Email: &launchfile.Email{}, PagerDuty: &launchfile.PagerDuty{}}
}

// post opens a room whose channels end in these boxes.
func (b *bench) post(boxes map[string]*postbox, reached func(p *process, point string)) *Room {
	b.t.Helper()
	p := &process{out: b.out}
	b.p, b.store = p, &mortal{memory: b.disk, p: p}
	cfg := Config{Store: b.store, Jitter: func() float64 { return 0 }, Ports: Ports{Sources: map[string]Source{"cloudwatch": b.feed}, Channels: map[string]Channel{}}}
	for id, box := range boxes {
		cfg.Channels[id] = box
		if box.plays {
			cfg.Channels[id] = simulated{box}
		}
	}
	if reached != nil {
		cfg.Reached = func(point string) { reached(p, point) }
	}
	b.room = openRoom(b.t, cfg)
	return b.room
}

func (b *bench) deliveries(id string) map[string]launch.DeliveryState {
	b.t.Helper()
	return ask(b, func(s *launch.State) map[string]launch.DeliveryState {
		m := map[string]launch.DeliveryState{}
		if msg := s.Message(id); msg != nil {
			for c, d := range msg.Deliveries {
				m[c] = d.State
			}
		}
		return m
	})
}

func (b *bench) newest() string {
	b.t.Helper()
	return ask(b, func(s *launch.State) string {
		if len(s.Messages) == 0 {
			return ""
		}
		return s.Messages[len(s.Messages)-1].ID
	})
}

func (b *postbox) tries() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.attempts
}

func (b *postbox) sent() []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.took)
}

func TestAnUpdateIsDeliveredOnceAndDoTellsWhatBecameOfIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, talk)
		slack, email := &postbox{}, &postbox{answers: []answerTo{{out: Delivery{State: TryLater, Detail: "429", RetryAfter: 3 * time.Minute}}}}
		b.post(map[string]*postbox{"slack": slack, "email": email}, nil)
		res := b.do(el(), "update.send", "text", "Status: GREEN")
		if !res.Waiting || res.Failed || !strings.Contains(res.Message, "slack: delivered (ok)") || !strings.Contains(res.Message, "statuspage: yours to do by hand") {
			t.Fatalf("%+v", res)
		}
		sent := time.Now()
		id := b.newest()
		time.Sleep(3*time.Minute - time.Second)
		if email.times(id) != 0 || email.tries() != 1 {
			t.Fatalf("it came back after %s", time.Since(sent))
		}
		time.Sleep(5 * time.Second)
		if email.times(id) != 1 || slack.times(id) != 1 {
			t.Fatalf("slack took it %d times, email %d: %v", slack.times(id), email.times(id), b.deliveries(id))
		}
		if m := slack.sent()[0]; m.Head == "" || !strings.HasPrefix(m.Head, fmt.Sprint(entriesOf(t, b.disk, launch.KindUpdateSent)[0].Seq)+":") || m.Status == "" {
			t.Errorf("the footer's head is that of the update's own entry: %+v", m)
		}
		time.Sleep(20 * time.Minute)
		if slack.tries() != 1 || email.tries() != 2 {
			t.Errorf("%d and %d attempts", slack.tries(), email.tries())
		}
	})
}

func TestBackOffGrowsAndGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, talk)
		slack := &postbox{}
		for range 100 {
			slack.answers = append(slack.answers, answerTo{out: Delivery{State: TryLater, Detail: "500"}})
		}
		b.post(map[string]*postbox{"slack": slack}, nil)
		b.do(el(), "update.send", "text", "x", "channels", "slack")
		id := b.newest()
		time.Sleep(62 * time.Minute)
		if got := b.deliveries(id)["slack"]; got != launch.DeliveryFailed {
			t.Fatalf("%s", got)
		}
		if slack.tries() < 8 || slack.tries() > 25 {
			t.Errorf("%d attempts in an hour", slack.tries())
		}
		slack.mu.Lock()
		at := slices.Clone(slack.at)
		slack.mu.Unlock()
		for i := 2; i < len(at); i++ {
			if at[i].Sub(at[i-1]) < at[i-1].Sub(at[i-2])-2*time.Second {
				t.Errorf("pause %d is shorter than the one before", i)
			}
		}
		slack.mu.Lock()
		slack.answers = nil
		slack.mu.Unlock()
		if res := b.do(el(), "delivery.retry", "id", id, "channel", "slack"); res.Failed || slack.times(id) != 1 {
			t.Errorf("%+v", res)
		}
	})
}

func TestAHangingChannelIsUnknownAndHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, talk)
		slack, email := &postbox{answers: []answerTo{{takes: true, hangs: true, beyond: true}}}, &postbox{}
		b.post(map[string]*postbox{"slack": slack, "email": email}, nil)
		begun := time.Now()
		res := b.do(el(), "update.send", "text", "x", "channels", "slack,email")
		if took := time.Since(begun); took > 13*time.Second || !res.Failed || !strings.Contains(res.Message, "slack: unknown") || email.times(b.newest()) != 1 {
			t.Fatalf("after %s: %+v", took, res)
		}
		first := b.newest()
		b.do(el(), "update.send", "text", "y", "channels", "slack")
		time.Sleep(20 * time.Minute)
		if slack.times(first) != 1 || slack.tries() != 2 || b.deliveries(first)["slack"] != launch.DeliveryUnknown {
			t.Errorf("sent %d times; %v", slack.times(first), b.deliveries(first))
		}
		sc, _ := b.room.Door(el()).Now(t.Context())
		if !slices.ContainsFunc(sc.Notices, func(n screen.Notice) bool { return n.Word == "UNKNOWN" }) || sc.Updates.Sent[0].Deliveries[0].Looking != ErrNoLook.Error() {
			t.Errorf("nobody is asked: %+v", sc.Notices)
		}
	})
}

func TestWhatIsUnknownIsLookedForWhereTheChannelCan(t *testing.T) {
	for _, taken := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, launch.Live, talk)
			slack := &postbox{canLook: true, answers: []answerTo{{takes: taken, out: Delivery{State: Uncertain, Detail: "connection reset"}}}}
			b.post(map[string]*postbox{"slack": slack}, nil)
			b.do(el(), "update.send", "text", "x", "channels", "slack")
			id := b.newest()
			time.Sleep(2 * time.Minute)
			want := launch.DeliveryFailed
			if taken {
				want = launch.Delivered
			}
			if got := b.deliveries(id)["slack"]; got != want || slack.tries() != 1 {
				t.Errorf("taken %v: %s after %d attempts", taken, got, slack.tries())
			}
		})
	}
}

func TestADryRunPostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.DryRun, talk)
		slack := &postbox{}
		b.post(map[string]*postbox{"slack": slack, launch.Pager: slack}, nil)
		res := b.do(el(), "update.send", "text", "x")
		b.do(el(), "page.send", "group", "technical", "text", "x")
		time.Sleep(5 * time.Minute)
		if slack.tries() != 0 || !strings.Contains(res.Message, "slack: not sent (DRY RUN)") || res.Waiting || res.Failed {
			t.Errorf("%d attempts, %+v", slack.tries(), res)
		}
		previews, err := b.room.Door(el()).Previews(t.Context(), screen.Draft{Purpose: "update", Subject: "S", Text: "T"})
		if err != nil || len(previews) != 3 || !strings.HasPrefix(previews[0].Text, "[S] T ") || previews[2].Bound {
			t.Errorf("%+v, %v", previews, err)
		}
		if _, err := b.room.Door(el()).Previews(t.Context(), screen.Draft{Purpose: "update", Text: strings.Repeat("x", 100<<10)}); err == nil || !strings.Contains(err.Error(), "at most 8192") {
			t.Errorf("100 KB: %v", err)
		}
	})
}

// simulated is a postbox that says of itself that it sends nothing.
type simulated struct{ *postbox }

func (simulated) Simulates() {}

// A rehearsal's messages go through simulated channels only, and what ends well there is journaled as not sent.
func TestARehearsalSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Rehearsal, talk)
		real := &postbox{}
		play := &postbox{plays: true, answers: []answerTo{{out: Delivery{State: TryLater, Detail: "busy"}}, {out: Delivery{State: Delivered, Detail: "all would read it"}}}}
		b.post(map[string]*postbox{"slack": real, "email": play}, nil)
		res := b.do(el(), "update.send", "text", "x")
		if !strings.Contains(res.Message, "slack: not sent (REHEARSAL)") || !strings.Contains(res.Message, "email: tried again at") || res.Failed {
			t.Errorf("%+v", res)
		}
		time.Sleep(5 * time.Minute)
		if real.tries() != 0 || play.tries() != 2 {
			t.Errorf("%d attempts with a real channel, %d with the simulated one", real.tries(), play.tries())
		}
		id := b.newest()
		detail := ask(b, func(s *launch.State) string { return s.Message(id).Deliveries["email"].Detail })
		if got := b.deliveries(id); got["email"] != launch.DeliveryNotSent || detail != "REHEARSAL, all would read it" || got["statuspage"] != launch.DeliveryNotSent {
			t.Errorf("%v, %q", got, detail)
		}
	})
}

func TestAPageIsSentAndAcknowledgedThroughThePager(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, talk)
		pager := &postbox{}
		b.post(map[string]*postbox{launch.Pager: pager}, nil)
		b.do(po(), "page.send", "group", "technical", "text", "Error rate is critical")
		id := b.newest()
		if pager.times(id) != 1 || pager.sent()[0].To == "" || pager.sent()[0].Purpose != "page" {
			t.Fatalf("%+v", pager.sent())
		}
		time.Sleep(6 * time.Minute)
		sc, _ := b.room.Door(po()).Now(t.Context())
		if len(sc.Notices) == 0 || sc.Notices[0].Word != "PAGE" {
			t.Errorf("nobody is told that nobody answers: %+v", sc.Notices)
		}
		b.do(el(), "page.acknowledge", "id", id)
		if n := len(pager.sent()); n != 2 || pager.sent()[1].Purpose != "acknowledge" || pager.sent()[1].Thread != id {
			t.Errorf("%+v", pager.sent())
		}
	})
}

func TestAnUpdateIsNotSentWhereItCannotBeJournaled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, talk)
		slack := &postbox{}
		b.post(map[string]*postbox{"slack": slack}, nil)
		b.store.refuse.Store(launch.KindDeliveryIntended)
		_, _ = b.room.Door(el()).Do(t.Context(), command("update.send", "text", "x", "channels", "slack"))
		time.Sleep(time.Minute)
		if slack.tries() != 0 {
			t.Fatalf("%d attempts", slack.tries())
		}
		b.store.refuse.Store(launch.KindDeliveryReturned)
		time.Sleep(10 * time.Second)
		id := b.newest()
		if slack.times(id) != 1 || b.deliveries(id)["slack"] != launch.DeliverySending {
			t.Fatalf("%v", b.deliveries(id))
		}
		b.store.refuse.Store("")
		time.Sleep(10 * time.Second)
		if slack.times(id) != 1 || b.deliveries(id)["slack"] != launch.Delivered {
			t.Errorf("%v", b.deliveries(id))
		}
	})
}

// Over random answers, and a process that is killed at random points: what a channel took it is never given again by
// itself, and at most one message at a time is on its way through it; what was never taken is delivered, has failed, or
// asks a person.
func TestWhatWasTakenIsNeverSentAgainByItself(t *testing.T) {
	checks := flag.Lookup("rapid.checks").Value.String()
	if checks == "100" { // each plays hours of the room's ticks
		_ = flag.Set("rapid.checks", "10")
		defer func() { _ = flag.Set("rapid.checks", checks) }()
	}
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		kills := rapid.IntRange(0, 4).Draw(rt, "kills")
		look := rapid.Bool().Draw(rt, "can look")
		synctest.Test(t, func(t *testing.T) { randomPost(t, rand.New(rand.NewPCG(seed, 1)), kills, look) })
	})
}

func randomPost(t *testing.T, rng *rand.Rand, kills int, look bool) {
	b := newBench(t, launch.Live, talk)
	boxes := map[string]*postbox{"slack": {canLook: look}, "email": {}}
	for _, box := range boxes {
		for range 40 {
			box.answers = append(box.answers, []answerTo{
				{takes: true, out: Delivery{State: Delivered}}, {takes: true, out: Delivery{State: Delivered}, lasts: 3 * time.Second},
				{out: Delivery{State: TryLater}}, {out: Delivery{State: TryLater, RetryAfter: time.Minute}}, {out: Delivery{State: Undelivered}},
				{takes: true, out: Delivery{State: Uncertain}}, {out: Delivery{State: Uncertain}}, {takes: true, hangs: true}, {out: Delivery{State: "strange"}},
			}[rng.IntN(9)])
		}
	}
	var ids []string
	for round := 0; round <= kills; round++ {
		at, n := 1+rng.IntN(14), 0
		var mu sync.Mutex
		r := b.post(boxes, func(p *process, _ string) {
			mu.Lock()
			defer mu.Unlock()
			if n++; n == at && round < kills {
				p.dead.Store(true)
			}
		})
		for range 1 + rng.IntN(3) {
			_, _ = r.Door(el()).Do(t.Context(), command("update.send", "text", "x", "channels", "slack,email"))
			time.Sleep(time.Duration(rng.IntN(90)) * time.Second)
		}
		_ = r.Close()
		time.Sleep(time.Duration(rng.IntN(120)) * time.Second)
	}
	b.post(boxes, nil)
	for range 7 {
		time.Sleep(10 * time.Minute)
		if ask(b, func(s *launch.State) bool {
			return !slices.ContainsFunc(s.Messages, func(m *launch.Message) bool {
				return slices.ContainsFunc(m.Channels, func(c string) bool {
					st := m.Deliveries[c].State
					return st == launch.DeliveryWaiting || st == launch.DeliverySending || st == launch.DeliveryRetry
				})
			})
		}) {
			break
		}
	}
	ids = ask(b, func(s *launch.State) (all []string) {
		for _, m := range s.Messages {
			all = append(all, m.ID)
		}
		if len(s.Oddities) > 0 {
			t.Errorf("oddities: %+v", s.Oddities)
		}
		return all
	})
	for _, id := range ids {
		for c, state := range b.deliveries(id) {
			took := boxes[c].times(id)
			switch {
			case took > 1:
				t.Errorf("%s through %s came %d times", id, c, took)
			case state == launch.Delivered && took == 0, state == launch.DeliveryFailed && took > 0:
				t.Errorf("%s through %s is %s, and it was taken %d times", id, c, state, took)
			case state != launch.Delivered && state != launch.DeliveryFailed && state != launch.DeliveryUnknown:
				t.Errorf("%s through %s ended as %q", id, c, state)
			}
		}
	}
	for c, box := range boxes {
		box.mu.Lock()
		most := box.most
		box.mu.Unlock()
		if most > 1 {
			t.Errorf("%d messages at a time through %s", most, c)
		}
	}
	_ = b.room.Close()
}
