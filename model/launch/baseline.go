package launch

import (
	"fmt"
	"slices"
	"time"

	"tminus/model/journal"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// allMonitors stands for every monitor that some rule needs a baseline of.
const allMonitors = "all"

// BaselineCaptured is the data of baseline.captured.
type BaselineCaptured struct {
	Captured []Capture     `json:"captured"`
	Missing  []NotCaptured `json:"missing,omitempty"`
	By
}

// Capture is one monitor's new baseline.
type Capture struct {
	Monitor string    `json:"monitor"`
	Mean    float64   `json:"mean"`
	Points  int       `json:"points"`        // that it is the mean of; 0: given by hand
	From    time.Time `json:"from,omitzero"` // of the oldest window
	To      time.Time `json:"to,omitzero"`   // of the newest
	Unit    string    `json:"unit,omitempty"`
	ByHand  bool      `json:"by_hand,omitempty"`
}

// NotCaptured is a monitor without a new baseline, and why.
type NotCaptured struct {
	Monitor string `json:"monitor"`
	Why     string `json:"why"`
}

// Baseline is the mean of a monitor's captured window.
type Baseline struct {
	Mark
	Mean   float64
	Points int // that it is the mean of; 0: given by hand
}

func baselineTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{
			{Name: "baseline.capture", Title: "Capture the baseline of monitors", Kind: "baseline.captured",
				Args: []ArgInfo{{Name: "monitor", Help: "the monitor; all (default): every one of yours that a rule compares with its baseline"},
					{Name: "from", Help: "2026-11-23T10:00:00Z, L-1d, T-2h, or 24h: that long ago; left out: the launch's first two hours on the last 7 days"},
					{Name: "to", Help: "the same; left out: now"},
					{Name: "value", Help: "the baseline itself, where it is known and cannot be read"}},
				choices: map[string]func(*request) []string{"monitor": capturable},
				open:    mayCapture, needs: baselineNeeds, decide: decideCapture},
		}, []KindSpec{
			kindOf("baseline.captured", "Baselines were captured", applyCaptured, describeCaptured),
		}
}

func describeCaptured(s *State, d BaselineCaptured) string {
	var text string
	switch len(d.Captured) {
	case 1:
		c := d.Captured[0]
		text = fmt.Sprintf("captured the baseline of %s: %s, the mean of %s", s.monitorName(c.Monitor), measure(c.Mean, c.Unit), count(c.Points, "point", "points"))
		if c.ByHand {
			text = fmt.Sprintf("gave the baseline of %s by hand: %s", s.monitorName(c.Monitor), measure(c.Mean, c.Unit))
		}
	default:
		var each []string
		for _, c := range d.Captured {
			each = append(each, s.monitorName(c.Monitor)+" "+measure(c.Mean, c.Unit))
		}
		text = withReason("captured "+count(len(d.Captured), "baseline", "baselines"), join(each, "and"))
	}
	if len(d.Missing) > 0 {
		var names []string
		for _, m := range d.Missing {
			names = append(names, s.monitorName(m.Monitor))
		}
		text += "; none for " + join(names, "and")
	}
	return text
}

// NeedsBaseline reports whether a threshold or a trigger is relative to the monitor's baseline.
func (s *State) NeedsBaseline(id string) bool { return s.relative[id] }

// relativeTo finds the monitors that some rule compares with their baseline.
func relativeTo(watched []runbook.Monitor, triggers []runbook.Trigger) map[string]bool {
	rules := map[string][]string{}
	for _, t := range triggers {
		if on, rule, err := monitor.ParseTrigger(t.When); err == nil {
			rules[on] = append(rules[on], rule)
		}
	}
	relative := map[string]bool{}
	for _, m := range watched {
		for _, text := range append(rules[m.ID], m.Warning, m.Critical) {
			if r, err := monitor.ParseRule(text, m.Unit); err == nil && r.NeedsBaseline() {
				relative[m.ID] = true
			}
		}
	}
	return relative
}

// capturable are "all", where that is something, then the caller's monitors, those that need a baseline first.
func capturable(r *request) []string {
	own := ownMonitors(r)
	slices.SortStableFunc(own, func(a, b string) int {
		switch need := r.s.NeedsBaseline(a); {
		case need == r.s.NeedsBaseline(b):
			return 0
		case need:
			return -1
		}
		return 1
	})
	if len(own) > 0 && r.s.NeedsBaseline(own[0]) {
		return append([]string{allMonitors}, own...)
	}
	return own
}

// mayCapture refuses who owns no monitor at all.
func mayCapture(r *request) *Refusal {
	if len(r.s.watched) == 0 {
		return no("nothing is watched in this launch", "monitors stand in the runbook and the launch file")
	}
	return r.must("a baseline", r.s.watcherRoles(func(*runbook.Monitor) bool { return true })...)
}

// watcherRoles are the roles that may capture the baselines of these monitors.
func (s *State) watcherRoles(of func(*runbook.Monitor) bool) []string {
	var roles []string
	for i := range s.watched {
		if m := &s.watched[i]; of(m) {
			roles = append(roles, m.Owner)
		}
	}
	return s.orFacilitator(append(roles, s.authorities()...))
}

// targets are the monitors whose baseline the request is about.
func (r *request) targets() ([]*runbook.Monitor, *Refusal) {
	if id := r.args["monitor"]; id != "" && id != allMonitors {
		m, refusal := r.monitor(capturable)
		if refusal == nil {
			refusal = r.must("the baseline of "+m.Name, r.s.watchers(m)...)
		}
		return []*runbook.Monitor{m}, refusal
	}
	needing := func(m *runbook.Monitor) bool { return r.s.NeedsBaseline(m.ID) }
	var own []*runbook.Monitor
	for _, id := range r.s.watchedIDs(needing) {
		if m := r.s.WatchedMonitor(id); r.may(r.s.watchers(m)...) {
			own = append(own, m)
		}
	}
	switch {
	case len(own) > 0:
		return own, nil
	case len(r.s.watchedIDs(needing)) == 0:
		return nil, no("no rule of this launch is relative to a baseline", "name a monitor to capture its baseline all the same: monitor=ID")
	}
	return nil, r.must("the baseline of what is watched", r.s.watcherRoles(needing)...)
}

// byHand is a baseline that the caller knows.
func (r *request) byHand() ([]Event, *Refusal) {
	if id := r.args["monitor"]; id == "" || id == allMonitors {
		return nil, usage("value=%s is the baseline of one monitor; expected monitor=ID beside it", short(r.args["value"]))
	}
	if r.args["from"] != "" || r.args["to"] != "" {
		return nil, usage("value is the baseline itself; leave from and to out, or value, to have it read")
	}
	list, refusal := r.targets()
	if refusal != nil {
		return nil, refusal
	}
	m := list[0]
	value, refusal := r.number("value", m.Unit)
	if refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "baseline.captured", Data: BaselineCaptured{
		Captured: []Capture{{Monitor: m.ID, Mean: value, Unit: m.Unit, ByHand: true}}, By: r.by,
	}}}, nil
}

func applyCaptured(s *State, e journal.Entry, d BaselineCaptured) string {
	if len(d.Captured) == 0 {
		return "it captured nothing"
	}
	for _, c := range d.Captured {
		switch {
		case s.WatchedMonitor(c.Monitor) == nil:
			return fmt.Sprintf("there is no monitor %q", c.Monitor)
		case c.Points < 0 || c.ByHand != (c.Points == 0):
			return "a baseline is the mean of points, or given by hand"
		}
	}
	for _, c := range d.Captured {
		s.Baselines[c.Monitor] = &Baseline{Mark: marked(e, d.By, ""), Mean: c.Mean, Points: c.Points}
	}
	return ""
}
