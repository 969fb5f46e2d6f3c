package widgets

import (
	"math"
	"strings"
)

// levels end below the full block, so that the lines of one row never grow into those of the row above.
const levels = "▁▂▃▄▅▆▇"

// Spark draws the newest w values, one a cell, newest at the right. A nil is a dot: no point there; before the first
// value there is nothing. The scale runs from the least to the greatest shown, but never over less than a tenth of the
// greatest, so that noise around a steady value stays low.
func Spark(vals []*float64, w int) string {
	if w <= 0 {
		return ""
	}
	if len(vals) > w {
		vals = vals[len(vals)-w:]
	}
	low, span := scale(vals)
	marks := []rune(levels)
	var b strings.Builder
	b.Grow(3 * w)
	b.WriteString(Blank(w - len(vals)))
	for _, v := range vals {
		if v == nil || math.IsNaN(*v) {
			b.WriteRune('·')
			continue
		}
		b.WriteRune(marks[level(*v, low, span, len(marks))])
	}
	return b.String()
}

// Range is the least and the greatest of the values shown in w cells; ok is false where there are none.
func Range(vals []*float64, w int) (low, high float64, ok bool) {
	if len(vals) > w {
		vals = vals[len(vals)-max(w, 0):]
	}
	for _, v := range vals {
		if v == nil || math.IsNaN(*v) {
			continue
		}
		if !ok {
			low, high, ok = *v, *v, true
		}
		low, high = min(low, *v), max(high, *v)
	}
	return low, high, ok
}

func scale(vals []*float64) (low, span float64) {
	low, high, _ := Range(vals, len(vals))
	return low, max(high-low, math.Abs(high)/10)
}

// level is the step of n at which v stands; infinities stand at the ends.
func level(v, low, span float64, n int) int {
	if span <= 0 || math.IsInf(span, 0) || math.IsNaN(span) {
		if math.IsInf(v, 1) {
			return n - 1
		}
		return 0
	}
	return min(max(int((v-low)/span*float64(n-1)+0.5), 0), n-1)
}
