package launch

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tminus/model/journal"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// closing is what is known of success and closure, for snapshots.
func closing(s *State) string {
	var b strings.Builder
	for _, c := range s.Criteria(t0.AddDate(1, 0, 0)) { // whatever the time
		fmt.Fprint(&b, c.ID, c.State, " ")
	}
	for _, a := range s.Agreements {
		fmt.Fprint(&b, s.speaker(a.Mark), len(a.Exceptions), " ")
	}
	return b.String() + fmt.Sprint(s.Closed != nil)
}

func closeRunbook() *runbook.Runbook {
	rb := testRunbook()
	rb.Success = []runbook.Criteria{
		{ID: "technical", Title: "Technical", Owner: "engineering-lead", Duration: runbook.Duration(day), Criteria: []runbook.Criterion{
			{ID: "errors-low", Text: "Errors low", Monitors: []string{"error-rate"}, Rule: "< 0.1% for 24h"},
			{ID: "tickets-normal", Text: "Tickets normal", Monitors: []string{"tickets"}, Rule: "<= baseline * 1.5 for 24h"},
		}},
		{ID: "business", Title: "Business", Owner: "product-owner", Duration: runbook.Duration(day), Criteria: []runbook.Criterion{
			{ID: "satisfied", Text: "Stakeholders satisfied"},
		}},
	}
	rb.Closure = runbook.Closure{Owner: "program-manager",
		Requirements: []runbook.Action{{ID: "closure/complete-launch-timeline", Text: "Complete launch timeline"},
			{ID: "closure/decision-record-complete", Text: "Decision record complete"}, {ID: "closure/metrics-snapshot-saved", Text: "Metrics snapshot saved"}},
		Handoff: []runbook.TeamActions{{ID: "handoff/engineering", Title: "Engineering", Owner: "engineering-lead", Actions: []runbook.Action{{ID: "handoff/engineering/alerts", Text: "Set up alerts"}}}},
	}
	return rb
}

// watched is a launch whose last step was just verified, an hour after T-0.
func watchedLaunch(t testing.TB, mode Mode) *testLaunch {
	l := newLaunchOf(t, mode, t0.Add(-time.Hour), closeRunbook(), testFile())
	l.ready()
	l.giveGo()
	for _, m := range l.s.Runbook.Sequence.Marks {
		for _, a := range m.Actions {
			user := map[string]string{"program-manager": "pm", "engineering-lead": "el", "all": "el"}[m.Owner]
			l.do(user, "step.confirm", "what="+a.ID)
		}
	}
	l.do("em", "role.take", "role=database-admin", "reason=nobody holds it")
	l.now = t0.Add(time.Hour)
	for _, id := range []string{"flag", "database"} {
		user := map[string]string{"flag": "el", "database": "em"}[id]
		l.do(user, "step.start", "id="+id)
		for l.s.StepStateOf(id) != StepDone {
			l.do(user, "step.confirm", "id="+id)
		}
	}
	return l
}

func (l *testLaunch) measures(id, verdict string, points int) {
	l.t.Helper()
	g, _ := l.s.criterion(id)
	from, to := l.s.window(g)
	v := 0.04
	l.system(KindCriterionMeasured, CriterionMeasured{ID: id, From: from, To: to, Verdict: verdict, Read: to.Add(time.Minute), Monitors: []MonitorScored{{Monitor: "error-rate", Unit: "%",
		Score: monitor.Score{How: monitor.HowEvery, Verdict: verdict, Points: points, Expected: 1440, Coverage: float64(points) / 14.4, Value: &v}}}})
}

func (l *testLaunch) seals() {
	l.t.Helper()
	l.system(KindSamplesSealed, SamplesSealed{From: l.s.Sealed.To, To: l.now, Count: 10, Digest: "d"})
}

func (l *testLaunch) criterion(id string, want CriterionState) {
	l.t.Helper()
	for _, c := range l.s.Criteria(l.now) {
		if c.ID == id && c.State != want {
			l.t.Fatalf("%s is %q, expected %q", id, c.State, want)
		}
	}
}

func TestASuccessIsClosedByOnePerson(t *testing.T) {
	l := watchedLaunch(t, Live)
	l.criterion("errors-low", CriterionWatching)
	l.refuse(false, "has to hold until 2026-11-25 11:00:00 UTC", "po", "criterion.judge", "id=satisfied", "outcome=met", "evidence=they said so")
	l.refuse(false, "is answered from the samples", "el", "criterion.judge", "id=errors-low", "outcome=not-met", "evidence=x")
	l.refuse(false, "belongs to PO (po)", "el", "criterion.judge", "id=satisfied", "outcome=not-met", "evidence=x")
	l.refuse(true, "is no success criterion", "po", "criterion.judge", "id=satisfy", "outcome=not-met", "evidence=x")
	l.refuse(false, "things stand against closing: the watch runs until", "pm", "launch.close", "confirm=checkout")
	l.now = t0.Add(25*time.Hour + 5*time.Minute)
	l.criterion("errors-low", CriterionMeasuring)
	l.criterion("satisfied", CriterionAsked)
	l.criterion("tickets-normal", CriterionAsked) // its tickets are typed in by people
	l.measures("errors-low", monitor.GoalMet, 1440)
	l.do("el", "criterion.judge", "id=tickets-normal", "outcome=met", "evidence=12 a day")
	l.do("pm", "criterion.judge", "id=satisfied", "outcome=met", "evidence=mail", "for=po", "via=mail")
	if told := l.told(); told != "met: Stakeholders satisfied: mail" {
		t.Error(told)
	}
	l.refuse(false, "not done: Metrics snapshot saved; not done: Set up alerts", "pm", "launch.close", "confirm=checkout")
	l.seals()
	l.do("el", "task.done", "id=handoff/engineering/alerts")
	c := l.s.Closure(l.now)
	if len(c.Exceptions) != 0 || c.Outcome != ClosedSuccess || len(c.Open) != 0 {
		t.Fatalf("%+v", c)
	}
	for _, it := range c.Items {
		if it.Team == "" && it.Filled == "" {
			t.Errorf("%+v", it)
		}
	}
	l.refuse(false, "closing the launch belongs to", "sec", "launch.close", "confirm=checkout")
	l.refuse(true, "confirm=checkout", "pm", "launch.close")
	l.do("pm", "launch.close", "confirm=checkout")
	var d LaunchClosed
	l.data(&d)
	if d.Outcome != ClosedSuccess || len(d.Criteria) != 3 || len(d.Agreed) != 0 || l.s.PhaseAt(l.now) != Closed || l.s.ClosedAs.Outcome != ClosedSuccess {
		t.Errorf("%+v", d)
	}
	l.refuse(false, "checkout is closed", "pm", "note.add", "text=x")
	l.odd("nothing comes after", KindSamplesSealed, SamplesSealed{From: l.s.Sealed.To, To: l.now, Count: 1})
	l.refold()
}

func TestClosingEarlyTakesTwo(t *testing.T) {
	l := watchedLaunch(t, Live)
	l.now = l.now.Add(2 * time.Hour)
	l.refuse(true, "launch.close needs reason=…: why it is closed in spite of the watch runs until", "el", "launch.close", "confirm=checkout")
	l.refuse(false, "to close in spite of it EL and PO have to agree", "pm", "launch.close", "reason=done", "confirm=checkout")
	l.do("el", "launch.close", "reason=the change is small", "confirm=checkout")
	if l.s.Closed != nil || !strings.HasPrefix(l.told(), "would close the launch as unverified, in spite of the watch runs until") {
		t.Fatal(l.told())
	}
	l.refuse(false, "you have agreed to close already; it needs another person: PO (po)", "el", "launch.close", "reason=again", "confirm=checkout")
	// An agreement is to what was known, and for an hour.
	l.now = l.now.Add(61 * time.Minute)
	l.do("po", "launch.close", "reason=sales are in", "confirm=checkout")
	if l.s.Closed != nil {
		t.Fatal("closed with an agreement of more than an hour ago")
	}
	l.do("el", "launch.close", "reason=still small", "confirm=checkout")
	if l.s.Closed == nil {
		t.Fatal("it is open")
	}
	d := l.s.ClosedAs
	if d.Outcome != ClosedUnverified || len(d.Agreed) != 2 || d.Agreed[0].User != "po" || d.Agreed[0].Role != "product-owner" || d.Agreed[1].Reason != "still small" {
		t.Errorf("%+v", d)
	}
	l.now = l.now.Add(48 * time.Hour)
	l.criterion("satisfied", CriterionWatching) // as it was when it was closed
	if d.Exceptions[0].ID != "early" || len(d.Open) == 0 {
		t.Errorf("%+v", d)
	}
	l.refold()
}

func TestAnAgreementIsToWhatWasKnown(t *testing.T) {
	l := watchedLaunch(t, Live)
	l.do("el", "launch.close", "reason=small", "confirm=checkout")
	l.do("po", "criterion.judge", "id=satisfied", "outcome=not-met", "evidence=complaints")
	l.do("po", "launch.close", "reason=enough", "confirm=checkout")
	if l.s.Closed != nil {
		t.Fatal("closed with an agreement that knew nothing of the complaints")
	}
	l.do("po", "closure.withdraw", "reason=thought again")
	l.refuse(false, "have not agreed", "po", "closure.withdraw")
	l.do("el", "launch.close", "reason=knowing it", "confirm=checkout")
	if l.s.Closed != nil {
		t.Fatal("closed with a withdrawn agreement")
	}
	l.do("po", "launch.close", "reason=knowing it", "confirm=checkout")
	if l.s.Closed == nil || l.s.ClosedAs.Outcome != ClosedNotMet {
		t.Fatalf("%+v", l.s.ClosedAs)
	}
	l.refold()
}

func TestCannotVerifyIsNoSuccess(t *testing.T) {
	l := watchedLaunch(t, Live)
	l.now = t0.Add(25*time.Hour + 5*time.Minute)
	l.measures("errors-low", monitor.GoalUnknown, 1367)
	l.criterion("errors-low", CriterionUnknown)
	l.do("el", "criterion.judge", "id=tickets-normal", "outcome=met", "evidence=few")
	l.do("po", "criterion.judge", "id=satisfied", "outcome=met", "evidence=mail")
	l.seals()
	l.do("el", "task.done", "id=handoff/engineering/alerts")
	c := l.s.Closure(l.now)
	if c.Outcome != ClosedUnverified || len(c.Exceptions) != 1 || c.Exceptions[0].What != "Errors low: cannot verify" {
		t.Fatalf("%+v", c)
	}
	l.measures("errors-low", monitor.GoalMet, 1368) // late samples came
	if c := l.s.Closure(l.now); c.Outcome != ClosedSuccess {
		t.Fatalf("%+v", c)
	}
	l.refold()
}

func TestWhatCannotBeMeasured(t *testing.T) {
	l := watchedLaunch(t, Live)
	g, _ := l.s.criterion("errors-low")
	from, to := l.s.window(g)
	score := func(verdict string, points int) []MonitorScored {
		return []MonitorScored{{Monitor: "error-rate", Score: monitor.Score{Verdict: verdict, Points: points, Expected: 1440}}}
	}
	met := CriterionMeasured{ID: "errors-low", From: from, To: to, Verdict: monitor.GoalMet, Monitors: score(monitor.GoalMet, 1440)}
	l.odd("not of the whole window", KindCriterionMeasured, met)
	l.s.Oddities = nil
	l.now = to
	with := func(change func(d *CriterionMeasured)) CriterionMeasured {
		d := met
		change(&d)
		return d
	}
	for words, d := range map[string]CriterionMeasured{
		"so little is known":     with(func(d *CriterionMeasured) { d.Monitors = score(monitor.GoalMet, 1367) }),
		"does not follow":        with(func(d *CriterionMeasured) { d.Monitors = score(monitor.GoalNotMet, 1440) }),
		"not of the whole":       with(func(d *CriterionMeasured) { d.To = to.Add(-time.Hour) }),
		"has no criterion":       with(func(d *CriterionMeasured) { d.ID = "x" }),
		"its verdict does not f": with(func(d *CriterionMeasured) { d.Monitors = nil }),
	} {
		l.odd(words, KindCriterionMeasured, d)
		l.s.Oddities = nil
	}
	l.raw(journal.Actor{User: "el", Roles: []string{"engineering-lead"}, Auth: journal.AuthOSUser}, KindCriterionMeasured, met)
	l.odd("samples answer it", KindCriterionJudged, CriterionJudged{ID: "errors-low", Outcome: "met"})
}

func TestClosingScrubbedAndNotYet(t *testing.T) {
	l := newLaunchOf(t, Live, t0.Add(-time.Hour), closeRunbook(), testFile())
	l.refuse(false, "has not taken place", "pm", "launch.close", "confirm=checkout")
	l.do("pm", "clock.scrub", "reason=storm", "confirm=checkout")
	l.do("pm", "task.done", "id=closure/metrics-snapshot-saved", "link=wiki")
	l.do("pm", "launch.close", "confirm=checkout", "reason=next spring")
	if d := l.s.ClosedAs; d.Outcome != ClosedScrubbed || !slices.Contains(d.Open, "handoff/engineering/alerts") {
		t.Errorf("%+v", d)
	}
	l.refold()
}

func TestARecycleForgetsWhatWasSaidOfTheSuccess(t *testing.T) {
	l := watchedLaunch(t, Rehearsal)
	l.do("el", "task.done", "id=handoff/engineering/alerts")
	l.do("po", "criterion.judge", "id=satisfied", "outcome=not-met", "evidence=x")
	l.do("el", "launch.close", "reason=small")
	l.s.resetClosure()
	if len(l.s.Judged)+len(l.s.Agreements)+len(l.s.Measured) != 0 || l.s.Tasks["handoff/engineering/alerts"] != nil {
		t.Errorf("%+v", l.s.Agreements)
	}
}

func TestOnePersonActsBothInARehearsal(t *testing.T) {
	l := watchedLaunch(t, Rehearsal)
	me := func(role string) Who { return Who{User: "me", UID: -1, Auth: journal.AuthRehearsal, As: role} }
	if err := l.as(me("engineering-lead"), "launch.close", "reason=x"); err != nil {
		t.Fatal(err)
	}
	if err := l.as(me("engineering-lead"), "launch.close", "reason=y"); err == nil {
		t.Fatal("agreed twice")
	}
	if err := l.as(me("product-owner"), "launch.close", "reason=x"); err != nil || l.s.Closed == nil {
		t.Fatal(err)
	}
	l.refold()
}

// One person, whatever they hold and whatever is written for them, closes nothing that something stands against.
func TestNothingIsClosedEarlyByOnePerson(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := testFile()
		f.People = append(f.People, launchfile.Person{User: "dba", Roles: []string{"engineering-lead", "product-owner", "program-manager"}}) // both hats
		l := watchedFrom(t, f)
		closer := rapid.SampledFrom([]string{"dba", "el", "po", "pm"}).Draw(r, "closer")
		for i := range rapid.IntRange(1, 12).Draw(r, "moves") {
			l.now = l.now.Add(time.Duration(rapid.IntRange(0, 5*3600).Draw(r, fmt.Sprint("wait", i))) * time.Second)
			actor := l.s.Actor(who(closer))
			switch rapid.IntRange(0, 4).Draw(r, fmt.Sprint("move", i)) {
			case 0:
				_ = l.as(who(closer), "launch.close", "reason=x", "confirm=checkout")
			case 1:
				_ = l.as(who(closer), "launch.close", "reason=x", "confirm=checkout", "for=po", "via=chat")
			case 2: // written past Decide
				c := l.s.Closure(l.now)
				l.put(actor, KindClosureAgreed, ClosureAgreed{Outcome: c.Outcome, Exceptions: c.Exceptions, Reason: "x"})
			case 3:
				c := l.s.Closure(l.now)
				l.put(actor, KindLaunchClosed, LaunchClosed{Outcome: c.Outcome, Exceptions: c.Exceptions})
			case 4:
				forged := actor
				forged.Roles, forged.Auth = []string{"product-owner"}, rapid.SampledFrom([]string{journal.AuthSystem, journal.AuthAttested, journal.AuthRehearsal}).Draw(r, fmt.Sprint("auth", i))
				forged.User = rapid.SampledFrom([]string{"po", "el"}).Draw(r, fmt.Sprint("as", i))
				c := l.s.Closure(l.now)
				l.put(forged, KindClosureAgreed, ClosureAgreed{Outcome: c.Outcome, Exceptions: c.Exceptions, Reason: "x"})
			}
			l.s.Oddities = nil
			if l.s.Closed != nil {
				data, _ := json.Marshal(l.s.ClosedAs)
				r.Fatalf("%s closed it alone: %s", closer, data)
			}
		}
	})
}

func watchedFrom(t testing.TB, f *launchfile.File) *testLaunch {
	l := newLaunchOf(t, Live, t0.Add(-time.Hour), closeRunbook(), f)
	l.now = t0
	for _, id := range []string{"flag", "database"} {
		l.s.Steps[id] = &Step{State: StepDone, Attempt: 1, Ended: &Mark{At: l.now}, Verified: map[string]Mark{}}
	}
	return l
}

func TestDefectsStandAgainstSuccess(t *testing.T) {
	rb := closeRunbook()
	rb.Success[0].Criteria = []runbook.Criterion{{ID: "no-critical-bugs", Text: "No critical bugs"}}
	rb.Closure.Requirements = append(rb.Closure.Requirements, runbook.Action{ID: "closure/issue-log-finalized", Text: "Issue log finalized"})
	rb.Defects.Severities = []runbook.Severity{{ID: "sev1", Title: "Critical", Blocking: true}, {ID: "sev3", Title: "Minor"}}
	l := newLaunchOf(t, Live, t0.Add(-time.Hour), rb, testFile())
	for _, id := range []string{"flag", "database"} {
		l.s.Steps[id] = &Step{State: StepDone, Attempt: 1, Ended: &Mark{At: l.now}, Verified: map[string]Mark{}}
	}
	l.now = l.now.Add(25 * time.Hour)
	l.do("el", "defect.open", "title=typo", "severity=sev3", "owner=el")
	l.criterion("no-critical-bugs", CriterionAsked)
	l.do("el", "criterion.judge", "id=no-critical-bugs", "outcome=met", "evidence=none found")
	l.criterion("no-critical-bugs", CriterionMet)
	l.do("el", "defect.open", "title=orders lost", "severity=sev1")
	l.criterion("no-critical-bugs", CriterionNotMet)
	l.refuse(false, "open: D2, orders lost", "el", "criterion.judge", "id=no-critical-bugs", "outcome=met", "evidence=x")
	if c := l.s.Closure(l.now); c.Outcome != ClosedNotMet {
		t.Errorf("%+v", c)
	}
	l.do("el", "defect.close", "id=D2", "resolution=mended and deployed")
	l.criterion("no-critical-bugs", CriterionMet)
	for _, it := range l.s.Closure(l.now).Items {
		if it.Text == "Issue log finalized" && it.Filled != "2 defects, 1 open, each with its owner" {
			t.Errorf("%+v", it)
		}
	}
}
