package screen

import (
	"maps"
	"slices"
	"strings"

	"tminus/model/launch"
	"tminus/model/launchfile"
)

// flags tells the feature flags that are bound, the main one first.
func (p *presenter) flags() {
	if p.s.File == nil {
		return
	}
	ids := slices.Sorted(maps.Keys(p.s.File.Flags))
	for _, id := range ids {
		f := p.flag(id, p.s.File.Flags[id])
		f.Main = id == "main" || len(ids) == 1
		if f.Main {
			p.out.Flags = slices.Insert(p.out.Flags, 0, f)
			continue
		}
		p.out.Flags = append(p.out.Flags, f)
	}
}

func (p *presenter) flag(id string, f launchfile.Flag) Flag {
	is := p.f.Flags[id]
	out := Flag{
		ID: id, Name: f.SSM.Name, On: f.SSM.On, Off: f.SSM.Off, Word: FlagUnknown, Value: is.Value, Version: is.Version, Type: is.Type,
		Modified: is.Modified, By: is.By, At: is.At, Error: is.Error, Effect: p.effect(id),
	}
	out.OnLine, out.OffLine = putLine(out, f.SSM.On), putLine(out, f.SSM.Off)
	switch {
	case is.At.IsZero() || is.Error != "":
	case is.Value == f.SSM.On:
		out.Word = FlagOn
	case is.Value == f.SSM.Off:
		out.Word = FlagOff
	default:
		out.Word = FlagNeither
	}
	if sw := p.s.Switches[id]; sw != nil {
		out.Switching = p.switching(id, sw)
	}
	return out
}

// putLine is the aws line that writes a value. The parameter's own type is kept.
func putLine(f Flag, value string) string {
	return launch.Call{Op: launch.OpPutParameter, Args: map[string]string{"name": f.Name, "value": value, "type": f.Type}}.AWSLine()
}

// effect is what a flag's write should do to a monitor, in words; "": the launch file does not say.
func (p *presenter) effect(flag string) string {
	e := p.s.File.Flags[flag].Effect
	if e == nil {
		return ""
	}
	name := e.Monitor
	for i := range p.out.Monitors {
		if p.out.Monitors[i].ID == e.Monitor {
			name = p.out.Monitors[i].Name
		}
	}
	return name + " " + e.Expect
}

// outstanding tells the actions whose effect stands and has to be taken back.
func (p *presenter) outstanding() {
	p.outstands = map[string]bool{}
	if p.s.File == nil || len(p.s.Calls) == 0 {
		return
	}
	for _, o := range p.s.Outstanding() {
		p.outstands[o.What] = true
		p.out.Outstanding = append(p.out.Outstanding, Outstanding{
			ID: o.What, Step: o.Step, Text: o.Text, Words: standing(o), Since: by(o.Since), Undoing: o.Undoing,
			Owner: p.rb.RoleShort(p.ownerOf(o.Step)), AWSLine: launch.RunLine(p.s.File.Actions[o.What].Undo),
		})
	}
}

// standing is what stands, in the runbook's words where it has some: TRANSACTIONS HALTED.
func standing(o launch.Outstanding) string {
	if o.Leaves != "" {
		return strings.ToUpper(o.Leaves)
	}
	return "OUTSTANDING: " + o.Text
}

// ownerOf is the role that owns a step of the sequence or the rollback.
func (p *presenter) ownerOf(step string) string {
	for _, st := range p.rb.Sequence.Steps {
		if st.ID == step {
			return st.Owner
		}
	}
	for _, st := range p.rb.Rollback.Steps {
		if st.ID == step {
			return st.Owner
		}
	}
	return ""
}
