package script

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// What a run's status file says of it.
const (
	stateStarting = "starting" // the supervisor is about to execute the program
	stateRunning  = "running"
	stateEnded    = "ended"
	stateRefused  = "refused" // nothing was executed
)

// statusVersion is the version of the status file.
const statusVersion = 1

// Status is a run's status file: what its supervisor knows of it.
type Status struct {
	V                 int       `json:"v"`
	Call              string    `json:"call"`
	State             string    `json:"state"` // starting, running, ended, refused
	PID               int       `json:"pid,omitempty"`
	PIDStarted        uint64    `json:"pid_started,omitempty"` // clock ticks after the machine's start
	Supervisor        int       `json:"supervisor"`
	SupervisorStarted uint64    `json:"supervisor_started"`
	BootID            string    `json:"boot_id"`
	Timeout           string    `json:"timeout"`
	Started           time.Time `json:"started,omitzero"`
	Ended             time.Time `json:"ended,omitzero"`   // when the program itself ended
	Exit              int       `json:"exit"`             // -1: it did not exit by itself, or has not yet
	Signal            string    `json:"signal,omitempty"` // what killed it
	TimedOut          bool      `json:"timed_out,omitempty"`
	Stopped           bool      `json:"stopped,omitempty"`       // by somebody's word
	LeftChildren      int       `json:"left_children,omitempty"` // processes below it that had to be killed
	Unkilled          int       `json:"unkilled,omitempty"`      // and those that could not be
	Bytes             int64     `json:"bytes"`                   // of output, as the program wrote it
	SHA256            string    `json:"sha256,omitempty"`        // of the file of what is kept
	Error             string    `json:"error,omitempty"`
}

// write makes the status what the file says, at once and, if durable, also after a power cut.
func (s Status) write(dir string, durable bool) error {
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("write the status: %w", err)
	}
	path := filepath.Join(dir, statusFile)
	if err := replace(path, append(text, '\n'), durable); err != nil {
		return fmt.Errorf("write the status: %w", err)
	}
	if !durable {
		return nil
	}
	return syncDir(dir)
}

// replace gives a file new content by a rename, so that who reads sees the old or the new.
func replace(path string, content []byte, durable bool) error {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Truncate(int64(len(content))) // afterwards, so that what was reserved is used
	}
	if err == nil && durable {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// reserve keeps room on the disk for the status that tells the end, which the output could fill. Where that cannot be had
// there is no harm.
func reserve(dir string) {
	f, err := os.OpenFile(filepath.Join(dir, statusFile+".new"), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	_ = unix.Fallocate(int(f.Fd()), 0, 0, 4<<10)
	f.Close()
}

// readStatus returns a run's status; false where there is none yet.
func readStatus(dir string) (Status, bool, error) {
	text, err := os.ReadFile(filepath.Join(dir, statusFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Status{}, false, nil
	}
	if err != nil {
		return Status{}, false, fmt.Errorf("read the status: %w", err)
	}
	var s Status
	if err := json.Unmarshal(text, &s); err != nil {
		return Status{}, false, fmt.Errorf("read the status %s: %w", filepath.Join(dir, statusFile), err)
	}
	if s.V != statusVersion {
		return Status{}, false, fmt.Errorf("%s is of version %d: another tminus wrote it", filepath.Join(dir, statusFile), s.V)
	}
	return s, true, nil
}

// readRun returns a run's status and whether its supervisor lives. The lock is tried first: of a supervisor that was
// dead by then the file says all there will ever be.
func readRun(dir string) (s Status, written, lives bool, err error) {
	if lives, err = supervised(dir); err != nil {
		return Status{}, false, false, fmt.Errorf("look for the supervisor: %w", err)
	}
	s, written, err = readStatus(dir)
	return s, written, lives, err
}
