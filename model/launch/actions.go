package launch

import "time"

// Actions lists every action in the palette's order, and whether it is open to the caller now. The arguments' choices
// are fixed values, or the ids that are valid now and within the caller's roles, or within those of somebody whose word
// the caller may record.
func (s *State) Actions(who Who, now time.Time) []ActionInfo {
	infos := make([]ActionInfo, 0, len(s.table.actions))
	for i := range s.table.actions {
		spec := &s.table.actions[i]
		r := s.request(who, spec, now)
		r.listing, r.args = true, map[string]string{}
		info := ActionInfo{Name: spec.Name, Title: spec.Title, Kind: spec.Kind, Confirm: spec.Confirm}
		if next := s.NextStep(); spec.Name == "step.start" && next != nil {
			info.Confirm = s.wantsName(next)
		}
		why := r.gate()
		if why == nil && spec.open != nil {
			why = spec.open(r)
		}
		for _, a := range spec.Args {
			if a.Name == "confirm" {
				if !info.Confirm {
					continue
				}
				a.Required = s.Mode == Live
			}
			if a.Name == "reason" && spec.Name == "launch.close" { // needed only where something stands against it
				a.Required = len(s.Closure(now).Exceptions) > 0
			}
			if a.Name == "for" {
				a.Choices = otherPeople(r)
			}
			if choices := spec.choices[a.Name]; choices != nil {
				a.Choices = choices(r)
				if why == nil && a.Required && len(a.Choices) == 0 {
					why = no(spec.none, "")
				}
			}
			info.Args = append(info.Args, a)
		}
		if why != nil {
			info.WhyNot = why.Error()
		}
		infos = append(infos, info)
	}
	return infos
}
