package script

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
	"tminus/model/text"
)

// order is what a supervisor is told over its standard input, so that neither secrets nor the environment are ever in a
// file. It travels as gob, which keeps bytes that are no UTF-8.
type order struct {
	Call         string
	Argv, Env    []string
	Digest       string // "": not compared
	Timeout      time.Duration
	TermWait     time.Duration
	LeftoverWait time.Duration
	SweepLimit   time.Duration
	Secrets      []string
	Attached     bool // it ends with who started it, and nothing needs to outlast a power cut
}

// digestForm is hex sha256.
var digestForm = text.Pattern(`^[0-9a-f]{64}$`)

// order reads a call. A call without a digest is none that anybody approved.
func (h *Hands) order(c launch.Call) (order, error) {
	if c.Op != launch.OpRun {
		return order{}, fmt.Errorf("%s is no running of a program", c.Op)
	}
	if !runName().MatchString(c.ID) {
		return order{}, fmt.Errorf("%q cannot be the ID of a call", c.ID)
	}
	if !digestForm().MatchString(c.Args["digest"]) {
		return order{}, errors.New("the call does not say the digest of its program")
	}
	var argv, names []string
	if err := json.Unmarshal([]byte(c.Args["argv"]), &argv); err != nil {
		return order{}, fmt.Errorf("read the call's argv: %w", err)
	}
	if text := c.Args["env"]; text != "" {
		if err := json.Unmarshal([]byte(text), &names); err != nil {
			return order{}, fmt.Errorf("read the call's env: %w", err)
		}
	}
	timeout, err := parseTimeout(c.Args["timeout"])
	if err != nil {
		return order{}, fmt.Errorf("read the call's timeout: %w", err)
	}
	o, err := h.run(argv, names, timeout)
	o.Call, o.Digest = c.ID, c.Args["digest"]
	return o, err
}

// run is the order to run a program.
func (h *Hands) run(argv, names []string, timeout time.Duration) (order, error) {
	if len(argv) == 0 {
		return order{}, errors.New("no program is named")
	}
	if timeout <= 0 {
		timeout = UsualTimeout
	}
	o := order{
		Argv: argv, Env: environment(h.o.Getenv, h.o.Vars, names), Timeout: timeout,
		TermWait: h.termWait, LeftoverWait: h.leftoverWait, SweepLimit: h.sweepLimit, Secrets: known(h.o.Secrets()),
	}
	for _, text := range slices.Concat(o.Argv, o.Env) {
		if strings.ContainsRune(text, 0) {
			return order{}, errors.New("a NUL byte in an argument or a variable: no program can be given that")
		}
	}
	return o, nil
}

// environment is all that a program is given: where to find programs, whose home, which language, the launch file's
// variables as data, and what the launch file names. A name that is not set stays unset.
func environment(getenv func(string) string, vars map[string]string, names []string) []string {
	set := make(map[string]string)
	for _, name := range slices.Concat(names, []string{"PATH", "HOME", "LANG"}) {
		if value := getenv(name); value != "" && !strings.Contains(name, "=") {
			set[name] = value
		}
	}
	for name, value := range vars {
		set["TMINUS_VAR_"+name] = value
	}
	var env []string
	for _, name := range slices.Sorted(maps.Keys(set)) {
		env = append(env, name+"="+set[name])
	}
	return env
}

// parseTimeout reads a duration as the launch file writes it, or as Go does.
func parseTimeout(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	if d, err := runbook.ParseDuration(text); err == nil {
		return time.Duration(d), nil
	}
	return time.ParseDuration(text)
}
