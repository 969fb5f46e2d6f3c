package room

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
)

// awaitLimit is how long a command waits for the calls that it led to. People and recovery are not waited for.
const (
	awaitLimit = 15 * time.Second
	awaitAgain = 250 * time.Millisecond
)

// carry decides and journals a command, and begins what it leads to. It runs on the room's goroutine and returns the calls
// that the command has led to.
func (d *Door) carry(c launch.Command) (result launch.Result, begun []*job, err error) {
	r := d.room
	if err = r.disguised(d.who); err == nil {
		r.exec.begun = nil
		result, err = r.do(d.who, c)
	}
	r.judge(r.now()) // a value or a baseline may be another
	r.pace()
	r.work()
	if err == nil {
		r.pending(c, &result)
		if leads(c.Action) {
			begun = r.exec.begun
		}
	}
	r.exec.begun = nil
	r.refresh()
	return result, begun, err
}

// leads reports whether an action may lead to calls whose outcome its caller wants to know.
func leads(action string) bool {
	noun, _, _ := strings.Cut(action, ".")
	return noun == "flag" || noun == "rollback" || noun == "step"
}

// pending says what else comes of a command: that a rollback needs more people, that a program is asked to end.
func (r *Room) pending(c launch.Command, result *launch.Result) {
	switch c.Action {
	case "step.abort":
		if n := len(r.state.RunningOf(c.Args["id"])); n > 0 {
			result.Message += "; its program is asked to end"
		}
		return
	case "launch.close":
		r.waitsToClose(result)
		return
	case "rollback.request", "rollback.approve", "rollback.raise":
	default:
		return
	}
	b := r.state.CurrentRollback()
	if b != nil && c.Action == "rollback.request" && len(b.Trouble) > 0 {
		result.Message += "; the plan is not whole: " + strings.Join(b.Trouble, "; ")
	}
	if !b.Open() {
		return
	}
	result.Waiting = true
	more := "1 more approval"
	if n := r.state.Judge(b, r.now()).Missing; n != 1 {
		more = fmt.Sprintf("%d more approvals", n)
	}
	result.Message += fmt.Sprintf("; it needs %s, of %s: tminus approve %s", more, r.state.MayApprove(b, r.now()), b.ID)
}

// waitsToClose says whose agreement a closing still needs.
func (r *Room) waitsToClose(result *launch.Result) {
	if r.state.Closed != nil {
		result.Message = "the launch is closed: " + r.state.ClosedAs.Outcome
		return
	}
	result.Waiting = true
	var names []string
	for _, role := range r.state.Closure(r.now()).Missing {
		names = append(names, r.state.Runbook.RoleTitle(role))
	}
	result.Message += "; it waits for " + strings.Join(names, " and ") + ": tminus do launch.close reason=…"
}

// await waits until it is known what became of the calls that a command led to, and tells it.
func (d *Door) await(ctx context.Context, begun []*job, result *launch.Result) {
	if len(begun) == 0 {
		return
	}
	short, cancel := context.WithTimeout(ctx, awaitLimit)
	defer cancel()
	for _, j := range begun {
		select {
		case <-j.done:
		case <-short.Done():
		case <-d.room.done:
		}
	}
	for d.unknown(short, begun) { // the look that follows may tell
		select {
		case <-time.After(awaitAgain):
		case <-short.Done():
		}
	}
	// The caller may be gone; the command is carried out all the same, so that nothing here is an error.
	told := d.room.in(context.WithoutCancel(ctx), func() {
		for _, j := range begun {
			text, failed := d.room.outcomeOf(j.work.Call)
			result.Message += "; " + text
			result.Failed = result.Failed || failed
		}
	})
	if told != nil {
		result.Message += "; the room closed before it was known what became of it"
	}
}

// unknown reports whether the outcome of one of the calls is unknown, and may become known while ctx lasts.
func (d *Door) unknown(ctx context.Context, begun []*job) (unknown bool) {
	err := d.room.in(ctx, func() {
		for _, j := range begun {
			c := d.room.state.Calls[j.work.Call.ID]
			unknown = unknown || c != nil && c.Returned != nil && c.Unknown()
		}
	})
	return unknown && err == nil && ctx.Err() == nil
}

// outcomeOf tells in a line what is known of a call.
func (r *Room) outcomeOf(c launch.Call) (text string, failed bool) {
	s := r.state.Calls[c.ID]
	switch {
	case s == nil && r.blocked != "":
		return c.Op + " was not sent, since the journal cannot be written: " + r.blocked + "; by hand: " + c.AWSLine(), true
	case s == nil:
		return c.Op + " is still being prepared", false
	case s.DryRun:
		return "dry run, nothing was sent: " + c.AWSLine(), false
	case s.Happened():
		text = c.Op + ": ok"
		for _, key := range []string{"version", "deployment", "pid"} {
			if v := s.Result()[key]; v != "" {
				text += ", " + key + " " + v
			}
		}
		return text, false
	case s.Refused():
		return c.Op + ": " + refusedAs(s) + ": " + reasonOf(s), true
	case s.Returned != nil:
		return c.Op + ": unknown, it is being looked for: " + reasonOf(s), true
	}
	return c.Op + " has not come back yet", false
}

// refusedAs is the word for how it is known that a call did not happen.
func refusedAs(s *launch.CallState) string {
	if s.Returned != nil && s.Returned.Outcome != launch.OutcomeUnknown {
		return s.Returned.Outcome
	}
	return "it did not happen"
}

// needsRoom refuses in a room for one command what would be done outside: nobody is there to do it, and the next room would
// do it by itself, whenever that opens.
func (r *Room) needsRoom(events []launch.Event) error {
	if !r.cfg.Transient {
		return nil
	}
	for _, ev := range events {
		if r.outside(ev) {
			return &launch.Refusal{Message: "this acts outside, and no room is open that could", Hint: "open it first: tminus run, or tminus attach " + r.state.Name}
		}
	}
	return nil
}

// outside reports whether an event has something done outside.
func (r *Room) outside(ev launch.Event) bool {
	switch d := ev.Data.(type) {
	case launch.FlagSwitched, launch.StepUndone, launch.DeliveryRetried:
		return true
	case launch.UpdateSent:
		return len(d.Channels) > len(d.ByHand) && r.state.Mode == launch.Live
	case launch.PageSent:
		return d.Channel == launch.Pager && r.state.Mode == launch.Live
	case launch.RollbackWord:
		return ev.Kind == launch.KindRollbackAuthorized
	case launch.StepChanged:
		return (ev.Kind == "step.started" || ev.Kind == "step.retried") && r.acts(d.ID)
	case launch.Confirmed:
		return ev.Kind == "step.confirmed" && r.acts(d.ID)
	}
	return false
}

// acts reports whether something of a step is done or checked by the room.
func (r *Room) acts(id string) bool {
	for back, steps := range map[bool][]runbook.Step{false: r.state.Runbook.Sequence.Steps, true: r.state.Runbook.Rollback.Steps} {
		for i := range steps {
			if steps[i].ID != id {
				continue
			}
			for _, p := range r.state.PartsOf(&steps[i], back, nil) {
				if p.By != launch.ByHand {
					return true
				}
			}
		}
	}
	return false
}
