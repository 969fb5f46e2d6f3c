package views

import (
	"fmt"
	"strings"

	"tminus/model/runbook"
)

func rollbackRows(rb *runbook.Runbook) []row {
	out := []row{head("Rollback steps", "")}
	for i, s := range rb.Rollback.Steps {
		out = append(out, row{id: "rollback/" + s.ID, kind: title, text: fmt.Sprintf("Step %d - %s", i+1, s.Title), right: rb.RoleTitle(s.Owner)})
		for n, l := range strings.Split(strings.TrimRight(s.Command, "\n"), "\n") {
			if s.Command != "" {
				out = append(out, row{id: fmt.Sprintf("rollback/%s/command/%d", s.ID, n), depth: 1, text: l})
			}
		}
		out = append(out, actionLines("rollback/", 1, "", s.Actions)...)
		for _, v := range s.Verifications {
			mode := "the next step waits for it"
			if v.Mode == "watch" {
				mode = "watched beside"
			}
			out = append(out, row{id: "rollback/" + v.ID, depth: 1, text: "verify: " + v.Text, right: mode})
		}
	}
	out = append(out, row{id: "afterwards", kind: title, text: "After a rollback"})
	for _, r := range rb.Rollback.Afterwards {
		out = append(out, row{id: "afterwards/" + r.Role, depth: 1, text: rb.RoleTitle(r.Role)})
		out = append(out, actionLines("afterwards/", 2, "", r.Actions)...)
	}
	return out
}

func actionLines(prefix string, depth int, what string, actions []runbook.Action) []row {
	var out []row
	for _, a := range actions {
		out = append(out, row{id: prefix + a.ID, depth: depth, text: what + a.Text})
	}
	return out
}

func successRows(rb *runbook.Runbook) []row {
	out := []row{head("Success criteria", "")}
	for _, c := range rb.Success {
		out = append(out, row{id: "success/" + c.ID, kind: title, text: c.Title, right: strings.TrimSpace(rb.RoleTitle(c.Owner) + "  " + c.Tool + "  " + c.Duration.String())})
		for _, one := range c.Criteria {
			out = append(out, row{id: "success/" + one.ID, depth: 1, text: one.Text, right: one.Rule})
		}
	}
	return out
}

func closureRows(rb *runbook.Runbook) []row {
	c := rb.Closure
	out := []row{head("Closure", rb.RoleTitle(c.Owner)), {id: "closure/requirements", kind: title, text: "Documentation requirements"}}
	out = append(out, actionLines("closure/", 1, "", c.Requirements)...)
	out = append(out, row{id: "closure/templates", kind: title, text: "Templates"})
	out = append(out, lines("closure/templates", 1, c.Templates)...)
	for _, t := range c.Handoff {
		out = append(out, row{id: "handoff/" + t.ID, kind: title, text: "Handoff: " + t.Title, right: rb.RoleTitle(t.Owner)})
		out = append(out, actionLines("handoff/", 1, "", t.Actions)...)
	}
	out = append(out, row{id: "defects", kind: title, text: "Defect severities"})
	for _, s := range rb.Defects.Severities {
		blocking := ""
		if s.Blocking {
			blocking = "blocks GO  "
		}
		out = append(out, row{id: "defects/" + s.ID, depth: 1, text: s.Title + ": " + s.Meaning, right: blocking + "respond within " + s.Respond.String()})
	}
	return out
}

func guidanceRows(rb *runbook.Runbook) []row {
	out := []row{head("Guidance", "")}
	for _, g := range rb.Guidance.Pitfalls {
		out = append(out, row{id: "guidance/" + g.ID, kind: title, text: "Pitfalls: " + g.Title})
		out = append(out, actionLines("guidance/", 1, "", g.Notes)...)
	}
	out = append(out, row{id: "guidance/updates", kind: title, text: "Updates should include"})
	out = append(out, lines("guidance/updates", 1, rb.Guidance.Updates)...)
	out = append(out, row{id: "guidance/tone", kind: title, text: "Tone"})
	out = append(out, lines("guidance/tone", 1, rb.Guidance.Tone)...)
	return append(out, row{id: "runbook/version", kind: title, text: rb.Title + ", version " + rb.Version + " of " + rb.Updated})
}
