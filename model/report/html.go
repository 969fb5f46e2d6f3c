package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"tminus/model/text"
)

//go:embed report.html.tmpl
var pageTemplate string

//go:embed report.css
var pageStyle string

// HTML writes the report as one self-contained page: nothing is loaded, nothing is run, and its policy forbids both. Every
// text goes through the sanitizer and through html/template.
func HTML(w io.Writer, r *Report) error {
	t, err := template.New("report").Funcs(template.FuncMap{
		"line":  text.Line,
		"lines": text.Block,
		"none":  func(s string) string { return orWord(strings.TrimSpace(text.Line(s)), "-") },
		"plot":  plotOf,
		"slug":  slug,
		"facts": func(t Table) bool { return t.Named && len(t.Head) == 2 && t.Head[0] == "What" },
	}).Parse(pageTemplate)
	if err != nil {
		return err
	}
	return t.Execute(w, struct {
		*Report
		Style template.CSS
	}{r, template.CSS(pageStyle)})
}

// slug makes an id of a section's compiled-in title.
func slug(part, title string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(part + "-" + title) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b.WriteRune(c)
		} else if !strings.HasSuffix(b.String(), "-") {
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}

// plot is a chart made ready for the page. Lines are drawn in SVG and stretched; words stand around them, so that they
// stay readable on a phone.
type plot struct {
	ID, Name, Describe string
	Path, Warn, Crit   string
	Lines              []plotLine // thresholds
	Marks              []plotMark
	Labels             []plotLabel // of the values
	Ticks              []plotTick
	Table              Table
}

type plotLine struct {
	Y           string // of the plot's height
	Top         string // in per cent
	Class, Text string
}

type plotMark struct {
	X, Left string
	Class   string
	Number  string // empty: its neighbour's says it
	Text    string
}

type plotLabel struct{ Top, Text string }

type plotTick struct {
	Left, Text string
	Odd        bool
}

// closest is how near two numbers of marks may stand, as a part of the plot's width.
const closest = 0.035

func plotOf(c Chart, id int) plot {
	s := c.scale()
	p := plot{ID: fmt.Sprintf("chart-%d", id), Name: c.Series.Monitor.Name, Describe: c.describe(), Path: c.path(), Warn: c.breaches(false), Crit: c.breaches(true)}
	for _, l := range []struct {
		limit       *Limit
		class, word string
	}{{c.Series.Warning, "warn", "warning"}, {c.Series.Critical, "crit", "critical"}} {
		if l.limit != nil {
			y := s.y(l.limit.Value)
			p.Lines = append(p.Lines, plotLine{fmt.Sprintf("%.1f", y*plotHeight), fmt.Sprintf("%.2f", y*100), l.class, l.word + " " + l.limit.Rule})
		}
	}
	p.marks(c)
	for _, part := range []float64{0, 0.5, 1} {
		v := s.lo + (s.hi-s.lo)*part
		p.Labels = append(p.Labels, plotLabel{fmt.Sprintf("%.1f", (1-part)*100), number(v, c.Series.Monitor.Unit)})
	}
	format := "15:04"
	if c.Axis.to.Sub(c.Axis.from) > 36*time.Hour {
		format = "02 Jan 15:04"
	}
	for i, at := range c.Axis.ticks() {
		p.Ticks = append(p.Ticks, plotTick{fmt.Sprintf("%.2f", c.Axis.place(at)*100), at.UTC().Format(format), i%2 == 1})
	}
	p.Table = c.table()
	return p
}

func (p *plot) marks(c Chart) {
	last := -1.0
	add := func(at time.Time, class, number, what string) {
		x := c.Axis.place(at)
		m := plotMark{X: fmt.Sprintf("%.1f", x*plotWidth), Left: fmt.Sprintf("%.2f", x*100), Class: class, Text: what}
		if x-last >= closest || last < 0 {
			m.Number, last = number, x
		}
		p.Marks = append(p.Marks, m)
	}
	zero := !c.Axis.holds(c.T0)
	for _, m := range c.Marks {
		if !zero && !m.At.Before(c.T0) {
			add(c.T0, "t0", "T-0", "T-0")
			zero = true
		}
		class := "mark"
		if m.Bad {
			class = "mark bad"
		}
		add(m.At, class, fmt.Sprint(m.Number), fmt.Sprintf("%d: %s %s", m.Number, instant(m.At), m.Text))
	}
	if !zero {
		add(c.T0, "t0", "T-0", "T-0")
	}
}

// tableRows is how many rows the table beside a chart has at most.
const tableRows = 24

// table is the chart for who does not see it: its columns, gathered into few rows.
func (c *Chart) table() Table {
	t := Table{Caption: "Values of " + c.Series.Monitor.Name, Head: []string{"From", "To", "Least", "Greatest", "Beyond"}}
	cols := c.Series.Columns
	each := (len(cols) + tableRows - 1) / tableRows
	for len(cols) > 0 {
		n := min(each, len(cols))
		lo, hi, beyond := cols[0].Min, cols[0].Max, "-"
		for _, col := range cols[:n] {
			lo, hi = min(lo, col.Min), max(hi, col.Max)
			if col.Crit {
				beyond = "critical"
			} else if col.Warn && beyond == "-" {
				beyond = "warning"
			}
		}
		unit := c.Series.Monitor.Unit
		t.Rows = append(t.Rows, cells(instant(cols[0].From), instant(cols[n-1].To), number(lo, unit), number(hi, unit), beyond))
		cols = cols[n:]
	}
	return t
}
