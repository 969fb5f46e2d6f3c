package views

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// NewPoll is the go/no-go meeting: the agenda with its timers, roll call, recording and risks, what is in front of the
// voters, the votes, the question of arming, and the decision.
func NewPoll(t *theme.Theme) *StepsView {
	return &StepsView{t: t, name: "Go/no-go", build: meetingEntries, timely: meetingTime, heed: meetingHeed, keys: meetingKeys,
		right: func(s *screen.Screen) string { return fmt.Sprintf("%s %d/%d", s.Poll.State, s.Poll.Go, s.Poll.Of) }}
}

func ask(action string, args, suggest map[string]string) intent.Intent {
	if args == nil {
		args = map[string]string{}
	}
	return intent.Ask{Command: launch.Command{Action: action, Args: args}, Suggest: suggest}
}

// meetingKeys are the deeds of the meeting, wherever the cursor is.
func meetingKeys(s *screen.Screen) []act {
	var out []act
	if s.Meeting.Next != "" && len(s.Meeting.Points) > 0 {
		out = append(out, act{"m", "next point", intent.Do{Command: launch.Command{Action: "agenda.start", Args: map[string]string{"id": s.Meeting.Next}}}})
	}
	if slices.ContainsFunc(s.Meeting.Points, func(p screen.Point) bool { return p.Running != nil }) {
		out = append(out, act{"M", "end point", intent.Do{Command: launch.Command{Action: "agenda.end"}}})
	}
	switch s.Poll.State {
	case screen.PollOpen:
		out = append(out, act{"v", "vote", ask("poll.vote", nil, nil)}, act{"d", "decide", ask("poll.decide", nil, nil)})
	default:
		out = append(out, act{"o", "open the poll", ask("poll.open", nil, nil)})
	}
	return append(out, act{"t", "roll call", ask("poll.attend", nil, nil)}, act{"c", "recording", ask("poll.record", nil, nil)},
		act{"x", "risk", ask("poll.risk", nil, nil)}, act{"A", "arming: answer", ask("poll.answer", nil, nil)})
}

// meetingHeed is what the meeting is at: the point under discussion, and while the poll is open the first vote that is missing.
func meetingHeed(s *screen.Screen, _ []entry) string {
	if s.Poll.State == screen.PollOpen {
		for _, v := range s.Poll.Votes {
			if v.Vote == "" && slices.Contains(s.You.Roles, v.Role) {
				return "poll/" + v.Role
			}
		}
	}
	for i := range s.Meeting.Points {
		if s.Meeting.Points[i].Running != nil {
			return s.Meeting.Points[i].ID
		}
	}
	return ""
}

// meetingRows are the view's rows for the search.
func meetingRows(p *screen.Plan, s *screen.Screen, t *theme.Theme) []row {
	return rowsOf(meetingEntries(p, s, t, s.At))
}

func meetingEntries(_ *screen.Plan, s *screen.Screen, t *theme.Theme, now time.Time) []entry {
	var out []entry
	add := func(groups ...[]entry) {
		for _, g := range groups {
			if len(out) > 0 && len(g) > 0 {
				out = append(out, entry{})
			}
			out = append(out, g...)
		}
	}
	agenda := agendaEntries(s, t, now)
	front := append([]entry{{row: head("In front of the voters", "")}}, checkEntries("check/", s.Meeting.Checks, t)...)
	front = append(front, missingEntries(s, t)...)
	// While votes are cast they and what they rest on come first.
	if s.Poll.State == screen.PollNotOpen {
		add(agenda, rollEntries(s, t), front, riskEntries(s, t), voteEntries(s, t), armingEntries(s, t))
	} else {
		add(voteEntries(s, t), front, agenda, rollEntries(s, t), riskEntries(s, t), armingEntries(s, t))
	}
	return out
}

// mmss is a length of time as a timer shows it.
func mmss(d time.Duration) string {
	d = max(d, 0)
	return fmt.Sprintf("%d:%02d", d/time.Minute, d/time.Second%60)
}

// timer is "6:12 of 8 min" and, past its time, by how much in words.
func timer(took, of time.Duration) (text string, over bool) {
	text = fmt.Sprintf("%s of %d min", mmss(took), of/time.Minute)
	if of > 0 && took > of {
		return text + ", " + mmss(took-of) + " over time", true
	}
	return text, false
}

// meetingTime is every text of the view that the time alone changes.
func meetingTime(s *screen.Screen, now time.Time) string {
	m := &s.Meeting
	var b strings.Builder
	b.WriteString(meetingState(s, now))
	for i := range m.Points {
		if m.Points[i].Running != nil {
			b.WriteString(mmss(m.Points[i].Took(now)))
		}
	}
	return b.String()
}

// meetingState is where the meeting stands, with its timer.
func meetingState(s *screen.Screen, now time.Time) string {
	m := &s.Meeting
	switch {
	case m.Begun != nil && m.Ended == nil:
		text, _ := timer(now.Sub(*m.Begun), m.Duration)
		return "under way, " + text
	case m.Begun != nil:
		text, _ := timer(m.Ended.Sub(*m.Begun), m.Duration)
		return "took " + text
	case m.At.After(s.Shown(now)):
		return "at " + clockTime(m.At) + ", in " + span(m.At.Sub(s.Shown(now)))
	}
	return "not begun; it was due at " + clockTime(m.At)
}

// agendaEntries are the meeting's timer, where it is held, its recording, and the agenda with a timer per point.
func agendaEntries(s *screen.Screen, t *theme.Theme, now time.Time) []entry {
	m := &s.Meeting
	h := head("Meeting", meetingState(s, now))
	if m.Begun != nil && m.Ended == nil && now.Sub(*m.Begun) > m.Duration && m.Duration > 0 {
		h.tone = late
	}
	where := m.Format
	if m.Link != "" {
		where = m.Link
	}
	out := []entry{{row: h}, {row: row{id: "meeting/where", depth: 1, text: "Held at " + where, right: "T-0 is " + clockTime(s.Clock.T0)}}, recordingEntry(s, t)}
	for i := range m.Points {
		out = append(out, pointEntry(&m.Points[i], i+1, t, now))
		if m.Points[i].Running != nil {
			for _, l := range m.Points[i].Lines {
				out = append(out, entry{row: row{id: m.Points[i].ID + "/" + l, depth: 3, text: l}})
			}
		}
	}
	return out
}

func recordingEntry(s *screen.Screen, t *theme.Theme) entry {
	m := &s.Meeting
	r := row{id: "meeting/recording", depth: 1, mark: t.Glyph.Open, text: "Recording not confirmed", right: "not required", acts: []act{{"space", "confirm the recording", ask("poll.record", nil, nil)}}}
	switch {
	case m.Recording != nil:
		r.mark, r.tone, r.text, r.right = t.Glyph.OK, good, "Recording: "+m.Recording.Text, since(m.Recording, s)
		r.acts = []act{{"space", "correct the link", ask("poll.record", nil, map[string]string{"link": m.Recording.Text})}}
	case m.Required:
		r.mark, r.tone, r.right = t.Glyph.Warn, late, "required for GO"
	}
	return entry{row: r}
}

func pointEntry(p *screen.Point, n int, t *theme.Theme, now time.Time) entry {
	who := p.Presenter
	if p.Person != "" {
		who += ", " + p.Person
	}
	r := row{id: p.ID, depth: 1, mark: t.Glyph.Open, text: fmt.Sprintf("%d. %s", n, p.Title)}
	if who != "" {
		r.text += "  (" + who + ")"
	}
	text, over := timer(p.Took(now), time.Duration(p.Minutes)*time.Minute)
	r.right = fmt.Sprintf("%d min", p.Minutes)
	switch {
	case p.Running != nil:
		r.mark, r.tone, r.right, r.kind = t.Glyph.Run, live, text, title
	case p.Done:
		r.mark, r.tone, r.right = t.Glyph.Check, good, text
	}
	if over {
		r.tone = late
	}
	if p.Running == nil {
		r.acts = []act{{"space", "take it up", intent.Do{Command: launch.Command{Action: "agenda.start", Args: map[string]string{"id": p.ID}}}}}
	}
	return entry{row: r, facts: func(f *sheet) {
		f.say(f.t.Strong, r.text)
		f.say(f.t.Text, r.right)
		f.say(f.t.Dim, p.Intro)
		for _, l := range p.Lines {
			f.say(f.t.Text, "- "+l)
		}
	}}
}
