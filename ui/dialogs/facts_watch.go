package dialogs

import (
	"fmt"
	"strings"

	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/widgets"
)

// monitorFacts tells how a monitor stands: value, thresholds, owner and baseline.
func monitorFacts(n names, action, id string) []fact {
	m := n.monitor(id)
	if m == nil {
		if action == "baseline.capture" {
			return baselineFacts(n.screen.Monitors)
		}
		return nil
	}
	out := []fact{{strong, m.Name + ": " + reading(m)}, {quiet, thresholds(m) + "; owner " + m.Owner}}
	switch {
	case m.Baseline != nil:
		text := "baseline " + widgets.Quantity(m.Baseline, m.Unit)
		if m.BaselineBy != nil {
			text += ", captured " + by(m.BaselineBy)
		}
		out = append(out, fact{plain, text})
	case m.Needs:
		out = append(out, fact{warning, "no baseline captured: its rule cannot be judged"})
	case action == "baseline.capture":
		out = append(out, fact{quiet, "no baseline captured"})
	}
	if m.Silenced != nil {
		out = append(out, fact{plain, "silenced " + by(m.Silenced) + silentTill(m.SilentTill)})
	}
	if action == "alarm.silence" {
		out = append(out, fact{quiet, "Silenced, it still counts and is still shown. It rings no bell, for at most an hour."})
	}
	return out
}

// reading is a monitor's state and newest value with its time.
func reading(m *screen.Monitor) string {
	s := m.State.String()
	if m.Value != nil {
		s += " " + widgets.Quantity(m.Value, m.Unit)
	}
	switch {
	case !m.At.IsZero():
		s += ", point of " + m.At.UTC().Format("15:04:05 UTC")
	case m.State == monitor.Unbound:
		s += ", no source bound: its values are entered by hand"
	}
	return s
}

func thresholds(m *screen.Monitor) string {
	var rules []string
	if m.Warning != "" {
		rules = append(rules, "warning "+m.Warning)
	}
	if m.Critical != "" {
		rules = append(rules, "critical "+m.Critical)
	}
	if len(rules) == 0 {
		return "no thresholds"
	}
	return strings.Join(rules, ", ")
}

// baselineFacts tells which baselines stand, for capturing them all.
func baselineFacts(all []screen.Monitor) []fact {
	have, lack := 0, []string{}
	for i := range all {
		switch m := &all[i]; {
		case m.Baseline != nil:
			have++
		case m.Needs:
			lack = append(lack, m.Name)
		}
	}
	out := []fact{{strong, fmt.Sprintf("%d of %d monitors have a baseline", have, len(all))}}
	if len(lack) > 0 {
		out = append(out, fact{warning, "needed by a rule and not captured: " + strings.Join(lack, ", ")})
	}
	return out
}

// triggerFacts tells how a trigger stands and who may authorise what it proposes.
func triggerFacts(n names, action, id string) []fact {
	var out []fact
	if action == "trigger.declare" {
		out = append(out, fact{quiet, "Declaring it fires it: every cockpit shows it and rings."})
	}
	t := n.trigger(id)
	if t == nil {
		return out
	}
	state := t.State
	if !t.Since.IsZero() {
		state += " since " + t.Since.UTC().Format("15:04:05 UTC")
	}
	out = append(out, fact{strong, t.Title + ": " + state})
	if t.When != "" {
		out = append(out, fact{quiet, "rule " + t.When})
	}
	if t.Fired != nil && t.Fired.Text != "" {
		out = append(out, fact{plain, "declared " + by(t.Fired)})
	}
	if t.Acknowledged != nil {
		out = append(out, fact{plain, "acknowledged " + by(t.Acknowledged)})
	}
	if action == "trigger.clear" {
		return out
	}
	return append(out, n.authority(t.Priority)...)
}
