package roomsock

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/user"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"tminus/model/journal"
	"tminus/model/launch"
)

// unset is a loginuid that no login set; overflowUID is how the kernel shows a uid that has no place in our namespace.
const (
	unset       = 4294967295
	overflowUID = 65534
)

// peer is who is at the other end of a socket, as the kernel knows it.
type peer struct {
	uid int // -1: unknown
	pid int
}

// peerOf asks the kernel, at the time of accepting. SO_PEERCRED gives the uid in our own user namespace, so one who
// maps uids in a namespace of theirs is still who they are. The login uid, where it is set, sees through sudo and su. It
// is read through the process's folder, opened while a pidfd proves that the process of that number is still the peer.
func peerOf(c *net.UnixConn) (peer, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return peer{}, err
	}
	var cred *unix.Ucred
	pidfd := -1
	var credErr error
	if err := raw.Control(func(fd uintptr) {
		cred, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
		if n, err := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_PEERPIDFD); err == nil {
			pidfd = n
		}
	}); err != nil {
		return peer{}, err
	}
	if credErr != nil {
		return peer{}, fmt.Errorf("ask the kernel who calls: %w", credErr)
	}
	p := peer{uid: int(cred.Uid), pid: int(cred.Pid)}
	if p.uid == overflowUID {
		p.uid = -1
	}
	login, err := loginUID(p.pid)
	if pidfd >= 0 {
		defer unix.Close(pidfd)
		if gone := unix.PidfdSendSignal(pidfd, 0, nil, 0); errors.Is(gone, unix.ESRCH) {
			err = gone // the number may be somebody else's by now
		}
	}
	if err == nil && login >= 0 {
		p.uid = login
	}
	return p, nil
}

// loginUID is the uid that the process's session logged in with; -1 where none is set.
func loginUID(pid int) (int, error) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/loginuid")
	if err != nil {
		return -1, err
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(b)), 10, 32)
	if err != nil || n == unset || n == overflowUID {
		return -1, err
	}
	return int(n), nil
}

// Self is the caller of this process, by the same rules as a peer.
func Self() launch.Who {
	uid := os.Getuid()
	if login, err := loginUID(os.Getpid()); err == nil && login >= 0 {
		uid = login
	}
	return whoOf(uid)
}

// whoOf names a uid. A uid without a login keeps its number.
func whoOf(uid int) launch.Who {
	name := "uid-" + strconv.Itoa(uid)
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		name = u.Username
	}
	if uid < 0 {
		name = "unknown"
	}
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return launch.Who{User: name, UID: uid, Host: host, Auth: journal.AuthOSUser}
}

// ownedByUs reports whether a file belongs to this user, or to root.
func ownedByUs(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && (int(st.Uid) == os.Geteuid() || st.Uid == 0)
}
