package rehearsal

import (
	"fmt"
	"strings"
	"time"

	"tminus/model/monitor"
	"tminus/model/runbook"
	"tminus/model/strictyaml"
)

// Scenario is what happens in a rehearsal, as its YAML file says it.
type Scenario struct {
	Name    string            `json:"scenario"`
	Title   string            `json:"title"`
	About   string            `json:"about"`
	Signals map[string]Signal `json:"signals"` // by monitor id; a monitor without one gets a healthy signal from its rules
	Faults  []Fault           `json:"faults,omitempty"`
	Late    []string          `json:"late,omitempty"` // ids of items, sections and tasks that the script, or the caller, does
	Script  []Line            `json:"script,omitempty"`

	Channels []Trouble `json:"channels,omitempty"` // updates that a channel does not take at first

	Pace map[string]runbook.Duration `json:"pace,omitempty"` // by step id: how long a colleague takes for each of its lines
}

// Signal is a metric in good health: Base, give or take Noise, following the day by Swing, and Flag more while the feature
// flag is on.
type Signal struct {
	Base  float64 `json:"base"`
	Noise float64 `json:"noise,omitempty"`
	Swing float64 `json:"swing,omitempty"`
	Flag  float64 `json:"flag,omitempty"`
}

// Fault moves a monitor to To, After the first step of the sequence started, reached within Over. It heals within three
// minutes when the feature flag goes off or, where CuredBy names an action of the rollback, when that is done.
type Fault struct {
	Monitor string           `json:"monitor"`
	After   runbook.Duration `json:"after"`
	Over    runbook.Duration `json:"over"`
	To      float64          `json:"to"`
	CuredBy string           `json:"cured_by,omitempty"`
}

// Line is something a colleague says (Note) or does (Do, an action with its arguments) at a mark. A line whose role the
// caller plays is left to the caller.
type Line struct {
	At   runbook.Mark      `json:"at"`
	Role string            `json:"role"`
	Note string            `json:"note,omitempty"`
	Do   string            `json:"do,omitempty"`
	Args map[string]string `json:"args,omitempty"`
}

// LoadScenario reads a scenario file; every mistake is in the error.
func LoadScenario(file string, src []byte) (*Scenario, error) {
	var s Scenario
	if mistakes := strictyaml.Decode(file, src, &s); len(mistakes) > 0 {
		return nil, mistakes.Err()
	}
	if s.Name == "" {
		return nil, fmt.Errorf("%s: a scenario needs its name under `scenario`", file)
	}
	for i := range s.Channels {
		if wrong := s.Channels[i].check(); wrong != "" {
			return nil, fmt.Errorf("%s: channels, entry %d: %s", file, i+1, wrong)
		}
	}
	return &s, nil
}

// signal is the scenario's, or one that keeps well clear of the monitor's own rules.
func (s *Scenario) signal(m *runbook.Monitor, is *story) Signal {
	if g, ok := s.Signals[m.ID]; ok {
		return g
	}
	if m.Warning == "" && m.Critical == "" {
		switch is.effects[m.ID] { // of what the flag going off does to it
		case "falls":
			return Signal{Base: 300, Noise: 12, Flag: 900}
		case "rises":
			return Signal{Base: 1200, Noise: 12, Flag: -900}
		}
	}
	if m.Group == "logs" && m.Warning == "" && m.Critical == "" {
		return Signal{Base: 2, Noise: 2}
	}
	for _, text := range []string{m.Warning, m.Critical} {
		rule, err := monitor.ParseRule(text, m.Unit)
		if text == "" || err != nil {
			continue
		}
		limit, ok := rule.Threshold(nil)
		if !ok {
			continue
		}
		if strings.HasPrefix(rule.Op, ">") {
			return Signal{Base: limit * 0.4, Noise: limit * 0.05}
		}
		return Signal{Base: limit * 1.6, Noise: limit * 0.05}
	}
	return Signal{Base: 100, Noise: 5}
}

// value is the metric's value for the period that ends at `at`.
func (s *Scenario) value(m *runbook.Monitor, at time.Time, is *story) float64 {
	g := s.signal(m, is)
	v := g.Base + g.Noise*wobble(m.ID, at) + g.Swing*dayCurve(at) + g.Flag*level(is.flag, 0, trafficFollows, at)
	for i := range s.Faults {
		if f := &s.Faults[i]; f.Monitor == m.ID {
			v += (f.To - g.Base) * is.sick(f, at)
		}
	}
	return max(v, 0)
}

// ramp goes from 0 to 1 within over.
func ramp(d, over time.Duration) float64 {
	switch {
	case d <= 0:
		return 0
	case d >= over:
		return 1
	}
	return float64(d) / float64(over)
}
