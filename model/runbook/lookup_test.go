package runbook

import (
	"slices"
	"testing"
)

func TestLookups(t *testing.T) {
	rb := loadSmall(t)
	if r := rb.Role("owner"); r == nil || r.Title != "Product Owner" {
		t.Errorf("Role: %+v", r)
	}
	for id, want := range map[string][2]string{
		"lead": {"Team Lead", "TL"}, AllTeams: {"All Teams", "All"}, "nobody": {"nobody", "nobody"},
	} {
		if got := [2]string{rb.RoleTitle(id), rb.RoleShort(id)}; got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	if sec, item := rb.Item("systems/backups"); sec == nil || sec.ID != "systems" || item.Text != "Backups tested" {
		t.Errorf("Item: %+v %+v", sec, item)
	}
	if rb.Section("systems") != rb.Sections()[0] {
		t.Error("Section and Sections disagree")
	}
	if task, ok := rb.Task("l-7d/lead/draft"); !ok || !task.Deliverable || task.Role != "lead" || task.At.String() != "L-7d" {
		t.Errorf("Task: %+v %v", task, ok)
	}
	if len(rb.Tasks()) != 2 {
		t.Errorf("Tasks: %+v", rb.Tasks())
	}
	if s := rb.Step("switch-off"); s == nil || !rb.IsRollback(s.ID) || rb.IsRollback("switch-on") || rb.Step("switch-on") == nil {
		t.Errorf("Step: %+v", s)
	}
	if s, v := rb.Verification("reads-off"); s == nil || s.ID != "switch-off" || v.Text != "It reads off" {
		t.Errorf("Verification: %+v %+v", s, v)
	}
	if m := rb.Mark("t-5m"); m == nil || m.Owner != "lead" {
		t.Errorf("Mark: %+v", m)
	}
	var actions []string
	for _, a := range rb.Actions() {
		actions = append(actions, a.In+" "+a.Owner+" "+a.ID)
	}
	want := []string{
		"t-15m all open-room", "t-5m lead look", "switch-on lead turn", "switch-off lead turn-back", "afterwards owner afterwards/owner/tell",
		"closure owner closure/log", "handoff/team lead handoff/team/docs",
	}
	if !slices.Equal(actions, want) {
		t.Errorf("Actions: %q", actions)
	}
	if a, ok := rb.Action("turn-back"); !ok || a.Text != "Turn it back" {
		t.Errorf("Action: %+v", a)
	}
	if !slices.Equal(rb.Cells("deployment"), []Cell{{"lead", "R/A"}, {"owner", "I"}}) {
		t.Errorf("Cells: %+v", rb.Cells("deployment"))
	}
	if got := rb.Accountable("deployment"); !slices.Equal(got, []string{"lead"}) || !slices.Equal(got, rb.Responsible("deployment")) {
		t.Errorf("Accountable: %q", got)
	}
	if rb.Monitor("usage") == nil || rb.Trigger("incident") == nil || rb.Resource("war-room") == nil || rb.ContactGroup("technical") == nil || rb.Severity("sev1") == nil {
		t.Error("a look-up finds nothing")
	}
}

func TestLookupsOfNothing(t *testing.T) {
	rb := loadSmall(t)
	sec, item := rb.Item("x")
	step, verification := rb.Verification("x")
	_, task := rb.Task("x")
	_, action := rb.Action("x")
	if sec != nil || item != nil || step != nil || verification != nil || task || action || rb.Role("x") != nil || rb.Section("x") != nil ||
		rb.Mark("x") != nil || rb.Step("x") != nil || rb.IsRollback("x") || rb.Monitor("x") != nil || rb.Trigger("x") != nil ||
		rb.Resource("x") != nil || rb.ContactGroup("x") != nil || rb.Severity("x") != nil || rb.Activity("x") != nil || rb.Accountable("x") != nil {
		t.Error("a look-up finds what is not there")
	}
}
