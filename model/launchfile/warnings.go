package launchfile

import (
	"fmt"
	"maps"
	"slices"

	"tminus/model/runbook"
)

// Warnings tells what is allowed and yet likely to hurt during the launch, one sentence each.
func (f *File) Warnings(rb *runbook.Runbook) []string {
	var out []string
	warn := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }

	needed := gates(rb)
	for _, n := range duties(rb) {
		gate := slices.ContainsFunc(needed, func(g need) bool { return g.role == n.role })
		if !gate && !f.staffed(n.role) {
			warn("nobody holds the role %s, which %s: whoever is accountable takes it over, by an entry", n.role, n.why)
		}
	}
	for priority, a := range sorted(rb.Rollback.Authorization) {
		if have := f.authorities(a.Roles); have < a.Approvals {
			warn("a rollback of %s priority needs %d approvals, and the file names %d of the people who may give them", priority, a.Approvals, have)
		}
	}
	for id, b := range sorted(f.Contacts) {
		for _, p := range b.places() {
			if p.user != "" && !slices.ContainsFunc(f.People, func(q Person) bool { return q.User == p.user }) {
				warn("contacts: %s: %s: %s is not among the people, so nobody sees how to reach them", id, p.name, p.user)
			}
		}
	}
	for id, s := range sorted(f.Sources) {
		if s.CloudWatch == nil || s.CloudWatch.Expression == "" {
			continue
		}
		e, err := ParseExpression(s.CloudWatch.Expression)
		for _, name := range slices.Sorted(maps.Keys(s.CloudWatch.Metrics)) {
			if err == nil && !slices.Contains(e.Names(), name) {
				warn("sources: %s: metric %s is paid for, and not used in the expression", id, name)
			}
		}
	}
	writes := len(f.Flags) > 0 || f.Deploy != nil
	switch {
	case writes && (f.AWS == nil || f.AWS.Account == ""):
		warn("flags or deployments are bound and aws.account is not given, so that nothing keeps a write from the wrong account")
	case f.AWS == nil && f.readsAWS():
		warn("CloudWatch is bound without aws.region: the region comes from the environment of whoever opens the room")
	}
	if d := f.Deploy; d != nil && d.CodeDeploy != nil && d.CodeDeploy.GitHub.Release != "" && d.CodeDeploy.GitHub.Release == d.CodeDeploy.GitHub.LastKnownGood {
		warn("the release and the last known good commit are the same: a code rollback would change nothing")
	}
	return out
}

// authorities counts the people who hold, or are backup for, one of the roles.
func (f *File) authorities(roles []string) int {
	n := 0
	for _, p := range f.People {
		if slices.ContainsFunc(slices.Concat(p.Roles, p.BackupFor), func(r string) bool { return slices.Contains(roles, r) }) {
			n++
		}
	}
	return n
}

func (f *File) readsAWS() bool {
	if len(f.Logs) > 0 {
		return true
	}
	for _, s := range f.Sources {
		if s.CloudWatch != nil {
			return true
		}
	}
	return false
}
