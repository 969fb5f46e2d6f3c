package launch

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A dry run asks for the same calls as the launch itself, in the same order and to the letter, of the same people: it differs
// in that nothing is sent.
func TestDryRunDiffersOnlyInWhatIsSent(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		seed := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(r, "seed"))
		live, dry := backLaunch(t, Live), backLaunch(t, DryRun)
		rng := rand.New(rand.NewChaCha8(seed))
		choose := func(list []string) string { return list[rng.IntN(len(list))] }
		for range rapid.IntRange(1, 60).Draw(r, "moves") {
			step := choose([]string{"off", "db", "code", "turn-on", "migrate"})
			c := map[string][]string{
				"rollback.request": {"reason=x", "priority=" + choose([]string{"high", "normal"}), "steps=" + choose([]string{"off", "off,db", "off,db,code", "code"})},
				"rollback.approve": nil, "rollback.veto": {"reason=x"}, "rollback.withdraw": {"reason=x"}, "rollback.raise": {"reason=x"},
				"step.start": {"id=" + step, "confirm=checkout"}, "step.retry": {"id=" + step}, "step.confirm": {"id=" + step},
				"step.skip": {"id=" + step, "reason=x", "confirm=checkout"}, "step.abort": {"id=" + step, "reason=x"},
				"flag.off": nil, "flag.on": {"confirm=checkout"}, "trigger.arm": {"id=all", "confirm=checkout"}, "trigger.disarm": {"id=all"},
			}
			names := []string{"rollback.request", "rollback.approve", "rollback.approve", "step.start", "step.confirm", "step.confirm", "step.confirm", "flag.off", "flag.on",
				"rollback.veto", "rollback.withdraw", "rollback.raise", "step.retry", "step.skip", "step.abort", "trigger.arm", "trigger.disarm"}
			name, user, after := choose(names), choose([]string{"el", "el", "po", "em", "dba", "pm"}), time.Duration(rng.IntN(3)*rng.IntN(400))*time.Second
			said := ""
			for _, l := range []*testLaunch{live, dry} {
				l.after(after)
				args := c[name]
				if strings.HasPrefix(name, "rollback.") && name != "rollback.request" {
					args = append(slices.Clone(args), l.current())
				}
				what := fmt.Sprint(l.as(who(user), name, args...), "\n", everything(l))
				if said != "" && what != said {
					t.Fatalf("%s %v by %s:\nin LIVE %s\nin a DRY RUN %s", name, args, user, said, what)
				}
				said = what
			}
		}
	})
}

// everything lets the outside do well all that is asked for, and tells what that was. A dry run hears nothing from it.
func everything(l *testLaunch) string {
	l.due()
	var told []string
	for range 50 {
		works := l.s.Work(l.now)
		if len(works) == 0 {
			break
		}
		w := works[0]
		switch w.Kind {
		case WorkCall:
			told = append(told, w.Call.ID+" "+w.Call.AWSLine())
			l.intend(w)
			if l.s.Mode == DryRun {
				l.system(KindCallReturned, CallReturned{ID: w.Call.ID, Outcome: Outcome{Outcome: OutcomeNotSent, Error: "dry run"}})
				break
			}
			l.system(KindCallReturned, CallReturned{ID: w.Call.ID, Outcome: Outcome{Outcome: OutcomeOK}})
		case WorkFollow:
			l.system(KindCallEnded, CallEnded{ID: w.Call.ID, State: "succeeded"})
		case WorkLook:
			l.t.Fatal("nothing was lost")
		case WorkCheck:
			told = append(told, "check "+w.Step+" "+w.Part.ID)
			if w.Rollback != "" {
				l.system(KindRollbackRecovered, RollbackRecovered{ID: w.Rollback, Verdict: Recovered})
				break
			}
			l.system(KindStepChecked, StepChecked{ID: w.Step, What: w.Part.ID, Attempt: w.Attempt, Outcome: Verified, Flag: w.Part.Flag})
		}
		l.due()
	}
	var states []string
	for _, b := range l.s.Rollbacks {
		states = append(states, b.ID+" "+b.State(l.s))
	}
	for _, st := range l.s.everyStep() {
		states = append(states, fmt.Sprint(st.ID, " ", l.s.StepStateOf(st.ID), " ", l.s.attempts(st.ID)))
	}
	return strings.Join(told, "\n") + "\n" + strings.Join(states, ", ")
}
