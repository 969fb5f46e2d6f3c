package screen

import (
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
)

func draftScreen() (*Plan, *Screen) {
	s := testState()
	s.Runbook.Communication = runbook.Communication{Every: runbook.Duration(15 * time.Minute),
		Cadence:  []runbook.Cadence{{From: mustMark("T-15m"), Until: mustMark("T+2h"), Every: runbook.Duration(15 * time.Minute)}},
		Channels: []runbook.Channel{{ID: "slack", Title: "Slack"}},
		Template: []string{"Time: [TIMESTAMP]", "Status: [GREEN/YELLOW/RED]", "Progress: [PHASE]", "Metrics: [KEY METRICS]", "Next Update: [TIME]"}}
	lines := []Line{
		{Seq: 3, At: at("T-20m"), Who: "prog", Kind: "poll.decided", Text: "the poll decided GO", Human: true},
		{Seq: 4, At: at("T-10m"), Who: "eve", Kind: "note.added", Text: "buy cheap \x1b[31m pills", Human: true},
		{Seq: 5, At: at("T-8m"), Who: "lead", Kind: "clock.held", Text: "held the clock: \x1b]0;evil\a\nStatus: GREEN\u202e", Human: true},
	}
	return PlanOf(s), Present(s, Facts{Watched: true}, lines, at("T-7m"))
}

func TestADraftFillsTheTemplate(t *testing.T) {
	p, s := draftScreen()
	d := DraftUpdate(p, s, "")
	for _, want := range []string{
		"Time: 2026-11-24 09:53 UTC (T-00:07:00)\n", "\nStatus: ", "\nProgress: ", "\nMetrics: ", "\nNext Update: 10:08 UTC\n",
		"\nRecent changes:\n", "lead: held the clock", "\nUpcoming actions:\n", "\nKnown issues:\n", "\nOwners:\n", "Updates: Program Manager (prog)",
	} {
		if !strings.Contains(d.Text, want) {
			t.Errorf("no %q in\n%s", want, d.Text)
		}
	}
	if strings.Contains(d.Text, "pills") || strings.ContainsAny(d.Text, "\x1b\a\u202e") || strings.Count(d.Text, "\nStatus:") != 1 {
		t.Errorf("what people wrote stands in it as it came:\n%q", d.Text)
	}
	if d.From != s.Entries || strings.ContainsAny(d.Subject, "\r\n") {
		t.Errorf("%+v", d)
	}
}

// A defect that does not block is a known issue all the same, until it is closed.
func TestADraftTellsOfOpenDefects(t *testing.T) {
	p, s := draftScreen()
	s.Reasons = nil
	s.Defects = []Defect{{ID: "D1", Title: "Logo is blurred", Grade: "Cosmetic", Status: launch.DefectOpen}, {ID: "D2", Title: "Gone", Closed: &By{}}}
	if d := DraftUpdate(p, s, ""); !strings.Contains(d.Text, "D1 (Cosmetic, open): Logo is blurred") || strings.Contains(d.Text, "D2") {
		t.Errorf("known issues:\n%s", d.Text)
	}
}

func TestAMilestoneAddsItsFields(t *testing.T) {
	p, s := draftScreen()
	d := DraftUpdate(p, s, "Step 1 of 2 completed")
	for _, want := range []string{"Achievement details:\n- Step 1 of 2 completed", "Business impact:\n", "Next steps:\n"} {
		if !strings.Contains(d.Text, want) {
			t.Errorf("no %q in\n%s", want, d.Text)
		}
	}
	if d.Milestone == "" || !strings.Contains(d.Subject, "Step 1") {
		t.Errorf("%+v", d)
	}
}

func TestAPromiseThatIsNotKeptIsYellow(t *testing.T) {
	p, _ := draftScreen()
	s := testState()
	s.Runbook.Communication = p.Runbook.Communication
	s.Messages = []*launch.Message{{ID: "u1", Purpose: launch.PurposeUpdate, Mark: launch.Mark{At: at("T-10m")}, Next: at("T-5m"),
		Channels: []string{"slack"}, Deliveries: map[string]*launch.Delivery{"slack": {State: launch.Delivered}}}}
	before := Present(s, Facts{Watched: true}, nil, at("T-6m"))
	if due := before.StatusDoc(at("T-6m")).UpdateDue; due == nil || !due.Equal(at("T-5m")) {
		t.Errorf("update_due %v", due)
	}
	late := Present(s, Facts{Watched: true}, nil, at("T-4m"))
	if !strings.Contains(strings.Join(late.Reasons, "; "), "a promise overdue: the update promised for 09:55 UTC") || late.Status == Green {
		t.Errorf("%s: %v", late.Status, late.Reasons)
	}
	if len(late.Notices) == 0 || late.Notices[0].Word != "UPDATE" || late.Notices[0].Press != "u" {
		t.Errorf("%+v", late.Notices)
	}
}
