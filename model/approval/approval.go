// Package approval says who may authorise what: so many different people, each in an eligible role, each recently, all of
// the very same plan. It is pure: time is an argument, and who holds which role now is asked of the caller.
package approval

import (
	"cmp"
	"slices"
	"time"
)

// Lasts is how long an approval counts where the policy names no time of its own: the seed's "within 15 minutes".
const Lasts = 15 * time.Minute

// Policy is the runbook's rule for one priority (seed 6.1, Authorization Matrix).
type Policy struct {
	Approvals int           // how many different people
	Roles     []string      // who is eligible
	Within    time.Duration // how long an approval counts; 0: Lasts
}

// Approval is one person's word for one plan.
type Approval struct {
	User  string    `json:"user"`
	Roles []string  `json:"roles"` // held when it was given
	At    time.Time `json:"at"`
	Plan  string    `json:"plan"` // id that the person saw
	Seq   int64     `json:"seq"`
}

// Verdict is what a policy makes of approvals at an instant.
type Verdict struct {
	Authorized bool
	Counted    []Approval // one a person, the newest of each, oldest first
	Missing    int        // how many more people are needed
}

// Lifetime is how long an approval counts.
func (p Policy) Lifetime() time.Duration { return cmp.Or(p.Within, Lasts) }

// Judge counts the approvals of a plan as of now. An approval counts when it names this plan, is no older than the policy's
// lifetime and not of the future, and its giver was eligible when it was given and holds an eligible role still. However
// many approvals, cockpits or roles somebody has, they are one person. A policy that asks for nobody authorises nothing.
func (p Policy) Judge(plan string, approvals []Approval, holds func(user string) []string, now time.Time) Verdict {
	var v Verdict
	for _, a := range approvals {
		age := now.Sub(a.At)
		if plan == "" || a.Plan != plan || a.User == "" || age < 0 || age > p.Lifetime() || !p.Eligible(a.Roles) || !p.Eligible(holds(a.User)) {
			continue
		}
		v.Counted = slices.DeleteFunc(v.Counted, func(b Approval) bool { return b.User == a.User })
		v.Counted = append(v.Counted, a)
	}
	v.Missing = max(p.Approvals-len(v.Counted), 0)
	v.Authorized = p.Approvals > 0 && v.Missing == 0
	return v
}

// Eligible reports whether one of the roles may approve.
func (p Policy) Eligible(roles []string) bool {
	return slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(p.Roles, r) })
}

// Uncovered are those of the roles that nobody speaks for where each role needs a person of its own: who holds two of them
// speaks for one. It is the least that can be left over. An approval counts as in Judge, however old it is.
func Uncovered(roles []string, plan string, approvals []Approval, holds func(user string) []string) []string {
	taken := map[string]int{} // by user: the role that they speak for
	var give func(role int, tried map[string]bool) bool
	give = func(role int, tried map[string]bool) bool {
		for _, a := range approvals {
			if plan == "" || a.Plan != plan || a.User == "" || tried[a.User] || !slices.Contains(a.Roles, roles[role]) || !slices.Contains(holds(a.User), roles[role]) {
				continue
			}
			tried[a.User] = true
			if other, busy := taken[a.User]; !busy || give(other, tried) {
				taken[a.User] = role
				return true
			}
		}
		return false
	}
	var left []string
	for i := range roles {
		if !give(i, map[string]bool{}) {
			left = append(left, roles[i])
		}
	}
	return left
}
