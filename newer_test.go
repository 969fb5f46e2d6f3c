package main

import (
	"crypto/sha256"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A journal, or a database, of a newer program than this one is read and told, and nothing is added to it or done by it.
func TestAnOldProgramOnNewerDataIsReadOnly(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sqlite3"); err != nil {
		t.Skip("the sqlite3 program is not installed")
	}
	for name, change := range map[string]func(body string) string{
		"another version of entries": func(body string) string { return strings.Replace(body, `{"v":1,`, `{"v":2,`, 1) },
		"an unknown kind":            func(body string) string { return strings.Replace(body, `"note.added"`, `"note.sung"`, 1) },
		"another schema":             nil,
	} {
		t.Run(name, func(t *testing.T) {
			w, server := newRollback(t)
			w.open()
			w.waits("the room is open", func() bool { return strings.Contains(w.run("status"), "process") })
			w.says(0, nil, "note", "written by an old program")
			w.kill()
			db := filepath.Join(w.dir, "state", "tminus", "tminus.db")
			sql := func(statement string) string {
				t.Helper()
				out, err := exec.Command("sqlite3", db, statement).CombinedOutput()
				if err != nil {
					t.Fatalf("%s: %v: %s", statement, err, out)
				}
				return strings.TrimSuffix(string(out), "\n")
			}
			before := sql("SELECT max(seq) FROM entries")
			if change == nil {
				sql("PRAGMA user_version = 99")
				w.says(1, []string{"newer tminus"}, "run", w.file, "--headless")
			} else {
				last := strings.SplitN(sql("SELECT seq || char(9) || hash || char(9) || body FROM entries ORDER BY seq DESC LIMIT 1"), "\t", 3)
				seq := 0
				_, _ = fmt.Sscan(last[0], &seq)
				body := change(last[2])
				body = strings.Replace(body, fmt.Sprintf(`"seq":%d,`, seq), fmt.Sprintf(`"seq":%d,`, seq+1), 1)
				prev := strings.Index(body, `"prev":"`) + len(`"prev":"`)
				body = body[:prev] + last[1] + body[prev+len(last[1]):]
				sql(fmt.Sprintf("INSERT INTO entries(launch, seq, body, hash) VALUES ('checkout', %d, '%s', '%x')", seq+1, strings.ReplaceAll(body, "'", "''"), sha256.Sum256([]byte(body))))
				before = sql("SELECT max(seq) FROM entries")
				w.open()
				w.waits("the room is open", func() bool { return strings.Contains(w.run("status"), "process") })
			}
			status, reasons := w.reasons()
			if status == "GREEN" || change != nil && !strings.Contains(reasons, "newer") {
				t.Errorf("the status is %s: %s", status, reasons)
			}
			for _, args := range [][]string{{"note", "x"}, {"do", "flag.off", "reason=x"}, back("feature-disable")} {
				status, out := w.command(args...)
				if status != 1 || !strings.Contains(out, "newer") {
					t.Errorf("%v ended with %d: %s", args, status, out)
				}
			}
			for _, read := range [][]string{{"status"}, {"launches"}} {
				if status, out := w.command(read...); status != 0 || !strings.Contains(out, "checkout") {
					t.Errorf("%v ended with %d: %.300s", read, status, out)
				}
			}
			if out := w.run("log"); !strings.Contains(out, "written by an old program") {
				t.Errorf("%s", out)
			}
			if out := w.run("verify"); strings.Contains(out, "BROKEN") || !strings.Contains(out, "intact") && !strings.Contains(out, "CANNOT VERIFY: entry 3: written by a newer version") {
				t.Errorf("verify: %s", out)
			}
			if after := sql("SELECT max(seq) FROM entries"); after != before || puts(server) != 0 {
				t.Errorf("%s entries became %s, after %d writes", before, after, puts(server))
			}
		})
	}
}
