package screen

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// toldOutside are the kinds of entries that readers outside the war room care about.
func toldOutside(kind string) bool {
	switch kind {
	case "poll.decided", "clock.held", "clock.resumed", "clock.set", "clock.recycled", "clock.scrubbed", "step.started", "step.verified",
		"step.failed", "step.skipped", "step.aborted", "step.resolved", "flag.turned-on", "flag.turned-off", "trigger.fired", "trigger.declared", "trigger.cleared",
		"rollback.requested", "rollback.authorized", "rollback.vetoed", "rollback.withdrawn", "rollback.lapsed", "rollback.completed",
		"section.signed-off", "section.withdrawn", "defect.opened", "defect.closed", "document.changed":
		return true
	}
	return false
}

// changes are what was journaled since the last update, newest last.
func (w *drafting) changes() []string {
	var all []string
	for _, l := range w.s.Recent {
		if l.Seq <= w.s.Updates.Since || !toldOutside(l.Kind) {
			continue
		}
		who := cmp.Or(l.Said, l.Who)
		when := l.At.UTC().Format("15:04")
		if w.s.At.Sub(l.At) > 12*time.Hour {
			when = l.At.UTC().Format("2 Jan 15:04")
		}
		line := when + " " + l.Text
		if l.Human {
			line = fmt.Sprintf("%s %s: %s", when, who, l.Text)
		}
		all = append(all, cut(line, 300))
	}
	if more := len(all) - draftChanges; more > 0 {
		all = append([]string{count(more, "earlier change", "earlier changes")}, all[more:]...)
	}
	return all
}

// upcoming are the next action and the next marks, each with its owner.
func (w *drafting) upcoming() []string {
	var out []string
	if t := w.s.Todo; t.Text != "" {
		out = append(out, t.Text+owner(t.Owner, t.Person))
	}
	for _, n := range w.s.Next {
		if len(out) >= draftNext {
			break
		}
		if !n.At.After(w.s.At) {
			continue
		}
		out = append(out, fmt.Sprintf("%s %s %s%s", n.At.UTC().Format("15:04"), n.Label, n.Title, owner(n.Owner, "")))
	}
	return out
}

func owner(role, person string) string {
	switch {
	case role == "":
		return ""
	case person == "":
		return " (" + role + ")"
	}
	return " (" + role + ", " + person + ")"
}

// issues are why the status is what it is, which names the defects that block the launch.
func (w *drafting) issues() []string {
	out := append([]string{}, w.s.Reasons...)
	for i := range w.s.Defects { // those that block are among the reasons
		if d := &w.s.Defects[i]; d.Open() && !d.Blocking {
			out = append(out, fmt.Sprintf("%s (%s, %s): %s", d.ID, d.Grade, d.Status, d.Title))
		}
	}
	if more := len(out) - draftIssues; more > 0 {
		out = append(out[:draftIssues], fmt.Sprintf("%d more", more))
	}
	if len(out) == 0 {
		out = []string{"none known"}
	}
	return out
}

// impact is what the metrics beside the system's say.
func (w *drafting) impact() []string {
	var out []string
	for i := range w.s.Monitors {
		if m := &w.s.Monitors[i]; m.Source != "" && m.Group != "system" && m.Group != "logs" && m.Value != nil {
			out = append(out, value(m))
		}
	}
	if len(out) == 0 {
		return []string{"not measured"}
	}
	return out[:min(len(out), draftMetrics)]
}

// owners are who answers for what goes on: the update's sender, and the activity of the moment.
func (w *drafting) owners() []string {
	var out []string
	for _, r := range w.s.RACI.Rows {
		if strings.Contains(r.Letters, "A") {
			out = append(out, w.s.RACI.Activity+": "+r.Role+person(r.Person))
		}
	}
	if w.plan != nil && w.plan.Runbook != nil {
		for _, id := range w.plan.Runbook.Accountable("communication") {
			holder := ""
			for _, p := range w.s.People {
				if slices.Contains(p.Roles, id) {
					holder = p.User
					break
				}
			}
			out = append(out, "Updates: "+w.plan.Runbook.RoleTitle(id)+person(holder))
		}
	}
	return out
}

func person(user string) string {
	if user == "" {
		return ""
	}
	return " (" + user + ")"
}

func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most-3], "") + "…"
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
