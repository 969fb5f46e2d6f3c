package dialogs

import (
	"fmt"
	"strings"
	"time"

	"tminus/model/screen"
)

// names turns ids into what people call them.
type names struct {
	plan   *screen.Plan
	screen *screen.Screen
	now    time.Time // launch time, as it was told last; zero: it never was
}

// of returns the title of an id that stands in an argument of an action; the id itself where there is none. What an id
// names is said by the action's noun: section.sign-off id=infrastructure.
func (n names) of(action, arg, id string) string {
	if arg == "id" {
		arg, _, _ = strings.Cut(action, ".")
	}
	switch arg {
	case "item":
		if sec, it := n.item(id); it != nil {
			return sec.Title + ": " + it.Text
		}
	case "waive":
		return n.waived(id)
	case "section":
		if sec := n.section(id); sec != nil {
			return sec.Title
		}
	case "role", "owner":
		return n.role(id)
	case "arming":
		if id == "none" {
			return "None: automatic flag-off stays off"
		}
		return n.of(action, "trigger", id)
	case "risk", "agenda", "mark":
		return n.ofMeeting(arg, id)
	case "step":
		if st := n.step(id); st != nil {
			return st.Title
		}
		for _, m := range n.screen.Marks {
			if m.ID == id {
				return m.Label
			}
		}
	case "steps":
		if st := n.backStep(id); st != nil {
			return st.Title
		}
	case "what":
		return n.deed(id)
	case "task":
		return n.task(id)
	case "for", "to", "backup":
		return n.person(id)
	case "monitor":
		if m := n.monitor(id); m != nil {
			return m.Name
		}
		if id == allMonitors {
			return "All monitors"
		}
	case "criterion":
		return n.criterion(id)
	case "trigger":
		if t := n.trigger(id); t != nil {
			return t.Title
		}
	}
	return id
}

// ofMeeting is a risk, a point of the agenda or a mark by what it says.
func (n names) ofMeeting(what, id string) string {
	switch what {
	case "risk":
		for i := range n.screen.Meeting.Risks {
			if r := &n.screen.Meeting.Risks[i]; r.ID == id {
				return id + ": " + r.Text
			}
		}
	case "agenda":
		for i := range n.screen.Meeting.Points {
			if p := &n.screen.Meeting.Points[i]; p.ID == id {
				return p.Title
			}
		}
	case "mark":
		for i := range n.screen.AllMarks {
			if m := &n.screen.AllMarks[i]; m.ID == id {
				return m.Label + ": " + m.Title
			}
		}
	}
	return id
}

// waived is what poll.decide goes without.
func (n names) waived(id string) string {
	if sec := n.section(id); sec != nil {
		return sec.Title
	}
	for _, l := range n.screen.Meeting.Lacks {
		if l.ID == id {
			return l.Text
		}
	}
	return id
}

// allMonitors is what baseline.capture takes in place of a monitor's id.
const allMonitors = "all"

func (n names) monitor(id string) *screen.Monitor {
	for i := range n.screen.Monitors {
		if n.screen.Monitors[i].ID == id {
			return &n.screen.Monitors[i]
		}
	}
	return nil
}

func (n names) trigger(id string) *screen.Trigger {
	for i := range n.screen.Triggers {
		if n.screen.Triggers[i].ID == id {
			return &n.screen.Triggers[i]
		}
	}
	return nil
}

// deed is the text of an action or verification of the sequence.
func (n names) deed(id string) string {
	for _, m := range n.screen.Marks {
		for _, a := range m.Actions {
			if a.ID == id {
				return m.Label + ": " + a.Text
			}
		}
	}
	for _, s := range n.screen.Steps {
		for _, list := range [][]screen.Action{s.Actions, s.Verifications} {
			for _, a := range list {
				if a.ID == id {
					return fmt.Sprintf("Step %d: %s", s.Number, a.Text)
				}
			}
		}
	}
	for _, s := range n.backSteps() {
		for _, p := range s.Parts {
			if p.ID == id {
				return "Rollback, " + s.Title + ": " + p.Text
			}
		}
	}
	for _, r := range n.screen.Afterwards {
		for _, a := range r.Actions {
			if a.ID == id {
				return "After the rollback, " + r.Short + ": " + a.Text
			}
		}
	}
	return id
}

// backSteps are the steps of the current rollback, else those that one would have.
func (n names) backSteps() []screen.Step {
	if r := n.screen.CurrentRequest(); r != nil {
		return r.Steps
	}
	return n.screen.Procedure.Steps
}

func (n names) backStep(id string) *screen.Step {
	for _, steps := range [][]screen.Step{n.backSteps(), n.screen.Procedure.Steps} {
		for i := range steps {
			if steps[i].ID == id {
				return &steps[i]
			}
		}
	}
	return nil
}

func (n names) section(id string) *screen.Section {
	for a := range n.screen.Checklist.Areas {
		for s := range n.screen.Checklist.Areas[a].Sections {
			if sec := &n.screen.Checklist.Areas[a].Sections[s]; sec.ID == id {
				return sec
			}
		}
	}
	return nil
}

func (n names) item(id string) (*screen.Section, *screen.Item) {
	for a := range n.screen.Checklist.Areas {
		for s := range n.screen.Checklist.Areas[a].Sections {
			sec := &n.screen.Checklist.Areas[a].Sections[s]
			for i := range sec.Items {
				if sec.Items[i].ID == id {
					return sec, &sec.Items[i]
				}
			}
		}
	}
	return nil, nil
}

// step is a step of the sequence or the rollback.
func (n names) step(id string) *screen.Step {
	for i := range n.screen.Steps {
		if n.screen.Steps[i].ID == id {
			return &n.screen.Steps[i]
		}
	}
	return n.backStep(id)
}

func (n names) vote(role string) *screen.Vote {
	for i := range n.screen.Poll.Votes {
		if n.screen.Poll.Votes[i].Role == role {
			return &n.screen.Poll.Votes[i]
		}
	}
	return nil
}

func (n names) task(id string) string {
	for _, d := range n.screen.Timeline {
		for _, r := range d.Roles {
			for _, tasks := range [][]screen.Task{r.Tasks, r.Deliverables} {
				for _, t := range tasks {
					if t.ID == id {
						return d.Label + " " + r.Short + ": " + t.Text
					}
				}
			}
		}
	}
	return n.closing(id)
}

// role returns a role's title.
func (n names) role(id string) string {
	if n.plan != nil && n.plan.Runbook != nil {
		for _, r := range n.plan.Runbook.Roles {
			if r.ID == id {
				return r.Title
			}
		}
	}
	if v := n.vote(id); v != nil {
		return v.Title
	}
	return id
}

func (n names) person(user string) string {
	for _, p := range n.screen.People {
		if p.User == user {
			label := user
			if p.Name != "" {
				label = p.Name + " (" + user + ")"
			}
			return label
		}
	}
	return user
}

// holder names who holds a role; "" where nobody does.
func (n names) holder(role string) string {
	for _, p := range n.screen.People {
		for _, r := range p.Roles {
			if r == role {
				return p.User
			}
		}
	}
	return ""
}
