package views

import (
	"fmt"
	"strings"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// NewDefects is everything that was found wrong: what blocks first, then what is open, then what is closed.
func NewDefects(t *theme.Theme) *StepsView {
	v := newView(t, "Defects", defectRows)
	v.right = func(s *screen.Screen) string {
		open, blocking := 0, 0
		for i := range s.Defects {
			if d := &s.Defects[i]; d.Open() {
				open++
				if d.Blocking {
					blocking++
				}
			}
		}
		if len(s.Defects) == 0 {
			return "none"
		}
		return fmt.Sprintf("%d open, %d block the launch", open, blocking)
	}
	v.keys = always(act{"D", "open a defect", intent.Ask{Command: launch.Command{Action: "defect.open"}}})
	return v
}

func defectRows(p *screen.Plan, s *screen.Screen, t *theme.Theme) []row {
	var out []row
	for _, group := range []struct {
		title string
		fits  func(d *screen.Defect) bool
	}{
		{"Blocks the launch", func(d *screen.Defect) bool { return d.Open() && d.Blocking }},
		{"Open", func(d *screen.Defect) bool { return d.Open() && !d.Blocking }},
		{"Closed", func(d *screen.Defect) bool { return !d.Open() }},
	} {
		var rows []row
		for i := range s.Defects {
			if d := &s.Defects[i]; group.fits(d) {
				rows = append(rows, defectRow(d, s, t))
			}
		}
		if len(rows) > 0 {
			out = append(append(out, head(group.title, "")), append(rows, row{})...)
		}
	}
	if len(out) == 0 {
		out = append(out, row{id: "defect/none", text: "No defect was opened in this launch. D opens one."}, row{})
	}
	return append(out, grades(p)...)
}

func defectRow(d *screen.Defect, s *screen.Screen, t *theme.Theme) row {
	owner := d.Owner
	if d.Person != "" {
		owner += " " + d.Person
	}
	r := row{
		id: "defect/" + d.ID, depth: 1, mark: t.Glyph.OK, tone: good, text: d.ID + "  " + d.Title,
		right: strings.Join([]string{d.Grade, string(d.Status), named(owner)}, "  "), note: defectNote(d),
	}
	ask := func(key, help, action string, args ...string) act {
		c := launch.Command{Action: action, Args: map[string]string{"id": d.ID}}
		for i := 0; i+1 < len(args); i += 2 {
			c.Args[args[i]] = args[i+1]
		}
		return act{key, help, intent.Ask{Command: c}}
	}
	if !d.Open() {
		r.acts = []act{ask("o", "open it again", "defect.update", "status", string(launch.DefectOpen))}
		return r
	}
	r.mark, r.tone = t.Glyph.Warn, late
	if d.Blocking {
		r.tone = bad
	}
	if d.Attended == nil {
		r.acts = append(r.acts, ask("i", "take it up", "defect.update", "status", string(launch.DefectInvestigating)))
	}
	if d.Respond != nil {
		r.right = fmt.Sprintf("nobody on it, until %s  %s", d.Respond.UTC().Format("15:04"), r.right)
		if d.Late {
			r.right = fmt.Sprintf("NOBODY ON IT since %s  %s", d.Opened.At.UTC().Format("15:04"), strings.Join([]string{d.Grade, named(owner)}, "  "))
		}
	}
	r.acts = append(r.acts, ask("e", "update it", "defect.update"), ask("c", "close it", "defect.close"))
	return r
}

func defectNote(d *screen.Defect) string {
	parts := []string{d.Meaning, "Opened by " + by(d.Opened)}
	if d.Late && d.Attended != nil {
		parts = append(parts, "Taken up too late, by "+by(d.Attended))
	}
	if d.Link != "" {
		parts = append(parts, "See "+d.Link)
	}
	if u := d.Updated; u != nil && d.Closed == nil {
		parts = append(parts, "Last: "+u.Text+" "+by(u))
	}
	if c := d.Closed; c != nil {
		parts = append(parts, "Closed: "+c.Text+" "+by(c))
	}
	return strings.Join(parts, ". ")
}

// grades are the runbook's severities.
func grades(p *screen.Plan) []row {
	if p.Runbook == nil || len(p.Runbook.Defects.Severities) == 0 {
		return nil
	}
	out := []row{head("Severities", "respond within")}
	for _, sev := range p.Runbook.Defects.Severities {
		text := sev.Title
		if sev.Blocking {
			text += " (blocks the launch)"
		}
		out = append(out, row{id: "severity/" + sev.ID, depth: 1, text: sev.ID + "  " + text, right: sev.Respond.String(), note: sev.Meaning})
	}
	return out
}
