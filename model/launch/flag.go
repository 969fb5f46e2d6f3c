package launch

import (
	"maps"
	"slices"
	"time"

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
	Trigger string `json:"trigger,omitempty"` // armed: it went off by itself
	By
}

// Switch is the newest order to switch a flag.
type Switch struct {
	Mark
	On      bool
	Attempt int
	Checked map[string]Checked // parameter, effect
}

// FlagStep is the step of calls and checks that belong to no step: a flag switched by itself. No step has this for its id.
const FlagStep = "@flag"

// CallWithin is how long a write has: what was sent may have its effect until then.
const CallWithin = 10 * time.Second

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
			alsoSystem(kindOf(KindFlagOff, "A feature flag was ordered off", func(s *State, e journal.Entry, d FlagSwitched) string { return applySwitched(s, e, d, false) },
				func(_ *State, d FlagSwitched) string { return withReason("turns the flag "+d.Flag+" off", d.Reason) })),
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
	return nil
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

// maySwitchOn: a flag goes on after T-0 with a GO, or to undo what a rollback did.
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
	case back.Running():
		return no("a rollback is under way", "let it end first")
	case back.Open():
		return no("a rollback is requested: "+back.ID, "decide about it first: rollback.approve, rollback.veto, rollback.withdraw")
	case s.rolledBack():
		return r.changedDocs()
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
	if sw := r.s.Switches[id]; sw != nil && sw.On == (kind == KindFlagOn) && r.s.switching(id, sw, r.now) {
		return nil, no("the flag "+id+" is being switched already, since "+sw.At.UTC().Format("15:04:05"), "see what becomes of it")
	}
	return []Event{{Kind: kind, Data: FlagSwitched{Flag: id, Attempt: r.s.nextSwitch(id), Reason: r.args["reason"]}}}, nil
}

func (s *State) nextSwitch(flag string) int {
	if sw := s.Switches[flag]; sw != nil {
		return sw.Attempt + 1
	}
	return 1
}

// switching reports whether an order is being carried out, so that the same once more says nothing new. What is not known
// when the write's time is over can be ordered again: of the same value, that is harmless.
func (s *State) switching(flag string, sw *Switch, now time.Time) bool {
	c := s.newestCall(FlagStep, flag)
	if c == nil || c.Attempt < sw.Attempt {
		return now.Sub(sw.At) <= CallWithin && (!sw.On || s.orderStands(sw))
	}
	return !c.DryRun && c.Unknown() && !now.After(c.LastComing())
}

// orderStands reports whether nothing has come since somebody ordered a flag on that they did not know of: it goes on
// only as long as it could be ordered still.
func (s *State) orderStands(sw *Switch) bool {
	since := func(m *Mark) bool { return m != nil && m.Seq > sw.Seq }
	for _, b := range s.Rollbacks {
		if since(&b.Requested) {
			return false
		}
	}
	switch {
	case s.Clock.recycledSeq > sw.Seq, s.Clock.Scrub != nil, s.Clock.Hold != nil && s.Clock.Hold.Seq > sw.Seq:
		return false
	}
	return len(s.Unreviewed) == 0 && (s.rolledBack() || s.GoInForce())
}

func applySwitched(s *State, e journal.Entry, d FlagSwitched, on bool) string {
	if _, bound := s.File.Flags[d.Flag]; !bound {
		return "the launch file has no flag of this name"
	}
	switch at, armed := s.AutoOff(); {
	case e.Actor.Auth == journal.AuthSystem && (on || armed == "" || e.At.Before(at)):
		return "nothing that is armed asks for it"
	case e.Actor.Auth != journal.AuthSystem && !s.spokenBy(e, s.authorities()...):
		return "who ordered it may not"
	case on && s.rolled() == nil && e.At.Before(s.Clock.T0):
		return "T-0 is still to come"
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
