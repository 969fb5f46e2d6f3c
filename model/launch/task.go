package launch

import (
	"fmt"
	"slices"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// Task is a dated task or a deliverable that is done; Reason holds its link, where one was given.
type Task struct{ Mark }

// TaskDone is the data of task.done and task.reopened, of tasks and deliverables alike.
type TaskDone struct {
	ID   string `json:"id"`
	Link string `json:"link,omitempty"` // where the deliverable is
	By
}

func taskTable() ([]ActionSpec, []KindSpec) {
	ids := func(done bool) map[string]func(*request) []string {
		return map[string]func(*request) []string{"id": func(r *request) []string { return r.tasks(done) }}
	}
	return []ActionSpec{
			{Name: "task.done", Title: "Mark a task or deliverable done", Kind: "task.done", Attest: "item", Scrubbed: true,
				Args:    []ArgInfo{{Name: "id", Help: "the task or deliverable", Required: true}, {Name: "link", Help: "where it is"}},
				choices: ids(false), none: "there is no open task that is yours", decide: decideTaskDone},
			{Name: "task.reopen", Title: "Open a task again", Kind: "task.reopened", Attest: "item", Scrubbed: true,
				Args:    []ArgInfo{{Name: "id", Help: "the task or deliverable that is not done after all", Required: true}},
				choices: ids(true), none: "no task of yours is done", decide: decideTaskReopen},
		}, []KindSpec{
			kindOf("task.done", "A task or deliverable was done", applyTaskDone, func(s *State, d TaskDone) string {
				return withReason("done: "+s.taskText(d.ID), d.Link)
			}),
			kindOf("task.reopened", "A task was opened again", applyTaskReopened, func(s *State, d TaskDone) string {
				return "opened again: " + s.taskText(d.ID)
			}),
		}
}

// tasksNow are the timeline's tasks, once a rollback has ended what each role does after it (seed 6.3), and what closes the
// launch (seed 7.2) once it can be closed. A recycle ends the countdown, not the aftermath: that stays open until the next
// rollback has ended.
func (s *State) tasksNow() []runbook.TaskRef {
	all := s.Runbook.Tasks()
	if s.lastEnded() != nil {
		all = append(all, s.afterwards()...)
	}
	return append(all, s.closureTasks()...)
}

// lastEnded is the newest rollback that has ended, whatever came after it; nil: there is none.
func (s *State) lastEnded() *Rollback {
	for i := len(s.Rollbacks) - 1; i >= 0; i-- {
		if s.Rollbacks[i].Completed != nil {
			return s.Rollbacks[i]
		}
	}
	return nil
}

// keepAfterwards leaves with the rollback before what was done after it: another one has ended, and all of it begins anew.
func (s *State) keepAfterwards() {
	before := s.lastEnded()
	for _, t := range s.afterwards() {
		if done := s.Tasks[t.ID]; done != nil && before != nil {
			if before.Afterwards == nil {
				before.Afterwards = map[string]*Task{}
			}
			before.Afterwards[t.ID] = done
		}
		delete(s.Tasks, t.ID)
	}
}

// Afterward is something that a role does after a rollback.
type Afterward struct {
	ID, Text, Role string
	Done           *Task // nil: open
}

// Afterwards lists what is to be done after the newest rollback that has ended; nil: none has.
func (s *State) Afterwards() []Afterward {
	if s.lastEnded() == nil {
		return nil
	}
	var all []Afterward
	for _, t := range s.afterwards() {
		all = append(all, Afterward{ID: t.ID, Text: t.Text, Role: t.Role, Done: s.Tasks[t.ID]})
	}
	return all
}

func (s *State) afterwards() []runbook.TaskRef {
	var all []runbook.TaskRef
	for _, r := range s.Runbook.Rollback.Afterwards {
		for _, a := range r.Actions {
			all = append(all, runbook.TaskRef{ID: a.ID, Text: a.Text, Role: r.Role})
		}
	}
	return all
}

func (s *State) taskNow(id string) (runbook.TaskRef, bool) {
	for _, t := range s.tasksNow() {
		if t.ID == id {
			return t, true
		}
	}
	return runbook.TaskRef{}, false
}

func (r *request) tasks(done bool) []string {
	var ids []string
	for _, t := range r.tasksOpen() {
		if (r.s.Tasks[t.ID] != nil) == done && r.may(t.Role) {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

func (r *request) task() (runbook.TaskRef, *Refusal) {
	t, ok := r.s.taskNow(r.args["id"])
	if !ok {
		var all []string
		for _, t := range r.tasksOpen() {
			all = append(all, t.ID)
		}
		return t, r.unknown("id", "task or deliverable", all)
	}
	if !slices.Contains(r.tasksOpen(), t) {
		return t, r.scrubbed()
	}
	return t, r.must(t.Text, t.Role)
}

// tasksOpen are those that can be done now: of a scrubbed launch what comes after its rollback.
func (r *request) tasksOpen() []runbook.TaskRef {
	all := r.s.tasksNow()
	if r.s.Clock.Scrub != nil {
		all = all[len(r.s.Runbook.Tasks()):]
	}
	return all
}

func decideTaskDone(r *request) ([]Event, *Refusal) {
	t, refusal := r.task()
	if refusal != nil {
		return nil, refusal
	}
	if done := r.s.Tasks[t.ID]; done != nil {
		return nil, no(t.Text+" is done already, by "+done.said(), "task.reopen opens it again")
	}
	return []Event{{Kind: "task.done", Data: TaskDone{ID: t.ID, Link: r.args["link"], By: r.by}}}, nil
}

func decideTaskReopen(r *request) ([]Event, *Refusal) {
	t, refusal := r.task()
	if refusal != nil {
		return nil, refusal
	}
	if r.s.Tasks[t.ID] == nil {
		return nil, no(t.Text+" is open already", "")
	}
	return []Event{{Kind: "task.reopened", Data: TaskDone{ID: t.ID, By: r.by}}}, nil
}

func applyTaskDone(s *State, e journal.Entry, d TaskDone) string {
	if _, ok := s.taskNow(d.ID); !ok {
		return fmt.Sprintf("there is no task %q now", d.ID)
	}
	if s.Tasks[d.ID] != nil {
		return "the task is done already"
	}
	s.Tasks[d.ID] = &Task{marked(e, d.By, d.Link)}
	s.remember(e, d.By, Command{Action: "task.reopen", Args: map[string]string{"id": d.ID}}, "the completion of "+s.taskText(d.ID))
	return ""
}

func applyTaskReopened(s *State, _ journal.Entry, d TaskDone) string {
	if s.Tasks[d.ID] == nil {
		return "the task is not done"
	}
	delete(s.Tasks, d.ID)
	return ""
}
