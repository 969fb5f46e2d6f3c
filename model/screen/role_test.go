package screen

import (
	"fmt"
	"testing"
)

func TestRolesSayWhoHoldsThemAndWhoMayTakeThem(t *testing.T) {
	s := testState()
	s.Takings = map[string]string{"program-manager": "owner"}
	out := Present(s, Facts{Connected: []Presence{{User: "owner"}}}, nil, at("T-30m"))
	role := func(id string) *RoleView {
		r := out.Role(id)
		if r == nil {
			t.Fatalf("no role %s", id)
		}
		return r
	}
	if r := role("program-manager"); fmt.Sprint(r.Holders, r.Instead, r.Online) != "[owner] [prog] true" {
		t.Errorf("taken over: %+v", r)
	}
	if r := role("database-admin"); len(r.Holders) > 0 || r.Online || fmt.Sprint(r.Successors) != "[engineering-lead]" {
		t.Errorf("nobody holds it: %+v", r)
	}
	if r := role("engineering-lead"); fmt.Sprint(r.Backups, r.Online) != "[owner] false" {
		t.Errorf("its holder is not here: %+v", r)
	}
	if out.Role("emperor") != nil {
		t.Error("there is no such role")
	}
	for _, c := range []struct {
		role, user string
		holds      string
		listed     bool
		want       string
	}{
		{"program-manager", "prog", "", true, "own"},
		{"engineering-lead", "owner", "product-owner", true, "backup"},
		{"database-admin", "lead", "engineering-lead", true, "accountable"},
		{"database-admin", "prog", "", true, ""},
		{"engineering-lead", "lead", "engineering-lead", true, ""}, // they hold it
		{"database-admin", "lead", "engineering-lead", false, ""},
	} {
		if got := role(c.role).Right(You{User: c.user, Roles: []string{c.holds}, Listed: c.listed}); got != c.want {
			t.Errorf("%s takes %s: %q, expected %q", c.user, c.role, got, c.want)
		}
	}
}
