package launch

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/runbook"
)

// What ids are called, for sentences. Where an id means nothing here, it stands for itself.

func (s *State) itemText(id string) string {
	if _, it := s.Runbook.Item(id); it != nil {
		return it.Text
	}
	return id
}

func (s *State) sectionTitle(id string) string {
	if sec := s.Runbook.Section(id); sec != nil {
		return sec.Title
	}
	return id
}

func (s *State) stepTitle(id string) string {
	for i, st := range s.Runbook.Sequence.Steps {
		if st.ID == id {
			return fmt.Sprintf("step %d, %s", i+1, st.Title)
		}
	}
	if m := s.Runbook.Mark(id); m != nil {
		return m.At.String()
	}
	if s.OwnMark(id) != nil {
		return s.markTitle(id)
	}
	for i, st := range s.Runbook.Rollback.Steps {
		if st.ID == id {
			return fmt.Sprintf("rollback step %d, %s", i+1, st.Title)
		}
	}
	return id
}

func (s *State) taskText(id string) string {
	for _, t := range append(s.Runbook.Tasks(), s.afterwards()...) {
		if t.ID == id {
			return t.Text
		}
	}
	if a, ok := s.Runbook.Action(id); ok {
		return a.Text
	}
	return id
}

func (s *State) monitorName(id string) string {
	if m := s.WatchedMonitor(id); m != nil {
		return m.Name
	}
	return id
}

func (s *State) triggerTitle(id string) string {
	if t := s.Runbook.Trigger(id); t != nil {
		return orName(t.Title, id)
	}
	return id
}

func (s *State) roleTitle(id string) string { return s.Runbook.RoleTitle(id) }

// roleTitles joins roles for people: "Program Manager, Engineering Lead or All Teams".
func (s *State) roleTitles(ids []string, last string) string {
	var names []string
	for _, id := range ids {
		names = append(names, s.roleTitle(id))
	}
	return join(names, last)
}

// roleWithHolder is "Engineering Lead (eng-lead)", or "(held by nobody)".
func (s *State) roleWithHolder(id string) string {
	if id == runbook.AllTeams {
		return s.roleTitle(id)
	}
	holders := s.Holders(id)
	if len(holders) == 0 {
		return s.roleTitle(id) + " (held by nobody)"
	}
	return s.roleTitle(id) + " (" + strings.Join(holders, ", ") + ")"
}

// join is "a", "a or b", "a, b or c".
func join(list []string, last string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " " + last + " " + list[len(list)-1]
}

func orName(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// span writes a length of time for people: whole seconds, the shortest form.
func span(d time.Duration) string {
	if d < 0 {
		return "-" + span(-d)
	}
	return runbook.Duration(d.Truncate(time.Second)).String()
}

// withReason adds what somebody said: "held the clock: the baseline is missing".
func withReason(text, reason string) string {
	if reason == "" {
		return text
	}
	return text + ": " + reason
}

// listed writes valid ids for a refusal: all of a few, else the nearest ones to what was typed.
func listed(given string, valid []string) string {
	const few = 8
	if len(valid) == 0 {
		return "there is none now"
	}
	if len(valid) <= few {
		return "expected " + join(valid, "or")
	}
	near := slices.Clone(valid)
	slices.SortStableFunc(near, func(a, b string) int { return distance(given, a) - distance(given, b) })
	return fmt.Sprintf("expected one of %d, such as %s", len(valid), join(near[:3], "or"))
}

// distance is the number of edits between two ids; an id that contains what was typed is nearer than any other.
func distance(a, b string) int {
	if len(a) > 100 || len(b) > 100 {
		return 100
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	if a != "" && strings.Contains(b, a) {
		return row[len(b)] - len(b)
	}
	return row[len(b)]
}
