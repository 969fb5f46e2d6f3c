package rehearsal

import (
	"context"
	"sync"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/room"
	"tminus/model/runbook"
	"tminus/model/screen"
)

// World is one rehearsal's metrics and colleagues, and the outside that its calls reach. It implements room.Source,
// room.Company, room.Hands and what reads the outside, and is safe for concurrent use.
type World struct {
	scenario *Scenario
	runbook  *runbook.Runbook
	monitors map[string]*runbook.Monitor
	caller   Caller
	holders  map[string]string // role id -> user of a simulated colleague
	late     map[string]bool
	tried    map[string]time.Time // reactions, by what they are: when it was tried last; Act's alone

	mu      sync.Mutex
	now     func() time.Time // launch time; nil: that of the newest look at the screen
	seen    time.Time
	t0      time.Time
	flags   map[string]launchfile.Flag
	effects []effect             // what calls have done, oldest first
	byHand  map[string]time.Time // by action id: since when a person says that it is done
	flagOff string               // the rollback's action that turns the flag off
	started time.Time            // when the sequence's first step started; zero: it has not
	ended   time.Time            // when the launch was seen called off; zero: it was not

	posts    map[string][]string // by channel: the ids of the updates that went through it, in order
	attempts map[string]int      // by id and channel
}

// Caller is the person who rehearses, and the role they play.
type Caller struct {
	User string
	Role string
}

// NewWorld puts a scenario on a runbook and what is watched. people are the launch's; a role that nobody but the caller holds is played by
// a colleague named after it.
func NewWorld(s *Scenario, rb *runbook.Runbook, watched []runbook.Monitor, people []launch.Person, caller Caller) *World {
	w := &World{scenario: s, caller: caller, late: map[string]bool{}, byHand: map[string]time.Time{}, tried: map[string]time.Time{},
		posts: map[string][]string{}, attempts: map[string]int{}}
	w.follow(rb, watched, people)
	for _, id := range s.Late {
		w.late[id] = true
	}
	return w
}

// Adopt follows the documents that came into force: who holds which role, what is watched, where the flags are.
func (w *World) Adopt(s *launch.State) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.follow(s.Runbook, s.Watched(), s.People)
	w.flags = s.File.Flags
}

// follow takes over what the documents say. The caller holds mu, or nobody else has the world yet.
func (w *World) follow(rb *runbook.Runbook, watched []runbook.Monitor, people []launch.Person) {
	w.runbook, w.monitors, w.holders = rb, map[string]*runbook.Monitor{}, map[string]string{}
	for i := range watched {
		w.monitors[watched[i].ID] = &watched[i]
	}
	for _, p := range people {
		for _, r := range p.Roles {
			if p.User != w.caller.User && w.holders[r] == "" {
				w.holders[r] = p.User
			}
		}
	}
}

// Read answers for every monitor of the launch; one that it does not know has no points.
func (w *World) Read(_ context.Context, queries []room.Query) (room.Round, error) {
	w.mu.Lock()
	is, monitors := w.tell(), w.monitors
	w.mu.Unlock()
	answers := make([]room.Answer, len(queries))
	for i, q := range queries {
		answers[i].Monitor = q.Monitor
		m, ok := monitors[q.Monitor]
		if !ok || q.Period <= 0 {
			continue
		}
		for at := q.From.Truncate(q.Period).Add(q.Period); !at.After(q.To); at = at.Add(q.Period) {
			answers[i].Points = append(answers[i].Points, monitor.Point{At: at, Value: w.scenario.value(m, at, &is)})
		}
	}
	return room.Round{Answers: answers}, nil
}

// observe takes from the screen what the metrics depend on.
func (w *World) observe(at time.Time, s *screen.Screen) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen, w.started = at, time.Time{}
	if len(s.Steps) > 0 && s.Steps[0].Started != nil {
		w.started = s.Steps[0].Started.At
	}
	if req := s.CurrentRequest(); req != nil {
		for i := range req.Steps {
			w.observeStep(&req.Steps[i])
		}
	}
	switch {
	case !s.Clock.Scrubbed:
		w.ended = time.Time{}
	case w.ended.IsZero():
		w.ended = at
	}
}

// observeStep takes over what people say that they did in a step of the rollback. The caller holds mu.
func (w *World) observeStep(st *screen.Step) {
	for i := range st.Parts {
		p := &st.Parts[i]
		if i == 0 && st.Kind == "flag" {
			w.flagOff = p.ID
		}
		if p.By == launch.ByHand && p.State == screen.PartDone && p.Done != nil {
			w.byHand[p.ID] = p.Done.At
		}
	}
}
