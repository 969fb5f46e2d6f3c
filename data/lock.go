package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"tminus/model/room"
)

// How long Lock waits: for a holder with no socket, which is a command that soon ends or a room that is just starting; and
// for one with a socket, which may be a look by HolderOf at what a room that was killed has left.
const (
	waitCommand = 5 * time.Second
	waitRoom    = 100 * time.Millisecond
	waitStep    = 5 * time.Millisecond
)

// LockedError says that another process owns the database.
type LockedError struct {
	Path   string
	Holder room.Holder // zero: it has not said who it is
}

func (e *LockedError) Error() string {
	switch h := e.Holder; {
	case h.PID == 0:
		return fmt.Sprintf("another process owns the database %s; fuser %s.lock names it", e.Path, e.Path)
	case h.Socket == "":
		return fmt.Sprintf("process %d of %s owns the database %s; try again when it has ended", h.PID, h.User, e.Path)
	default:
		return fmt.Sprintf("the room of %s runs already: process %d of %s owns the database %s; tminus attach --room %s opens a cockpit on it",
			h.Launch, h.PID, h.User, e.Path, h.Socket)
	}
}

// FileLock is the kernel's lock on PATH.lock. It ends with the process, however that ends.
type FileLock struct{ f *os.File }

// Lock takes the lock of the database at path; a *LockedError names who has it. It waits a few seconds for a single
// command to end, and not for a room.
func Lock(path string) (*FileLock, error) {
	// Go opens files close-on-exec, so no program that is started inherits the lock.
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	for began := time.Now(); ; time.Sleep(waitStep) {
		err := flock(f, unix.LOCK_EX)
		if err == nil {
			// What a holder that was killed has said of itself is no longer so.
			if err := f.Truncate(0); err != nil {
				return nil, errors.Join(fmt.Errorf("lock the database: %w", err), f.Close())
			}
			return &FileLock{f}, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("lock the database: %w", err), f.Close())
		}
		holder, wait := readHolder(f), waitCommand
		if holder.Socket != "" {
			wait = waitRoom
		}
		if time.Since(began) >= wait {
			return nil, errors.Join(&LockedError{Path: path, Holder: holder}, f.Close())
		}
	}
}

// flock takes a lock without waiting.
func flock(f *os.File, how int) error {
	for {
		if err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB); err != unix.EINTR {
			return err
		}
	}
}

// SetHolder writes who holds the lock, for those who find it taken.
func (l *FileLock) SetHolder(h room.Holder) error {
	b, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("write the lock: %w", err)
	}
	if err := l.f.Truncate(0); err != nil {
		return fmt.Errorf("write the lock: %w", err)
	}
	if _, err := l.f.WriteAt(append(b, '\n'), 0); err != nil {
		return fmt.Errorf("write the lock: %w", explain(err, l.f.Name()))
	}
	return nil
}

// Release gives the lock back. The file stays: removing it would let two processes lock two files of one name.
func (l *FileLock) Release() error { return errors.Join(l.f.Truncate(0), l.f.Close()) }

// HolderOf tells who holds the lock of the database at path; nil: nobody. It asks the kernel, since the file's text may
// be left over.
func HolderOf(path string) (*room.Holder, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDONLY|unix.O_NOFOLLOW, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look at the database's lock: %w", err)
	}
	defer f.Close() // and so gives back what follows
	err = flock(f, unix.LOCK_SH)
	if err == nil {
		return nil, nil
	}
	if !errors.Is(err, unix.EWOULDBLOCK) {
		return nil, fmt.Errorf("look at the database's lock: %w", err)
	}
	return new(readHolder(f)), nil
}

func readHolder(f *os.File) room.Holder {
	var h room.Holder
	b, err := io.ReadAll(io.NewSectionReader(f, 0, 1<<16))
	if err != nil || json.Unmarshal(b, &h) != nil {
		return room.Holder{} // unknown: the lock itself is what counts
	}
	return h
}
