package widgets

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"tminus/model/monitor"
	"tminus/ui/theme"
)

func chartAt(minute int) time.Time {
	return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC).Add(time.Duration(minute) * time.Minute)
}

// chartOf is a chart of an hour with a value a minute; NaN: no point.
func chartOf(minutes int, value func(minute int) float64) *Chart {
	c := &Chart{From: chartAt(0), To: chartAt(minutes), Period: time.Minute, Unit: "%",
		Limits: []Limit{{Warning, ">", 10}, {Critical, ">", 50}}}
	for m := 1; m <= minutes; m++ {
		if v := value(m); !math.IsNaN(v) {
			c.Points = append(c.Points, monitor.Point{At: chartAt(m), Value: v})
		}
	}
	return c
}

func plainTheme() *theme.Theme { return theme.New(theme.Options{NoColor: true}) }

func draw(c *Chart, w, h int) []string {
	var out []string
	for _, l := range c.Lines(plainTheme(), w, h) {
		out = append(out, ansi.Strip(l))
	}
	return out
}

func TestChartKeepsEverySpike(t *testing.T) {
	for _, spike := range []int{1, 2, 719, 720, 1003, 1440} {
		c := chartOf(1440, func(m int) float64 {
			if m == spike {
				return 400
			}
			return 5 + float64(m%3)
		})
		d := c.arrange(plainTheme(), 60, 20)
		d.plot()
		x := d.column(chartAt(spike), 2*d.w) / 2
		top := d.y.row(400, 4*d.h) / 4
		if d.bits[top*d.w+x] == 0 || d.level[top*d.w+x] != Critical {
			t.Errorf("a spike at minute %d is not drawn as critical", spike)
		}
		if got := d.verdicts()[x]; got != broken {
			t.Errorf("the state of a spike at minute %d is %d, want critical", spike, got)
		}
	}
}

func TestChartNeverJoinsGaps(t *testing.T) {
	c := chartOf(60, func(m int) float64 {
		if m > 20 && m <= 40 {
			return math.NaN()
		}
		return float64(m)
	})
	d := c.arrange(plainTheme(), 120, 24)
	d.plot()
	for x := d.column(chartAt(20), d.w) + 1; x < d.column(chartAt(41), d.w); x++ {
		for y := range d.h {
			if d.bits[y*d.w+x] != 0 {
				t.Fatalf("something is drawn in column %d of a gap", x)
			}
		}
		if got := d.verdicts()[x]; got != missing && got != broken && x < d.column(chartAt(40), d.w) {
			t.Fatalf("column %d of a gap has the state %d", x, got)
		}
	}
	lone := chartOf(60, func(m int) float64 {
		if m%3 != 0 {
			return math.NaN()
		}
		return float64(m % 2 * 40)
	})
	d = lone.arrange(plainTheme(), 120, 24)
	d.plot()
	dots := 0
	for _, b := range d.bits {
		for ; b != 0; b &= b - 1 {
			dots++
		}
	}
	if dots != len(lone.Points) {
		t.Errorf("%d dots for %d points that stand alone", dots, len(lone.Points))
	}
}

func TestChartDrawsThresholds(t *testing.T) {
	out := draw(chartOf(60, func(m int) float64 { return float64(m) }), 100, 24)
	warn, crit := -1, -1
	for i, l := range out {
		if strings.Contains(l, "─ ─ ─") && strings.Contains(l, "▲ > 10 %") {
			warn = i
		}
		if strings.Contains(l, "═══") && strings.Contains(l, "■ > 50 %") {
			crit = i
		}
	}
	if warn < 0 || crit < 0 || crit >= warn {
		t.Errorf("critical line in row %d, warning in row %d:\n%s", crit, warn, strings.Join(out, "\n"))
	}
	far := draw(chartOf(60, func(m int) float64 { return float64(m % 3) }), 100, 24)
	if !strings.Contains(far[0], "■↑ > 50 %") || strings.Contains(strings.Join(far, ""), "═") {
		t.Errorf("a limit out of reach is not named at the edge:\n%s", strings.Join(far, "\n"))
	}
	falls := chartOf(60, func(m int) float64 { return 100 - float64(m) })
	falls.Limits = []Limit{{Warning, "<", 90}, {Critical, "<", 50}}
	for v, want := range map[float64]Level{95: Plain, 90: Plain, 89: Warning, 50: Warning, 49: Critical} {
		if got := falls.LevelOf(v); got != want {
			t.Errorf("%v has level %d, want %d", v, got, want)
		}
	}
}

// TestChartLevelsAreTrue checks that no cell looks worse than the values that it shows.
func TestChartLevelsAreTrue(t *testing.T) {
	c := chartOf(60, func(int) float64 { return 10 }) // on the warning line, which is not beyond it
	d := c.arrange(plainTheme(), 80, 12)
	d.plot()
	for _, l := range d.level {
		if l != Plain {
			t.Fatal("a value on a limit is drawn as beyond it")
		}
	}
}

func TestChartScales(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []float64
		labels []string
	}{
		{"constant", []float64{50, 50, 50}, []string{"49.6", "50.0"}},
		{"zero", []float64{0}, []string{"0"}},
		{"one", []float64{7}, []string{"7"}},
		{"huge", []float64{1e306, -1e306}, []string{"0"}},
		{"far out", []float64{math.MaxFloat64, -math.MaxFloat64}, []string{"0"}},
		{"small", []float64{2e-9, 5e-9}, []string{"e-09"}},
		{"denormal", []float64{5e-324}, []string{"0"}},
		{"bytes", []float64{7.1e6, 7.9e6}, []string{"7.2M", "7.8M"}},
		{"steady and large", []float64{1e15, 1e15 + 1}, []string{"e+15"}},
		{"below zero", []float64{-3, 3}, []string{"-2", "0", "2"}},
		{"not numbers", []float64{math.Inf(1), math.NaN(), 3, math.Inf(-1)}, []string{"3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ch := chartOf(len(c.values), func(m int) float64 { return c.values[m-1] })
			ch.Limits = nil
			if c.name == "not numbers" {
				ch.Points = nil
				for i, v := range c.values {
					ch.Points = append(ch.Points, monitor.Point{At: chartAt(i + 1), Value: v})
				}
			}
			out := strings.Join(draw(ch, 80, 20), "\n")
			for _, l := range c.labels {
				if !strings.Contains(out, l) {
					t.Errorf("no label %q in\n%s", l, out)
				}
			}
			if strings.Contains(out, "NaN") || strings.Contains(out, "Inf") {
				t.Errorf("a label is no number:\n%s", out)
			}
			if n := strings.Count(out, "┤"); n < 1 || n > 5 {
				t.Errorf("%d labels:\n%s", n, out)
			}
		})
	}
}

func TestChartLanes(t *testing.T) {
	tick := func(m int, text string, short rune, rank int) Tick {
		return Tick{At: chartAt(m), Text: text, Short: short, Rank: rank}
	}
	c := chartOf(60, func(m int) float64 { return float64(m) })
	c.Lanes = []Lane{{"marks", []Tick{tick(30, "T-0", '0', 0), tick(30, "S1", 'S', 1), tick(31, "S2", 's', 2), tick(31, "S3", 's', 2), tick(60, "T+30m", 'T', 3), tick(99, "later", 'x', 0), tick(-9, "before", 'x', 0)}}}
	out := draw(c, 80, 20)
	lane := out[len(out)-1]
	if !strings.Contains(lane, "│T-0 S1") || !strings.Contains(lane, "T+30m│") || !strings.Contains(lane, "+2") || strings.Contains(lane, "x") {
		t.Errorf("lane %q", lane)
	}
}

func TestChartSaysWhyItIsEmpty(t *testing.T) {
	c := chartOf(60, func(int) float64 { return math.NaN() })
	c.Empty = "UNBOUND: \x1b[31mno source 日本"
	out := strings.Join(draw(c, 80, 12), "\n")
	if !strings.Contains(out, `UNBOUND: \u{1b}[31mno source ??`) || strings.Contains(out, "┤") {
		t.Errorf("got\n%s", out)
	}
}

// TestChartIsExact draws anything at any size: to the cell, without a panic, in ASCII where the theme is.
func TestChartIsExact(t *testing.T) {
	themes := []*theme.Theme{theme.New(theme.Options{}), theme.New(theme.Options{ASCII: true})}
	rapid.Check(t, func(r *rapid.T) {
		minutes := rapid.IntRange(0, 200).Draw(r, "minutes")
		values := rapid.SliceOfN(rapid.OneOf(rapid.Float64(), rapid.Float64Range(0, 100), rapid.Just(math.NaN())), minutes, minutes).Draw(r, "values")
		c := chartOf(minutes, func(m int) float64 { return values[m-1] })
		c.Period = time.Duration(rapid.IntRange(0, 400).Draw(r, "period")) * time.Second
		c.From = c.From.Add(time.Duration(rapid.IntRange(-9000, 9000).Draw(r, "from")) * time.Second)
		c.Until = chartAt(rapid.IntRange(-10, 300).Draw(r, "until"))
		c.Cross = chartAt(rapid.IntRange(-10, 300).Draw(r, "cross"))
		c.Unit, c.Empty = rapid.String().Draw(r, "unit"), rapid.String().Draw(r, "empty")
		c.Limits = []Limit{{Warning, rapid.SampledFrom([]string{">", "<", ">=", "", "?"}).Draw(r, "op"), rapid.Float64().Draw(r, "limit")}, {Critical, "<", 3}}
		c.Lanes = []Lane{{Name: rapid.String().Draw(r, "lane"), Ticks: []Tick{{At: chartAt(3), Text: rapid.String().Draw(r, "text"), Short: 'x'}, {At: chartAt(3), Short: 'y'}}}}
		w, h := rapid.IntRange(-1, 130).Draw(r, "w"), rapid.IntRange(-1, 40).Draw(r, "h")
		for _, th := range themes {
			lines := c.Lines(th, w, h)
			if len(lines) != max(h, 0) && w > 0 {
				r.Fatalf("%d lines, want %d", len(lines), h)
			}
			for i, l := range lines {
				if n := ansi.StringWidth(l); n != w {
					r.Fatalf("line %d is %d cells, want %d: %q", i, n, w, l)
				}
				if th.ASCII && strings.IndexFunc(l, func(r rune) bool { return r >= 0x80 }) >= 0 {
					r.Fatalf("line %d is not ASCII: %q", i, l)
				}
			}
		}
	})
}

// BenchmarkChart is a day of minutes in a large pane.
func BenchmarkChart(b *testing.B) {
	c := chartOf(1440, func(m int) float64 { return 30 + 25*math.Sin(float64(m)/40) + float64(m*7919%13) })
	for i := range 20 {
		c.Lanes = append(c.Lanes[:0], Lane{"marks", append(ticksOf(c), Tick{At: chartAt(i * 60), Text: fmt.Sprint("T-", i)})})
	}
	t := theme.New(theme.Options{})
	b.ReportAllocs()
	for b.Loop() {
		if len(c.Lines(t, 120, 30)) != 30 {
			b.Fatal("no chart")
		}
	}
}

func ticksOf(c *Chart) []Tick {
	if len(c.Lanes) == 0 {
		return nil
	}
	return c.Lanes[0].Ticks
}
