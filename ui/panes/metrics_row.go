package panes

import (
	"fmt"
	"strings"

	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// metricColumns is how wide each column is; 0: left out. The name takes what is over.
type metricColumns struct{ word, name, value, spark, rule, age int }

// Below these widths a column is no use.
const (
	leastName  = 11
	leastSpark = 5
	agesWidth  = 5
)

// columnsFor shares w cells between the columns: state, name and value always, then threshold, sparkline and age as far
// as there is room. A narrow pane does without ages: the frame tells the newest, and a state the old ones.
func columnsFor(all []screen.Monitor, w int) metricColumns {
	c := metricColumns{word: 4, value: 6}
	name := leastName
	for i := range all {
		m := &all[i]
		c.word = max(c.word, len(stateWord(m, w)))
		c.value = max(c.value, widgets.Width(valueText(m)))
		c.rule = max(c.rule, widgets.Width(thresholds(m, w)))
		name = max(name, widgets.Width(m.Name))
	}
	c.value, c.rule = min(c.value, 12), min(c.rule, max(w/4, 9))
	c.spark = leastSpark
	left := w - 3 - c.word - 1 - c.value // cursor, glyph, and the gap before the word
	for _, col := range []*int{&c.spark, &c.rule} {
		if left-1-taken(c.rule)-taken(c.spark) < leastName {
			*col = 0
		}
	}
	left -= 1 + taken(c.rule) + taken(c.spark)
	c.name = min(name, max(left, 0))
	left -= c.name
	if short := taken(agesWidth) - left; short > 0 && w >= narrow && c.name-short >= leastName {
		c.name -= short // a shorter name costs less than no age
		left += short
	}
	if left >= taken(agesWidth) && w >= narrow {
		c.age = agesWidth
		left -= taken(agesWidth)
	}
	if c.spark > 0 {
		grow := min(max(left, 0), 24-c.spark)
		c.spark += grow
		left -= grow
	}
	c.name += max(left, 0)
	return c
}

// taken is a column's width with the gap before it.
func taken(w int) int {
	if w == 0 {
		return 0
	}
	return w + 1
}

// narrow is the width below which states and rules are told in fewer cells.
const narrow = 64

// stateWord is the state, and how far a breach has come to firing: "WARN 3/5".
func stateWord(m *screen.Monitor, w int) string {
	switch {
	case m.Pending > 0 && m.Of > 0:
		return fmt.Sprintf("%s %d/%d", m.State, m.Pending, m.Of)
	case m.State == monitor.NoBaseline && w < narrow:
		return "NO BASE"
	}
	return m.State.String()
}

// thresholds are the rules; in a narrow pane only the one that is crossed next: the warning, or after it the critical one.
func thresholds(m *screen.Monitor, w int) string {
	warn, crit := tight(m.Warning), tight(m.Critical)
	switch {
	case warn == "" || crit == "":
		return warn + crit
	case w >= narrow:
		return warn + " / " + crit
	case m.State == monitor.Warn || m.State == monitor.Crit:
		return crit
	}
	return warn
}

// tight writes a rule in as few cells as it can: "> baseline * 1.5" as ">base×1.5".
func tight(rule string) string {
	rule, lasting, held := strings.Cut(rule, " for ")
	rule = strings.ReplaceAll(strings.ReplaceAll(rule, "baseline", "base"), "*", "×")
	rule = strings.ReplaceAll(rule, " ", "")
	if held {
		rule += " for " + lasting
	}
	return rule
}

// draw is one monitor in one line.
func (c metricColumns) draw(b *base, m *screen.Monitor, here bool) string {
	glyph, _, st := b.t.State(m.State)
	sign, signStyle := b.cursorSign(here)
	r := b.row().Text(signStyle, sign).Cell(st, glyph, 1).Gap(1).Cell(st, stateWord(m, b.w), c.word).Gap(1)
	r.Cell(b.rowStyle(here), m.Name, c.name).Gap(1)
	value, valueStyle := valueText(m), st
	if m.State == monitor.OK || !m.State.Judged() {
		valueStyle = b.t.Text
	}
	if n := c.value - widgets.Width(text.Line(value)); n > 0 { // reverse and underline are of the figure alone
		r.Gap(n).Text(valueStyle, value)
	} else {
		r.CellRight(valueStyle, value, c.value)
	}
	if c.spark > 0 {
		r.Gap(1).Drawn(sparkStyle(b.t, m.State).On(widgets.Spark(m.Recent, c.spark)), c.spark)
	}
	if c.rule > 0 {
		text, st := remark(m, b)
		r.Gap(1).Cell(st, text, c.rule)
	}
	if c.age > 0 {
		r.Gap(1).CellRight(theme.Style{}, pointAge(m, b.now), c.age) // it changes most often, so it costs no colour
	}
	return r.String()
}

// valueText is the newest value; a "~" before it says that it is not to be leaned on: a percentile of few samples, or an
// answer that was not whole.
func valueText(m *screen.Monitor) string {
	text := widgets.Quantity(m.Value, m.Unit)
	if m.Value != nil && (m.Low || m.Partial) {
		return "~" + text
	}
	return text
}

// remark is what stands in the thresholds' column: why the source could not be asked, or that nobody is told of this
// monitor now, before the thresholds.
func remark(m *screen.Monitor, b *base) (string, theme.Style) {
	failed := ""
	if m.State == monitor.Error {
		failed = m.Error
	}
	switch {
	case m.Silenced != nil || m.SilentTill != nil:
		till := ""
		if m.SilentTill != nil {
			till = " till " + m.SilentTill.UTC().Format("15:04")
		}
		return joined(b.t, "silenced"+till, failed), b.t.NoData
	case failed != "":
		return failed, b.t.NoData
	}
	return thresholds(m, b.w), b.t.Dim
}

// sparkStyle colours a line only where its state is bad.
func sparkStyle(t *theme.Theme, s monitor.State) theme.Style {
	switch {
	case s == monitor.Crit && t.NoColor: // in reverse the line would show the opposite of what it shows
		return t.Strong
	case s == monitor.Crit || s == monitor.Warn:
		_, _, st := t.State(s)
		return st
	}
	return t.Dim
}
