package cockpit

import (
	"context"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui"
)

// link is the way to the room: which door, under which role, and whether it is lost.
type link struct {
	door    ui.Room
	role    string // REHEARSAL: acted as; "" for one's own
	number  int    // of the watch; what comes from an older one is dropped
	stop    context.CancelFunc
	lost    time.Time // wall time; zero: the room is there
	why     string
	attempt int
	next    time.Time // wall time of the next attempt
}

func (l *link) gone() bool { return !l.lost.IsZero() }

// as is the door under the role acted as.
func (l *link) as() ui.Room {
	if l.role == "" || l.door == nil {
		return l.door
	}
	return l.door.As(l.role)
}

// backoff is how long to wait before an attempt: 250 ms at first, 8 s at most.
func backoff(attempt int) time.Duration {
	return min(250*time.Millisecond<<min(attempt, 10), 8*time.Second)
}

// unwatched is what is left of a screen when its room is gone: nothing is known to be healthy any more. T-0 is an
// instant, so a LIVE clock goes on; a rehearsal's runs only while its room does, so it stands.
func unwatched(s *screen.Screen, since time.Time) *screen.Screen {
	c := *s
	c.Status = screen.NotWatched
	c.Reasons = []string{"the room is gone since " + since.Format("15:04:05")}
	c.Room = nil
	if c.Mode == launch.Rehearsal {
		c.At = s.LaunchTime(since)
		c.Clock.Anchor = launch.Anchor{}
	}
	c.Monitors = make([]screen.Monitor, len(s.Monitors))
	for i, m := range s.Monitors {
		if m.State.Judged() {
			m.State = monitor.Stale
		}
		c.Monitors[i] = m
	}
	c.People = make([]screen.PersonView, len(s.People))
	for i, p := range s.People {
		p.Online = false
		c.People[i] = p
	}
	return &c
}
