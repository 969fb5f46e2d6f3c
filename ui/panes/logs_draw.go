package panes

import (
	"fmt"
	"strings"

	"tminus/model/screen"
	"tminus/ui/theme"
)

// severity ranks a level; what is not known is shown like an error.
func severity(level string) int {
	switch level {
	case "warning":
		return 0
	case "critical":
		return 2
	}
	return 1
}

// severities is how many there are.
const severities = 3

// logLevel gives a level's glyph, word and style.
func logLevel(t *theme.Theme, level string) (glyph, word string, st theme.Style) {
	switch severity(level) {
	case 0:
		return t.Glyph.Warn, "WARNING", t.Warn
	case 2:
		return t.Glyph.Crit, "CRITICAL", t.Crit
	}
	if level != "error" {
		return "×", strings.ToUpper(clip(level, 8)), t.Crit
	}
	return "×", "ERROR", t.Crit
}

// draw is one line in one row. A line may be long and hostile: no more of it is looked at than can be shown.
func (v *LogsView) draw(l *screen.LogLine, stampW int, here bool) string {
	glyph, word, st := logLevel(v.t, l.Level)
	sign, signStyle := v.cursorSign(here)
	r := v.row().Text(signStyle, sign).Gap(1).Cell(v.t.Dim, stamp(l.At, v.now), stampW).Gap(1)
	r.Cell(st, glyph, 1).Gap(1).Cell(st, word, len("CRITICAL")).Gap(1)
	if v.w >= 100 {
		r.Cell(v.t.Dim, clip(l.Group, v.groupW), v.groupW).Gap(1)
	}
	return r.Rest(v.rowStyle(here), clip(l.Text, r.Left())).String()
}

// clip is the beginning of raw text that is more than enough to fill w cells.
func clip(raw string, w int) string {
	if most := 4*w + 16; len(raw) > most {
		return strings.ToValidUTF8(raw[:most], "")
	}
	return raw
}

// longest is how much of a line is shown: what a room sends is cut far below it.
const longest = 64 << 10

// entire is the whole line, wrapped.
func (v *LogsView) entire(l *screen.LogLine) []string {
	f := facts{t: v.t, w: v.w}
	glyph, word, st := logLevel(v.t, l.Level)
	f.fact("Level", glyph+" "+word, st)
	f.fact("At", joined(v.t, l.At.UTC().Format("2006-01-02 15:04:05.000 UTC"), clockAt(v.s, l.At)), v.t.Text)
	f.fact("Group", clip(l.Group, 512), v.t.Text)
	f.fact("Event", clip(l.ID, 256), v.t.Dim)
	f.blank()
	body, more := l.Text, ""
	if len(body) > longest {
		body, more = strings.ToValidUTF8(body[:longest], ""), fmt.Sprintf("… and %d bytes more, which are not shown", len(body)-longest)
	}
	f.say(v.t.Text, body)
	f.say(v.t.Dim, more)
	return f.lines
}

// nothing says why there is no line.
func (v *LogsView) nothing() []string {
	f := facts{t: v.t, w: v.w}
	if len(v.all) > 0 {
		f.say(v.t.Text, fmt.Sprintf("None of the %d lines is of this level. f shows the others.", len(v.all)))
		return f.lines
	}
	for i := range v.s.Sources {
		if h := &v.s.Sources[i]; (h.Name == "logs" || strings.HasPrefix(h.Name, "logs ")) && h.Error != "" {
			next := ""
			if !h.NextTry.IsZero() {
				next = "tries again " + inTime(h.NextTry, v.now)
			}
			f.say(v.t.NoData, v.t.Glyph.NoData+" The logs cannot be read: "+joined(v.t, h.Error, next, h.Hint))
			return f.lines
		}
	}
	switch {
	case v.plan != nil && (v.plan.File == nil || len(v.plan.File.Logs) == 0):
		f.say(v.t.Text, "No log group is bound: the launch file names none under logs.")
	case !v.heard:
		f.say(v.t.Dim, "Reading the log lines.")
	default:
		f.say(v.t.Text, "Nothing has matched the patterns yet.")
	}
	return f.lines
}
