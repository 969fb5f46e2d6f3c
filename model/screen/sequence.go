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
	for i, st := range p.rb.Sequence.Steps {
		out := Step{
			ID: st.ID, Number: i + 1, Title: st.Title, Owner: p.rb.RoleTitle(st.Owner), Short: p.rb.RoleShort(st.Owner), Person: p.holder(st.Owner),
		}
		is := p.s.Steps[st.ID]
		if is != nil {
			out.State, out.Attempt, out.Ended = is.State, is.Attempt, byOf(is.Ended)
			if !is.Started.At.IsZero() {
				out.Started = by(is.Started)
			}
		}
		for _, a := range st.Actions {
			out.Actions = append(out.Actions, p.action(a))
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
		p.out.Steps = append(p.out.Steps, out)
	}
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
		if s := &p.out.Steps[i]; s.State == launch.StepFailed || s.State == launch.StepUnknown {
			return s
		}
	}
	return nil
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
	return last.Add(launch.WatchFor)
}
