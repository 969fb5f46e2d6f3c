package script

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"tminus/model/text"
)

// What stands in the folder of a run.
const (
	lockFile   = "lock"           // held by the supervisor as long as it lives
	statusFile = "status.json"    // Status
	outputFile = "output"         // what is kept of the output
	tailFile   = "output.tail"    // while it runs: the newest beyond outputFile
	errorsFile = "supervisor.err" // what the supervisor said as it broke
)

// runName is what a call's ID looks like; nothing that leads out of the folder does.
var runName = text.Pattern(`^[A-Za-z0-9][A-Za-z0-9-]{0,63}$`)

// errBegun: the call has a folder already.
var errBegun = errors.New("this call was begun before")

// claim makes the folder of a run, with its lock held. It succeeds once for a name: the folder comes to stand by one
// rename, which fails on a folder that has something in it, as every claimed one has.
func claim(root, name string) (dir string, lock *os.File, err error) {
	if err := private(root); err != nil {
		return "", nil, err
	}
	made, lock, err := newRun(root, "new.") // the dot is in no call's ID
	if err != nil {
		return "", nil, err
	}
	dir = filepath.Join(root, name)
	if err := unix.Rename(made, dir); err != nil {
		lock.Close()
		os.RemoveAll(made) // of no use to anybody; what cannot be removed does no harm
		if errors.Is(err, unix.EEXIST) || errors.Is(err, unix.ENOTEMPTY) {
			return "", nil, errBegun
		}
		return "", nil, fmt.Errorf("claim %s: %w", dir, err)
	}
	// After a power cut, too, the folder must say that the call was begun.
	if err := syncDir(root); err != nil {
		lock.Close()
		return "", nil, err
	}
	return dir, lock, nil
}

// newRun makes a folder, under any name, that has a lock in it which is held.
func newRun(root, pattern string) (dir string, lock *os.File, err error) {
	dir, err = os.MkdirTemp(root, pattern)
	if err != nil {
		return "", nil, fmt.Errorf("make a folder for the run: %w", err)
	}
	lock, err = os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_EXCL|os.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err == nil {
		if err = unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
			lock.Close()
		}
	}
	if err != nil {
		os.RemoveAll(dir)
		return "", nil, fmt.Errorf("lock the folder of the run: %w", err)
	}
	return dir, lock, nil
}

// private makes sure that the folder of all runs is there, and nobody else's.
func private(root string) error {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return fmt.Errorf("make the folder of the runs: %w", err)
	}
	info, err := os.Stat(root)
	if err != nil {
		return fmt.Errorf("look at the folder of the runs: %w", err)
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !ok || int(st.Uid) != os.Geteuid() || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("others can get at %s (mode %04o): have it owned by you, and chmod 700 it", root, info.Mode().Perm())
	}
	return nil
}

// supervised tells whether the supervisor of a run lives: whether somebody holds its lock.
func supervised(dir string) (bool, error) {
	f, err := os.Open(filepath.Join(dir, lockFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	err = unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	return nil
}
