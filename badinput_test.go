package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tminus/integrations/aws/awstest"
)

// opened is a room of newRollback's launch with other bindings, on a server that is changed first.
func opened(t *testing.T, bindings string, change func(*awstest.Server)) (*watchedLaunch, *awstest.Server) {
	t.Helper()
	server := awstest.New(nil)
	server.SetIdentity(awstest.Identity{Account: "123456789012", ARN: "arn:aws:iam::123456789012:user/lead", UserID: "U"})
	server.SetParameter(flagName, "String", "true", "arn:aws:iam::123456789012:user/lead")
	server.SetApplication("shop", "prod")
	serve(server, never, always(1000))
	if change != nil {
		change(server)
	}
	w := newWatched(t, server, bindings)
	w.open()
	w.waits("the room is open", func() bool { return strings.Contains(w.run("status"), "process") })
	return w, server
}

// says wants an exit status, and words in all that a command said.
func (w *watchedLaunch) says(want int, words []string, args ...string) {
	w.t.Helper()
	status, out := w.command(args...)
	if status != want {
		w.t.Errorf("%v ended with %d, want %d", args, status, want)
	}
	for _, word := range words {
		if !strings.Contains(out, word) {
			w.t.Errorf("%v does not say %q:\n%s", args, word, out)
		}
	}
}

func back(steps string) []string {
	return []string{"do", "rollback.request", "reason=errors", "priority=high", "steps=" + steps}
}

// What is wrong outside, or in the launch file, is said with what to do about it, and nothing is sent that should not be.
func TestBadInputIsSaidWithWhatToDo(t *testing.T) {
	t.Run("a parameter that does not exist", func(t *testing.T) {
		w, server := opened(t, strings.Replace(rollbackBindings, flagName, "/features/none", 1), nil)
		w.says(1, []string{"parameter /features/none does not exist; create it, or correct its name under flags"}, "do", "flag.off", "reason=x")
		w.says(1, []string{"no parameter /features/none"}, "doctor", w.file)
		if puts(server) != 0 {
			t.Error("it was made")
		}
	})
	t.Run("a parameter that holds neither value", func(t *testing.T) {
		w, server := opened(t, rollbackBindings, func(s *awstest.Server) { s.SetParameter(flagName, "String", "maybe", "arn:x") })
		w.says(1, []string{`holds "maybe", which is neither on ("true") nor off ("false")`, "correct on and off in launch.yaml, or the parameter"}, "doctor", w.file)
		w.says(0, []string{"ok, version 3"}, "do", "flag.off", "reason=x") // whatever it holds, off is off
		if p, _ := server.Parameter(flagName); p.Value != "false" {
			t.Errorf("%+v", p)
		}
	})
	t.Run("a wrong account", func(t *testing.T) {
		w, server := opened(t, rollbackBindings, func(s *awstest.Server) {
			s.SetIdentity(awstest.Identity{Account: "999999999999", ARN: "arn:aws:iam::999999999999:user/x", UserID: "U"})
		})
		w.says(1, []string{"account 999999999999 is not 123456789012, which the launch file names; check --profile"}, "do", "flag.off", "reason=x")
		w.says(1, []string{"not sent"}, back("code-rollback")...)
		if puts(server)+len(server.Deployments()) != 0 {
			t.Error("something was written")
		}
	})
	t.Run("a deployment group that does not exist", func(t *testing.T) {
		w, _ := opened(t, strings.Replace(rollbackBindings, "group: prod", "group: none", 1), nil)
		w.says(1, []string{"No Deployment Group found for name: none", "correct its name under deploy in launch.yaml"}, back("code-rollback")...)
		w.says(1, []string{"No Deployment Group found"}, "doctor", w.file)
	})
	t.Run("a deployment group that is not of servers", func(t *testing.T) {
		for _, platform := range []string{"Lambda", "ECS"} {
			w, server := opened(t, rollbackBindings, func(s *awstest.Server) { s.SetPlatform("shop", platform) })
			w.says(1, []string{"bind a group of platform Server, or deploy by hand"}, back("code-rollback")...)
			w.says(1, []string{"is of platform " + platform + "; a GitHub commit is deployed to servers only"}, "doctor", w.file)
			if s, reasons := w.reasons(); s != "RED" || len(server.Deployments()) != 0 {
				t.Errorf("%s: the status is %s (%s) after %d deployments", platform, s, reasons, len(server.Deployments()))
			}
		}
	})
	t.Run("a commit that is no 40 hex digits", func(t *testing.T) {
		for _, commit := range []string{"89abcdef", strings.ToUpper(lastGood), "main", lastGood + "0"} {
			w := newWatched(t, awstest.New(nil), strings.Replace(rollbackBindings, lastGood, commit, 1))
			words := []string{"launch.yaml:23:", "expected the full 40 hex digits of a commit, in lower case; git rev-parse"}
			w.says(1, words, "validate", w.file)
			w.says(1, words, "run", w.file, "--headless")
		}
	})
	t.Run("an expired session in the middle", func(t *testing.T) {
		w, server := opened(t, rollbackBindings, nil)
		server.Expire("")
		w.says(1, []string{"not sent", "credentials expired", "renewed"}, back("feature-disable")...)
		if s := w.rollback().step("feature-disable"); s != "failed" || puts(server) != 0 {
			t.Errorf("the step is %s after %d writes", s, puts(server))
		}
		server.Heal()
		w.says(0, []string{"ok, version 2"}, "do", "step.retry", "id=feature-disable")
		server.Expire("") // after the write: what it has done is looked at again when credentials are back
		w.waits("looking says why not", func() bool { return puts(server) == 1 })
		server.Heal()
		w.waits("the parameter is read back", func() bool { return strings.Contains(w.run("log", "--kind", "step.checked"), "verified") })
	})
}

// Credentials that expire while everything is watched turn nothing green, and are told; renewed, it goes on by itself.
func TestCredentialsThatExpireWhileWatchingAreNotGreen(t *testing.T) {
	t.Parallel()
	w, server := opened(t, watchedOften+strings.Replace(rollbackBindings, "sources:\n", "sources:"+pulseSource, 1), nil)
	w.until("all is well", func(s watchedStatus) bool { return s.Status == "GREEN" && s.monitor("pulse") == "OK" })
	server.Expire("")
	s := w.until("what is read is in error", func(s watchedStatus) bool { return s.monitor("pulse") == "ERROR" })
	if reasons := strings.Join(s.Reasons, "; "); s.Status != "YELLOW" || !strings.Contains(reasons, "Pulse") {
		t.Errorf("with expired credentials the status is %s: %s", s.Status, reasons)
	}
	for _, m := range s.Monitors {
		if m.ID == "pulse" && (m.Error == nil || !strings.Contains(*m.Error, "expired")) {
			t.Errorf("%+v", m)
		}
	}
	if out := w.run("status", "--line"); strings.Contains(out, "GREEN") {
		t.Errorf("the line says %s", out)
	}
	server.Heal()
	w.until("it comes back by itself", func(s watchedStatus) bool { return s.Status == "GREEN" })
	if puts(server) != 0 {
		t.Error("something was written")
	}
}

func TestAProgramThatMustNotRunIsNotRun(t *testing.T) {
	dir := t.TempDir()
	loose, ran := filepath.Join(dir, "halt.sh"), filepath.Join(dir, "ran")
	if err := os.WriteFile(loose, []byte("#!/bin/sh\ntouch "+ran+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(loose, 0o775); err != nil {
		t.Fatal(err)
	}
	w, _ := opened(t, rollbackBindings+"actions: {halt-incoming-transactions: {run: ["+loose+"]}, execute-rollback-scripts: {run: [/opt/none/x.sh]}}\n", nil)
	mend := "others can write to " + loose + " (mode 0775): chmod go-w " + loose
	w.says(1, []string{mend, "put it right, then stop this rollback (step.abort) and request another", "the plan is not whole: ", "there is no /opt/none/x.sh: install it"},
		back("database-rollback")...)
	w.says(1, []string{"chmod go-w " + loose, "there is no /opt/none/x.sh"}, "doctor", w.file)
	if _, err := os.Stat(ran); err == nil {
		t.Error("it ran")
	}
	w.says(0, nil, "do", "step.abort", "id=database-rollback", "reason=the program")
	if err := os.Chmod(loose, 0o755); err != nil {
		t.Fatal(err)
	}
	w.says(0, nil, back("database-rollback")...)
	w.waits("it ran", func() bool { _, err := os.Stat(ran); return err == nil })
}

func TestARoleThatNobodyHolds(t *testing.T) {
	server := awstest.New(nil)
	server.SetIdentity(awstest.Identity{Account: "123456789012", ARN: "arn:aws:iam::123456789012:user/lead", UserID: "U"})
	server.SetParameter(flagName, "String", "true", "arn:x")
	serve(server, never, always(1000))
	w := newWatched(t, server, rollbackBindings)
	text, err := os.ReadFile(w.file)
	if err != nil {
		t.Fatal(err)
	}
	write := func(replaced ...string) {
		t.Helper()
		if err := os.WriteFile(w.file, []byte(strings.NewReplacer(replaced...).Replace(string(text))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("roles: [engineering-manager, security-lead]", "roles: [security-lead]")
	w.says(1, []string{"nobody holds the role engineering-manager", "expected somebody with roles: [engineering-manager] or backup_for"}, "validate", w.file)
	w.says(1, []string{"nobody holds the role engineering-manager"}, "run", w.file, "--headless")
	// One person holds all that may approve, and is one person still.
	write("roles: [engineering-lead]", "roles: [engineering-lead, product-owner, engineering-manager]",
		"roles: [product-owner, support-lead, analytics-lead]", "roles: [support-lead, analytics-lead]", "roles: [engineering-manager, security-lead]", "roles: [security-lead]")
	w.open()
	w.waits("the room is open", func() bool { return strings.Contains(w.run("status"), "process") })
	w.says(3, []string{"1 more approval, of nobody else, since no other role that may is held; take one over with role.take"}, "do", "rollback.request", "reason=errors", "steps=feature-disable")
	w.says(1, nil, "do", "rollback.approve", "id="+w.rollback().Requests[0].ID)
	if puts(server) != 0 {
		t.Error("one person approved twice")
	}
}
