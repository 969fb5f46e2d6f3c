package launch

import (
	"slices"
	"strings"
)

func mayDecide(r *request) *Refusal {
	if refusal := r.must("the poll's decision", r.s.callers()...); refusal != nil {
		return refusal
	}
	_, refusal := r.openPoll()
	if refusal != nil || !r.listing {
		return refusal
	}
	if _, why := r.s.outcome(nil); why != nil && len(r.s.Missing()) > 0 {
		return why
	}
	return nil
}

// outcome is what the votes of the current poll come to: one NO-GO is a NO-GO; a GO needs every required role's, and
// every required section signed off or waived.
func (s *State) outcome(waived []string) (Vote, *Refusal) {
	p := s.CurrentPoll()
	for _, role := range s.Runbook.GoNoGo.Approvals {
		if p.Votes[role].Vote == NoGo {
			return NoGo, nil
		}
	}
	if missing := s.Missing(); len(missing) > 0 {
		var who []string
		for _, role := range missing {
			who = append(who, s.roleWithHolder(role))
		}
		return "", no("the poll cannot be decided: no vote from "+join(who, "and"), "they vote with poll.vote; who holds a role can record theirs with for= and via=")
	}
	var open, ids []string
	for _, sec := range s.Unsigned() {
		if !slices.Contains(waived, sec.ID) {
			open, ids = append(open, sec.Title+" is not signed off"), append(ids, sec.ID)
		}
	}
	for _, d := range s.Blockers() {
		if !slices.Contains(waived, d.ID) {
			open, ids = append(open, d.ID+" ("+d.Title+") is open and blocks"), append(ids, d.ID)
		}
	}
	if len(open) > 0 {
		return "", no("GO is not possible: "+join(open, "and"), "sign off (section.sign-off), close what blocks (defect.close), or go without: poll.decide waive="+strings.Join(ids, ",")+" reason=…")
	}
	return Go, nil
}

func decidePoll(r *request) ([]Event, *Refusal) {
	waived, refusal := r.waived()
	if refusal != nil {
		return nil, refusal
	}
	decision, refusal := r.s.outcome(r.s.unsignedIDs())
	if refusal != nil {
		return nil, refusal
	}
	if decision == NoGo {
		waived = nil
	} else if refusal := r.s.lacking(waived); refusal != nil {
		return nil, refusal
	}
	d := Decided{Decision: decision, Votes: map[string]Vote{}, Waived: waived, Reason: r.args["reason"], OpenRisks: r.s.openRisks(), Arming: "not answered"}
	for role, v := range r.s.CurrentPoll().Votes {
		d.Votes[role] = v.Vote
	}
	for _, role := range r.s.attendeeRoles() {
		if _, ok := r.s.Attends(role); ok {
			d.Attended = append(d.Attended, role)
		}
	}
	if m := r.s.CurrentMeeting(); m != nil {
		if m.Recording != nil {
			d.Recording = m.Recording.Reason
		}
		if m.Arming != nil {
			d.Arming = orName(strings.Join(m.Arming.Triggers, ","), noArming)
		}
	}
	return []Event{{Kind: "poll.decided", Data: d}}, nil
}

// waived is what the request sets aside: ids that are missing now, with a reason.
func (r *request) waived() ([]string, *Refusal) {
	var waived []string
	for _, id := range strings.Split(r.args["waive"], ",") {
		if id = strings.TrimSpace(id); id == "" || slices.Contains(waived, id) {
			continue
		}
		if missing := r.s.waivable(); !slices.Contains(missing, id) {
			return nil, usage("waive=%s is nothing that stands against GO now; %s", short(id), listed(id, missing))
		}
		waived = append(waived, id)
	}
	if len(waived) > 0 && r.args["reason"] == "" {
		return nil, usage("waive=… needs reason=…: why the launch goes without %s", join(waived, "and"))
	}
	return waived, nil
}

// lacking refuses a GO while something required is missing that was not waived: a sign-off, the end of a defect that
// blocks, the recording, an attendee.
func (s *State) lacking(waived []string) *Refusal {
	var ids, words, ways []string
	add := func(id, what, way string) {
		if slices.Contains(waived, id) {
			return
		}
		if ids, words = append(ids, id), append(words, what); !slices.Contains(ways, way) {
			ways = append(ways, way)
		}
	}
	for _, sec := range s.Unsigned() {
		add(sec.ID, sec.Title+" is not signed off", "sign off (section.sign-off)")
	}
	for _, d := range s.Blockers() {
		add(d.ID, d.ID+" ("+d.Title+") is open and blocks", "close what blocks (defect.close)")
	}
	missing, what := s.Unconfirmed()
	for i, id := range missing {
		if id == WaiveRecording {
			add(id, what[i], "confirm the recording (poll.record)")
		} else {
			add(id, what[i], "answer the roll call (poll.attend)")
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return no("GO is not possible: "+join(words, "and"), join(ways, "and")+", or go without: poll.decide waive="+strings.Join(append(ids, waived...), ",")+" reason=…")
}
