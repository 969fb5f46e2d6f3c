package monitor

import (
	"slices"
	"time"
)

// ratio is the ratio's value at each instant that has one, the instants that are known, and the sums over those.
func (w Window) ratio(parts map[string][]Point) (points []Point, instants []time.Time, sums map[string]float64) {
	at := map[int64]map[string]float64{}
	when := map[int64]time.Time{}
	for _, name := range w.Ratio.Names {
		for _, p := range w.inside(parts[name]) {
			key := p.At.UnixNano()
			if at[key] == nil {
				at[key], when[key] = map[string]float64{}, p.At
			}
			at[key][name] = p.Value
		}
	}
	sums = map[string]float64{}
	for _, name := range w.Ratio.Names {
		sums[name] = 0
	}
	for key, values := range at {
		if !w.Ratio.whole(values) {
			continue
		}
		instants = append(instants, when[key])
		for name, v := range values {
			sums[name] += v
		}
		if v, ok := w.Ratio.Eval(values); ok && finite(v) {
			points = append(points, Point{At: when[key], Value: v})
		}
	}
	slices.SortFunc(points, func(a, b Point) int { return a.At.Compare(b.At) })
	return points, instants, sums
}

// whole completes the values of an instant with what is zero there, and reports whether all are known. What may be zero
// stands for nothing alone.
func (r *Ratio) whole(values map[string]float64) bool {
	counted := false
	for _, name := range r.Names {
		_, known := values[name]
		switch {
		case r.Zero[name] && !known:
			values[name] = 0
		case !known:
			return false
		case !r.Zero[name]:
			counted = true
		}
	}
	return counted
}

// inside are the points of the window up to where it is judged, in order, one an instant.
func (w Window) inside(points []Point) []Point {
	in := closed(points, w.Until)
	i, _ := slices.BinarySearchFunc(in, w.From, func(p Point, from time.Time) int {
		if p.At.After(from) {
			return 1
		}
		return -1
	})
	return in[i:]
}

// slots counts the periods that have an instant.
func (w Window) slots(instants []time.Time) int {
	seen := make(map[int]bool, len(instants))
	for _, t := range instants {
		seen[-slotOf(time.UnixMicro(-t.UnixMicro()), w.Period)] = true // the period that ends at it or after it
	}
	return len(seen)
}

// slotOf numbers the periods since 1970: that of an instant has ended by it.
func slotOf(t time.Time, period time.Duration) int {
	us, p := t.UnixMicro(), max(period.Microseconds(), 1)
	n := us / p
	if us%p < 0 {
		n--
	}
	return int(n)
}

// worst are the worst points, the worst first.
func worst(points []Point, up bool) []Point {
	all := slices.Clone(points)
	slices.SortStableFunc(all, func(a, b Point) int {
		switch {
		case a.Value == b.Value:
			return 0
		case a.Value > b.Value == up:
			return -1
		}
		return 1
	})
	return all[:min(len(all), MaxWorst)]
}

// Gaps lists the stretches of a window, up to an instant, whose periods have no point: each is asked for as From < At <= To.
// Nothing is shorter than a period.
func (w Window) Gaps(points []Point, until time.Time) [][2]time.Time {
	w.Period = orMinute(w.Period)
	if until.After(w.To) {
		until = w.To
	}
	first, last := slotOf(w.From, w.Period)+1, slotOf(until, w.Period)
	seen := make(map[int]bool, len(points))
	for _, p := range points {
		seen[-slotOf(time.UnixMicro(-p.At.UnixMicro()), w.Period)] = true
	}
	var gaps [][2]time.Time
	end := func(slot int) time.Time { return time.UnixMicro(int64(slot) * w.Period.Microseconds()).UTC() }
	for k := first; k <= last; k++ {
		if seen[k] {
			continue
		}
		from := k
		for k < last && !seen[k+1] {
			k++
		}
		gaps = append(gaps, [2]time.Time{end(from - 1), end(k)})
	}
	return gaps
}
