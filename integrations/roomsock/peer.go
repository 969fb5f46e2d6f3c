package roomsock

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/user"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"tminus/model/journal"
	"tminus/model/launch"
)

// unset is a loginuid that no login set; overflowUID is how the kernel shows a uid that has no place in our namespace.
const (
	unset       = 4294967295
	overflowUID = 65534
)

// errGone says that the process that connected ended before it could be identified.
var errGone = errors.New("the process that connected has ended")

// peerUID asks the kernel who is at the other end, at the time of accepting; -1: nobody that this host knows. SO_PEERCRED
// gives the uid in our own user namespace, so one who maps uids in a namespace of theirs is still who they are. The
// login uid, where it is set, sees through sudo and su.
func peerUID(c *net.UnixConn) (int, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return -1, fmt.Errorf("ask the kernel who calls: %w", err)
	}
	var cred *unix.Ucred
	var credErr error
	pidfd := -1
	if err := raw.Control(func(fd uintptr) {
		cred, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
		if n, err := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_PEERPIDFD); err == nil {
			pidfd = n
		} else if errors.Is(err, unix.ESRCH) || errors.Is(err, unix.EINVAL) {
			credErr = errGone // reaped already
		}
	}); err != nil {
		return -1, fmt.Errorf("ask the kernel who calls: %w", err)
	}
	if pidfd >= 0 {
		defer unix.Close(pidfd)
	}
	if credErr != nil {
		return -1, fmt.Errorf("ask the kernel who calls: %w", credErr)
	}
	login, err := provenLogin(int(cred.Pid), int(cred.Uid), pidfd)
	if err != nil {
		return -1, err
	}
	return person(int(cred.Uid), login), nil
}

// person is who acts: the login where there is one, else the process's own uid.
func person(uid, login int) int {
	if login >= 0 {
		return login
	}
	if uid == overflowUID {
		return -1
	}
	return uid
}

// provenLogin reads the login uid of the process that connected, and makes sure that the number did not pass to another
// process meanwhile: by a pidfd of the peer, else (before Linux 6.5) by the process's start and owner.
func provenLogin(pid, uid, pidfd int) (int, error) {
	if pid <= 0 {
		return -1, nil // outside our process namespace
	}
	if pidfd >= 0 {
		login, err := loginUID(pid)
		if gone := unix.PidfdSendSignal(pidfd, 0, nil, 0); errors.Is(gone, unix.ESRCH) {
			return -1, errGone
		}
		return login, err
	}
	before, err := startOf(pid)
	if err != nil {
		return -1, err
	}
	login, err := loginUID(pid)
	if err != nil {
		return -1, err
	}
	info, err := os.Stat(procFile(pid, ""))
	after, err2 := startOf(pid)
	if err != nil || err2 != nil || before != after || owner(info) != uid {
		return -1, errGone
	}
	return login, nil
}

// loginUID is the uid that the process's session logged in with; -1 where none is set, or where the kernel keeps none or
// hides it.
func loginUID(pid int) (int, error) {
	b, err := os.ReadFile(procFile(pid, "loginuid"))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return -1, nil
	}
	if err != nil {
		return -1, fmt.Errorf("read the caller's login: %w", err)
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(b)), 10, 32)
	if err != nil {
		return -1, fmt.Errorf("read the caller's login: %w", err)
	}
	if n == unset || n == overflowUID {
		return -1, nil
	}
	return int(n), nil
}

// startOf is when a process started, in the kernel's own count.
func startOf(pid int) (string, error) {
	b, err := os.ReadFile(procFile(pid, "stat"))
	if err != nil {
		return "", errGone
	}
	// The name in parentheses may hold anything; after it the start is the 20th field.
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(fields) < 20 {
		return "", errGone
	}
	return string(fields[19]), nil
}

func procFile(pid int, name string) string { return "/proc/" + strconv.Itoa(pid) + "/" + name }

// Self is the caller of this process, by the same rules as a peer.
func Self() launch.Who {
	login, err := loginUID(os.Getpid())
	if err != nil {
		login = -1
	}
	return whoOf(person(os.Geteuid(), login))
}

// whoOf is a uid as the room meets it.
func whoOf(uid int) launch.Who {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return launch.Who{User: loginName(uid), UID: uid, Host: host, Auth: journal.AuthOSUser}
}

// loginName names a uid; one without a login keeps its number.
func loginName(uid int) string {
	if uid < 0 {
		return "unknown"
	}
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return "uid-" + strconv.Itoa(uid)
}
