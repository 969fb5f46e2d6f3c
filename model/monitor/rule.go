package monitor

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Rule is a threshold: rule = op value ["for" duration], where op is >, >=, < or <=, and value is a number with or
// without the monitor's unit, or "baseline" ["*" number] ["+" number [unit]].
type Rule struct {
	Op       string
	Number   float64       // the threshold; with Baseline what is added to it
	Baseline bool          // the threshold is Factor times the baseline, plus Number
	Factor   float64       // 1 where the rule names none
	Unit     string        // the monitor's, where the rule wrote one after Number
	For      time.Duration // how long the breach lasts before it counts; 0: the newest point alone decides
}

// minPeriods is the least number of periods that a `for` must span.
const minPeriods = 3

// The longest `for` that makes sense is the length of the window in which points are kept.
const maxFor = 7 * 24 * time.Hour

// ParseRule reads a rule whose unit, where it has one, must be unit.
func ParseRule(text, unit string) (Rule, error) {
	p := ruleParser{rest: text, unit: unit}
	r, err := p.rule()
	if err != nil {
		return Rule{}, fmt.Errorf("rule %q: %w", text, err)
	}
	return r, nil
}

var triggerHead = regexp.MustCompile(`^\s*([a-z0-9][a-z0-9-]*)\s*([<>].*)$`)

// ParseTrigger splits a trigger's condition such as "error-rate > 1% for 5m" into the monitor's id and the rule, which
// ParseRule reads once the monitor's unit is known.
func ParseTrigger(text string) (monitorID, rule string, err error) {
	m := triggerHead.FindStringSubmatch(text)
	if m == nil {
		return "", "", fmt.Errorf("condition %q: expected a monitor's id and a rule, such as error-rate > 1%% for 5m", text)
	}
	return m[1], strings.TrimSpace(m[2]), nil
}

// NeedsBaseline reports whether the rule can only be judged against a captured baseline.
func (r Rule) NeedsBaseline() bool { return r.Baseline }

// Threshold is the number that values are compared with; false: it needs a baseline and there is none.
func (r Rule) Threshold(baseline *float64) (float64, bool) {
	if !r.Baseline {
		return r.Number, true
	}
	if baseline == nil || math.IsNaN(*baseline) || math.IsInf(*baseline, 0) {
		return 0, false
	}
	return *baseline*r.Factor + r.Number, true
}

// Bad reports whether value breaks the rule. Without the baseline that it needs, nothing does.
func (r Rule) Bad(value float64, baseline *float64) bool {
	limit, ok := r.Threshold(baseline)
	return ok && r.breaks(value, limit)
}

func (r Rule) breaks(value, limit float64) bool { return r.bound(limit).broken(value) }

// bound is a rule's comparison made ready for a whole series: a value breaks it where sign*value is above edge, or at it
// and that counts. The zero value is never broken.
type bound struct {
	sign, edge float64
	orEqual    bool
}

func (r Rule) bound(limit float64) bound {
	switch r.Op {
	case ">", ">=":
		return bound{sign: 1, edge: limit, orEqual: r.Op == ">="}
	case "<", "<=":
		return bound{sign: -1, edge: -limit, orEqual: r.Op == "<="}
	}
	return bound{}
}

func (b bound) broken(value float64) bool {
	v := b.sign * value
	return v > b.edge || b.orEqual && v == b.edge
}

// CheckPeriod refuses a `for` that is shorter than three periods of the monitor.
func (r Rule) CheckPeriod(period time.Duration) error {
	if r.For > 0 && period > 0 && r.For < minPeriods*period {
		return fmt.Errorf("for %s is shorter than three periods of the monitor; expected at least for %s",
			span(r.For), span(minPeriods*period))
	}
	return nil
}

// String writes the rule so that ParseRule reads it back.
func (r Rule) String() string {
	var b strings.Builder
	b.WriteString(r.Op + " ")
	number := strconv.FormatFloat(r.Number, 'f', -1, 64)
	switch {
	case !r.Baseline:
		b.WriteString(withUnit(number, r.Unit))
	default:
		b.WriteString("baseline")
		if r.Factor != 1 {
			b.WriteString(" * " + strconv.FormatFloat(r.Factor, 'f', -1, 64))
		}
		if r.Number != 0 {
			b.WriteString(" + " + withUnit(number, r.Unit))
		}
	}
	if r.For > 0 {
		b.WriteString(" for " + span(r.For))
	}
	return b.String()
}

// withUnit writes 0.5% and 200ms in one word, and units that are words or ratios apart.
func withUnit(number, unit string) string {
	if unit == "" || unit == "%" || len(unit) <= 2 {
		return number + unit
	}
	return number + " " + unit
}

func span(d time.Duration) string {
	var b strings.Builder
	for _, u := range spanUnits {
		if n := d / u.size; n > 0 {
			fmt.Fprintf(&b, "%d%c", n, u.name)
			d -= n * u.size
		}
	}
	return b.String()
}
