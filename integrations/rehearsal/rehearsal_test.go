package rehearsal_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/integrations/rehearsal"
	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/room"
	"tminus/model/room/roomtest"
	"tminus/model/runbook"
	"tminus/model/screen"
)

// world is the built-in rehearsal of a scenario, in virtual time.
type world struct {
	t     *testing.T
	store *roomtest.Memory
	room  *room.Room
	door  *room.Door
	docs  room.Documents // nil: it has no files
	text  string         // the launch file
	book  *runbook.Runbook
}

func builtin(t testing.TB, parts ...string) []byte {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "data", "builtin"}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func scenario(t testing.TB, name string) *rehearsal.Scenario {
	t.Helper()
	s, err := rehearsal.LoadScenario(name+".yaml", builtin(t, "scenarios", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func start(t *testing.T, name, role string) *world {
	t.Helper()
	return startWith(t, name, role, nil)
}

func startWith(t *testing.T, name, role string, docs room.Documents) *world {
	t.Helper()
	t0 := time.Now().UTC().Add(16 * time.Minute)
	caller := rehearsal.Caller{User: "me", Role: role}
	text := rehearsal.LaunchYAML("rehearsal-1", t0, caller)
	file, mistakes := launchfile.Load("rehearsal.yaml", []byte(text))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	book, mistakes := runbook.Load("feature-launch.yaml", builtin(t, "feature-launch.yaml"))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	if mistakes := file.Check("rehearsal.yaml", []byte(text), book); len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	me := launch.Who{User: "me", UID: -1, Host: "test", Auth: journal.AuthRehearsal, As: role}
	w := &world{t: t, store: roomtest.NewMemory(), docs: docs, text: text, book: book}
	if err := room.Plan(t.Context(), w.store, &room.PlanRequest{
		ID: "id", Mode: launch.Rehearsal, Scenario: name, File: file, FileText: text, Runbook: book, RunbookText: "runbook",
		UID: func(string) int { return -1 }, Now: t0.Add(-14 * 24 * time.Hour), By: me,
	}); err != nil {
		t.Fatal(err)
	}
	w.open(name, caller, t0.Add(-16*time.Minute))
	return w
}

// open opens the room as a new process would: with a world that knows what the journal says.
func (w *world) open(name string, caller rehearsal.Caller, at time.Time) {
	w.t.Helper()
	state, _, err := room.Replay(w.t.Context(), w.store, "rehearsal-1")
	if err != nil {
		w.t.Fatal(err)
	}
	sim := rehearsal.NewWorld(scenario(w.t, name), state.Runbook, state.Watched(), state.People, caller)
	clock := rehearsal.NewClock(time.Now, at, 10)
	sim.Resume(state, clock)
	w.room, err = room.Open(w.t.Context(), room.Config{
		Launch: "rehearsal-1", Store: w.store, Clock: clock, Company: sim, Host: "test", Wall: time.Now, Documents: w.docs, Ports: room.Ports{
			Sources: map[string]room.Source{room.Simulated: sim}, Hands: sim.Hands(), Flags: sim, Deployments: sim, Programs: sim, Prober: sim,
			Channels: sim.Channels(earnest(w.t, "slack", "statuspage", "email", launch.Pager)),
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.door = w.room.Door(launch.Who{User: caller.User, UID: -1, Host: "test", Auth: journal.AuthRehearsal, As: caller.Role})
}

func (w *world) now() *screen.Screen {
	w.t.Helper()
	s, err := w.door.Now(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// until lets virtual time pass until the screen is as wanted, an hour of the wall at most.
func (w *world) until(what string, ok func(s *screen.Screen) bool) *screen.Screen {
	w.t.Helper()
	for range 7200 {
		s := w.now()
		if ok(s) {
			return s
		}
		time.Sleep(500 * time.Millisecond)
	}
	s := w.now()
	w.t.Fatalf("never %s; at %s the next action is %q", what, s.ClockText(s.At), s.Todo.Text)
	return nil
}

func (w *world) do(action string, args ...string) {
	w.t.Helper()
	c := launch.Command{Action: action, Args: map[string]string{}}
	for _, a := range args {
		k, v, _ := strings.Cut(a, "=")
		c.Args[k] = v
	}
	if _, err := w.door.Do(w.t.Context(), c); err != nil {
		w.t.Fatalf("%s %v: %v", action, args, err)
	}
}

// play does the caller's part, by nothing but the next action that the screen names.
func (w *world) play(s *screen.Screen) {
	if !s.Todo.Yours {
		return
	}
	switch s.Todo.Action {
	case "item.check", "step.start":
		w.do(s.Todo.Action, "id="+s.Todo.Target)
	case "step.confirm":
		w.do(s.Todo.Action, "what="+s.Todo.Target)
	case "section.sign-off":
		w.do(s.Todo.Action, "id="+s.Todo.Target, "evidence=test alert fired")
	case "baseline.capture":
		w.do("baseline.capture")
	case "trigger.acknowledge":
		w.do("trigger.acknowledge", "id="+s.Todo.Target)
	case "poll.vote":
		if s.Poll.Votes[0].Vote == "" {
			w.do("poll.vote", "vote=GO", "reason=ready")
		}
	}
}

// earnest are channels that must not be asked to send.
func earnest(t *testing.T, ids ...string) map[string]room.Channel {
	all := map[string]room.Channel{}
	for _, id := range ids {
		all[id] = &post{t, id}
	}
	return all
}

type post struct {
	t  *testing.T
	id string
}

func (p *post) Audience() string                       { return "all of " + p.id }
func (p *post) Preview(m room.Message) (string, error) { return p.id + ": " + m.Text, nil }
func (p *post) Send(context.Context, room.Message) room.Delivery {
	p.t.Errorf("something left through %s", p.id)
	return room.Delivery{}
}
func (p *post) Look(context.Context, room.Message) (room.Delivery, error) {
	p.t.Errorf("something was asked outside of %s", p.id)
	return room.Delivery{}, nil
}

func TestOpensAtSixteenMinutesWithMostOfTheReadinessDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "calm", "engineering-lead")
		defer w.room.Close()
		s := w.now()
		if got := s.ClockText(s.At); got != "T-00:16:00" && got != "T-00:15:59" {
			t.Errorf("it opens at %s", got)
		}
		if s.Checklist.Done < 26 || s.Checklist.Done == s.Checklist.Of {
			t.Errorf("%d of %d items are done", s.Checklist.Done, s.Checklist.Of)
		}
		if !s.Todo.Yours {
			t.Errorf("the next action %q is nothing for the caller", s.Todo.Text)
		}
		began := time.Now()
		w.until("a decision is open", func(s *screen.Screen) bool { return s.Decision != "" })
		if wall := time.Since(began); wall > time.Minute {
			t.Errorf("the first decision came after %s of wall time", wall)
		}
		if s := w.now(); s.Clock.Anchor.Speed != 1 {
			t.Errorf("while %q is open the clock runs at %gx", s.Decision, s.Clock.Anchor.Speed)
		}
	})
}

func TestWithoutTheCallerTheClockHoldsItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "calm", "engineering-lead")
		defer w.room.Close()
		s := w.until("held", func(s *screen.Screen) bool { return s.Clock.HeldAt != nil })
		if !s.Clock.HoldAuto || s.ClockText(s.At) != "T-00:05:00" {
			t.Errorf("held at %s, auto %v", s.ClockText(s.At), s.Clock.HoldAuto)
		}
	})
}

func TestClockNeverGoesBack(t *testing.T) {
	wall := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	c := rehearsal.NewClock(func() time.Time { return wall }, wall, 10)
	wall = wall.Add(6 * time.Second)
	if got := c.Now().Sub(c.Anchor().At); got != time.Minute {
		t.Errorf("six seconds at 10x are %s", got)
	}
	at := c.SetSpeed(0.5).At
	wall = wall.Add(-time.Hour)
	if c.Now().Before(at) {
		t.Error("the wall clock went back and took launch time along")
	}
	if got := c.SkipTo(at.Add(-time.Minute)).At; got.Before(at) {
		t.Error("a skip went back")
	}
}
