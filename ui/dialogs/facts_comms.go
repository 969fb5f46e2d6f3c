package dialogs

import (
	"strings"

	"tminus/model/launch"
	"tminus/model/screen"
)

// pageFacts says whom a page calls and how: through PagerDuty, or with the number and the text to use.
func pageFacts(n names, args map[string]string) []fact {
	u := &n.screen.Updates
	var out []fact
	bound := false
	for _, c := range u.Channels {
		bound = bound || c.ID == launch.Pager
	}
	for _, c := range u.Contacts {
		if c.Group == args["group"] && (c.Level == args["level"] || args["level"] == "" && c.Level == launch.LevelPrimary) {
			out = append(out, fact{strong, c.GroupTitle + ", " + c.Level + ": " + c.To})
		}
	}
	if len(out) == 0 {
		out = append(out, fact{warning, "Nobody stands there"})
	}
	switch {
	case n.screen.Mode != launch.Live:
		out = append(out, fact{warning, string(n.screen.Mode) + ": nobody is called; it is recorded as not sent"})
	case args["channel"] == launch.ByHandChannel || !bound:
		out = append(out, fact{warning, "You call them yourself, with the text below; it is recorded, and the answer is waited for"})
	default:
		out = append(out, fact{plain, "PagerDuty calls whoever is on call for its service, with the text below"})
	}
	for i := range u.Pages {
		if v := u.Pages[i].Page; v.Answered == nil && v.Escalated == "" && u.Pages[i].ID != args["after"] {
			out = append(out, fact{quiet, "waits for an answer: " + v.To})
		}
	}
	return out
}

func message(n names, id string) *screen.Message {
	for _, list := range [][]screen.Message{n.screen.Updates.Sent, n.screen.Updates.Pages} {
		for i := range list {
			if list[i].ID == id {
				return &list[i]
			}
		}
	}
	return nil
}

// deliveryFacts says which message it is, and what is known of it there.
func deliveryFacts(n names, args map[string]string) []fact {
	m := message(n, args["id"])
	if m == nil {
		return []fact{{plain, "Message " + args["id"] + " through " + args["channel"]}}
	}
	out := []fact{{strong, m.Subject}}
	for i := range m.Deliveries {
		d := &m.Deliveries[i]
		if args["channel"] != "" && d.Channel != args["channel"] {
			continue
		}
		text := d.Title + ": " + d.State
		if d.Detail != "" {
			text += ", " + d.Detail
		}
		out = append(out, fact{warning, text})
		if d.Looking != "" {
			out = append(out, fact{quiet, "looked for: " + d.Looking})
		}
	}
	return out
}

func answerFacts(n names, id string) []fact {
	m := message(n, id)
	if m == nil || m.Page == nil {
		return nil
	}
	return []fact{{strong, "Page to " + m.Page.To}, {plain, strings.TrimSpace(m.Subject)}}
}
