package views

import (
	"tminus/model/screen"
	"tminus/ui/theme"
)

// Entry is something that `/` finds: its text, where it stands, and the view and id that show it.
type Entry struct {
	Text   string
	Where  string
	View   string
	Target string
}

// Index lists everything that a view can show of a launch, every line of its runbook included.
func Index(p *screen.Plan, s *screen.Screen) []Entry {
	if p == nil || s == nil {
		return nil
	}
	var out []Entry
	for _, area := range s.Checklist.Areas {
		for _, sec := range area.Sections {
			out = append(out, Entry{sec.Title + " (" + sec.Owner + ", " + sec.Verification + ")", "Checklist", "checklist", sec.ID})
			for _, item := range sec.Items {
				out = append(out, Entry{item.Text, "Checklist, " + sec.Title, "checklist", item.ID})
			}
		}
	}
	for _, m := range s.Monitors {
		out = append(out, Entry{m.Name, "Metrics", "metrics", m.ID})
	}
	t := theme.New(theme.Options{})
	for _, v := range []struct {
		name, title string
		build       rows
	}{
		{"timeline", "Timeline", timelineRows}, {"poll", "Go/no-go", meetingRows}, {"countdown", "Countdown", countdownRows}, {"defects", "Defects", defectRows},
		{"sequence", "Sequence", sequenceRows}, {"rollback", "Rollback", rollbackFound}, {"documents", "Documents", documentsFound}, {"success", "Success and closure", successFound}, {"people", "People", peopleFound}, {"reference", "Reference", referenceRows},
	} {
		section := ""
		for _, r := range v.build(p, s, t) {
			if r.kind != plain {
				section = ", " + r.text
			}
			if r.id == "" {
				continue
			}
			where := v.title
			if r.kind == plain {
				where += section
			}
			text := r.text
			if r.right != "" && r.kind == plain {
				text += "  " + r.right
			}
			out = append(out, Entry{text, where, v.name, r.id})
		}
	}
	return out
}
