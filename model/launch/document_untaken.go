package launch

import (
	"reflect"
	"strings"
	"time"
)

// Untaken is what a changed launch file says otherwise and its review does not bring into force, each with what does.
func (s *State) Untaken(c *Change) []string {
	if c == nil || c.Document != DocFile {
		return nil
	}
	f := s.library.files[c.FileJSON]
	if f == nil || s.File == nil {
		return nil
	}
	var out []string
	if s.Mode == Rehearsal {
		out = append(out, "launch and t0: a rehearsal has a name and a T-0 of its own; clock.set moves it")
	} else if !f.T0.Equal(s.File.T0) && !f.T0.Equal(s.Clock.T0) {
		out = append(out, "t0: T-0 stays "+s.Clock.T0.UTC().Format("2006-01-02 15:04:05 UTC")+"; clock.set t0="+f.T0.UTC().Format(time.RFC3339)+" moves it")
	}
	if !reflect.DeepEqual(f.Share, s.File.Share) {
		out = append(out, "share: the room's socket stays where it is until the room is opened anew; quit it, then tminus run")
	}
	if f.Runbook != s.File.Runbook {
		out = append(out, "runbook: what "+short(f.Runbook)+" says is a change of its own, with its own review")
	}
	return out
}

// leaves says what a review does not take up; "": it takes up everything.
func leaves(untaken []string) string {
	if len(untaken) == 0 {
		return ""
	}
	return "; not taken up by it: " + strings.Join(untaken, "; ")
}
