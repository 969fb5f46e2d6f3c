package launch

import (
	"fmt"
	"path"
	"strings"

	"tminus/model/runbook"
)

// against is what the record holds against a criterion whatever its owner says: of one about critical bugs, the defects that
// are open. That there are none is for its owner to say: the log holds what was found.
func (s *State) against(of runbook.Criterion) string {
	if path.Base(of.ID) != "no-critical-bugs" {
		return ""
	}
	var open []string
	for _, d := range s.Defects {
		if d.Open() && (d.Blocking || s.critical(d.Severity)) {
			open = append(open, d.ID+", "+d.Title)
		}
	}
	if len(open) == 0 {
		return ""
	}
	return "open: " + strings.Join(open, "; ")
}

// critical reports whether a severity is the gravest, or one that blocks the launch.
func (s *State) critical(id string) bool {
	for i, sev := range s.Runbook.Defects.Severities {
		if sev.ID == id {
			return i == 0 || sev.Blocking
		}
	}
	return false
}

// logFinal: every defect is closed, or somebody owns it.
func (s *State) logFinal() (filled, waits string) {
	open := 0
	var nobody []string
	for _, d := range s.Defects {
		if !d.Open() {
			continue
		}
		open++
		if d.Owner == "" {
			nobody = append(nobody, d.ID)
		}
	}
	switch {
	case len(nobody) > 0:
		return "", "nobody owns " + join(nobody, "and")
	case len(s.Defects) == 0:
		return "no defect was opened", ""
	}
	return fmt.Sprintf("%s, %d open, each with its owner", count(len(s.Defects), "defect", "defects"), open), ""
}
