package views

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

func rollbackOf(s *screen.Screen, selected string) *StepsView {
	v := given(NewRollback(theme.New(theme.Options{})), s, selected)
	v.SetSize(118, 33)
	return v
}

// said is an intent as one line.
func saidOf(i intent.Intent) string {
	switch i := i.(type) {
	case intent.Ask:
		return fmt.Sprintf("ask %s %v", i.Command.Action, i.Command.Args)
	case intent.Do:
		return fmt.Sprintf("do %s %v", i.Command.Action, i.Command.Args)
	}
	return fmt.Sprint(i)
}

func TestRollbackKeys(t *testing.T) {
	handed := workedScreen()
	handed.Requests[0].Steps[1].Parts[1].State = screen.PartDone
	unneeded := openScreen()
	unneeded.Requests[0].Priority = "high"
	unclear, said, well, armed := overScreen(), overScreen(), overScreen(), quietScreen()
	unclear.CurrentRequest().Verdict = launch.CannotVerify
	said.CurrentRequest().Verdict, said.CurrentRequest().Said, said.CurrentRequest().Recovered = launch.Recovered, true, who("eng-mgr", "10:20:00", "the shop sells")
	well.CurrentRequest().Verdict, well.CurrentRequest().Said = launch.Recovered, false
	armed.Armed = &screen.Armed{By: who("eng-mgr", "09:00:00", ""), Triggers: []string{"error-rate-high"}}
	for _, tc := range []struct {
		name    string
		s       *screen.Screen
		at, key string
		want    string
	}{
		{"request", quietScreen(), "procedure", "enter", "ask rollback.request map[]"},
		{"approve", openScreen(), "R1-9c41d07b", "y", "ask rollback.approve map[id:R1-9c41d07b]"},
		{"approve from another line of it", openScreen(), "R1-9c41d07b/needs", "y", "ask rollback.approve map[id:R1-9c41d07b]"},
		{"veto", openScreen(), "R1-9c41d07b", "N", "ask rollback.veto map[id:R1-9c41d07b]"},
		{"withdraw", openScreen(), "R1-9c41d07b", "w", "ask rollback.withdraw map[id:R1-9c41d07b]"},
		{"raise", openScreen(), "R1-9c41d07b", "P", "ask rollback.raise map[id:R1-9c41d07b]"},
		{"high is not raised", unneeded, "R1-9c41d07b", "P", "<nil>"},
		{"running is not approved", workedScreen(), "R1-9c41d07b", "y", "<nil>"},
		{"confirm by hand", handed, "verify-restored-data-integrity", "space", "do step.confirm map[id:database-rollback what:verify-restored-data-integrity]"},
		{"a call is not confirmed", workedScreen(), "execute-rollback-scripts", "space", "<nil>"},
		{"a step that waits is not confirmed", openScreen(), "verify-restored-data-integrity", "space", "<nil>"},
		{"cannot verify asks for what shows it", deployedScreen(), "system-health", "space", "ask step.confirm map[id:code-rollback what:system-health]"},
		{"undo where it stands", workedScreen(), "halt-incoming-transactions", "u", "ask step.undo map[what:halt-incoming-transactions]"},
		{"undo at the top", workedScreen(), "outstanding/halt-incoming-transactions", "u", "ask step.undo map[what:halt-incoming-transactions]"},
		{"nothing to undo", lostScreen(), "halt-incoming-transactions", "u", "<nil>"},
		{"retry", failedScreen(), "code-rollback", "t", "ask step.retry map[id:code-rollback]"},
		{"skip from a part", failedScreen(), "deployment-success", "S", "ask step.skip map[id:code-rollback]"},
		{"abort", failedScreen(), "code-rollback", "A", "ask step.abort map[id:code-rollback]"},
		{"resolve what is unknown", lostScreen(), "code-rollback/code-rollback", "x", "ask step.resolve map[id:code-rollback]"},
		{"what is unknown is not run again", lostScreen(), "code-rollback/code-rollback", "t", "<nil>"},
		{"afterwards", overScreen(), "afterwards/el/Collect error logs", "space", "do task.done map[id:afterwards/el/Collect error logs]"},
		{"done is done", overScreen(), "afterwards/po/Assess business impact", "space", "<nil>"},
		{"the room cannot tell: a person does", unclear, "R1-9c41d07b/verdict", "space", "ask rollback.judge map[]"},
		{"what a person said is corrected", said, "R1-9c41d07b/verdict", "space", "ask rollback.judge map[]"},
		{"what the room saw needs nobody's word", well, "R1-9c41d07b/verdict", "space", "<nil>"},
		{"disarm", armed, "armed", "X", "ask trigger.disarm map[id:all]"},
		{"what is only planned cannot be skipped", quietScreen(), "database-rollback", "S", "<nil>"},
	} {
		v := rollbackOf(tc.s, tc.at)
		if r, ok := v.current(); !ok || r.id != tc.at {
			t.Errorf("%s: there is no row %q", tc.name, tc.at)
			continue
		}
		if got, _ := v.HandleKey(press(tc.key)); saidOf(got) != tc.want {
			t.Errorf("%s: %s means %s; want %s", tc.name, tc.key, saidOf(got), tc.want)
		}
	}
}

// The step of one effect and that effect have the same id, and stay two rows.
func TestTheCursorStaysOnAPartWhenTheScreenChanges(t *testing.T) {
	v := rollbackOf(lostScreen(), "code-rollback/code-rollback")
	v.SetScreen(deployedScreen())
	if r, _ := v.current(); r.id != "code-rollback/code-rollback" {
		t.Errorf("the cursor went to %q", r.id)
	}
	seen := map[string]bool{}
	for _, r := range v.rows {
		if r.id != "" && seen[r.id] {
			t.Errorf("two rows are called %q", r.id)
		}
		seen[r.id] = true
	}
}

// Until somebody moves it the cursor is where there is something to see, and then it stays.
func TestTheCursorFollowsWhatAsksForSomebody(t *testing.T) {
	v := rollbackOf(openScreen(), "")
	for _, tc := range []struct {
		s    *screen.Screen
		want string
	}{
		{openScreen(), "R1-9c41d07b"}, {workedScreen(), "execute-rollback-scripts"}, {lostScreen(), "code-rollback/code-rollback"},
		{deployedScreen(), "system-health"}, {failedScreen(), "code-rollback/code-rollback"},
		{overScreen(), "R1-9c41d07b/verdict"},
	} {
		v.SetScreen(tc.s)
		if r, _ := v.current(); r.id != tc.want {
			t.Errorf("the cursor is on %q; want %q", r.id, tc.want)
		}
	}
	v.HandleKey(press("k"))
	at, _ := v.current()
	stays := at.id
	v.SetScreen(deployedScreen())
	if r, _ := v.current(); r.id != stays {
		t.Errorf("it was moved to %q and went to %q", stays, r.id)
	}
}

// Output is followed while its end is in sight, and left alone by who reads further up.
func TestOutputIsFollowedAtItsEnd(t *testing.T) {
	v := rollbackOf(workedScreen(), "execute-rollback-scripts")
	v.SetSize(78, 20)
	v.HandleKey(press("enter"))
	v.Lines()
	v.HandleKey(press("end"))
	v.Lines()
	more := workedScreen()
	p := more.Requests[0].Steps[1].Parts[1].Progress
	p.Lines = append(p.Lines, "schema is at 0042")
	v.SetScreen(more)
	if all := text(v); !strings.Contains(all, "schema is at 0042") {
		t.Errorf("the newest line is out of sight:\n%s", all)
	}
	v.HandleKey(press("k"))
	before := text(v)
	p.Lines = append(p.Lines, "bye")
	v.SetScreen(more)
	if after := text(v); strings.Contains(after, "bye") || !strings.Contains(after, firstBody(before)) {
		t.Error("who reads was moved")
	}
	if _, used := v.HandleKey(press("esc")); !used || v.full {
		t.Error("esc does not go back to the list")
	}
}

func firstBody(all string) string { return strings.TrimSpace(strings.Split(all, "\n")[2]) }

func text(v *StepsView) string {
	lines := v.Lines()
	for i := range lines {
		lines[i] = strings.TrimRight(ansi.Strip(lines[i]), " ")
	}
	v.drawn = nil
	return strings.Join(lines, "\n")
}

func TestTimeLeftForApprovalsIsCountedDown(t *testing.T) {
	v := rollbackOf(openScreen(), "R1-9c41d07b")
	if all := text(v); !strings.Contains(all, "13:12 left") {
		t.Errorf("at 10:09:00 it says:\n%s", all)
	}
	if !v.Tick(at("10:20:00")) || !strings.Contains(text(v), "02:12 left") {
		t.Error("eleven minutes later it says the same")
	}
	if v.Tick(at("10:20:00")) {
		t.Error("nothing has changed, and it is drawn again")
	}
	worked := rollbackOf(workedScreen(), "")
	if worked.Tick(at("10:30:00")) {
		t.Error("a rollback that is executed changes with what happens, not with the time")
	}
}

// Whatever the size, the view is exactly that size, and what programs print moves no cursor.
func TestTheViewHasItsSizeAndShowsNoControls(t *testing.T) {
	for _, s := range []*screen.Screen{quietScreen(), openScreen(), workedScreen(), lostScreen(), deployedScreen(), failedScreen(), overScreen()} {
		for _, size := range [][2]int{{198, 48}, {118, 33}, {78, 18}, {60, 9}, {40, 6}, {12, 3}, {1, 1}, {0, 0}} {
			for _, full := range []bool{false, true} {
				v := rollbackOf(s, "execute-rollback-scripts")
				v.SetSize(size[0], size[1])
				v.full = full
				lines := v.Lines()
				if len(lines) != size[1] {
					t.Fatalf("%v: %d lines", size, len(lines))
				}
				for _, l := range lines {
					if w := ansi.StringWidth(l); w != size[0] {
						t.Fatalf("%v: a line of %d cells: %q", size, w, l)
					}
					if strings.ContainsAny(ansi.Strip(l), "\x1b\u202e\r\n") || strings.Contains(l, "\x1b[31mwarning") {
						t.Fatalf("it lets through %q", l)
					}
				}
			}
		}
	}
}

// A step of the sequence shows the exact call before enter starts it, and asks first where it makes one.
func TestTheSequenceShowsTheCallBeforeItIsMade(t *testing.T) {
	s := quietScreen()
	s.Steps = backSteps()
	for i := range s.Steps {
		s.Steps[i].Back = false
	}
	s.Steps[1].Parts = s.Steps[1].Parts[2:3] // by hand alone
	v := given(NewSequence(theme.New(theme.Options{})), s, "feature-disable")
	v.SetSize(78, 20)
	if all := strings.Join(strings.Fields(text(v)), " "); !strings.Contains(all, "Will run, for Feature Disable: aws ssm put-parameter --name /features/checkout-v2/enabled --value false") {
		t.Errorf("it shows:\n%s", text(v))
	}
	for id, want := range map[string]string{
		"feature-disable":   "ask step.start map[id:feature-disable]",
		"database-rollback": "do step.start map[id:database-rollback]",
	} {
		v.Select(id)
		if got, _ := v.HandleKey(press("enter")); saidOf(got) != want {
			t.Errorf("%s: enter means %s; want %s", id, saidOf(got), want)
		}
	}
	if _, used := v.HandleKey(press("l")); !used || !v.full {
		t.Error("l does not open the whole of a step that enter starts")
	}
	if s.Steps[0].State != launch.StepWaiting {
		t.Error("looking started it")
	}
}

func TestAPersonsVerdictIsShownAsTheirs(t *testing.T) {
	s := overScreen()
	r := s.CurrentRequest()
	r.Verdict, r.Said, r.Recovered = launch.Recovered, true, who("eng-mgr", "10:20:00", "the shop sells")
	r.Times.Recovered = on("10:20:00")
	v := rollbackOf(s, r.ID+"/verdict")
	if text := ansi.Strip(strings.Join(v.Lines(), "\n")); !strings.Contains(text, "Verdict: recovered, said by eng-mgr") || !strings.Contains(text, "the shop sells") {
		t.Errorf("%s", text)
	}
}

func TestFurtherEvidenceAndWhatThePlanLacks(t *testing.T) {
	s := openScreen()
	s.Triggers = append(s.Triggers, screen.Trigger{ID: "data-integrity", Title: "Data integrity", State: "fired", Since: at("10:08:00")})
	s.Requests[0].Also, s.Requests[0].Trouble = []string{"data-integrity"}, []string{"/opt/shop/halt.sh: others can write to it"}
	s.Requests[0].Steps[1].Parts[0].Digest = strings.Repeat("ab", 32)
	v := rollbackOf(s, s.Requests[0].ID)
	v.SetSize(200, 80)
	text := ansi.Strip(strings.Join(v.Lines(), "\n"))
	for _, want := range []string{"Since then also: Data integrity", "fired since 10:08:00 UTC", "The plan is not whole: /opt/shop/halt.sh", haltLine + "  (sha256 abababababababab)"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not shown:\n%s", want, text)
		}
	}
}

// A watch that nobody watches any more is not shown as one that waits.
func TestWhatAStepLeftIsSaid(t *testing.T) {
	for want, p := range map[string]screen.Part{
		"not watched":  {State: screen.PartLeft, Verification: true, Watch: true},
		"not verified": {State: screen.PartLeft, Verification: true},
		"not done":     {State: screen.PartLeft},
	} {
		if _, word, to := partWord(theme.New(theme.Options{}), &p); word != want || to == good {
			t.Errorf("%q, tone %v", word, to)
		}
	}
	until := time.Date(2026, 11, 24, 10, 12, 0, 0, time.UTC)
	p := screen.Part{State: screen.PartRunning, By: launch.ByCheck, Watch: true, Verification: true, Evidence: "1 of 10 points", Until: &until}
	if got := partTold(&p, true); got != "1 of 10 points  looks until 10:12:00" {
		t.Errorf("%q", got)
	}
}
