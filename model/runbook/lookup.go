package runbook

import "strings"

// AllTeams stands for everybody where the seed says "All Teams"; it is no role.
const AllTeams = "all"

// TaskRef is a task or deliverable with its place in the timeline.
type TaskRef struct {
	ID          string
	Text        string
	Role        string // role id
	At          Mark
	Deliverable bool
}

// ActionRef is an action with its place in the runbook.
type ActionRef struct {
	ID    string
	Text  string
	Owner string // role id, AllTeams, or empty where nobody is named
	In    string // id of the mark, step, handoff team or guidance group; "afterwards" or "closure"
}

// Cell is one role's letters for an activity of the RACI matrix.
type Cell struct {
	Role    string // role id
	Letters string // "R", "A", "R/A", "C" or "I"
}

// Role returns the role, or nil.
func (rb *Runbook) Role(id string) *Role {
	return find(rb.Roles, id, func(r *Role) string { return r.ID })
}

// RoleTitle returns the role's title for people: "All Teams" for AllTeams, the id itself where there is no such role.
func (rb *Runbook) RoleTitle(id string) string {
	if id == AllTeams {
		return "All Teams"
	}
	if r := rb.Role(id); r != nil {
		return r.Title
	}
	return id
}

// RoleShort returns the role's short form for narrow columns: "All" for AllTeams, the id itself where there is no such
// role.
func (rb *Runbook) RoleShort(id string) string {
	if id == AllTeams {
		return "All"
	}
	if r := rb.Role(id); r != nil {
		return r.Short
	}
	return id
}

// Sections returns every checklist section in the runbook's order.
func (rb *Runbook) Sections() []*Section {
	var all []*Section
	for a := range rb.Checklists {
		for s := range rb.Checklists[a].Sections {
			all = append(all, &rb.Checklists[a].Sections[s])
		}
	}
	return all
}

// Section returns the checklist section, or nil.
func (rb *Runbook) Section(id string) *Section {
	for a := range rb.Checklists {
		if s := find(rb.Checklists[a].Sections, id, func(s *Section) string { return s.ID }); s != nil {
			return s
		}
	}
	return nil
}

// Item returns the checklist item and its section, or nil and nil.
func (rb *Runbook) Item(id string) (*Section, *Item) {
	for _, s := range rb.Sections() {
		if i := find(s.Items, id, func(i *Item) string { return i.ID }); i != nil {
			return s, i
		}
	}
	return nil, nil
}

// Tasks returns the tasks and deliverables of the timeline in the runbook's order: those of a role on a day together,
// its tasks first.
func (rb *Runbook) Tasks() []TaskRef {
	var all []TaskRef
	for _, day := range rb.Timeline {
		for _, r := range day.Roles {
			for _, t := range r.Tasks {
				all = append(all, TaskRef{ID: t.ID, Text: t.Text, Role: r.Role, At: day.At})
			}
			for _, d := range r.Deliverables {
				all = append(all, TaskRef{ID: d.ID, Text: d.Text, Role: r.Role, At: day.At, Deliverable: true})
			}
		}
	}
	return all
}

// Task returns the task or deliverable.
func (rb *Runbook) Task(id string) (TaskRef, bool) {
	for _, t := range rb.Tasks() {
		if t.ID == id {
			return t, true
		}
	}
	return TaskRef{}, false
}

// Mark returns the named instant before T-0, or nil.
func (rb *Runbook) Mark(id string) *SequenceMark {
	return find(rb.Sequence.Marks, id, func(m *SequenceMark) string { return m.ID })
}

// Step returns the step of the deployment sequence or of the rollback, or nil.
func (rb *Runbook) Step(id string) *Step {
	byID := func(s *Step) string { return s.ID }
	if s := find(rb.Sequence.Steps, id, byID); s != nil {
		return s
	}
	return find(rb.Rollback.Steps, id, byID)
}

// IsRollback reports whether the id names a step of the rollback.
func (rb *Runbook) IsRollback(id string) bool {
	return find(rb.Rollback.Steps, id, func(s *Step) string { return s.ID }) != nil
}

// Verification returns the verification and the step it belongs to, or nil and nil.
func (rb *Runbook) Verification(id string) (*Step, *Verification) {
	for _, steps := range [][]Step{rb.Sequence.Steps, rb.Rollback.Steps} {
		for s := range steps {
			if v := find(steps[s].Verifications, id, func(v *Verification) string { return v.ID }); v != nil {
				return &steps[s], v
			}
		}
	}
	return nil, nil
}

// Actions returns every action of the runbook: of marks, steps, rollback steps, afterwards and closure, in this order.
func (rb *Runbook) Actions() []ActionRef {
	var all []ActionRef
	add := func(in, owner string, actions []Action) {
		for _, a := range actions {
			all = append(all, ActionRef{ID: a.ID, Text: a.Text, Owner: owner, In: in})
		}
	}
	for _, m := range rb.Sequence.Marks {
		add(m.ID, m.Owner, m.Actions)
	}
	for _, s := range rb.Sequence.Steps {
		add(s.ID, s.Owner, s.Actions)
	}
	for _, s := range rb.Rollback.Steps {
		add(s.ID, s.Owner, s.Actions)
	}
	for _, r := range rb.Rollback.Afterwards {
		add("afterwards", r.Role, r.Actions)
	}
	add("closure", rb.Closure.Owner, rb.Closure.Requirements)
	for _, t := range rb.Closure.Handoff {
		add(t.ID, t.Owner, t.Actions)
	}
	return all
}

// Action returns the action.
func (rb *Runbook) Action(id string) (ActionRef, bool) {
	for _, a := range rb.Actions() {
		if a.ID == id {
			return a, true
		}
	}
	return ActionRef{}, false
}

// Monitor returns the monitor, or nil.
func (rb *Runbook) Monitor(id string) *Monitor {
	return find(rb.Monitors, id, func(m *Monitor) string { return m.ID })
}

// Trigger returns the rollback trigger, or nil.
func (rb *Runbook) Trigger(id string) *Trigger {
	return find(rb.Triggers, id, func(t *Trigger) string { return t.ID })
}

// Resource returns the resource, or nil.
func (rb *Runbook) Resource(id string) *Resource {
	return find(rb.Resources, id, func(r *Resource) string { return r.ID })
}

// ContactGroup returns the line of escalation, or nil.
func (rb *Runbook) ContactGroup(id string) *ContactGroup {
	return find(rb.Contacts, id, func(c *ContactGroup) string { return c.ID })
}

// Severity returns the grade of defect, or nil.
func (rb *Runbook) Severity(id string) *Severity {
	return find(rb.Defects.Severities, id, func(s *Severity) string { return s.ID })
}

// Activity returns the row of the RACI matrix, or nil.
func (rb *Runbook) Activity(id string) *Activity {
	return find(rb.RACI, id, func(a *Activity) string { return a.ID })
}

// Cells returns the activity's cells in the order of the roles.
func (rb *Runbook) Cells(activity string) []Cell {
	a := rb.Activity(activity)
	if a == nil {
		return nil
	}
	var cells []Cell
	for _, r := range rb.Roles {
		if letters := a.Cells[r.ID]; letters != "" {
			cells = append(cells, Cell{Role: r.ID, Letters: letters})
		}
	}
	return cells
}

// Accountable returns the ids of the roles accountable for the activity: one in a valid runbook.
func (rb *Runbook) Accountable(activity string) []string { return rb.with(activity, "A") }

// Responsible returns the ids of the roles responsible for the activity.
func (rb *Runbook) Responsible(activity string) []string { return rb.with(activity, "R") }

func (rb *Runbook) with(activity, letter string) []string {
	var ids []string
	for _, c := range rb.Cells(activity) {
		if strings.Contains(c.Letters, letter) {
			ids = append(ids, c.Role)
		}
	}
	return ids
}

// find returns a pointer into the list, so that callers share what they may not change.
func find[T any](list []T, id string, idOf func(*T) string) *T {
	for i := range list {
		if idOf(&list[i]) == id {
			return &list[i]
		}
	}
	return nil
}
