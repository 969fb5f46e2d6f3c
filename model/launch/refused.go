package launch

import (
	"slices"
	"time"

	"tminus/model/journal"
)

// KindRollbackRefused says that somebody tried to authorise a rollback who may not.
const KindRollbackRefused = "rollback.refused"

// RollbackRefused is the data of rollback.refused.
type RollbackRefused struct {
	Action string `json:"action"`
	ID     string `json:"id,omitempty"` // of the request that they named
	Why    string `json:"why"`
}

// refusedAtMost is how many refusals of a person are journaled within a minute: the journal is nobody's to be filled.
const refusedAtMost = 10

func refusedTable() ([]ActionSpec, []KindSpec) {
	return nil, []KindSpec{kindOf(KindRollbackRefused, "Somebody tried to authorise a rollback who may not", applyRefused,
		func(_ *State, d RollbackRefused) string {
			return withReason("was refused "+d.Action+" of "+orName(d.ID, "a rollback"), d.Why)
		})}
}

// Refused is asked when Decide has refused a command: it returns the entry to be journaled of it, in the name of who gave
// the command, or false where nothing is. What is journaled is that somebody tried to authorise a rollback who may not.
func (s *State) Refused(who Who, c Command, why *Refusal, now time.Time) (Event, bool) {
	b := s.CurrentRollback()
	user := s.Actor(who).User
	switch {
	case s.ReadOnly != "" || s.Closed != nil || why.Usage || !b.Open():
		return Event{}, false
	case c.Action != "rollback.approve" && c.Action != "rollback.raise" && c.Action != "rollback.veto":
		return Event{}, false
	case c.Action == "rollback.approve" && s.Listed(who) && s.Policy(b.Priority).Eligible(s.RolesOf(who)):
		return Event{}, false // who may, and was only late, or named another id
	case c.Action != "rollback.approve" && s.Listed(who) && s.holdsAny(s.RolesOf(who), s.authorities()):
		return Event{}, false
	case len(s.recentRefusals(user, now)) >= refusedAtMost:
		return Event{}, false
	}
	return Event{Kind: KindRollbackRefused, Data: RollbackRefused{Action: c.Action, ID: short(c.Args["id"]), Why: cut(why.Message, 400)}}, true
}

func (s *State) recentRefusals(user string, now time.Time) []time.Time {
	return slices.DeleteFunc(slices.Clone(s.refusals[user]), func(at time.Time) bool { return now.Sub(at) >= time.Minute })
}

func applyRefused(s *State, e journal.Entry, _ RollbackRefused) string {
	if s.refusals == nil {
		s.refusals = map[string][]time.Time{}
	}
	s.refusals[e.Actor.User] = append(s.recentRefusals(e.Actor.User, e.At), e.At)
	return ""
}
