package screen

import (
	"slices"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// monitors tells what is watched: the runbook's monitors, then the launch file's.
func (p *presenter) monitors() {
	groups := [][]runbook.Monitor{p.rb.Monitors}
	if p.s.File != nil {
		groups = append(groups, p.s.File.Monitors)
	}
	for _, m := range slices.Concat(groups...) {
		out := Monitor{
			Name: m.Name, Group: m.Group, Owner: p.rb.RoleTitle(m.Owner), Short: p.rb.RoleShort(m.Owner),
			Warning: m.Warning, Critical: m.Critical, OnWarning: m.OnWarning, OnCritical: m.OnCritical, Source: p.source(m.ID),
		}
		// Without a room there is no reading of what is bound: its zero value is NO DATA.
		reading, known := p.f.Readings[m.ID]
		if !known && out.Source == "" {
			reading.State = monitor.Unbound
		}
		out.Reading = reading
		out.ID, out.Unit = m.ID, m.Unit
		p.out.Monitors = append(p.out.Monitors, out)
	}
}

func (p *presenter) source(id string) string {
	if p.s.Mode == launch.Rehearsal {
		return "rehearsal"
	}
	if p.s.File == nil {
		return ""
	}
	switch src := p.s.File.Sources[id]; {
	case src.CloudWatch != nil:
		return "cloudwatch"
	case src.Prometheus != nil:
		return "prometheus"
	case src.HTTP != nil:
		return "http"
	case src.Manual != nil:
		return "manual"
	}
	return ""
}
