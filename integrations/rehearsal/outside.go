package rehearsal

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
)

// The simulated account. No account of AWS has this number.
const (
	account = "000000000000"
	region  = "rehearsal"
	role    = "arn:aws:sts::" + account + ":assumed-role/rehearsal/"
)

// firstVersion is the version that every simulated parameter has before anybody writes it here.
const firstVersion = 3

// effect is a call that the simulated outside has carried out.
type effect struct {
	launch.Call
	at      time.Time
	result  map[string]string
	stopped time.Time // when a deployment or a program was told to stop; zero: it was not
}

// Resume takes a launch up as its journal has it: from here on the world's time is the clock's, and what calls did before
// stays done. A call of which nothing came back has not happened: this world remembers what the journal does.
func (w *World) Resume(s *launch.State, clock interface{ Now() time.Time }) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.resumePosts(s)
	w.now, w.t0, w.flags, w.effects = clock.Now, s.Clock.T0, s.File.Flags, nil
	for _, c := range s.Calls {
		if c.Happened() && !c.DryRun {
			e := effect{Call: c.Call, at: c.Intended.At, result: c.Result()}
			if c.Interrupted != nil {
				e.stopped = c.Interrupted.At
			}
			w.effects = append(w.effects, e)
		}
	}
	slices.SortFunc(w.effects, func(a, b effect) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.ID, b.ID)) })
	for _, e := range w.effects {
		if d := w.deployment(e.Args["deployment"]); e.Op == launch.OpStopDeploy && d != nil {
			d.stopped = e.at
		}
	}
}

// time is the launch time: the clock's, or where there is none that of the newest look at the screen. The caller holds mu.
func (w *World) time() time.Time {
	if w.now == nil {
		return w.seen
	}
	return w.now()
}

// made finds a call that was carried out. The caller holds mu.
func (w *World) made(id string) *effect {
	for i := range w.effects {
		if w.effects[i].ID == id {
			return &w.effects[i]
		}
	}
	return nil
}

// version is a parameter's version at an instant; writes before it count. The caller holds mu.
func (w *World) version(name string) int64 {
	n := int64(firstVersion)
	for _, e := range w.effects {
		if e.Op == launch.OpPutParameter && e.Args["name"] == name {
			n++
		}
	}
	return n
}

// deployment finds a deployment by its id. The caller holds mu.
func (w *World) deployment(id string) *effect {
	for i := range w.effects {
		if e := &w.effects[i]; e.Op == launch.OpDeploy && id != "" && e.result["deployment"] == id {
			return e
		}
	}
	return nil
}

// under lists the deployments of a group that have not ended. The caller holds mu.
func (w *World) under(application, group string) []string {
	var ids []string
	now := w.time()
	for i := range w.effects {
		e := &w.effects[i]
		if e.Op == launch.OpDeploy && e.Args["application"] == application && e.Args["group"] == group && e.deploying(now).State == running {
			ids = append(ids, e.result["deployment"])
		}
	}
	return ids
}

// newest is the newest write of a flag's parameter; nil: nobody wrote it here. The caller holds mu.
func (w *World) newest(f launchfile.Flag) *effect {
	for i := len(w.effects) - 1; i >= 0; i-- {
		if e := &w.effects[i]; e.Op == launch.OpPutParameter && e.Args["name"] == f.SSM.Name {
			return e
		}
	}
	return nil
}

// resultOf is what the outside answers to a call. The caller holds mu.
func (w *World) resultOf(c launch.Call) map[string]string {
	switch c.Op {
	case launch.OpPutParameter:
		return map[string]string{"version": strconv.FormatInt(w.version(c.Args["name"])+1, 10)}
	case launch.OpDeploy:
		sum := sha256.Sum256([]byte(c.ID))
		return map[string]string{"deployment": "d-" + base32.StdEncoding.EncodeToString(sum[:])[:9]}
	case launch.OpStopDeploy:
		return map[string]string{"deployment": c.Args["deployment"], "status": "Pending"}
	case launch.OpRun:
		sum := sha256.Sum256([]byte(c.ID))
		return map[string]string{"pid": strconv.Itoa(20000 + int(sum[0])*40 + int(sum[1])), "boot": "rehearsal", "run": "simulated"}
	}
	return nil
}

// digest stands for that of a program that is not there.
func digest(path string) string {
	sum := sha256.Sum256([]byte("rehearsal\x00" + path))
	return hex.EncodeToString(sum[:])
}

// stamp is an instant as people read it in evidence.
func stamp(at time.Time) string { return at.UTC().Format("15:04:05") + " UTC" }
