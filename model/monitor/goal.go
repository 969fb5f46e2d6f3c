package monitor

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Goal is what a success criterion asks of a monitor over a whole window: goal = (rule | "within warning") ["for" N "% of
// points"] | "stable". A rule of a goal says what has to hold, where a monitor's own says what is wrong.
type Goal struct {
	Rule   Rule    // what has to hold, unless Within
	Within bool    // the monitor's own warning has to stay quiet
	Stable bool    // Within, and the mean drifts no further than MaxDrift
	Share  float64 // of the points that have to hold, in percent; 100: every one
}

var ofPoints = regexp.MustCompile(`^(.+?)\s+for\s+([0-9]+(?:\.[0-9]+)?)\s*%\s+of\s+points$`)

// ParseGoal reads a goal whose unit, where it has one, must be unit.
func ParseGoal(text, unit string) (Goal, error) {
	g := Goal{Share: 100}
	rest := strings.TrimSpace(text)
	if m := ofPoints.FindStringSubmatch(rest); m != nil {
		share, err := strconv.ParseFloat(m[2], 64)
		if err != nil || share <= 0 || share > 100 {
			return Goal{}, fmt.Errorf("goal %q: %s%% of points; expected more than 0 and at most 100", text, m[2])
		}
		g.Share, rest = share, m[1]
	}
	switch words := strings.Join(strings.Fields(rest), " "); {
	case words == "stable" && g.Share == 100:
		g.Within, g.Stable = true, true
	case words == "within warning":
		g.Within = true
	default:
		var err error
		if g.Rule, err = ParseRule(rest, unit); err != nil {
			return Goal{}, fmt.Errorf("goal %q: %w; or within warning, or stable", text, err)
		}
	}
	return g, nil
}

// NeedsBaseline reports whether the goal can only be judged against a captured baseline. warning is the monitor's own.
func (g Goal) NeedsBaseline(warning *Rule) bool {
	if g.Within {
		return warning != nil && warning.Baseline
	}
	return g.Rule.Baseline
}
