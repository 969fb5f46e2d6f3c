package dialogs

import "fmt"

// span is the lines of a body that tell one call, and which.
type span struct {
	call     string
	from, to int // body[from:to]
}

// moved are spans in a body of which so many lines come before them.
func moved(spans []span, by int) []span {
	out := make([]span, len(spans))
	for i, s := range spans {
		out[i] = span{s.call, s.from + by, s.to + by}
	}
	return out
}

// sights remembers which calls have been on the screen, from their first line to their last. What has not been is not
// approved: the key that would shows it first.
type sights struct{ begun, whole map[string]bool }

// look notes what stands in the lines from, to.
func (s *sights) look(spans []span, from, to int) {
	if s.whole == nil {
		s.begun, s.whole = map[string]bool{}, map[string]bool{}
	}
	for _, sp := range spans {
		if sp.from >= from && sp.from < to {
			s.begun[sp.call] = true
		}
		if s.begun[sp.call] && sp.to > from && sp.to <= to {
			s.whole[sp.call] = true
		}
	}
}

// left are the calls that have not been on the screen.
func (s *sights) left(spans []span) []span {
	var out []span
	for _, sp := range spans {
		if !s.whole[sp.call] {
			out = append(out, sp)
		}
	}
	return out
}

// next is the first line to show so that more of what is left comes into sight, from a screen of so many lines that begins
// at top.
func (s *sights) next(left []span, top, room int) int {
	first := left[0]
	if s.begun[first.call] && first.from <= top+room && first.to > top+room {
		return top + max(room-1, 1) // longer than the screen: it goes on
	}
	return first.from
}

// more says how many calls are left to see, and where.
func more(left []span, top int) string {
	where := "below"
	if left[0].from < top {
		where = "above"
	}
	return fmt.Sprintf("%s %s", count(len(left), "more call", "more calls"), where)
}
