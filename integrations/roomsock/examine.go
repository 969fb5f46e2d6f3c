package roomsock

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"tminus/model/launchfile"
	"tminus/model/preflight"
)

// Examine makes the tests of the folders in which a room's sockets will stand. f may be nil: then only the owner's.
func Examine(f *launchfile.File, getenv func(string) string) []preflight.Test {
	name := "launch"
	if f != nil {
		name = f.Launch
	}
	tests := []preflight.Test{{
		ID: "host/socket", Group: "This host", Title: "socket folder",
		Run: func(context.Context) preflight.Result {
			dir := runtimeDir(getenv)
			if err := socketFits(dir, name); err != nil {
				return preflight.FailWith(err)
			}
			return preflight.Pass("%s", dir)
		},
	}}
	if f == nil || f.Share == nil {
		return tests
	}
	return append(tests, preflight.Test{
		ID: "host/share", Group: "This host", Title: "shared folder",
		Run: func(context.Context) preflight.Result {
			_, err := groupID(f.Share.Group)
			if err == nil {
				err = shareable(f.Share.Dir, f.Share.Group)
			}
			if err == nil {
				err = fits(filepath.Join(f.Share.Dir, name+".sock"))
			}
			if err != nil {
				return preflight.FailWith(err)
			}
			return preflight.Pass("%s, for the group %s", f.Share.Dir, f.Share.Group)
		},
	})
}

// socketFits says why listenOwn could not put a socket into dir, without making the folder.
func socketFits(dir, launch string) error {
	info, err := os.Lstat(dir)
	at := dir
	switch {
	case errors.Is(err, fs.ErrNotExist):
		at = filepath.Dir(dir) // listenOwn makes the one, not those above it
	case err != nil:
		return fmt.Errorf("%w; set XDG_RUNTIME_DIR to a folder of yours", err)
	case !info.IsDir() || owner(info) != os.Geteuid():
		return fmt.Errorf("%s is not a folder of yours; remove it, or set XDG_RUNTIME_DIR", dir)
	}
	if err := unix.Access(at, unix.W_OK|unix.X_OK); err != nil {
		return fmt.Errorf("you may not make files in %s (%w); set XDG_RUNTIME_DIR to a folder of yours", at, err)
	}
	return fits(filepath.Join(dir, launch+".sock"))
}

func fits(path string) error {
	if len(path) > maxPath {
		return fmt.Errorf("%s has %d bytes, and the path of a socket at most %d; shorten the launch's name or the folder's", path, len(path), maxPath)
	}
	return nil
}
