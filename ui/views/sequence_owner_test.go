package views

import "testing"

func TestAMarkOfAllTeamsLacksNobody(t *testing.T) {
	for _, tc := range [][3]string{{"All Teams", "", ""}, {"Program Manager", "", "nobody  "}, {"Program Manager", "prog-mgr", "prog-mgr  "}} {
		if got := markOwner(tc[0], tc[1]); got != tc[2] {
			t.Errorf("%s held by %q: %q; expected %q", tc[0], tc[1], got, tc[2])
		}
	}
}
