package script

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
)

func TestProbes(t *testing.T) {
	w := newWorld(t, Options{Vars: map[string]string{"APP": "shop"}})
	for body, state := range map[string]string{
		`echo "$TMINUS_VAR_APP $1"`: "succeeded", "echo shop x; exit 3": "failed", "echo shop x; trap '' TERM; sleep 1000": "failed",
	} {
		p, err := w.hand.RunProbe(t.Context(), []string{w.script(body), "x"}, nil, "", 2*time.Second)
		if err != nil || p.State != state || !slices.Equal(p.Lines, []string{"shop x"}) || p.Total != 7 || len(p.Result) != 64 {
			t.Errorf("%s: %+v %v", body, p, err)
		}
	}
	loose := w.script("true")
	if err := os.Chmod(loose, 0o770); err != nil {
		t.Fatal(err)
	}
	for _, argv := range [][]string{nil, {loose}, {"true"}, {w.file("none")}} {
		if p, err := w.hand.RunProbe(t.Context(), argv, nil, "", 0); err == nil {
			t.Errorf("%v: %+v", argv, p)
		}
	}
}

func TestAProbeEndsWithItsCaller(t *testing.T) {
	w := newWorld(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	pid := w.file("pid")
	go func() {
		w.until("it runs", func() bool { return strings.HasSuffix(w.read(pid), "\n") })
		cancel()
	}()
	argv := []string{w.script(`trap "" TERM; sleep 1000 & echo $$ $! > ` + pid + `; while :; do sleep 0.05; done`)}
	if p, err := w.hand.RunProbe(ctx, argv, nil, "", time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("%+v %v", p, err)
	}
	w.gone(w.read(pid))
}

func TestAProbeLeavesNoFolder(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	dir := t.TempDir()
	h := New(Options{Dir: dir})
	if _, err := h.RunProbe(t.Context(), []string{"/bin/true"}, nil, "", 0); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*"))
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("left over: %v", left)
		}
	}
}

func TestAProbeThatIsNotTheOnePlannedIsNotRun(t *testing.T) {
	w := newWorld(t, Options{})
	path := w.script(`touch "$1"`)
	planned, err := Check(path)
	if err != nil {
		t.Fatal(err)
	}
	probe := func() (launch.Progress, error) {
		return w.hand.RunProbe(t.Context(), []string{path, w.file("ran")}, nil, planned, time.Minute)
	}
	if p, err := probe(); err != nil || p.State != "succeeded" {
		t.Fatalf("%+v %v", p, err)
	}
	if err := os.Remove(w.file("ran")); err != nil {
		t.Fatal(err)
	}
	w.write(path, w.read(path)+"# edited\n", 0o755)
	_, err = probe()
	if _, missing := os.Stat(w.file("ran")); err == nil || !strings.Contains(err.Error(), "is not the program that was planned") || missing == nil {
		t.Errorf("%v; it ran: %v", err, missing == nil)
	}
}
