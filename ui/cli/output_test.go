package cli

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAResultThatIsNotWrittenIsNoSuccess(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"schema", "launch"}, {"help"}} {
		var told bytes.Buffer
		env := Env{Out: full{}, Err: &told, Ports: Ports{Scenarios: func() []string { return nil }}}
		if got := Main(t.Context(), env, args); got != exitFailed || !strings.Contains(told.String(), "no space left") {
			t.Errorf("%v: exit %d, %s", args, got, told.String())
		}
	}
}

func TestASpeedThatIsNoNumberIsRefused(t *testing.T) {
	for _, speed := range []string{"NaN", "Inf", "0.4", "121"} {
		var told bytes.Buffer
		env := Env{Out: &told, Err: &told, IsTTY: func() bool { return true }, Getenv: func(string) string { return "xterm" }}
		env.Ports.Scenarios = func() []string { return nil }
		if got := Main(t.Context(), env, []string{"rehearse", "--speed", speed}); got != exitUsage || !strings.Contains(told.String(), "expected 0.5 to 120") {
			t.Errorf("%s: exit %d, %s", speed, got, told.String())
		}
	}
}
