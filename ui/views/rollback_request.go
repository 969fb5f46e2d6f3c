package views

import (
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/theme"
)

// requestEntries are the request, who approved it and who still may, its evidence and the incident's clock.
func requestEntries(r *screen.Request, s *screen.Screen, t *theme.Theme, now time.Time) []entry {
	glyph, to := requestWord(t, r)
	top := entry{row: row{id: r.ID, kind: title, mark: glyph, tone: to, text: r.ID + "  " + r.Priority + " priority", right: strings.ToUpper(r.State)}}
	switch {
	case r.Open():
		top.right += "  " + lacks(r.Missing)
	case r.Ended != nil:
		top.right += "  " + by(r.Ended)
	}
	top.acts = requestActs(r)
	top.facts = func(f *sheet) { requestFacts(f, r, s) }
	out := []entry{top}
	add := func(e entry) {
		e.acts = top.acts
		if e.facts == nil {
			e.facts = top.facts
		}
		out = append(out, e)
	}
	add(line(r.ID+"/reason", 1, r.Reason, by(r.Requested)))
	if r.Trigger != "" {
		add(line(r.ID+"/trigger", 1, "Evidence: "+triggerTitle(s, r.Trigger), points(r)))
	}
	for _, id := range r.Also {
		add(line(r.ID+"/also/"+id, 1, "Since then also: "+triggerTitle(s, id), triggerState(s, id)))
	}
	for i, why := range r.Trouble {
		e := line(fmt.Sprintf("%s/trouble/%d", r.ID, i), 1, "The plan is not whole: "+why, "")
		e.mark, e.tone = t.Glyph.Warn, late
		add(e)
	}
	for i, a := range r.Approvals {
		e := line(fmt.Sprintf("%s/approval/%d", r.ID, i), 1, "Approved by "+a.User+" ("+a.Short+")", clockTime(a.At))
		if e.mark, e.tone = t.Glyph.OK, good; !a.Counts && r.Open() {
			e.mark, e.tone, e.text = t.Glyph.Waived, late, e.text+", which does not count any more"
		}
		add(e)
	}
	if r.Open() {
		e := line(r.ID+"/needs", 1, lacks(r.Missing)+": "+strings.Join(r.Eligible, ", "), left(r, now))
		e.mark, e.tone = t.Glyph.Hold, late
		add(e)
		add(line(r.ID+"/line", 1, r.ApproveLine, "in any shell"))
	} else {
		e := line(r.ID+"/clock", 1, incidentClock(r), "")
		e.facts = func(f *sheet) { clockFacts(f, r) }
		add(e)
	}
	return out
}

// requestActs are what can be done to a request while it can be.
func requestActs(r *screen.Request) []act {
	withdraw := asks("w", "withdraw", "rollback.withdraw", "id", r.ID)
	switch {
	case r.Open():
		acts := []act{asks("y", "approve", "rollback.approve", "id", r.ID), asks("N", "veto", "rollback.veto", "id", r.ID), withdraw}
		if r.Priority != "high" {
			acts = append(acts, asks("P", "raise the priority", "rollback.raise", "id", r.ID))
		}
		return acts
	case r.State == screen.RequestAuthorized:
		return []act{withdraw}
	}
	return nil
}

// triggerState is a trigger's word, and since when.
func triggerState(s *screen.Screen, id string) string {
	for i := range s.Triggers {
		if t := &s.Triggers[i]; t.ID == id {
			if t.Since.IsZero() {
				return t.State
			}
			return t.State + " since " + clockTime(t.Since)
		}
	}
	return ""
}

func triggerTitle(s *screen.Screen, id string) string {
	for i := range s.Triggers {
		if s.Triggers[i].ID == id {
			return s.Triggers[i].Title
		}
	}
	return id
}

// requestFacts is the request in full: who, why, on what evidence, by whose word, and every call of its plan.
func requestFacts(f *sheet, r *screen.Request, s *screen.Screen) {
	_, to := requestWord(f.t, r)
	f.say(f.t.Strong, "Rollback "+r.ID)
	f.styled("state", r.State, toneOf(f.t, to))
	if r.Ended != nil {
		f.fact("ended", strings.TrimSpace(by(r.Ended)+"  "+r.Ended.Text))
	}
	f.fact("priority", fmt.Sprintf("%s: %d of %s", r.Priority, r.Needs, people(r.Needs)))
	f.fact("asked by", by(r.Requested))
	f.fact("reason", r.Reason)
	if r.Trigger != "" {
		f.fact("evidence", triggerTitle(s, r.Trigger)+": "+points(r))
	}
	for _, id := range r.Also {
		f.fact("also", triggerTitle(s, id)+": "+triggerState(s, id))
	}
	for _, why := range r.Trouble {
		f.styled("not whole", why, f.t.Warn)
	}
	for _, a := range r.Approvals {
		text := a.User + " (" + a.Short + ") " + clockTime(a.At)
		if !a.Counts && r.Open() {
			text += ", does not count any more"
		}
		f.fact("approved", text)
	}
	if r.Open() {
		f.styled("missing", lacks(r.Missing)+" of "+strings.Join(r.Eligible, ", ")+"; "+left(r, f.now), f.t.Warn)
		f.fact("by command", r.ApproveLine)
	}
	f.fact("made as", asWhom(r.Identity))
	f.fact("plan", r.PlanHash)
	for i := range r.Steps {
		planFacts(f, &r.Steps[i])
	}
}

func people(n int) string {
	if n == 1 {
		return "the authorities"
	}
	return "the authorities, each another person"
}

// planFacts is one step of a plan with every call to the letter.
func planFacts(f *sheet, st *screen.Step) {
	f.blank()
	f.say(f.t.Strong, fmt.Sprintf("Step %d - %s  (%s)", st.Number, st.Title, st.Owner))
	for i := range st.Parts {
		p := &st.Parts[i]
		if p.By == launch.ByCall {
			f.say(f.t.Text, p.AWSLine+ofDigest(p))
			continue
		}
		f.say(f.t.Dim, p.Text+": "+partMeans(p))
		if p.Probe != "" {
			f.say(f.t.Text, p.Probe+ofDigest(p))
		}
	}
}

// ofDigest says which file it is that a plan runs.
func ofDigest(p *screen.Part) string {
	if p.Digest == "" {
		return ""
	}
	return fmt.Sprintf("  (sha256 %.16s)", p.Digest)
}

// clockFacts is the incident's clock, one hand a line.
func clockFacts(f *sheet, r *screen.Request) {
	f.say(f.t.Strong, "The incident's clock")
	var first, last *time.Time
	for _, m := range moments(r) {
		if m.at == nil {
			f.fact(m.word, f.t.Glyph.Ellipsis)
			continue
		}
		text := clockTime(*m.at)
		if m.word == "recovered" && r.Said {
			text += ", said by " + r.Recovered.User
		}
		if last != nil {
			text += fmt.Sprintf("  %s after that, %s since it was detected", took(m.at.Sub(*last)), took(m.at.Sub(*first)))
		} else {
			first = m.at
		}
		last = m.at
		f.fact(m.word, text)
	}
}

// earlierEntries are the requests before, newest first.
func earlierEntries(s *screen.Screen, t *theme.Theme, now time.Time) []entry {
	var out []entry
	for i := len(s.Requests) - 1; i >= 0; i-- {
		r := &s.Requests[i]
		if r == s.CurrentRequest() {
			continue
		}
		if len(out) == 0 {
			out = append(out, entry{}, entry{row: head("Earlier requests", "")})
		}
		glyph, to := requestWord(t, r)
		e := line(r.ID, 1, r.ID+"  "+r.Reason, strings.TrimSpace(r.State+"  "+r.Verdict))
		e.mark, e.tone = glyph, to
		e.facts = func(f *sheet) { requestFacts(f, r, s); f.blank(); clockFacts(f, r) }
		out = append(out, e)
		if word := r.Unknown(now); word != "" {
			u := line(r.ID+"/unknown", 2, word, "")
			u.mark, u.tone = t.Glyph.NoData, late
			if r.Verdict != "" {
				u.acts = []act{asks("space", "say whether it has helped", "rollback.judge")}
			}
			out = append(out, u)
		}
	}
	return out
}
