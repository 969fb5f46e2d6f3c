package launch

import (
	"fmt"
	"time"

	"tminus/model/monitor"
	"tminus/model/runbook"
)

// The kinds by which data fire and clear a trigger; people also clear what was declared.
const (
	KindTriggerFired   = "trigger.fired"
	KindTriggerCleared = "trigger.cleared"
)

// Why a trigger was cleared.
const (
	ClearedRecovered = "recovered" // three good points in a row
	ClearedRevised   = "revised"   // its points were corrected, so that it never fired
	ClearedWithdrawn = "withdrawn" // a person took their declaration back
)

// What a trigger proposes.
const (
	ProposesHold     = "hold"
	ProposesRollback = "rollback"
)

// TriggerState is where a rollback trigger stands. Pending is never journaled.
type TriggerState string

// The trigger states; the zero value is quiet.
const (
	TriggerStateQuiet        TriggerState = ""
	TriggerStatePending      TriggerState = "pending"
	TriggerStateFired        TriggerState = "fired"
	TriggerStateAcknowledged TriggerState = "acknowledged"
	TriggerStateCleared      TriggerState = "cleared"
)

// Trigger is a rollback trigger that fired or was declared at least once.
type Trigger struct {
	State        TriggerState    // fired, acknowledged or cleared
	Fired        Mark            // who declared it and why, or when the room saw it fire
	Declared     bool            // by a person, who also clears it; else data do both
	Proposes     string          // "hold" or "rollback", as it stood when it fired
	Points       []monitor.Point // evidence: the very points; none where it was declared
	ByData       *Mark           // when data first fired it while it stood; nil: they did not
	Began        bool            // the deployment sequence had begun by then
	Acknowledged *Mark
	Cleared      *Mark // its Reason says why: recovered, revised, or withdrawn and a person's words
}

// InForce reports whether the trigger stands: fired or acknowledged and not cleared.
func (t *Trigger) InForce() bool {
	return t != nil && (t.State == TriggerStateFired || t.State == TriggerStateAcknowledged)
}

// TriggerFired is the data of trigger.fired: a trigger's rule was broken for long enough.
type TriggerFired struct {
	Trigger  string          `json:"trigger"`
	Monitor  string          `json:"monitor"`
	Rule     string          `json:"rule"`     // "> 1% for 5m"
	Priority string          `json:"priority"` // high, normal
	Proposes string          `json:"proposes"` // hold, rollback
	Points   []monitor.Point `json:"points"`   // evidence: the very points
	Unit     string          `json:"unit,omitempty"`
}

// TriggerDeclared is the data of trigger.declared: a person says what no monitor sees, or sees it sooner.
type TriggerDeclared struct {
	Trigger  string `json:"trigger"`
	Priority string `json:"priority"`
	Proposes string `json:"proposes"`
	Reason   string `json:"reason"`
	By
}

// TriggerAcknowledged is the data of trigger.acknowledged: somebody has seen it and is at work.
type TriggerAcknowledged struct {
	Trigger string `json:"trigger"`
	Reason  string `json:"reason,omitempty"`
	By
}

// TriggerCleared is the data of trigger.cleared.
type TriggerCleared struct {
	Trigger string          `json:"trigger"`
	Why     string          `json:"why"`              // recovered, revised, withdrawn
	Points  []monitor.Point `json:"points,omitempty"` // the good points
	Reason  string          `json:"reason,omitempty"` // a person's
	By
}

func triggerTable() ([]ActionSpec, []KindSpec) {
	id := ArgInfo{Name: "id", Help: "the trigger", Required: true}
	reason := func(help string, required bool) ArgInfo {
		return ArgInfo{Name: "reason", Help: help, Required: required}
	}
	of := func(want func(*request, *runbook.Trigger) bool) map[string]func(*request) []string {
		return map[string]func(*request) []string{"id": func(r *request) []string { return r.triggers(want) }}
	}
	return []ActionSpec{
			{Name: "trigger.declare", Title: "Declare a rollback trigger", Kind: "trigger.declared", Scrubbed: true,
				Args:    []ArgInfo{id, reason("what you see", true)},
				choices: of(func(r *request, t *runbook.Trigger) bool { return !r.s.Triggers[t.ID].InForce() }),
				open:    holdsARole, none: "every trigger has fired already", decide: decideDeclare},
			{Name: "trigger.acknowledge", Title: "Acknowledge a fired trigger", Kind: "trigger.acknowledged", Scrubbed: true,
				Args: []ArgInfo{id, reason("what is being done", false)}, choices: of((*request).acknowledgeable),
				open: holdsARole, none: "no trigger waits to be acknowledged", decide: decideAcknowledge},
			{Name: "trigger.clear", Title: "Clear a declared trigger", Kind: KindTriggerCleared, Scrubbed: true,
				Args: []ArgInfo{id, reason("why it no longer holds", true)}, choices: of((*request).clearable),
				none: "no declared trigger is yours to clear", decide: decideClear},
		}, []KindSpec{
			kindOf(KindTriggerFired, "A rollback trigger fired", applyFired, describeFired),
			kindOf("trigger.declared", "A rollback trigger was declared", applyDeclared, func(s *State, d TriggerDeclared) string {
				return withReason("declared "+s.triggerTitle(d.Trigger)+", which proposes a "+orName(d.Proposes, "decision"), d.Reason)
			}),
			kindOf("trigger.acknowledged", "A fired trigger was acknowledged", applyAcknowledged, func(s *State, d TriggerAcknowledged) string {
				return withReason("acknowledged "+s.triggerTitle(d.Trigger), d.Reason)
			}),
			alsoSystem(kindOf(KindTriggerCleared, "A fired trigger was cleared", applyCleared, describeCleared)),
		}
}

func describeFired(s *State, d TriggerFired) string {
	text := s.triggerTitle(d.Trigger) + " fired"
	if n := len(d.Points); n > 0 {
		text += fmt.Sprintf(" on %s, the newest %s", count(n, "point", "points"), measure(d.Points[n-1].Value, d.Unit))
	}
	return text + "; it proposes a " + orName(d.Proposes, "decision")
}

func describeCleared(s *State, d TriggerCleared) string {
	title := s.triggerTitle(d.Trigger)
	switch d.Why {
	case ClearedRecovered:
		return withReason(title+" cleared: its monitor has recovered", d.Reason)
	case ClearedRevised:
		return withReason(title+" cleared: its points were revised, it never fired", d.Reason)
	}
	return withReason("cleared "+title, d.Reason)
}

// TriggerProposes is what a trigger that fires now asks for: a hold before the deployment sequence has begun, afterwards a
// rollback.
func (s *State) TriggerProposes(time.Time) string {
	if s.sequenceBegun() {
		return ProposesRollback
	}
	return ProposesHold
}

// holdsARole: whoever has a part in the launch may raise the alarm, and answer it.
func holdsARole(r *request) *Refusal {
	if len(r.roles) > 0 {
		return nil
	}
	return no("only who holds a role in this launch declares or acknowledges triggers", "tell one of them, or take a role over: role.take")
}

func (r *request) triggers(want func(*request, *runbook.Trigger) bool) []string {
	var ids []string
	for i := range r.s.Runbook.Triggers {
		if t := &r.s.Runbook.Triggers[i]; want(r, t) {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

func (r *request) acknowledgeable(t *runbook.Trigger) bool {
	is := r.s.Triggers[t.ID]
	return is != nil && is.State == TriggerStateFired
}

func (r *request) clearable(t *runbook.Trigger) bool {
	is := r.s.Triggers[t.ID]
	return is.InForce() && is.Declared && r.mayClear(is)
}

// mayClear: a declaration is taken back by who made it, or by an authority.
func (r *request) mayClear(is *Trigger) bool {
	return is.Fired.User == r.user || r.may(r.s.authorities()...)
}

// trigger is the trigger of the request and its record, nil where it has none.
func (r *request) trigger() (*runbook.Trigger, *Trigger, *Refusal) {
	t := r.s.Runbook.Trigger(r.args["id"])
	if t == nil {
		return nil, nil, r.unknown("id", "trigger", r.triggers(func(*request, *runbook.Trigger) bool { return true }))
	}
	return t, r.s.Triggers[t.ID], nil
}

func decideDeclare(r *request) ([]Event, *Refusal) {
	t, is, refusal := r.trigger()
	if refusal != nil {
		return nil, refusal
	}
	if is.InForce() {
		hint := "add what you see in a note: note.add"
		if is.State == TriggerStateFired {
			hint = "acknowledge it: trigger.acknowledge id=" + t.ID
		}
		return nil, no(fmt.Sprintf("%s is in force already, since %s", r.s.triggerTitle(t.ID), is.Fired.At.UTC().Format("15:04:05")), hint)
	}
	return []Event{{Kind: "trigger.declared", Data: TriggerDeclared{
		Trigger: t.ID, Priority: t.Priority, Proposes: r.s.TriggerProposes(r.now), Reason: r.args["reason"], By: r.by,
	}}}, nil
}

func decideAcknowledge(r *request) ([]Event, *Refusal) {
	t, is, refusal := r.trigger()
	switch {
	case refusal != nil:
		return nil, refusal
	case !is.InForce():
		return nil, no(r.s.triggerTitle(t.ID)+" is not in force", "what you see yourself is declared: trigger.declare id="+t.ID)
	case is.Acknowledged != nil:
		return nil, no(r.s.triggerTitle(t.ID)+" was acknowledged by "+is.Acknowledged.User, "add what you see in a note: note.add")
	}
	return []Event{{Kind: "trigger.acknowledged", Data: TriggerAcknowledged{Trigger: t.ID, Reason: r.args["reason"], By: r.by}}}, nil
}

func decideClear(r *request) ([]Event, *Refusal) {
	t, is, refusal := r.trigger()
	switch {
	case refusal != nil:
		return nil, refusal
	case !is.InForce():
		return nil, no(r.s.triggerTitle(t.ID)+" is not in force", "")
	case !is.Declared:
		return nil, no(r.s.triggerTitle(t.ID)+" fired by its data and clears by them, after three good points in a row",
			"acknowledge it: trigger.acknowledge id="+t.ID+"; if the data are wrong, say so in a note")
	case !r.mayClear(is):
		return nil, no(r.s.triggerTitle(t.ID)+" was declared by "+is.Fired.User,
			"it is cleared by "+is.Fired.User+", "+r.s.roleTitles(r.s.authorities(), "or"))
	}
	return []Event{{Kind: KindTriggerCleared, Data: TriggerCleared{Trigger: t.ID, Why: ClearedWithdrawn, Reason: r.args["reason"], By: r.by}}}, nil
}
