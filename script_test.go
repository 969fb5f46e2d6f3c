package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The test binary is also the program: scripts and the tmux tests run it under its own name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tminus": func() {
		if point := os.Getenv("TMINUS_CRASH_AT"); point != "" {
			reached = func(here string) {
				if here == point { // as a power cut would
					_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
					select {}
				}
			}
		}
		if point, name, ok := strings.Cut(os.Getenv("TMINUS_SIGNAL_AT"), "="); ok {
			var once sync.Once
			reached = func(here string) {
				if here == point {
					once.Do(func() {
						_ = syscall.Kill(os.Getpid(), map[string]syscall.Signal{"STOP": syscall.SIGSTOP, "HUP": syscall.SIGHUP}[name])
					})
				}
			}
		}
		if file := os.Getenv("TMINUS_CLOCK"); file != "" {
			wall = func() time.Time { return time.Now().Add(ahead(file)) }
		}
		main()
	}})
}

// ahead is by how much a file says that a room's clock is ahead of this machine's. One that is being written says nothing.
func ahead(file string) time.Duration {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	by, err := time.ParseDuration(string(text))
	if err != nil {
		return 0
	}
	return by
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			state := filepath.Join(env.WorkDir, "state")
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_STATE_HOME", state)
			env.Setenv("XDG_RUNTIME_DIR", filepath.Join(env.WorkDir, "run"))
			env.Setenv("DB", filepath.Join(state, "tminus", "tminus.db"))
			env.Setenv("TERM", "xterm-256color")
			env.Setenv("USERNAME", selfName(t))
			env.Setenv("T0", time.Now().UTC().Add(24*time.Hour).Format(time.RFC3339))
			return nil
		},
		Condition: func(cond string) (bool, error) {
			_, err := exec.LookPath(strings.TrimPrefix(cond, "has:"))
			return err == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// status CODE: the last command must have ended with this exit status; run it with `exits`.
			"exits": exits,
			// fill FILE…: replaces @USER@ and @T0@ in files.
			"fill": fill,
			// eventually COMMAND…: runs a command until it succeeds, ten seconds at most.
			"eventually": eventually,
		},
	})
}

func selfName(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("id", "-un").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// exits runs a program and wants one exit status: exits 2 tminus do.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		if exit, ok := err.(*exec.ExitError); ok {
			got = strings.TrimPrefix(exit.Error(), "exit status ")
		} else {
			ts.Fatalf("%v", err)
		}
	}
	if got != args[0] {
		ts.Fatalf("%s ended with status %s, want %s", strings.Join(args[1:], " "), got, args[0])
	}
}

func fill(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		text := ts.ReadFile(name)
		text = strings.NewReplacer("@USER@", ts.Getenv("USERNAME"), "@T0@", ts.Getenv("T0")).Replace(text)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}

func eventually(ts *testscript.TestScript, _ bool, args []string) {
	deadline := time.Now().Add(10 * time.Second)
	for {
		err := ts.Exec(args[0], args[1:]...)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s: %v", strings.Join(args, " "), err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
