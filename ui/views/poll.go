package views

import (
	"fmt"
	"strconv"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// NewPoll is the go/no-go: what stands against GO, the votes with their reasons, the protocol of the meeting.
func NewPoll(t *theme.Theme) *View {
	v := newView(t, "Go/no-go", pollRows)
	v.right = func(s *screen.Screen) string { return fmt.Sprintf("%s  %d/%d GO", s.Poll.State, s.Poll.Go, s.Poll.Of) }
	ask := func(key, help, action string) act {
		return act{key, help, intent.Ask{Command: launch.Command{Action: action, Args: map[string]string{}}}}
	}
	v.keys = []act{ask("o", "open the poll", "poll.open"), ask("v", "vote", "poll.vote"), ask("D", "decide", "poll.decide")}
	return v
}

func pollRows(p *screen.Plan, s *screen.Screen, t *theme.Theme) []row {
	out := []row{head("Poll", s.Poll.State)}
	if s.Poll.Opened != nil {
		out = append(out, row{id: "poll/opened", depth: 1, text: "Opened", right: by(s.Poll.Opened)})
	}
	for _, v := range s.Poll.Votes {
		glyph, _ := t.Poll(string(v.Vote))
		r := row{id: "poll/" + v.Role, depth: 1, mark: glyph, text: v.Title + "  " + named(v.Person), right: "no vote yet"}
		if v.By != nil {
			r.text = fmt.Sprintf("%s  %s: %s", v.Vote, v.Title, v.By.Text)
			r.right, r.tone = by(v.By), good
			if v.Vote == launch.NoGo {
				r.tone = bad
			}
		}
		out = append(out, r)
	}
	if s.Poll.Decided != nil {
		out = append(out, row{id: "poll/decided", depth: 1, text: "Decided " + s.Poll.State + ": " + s.Poll.Decided.Text, right: by(s.Poll.Decided)})
	}
	if s.Poll.Lapsed != "" {
		out = append(out, row{id: "poll/lapsed", depth: 1, mark: t.Glyph.Warn, tone: late, text: "GO lapsed: " + s.Poll.Lapsed})
	}
	out = append(out, row{}, head("What stands against GO", ""))
	for i, b := range s.Poll.Blocks {
		out = append(out, row{id: "poll/block/" + strconv.Itoa(i), depth: 1, mark: t.Glyph.Warn, tone: late, text: b})
	}
	if len(s.Poll.Blocks) == 0 {
		out = append(out, row{id: "poll/clear", depth: 1, mark: t.Glyph.OK, tone: good, text: "Every required section is signed off"})
	}
	return append(out, protocol(p)...)
}

// protocol is the meeting as the runbook has it (seed 4.1).
func protocol(p *screen.Plan) []row {
	rb := p.Runbook
	if rb == nil {
		return nil
	}
	g := rb.GoNoGo
	recording := "not required"
	if g.Recording {
		recording = "required"
	}
	out := []row{{}, head("Meeting", fmt.Sprintf("%s before launch, %s, %s, recording %s", g.At, g.Duration, g.Format, recording)),
		{id: "poll/attendees", kind: title, text: "Required attendees"}}
	for _, a := range g.Attendees {
		role := rb.RoleTitle(a.Role)
		if a.Facilitator {
			role += " (facilitator)"
		}
		out = append(out, row{id: "attendee/" + a.Role, depth: 1, text: role})
	}
	out = append(out, row{id: "poll/agenda", kind: title, text: "Agenda"})
	for i, a := range g.Agenda {
		out = append(out, row{id: a.ID, depth: 1, text: fmt.Sprintf("%d. %s (%d min)", i+1, a.Title, a.Minutes), right: rb.RoleTitle(a.Presenter)})
		out = append(out, lines(a.ID, 2, a.Lines)...)
	}
	out = append(out, row{id: "poll/approvals", kind: title, text: "Required approvals from"})
	for _, r := range g.Approvals {
		out = append(out, row{id: "approval/" + r, depth: 1, text: rb.RoleTitle(r)})
	}
	return out
}
