package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// StateDir is the user's state folder: $XDG_STATE_HOME/tminus, else ~/.local/state/tminus. It need not exist. A relative
// XDG_STATE_HOME does not count, as its specification says; without HOME the user database is asked.
func StateDir(getenv func(string) string) (string, error) {
	if d := getenv("XDG_STATE_HOME"); filepath.IsAbs(d) {
		return filepath.Join(d, "tminus"), nil
	}
	home := getenv("HOME")
	if home == "" {
		if u, err := user.Current(); err == nil {
			home = u.HomeDir
		}
	}
	if !filepath.IsAbs(home) {
		return "", errors.New("neither XDG_STATE_HOME nor HOME names a folder; set one, or name the database with --db FILE")
	}
	return filepath.Join(home, ".local", "state", "tminus"), nil
}

// DefaultPath is where the database of a mode stands when nobody names another. On a network filesystem SQLite's
// write-ahead log is unsafe, so there, and where no folder can be made, a rehearsal falls back to /var/tmp/tminus-UID with
// a notice. Anything else gets a NetworkError, which asks for --db.
func DefaultPath(getenv func(string) string, rehearsal bool) (path, notice string, err error) {
	p := places{kind: filesystemKind, fallback: filepath.Join("/var/tmp", "tminus-"+strconv.Itoa(os.Geteuid()))}
	return p.defaultPath(getenv, rehearsal)
}

// places are what DefaultPath asks the machine for.
type places struct {
	kind     func(dir string) (string, error)
	fallback string
}

func (p places) defaultPath(getenv func(string) string, rehearsal bool) (path, notice string, err error) {
	name := "tminus.db"
	if rehearsal {
		name = "rehearsal.db"
	}
	dir, err := StateDir(getenv)
	var why string
	if err == nil {
		path = filepath.Join(dir, name)
		why, err = p.unfit(dir, path)
	}
	if err == nil || !rehearsal {
		return path, "", err
	}
	if why == "" {
		why = err.Error()
	}
	if err := ownFolder(p.fallback); err != nil {
		return "", "", err
	}
	return filepath.Join(p.fallback, name), fmt.Sprintf("%s, so the rehearsal is kept in %s", why, p.fallback), nil
}

// unfit says why the database cannot stand at path, in short for a notice and as an error with its remedy.
func (p places) unfit(dir, path string) (why string, err error) {
	kind, err := p.kind(dir)
	if err != nil {
		return "", fmt.Errorf("%w; name a database with --db FILE", err)
	}
	if kind != "" {
		return fmt.Sprintf("%s is on a network filesystem (%s)", dir, kind), NetworkError{Path: path, Kind: kind}
	}
	if _, err := lstat(path); err == nil {
		return "", nil // even where it cannot be written now, it can be read
	}
	for at := dir; ; at = filepath.Dir(at) {
		err := unix.Access(at, unix.W_OK|unix.X_OK)
		switch {
		case err == nil:
			return "", nil
		case errors.Is(err, unix.ENOENT) && at != filepath.Dir(at):
			continue
		}
		why := fmt.Sprintf("%s cannot be written in %s (%v)", filepath.Base(path), at, err)
		return why, fmt.Errorf("%s; name a database with --db FILE", why)
	}
}

// ownFolder makes a folder in a place that others can write to, or checks that the one there is ours alone.
func ownFolder(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w; name the database with --db FILE", err)
	}
	st, err := lstat(dir)
	if err != nil {
		return err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR || int(st.Uid) != os.Geteuid() {
		return fmt.Errorf("%s is not a folder of yours: it belongs to %s; name the database with --db FILE", dir, userName(st.Uid))
	}
	if st.Mode&0o777 != 0o700 {
		return os.Chmod(dir, 0o700)
	}
	return nil
}
