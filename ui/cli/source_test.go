package cli

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tminus/model/strictyaml"
)

func withoutBuiltins(t *testing.T) *app {
	return &app{Env: Env{Dir: t.TempDir(), Ports: Ports{
		Builtin: func(string) ([]byte, bool) { return nil, false }, BuiltinNames: func() []string { return nil },
	}}}
}

func TestADocumentThatGoesOnForEverIsRefused(t *testing.T) {
	a := withoutBuiltins(t)
	for _, read := range []func() error{
		func() error { _, err := a.load("/dev/zero"); return err },
		func() error { _, err := a.validate("/dev/zero"); return err },
	} {
		if err := read(); err == nil || !strings.Contains(err.Error(), "at most 1 MiB") {
			t.Errorf("%v", err)
		}
	}
	if _, err := readFile("/dev/zero"); err == nil || !strings.Contains(err.Error(), "no plain file") {
		t.Errorf("%v", err)
	}
	long := filepath.Join(a.Dir, "long.yaml")
	if err := os.WriteFile(long, make([]byte, strictyaml.MaxSize+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readFile(long); err == nil || !strings.Contains(err.Error(), "is longer than") {
		t.Errorf("%v", err)
	}
}

// `tminus validate <(envsubst < launch.yaml)` has a pipe, which can be read once only.
func TestAPipeIsReadOnce(t *testing.T) {
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if _, err := out.WriteString("launch: x\n"); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	a := withoutBuiltins(t)
	_, err = a.validate("/dev/fd/" + strconv.Itoa(int(in.Fd())))
	if err == nil || !strings.Contains(err.Error(), "t0") { // what is missing in it, not that it is empty
		t.Errorf("%v", err)
	}
}
