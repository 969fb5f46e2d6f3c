package screen

import (
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
)

// checklist tells the readiness, section by section.
func (p *presenter) checklist() {
	list := &p.out.Checklist
	for _, a := range p.rb.Checklists {
		area := Area{ID: a.ID, Title: a.Title}
		for _, sec := range a.Sections {
			area.Sections = append(area.Sections, p.section(sec))
			last := &area.Sections[len(area.Sections)-1]
			list.Done += last.Done
			list.Of += len(last.Items)
		}
		list.Areas = append(list.Areas, area)
	}
}

func (p *presenter) section(sec runbook.Section) Section {
	out := Section{
		ID: sec.ID, Title: sec.Title, Owner: p.rb.RoleTitle(sec.Owner), Short: p.rb.RoleShort(sec.Owner), Person: p.holder(sec.Owner),
		Verification: sec.Verification, Required: sec.SignOff,
	}
	if signed := p.s.Sections[sec.ID]; signed != nil {
		out.Signed = by(signed.Mark)
	}
	for _, it := range sec.Items {
		item := Item{ID: it.ID, Text: it.Text}
		if done := p.s.Items[it.ID]; done != nil && done.State != launch.ItemOpen {
			item.State, item.By = done.State, by(done.Mark)
			out.Done++
		}
		out.Items = append(out.Items, item)
	}
	return out
}

// timeline tells the dated work. What belongs to a day is overdue once the day, counted from its own instant, is over.
func (p *presenter) timeline() {
	for _, d := range p.rb.Timeline {
		at := d.At.Time(p.s.Clock.T0)
		day := Day{At: at, Label: d.At.String(), Title: d.Title}
		late := max(p.now.Sub(at.Add(24*time.Hour)), 0)
		for _, r := range d.Roles {
			role := DayRole{Role: p.rb.RoleTitle(r.Role), Short: p.rb.RoleShort(r.Role), Person: p.holder(r.Role), Frequency: r.Frequency.Text}
			for _, t := range r.Tasks {
				role.Tasks = append(role.Tasks, p.task(t.ID, t.Text, late))
			}
			for _, t := range r.Deliverables {
				role.Deliverables = append(role.Deliverables, p.task(t.ID, t.Text, late))
			}
			day.Roles = append(day.Roles, role)
		}
		p.out.Timeline = append(p.out.Timeline, day)
	}
}

// task tells a task. Its lateness is cut to minutes, so that the picture changes once a minute at most.
func (p *presenter) task(id, text string, late time.Duration) Task {
	t := Task{ID: id, Text: text}
	if done := p.s.Tasks[id]; done != nil {
		t.Done = by(done.Mark)
	} else {
		t.Overdue = late.Truncate(time.Minute)
	}
	return t
}
