package roomsock

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
)

// maxPath is the longest path of a Unix socket on Linux.
const maxPath = 107

// RuntimeDir is where a user's own sockets stand: $XDG_RUNTIME_DIR/tminus, else /tmp/tminus-UID.
func RuntimeDir(getenv func(string) string) string {
	if d := getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(d) {
		return filepath.Join(d, "tminus")
	}
	return filepath.Join(os.TempDir(), "tminus-"+strconv.Itoa(os.Geteuid()))
}

// Listen opens the socket of a room in the owner's runtime folder, which is made 0700 where it is missing. The caller
// holds the database's lock, so a socket that stands there already is a dead room's and is removed.
func Listen(dir, launch string) (*net.UnixListener, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the room's socket: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return nil, fmt.Errorf("open the room's socket: %w", err)
	}
	if !info.IsDir() || !ownedByUs(info) || info.Mode().Perm()&0o022 != 0 {
		return nil, fmt.Errorf("open the room's socket: %s is not a folder of yours alone; remove it, or set XDG_RUNTIME_DIR", dir)
	}
	return listen(filepath.Join(dir, launch+".sock"), 0o600, -1)
}

// ListenShared opens the socket for other logins: DIR/LAUNCH.sock, 0660, of a group.
func ListenShared(dir, launch, group string) (*net.UnixListener, error) {
	g, err := user.LookupGroup(group)
	if err != nil {
		return nil, fmt.Errorf("open the shared socket: there is no group %q; create it, or correct share: in the launch file", group)
	}
	gid, err := strconv.Atoi(g.Gid)
	if err != nil {
		return nil, fmt.Errorf("open the shared socket: group %s has the id %q", group, g.Gid)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("open the shared socket: %w; create the folder, owned by you, with mode 0750 or 2770 and group %s", err, group)
	}
	if !info.IsDir() || !ownedByUs(info) || info.Mode().Perm()&0o002 != 0 && info.Mode()&os.ModeSticky == 0 {
		return nil, fmt.Errorf("open the shared socket: %s must be a folder of yours or root's that not everybody can write to", dir)
	}
	return listen(filepath.Join(dir, launch+".sock"), 0o660, gid)
}

func listen(path string, mode os.FileMode, gid int) (*net.UnixListener, error) {
	if len(path) > maxPath {
		return nil, fmt.Errorf("open the room's socket: %s is longer than the %d bytes that a socket's path may have; shorten the launch's name or the folder", path, maxPath)
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket == 0 {
		return nil, fmt.Errorf("open the room's socket: %s is there and is no socket; move it away", path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("open the room's socket: %w", err)
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("open the room's socket: %w", err)
	}
	if gid >= 0 {
		if err := os.Chown(path, -1, gid); err != nil {
			return nil, errors.Join(fmt.Errorf("give the shared socket to its group: %w; you must be a member of it", err), l.Close())
		}
	}
	if err := os.Chmod(path, mode); err != nil {
		return nil, errors.Join(fmt.Errorf("set the mode of the room's socket: %w", err), l.Close())
	}
	return l, nil
}
