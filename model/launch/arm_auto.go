package launch

import (
	"time"

	"tminus/model/journal"
)

// AutoOffAfter is how long the countdown is visible before an armed trigger turns the flag off.
const AutoOffAfter = 60 * time.Second

// AutoOff is when the main flag goes off by itself, and which armed trigger brings it; zero: nothing does. Its data fired the
// trigger after it was armed, so one that stood then, for whatever reason, had to clear first; the sequence had begun; and
// nobody has switched the flag since, nor is a rollback on its way that turns it off. Acknowledging stops nothing, disarming
// does. A room that was opened meanwhile counts from there: nobody could see the countdown before.
func (s *State) AutoOff() (at time.Time, trigger string) {
	if len(s.Armed) == 0 || s.Closed != nil {
		return time.Time{}, ""
	}
	flag, _, bound := s.mainFlag()
	if !bound {
		return time.Time{}, ""
	}
	for _, t := range s.Runbook.Triggers {
		armed, is := s.Armed[t.ID]
		fired := s.Triggers[t.ID]
		if !is || !fired.InForce() || fired.ByData == nil || !fired.Began || fired.Fired.Seq < armed.Seq || s.switchedSince(flag, fired.ByData.Seq) {
			continue
		}
		from := fired.ByData.At
		if s.Opened.After(from) {
			from = s.Opened
		}
		if due := from.Add(AutoOffAfter); at.IsZero() || due.Before(at) {
			at, trigger = due, t.ID
		}
	}
	return at, trigger
}

// switchedSince reports whether somebody has taken the flag into their hands since an entry: by an order, in either
// direction, or by a rollback that turns it off.
func (s *State) switchedSince(flag string, seq int64) bool {
	if sw := s.Switches[flag]; sw != nil && sw.Seq > seq {
		return true
	}
	b := s.rolled()
	if b == nil || b.Authorized.Seq < seq || b.Completed != nil && b.Outcome != RollbackDone {
		return false
	}
	for _, p := range b.Plan.Steps {
		if st := s.rollbackStep(p.ID); st != nil && st.Kind == "flag" {
			return true
		}
	}
	return false
}

// autoOffDue is the order that an armed trigger gives once its countdown has run out.
func (s *State) autoOffDue(now time.Time) []Event {
	at, id := s.AutoOff()
	if id == "" || now.Before(at) {
		return nil
	}
	flag, _, _ := s.mainFlag()
	return []Event{{Kind: KindFlagOff, Data: FlagSwitched{Flag: flag, Attempt: s.nextSwitch(flag), Trigger: id, Reason: "armed trigger " + s.triggerTitle(id) + " fired"}}}
}

// disarmers are who can stop a countdown: whoever may authorise any rollback.
func (s *State) disarmers() []string {
	roles := s.authorities()
	for _, priority := range []string{"high", "normal"} {
		roles = append(roles, s.Runbook.Rollback.Authorization[priority].Roles...)
	}
	return s.orFacilitator(roles)
}

func applyArmed(s *State, e journal.Entry, d TriggersArmed, armed bool) string {
	roles := s.disarmers()
	if armed {
		roles = s.authorities()
	}
	if !s.spokenBy(e, roles...) || d.For != "" {
		return "who did it may not"
	}
	if _, _, bound := s.mainFlag(); armed && !bound {
		return "there is no main flag"
	}
	for _, id := range d.Triggers {
		if t := s.Runbook.Trigger(id); armed && (t == nil || t.When == "") {
			return "that is no trigger over a metric: " + short(id)
		}
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
