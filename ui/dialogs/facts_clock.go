package dialogs

import (
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/widgets"
)

// nearT0 is how near T-0 is when whoever keeps it is warned.
const nearT0 = 2 * time.Minute

// Tick gives the launch time.
func (f *Form) Tick(now time.Time) { f.names.now = now }

// resumeFacts are what each way to resume the clock would do now.
func resumeFacts(s *screen.Screen, now time.Time) []fact {
	if now.IsZero() { // nobody has said yet
		now = s.At
	}
	out := clockFacts(s)
	at := s.Clock.HeldAt
	if at == nil {
		return out
	}
	t0 := s.Clock.T0
	day := func(t time.Time) string { return t.UTC().Format("15:04:05 UTC") }
	if !at.Before(t0) {
		out = append(out, fact{strong, "T-0 stays " + day(t0) + ", as it was launched; the clock goes on at " + launch.FormatClock(now.Sub(t0))})
		return append(out, squeezed(s, *at, now)...)
	}
	out = append(out, fact{strong, "move: T-0 moves by the hold's length, to " + day(t0.Add(max(now.Sub(*at), 0)))})
	left := t0.Sub(now)
	switch {
	case left <= 0:
		return append(out, fact{warning, "keep: not possible, T-0 is past since " + widgets.Until(-left)})
	case left < nearT0:
		out = append(out, fact{warning, "keep: T-0 stays " + day(t0) + ". T-0 is in " + max(left.Truncate(time.Second), time.Second).String()})
	default:
		out = append(out, fact{strong, "keep: T-0 stays " + day(t0) + ", in " + widgets.Until(left)})
	}
	return append(out, squeezed(s, *at, now)...)
}

// squeezed names the marks whose time passed during the hold, and which nobody has done.
func squeezed(s *screen.Screen, from, to time.Time) []fact {
	var names []string
	for i := range s.AllMarks {
		m := &s.AllMarks[i]
		if m.Kind != screen.MarkRunbook && m.Kind != screen.MarkOwn || !m.At.After(from) || m.At.After(to) || (m.Kind == screen.MarkOwn || len(m.Actions) > 0) && m.Open() == 0 {
			continue
		}
		names = append(names, strings.TrimSpace(m.Label+" "+m.Title))
	}
	if len(names) == 0 {
		return nil
	}
	return []fact{{warning, "squeezed, their time has passed: " + strings.Join(names, "; ")}}
}
