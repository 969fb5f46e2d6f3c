package host_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"tminus/integrations/host"
	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/room"
)

const hidden = "s3cr3t-value"

// world is a folder of files, and the options for it.
func world(t *testing.T, env map[string]string) (string, host.Options) {
	t.Helper()
	dir := t.TempDir()
	// The folders above belong to the test's runner; what is examined is safe from here down.
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir, host.Options{
		Getenv:    func(name string) string { return env[name] },
		LookupUID: func(user string) int { return map[string]int{"eng-lead": 1001}[user] - 1 },
		Self:      "eng-lead",
		Status:    func(context.Context, string) (int, error) { return 200, nil },
	}
}

func write(t *testing.T, path, content string, mode os.FileMode) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// want runs the tests and compares the outcomes, with a piece of their text.
func want(t *testing.T, tests []preflight.Test, wanted map[string]string) {
	t.Helper()
	for _, test := range tests {
		r := test.Run(t.Context())
		said := r.Detail + " -> " + r.Remedy
		if strings.Contains(said, hidden) {
			t.Errorf("%s shows a secret", test.ID)
		}
		w, ok := wanted[test.ID]
		outcome, piece, _ := strings.Cut(w, ": ")
		if !ok || r.Outcome.String() != outcome || !strings.Contains(said, piece) {
			t.Errorf("%s: %s: %s; want %s", test.ID, r.Outcome, said, w)
		}
		delete(wanted, test.ID)
	}
	for id := range wanted {
		t.Errorf("there is no test %s", id)
	}
}

func TestPeopleHaveLogins(t *testing.T) {
	_, o := world(t, nil)
	f := &launchfile.File{People: []launchfile.Person{{User: "eng-lead", Roles: []string{"engineering-lead"}}, {User: "product"}}}
	want(t, host.Bound(f, o), map[string]string{
		"people/eng-lead": "passed: uid 1000: engineering-lead",
		"people/product":  "failed: no such login on this host -> correct user:",
		"people/you":      "passed: eng-lead, one of the people",
	})
	o.Self = "stranger"
	want(t, host.Bound(&launchfile.File{}, o), map[string]string{"people/you": "passed: stranger, none of the people: may watch and note -> to act"})
}

func TestSecretsAreThereAndNobodyElses(t *testing.T) {
	dir, o := world(t, map[string]string{"SLACK": hidden, "BLANK": " "})
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	prometheus := func(file string) launchfile.Source {
		return launchfile.Source{Prometheus: &launchfile.Prometheus{TokenFile: file}}
	}
	f := &launchfile.File{
		Sources: map[string]launchfile.Source{
			"good": prometheus(write(t, filepath.Join(dir, "good"), hidden, 0o600)), "open": prometheus(write(t, filepath.Join(dir, "open"), hidden, 0o604)),
			"empty": prometheus(write(t, filepath.Join(dir, "empty"), "", 0o600)), "none": prometheus(filepath.Join(dir, "none")),
			"pipe": prometheus(filepath.Join(dir, "pipe")), "dir": prometheus(dir), "public": {HTTP: &launchfile.HTTPJSON{}},
		},
		Notify: launchfile.Notify{
			Slack: &launchfile.Slack{WebhookEnv: "SLACK"}, Statuspage: &launchfile.Statuspage{TokenEnv: "UNSET"},
			Email: &launchfile.Email{PasswordEnv: "BLANK"}, PagerDuty: &launchfile.PagerDuty{RoutingKeyEnv: "SLACK"},
		},
	}
	want(t, host.Bound(f, o), map[string]string{
		"people/you":                           "passed: ",
		"secrets/sources.good.token":           "passed: mode 0600",
		"secrets/sources.open.token":           "failed: everybody on this host can get at",
		"secrets/sources.empty.token":          "failed: is empty",
		"secrets/sources.none.token":           "failed: there is no file",
		"secrets/sources.pipe.token":           "failed: not a regular file",
		"secrets/sources.dir.token":            "failed: not a regular file",
		"secrets/notify.slack.webhook":         "passed: $SLACK is set",
		"secrets/notify.statuspage.token":      "failed: $UNSET is not set here -> export UNSET",
		"secrets/notify.email.password":        "failed: $BLANK is not set here",
		"secrets/notify.pagerduty.routing_key": "passed: $SLACK is set",
	})
}

func TestProgramsCanBeStartedAndReplacedByNobody(t *testing.T) {
	dir, o := world(t, map[string]string{"PGHOST": "db"})
	script := func(name, content string, mode os.FileMode) []string {
		return []string{write(t, filepath.Join(dir, name), content, mode)}
	}
	loose := script("loose/run.sh", "#!/bin/sh\n", 0o755)
	if err := os.Chmod(filepath.Join(dir, "loose"), 0o777); err != nil {
		t.Fatal(err)
	}
	good := script("good.sh", "#!/bin/sh -e\n", 0o755)
	link := filepath.Join(dir, "link")
	if err := os.Symlink(loose[0], link); err != nil {
		t.Fatal(err)
	}
	f := &launchfile.File{
		Actions: map[string]launchfile.Program{
			"good": {Run: good, Undo: []string{filepath.Join(dir, "none")}, Env: []string{"PGHOST"}}, "env": {Run: good, Env: []string{"PGUSER_UNSET"}},
			"still": {Run: script("still.sh", "#!/bin/sh\n", 0o644)}, "open": {Run: script("open.sh", "#!/bin/sh\n", 0o775)},
			"loose": {Run: loose}, "link": {Run: []string{link}}, "relative": {Run: []string{"good.sh"}}, "folder": {Run: []string{dir}},
			"bare": {Run: script("bare.sh", "echo\n", 0o755)}, "dos": {Run: script("dos.sh", "#!/bin/sh\r\n", 0o755)},
			"exotic": {Run: script("exotic", "#!/opt/no/such\n", 0o755)}, "binary": {Run: []string{"/proc/self/exe"}},
		},
		Probes: map[string]launchfile.Probe{"health": {Run: good}},
	}
	tests := host.Bound(f, o)
	self, err := os.Executable() // where the test's binary stands decides whether it counts as safe
	if err != nil || self == "" {
		t.Fatal(err)
	}
	kept := tests[:0]
	for _, test := range tests {
		if test.ID != "programs/binary" {
			kept = append(kept, test)
		} else if r := test.Run(t.Context()); strings.Contains(r.Detail, "#!") {
			t.Errorf("a binary is taken for a script: %+v", r)
		}
	}
	want(t, kept, map[string]string{
		"people/you":            "passed: ",
		"programs/good":         "passed: good.sh, mode 0755",
		"programs/good/undo":    "failed: there is no ",
		"programs/env":          "failed: $PGUSER_UNSET, which is not set here",
		"programs/still":        "failed: you may not execute",
		"programs/open":         "failed: others can write to " + dir + "/open.sh (mode 0775) -> chmod go-w",
		"programs/loose":        "failed: others can write to " + dir + "/loose (mode 0777)",
		"programs/link":         "failed: others can write to " + dir + "/loose",
		"programs/relative":     "failed: not an absolute path",
		"programs/folder":       "failed: is not a program file",
		"programs/bare":         "failed: neither a program nor a script with a #! line",
		"programs/dos":          "failed: Windows line ends",
		"programs/exotic":       "failed: wants an interpreter that is not here: /opt/no/such",
		"programs/probe/health": "passed: good.sh",
	})
}

func TestProbesAnswerWhatIsExpected(t *testing.T) {
	_, o := world(t, nil)
	o.Status = func(_ context.Context, url string) (int, error) {
		switch url {
		case "http://up":
			return 204, nil
		case "http://sick":
			return 503, errors.New("503")
		}
		return 0, &room.Fault{Kind: room.FaultUnreachable, Reason: "connection refused"}
	}
	f := &launchfile.File{Probes: map[string]launchfile.Probe{"up": {HTTP: "http://up", Expect: 204}, "sick": {HTTP: "http://sick"}, "down": {HTTP: "http://down"}}}
	want(t, host.Bound(f, o), map[string]string{
		"people/you":  "passed: ",
		"probes/up":   "passed: answers 204",
		"probes/sick": "failed: answers 503; the launch expects 200",
		"probes/down": "failed: connection refused",
	})
}

func TestTheTerminal(t *testing.T) {
	bin := t.TempDir()
	write(t, filepath.Join(bin, "tmux"), "#!/bin/sh\necho tmux 3.4\n", 0o755)
	for _, c := range []struct {
		name     string
		env      map[string]string
		terminal host.Terminal
		path     string
		want     map[string]string
	}{
		{"large, in tmux", map[string]string{"TERM": "tmux-256color", "COLORTERM": "truecolor", "LANG": "en_US.UTF-8", "TMUX": "/tmp/x"}, host.Terminal{TTY: true, Width: 200, Height: 50}, bin,
			map[string]string{"size": "passed: 200x50", "colours": "passed: true colour", "encoding": "passed: UTF-8", "tmux": "passed: tmux 3.4, and this shell is in it"}},
		{"small, bare", map[string]string{"TERM": "linux", "LANG": "C.utf8"}, host.Terminal{TTY: true, Width: 80, Height: 24}, bin,
			map[string]string{"size": "passed: 80x24 -> 120x35", "colours": "passed: 16 colours", "encoding": "passed: UTF-8", "tmux": "passed: not in it -> tmux new -s launch"}},
		{"hopeless", map[string]string{"TERM": "dumb", "LC_ALL": "C", "LANG": "en_US.UTF-8"}, host.Terminal{TTY: true, Width: 79, Height: 24}, t.TempDir(),
			map[string]string{"size": "failed: 79x24 is too small", "colours": `failed: TERM="dumb"`, "encoding": "failed: the locale C is not UTF-8", "tmux": "failed: install tmux"}},
		{"no terminal", map[string]string{"TERM": "xterm"}, host.Terminal{}, bin,
			map[string]string{"size": "not testable: no terminal", "colours": "not testable: no terminal", "encoding": "failed: no locale is set", "tmux": "passed: "}},
		{"no colours wanted", map[string]string{"TERM": "xterm-256color", "NO_COLOR": "1", "LC_CTYPE": "de_DE.UTF-8@euro"}, host.Terminal{TTY: true}, bin,
			map[string]string{"size": "not testable: does not tell its size", "colours": "passed: NO_COLOR", "encoding": "passed: UTF-8", "tmux": "passed: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("PATH", c.path+":/bin:/usr/bin")
			if c.name == "hopeless" {
				t.Setenv("PATH", c.path)
			}
			wanted := make(map[string]string)
			for id, w := range c.want {
				wanted["terminal/"+id] = w
			}
			want(t, host.Local(func(n string) string { return c.env[n] }, c.terminal), wanted)
		})
	}
}

func TestSecretNamesThePlaceAndNeverTheValue(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("GOOD_TOKEN", " "+hidden+"\n")
	if got, err := host.Secret("GOOD_TOKEN", ""); got != hidden || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := host.Secret("", write(t, filepath.Join(dir, "t"), hidden+"\n", 0o600)); got != hidden || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{filepath.Join(dir, "none"), dir, filepath.Join(dir, "pipe"), write(t, filepath.Join(dir, "big"), strings.Repeat(hidden, 10_000), 0o600), write(t, filepath.Join(dir, "e"), "\n", 0o600)} {
		if got, err := host.Secret("", file); err == nil || got != "" || !strings.Contains(err.Error(), file) || strings.Contains(err.Error(), hidden) {
			t.Errorf("%s: %q, %v", file, got, err)
		}
	}
	if _, err := host.Secret("NOT_SET_AT_ALL", ""); err == nil || !strings.Contains(fmt.Sprint(err), "$NOT_SET_AT_ALL") {
		t.Error(err)
	}
}
