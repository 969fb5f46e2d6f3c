package roomsock

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/room"
	"tminus/model/room/roomtest"
	"tminus/model/runbook"
)

// The uids of the people of the fixture beside the test's own user, who is the engineering lead.
const (
	ownerUID    = 54321
	strangerUID = 54322
)

func testRunbook() *runbook.Runbook {
	return &runbook.Runbook{
		ID: "small", Title: "Small",
		Roles: []runbook.Role{
			{ID: "engineering-lead", Title: "Engineering Lead", Short: "EL"}, {ID: "product-owner", Title: "Product Owner", Short: "PO"},
		},
		RACI: []runbook.Activity{{ID: "deployment", Title: "Deployment", Cells: map[string]string{"engineering-lead": "R/A", "product-owner": "C"}}},
		Checklists: []runbook.Area{{ID: "a", Title: "A", Sections: []runbook.Section{
			{ID: "infra", Title: "Infrastructure", Owner: "engineering-lead", SignOff: true, Verification: "a look", Items: []runbook.Item{{ID: "infra/one", Text: "One"}}},
			{ID: "users", Title: "Users", Owner: "product-owner", SignOff: true, Verification: "a look", Items: []runbook.Item{{ID: "users/one", Text: "One"}}},
		}}},
		GoNoGo:   runbook.GoNoGo{At: runbook.Mark(-time.Hour), Approvals: []string{"engineering-lead", "product-owner"}},
		Sequence: runbook.Sequence{Marks: []runbook.SequenceMark{{ID: "t-15m", At: runbook.Mark(-15 * time.Minute), Owner: "engineering-lead"}}},
	}
}

// newRoom opens a room over a journal in memory.
func newRoom(t testing.TB, mode launch.Mode) *room.Room {
	t.Helper()
	s := roomtest.NewMemory()
	now := time.Now().UTC()
	file := &launchfile.File{
		Launch: "checkout", Title: "Checkout", T0: now.Add(2 * time.Hour), Runbook: "small",
		People: []launchfile.Person{{User: "el", Roles: []string{"engineering-lead"}}, {User: "po", Roles: []string{"product-owner"}}},
	}
	err := room.Plan(t.Context(), s, &room.PlanRequest{
		ID: "0123", Mode: mode, File: file, FileText: "file", Runbook: testRunbook(), RunbookText: "book", Now: now, By: Self(),
		UID: func(login string) int { return map[string]int{"el": Self().UID, "po": ownerUID}[login] },
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := room.Config{Store: s, Launch: "checkout", Host: "h"}
	if mode == launch.Rehearsal {
		cfg.Clock = &pacer{at: now, wall: time.Now(), speed: 1}
	}
	r, err := room.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// served opens a room's socket in a folder of the test's own and returns its path.
func served(t testing.TB, r *room.Room, rehearsal bool, change func(*limits)) string {
	t.Helper()
	l, err := listenOwn(shortDir(t), "checkout")
	if err != nil {
		t.Fatal(err)
	}
	return servedOn(t, l, r, rehearsal, change)
}

func servedOn(t testing.TB, l *net.UnixListener, r *room.Room, rehearsal bool, change func(*limits)) string {
	t.Helper()
	bounds := standard()
	if change != nil {
		change(&bounds)
	}
	s := newServer(r, rehearsal, bounds)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return l.Addr().String()
}

// shortDir is a folder with a path short enough for sockets, whatever the test is called.
func shortDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "sock")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "d")
}

func dialled(t testing.TB, path string) *Client {
	t.Helper()
	c, err := Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func command(action string, args ...string) launch.Command {
	c := launch.Command{Action: action, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		c.Args[args[i]] = args[i+1]
	}
	return c
}

// helperOutcome is what a helper process reports.
type helperOutcome struct {
	User   string
	Roles  []string
	Listed bool
	Errors map[string]string // by command
	Dial   string
}

// TestMain lets the test binary be started again as another user: with the variable set it only reaches a room, tries
// what a caller may try, and reports.
func TestMain(m *testing.M) {
	path := os.Getenv("ROOMSOCK_HELPER")
	if path == "" {
		os.Exit(m.Run())
	}
	out := helperOutcome{Errors: map[string]string{}}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	c, err := Dial(ctx, path)
	if err != nil {
		out.Dial = err.Error()
	} else {
		if sc, err := c.Now(ctx); err == nil {
			out.User, out.Roles, out.Listed = sc.You.User, sc.You.Roles, sc.You.Listed
		}
		for name, cmd := range map[string]launch.Command{
			"own": command("item.check", "id", "users/one"), "other": command("item.check", "id", "infra/one"), "note": command("note.add", "text", "x"),
		} {
			if _, err := c.Do(ctx, cmd); err != nil {
				out.Errors[name] = err.Error()
			}
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// pacer is a rehearsal's clock.
type pacer struct {
	mu       sync.Mutex
	at, wall time.Time
	speed    float64
}

func (p *pacer) now() time.Time {
	return p.at.Add(time.Duration(float64(time.Since(p.wall)) * p.speed))
}

func (p *pacer) Now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now()
}

func (p *pacer) Anchor() launch.Anchor {
	p.mu.Lock()
	defer p.mu.Unlock()
	return launch.Anchor{At: p.at, Wall: p.wall, Speed: p.speed}
}

func (p *pacer) SetSpeed(speed float64) launch.Anchor {
	p.mu.Lock()
	p.at, p.wall, p.speed = p.now(), time.Now(), speed
	p.mu.Unlock()
	return p.Anchor()
}

func (p *pacer) SkipTo(at time.Time) launch.Anchor {
	p.mu.Lock()
	p.at, p.wall = at, time.Now()
	p.mu.Unlock()
	return p.Anchor()
}
