package views

import (
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// NewUpdates is how the launch talks to the world: what is promised and due, what was achieved, every update with what became
// of it in each channel, and the pages with their answers.
func NewUpdates(t *theme.Theme) *StepsView {
	return &StepsView{t: t, name: "Updates", build: updateEntries,
		right: func(s *screen.Screen) string { return s.Updates.Why },
		timely: func(s *screen.Screen, now time.Time) string {
			out := dueWords(&s.Updates, now)
			for i := range s.Updates.Pages {
				out += answerWords(s.Updates.Pages[i].Page, now)
			}
			return out
		},
	}
}

// dueWords counts down to the next update, or says how late it is.
func dueWords(u *screen.Updates, now time.Time) string {
	if u.Due == nil {
		return "no update is due"
	}
	what := "due"
	if u.Promised != nil && u.Promised.Equal(*u.Due) {
		what = "promised"
	}
	at := u.Due.UTC().Format("15:04 UTC")
	if left := u.Due.Sub(now); left > 0 {
		return fmt.Sprintf("%s for %s, in %s", what, at, widgets.Until(left))
	}
	return fmt.Sprintf("%s for %s, OVERDUE by %s", what, at, lateBy(now.Sub(*u.Due)))
}

// lateBy is how late something is, in whole minutes from one on.
func lateBy(d time.Duration) string {
	if d < time.Minute {
		return "less than a minute"
	}
	return runbook.Duration(d.Truncate(time.Minute)).String()
}

func answerWords(p *screen.PageView, now time.Time) string {
	switch left := p.AnswerBy.Sub(now); {
	case p.Answered != nil:
		return "answered by " + p.AnsweredBy
	case p.Escalated != "":
		return "not answered; went on as " + p.Escalated
	case left > 0:
		return "waits for an answer, " + widgets.Until(left) + " left"
	default:
		return "NOT ANSWERED, late by " + lateBy(-left)
	}
}

func asking(action string, args, suggest map[string]string) intent.Intent {
	return intent.Ask{Command: launch.Command{Action: action, Args: args}, Suggest: suggest}
}

func updateEntries(_ *screen.Plan, s *screen.Screen, t *theme.Theme, now time.Time) []entry {
	u := &s.Updates
	next := row{id: "updates/next", depth: 1, text: "Next update", right: dueWords(u, now),
		acts: []act{{"c", "how often", asking("update.cadence", nil, nil)}}}
	if u.Due != nil && !u.Due.After(now) {
		next.mark, next.tone = t.Glyph.Warn, late
	}
	out := []entry{{row: head("Promise", u.Why)}, {row: next, facts: func(f *sheet) {
		f.say(f.t.Strong, dueWords(u, f.now))
		f.fact("How often", u.Why)
		f.fact("Owner", u.Owner)
		f.say(f.t.Dim, "u writes it: the draft is filled in from the state and the journal since the last one, and sent by a key of its own.")
	}}}
	for _, m := range u.Milestones {
		out = append(out, entry{row: row{id: "milestone/" + m.Key, depth: 1, mark: t.Glyph.OK, tone: good, text: "Milestone proposed: " + m.Title,
			right: m.At.UTC().Format("15:04"), acts: []act{{"m", "draft an update about it", intent.Compose{Milestone: m.Title}}}}})
	}
	out = append(out, entry{}, entry{row: head("Pages", "p pages somebody")})
	if len(u.Pages) == 0 {
		out = append(out, entry{row: row{id: "pages/none", depth: 1, text: "Nobody was paged"}})
	}
	for i := len(u.Pages) - 1; i >= 0; i-- {
		out = append(out, pageEntries(&u.Pages[i], s.You, t, now)...)
	}
	out = append(out, entry{}, entry{row: head("Updates", "newest first")})
	if len(u.Sent) == 0 {
		out = append(out, entry{row: row{id: "updates/none", depth: 1, text: "None was sent yet"}})
	}
	for i := len(u.Sent) - 1; i >= 0; i-- {
		out = append(out, sentEntries(&u.Sent[i], t)...)
	}
	return out
}

func sentEntries(m *screen.Message, t *theme.Theme) []entry {
	r := row{id: m.ID, kind: title, text: m.By.At.UTC().Format("15:04") + "  " + m.Subject, right: by(&m.By)}
	if m.Milestone != "" {
		r.mark, r.tone = t.Glyph.OK, good
	}
	out := []entry{{row: r, facts: func(f *sheet) {
		f.say(f.t.Strong, m.Subject)
		f.fact("Sent", by(&m.By))
		f.fact("Status then", m.Status)
		f.fact("Milestone", m.Milestone)
		if m.Next != nil {
			f.fact("Promised", m.Next.UTC().Format("2006-01-02 15:04 UTC"))
		}
		f.blank()
		f.say(f.t.Text, m.Text)
	}}}
	for i := range m.Deliveries {
		out = append(out, deliveryEntry(m, &m.Deliveries[i], t))
	}
	return out
}

// deliveryWord is the state of a delivery as it is shown: what asks for somebody stands out.
func deliveryWord(d *screen.Delivery) string {
	switch launch.DeliveryState(d.State) {
	case launch.DeliveryRetry:
		return "tried again at " + d.Next.UTC().Format("15:04:05")
	case launch.DeliveryUnknown:
		return "UNKNOWN"
	case launch.DeliveryFailed:
		return "FAILED"
	case launch.DeliveryByHand:
		return "BY HAND"
	case launch.DeliveryNotSent:
		return "not sent"
	case launch.DeliverySending:
		return "on its way"
	}
	return d.State
}

func deliveryEntry(m *screen.Message, d *screen.Delivery, t *theme.Theme) entry {
	r := row{id: m.ID + "/" + d.Channel, depth: 2, text: d.Title, right: deliveryWord(d)}
	if d.Detail != "" {
		r.right += ": " + d.Detail
	}
	args := map[string]string{"id": m.ID, "channel": d.Channel}
	with := func(outcome string) map[string]string {
		return map[string]string{"id": m.ID, "channel": d.Channel, "outcome": outcome}
	}
	arrived := act{"y", "it is there", asking("delivery.resolve", with("delivered"), nil)}
	todo := ""
	switch launch.DeliveryState(d.State) {
	case launch.Delivered:
		r.mark, r.tone = t.Glyph.OK, good
	case launch.DeliveryUnknown:
		r.mark, r.tone = t.Glyph.Warn, bad
		r.acts = []act{arrived, {"x", "it is not there", asking("delivery.resolve", with("not-delivered"), nil)}}
		todo = "The answer was lost: it may have arrived. See whether it is there. y: it is. x: it is not; then t sends it again. It is never sent again by itself."
	case launch.DeliveryFailed:
		r.mark, r.tone = t.Glyph.Crit, bad
		r.acts = []act{{"t", "send it again", asking("delivery.retry", args, nil)}, arrived}
		todo = "It was certainly not taken. t sends it again; y says that it was posted in another way."
	case launch.DeliveryByHand:
		r.mark, r.tone = t.Glyph.Warn, late
		r.acts = []act{arrived, {"x", "leave it", asking("delivery.resolve", with("not-delivered"), nil)}}
		todo = "The channel is not bound. Copy the text below, post it there, and say so with y."
	case launch.DeliveryRetry:
		r.mark, r.tone = t.Glyph.Warn, late
		r.acts = []act{arrived}
		todo = "It was certainly not taken, and is tried again by itself."
	case launch.DeliverySending, launch.DeliveryWaiting, "waiting":
		r.mark, r.tone = t.Glyph.Dot, live
	}
	return entry{row: r, facts: func(f *sheet) {
		f.say(f.t.Strong, d.Title+": "+deliveryWord(d))
		f.fact("Said", d.Detail)
		f.fact("Looked for", d.Looking)
		if d.Attempt > 0 {
			f.fact("Attempts", fmt.Sprintf("%d, the last known %s", d.Attempt, d.At.UTC().Format("15:04:05 UTC")))
		}
		f.fact("Its own id", d.Remote)
		f.say(f.t.Warn, todo)
		if todo != "" {
			f.blank()
			f.say(f.t.Text, m.Subject+"\n"+m.Text)
		}
	}}
}

func pageEntries(m *screen.Message, you screen.You, t *theme.Theme, now time.Time) []entry {
	v := m.Page
	d := &m.Deliveries[0]
	r := row{id: m.ID, depth: 1, text: m.By.At.UTC().Format("15:04") + "  " + v.To + ": " + m.Subject, right: answerWords(v, now)}
	switch {
	case v.Answered != nil:
		r.mark, r.tone = t.Glyph.OK, good
	case v.Late(now):
		r.mark, r.tone = t.Glyph.Warn, bad
	default:
		r.mark, r.tone = t.Glyph.Dot, live
	}
	if v.Answered == nil {
		args, help := map[string]string{"id": m.ID}, "acknowledge"
		if v.Person != "" && v.Person != you.User { // it is their word, and the viewer records it
			args["for"], args["via"], help = v.Person, "voice", "they answered"
		}
		r.acts = append(r.acts, act{"y", help, asking("page.acknowledge", args, nil)})
		if v.Then != "" && v.Escalated == "" {
			r.acts = append(r.acts, act{"e", "page " + v.Then, asking("page.send", nil, map[string]string{
				"group": v.Group, "level": v.Then, "after": m.ID, "text": m.Text, "subject": m.Subject})})
		}
	}
	page := entry{row: r, facts: func(f *sheet) {
		f.say(f.t.Strong, v.To)
		f.fact("Paged", by(&m.By))
		f.fact("Answer", answerWords(v, f.now))
		if v.Answered != nil {
			f.fact("Said", strings.TrimSpace(by(v.Answered)+" "+v.Answered.Text))
		}
		if v.Answered == nil && v.ThenTo != "" {
			f.fact("Then page", v.ThenTo+" (e)")
		}
		f.fact("Through", d.Title+": "+deliveryWord(d))
		f.blank()
		f.say(f.t.Text, m.Text)
	}}
	if d.Channel == launch.ByHandChannel {
		return []entry{page}
	}
	return []entry{page, deliveryEntry(m, d, t)}
}
