package views

import (
	"fmt"
	"slices"
	"strings"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// voteEntries are the required votes with their reasons, and the decision.
func voteEntries(s *screen.Screen, t *theme.Theme) []entry {
	out := []entry{{row: head("Votes", fmt.Sprintf("%s, %d of %d GO", s.Poll.State, s.Poll.Go, s.Poll.Of))}}
	for i := range s.Poll.Votes {
		out = append(out, voteEntry(&s.Poll.Votes[i], s, t))
	}
	return append(out, decisionEntry(s, t))
}

func voteEntry(v *screen.Vote, s *screen.Screen, t *theme.Theme) entry {
	glyph, _ := t.Poll(string(v.Vote))
	r := row{id: "poll/" + v.Role, depth: 1, mark: glyph, text: v.Title + "  " + named(v.Person), right: "no vote yet"}
	if v.By != nil {
		r.text = fmt.Sprintf("%s  %s: %s", v.Vote, v.Title, v.By.Text)
		r.right, r.tone = since(v.By, s), good
		if v.Vote == launch.NoGo {
			r.tone = bad
		}
		if v.By.For != "" {
			r.text = fmt.Sprintf("%s (attested)  %s: %s", v.Vote, v.Title, v.By.Text)
			r.note = fmt.Sprintf("Attested: %s said it (%s), %s recorded it", v.By.For, v.By.Via, v.By.User)
		} else {
			r.note = "Cast in their own session"
		}
	}
	if s.Poll.State == screen.PollOpen {
		args := map[string]string{"role": v.Role}
		var suggest map[string]string
		if !slices.Contains(s.You.Roles, v.Role) {
			suggest = attestedFor(v.Person, s)
		}
		r.acts = []act{{"space", "vote", ask("poll.vote", args, suggest)}}
		if v.By != nil {
			r.acts = append(r.acts, act{"w", "withdraw", ask("poll.withdraw", args, suggest)})
		}
	}
	return entry{row: r}
}

// decisionEntry is what the poll came to, or what it still waits for.
func decisionEntry(s *screen.Screen, t *theme.Theme) entry {
	glyph, _ := t.Poll(s.Poll.State)
	r := row{id: "poll/decided", depth: 1, mark: glyph, text: "No poll is open", acts: []act{{"space", "open the poll", ask("poll.open", nil, nil)}}}
	switch s.Poll.State {
	case screen.PollOpen:
		r.text, r.right = "Not decided", "opened by "+since(s.Poll.Opened, s)
		r.acts = []act{{"space", "decide", ask("poll.decide", nil, nil)}}
	case screen.PollGo, screen.PollNoGo, screen.PollLapsed:
		r.text = "Decided " + s.Poll.State
		if s.Poll.Decided != nil {
			r.right = since(s.Poll.Decided, s)
			if s.Poll.Decided.Text != "" {
				r.text += ": " + s.Poll.Decided.Text
			}
			r.note = fmt.Sprintf("Entry %d keeps what was known: clock, phase, status and metrics.", s.Poll.Decided.Seq)
		}
		r.tone = good
		switch s.Poll.State {
		case screen.PollNoGo:
			r.tone, r.note = bad, r.note+" NO-GO leads to a recycle (clock.recycle) or a scrub (clock.scrub); a new poll keeps this one."
		case screen.PollLapsed:
			r.tone, r.text = late, "GO lapsed: "+s.Poll.Lapsed
		}
	}
	return entry{row: r}
}

// checkEntries are checks that the cockpit makes itself. What is not known is never green.
func checkEntries(prefix string, checks []screen.Check, t *theme.Theme) []entry {
	var out []entry
	for _, c := range checks {
		r := row{id: prefix + c.ID, depth: 1, text: c.Text + ": " + c.Evidence, right: c.State}
		r.mark, r.tone = checkMark(c, t)
		switch c.ID {
		case "sign-offs":
			r.acts = []act{{"space", "checklist", intent.OpenView{View: "checklist"}}}
		case "baselines":
			r.acts = []act{{"space", "capture baselines", ask("baseline.capture", nil, map[string]string{"monitor": "all"})}}
		case "defects":
			r.acts = []act{{"space", "defects", intent.OpenView{View: "defects"}}}
		case "monitoring", "health":
			r.acts = []act{{"space", "metrics", intent.OpenView{View: "metrics"}}}
		case "attendees", "go":
			r.acts = []act{{"space", "go/no-go", intent.OpenView{View: "poll"}}}
		case "updates":
			r.acts = []act{{"space", "updates", intent.OpenView{View: "updates"}}}
		}
		out = append(out, entry{row: r})
	}
	return out
}

func checkMark(c screen.Check, t *theme.Theme) (string, tone) {
	switch c.State {
	case screen.CheckOK:
		return t.Glyph.OK, good
	case screen.CheckBad:
		return t.Glyph.Warn, late
	}
	return t.Glyph.NoData, quiet
}

// missingEntries are the required sections without a sign-off, and what the meeting lacks: all that stands against a GO.
func missingEntries(s *screen.Screen, t *theme.Theme) []entry {
	var out []entry
	for _, a := range s.Checklist.Areas {
		for i := range a.Sections {
			sec := &a.Sections[i]
			if !sec.Required || sec.Signed != nil {
				continue
			}
			out = append(out, entry{row: row{id: "missing/" + sec.ID, depth: 2, mark: t.Glyph.Warn, tone: late, text: sec.Title + " is not signed off", right: sec.Short + " " + named(sec.Person),
				note: fmt.Sprintf("%d of %d items done. Verified by: %s", sec.Done, len(sec.Items), sec.Verification),
				acts: []act{{"space", "open", intent.OpenView{View: "checklist", Target: sec.ID}}, {"s", "sign off", ask("section.sign-off", map[string]string{"id": sec.ID}, nil)}}}})
		}
	}
	for _, l := range s.Meeting.Lacks {
		r := row{id: "missing/" + l.ID, depth: 2, mark: t.Glyph.Warn, tone: late, text: l.Text, acts: []act{{"space", "confirm the recording", ask("poll.record", nil, nil)}}}
		if role, ok := strings.CutPrefix(l.ID, launch.WaiveAttendee); ok {
			r.acts = []act{{"space", "roll call", ask("poll.attend", map[string]string{"role": role}, nil)}}
		}
		out = append(out, entry{row: r})
	}
	if len(out) == 0 && s.Poll.State != screen.PollGo {
		return nil
	}
	return out
}

// riskEntries are the risks, open ones first.
func riskEntries(s *screen.Screen, t *theme.Theme) []entry {
	var open, closed []entry
	for i := range s.Meeting.Risks {
		k := &s.Meeting.Risks[i]
		r := row{id: k.ID, depth: 1, mark: t.Glyph.Warn, tone: late, text: k.Kind + "  " + k.Text, right: k.Owner + " " + named(k.Person)}
		r.note = "Mitigation: " + k.Mitigation
		if k.Mitigation == "" {
			r.note = "No mitigation was named"
		}
		r.note += ". Named by " + since(k.Named, s)
		if k.Closed != nil {
			r.mark, r.tone, r.right = t.Glyph.Check, good, "closed by "+since(k.Closed, s)
			r.note += ". Closed: " + k.Closed.Text
			closed = append(closed, entry{row: r})
			continue
		}
		id := map[string]string{"id": k.ID}
		r.acts = []act{{"space", "correct", ask("risk.correct", id, map[string]string{"kind": k.Kind, "text": k.Text, "owner": k.OwnerID, "mitigation": k.Mitigation})},
			{"w", "close", ask("risk.close", id, nil)}}
		open = append(open, entry{row: r})
	}
	count := fmt.Sprintf("%d open", len(open))
	if len(open)+len(closed) == 0 {
		count = "none named; x records one"
	}
	return append(append([]entry{{row: head("Risks", count)}}, open...), closed...)
}

// armingEntries is the question of automatic flag-off, its answer, and what an authority still has to arm.
func armingEntries(s *screen.Screen, t *theme.Theme) []entry {
	out := []entry{{row: head("Arm automatic flag-off? For which triggers?", "")}}
	a := s.Meeting.Arming
	if a == nil {
		return append(out, entry{row: row{id: "arming", depth: 1, mark: t.Glyph.Open, text: "Not answered: it stays off", right: "A answers",
			acts: []act{{"space", "answer", ask("poll.answer", nil, nil)}}}})
	}
	r := row{id: "arming", depth: 1, mark: t.Glyph.Check, tone: good, text: "Answered: none, it stays off", right: since(a.By, s), note: a.By.Text,
		acts: []act{{"space", "answer again", ask("poll.answer", nil, nil)}}}
	if len(a.Triggers) > 0 {
		r.text = "Answered: " + strings.Join(a.Triggers, ", ")
	}
	out = append(out, entry{row: r})
	for _, id := range a.Open {
		title := id
		for i := range s.Triggers {
			if s.Triggers[i].ID == id {
				title = s.Triggers[i].Title
			}
		}
		out = append(out, entry{row: row{id: "arming/" + id, depth: 2, mark: t.Glyph.Warn, tone: late, text: title + " is not armed yet", right: "an authority arms it",
			acts: []act{{"space", "arm", ask("trigger.arm", map[string]string{"id": id}, nil)}}}})
	}
	return out
}
