package screen

import (
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
)

// watchedState is a launch whose last step ended at T+9m, with criteria of two teams and a closure.
func watchedState() *launch.State {
	s := testState()
	given(s)
	done(s, "flag", launch.StepDone, at("T+4m"))
	done(s, "database", launch.StepDone, at("T+9m"))
	day := runbook.Duration(24 * time.Hour)
	s.Runbook.Success = []runbook.Criteria{
		{ID: "technical", Title: "Technical Success", Owner: "engineering-lead", Duration: day, Criteria: []runbook.Criterion{
			{ID: "no-bugs", Text: "No critical bugs"}}},
		{ID: "business", Title: "Business Success", Owner: "product-owner", Duration: day, Criteria: []runbook.Criterion{{ID: "goals", Text: "Goals met"}}},
	}
	s.Runbook.Closure = runbook.Closure{Owner: "program-manager", Requirements: []runbook.Action{{ID: "closure/decision-record-complete", Text: "Decision record complete"}},
		Handoff: []runbook.TeamActions{{ID: "handoff/product", Title: "Product", Owner: "product-owner", Actions: []runbook.Action{{ID: "handoff/product/docs", Text: "Update feature docs"}}}}}
	return s
}

func shownWith(s *launch.State, f Facts, mark string) *Screen { return Present(s, f, nil, at(mark)) }

func TestWhatIsLeftBeforeClosing(t *testing.T) {
	s := watchedState()
	expect := func(mark, want, action, target, short string) {
		t.Helper()
		if got := shownWith(s, Facts{}, mark).Todo; !strings.Contains(got.Text, want) || got.Action != action || got.Target != target || got.Short != short {
			t.Errorf("%s: %+v", mark, got)
		}
	}
	expect("T+2h", "Watch the metrics until", "", "", "EL")
	expect("T+25h", "Is it met? No critical bugs", "criterion.judge", "no-bugs", "EL")
	said := func(id, outcome string) {
		if s.Judged == nil {
			s.Judged = map[string]*launch.CriterionWord{}
		}
		s.Judged[id] = &launch.CriterionWord{Mark: mark("lead", "seen", at("T+25h")), Outcome: outcome}
	}
	said("no-bugs", "met")
	expect("T+25h", "Is it met? Goals met", "criterion.judge", "goals", "PO")
	said("goals", "met")
	expect("T+25h", "Before closing: Update feature docs", "task.done", "handoff/product/docs", "PO")
	s.Tasks["handoff/product/docs"] = &launch.Task{Mark: mark("owner", "wiki", at("T+25h"))}
	expect("T+25h", "Nothing is left to do: close the launch", "launch.close", "", "PM")
	said("goals", "not-met")
	expect("T+25h", "in spite of what stands against it, both with a reason", "launch.close", "", "EL")
	out := shownWith(s, Facts{}, "T+25h")
	if out.Closure.Outcome != launch.ClosedNotMet || len(out.Closure.Exceptions) != 1 || len(out.Closure.Needs) != 2 || out.Success.Met != 1 || out.Success.Of != 2 {
		t.Errorf("%+v", out.Closure)
	}
	if it := out.Closure.Teams[0].Items[0]; it.Filled != "142 entries, the chain is verified" || it.Open() {
		t.Errorf("%+v", it)
	}
	m := mark("lead", "the goals were wrong", at("T+25h"))
	m.Roles = []string{"engineering-lead"}
	s.Agreements = []launch.Agreement{{Mark: m, Outcome: launch.ClosedNotMet, Exceptions: []launch.Exception{{ID: "criterion goals not met"}}}}
	expect("T+25h", "lead would close the launch", "launch.close", "", "PO")
	if n := shownWith(s, Facts{}, "T+25h").Closure.Needs; n[0].Agreed == nil || n[1].Agreed != nil || n[0].Agreed.Text != "the goals were wrong" {
		t.Errorf("%+v", n)
	}
	if d := shownWith(s, Facts{}, "T+25h").StatusDoc(at("T+25h")); len(d.Closure.Needs) != 1 || d.Closure.Needs[0] != "product-owner" || d.Success[1].State != launch.CriterionNotMet {
		t.Errorf("%+v", d)
	}
}
