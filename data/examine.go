package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"golang.org/x/sys/unix"

	"tminus/model/preflight"
)

// leastSpace is ample for the longest launch with its samples.
const leastSpace = 100 << 20

// Examine makes the test of the place where a LIVE launch's database stands or will stand. It creates and changes
// nothing.
func Examine(path string, unnamed error) preflight.Test {
	return preflight.Test{
		ID: "host/database", Group: "This host", Title: "database",
		Run: func(ctx context.Context) preflight.Result {
			if unnamed != nil {
				return preflight.FailWith(unnamed)
			}
			found, err := examine(ctx, path)
			if err != nil {
				return preflight.FailWith(err)
			}
			return preflight.Pass("%s", found)
		},
	}
}

func examine(ctx context.Context, path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if err := CheckFilesystem(path); err != nil {
		return "", err
	}
	dir, err := nearest(filepath.Dir(path))
	if err != nil {
		return "", err
	}
	var space unix.Statfs_t
	if err := unix.Statfs(dir, &space); err == nil && space.Bavail*uint64(space.Bsize) < leastSpace {
		return "", fmt.Errorf("%s has %d MB left, and a launch wants %d; make room, or name a file on another disk with --db FILE",
			dir, space.Bavail*uint64(space.Bsize)>>20, leastSpace>>20)
	}
	st, err := lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path + " will be made", safeFolder(dir)
	}
	if err == nil {
		err = trusted(path, st, false)
	}
	if err == nil {
		err = safeFolder(dir)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return examineOpened(ctx, path)
}

func examineOpened(ctx context.Context, path string) (found string, err error) {
	if why := unwritable(path); why != "" {
		return "", fmt.Errorf("%s; name a file of yours with --db FILE", why)
	}
	db, err := Open(ctx, path, Options{ReadOnly: true})
	if errors.Is(err, fs.ErrNotExist) {
		return path + ", empty", nil
	}
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if why := db.ReadOnlyReason(); why != "" {
		return "", fmt.Errorf("%s is for reading only: %s; use the tminus that wrote it, or name another file with --db FILE", path, why)
	}
	holder, err := HolderOf(path)
	if err == nil && holder != nil {
		return fmt.Sprintf("%s; the room of %s runs on it, process %d", path, holder.Launch, holder.PID), nil
	}
	return path, err
}

// nearest is dir, or its nearest parent that exists; it must let us make something in it.
func nearest(dir string) (string, error) {
	for {
		err := unix.Access(dir, unix.W_OK|unix.X_OK)
		switch {
		case err == nil:
			return dir, nil
		case errors.Is(err, unix.ENOENT) && dir != filepath.Dir(dir):
			dir = filepath.Dir(dir)
			continue
		}
		return "", fmt.Errorf("%s cannot be written (%w); name a file of yours with --db FILE", dir, err)
	}
}
