package widgets

import (
	"math"
	"strconv"
)

// valueScale is the axis of values, from low to high.
type valueScale struct {
	low, high, step float64
	first           float64 // the first value marked; the others follow in steps
	marks           int
	ok              bool
}

// hugest bounds the values that are drawn, so that their differences are numbers too.
const hugest = 1e300

func bounded(v float64) float64 { return min(max(v, -hugest), hugest) }

// scale holds every point, and the limits that tell how far it is to the next alarm: the warning always, the critical one
// where it is in reach. A limit that would press the points flat stays outside, and is named at the edge.
func (c *Chart) scale(points []spot, h int) valueScale {
	low, high, ok := math.Inf(1), math.Inf(-1), false
	worst := Plain
	for _, p := range points {
		low, high, ok = min(low, p.value), max(high, p.value), true
		worst = max(worst, p.level)
	}
	if !ok {
		return valueScale{}
	}
	for _, l := range c.Limits {
		v := bounded(l.Value)
		wide := max(high-low, math.Abs(high)/10)
		far := max(v-high, low-v)
		if finite(v) && (l.Level == Warning || worst > Plain || len(c.Limits) == 1 || far <= 2*wide) {
			low, high = min(low, v), max(high, v)
		}
	}
	if low >= 0 && low <= high/2 {
		low = 0
	}
	for _, l := range c.Limits { // what is named at an edge needs a row of its own
		if room := (high - low) * max(0.1, 1.5/float64(max(h, 3))); bounded(l.Value) > high {
			high += room
		} else if bounded(l.Value) < low {
			low -= room
		}
	}
	return nice(low, high, min(max((h+1)/2, 3), 5))
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// nice widens low to high to half steps, where a step is 1, 2, 2.5 or 5 times a power of ten and at most `most` of them, which
// is three or more, are marked. Noise around a steady value stays low: the scale never spans less than a fiftieth of it.
func nice(low, high float64, most int) valueScale {
	least := max(math.Abs(low), math.Abs(high)) / 50
	if least < 1e-290 {
		least = 1
	}
	if high-low < least {
		middle := low/2 + high/2
		low, high = middle-least/2, middle+least/2
	}
	exp := int(math.Floor(math.Log10((high - low) / float64(most-1))))
	for ; ; exp++ {
		for _, m := range [...]float64{1, 2, 2.5, 5} {
			step := m * math.Pow10(exp)
			from, to := math.Floor(2*low/step), math.Ceil(2*high/step) // in half steps
			first := math.Ceil(from / 2)
			if n := int(math.Floor(to/2)-first) + 1; n <= most {
				return valueScale{from * step / 2, to * step / 2, step, first * step, n, true}
			}
		}
	}
}

// row is where a value stands among n rows, 0 at the top.
func (s valueScale) row(v float64, n int) int {
	r := math.Round((s.high/2 - bounded(v)/2) / (s.high/2 - s.low/2) * float64(n-1))
	return int(min(max(r, 0), float64(n-1)))
}

// mark is the i-th value of the axis, from below.
func (s valueScale) mark(i int) float64 {
	v := s.first + float64(i)*s.step
	if math.Abs(v) < s.step/1000 {
		return 0
	}
	return v
}

// label writes a value of the axis with as many digits as the step has.
func (s valueScale) label(v float64) string {
	top := max(math.Abs(s.low), math.Abs(s.high))
	by, suffix := 1.0, ""
	switch {
	case top >= 1e12 || top < 1e-4:
		return strconv.FormatFloat(v, 'g', 4, 64)
	case top >= 1e9:
		by, suffix = 1e9, "G"
	case top >= 1e6:
		by, suffix = 1e6, "M"
	}
	digits := 0
	for step := s.step / by; digits < 9 && math.Abs(step-math.Round(step)) > 1e-6; digits++ {
		step *= 10
	}
	if v == 0 {
		return "0"
	}
	return strconv.FormatFloat(v/by, 'f', digits, 64) + suffix
}

// unitWidth is the widest label that still gets its unit.
const unitWidth = 10

// labels is the text beside each row of the plot; the topmost names the unit.
func (d *drawing) labels() []string {
	out := make([]string, d.h)
	if !d.y.ok {
		return out
	}
	for i := d.y.marks - 1; i >= 0; i-- {
		row := d.y.row(d.y.mark(i), 4*d.h) / 4
		if out[row] != "" {
			continue
		}
		out[row] = d.y.label(d.y.mark(i))
		if unit := narrowText(d.Unit, unitWidth); i == d.y.marks-1 && unit != "" {
			if full := out[row] + " " + unit; Width(full) <= unitWidth {
				out[row] = full
			}
		}
	}
	return out
}

func (d *drawing) labelWidth() int {
	w := 0
	for _, l := range d.labels() {
		w = max(w, Width(l))
	}
	return w
}
