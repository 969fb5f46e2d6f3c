package script

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
)

func TestAProgramRunsToItsEnd(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.do("2m", w.script(`echo "halting $1"; echo trouble >&2; pwd; umask 022; read line || echo no input`), "all of it")
	p := w.ends(c)
	if want := []string{"halting all of it", "trouble", "/", "no input"}; p.State != "succeeded" || !slices.Equal(p.Lines, want) || p.Total != 37 {
		t.Errorf("%+v", p)
	}
	holds(t, p.Detail, "exit status 0 after ")
	kept := w.read(filepath.Join(w.folder(c), outputFile))
	if sum := sha256.Sum256([]byte(kept)); p.Result != hex.EncodeToString(sum[:]) {
		t.Errorf("digest %s of %q", p.Result, kept)
	}
	s := w.status(c)
	if s.Call != c.ID || s.Exit != 0 || s.Bytes != 37 || s.BootID == "" || s.Started.IsZero() || s.Ended.Before(s.Started) ||
		s.LeftChildren != 0 || s.Timeout != "2m" {
		t.Errorf("%+v", s)
	}
	f := w.look(c)
	if f.Found != launch.FoundYes || f.Result["run"] != w.folder(c) || f.Result["boot"] != bootID() || f.Result["pid"] != fmt.Sprint(s.PID) {
		t.Errorf("%+v", f)
	}
	w.private(w.folder(c))
}

// private makes sure that nobody else can read anything of a run.
func (w *world) private(dir string) {
	w.t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			w.t.Errorf("%s has mode %04o", path, info.Mode().Perm())
		}
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
}

func TestHowAProgramFails(t *testing.T) {
	w := newWorld(t, Options{})
	for body, detail := range map[string]string{
		"exit 3":        "exit status 3 after ",
		"kill -SEGV $$": "killed by SIGSEGV after ",
	} {
		if p := w.ends(w.do("", w.script(body))); p.State != "failed" || !strings.HasPrefix(p.Detail, detail) {
			t.Errorf("%s: %+v", body, p)
		}
	}
}

func TestABinaryRunsByItsDescriptor(t *testing.T) {
	w := newWorld(t, Options{})
	p := w.ends(w.do("1m", "/usr/bin/printf", "%s\n", "a binary"))
	if p.State != "succeeded" || !slices.Equal(p.Lines, []string{"a binary"}) {
		t.Errorf("%+v", p)
	}
}

func TestTimeouts(t *testing.T) {
	w := newWorld(t, Options{})
	for body, detail := range map[string]string{
		`trap "" TERM; sh -c 'echo $$; exec sleep 1000'; sleep 1000`: "timed out after 1s: killed",
		`echo $$; exec sleep 1000`:                                   "timed out after 1s: ended by SIGTERM",
		`echo $$; trap "exit 0" TERM; sleep 1000 & wait`:             "timed out after 1s: exit status 0",
	} {
		c := w.do("1s", w.script(body))
		p := w.ends(c)
		if s := w.status(c); p.State != "failed" || !s.TimedOut || !strings.HasPrefix(p.Detail, detail) {
			t.Errorf("%s: %+v", body, p)
		}
		w.gone(strings.Join(p.Lines, " "))
	}
}

func TestAFloodIsBounded(t *testing.T) {
	w := newWorld(t, Options{Secrets: func() []string { return []string{"s3cr3t-value"} }})
	c := w.do("1m", w.script(`head -c 104857600 /dev/zero | tr '\0' x; echo; echo the end; while ! [ -e "$1" ]; do sleep 0.02; done`), w.file("go"))
	began := time.Now()
	w.until("the flood is shown", func() bool { return w.follow(c).Total == 104857609 })
	took := time.Since(began)
	p := w.follow(c)
	if last := p.Lines[len(p.Lines)-1]; p.State != "running" || last != "the end" || len(p.Lines[0]) > longestLine+3 {
		t.Errorf("%s, the last line is %.80q", p.State, last)
	}
	var size int64
	files, _ := os.ReadDir(w.folder(c))
	for _, f := range files {
		if info, err := f.Info(); err == nil {
			size += info.Size()
		}
	}
	var memory int
	for line := range strings.Lines(w.read(fmt.Sprintf("/proc/%d/status", w.status(c).Supervisor))) {
		_, _ = fmt.Sscanf(line, "VmHWM: %d kB", &memory)
	}
	t.Logf("%v, %d bytes on disk, %d kB of memory", took, size, memory)
	if size > 2<<20 || memory == 0 || memory > 100<<10 || took > 15*time.Second {
		t.Error("that is not bounded")
	}
	w.write(w.file("go"), "", 0o600)
	p = w.ends(c)
	kept := w.read(filepath.Join(w.folder(c), outputFile))
	if p.State != "succeeded" || p.Total != 104857609 || len(kept) < 2*half || len(kept) > 2*half+100 {
		t.Errorf("%s, %d bytes, %d are kept", p.State, p.Total, len(kept))
	}
	holds(t, kept, fmt.Sprintf("xxx\n[… %d bytes are not kept …]\nxxx", 104857609-2*half), "x\nthe end\n")
	if _, err := os.Stat(filepath.Join(w.folder(c), tailFile)); err == nil {
		t.Error("the working file is left")
	}
}

func TestWhatIsLeftBehindIsKilled(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.do("1m", w.script(`
setsid sh -c 'trap "" TERM HUP; echo $$ >> "$1"; sleep 1000; sleep 1000' - "$1" &
sh -c 'echo $$ >> "$1"; exec sleep 1000' - "$1" &
until [ $(wc -l < "$1") = 2 ]; do sleep 0.02; done 2> /dev/null
exit 0`), w.file("pids"))
	p := w.ends(c)
	if s := w.status(c); p.State != "succeeded" || s.LeftChildren != 3 || s.Exit != 0 {
		t.Errorf("%+v %+v", p, s)
	}
	holds(t, p.Detail, "exit status 0 after ", "3 processes that it left behind were killed")
	w.gone(w.read(w.file("pids")))
}

func TestWhatEndsByItselfSoonIsNotKilled(t *testing.T) {
	w := newWorld(t, Options{})
	w.hand.leftoverWait = 10 * time.Second
	c := w.do("1m", w.script(`(sleep 0.1; echo late) & echo early`))
	if p := w.ends(c); w.status(c).LeftChildren != 0 || !slices.Equal(p.Lines, []string{"early", "late"}) {
		t.Errorf("%+v", p)
	}
}

func TestStopping(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.do("1m", w.script(`trap "" TERM; echo $$; while :; do sleep 0.05; done`))
	w.until("its output is shown", func() bool { return len(w.follow(c).Lines) == 1 })
	if asked, err := w.hand.Stop(t.Context(), c); err != nil || !asked {
		t.Fatal(asked, err)
	}
	p := w.ends(c)
	if p.State != "stopped" || !strings.Contains(p.Detail, ": killed") {
		t.Errorf("%+v", p)
	}
	w.gone(p.Lines[0])
	if asked, err := w.hand.Stop(t.Context(), c); err != nil || asked {
		t.Errorf("stopping what has ended: %v %v", asked, err)
	}
	if _, err := w.hand.Stop(t.Context(), launch.Call{ID: "/etc/.."}); err == nil {
		t.Error("a folder that is no run was accepted")
	}
}

func TestTheEnvironmentIsWhatIsPromised(t *testing.T) {
	env := map[string]string{
		"PATH": "/bin:/usr/bin", "HOME": "/root", "LANG": "C.UTF-8", "GIVEN": "b\xffd = $(id)", "AWS_SECRET": "no", "TMINUS_DB": "no", "TERM": "no",
	}
	w := newWorld(t, Options{Getenv: func(name string) string { return env[name] }, Vars: map[string]string{"FEATURE": "it's; rm -rf `x`\n2"}})
	p := w.ends(w.do("1m", "/usr/bin/env", "-0"))
	got := strings.Split(strings.TrimSuffix(strings.Join(p.Lines, "\n"), "\x00"), "\x00")
	slices.Sort(got)
	want := []string{"GIVEN=b\xffd = $(id)", "HOME=/root", "LANG=C.UTF-8", "PATH=/bin:/usr/bin", "TMINUS_VAR_FEATURE=it's; rm -rf `x`\n2"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestNothingIsInherited(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.do("1m", "/bin/ls", "-l", "/proc/self/fd")
	p := w.ends(c)
	var links []string
	for _, line := range p.Lines {
		if _, link, ok := strings.Cut(line, " -> "); ok {
			links = append(links, link)
		}
	}
	// The fourth is the folder that ls itself reads.
	if len(links) != 4 || links[0] != "/dev/null" || !strings.HasPrefix(links[1], "pipe:") || links[1] != links[2] || !strings.HasPrefix(links[3], "/proc/") {
		t.Errorf("%q", p.Lines)
	}
	p = w.ends(w.do("1m", w.script(`ps -o sid=,pgid=,tty= -p $$; grep -E '^Sig(Ign|Blk)' /proc/self/status; echo $$`)))
	pid := p.Lines[len(p.Lines)-1]
	if f := strings.Fields(p.Lines[0]); !slices.Equal(f, []string{pid, pid, "?"}) {
		t.Errorf("session, group and terminal are %q", p.Lines[0])
	}
	if !slices.Equal(p.Lines[1:3], []string{"SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000"}) {
		t.Errorf("signals: %q", p.Lines[1:3])
	}
}

func TestSecretsAreMasked(t *testing.T) {
	w := newWorld(t, Options{Secrets: func() []string { return []string{"s3cr3t-value\n", "tiny"} }})
	c := w.do("1m", w.script(`printf 'a tiny s3cr'; sleep 0.1; printf '3t-va'; sleep 0.1; printf 'lue and s3cr3t-val, s3cr3'`))
	if p := w.ends(c); !slices.Equal(p.Lines, []string{"a tiny ••• and s3cr3t-val, s3cr3"}) {
		t.Errorf("%q", p.Lines)
	}
	files, err := os.ReadDir(w.folder(c))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.Contains(w.read(filepath.Join(w.folder(c), f.Name())), "s3cr3t-value") {
			t.Errorf("%s holds the secret", f.Name())
		}
	}
}

func TestASecretThatIsLearntLaterIsNotShown(t *testing.T) {
	var secrets []string
	w := newWorld(t, Options{Secrets: func() []string { return secrets }})
	c := w.do("1m", w.script(`echo a s3cr3t-value`))
	w.ends(c)
	secrets = []string{"s3cr3t-value"}
	if p := w.follow(c); !slices.Equal(p.Lines, []string{"a •••"}) {
		t.Errorf("%q", p.Lines)
	}
}

func TestASupervisorIsNoCommand(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.do("1m", w.script("true"))
	w.ends(c)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p, err := w.hand.RunProbe(t.Context(), []string{w.script(`exec "$1" supervise-a-program "$2" 3<&0`), self, w.folder(c)}, nil, "", 0)
	if err != nil || p.State != "failed" || p.Lines[0] != "this is no command: tminus starts it to supervise a program" {
		t.Errorf("%+v %v", p, err)
	}
	if w.status(c).State != stateEnded {
		t.Error("the run was touched")
	}
}
