package rehearsal_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/integrations/rehearsal"
	"tminus/model/launch"
	"tminus/model/screen"
)

// delivery is how the n-th update (1: the first) stands with a channel.
func delivery(s *screen.Screen, n int, channel string) *screen.Delivery {
	if len(s.Updates.Sent) < n {
		return &screen.Delivery{}
	}
	for i := range s.Updates.Sent[n-1].Deliveries {
		if d := &s.Updates.Sent[n-1].Deliveries[i]; d.Channel == channel {
			return d
		}
	}
	return &screen.Delivery{}
}

// The program manager sends the updates: on time, through channels of which one fails at first, and nothing is said to have
// been sent.
func TestColleaguesKeepTheWorldInformed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "error-spike", "engineering-lead")
		defer w.room.Close()
		w.until("the first update", func(s *screen.Screen) bool { w.play(s); return len(s.Updates.Sent) > 0 })
		s := w.now()
		if m := &s.Updates.Sent[0]; m.By.User != "prog-mgr" || m.Next == nil || !strings.Contains(m.Text, "Known issues") {
			t.Errorf("%+v", m)
		}
		w.until("the status page is busy", func(s *screen.Screen) bool {
			return delivery(s, 1, "statuspage").State == string(launch.DeliveryRetry)
		})
		w.until("it is tried again until it takes it", func(s *screen.Screen) bool {
			d := delivery(s, 1, "statuspage")
			return d.State == string(launch.DeliveryNotSent) && d.Attempt == 3
		})
		w.until("the third update is refused", func(s *screen.Screen) bool {
			w.play(s)
			if slices.ContainsFunc(s.Reasons, func(r string) bool { return strings.Contains(r, "promise overdue") }) {
				t.Fatalf("at %s: %v", s.ClockText(s.At), s.Reasons)
			}
			return delivery(s, 3, "slack").State == string(launch.DeliveryFailed)
		})
		m := w.now().Updates.Sent[2]
		w.do("delivery.retry", "id="+m.ID, "channel=slack")
		w.until("it is sent again", func(s *screen.Screen) bool { return delivery(s, 3, "slack").State == string(launch.DeliveryNotSent) })
		for _, e := range w.entries(launch.KindDeliveryReturned) {
			var d launch.DeliveryReturned
			if err := json.Unmarshal(e.Data, &d); err != nil {
				t.Fatal(err)
			}
			if d.State == launch.Delivered || d.State == launch.DeliveryNotSent && !strings.HasPrefix(d.Detail, "REHEARSAL, all of "+d.Channel) {
				t.Errorf("entry %d: %+v", e.Seq, d)
			}
		}
		w.intact()
	})
}

// A rehearsal that is left between two attempts goes on with its message, as often as it was refused and no oftener.
func TestAMessageSurvivesTheRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "error-spike", "engineering-lead")
		w.until("busy", func(s *screen.Screen) bool { return delivery(s, 1, "statuspage").State == string(launch.DeliveryRetry) })
		at := w.now().At
		if err := w.room.Close(); err != nil {
			t.Fatal(err)
		}
		w.open("error-spike", rehearsal.Caller{User: "me", Role: "engineering-lead"}, w.left(at))
		w.until("taken", func(s *screen.Screen) bool {
			d := delivery(s, 1, "statuspage")
			return d.State == string(launch.DeliveryNotSent) && d.Attempt == 3
		})
		w.room.Close()
	})
}

// The caller may be sooner, and plays the program manager's part where they are one.
func TestTheCallerSendsTheUpdates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "calm", "program-manager")
		defer w.room.Close()
		w.until("the update is due", func(s *screen.Screen) bool {
			return s.Updates.Due != nil && s.At.After(s.Updates.Due.Add(-10*time.Second))
		})
		if n := len(w.now().Updates.Sent); n != 0 {
			t.Errorf("%d updates were sent for the caller", n)
		}
		s := w.now()
		previews, err := w.door.Previews(t.Context(), screen.DraftUpdate(&screen.Plan{}, s, ""))
		if err != nil || len(previews) != 3 || previews[0].Audience != "all of slack" || !previews[0].Bound {
			t.Errorf("%+v, %v", previews, err)
		}
		w.do("update.send", "text=All is well.\nNext Update: "+s.At.Add(15*time.Minute).UTC().Format("15:04")+" UTC")
		w.until("refused", func(s *screen.Screen) bool {
			return delivery(s, 1, "statuspage").State == string(launch.DeliveryFailed)
		})
		time.Sleep(10 * time.Minute)
		if d := delivery(w.now(), 1, "statuspage"); d.State != string(launch.DeliveryFailed) {
			t.Errorf("somebody else saw to it: %+v", d)
		}
	})
}

// Who is paged answers.
func TestPagedColleaguesAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "calm", "engineering-lead")
		defer w.room.Close()
		w.do("page.send", "group=technical", "level=backup", "text=Please look at the error rate")
		s := w.until("answered", func(s *screen.Screen) bool {
			return len(s.Updates.Pages) > 0 && s.Updates.Pages[0].Page.Answered != nil
		})
		if p := s.Updates.Pages[0].Page; p.AnsweredBy != "eng-mgr" || p.Late(s.At) {
			t.Errorf("%+v", p)
		}
	})
}

// A launch that is called off is told to the world, and then nothing is promised any more.
func TestAScrubIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "calm", "engineering-lead")
		defer w.room.Close()
		w.until("the first update", func(s *screen.Screen) bool { return len(s.Updates.Sent) == 1 })
		w.do("clock.hold", "reason=the database is not ready")
		w.do("clock.scrub", "reason=not today")
		s := w.until("it is told", func(s *screen.Screen) bool { return len(s.Updates.Sent) == 2 })
		if m := s.Updates.Sent[1]; !strings.Contains(m.Text, "scrubbed the launch: not today") || m.Next != nil {
			t.Errorf("%+v", m)
		}
		time.Sleep(30 * time.Minute)
		if s := w.now(); len(s.Updates.Sent) != 2 || s.Updates.Due != nil {
			t.Errorf("%d updates, the next at %v", len(s.Updates.Sent), s.Updates.Due)
		}
	})
}
