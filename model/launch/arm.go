package launch

import (
	"fmt"
	"slices"
	"time"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// AutoOffAfter is how long the countdown is visible before an armed trigger turns the flag off (design, section 5).
const AutoOffAfter = 60 * time.Second

// TriggersArmed is the data of trigger.armed and trigger.disarmed.
type TriggersArmed struct {
	Triggers []string `json:"triggers"`
	Reason   string   `json:"reason,omitempty"`
	By
}

func armTable() ([]ActionSpec, []KindSpec) {
	const all = "all"
	ids := func(armed bool) map[string]func(*request) []string {
		return map[string]func(*request) []string{"id": func(r *request) []string {
			list := r.s.armable(armed)
			if len(list) > 1 {
				list = append([]string{all}, list...)
			}
			return list
		}}
	}
	args := func(help string) []ArgInfo {
		return []ArgInfo{{Name: "id", Help: "the trigger, or all", Required: true}, {Name: "reason", Help: help}}
	}
	return []ActionSpec{
			{Name: "trigger.arm", Title: "Arm a trigger to turn the flag off by itself", Kind: "trigger.armed", Confirm: true, Args: args("why"),
				choices: ids(false), none: "every trigger over a metric is armed", open: mayArm, decide: func(r *request) ([]Event, *Refusal) { return decideArm(r, false) }},
			{Name: "trigger.disarm", Title: "Disarm a trigger, and stop its countdown", Kind: "trigger.disarmed", Scrubbed: true, Args: args("why"),
				choices: ids(true), none: "no trigger is armed", open: mayDisarm, decide: func(r *request) ([]Event, *Refusal) { return decideArm(r, true) }},
		}, []KindSpec{
			kindOf("trigger.armed", "A trigger was armed", func(s *State, e journal.Entry, d TriggersArmed) string { return applyArmed(s, e, d, true) },
				func(s *State, d TriggersArmed) string {
					return withReason("armed to turn the flag off: "+s.triggerTitles(d.Triggers), d.Reason)
				}),
			kindOf("trigger.disarmed", "A trigger was disarmed", func(s *State, e journal.Entry, d TriggersArmed) string { return applyArmed(s, e, d, false) },
				func(s *State, d TriggersArmed) string {
					return withReason("disarmed: "+s.triggerTitles(d.Triggers), d.Reason)
				}),
		}
}

func (s *State) triggerTitles(ids []string) string {
	var titles []string
	for _, t := range s.Runbook.Triggers {
		if slices.Contains(ids, t.ID) {
			titles = append(titles, t.Title)
		}
	}
	return join(titles, "and")
}

// armable lists the triggers over a metric that are armed, or that are not.
func (s *State) armable(armed bool) []string {
	var ids []string
	for _, t := range s.Runbook.Triggers {
		if _, is := s.Armed[t.ID]; t.When != "" && is == armed {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// mayArm: by an authority, who answers for it in their own session (never for somebody else).
func mayArm(r *request) *Refusal {
	if _, _, bound := r.s.mainFlag(); !bound {
		return no("no main flag is bound in the launch file", "bind it under flags: main")
	}
	return r.must("arming a trigger", r.s.authorities()...)
}

func mayDisarm(r *request) *Refusal {
	if len(r.s.Armed) == 0 {
		return no("no trigger is armed", "")
	}
	return r.must("disarming a trigger", r.s.authorities()...)
}

func decideArm(r *request, armed bool) ([]Event, *Refusal) {
	ids := r.s.armable(armed)
	if id := r.args["id"]; id != "all" {
		if !slices.Contains(ids, id) {
			return nil, r.unknown("id", "trigger that this is open for", append([]string{"all"}, ids...))
		}
		ids = []string{id}
	}
	if len(ids) == 0 {
		return nil, no("there is no such trigger left", "")
	}
	kind := "trigger.armed"
	if armed {
		kind = "trigger.disarmed"
	}
	return []Event{{Kind: kind, Data: TriggersArmed{Triggers: ids, Reason: r.args["reason"]}}}, nil
}

func applyArmed(s *State, e journal.Entry, d TriggersArmed, armed bool) string {
	for _, id := range d.Triggers {
		if t := s.trigger(id); t == nil || t.When == "" {
			return fmt.Sprintf("%q is no trigger over a metric", id)
		}
	}
	if !s.holdsAny(e.Actor.Roles, s.authorities()) || e.Actor.Auth == journal.AuthAttested {
		return "who did it may not"
	}
	for _, id := range d.Triggers {
		if armed {
			s.Armed[id] = marked(e, d.By, d.Reason)
		} else {
			delete(s.Armed, id)
		}
	}
	return ""
}

func (s *State) trigger(id string) *runbook.Trigger {
	for i := range s.Runbook.Triggers {
		if s.Runbook.Triggers[i].ID == id {
			return &s.Runbook.Triggers[i]
		}
	}
	return nil
}

// AutoOff is when the main flag goes off by itself, and which armed trigger brings it; zero: nothing does. The trigger fired
// after it was armed, so one that was firing then had to clear first; the sequence has begun; and nobody has turned the flag
// off, or a rollback on its way, since. Disarming stops it.
func (s *State) AutoOff() (at time.Time, trigger string) {
	if len(s.Armed) == 0 {
		return time.Time{}, ""
	}
	flag, _, bound := s.mainFlag()
	if !bound || !s.sequenceBegun() || s.Closed != nil || s.Clock.Scrub != nil {
		return time.Time{}, ""
	}
	for _, t := range s.Runbook.Triggers {
		armed, is := s.Armed[t.ID]
		fired := s.Triggers[t.ID]
		if !is || !fired.InForce() || fired.Declared || fired.Fired.Seq < armed.Seq {
			continue
		}
		if sw := s.Switches[flag]; sw != nil && !sw.On && sw.Seq > fired.Fired.Seq {
			continue
		}
		if b := s.CurrentRollback(); b != nil && b.Authorized != nil && b.Authorized.Seq > fired.Fired.Seq {
			continue
		}
		if due := fired.Fired.At.Add(AutoOffAfter); at.IsZero() || due.Before(at) {
			at, trigger = due, t.ID
		}
	}
	return at, trigger
}

// autoOffDue is the order that an armed trigger gives once its countdown has run out.
func (s *State) autoOffDue(now time.Time) []Event {
	at, id := s.AutoOff()
	if id == "" || now.Before(at) {
		return nil
	}
	flag, _, _ := s.mainFlag()
	attempt := 1
	if sw := s.Switches[flag]; sw != nil {
		attempt = sw.Attempt + 1
	}
	return []Event{{Kind: KindFlagOff, Data: FlagSwitched{Flag: flag, Attempt: attempt, Reason: "armed: " + s.trigger(id).Title + " fired"}}}
}
