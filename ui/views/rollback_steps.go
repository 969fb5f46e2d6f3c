package views

import (
	"fmt"
	"strings"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/theme"
)

// stepEntries are a step and its parts, with what can be done to each.
func stepEntries(st *screen.Step, s *screen.Screen, t *theme.Theme) []entry {
	glyph, word, _ := t.Step(st.State)
	if st.State == launch.StepUnknown {
		word = "UNKNOWN"
	}
	head := entry{row: row{id: st.ID, kind: title, mark: glyph, tone: stepTone(st.State), text: fmt.Sprintf("Step %d - %s", st.Number, st.Title)}}
	if st.Attempt > 1 {
		head.text += fmt.Sprintf(" (attempt %d)", st.Attempt)
	}
	head.right = word + "  " + st.Short + " " + named(st.Person)
	head.acts = append(startActs(st), stepActs(st)...)
	head.facts = func(f *sheet) { stepFacts(f, st, s) }
	out := []entry{head}
	for i := range st.Parts {
		out = append(out, partEntry(&st.Parts[i], st, s, t))
	}
	return out
}

func stepTone(state launch.StepState) tone {
	switch state {
	case launch.StepRunning, launch.StepVerifying:
		return live
	case launch.StepFailed:
		return bad
	case launch.StepUnknown, launch.StepSkipped:
		return late
	case launch.StepDone:
		return good
	}
	return quiet
}

func partEntry(p *screen.Part, st *screen.Step, s *screen.Screen, t *theme.Theme) entry {
	glyph, _, to := partWord(t, p)
	e := entry{row: row{id: p.ID, depth: 1, mark: glyph, tone: to, text: p.Text, right: partTold(p, true)}, part: p}
	if p.ID == st.ID { // the one effect of a step that has no actions of its own
		e.id += "/" + p.ID
	}
	if p.Outstanding {
		e.text = standing(p, s)
		e.tone = late
	}
	e.acts = append(partActs(p, st), stepActs(st)...)
	e.facts = func(f *sheet) { partFacts(f, p, st, s) }
	return e
}

// standing is what a part has left that has to be taken back.
func standing(p *screen.Part, s *screen.Screen) string {
	for _, o := range s.Outstanding {
		if o.ID == p.ID {
			return o.Words
		}
	}
	return "OUTSTANDING: " + p.Text
}

// stepFacts is all that is known of a step, and each call that it makes.
func stepFacts(f *sheet, st *screen.Step, s *screen.Screen) {
	_, word, style := f.t.Step(st.State)
	f.say(f.t.Strong, fmt.Sprintf("Step %d - %s", st.Number, st.Title))
	state := word
	if st.Attempt > 1 {
		state += fmt.Sprintf(", attempt %d", st.Attempt)
	}
	f.styled("state", state, style)
	f.fact("owner", st.Owner+"  "+named(st.Person))
	if st.Started != nil {
		f.fact("started", by(st.Started))
	}
	if st.Ended != nil {
		f.fact("ended", by(st.Ended))
		f.styled("because", st.Ended.Text, style)
	}
	switch st.State {
	case launch.StepFailed:
		f.blank()
		f.say(f.t.Crit, "It stops here: t tries again what was not done, S skips it (an authority, with a reason), A ends the procedure.")
	case launch.StepUnknown:
		f.blank()
		unknownFacts(f, "")
	}
	for _, o := range s.Outstanding {
		if o.Step == st.ID {
			f.blank()
			f.say(f.t.Warn, o.Words+", since "+by(o.Since)+": u on its line takes it back. Do that before you skip or abort.")
		}
	}
	for i := range st.Parts {
		if p := &st.Parts[i]; p.By == launch.ByCall {
			f.blank()
			f.say(f.t.Dim, callSaid(p)+" "+p.Text+":")
			f.say(f.t.Text, p.AWSLine)
		}
	}
}

func callSaid(p *screen.Part) string {
	switch {
	case p.DryRun:
		return "DRY RUN would run, for"
	case p.State == screen.PartWaiting:
		return "Will run, for"
	}
	return "Runs, for"
}

// partFacts is all that is known of a part: how it stands, what shows it, the line that does the same, and what it says.
func partFacts(f *sheet, p *screen.Part, st *screen.Step, s *screen.Screen) {
	_, word, to := partWord(f.t, p)
	f.say(f.t.Strong, p.Text)
	state := word
	if p.Attempt > 1 {
		state += fmt.Sprintf(", attempt %d", p.Attempt)
	}
	f.styled("state", state, toneOf(f.t, to))
	partAdvice(f, p)
	f.fact("what", partMeans(p))
	f.fact("asks", p.Probe)
	if p.Digest != "" {
		f.fact("program", "sha256 "+p.Digest)
	}
	f.fact("owner", st.Owner+"  "+named(st.Person))
	if p.Since != nil {
		f.fact("sent", clockTime(*p.Since))
	}
	if p.Done != nil {
		f.fact("told by", by(p.Done))
	}
	f.fact("evidence", p.Evidence)
	if p.Until != nil {
		f.fact("looks until", clockTime(*p.Until)+", as far as points come")
	}
	if p.Progress != nil {
		f.fact("goes on", p.Progress.Detail)
	}
	if p.AWSLine != "" {
		f.blank()
		label := "The same by hand:"
		if p.State == screen.PartWaiting {
			label = "The exact call:"
		}
		f.say(f.t.Dim, label)
		f.say(f.t.Text, p.AWSLine)
		f.fact("call", p.CallID)
	}
	said(f, p)
}

// partAdvice says what a part asks of people: it stands near the top, so that it is seen where there is little room.
func partAdvice(f *sheet, p *screen.Part) {
	switch {
	case p.Outstanding:
		f.say(f.t.Warn, "OUTSTANDING: its effect stands until it is taken back. u runs its undo.")
	case p.State == screen.PartUnknown:
		unknownFacts(f, p.CallID)
	case p.State == screen.PartCannotVerify:
		f.say(f.t.Warn, "The room cannot tell. Look yourself: space confirms it, with what shows it; x says what became of the step.")
	case p.State == screen.PartFailed && p.Watch:
		f.say(f.t.Crit, "The step is not over before somebody says how it is: space confirms it all the same, x resolves the step.")
	}
}

// unknownFacts is what is known of a call of which nothing certain came back, and the ways on.
func unknownFacts(f *sheet, call string) {
	f.say(f.t.Warn, "It may have happened or not, and is never simply run again. x says what became of the step, with what shows it.")
	if call != "" {
		f.say(f.t.Dim, "The room goes on looking for "+call+".")
	}
}

// partMeans says who does a part, and what waits for it.
func partMeans(p *screen.Part) string {
	var does string
	switch p.By {
	case launch.ByHand:
		does = "by hand: its owner confirms it"
	case launch.ByCall:
		does = p.Op
	default:
		does = map[string]string{
			launch.CheckParameter: "the room reads the parameter back", launch.CheckEffect: "the room watches the flag's monitor",
			launch.CheckDeployment: "the room follows the deployment", launch.CheckRecovery: "the room watches what caused the rollback",
			launch.CheckProbe: "the room asks the probe",
		}[p.Look]
	}
	switch {
	case p.Verification && p.Watch:
		return strings.TrimPrefix(does+"; a watch, nothing waits for it", "; ")
	case p.Verification:
		return strings.TrimPrefix(does+"; a gate, the next step waits for it", "; ")
	}
	return does
}

// said is what a program prints, or how a deployment's instances stand.
func said(f *sheet, p *screen.Part) {
	if p.Progress == nil || len(p.Progress.Lines) == 0 {
		return
	}
	f.blank()
	if p.Op == launch.OpRun {
		f.say(f.t.Dim, fmt.Sprintf("Newest output (%s in all):", sized(p.Progress.Total)))
		f.come(func(string) theme.Style { return f.t.Text }, p.Progress.Lines)
		return
	}
	f.say(f.t.Dim, "Instances:")
	f.come(f.instance, p.Progress.Lines)
}

func sized(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d bytes", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}

// instance is the style of an instance's line, by the state in it.
func (f *sheet) instance(raw string) theme.Style {
	switch {
	case strings.Contains(raw, "Failed"):
		return f.t.Crit
	case strings.Contains(raw, "InProgress"):
		return f.t.Accent
	case strings.Contains(raw, "Succeeded"):
		return f.t.OK
	}
	return f.t.Dim
}
