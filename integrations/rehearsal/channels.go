package rehearsal

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tminus/model/launch"
	"tminus/model/room"
	"tminus/model/runbook"
)

// Trouble is how a channel does not take the updates of a rehearsal at first: the Update-th through it (1: the first), at its
// first Times attempts.
type Trouble struct {
	Channel string           `json:"channel"`
	Update  int              `json:"update"`
	Times   int              `json:"times"`
	Answers string           `json:"answers"` // busy: tried again by itself; refused: a person sends it again; lost: nobody knows
	Says    string           `json:"says"`    // the channel's words
	Wait    runbook.Duration `json:"wait,omitempty"`
}

// What a channel in trouble answers.
const (
	answersBusy    = "busy"
	answersRefused = "refused"
	answersLost    = "lost"
)

// check says what is wrong with a trouble; "": nothing.
func (t *Trouble) check() string {
	switch {
	case t.Channel == "" || t.Update < 1 || t.Times < 1:
		return "a trouble names its channel, its update (1: the first) and how many times it comes"
	case !slices.Contains([]string{answersBusy, answersRefused, answersLost}, t.Answers):
		return fmt.Sprintf("answers: %q; expected busy, refused or lost", t.Answers)
	}
	return ""
}

// channel shows what the bound one would show, and sends nothing.
type channel struct {
	room.Channel
	world *World
	id    string
}

var _ room.Simulation = (*channel)(nil)

// Channels puts the simulated world behind the channels that a launch file binds: their previews and audiences stay, and
// nothing of them is ever asked to send.
func (w *World) Channels(bound map[string]room.Channel) map[string]room.Channel {
	all := map[string]room.Channel{}
	for id, c := range bound {
		all[id] = &channel{c, w, id}
	}
	return all
}

// Simulates says that nothing is sent.
func (c *channel) Simulates() {}

// Send answers as the scenario has it.
func (c *channel) Send(ctx context.Context, m room.Message) room.Delivery {
	if err := ctx.Err(); err != nil {
		return room.Delivery{State: room.TryLater, Detail: err.Error()}
	}
	t := c.world.tries(c.id, m)
	if t == nil {
		return room.Delivery{State: room.Delivered, Detail: c.Audience() + " would read it"}
	}
	d := room.Delivery{State: room.TryLater, Detail: "simulated: " + t.Says, RetryAfter: time.Duration(t.Wait)}
	switch t.Answers {
	case answersRefused:
		d.State = room.Undelivered
	case answersLost:
		d.State = room.Uncertain
	}
	return d
}

// Look cannot tell: a person says what became of a message whose answer was lost.
func (c *channel) Look(context.Context, room.Message) (room.Delivery, error) {
	return room.Delivery{}, room.ErrNoLook
}

// tries counts an attempt, and returns the trouble that it runs into; nil: none.
func (w *World) tries(channel string, m room.Message) *Trouble {
	if m.Purpose != launch.PurposeUpdate {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.attempt(channel, m.ID, 1)
	nth := slices.Index(w.posts[channel], m.ID) + 1
	for i := range w.scenario.Channels {
		if t := &w.scenario.Channels[i]; t.Channel == channel && t.Update == nth && w.attempts[m.ID+" "+channel] <= t.Times {
			return t
		}
	}
	return nil
}

// attempt adds attempts with a message. The caller holds mu.
func (w *World) attempt(channel, id string, n int) {
	if !slices.Contains(w.posts[channel], id) {
		w.posts[channel] = append(w.posts[channel], id)
	}
	w.attempts[id+" "+channel] += n
}

// resumePosts takes over what was posted before. The caller holds mu.
func (w *World) resumePosts(s *launch.State) {
	w.posts, w.attempts = map[string][]string{}, map[string]int{}
	for _, m := range s.Messages {
		for _, c := range m.Channels {
			if d := m.Deliveries[c]; m.Update() && d.Attempt > 0 {
				w.attempt(c, m.ID, d.Attempt)
			}
		}
	}
}
