package approval

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var start = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func normal() Policy {
	return Policy{Approvals: 2, Roles: []string{"el", "po", "em"}, Within: 15 * time.Minute}
}

// cast holds who holds what now.
func cast(user string) []string {
	return map[string][]string{"ann": {"el", "em"}, "bob": {"po"}, "cyd": {"em"}, "dan": {"qa"}}[user]
}

func given(user, plan string, ago time.Duration) Approval {
	return Approval{User: user, Roles: cast(user), At: start.Add(-ago), Plan: plan}
}

func TestJudge(t *testing.T) {
	for _, tc := range []struct {
		name      string
		approvals []Approval
		missing   int
	}{
		{"nobody", nil, 2},
		{"one", []Approval{given("ann", "R1-a", 0)}, 1},
		{"two people", []Approval{given("ann", "R1-a", time.Minute), given("bob", "R1-a", 0)}, 0},
		{"one person twice", []Approval{given("ann", "R1-a", time.Minute), given("ann", "R1-a", 0)}, 1},
		{"one person in two roles", []Approval{{User: "ann", Roles: []string{"el"}, At: start, Plan: "R1-a"}, {User: "ann", Roles: []string{"em"}, At: start, Plan: "R1-a"}}, 1},
		{"another plan", []Approval{given("ann", "R1-a", 0), given("bob", "R1-b", 0)}, 1},
		{"fifteen minutes", []Approval{given("ann", "R1-a", 15*time.Minute), given("bob", "R1-a", 0)}, 0},
		{"sixteen minutes", []Approval{given("ann", "R1-a", 16*time.Minute), given("bob", "R1-a", 0)}, 1},
		{"renewed", []Approval{given("ann", "R1-a", 16*time.Minute), given("ann", "R1-a", time.Minute), given("bob", "R1-a", 0)}, 0},
		{"of the future", []Approval{given("ann", "R1-a", -time.Second), given("bob", "R1-a", 0)}, 1},
		{"an outsider", []Approval{given("dan", "R1-a", 0), given("bob", "R1-a", 0)}, 1},
		{"eligible then, not now", []Approval{{User: "dan", Roles: []string{"em"}, At: start, Plan: "R1-a"}, given("bob", "R1-a", 0)}, 1},
		{"eligible now, not then", []Approval{{User: "cyd", Roles: []string{"qa"}, At: start, Plan: "R1-a"}, given("bob", "R1-a", 0)}, 1},
	} {
		v := normal().Judge("R1-a", tc.approvals, cast, start)
		if v.Missing != tc.missing || v.Authorized != (tc.missing == 0) {
			t.Errorf("%s: %d missing, authorized %v", tc.name, v.Missing, v.Authorized)
		}
	}
	if (Policy{Roles: []string{"el"}}).Judge("R1-a", []Approval{given("ann", "R1-a", 0)}, cast, start).Authorized {
		t.Error("a policy that asks for nobody authorised")
	}
	high := Policy{Approvals: 1, Roles: []string{"el"}}
	if !high.Judge("R1-a", []Approval{given("ann", "R1-a", 0)}, cast, start).Authorized {
		t.Error("one authority is not enough for a high priority")
	}
}

// Whatever approvals there are, and in whatever order, nothing is authorised by fewer different eligible people than the
// policy asks for.
func TestNothingIsAuthorisedByTooFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Policy{Approvals: rapid.IntRange(0, 3).Draw(t, "needed"), Roles: []string{"el", "po", "em"}, Within: 15 * time.Minute}
		var approvals []Approval
		people := map[string]bool{}
		for i := range rapid.IntRange(0, 12).Draw(t, "approvals") {
			a := Approval{
				User: rapid.SampledFrom([]string{"ann", "bob", "cyd", "dan", ""}).Draw(t, fmt.Sprint("user", i)),
				Plan: rapid.SampledFrom([]string{"R1-a", "R1-b", ""}).Draw(t, fmt.Sprint("plan", i)),
				At:   start.Add(time.Duration(rapid.IntRange(-20, 2).Draw(t, fmt.Sprint("at", i))) * time.Minute),
			}
			a.Roles = rapid.SampledFrom([][]string{cast(a.User), {"qa"}, nil, {"el", "po"}}).Draw(t, fmt.Sprint("roles", i))
			approvals = append(approvals, a)
			if a.Plan == "R1-a" && !a.At.After(start) && start.Sub(a.At) <= 15*time.Minute && p.Eligible(a.Roles) && p.Eligible(cast(a.User)) {
				people[a.User] = true
			}
		}
		v := p.Judge("R1-a", approvals, cast, start)
		if want := p.Approvals > 0 && len(people) >= p.Approvals; v.Authorized != want {
			t.Fatalf("authorized %v with %d people of %d", v.Authorized, len(people), p.Approvals)
		}
		slices.Reverse(approvals)
		if again := p.Judge("R1-a", approvals, cast, start); again.Authorized != v.Authorized {
			t.Fatal("the order of the approvals matters")
		}
		if p.Judge("", approvals, cast, start).Authorized {
			t.Fatal("no plan was authorised")
		}
	})
}

// Each role needs a person of its own: who holds two speaks for one, whichever leaves the least over.
func TestUncovered(t *testing.T) {
	roles := []string{"el", "po"}
	all := func(user string) []string {
		return map[string][]string{"ann": {"el", "po"}, "bob": {"el"}, "cyd": {"po"}, "dan": {"qa"}}[user]
	}
	for _, tc := range []struct {
		name string
		by   []string
		left []string
	}{
		{"nobody", nil, []string{"el", "po"}},
		{"one in both roles", []string{"ann"}, []string{"po"}},
		{"one in both roles, twice", []string{"ann", "ann"}, []string{"po"}},
		{"both, the flexible one first", []string{"ann", "bob"}, nil},
		{"both, the flexible one last", []string{"cyd", "ann"}, nil},
		{"two of one role", []string{"bob", "bob"}, []string{"po"}},
		{"an outsider", []string{"dan", "cyd"}, []string{"el"}},
	} {
		var given []Approval
		for _, user := range tc.by {
			given = append(given, Approval{User: user, Roles: all(user), At: start, Plan: "c1"})
		}
		if got := Uncovered(roles, "c1", given, all); !slices.Equal(got, tc.left) {
			t.Errorf("%s: %v is left, want %v", tc.name, got, tc.left)
		}
		if got := Uncovered(roles, "c2", given, all); !slices.Equal(got, roles) {
			t.Errorf("%s: another change was reviewed", tc.name)
		}
	}
	held := func(string) []string { return nil }
	if got := Uncovered(roles, "c1", []Approval{{User: "bob", Roles: []string{"el"}, Plan: "c1"}}, held); len(got) != 2 {
		t.Error("who holds the role no more speaks for it")
	}
}
