package screen

import (
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/runbook"
)

// calls finds the newest call of each part, once for the whole picture.
func (p *presenter) calls() {
	p.newest = make(map[[2]string]*launch.CallState, len(p.s.Calls))
	for _, c := range p.s.Calls {
		key := [2]string{c.Step, c.Part}
		if now := p.newest[key]; now == nil || c.Intended.Seq > now.Intended.Seq {
			p.newest[key] = c
		}
	}
}

// deed is a step as far as its parts are concerned: what it is of the runbook, how it goes, and whether it is worked.
type deed struct {
	step    *runbook.Step
	is      *launch.Step // nil: nothing has happened to it
	back    bool
	planned *launch.PlannedStep // of a rollback's request: its parts are done to the letter; nil: as they would be planned now
	works   bool                // under way: its parts can be done
}

// attempt is the attempt that is under way, or the one to come.
func (d *deed) attempt() int {
	switch {
	case d.is == nil:
		return 1
	case d.is.State == launch.StepWaiting:
		return d.is.Attempt + 1
	}
	return d.is.Attempt
}

// parts tells a step's actions, then its verifications.
func (p *presenter) parts(d deed) []Part {
	if p.s.File == nil {
		return nil
	}
	var digests map[string]string
	if d.is != nil {
		digests = d.is.Digests
	}
	specs := p.s.PartsOf(d.step, d.back, digests)
	out := make([]Part, 0, len(specs))
	ready := d.works // what comes before it is done
	for i := range specs {
		spec := &specs[i]
		asPlanned(spec, d.planned)
		part := p.part(d, spec, ready)
		ready = ready && (spec.Verification || part.State == PartDone)
		out = append(out, part)
	}
	p.deploying(out)
	return out
}

// asPlanned takes over what a rollback's plan says of a part.
func asPlanned(spec *launch.PartSpec, planned *launch.PlannedStep) {
	if planned == nil {
		return
	}
	for _, want := range planned.Parts {
		if want.ID == spec.ID {
			spec.By, spec.Op, spec.Args, spec.Check = want.By, want.Op, want.Args, want.Look
		}
	}
}

func (p *presenter) part(d deed, spec *launch.PartSpec, ready bool) Part {
	out := Part{
		ID: spec.ID, Text: spec.Text, By: spec.By, Op: spec.Op, Look: spec.Check, Flag: spec.Flag, Verification: spec.Verification,
		Watch: spec.Watch, Undo: len(spec.Undo) > 0, State: PartWaiting, Outstanding: p.outstands[spec.ID],
	}
	if spec.By == launch.ByCall {
		p.called(&out, d, spec)
	}
	out.Digest = spec.Args["digest"]
	if spec.Check == launch.CheckProbe {
		out.Probe = launch.ProbeLine(p.s.File.Probes[spec.ID])
	}
	if d.is == nil || d.is.State == launch.StepWaiting {
		return out
	}
	if done, ok := p.confirmed(d, spec); ok {
		out.State, out.Done, out.Evidence = PartDone, by(done), done.Reason
		return out
	}
	if spec.By == launch.ByCheck {
		checked(&out, d.is.Checked[spec.ID], ready)
	}
	switch {
	case out.State == PartRunning && spec.By == launch.ByCheck:
		out.Until, out.Evidence = instant(p.s.LookUntil(d.step, *spec)), p.f.Checking[d.step.ID+" "+spec.ID]
	case out.State == PartWaiting:
		p.leave(&out, d)
	}
	return out
}

// leave ends a part of a step that is over: nobody does it, or watches it, any more.
func (p *presenter) leave(out *Part, d deed) {
	var why string
	switch d.is.State {
	case launch.StepDone:
		why = "step confirmed"
	case launch.StepSkipped:
		why = "step skipped"
	case launch.StepFailed:
		if d.back || p.s.Aborted == nil { // it may be tried again
			return
		}
		why = "the sequence is over"
	default:
		return
	}
	if m := d.is.Ended; m != nil && m.Auth != journal.AuthSystem && m.User != "" {
		why += " by " + by(*m).name()
	}
	out.State, out.Evidence = PartLeft, why
}

// confirmed is whose word, or what, says that a part is done.
func (p *presenter) confirmed(d deed, spec *launch.PartSpec) (launch.Mark, bool) {
	if spec.Verification {
		m, ok := d.is.Verified[spec.ID]
		return m, ok
	}
	if c := p.s.Confirmed[spec.ID]; c != nil {
		return c.Mark, true
	}
	return launch.Mark{}, false
}

// checked tells what the room found when it looked, or that it looks.
func checked(out *Part, c launch.Checked, ready bool) {
	switch c.Outcome {
	case launch.Verified:
		out.State = PartDone
	case launch.CheckFailed:
		out.State = PartFailed
	case launch.CannotVerify:
		out.State = PartCannotVerify
	default:
		if ready {
			out.State = PartRunning
		}
		return
	}
	out.Done, out.Evidence = by(c.Mark), c.Reason
}

// called tells the call of a part: the one of this attempt, or the one to come.
func (p *presenter) called(out *Part, d deed, spec *launch.PartSpec) {
	c := p.newest[[2]string{d.step.ID, spec.ID}]
	fresh := d.is == nil || d.is.State == launch.StepWaiting
	if c == nil || fresh || c.Attempt != d.attempt() && !c.Happened() {
		next := launch.NewCall(p.s.ID, spec.Op, d.step.ID, spec.ID, d.attempt(), spec.Args)
		out.CallID, out.AWSLine, out.Brief = next.ID, next.AWSLine(), next.Brief()
		return
	}
	out.CallID, out.AWSLine, out.Brief, out.Attempt, out.DryRun = c.ID, c.AWSLine(), c.Brief(), c.Attempt, c.DryRun
	since := c.Intended.At
	out.Since, out.Progress = &since, p.progress(c)
	out.State, out.Evidence = p.callState(c)
}

// callState is a part's word for a call, and what shows it.
func (p *presenter) callState(c *launch.CallState) (state, evidence string) {
	switch {
	case c.DryRun && c.Returned != nil:
		return PartDone, "dry run: nothing was sent"
	case c.Refused():
		return PartFailed, failure(c)
	case c.Ended != nil && c.Ended.State != "succeeded":
		return PartFailed, c.Ended.State + reasonOf(c.Ended.Detail)
	case c.Ended != nil:
		return PartDone, c.Ended.Detail
	case c.Interrupted != nil:
		return PartRunning, "asked to end at " + c.Interrupted.At.UTC().Format("15:04:05") + ": " + c.Interrupted.Reason
	case c.Happened() && c.Unwanted != nil:
		return PartRunning, "it is being asked to end: its step was stopped by " + c.Unwanted.User
	case c.Happened():
		return PartRunning, ""
	case c.Returned == nil && c.Found == nil && p.now.Before(c.Deadline):
		return PartRunning, ""
	}
	return PartUnknown, failure(c)
}

// failure is the other side's own words.
func failure(c *launch.CallState) string {
	switch {
	case c.Found != nil && c.Found.Evidence != "":
		return c.Found.Evidence
	case c.Returned != nil && c.Returned.Error != "":
		return c.Returned.Error
	case c.Returned != nil:
		return c.Returned.Outcome
	}
	return "nothing came back"
}

func reasonOf(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

// progress is how what a call began goes on, or how it ended.
func (p *presenter) progress(c *launch.CallState) *launch.Progress {
	if now, ok := p.f.Progress[c.ID]; ok {
		return &now
	}
	if c.Ended != nil {
		return &launch.Progress{State: c.Ended.State, Detail: c.Ended.Detail, Result: c.Ended.Output}
	}
	return nil
}

// deploying lets the verification that follows a deployment show what its call is about.
func (p *presenter) deploying(parts []Part) {
	var deploys *Part
	for i := range parts {
		switch part := &parts[i]; {
		case part.Op == launch.OpDeploy:
			deploys = part
		case part.Look == launch.CheckDeployment && deploys != nil:
			part.CallID, part.Progress = deploys.CallID, deploys.Progress
		}
	}
}

// switching tells an order to switch a flag by itself.
func (p *presenter) switching(flag string, sw *launch.Switch) *Switching {
	out := &Switching{On: sw.On, Ordered: by(sw.Mark), Attempt: sw.Attempt, State: PartWaiting}
	if c := p.newest[[2]string{launch.FlagStep, flag}]; c != nil && c.Attempt == sw.Attempt {
		out.CallID, out.AWSLine = c.ID, c.AWSLine()
		out.State, out.Evidence = p.callState(c)
		if out.State == PartRunning && c.Happened() {
			out.State = PartDone
		}
		if out.State == PartDone && !c.DryRun {
			out.Checks = p.flagChecks(flag, sw)
		}
	}
	return out
}

func (p *presenter) flagChecks(flag string, sw *launch.Switch) []Part {
	var out []Part
	for _, what := range []struct{ look, text string }{{launch.CheckParameter, "The parameter holds it"}, {launch.CheckEffect, p.effect(flag)}} {
		if what.text == "" {
			continue
		}
		part := Part{ID: what.look, Text: what.text, By: launch.ByCheck, Look: what.look, Flag: flag, Verification: true, Watch: what.look == launch.CheckEffect}
		checked(&part, sw.Checked[what.look], true)
		out = append(out, part)
	}
	return out
}

// instant is a time that may be absent.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
