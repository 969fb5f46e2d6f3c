package widgets

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"tminus/ui/theme"
)

// List is the cursor and the scroll position of one-line rows in a window of limited height. The zero List is empty. The
// first and last lines of the window say how many rows are out of sight above and below.
type List struct {
	cursor, offset int
	count, height  int
	skip           func(row int) bool
}

// SetCount says how many rows there are; the cursor stays where it is, or goes to the last.
func (l *List) SetCount(n int) {
	l.count = max(n, 0)
	l.place(l.cursor, 1)
}

// SetHeight gives the window's height in lines.
func (l *List) SetHeight(h int) {
	l.height = max(h, 0)
	l.scroll()
}

// SetSkip names the rows, headings say, that the cursor passes over. It is called with row numbers below the count.
func (l *List) SetSkip(skip func(row int) bool) {
	l.skip = skip
	l.place(l.cursor, 1)
}

// Cursor is the row of the cursor; -1 where there is none.
func (l *List) Cursor() int {
	if l.count == 0 || l.skipped(l.cursor) {
		return -1
	}
	return l.cursor
}

// Count is the number of rows.
func (l *List) Count() int { return l.count }

// AtEnd reports whether the cursor is on the last row, as it is when somebody follows what comes in.
func (l *List) AtEnd() bool { return l.cursor >= l.count-1 }

// Set moves the cursor to a row, or the nearest one where there is no such row.
func (l *List) Set(row int) { l.place(row, 1) }

// Move moves the cursor by d rows.
func (l *List) Move(d int) {
	dir := 1
	if d < 0 {
		dir = -1
	}
	l.place(l.cursor+d, dir)
}

// Key moves the cursor for a key that moves; false: another key.
func (l *List) Key(k tea.KeyPressMsg) bool {
	page := max(l.height-2, 1)
	switch k.String() {
	case "j", "down":
		l.Move(1)
	case "k", "up":
		l.Move(-1)
	case "pgdown":
		l.Move(page)
	case "pgup":
		l.Move(-page)
	case "home":
		l.place(0, 1)
	case "end":
		l.place(l.count-1, -1)
	default:
		return false
	}
	return true
}

// Window is the rows in sight, from (included) to to (excluded), and how many are out of sight above and below them.
func (l *List) Window() (from, to, above, below int) {
	n := l.fits(l.offset)
	return l.offset, l.offset + n, l.offset, l.count - l.offset - n
}

// Lines draws exactly the window's height of lines, each w cells wide as draw must return them.
func (l *List) Lines(t *theme.Theme, w int, draw func(row int, cursor bool) string) []string {
	lines := make([]string, 0, l.height)
	from, to, above, below := l.Window()
	marks := l.height >= minMarked
	if above > 0 && marks {
		lines = append(lines, more(t, t.Glyph.Up, above, w))
	}
	for row := from; row < to; row++ {
		lines = append(lines, draw(row, row == l.Cursor()))
	}
	if below > 0 && marks {
		lines = append(lines, more(t, t.Glyph.Down, below, w))
	}
	for len(lines) < l.height {
		lines = append(lines, Blank(w))
	}
	return lines
}

// minMarked is the least height that has room for a row beside both marks.
const minMarked = 3

func more(t *theme.Theme, glyph string, n, w int) string {
	return t.Dim.On(Fit(fmt.Sprintf("  %s %d more", glyph, n), w))
}

func (l *List) skipped(row int) bool { return l.skip != nil && l.skip(row) }

// place puts the cursor on row, or on the nearest row that is not skipped, first in direction dir.
func (l *List) place(row, dir int) {
	if l.count == 0 {
		l.cursor, l.offset = 0, 0
		return
	}
	row = min(max(row, 0), l.count-1)
	l.cursor = row
	for _, d := range []int{dir, -dir} {
		for r := row; r >= 0 && r < l.count; r += d {
			if !l.skipped(r) {
				l.cursor = r
				l.scroll()
				return
			}
		}
	}
	l.scroll()
}

// fits is how many rows the window shows from offset on, beside the marks it needs.
func (l *List) fits(offset int) int {
	rest := l.count - offset
	h := l.height
	if h < minMarked {
		return min(h, rest)
	}
	if offset > 0 {
		h--
	}
	if rest > h {
		h--
	}
	return min(h, rest)
}

// scroll moves the window so that the cursor is in sight, no more than needed, and no line is wasted at the end.
func (l *List) scroll() {
	if l.height == 0 || l.count <= l.height {
		l.offset = 0
		return
	}
	last := l.count - l.height // the last useful offset
	if l.height >= minMarked {
		last++ // one line is the mark above
	}
	l.offset = min(l.offset, last)
	if l.cursor <= l.offset { // the row above, a heading perhaps, is in sight too
		l.offset = max(l.cursor-1, 0)
	}
	if l.offset == 1 && l.height >= minMarked { // a mark in place of one row hides it for nothing
		l.offset = 0
	}
	if far := l.cursor - l.height; far > l.offset {
		l.offset = far
	}
	for l.cursor >= l.offset+l.fits(l.offset) && l.offset < last {
		l.offset++
	}
}
