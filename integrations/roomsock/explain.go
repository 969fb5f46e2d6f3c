package roomsock

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// errStranger says that something else answers at a socket.
var errStranger = errors.New("what answers there is not a room of tminus")

// findable says why there can be no room at path, before anybody is called.
func findable(path string) error {
	if len(path) > maxPath {
		return fmt.Errorf("reach the room: %s has %d bytes, and the path of a socket at most %d", path, len(path), maxPath)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no room at %s: nobody runs this launch, or its socket stands elsewhere; its owner can open it with tminus run: %w", path, fs.ErrNotExist)
	case errors.Is(err, fs.ErrPermission):
		return forbidden(path)
	case err != nil:
		return fmt.Errorf("reach the room: %w", err)
	case info.Mode().Type() != os.ModeSocket:
		return fmt.Errorf("%s is not the socket of a room", path)
	}
	return nil
}

// explain says in the user's words why a room could not be reached.
func explain(path string, err error) error {
	op := new(net.OpError)
	timeout := errors.As(err, &op) && op.Timeout() || errors.Is(err, context.DeadlineExceeded)
	switch dialled := errors.As(err, &op) && op.Op == "dial"; {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("the room at %s has ended, and only its socket is left; its owner can open it again with tminus run: %w", path, err)
	case dialled && errors.Is(err, fs.ErrPermission):
		return forbidden(path)
	case dialled && errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the room at %s has ended: %w", path, err)
	case timeout:
		return fmt.Errorf("the room at %s does not answer; its process may be stopped: %w", path, err)
	case errors.Is(err, errStranger), !dialled && !errors.Is(err, syscall.ECONNRESET) && malformed(err):
		return fmt.Errorf("%s is not the socket of a room: %w", path, errStranger)
	}
	return fmt.Errorf("reach the room at %s: %w", path, err)
}

// malformed reports an answer that is no HTTP at all.
func malformed(err error) bool {
	var op *net.OpError
	return !errors.As(err, &op) && (strings.Contains(err.Error(), "malformed HTTP") || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF))
}

// forbidden names the group that a socket, or the folder on the way to it, is for.
func forbidden(path string) error {
	at := path
	for at != filepath.Dir(at) {
		if info, err := os.Stat(at); err == nil {
			st, ok := info.Sys().(*syscall.Stat_t)
			if !ok {
				break
			}
			if info.Mode().Perm()&0o070 == 0 {
				return fmt.Errorf("%s is open to %s alone, and you are %s: %w", at, loginName(int(st.Uid)), loginName(os.Geteuid()), fs.ErrPermission)
			}
			return fmt.Errorf("%s is open to the group %s, and you (%s) are not a member; have yourself added and log in again: %w",
				at, groupName(int(st.Gid)), loginName(os.Geteuid()), fs.ErrPermission)
		}
		at = filepath.Dir(at)
	}
	return fmt.Errorf("you may not enter the room at %s: %w", path, fs.ErrPermission)
}

func groupName(gid int) string {
	if g, err := user.LookupGroupId(strconv.Itoa(gid)); err == nil {
		return g.Name
	}
	return "gid-" + strconv.Itoa(gid)
}
