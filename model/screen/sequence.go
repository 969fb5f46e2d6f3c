package screen

import (
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
)

// sequence tells the marks before T-0 and the steps from T-0.
func (p *presenter) sequence() {
	for _, m := range p.rb.Sequence.Marks {
		out := SequenceMark{
			ID: m.ID, At: m.At.Time(p.s.Clock.T0), Label: m.At.String(),
			Owner: p.rb.RoleTitle(m.Owner), Short: p.rb.RoleShort(m.Owner), Person: p.holder(m.Owner),
		}
		for _, a := range m.Actions {
			out.Actions = append(out.Actions, p.action(a))
		}
		p.out.Marks = append(p.out.Marks, out)
	}
	for i := range p.rb.Sequence.Steps {
		st := &p.rb.Sequence.Steps[i]
		d := deed{step: st, is: p.s.Steps[st.ID]}
		d.works = p.s.Aborted == nil && working(d.is)
		p.out.Steps = append(p.out.Steps, p.step(d, i+1))
	}
}

// step tells a step of the sequence or of a rollback.
func (p *presenter) step(d deed, number int) Step {
	st, is := d.step, d.is
	out := Step{
		ID: st.ID, Number: number, Title: st.Title, Owner: p.rb.RoleTitle(st.Owner), Short: p.rb.RoleShort(st.Owner), Person: p.holder(st.Owner),
		Kind: st.Kind, Back: d.back,
	}
	if is != nil {
		out.State, out.Attempt, out.Ended = is.State, is.Attempt, byOf(is.Ended)
		if !is.Started.At.IsZero() {
			out.Started = by(is.Started)
		}
	}
	for _, a := range st.Actions {
		told := Action{ID: a.ID, Text: a.Text}
		if !d.back || is != nil && is.State != launch.StepWaiting {
			told = p.action(a)
		}
		out.Actions = append(out.Actions, told)
	}
	for _, v := range st.Verifications {
		a := Action{ID: v.ID, Text: v.Text}
		if is != nil {
			if m, ok := is.Verified[v.ID]; ok {
				a.Done = by(m)
			}
		}
		out.Verifications = append(out.Verifications, a)
	}
	out.Parts = p.parts(d)
	return out
}

func (p *presenter) action(a runbook.Action) Action {
	out := Action{ID: a.ID, Text: a.Text}
	if done := p.s.Confirmed[a.ID]; done != nil {
		out.Done = by(done.Mark)
	}
	return out
}

// currentStep is the step that the sequence waits for: the first that the next one cannot start without, else the first
// that is only watched still. Nil: the sequence is over.
func (p *presenter) currentStep() *Step {
	waits := p.s.NextStep()
	for i := range p.out.Steps {
		s := &p.out.Steps[i]
		if waits != nil && s.ID == waits.ID || waits == nil && s.State != launch.StepDone && s.State != launch.StepSkipped {
			return s
		}
	}
	return nil
}

// failedStep is the first step that failed or whose outcome is unknown, or nil.
func (p *presenter) failedStep() *Step {
	for i := range p.out.Steps {
		if s := &p.out.Steps[i]; p.troubled(s) {
			return s
		}
	}
	return nil
}

// troubled reports whether a step of the sequence asks for somebody. A step that failed no longer does once a rollback was
// authorized: the sequence is over.
func (p *presenter) troubled(s *Step) bool {
	back := p.out.CurrentRequest()
	over := back.Running() || back != nil && (back.State == RequestDone || back.State == RequestFailed)
	return s.State == launch.StepUnknown || s.State == launch.StepFailed && !over
}

// watchEnds is when the watch after the last verified step is over; zero while the sequence is under way.
func (p *presenter) watchEnds() time.Time {
	var last time.Time
	for i := range p.out.Steps {
		s := &p.out.Steps[i]
		if s.State != launch.StepDone && s.State != launch.StepSkipped || s.Ended == nil {
			return time.Time{}
		}
		if s.Ended.At.After(last) {
			last = s.Ended.At
		}
	}
	if last.IsZero() {
		return last
	}
	return last.Add(p.s.WatchFor())
}
