package script

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tminus/model/launch"
)

func TestCallsThatAreRefused(t *testing.T) {
	w := newWorld(t, Options{Vars: map[string]string{"X": "fine"}})
	good := w.call("1m", w.script("echo ran > "+w.file("ran")))
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if got := w.hand.Do(cancelled, good); got.Outcome != launch.OutcomeNotSent {
		t.Errorf("cancelled: %+v", got)
	}
	for name, value := range map[string]string{"digest": "", "argv": "[]", "timeout": "soon", "env": "{"} {
		c := good
		c.Args = maps.Clone(good.Args)
		c.Args[name] = value
		if got := w.hand.Do(t.Context(), c); got.Outcome != launch.OutcomeNotSent || got.Error == "" {
			t.Errorf("%s %q: %+v", name, value, got)
		}
	}
	for _, c := range []launch.Call{{ID: "../x", Op: launch.OpRun, Args: good.Args}, {ID: "tm-1", Op: launch.OpDeploy, Args: good.Args}} {
		if got := w.hand.Do(t.Context(), c); got.Outcome != launch.OutcomeNotSent {
			t.Errorf("%+v", got)
		}
	}
	w.hand.o.Vars["X"] = "a\x00b"
	if got := w.hand.Do(t.Context(), good); got.Outcome != launch.OutcomeNotSent || !strings.Contains(got.Error, "NUL") {
		t.Errorf("%+v", got)
	}
	w.hand.o.Vars["X"] = "fine"
	w.hand.o.Self = "/no/such/binary"
	if got := w.hand.Do(t.Context(), good); got.Outcome != launch.OutcomeNotSent || !strings.Contains(got.Error, "start the supervisor") {
		t.Errorf("%+v", got)
	}
	if f := w.look(good); f.Found != launch.FoundNo {
		t.Errorf("%+v", f)
	}
	if err := os.Chmod(w.hand.o.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := w.hand.Do(t.Context(), w.call("1m", w.script("true"))); got.Outcome != launch.OutcomeNotSent || !strings.Contains(got.Error, "chmod 700") {
		t.Errorf("%+v", got)
	}
	if w.read(w.file("ran")) != "" {
		t.Error("it ran")
	}
}

func TestTheStatusFileIsWhatIsPromised(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.do("1m", w.script("exit 7"))
	w.ends(c)
	var got map[string]any
	if err := json.Unmarshal([]byte(w.read(filepath.Join(w.folder(c), statusFile))), &got); err != nil {
		t.Fatal(err)
	}
	if got["exit"] != 7.0 || got["call"] != c.ID || got["state"] != "ended" || got["boot_id"] != bootID() || got["bytes"] != 0.0 {
		t.Errorf("%v", got)
	}
}

// A program that has become root, as sudo does, cannot be killed by the room's user; that must be told.
func TestAProgramThatCannotBeKilled(t *testing.T) {
	const nobody = 65534
	setpriv, err := exec.LookPath("setpriv")
	if os.Geteuid() != 0 || err != nil {
		t.Skip("needs root and setpriv")
	}
	w := newWorld(t, Options{})
	become := w.file("become-root")
	w.write(become, w.read(setpriv), 0o755|os.ModeSetuid)
	w.hand.o.Dir = w.file("theirs")
	err = errors.Join(os.Mkdir(w.hand.o.Dir, 0o700), os.Chown(w.hand.o.Dir, nobody, nobody))
	for _, dir := range []string{filepath.Dir(w.dir), w.dir} {
		err = errors.Join(err, os.Chmod(dir, 0o755))
	}
	if err != nil {
		t.Fatal(err)
	}
	c := w.call("1s", become, "--reuid=0", "--regid=0", "--clear-groups", "/bin/sleep", "1000")
	_, goOn, outcome := another(t, roomOrders{Dir: w.hand.o.Dir, Call: c, Hurry: true}, &syscall.Credential{Uid: nobody, Gid: nobody})
	goOn.Close()
	got := outcome()
	if got.Outcome != launch.OutcomeOK {
		t.Fatalf("%+v", got)
	}
	defer func() {
		if pid, err := strconv.Atoi(got.Result["pid"]); err == nil {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
	}()
	p := w.ends(c)
	if p.State == "failed" && strings.Contains(p.Detail, "exit status") {
		t.Skipf("set-uid programs do nothing here: %+v", p)
	}
	if p.State != "failed" {
		t.Errorf("%+v", p)
	}
	holds(t, p.Detail, "timed out after 1s: its end was not seen",
		"ask the program to end: operation not permitted", "process "+got.Result["pid"]+" cannot be killed and still runs")
}

func TestAFullDisk(t *testing.T) {
	w := newWorld(t, Options{})
	if err := os.Mkdir(w.hand.o.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", w.hand.o.Dir, "tmpfs", 0, "size=128k,mode=0700"); err != nil {
		t.Skipf("no small disk: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(w.hand.o.Dir, unix.MNT_DETACH) })
	c := w.do("1m", w.script(`head -c 1000000 /dev/zero; echo $$ > "$1"`), w.file("pid"))
	began := time.Now()
	p := w.ends(c)
	holds(t, p.Detail, "the kept output is incomplete")
	if p.State != "succeeded" || p.Total != 1000000 || time.Since(began) > 5*time.Second {
		t.Errorf("%s %s %d", p.State, p.Detail, p.Total)
	}
	if w.read(w.file("pid")) == "" {
		t.Error("it did not run to its end")
	}
	var small unix.Statfs_t
	if err := unix.Statfs(w.hand.o.Dir, &small); err != nil || small.Bfree > 1 {
		t.Errorf("the disk is not full: %d blocks are free, %v", small.Bfree, err)
	}
}

func TestIdentityIsTheLogin(t *testing.T) {
	if id, err := New(Options{}).Identity(t.Context()); err != nil || id.Caller == "" || id.Account != "" {
		t.Errorf("%+v %v", id, err)
	}
}
