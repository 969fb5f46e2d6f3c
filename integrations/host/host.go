// Package host examines this machine for a launch: the terminal, the logins, the programs and the secrets that the
// launch file names. It only looks: nothing is run but tmux -V, and no secret is repeated. Secret is
// also how everybody else reads a secret that the file names.
package host

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"tminus/model/launchfile"
	"tminus/model/preflight"
)

// Options are what an examination of a launch file's bindings needs to know of the process it runs in.
type Options struct {
	Getenv    func(string) string
	LookupUID func(user string) int // -1: there is no such login
	Self      string                // the caller's login
	// Status fetches a page and tells its HTTP status.
	Status func(ctx context.Context, url string) (int, error)
}

// Bound are the tests of what a launch file names on this machine, and its probes.
func Bound(f *launchfile.File, o Options) []preflight.Test {
	tests := append(people(f, o), secrets(f, o)...)
	tests = append(tests, programs(f, o)...)
	return append(tests, probes(f, o)...)
}

// people wants a login for everybody: the kernel's word on who calls is matched to them.
func people(f *launchfile.File, o Options) []preflight.Test {
	var tests []preflight.Test
	listed := false
	for _, p := range f.People {
		listed = listed || p.User == o.Self
		tests = append(tests, preflight.Test{
			ID: "people/" + p.User, Group: "People", Title: p.User,
			Run: func(context.Context) preflight.Result {
				if uid := o.LookupUID(p.User); uid >= 0 {
					return preflight.Pass("uid %d: %s", uid, strings.Join(p.Roles, ", "))
				}
				return preflight.Fail("no such login on this host", "correct user: in launch.yaml, or have the login made; without one they are only heard through somebody else")
			},
		})
	}
	return append(tests, preflight.Test{
		ID: "people/you", Group: "People", Title: "you",
		Run: func(context.Context) preflight.Result {
			if listed {
				return preflight.Pass("%s, one of the people", o.Self)
			}
			return preflight.Pass("%s, none of the people: may watch and note", o.Self).Advise("to act in the launch, add yourself under people")
		},
	})
}

// probes fetches what a verification will fetch.
func probes(f *launchfile.File, o Options) []preflight.Test {
	var tests []preflight.Test
	for id, p := range sorted(f.Probes) {
		if p.HTTP == "" {
			continue // a program: see programs
		}
		want := p.Expect
		if want == 0 {
			want = http.StatusOK
		}
		tests = append(tests, preflight.Test{
			ID: "probes/" + id, Group: "Probes", Title: id,
			Run: func(ctx context.Context) preflight.Result {
				got, err := o.Status(ctx, p.HTTP)
				switch {
				case got == want:
					return preflight.Pass("answers %d", got)
				case got != 0:
					return preflight.Fail(fmt.Sprintf("answers %d; the launch expects %d", got, want), "is it up, and is the probe's address right?")
				case err != nil:
					return preflight.FaultResult(err)
				}
				return preflight.Fail("did not answer", "is the probe's address right?")
			},
		})
	}
	return tests
}
