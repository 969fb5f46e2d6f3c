package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tminus/integrations/aws/awstest"
)

// halted is a rollback whose first program has halted the transactions and whose second has failed. What each program did
// is a line in the folder's file of its name.
func halted(t *testing.T) (*watchedLaunch, *awstest.Server, string) {
	t.Helper()
	dir := t.TempDir()
	program := func(name, text string) string {
		path := filepath.Join(dir, name+".sh")
		if err := os.WriteFile(path, []byte("#!/bin/sh\necho run >> "+filepath.Join(dir, name)+"\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	bind := fmt.Sprintf("actions:\n  halt-incoming-transactions: {run: [%s], undo: [%s], timeout: 1m}\n  execute-rollback-scripts: {run: [%s], timeout: 1m}\n",
		program("halt", ""), program("resume", ""), program("restore", "exit 3"))
	w, server := opened(t, rollbackBindings+bind, nil)
	w.command(back("database-rollback")...)
	w.waits("the restore has failed", func() bool { return w.rollback().step("database-rollback") == "failed" })
	return w, server, dir
}

// reasons are the status's, in one line.
func (w *watchedLaunch) reasons() (status, reasons string) {
	w.t.Helper()
	var s watchedStatus
	if out := w.run("status", "--json"); json.Unmarshal([]byte(out), &s) != nil {
		w.t.Fatalf("%s", out)
	}
	return s.Status, strings.Join(s.Reasons, "; ")
}

func ran(t *testing.T, dir, name string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Count(string(text), "run\n")
}

// cockpit is a second login's screen, so to say: attached to a launch's room in a real terminal.
func (w *watchedLaunch) cockpit(width, height int) *terminal {
	w.t.Helper()
	x := newTerminal(w.t)
	x.env = append(append([]string{}, w.env...), "TMUX=", "LC_ALL=C.UTF-8", "TZ=UTC", "SHELL=/bin/sh")
	x.start(width, height, "attach")
	return x
}

// Transactions that a rollback has halted, and that its next program did not get to release, stand on every screen and in
// the status until they are taken back. Leaving the step asks for that first.
func TestTransactionsHaltedStandOnTheScreen(t *testing.T) {
	w, server, dir := halted(t)
	x := w.cockpit(120, 35)
	x.expect(`TRANSACTIONS HALTED`)
	if status, reasons := w.reasons(); status == "GREEN" || !strings.Contains(reasons, "TRANSACTIONS HALTED") {
		t.Errorf("the status is %s: %s", status, reasons)
	}
	x.keys("g", "r")
	x.expect(`Rollback(?s).*TRANSACTIONS HALTED`)
	for _, leave := range []string{"S", "A"} {
		x.keys(leave)
		x.expect(`Take it back first\?(?s).*TRANSACTIONS HALTED`)
		x.keys("Escape")
		x.until("the question is gone", func(s string) bool { return !strings.Contains(s, "Take it back first?") })
	}
	if n := ran(t, dir, "resume"); n != 0 {
		t.Errorf("its undo ran %d times before anybody asked", n)
	}
	x.keys("A")
	x.expect(`Take it back first\?`)
	x.keys("u")
	x.until("it is taken back", func(s string) bool { return !strings.Contains(s, "TRANSACTIONS HALTED") })
	w.waits("the status says nothing of it", func() bool { _, reasons := w.reasons(); return !strings.Contains(reasons, "HALTED") })
	if ran(t, dir, "resume") != 1 || ran(t, dir, "halt") != 1 || ran(t, dir, "restore") != 1 {
		t.Errorf("halt %d, restore %d, resume %d times", ran(t, dir, "halt"), ran(t, dir, "restore"), ran(t, dir, "resume"))
	}
	w.intact(server, 0)
}

// Killed at every named point of the undo, and started again, the undo has run exactly once.
func TestKilledUndoHappensOnce(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"before intended", "after intended", "before call", "after call", "before returned", "after returned"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			w, server, dir := halted(t)
			w.kill()
			w.env = append(w.env, "TMINUS_CRASH_AT="+point)
			w.open()
			w.waits("the room is open again", func() bool { return strings.Contains(w.run("status"), "process") })
			undo := []string{"do", "step.undo", "what=halt-incoming-transactions", "reason=the restore failed"}
			w.command(undo...)
			_ = w.room.Wait() // it kills itself
			if _, reasons := w.reasons(); !strings.Contains(reasons, "TRANSACTIONS HALTED") && ran(t, dir, "resume") == 0 {
				t.Errorf("without a room the log says %s", reasons)
			}
			w.env = append(w.env, "TMINUS_CRASH_AT=")
			w.open()
			again := false
			w.waits("they are released, or it is known that they are not", func() bool {
				if !again && strings.Contains(w.run("log", "--kind", "call.found"), "did not happen") { // a person orders it again
					again = true
					w.says(0, nil, undo...)
				}
				_, reasons := w.reasons()
				return !strings.Contains(reasons, "HALTED")
			})
			if n := ran(t, dir, "resume"); n != 1 {
				t.Errorf("the undo ran %d times\n%s", n, w.run("log"))
			}
			w.intact(server, 0)
		})
	}
}
