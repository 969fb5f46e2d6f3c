package room

import (
	"slices"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

func testRunbook() *runbook.Runbook {
	return &runbook.Runbook{
		ID: "small", Title: "Small",
		Roles: []runbook.Role{
			{ID: "engineering-lead", Title: "Engineering Lead", Short: "EL"}, {ID: "product-owner", Title: "Product Owner", Short: "PO"},
		},
		RACI: []runbook.Activity{{ID: "deployment", Title: "Deployment", Cells: map[string]string{"engineering-lead": "R/A", "product-owner": "C"}}},
		Checklists: []runbook.Area{{ID: "technical", Title: "Technical", Sections: []runbook.Section{{
			ID: "infra", Title: "Infrastructure", Owner: "engineering-lead", SignOff: true, Verification: "a look",
			Items: []runbook.Item{{ID: "infra/one", Text: "One"}, {ID: "infra/two", Text: "Two"}},
		}}}},
		GoNoGo: runbook.GoNoGo{
			At: runbook.Mark(-time.Hour), Attendees: []runbook.Attendee{{Role: "engineering-lead", Facilitator: true}},
			Approvals: []string{"engineering-lead", "product-owner"},
		},
		Sequence: runbook.Sequence{
			Marks: []runbook.SequenceMark{
				{ID: "t-15m", At: runbook.Mark(-15 * time.Minute), Owner: "engineering-lead", Actions: []runbook.Action{{ID: "open-room", Text: "Open the room"}}},
				{ID: "t-5m", At: runbook.Mark(-5 * time.Minute), Owner: "all", Actions: []runbook.Action{{ID: "check", Text: "Check"}}},
			},
			Steps: []runbook.Step{{ID: "deploy", Title: "Deploy", Owner: "engineering-lead"}},
		},
		Monitors: []runbook.Monitor{
			{ID: "error-rate", Name: "Error rate", Unit: "%", Group: "system", Owner: "engineering-lead", Every: runbook.Duration(time.Minute), Warning: "> 0.1%", Critical: "> 0.5%"},
			{ID: "latency", Name: "Latency", Unit: "ms", Group: "system", Owner: "engineering-lead", Every: runbook.Duration(time.Minute), Warning: "> 200ms"},
			{ID: "visits", Name: "Visits", Unit: "/min", Group: "business", Owner: "product-owner", Every: runbook.Duration(time.Minute), Warning: "< baseline * 0.5"},
		},
		Triggers: []runbook.Trigger{
			{ID: "error-rate-high", Title: "Error rate > 1% for 5 minutes", When: "error-rate > 1% for 5m", Priority: "high"},
			{ID: "security-incident", Title: "Security incident", Declared: true, Priority: "high"},
		},
		Rollback: runbook.Rollback{Authorization: map[string]runbook.Authorization{"high": {Approvals: 1, Roles: []string{"engineering-lead"}}}},
	}
}

func testFile(t0 time.Time) *launchfile.File {
	return &launchfile.File{
		Launch: "checkout", Title: "Checkout", T0: t0, Runbook: "small",
		People: []launchfile.Person{
			{User: "el", Roles: []string{"engineering-lead"}}, {User: "po", Roles: []string{"product-owner"}},
		},
		Sources: map[string]launchfile.Source{"error-rate": {CloudWatch: &launchfile.CloudWatch{Period: runbook.Duration(time.Minute)}}},
	}
}

func el() launch.Who {
	return launch.Who{User: "el", UID: 1001, Host: "h", Auth: journal.AuthOSUser}
}

func po() launch.Who {
	return launch.Who{User: "po", UID: 1002, Host: "h", Auth: journal.AuthOSUser}
}

func stranger() launch.Who {
	return launch.Who{User: "eve", UID: 1003, Host: "h", Auth: journal.AuthOSUser}
}

// plan puts a launch whose T-0 is in ahead from now into a store.
func plan(t testing.TB, s *memory, mode launch.Mode, ahead time.Duration, by launch.Who) {
	t.Helper()
	now := time.Now().UTC()
	err := Plan(t.Context(), s, &PlanRequest{
		ID: "0123", Mode: mode, File: testFile(now.Add(ahead)), FileText: "file", Runbook: testRunbook(), RunbookText: "book",
		UID: uids, Now: now, By: by,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func openRoom(t testing.TB, cfg Config) *Room {
	t.Helper()
	cfg.Launch, cfg.Host = "checkout", "h"
	r, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func do(t testing.TB, d *Door, action string, args ...string) launch.Result {
	t.Helper()
	res, err := d.Do(t.Context(), command(action, args...))
	if err != nil {
		t.Fatalf("%s: %v", action, err)
	}
	return res
}

func command(action string, args ...string) launch.Command {
	c := launch.Command{Action: action, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		c.Args[args[i]] = args[i+1]
	}
	return c
}

// kinds lists the kinds of a store's entries.
func kinds(s *memory) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []string
	for _, row := range s.rows {
		e, err := journal.Parse(row)
		if err != nil {
			panic(err)
		}
		list = append(list, e.Kind)
	}
	return list
}

func entriesOf(t testing.TB, s *memory, kind string) []journal.Entry {
	t.Helper()
	all, err := Entries(t.Context(), s, "checkout", 0, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(e journal.Entry) bool { return e.Kind != kind })
}
