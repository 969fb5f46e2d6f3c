package views

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"tminus/model/launchfile"
	"tminus/model/runbook"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

func peoplePlan() *screen.Plan {
	role := func(id, title, short string) runbook.Role { return runbook.Role{ID: id, Title: title, Short: short} }
	return &screen.Plan{
		Runbook: &runbook.Runbook{
			Roles: []runbook.Role{role("program-manager", "Program Manager", "PM"), role("engineering-lead", "Engineering Lead", "EL"), role("product-owner", "Product Owner", "PO"), role("database-admin", "Database Admin", "DBA")},
			RACI: []runbook.Activity{
				{ID: "launch-strategy", Group: "Launch Planning", Title: "Launch Strategy", Cells: map[string]string{"program-manager": "R/A", "engineering-lead": "C", "product-owner": "C"}},
				{ID: "deployment", Group: "Launch Execution", Title: "Deployment", Cells: map[string]string{"program-manager": "I", "engineering-lead": "R/A", "product-owner": "I"}},
			},
			Contacts: []runbook.ContactGroup{{ID: "technical", Title: "Technical Emergencies", Primary: runbook.Contact{Title: "Engineering Lead", Role: "engineering-lead"},
				Backup: runbook.Contact{Title: "On-Call Engineer", Handle: "@oncall", Reach: "PagerDuty"}, Escalation: runbook.Contact{Title: "Department Head"}}},
		},
		File: &launchfile.File{Contacts: map[string]launchfile.ContactBinding{"technical": {Primary: "eng-lead"}}},
	}
}

func peopleScreen() *screen.Screen {
	return &screen.Screen{RACI: screen.RACI{Activity: "Deployment"}, You: screen.You{User: "prog-mgr", Roles: []string{"program-manager"}, Listed: true},
		People: []screen.PersonView{
			{User: "prog-mgr", Name: "P. Rog", Roles: []string{"program-manager"}, BackupFor: []string{"engineering-lead"}, Contact: "@prog 555-0101", Online: true},
			{User: "eng-lead", Name: "Dana \u202eX", Roles: []string{"engineering-lead"}, Contact: "@dana 555-0100"},
			{User: "product", Roles: []string{"product-owner"}},
		},
		Roles: []screen.RoleView{
			{ID: "program-manager", Title: "Program Manager", Short: "PM", Holders: []string{"prog-mgr"}, Successors: []string{"engineering-lead"}, Online: true},
			{ID: "engineering-lead", Title: "Engineering Lead", Short: "EL", Holders: []string{"eng-lead"}, Backups: []string{"prog-mgr"}, Successors: []string{"program-manager"}},
			{ID: "product-owner", Title: "Product Owner", Short: "PO", Holders: []string{"product"}, Instead: []string{"po-listed"}, Successors: []string{"database-admin"}},
			{ID: "database-admin", Title: "Database Admin", Short: "DBA", Successors: []string{"engineering-lead"}},
		},
		Updates: screen.Updates{Contacts: []screen.Contact{
			{Group: "technical", Level: "primary", Person: "eng-lead", To: "Engineering Lead, Dana: @dana, 555-0100"},
			{Group: "technical", Level: "backup", To: "On-Call Engineer: @oncall, PagerDuty"},
			{Group: "technical", Level: "escalation", To: "Department Head"},
		}}}
}

func peopleView(selected string) *StepsView {
	v := NewPeople(theme.New(theme.Options{NoColor: true}))
	v.SetFocus(true)
	v.SetPlan(peoplePlan())
	v.SetScreen(peopleScreen())
	if selected != "" {
		v.Select(selected)
	}
	return v
}

func TestGoldenPeople(t *testing.T) {
	for name, at := range map[string]string{"now": "", "contact": "contact/technical/backup", "role": "role/database-admin"} {
		for _, size := range [][2]int{{80, 24}, {120, 35}, {200, 50}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				v := peopleView(at)
				golden.RequireEqual(t, shown(v, size[0], size[1]))
			})
		}
	}
}

// The view opens on the activity of the moment and answers: who is accountable, whom do I call, who backs them up.
func TestPeopleAnswersWhomToCall(t *testing.T) {
	v := peopleView("")
	v.SetSize(160, 40)
	if r, _ := v.current(); r == nil || r.id != "activity/deployment" {
		t.Fatalf("%+v", r)
	}
	out := strings.Join(v.Lines(), "\n")
	for _, want := range []string{"Accountable: Engineering Lead", "@dana 555-0100, not here", "P. Rog (prog-mgr)  @prog 555-0101", "Informed: Program Manager", "bound", `\u{202e}`} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}

func TestRolesAreTakenAndHandedOverByPrefilledDialogs(t *testing.T) {
	for _, c := range []struct{ at, key, action, args, suggest string }{
		{"role/engineering-lead", "t", "role.take", "map[role:engineering-lead]", "map[reason:eng-lead does not answer]"},
		{"role/program-manager", "o", "role.hand-over", "map[role:program-manager]", "map[]"},
		{"activity/deployment/engineering-lead", "t", "role.take", "map[role:engineering-lead]", "map[reason:eng-lead does not answer]"},
		{"contact/technical/backup", "p", "page.send", "map[]", "map[group:technical level:backup]"},
		{"activity/deployment", "p", "page.send", "map[]", "map[group:technical level:primary]"},
		{"role/database-admin", "t", "", "", ""}, // it passes to who is accountable, and the viewer is not
		{"role/engineering-lead", "o", "", "", ""},
	} {
		v := peopleView(c.at)
		v.SetSize(120, 30)
		i, taken := v.HandleKey(press(c.key))
		if c.action == "" {
			if taken {
				t.Errorf("%s %s: %#v", c.at, c.key, i)
			}
			continue
		}
		ask, ok := i.(intent.Ask)
		if !ok || ask.Command.Action != c.action || fmt.Sprint(ask.Command.Args) != c.args || fmt.Sprint(ask.Suggest) != c.suggest {
			t.Errorf("%s %s: %#v", c.at, c.key, i)
		}
	}
	v := peopleView("role/database-admin")
	if i, _ := v.HandleKey(press("i")); i != (intent.OpenView{View: "reference", Target: "role/database-admin"}) {
		t.Errorf("%#v", i)
	}
}
