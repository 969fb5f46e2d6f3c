package roomsock

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"tminus/model/launch"
)

// stage prepares what other users need: the test's program where they can start it, and a room with a socket that
// they can reach.
func stage(t *testing.T) (program, path string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root to act as several users")
	}
	if login, err := loginUID(os.Getpid()); err != nil || login >= 0 {
		t.Skip("this session has a login uid, which would be seen through every user")
	}
	dir, err := os.MkdirTemp("/tmp", "sock")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(dir, "helper")
	copyFile(t, self, program)
	l, err := listen(filepath.Join(dir, "checkout.sock"), 0o666, -1)
	if err != nil {
		t.Fatal(err)
	}
	return program, servedOn(t, l, newRoom(t, launch.Live), false, nil)
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// visit starts the program as somebody and returns what they could do.
func visit(t *testing.T, path string, attr *syscall.SysProcAttr, argv ...string) helperOutcome {
	t.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = []string{"ROOMSOCK_HELPER=" + path, "USER=el", "LOGNAME=el", "SUDO_USER=el"}
	cmd.Dir, cmd.SysProcAttr, cmd.Stderr = "/", attr, os.Stderr
	b, err := cmd.Output()
	if err != nil {
		t.Fatalf("start %v: %v", argv, err)
	}
	var out helperOutcome
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatalf("%v: %q", err, b)
	}
	if out.Dial != "" {
		t.Fatalf("not reached: %s", out.Dial)
	}
	return out
}

func as(uid uint32) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
}

// isProductOwner checks what the product owner may: their own item and notes, and nobody else's.
func isProductOwner(t *testing.T, out helperOutcome) {
	t.Helper()
	if !out.Listed || !reflect.DeepEqual(out.Roles, []string{"product-owner"}) {
		t.Errorf("known as %+v", out)
	}
	if out.Errors["own"] != "" || out.Errors["note"] != "" || out.Errors["other"] == "" {
		t.Errorf("what they did: %v", out.Errors)
	}
}

func TestAListedUserActsInTheirRoleOnly(t *testing.T) {
	program, path := stage(t)
	isProductOwner(t, visit(t, path, as(ownerUID), program))
}

func TestAnUnlistedUserOnlyWritesNotes(t *testing.T) {
	program, path := stage(t)
	out := visit(t, path, as(strangerUID), program)
	if out.Listed || len(out.Roles) != 0 || out.Errors["note"] != "" || out.Errors["own"] == "" || out.Errors["other"] == "" {
		t.Errorf("known as %+v", out)
	}
}

func TestWhoMapsUIDsIsStillWhoTheyAre(t *testing.T) {
	program, path := stage(t)
	attr := as(0) // root, as they see it
	attr.Cloneflags = syscall.CLONE_NEWUSER
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: ownerUID, Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: ownerUID, Size: 1}}
	isProductOwner(t, visit(t, path, attr, program))

	attr.UidMappings[0].HostID = strangerUID
	if out := visit(t, path, attr, program); out.Listed || out.Errors["own"] == "" || out.Errors["other"] == "" {
		t.Errorf("known as %+v", out)
	}
}

func TestWhoSwitchedUserIsStillWhoLoggedIn(t *testing.T) {
	program, path := stage(t)
	// A shell of root takes a login's uid, as pam_loginuid does, and goes on as another user, as su does.
	script := "echo 54321 > /proc/self/loginuid && exec setpriv --reuid 54322 --regid 54322 --clear-groups " + program
	if err := exec.Command("sh", "-c", "echo 54321 > /proc/self/loginuid && setpriv --version >/dev/null").Run(); err != nil {
		t.Skip("this kernel keeps no login uid, or there is no setpriv")
	}
	isProductOwner(t, visit(t, path, nil, "sh", "-c", script))
}

func TestAUserOutsideOurNamespaceIsNobody(t *testing.T) {
	if got := person(overflowUID, -1); got != -1 {
		t.Errorf("the overflow uid is %d", got)
	}
	if who := whoOf(-1); who.UID != -1 || who.User != "unknown" {
		t.Errorf("nobody is %+v", who)
	}
	if got := person(7, 8); got != 8 {
		t.Errorf("the login counts for nothing: %d", got)
	}
}

func TestProofWithoutPidfd(t *testing.T) {
	login, err := provenLogin(os.Getpid(), os.Geteuid(), -1)
	want, _ := loginUID(os.Getpid())
	if err != nil || login != want {
		t.Errorf("%d, %v", login, err)
	}
	if _, err := provenLogin(os.Getpid(), os.Geteuid()+1, -1); err == nil {
		t.Error("a process of another user was taken for the caller")
	}
	if _, err := provenLogin(1<<22+1, 0, -1); err == nil {
		t.Error("a process that is not there was taken for the caller")
	}
}

func TestAShutDoorNamesWhoMayEnter(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root to act as several users")
	}
	program, path := stage(t)
	for mode, want := range map[os.FileMode]string{0o600: "alone", 0o660: "group"} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program)
		cmd.Env, cmd.Dir, cmd.SysProcAttr = []string{"ROOMSOCK_HELPER=" + path}, "/", as(strangerUID)
		b, err := cmd.Output()
		if err != nil || !strings.Contains(string(b), want) {
			t.Errorf("%v: %s, %v", mode, b, err)
		}
	}
}
