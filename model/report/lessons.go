package report

import (
	"fmt"

	"tminus/model/launch"
)

// lessons is the seed's Lessons Learned: prompts, each with what the record has to say to it.
func (r *Record) lessons(b *builder) {
	b.section("How to read this")
	b.text("This part asks what the team and its tools can learn. It names what happened, not who is at fault. The record fills in what it knows; the rest is for the people who were there.")
	for _, p := range []struct {
		title, prompt string
		facts         []string
	}{
		{"What went well", "What helped, and should be kept?", r.well()},
		{"What went wrong", "What did not go as planned, and what made that possible?", r.wrong()},
		{"Where we were lucky", "What could as well have gone wrong, and was not caught by design?", r.lucky()},
	} {
		b.section(p.title)
		b.text("%s", p.prompt)
		if len(p.facts) == 0 {
			p.facts = []string{"The record by itself shows nothing here."}
		}
		b.list(p.facts)
	}
	r.actions(b)
}

func (r *Record) well() []string {
	s := r.State
	var f []string
	for i, p := range s.Polls {
		if p.Decision == launch.Go && len(p.Waived) == 0 {
			f = append(f, fmt.Sprintf("Poll %d came to GO with every required sign-off in place.", i+1))
		}
	}
	if kept, of := r.marksKept(); of > 0 && kept == of {
		f = append(f, fmt.Sprintf("All %d actions of the marks before T-0 were confirmed in time.", of))
	}
	for _, back := range s.Rollbacks {
		t := back.Times(s)
		if !t.Decided.IsZero() {
			f = append(f, fmt.Sprintf("Rollback %s was decided %s after detection.", back.ID, span(t.Decided.Sub(t.Detected))))
		}
		if !t.Executed.IsZero() {
			f = append(f, fmt.Sprintf("Rollback %s was executed in %s.", back.ID, span(t.Executed.Sub(t.Decided))))
		}
		if back.Verdict == launch.Recovered {
			f = append(f, fmt.Sprintf("After rollback %s the system was found recovered.", back.ID))
		}
	}
	if value, _ := r.updatesOnTime(); value != notInRecord {
		f = append(f, "Updates that came as promised: "+value+".")
	}
	for _, d := range s.Defects {
		if d.Closed != nil {
			f = append(f, fmt.Sprintf("Defect %s was closed %s after it was opened.", d.ID, span(d.Closed.At.Sub(d.Opened.At))))
		}
	}
	if len(s.Baselines) > 0 {
		f = append(f, fmt.Sprintf("Baselines were captured for %s.", count(len(s.Baselines), "monitor", "monitors")))
	}
	if !s.WatchEnds().IsZero() {
		f = append(f, "Every step of the sequence was verified.")
	}
	return f
}

func (r *Record) wrong() []string {
	s := r.State
	var f []string
	for _, x := range r.Firings {
		verb := "fired"
		if x.Declared {
			verb = "was declared"
		}
		f = append(f, fmt.Sprintf("The trigger %s %s at %s (entry %d).", r.triggerTitle(x.Trigger), verb, instant(x.At), x.Seq))
	}
	for _, m := range r.Clock {
		if m.Auto {
			f = append(f, fmt.Sprintf("The clock had to hold itself at %s, for want of a GO (entry %d).", instant(m.At), m.Seq))
		}
	}
	for _, run := range r.Runs {
		switch run.State {
		case launch.StepFailed, launch.StepSkipped:
			f = append(f, fmt.Sprintf("%s, attempt %d, was %s (entry %d).", r.title(run.ID), run.Attempt, run.State, run.Seq))
		}
		if run.Attempt > 1 {
			f = append(f, fmt.Sprintf("%s needed attempt %d (entry %d).", r.title(run.ID), run.Attempt, run.Seq))
		}
	}
	for _, back := range s.Rollbacks {
		if back.Lapsed != nil {
			f = append(f, fmt.Sprintf("The request %s lapsed before enough people had approved it.", back.ID))
		}
		if back.Completed != nil && back.Verdict != launch.Recovered {
			f = append(f, fmt.Sprintf("After rollback %s recovery was: %s.", back.ID, orWord(back.Verdict, "not judged")))
		}
	}
	for _, m := range s.Watched() {
		if n := r.Warned[m.ID]; n > 0 {
			f = append(f, fmt.Sprintf("%s went beyond a threshold %s.", m.Name, count(n, "time", "times")))
		}
	}
	for _, p := range s.Polls {
		if p.Lapsed != "" {
			f = append(f, fmt.Sprintf("A GO lapsed at %s: %s.", instant(p.LapsedAt), p.Lapsed))
		}
	}
	for _, p := range r.promises() {
		if !p.open && !p.kept {
			f = append(f, fmt.Sprintf("The update that was promised for %s: %s.", instant(p.of.Next), p.word))
		}
	}
	for _, d := range s.Defects {
		f = append(f, fmt.Sprintf("Defect %s was found: %s (entry %d).", d.ID, d.Title, d.Opened.Seq))
	}
	if as := s.ClosedAs; as != nil && len(as.Exceptions) > 0 {
		f = append(f, fmt.Sprintf("The launch was closed in spite of %s.", count(len(as.Exceptions), "thing", "things")))
	}
	for _, o := range s.Overrides {
		f = append(f, fmt.Sprintf("The %s was let in before its review (entry %d).", o.Document, o.Seq))
	}
	return f
}

func orWord(word, none string) string {
	if word == "" {
		return none
	}
	return word
}

func (r *Record) lucky() []string {
	s := r.State
	var f []string
	for i, p := range s.Polls {
		if p.Decision == launch.Go && len(p.Waived) > 0 {
			f = append(f, fmt.Sprintf("Poll %d came to GO without: %s.", i+1, r.sections(p.Waived)))
		}
	}
	for _, c := range r.Calls {
		if c.Found != nil {
			f = append(f, fmt.Sprintf("The answer to a call of %s was lost; looking found that it %s (entry %d).", r.title(c.Step), c.Found.Found, c.Intended.Seq))
		}
	}
	for _, m := range s.Messages {
		for _, c := range m.Channels {
			if m.Deliveries[c].State == launch.DeliveryUnknown {
				f = append(f, fmt.Sprintf("Nobody knows whether message %s arrived through %s (entry %d).", m.ID, c, m.Seq))
			}
		}
	}
	for _, m := range s.Watched() {
		if s.NeedsBaseline(m.ID) && s.Baselines[m.ID] == nil {
			f = append(f, fmt.Sprintf("%s had no baseline, so its rule could not have fired.", m.Name))
		}
	}
	for _, rd := range r.Reads {
		if rd.Failed > 0 {
			f = append(f, fmt.Sprintf("%s failed to answer %s.", rd.Source, count(rd.Failed, "time", "times")))
		}
	}
	for i, m := range s.Meetings {
		for _, a := range s.Runbook.GoNoGo.Attendees {
			if is, called := m.Attendance[a.Role]; called && !is.Present {
				f = append(f, fmt.Sprintf("%s was absent from meeting %d (entry %d).", s.Runbook.RoleTitle(a.Role), i+1, is.Seq))
			}
		}
	}
	for _, role := range s.Runbook.GoNoGo.Approvals {
		if len(s.Holders(role)) == 0 {
			f = append(f, s.Runbook.RoleTitle(role)+" was held by nobody.")
		}
	}
	return f
}

// actions is what is left to do, with its owner.
func (r *Record) actions(b *builder) {
	s := r.State
	b.section("Actions")
	t := Table{Caption: "What is open, and whose it is", Head: []string{"What", "Owner", "From"}, Named: true}
	for _, o := range s.Outstanding() {
		t.Rows = append(t.Rows, cells("Take back: "+o.Text, "-", "outstanding since "+instant(o.Since.At)))
	}
	for _, d := range s.Defects {
		if d.Open() {
			t.Rows = append(t.Rows, cells(d.ID+" "+d.Title, r.owner(d.Owner), "defect, "+string(d.Status)))
		}
	}
	for _, a := range s.Afterwards() {
		if a.Done == nil {
			t.Rows = append(t.Rows, cells(a.Text, r.role(a.Role), "after the rollback"))
		}
	}
	for _, day := range s.Runbook.Timeline {
		for _, role := range day.Roles {
			for _, x := range role.Tasks {
				if s.Tasks[x.ID] == nil {
					t.Rows = append(t.Rows, cells(x.Text, r.role(role.Role), day.At.String()))
				}
			}
			for _, x := range role.Deliverables {
				if s.Tasks[x.ID] == nil {
					t.Rows = append(t.Rows, cells(x.Text+" (deliverable)", r.role(role.Role), day.At.String()))
				}
			}
		}
	}
	for _, sec := range s.Runbook.Sections() {
		for _, it := range s.OpenItems(sec) {
			t.Rows = append(t.Rows, cells(it.Text, r.role(sec.Owner), sec.Title))
		}
	}
	for _, k := range s.Risks {
		if k.Closed == nil {
			t.Rows = append(t.Rows, cells("Risk "+k.ID+": "+k.Text, r.role(k.Owner), "named at the go/no-go"))
		}
	}
	for _, it := range s.Closure(s.Head.At).Items {
		if it.Open() {
			t.Rows = append(t.Rows, cells(it.Text, r.role(it.Role), "closure"))
		}
	}
	b.table(t, "The record leaves nothing open.")
	done := Table{Caption: "What was done after the rollback", Head: []string{"What", "Role", "By", "At", "Entry"}, Named: true}
	for _, a := range s.Afterwards() {
		if a.Done != nil {
			done.Rows = append(done.Rows, []Cell{{Text: a.Text}, {Text: s.Runbook.RoleTitle(a.Role)}, {Text: byWhom(a.Done.Mark)}, {Text: instant(a.Done.At)}, entry(a.Done.Seq)})
		}
	}
	if len(done.Rows) > 0 {
		b.table(done, "")
	}
	b.text("Add the actions that you agree on in the review, each with one owner and a date.")
}
