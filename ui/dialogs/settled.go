package dialogs

import (
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

// settledAlready says that what an action would do is done, or can no longer be done, and by whose word; "": it is open.
func settledAlready(n names, action string, args map[string]string) string {
	s := n.screen
	switch action {
	case "item.check", "item.waive":
		if _, it := n.item(args["id"]); it != nil && it.State != launch.ItemOpen {
			word := string(it.State)
			if it.By != nil {
				word += " " + by(it.By)
			}
			return it.Text + " was " + word
		}
	case "section.sign-off":
		if sec := n.section(args["id"]); sec != nil && sec.Signed != nil {
			return sec.Title + " was signed off " + by(sec.Signed)
		}
	case "poll.vote", "poll.decide":
		if s.Poll.State != "open" {
			return "the go/no-go is " + s.Poll.State + decided(n)
		}
	case "poll.open":
		if s.Poll.State == "open" {
			return "the go/no-go is open"
		}
	case "clock.hold":
		if s.Clock.HeldAt != nil {
			return "the clock is held" + reason(s.Clock.HoldReason)
		}
	case "clock.resume":
		if s.Clock.HeldAt == nil {
			return "the clock runs"
		}
	case "clock.scrub":
		if s.Clock.Scrubbed {
			return "the launch is scrubbed"
		}
	case "step.start":
		if st := n.step(args["id"]); st != nil && st.State != launch.StepWaiting {
			return "step " + st.Title + " is " + string(st.State)
		}
	case "step.retry", "step.resolve", "step.undo", "step.confirm":
		return stepSettled(n, action, args)
	case "rollback.request":
		if r := s.CurrentRequest(); r.Open() || r.Running() {
			return "the rollback " + r.ID + " is " + r.State + ", requested " + by(r.Requested)
		}
	case "rollback.approve", "rollback.veto", "rollback.withdraw", "rollback.raise":
		return answered(n, action, args["id"])
	case "trigger.disarm":
		if s.Armed == nil {
			return "no trigger is armed"
		}
	case "trigger.acknowledge", "trigger.clear", "trigger.declare":
		return triggerSettled(n.trigger(args["id"]), action)
	case "alarm.silence":
		if m := n.monitor(args["monitor"]); m != nil && m.Silenced != nil {
			return m.Name + " was silenced " + by(m.Silenced) + silentTill(m.SilentTill)
		}
	}
	return ""
}

// triggerSettled says that a trigger has come where an action would bring it, or past that.
func triggerSettled(t *screen.Trigger, action string) string {
	if t == nil {
		return ""
	}
	switch {
	case action == "trigger.declare" && t.InForce() && t.Fired != nil:
		return t.Title + " is in force already, " + by(t.Fired)
	case action == "trigger.declare":
	case t.State == screen.TriggerAcknowledged && action == "trigger.acknowledge" && t.Acknowledged != nil:
		return t.Title + " was acknowledged " + by(t.Acknowledged)
	case t.InForce():
	case t.Cleared != nil:
		return t.Title + " was cleared " + by(t.Cleared)
	default:
		return t.Title + " is not in force"
	}
	return ""
}

func silentTill(until *time.Time) string {
	if until == nil {
		return ""
	}
	return ", until " + until.UTC().Format("15:04")
}

func decided(n names) string {
	if d := n.screen.Poll.Decided; d != nil {
		return ", decided " + by(d)
	}
	return ""
}

func reason(r string) string {
	if r == "" {
		return ""
	}
	return ": " + r
}
