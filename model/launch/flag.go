package launch

import (
	"maps"
	"slices"

	"tminus/model/journal"
)

// The kinds that switch a flag by itself, outside the sequence and a rollback.
const (
	KindFlagOn  = "flag.turned-on"
	KindFlagOff = "flag.turned-off"
)

// FlagSwitched is the data of flag.turned-on and flag.turned-off: somebody ordered it. The calls that follow tell what
// became of it.
type FlagSwitched struct {
	Flag    string `json:"flag"`
	Attempt int    `json:"attempt"`
	Reason  string `json:"reason,omitempty"`
	By
}

// Switch is the newest order to switch a flag.
type Switch struct {
	Mark
	On      bool
	Attempt int
	Checked map[string]Checked // parameter, effect
}

// FlagStep is the step of calls and checks that belong to no step: a flag switched by itself. No step of a runbook can bear it.
const FlagStep = "@flag"

func flagTable() ([]ActionSpec, []KindSpec) {
	args := []ArgInfo{{Name: "flag", Help: "the flag; left out: the main one"}, {Name: "reason", Help: "why"}}
	choices := map[string]func(*request) []string{"flag": func(r *request) []string { return slices.Sorted(maps.Keys(r.s.File.Flags)) }}
	return []ActionSpec{
			{Name: "flag.off", Title: "Turn the feature flag off", Kind: KindFlagOff, Args: args, choices: choices, Scrubbed: true,
				open: maySwitchOff, decide: func(r *request) ([]Event, *Refusal) { return decideSwitch(r, KindFlagOff) }},
			{Name: "flag.on", Title: "Turn the feature flag on", Kind: KindFlagOn, Args: args, choices: choices, Confirm: true,
				open: maySwitchOn, decide: func(r *request) ([]Event, *Refusal) { return decideSwitch(r, KindFlagOn) }},
		}, []KindSpec{
			kindOf(KindFlagOn, "A feature flag was ordered on", func(s *State, e journal.Entry, d FlagSwitched) string { return applySwitched(s, e, d, true) },
				func(_ *State, d FlagSwitched) string { return withReason("turns the flag "+d.Flag+" on", d.Reason) }),
			kindOf(KindFlagOff, "A feature flag was ordered off", func(s *State, e journal.Entry, d FlagSwitched) string { return applySwitched(s, e, d, false) },
				func(_ *State, d FlagSwitched) string { return withReason("turns the flag "+d.Flag+" off", d.Reason) }),
		}
}

func flagBound(r *request) *Refusal {
	if len(r.s.File.Flags) == 0 {
		return no("no flag is bound in the launch file", "switch it where it is kept, and write what you did in a note")
	}
	return nil
}

// maySwitchOff: a flag goes off by one authority's word, at once, at any time (seed 6.1, High Priority).
func maySwitchOff(r *request) *Refusal {
	if refusal := flagBound(r); refusal != nil {
		return refusal
	}
	if refusal := r.must("turning the flag off at once", r.s.authorities()...); refusal != nil {
		refusal.Hint = "open a rollback request, which an authority approves: rollback.request steps=" + r.s.flagStepID() + " reason=…; " + refusal.Hint
		return refusal
	}
	return r.changedDocs()
}

// flagStepID is the rollback's step that turns the flag off.
func (s *State) flagStepID() string {
	for _, st := range s.Runbook.Rollback.Steps {
		if st.Kind == "flag" {
			return st.ID
		}
	}
	return "…"
}

// maySwitchOn: a flag goes on after T-0 with a GO, or to undo what turned it off.
func maySwitchOn(r *request) *Refusal {
	s := r.s
	if refusal := flagBound(r); refusal != nil {
		return refusal
	}
	if refusal := r.must("turning the flag on", s.authorities()...); refusal != nil {
		return refusal
	}
	back := s.CurrentRollback()
	switch {
	case back != nil && back.Running():
		return no("a rollback is under way", "let it end first")
	case !s.GoInForce():
		return no("there is no GO", "the poll gives it: poll.open, poll.vote, poll.decide")
	case s.Countdown(r.now) < 0:
		return no("it is "+FormatClock(s.Countdown(r.now))+"; the flag goes on from T-0", "")
	case s.Held(r.now):
		return no("the clock is held", "resume it first: clock.resume")
	}
	return r.changedDocs()
}

func decideSwitch(r *request, kind string) ([]Event, *Refusal) {
	id := r.args["flag"]
	if id == "" {
		main, _, ok := r.s.mainFlag()
		if !ok {
			return nil, usage("which flag? %s", listed("", slices.Sorted(maps.Keys(r.s.File.Flags))))
		}
		id = main
	}
	if _, bound := r.s.File.Flags[id]; !bound {
		return nil, r.unknown("flag", "flag of the launch file", slices.Sorted(maps.Keys(r.s.File.Flags)))
	}
	attempt := 1
	if sw := r.s.Switches[id]; sw != nil {
		attempt = sw.Attempt + 1
		if c := r.s.newestCall(FlagStep, id); sw.On == (kind == KindFlagOn) && (c == nil || c.Attempt < sw.Attempt || c.Unknown()) {
			return nil, no("the flag "+id+" is being switched already, since "+sw.At.UTC().Format("15:04:05"), "see what becomes of it")
		}
	}
	return []Event{{Kind: kind, Data: FlagSwitched{Flag: id, Attempt: attempt, Reason: r.args["reason"]}}}, nil
}

func applySwitched(s *State, e journal.Entry, d FlagSwitched, on bool) string {
	if _, bound := s.File.Flags[d.Flag]; !bound {
		return "the launch file has no flag of this name"
	}
	if e.Actor.Auth == journal.AuthSystem && (on || len(s.autoOffDue(e.At)) == 0) {
		return "nothing that is armed asks for it"
	}
	if sw := s.Switches[d.Flag]; sw != nil && d.Attempt != sw.Attempt+1 || sw == nil && d.Attempt != 1 {
		return "it is not the next attempt"
	}
	s.Switches[d.Flag] = &Switch{Mark: marked(e, d.By, d.Reason), On: on, Attempt: d.Attempt, Checked: map[string]Checked{}}
	return ""
}

// switchCall is the call that an order to switch a flag asks for.
func (s *State) switchCall(flag string, sw *Switch) Call {
	return NewCall(s.ID, OpPutParameter, FlagStep, flag, sw.Attempt, putArgs(s.File.Flags[flag], sw.On))
}
