package launch

import (
	"slices"
	"strings"
	"time"

	"tminus/model/journal"
)

// keptHands bounds how many of the newest changes are kept with who made them.
const keptHands = 32

// hand is somebody who changed something that runs, and when.
type hand struct {
	user string
	at   time.Time
}

// changes reports whether entries of a kind change the system or the course of the launch, rather than tell of it.
func changes(kind string) bool {
	return slices.ContainsFunc([]string{"step.", "flag.", "rollback.", "clock.", "document."}, func(p string) bool { return strings.HasPrefix(kind, p) })
}

// busy remembers who has a hand in it.
func (s *State) busy(e journal.Entry) {
	if e.Actor.Auth == journal.AuthSystem || !changes(e.Kind) {
		return
	}
	s.hands = append(s.hands, hand{e.Actor.User, e.At})
	if over := len(s.hands) - keptHands; over > 0 {
		s.hands = slices.Clone(s.hands[over:])
	}
}

// Changing are the people who changed something after an instant, in the order of their first change.
func (s *State) Changing(after time.Time) []string {
	var users []string
	for _, h := range s.hands {
		if h.at.After(after) && !slices.Contains(users, h.user) {
			users = append(users, h.user)
		}
	}
	return users
}
