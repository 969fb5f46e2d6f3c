package room

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
)

// outside is the world, and stays as it is when a process ends.
type outside struct {
	mu       sync.Mutex
	id       launch.Identity
	idErr    error
	idHangs  bool
	value    string
	version  int64
	by       string
	writes   int               // of the parameter
	deployed map[string]string // deployment -> call
	state    map[string]string // deployment -> InProgress, succeeded, failed, stopped
	ran      map[string]int    // call -> times its program was started
	runsEnd  string            // how programs end
	took     time.Duration     // a write
	loses    bool              // effects happen, their answers are lost
	drops    bool              // nothing happens, and no answer comes
	refuses  string            // every write, with this reason
	blind    error             // looking fails
	unclear  bool              // looking tells nothing
	digests  map[string]string
	flagErr  error
	calls    []launch.Call
	asked    int
	stuck    bool     // stopped deployments do not end
	asks     []string // programs that were asked to end
}

func newOutside() *outside {
	return &outside{
		id: launch.Identity{Account: account, Region: "us-east-1", Caller: "arn:us"}, value: "true", version: 1, by: "arn:them",
		deployed: map[string]string{}, state: map[string]string{}, ran: map[string]int{}, runsEnd: "succeeded",
		digests: map[string]string{programSH: strings.Repeat("d", 64), "/opt/shop/halt.sh": strings.Repeat("e", 64)},
	}
}

func (o *outside) change(f func(o *outside)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f(o)
}

// process is one life of tminus: once it is killed nothing of it reaches the outside or the journal.
type process struct {
	out  *outside
	dead atomic.Bool
}

var errDead = errors.New("killed")

// hands are a process's.
type hands struct{ p *process }

func (h hands) Identity(ctx context.Context) (launch.Identity, error) {
	h.p.out.mu.Lock()
	id, err, hangs := h.p.out.id, h.p.out.idErr, h.p.out.idHangs
	h.p.out.asked++
	h.p.out.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return launch.Identity{}, ctx.Err()
	}
	return id, err
}

func (h hands) Do(ctx context.Context, c launch.Call) launch.Outcome {
	o := h.p.out
	o.mu.Lock()
	took := o.took
	o.mu.Unlock()
	select {
	case <-time.After(took):
	case <-ctx.Done():
		return launch.Outcome{Outcome: launch.OutcomeUnknown, Error: "no answer in time"}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case h.p.dead.Load():
		return launch.Outcome{Outcome: launch.OutcomeUnknown}
	case ctx.Err() != nil:
		return launch.Outcome{Outcome: launch.OutcomeNotSent, Error: "too late"}
	case o.refuses != "":
		return launch.Outcome{Outcome: launch.OutcomeFailed, Error: o.refuses}
	case o.drops:
		return launch.Outcome{Outcome: launch.OutcomeUnknown, Error: "the connection broke"}
	}
	result := o.effect(c)
	if o.loses {
		return launch.Outcome{Outcome: launch.OutcomeUnknown, Error: "the answer was lost"}
	}
	return launch.Outcome{Outcome: launch.OutcomeOK, Result: result}
}

func (o *outside) effect(c launch.Call) map[string]string {
	o.calls = append(o.calls, c)
	switch c.Op {
	case launch.OpPutParameter:
		o.value, o.by, o.writes = c.Args["value"], o.id.Caller, o.writes+1
		o.version++
		return map[string]string{"version": strconv.FormatInt(o.version, 10)}
	case launch.OpDeploy:
		id := fmt.Sprintf("d-%d", len(o.deployed)+1)
		o.deployed[id], o.state[id] = c.ID, "running"
		return map[string]string{"deployment": id}
	case launch.OpStopDeploy:
		if !o.stuck {
			o.state[c.Args["deployment"]] = "stopped"
		}
		return map[string]string{"deployment": c.Args["deployment"]}
	}
	o.ran[c.ID]++
	return map[string]string{"pid": "7"}
}

func (h hands) Look(_ context.Context, c launch.Call, _ time.Time, _ string) (launch.Found, error) {
	o := h.p.out
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.blind != nil || o.unclear {
		return launch.Found{Found: launch.FoundUnclear, Evidence: "two that look alike"}, o.blind
	}
	for _, done := range o.calls {
		if done.ID == c.ID {
			result := map[string]string{"version": strconv.FormatInt(o.version, 10)}
			for d, call := range o.deployed {
				if call == c.ID {
					result = map[string]string{"deployment": d}
				}
			}
			return launch.Found{Found: launch.FoundYes, Result: result, Evidence: "there it is"}, nil
		}
	}
	return launch.Found{Found: launch.FoundNo, Evidence: "no trace of it"}, nil
}

func (h hands) Follow(_ context.Context, c launch.Call, result map[string]string) (launch.Progress, error) {
	o := h.p.out
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.blind != nil {
		return launch.Progress{}, o.blind
	}
	switch c.Op {
	case launch.OpRun:
		return launch.Progress{State: o.runsEnd, Detail: "exit status"}, nil
	case launch.OpStopDeploy:
		if o.state[c.Args["deployment"]] == "running" {
			return launch.Progress{State: "running", Detail: "stopping"}, nil
		}
		return launch.Progress{State: "succeeded", Detail: "it has ended"}, nil
	}
	return launch.Progress{State: o.state[result["deployment"]], Detail: "instances"}, nil
}

func (h hands) Flag(context.Context, launchfile.Flag) (launch.FlagValue, error) {
	o := h.p.out
	o.mu.Lock()
	defer o.mu.Unlock()
	return launch.FlagValue{Value: o.value, Version: o.version, Type: "String", By: o.by}, o.flagErr
}

func (h hands) Running(context.Context, launchfile.CodeDeploy) ([]string, error) {
	o := h.p.out
	o.mu.Lock()
	defer o.mu.Unlock()
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(o.state)) {
		if o.state[id] == "running" {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (h hands) Digest(path string) (string, error) {
	if d := h.p.out.digests[path]; d != "" {
		return d, nil
	}
	return "", errors.New("no such program")
}

func (h hands) Stop(_ context.Context, c launch.Call) (bool, error) {
	o := h.p.out
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.blind != nil {
		return false, o.blind
	}
	if o.runsEnd != "running" {
		return false, nil
	}
	o.asks = append(o.asks, c.ID)
	return true, nil
}
