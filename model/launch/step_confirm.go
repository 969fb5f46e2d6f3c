package launch

import (
	"fmt"
	"slices"

	"tminus/model/runbook"
)

// place is a mark or a step with what can be confirmed in it.
type place struct {
	id, owner     string
	title         string
	mark          *runbook.SequenceMark // nil: a step
	step          *runbook.Step
	actions       []runbook.Action
	verifications []runbook.Verification
}

// places are the marks and then the steps of the deployment sequence; steps that run come first.
func (s *State) places() []place {
	var marks, running, rest []place
	for i := range s.Runbook.Sequence.Marks {
		m := &s.Runbook.Sequence.Marks[i]
		marks = append(marks, place{id: m.ID, owner: m.Owner, title: m.At.String(), mark: m, actions: m.Actions})
	}
	for i := range s.Runbook.Sequence.Steps {
		st := &s.Runbook.Sequence.Steps[i]
		p := place{id: st.ID, owner: st.Owner, title: s.stepTitle(st.ID), step: st, actions: actionsOf(st), verifications: st.Verifications}
		if s.works(st.ID) {
			running = append(running, p)
		} else {
			rest = append(rest, p)
		}
	}
	return slices.Concat(s.backPlaces(), running, marks, rest)
}

// backPlaces are the steps of the rollback under way.
func (s *State) backPlaces() []place {
	b := s.CurrentRollback()
	if !b.Running() {
		return nil
	}
	var all []place
	for _, st := range s.backSteps(b) {
		all = append(all, place{id: st.ID, owner: st.Owner, title: s.stepTitle(st.ID), step: st, actions: actionsOf(st), verifications: st.Verifications})
	}
	return all
}

// works reports whether a step is under way, so that its parts can be confirmed.
func (s *State) works(id string) bool {
	step, back := s.stepOf(id)
	stopped := s.Aborted != nil
	if back {
		stopped = s.CurrentRollback().Aborted != nil
	}
	state := s.StepStateOf(id)
	return step != nil && !stopped && (state == StepRunning || state == StepVerifying)
}

// confirmed returns who confirmed an action or verification of a place.
func (s *State) confirmed(p place, what string) (Mark, bool) {
	if slices.ContainsFunc(p.actions, func(a runbook.Action) bool { return a.ID == what }) {
		if d := s.Confirmed[what]; d != nil {
			return d.Mark, true
		}
		return Mark{}, false
	}
	if st := s.Steps[p.id]; st != nil {
		m, ok := st.Verified[what]
		return m, ok
	}
	return Mark{}, false
}

// parts are the ids in a place that can be confirmed, actions first.
func (p place) parts() []string {
	var ids []string
	for _, a := range p.actions {
		ids = append(ids, a.ID)
	}
	for _, v := range p.verifications {
		ids = append(ids, v.ID)
	}
	return ids
}

func (p place) verifies(what string) bool {
	return slices.ContainsFunc(p.verifications, func(v runbook.Verification) bool { return v.ID == what })
}

// openParts are the parts of a place that are not confirmed, or those that are.
func (s *State) openParts(p place, confirmed bool) []string {
	return slices.DeleteFunc(p.parts(), func(what string) bool {
		_, is := s.confirmed(p, what)
		return is != confirmed
	})
}

// tooEarly refuses a part of a step that does not run, and of a mark long before its time.
func (r *request) tooEarly(p place) *Refusal {
	if p.step != nil {
		_, back := r.s.stepOf(p.id)
		switch state := r.s.StepStateOf(p.id); {
		case !back && r.s.Clock.Scrub != nil:
			return r.scrubbed()
		case r.s.works(p.id):
			return nil
		case back && state == StepWaiting:
			return no(capital(p.title)+" has not started", "it starts by itself when the steps before it are through")
		case back && r.s.CurrentRollback().Aborted != nil:
			return no("the rollback was stopped by "+r.s.CurrentRollback().Aborted.User, "")
		case r.s.Aborted != nil:
			return no("the deployment sequence was stopped by "+r.s.Aborted.User, "")
		case state == StepWaiting:
			return no(capital(p.title)+" has not started", "start it first: step.start id="+p.id)
		default:
			return no(fmt.Sprintf("%s is %s", capital(p.title), state), "")
		}
	}
	if r.s.Clock.Scrub != nil {
		return r.scrubbed()
	}
	from := min(r.s.Runbook.GoNoGo.At, p.mark.At)
	if r.s.Countdown(r.now) < from.Time(r.now).Sub(r.now) {
		return no("it is "+FormatClock(r.s.Countdown(r.now))+"; what is done at "+p.title+" can be confirmed from "+from.String(), "")
	}
	return nil
}

// confirmers are who may say that a part of a place is done: its owner and, while it is a rollback that goes on, whoever may
// authorise one alone.
func (s *State) confirmers(p place) []string {
	if _, back := s.stepOf(p.id); back {
		return append([]string{p.owner}, s.authorities()...)
	}
	return []string{p.owner}
}

// confirmable lists what the caller can confirm now, or what they can take back.
func (r *request) confirmable(confirmed bool) []string {
	var ids []string
	for _, p := range r.s.places() {
		if r.may(r.s.confirmers(p)...) && r.tooEarly(p) == nil {
			ids = append(ids, slices.DeleteFunc(r.s.openParts(p, confirmed), func(what string) bool {
				return p.step != nil && r.s.openCall(p.id, what) != nil
			})...)
		}
	}
	return ids
}

func somethingOpen(r *request) *Refusal {
	if r.listing && len(r.confirmable(false)) == 0 {
		return no("nothing of yours is open to be confirmed now", "")
	}
	return nil
}

func somethingConfirmed(r *request) *Refusal {
	if r.listing && len(r.confirmable(true)) == 0 {
		return no("nothing of yours is confirmed and still open to change", "")
	}
	return nil
}

// part finds what the arguments mean: id= alone is the next part of that step or mark, or names a part itself; what=
// alone is looked for everywhere, first in the step that runs.
func (r *request) part(confirmed bool) (place, string, *Refusal) {
	id, what := r.args["id"], r.args["what"]
	if id == "" && what == "" {
		return place{}, "", usage("%s needs what=…, the action or verification, or id=…, its step; %s", r.spec.Name, listed("", r.confirmable(confirmed)))
	}
	places := r.s.places()
	if i := slices.IndexFunc(places, func(p place) bool { return p.id == id }); i >= 0 {
		p := places[i]
		parts := p.parts()
		if what == "" {
			open := r.s.openParts(p, confirmed)
			switch {
			case len(open) == 0 && confirmed:
				return p, "", no("nothing of "+p.title+" is confirmed", "")
			case len(open) == 0:
				return p, "", no("everything of "+p.title+" is confirmed", "")
			case confirmed:
				return p, open[len(open)-1], nil
			}
			return p, open[0], nil
		}
		if !slices.Contains(parts, what) {
			return p, "", r.unknown("what", "action or verification of "+p.title, parts)
		}
		return p, what, nil
	}
	if id != "" && what != "" {
		var all []string
		for _, p := range places {
			all = append(all, p.id)
		}
		return place{}, "", r.unknown("id", "step or mark", all)
	}
	return r.anywhere(orName(what, id))
}

func (r *request) anywhere(what string) (place, string, *Refusal) {
	var all []string
	for _, p := range r.s.places() {
		if slices.Contains(p.parts(), what) {
			return p, what, nil
		}
		all = append(all, p.parts()...)
	}
	return place{}, "", usage("%s is no action or verification of a step that is worked; %s", short(what), listed(what, all))
}

func decideConfirm(r *request) ([]Event, *Refusal) {
	p, what, refusal := r.ownPart(false)
	if refusal != nil {
		return nil, refusal
	}
	if m, is := r.s.confirmed(p, what); is {
		return nil, no(r.s.whatText(p.id, what)+" is confirmed already, by "+m.said(), "step.unconfirm takes it back")
	}
	if p.step != nil && r.s.openCall(p.id, what) != nil {
		return nil, no("the call of "+r.s.whatText(p.id, what)+" is out", "see what comes back; what never does is said by step.resolve id="+p.id)
	}
	open := r.s.openParts(p, false)
	if p.verifies(what) {
		for _, a := range p.actions {
			if slices.Contains(open, a.ID) {
				return nil, no(fmt.Sprintf("%s is not confirmed yet: %s; a verification comes after what it verifies", p.title, a.Text), "step.confirm id="+p.id+" what="+a.ID)
			}
		}
	}
	events := []Event{{Kind: "step.confirmed", Data: Confirmed{ID: p.id, What: what, Evidence: r.args["evidence"], By: r.by}}}
	if p.step != nil && len(open) == 1 {
		events = append(events, Event{Kind: KindStepVerified, Data: StepChanged{ID: p.id, Attempt: r.s.attempts(p.id), By: r.by}})
	}
	return events, nil
}

func (r *request) ownPart(confirmed bool) (place, string, *Refusal) {
	p, what, refusal := r.part(confirmed)
	if refusal == nil {
		refusal = r.must(capital(p.title), r.s.confirmers(p)...)
	}
	if refusal == nil {
		refusal = r.tooEarly(p)
	}
	return p, what, refusal
}

func decideUnconfirm(r *request) ([]Event, *Refusal) {
	p, what, refusal := r.ownPart(true)
	if refusal != nil {
		return nil, refusal
	}
	if _, is := r.s.confirmed(p, what); !is {
		return nil, no(r.s.whatText(p.id, what)+" is not confirmed", "")
	}
	return []Event{{Kind: "step.unconfirmed", Data: Confirmed{ID: p.id, What: what, By: r.by}}}, nil
}

// whatText is "Final health check (T-10m)".
func (s *State) whatText(id, what string) string {
	text := what
	find := func(actions []runbook.Action, verifications []runbook.Verification) {
		for _, a := range actions {
			if a.ID == what {
				text = a.Text
			}
		}
		for _, v := range verifications {
			if v.ID == what {
				text = v.Text
			}
		}
	}
	if m := s.Runbook.Mark(id); m != nil {
		find(m.Actions, nil)
	}
	if step := s.Runbook.Step(id); step != nil {
		find(actionsOf(step), step.Verifications)
	}
	return text + " (" + s.stepTitle(id) + ")"
}
