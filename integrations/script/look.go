package script

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"tminus/model/launch"
)

const (
	newestLines = 200
	longestLine = 2 << 10 // bytes of a line that are shown; the file has all of it
)

// Look finds out what became of a call from its run's folder alone. A call without a folder did not happen once its
// deadline is past; one whose supervisor is gone without having told an end is unclear, with what can still be seen.
func (h *Hands) Look(ctx context.Context, c launch.Call, intended time.Time, _ string) (launch.Found, error) {
	dir, err := h.folder(c.ID)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return launch.Found{}, err
	}
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		if h.o.Clock().Before(intended.Add(beginLimit)) {
			return launch.Found{Found: launch.FoundUnclear, Evidence: "not started yet, and its deadline is not past"}, nil
		}
		return launch.Found{Found: launch.FoundNo, Evidence: "never started: there is no " + dir}, nil
	}
	s, written, lives, err := readRun(dir)
	if err != nil {
		return launch.Found{}, err
	}
	found := launch.Found{Found: launch.FoundUnclear}
	switch {
	case !written && lives, written && s.State == stateStarting && lives:
		found.Evidence = "it is just being started"
	case !written:
		found.Found, found.Evidence = launch.FoundNo, "never started: its supervisor got no order"
	case s.State == stateRefused:
		found.Found, found.Evidence = launch.FoundNo, "not started: "+s.Error
	case s.State == stateEnded:
		found.Found, found.Result, found.Evidence = launch.FoundYes, result(dir, s), describe(s)+", "+s.Ended.Format(time.RFC3339)
	case lives:
		found.Found, found.Result = launch.FoundYes, result(dir, s)
		found.Evidence = fmt.Sprintf("it runs: pid %d, since %s", s.PID, s.Started.Format(time.RFC3339))
	default:
		found.Result, found.Evidence = result(dir, s), lost(dir, s)
	}
	return found, nil
}

// Follow says how a run goes on: Lines are the newest of its output, at most 200, Total what the program wrote in bytes,
// Result, once it has ended, the sha256 of the file of what is kept. What can never be known any more is failed, with
// what can be said in Detail: a person must look before anything is done again.
func (h *Hands) Follow(ctx context.Context, c launch.Call, _ map[string]string) (launch.Progress, error) {
	dir, err := h.folder(c.ID)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return launch.Progress{}, err
	}
	s, written, lives, err := readRun(dir)
	if err != nil {
		return launch.Progress{}, err
	}
	if !written {
		return launch.Progress{}, fmt.Errorf("there is no status in %s", dir)
	}
	return h.progress(dir, s, lives)
}

// Stop asks a run's supervisor to end the program: SIGTERM, and SIGKILL for all that is left after ten seconds. It does not
// wait; Follow tells the end. A run that has ended is left alone: asked is false.
func (h *Hands) Stop(_ context.Context, c launch.Call) (asked bool, err error) {
	dir, err := h.folder(c.ID)
	if err != nil {
		return false, err
	}
	s, written, lives, err := readRun(dir)
	switch {
	case err != nil:
		return false, err
	case !written:
		return false, fmt.Errorf("there is no status in %s", dir)
	case s.State == stateEnded || s.State == stateRefused:
		return false, nil
	case !lives:
		return false, fmt.Errorf("cannot stop it: %s", lost(dir, s))
	}
	if err := send(s.Supervisor, s.SupervisorStarted, unix.SIGTERM); err != nil {
		return false, fmt.Errorf("ask the supervisor, pid %d, to stop it: %w", s.Supervisor, err)
	}
	return true, nil
}

func (h *Hands) folder(id string) (string, error) {
	if !runName().MatchString(id) {
		return "", fmt.Errorf("%q cannot be the ID of a call", id)
	}
	return filepath.Join(h.o.Dir, id), nil
}

func (h *Hands) progress(dir string, s Status, lives bool) (launch.Progress, error) {
	p := launch.Progress{State: "running", Detail: describe(s), Result: s.SHA256}
	switch {
	case s.State == stateEnded && s.Stopped:
		p.State = "stopped"
	case s.State == stateEnded && s.Exit == 0 && !s.TimedOut && s.Unkilled == 0:
		p.State = "succeeded"
	case s.State == stateEnded || s.State == stateRefused:
		p.State = "failed"
	case !lives:
		p.State, p.Detail = "failed", lost(dir, s)
	}
	text, total, err := readOutput(dir, s)
	if err != nil {
		return launch.Progress{}, err
	}
	p.Lines, p.Total = newest(mask(string(text), h.o.Secrets())), total
	return p, nil
}

// newest are the last lines of a text.
func newest(text string) []string {
	text = strings.TrimSuffix(text, "\n")
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	lines = lines[max(0, len(lines)-newestLines):]
	for i, line := range lines {
		if len(line) > longestLine {
			lines[i] = strings.ToValidUTF8(line[:longestLine], "") + "…"
		}
	}
	return lines
}
