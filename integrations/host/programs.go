package host

import (
	"context"
	"errors"
	"os"
	"strings"

	"tminus/integrations/script"
	"tminus/model/launchfile"
	"tminus/model/preflight"
)

// programs looks at every program that the launch may start.
func programs(f *launchfile.File, o Options) []preflight.Test {
	var tests []preflight.Test
	add := func(id string, argv, env []string) {
		if len(argv) == 0 {
			return
		}
		tests = append(tests, preflight.Test{
			ID: "programs/" + id, Group: "Programs", Title: id,
			Run: func(context.Context) preflight.Result { return program(argv[0], env, o.Getenv) },
		})
	}
	for id, a := range sorted(f.Actions) {
		add(id, a.Run, a.Env)
		add(id+"/undo", a.Undo, a.Env)
	}
	for id, p := range sorted(f.Probes) {
		add("probe/"+id, p.Run, nil)
	}
	return tests
}

// program asks the rule by which programs are run.
func program(path string, env []string, getenv func(string) string) preflight.Result {
	if _, err := script.Check(path); err != nil {
		var unfit *script.Unfit
		if errors.As(err, &unfit) {
			return preflight.Fail(unfit.Reason, unfit.Remedy)
		}
		return preflight.Fail(err.Error(), "can the disk be read?")
	}
	var unset []string
	for _, name := range env {
		if _, ok := os.LookupEnv(name); !ok && getenv(name) == "" {
			unset = append(unset, "$"+name)
		}
	}
	if len(unset) > 0 {
		return preflight.Fail("it is given "+strings.Join(unset, ", ")+", which is not set here", "set it in the shell that opens the room, or take it out of env")
	}
	info, err := os.Stat(path)
	if err != nil {
		return preflight.Fail(err.Error(), "make it reachable for you")
	}
	return preflight.Pass("%s, mode %04o", path, info.Mode().Perm())
}
