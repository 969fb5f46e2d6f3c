package rehearsal

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/room"
)

var (
	_ room.Hands       = (*World)(nil)
	_ room.Flags       = (*World)(nil)
	_ room.Deployments = (*World)(nil)
	_ room.Programs    = (*World)(nil)
	_ room.Prober      = (*World)(nil)
)

// Hands are the world itself for every operation, so that nothing of a rehearsal reaches anything else.
func (w *World) Hands() map[string]room.Hands {
	return map[string]room.Hands{launch.OpPutParameter: w, launch.OpDeploy: w, launch.OpStopDeploy: w, launch.OpRun: w}
}

// Identity is the simulated account's; everything is done in the caller's name.
func (w *World) Identity(context.Context) (launch.Identity, error) {
	return launch.Identity{Account: account, Region: region, Caller: w.arn()}, nil
}

func (w *World) arn() string { return role + w.caller.User }

// Do carries a call out in the simulated world, at once and once. Deployments and programs that it begins go on in launch
// time: see Follow.
func (w *World) Do(ctx context.Context, c launch.Call) launch.Outcome {
	if err := ctx.Err(); err != nil {
		return launch.Outcome{Outcome: launch.OutcomeNotSent, Error: err.Error()}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.made(c.ID) != nil {
		return launch.Outcome{Outcome: launch.OutcomeUnknown, Error: "the call was made before"}
	}
	if why := w.refuses(c); why != "" {
		return launch.Outcome{Outcome: launch.OutcomeFailed, Error: why}
	}
	e := effect{Call: c, at: w.time(), result: w.resultOf(c)}
	if d := w.deployment(c.Args["deployment"]); c.Op == launch.OpStopDeploy && d != nil {
		d.stopped = e.at
	}
	w.effects = append(w.effects, e)
	return launch.Outcome{Outcome: launch.OutcomeOK, Result: e.result}
}

// refuses says why the other side would not do a call; "": it does. The caller holds mu.
func (w *World) refuses(c launch.Call) string {
	switch c.Op {
	case launch.OpPutParameter:
		if c.Args["name"] == "" || c.Args["value"] == "" {
			return "ValidationException: a parameter's write needs a name and a value"
		}
	case launch.OpDeploy:
		if !regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(c.Args["commit"]) {
			return "InvalidGitHubCommitIdException: a commit has 40 hex digits"
		}
		if ids := w.under(c.Args["application"], c.Args["group"]); len(ids) > 0 {
			return "DeploymentLimitExceededException: " + ids[0] + " is in progress in " + c.Args["group"]
		}
	case launch.OpStopDeploy:
		if w.deployment(c.Args["deployment"]) == nil {
			return "DeploymentDoesNotExistException: " + c.Args["deployment"]
		}
	case launch.OpRun:
		switch argv := argvOf(c); {
		case len(argv) == 0 || !strings.HasPrefix(argv[0], "/"):
			return "a program is run by its absolute path"
		case c.Args["digest"] != digest(argv[0]):
			return argv[0] + " is not the program that was planned"
		}
	default:
		return fmt.Sprintf("this world does not know %q", c.Op)
	}
	return ""
}

// Look tells whether a call was carried out.
func (w *World) Look(_ context.Context, c launch.Call, _ time.Time, _ string) (launch.Found, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.made(c.ID)
	if e == nil {
		return launch.Found{Found: launch.FoundNo, Evidence: "the simulated world has no trace of " + c.ID}, nil
	}
	evidence := "started at " + stamp(e.at)
	switch e.Op {
	case launch.OpPutParameter:
		evidence = fmt.Sprintf("version %s holds %q, written at %s by %s", e.result["version"], e.Args["value"], stamp(e.at), w.arn())
	case launch.OpDeploy, launch.OpStopDeploy:
		evidence = e.result["deployment"] + " carries " + c.ID
	}
	return launch.Found{Found: launch.FoundYes, Result: e.result, Evidence: evidence}, nil
}

// Follow tells how a deployment or a program goes on.
func (w *World) Follow(_ context.Context, c launch.Call, _ map[string]string) (launch.Progress, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.made(c.ID)
	if e == nil {
		return launch.Progress{}, fmt.Errorf("follow %s: the simulated world has no trace of it", c.ID)
	}
	switch e.Op {
	case launch.OpDeploy:
		return e.deploying(w.time()), nil
	case launch.OpRun:
		return e.program(w.time()), nil
	case launch.OpStopDeploy:
		id := e.Args["deployment"]
		if d := w.deployment(id); d != nil && d.deploying(w.time()).State == running {
			return launch.Progress{State: running, Detail: id + " has not ended"}, nil
		}
		return launch.Progress{State: succeeded, Detail: id + " has ended"}, nil
	}
	return launch.Progress{State: succeeded, Detail: "version " + e.result["version"]}, nil
}

// Flag tells what a flag's parameter holds: off, until somebody writes it.
func (w *World) Flag(_ context.Context, f launchfile.Flag) (launch.FlagValue, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.newest(f)
	if e == nil {
		v := launch.FlagValue{Value: f.SSM.Off, Version: firstVersion, Type: "String", By: role + "release"}
		if !w.t0.IsZero() {
			v.Modified = w.t0.AddDate(0, 0, -9).UTC().Format(time.RFC3339)
		}
		return v, nil
	}
	return launch.FlagValue{Value: e.Args["value"], Version: w.version(f.SSM.Name), Type: "String", Modified: e.at.UTC().Format(time.RFC3339), By: w.arn()}, nil
}

// Running lists the deployments of a group that have not ended.
func (w *World) Running(_ context.Context, d launchfile.CodeDeploy) ([]string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.under(d.Application, d.Group), nil
}

// Digest stands for that of a program: none is there, and none is opened.
func (w *World) Digest(path string) (string, error) { return digest(path), nil }

// Stop ends a program at once. asked is false where it had ended already.
func (w *World) Stop(_ context.Context, c launch.Call) (asked bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.made(c.ID)
	if e == nil {
		return false, fmt.Errorf("stop %s: the simulated world has no trace of it", c.ID)
	}
	if e.program(w.time()).State != running {
		return false, nil
	}
	e.stopped = w.time()
	return true, nil
}

// Probe answers well. Nothing is asked.
func (w *World) Probe(_ context.Context, p launchfile.Probe, _ string) (launch.Progress, error) {
	detail := "exit status 0"
	if p.HTTP != "" {
		detail = fmt.Sprintf("HTTP %d", p.Expect)
	}
	return launch.Progress{State: succeeded, Detail: detail + ", simulated"}, nil
}

// argvOf is what a call runs; nil where that cannot be read.
func argvOf(c launch.Call) []string {
	var argv []string
	if json.Unmarshal([]byte(c.Args["argv"]), &argv) != nil {
		return nil
	}
	return argv
}
