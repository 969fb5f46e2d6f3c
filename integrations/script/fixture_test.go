package script

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tminus/model/launch"
)

// The test binary is also the supervisor, and the rooms that are killed.
func TestMain(m *testing.M) {
	if Supervising(os.Args) {
		os.Exit(Supervise(os.Args))
	}
	if len(os.Args) == 3 && os.Args[1] == "a-room" {
		os.Exit(aRoom(os.Args[2]))
	}
	os.Exit(m.Run())
}

// roomOrders is what a room in another process is to do.
type roomOrders struct {
	Dir, Lock string
	Call      launch.Call
	Stay      bool
	Hurry     bool
}

// aRoom starts a call once its standard input ends, tells the outcome, and stays if it is to be killed. It holds a lock
// that it forgot to mark close-on-exec.
func aRoom(text string) int {
	var o roomOrders
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return 2
	}
	if o.Lock != "" {
		fd, err := unix.Open(o.Lock, unix.O_CREAT|unix.O_RDWR, 0o600)
		if err != nil || unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) != nil {
			return 2
		}
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	h := New(Options{Dir: o.Dir})
	if o.Hurry {
		h.termWait, h.leftoverWait, h.sweepLimit = 100*time.Millisecond, 100*time.Millisecond, 300*time.Millisecond
	}
	outcome := h.Do(context.Background(), o.Call)
	_ = json.NewEncoder(os.Stdout).Encode(outcome)
	if o.Stay {
		select {}
	}
	return 0
}

// another starts a room in a process and process group of its own.
func another(t *testing.T, o roomOrders, as ...*syscall.Credential) (cmd *exec.Cmd, goOn io.Closer, outcome func() launch.Outcome) {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command("/proc/self/exe", "a-room", string(text))
	cmd.SysProcAttr = &unix.SysProcAttr{Setpgid: true}
	for _, who := range as {
		cmd.SysProcAttr.Credential = who
	}
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err1 != nil || err2 != nil || cmd.Start() != nil {
		t.Fatal("the other room does not start")
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd, in, func() launch.Outcome {
		t.Helper()
		var outcome launch.Outcome
		if err := json.NewDecoder(out).Decode(&outcome); err != nil {
			t.Fatalf("the other room says nothing: %v", err)
		}
		return outcome
	}
}

// world is a folder for runs and one for programs.
type world struct {
	t    *testing.T
	dir  string
	hand *Hands
	n    int
}

func newWorld(t *testing.T, o Options) *world {
	t.Helper()
	t.Parallel()
	dir := t.TempDir()
	for _, d := range []string{filepath.Dir(dir), dir} { // whatever the umask
		if err := os.Chmod(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	o.Dir = filepath.Join(dir, "runs")
	w := &world{t: t, dir: dir, hand: New(o)}
	w.hand.termWait, w.hand.leftoverWait = 300*time.Millisecond, 300*time.Millisecond
	t.Cleanup(w.endAll)
	return w
}

// endAll ends what a failed test left running.
func (w *world) endAll() {
	runs, _ := filepath.Glob(filepath.Join(w.dir, "runs", "*"))
	for _, run := range runs {
		s, _, lives, _ := readRun(run)
		if lives && s.Supervisor > 1 {
			_ = send(s.Supervisor, s.SupervisorStarted, unix.SIGKILL)
		}
	}
}

// script writes a program.
func (w *world) script(body string) string {
	w.t.Helper()
	w.n++
	path := filepath.Join(w.dir, fmt.Sprintf("program-%d.sh", w.n))
	w.write(path, "#!/bin/sh\n"+body+"\n", 0o700)
	return path
}

func (w *world) write(path, content string, mode os.FileMode) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		w.t.Fatal(err)
	}
}

// call is a call of a program as it is now.
func (w *world) call(timeout string, argv ...string) launch.Call {
	w.t.Helper()
	digest, err := Check(argv[0])
	if err != nil {
		w.t.Fatal(err)
	}
	list, err := json.Marshal(argv)
	if err != nil {
		w.t.Fatal(err)
	}
	w.n++
	args := map[string]string{"argv": string(list), "timeout": timeout, "env": `["GIVEN","UNSET"]`, "digest": digest}
	return launch.NewCall("checkout", launch.OpRun, "step", fmt.Sprint(w.n), 1, args)
}

// do starts a program that must start.
func (w *world) do(timeout string, argv ...string) launch.Call {
	w.t.Helper()
	c := w.call(timeout, argv...)
	if got := w.hand.Do(w.t.Context(), c); got.Outcome != launch.OutcomeOK {
		w.t.Fatalf("not started: %+v", got)
	}
	return c
}

func (w *world) follow(c launch.Call) launch.Progress {
	w.t.Helper()
	p, err := w.hand.Follow(w.t.Context(), c, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// ends follows a call to its end.
func (w *world) ends(c launch.Call) launch.Progress {
	w.t.Helper()
	var p launch.Progress
	w.until("the program ends", func() bool {
		p = w.follow(c)
		return p.State != "running"
	})
	return p
}

func (w *world) look(c launch.Call) launch.Found {
	w.t.Helper()
	f, err := w.hand.Look(w.t.Context(), c, time.Now().Add(-time.Minute), "")
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

func (w *world) status(c launch.Call) Status {
	w.t.Helper()
	s, ok, err := readStatus(w.folder(c))
	if err != nil || !ok {
		w.t.Fatalf("no status: %v", err)
	}
	return s
}

func (w *world) folder(c launch.Call) string { return filepath.Join(w.dir, "runs", c.ID) }

func (w *world) file(name string) string { return filepath.Join(w.dir, name) }

func (w *world) read(path string) string {
	text, _ := os.ReadFile(path)
	return string(text)
}

// until waits for what other processes do.
func (w *world) until(what string, ok func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("it never came that %s", what)
		}
	}
}

// gone waits for the end of processes whose numbers stand in a text.
func (w *world) gone(pids string) {
	w.t.Helper()
	for _, text := range strings.Fields(pids) {
		var pid int
		if _, err := fmt.Sscan(text, &pid); err != nil {
			w.t.Fatal(err)
		}
		w.until("process "+text+" is gone", func() bool {
			p, ok := processOf(pid)
			return !ok || p.dead
		})
	}
}

func holds(t *testing.T, text string, pieces ...string) {
	t.Helper()
	for _, piece := range pieces {
		if !strings.Contains(text, piece) {
			t.Errorf("%q is not in %q", piece, text)
		}
	}
}
