package room

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

const (
	account   = "123456789012"
	good      = "1111111111111111111111111111111111111111"
	flagName  = "/features/checkout/enabled"
	programSH = "/opt/shop/rollback.sh"
)

// mortal is a store of a process.
type mortal struct {
	*memory
	p *process
	// refuse fails an Append that holds an entry of this kind.
	refuse atomic.Value
}

func (m *mortal) Append(ctx context.Context, entries []journal.Entry) error {
	if m.p.dead.Load() {
		return errDead
	}
	if kind, _ := m.refuse.Load().(string); kind != "" && slices.ContainsFunc(entries, func(e journal.Entry) bool { return e.Kind == kind }) {
		return errFull
	}
	return m.memory.Append(ctx, entries)
}

func execRunbook() *runbook.Runbook {
	b := testRunbook()
	b.Roles = append(b.Roles, runbook.Role{ID: "engineering-manager", Title: "Engineering Manager", Short: "EM"}, runbook.Role{ID: "database-admin", Title: "Database Admin", Short: "DBA"})
	gate, watch := "gate", "watch"
	b.Rollback = runbook.Rollback{
		Authorization: map[string]runbook.Authorization{
			"high":   {Approvals: 1, Roles: []string{"engineering-lead", "engineering-manager"}},
			"normal": {Approvals: 2, Roles: []string{"engineering-lead", "product-owner", "engineering-manager"}, Within: runbook.Duration(15 * time.Minute)},
		},
		Steps: []runbook.Step{
			{ID: "feature-disable", Title: "Feature Disable", Owner: "engineering-lead", Kind: "flag", Verifications: []runbook.Verification{
				{ID: "confirm-parameter-update", Text: "Confirm parameter update", Mode: gate}, {ID: "monitor-traffic-drop", Text: "Monitor traffic drop", Mode: watch}}},
			{ID: "database-rollback", Title: "Database Rollback", Owner: "database-admin", Kind: "actions", Actions: []runbook.Action{
				{ID: "halt", Text: "Halt"}, {ID: "scripts", Text: "Execute rollback scripts"}}},
			{ID: "code-rollback", Title: "Code Rollback", Owner: "engineering-lead", Kind: "deploy", Verifications: []runbook.Verification{
				{ID: "deployment-success", Text: "Deployment success", Mode: watch}}},
		},
	}
	return b
}

func execFile(t0 time.Time) *launchfile.File {
	f := testFile(t0)
	f.People = append(f.People, launchfile.Person{User: "em", Roles: []string{"engineering-manager", "database-admin"}})
	f.AWS = &launchfile.AWS{Account: account}
	f.Flags = map[string]launchfile.Flag{"main": {SSM: launchfile.SSMParameter{Name: flagName, On: "true", Off: "false"}}}
	f.Deploy = &launchfile.Deploy{CodeDeploy: &launchfile.CodeDeploy{Application: "shop", Group: "prod", GitHub: launchfile.GitHub{Repository: "acme/shop", LastKnownGood: good}}}
	f.Actions = map[string]launchfile.Program{
		"halt": {Run: []string{"/opt/shop/halt.sh"}}, "scripts": {Run: []string{programSH}, Timeout: runbook.Duration(10 * time.Minute)},
	}
	return f
}

func em() launch.Who {
	return launch.Who{User: "em", UID: 1004, Host: "h", Auth: journal.AuthOSUser}
}

// bench is a launch, what is outside, and the process that runs it now.
type bench struct {
	t     *testing.T
	disk  *memory
	out   *outside
	p     *process
	store *mortal
	room  *Room
	feed  *feed
	probe Prober
	docs  Documents // nil: none
	bind  func(h hands, f *launchfile.File) Ports
}

// newBench plans a launch at T+1h whose rollback acts on the outside; edit changes its file and runbook.
func newBench(t *testing.T, mode launch.Mode, edit func(*launchfile.File, *runbook.Runbook)) *bench {
	t.Helper()
	b := &bench{t: t, disk: newMemory(), out: newOutside(), feed: healthy()}
	now := time.Now().UTC()
	file, book := execFile(now.Add(-time.Hour)), execRunbook()
	if edit != nil {
		edit(file, book)
	}
	err := Plan(t.Context(), b.disk, &PlanRequest{ID: "0123", Mode: mode, File: file, FileText: "file", Runbook: book, RunbookText: "book",
		UID: func(login string) int { return map[string]int{"el": 1001, "po": 1002, "em": 1004}[login] }, Now: now, By: el()})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// start is a new process with a room; reached is told of the points of its calls.
func (b *bench) start(reached func(p *process, point string)) *Room {
	b.t.Helper()
	p := &process{out: b.out}
	b.p, b.store = p, &mortal{memory: b.disk, p: p}
	h := hands{p}
	cfg := Config{Store: b.store, Ports: Ports{
		Sources: map[string]Source{"cloudwatch": b.feed}, Flags: h, Deployments: h, Programs: h, Prober: b.probe,
		Hands: map[string]Hands{launch.OpPutParameter: h, launch.OpDeploy: h, launch.OpStopDeploy: h, launch.OpRun: h},
	}}
	if b.docs != nil {
		cfg.Documents = b.docs
		ports := cfg.Ports
		cfg.Bind = func(f *launchfile.File) Ports {
			if b.bind == nil {
				return ports
			}
			return b.bind(h, f)
		}
	}
	if reached != nil {
		cfg.Reached = func(point string) { reached(p, point) }
	}
	b.room = openRoom(b.t, cfg)
	return b.room
}

func (b *bench) do(who launch.Who, action string, args ...string) launch.Result {
	b.t.Helper()
	return do(b.t, b.room.Door(who), action, args...)
}

// wait lets time pass until the journal has a kind so many times.
func (b *bench) wait(kind string, n int, most time.Duration) journal.Entry {
	b.t.Helper()
	for end := time.Now().Add(most); ; time.Sleep(250 * time.Millisecond) {
		if list := entriesOf(b.t, b.disk, kind); len(list) >= n {
			return list[n-1]
		}
		if time.Now().After(end) {
			b.t.Fatalf("no %s (%d) within %s; the journal has %v", kind, n, most, kinds(b.disk))
		}
	}
}

// request asks for a high-priority rollback of steps, which the engineering lead authorises alone, and returns its id.
func (b *bench) request(steps string) string {
	b.t.Helper()
	b.do(el(), "rollback.request", "reason", "errors", "priority", "high", "steps", steps)
	return data[launch.RollbackRequested](b.t, entriesOf(b.t, b.disk, "rollback.requested")[0]).ID
}

func outcomes(t *testing.T, s *memory) []string {
	var list []string
	for _, e := range entriesOf(t, s, launch.KindCallReturned) {
		var d launch.CallReturned
		if json.Unmarshal(e.Data, &d) == nil {
			list = append(list, d.Outcome.Outcome)
		}
	}
	return list
}

// ask reads the room's state where it may be read.
func ask[T any](b *bench, f func(s *launch.State) T) (answer T) {
	b.t.Helper()
	if err := b.room.in(b.t.Context(), func() { answer = f(b.room.state) }); err != nil {
		b.t.Fatal(err)
	}
	return answer
}

func (b *bench) stepState(id string) launch.StepState {
	b.t.Helper()
	return ask(b, func(s *launch.State) launch.StepState { return s.StepStateOf(id) })
}

// current is the id of the newest rollback request.
func (b *bench) current() string {
	b.t.Helper()
	return ask(b, func(s *launch.State) string { return s.CurrentRollback().ID })
}

// effects are what has happened outside so far.
type effects struct {
	writes   int
	deployed map[string]string
	ran      map[string]int
	calls    []launch.Call
}

func (b *bench) effects() (e effects) {
	b.out.change(func(o *outside) {
		e = effects{o.writes, maps.Clone(o.deployed), maps.Clone(o.ran), slices.Clone(o.calls)}
	})
	return e
}
