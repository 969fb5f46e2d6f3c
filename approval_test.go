package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// later moves a room's clock, as time that passes does.
func (w *watchedLaunch) later(by time.Duration) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, "clock"), []byte(by.String()), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// An approval counts for fifteen minutes: in the room that took it, and in one that was started again meanwhile. Where it is
// older the request has lapsed, and another person's word does not bring it back.
func TestAnApprovalOfSixteenMinutesAgoDoesNotCount(t *testing.T) {
	for _, restarted := range []bool{false, true} {
		t.Run(fmt.Sprintf("restarted %v", restarted), func(t *testing.T) {
			w, server, logins, program := sharedWith(t, "", "other-po")
			w.kill()
			w.env = append(w.env, "TMINUS_CLOCK="+filepath.Join(w.dir, "clock"))
			w.later(0)
			w.open()
			w.waits("the room is open", func() bool { return strings.Contains(w.run("status"), "process") })
			w.says(3, nil, "do", "rollback.request", "reason=errors", "steps=feature-disable")
			id := w.rollback().Requests[0].ID
			if restarted {
				w.kill()
			}
			w.later(16 * time.Minute)
			if restarted {
				w.open()
				w.waits("the room is open", func() bool { return strings.Contains(w.run("status"), "process") })
			}
			if status, out := w.as(logins["other-po"], program, nil, "approve", id); status != 1 {
				t.Errorf("the second approval ended with %d: %s", status, out)
			}
			if s := w.rollback().Requests[0].State; s != "lapsed" || puts(server) != 0 {
				t.Errorf("the request is %s after %d writes", s, puts(server))
			}
			if log := w.run("log", "--kind", "rollback.lapsed"); !strings.Contains(log, "too few approved it in time") {
				t.Errorf("%s", log)
			}
			// One by one within the time, they count.
			w.says(3, nil, "do", "rollback.request", "reason=errors still", "steps=feature-disable")
			requests := w.rollback().Requests
			w.later(30 * time.Minute)
			if status, out := w.as(logins["other-po"], program, nil, "approve", requests[len(requests)-1].ID); status != 0 {
				t.Errorf("after fourteen minutes: %d: %s", status, out)
			}
			w.waits("the flag is off", func() bool { return puts(server) == 1 })
			w.intact(server, 1)
		})
	}
}

// replay sends the very bytes of a command to a room's socket, as often as it is told to.
func replay(t *testing.T, socket, body string, times int) (statuses []int, said string) {
	t.Helper()
	for range times {
		c, err := net.Dial("unix", socket)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, fmt.Sprintf("POST /do HTTP/1.1\r\nHost: room\r\nTminus-Protocol: tminus-room/1\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(body), body))
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		statuses, said = append(statuses, answer.StatusCode), string(text)
		_ = c.Close()
	}
	return statuses, said
}

// The same approval, sent again and again by the same person, is one approval: while the request is open, and after its
// rollback is under way.
func TestAReplayedApprovalIsOneApproval(t *testing.T) {
	w, server, logins, program := sharedWith(t, "", "other-po")
	w.says(3, nil, "do", "rollback.request", "reason=errors", "steps=feature-disable")
	id := w.rollback().Requests[0].ID
	body := `{"action":"rollback.approve","args":{"id":"` + id + `"}}`
	if _, said := replay(t, w.socket, body, 20); !strings.Contains(said, "you have approved") {
		t.Errorf("a replay is answered with %s", said)
	}
	if s := w.rollback().Requests[0].State; s != "open" || puts(server) != 0 {
		t.Fatalf("the request is %s after %d writes", s, puts(server))
	}
	if status, out := w.as(logins["other-po"], program, nil, "approve", id); status != 0 {
		t.Fatalf("%d: %s", status, out)
	}
	w.waits("the flag is off", func() bool { return puts(server) == 1 })
	replay(t, w.socket, body, 20)
	if n := len(w.entries("rollback.approved")); n != 2 {
		t.Errorf("%d approvals are in the journal", n)
	}
	w.intact(server, 1)
}

// What is executed is what was approved: a program whose bytes were changed in between is not run, and a launch file that
// was edited in between has to be reviewed first.
func TestAnEditedPlanIsNotExecuted(t *testing.T) {
	t.Run("the program's bytes", func(t *testing.T) {
		dir := t.TempDir()
		bind := programs(t, dir, map[string]string{"halt-incoming-transactions": `touch "$dir/ran"`})
		w, server, logins, program := sharedWith(t, bind, "other-po")
		w.says(3, nil, "do", "rollback.request", "reason=errors", "steps=database-rollback")
		id := w.rollback().Requests[0].ID
		programs(t, dir, map[string]string{"halt-incoming-transactions": `touch "$dir/ran" "$dir/something else"`})
		if status, out := w.as(logins["other-po"], program, nil, "approve", id); status != 1 || !strings.Contains(out, "not sent") {
			t.Errorf("%d: %s", status, out)
		}
		w.waits("its step has failed", func() bool { return w.rollback().step("database-rollback") == "failed" })
		if out := w.run("log", "--kind", "step.failed"); exists(filepath.Join(dir, "ran")) || !strings.Contains(out, "halt-incoming-transactions.sh") {
			t.Errorf("it ran, or nobody says why not: %s", out)
		}
		w.intact(server, 0)
	})
	for _, restarted := range []bool{true, false} {
		t.Run(fmt.Sprintf("the launch file, restarted %v", restarted), func(t *testing.T) {
			w, server, logins, program := sharedWith(t, "", "other-po")
			server.SetParameter("/features/other/enabled", "String", "true", "arn:x")
			w.says(3, nil, "do", "rollback.request", "reason=errors", "steps=feature-disable")
			id := w.rollback().Requests[0].ID
			text, err := os.ReadFile(w.file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(w.file, []byte(strings.ReplaceAll(string(text), flagName, "/features/other/enabled")), 0o600); err != nil {
				t.Fatal(err)
			}
			if restarted {
				w.kill()
				w.open()
				w.waits("the room is open", func() bool { return strings.Contains(w.run("status"), "process") })
				w.waits("the change is seen", func() bool { return len(w.entries("document.changed")) == 1 })
				_, list := w.command("do", "--list", "--json")
				change := regexp.MustCompile(`"id","help":"the change[^}]*"choices":\["([0-9a-f]{8})`).FindStringSubmatch(list)
				if change == nil {
					t.Fatalf("no change can be named: %s", list)
				}
				w.says(0, nil, "do", "document.review", "document=launch-file", "id="+change[1])
				status, out := w.as(logins["other-po"], program, nil, "approve", id)
				if status == 0 || puts(server) != 0 || w.rollback().Requests[0].State == "executing" {
					t.Errorf("an approval of the plan before the edit: %d after %d writes: %s", status, puts(server), out)
				}
				t.Log(out)
				return
			}
			// Before the room has looked at the file, what was approved is the plan as it was made, and nothing else is done.
			if status, out := w.as(logins["other-po"], program, nil, "approve", id); status != 0 {
				t.Errorf("%d: %s", status, out)
			}
			w.waits("the flag is off", func() bool { return puts(server) == 1 })
			if p, _ := server.Parameter("/features/other/enabled"); p.Value != "true" {
				t.Error("a parameter was written that nobody approved")
			}
			w.intact(server, 1)
		})
	}
}
