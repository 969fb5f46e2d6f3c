package launch

import (
	"fmt"
	"slices"
	"strings"

	"tminus/model/journal"
)

func applyAgreed(s *State, e journal.Entry, d ClosureAgreed) string {
	c := s.Closure(e.At)
	switch {
	case c.Blocked != "":
		return c.Blocked
	case len(c.Exceptions) == 0:
		return "nothing stands against closing it"
	case d.For != "" || !s.spokenBy(e, c.Roles...):
		return "it is not the word of who has to agree"
	case strings.TrimSpace(d.Reason) == "":
		return "it gives no reason"
	}
	m := marked(e, d.By, d.Reason)
	s.Agreements = slices.DeleteFunc(slices.Clone(s.Agreements), func(a Agreement) bool { return s.speaker(a.Mark) == s.speaker(m) })
	s.Agreements = append(s.Agreements, Agreement{Mark: m, Outcome: d.Outcome, Exceptions: d.Exceptions})
	return ""
}

func applyAgreementWithdrawn(s *State, e journal.Entry, d ClosureWithdrawn) string {
	speaker := s.speaker(marked(e, d.By, ""))
	left := slices.DeleteFunc(slices.Clone(s.Agreements), func(a Agreement) bool { return s.speaker(a.Mark) == speaker })
	if len(left) == len(s.Agreements) {
		return "there is no such agreement"
	}
	s.Agreements = left
	return ""
}

func applyClosed(s *State, e journal.Entry, d LaunchClosed) string {
	c := s.Closure(e.At)
	switch {
	case c.Blocked != "":
		return c.Blocked
	case d.Outcome != c.Outcome:
		return fmt.Sprintf("it would be closed as %q, not as %q", c.Outcome, d.Outcome)
	case len(c.Missing) > 0:
		return "it lacks the agreement of " + s.roleTitles(c.Missing, "and")
	case !covers(d.Exceptions, c.Exceptions):
		return "it does not name all that stands against it"
	case d.For != "" || !s.spokenBy(e, s.closers()...):
		return "it is not closed by who may"
	}
	m := marked(e, d.By, d.Reason)
	s.Closed, s.ClosedAs = &m, &d
	return ""
}
