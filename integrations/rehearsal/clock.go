package rehearsal

import (
	"sync"
	"time"

	"tminus/model/launch"
)

// Clock is launch time that runs Speed times as fast as the wall. It is safe for concurrent use.
type Clock struct {
	wall func() time.Time

	mu     sync.Mutex
	anchor launch.Anchor
}

// NewClock starts a clock at launch time at, running at speed from now on by the wall clock that it is given.
func NewClock(wall func() time.Time, at time.Time, speed float64) *Clock {
	return &Clock{wall: wall, anchor: launch.Anchor{At: at.UTC(), Wall: wall().UTC(), Speed: speed}}
}

// Now is the launch time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now(c.wall())
}

func (c *Clock) now(wall time.Time) time.Time {
	gone := time.Duration(float64(wall.Sub(c.anchor.Wall)) * c.anchor.Speed)
	if gone < 0 { // the wall clock was set back; launch time never goes back
		gone = 0
	}
	return c.anchor.At.Add(gone)
}

// Anchor ties launch time to wall time.
func (c *Clock) Anchor() launch.Anchor {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.anchor
}

// SetSpeed goes on from the present instant at another speed; 0 stops.
func (c *Clock) SetSpeed(speed float64) launch.Anchor {
	c.mu.Lock()
	defer c.mu.Unlock()
	wall := c.wall()
	c.anchor = launch.Anchor{At: c.now(wall), Wall: wall.UTC(), Speed: speed}
	return c.anchor
}

// SkipTo goes on from a later instant at the same speed; an earlier one changes nothing.
func (c *Clock) SkipTo(at time.Time) launch.Anchor {
	c.mu.Lock()
	defer c.mu.Unlock()
	wall := c.wall()
	if now := c.now(wall); at.Before(now) {
		at = now
	}
	c.anchor = launch.Anchor{At: at.UTC(), Wall: wall.UTC(), Speed: c.anchor.Speed}
	return c.anchor
}
