package data

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"tminus/model/journal"
	"tminus/model/room"
)

// childRole says, in the environment of a test's child process, what it is to do with the file that childFile names.
const (
	childRole = "TMINUS_TEST_CHILD"
	childFile = "TMINUS_TEST_FILE"
)

func TestMain(m *testing.M) {
	role, file := os.Getenv(childRole), os.Getenv(childFile)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := actAsChild(role, file); err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// actAsChild says "ready" once it has done its part and then waits for the end of its standard input.
func actAsChild(role, file string) error {
	ctx := context.Background()
	switch role {
	case "lock":
		l, err := Lock(file)
		if err != nil {
			return err
		}
		if err := l.SetHolder(room.Holder{PID: os.Getpid(), User: "somebody", Launch: "checkout-v2", Socket: "/run/room.sock"}); err != nil {
			return err
		}
	case "write lock":
		db, err := sql.Open("sqlite3", dsn(file, "mode=rw", "_txlock=immediate"))
		if err != nil {
			return err
		}
		if _, err := db.BeginTx(ctx, nil); err != nil {
			return err
		}
	case "open", "read":
		db, err := Open(ctx, file, Options{ReadOnly: role == "read"})
		if err != nil {
			return err
		}
		fmt.Println("reason:", db.ReadOnlyReason())
	case "append":
		return appendForever(ctx, file)
	default:
		return errors.New("no such role")
	}
	fmt.Println("ready")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// appendForever says the seq of each entry that was acknowledged.
func appendForever(ctx context.Context, file string) error {
	db, err := Open(ctx, file, Options{})
	if err != nil {
		return err
	}
	head, err := db.Head(ctx, "a")
	if err != nil {
		return err
	}
	for {
		e, err := journal.Seal("a", "LIVE", head, t0, journal.Draft{Kind: "note.added", Data: map[string]string{"text": strings.Repeat("x", 700)}})
		if err != nil {
			return err
		}
		if err := db.Append(ctx, []journal.Entry{e}); err != nil {
			return err
		}
		head = e.Head()
		fmt.Println(head.Seq)
	}
}

// child is a process of this test's own program.
type child struct {
	*exec.Cmd
	out  *bufio.Reader
	stop io.Closer
}

// spawn starts a child; uid 0 means as who runs the test.
func spawn(t *testing.T, role, file string, uid int) *child {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), childRole+"="+role, childFile+"="+file)
	if uid != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{Cmd: cmd, out: bufio.NewReader(out), stop: in}
	t.Cleanup(c.kill)
	return c
}

func (c *child) line(t *testing.T) string {
	t.Helper()
	s, err := c.out.ReadString('\n')
	if err != nil {
		t.Fatalf("the child ended: %v %q", err, s)
	}
	return strings.TrimSpace(s)
}

// kill ends the child as kill -9 does.
func (c *child) kill() {
	if c.ProcessState == nil {
		_ = c.Process.Kill()
		_ = c.Wait()
	}
}

// needRoot skips a test that takes root's rights.
func needRoot(t *testing.T, what string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can " + what)
	}
}
