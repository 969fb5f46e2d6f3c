package launch

import (
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/monitor"
)

func firedAt(id string, at time.Time, values ...float64) TriggerFired {
	d := TriggerFired{Trigger: id, Monitor: "error-rate", Rule: "> 1% for 5m", Priority: "high", Proposes: ProposesRollback, Unit: "%"}
	for i, v := range values {
		d.Points = append(d.Points, monitor.Point{At: at.Add(time.Duration(i-len(values)+1) * time.Minute), Value: v})
	}
	return d
}

func TestTriggersAreDeclared(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	l.refuse(true, "trigger.declare needs reason=…: what you see", "po", "trigger.declare", "id=incident")
	l.refuse(true, "id=fire is no trigger; expected errors-high, orders-fall, incident or revenue", "po", "trigger.declare", "id=fire", "reason=x")
	l.refuse(false, "bob is not one of this launch's people", "bob", "trigger.declare", "id=incident", "reason=x")
	l.refuse(true, `no argument "for"`, "po", "trigger.declare", "id=incident", "reason=x", "for=el", "via=voice")
	l.do("po", "trigger.declare", "id=incident", "reason=keys have leaked")
	is := l.s.Triggers["incident"]
	if is.State != TriggerStateFired || !is.Declared || is.Proposes != ProposesHold || is.Fired.User != "po" || is.Fired.Reason != "keys have leaked" {
		t.Fatalf("got %+v", is)
	}
	if got := l.told(); got != "declared Security incident, which proposes a hold: keys have leaked" {
		t.Error(got)
	}
	l.refuse(false, "Security incident is in force already, since 09:30:00; acknowledge it: trigger.acknowledge id=incident", "el", "trigger.declare", "id=incident", "reason=x")
	l.do("el", "trigger.acknowledge", "id=incident", "reason=on it")
	l.refuse(false, "in force already, since 09:30:00; add what you see in a note", "el", "trigger.declare", "id=incident", "reason=x")
	l.refuse(false, "was acknowledged by el", "pm", "trigger.acknowledge", "id=incident")
	l.refuse(false, "Revenue impact is not in force; what you see yourself is declared: trigger.declare id=revenue", "pm", "trigger.acknowledge", "id=revenue")
	if !is.InForce() || is.State != TriggerStateAcknowledged || is.Acknowledged.Reason != "on it" {
		t.Fatalf("got %+v", is)
	}
	// A person may see what the metric does not.
	l.do("pm", "trigger.declare", "id=errors-high", "reason=customers call")
	l.refold()
}

// Somebody listed without a role of their own may watch it happen.
func TestTriggersAreForRoleHolders(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	l.do("sec", "role.hand-over", "role=security-lead", "to=el")
	l.refuse(false, "only who holds a role in this launch declares or acknowledges triggers; tell one of them", "sec", "trigger.declare", "id=incident", "reason=x")
	l.do("el", "trigger.declare", "id=incident", "reason=x")
	l.refuse(false, "only who holds a role", "sec", "trigger.acknowledge", "id=incident")
}

func TestDeclaredTriggersAreCleared(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	l.refuse(false, "Security incident is not in force", "po", "trigger.clear", "id=incident", "reason=x")
	for _, c := range []struct {
		user string
		ok   bool
	}{{"po", true}, {"el", true}, {"em", true}, {"pm", false}, {"sec", false}} {
		l.do("po", "trigger.declare", "id=incident", "reason=keys have leaked")
		if !c.ok {
			l.refuse(false, "Security incident was declared by po; it is cleared by po, EL or EM", c.user, "trigger.clear", "id=incident", "reason=false alarm")
			l.do("po", "trigger.clear", "id=incident", "reason=false alarm")
			continue
		}
		l.do(c.user, "trigger.clear", "id=incident", "reason=false alarm")
		is := l.s.Triggers["incident"]
		if is.InForce() || is.State != TriggerStateCleared || is.Cleared.User != c.user || is.Cleared.Reason != "withdrawn: false alarm" || is.Fired.User != "po" {
			t.Fatalf("%s: %+v", c.user, is)
		}
		if got := l.told(); got != "cleared Security incident: false alarm" {
			t.Error(got)
		}
	}
	l.refold()
}

func TestTriggersFireAndClearByData(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	l.system(KindTriggerFired, firedAt("errors-high", l.now, 1.2, 1.3, 1.4))
	is := l.s.Triggers["errors-high"]
	if !is.InForce() || is.Declared || len(is.Points) != 3 || is.Proposes != ProposesRollback || is.Fired.Auth != journal.AuthSystem {
		t.Fatalf("got %+v", is)
	}
	if got := l.told(); got != "Error rate > 1% fired on 3 points, the newest 1.4 %; it proposes a rollback" {
		t.Error(got)
	}
	l.refuse(false, "fired by its data and clears by them, after three good points in a row; acknowledge it: trigger.acknowledge id=errors-high",
		"el", "trigger.clear", "id=errors-high", "reason=x")
	l.do("po", "trigger.acknowledge", "id=errors-high")
	l.now = l.now.Add(time.Minute)
	l.system(KindTriggerFired, firedAt("errors-high", l.now, 1.35, 9, 1.5)) // a revision, and one more
	if got := l.s.Triggers["errors-high"]; got.State != TriggerStateAcknowledged || len(got.Points) != 4 || got.Points[2].Value != 9 || got.Points[3].Value != 1.5 {
		t.Fatalf("more evidence: %+v", got)
	}
	l.system(KindTriggerCleared, TriggerCleared{Trigger: "errors-high", Why: ClearedRecovered})
	if got := l.told(); got != "Error rate > 1% cleared: its monitor has recovered" {
		t.Error(got)
	}
	old := l.s.Triggers["errors-high"]
	if old.InForce() || old.Cleared.Reason != ClearedRecovered || old.Acknowledged == nil {
		t.Fatalf("got %+v", old)
	}
	l.system(KindTriggerFired, firedAt("errors-high", l.now, 2))
	if again := l.s.Triggers["errors-high"]; again.State != TriggerStateFired || again.Acknowledged != nil || len(again.Points) != 1 || again.Fired.Seq == old.Fired.Seq {
		t.Fatalf("a new firing: %+v", again)
	}
	l.system(KindTriggerCleared, TriggerCleared{Trigger: "errors-high", Why: ClearedRevised})
	if got := l.told(); got != "Error rate > 1% cleared: its points were revised, it never fired" {
		t.Error(got)
	}
	l.refold()
}

func TestTriggerEntriesThatCannotBe(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-30*time.Minute))
	bad := func(change func(*TriggerFired)) TriggerFired {
		d := firedAt("errors-high", l.now, 2)
		change(&d)
		return d
	}
	l.odd(`no trigger "no"`, KindTriggerFired, bad(func(d *TriggerFired) { d.Trigger = "no" }))
	l.odd("people declare this trigger", KindTriggerFired, bad(func(d *TriggerFired) { d.Trigger = "incident" }))
	l.odd("on no point", KindTriggerFired, bad(func(d *TriggerFired) { d.Points = nil }))
	l.odd("still to come", KindTriggerFired, bad(func(d *TriggerFired) { d.Points[0].At = l.now.Add(time.Second) }))
	l.odd("nothing that a trigger proposes", KindTriggerFired, bad(func(d *TriggerFired) { d.Proposes = "panic" }))
	l.odd(`no trigger "no"`, "trigger.declared", TriggerDeclared{Trigger: "no", Proposes: ProposesHold})
	l.odd("nothing that a trigger proposes", "trigger.declared", TriggerDeclared{Trigger: "incident"})
	l.odd("no such trigger", "trigger.acknowledged", TriggerAcknowledged{Trigger: "no"})
	l.odd("no such trigger is in force", KindTriggerCleared, TriggerCleared{Trigger: "errors-high", Why: ClearedRecovered})
	l.put(journal.Actor{User: "el"}, "trigger.declared", TriggerDeclared{Trigger: "errors-high", Proposes: ProposesHold})
	l.odd("in force already", "trigger.declared", TriggerDeclared{Trigger: "errors-high", Proposes: ProposesHold})
	l.odd("what a person declared a person clears", KindTriggerCleared, TriggerCleared{Trigger: "errors-high", Why: ClearedRecovered})
	l.odd("no reason to clear", KindTriggerCleared, TriggerCleared{Trigger: "errors-high", Why: "boredom"})
	l.put(journal.Actor{User: "tminus"}, KindTriggerFired, firedAt("orders-fall", l.now, 2))
	l.odd("what data fired the data", KindTriggerCleared, TriggerCleared{Trigger: "orders-fall", Why: ClearedWithdrawn})
	l.refold()
}

// Before the first step a hold is enough; once something is out, it has to come back.
func TestWhatATriggerProposes(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-50*time.Minute))
	l.ready()
	l.giveGo()
	l.now = t0
	if got := l.s.TriggerProposes(l.now); got != ProposesHold {
		t.Fatal(got)
	}
	l.do("el", "step.start", "id=flag")
	if got := l.s.TriggerProposes(l.now); got != ProposesRollback {
		t.Fatal(got)
	}
	l.do("sec", "trigger.declare", "id=incident", "reason=x")
	if got := l.s.Triggers["incident"].Proposes; got != ProposesRollback {
		t.Fatal(got)
	}
}

// A scrubbed launch still has its alarms, and they can be answered.
func TestTriggersOfAScrubbedLaunch(t *testing.T) {
	l := newLaunch(t, Rehearsal, t0.Add(-50*time.Minute))
	l.do("el", "trigger.declare", "id=incident", "reason=x")
	l.do("el", "clock.scrub", "reason=x")
	l.do("po", "trigger.acknowledge", "id=incident")
	l.do("el", "trigger.clear", "id=incident", "reason=over")
	l.do("el", "alarm.silence", "monitor=network", "reason=called off")
	l.refuse(false, "was scrubbed", "el", "baseline.capture", "monitor=network", "value=1")
}
