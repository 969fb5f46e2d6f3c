package screen

import (
	"cmp"
	"fmt"
	"strings"

	"tminus/model/launch"
	"tminus/model/text"
)

// DraftPage is what a page says where nobody has written anything: what is wrong, where the launch stands, and what they
// are asked for.
func DraftPage(s *Screen) Draft {
	d := Draft{Purpose: launch.PurposePage}
	what := ""
	for _, a := range s.Alarms {
		if !a.Quiet {
			what = a.Title
			if a.Action != "" {
				what += ": " + a.Action
			}
			break
		}
	}
	if what == "" && len(s.Reasons) > 0 {
		what = s.Reasons[0]
	}
	d.Subject = text.Line(cut(s.Launch+": "+cmp.Or(what, "you are needed"), launch.MaxSubject))
	lines := []string{cmp.Or(what, "You are needed in the war room."),
		fmt.Sprintf("%s is at %s, %s, status %s.", s.Launch, s.ClockText(s.At), phaseWords(s.Phase), s.Status)}
	if s.Mode != launch.Live {
		lines = append(lines, "This is a "+string(s.Mode)+".")
	}
	lines = append(lines, "Join the war room, and acknowledge this page.")
	for i := range lines {
		lines[i] = text.Line(lines[i])
	}
	d.Text = strings.Join(lines, "\n")
	return d
}
