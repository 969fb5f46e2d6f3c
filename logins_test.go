package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tminus/integrations/aws/awstest"
)

// login is a user of this system, made for a test.
type login struct{ name, uid, gid string }

// shared is a launch in which two real logins hold roles: root is its engineering lead, another its product owner, and a
// third nobody.
func shared(t *testing.T) (w *watchedLaunch, server *awstest.Server, owner, outsider login, program string) {
	t.Helper()
	w, server, logins, program := sharedWith(t, "", "other-po")
	return w, server, logins["other-po"], logins["outsider"], program
}

// sharedWith is a launch, with more bindings, in which root is the engineering lead and some of the other people, by the
// name that newWatched gives them, are real logins; one more, the outsider, is nobody. It needs root, to make them.
func sharedWith(t *testing.T, bindings string, people ...string) (w *watchedLaunch, server *awstest.Server, logins map[string]login, program string) {
	t.Helper()
	for _, tool := range []string{"useradd", "userdel", "groupadd", "groupdel", "setpriv"} {
		if _, err := exec.LookPath(tool); err != nil || os.Geteuid() != 0 {
			t.Skipf("real logins need root and %s", tool)
		}
	}
	must := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			t.Skipf("%s %v: %v: %s", name, args, err, out)
		}
	}
	group := fmt.Sprintf("tml%d", os.Getpid())
	must("groupadd", group)
	t.Cleanup(func() { _ = exec.Command("groupdel", group).Run() })
	logins = map[string]login{}
	for _, person := range append(people, "outsider") {
		name := group + person[len(person)-2:]
		must("useradd", "-M", "-N", "-g", group, "-s", "/bin/sh", name)
		t.Cleanup(func() { _ = exec.Command("userdel", name).Run() })
		u, err := user.Lookup(name)
		if err != nil {
			t.Skip(err)
		}
		logins[person] = login{name, u.Uid, u.Gid}
	}
	dir, err := os.MkdirTemp("", "tminus-shared-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	must("install", "-d", "-m", "0755", dir)
	must("install", "-d", "-m", "3770", "-g", group, dir+"/room")
	program = filepath.Join(dir, "tminus") // where others can run it
	self, err := exec.LookPath("tminus")
	if err != nil {
		t.Fatal(err)
	}
	copyFile(t, self, program)
	server = awstest.New(nil)
	server.SetIdentity(awstest.Identity{Account: "123456789012", ARN: "arn:aws:iam::123456789012:user/lead", UserID: "U"})
	server.SetParameter(flagName, "String", "true", "arn:x")
	serve(server, never, always(1000))
	w = newWatched(t, server, rollbackBindings+bindings+fmt.Sprintf("share: {group: %s, dir: %s/room}\n", group, dir))
	text, err := os.ReadFile(w.file)
	if err != nil {
		t.Fatal(err)
	}
	for _, person := range people {
		text = []byte(strings.Replace(string(text), person, logins[person].name, 1))
	}
	if err := os.WriteFile(w.file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	w.socket = dir + "/room/checkout.sock"
	w.open()
	w.waits("the room is open", func() bool { return strings.Contains(w.run("status"), "process") })
	return w, server, logins, program
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	src, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	defer dst.Close()
	if _, err := io.Copy(dst, src); err != nil {
		t.Fatal(err)
	}
}

// as is a command of the program by another login. before wraps it: a namespace, a session of somebody else.
func (w *watchedLaunch) as(l login, program string, before []string, args ...string) (int, string) {
	all := append([]string{"--reuid=" + l.uid, "--regid=" + l.gid, "--init-groups"}, before...)
	all = append(append(append(all, program), args...), "--room", w.socket)
	cmd := exec.Command("setpriv", all...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "USER=root", "LOGNAME=root", "SUDO_USER=root"}
	out, err := cmd.CombinedOutput()
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.ExitCode(), string(out)
	}
	if err != nil {
		return -1, err.Error()
	}
	return 0, string(out)
}

// Two people are two logins of this system. An outsider's approval, the first one's again, and the first one's in the
// guise of others are none, and are journaled.
func TestTwoRealLoginsApprove(t *testing.T) {
	w, server, owner, outsider, program := shared(t)
	w.says(3, []string{"1 more approval, of " + owner.name}, "do", "rollback.request", "reason=errors", "steps=feature-disable")
	id := w.rollback().Requests[0].ID
	w.says(1, []string{"you have approved"}, "approve", id)
	refused := func(what string, status int, out string) {
		t.Helper()
		if status == 0 || status == 3 || puts(server) != 0 || len(w.rollback().Requests) == 0 || w.rollback().Requests[0].State != "open" {
			t.Errorf("%s: exit %d after %d writes: %s", what, status, puts(server), out)
		}
	}
	status, out := w.as(outsider, program, nil, "approve", id)
	refused("an outsider", status, out)
	if log := w.run("log", "--kind", "rollback.refused"); !strings.Contains(log, outsider.name) {
		t.Errorf("the outsider's try is not journaled: %s", log)
	}
	status, out = w.as(owner, program, nil, "approve", "R1-00000000")
	refused("another plan", status, out)
	status, out = w.as(owner, program, nil, "do", "rollback.approve", "id="+id, "for=root", "via=voice")
	refused("for somebody else", status, out)
	if !canUnshare(owner) {
		t.Log("user namespaces are not open to a login here: not tried")
	} else {
		status, out = w.as(outsider, program, []string{"unshare", "-Ur"}, "approve", id)
		refused("root of a namespace of their own", status, out)
	}
	if status, out = w.as(owner, program, nil, "approve", id); status != 0 {
		t.Fatalf("the second person: exit %d: %s", status, out)
	}
	w.waits("the flag is off", func() bool { return puts(server) == 1 })
	if e := w.run("log", "--kind", "rollback.authorized"); !strings.Contains(e, "by root and "+owner.name) {
		t.Errorf("%s", e)
	}
	w.intact(server, 1)
}

func canUnshare(l login) bool {
	return exec.Command("setpriv", "--reuid="+l.uid, "--regid="+l.gid, "--clear-groups", "unshare", "-Ur", "true").Run() == nil
}

// A user namespace makes nobody another person: neither as root of it, nor as somebody whom it maps.
func TestAUserNamespaceIsNoSecondPerson(t *testing.T) {
	if err := exec.Command("unshare", "-Ur", "true").Run(); err != nil {
		t.Skipf("user namespaces cannot be made here: %v", err)
	}
	w, server := newRollback(t)
	w.open()
	w.waits("the room is open", func() bool { return strings.Contains(w.run("status"), "process") })
	w.says(3, nil, "do", "rollback.request", "reason=errors", "steps=feature-disable")
	id := w.rollback().Requests[0].ID
	for _, in := range [][]string{{"unshare", "-Ur"}, {"unshare", "-U"}, {"unshare", "-U", "--map-user=4242"}} {
		cmd := exec.Command(in[0], append(in[1:], "tminus", "approve", id)...)
		cmd.Env = w.env
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("%v: %s", in, out)
		}
	}
	time.Sleep(200 * time.Millisecond) // what must not come has had its time
	if s := w.rollback().Requests[0].State; s != "open" || puts(server) != 0 {
		t.Errorf("the request is %s after %d writes", s, puts(server))
	}
}

// Somebody who takes on another login by sudo or su is still who logged in, where the kernel keeps that.
func TestALoginIsSeenThroughSudo(t *testing.T) {
	w, server, owner, _, program := shared(t)
	w.says(3, nil, "do", "rollback.request", "reason=errors", "steps=feature-disable")
	id := w.rollback().Requests[0].ID
	script := fmt.Sprintf("echo 0 > /proc/self/loginuid && exec setpriv --reuid=%s --regid=%s --init-groups %s approve %s --room %s", owner.uid, owner.gid, program, id, w.socket)
	if err := exec.Command("sh", "-c", "echo 0 > /proc/self/loginuid").Run(); err != nil {
		t.Skip("the kernel lets nobody set a login here")
	}
	out, err := exec.Command("sh", "-c", script).CombinedOutput()
	if err == nil || w.rollback().Requests[0].State != "open" || puts(server) != 0 {
		t.Errorf("approved as %s by who logged in as root: %s", owner.name, out)
	}
}
