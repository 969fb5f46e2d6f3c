package rehearsal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"time"

	"tminus/model/launch"
)

// How something stands that a call has begun.
const (
	running   = "running"
	succeeded = "succeeded"
	stopped   = "stopped"
)

// A simulated deployment takes its instances one after the other. All of it is launch time.
const (
	instances   = 4
	deployLead  = 10 * time.Second // until the first instance is begun
	perInstance = 35 * time.Second
	stopTakes   = 5 * time.Second
	programRuns = 30 * time.Second
)

// lifecycle is what an instance goes through, with the share of its time at which each event is over.
var lifecycle = [...]struct {
	event string
	until float64
}{{"ApplicationStop", 0.15}, {"DownloadBundle", 0.45}, {"Install", 0.65}, {"ApplicationStart", 0.85}, {"ValidateService", 1}}

// deploying is how a deployment stands at an instant.
func (e *effect) deploying(now time.Time) launch.Progress {
	at, end := now, e.at.Add(deployLead+instances*perInstance)
	halted := !e.stopped.IsZero() && e.stopped.Before(end) && !now.Before(e.stopped)
	if halted {
		at = e.stopped
	}
	var active, waiting, done []string
	for i := range instances {
		name := fmt.Sprintf("i-0%dc4e7", i+1)
		gone := at.Sub(e.at) - deployLead - time.Duration(i)*perInstance
		switch {
		case gone >= perInstance:
			done = append(done, name+"  Succeeded  ValidateService")
		case gone >= 0:
			active = append(active, name+"  InProgress  "+eventAt(float64(gone)/float64(perInstance)))
		default:
			waiting = append(waiting, name+"  Pending")
		}
	}
	p := launch.Progress{State: running, Lines: append(append(active, waiting...), done...)}
	status := "InProgress"
	switch {
	case halted && now.Sub(e.stopped) >= stopTakes:
		p.State, status = stopped, "Stopped"
	case halted:
		status = "Stopping"
	case len(done) == instances:
		p.State, status = succeeded, "Succeeded"
	case len(active)+len(done) == 0:
		status = "Created"
	}
	p.Detail = fmt.Sprintf("%s (%d in progress, %d pending, %d succeeded)", status, len(active), len(waiting), len(done))
	if p.State == succeeded {
		p.Detail = fmt.Sprintf("%s: %s on %d of %d instances", status, e.result["deployment"], len(done), instances)
	}
	return p
}

func eventAt(share float64) string {
	for _, l := range lifecycle {
		if share < l.until {
			return l.event
		}
	}
	return lifecycle[len(lifecycle)-1].event
}

// program is how a program stands at an instant: what it has said so far, and its end.
func (e *effect) program(now time.Time) launch.Progress {
	says := sayings(argvOf(e.Call))
	ends := e.at.Add(programRuns)
	halted := !e.stopped.IsZero() && e.stopped.Before(ends) && !now.Before(e.stopped)
	if halted {
		now = e.stopped
	}
	gone := now.Sub(e.at)
	said := min(int(gone*time.Duration(len(says))/programRuns)+1, len(says))
	p := launch.Progress{State: running, Detail: "running since " + stamp(e.at), Lines: says[:max(said, 1)]}
	text := strings.Join(p.Lines, "\n") + "\n"
	p.Total = int64(len(text))
	sum := sha256.Sum256([]byte(text))
	switch {
	case halted:
		p.State, p.Detail, p.Result = stopped, fmt.Sprintf("stopped after %d s: ended by SIGTERM", int(gone.Seconds())), hex.EncodeToString(sum[:])
	case gone >= programRuns:
		p.State, p.Detail, p.Result = succeeded, "exit status 0 after "+programRuns.String(), hex.EncodeToString(sum[:])
	}
	return p
}

// sayings are what a simulated program prints, by its name.
func sayings(argv []string) []string {
	if len(argv) == 0 {
		return []string{"nothing to run"}
	}
	name := strings.TrimSuffix(path.Base(argv[0]), path.Ext(argv[0]))
	var lines []string
	switch name {
	case "halt":
		lines = []string{"intake closed on 4 of 4 front ends", "draining 212 open transactions", "draining 57 open transactions", "0 open transactions"}
	case "resume":
		lines = []string{"intake open on 1 of 4 front ends", "first orders stored, 0 refused", "intake open on 4 of 4 front ends"}
	case "rollback":
		lines = []string{"3 migrations to take back", "0043_order_channel down ... ok", "0042_payment_link down ... ok", "0041_order_index down ... ok", "schema is at 0040"}
	case "migrate":
		lines = []string{"3 migrations to apply", "0041_order_index up ... ok", "0042_payment_link up ... ok", "0043_order_channel up ... ok", "schema is at 0043"}
	default:
		lines = []string{"working", "half way", "nothing left to do"}
	}
	said := []string{name + ": simulated, nothing leaves this machine"}
	for _, l := range lines {
		said = append(said, name+": "+l)
	}
	return said
}
