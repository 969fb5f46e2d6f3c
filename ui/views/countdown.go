package views

import (
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// NewCountdown is every mark of the launch, the runbook's and the people's own: who acts at it, what is done, what the
// cockpit sees by itself, and where the clock may stand.
func NewCountdown(t *theme.Theme) *StepsView {
	return &StepsView{t: t, name: "Countdown", build: countdownEntries, timely: countdownTime, heed: countdownHeed,
		right: func(s *screen.Screen) string { return "T-0 " + s.Clock.T0.UTC().Format("Mon 2 Jan 2006 15:04:05 UTC") },
		keys: func(*screen.Screen) []act {
			return []act{{"m", "add a mark", ask("mark.add", nil, nil)}}
		}}
}

// countdownRows are the view's rows for the search.
func countdownRows(p *screen.Plan, s *screen.Screen, t *theme.Theme) []row {
	return rowsOf(countdownEntries(p, s, t, s.At))
}

// countdownTime is every text of the view that the time alone changes.
func countdownTime(s *screen.Screen, now time.Time) string {
	var b strings.Builder
	b.WriteString(s.ClockText(now))
	at := s.Shown(now)
	for i := range s.AllMarks {
		b.WriteString(widgets.Until(s.AllMarks[i].At.Sub(at)))
	}
	return b.String()
}

// countdownHeed is the mark at hand: where the clock stands, else the last that has come with something open, else the next.
func countdownHeed(s *screen.Screen, _ []entry) string {
	at, heed := s.Shown(s.At), ""
	for i := range s.AllMarks {
		m := &s.AllMarks[i]
		switch {
		case m.Held:
			return m.ID
		case !m.At.After(at) && m.Open() > 0:
			heed = m.ID
		case m.At.After(at) && heed == "":
			return m.ID
		}
	}
	return heed
}

func countdownEntries(_ *screen.Plan, s *screen.Screen, t *theme.Theme, now time.Time) []entry {
	clock := row{kind: heading, text: s.ClockText(now), right: string(s.Phase)}
	switch {
	case s.Clock.HeldAt != nil:
		clock.text, clock.tone, clock.right = clock.text+"  HOLD", late, s.Clock.HoldReason
	case s.Clock.Scrubbed:
		clock.text, clock.tone = clock.text+"  SCRUBBED", bad
	}
	out := []entry{{row: clock}}
	next := false
	for i := range s.AllMarks {
		m := &s.AllMarks[i]
		first := !next && m.At.After(s.Shown(now))
		next = next || first
		if m.Kind != screen.MarkDay {
			out = append(out, entry{})
		}
		out = append(out, markEntry(m, s, t, now, first))
		if m.Hold != "" {
			r := row{id: m.ID + "/hold", depth: 1, mark: t.Glyph.Hold, text: "Hold point: " + m.Hold}
			if m.Held {
				r.tone, r.right = late, "the clock stands here"
			}
			out = append(out, entry{row: r})
		}
		for j := range m.Actions {
			out = append(out, countActionEntries(&m.Actions[j], t)...)
		}
		out = append(out, checkEntries(m.ID+"/", m.Checks, t)...)
	}
	return out
}

func markEntry(m *screen.CountMark, s *screen.Screen, t *theme.Theme, now time.Time, next bool) entry {
	at := s.Shown(now)
	r := row{id: m.ID, kind: title, text: m.Label + "  " + m.Title, right: widgets.Until(m.At.Sub(at)) + "  " + m.Short, mark: t.Glyph.Open}
	if m.Kind == screen.MarkDay {
		r.kind = plain
	}
	open := m.Open()
	switch {
	case m.Held:
		r.mark, r.tone = t.Glyph.Hold, late
	case next:
		r.mark, r.tone = t.Glyph.Run, live
	case m.At.After(at):
	case open > 0:
		r.mark, r.tone, r.right = t.Glyph.Warn, late, fmt.Sprintf("%d open, come %s ago  %s", open, span(at.Sub(m.At)), m.Short)
	case len(m.Actions) > 0:
		r.mark, r.tone, r.right = t.Glyph.Check, good, "done  "+m.Short
	default: // it has passed, which says nothing of what was done
		r.mark, r.right = t.Glyph.None, "passed  "+m.Short
	}
	switch m.Kind {
	case screen.MarkOwn:
		id := map[string]string{"id": m.ID}
		if m.Done != nil {
			r.mark, r.tone, r.right = t.Glyph.Check, good, by(m.Done)
		} else {
			r.acts = []act{{"space", "done", intent.Do{Command: launch.Command{Action: "mark.done", Args: id}}}, {"w", "remove", ask("mark.remove", id, nil)}}
		}
	case screen.MarkMeeting:
		r.acts = []act{{"space", "the meeting", intent.OpenView{View: "poll"}}}
	case screen.MarkDay:
		r.acts = []act{{"space", "in the timeline", intent.OpenView{View: "timeline", Target: m.Target}}}
	case screen.MarkStart:
		r.acts = []act{{"space", "the sequence", intent.OpenView{View: "sequence", Target: m.Target}}}
	}
	return entry{row: r, facts: func(f *sheet) { markFacts(f, m, at) }}
}

func markFacts(f *sheet, m *screen.CountMark, at time.Time) {
	f.say(f.t.Strong, m.Label+"  "+m.Title)
	f.fact("At", m.At.UTC().Format("Mon 2 Jan 15:04:05 UTC"))
	if local := m.At.Local(); local.Format("MST") != "UTC" {
		f.fact("", local.Format("Mon 2 Jan 15:04:05 MST"))
	}
	if left := m.At.Sub(at); left > 0 {
		f.fact("In", widgets.Until(left))
	} else {
		f.fact("Come", widgets.Age(-left))
	}
	f.fact("Owner", m.Owner+"  "+m.Person)
	f.fact("Hold", m.Hold)
	if m.Added != nil {
		f.fact("Added by", by(m.Added))
	}
	if m.Done != nil {
		f.fact("Done by", by(m.Done))
		f.fact("", m.Done.Text)
	}
	for i := range m.Actions {
		box := "[ ] "
		if m.Actions[i].Done != nil {
			box = "[x] "
		}
		f.say(f.t.Text, box+m.Actions[i].Text)
	}
	for _, c := range m.Checks {
		f.fact(c.State, c.Text+": "+c.Evidence)
	}
}

// countActionEntries are an action of a mark, and below it what the cockpit sees of it.
func countActionEntries(a *screen.CountAction, t *theme.Theme) []entry {
	out := []entry{{row: actionRow("", a.Action, "", t)}}
	if a.Check != nil {
		c := checkEntries(a.ID+"/", []screen.Check{*a.Check}, t)[0]
		c.depth = 2
		out = append(out, c)
	}
	return out
}
