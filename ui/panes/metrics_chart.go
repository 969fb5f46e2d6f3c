package panes

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// timeRange is how much time a chart shows. Its window ends at the next whole step, so that from one step to the next
// points are added in place instead of moving the whole picture.
type timeRange struct {
	name         string
	length, step time.Duration
}

func timeRanges() []timeRange {
	return []timeRange{
		{"15 m", 15 * time.Minute, 2 * time.Minute}, {"1 h", time.Hour, 5 * time.Minute},
		{"6 h", 6 * time.Hour, 30 * time.Minute}, {"24 h", 24 * time.Hour, 2 * time.Hour},
	}
}

// usualRange is the range that shows two dozen points or more.
func usualRange(period time.Duration) int {
	for i, r := range timeRanges() {
		if i > 0 && r.length/max(period, time.Second) >= 24 {
			return i
		}
	}
	return len(timeRanges()) - 1
}

// window is the time shown: the newest, or around a crosshair that stands before it.
func (r timeRange) window(now, cross time.Time) (from, to time.Time) {
	end := func(at time.Time) (time.Time, time.Time) {
		to := at.Truncate(r.step).Add(r.step)
		return to.Add(-r.length - r.step), to
	}
	from, to = end(now)
	if !cross.IsZero() && !cross.After(from) {
		return end(cross.Add(r.length / 2))
	}
	return from, to
}

// limitsOf are a monitor's thresholds as numbers: a rule over a baseline that was not captured has none.
func limitsOf(m *screen.Monitor) []widgets.Limit {
	var out []widgets.Limit
	for _, r := range []struct {
		text  string
		level widgets.Level
	}{{m.Warning, widgets.Warning}, {m.Critical, widgets.Critical}} {
		rule, err := monitor.ParseRule(r.text, m.Unit)
		if err != nil {
			continue
		}
		if limit, ok := rule.Threshold(m.Baseline); ok {
			out = append(out, widgets.Limit{Level: r.level, Op: rule.Op, Value: limit})
		}
	}
	return out
}

// Ranks of what stands on the axis of time: what changed the launch comes before what was planned.
const (
	rankAlarm = iota
	rankLaunch
	rankStep
	rankMark
	rankOther
)

// marks are the instants of the launch that stand on the axis of time.
func marks(t *theme.Theme, s *screen.Screen, m *screen.Monitor) []widgets.Tick {
	var out []widgets.Tick
	add := func(at time.Time, text string, short rune, st theme.Style, rank int) {
		if !at.IsZero() && !slices.ContainsFunc(out, func(k widgets.Tick) bool { return k.At.Equal(at) && k.Text == text }) {
			out = append(out, widgets.Tick{At: at, Text: text, Short: short, Style: st, Rank: rank})
		}
	}
	byAt := func(by *screen.By) time.Time {
		if by == nil {
			return time.Time{}
		}
		return by.At
	}
	add(s.Clock.T0, "T-0", '0', t.Accent, rankLaunch)
	if s.Clock.HeldAt != nil {
		add(*s.Clock.HeldAt, "hold", 'H', t.Warn, rankLaunch)
	}
	if s.Poll.State == string(launch.Go) || s.Poll.State == string(launch.NoGo) {
		add(byAt(s.Poll.Decided), s.Poll.State, 'G', t.Strong, rankLaunch)
	}
	for i := range s.Triggers {
		tr := &s.Triggers[i]
		add(byAt(tr.Fired), "fired", '!', t.Crit, rankAlarm)
		add(byAt(tr.Cleared), "cleared", '/', t.OK, rankAlarm)
	}
	for i := range s.Steps {
		st := &s.Steps[i]
		name := "S" + strconv.Itoa(st.Number)
		_, word, style := t.Step(st.State)
		add(byAt(st.Started), name, 'S', t.Strong, rankStep)
		add(byAt(st.Ended), name+" "+word, 's', style, rankStep)
	}
	for i := range s.Marks {
		add(s.Marks[i].At, s.Marks[i].Label, 'T', t.Dim, rankMark)
	}
	for i := range s.Next {
		add(s.Next[i].At, s.Next[i].Label, 'T', t.Dim, rankMark)
	}
	add(byAt(m.BaselineBy), "baseline", 'b', t.Dim, rankOther)
	add(byAt(m.Silenced), "silenced", 'z', t.Dim, rankOther)
	return out
}

// said are the decisions of people, one letter each.
func said(t *theme.Theme, lines []screen.Line) []widgets.Tick {
	var out []widgets.Tick
	for i := range lines {
		if l := &lines[i]; decided(l) {
			out = append(out, widgets.Tick{At: l.At, Short: kindLetter(l.Kind), Style: t.Text})
		}
	}
	return out
}

// decided reports whether an entry is somebody's decision: that a person came is none.
func decided(l *screen.Line) bool { return l.Human && !strings.HasPrefix(l.Kind, "person.") }

// kindLetter stands for a kind of entry; saidLegend tells which is which.
func kindLetter(kind string) rune {
	noun, _, _ := strings.Cut(kind, ".")
	switch noun {
	case "note":
		return 'n'
	case "poll":
		return 'v'
	case "item", "section", "task":
		return 'c'
	}
	return 'd'
}

const saidLegend = "n note, v go/no-go, c checklist, d another decision; of the newest 60 entries"

// emptyReason says why a chart has no points.
func emptyReason(m *screen.Monitor, loading bool, known int, now time.Time) string {
	switch {
	case loading:
		return "reading the points"
	case known > 0 && !m.At.IsZero():
		return "no point in this time; the newest is of " + stamp(m.At, now) + " UTC"
	case m.State == monitor.Unbound:
		return "UNBOUND: no source in the launch file; e enters a value"
	case m.State == monitor.Error && m.Error != "":
		return "ERROR: " + m.Error
	case m.ReadAt.IsZero():
		return m.State.String() + ": never read"
	}
	return m.State.String() + ": the source has no point"
}
