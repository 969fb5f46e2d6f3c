package data

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// prepare makes folder and file with their modes before SQLite touches them, and refuses what must not be trusted. It
// never opens a database that exists: closing it again would drop the locks that this process holds on it (POSIX locks
// belong to the process), and with them SQLite's own.
func prepare(path string, readOnly bool) error {
	st, err := lstat(path)
	if errors.Is(err, fs.ErrNotExist) && !readOnly {
		if err := create(path); !errors.Is(err, fs.ErrExist) {
			return err
		}
		st, err = lstat(path) // somebody else was faster
	}
	if err != nil {
		return err
	}
	if err := trusted(path, st, readOnly); err != nil || readOnly {
		return err
	}
	for _, p := range []string{path, path + "-wal", path + "-shm", path + "-journal"} {
		if err := tighten(p, readOnly); err != nil {
			return err
		}
	}
	return safeFolder(filepath.Dir(path))
}

func create(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := safeFolder(dir); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	// The umask may have taken away even the owner's bits.
	return errors.Join(f.Chmod(0o600), f.Close())
}

func lstat(path string) (st unix.Stat_t, err error) {
	if err := unix.Lstat(path, &st); err != nil {
		return st, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	return st, nil
}

// trusted refuses what is no plain file of ours.
func trusted(path string, st unix.Stat_t, readOnly bool) error {
	switch kind := st.Mode & unix.S_IFMT; {
	case kind == unix.S_IFDIR:
		return fmt.Errorf("it is a folder; name the file in it: --db %s", filepath.Join(path, "tminus.db"))
	case kind == unix.S_IFLNK:
		return errors.New("it is a symbolic link, which could be pointed elsewhere; name the file itself with --db")
	case kind != unix.S_IFREG:
		return errors.New("it is not a regular file; name another with --db")
	case readOnly:
		if unix.Access(path, unix.R_OK) != nil {
			return fmt.Errorf("it cannot be read: it belongs to %s and has mode %04o; ask them, or watch through their room with --room SOCKET",
				userName(st.Uid), st.Mode&0o777)
		}
		return nil
	case int(st.Uid) != os.Geteuid():
		return fmt.Errorf("it belongs to %s, and only its owner writes entries; reach their room with --room SOCKET, or name a file of your own with --db",
			userName(st.Uid))
	case st.Nlink > 1:
		return errors.New("it has a second name (a hard link), under which SQLite would keep a second log; remove the other name")
	}
	return nil
}

// tighten takes the group's and the others' rights to a file of ours away; a file that is not there is fine.
func tighten(path string, readOnly bool) error {
	st, err := lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := trusted(path, st, readOnly); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	if st.Mode&0o077 == 0 {
		return nil
	}
	err = os.Chmod(path, fs.FileMode(st.Mode&0o700))
	if errors.Is(err, unix.EROFS) {
		return nil // it will be read only, which everybody may whom the folder lets in
	}
	return err
}

// safeFolder refuses a folder in which anybody could put another file in our file's place.
func safeFolder(dir string) error {
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		return &fs.PathError{Op: "stat", Path: dir, Err: err}
	}
	if st.Mode&0o002 != 0 && st.Mode&unix.S_ISVTX == 0 {
		return fmt.Errorf("everybody can replace files in %s; chmod o-w it, or name a file elsewhere with --db", dir)
	}
	return nil
}

// unwritable says why the file or its folder cannot be written; empty: they can.
func unwritable(path string) string {
	for _, p := range []string{path, filepath.Dir(path)} {
		if err := unix.Access(p, unix.W_OK); err != nil {
			return fmt.Sprintf("%s cannot be written (%v)", p, err)
		}
	}
	return ""
}

// stillImage makes a database readable whose folder cannot be written, so that SQLite finds no place for its shared
// memory. Where nothing stands in the log the file itself is whole and can be read as immutable. Else file and log are
// copied to a private folder, which the caller removes.
func stillImage(path string) (still, copied string, err error) {
	info, err := os.Stat(path + "-wal")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", "", err
	}
	if err != nil || info.Size() == 0 {
		if _, err := os.Stat(path + "-journal"); err == nil {
			return "", "", errors.New("a write to it was cut short; copy it and its -journal to a folder that you can write to")
		}
		return path, "", nil
	}
	dir, err := os.MkdirTemp("", "tminus-read-")
	if err != nil {
		return "", "", err
	}
	still = filepath.Join(dir, filepath.Base(path))
	if err := errors.Join(copyFile(still, path), copyFile(still+"-wal", path+"-wal")); err != nil {
		return "", "", errors.Join(err, os.RemoveAll(dir))
	}
	return still, dir, nil
}

func copyFile(to, from string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Close())
}

func userName(uid uint32) string {
	id := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "uid " + id
}
