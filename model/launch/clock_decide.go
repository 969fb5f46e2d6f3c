package launch

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/runbook"
)

// running refuses what only the first four phases know.
func (r *request) running(what string) *Refusal {
	switch phase := r.s.PhaseAt(r.now); phase {
	case Planning, GoNoGo, Countdown, Launching:
		return nil
	case Scrubbed:
		return no("the launch was scrubbed; "+what, "go back to an earlier mark first: clock.recycle")
	default:
		return no(fmt.Sprintf("the launch is %s; %s", phase, what), "write what happens in a note")
	}
}

func mayHold(r *request) *Refusal {
	if refusal := r.running("there is no countdown to hold"); refusal != nil {
		return refusal
	}
	if h := r.s.Clock.Hold; h != nil {
		return no(fmt.Sprintf("the clock is held already, by %s at %s", h.User, h.At.UTC().Format("15:04:05")), "clock.resume lets it go on")
	}
	if len(r.roles) == 0 {
		return no("only who holds a role in this launch holds its clock", "tell one of them, or take a role over: role.take")
	}
	return nil
}

func decideHold(r *request) ([]Event, *Refusal) {
	return []Event{{Kind: "clock.held", Data: ClockHeld{At: r.now, Reason: r.args["reason"]}}}, nil
}

// needsGo refuses to start a clock that would hold itself at once.
func (r *request) needsGo(t0 time.Time) *Refusal {
	mark := r.s.lastMark()
	if r.s.GoInForce() || r.s.Clock.Late && !t0.After(r.now) || mark.Time(t0).After(r.now) {
		return nil
	}
	return no(fmt.Sprintf("there is no GO, and without one the clock holds itself at %s", mark), "poll first (poll.open, poll.vote, poll.decide), or go back: clock.recycle to=T-15m")
}

func maySet(r *request) *Refusal {
	if refusal := r.running("T-0 is past"); refusal != nil {
		return refusal
	}
	if r.s.sequenceBegun() {
		return no("the deployment sequence has begun; T-0 cannot be moved", "hold the clock, and recycle from there")
	}
	return r.must("T-0", r.s.commanders()...)
}

func decideSet(r *request) ([]Event, *Refusal) {
	t0, refusal := r.instant("t0")
	if refusal != nil {
		return nil, refusal
	}
	switch {
	case !t0.After(r.now):
		return nil, no(instant(t0)+" has passed; T-0 lies in the future", "give an instant to come, or a time from now such as +15m")
	case t0.After(r.now.AddDate(10, 0, 0)):
		return nil, no(instant(t0)+" is more than ten years away", "")
	case t0.Equal(r.s.Clock.T0) && r.s.Clock.Hold == nil:
		return nil, no("T-0 is "+instant(t0)+" already", "")
	}
	if refusal := r.needsGo(t0); refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "clock.set", Data: ClockSet{T0: t0, Before: r.s.Clock.T0, Reason: r.args["reason"]}}}, nil
}

// instant reads an RFC 3339 instant, or +15m: a time from now.
func (r *request) instant(arg string) (time.Time, *Refusal) {
	v := r.args[arg]
	if rest, ok := strings.CutPrefix(v, "+"); ok {
		if d, err := runbook.ParseDuration(rest); err == nil {
			return r.now.Add(time.Duration(d)).Truncate(time.Second), nil
		}
	} else if t, err := time.Parse(time.RFC3339, v); err == nil && t.UTC().Year() > 0 && t.UTC().Year() < 10000 {
		return t.UTC(), nil
	}
	return time.Time{}, usage("%s=%s is no instant; expected one such as 2026-11-24T10:00:00Z, or a time from now such as +15m", arg, short(v))
}

func mayRecycle(r *request) *Refusal {
	if r.s.CurrentRollback().Running() {
		return no("a rollback is under way", "let it end first")
	}
	if r.s.Clock.Hold == nil && r.s.Clock.Scrub == nil && !r.s.rolledBack() {
		return no("only a held, scrubbed or rolled-back launch goes back to an earlier mark", "hold the clock first: clock.hold")
	}
	return r.must("the clock", r.s.commanders()...)
}

// recycleMarks are the marks that leave time for the new poll that a recycle needs.
func (s *State) recycleMarks() []string {
	var marks []runbook.Mark
	add := func(m runbook.Mark) {
		if m < s.lastMark() && !slices.Contains(marks, m) {
			marks = append(marks, m)
		}
	}
	add(s.Runbook.GoNoGo.At)
	for _, m := range s.Runbook.Sequence.Marks {
		add(m.At)
	}
	slices.Sort(marks)
	var names []string
	for _, m := range marks {
		names = append(names, m.String())
	}
	return names
}

func decideRecycle(r *request) ([]Event, *Refusal) {
	to, err := runbook.ParseMark(r.args["to"])
	if err != nil {
		return nil, usage("to=%s is no mark; %s", short(r.args["to"]), listed(r.args["to"], r.s.recycleMarks()))
	}
	if last := r.s.lastMark(); to >= last {
		return nil, no(fmt.Sprintf("%s is too late: a recycle needs a new poll, and without a GO the clock holds itself at %s", to, last),
			"go back to "+join(r.s.recycleMarks(), "or"))
	}
	t0 := r.now.Add(-time.Duration(to)).Truncate(time.Second)
	return []Event{{Kind: "clock.recycled", Data: ClockRecycled{To: to, T0: t0, Reason: r.args["reason"]}}}, nil
}

func mayScrub(r *request) *Refusal {
	if refusal := r.running("it cannot be called off any more"); refusal != nil {
		return refusal
	}
	return r.must("a scrub", slices.Concat(r.s.commanders(), r.s.Runbook.GoNoGo.Approvals)...)
}

func decideScrub(r *request) ([]Event, *Refusal) {
	return []Event{{Kind: "clock.scrubbed", Data: ClockScrubbed{Reason: r.args["reason"]}}}, nil
}
