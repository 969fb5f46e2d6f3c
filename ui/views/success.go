package views

import (
	"fmt"
	"math"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// NewSuccess is the end of a launch: the watch with its success criteria by team, what is done before it is closed, and who
// has to agree where something stands against that.
func NewSuccess(t *theme.Theme) *StepsView {
	return &StepsView{t: t, name: "Success and closure", build: successEntries, heed: successHeed,
		right: func(s *screen.Screen) string {
			said := fmt.Sprintf("%d/%d met  %d/%d done", s.Success.Met, s.Success.Of, s.Closure.Done, s.Closure.Of)
			if s.Closure.Closed != nil {
				said = "CLOSED: " + s.Closure.Outcome + "  " + said
			}
			return said
		},
		timely: func(s *screen.Screen, now time.Time) string {
			return progress(&s.Success, watchedTill(s, now), s.Closure.Closed != nil)
		},
	}
}

// successHeed is the row that waits for somebody: a criterion, then what is left of the closure.
func successHeed(s *screen.Screen, _ []entry) string {
	for i := range s.Success.Groups {
		for _, c := range s.Success.Groups[i].Criteria {
			if c.State == launch.CriterionAsked {
				return c.ID
			}
		}
	}
	if s.Phase == launch.Closing {
		return s.Todo.Target
	}
	return ""
}

// successFound are the view's rows for the search.
func successFound(p *screen.Plan, s *screen.Screen, t *theme.Theme) []row {
	return rowsOf(successEntries(p, s, t, s.At))
}

func successEntries(_ *screen.Plan, s *screen.Screen, t *theme.Theme, now time.Time) []entry {
	out := []entry{{row: head("The watch", windowText(&s.Success))}}
	out = append(out, entry{row: row{id: "watch", depth: 1, text: progress(&s.Success, watchedTill(s, now), s.Closure.Closed != nil)}})
	for i := range s.Success.Groups {
		g := &s.Success.Groups[i]
		out = append(out, entry{}, entry{row: head(g.Title, g.Short+"  "+named(g.Person))})
		for k := range g.Criteria {
			out = append(out, criterionEntry(g, &g.Criteria[k], t))
		}
	}
	out = append(out, closureEntries(s, t)...)
	if s.Closure.Closed == nil { // from every row: it is what the view is for
		ask := act{"C", "close the launch", intent.Ask{Command: launch.Command{Action: "launch.close"}}}
		for i := range out {
			if out[i].id != "" {
				out[i].acts = append(out[i].acts, ask)
			}
		}
	}
	return out
}

func windowText(s *screen.Success) string {
	if s.From.IsZero() {
		return "begins with the last verified step"
	}
	return s.From.UTC().Format("2 Jan 15:04") + " to " + s.To.UTC().Format("2 Jan 15:04 UTC")
}

// barWidth is how many cells the bar of the watch has.
const barWidth = 20

// progress is how much of the watch is over, as a bar and in words.
func progress(s *screen.Success, now time.Time, closed bool) string {
	if s.From.IsZero() || !s.To.After(s.From) {
		return "Not begun: a launch is watched once its last step is verified"
	}
	whole := s.To.Sub(s.From)
	gone := min(max(now.Sub(s.From), 0), whole).Truncate(time.Minute)
	full := int(gone * barWidth / whole)
	bar := "[" + strings.Repeat("=", full) + strings.Repeat(".", barWidth-full) + "]"
	if gone == whole {
		return bar + " over, " + hours(whole) + " watched"
	}
	if closed {
		return fmt.Sprintf("%s %d %%  closed after %s of %s", bar, int(gone*100/whole), hours(gone), hours(whole))
	}
	return fmt.Sprintf("%s %d %%  %s of %s, %s left", bar, int(gone*100/whole), hours(gone), hours(whole), hours(whole-gone))
}

// watchedTill is up to when the launch was watched: now, or when it was closed.
func watchedTill(s *screen.Screen, now time.Time) time.Time {
	if s.Closure.Closed != nil {
		return s.Closure.Closed.At
	}
	return now
}

// hours is a duration to the minute: "8h 02m".
func hours(d time.Duration) string {
	m := int(d / time.Minute)
	return fmt.Sprintf("%dh %02dm", m/60, m%60)
}

// criterionLook is a criterion's glyph and tone.
func criterionLook(t *theme.Theme, c *screen.Criterion) (glyph string, to tone) {
	switch c.State {
	case launch.CriterionMet:
		return t.Glyph.OK, good
	case launch.CriterionNotMet:
		return t.Glyph.Crit, bad
	case launch.CriterionUnknown:
		return t.Glyph.NoData, late
	case launch.CriterionAsked:
		return t.Glyph.Warn, late
	case launch.CriterionWatching:
		if c.Failing() > 0 {
			return t.Glyph.Warn, late
		}
		return t.Glyph.Run, live
	case launch.CriterionMeasuring:
		return t.Glyph.Run, live
	}
	return t.Glyph.Open, quiet
}

func criterionEntry(g *screen.SuccessGroup, c *screen.Criterion, t *theme.Theme) entry {
	mark, to := criterionLook(t, c)
	r := row{id: c.ID, depth: 1, mark: mark, tone: to, text: fmt.Sprintf("%-13s %s", c.State, c.Text), right: criterionTold(c)}
	if !c.Auto && !g.From.IsZero() {
		r.acts = []act{{"J", "judge", intent.Ask{Command: launch.Command{Action: "criterion.judge", Args: map[string]string{"id": c.ID}}}}}
	}
	return entry{row: r, facts: func(f *sheet) { criterionFacts(f, g, c) }}
}

// criterionTold is what a criterion's line says at its end: the worst of its monitors, or whose word it is.
func criterionTold(c *screen.Criterion) string {
	switch {
	case c.Against != "":
		return c.Against
	case len(c.Scores) == 0 && c.Auto && !c.SoFar:
		return ""
	case len(c.Scores) == 0 && c.Said != nil:
		return by(c.Said)
	case len(c.Scores) == 0 && c.Auto:
		return "from samples"
	case len(c.Scores) == 0:
		return "its owner says"
	}
	var parts []string
	if len(c.Scores) == 1 && c.Scores[0].Value != nil {
		parts = append(parts, amount(*c.Scores[0].Value, c.Scores[0].Unit))
	}
	if n := c.Failing(); n > 0 {
		parts = append(parts, fmt.Sprintf("%d failing", n))
	}
	parts = append(parts, fmt.Sprintf("%.1f %% known", *c.Coverage()))
	return strings.Join(parts, "  ")
}

func amount(v float64, unit string) string {
	if math.Abs(v) >= 10000 {
		return strings.TrimSpace(fmt.Sprintf("%.0f %s", v, unit))
	}
	return strings.TrimSpace(fmt.Sprintf("%.4g %s", v, unit))
}

func criterionFacts(f *sheet, g *screen.SuccessGroup, c *screen.Criterion) {
	_, to := criterionLook(f.t, c)
	f.say(f.t.Strong, c.Text)
	word := string(c.State)
	if c.SoFar && len(c.Scores) > 0 && c.State == launch.CriterionWatching {
		word += "; so far: " + scoreVerdict(c)
	}
	f.styled("state", word, toneOf(f.t, to))
	f.fact("owner", g.Owner+"  "+named(g.Person))
	if c.Auto {
		f.fact("asks", c.Rule)
	} else {
		f.fact("asks", "its owner, who names the evidence; that it is met can be said when the watch is over")
	}
	f.styled("because", c.Against, f.t.Crit)
	if c.Said != nil && !c.Auto {
		f.fact("said", c.Said.Text)
		f.fact("by", by(c.Said))
	}
	if c.Said != nil && c.Auto {
		f.fact("measured", c.Said.At.UTC().Format("2 Jan 15:04:05 UTC")+fmt.Sprintf(", entry %d", c.Said.Seq))
	}
	for i := range c.Scores {
		f.blank()
		scoreFacts(f, &c.Scores[i])
	}
}

// scoreVerdict is what the scores come to so far. Good so far is no verdict.
func scoreVerdict(c *screen.Criterion) string {
	var all []monitor.Score
	for _, s := range c.Scores {
		all = append(all, s.Score)
	}
	if v := monitor.Verdict(all); v != monitor.GoalMet {
		return v
	}
	return "it holds"
}

func scoreFacts(f *sheet, m *launch.MonitorScored) {
	f.say(f.t.Strong, m.Monitor)
	f.fact("judged by", m.How)
	if m.Value != nil {
		what := ", the mean"
		if m.Parts != nil {
			what = ", of the sums"
		}
		f.fact("value", amount(*m.Value, m.Unit)+what)
	}
	for _, name := range sortedNames(m.Parts) {
		f.fact("", fmt.Sprintf("%s %.0f", name, m.Parts[name]))
	}
	if m.Drift != nil {
		f.fact("drift", fmt.Sprintf("%+.1f %% from the first quarter's mean to the last's; %d %% are allowed", *m.Drift, monitor.MaxDrift))
	}
	f.fact("points", fmt.Sprintf("%d of %d known, %.1f %%; below %d %% nothing is met", m.Points, m.Expected, m.Coverage, monitor.MinCoverage))
	if m.Points > 0 {
		f.fact("hold", fmt.Sprintf("%.2f %%, %d fail", m.Share, m.Failing))
	}
	f.styled("because", m.Why, f.t.Warn)
	for i, p := range m.Worst {
		label, st := "", f.t.Text
		if i == 0 {
			label = "worst"
		}
		word := ""
		if i < m.Failing {
			word, st = "  fails", f.t.Warn
		}
		f.styled(label, p.At.UTC().Format("2 Jan 15:04")+"  "+amount(p.Value, m.Unit)+word, st)
	}
}
