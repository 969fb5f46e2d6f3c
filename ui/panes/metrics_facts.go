package panes

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// spent is what reading CloudWatch has cost: "$0.42 · 42 k metrics"; empty where nothing was asked.
func spent(t *theme.Theme, s screen.Spend) string {
	if s.Metrics == 0 {
		return ""
	}
	usd := fmt.Sprintf("$%.2f", s.USD)
	if s.USD < 0.01 {
		usd = "<$0.01"
	}
	n := float64(s.Metrics)
	count := fmt.Sprintf("%d metrics", s.Metrics)
	switch {
	case s.Metrics >= 1e6:
		count = fmt.Sprintf("%.1f M metrics", n/1e6)
	case s.Metrics >= 1e4:
		count = fmt.Sprintf("%d k metrics", s.Metrics/1000)
	}
	return joined(t, usd, count)
}

// clockAt is an instant on the launch's own clock: "T-00:12:43".
func clockAt(s *screen.Screen, at time.Time) string { return launch.FormatClock(at.Sub(s.Clock.T0)) }

// inTime tells how long until an instant: "in 40s"; what has passed is "now".
func inTime(at, now time.Time) string {
	if d := at.Sub(now); d >= 10*time.Second {
		return "in " + widgets.ShortAge(d)
	}
	return "now"
}

// stateFacts tell how a monitor stands, and what its thresholds ask for; and its newest value, where the crosshair is not
// on it.
func stateFacts(t *theme.Theme, s *screen.Screen, m *screen.Monitor, value bool, now time.Time, w int) []string {
	f := facts{t: t, w: w}
	glyph, _, st := t.State(m.State)
	since := ""
	if !m.Since.IsZero() {
		since = lasting(now.Sub(m.Since))
	}
	f.fact("State", joined(t, glyph+" "+stateWord(m, narrow), since, m.Error), st)
	if value && m.Value != nil {
		f.fact("Newest", joined(t, widgets.Quantity(m.Value, m.Unit), widgets.Age(now.Sub(m.At))), t.Strong)
	}
	f.fact("Take care", joined(t, lowWords(m), partialWords(m)), t.NoData)
	f.fact("Warning", threshold(t, m, m.Warning, m.OnWarning), stateStyle(t, m.State == monitor.Warn, t.Warn))
	f.fact("Critical", threshold(t, m, m.Critical, m.OnCritical), stateStyle(t, m.State == monitor.Crit, t.Crit))
	if m.Warning == "" && m.Critical == "" {
		f.fact("Thresholds", "none in the runbook: it is watched, and never alarms", t.Dim)
	}
	f.fact("Owner", m.Owner, t.Text)
	for i := range s.Triggers {
		if tr := &s.Triggers[i]; tr.Monitor == m.ID {
			text, st := triggerWords(t, tr, now)
			f.fact("Trigger", text, st)
		}
	}
	return f.lines
}

func lowWords(m *screen.Monitor) string {
	switch {
	case !m.Low:
		return ""
	case m.Count != nil:
		return "low confidence: " + widgets.Number(*m.Count) + " samples"
	}
	return "low confidence: few samples"
}

func partialWords(m *screen.Monitor) string {
	if !m.Partial {
		return ""
	}
	return "the last answer was not whole"
}

// threshold is a rule, the number that it comes to where that depends on the baseline, and what it asks for.
func threshold(t *theme.Theme, m *screen.Monitor, text, action string) string {
	if text == "" {
		return ""
	}
	number := ""
	if rule, err := monitor.ParseRule(text, m.Unit); err == nil && rule.Baseline {
		number = "no baseline yet"
		if limit, ok := rule.Threshold(m.Baseline); ok {
			number = "now " + widgets.Quantity(&limit, m.Unit)
		}
	}
	return joined(t, text, number, action)
}

// triggerWords tells a trigger's state first.
func triggerWords(t *theme.Theme, tr *screen.Trigger, now time.Time) (string, theme.Style) {
	glyph, st := t.Glyph.Open, t.Dim
	switch tr.State {
	case "pending":
		glyph, st = t.Glyph.Warn, t.Warn
	case "fired":
		glyph, st = t.Glyph.Crit, t.Crit
	case "acknowledged":
		glyph, st = t.Glyph.Warn, t.Warn
	case "cleared":
		glyph, st = t.Glyph.OK, t.OK
	}
	word, since, blind, proposes := glyph+" "+strings.ToUpper(tr.State), "", "", ""
	if tr.Pending > 0 && tr.Of > 0 {
		word += fmt.Sprintf(" %d/%d", tr.Pending, tr.Of)
	}
	if !tr.Since.IsZero() && tr.State != "quiet" {
		since = lasting(now.Sub(tr.Since))
	}
	if tr.NoBaseline {
		blind = "needs a baseline"
	}
	if tr.Proposes != "" {
		proposes = "proposes a " + tr.Proposes
	}
	return joined(t, word, since, tr.Title, blind, tr.Priority+" priority", proposes), st
}

// sourceFacts tell where the values come from, and what was decided about the monitor.
func sourceFacts(t *theme.Theme, s *screen.Screen, m *screen.Monitor, now time.Time, w int) []string {
	f := facts{t: t, w: w}
	source, read := m.Source, "never read"
	if source == "" {
		source, read = "not bound in the launch file", ""
	}
	if !m.ReadAt.IsZero() {
		read = "read " + widgets.Age(now.Sub(m.ReadAt))
	}
	next := ""
	if !m.NextTry.IsZero() {
		next = "tries again " + inTime(m.NextTry, now)
	}
	f.fact("Source", joined(t, source, read, next), t.Text)
	for i := range s.Sources {
		if h := &s.Sources[i]; m.Source != "" && (h.Name == m.Source || strings.HasPrefix(h.Name, m.Source+" ")) {
			healthFacts(&f, h, m, now)
		}
	}
	switch {
	case m.Baseline != nil:
		f.fact("Baseline", joined(t, widgets.Quantity(m.Baseline, m.Unit), captured(m.BaselineBy, now)), t.Text)
	case m.Needs:
		f.fact("Baseline", "NO BASELINE: b captures it", t.NoData)
	}
	if m.SilentTill != nil || m.Silenced != nil {
		till, why := "", ""
		if m.SilentTill != nil {
			till = "until " + stamp(*m.SilentTill, now) + " UTC"
		}
		if m.Silenced != nil {
			why = m.Silenced.Text
		}
		f.fact("Silenced", joined(t, till, byWhom(m.Silenced, now), why), t.NoData)
	}
	every := ""
	if m.Every > 0 {
		every = "every " + widgets.ShortAge(max(m.Every, 10*time.Second))
	}
	f.fact("Monitor", joined(t, m.ID, m.Group, every), t.Dim)
	return f.lines
}

func captured(by *screen.By, now time.Time) string {
	if by == nil {
		return ""
	}
	return "captured by " + byWhom(by, now)
}

// healthFacts tell how the monitor's lane of reading goes, where it does not simply go well.
func healthFacts(f *facts, h *screen.SourceHealth, m *screen.Monitor, now time.Time) {
	lane := ""
	if h.Name != m.Source {
		lane = h.Name
	}
	if h.Error != "" {
		next := ""
		if !h.NextTry.IsZero() && m.NextTry.IsZero() {
			next = "tries again " + inTime(h.NextTry, now)
		}
		failure := h.Error
		if failure == m.Error {
			failure = ""
		}
		f.fact("Failing", joined(f.t, lane, failure, next, h.Hint), f.t.NoData)
	}
	if h.Pace > 1 {
		f.fact("Throttled", joined(f.t, lane, "asked less often for now"), f.t.NoData)
	}
	f.fact("Notice", joined(f.t, lane, h.Notice), f.t.NoData)
}

// nearFacts tell what was decided and what was due around an instant.
func nearFacts(t *theme.Theme, s *screen.Screen, ticks []widgets.Tick, at time.Time, within time.Duration, now time.Time, w int) []string {
	type event struct {
		at   time.Time
		text string
	}
	var all []event
	near := func(x time.Time) bool { return x.Sub(at).Abs() <= within }
	for _, k := range ticks {
		if near(k.At) {
			all = append(all, event{k.At, k.Text})
		}
	}
	for i := range s.Recent {
		if l := &s.Recent[i]; decided(l) && near(l.At) {
			all = append(all, event{l.At, l.Who + ": " + l.Text})
		}
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	f := facts{t: t, w: w}
	for i, e := range all {
		label := ""
		if i == 0 {
			label = "Near"
		}
		f.fact(label, stamp(e.at, now)+" "+e.text, t.Text)
	}
	if len(all) == 0 {
		f.fact("Near", "nothing was decided or due", t.Dim)
	}
	return f.lines
}

// stateStyle is the loud style where something holds.
func stateStyle(t *theme.Theme, holds bool, loud theme.Style) theme.Style {
	if holds {
		return loud
	}
	return t.Text
}

// lasting is how long something has been so.
func lasting(d time.Duration) string {
	if age := widgets.ShortAge(d); age != "now" {
		return "for " + age
	}
	return "since just now"
}
