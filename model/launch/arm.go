package launch

import (
	"slices"

	"tminus/model/journal"
	"tminus/model/runbook"
)

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

// mayDisarm: any authority, also one of the normal priority: what is stopped can be done by hand.
func mayDisarm(r *request) *Refusal {
	if len(r.s.Armed) == 0 {
		return no("no trigger is armed", "")
	}
	return r.must("disarming a trigger", r.s.disarmers()...)
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

func (s *State) trigger(id string) *runbook.Trigger { return s.Runbook.Trigger(id) }
