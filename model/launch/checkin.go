package launch

import (
	"fmt"

	"tminus/model/journal"
)

// The kinds of check-ins.
const (
	KindCheckedIn        = "checkin.done"
	KindCheckinWithdrawn = "checkin.withdrawn"
)

// CheckinDone is the data of checkin.done and checkin.withdrawn: a role said how its part stands, as often as the runbook asks.
type CheckinDone struct {
	Role string `json:"role"`
	Note string `json:"note,omitempty"`
	By
}

// Checkin is a role's newest check-in; Reason holds its note.
type Checkin struct {
	Mark
	before *Checkin // the one that it followed, for who takes it back; nil: none
}

func checkinTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{
			{Name: "checkin.done", Title: "Check in for a role", Kind: KindCheckedIn, Attest: "item",
				Args:    []ArgInfo{{Name: "role", Help: "the role whose check-in it is", Required: true}, {Name: "note", Help: "how its part of the launch stands"}},
				choices: map[string]func(*request) []string{"role": checkinsOpen},
				none:    "no role of yours has a check-in to make now", decide: decideCheckin},
			{Name: "checkin.withdraw", Title: "Take a check-in back", Kind: KindCheckinWithdrawn, Attest: "item",
				Args:    []ArgInfo{{Name: "role", Help: "the role whose newest check-in was none", Required: true}},
				choices: map[string]func(*request) []string{"role": checkinsMade},
				none:    "no role of yours has checked in", decide: decideCheckinWithdraw},
		}, []KindSpec{
			kindOf(KindCheckedIn, "A role checked in", applyCheckin, func(s *State, d CheckinDone) string {
				return withReason("checked in for "+s.roleTitle(d.Role), d.Note)
			}),
			kindOf(KindCheckinWithdrawn, "A check-in was taken back", applyCheckinWithdrawn, func(s *State, d CheckinDone) string {
				return "took back the check-in of " + s.roleTitle(d.Role)
			}),
		}
}

// checkinsOpen are the roles of the caller whose check-in is still to be made.
func checkinsOpen(r *request) []string {
	var roles []string
	for _, c := range r.s.CheckinsAt(r.now) {
		if c.Open() && r.may(c.Role) {
			roles = append(roles, c.Role)
		}
	}
	return roles
}

func checkinsMade(r *request) []string {
	var roles []string
	for i := range r.s.Runbook.Roles {
		if id := r.s.Runbook.Roles[i].ID; r.s.Checkins[id] != nil && r.may(id) {
			roles = append(roles, id)
		}
	}
	return roles
}

func decideCheckin(r *request) ([]Event, *Refusal) {
	role := r.args["role"]
	if r.s.Runbook.Role(role) == nil || len(r.s.checkinSpans(role)) == 0 {
		return nil, r.unknown("role", "role that the runbook's timeline asks to check in", r.s.checkinRoles())
	}
	title := r.s.roleTitle(role)
	if refusal := r.must("the check-in of "+title, role); refusal != nil {
		return nil, refusal
	}
	c := r.s.checkinAt(role, r.now)
	switch c.State {
	case CheckinAhead:
		return nil, no("the check-ins of "+title+" begin at "+instant(c.Next), "note.add records what is worth it before")
	case CheckinOver:
		return nil, no("the check-ins of "+title+" are over", "note.add records what is worth it")
	case CheckinMade:
		hint := "note.add records what has come up since"
		if !c.Next.IsZero() {
			hint = "the next one is open from " + instant(c.Next) + " on; " + hint
		}
		return nil, no(title+" has checked in already, by "+r.s.Checkins[role].said(), hint)
	}
	return []Event{{Kind: KindCheckedIn, Data: CheckinDone{Role: role, Note: r.args["note"], By: r.by}}}, nil
}

func decideCheckinWithdraw(r *request) ([]Event, *Refusal) {
	role := r.args["role"]
	if r.s.Runbook.Role(role) == nil {
		return nil, r.unknown("role", "role of the runbook", checkinsMade(r))
	}
	if refusal := r.must("the check-in of "+r.s.roleTitle(role), role); refusal != nil {
		return nil, refusal
	}
	if r.s.Checkins[role] == nil {
		return nil, no(r.s.roleTitle(role)+" has no check-in to take back", "")
	}
	return []Event{{Kind: KindCheckinWithdrawn, Data: CheckinDone{Role: role, By: r.by}}}, nil
}

func applyCheckin(s *State, e journal.Entry, d CheckinDone) string {
	if s.Runbook.Role(d.Role) == nil {
		return fmt.Sprintf("the runbook has no role %q", d.Role)
	}
	if len(s.checkinSpans(d.Role)) == 0 {
		return fmt.Sprintf("the runbook's timeline asks %q for no check-ins", d.Role)
	}
	s.Checkins[d.Role] = &Checkin{Mark: marked(e, d.By, d.Note), before: s.Checkins[d.Role]}
	s.remember(e, d.By, Command{Action: "checkin.withdraw", Args: map[string]string{"role": d.Role}}, "the check-in of "+s.roleTitle(d.Role))
	return ""
}

func applyCheckinWithdrawn(s *State, _ journal.Entry, d CheckinDone) string {
	last := s.Checkins[d.Role]
	if last == nil {
		return "the role has not checked in"
	}
	if last.before == nil {
		delete(s.Checkins, d.Role)
		return ""
	}
	s.Checkins[d.Role] = last.before
	return ""
}
