package widgets

import (
	"strings"
	"unicode/utf8"

	"tminus/model/text"
	"tminus/ui/theme"
)

// A cell of the plot holds two by four dots: dotBit is the bit of each in a braille pattern.
func dotBit(x, y int) uint8 {
	return [2][4]uint8{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}[x&1][y&3]
}

// dot sets one dot.
func (d *drawing) dot(x, y int, l Level) {
	i := y/4*d.w + x/2
	d.bits[i] |= dotBit(x, y)
	d.level[i] = max(d.level[i], l)
}

// plot sets the dots of every point, and of the line between points that follow each other.
func (d *drawing) plot() {
	if !d.y.ok || d.w <= 0 || d.h <= 0 {
		return
	}
	byRow := d.rowLevels()
	low, high := 0, 0 // rows that the column has so far
	lastX, lastY := -1, 0
	for i := range d.points {
		p := &d.points[i]
		x, y := d.columnAt(p.at, 2*d.w), d.y.row(p.value, 4*d.h)
		d.dot(x, y, p.level)
		linked := lastX >= 0 && d.joined(d.points[i-1].at, p.at)
		switch {
		case linked && x == lastX:
			d.fill(x, y, low, high, byRow)
			low, high = min(low, y), max(high, y)
		case linked:
			d.line(lastX, lastY, x, y, byRow)
			low, high = y, y
		default:
			low, high = y, y
		}
		lastX, lastY = x, y
	}
}

// rowLevels is the level of what is drawn strictly beyond a limit's row, for the lines between points.
func (d *drawing) rowLevels() []Level {
	out := make([]Level, 4*d.h)
	for _, l := range d.Limits {
		if !finite(l.Value) || bounded(l.Value) < d.y.low || bounded(l.Value) > d.y.high {
			continue
		}
		at := d.y.row(l.Value, len(out))
		for row := range out {
			if l.falls() && row > at || !l.falls() && row < at {
				out[row] = max(out[row], l.Level)
			}
		}
	}
	return out
}

// fill joins a column's range, low to high, with a further row of the same column.
func (d *drawing) fill(x, y, low, high int, byRow []Level) {
	for ; low > y; low-- {
		d.dot(x, low-1, byRow[low-1])
	}
	for ; high < y; high++ {
		d.dot(x, high+1, byRow[high+1])
	}
}

// line joins two dots of different columns: each column gets the rows that the line passes there.
func (d *drawing) line(x0, y0, x1, y1 int, byRow []Level) {
	at := y0
	for x := x0; x <= x1; x++ {
		next := y1
		if x < x1 { // leave the column half way to the next
			next = y0 + ((y1-y0)*(2*(x-x0)+1))/(2*(x1-x0))
		}
		d.dot(x, at, byRow[at])
		d.fill(x, next, at, at, byRow)
		at = next
	}
}

// cell is one cell of a line: a rune of width one and its style.
type cell struct {
	r  rune
	st theme.Style
}

func blanks(w int) []cell {
	cells := make([]cell, w)
	for i := range cells {
		cells[i].r = ' '
	}
	return cells
}

// write adds cells to a line; neighbours of one style share its escape codes.
func (d *drawing) write(b *strings.Builder, cells []cell) {
	run := d.run
	for i := 0; i < len(cells); {
		st := cells[i].st
		for run = run[:0]; i < len(cells) && cells[i].st == st; i++ {
			run = utf8.AppendRune(run, cells[i].r)
		}
		st.Write(b, string(run))
	}
	d.run = run
}

// style is how a level is coloured.
func (d *drawing) style(l Level) theme.Style {
	switch l {
	case Critical:
		return d.t.Crit
	case Warning:
		return d.t.Warn
	}
	return d.t.Text
}

// plotLines draws the plot with the values at its left and the limits at its right.
func (d *drawing) plotLines() []string {
	lines := make([]string, d.h)
	labels, limits := d.labels(), d.limitLabels()
	rules := d.limitRows()
	cross := -1
	if !d.Cross.IsZero() {
		cross = d.column(d.Cross, d.w)
	}
	say := d.empty()
	cells := blanks(d.w)
	for y := range lines {
		var b strings.Builder
		b.Grow(4*d.w + 64)
		d.gutter(&b, labels[y], y)
		for x := range cells {
			cells[x] = d.cell(x, y, rules[y], x == cross)
		}
		if y == d.h/2 && say != "" {
			copyInto(cells, (d.w-Width(say))/2, say, d.t.Dim)
		}
		d.write(&b, cells)
		if d.right > 0 {
			b.WriteByte(' ')
			limits[y].st.Write(&b, Fit(limits[y].text, d.right-1))
		}
		lines[y] = b.String()
	}
	return lines
}

// gutter writes a value and the axis.
func (d *drawing) gutter(b *strings.Builder, label string, y int) {
	if d.left == 0 {
		return
	}
	sign := d.t.Glyph.Vertical
	if label != "" {
		sign = "┤"
	}
	d.t.Dim.Write(b, FitRight(label, d.left-1)+sign)
}

// cell is one cell of the plot: dots, else the crosshair, else the line of a limit. The critical limit is a double line,
// the warning one is broken, so that they are told apart without colours.
func (d *drawing) cell(x, y int, rule Level, cross bool) cell {
	i := y*d.w + x
	switch {
	case d.bits[i] != 0 && cross && d.level[i] == Plain:
		return cell{d.pattern(d.bits[i]), d.t.Accent}
	case d.bits[i] != 0:
		return cell{d.pattern(d.bits[i]), d.style(d.level[i])}
	case cross:
		return cell{'│', d.t.Accent}
	case rule == Critical:
		return cell{'═', d.t.Dim}
	case rule == Warning && x%2 == 0:
		return cell{'─', d.t.Dim}
	}
	return cell{' ', d.t.Dim}
}

// pattern is the rune of a cell's dots. Without braille a cell tells only how high its dots stand.
func (d *drawing) pattern(bits uint8) rune {
	if !d.t.ASCII {
		return 0x2800 + rune(bits)
	}
	const top, upper, lower, bottom = 0x09, 0x12, 0x24, 0xc0
	up, down := bits&(top|upper) != 0, bits&(lower|bottom) != 0
	switch {
	case bits&top != 0 && bits&bottom != 0:
		return '|'
	case up && down:
		return ':'
	case bits&top != 0:
		return '\''
	case bits&bottom != 0:
		return '.'
	}
	return '*'
}

// empty is what is said in place of points.
func (d *drawing) empty() string {
	if d.y.ok || d.Empty == "" {
		return ""
	}
	return narrowText(d.Empty, d.w)
}

// narrowText is sanitized text of at most w cells whose runes are all one cell wide, so that it can stand on a grid.
func narrowText(raw string, w int) string {
	clean := text.Line(raw)
	if Width(clean) > w {
		clean = strings.TrimRight(Fit(clean, w), " ")
	}
	return strings.Map(func(r rune) rune {
		if r >= 0x7f && !single(r) {
			return '?'
		}
		return r
	}, clean)
}

// copyInto puts text on cells, as far as they reach.
func copyInto(cells []cell, x int, text string, st theme.Style) {
	for _, r := range text {
		if x >= 0 && x < len(cells) {
			cells[x] = cell{r, st}
		}
		x++
	}
}
