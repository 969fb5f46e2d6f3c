package rehearsal_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"tminus/model/launch"
	"tminus/model/screen"
)

// metTo expects a meeting held to the end: every point, everybody, the recording, doctor, and the arming question answered.
func metTo(t *testing.T, s *screen.Screen, arms string) {
	t.Helper()
	m := &s.Meeting
	for _, p := range m.Points {
		if !p.Done {
			t.Errorf("%s was not discussed", p.Title)
		}
	}
	for _, a := range m.Attendees {
		if !a.There() {
			t.Errorf("%s did not answer the roll call", a.Title)
		}
	}
	if m.Recording == nil || len(m.Lacks) > 0 {
		t.Errorf("recording %v, it lacks %v", m.Recording, m.Lacks)
	}
	if len(m.Risks) < 2 {
		t.Errorf("%d risks", len(m.Risks))
	}
	if m.Arming == nil || m.Arming.By.User != arms {
		t.Errorf("the arming question was answered by %+v", m.Arming)
	}
	for _, c := range m.Checks {
		if c.State != screen.CheckOK {
			t.Errorf("in front of the voters: %s %s %s", c.Text, c.State, c.Evidence)
		}
	}
}

// Whatever role one person plays, the meeting comes to GO: with nothing but their own part.
func TestTheMeetingComesToGo(t *testing.T) {
	for role, arms := range map[string]string{"product-owner": "eng-lead", "support-lead": "eng-lead", "engineering-lead": "me", "engineering-manager": "me"} {
		t.Run(role, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := start(t, "calm", role)
				defer w.room.Close()
				if role == "product-owner" || role == "support-lead" {
					w.do("baseline.capture", "monitor=all") // of the metrics that are theirs
				}
				s := w.until("GO", func(s *screen.Screen) bool {
					w.play(s)
					w.meets(s, role)
					return s.Poll.State == screen.PollGo
				})
				metTo(t, s, arms)
				if at := s.ClockText(s.At); at > "T-00:15" || at < "T-00:05" {
					t.Errorf("GO at %s", at)
				}
			})
		})
	}
}

// meets does the caller's part in the meeting.
func (w *world) meets(s *screen.Screen, role string) {
	w.t.Helper()
	if s.Poll.State != screen.PollOpen {
		return
	}
	for _, a := range s.Meeting.Attendees {
		if a.Role == role && a.State == screen.AttendOpen {
			w.do("poll.attend", "role="+role, "tools=ok")
		}
	}
	if s.Meeting.Arming == nil && strings.HasPrefix(role, "engineering") {
		w.do("poll.answer", "arming=error-rate-high", "reason=at night a minute counts")
	}
	for _, v := range s.Poll.Votes {
		if v.Role == role && v.Vote == "" {
			w.do("poll.vote", "vote=GO", "reason=ready", "role="+role)
		}
	}
}

// The facilitator runs it: the agenda point by point, the recording, the poll and its decision.
func TestTheFacilitatorRunsTheMeeting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "calm", "program-manager")
		defer w.room.Close()
		for _, p := range w.now().Meeting.Points {
			w.do("agenda.start", "id="+p.ID)
			w.until("the point had its time", func(s *screen.Screen) bool {
				for _, q := range s.Meeting.Points {
					if q.ID == p.ID {
						return q.Took(s.At).Seconds() > 20
					}
				}
				return false
			})
		}
		w.do("poll.record", "link=https://meet.example/1")
		w.do("poll.attend", "role=program-manager", "tools=ok")
		w.until("nothing is missing", func(s *screen.Screen) bool {
			w.play(s)
			return len(s.Meeting.Lacks) == 0 && s.Checklist.Done == s.Checklist.Of
		})
		for _, id := range []string{"communication"} {
			for _, a := range w.now().Checklist.Areas {
				for _, sec := range a.Sections {
					if sec.ID == id && sec.Signed == nil {
						w.do("section.sign-off", "id="+id, "evidence=a test message reached every channel")
					}
				}
			}
		}
		w.do("poll.open")
		w.do("poll.vote", "vote=GO", "reason=ready", "role=program-manager")
		w.until("all have voted", func(s *screen.Screen) bool {
			for _, v := range s.Poll.Votes {
				if v.Vote == "" {
					return false
				}
			}
			return s.Meeting.Arming != nil && len(s.Poll.Blocks) == 0
		})
		w.do("poll.decide")
		s := w.now()
		if s.Poll.State != screen.PollGo || s.Phase != launch.Countdown {
			t.Errorf("%s, %s, blocked by %v", s.Poll.State, s.Phase, s.Poll.Blocks)
		}
		metTo(t, s, "eng-lead")
	})
}
