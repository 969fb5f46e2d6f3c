package host

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"

	"tminus/model/launchfile"
	"tminus/model/preflight"
)

// readable is what access(2) is asked for.
const readable = 0x4

// secret is a place in the launch file that says where a secret comes from.
type secret struct{ key, env, file string }

// secrets tries each place, without ever looking at more than whether something is there.
func secrets(f *launchfile.File, o Options) []preflight.Test {
	var tests []preflight.Test
	for _, s := range places(f) {
		if s.env == "" && s.file == "" {
			continue
		}
		tests = append(tests, preflight.Test{
			ID: "secrets/" + s.key, Group: "Secrets", Title: s.key,
			Run: func(context.Context) preflight.Result {
				if s.file != "" {
					return secretFile(s.file)
				}
				if strings.TrimSpace(o.Getenv(s.env)) == "" {
					return preflight.Fail("$"+s.env+" is not set here", "export "+s.env+" in the shell that opens the room")
				}
				return preflight.Pass("$%s is set", s.env)
			},
		})
	}
	return tests
}

func places(f *launchfile.File) []secret {
	var all []secret
	for id, s := range sorted(f.Sources) {
		switch {
		case s.Prometheus != nil:
			all = append(all, secret{"sources." + id + ".token", s.Prometheus.TokenEnv, s.Prometheus.TokenFile})
		case s.HTTP != nil:
			all = append(all, secret{"sources." + id + ".token", s.HTTP.TokenEnv, s.HTTP.TokenFile})
		}
	}
	n := f.Notify
	if n.Slack != nil {
		all = append(all, secret{"notify.slack.webhook", n.Slack.WebhookEnv, n.Slack.WebhookFile}, secret{"notify.slack.token", n.Slack.TokenEnv, n.Slack.TokenFile})
	}
	if n.Statuspage != nil {
		all = append(all, secret{"notify.statuspage.token", n.Statuspage.TokenEnv, n.Statuspage.TokenFile})
	}
	if n.Email != nil {
		all = append(all, secret{"notify.email.password", n.Email.PasswordEnv, n.Email.PasswordFile})
	}
	if n.PagerDuty != nil {
		all = append(all, secret{"notify.pagerduty.routing_key", n.PagerDuty.RoutingKeyEnv, n.PagerDuty.RoutingKeyFile})
	}
	return all
}

func secretFile(path string) preflight.Result {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return preflight.Fail("there is no file "+path, "write the secret into it, with umask 077")
	case err != nil:
		return preflight.Fail(err.Error(), "make the file readable for you")
	case !info.Mode().IsRegular():
		return preflight.Fail(path+" is not a regular file", "name a file that holds the secret and nothing else")
	case syscall.Access(path, readable) != nil:
		return preflight.Fail(path+" cannot be read by you", "give it to you: chown "+cmp.Or(os.Getenv("USER"), "YOU")+" "+path)
	case info.Size() == 0:
		return preflight.Fail(path+" is empty", "write the secret into it, with umask 077")
	case info.Mode().Perm()&0o007 != 0:
		return preflight.Fail(fmt.Sprintf("everybody on this host can get at %s (mode %04o)", path, info.Mode().Perm()), "chmod 600 "+path+", and renew the secret if others use this host")
	}
	return preflight.Pass("%s can be read, mode %04o", path, info.Mode().Perm())
}

// sorted yields a map in the order of its keys.
func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
