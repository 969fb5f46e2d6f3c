package views

import (
	"fmt"
	"sort"
	"strings"

	"tminus/model/launchfile"
	"tminus/model/runbook"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// NewReference is everything the runbook says that is looked up rather than worked: contacts, resources, roles, the RACI
// matrix, communication, monitors, triggers, rollback, success, closure, defects, guidance.
func NewReference(t *theme.Theme) *StepsView {
	v := newView(t, "Reference", referenceRows)
	v.right = func(*screen.Screen) string { return "contacts, roles, RACI, rollback, closure, guidance" }
	return v
}

func referenceRows(p *screen.Plan, s *screen.Screen, t *theme.Theme) []row {
	rb := p.Runbook
	if rb == nil {
		return nil
	}
	file := p.File
	if file == nil {
		file = &launchfile.File{}
	}
	var out []row
	for _, part := range [][]row{
		watchOutRows(s, t),
		contactRows(rb, file), resourceRows(rb, file), roleRows(rb), raciRows(rb), communicationRows(rb),
		monitorRows(rb, file), triggerRows(rb), rollbackRows(rb), successRows(rb), closureRows(rb), guidanceRows(rb),
	} {
		if len(part) > 0 {
			out = append(append(out, part...), row{})
		}
	}
	return out
}

// watchOutRows are the pitfalls that are at hand, and what to do about each.
func watchOutRows(s *screen.Screen, t *theme.Theme) []row {
	if s == nil || len(s.Guidance) == 0 {
		return nil
	}
	out := []row{head("Watch out", "this launch is about to fall into")}
	for _, w := range s.Guidance {
		r := row{id: "now/" + w.ID, depth: 1, mark: t.Glyph.Warn, tone: late, text: w.Title + ": " + w.What, right: "", note: "To do: " + w.Do}
		if w.View != "" {
			r.acts = []act{{"enter", "go there", intent.OpenView{View: w.View}}}
		}
		out = append(out, r)
	}
	return out
}

func contactRows(rb *runbook.Runbook, f *launchfile.File) []row {
	out := []row{head("Emergency contacts", "")}
	for _, g := range rb.Contacts {
		bound := f.Contacts[g.ID]
		out = append(out, row{id: "contact/" + g.ID, kind: title, text: g.Title})
		for _, c := range []struct {
			place   string
			contact runbook.Contact
			user    string
		}{{"Primary", g.Primary, bound.Primary}, {"Backup", g.Backup, bound.Backup}, {"Escalation", g.Escalation, bound.Escalation}} {
			right := strings.TrimSpace(c.contact.Handle + "  " + c.contact.Reach)
			if c.user != "" {
				right = reach(f, c.user)
			}
			out = append(out, row{id: "contact/" + g.ID + "/" + c.place, depth: 1, text: c.place + ": " + c.contact.Title, right: right})
		}
	}
	return out
}

// reach is how a user of the launch is reached.
func reach(f *launchfile.File, user string) string {
	for _, p := range f.People {
		if p.User == user {
			return strings.Join(strings.Fields(strings.Join([]string{user, p.Contact.Slack, p.Contact.Phone, p.Contact.Email}, " ")), "  ")
		}
	}
	return user
}

func resourceRows(rb *runbook.Runbook, f *launchfile.File) []row {
	out := []row{head("Critical resources", "")}
	group := ""
	for _, r := range rb.Resources {
		if r.Group != group {
			group = r.Group
			out = append(out, row{id: "resource/" + group, kind: title, text: group})
		}
		line := row{id: "resource/" + r.ID, depth: 1, text: r.Title, right: r.Value}
		bound, ok := f.Resources[r.ID]
		switch {
		case ok:
			line.right = bound
		case strings.HasPrefix(r.Value, "[") && strings.HasSuffix(r.Value, "]"): // the runbook's place for it
			line.right, line.note = "not bound", "resources."+r.ID+" in the launch file says where it is."
		}
		out = append(out, line)
	}
	return out
}

func roleRows(rb *runbook.Runbook) []row {
	out := []row{head("Roles", "")}
	for _, r := range rb.Roles {
		out = append(out, row{id: "role/" + r.ID, kind: title, text: r.Title, right: r.Short})
		for _, resp := range r.Responsibilities {
			out = append(out, row{id: "role/" + r.ID + "/" + resp.Title, depth: 1, text: resp.Title})
			out = append(out, lines("role/"+r.ID+"/"+resp.Title, 2, resp.Lines)...)
		}
		for _, list := range []struct {
			title string
			lines []string
		}{{"Tools", r.Tools}, {"Access", r.Access}, {"KPIs", r.KPIs}} {
			if len(list.lines) > 0 {
				out = append(out, row{id: "role/" + r.ID + "/" + list.title, depth: 1, text: list.title})
				out = append(out, lines("role/"+r.ID+"/"+list.title, 2, list.lines)...)
			}
		}
	}
	return out
}

func raciRows(rb *runbook.Runbook) []row {
	out := []row{head("RACI matrix", "")}
	group := ""
	for _, a := range rb.RACI {
		if a.Group != group {
			group = a.Group
			out = append(out, row{id: "raci/" + group, kind: title, text: group})
		}
		out = append(out, row{id: "raci/" + a.ID, depth: 1, text: a.Title})
		var cells []row
		for _, r := range rb.Roles {
			if letters := a.Cells[r.ID]; letters != "" {
				cells = append(cells, row{id: "raci/" + a.ID + "/" + r.ID, depth: 2, text: fmt.Sprintf("%-4s%s", letters, r.Title)})
			}
		}
		out = append(out, cells...)
	}
	return out
}

func communicationRows(rb *runbook.Runbook) []row {
	c := rb.Communication
	out := []row{head("Communication", "every "+c.Every.String()), {id: "communication/channels", kind: title, text: "Channels"}}
	for _, ch := range c.Channels {
		out = append(out, row{id: "channel/" + ch.ID, depth: 1, text: ch.Title, right: ch.Audience})
	}
	for _, list := range []struct {
		title string
		lines []string
	}{{"Template", c.Template}, {"Milestones that call for an update", c.Milestones.Triggers}, {"What a milestone update adds", c.Milestones.Fields}} {
		out = append(out, row{id: "communication/" + list.title, kind: title, text: list.title})
		out = append(out, lines("communication/"+list.title, 1, list.lines)...)
	}
	return out
}

func monitorRows(rb *runbook.Runbook, f *launchfile.File) []row {
	out := []row{head("Monitors", "")}
	for _, m := range append(append([]runbook.Monitor(nil), rb.Monitors...), f.Monitors...) {
		var rules []string
		for _, r := range [][3]string{{"warning", m.Warning, m.OnWarning}, {"critical", m.Critical, m.OnCritical}} {
			if r[1] != "" {
				rules = append(rules, strings.TrimSpace(r[0]+" "+r[1]+"  "+r[2]))
			}
		}
		out = append(out, row{id: "monitor/" + m.ID, depth: 1, text: m.Name + "  " + strings.Join(rules, "; "),
			right: "every " + m.Every.String() + "  " + rb.RoleTitle(m.Owner), note: strings.TrimSpace(m.Tool + "  " + m.Baseline + "  " + m.Seed)})
	}
	if rb.Logs != nil {
		out = append(out, row{id: "monitor/logs", depth: 1, text: "Application logs", right: rb.Logs.Frequency + "  " + rb.RoleTitle(rb.Logs.Owner), note: rb.Logs.Tool})
		out = append(out, lines("monitor/logs", 2, rb.Logs.Patterns)...)
	}
	return out
}

func triggerRows(rb *runbook.Runbook) []row {
	out := []row{head("Rollback triggers", "")}
	for _, t := range rb.Triggers {
		how := t.When
		if t.Declared {
			how = "declared by a person"
		}
		out = append(out, row{id: "trigger/" + t.ID, depth: 1, text: t.Title, right: how + "  " + t.Group + "  " + t.Priority + " priority"})
	}
	out = append(out, row{id: "authorization", kind: title, text: "Who may authorise a rollback"})
	var priorities []string
	for p := range rb.Rollback.Authorization {
		priorities = append(priorities, p)
	}
	sort.Strings(priorities)
	for _, p := range priorities {
		a := rb.Rollback.Authorization[p]
		within := "at once"
		if a.Within > 0 {
			within = "within " + a.Within.String()
		}
		var titles []string
		for _, r := range a.Roles {
			titles = append(titles, rb.RoleTitle(r))
		}
		out = append(out, row{id: "authorization/" + p, depth: 1, text: fmt.Sprintf("%s priority: %d of %s", p, a.Approvals, strings.Join(titles, ", ")), right: within})
	}
	return out
}
