package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tminus/integrations/aws/awstest"
)

// processState is the letter that the kernel has for a process: T is stopped. "": there is none.
func processState(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	_, after, _ := strings.Cut(string(text), ") ")
	return after[:min(1, len(after))]
}

// intact wants a journal that verifies, and these many writes of the flag, which is off.
func (w *watchedLaunch) intact(server *awstest.Server, writes int) {
	w.t.Helper()
	if p, _ := server.Parameter(flagName); puts(server) != writes || writes > 0 && p.Value != "false" {
		w.t.Errorf("the flag is %q after %d writes, want %d\n%s", p.Value, puts(server), writes, w.run("log"))
	}
	if out := w.run("verify"); !strings.Contains(out, "intact") {
		w.t.Errorf("verify: %s", out)
	}
}

// A room that stood still, as a suspended machine does, never sends what was meant for another time, and knows of what was
// sent just before.
func TestRoomThatStandsStill(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		point  string
		still  time.Duration
		writes int
	}{{"before call", 11 * time.Second, 0}, {"after call", time.Second, 1}} {
		t.Run(c.point, func(t *testing.T) {
			t.Parallel()
			w, server := newRollback(t)
			w.env = append(w.env, "TMINUS_SIGNAL_AT="+c.point+"=STOP")
			w.open()
			w.waits("the room is open", func() bool { return strings.Contains(w.run("status"), "process") })
			asked := make(chan struct{})
			go func() {
				defer close(asked)
				w.command(back("feature-disable")...)
			}()
			deadline := time.Now().Add(30 * time.Second)
			for processState(w.room.Process.Pid) != "T" && time.Now().Before(deadline) {
				time.Sleep(10 * time.Millisecond)
			}
			time.Sleep(c.still) // this is what is tried: time passes, and nothing runs
			if err := w.room.Process.Signal(syscall.SIGCONT); err != nil {
				t.Fatal(err)
			}
			<-asked
			if c.writes == 0 { // the write's time was over: it is found not to have happened, and a person tries again
				w.waits("it failed", func() bool { return w.rollback().step("feature-disable") == "failed" })
				w.intact(server, 0)
				w.says(0, []string{"ok, version 2"}, "do", "step.retry", "id=feature-disable")
			}
			w.waits("it is verified", func() bool { s := w.rollback().step("feature-disable"); return s == "verifying" || s == "done" })
			w.intact(server, 1)
		})
	}
}

// The terminal hangs up at every point of a call: the write that was sent is told, and none is sent twice.
func TestRoomThatIsHungUp(t *testing.T) {
	for _, point := range []string{"after intended", "before call", "after call"} {
		t.Run(point, func(t *testing.T) {
			w, server := newRollback(t)
			w.env = append(w.env, "TMINUS_SIGNAL_AT="+point+"=HUP")
			w.open()
			w.waits("the room is open", func() bool { return strings.Contains(w.run("status"), "process") })
			w.command(back("feature-disable")...)
			_ = w.room.Wait()
			w.env = append(w.env, "TMINUS_SIGNAL_AT=")
			w.open()
			w.waits("the flag is off", func() bool { s := w.rollback().step("feature-disable"); return s == "verifying" || s == "done" })
			w.intact(server, 1)
			if n := len(w.entries("call.returned")); n != 1 {
				t.Errorf("it returned %d times", n)
			}
		})
	}
}

// programs writes scripts and returns the launch file's lines that bind them to the database's rollback.
func programs(t *testing.T, dir string, scripts map[string]string) string {
	t.Helper()
	lines := "actions:\n"
	for _, id := range []string{"halt-incoming-transactions", "execute-rollback-scripts"} {
		path := filepath.Join(dir, id+".sh")
		if err := os.WriteFile(path, []byte("#!/bin/sh\ndir="+dir+"\n"+scripts[id]+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		lines += fmt.Sprintf("  %s: {run: [%s], timeout: 3s}\n", id, path)
	}
	return lines
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// pids reads the process ids that a program wrote down, and wants all of them gone.
func gone(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range strings.Fields(string(text)) {
		pid, _ := strconv.Atoi(word)
		if s := processState(pid); s != "" && s != "Z" {
			t.Errorf("process %d lives (%s)", pid, s)
		}
	}
}

// A program that hangs and leaves children is ended at its time, one that floods is bounded, and both are told as they were.
func TestProgramsThatMisbehaveAreBounded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bind := programs(t, dir, map[string]string{
		"halt-incoming-transactions": `head -c 100000000 /dev/zero | tr '\0' x; sleep 600 & echo $! > "$dir/children"; echo; echo the end`,
		"execute-rollback-scripts":   `trap "" TERM; (trap "" TERM; sleep 600) & echo $! $$ > "$dir/hung"; while :; do sleep 1; done`,
	})
	w, server := opened(t, rollbackBindings+bind, nil)
	w.command(back("database-rollback")...)
	w.waits("the first has ended", func() bool { return len(w.entries("call.ended")) == 1 })
	if e := string(w.entries("call.ended")[0]); !strings.Contains(e, "succeeded") || !strings.Contains(e, "a process that it left behind was killed") {
		t.Errorf("%s", e)
	}
	gone(t, filepath.Join(dir, "children"))
	kept := int64(0)
	err := filepath.WalkDir(filepath.Join(w.dir, "state"), func(path string, d os.DirEntry, err error) error {
		if info, e := d.Info(); err == nil && e == nil && !d.IsDir() && strings.Contains(path, "/runs/") {
			kept += info.Size()
			if info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s has mode %v", path, info.Mode())
			}
		}
		return err
	})
	if err != nil || kept == 0 || kept > 3<<20 {
		t.Errorf("%d bytes are kept of a hundred million (%v)", kept, err)
	}
	w.waits("the second is ended", func() bool { return w.rollback().step("database-rollback") == "failed" })
	if out := w.run("log", "--kind", "step.failed"); !strings.Contains(out, "timed out after 3s: killed") {
		t.Errorf("%s", out)
	}
	gone(t, filepath.Join(dir, "hung"))
	w.intact(server, 0)
}

// A program outlives its room; the next one finds it, or its end, and runs nothing twice.
func TestProgramOutlivesTheRoom(t *testing.T) {
	dir := t.TempDir()
	bind := programs(t, dir, map[string]string{
		"halt-incoming-transactions": `echo run >> "$dir/first"; while ! [ -e "$dir/go" ]; do sleep 0.05; done`,
		"execute-rollback-scripts":   `echo run >> "$dir/second"; while ! [ -e "$dir/go on" ]; do sleep 0.05; done; exit 3`,
	})
	bind = strings.ReplaceAll(bind, "timeout: 3s", "timeout: 5m")
	w, _ := opened(t, rollbackBindings+bind, nil)
	w.command(back("database-rollback")...)
	touch := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.waits("the first runs", func() bool { return exists(filepath.Join(dir, "first")) })
	w.kill()
	w.open() // and finds it running
	w.waits("the room is open again", func() bool { return strings.Contains(w.run("status"), "process") })
	touch("go")
	w.waits("the second runs", func() bool { return exists(filepath.Join(dir, "second")) })
	w.kill()
	touch("go on") // it ends while nobody is there
	w.open()
	w.waits("its end is found", func() bool { return w.rollback().step("database-rollback") == "failed" })
	for _, name := range []string{"first", "second"} {
		if text, _ := os.ReadFile(filepath.Join(dir, name)); string(text) != "run\n" {
			t.Errorf("%s: %q", name, text)
		}
	}
	if out := w.run("log", "--kind", "step.failed"); !strings.Contains(out, "exit status 3") {
		t.Errorf("%s", out)
	}
}

// Stopping the rollback ends the program that it runs, also by the room that comes after.
func TestAbortEndsTheProgram(t *testing.T) {
	for _, killed := range []bool{false, true} {
		dir := t.TempDir()
		bind := programs(t, dir, map[string]string{"halt-incoming-transactions": `echo $$ > "$dir/pid"; sleep 600 & echo $! >> "$dir/pid"; wait`})
		w, _ := opened(t, rollbackBindings+strings.ReplaceAll(bind, "timeout: 3s", "timeout: 5m"), nil)
		w.command(back("database-rollback")...)
		w.waits("it runs", func() bool {
			text, _ := os.ReadFile(filepath.Join(dir, "pid"))
			return len(strings.Fields(string(text))) == 2
		})
		if killed {
			w.env = append(w.env, "TMINUS_CRASH_AT=")
		}
		w.says(0, []string{"its program is asked to end"}, "do", "step.abort", "id=database-rollback", "reason=wrong script")
		if killed {
			w.kill()
			w.open()
		}
		w.waits("its end is told", func() bool { return len(w.entries("call.ended")) == 1 })
		if e := string(w.entries("call.ended")[0]); !strings.Contains(e, `"state":"stopped"`) {
			t.Errorf("%s", e)
		}
		gone(t, filepath.Join(dir, "pid"))
		if s := w.rollback(); s.Requests[0].State != "failed" {
			t.Errorf("%+v", s.Requests)
		}
	}
}

// A dry run reads everything and shows every call that it would make; nothing is written, and no program runs.
func TestDryRunWritesNothing(t *testing.T) {
	dir := t.TempDir()
	bind := programs(t, dir, map[string]string{"halt-incoming-transactions": `touch "$dir/ran"`, "execute-rollback-scripts": `touch "$dir/ran"`})
	server := awstest.New(nil)
	server.SetIdentity(awstest.Identity{Account: "123456789012", ARN: "arn:aws:iam::123456789012:user/lead", UserID: "U"})
	server.SetParameter(flagName, "String", "true", "arn:x")
	server.SetApplication("shop", "prod")
	from := time.Now().UTC().Truncate(time.Minute).Add(-8 * time.Minute)
	serve(server, func(at time.Time) (float64, bool) { return 20, at.After(from) }, always(1000))
	w := newWatched(t, server, rollbackBindings+bind)
	w.open("--dry-run")
	w.until("the trigger has fired", func(s watchedStatus) bool { return s.trigger("error-rate-high") == "fired" })
	w.says(0, []string{"dry run, nothing was sent: aws ssm put-parameter"}, "do", "flag.off", "reason=drill")
	w.says(0, nil, back("feature-disable,database-rollback,code-rollback")...)
	for _, step := range []string{"feature-disable", "database-rollback", "code-rollback"} { // there is nothing to see, so a person says it
		w.waits(step+" is done", func() bool {
			w.command("do", "step.confirm", "id="+step, "evidence=a dry run")
			return w.rollback().step(step) == "done"
		})
	}
	w.waits("the code rollback is shown", func() bool { return strings.Contains(w.run("log"), "would run: aws deploy create-deployment") })
	log := w.run("log", "--kind", "call.intended")
	for _, want := range []string{"would run: aws ssm put-parameter --name " + flagName + " --value false", "would run: " + dir + "/halt-incoming-transactions.sh", "would run: " + dir + "/execute-rollback-scripts.sh", lastGood} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not say %q:\n%s", want, log)
		}
	}
	var wrote []string
	for _, c := range server.Calls("") {
		if verb := c.Action[strings.Index(c.Action, ":")+1:]; !slices.ContainsFunc([]string{"Get", "List", "Describe", "Filter", "BatchGet"}, func(read string) bool { return strings.HasPrefix(verb, read) }) {
			wrote = append(wrote, c.Action)
		}
	}
	if len(wrote) > 0 || exists(filepath.Join(dir, "ran")) {
		t.Errorf("it wrote %v; a program ran: %v", wrote, exists(filepath.Join(dir, "ran")))
	}
	for _, read := range []string{"ssm:GetParameter", "cloudwatch:GetMetricData", "sts:GetCallerIdentity"} {
		if len(server.Calls(read)) == 0 {
			t.Errorf("%s was never asked", read)
		}
	}
	var mode struct{ Mode string }
	if err := json.Unmarshal([]byte(w.run("status", "--json")), &mode); err != nil || mode.Mode != "DRY RUN" {
		t.Errorf("%+v %v", mode, err)
	}
}
