package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// terminal is the program in a real tmux, with a home of its own.
type terminal struct {
	t      *testing.T
	socket string
	dir    string
	bin    string
	env    []string
}

// newTerminal finds tmux and makes the test binary answer as tminus.
func newTerminal(t *testing.T) *terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("TMINUS_E2E") == "required" {
			t.Fatal("tmux is not installed")
		}
		t.Skip("tmux is not installed")
	}
	bin, err := exec.LookPath("tminus") // testscript puts the test binary under this name
	if err != nil {
		t.Skip("the program is not on PATH: run through TestMain")
	}
	dir := t.TempDir()
	x := &terminal{t: t, dir: dir, bin: bin, env: append(os.Environ(),
		"HOME="+dir, "XDG_STATE_HOME="+dir+"/state", "XDG_RUNTIME_DIR="+dir+"/run", "TERM=xterm-256color", "TMUX=", "LC_ALL=C.UTF-8", "TZ=UTC", "SHELL=/bin/sh")}
	x.fresh(0)
	return x
}

// fresh goes on in a tmux server of its own: one that was just killed still holds its socket for a moment.
func (x *terminal) fresh(n int) {
	x.socket = fmt.Sprintf("%s/tmux-%d", x.dir, n)
	socket := x.socket
	x.t.Cleanup(func() {
		_ = exec.Command("tmux", "-S", socket, "kill-server").Run()
		x.ended()
	})
}

// ended waits for the programs of this home: the last thing that one does is to write into the folder that goes next.
func (x *terminal) ended() {
	mine := []byte("HOME=" + x.dir + "\x00")
	alive := func(environ string) bool {
		env, err := os.ReadFile(environ)
		return err == nil && bytes.Contains(env, mine)
	}
	all, _ := filepath.Glob("/proc/[0-9]*/environ")
	deadline := time.Now().Add(10 * time.Second)
	for _, environ := range all {
		for alive(environ) && time.Now().Before(deadline) {
			time.Sleep(10 * time.Millisecond)
		}
	}
}

func (x *terminal) tmux(args ...string) string {
	x.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-S", x.socket, "-f", "/dev/null"}, args...)...)
	cmd.Env = x.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		x.t.Fatalf("tmux %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// start opens the program in a window of w by h; the shell stays afterwards and tells its exit status.
func (x *terminal) start(w, h int, args ...string) {
	x.t.Helper()
	x.tmux("new-session", "-d", "-x", fmt.Sprint(w), "-y", fmt.Sprint(h), x.bin+" "+strings.Join(args, " ")+"; echo ended with $?; stty -a | grep -o -- '-*icanon'; cat")
}

func (x *terminal) keys(keys ...string) {
	x.t.Helper()
	for _, k := range keys {
		x.tmux("send-keys", k)
	}
}

func (x *terminal) text(s string) { x.t.Helper(); x.tmux("send-keys", "-l", s) }

func (x *terminal) screen() string { x.t.Helper(); return x.tmux("capture-pane", "-p") }

// expect waits until the screen matches.
func (x *terminal) expect(pattern string) string {
	x.t.Helper()
	re := regexp.MustCompile(pattern)
	return x.until("the screen shows "+pattern, re.MatchString)
}

// until looks at the screen of a real process, so it looks again and again; nothing depends on how long it takes.
func (x *terminal) until(what string, ok func(screen string) bool) string {
	x.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		s := x.screen()
		if ok(s) {
			return s
		}
		if time.Now().After(deadline) {
			x.t.Fatalf("waited 20 s until %s; the screen is:\n%s", what, s)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// run runs a command of the program beside the cockpit.
func (x *terminal) run(args ...string) (string, error) {
	cmd := exec.Command(x.bin, args...)
	cmd.Env = x.env
	out, err := cmd.Output()
	return string(out), err
}

type status struct {
	Phase     string
	Held      bool
	T0        string
	Checklist struct{ Done, Of int }
	Poll      struct {
		State string
		Votes map[string]string
	}
	Entries int64
	Head    string
	Room    *struct{ PID int }
}

func (x *terminal) status() status {
	x.t.Helper()
	out, err := x.run("status", "--json")
	for deadline := time.Now().Add(20 * time.Second); err != nil && time.Now().Before(deadline); out, err = x.run("status", "--json") {
		time.Sleep(50 * time.Millisecond) // the first picture is there before the room is: it opens meanwhile
	}
	if err != nil {
		x.t.Fatalf("status --json: %v", err)
	}
	var s status
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		x.t.Fatalf("status --json is no JSON: %v\n%s", err, out)
	}
	return s
}

// A launch driven by keys alone, killed, and taken up again.
func TestTmuxLaunchByKeys(t *testing.T) {
	x := newTerminal(t)
	x.start(200, 50)
	x.expect(`Checklist(?s).*Countdown(?s).*RACI(?s).*Metrics(?s).*Decisions`)
	x.expect(`REHEARSAL`)
	before := x.status()
	if before.Checklist.Of != 32 || before.Checklist.Done < 20 {
		t.Errorf("the rehearsal opens with %d of %d items", before.Checklist.Done, before.Checklist.Of)
	}

	// The cursor stands on the first open item: tick it, untick it, tick it again.
	x.keys("Space")
	x.expect(`item.checked +checked Alerts tested`)
	x.keys("U")
	x.expect(`item.unchecked +unchecked Alerts tested`)
	x.keys("Space")
	x.keys("n")
	x.expect(`Write a note`)
	x.text("Holding until the baseline is in")
	x.keys("Enter")
	x.expect(`note.added +Holding until the baseline`)
	x.keys("H")
	x.expect(`(?i)hold the clock`)
	x.text("baseline")
	x.keys("Enter")
	x.until("the clock is held", func(string) bool { return x.status().Held })
	x.expect(`HOLD`)
	x.keys("H")
	x.expect(`(?i)resume the clock`)
	x.keys("Enter")
	x.until("the clock runs again", func(string) bool { return !x.status().Held })

	// Killed at any moment: what was acknowledged is there, and the next start goes on.
	for i := range 3 {
		out, err := x.run("do", "note.add", fmt.Sprintf("text=note %d before the kill", i))
		if err != nil {
			t.Fatalf("do note.add: %v %s", err, out)
		}
		was := x.status()
		if err := syscall.Kill(was.Room.PID, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		x.expect(`ended with 137`)
		x.fresh(i + 1)
		x.start(200, 50)
		x.expect(`Continued the rehearsal`)
		is := x.status()
		if is.Entries < was.Entries || is.T0 != was.T0 || is.Checklist.Done < was.Checklist.Done { // colleagues go on ticking
			t.Fatalf("before the kill %+v\nafter it      %+v", was, is)
		}
		if log, err := x.run("log", "--kind", "note.*"); err != nil || !strings.Contains(log, fmt.Sprintf("note %d before the kill", i)) {
			t.Fatalf("the acknowledged note %d is missing: %v\n%s", i, err, log)
		}
	}
	if out, err := x.run("verify"); err != nil {
		t.Fatalf("verify: %v\n%s", err, out)
	}
	x.keys("q")
	x.expect(`ended with 0\n(?s).*^?icanon`)
}

// At each size, and while it changes, every border is whole and no line is longer than the terminal.
func TestTmuxSizes(t *testing.T) {
	x := newTerminal(t)
	x.start(200, 50)
	x.expect(`Checklist`)
	for _, size := range [][2]int{{200, 50}, {120, 35}, {80, 24}, {60, 16}, {20, 5}, {100, 30}, {200, 50}} {
		w, h := size[0], size[1]
		x.tmux("resize-window", "-x", fmt.Sprint(w), "-y", fmt.Sprint(h))
		x.until(fmt.Sprintf("the screen is whole at %dx%d", w, h), func(s string) bool { return whole(s, w, h) == "" })
		if fault := whole(x.screen(), w, h); fault != "" {
			t.Errorf("%dx%d: %s", w, h, fault)
		}
	}
	x.keys("q")
	x.expect(`ended with 0`)
}

// whole says what is wrong with a screen: no clock, a line that is too long, a border that is open.
func whole(s string, w, h int) string {
	if !regexp.MustCompile(`(?m)\A.*(T[-+]\d|L-\d)`).MatchString(s) {
		return "no clock in the first line"
	}
	if h >= 15 && !strings.Contains(s, "? help") {
		return "no help key in the footer"
	}
	for i, line := range strings.Split(strings.TrimRight(s, "\n"), "\n") {
		switch {
		case len([]rune(line)) > w:
			return fmt.Sprintf("line %d has %d cells", i, len([]rune(line)))
		case strings.Count(line, "╭") != strings.Count(line, "╮") || strings.Count(line, "╰") != strings.Count(line, "╯"):
			return fmt.Sprintf("line %d has a broken border: %q", i, line)
		case strings.Count(line, "│")%2 != 0:
			return fmt.Sprintf("line %d has an open border: %q", i, line)
		}
	}
	return ""
}

// A lost SSH connection ends the cockpit in order.
func TestTmuxHangup(t *testing.T) {
	x := newTerminal(t)
	x.start(80, 24)
	x.until("the room is open", func(string) bool { return x.status().Room != nil })
	pid := x.status().Room.PID
	if err := syscall.Kill(pid, syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	x.expect(`ended with 0(?s).*icanon`)
	if out, err := x.run("verify"); err != nil {
		t.Fatalf("verify: %v\n%s", err, out)
	}
}

// A second cockpit on the same room sees within a second what the first one does.
func TestTmuxSecondCockpit(t *testing.T) {
	x := newTerminal(t)
	x.start(120, 35)
	x.expect(`Checklist`)
	x.tmux("new-window", x.bin+" attach; cat")
	x.expect(`GREEN`) // its first picture has come: what is pressed before it is told so
	x.keys("n")
	x.expect(`Write a note`)
	x.text("seen on both screens")
	x.keys("Enter")
	x.tmux("select-window", "-t", ":0")
	x.expect(`seen on both screens`)
	x.tmux("select-window", "-t", ":1")
	x.keys("q")
	x.expect(`^\s*$`)
}
