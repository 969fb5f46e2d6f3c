package roomsock

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// maxPath is the longest path of a Unix socket on Linux.
const maxPath = 107

// errAlive says that somebody answers at a socket that was to be made.
var errAlive = errors.New("another room answers there")

// runtimeDir is where a user's own sockets stand: $XDG_RUNTIME_DIR/tminus where that folder is the user's (after su it is
// somebody else's), else tminus-UID in the folder for temporary files.
func runtimeDir(getenv func(string) string) string {
	if d := getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(d) {
		if info, err := os.Stat(d); err == nil && info.IsDir() && owner(info) == os.Geteuid() {
			return filepath.Join(d, "tminus")
		}
	}
	return filepath.Join(os.TempDir(), "tminus-"+strconv.Itoa(os.Geteuid()))
}

// listenOwn opens the socket of a room in the owner's runtime folder, which is made 0700 where it is missing. The caller
// holds the database's lock, so a socket at which nobody answers is a dead room's and is removed. Where the room of
// another database answers under the launch's name, the process number is added to it.
func listenOwn(dir, launch string) (*net.UnixListener, error) {
	if err := private(dir); err != nil {
		return nil, fmt.Errorf("open the room's socket: %w", err)
	}
	l, err := listen(filepath.Join(dir, launch+".sock"), 0o600, -1)
	if errors.Is(err, errAlive) {
		l, err = listen(filepath.Join(dir, launch+"-"+strconv.Itoa(os.Getpid())+".sock"), 0o600, -1)
	}
	if err != nil {
		return nil, fmt.Errorf("open the room's socket: %w", err)
	}
	return l, nil
}

// private makes a folder, or makes sure of it, that only this user can enter.
func private(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w; set XDG_RUNTIME_DIR to a folder of yours", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() || owner(info) != os.Geteuid() {
		return fmt.Errorf("%s is not a folder of yours; remove it, or set XDG_RUNTIME_DIR", dir)
	}
	if info.Mode().Perm() != 0o700 {
		return os.Chmod(dir, 0o700)
	}
	return nil
}

// listenShared opens the socket for other logins: DIR/LAUNCH.sock, 0660, of a group that this user is a member of. The
// folder must be one in which nobody else could put another socket in its place.
func listenShared(dir, launch, group string) (*net.UnixListener, error) {
	gid, err := groupID(group)
	if err == nil {
		err = shareable(dir, group)
	}
	if err != nil {
		return nil, fmt.Errorf("open the shared socket: %w", err)
	}
	l, err := listen(filepath.Join(dir, launch+".sock"), 0o660, gid)
	if errors.Is(err, errAlive) {
		err = fmt.Errorf("%w; end that room, or give this launch another name", err)
	}
	if err != nil {
		return nil, fmt.Errorf("open the shared socket: %w", err)
	}
	return l, nil
}

// groupID finds a group that this process may give a file to.
func groupID(group string) (int, error) {
	g, err := user.LookupGroup(group)
	if err != nil {
		return 0, fmt.Errorf("there is no group %q on this host; create it, or correct share: in the launch file", group)
	}
	gid, err := strconv.Atoi(g.Gid)
	if err != nil {
		return 0, fmt.Errorf("group %s has the id %q", group, g.Gid)
	}
	mine, err := os.Getgroups()
	if err != nil {
		return 0, fmt.Errorf("list this process's groups: %w", err)
	}
	if os.Geteuid() != 0 && os.Getegid() != gid && !slices.Contains(mine, gid) {
		return 0, fmt.Errorf("you are not a member of the group %s; have yourself added (usermod -aG %s YOU) and log in again", group, group)
	}
	return gid, nil
}

func shareable(dir, group string) error {
	setUp := fmt.Sprintf("an administrator sets it up with: install -d -m 3770 -g %s %s", group, dir)
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no folder %s; %s", dir, setUp)
	}
	if err != nil {
		return fmt.Errorf("%w; %s", err, setUp)
	}
	open := info.Mode().Perm()&0o022 != 0 && info.Mode()&os.ModeSticky == 0
	switch o := owner(info); {
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder; %s", dir, setUp)
	case o != os.Geteuid() && o != 0:
		return fmt.Errorf("%s belongs to another user, who could put another socket in the room's place; %s", dir, setUp)
	case open:
		return fmt.Errorf("in %s others could put another socket in the room's place; chmod +t %s, or take their right to write", dir, dir)
	}
	if err := unix.Access(dir, unix.W_OK|unix.X_OK); err != nil {
		return fmt.Errorf("you may not make files in %s; %s", dir, setUp)
	}
	return nil
}

// listen makes the socket with its mode from the start; it is opened to its group only once it is the group's.
func listen(path string, mode os.FileMode, gid int) (*net.UnixListener, error) {
	if len(path) > maxPath {
		return nil, fmt.Errorf("%s has %d bytes, and the path of a socket at most %d; shorten the launch's name or the folder's", path, len(path), maxPath)
	}
	if err := removeStale(path); err != nil {
		return nil, err
	}
	c := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		var err error
		return errors.Join(raw.Control(func(fd uintptr) { err = unix.Fchmod(int(fd), 0o600) }), err)
	}}
	any, err := c.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, err
	}
	l, ok := any.(*net.UnixListener)
	if !ok {
		return nil, errors.Join(fmt.Errorf("%s is no Unix socket", path), any.Close())
	}
	if gid >= 0 {
		if err := os.Chown(path, -1, gid); err != nil {
			return nil, errors.Join(fmt.Errorf("give the socket to its group: %w", err), l.Close())
		}
	}
	if err := os.Chmod(path, mode); err != nil {
		return nil, errors.Join(fmt.Errorf("set the socket's mode: %w", err), l.Close())
	}
	return l, nil
}

// removeStale removes a socket at which nobody answers.
func removeStale(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != os.ModeSocket:
		return fmt.Errorf("%s is there and is no socket; move it away", path)
	}
	c, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		return errors.Join(fmt.Errorf("%s: %w", path, errAlive), c.Close())
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("%s is in use: %w", path, err)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("a room that has ended left its socket: %w; %s or an administrator can remove it", err, loginName(owner(info)))
	}
	return nil
}

// owner is the uid that a file belongs to; -1: unknown.
func owner(info os.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return -1
}
