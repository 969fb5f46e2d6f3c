package views

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// NewRollback is the rollback: the request with its plan, evidence and approvals, its steps as they are carried out, the
// incident's clock, and what follows by role. Where nothing is requested it shows what a rollback would do.
func NewRollback(t *theme.Theme) *StepsView {
	return &StepsView{t: t, name: "Rollback", build: rollbackEntries, heed: rollbackHeed,
		right: func(s *screen.Screen) string {
			r := s.CurrentRequest()
			if r == nil {
				return "none requested"
			}
			done := 0
			for _, st := range r.Steps {
				if st.State == launch.StepDone || st.State == launch.StepSkipped {
					done++
				}
			}
			said := fmt.Sprintf("%s  %d/%d steps", strings.ToUpper(r.State), done, len(r.Steps))
			switch {
			case r.Verdict != "":
				said += "  " + r.Verdict
			case r.State == screen.RequestDone:
				said += "  recovery not known yet"
			}
			return said
		},
		timely: func(s *screen.Screen, now time.Time) string {
			if r := s.CurrentRequest(); r != nil {
				return left(r, now)
			}
			return ""
		},
	}
}

func rollbackEntries(_ *screen.Plan, s *screen.Screen, t *theme.Theme, now time.Time) []entry {
	out := armedEntries(s, t)
	r := s.CurrentRequest()
	if r == nil {
		out = append(out, procedureEntries(s, t)...)
	} else {
		out = append(out, requestEntries(r, s, t, now)...)
		out = append(out, outstandingEntries(s, t)...)
		for i := range r.Steps {
			out = append(out, entry{})
			out = append(out, stepEntries(&r.Steps[i], s, t)...)
		}
		out = append(out, verdictEntries(r, t, now)...)
		out = append(out, afterwardEntries(s, t)...)
	}
	return append(out, earlierEntries(s, t, now)...)
}

// rollbackHeed is the row to look at: what asks for somebody, else what is under way, else what waits for somebody's hands,
// and in the end the verdict.
func rollbackHeed(_ *screen.Screen, rows []entry) string {
	var trouble, works, watched, hands, verdict string
	first := func(id *string, r *entry) {
		if *id == "" {
			*id = r.id
		}
	}
	for i := range rows {
		r := &rows[i]
		switch {
		case strings.HasSuffix(r.id, "/verdict"):
			verdict = r.id
			continue
		case r.part == nil:
			continue
		case r.tone == bad, r.part.State == screen.PartUnknown, r.part.State == screen.PartCannotVerify:
			first(&trouble, r)
		case r.part.State == screen.PartRunning && r.part.Verification && r.part.Progress != nil:
			watched = r.id // a deployment tells more than a number that is waited for
		case r.part.State == screen.PartRunning && r.part.Verification:
			first(&watched, r)
		case r.part.State == screen.PartRunning:
			first(&works, r)
		}
		if len(r.acts) > 0 && r.acts[0].key == "space" {
			first(&hands, r)
		}
	}
	return cmp.Or(trouble, works, hands, watched, verdict)
}

// rollbackFound are the rollback's rows for the search.
func rollbackFound(p *screen.Plan, s *screen.Screen, t *theme.Theme) []row {
	return rowsOf(rollbackEntries(p, s, t, s.At))
}

func line(id string, depth int, text, right string) entry {
	return entry{row: row{id: id, depth: depth, text: text, right: right}}
}

// outstandingEntries are the effects that stand and have to be taken back.
func outstandingEntries(s *screen.Screen, t *theme.Theme) []entry {
	var out []entry
	for _, o := range s.Outstanding {
		e := line("outstanding/"+o.ID, 0, o.Words, "since "+o.Since.At.UTC().Format("15:04:05"))
		if e.mark, e.tone, e.kind = t.Glyph.Warn, late, title; o.Undoing {
			e.right = "is being taken back"
		}
		e.note = "done by " + by(o.Since) + "; u takes it back (" + o.Owner + ", or an authority)"
		e.acts = []act{asks("u", "undo", "step.undo", "what", o.ID)}
		out = append(out, e)
	}
	if len(out) > 0 {
		out = append([]entry{{}}, out...)
	}
	return out
}

// armedEntries say what may turn the flag off by itself.
func armedEntries(s *screen.Screen, t *theme.Theme) []entry {
	a := s.Armed
	if a == nil {
		return nil
	}
	var titles []string
	for _, id := range a.Triggers {
		titles = append(titles, triggerTitle(s, id))
	}
	e := line("armed", 0, "ARMED: "+strings.Join(titles, ", "), "by "+by(a.By))
	e.mark, e.tone, e.kind = t.Glyph.Warn, late, title
	e.note = "When one of them fires after T-0 the flag goes off by itself after a minute that every screen counts down. X disarms; so may any authority, product owners included."
	if a.AutoOffAt != nil {
		e.text, e.tone = "ARMED: the flag goes off by itself at "+clockTime(*a.AutoOffAt)+": "+triggerTitle(s, a.Trigger), bad
	}
	e.acts = []act{asks("X", "disarm", "trigger.disarm", "id", "all")}
	return []entry{e, {}}
}

// verdictEntries tell whether the rollback has helped, once it is over.
func verdictEntries(r *screen.Request, t *theme.Theme, now time.Time) []entry {
	if r.State != screen.RequestDone {
		return nil
	}
	glyph, word, to := verdictWord(t, r)
	e := entry{row: row{id: r.ID + "/verdict", kind: title, mark: glyph, tone: to, text: "Verdict: " + word}}
	if r.Recovered != nil {
		e.right, e.note = by(r.Recovered), r.Recovered.Text
	}
	if r.Said {
		e.text += ", said by " + r.Recovered.User
	}
	if r.Said || r.Verdict != "" && r.Verdict != launch.Recovered {
		e.acts = []act{asks("space", "say whether it has helped", "rollback.judge")}
	}
	out := []entry{{}, e}
	if word := r.Unknown(now); word != "" {
		out = append(out, line(r.ID+"/verdict/unknown", 1, word, ""))
	}
	if e.note != "" {
		out = append(out, line(r.ID+"/verdict/evidence", 1, e.note, ""))
	}
	return out
}

// afterwardEntries are what each role does after a rollback (seed 6.3).
func afterwardEntries(s *screen.Screen, t *theme.Theme) []entry {
	var out []entry
	for _, role := range s.Afterwards {
		done := 0
		for _, a := range role.Actions {
			if a.Done != nil {
				done++
			}
		}
		if len(out) == 0 {
			out = append(out, entry{}, entry{row: head("Afterwards", "")})
		}
		out = append(out, line("afterwards/"+role.Short, 0, role.Role+"  "+named(role.Person), fmt.Sprintf("%d/%d", done, len(role.Actions))))
		out[len(out)-1].kind = title
		for _, a := range role.Actions {
			box, _, _ := t.Item(launch.ItemOpen)
			e := entry{row: row{id: a.ID, depth: 1, mark: box, text: a.Text}}
			if a.Done != nil {
				e.mark, _, _ = t.Item(launch.ItemChecked)
				e.tone, e.right, e.note = good, by(a.Done), a.Done.Text
			} else {
				e.acts = []act{{"space", "done", intent.Do{Command: launch.Command{Action: "task.done", Args: map[string]string{"id": a.ID}}}}}
			}
			out = append(out, e)
		}
	}
	return out
}

// procedureEntries are what a rollback would do if it were requested now, and who may authorise it.
func procedureEntries(s *screen.Screen, t *theme.Theme) []entry {
	p := &s.Procedure
	ask := asks("enter", "request a rollback", "rollback.request")
	top := entry{row: row{id: "procedure", kind: title, mark: t.Glyph.Open, text: "No rollback is requested", right: p.Priority + " priority"}}
	top.acts = []act{ask}
	top.facts = func(f *sheet) {
		f.say(f.t.Strong, "No rollback is requested")
		f.say(f.t.Text, "This is what one would do now, to the letter. enter asks for its reason, its steps and its priority.")
		for i := range p.Steps {
			planFacts(f, &p.Steps[i])
		}
	}
	out := []entry{top}
	if p.Trigger != "" {
		e := line("procedure/trigger", 1, triggerTitle(s, p.Trigger)+" would be its evidence", "")
		e.mark, e.tone, e.acts = t.Glyph.Crit, bad, top.acts
		out = append(out, e)
	}
	for _, name := range []string{"high", "normal"} {
		if policy, ok := p.Policies[name]; ok {
			text := fmt.Sprintf("%s priority: %d of %s", strings.ToUpper(name[:1])+name[1:], policy.Approvals, strings.Join(policy.Eligible, ", "))
			e := line("procedure/"+name, 1, text, "")
			if e.right = "at once"; policy.Within > 0 {
				e.right = "within " + span(policy.Within)
			}
			e.acts = top.acts
			out = append(out, e)
		}
	}
	out = append(out, outstandingEntries(s, t)...)
	for i := range p.Steps {
		st := p.Steps[i]
		rows := stepEntries(&st, s, t)
		rows[0].right = byItself(p, st.ID) + st.Short + " " + named(st.Person)
		for k := range rows {
			rows[k].acts = nil // nothing of it can be done before it is requested
		}
		out = append(append(out, entry{}), rows...)
	}
	return out
}

// byItself says where a request leaves a step out that it does not name.
func byItself(p *screen.Procedure, id string) string {
	for _, d := range p.Default {
		if d == id {
			return ""
		}
	}
	return "only if named  "
}
